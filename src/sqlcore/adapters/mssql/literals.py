"""Literals of Transact-SQL: how a value and its declared type are written in a batch.

A parameter reaches the server as a declaration of `sp_executesql` and a constant; only these two
are written here, and neither can leave its place. The grammar of constants:
https://learn.microsoft.com/sql/t-sql/data-types/constants-transact-sql
"""

from __future__ import annotations

import datetime as dt
import decimal
import math
import re
import uuid
from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.errors import InvalidArgumentError

__all__ = ["BoundParameter", "bind_parameter", "declared_type", "text_literal"]

_MAX_DIGITS = 38
_MAX_SCALE = 7
_MAX_NVARCHAR = 4000
_MAX_VARBINARY = 8000
_MAX_OFFSET = dt.timedelta(hours=14)

_SIMPLE_TYPES = frozenset(
    (
        *("bit", "tinyint", "smallint", "int", "bigint", "decimal", "numeric", "money"),
        *("smallmoney", "float", "real", "char", "varchar", "nchar", "nvarchar", "text", "ntext"),
        *("sysname", "binary", "varbinary", "image", "date", "time", "datetime", "smalldatetime"),
        *("datetime2", "datetimeoffset", "uniqueidentifier", "xml", "sql_variant"),
    )
)
# The most of the number in brackets; `max` is allowed beside it where the second is true.
_LENGTH_TYPES = {
    "char": (8000, False),
    "varchar": (8000, True),
    "nchar": (4000, False),
    "nvarchar": (4000, True),
    "binary": (8000, False),
    "varbinary": (8000, True),
    "float": (53, False),
}
_WITHOUT_LENGTH = {
    "char": "varchar(max)",
    "varchar": "varchar(max)",
    "nchar": "nvarchar(max)",
    "nvarchar": "nvarchar(max)",
    "binary": "varbinary(max)",
    "varbinary": "varbinary(max)",
}
_SCALE_TYPES = ("time", "datetime2", "datetimeoffset")
_TYPE = re.compile(
    r"\s*([a-z_0-9]+)\s*(?:\(\s*(max|[0-9]{1,4})\s*(?:,\s*([0-9]{1,2})\s*)?\)\s*)?", re.IGNORECASE
)
_TEXT_TYPES = frozenset(("char", "varchar", "nchar", "nvarchar", "text", "ntext", "xml", "sysname"))
_BINARY_TYPES = frozenset(("binary", "varbinary", "image"))
_EXACT_TYPES = frozenset(("decimal", "numeric", "money", "smallmoney"))
_DATETIME_TYPES = frozenset(("datetime", "smalldatetime"))
# Between a backslash and the end of its line.
_CONTINUATION = re.compile(r"(?<=\\)(?=[\r\n])")


@attrs.frozen
class BoundParameter:
    """A parameter as the batch needs it.

    Attributes:
        name: Without the leading `@`.
        type: The declared type.
        literal: A constant, or an expression where `is_expression` says so.
        is_expression: EXEC takes constants and variables only, so an expression must go through
            a DECLARE first.
    """

    name: str
    type: str
    literal: str = attrs.field(repr=False)
    is_expression: bool = False


def declared_type(spelling: str, parameter: str | None = None) -> str:
    """Check a type that a caller wrote and return it in one spelling.

    Raises:
        InvalidArgumentError: It is not a built-in scalar type of SQL Server.
    """
    match = _TYPE.fullmatch(spelling)
    name = match.group(1).lower() if match else ""
    if match is None or name not in _SIMPLE_TYPES:
        raise InvalidArgumentError(
            f"{spelling[:60]!r} is no type that a parameter can have here.",
            hint="Use a built-in type such as int, decimal(12,2), nvarchar(100) or datetime2(7).",
            parameter=parameter,
        )
    size, scale = match.group(2), match.group(3)
    if size is None:
        # A length that is left out is 1 in a declaration, which would cut the value.
        return _WITHOUT_LENGTH.get(name, name)
    if not _is_possible(name, size.lower(), scale):
        raise InvalidArgumentError(
            f"{spelling[:60]!r} has arguments that the type {name} does not take.",
            parameter=parameter,
        )
    return f"{name}({size.lower()})" if scale is None else f"{name}({size},{scale})"


