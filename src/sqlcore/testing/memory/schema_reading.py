"""The schema of the in-memory engine as a whole."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine
from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.domain.schema import (
    SchemaColumn,
    SchemaEntry,
    SchemaRoutine,
    SchemaSnapshot,
    SchemaTable,
)
from sqlcore.domain.table import TableDescription
from sqlcore.testing.memory.catalog_rows import (
    MAIN_SCHEMA,
    CatalogRows,
    read_descriptions,
    read_tables,
)
from sqlcore.testing.memory.links import Link
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.procedures import ProcedureBook
from sqlcore.testing.memory.running import Run

__all__ = ["MemorySchema"]

_ESTIMATES_TABLE = "sqlite_stat1"
_NO_SIZES = Missing(
    part="sizes", support=Support.UNSUPPORTED, reason="SQLite keeps no sizes of tables."
)
_NO_ROW_COUNTS = Missing(
    part="row counts",
    support=Support.UNKNOWN,
    reason="SQLite keeps none before ANALYZE has been run.",
)


class MemorySchema:
    """A `SchemaReader`; each read takes a constant number of queries."""

    def __init__(self, pool: Pool, book: ProcedureBook, database: str) -> None:
        self._pool = pool
        self._book = book
        self._database = database

    def fingerprint(self) -> str:
        """Put the version of SQLite's schema, the comments and the procedures into a few letters.

        Where there are comments it takes a second query: they are rows of a table.
        """
        with self._pool.link() as link:
            return _fingerprint(link, self._routines())

    def schema(self, *, include_system: bool = False) -> SchemaSnapshot:
        """Read everything in one transaction."""
        run = Run(ExecutionOptions())
        with self._pool.link() as link, link.transaction(run, TransactionMode.READ_ONLY):
            routines = self._routines()
            fingerprint = _fingerprint(link, routines)
            tables = read_tables(link)
            wanted = [table for table in tables if include_system or not table.is_system]
            descriptions = read_descriptions(link, tables, wanted, full=True)
            estimates = _row_estimates(link, [table.name for table in tables])
        described = [descriptions.describe(t.name, t.kind, t.sql, full=True) for t in wanted]
        schema_names = sorted({MAIN_SCHEMA, *(r.name.schema or MAIN_SCHEMA for r in routines)})
        return SchemaSnapshot(
            database=self._database,
            fingerprint=fingerprint,
            search_path=(MAIN_SCHEMA,),
            schemas=tuple(SchemaEntry(name=name) for name in schema_names),
            tables=tuple(_table(d, estimates.get(d.name.name)) for d in described),
            foreign_keys=tuple(key for d in described for key in d.foreign_keys),
            routines=tuple(map(_routine, routines)),
            missing=(_NO_SIZES,) if estimates else (_NO_ROW_COUNTS, _NO_SIZES),
        )

    def _routines(self) -> list[Routine]:
        return [definition.routine for definition in self._book.all()]


def _fingerprint(link: Link, routines: Sequence[Routine]) -> str:
    ((version, has_comments),) = CatalogRows(link)("schema_version")
    comments = sorted(CatalogRows(link)("comments"), key=repr) if has_comments else []
    known = [(str(r.name), str(r.kind), _arguments(r), r.comment) for r in routines]
    digest = hashlib.sha256(repr((comments, known)).encode("utf-8", "surrogatepass"))
    return f"{version}-{digest.hexdigest()[:16]}"


def _row_estimates(link: Link, names: Sequence[str]) -> Mapping[str, int]:
    if _ESTIMATES_TABLE not in names:
        return {}
    return dict(CatalogRows(link)("row_estimates"))


def _table(described: TableDescription, estimated_rows: int | None) -> SchemaTable:
    return SchemaTable(
        name=described.name,
        kind=described.kind,
        estimated_rows=estimated_rows,
        comment=described.comment,
        columns=tuple(
            SchemaColumn(column.name, str(column.type), column.nullable, column.comment)
            for column in described.columns
        ),
        primary_key=() if described.primary_key is None else described.primary_key.columns,
        unique_keys=tuple(key.columns for key in described.unique_keys),
    )


def _routine(routine: Routine) -> SchemaRoutine:
    return SchemaRoutine(
        name=QualifiedName(routine.name.name, routine.name.schema),
        kind=str(routine.kind),
        arguments=_arguments(routine),
        comment=routine.comment,
    )


def _arguments(routine: Routine) -> str:
    return ", ".join(f"{parameter.name} {parameter.type}" for parameter in routine.parameters)
