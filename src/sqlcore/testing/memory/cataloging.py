"""Catalog reads of the in-memory engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlcore.domain.catalog import Database, TableFilter, TableKind, TablePage, TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription
from sqlcore.testing.memory.catalog_rows import (
    MAIN_SCHEMA,
    CatalogRows,
    TableRow,
    read_comments,
    read_descriptions,
    read_tables,
)
from sqlcore.testing.memory.links import Link
from sqlcore.testing.memory.matching import name_pattern
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.storage import DEFAULT_DATABASE, database_names

__all__ = ["MemoryCatalog"]

_SCHEMA_TABLE = "sqlite_schema"


class MemoryCatalog:
    """A `CatalogReader`; each read takes a constant number of queries."""

    def __init__(self, pool: Pool, server: str | None, database: str) -> None:
        self._pool = pool
        self._server = server
        self._database = database

    def databases(self) -> tuple[Database, ...]:
        """List the databases of this server; a private one is alone."""
        with self._pool.link() as link:
            link.query("SELECT 1")
        names = [DEFAULT_DATABASE] if self._server is None else database_names(self._server)
        return tuple(Database(name=name) for name in names)

    def tables(self, table_filter: TableFilter) -> TablePage:
        """List tables and views."""
        with self._pool.link() as link:
            matching = [o for o in read_tables(link) if _matches(o, table_filter)]
            after = table_filter.after
            rest = [o for o in matching if after is None or (MAIN_SCHEMA, o.name) > after]
            page = rest[: table_filter.limit]
            return TablePage(tables=_summaries(link, page), total=len(matching))

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        """Find what a name may mean; there is one schema."""
        if name.schema not in (None, MAIN_SCHEMA) or name.database not in (None, self._database):
            return ()
        with self._pool.link() as link:
            objects = read_tables(link)
            if name.schema is not None:
                objects.append(TableRow(_SCHEMA_TABLE, TableKind.TABLE, ""))
            exact = [o for o in objects if o.name == name.name]
            folded = name.name.casefold()
            found = exact or [o for o in objects if o.name.casefold() == folded]
            if name.schema is None:
                found = [o for o in found if not o.name.startswith("sqlite_")]
            return _summaries(link, found)

    def describe(
        self, tables: Sequence[QualifiedName], *, full: bool = True
    ) -> tuple[TableDescription, ...]:
        """Describe tables by their exact names."""
        names = {table.name for table in tables if table.schema == MAIN_SCHEMA}
        with self._pool.link() as link:
            objects = {o.name: o for o in read_tables(link)}
            wanted = [objects[name] for name in sorted(names) if name in objects]
            descriptions = read_descriptions(link, list(objects.values()), wanted, full=full)
        return tuple(descriptions.describe(o.name, o.kind, o.sql, full=full) for o in wanted)


def _summaries(link: Link, objects: Sequence[TableRow]) -> tuple[TableSummary, ...]:
    names = [o.name for o in objects]
    counts: Mapping[str, int] = dict(CatalogRows(link, names)("column_counts"))
    comments = read_comments(link, [o.name for o in read_tables(link)])
    return tuple(
        TableSummary(
            name=QualifiedName(o.name, MAIN_SCHEMA),
            kind=o.kind,
            column_count=counts.get(o.name),
            comment=comments.get((o.name, None)),
        )
        for o in objects
    )


def _matches(o: TableRow, table_filter: TableFilter) -> bool:
    if table_filter.schema not in (None, MAIN_SCHEMA):
        return False
    if o.is_system and not table_filter.include_system:
        return False
    if table_filter.kinds and o.kind not in table_filter.kinds:
        return False
    pattern = table_filter.name_pattern
    return pattern is None or name_pattern(pattern).fullmatch(o.name) is not None
