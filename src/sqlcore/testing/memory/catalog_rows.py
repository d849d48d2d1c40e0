"""Rows of SQLite's catalog, read for some tables or for all."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from importlib.resources import files
from typing import Any

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.testing.memory.describing import Comments, Descriptions
from sqlcore.testing.memory.links import Link

__all__ = [
    "COMMENTS_TABLE",
    "MAIN_SCHEMA",
    "CatalogRows",
    "TableRow",
    "read_comments",
    "read_descriptions",
    "read_tables",
]

MAIN_SCHEMA = "main"
COMMENTS_TABLE = "sqlcore_comments"


@attrs.frozen
class TableRow:
    """A table or view as `sqlite_schema` has it."""

    name: str
    kind: TableKind
    sql: str

    @property
    def is_system(self) -> bool:
        """Whether it is SQLite's, or our own."""
        return self.name.startswith("sqlite_") or self.name == COMMENTS_TABLE


@attrs.frozen
class CatalogRows:
    """Runs a query of the catalog for some tables."""

    link: Link
    names: Sequence[str] = ()

    def __call__(self, query: str) -> list[tuple[Any, ...]]:
        """Return the rows of `sql/{query}.sql`."""
        text = files(__package__).joinpath("sql", f"{query}.sql").read_text(encoding="utf-8")
        return self.link.query(text, {"names": json.dumps(list(self.names))})


def read_tables(link: Link) -> list[TableRow]:
    """Read all tables and views by name, SQLite's own among them."""
    return [
        TableRow(name, TableKind(kind), sql) for name, kind, sql in CatalogRows(link)("objects")
    ]


def read_comments(link: Link, names: Iterable[str]) -> Comments:
    """Read all comments, where the table that holds them is among the names."""
    if COMMENTS_TABLE not in names:
        return {}
    return {(table, column): comment for table, column, comment in CatalogRows(link)("comments")}


def read_descriptions(
    link: Link, tables: Sequence[TableRow], wanted: Sequence[TableRow], *, full: bool
) -> Descriptions:
    """Read what the wanted tables are described from, out of all tables that there are."""
    read = CatalogRows(link, [table.name for table in wanted])
    return Descriptions(
        comments=read_comments(link, [table.name for table in tables]),
        columns=read("columns"),
        indexes=read("indexes"),
        foreign_keys=read("foreign_keys") if full else [],
        triggers=read("triggers") if full else [],
        texts={table.name: table.sql for table in tables if table.kind is TableKind.TABLE},
    )
