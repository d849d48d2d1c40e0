"""Stored procedures and functions: the port."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

from sqlcore.adapters.postgres.catalog import like_pattern
from sqlcore.adapters.postgres.executor import PostgresExecutor
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.queries import array, text
from sqlcore.adapters.postgres.routines import described, listed
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.adapters.postgres.versions import PROCEDURE_QUERIES
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    ProcedureCall,
    ProcedureOutputs,
    Routine,
    RoutineChangedError,
    RoutineFilter,
    RoutineKind,
    RoutinePage,
)
from sqlcore.domain.query import Event, ExecutionOptions
from sqlcore.errors import NotFoundError, PermissionDeniedError

__all__ = ["PostgresProcedures"]

_TRIES = 10
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
        (rows,) = self._snapshots.rows((PROCEDURE_QUERIES["routines"], values), keep=False)
        return RoutinePage(
            routines=listed(rows[: routine_filter.limit], self._types),
            has_more=len(rows) > routine_filter.limit,
        )

    def find(self, name: QualifiedName) -> tuple[Routine, ...]:
        """Find what a name may mean, by the search path of the login; each overload is one.

        What is made anew between the two steps is looked up again.

        Raises:
            RoutineChangedError: It was so again and again.
        """
        for _ in range(_TRIES):
            rows, database_rows = self._snapshots.rows(
                (PROCEDURE_QUERIES["find_routines"], (text(name.name), text(name.schema))),
                _DATABASE,
            )
            if not rows or name.database not in (None, database_rows[0][0]):
                return ()
            routines = self._described(rows)
            if len(routines) == len(rows):
                return routines
        raise RoutineChangedError(f"{name} is being changed all the time.", hint="Try again later.")

    def definition(self, routine: Routine) -> str | None:
        """Read the CREATE statement of a routine, as the server writes it.

        Raises:
            NotFoundError: It is gone.
        """
        values = (text(routine.name.schema), text(routine.name.name), text(routine.signature))
        try:
            (rows,) = self._snapshots.rows((PROCEDURE_QUERIES["routine_definition"], values))
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
            RoutineChangedError: It is not what was found any more.
            AmbiguousNameError: With what was left out, another overload fits as well.
        """
        yield from self._executor.call(call, options)

    def _described(self, rows: list[tuple[Any, ...]]) -> tuple[Routine, ...]:
        oids = array(row[0] for row in rows)
        parameter_rows, type_rows = self._snapshots.rows(
            (PROCEDURE_QUERIES["routine_parameters"], (oids,)),
            (PROCEDURE_QUERIES["routine_types"], (oids,)),
        )
        return described(rows, parameter_rows, type_rows, self._types)
