"""Finding and calling the procedures of the in-memory engine."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    ProcedureCall,
    ProcedureOutputs,
    ProcedureParameter,
    Routine,
    RoutineChangedError,
    RoutineFilter,
    RoutinePage,
)
from sqlcore.domain.query import Event, ExecutionOptions, Statement
from sqlcore.errors import InvalidArgumentError, NotFoundError, SqlCoreError
from sqlcore.testing.memory.executing import MemoryExecutor, Transaction
from sqlcore.testing.memory.matching import name_pattern
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.procedures import (
    ProcedureBook,
    ProcedureDefinition,
    RunningProcedure,
    routine_key,
)
from sqlcore.testing.memory.scripts import read_script

__all__ = ["MAIN_SCHEMA", "MemoryProcedures"]

MAIN_SCHEMA = "main"
"""Where procedures are that name no schema, and where a name is looked for first."""


class MemoryProcedures:
    """A `ProcedureCaller` for what `define_procedure` defined."""

    def __init__(
        self, pool: Pool, executor: MemoryExecutor, book: ProcedureBook, database: str
    ) -> None:
        self._pool = pool
        self._executor = executor
        self._book = book
        self._database = database

    def routines(self, routine_filter: RoutineFilter) -> RoutinePage:
        """List procedures by schema, name and signature."""
        pattern = name_pattern(routine_filter.name_pattern or "*")
        matching = [
            definition.routine
            for definition in self._definitions()
            if routine_filter.schema in (None, definition.routine.name.schema)
            and pattern.fullmatch(definition.routine.name.name)
            and (not routine_filter.kinds or definition.routine.kind in routine_filter.kinds)
            and (routine_filter.after is None or definition.key > routine_filter.after)
        ]
        page = matching[: routine_filter.limit]
        return RoutinePage(
            routines=tuple(
                attrs.evolve(routine, parameters=(), summary=_summary(routine)) for routine in page
            ),
            has_more=len(matching) > len(page),
        )

    def find(self, name: QualifiedName) -> tuple[Routine, ...]:
        """Find what a name may mean; those of the schema `main` come first."""
        routines = [definition.routine for definition in self._definitions()]
        if name.database not in (None, self._database):
            return ()
        routines.sort(key=lambda routine: routine.name.schema != MAIN_SCHEMA)
        exact = [r for r in routines if _is_called(r, name, str)]
        return tuple(exact or [r for r in routines if _is_called(r, name, str.casefold)])

    def definition(self, routine: Routine) -> str | None:
        """Give the text that was given with it.

        Raises:
            NotFoundError: It is gone.
        """
        known = {routine_key(d.routine): d for d in self._definitions()}
        return _present(routine, known.get(routine_key(routine))).text

    def call(
        self, call: ProcedureCall, options: ExecutionOptions
    ) -> Generator[Event | ProcedureOutputs, None, None]:
        """Run a procedure in one transaction; see `sqlcore.ports.ProcedureCaller`.

        Raises:
            RoutineChangedError: It is gone or was defined again since it was found.
            NotFoundError: There is none such.
            InvalidArgumentError: A parameter without a default was left out.
        """
        with self._executor.transaction(options) as transaction:
            transaction.link.statement_count += 1
            definition = self._book.get(call.routine)
            _check_version(call.routine, definition)
            definition = _present(call.routine, definition)
            running = _running(definition, call, transaction)
            try:
                yield from _events(definition, running, transaction)
                outputs = running.result()
            except SqlCoreError as error:
                if error.procedure is None:
                    error.procedure = definition.routine.name.name
                raise
        yield outputs

    def _definitions(self) -> list[ProcedureDefinition]:
        """Read the book, with the round trip that a server would need."""
        with self._pool.link() as link:
            link.query("SELECT 1")
        return self._book.all()


def _summary(routine: Routine) -> str:
    return ", ".join(map(_in_short, routine.parameters))


def _in_short(parameter: ProcedureParameter) -> str:
    direction = "" if parameter.direction is Direction.IN else f"{parameter.direction.upper()} "
    default = f" DEFAULT {parameter.default}" if parameter.has_default else ""
    return f"{direction}{parameter.name} {parameter.type}{default}"


def _is_called(routine: Routine, name: QualifiedName, fold: Callable[[str], str]) -> bool:
    is_in_schema = name.schema is None or fold(routine.name.schema or "") == fold(name.schema)
    return is_in_schema and fold(routine.name.name) == fold(name.name)


def _check_version(routine: Routine, definition: ProcedureDefinition | None) -> None:
    now = () if definition is None else definition.routine.version
    if routine.version and routine.version != now:
        raise RoutineChangedError(
            f"{routine.name} was changed since it was looked up, and was not called.",
            hint="Look at its parameters again.",
        )


def _present(routine: Routine, definition: ProcedureDefinition | None) -> ProcedureDefinition:
    if definition is None:
        raise NotFoundError(
            f"There is no procedure {routine.name}{routine.signature}.",
            hint="Look at the list of procedures.",
        )
    return definition


def _running(
    definition: ProcedureDefinition, call: ProcedureCall, transaction: Transaction
) -> RunningProcedure:
    """Bind the arguments as the engine does: the caller's, or else the defaults."""
    given = {argument.parameter.name: argument.value for argument in call.arguments}
    inputs = [p for p in definition.routine.parameters if p.takes_value]
    unknown = sorted(given.keys() - {parameter.name for parameter in inputs})
    if unknown:
        raise NotFoundError(
            f"{definition.routine.name} has no parameter {unknown[0]!r} that takes a value.",
            parameter=unknown[0],
            hint="It may have been changed since it was looked up; look it up again.",
        )

    def run_script(text: str, parameters: Mapping[str, Any]) -> Iterator[Event]:
        return transaction.events(read_script(Statement.of(text, parameters)))

    def sleep(seconds: float) -> None:
        transaction.run.sleep(seconds)
        transaction.run.check()

    return RunningProcedure(
        definition.routine,
        {p.name: _value(p, given, definition) for p in inputs},
        frozenset(given),
        run_script=run_script,
        sleep=sleep,
        batch_rows=transaction.batch_rows,
    )


def _value(
    parameter: ProcedureParameter, given: Mapping[str, Any], definition: ProcedureDefinition
) -> Any:
    if parameter.name in given:
        return given[parameter.name]
    if parameter.name in definition.defaults:
        return definition.defaults[parameter.name]
    if parameter.is_variadic:
        return []
    raise InvalidArgumentError(
        f"{definition.routine.name} expects a value for the parameter {parameter.name!r}, which"
        " has no default.",
        parameter=parameter.name,
    )


def _events(
    definition: ProcedureDefinition, running: RunningProcedure, transaction: Transaction
) -> Iterator[Event]:
    """Run the Python function; between its events it can be stopped."""
    for event in definition.body(running) or ():
        transaction.run.check()
        yield event
    transaction.run.check()
