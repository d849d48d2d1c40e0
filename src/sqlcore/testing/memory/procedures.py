"""Procedures of the in-memory engine: what they declare, and what their Python functions see."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    OutputValue,
    ProcedureOutputs,
    ProcedureParameter,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.query import (
    Column,
    Event,
    ResultEnd,
    ResultStart,
    Row,
    RowBatch,
)
from sqlcore.domain.types import SqlType
from sqlcore.errors import InvalidArgumentError
from sqlcore.testing.memory.types import sql_type

__all__ = [
    "REQUIRED",
    "MemoryParameter",
    "ProcedureBody",
    "ProcedureBook",
    "ProcedureDefinition",
    "RunningProcedure",
    "declared_type",
]

REQUIRED: Final = object()
"""The default of a parameter that has none."""
_NOT_NULL = " NOT NULL"


@attrs.frozen(kw_only=True)
class MemoryParameter:
    """A parameter of a procedure of the in-memory engine.

    Attributes:
        type: As SQLite's columns are declared: `integer`, `decimal(12,2)`, `text` …
        default: A Python value, which may be None, or `REQUIRED`.
        columns: Names and types of the columns, of a parameter that takes rows; a type may end in
            `NOT NULL`.
        labels: The values that it takes, of an enum.
    """

    name: str
    type: str
    direction: Direction = Direction.IN
    default: Any = REQUIRED
    is_variadic: bool = False
    columns: Mapping[str, str] = attrs.field(factory=dict)
    labels: tuple[str, ...] = ()
    comment: str | None = None

    def described(self, ordinal: int) -> ProcedureParameter:
        """Give it as a catalog would."""
        has_default = self.default is not REQUIRED
        return ProcedureParameter(
            ordinal=ordinal,
            name=self.name,
            type=declared_type(self.type),
            direction=self.direction,
            has_default=has_default,
            default=_literal(self.default) if has_default else None,
            nullable=True,
            is_variadic=self.is_variadic,
            columns=table_columns(self.columns),
            labels=self.labels,
            comment=self.comment,
        )


class RunningProcedure:
    """One call, as the procedure's Python function sees it.

    Attributes:
        arguments: Values by the names of parameters, with defaults in place of what was left out.
        given: The names of the parameters that the caller gave a value for.
        outputs: To be set, by the names of OUT and IN_OUT parameters; the latter begin with what
            was given.
        return_code: To be set by procedures; None for functions.
        returned: To be set by functions that return one value.
        notes: To be added to: what the outputs shall say beside values.
    """

    def __init__(
        self,
        routine: Routine,
        arguments: Mapping[str, Any],
        given: frozenset[str],
        *,
        run_script: Callable[[str, Mapping[str, Any]], Iterator[Event]],
        sleep: Callable[[float], None],
        batch_rows: int,
    ) -> None:
        self.arguments = arguments
        self.given = given
        self.outputs: dict[str, Any] = {
            parameter.name: arguments.get(parameter.name)
            for parameter in routine.parameters
            if parameter.direction is not Direction.IN
        }
        self.return_code = 0 if routine.kind is RoutineKind.PROCEDURE else None
        self.returned: Any = None
        self.notes: list[str] = []
        self._routine = routine
        self._run_script = run_script
        self._sleep = sleep
        self._batch_rows = batch_rows

    def execute(self, text: str, parameters: Mapping[str, Any] | None = None) -> Iterator[Event]:
        """Run SQL in the transaction of the call; `yield from` it to hand its events out."""
        return self._run_script(text, parameters or {})

    def query(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        """Run SQL in the transaction of the call and return its rows; nothing is handed out."""
        events = self.execute(text, parameters)
        return [row for event in events if isinstance(event, RowBatch) for row in event.rows]

    def result_set(self, columns: Mapping[str, str], rows: Iterable[Row]) -> Iterator[Event]:
        """Hand out a result set of names with types, and rows."""
        yield ResultStart(
            tuple(Column(name=name, type=declared_type(kind)) for name, kind in columns.items())
        )
        all_rows = list(rows)
        for start in range(0, len(all_rows), self._batch_rows):
            yield RowBatch(all_rows[start : start + self._batch_rows])
        yield ResultEnd(len(all_rows))

    def sleep(self, seconds: float) -> None:
        """Wait so long; a timeout or cancel ends it with its error."""
        self._sleep(seconds)

    def result(self) -> ProcedureOutputs:
        """Give what was set.

        Raises:
            InvalidArgumentError: An output was set that the procedure has not declared.
        """
        declared = [p for p in self._routine.parameters if p.direction is not Direction.IN]
        unknown = self.outputs.keys() - {parameter.name for parameter in declared}
        if unknown:
            raise InvalidArgumentError(
                f"{self._routine.name} sets the outputs {', '.join(sorted(unknown))}, which it has"
                " not declared."
            )
        returns = self._routine.returns
        has_value = self._routine.kind is RoutineKind.FUNCTION and returns is not None
        return ProcedureOutputs(
            values=tuple(
                OutputValue(name=p.name, type=p.type, value=self.outputs[p.name]) for p in declared
            ),
            return_code=self.return_code,
            returned=(
                OutputValue(name=self._routine.name.name, type=returns, value=self.returned)
                if has_value and returns is not None
                else None
            ),
            notes=tuple(self.notes),
        )


ProcedureBody = Callable[[RunningProcedure], Iterable[Event] | None]
"""A generator function that yields events, or a function that hands none out."""


@attrs.frozen(kw_only=True)
class ProcedureDefinition:
    """A procedure that was defined.

    Attributes:
        defaults: Of the parameters that have one, by their names.
        text: What `definition` gives.
    """

    routine: Routine
    body: ProcedureBody
    defaults: Mapping[str, Any]
    text: str | None

    @property
    def key(self) -> tuple[str, str, str]:
        """Schema, name and signature, by which it is kept and sorted."""
        return routine_key(self.routine)


class ProcedureBook:
    """The procedures of one database; for many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._definitions: dict[tuple[str, str, str], ProcedureDefinition] = {}

    def add(self, definition: ProcedureDefinition) -> None:
        """Keep a procedure, in the place of one with the same name and signature."""
        with self._lock:
            self._definitions[definition.key] = definition

    def remove(self, name: QualifiedName) -> None:
        """Forget all procedures of a name."""
        with self._lock:
            for key in [k for k in self._definitions if k[:2] == (name.schema, name.name)]:
                del self._definitions[key]

    def get(self, routine: Routine) -> ProcedureDefinition | None:
        """Return a procedure as it is now."""
        with self._lock:
            return self._definitions.get(routine_key(routine))

    def all(self) -> list[ProcedureDefinition]:
        """Return all of them by schema, name and signature."""
        with self._lock:
            return [self._definitions[key] for key in sorted(self._definitions)]


def routine_key(routine: Routine) -> tuple[str, str, str]:
    """Tell routines apart."""
    return routine.name.schema or "", routine.name.name, routine.signature


def declared_type(declared: str) -> SqlType:
    """Read a declared type; one that SQLite does not know is of the kind OTHER."""
    return sql_type(declared) or SqlType(name=declared)


def table_columns(columns: Mapping[str, str]) -> tuple[TableTypeColumn, ...]:
    """Make columns of names and declared types, which may end in NOT NULL."""
    return tuple(
        TableTypeColumn(
            name=name,
            type=declared_type(kind.removesuffix(_NOT_NULL)),
            nullable=not kind.endswith(_NOT_NULL),
        )
        for name, kind in columns.items()
    )


def signature_of(parameters: Sequence[MemoryParameter]) -> str:
    """Write the types of what goes in, which tell overloads apart."""
    types = ", ".join(p.type for p in parameters if p.direction is not Direction.OUT)
    return f"({types})"


def _literal(value: Any) -> str:
    if value is None:
        return "NULL"
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)
