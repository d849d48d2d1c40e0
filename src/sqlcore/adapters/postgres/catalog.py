"""The catalog: lists, finding by name, searching. `describing` has the rest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlcore.adapters.postgres.describing import KIND_OF_RELATION, describe_tables
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.queries import QUERIES, array, text
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.domain.catalog import Database, TableFilter, TablePage, TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription

__all__ = ["PostgresCatalog", "like_pattern"]


class PostgresCatalog:
    """Reads the catalog of one database.

    A partitioned table is one table; its partitions are listed only when a name pattern asks for
    them, and are found and described by name like any other table.
    """

    def __init__(self, snapshots: Snapshots, types: TypeBook) -> None:
        self._snapshots = snapshots
        self._types = types

    def databases(self) -> tuple[Database, ...]:
        """List the databases of the server, by name."""
        (rows,) = self._snapshots.rows((QUERIES["databases"], ()))
        return tuple(
            Database(
                name=name,
                accessible=accessible,
                system=system,
                size_bytes=size,
                collation=collation,
                comment=comment,
            )
            for name, accessible, system, size, collation, comment in rows
        )

    def tables(self, table_filter: TableFilter) -> TablePage:
        """List tables and views, ordered by schema and name."""
        pattern = table_filter.name_pattern
        after_schema, after_name = table_filter.after or (None, None)
        kinds = [
            code
            for code, kind in KIND_OF_RELATION.items()
            if not table_filter.kinds or kind in table_filter.kinds
        ]
        values = (
            text(table_filter.schema),
            None if pattern is None else text(like_pattern(pattern)),
            array(kinds),
            text(table_filter.include_system),
            text(after_schema),
            text(after_name),
            text(table_filter.limit),
        )
        (rows,) = self._snapshots.rows((QUERIES["tables"], values), keep=False)
        tables = tuple(_summary(row[1:]) for row in rows if row[1] is not None)
        return TablePage(tables=tables, total=rows[0][0])

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        """Find what a name may mean, by the search path of the login."""
        values = (text(name.name), text(name.schema))
        rows, database_rows = self._snapshots.rows(
            (QUERIES["find"], values), (b"SELECT current_database()::text", ())
        )
        if name.database is not None and name.database != database_rows[0][0]:
            return ()
        return tuple(_summary(row) for row in rows)

    def describe(
        self, tables: Sequence[QualifiedName], *, full: bool = True
    ) -> tuple[TableDescription, ...]:
        """Describe tables by their exact names, in the order of these names."""
        return describe_tables(self._snapshots, self._types, tables, full=full)


def _escaped(term: str) -> str:
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def like_pattern(pattern: str) -> str:
    """Write a pattern of `*` and `%` for LIKE."""
    parts = pattern.lower().replace("*", "%").split("%")
    return "%".join(_escaped(part) for part in parts)


def _summary(row: Sequence[Any]) -> TableSummary:
    schema, name, kind, rows, size, columns, comment = row
    return TableSummary(
        name=QualifiedName(name, schema),
        kind=KIND_OF_RELATION[kind],
        estimated_rows=rows,
        size_bytes=size,
        column_count=columns,
        comment=comment,
    )
