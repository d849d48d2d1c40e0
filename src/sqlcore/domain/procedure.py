"""Stored procedures: their parameters, a call, and everything that comes back."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Message, ResultSet, RowsAffected
from sqlcore.domain.types import SqlType

__all__ = [
    "Direction",
    "ProcedureCall",
    "ProcedureOutputs",
    "ProcedureParameter",
    "ProcedureResult",
]


class Direction(enum.StrEnum):
    """Which way a parameter's value goes."""

    IN = "in"
    OUT = "out"
    IN_OUT = "in_out"


@attrs.frozen(kw_only=True)
class ProcedureParameter:
    """A parameter as the catalog has it; `name` without a leading `@`.

    Attributes:
        has_default: Whether it may be left out; None where the server does not tell.
        default: The expression, where the server tells it.
    """

    ordinal: int
    name: str
    type: SqlType
    direction: Direction = Direction.IN
    has_default: bool | None = None
    default: str | None = None


@attrs.frozen(kw_only=True)
class ProcedureCall:
    """A call: arguments by name, or by place. What is left out is left to the server."""

    name: QualifiedName
    named: Mapping[str, Any] = attrs.field(factory=dict, repr=False)
    positional: tuple[Any, ...] = attrs.field(default=(), repr=False)


@attrs.frozen(kw_only=True)
class ProcedureOutputs:
    """What a call hands back beside its results.

    Attributes:
        values: Values of OUT and IN_OUT parameters, by name.
        return_code: None where the engine has none. A value other than 0 is a result, no error.
    """

    values: Mapping[str, Any] = attrs.field(factory=dict)
    return_code: int | None = None


@attrs.frozen(kw_only=True)
class ProcedureResult:
    """Everything that a call brought back, collected."""

    result_sets: tuple[ResultSet, ...] = ()
    outputs: ProcedureOutputs = attrs.field(factory=ProcedureOutputs)
    messages: tuple[Message, ...] = ()
    rows_affected: tuple[RowsAffected, ...] = ()
    duration_s: float = 0.0