def _is_possible(name: str, size: str, scale: str | None) -> bool:
    if name in ("decimal", "numeric"):
        return size != "max" and 1 <= int(size) <= _MAX_DIGITS and int(scale or 0) <= int(size)
    if scale is not None:
        return False
    if name in _SCALE_TYPES:
        return size.isdigit() and int(size) <= _MAX_SCALE
    if name not in _LENGTH_TYPES:
        return False
    most, takes_max = _LENGTH_TYPES[name]
    return takes_max if size == "max" else 1 <= int(size) <= most


def bind_parameter(name: str, value: Any, spelling: str | None = None) -> BoundParameter:
    """Write a value as a constant of its declared type, or of the type that its class suggests.

    NULL without a type is declared nvarchar, which converts to every type but the binary ones.

    Raises:
        InvalidArgumentError: The type is unknown, or the value cannot be said in it: NaN,
            infinities, lone surrogates, more than 38 digits.
    """
    kind = None if spelling is None else declared_type(spelling, name)
    base = None if kind is None else kind.partition("(")[0]
    try:
        if value is None:
            return BoundParameter(name, kind or "nvarchar(4000)", "NULL")
        if base is not None:
            value = _fitted(value, base)
        natural, literal, is_expression = _constant(value, base)
    except InvalidArgumentError as error:
        error.parameter = name
        raise
    if kind in ("decimal", "numeric"):
        # Without digits it is decimal(18,0), which would round the value.
        kind = natural if natural.startswith("decimal") else f"{kind}({_MAX_DIGITS},0)"
    return BoundParameter(name, kind or natural, literal, is_expression)


def _fitted(value: Any, base: str) -> Any:
    """Read a value that came as text, where the declared type needs something else."""
    if base in _BINARY_TYPES and isinstance(value, str):
        digits = value.removeprefix("0x").removeprefix("0X")
        try:
            return bytes.fromhex(digits)
        except ValueError:
            raise InvalidArgumentError(
                f"A value of type {base} that comes as text must be hexadecimal, such as 0x0AFF."
            ) from None
    if base in _EXACT_TYPES and isinstance(value, str | float):
        try:
            return decimal.Decimal(
                float.__repr__(value) if isinstance(value, float) else value.strip()
            )
        except decimal.InvalidOperation:
            raise InvalidArgumentError(f"The value is no number, as {base} needs.") from None
    if base in _TEXT_TYPES and isinstance(value, bytes | bytearray | memoryview):
        raise InvalidArgumentError(
            f"Bytes cannot be given as {base}; decode them or use varbinary."
        )
    if base in _TEXT_TYPES and isinstance(value, int | float | decimal.Decimal):
        return str(value)
    return value


def _constant(  # noqa: C901, PLR0911 one branch for each class of values
    value: Any, base: str | None
) -> tuple[str, str, bool]:
    """Return the natural type, the literal and whether it is an expression."""
    if isinstance(value, bool):
        return "bit", str(int(value)), False
    if isinstance(value, int):
        return _integer(value)
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidArgumentError("SQL Server has no NaN and no infinity.")
        digits = float.__repr__(value)  # a subclass, such as NumPy's, may show itself otherwise
        return "float(53)", digits if "e" in digits else f"{digits}e0", False
    if isinstance(value, decimal.Decimal):
        return _decimal(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, bytes | bytearray | memoryview):
        content = bytes(value)
        size = _MAX_VARBINARY if len(content) <= _MAX_VARBINARY else "max"
        return f"varbinary({size})", f"0x{content.hex().upper()}", False
    if isinstance(value, uuid.UUID):
        return "uniqueidentifier", f"'{value}'", False
    if isinstance(value, dt.datetime):
        return _timestamp(value, base)
    if isinstance(value, dt.date):
        return "date", f"'{value.isoformat()}'", False
    if isinstance(value, dt.time):
        if value.tzinfo is not None:
            raise InvalidArgumentError("SQL Server has no time of day with a time zone.")
        return "time(7)", f"'{value.isoformat()}'", False
    raise InvalidArgumentError(
        f"A value of class {type(value).__name__} has no counterpart in SQL Server.",
        hint="Give a number, text, bytes, bool, date, time, datetime, UUID or None.",
    )


