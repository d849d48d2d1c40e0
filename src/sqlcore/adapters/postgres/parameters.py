"""Values of Python as parameters: true ones of the protocol, never part of the text.

| value | declared as |
|---|---|
| None, str, ServerText, JsonText | nothing: the server takes the type that the place asks for |
| dict, list with dicts in it | nothing, as JSON text |
| bool | boolean |
| int | integer, bigint or numeric, the first that holds it |
| float, Decimal | double precision, numeric |
| bytes | bytea |
| date, time, datetime | date, time or timetz, timestamp or timestamptz by its zone |
| timedelta, Interval | interval |
| UUID | uuid |
| list, tuple | array of the type that holds all elements; of str or empty: nothing |

With an explicit type, that one is declared: the server reads the value's text as it. Arguments
such as the length of `varchar(10)` are left out, as in a declaration of PREPARE; json takes any
list or dict. The type `unknown` declares nothing.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
import psycopg

from sqlcore.domain.query import Parameter
from sqlcore.domain.values import Interval
from sqlcore.errors import InvalidArgumentError

__all__ = ["Arguments", "NoTypeError", "json_text", "make_arguments", "reason_of", "value_text"]

ResolveType = Callable[[str], int]
"""Gives the OID of a type that is not one of PostgreSQL's own, by its name."""

_UNDECLARED = 0
_TYPES = {info.name: info for info in psycopg.adapters.types}
_OIDS = {
    name: info.oid for info in psycopg.adapters.types for name in (info.name, info.regtype)
} | {
    "unknown": _UNDECLARED,
    "decimal": 1700,
    "int": 23,
    "float": 701,
    "time": 1083,
    "timestamp": 1114,
    "char": 1042,
    "string": 25,
}
_ARRAY_OIDS = {info.oid: info.array_oid for info in psycopg.adapters.types}
_BYTEA, _JSON, _JSONB = 17, 114, 3802
_INTEGERS = (("int4", 31), ("int8", 63))


@attrs.frozen
class Arguments:
    """Values as the protocol carries them, in the order of `$1…$n`.

    Attributes:
        shown: Texts that a message of the server may quote, to be taken out of it.
    """

    values: tuple[bytes | None, ...] = attrs.field(repr=False)
    types: tuple[int, ...]
    formats: tuple[int, ...]
    shown: tuple[str, ...] = attrs.field(repr=False)


def make_arguments(
    names: Sequence[str], parameters: Sequence[Parameter], resolve: ResolveType
) -> Arguments:
    """Make the protocol's arguments of parameters.

    Raises:
        InvalidArgumentError: A value has no SQL type, or is not what its type says.
    """
    values: list[bytes | None] = []
    types: list[int] = []
    formats: list[int] = []
    for name, parameter in zip(names, parameters, strict=True):
        try:
            oid, value = _encoded(parameter, resolve)
        except InvalidArgumentError as error:
            error.parameter = name
            raise
        except (NoTypeError, ValueError, RecursionError) as exc:
            raise InvalidArgumentError(
                f"The value of parameter {name!r} cannot be sent: {reason_of(exc)}.", parameter=name
            ) from exc
        values.append(value)
        types.append(oid)
        formats.append(1 if oid == _BYTEA else 0)
    shown = tuple(
        value.decode("utf-8", "replace")
        for value, oid in zip(values, types, strict=True)
        if value is not None and oid != _BYTEA
    )
    return Arguments(tuple(values), tuple(types), tuple(formats), shown)


class NoTypeError(Exception):
    """A value that no type holds; the text says why."""


def reason_of(exc: Exception) -> str:
    """Say in words why a value could not be written."""
    if isinstance(exc, UnicodeEncodeError):
        return "it has half of a surrogate pair, which is no character"
    if isinstance(exc, RecursionError):
        return "it is nested too deeply"
    return str(exc)


def _encoded(parameter: Parameter, resolve: ResolveType) -> tuple[int, bytes | None]:
    value = parameter.value
    if parameter.type is None:
        type_name, text = _inferred(value)
        if type_name == "bytea":
            return _BYTEA, bytes(value)
        oid = _type_oid(type_name, resolve) if type_name else _UNDECLARED
    else:
        oid = _type_oid(parameter.type, resolve)
        if value is None:
            return oid, None
        if oid == _BYTEA:
            return oid, _binary(value)
        is_json = oid in (_JSON, _JSONB) and not isinstance(value, str)
        text = json_text(value) if is_json else _inferred(value)[1]
    if text is None:
        return oid, None
    if "\0" in text:
        raise NoTypeError("PostgreSQL's text holds no NUL character")
    return oid, text.encode()


_ARGUMENTS = re.compile(r"\s*\([^)]*\)")


def _type_oid(name: str, resolve: ResolveType) -> int:
    bare = " ".join(_ARGUMENTS.sub("", name).lower().split())
    element = bare.removesuffix("[]").rstrip()
    while element.endswith("[]"):
        element = element[:-2].rstrip()
    oid = _OIDS.get(element)
    if oid is None:
        return resolve(_ARGUMENTS.sub("", name))
    return oid if element == bare else _ARRAY_OIDS[oid]


def _inferred(value: Any) -> tuple[str, str | None]:
    """Give the type to declare (empty for none) and the text."""
    encode = _ENCODERS.get(type(value))
    if encode is None:
        encode = next((e for kind, e in _ENCODERS.items() if isinstance(value, kind)), None)
    if encode is None:
        raise NoTypeError(f"a {type(value).__name__} has no SQL type")
    return encode(value)


