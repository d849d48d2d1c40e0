"""The text of a call: quoted names, `$1…$n` with casts, nothing else. Values are arguments.

    CALL "app"."book"("customer" => $1::bigint, "total" => NULL::numeric)
    SELECT * FROM "app"."report"($1::date, VARIADIC "kinds" => $2::text[])

Arguments go by name where they have one: so defaults in between can be left out, and where the
server cannot tell two overloads apart it says so. By place it may take another one than was meant:
`p(integer, OUT integer)` and `p(integer, integer)`.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.calling_values import argument_text
from sqlcore.adapters.postgres.dialect import PostgresDialect
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.parameters import (
    Arguments,
    NoTypeError,
    ResolveType,
    make_arguments,
    reason_of,
)
from sqlcore.adapters.postgres.prepared import PreparedText
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Argument,
    Direction,
    ProcedureCall,
    ProcedureParameter,
    Routine,
    RoutineKind,
)
from sqlcore.domain.query import Parameter
from sqlcore.domain.types import TypeKind
from sqlcore.errors import InvalidArgumentError, UnsupportedError

__all__ = ["PSEUDO_TYPES", "is_row", "prepare_call"]

PSEUDO_TYPES = frozenset(
    f"{name}{dimension}"
    for dimension in ("", "[]")
    for name in (
        *("anyelement", "anyarray", "anynonarray", "anyenum", "anyrange", "anymultirange"),
        *("anycompatible", "anycompatiblearray", "anycompatiblenonarray"),
        *("anycompatiblerange", "anycompatiblemultirange", '"any"', "record", "cstring"),
    )
)
"""No value is cast to them: what is sent must have a type of its own."""
_ANY_VALUES = '"any"'
"""Behind VARIADIC it takes values of different types, and no array."""
_UNSENDABLE = PSEUDO_TYPES - {
    f"{name}{dimension}"
    for dimension in ("", "[]")
    for name in (
        *("anyelement", "anyarray", "anynonarray", _ANY_VALUES),
        *("anycompatible", "anycompatiblearray", "anycompatiblenonarray"),
    )
}
"""Enums, ranges and rows of any type: a value that is sent has none of these for its own type."""
_VARIOUS = "record"
_BINARY_FORMAT = 1
_ROUTINES_KEPT = 500
"""What does not depend on values is written once, and not for every call."""
_DIALECT = PostgresDialect()


def prepare_call(call: ProcedureCall, types: TypeBook, resolve: ResolveType) -> PreparedText:
    """Write a call.

    Raises:
        InvalidArgumentError: A value cannot be sent, or a parameter without a name is left out
            before one that is given.
        UnsupportedError: Only a statement can say which columns the function returns.
    """
    writer = _Writer(resolve)
    arguments = ", ".join(writer.arguments(call))
    text = f"{_head(call.routine)}({arguments})"
    return PreparedText(
        text=text,
        encoded=_encoded(text),
        is_callers=False,
        arguments=writer.sent(),
        types=types,
    )


@functools.lru_cache(maxsize=_ROUTINES_KEPT)
def _head(routine: Routine) -> str:
    """Write a call as far as its arguments."""
    if routine.returns_set and routine.returns is not None:
        _check_columns(routine)
    name = _DIALECT.quote(attrs.evolve(routine.name, database=None))
    if routine.kind is RoutineKind.PROCEDURE:
        command = "CALL"
    else:
        command = "SELECT * FROM" if routine.returns_set or is_row(routine) else "SELECT"
    return f"{command} {name}"


def is_row(routine: Routine) -> bool:
    """Whether a function returns one row of columns that the catalog knows."""
    return bool(routine.columns) and not routine.returns_set


def _check_columns(routine: Routine) -> None:
    if routine.returns is not None and routine.returns.name == _VARIOUS and not routine.columns:
        raise UnsupportedError(
            f"The function {routine.name} returns rows whose columns only its caller can tell"
            " (SETOF record).",
            hint="Run it as a statement that names them:"
            " SELECT * FROM name(...) AS t(column type, ...).",
        )


def _encoded(text: str) -> bytes:
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        raise InvalidArgumentError("A name has half of a surrogate pair.") from None
    if b"\0" in encoded:
        raise InvalidArgumentError("A name has a NUL character, which no name can have.")
    return encoded


class _Writer:
    """Writes the arguments of one call and collects their values."""

    def __init__(self, resolve: ResolveType) -> None:
        self._resolve = resolve
        self._values: list[bytes | None] = []
        self._types: list[int] = []
        self._formats: list[int] = []
        self._shown: list[str] = []

    def sent(self) -> Arguments:
        """Give what goes with the text; without any value the protocol is the extended one too."""
        return Arguments(
            tuple(self._values), tuple(self._types), tuple(self._formats), tuple(self._shown)
        )

    def arguments(self, call: ProcedureCall) -> list[str]:
        """Write all of them."""
        given = {argument.parameter.ordinal: argument for argument in call.arguments}
        written: list[str] = []
        for parameter, label in _places(call.routine, tuple(given)):
            if parameter.is_variadic and not _is_array(parameter):
                written += self._each(given[parameter.ordinal])
            else:
                written.append(label + self._argument(parameter, given.get(parameter.ordinal)))
        return written

    def _each(self, argument: Argument) -> list[str]:
        """Write the values of VARIADIC "any" one by one, each of its own type."""
        name = argument.parameter.name or f"${argument.parameter.ordinal}"
        first = len(self._values) + 1
        for value in argument.value or ():
            self._add_with_type(name, value)
        places = [f"${place}" for place in range(first, len(self._values) + 1)]
        return places or ["VARIADIC ARRAY[]::text[]"]

    def _argument(self, parameter: ProcedureParameter, argument: Argument | None) -> str:
        if parameter.is_variadic and argument is None:
            return f"ARRAY[]::{parameter.type.name}"
        if argument is None or not parameter.takes_value:
            return _cast("NULL", parameter)
        return self._value(argument)

    def _value(self, argument: Argument) -> str:
        parameter = argument.parameter
        shown_name = parameter.name or f"${parameter.ordinal}"
        place = f"${len(self._values) + 1}"
        if parameter.type.name in _UNSENDABLE:
            raise UnsupportedError(
                f"Parameter {shown_name!r} takes {parameter.type}, which no value that is sent here"
                " has for its type.",
                hint="Run it as a statement that says the type: SELECT name(CAST(:value AS type)).",
            )
        if parameter.type.name in PSEUDO_TYPES:
            self._add_with_type(shown_name, argument.value)
            return place
        try:
            value, value_format = _sendable(argument.value, parameter)
        except (NoTypeError, ValueError, RecursionError) as exc:
            raise InvalidArgumentError(
                f"The value of parameter {shown_name!r} cannot be sent: {reason_of(exc)}.",
                parameter=shown_name,
            ) from exc
        self._add(value, 0, value_format)
        return _cast(place, parameter)

    def _add_with_type(self, name: str, value: Any) -> None:
        """Send a value as the type that it has by itself: what it is for depends on that."""
        one = make_arguments([name], [_typed(value)], self._resolve)
        self._add(one.values[0], one.types[0], one.formats[0])

    def _add(self, value: bytes | None, oid: int, value_format: int) -> None:
        self._values.append(value)
        self._types.append(oid)
        self._formats.append(value_format)
        if value is not None and value_format != _BINARY_FORMAT:
            self._shown.append(value.decode())


@functools.lru_cache(maxsize=_ROUTINES_KEPT)
def _places(routine: Routine, given: tuple[int, ...]) -> tuple[tuple[ProcedureParameter, str], ...]:
    """Say which parameters stand in a call, each with the words before its value.

    They go by place up to the last one without a name, then by name. A variadic one can be named
    with an array only, and then the server fills in no defaults; without an array all go by place.

    Args:
        routine: With all parameters.
        given: The ordinals of those that have an argument.
    """
    expected = [p for p in routine.parameters if _has_place(p, routine)]
    sent = [p for p in expected if p.ordinal in given or _is_needed(p, routine)]
    names = Counter(parameter.name for parameter in expected)
    is_nameable = [bool(p.name) and names[p.name] == 1 for p in sent]
    variadic = next((p for p in expected if p.is_variadic), None)
    has_array = variadic in sent and _is_array(variadic)
    by_place = len(sent)
    if variadic is None or has_array:
        by_place -= _trailing(is_nameable)
    if sent[:by_place] != expected[:by_place] or (has_array and sent != expected):
        missing = next(p for p in expected if p not in sent)
        because = "because one behind it has no name"
        if has_array:
            because = "beside values for the variadic one"
        raise InvalidArgumentError(
            f"Parameter {missing.ordinal} of {routine.name} cannot be left out {because}.",
            parameter=missing.name or f"${missing.ordinal}",
            hint="Give a value for it.",
        )
    return tuple(
        (parameter, _label(parameter, by_name=place >= by_place))
        for place, parameter in enumerate(sent)
    )


def _label(parameter: ProcedureParameter, *, by_name: bool) -> str:
    variadic = "VARIADIC " if parameter.is_variadic else ""
    name = f"{_DIALECT.quote(QualifiedName(parameter.name))} => " if by_name else ""
    return variadic + name


def _has_place(parameter: ProcedureParameter, routine: Routine) -> bool:
    """Whether it has a place in a call: OUT parameters have one in CALL only."""
    return parameter.takes_value or routine.kind is RoutineKind.PROCEDURE


def _is_array(variadic: ProcedureParameter | None) -> bool:
    return variadic is not None and variadic.type.name != _ANY_VALUES


def _is_needed(parameter: ProcedureParameter, routine: Routine) -> bool:
    """Whether it stands in the call even without an argument."""
    if parameter.direction is Direction.OUT:
        return routine.kind is RoutineKind.PROCEDURE
    may_be_empty = parameter.is_variadic and parameter.type.name not in PSEUDO_TYPES
    return may_be_empty and not parameter.has_default


def _trailing(flags: Sequence[bool]) -> int:
    """Count the true ones at the end."""
    count = 0
    for flag in reversed(flags):
        if not flag:
            break
        count += 1
    return count


def _cast(value: str, parameter: ProcedureParameter) -> str:
    name = parameter.type.name
    return value if name in PSEUDO_TYPES else f"{value}::{name}"


def _sendable(value: Any, parameter: ProcedureParameter) -> tuple[bytes | None, int]:
    if parameter.type.kind is TypeKind.BINARY and isinstance(value, bytes | bytearray | memoryview):
        return bytes(value), _BINARY_FORMAT
    text = argument_text(value, parameter.base_type or parameter.type, parameter.columns)
    if text is None:
        return None, 0
    if "\0" in text:
        raise NoTypeError("PostgreSQL's text holds no NUL character")
    return text.encode(), 0


def _typed(value: Any) -> Parameter:
    if value is None or isinstance(value, str):
        return Parameter(value, "text")
    if isinstance(value, list) and all(item is None or isinstance(item, str) for item in value):
        return Parameter(value, "text[]")
    return Parameter(value)