def _integer(value: int) -> tuple[str, str, bool]:
    if -(2**31) <= value < 2**31:
        return "int", str(value), False
    if -(2**63) <= value < 2**63:
        return "bigint", str(value), False
    if abs(value) < 10**_MAX_DIGITS:
        return f"decimal({_MAX_DIGITS},0)", str(value), False
    raise InvalidArgumentError(f"An integer of SQL Server has at most {_MAX_DIGITS} digits.")


def _decimal(value: decimal.Decimal) -> tuple[str, str, bool]:
    if not value.is_finite():
        raise InvalidArgumentError("SQL Server has no NaN and no infinity.")
    _, digits, exponent = value.as_tuple()
    scale = max(0, -int(exponent))
    whole = max(1, len(digits) + int(exponent))
    if scale > _MAX_DIGITS or whole + scale > _MAX_DIGITS + (whole == 1 and abs(value) < 1):
        raise InvalidArgumentError(f"A decimal of SQL Server has at most {_MAX_DIGITS} digits.")
    precision = min(_MAX_DIGITS, whole + scale)
    # Without a point a constant of more than 10 digits is still decimal, so none is rounded.
    return f"decimal({precision},{scale})", format(value, "f"), False


def text_literal(value: str) -> str:
    """Write text as one Unicode constant; a quote is doubled.

    A backslash at the end of a line continues a constant, and the server drops both: text that
    has one is written as an expression, of its bytes. Source: "Backslash (Line Continuation)".

    Raises:
        InvalidArgumentError: It holds NUL or half of a surrogate pair, which a batch cannot carry.
    """
    if "\0" in value:
        raise InvalidArgumentError("The text holds a NUL character, which ends a batch.")
    _utf16(value)
    lines = _CONTINUATION.split(value)
    return _quoted(value) if len(lines) == 1 else _sum_of(lines)


def _quoted(value: str) -> str:
    return "N'" + value.replace("'", "''") + "'"


def _sum_of(texts: Sequence[str]) -> str:
    """Add texts up by halves: the server bounds how deep an expression is."""
    if len(texts) == 1:
        return f"CAST({_quoted(texts[0])} AS nvarchar(max))"
    half = len(texts) // 2
    return f"({_sum_of(texts[:half])} + {_sum_of(texts[half:])})"


def _text(value: str) -> tuple[str, str, bool]:
    units = len(_utf16(value)) // 2
    natural = f"nvarchar({_MAX_NVARCHAR if units <= _MAX_NVARCHAR else 'max'})"
    if "\0" not in value:
        literal = text_literal(value)
        return natural, literal, not literal.startswith("N'")
    # The driver ends a batch at NUL, so such text goes as its UTF-16 bytes.
    return natural, f"CAST(0x{_utf16(value).hex().upper()} AS nvarchar(max))", True


def _utf16(value: str) -> bytes:
    try:
        return value.encode("utf-16-le")
    except UnicodeEncodeError as error:
        raise InvalidArgumentError(
            f"The text holds half of a surrogate pair at character {error.start + 1}.",
            hint="Such text is no valid Unicode; give it as bytes.",
        ) from None


def _timestamp(value: dt.datetime, base: str | None) -> tuple[str, str, bool]:
    if base in _DATETIME_TYPES and value.tzinfo is None:
        # These types refuse more than three digits of a second, and have 1/300 s.
        return "datetime", f"'{value.isoformat(timespec='milliseconds')}'", False
    offset = value.utcoffset()
    if offset is None:
        return "datetime2(7)", f"'{value.isoformat()}'", False
    if offset % dt.timedelta(minutes=1) or abs(offset) > _MAX_OFFSET:
        try:
            value = value.astimezone(dt.UTC)
        except OverflowError:
            raise InvalidArgumentError("The time is beyond the years 1 to 9999 in UTC.") from None
    return "datetimeoffset(7)", f"'{value.isoformat()}'", False