def value_text(value: Any) -> str | None:
    """Write a value as the server reads it, by its Python type; None is NULL.

    Raises:
        NoTypeError: No SQL type fits.
    """
    return _inferred(value)[1]


def _integer(value: int) -> tuple[str, str]:
    size = (value if value >= 0 else ~value).bit_length()
    return next((name for name, bits in _INTEGERS if size <= bits), "numeric"), str(int(value))


def _float(value: float) -> tuple[str, str]:
    return "float8", repr(float(value))  # the server reads nan, inf and -inf as well


def _decimal(value: Decimal) -> tuple[str, str]:
    return "numeric", "NaN" if value.is_nan() else str(value)


def _time(value: dt.time) -> tuple[str, str]:
    return ("time" if value.tzinfo is None else "timetz"), value.isoformat()


def _datetime(value: dt.datetime) -> tuple[str, str]:
    return ("timestamp" if value.tzinfo is None else "timestamptz"), value.isoformat(" ")


def _timedelta(value: dt.timedelta) -> tuple[str, str]:
    return "interval", f"{value.days} days {value.seconds}.{value.microseconds:06d} seconds"


def _interval(value: Interval) -> tuple[str, str]:
    hours, rest = divmod(abs(value.microseconds), 3_600_000_000)
    minutes, rest = divmod(rest, 60_000_000)
    sign = "-" if value.microseconds < 0 else ""
    clock = f"{sign}{hours}:{minutes:02d}:{rest // 1_000_000:02d}.{rest % 1_000_000:06d}"
    return "interval", f"{value.months} mons {value.days} days {clock}"


def _binary(value: Any) -> bytes:
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value)
    if isinstance(value, str) and value[:2] in ("0x", "\\x"):
        return bytes.fromhex(value[2:])
    raise NoTypeError("for bytea, write 0x and hexadecimal digits")


def json_text(value: Any) -> str:
    """Write a value as JSON.

    Raises:
        NoTypeError: JSON cannot hold it.
    """
    try:
        return _json_text(value)
    except ValueError as exc:
        raise NoTypeError("JSON has no NaN and no infinity") from exc


def _json_text(value: Any) -> str:
    """Write JSON as `json.dumps` does, and a Decimal as a number with all of its digits."""
    if isinstance(value, Mapping):
        fields = (f"{_json_key(key)}: {_json_text(item)}" for key, item in value.items())
        return "{" + ", ".join(fields) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_json_text, value)) + "]"
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise NoTypeError("JSON has no NaN and no infinity")
        return str(value)
    return json.dumps(value, ensure_ascii=False, allow_nan=False, default=_json_default)


def _json_key(key: Any) -> str:
    if isinstance(key, str | int | float | None):
        return json.dumps(key if isinstance(key, str) else json.dumps(key), ensure_ascii=False)
    raise NoTypeError(f"a {type(key).__name__} is no name of a field in JSON")


def _json_default(value: Any) -> Any:
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, uuid.UUID):
        return str(value)
    raise NoTypeError(f"a {type(value).__name__} has no place in JSON")


def _array(value: Sequence[Any]) -> tuple[str, str]:
    leaves = list(_leaves(value))
    if any(isinstance(leaf, Mapping) for leaf in leaves):
        return "", json_text(value)
    element = _common_type({_inferred(leaf)[0] for leaf in leaves})
    return (f"{element}[]" if element else ""), _array_text(value)


def _leaves(value: Sequence[Any]) -> Any:
    for item in value:
        if isinstance(item, list | tuple):
            yield from _leaves(item)
        elif item is not None:
            yield item


_WIDENING = ("int4", "int8", "numeric", "float8")


def _common_type(names: set[str]) -> str:
    """Give the type that holds all of these; empty for those that only the server can read."""
    if len(names) == 1:
        return names.pop()
    if names and names <= set(_WIDENING):
        return max(names, key=_WIDENING.index)
    if names <= {"timestamp", "timestamptz", "date"} and names:
        return "timestamptz" if "timestamptz" in names else "timestamp"
    return ""


def _array_text(value: Sequence[Any]) -> str:
    parts: list[str] = []
    for item in value:
        if item is None:
            parts.append("NULL")
        elif isinstance(item, list | tuple):
            parts.append(_array_text(item))
        else:
            text = _inferred(item)[1] or ""
            escaped = text.replace("\\", "\\\\").replace('"', '\\"')
            parts.append(f'"{escaped}"')
    return "{" + ",".join(parts) + "}"


_Encoder = Callable[[Any], tuple[str, str | None]]

# In this order: bool is an int, datetime is a date.
_ENCODERS: dict[type, _Encoder] = {
    type(None): lambda _: ("", None),
    str: lambda value: ("", str(value)),
    bool: lambda value: ("bool", "t" if value else "f"),
    int: _integer,
    float: _float,
    Decimal: _decimal,
    bytes: lambda value: ("bytea", "\\x" + value.hex()),
    bytearray: lambda value: ("bytea", "\\x" + value.hex()),
    memoryview: lambda value: ("bytea", "\\x" + value.hex()),
    dt.datetime: _datetime,
    dt.date: lambda value: ("date", value.isoformat()),
    dt.time: _time,
    dt.timedelta: _timedelta,
    uuid.UUID: lambda value: ("uuid", str(value)),
    Interval: _interval,
    list: _array,
    tuple: _array,
    dict: lambda value: ("", json_text(value)),
}
