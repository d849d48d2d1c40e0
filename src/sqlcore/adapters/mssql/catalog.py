"""Reading the catalog: the `CatalogReader` of SQL Server.

Two round trips a call, however many tables: names to object ids, then everything about these ids
in one batch of queries.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.mssql.describing_sections import (
    BEYOND_BABELFISH,
    FULL_SECTIONS,
    SHORT_SECTIONS,
)
from sqlcore.adapters.mssql.describing_tables import table_descriptions
from sqlcore.adapters.mssql.dialect import like_pattern
from sqlcore.adapters.mssql.literals import text_literal
from sqlcore.adapters.mssql.reading import CatalogQueries, Rows
from sqlcore.adapters.mssql.synonyms import synonym_target
from sqlcore.domain.catalog import Database, TableFilter, TableKind, TablePage, TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription
from sqlcore.errors import NotFoundError

__all__ = ["MssqlCatalogReader", "is_system_schema"]

_SYSTEM_DATABASES = frozenset(("master", "model", "msdb", "tempdb", "distribution", "rdsadmin"))
_SYNONYM = "SN"
_KINDS = {"U": TableKind.TABLE, "V": TableKind.VIEW, "ET": TableKind.EXTERNAL}
_SYSTEM_SCHEMAS = frozenset(("sys", "information_schema", "information_schema_tsql"))
_WITH_SYSTEM = {
    "objects": "all_objects",
    "columns": "all_columns",
    "modules": "all_sql_modules",
}
_WITHOUT_SYSTEM = {"objects": "objects", "columns": "columns", "modules": "sql_modules"}
_OF_VIEWS = frozenset(("view_texts", "view_facts"))
_SUMMARY_SECTIONS = ("column_counts", "table_rows", "table_sizes", "table_comments")


class MssqlCatalogReader:
    """Reads `sys.*` views; names are compared as the database's collation does."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def databases(self) -> tuple[Database, ...]:
        """List the databases that this login can see, by name."""
        results, _ = self._queries.run(
            ("databases", "database_sizes", "own_database_size"), required=("databases",)
        )
        sizes = {name: size for name, size in results["database_sizes"] if name}
        sizes |= {name: size for name, size in results["own_database_size"] if size}
        return tuple(
            Database(
                name=name,
                accessible=accessible == 1,
                system=name.lower() in _SYSTEM_DATABASES,
                size_bytes=sizes.get(name) or None,
                collation=collation,
            )
            for name, accessible, collation in results["databases"]
        )

    def tables(self, table_filter: TableFilter) -> TablePage:
        """List tables and views, ordered by schema and name."""
        kinds = table_filter.kinds or frozenset(TableKind)
        after_schema, after_name = table_filter.after or (None, None)
        pattern = table_filter.name_pattern
        parameters = {
            "has_tables": int(TableKind.TABLE in kinds),
            "has_views": int(TableKind.VIEW in kinds),
            "has_external": int(TableKind.EXTERNAL in kinds),
            "include_system": int(table_filter.include_system),
            "schema": table_filter.schema,
            "pattern": None if pattern is None else _name_pattern(pattern),
            "after_schema": after_schema,
            "after_name": after_name,
            "limit": max(0, table_filter.limit),
        }
        words = _WITH_SYSTEM if table_filter.include_system else _WITHOUT_SYSTEM
        names = ("tables_total", "tables_page")
        results, _ = self._queries.run(names, parameters, words=words, required=names)
        return TablePage(
            tables=self._summaries(results["tables_page"], words),
            total=results["tables_total"][0][0],
        )

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        """Find what a name may mean, in the order in which the server would look.

        A synonym is the table that it stands for.

        Raises:
            NotFoundError: It is a synonym for something in another database.
        """
        if not name.name or not self.is_own_database(name.database):
            return ()
        rows = self._named(name)
        tables: list[tuple[Any, ...]] = []
        for row in rows:
            if row[2].strip() != _SYNONYM:
                tables.append(row[:4])
            else:
                tables += [target[:4] for target in self._behind(row, is_only=len(rows) == 1)]
        return self._summaries(list(dict.fromkeys(tables)), _WITH_SYSTEM)

    def _named(self, name: QualifiedName) -> Rows:
        """Find tables, views and synonyms, those that the server would take first."""
        results, _ = self._queries.run(
            ("find",),
            {"name": name.name, "schema": name.schema},
            words=_views(is_system_schema(name.schema)),
            required=("find",),
        )
        rows = [
            row
            for row in results["find"]
            if name.schema is not None or not (row[5] or is_system_schema(row[0]))
        ]
        if name.schema is not None:
            rows = [row for row in rows if row[0] == name.schema] or rows
        rows = [row for row in rows if row[1] == name.name] or rows
        return sorted(rows, key=lambda row: (row[0] != row[4], row[0] != "dbo", row[0], row[1]))

    def _behind(self, synonym: tuple[Any, ...], *, is_only: bool) -> Rows:
        """Find the table that a synonym stands for; it cannot stand for another synonym."""
        target = synonym_target(synonym[6])
        if target is not None and self.is_own_database(target.database):
            named = self._named(target)
            return [row for row in named if row[2].strip() != _SYNONYM][:1]
        if not is_only:
            return []
        raise NotFoundError(
            f"{QualifiedName(synonym[1], synonym[0])} is a synonym for {synonym[6]}, which is in"
            " another database.",
            hint="Ask for that name in its own database.",
        )

    def is_own_database(self, name: str | None) -> bool:
        """Say whether a name means the connected database; none does."""
        if name is None:
            return True
        results, _ = self._queries.run(("own_database",), required=("own_database",))
        return str(results["own_database"][0][0]).lower() == name.lower()

    def describe(
        self, tables: Sequence[QualifiedName], *, full: bool = True
    ) -> tuple[TableDescription, ...]:
        """Describe tables by their exact names with schema; those that are missing are left out."""
        wanted = {(name.schema, name.name) for name in tables}
        if not wanted:
            return ()
        literals = ", ".join(sorted(text_literal(name) for name in {name for _, name in wanted}))
        is_system = any(is_system_schema(schema) for schema, _ in wanted)
        results, _ = self._queries.run(
            ("resolve",), words={"names": literals, **_views(is_system)}, required=("resolve",)
        )
        found = {
            (row[0], row[1]): (row[3], _KINDS[row[2].strip()])
            for row in results["resolve"]
            if (row[0], row[1]) in wanted
        }
        if not found:
            return ()
        descriptions = self.describe_numbers(
            {object_id: (name, kind) for name, (object_id, kind) in found.items()},
            full=full,
            is_system=is_system,
        )
        return tuple(
            descriptions[found[name.schema or "", name.name][0]]
            for name in dict.fromkeys(tables)
            if (name.schema, name.name) in found
        )

    def describe_numbers(
        self,
        tables: Mapping[int, tuple[tuple[str, str], TableKind]],
        *,
        full: bool = True,
        is_system: bool = False,
    ) -> dict[int, TableDescription]:
        """Describe what has columns by object id, such as table types; see `table_descriptions`."""
        has_views = any(kind is TableKind.VIEW for _, kind in tables.values())
        needless = frozenset() if has_views else _OF_VIEWS
        if self._queries.is_babelfish:
            needless |= BEYOND_BABELFISH
        sections, refused = self._queries.run(
            tuple(n for n in (FULL_SECTIONS if full else SHORT_SECTIONS) if n not in needless),
            ids=sorted(tables),
            words=_views(is_system),
            required=("columns",),
        )
        return table_descriptions(
            tables, sections, refused, knows_rows=not self._queries.is_babelfish
        )

    def _summaries(self, rows: Rows, words: dict[str, str]) -> tuple[TableSummary, ...]:
        if not rows:
            return ()
        ids = sorted(row[3] for row in rows)
        results, _ = self._queries.run(_SUMMARY_SECTIONS, ids=ids, words=words)
        counts: dict[int, int] = dict(results["column_counts"])
        row_counts: dict[int, int] = dict(results["table_rows"])
        sizes = {row[0]: row[1] + row[2] for row in results["table_sizes"]}
        comments: dict[int, str] = dict(results["table_comments"])
        return tuple(
            TableSummary(
                name=QualifiedName(name, schema),
                kind=_KINDS[kind.strip()],
                # Babelfish says 0 until ANALYZE has run.
                estimated_rows=row_counts.get(object_id)
                or (None if self._queries.is_babelfish else row_counts.get(object_id)),
                size_bytes=sizes.get(object_id),
                column_count=counts.get(object_id),
                comment=comments.get(object_id),
            )
            for schema, name, kind, object_id in rows
        )


def is_system_schema(schema: str | None) -> bool:
    """Say whether only the server's own objects are in a schema."""
    return (schema or "").lower() in _SYSTEM_SCHEMAS


def _views(is_system: bool) -> Mapping[str, str]:  # noqa: FBT001 one or the other
    return _WITH_SYSTEM if is_system else _WITHOUT_SYSTEM


def _name_pattern(pattern: str) -> str:
    """Turn `*` and `%` into T-SQL's `%`, and take the meaning from everything else."""
    escaped = pattern.lower().replace("\\", "\\\\").replace("_", "\\_")
    return like_pattern(escaped.replace("*", "%"))
