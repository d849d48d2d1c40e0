"""Stored procedures and functions: their parameters, a call, and everything that comes back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Event, Message, ResultSet, RowsAffected
from sqlcore.domain.types import SqlType
from sqlcore.errors import ConflictError

__all__ = [
    "Argument",
    "CallEvent",
    "Direction",
    "OutputValue",
    "ProcedureCall",
    "ProcedureOutputs",
    "ProcedureParameter",
    "ProcedureResult",
    "Routine",
    "RoutineChangedError",
    "RoutineFilter",
    "RoutineKind",
    "RoutinePage",
    "TableTypeColumn",
]


class RoutineKind(enum.StrEnum):
    """What a routine is, and so how it is called."""

    PROCEDURE = "procedure"
    FUNCTION = "function"
    """It returns one value, or one row."""
    TABLE_FUNCTION = "table_function"
    """It returns rows."""


class Direction(enum.StrEnum):
    """Which way a parameter's value goes."""

    IN = "in"
    OUT = "out"
    IN_OUT = "in_out"


@attrs.frozen(kw_only=True)
class TableTypeColumn:
    """A column of a table type, or of a composite type.

    Attributes:
        base_type: As of a parameter.
        columns: As of a parameter: a column may be a composite type itself.
        labels: As of a parameter.
    """

    name: str
    type: SqlType
    nullable: bool = True
    base_type: SqlType | None = None
    columns: tuple[TableTypeColumn, ...] = ()
    labels: tuple[str, ...] = ()


@attrs.frozen(kw_only=True, cache_hash=True)
class ProcedureParameter:
    """A parameter as the catalog has it.

    Attributes:
        ordinal: Its place among all parameters, from 1.
        name: Without a leading `@`; empty where it has none (PostgreSQL).
        type: As the server spells it, with length, precision and scale: `decimal(12,2)`.
        has_default: Whether it may be left out; None where the server does not tell.
        default: The expression, where the server tells it.
        nullable: Whether NULL may be passed; None where the server does not tell.
        is_variadic: Whether it takes all further arguments, as an array (PostgreSQL).
        base_type: What the type stands on, for a domain or an alias type; for an array of domains,
            the array of what these stand on.
        columns: Of a table type or a composite type, or of an array's elements; empty for others.
        labels: The values of an enum, or of an array's elements; empty for others.
        comment: What the catalog says about it.
    """

    ordinal: int
    name: str
    type: SqlType
    direction: Direction = Direction.IN
    has_default: bool | None = None
    default: str | None = None
    nullable: bool | None = None
    is_variadic: bool = False
    base_type: SqlType | None = None
    columns: tuple[TableTypeColumn, ...] = ()
    labels: tuple[str, ...] = ()
    comment: str | None = None

    @property
    def takes_value(self) -> bool:
        """Whether a caller may pass a value."""
        return self.direction is not Direction.OUT


@attrs.frozen(kw_only=True, cache_hash=True)
class Routine:
    """A procedure or a function, one overload of it.

    Attributes:
        name: With its schema; with its database where it is in another one (SQL Server).
        signature: What tells overloads apart, as the server writes it: `(integer, text)`; empty
            where there are none (SQL Server).
        parameters: In their order; empty in a list.
        summary: In a list, the parameters in short: `customer_id integer, OUT total numeric`; None
            where the server was not asked.
        returns: What a function returns; None for procedures.
        returns_set: Whether a function returns any number of them.
        columns: Of the rows that a function returns, where the catalog knows them.
        only_reads: Whether the catalog says that it changes nothing (PostgreSQL: stable or
            immutable; SQL Server: a function).
        language: `sql`, `plpgsql`, `tsql`, `clr` …
        comment: What the catalog says about it.
        text: What made it, where finding it reads that anyway (SQL Server); None where it is
            encrypted, may not be seen or was not read.
        version: What the adapter compares before a call, and means nothing to others; empty where
            it compares nothing.
    """

    name: QualifiedName
    kind: RoutineKind
    signature: str = ""
    parameters: tuple[ProcedureParameter, ...] = ()
    summary: str | None = None
    returns: SqlType | None = None
    returns_set: bool = False
    columns: tuple[TableTypeColumn, ...] = ()
    only_reads: bool = False
    language: str | None = None
    comment: str | None = None
    text: str | None = attrs.field(default=None, repr=False)
    version: tuple[str, ...] = attrs.field(default=(), repr=False)


class RoutineChangedError(ConflictError):
    """A routine is not what it was when it was found, and was not called: look it up again."""


@attrs.frozen(kw_only=True)
class RoutineFilter:
    """Which routines to list.

    Attributes:
        name_pattern: `*` or `%` stand for any text; without regard to case.
        include_uncallable: Also what cannot be called by itself: functions of triggers, and
            aggregates.
        after: The schema, name and signature of the last one of the page before.
    """

    schema: str | None = None
    name_pattern: str | None = None
    kinds: frozenset[RoutineKind] = frozenset()
    include_uncallable: bool = False
    after: tuple[str, str, str] | None = None
    limit: int = 1000


@attrs.frozen(kw_only=True)
class RoutinePage:
    """Routines by schema, name and signature; `has_more` tells whether others follow."""

    routines: tuple[Routine, ...]
    has_more: bool = False


@attrs.frozen(kw_only=True)
class Argument:
    """A value for a parameter, checked and of the Python type that the adapter sends.

    For a table type it is a tuple of rows; for a variadic parameter a list of all its values.
    """

    parameter: ProcedureParameter
    value: Any = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ProcedureCall:
    """A call. Parameters without an argument are left to the server's defaults."""

    routine: Routine
    arguments: tuple[Argument, ...] = ()


@attrs.frozen(kw_only=True)
class OutputValue:
    """What came back in an OUT or IN_OUT parameter, or as the value of a function."""

    name: str
    type: SqlType
    value: Any = attrs.field(repr=False)


@attrs.frozen(kw_only=True)
class ProcedureOutputs:
    """What a call hands back beside its results.

    Attributes:
        values: Of OUT and IN_OUT parameters, in their order.
        return_code: None where the engine has none. A value other than 0 is a result, no error.
        returned: The value of a function that returns one.
        notes: What the adapter has to say: a transaction that was left open and rolled back.
    """

    values: tuple[OutputValue, ...] = ()
    return_code: int | None = None
    returned: OutputValue | None = None
    notes: tuple[str, ...] = ()

    def by_name(self) -> Mapping[str, Any]:
        """Give the values of parameters by name."""
        return {output.name: output.value for output in self.values}


CallEvent = Event | ProcedureOutputs
"""What a call yields: what a statement does, and its outputs at the end."""


@attrs.frozen(kw_only=True)
class ProcedureResult:
    """Everything that a call brought back, collected; of one that failed, what came before."""

    result_sets: tuple[ResultSet, ...] = ()
    outputs: ProcedureOutputs = attrs.field(factory=ProcedureOutputs)
    messages: tuple[Message, ...] = ()
    rows_affected: tuple[RowsAffected, ...] = ()
    duration_s: float = 0.0
    complete: bool = True
