"""Values as JSON carries them: exactly, or as a documented string (ADR 0006).

| value | JSON |
|---|---|
| None, bool, str | null, true/false, string |
| int | number; beyond 2^53 in either direction a string of digits |
| float | number; `NaN`, `Infinity`, `-Infinity` as strings |
| Decimal | string, every digit kept: `"12.50"`; `NaN`, `Infinity`, `-Infinity` |
| bytes | string: `0x` and hexadecimal digits |
| date, time, datetime | string, ISO 8601, with the offset where there is one |
| timedelta, Interval | string, ISO 8601 duration: `P1Y2M3DT4H5.6S` |
| UUID | string, 36 characters |
| JSON document | string: its text as the server wrote it |
| array | array, nested for each dimension |
| anything else | string: the server's own spelling |
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import InvalidArgumentError

__all__ = ["encode_row", "encode_value", "tag_value", "untag_value"]

EXACT_INTEGER_LIMIT = 2**53
"""The largest integer that every JSON reader keeps exact (RFC 8259, section 6)."""

_PLAIN = (str, bool, type(None))


def encode_value(value: Any) -> Any:
    """Make a value JSON-safe; what JSON cannot carry exactly becomes a documented string."""
    kind = type(value)
    if kind in _PLAIN:
        return value
    encoder = _ENCODERS.get(kind)
    if encoder is not None:
        return encoder(value)
    for base, encoder in _ENCODERS.items():
        if isinstance(value, base):
            return encoder(value)
    return str(value)


def encode_row(row: Iterable[Any]) -> list[Any]:
    """Make a row JSON-safe."""
    return [value if (kind := type(value)) in _PLAIN else _encode(kind, value) for value in row]


def _encode(kind: type, value: Any) -> Any:
    encoder = _ENCODERS.get(kind)
    return encode_value(value) if encoder is None else encoder(value)


def _integer(value: int) -> int | str:
    return value if -EXACT_INTEGER_LIMIT <= value <= EXACT_INTEGER_LIMIT else str(value)


def _float(value: float) -> float | str:
    return value if math.isfinite(value) else _non_finite(value)


def _non_finite(value: float | Decimal) -> str:
    if value.is_nan() if isinstance(value, Decimal) else math.isnan(value):
        return "NaN"
    return "Infinity" if value > 0 else "-Infinity"


def _decimal(value: Decimal) -> str:
    return format(value, "f") if value.is_finite() else _non_finite(value)


def _binary(value: bytes | bytearray | memoryview) -> str:
    return "0x" + bytes(value).hex()


def _duration(value: dt.timedelta) -> str:
    microseconds = value.seconds * 1_000_000 + value.microseconds
    return str(Interval(days=value.days, microseconds=microseconds))


def _array(value: Iterable[Any]) -> list[Any]:
    return [encode_value(item) for item in value]


def _mapping(value: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): encode_value(item) for key, item in value.items()}


# In this order: datetime is a date, bool is an int.
_ENCODERS: dict[type, Callable[[Any], Any]] = {
    bool: bool,
    int: _integer,
    float: _float,
    Decimal: _decimal,
    JsonText: str.__str__,
    ServerText: str.__str__,
    str: str.__str__,
    bytes: _binary,
    bytearray: _binary,
    memoryview: _binary,
    dt.datetime: dt.datetime.isoformat,
    dt.date: dt.date.isoformat,
    dt.time: dt.time.isoformat,
    dt.timedelta: _duration,
    Interval: Interval.__str__,
    uuid.UUID: str,
    list: _array,
    tuple: _array,
    dict: _mapping,
}

# What a cursor has to carry through JSON and back, with a tag for each Python type.
_TAGS: dict[type, tuple[str, Callable[[Any], Any], Callable[[Any], Any]]] = {
    bool: ("b", bool, bool),
    int: ("i", str, int),
    float: ("f", float.hex, float.fromhex),
    Decimal: ("d", str, Decimal),
    str: ("s", str, str),
    ServerText: ("t", str, ServerText),
    JsonText: ("j", str, JsonText),
    bytes: ("x", bytes.hex, bytes.fromhex),
    dt.datetime: ("dt", dt.datetime.isoformat, dt.datetime.fromisoformat),
    dt.date: ("da", dt.date.isoformat, dt.date.fromisoformat),
    dt.time: ("ti", dt.time.isoformat, dt.time.fromisoformat),
    uuid.UUID: ("u", str, uuid.UUID),
    Interval: (
        "iv",
        lambda value: [value.months, value.days, value.microseconds],
        lambda parts: Interval(*(int(part) for part in parts)),
    ),
    list: (
        "l",
        lambda items: [tag_value(item) for item in items],
        lambda items: [untag_value(item) for item in items],
    ),
}
_UNTAG = {tag: decode for tag, _, decode in _TAGS.values()}


def tag_value(value: Any) -> Any:
    """Write a value so that `untag_value` gives it back with its Python type.

    Raises:
        InvalidArgumentError: Values of its type cannot be carried.
    """
    if value is None:
        return None
    if type(value) not in _TAGS:
        raise InvalidArgumentError(
            f"A cursor cannot carry a value of type {type(value).__name__}.",
            hint="Sort by other columns.",
        )
    tag, encode, _ = _TAGS[type(value)]
    return [tag, encode(value)]


def untag_value(tagged: Any) -> Any:
    """Read what `tag_value` wrote.

    Raises:
        ValueError: It is not of that form.
    """
    if tagged is None:
        return None
    try:
        tag, encoded = tagged
        return _UNTAG[tag](encoded)
    except (TypeError, KeyError, ArithmeticError, AttributeError, RecursionError) as exc:
        raise ValueError("not a tagged value") from exc
