"""Stored procedures and functions: the port."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from typing import Any

from sqlcore.adapters.postgres.catalog import like_pattern
from sqlcore.adapters.postgres.executor import PostgresExecutor
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.queries import array, text
from sqlcore.adapters.postgres.routines import described, listed
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    ProcedureCall,
    ProcedureOutputs,
    Routine,
    RoutineFilter,
    RoutineKind,
    RoutinePage,
)
from sqlcore.domain.query import Event, ExecutionOptions
from sqlcore.errors import NotFoundError, PermissionDeniedError

__all__ = ["PostgresProcedures"]

_QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in load_queries(__package__, "procedures.sql").items()
}
_DATABASE = (b"SELECT current_database()::text", ())


class PostgresProcedures:
    """Finds and calls the routines of one database."""

    def __init__(self, snapshots: Snapshots, types: TypeBook, executor: PostgresExecutor) -> None:
        self._snapshots = snapshots
        self._types = types
        self._executor = executor

    def routines(self, routine_filter: RoutineFilter) -> RoutinePage:
        """List routines; those of extensions only where a name pattern asks for them."""
        pattern = routine_filter.name_pattern
        after = routine_filter.after or (None, None, None)
        kinds = routine_filter.kinds or frozenset(RoutineKind)
        values = (
            text(routine_filter.schema),
            None if pattern is None else text(like_pattern(pattern)),
            array(sorted(kinds)),
            *(text(part) for part in after),
            text(routine_filter.limit + 1),
            text(routine_filter.include_uncallable),
        )
        (rows,) = self._snapshots.rows((_QUERIES["routines"], values), keep=False)
        return RoutinePage(
            routines=listed(rows[: routine_filter.limit], self._types),
            has_more=len(rows) > routine_filter.limit,
        )

    def find(self, name: QualifiedName) -> tuple[Routine, ...]:
        """Find what a name may mean, by the search path of the login; each overload is one."""
        rows, database_rows = self._snapshots.rows(
            (_QUERIES["find_routines"], (text(name.name), text(name.schema))), _DATABASE
        )
        if not rows or (name.database is not None and name.database != database_rows[0][0]):
            return ()
        return self._described(rows)

    def definition(self, routine: Routine) -> str | None:
        """Read the CREATE statement of a routine, as the server writes it.

        Raises:
            NotFoundError: It is gone.
        """
        values = (text(routine.name.schema), text(routine.name.name), text(routine.signature))
        try:
            (rows,) = self._snapshots.rows((_QUERIES["routine_definition"], values))
        except PermissionDeniedError:
            return None
        if not rows:
            raise NotFoundError(
                f"{routine.name}{routine.signature} is not there any more.",
                hint="Look at the list of procedures again.",
            )
        definition: str | None = rows[0][0]
        return definition

    def call(
        self, call: ProcedureCall, options: ExecutionOptions
    ) -> Generator[Event | ProcedureOutputs, None, None]:
        """Run a routine inside one transaction; see `sqlcore.ports.ProcedureCaller`.

        A procedure that ends transactions itself cannot run so; the server refuses its COMMIT, and
        nothing is kept.

        Raises:
            AmbiguousNameError: With what was left out, another overload fits as well.
        """
        yield from self._executor.call(call, options)

    def _described(self, rows: list[tuple[Any, ...]]) -> tuple[Routine, ...]:
        oids = array(row[0] for row in rows)
        parameter_rows, type_rows = self._snapshots.rows(
            (_QUERIES["routine_parameters"], (oids,)), (_QUERIES["routine_types"], (oids,))
        )
        return described(rows, parameter_rows, type_rows, self._types)
