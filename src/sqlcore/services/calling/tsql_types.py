"""The types of Transact-SQL, one rule each.

Source: Microsoft, "Data types (Transact-SQL)" and the page of each type.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from decimal import Decimal
from typing import Any

from sqlcore.domain.type_names import TypeName
from sqlcore.services.calling.documents import binary, json_value, uuid_value
from sqlcore.services.calling.floats import boolean, floating
from sqlcore.services.calling.measures import code_page_bytes, units_of_utf16
from sqlcore.services.calling.numbers import decimal, integer, money, read_decimal
from sqlcore.services.calling.rules import (
    RefusedValueError,
    TypeRule,
    always,
    describe,
    fixed,
)
from sqlcore.services.calling.texts import as_text, check_text, text
from sqlcore.services.calling.times import (
    Kept,
    check_three_hundredths,
    check_whole_minute,
    moment_rule,
)

__all__ = ["OTHER", "RULES"]

_GIB2 = 2**31 - 1
_HALF = 2**30 - 1
_MAX_DIGITS = 38
_VARIANT_BYTES = 8000
_SINGLE_BITS = 24


def _is_single(name: TypeName) -> bool:
    bits = name.number(0)
    return name.base == "real" or (bits is not None and bits <= _SINGLE_BITS)


def _variant(value: Any, _: TypeName) -> Any:
    """Take a single value; the server keeps the type that its constant has."""
    if isinstance(value, str):
        if units_of_utf16(check_text(value, allows_nul=True), _) * 2 > _VARIANT_BYTES:
            raise RefusedValueError("it has more than 4,000 UTF-16 code units")
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        if len(value) > _VARIANT_BYTES:
            raise RefusedValueError("it has more than 8,000 bytes")
        return bytes(value)
    if isinstance(value, dt.time) and value.tzinfo is not None:
        raise RefusedValueError("SQL Server has no time of day with an offset")
    if isinstance(value, bool | dt.date | dt.time | uuid.UUID):
        return value
    if isinstance(value, int | Decimal | float):
        return _variant_number(value)
    raise RefusedValueError(f"it is {describe(value)}, not a number, a text or binary")


def _variant_number(value: float | Decimal) -> int | float | Decimal:
    if isinstance(value, float) and math.isfinite(value):
        return value
    number = read_decimal(value)
    if not number.is_finite():
        raise RefusedValueError("it is not a finite number")
    exponent = int(number.as_tuple().exponent)
    if max(number.adjusted() + 1, 1) + max(0, -exponent) > _MAX_DIGITS:
        raise RefusedValueError("it has more than 38 digits")
    return value


OTHER = as_text(
    "any other type",
    example="text",
    allows_nul=True,
    limits="the server converts the text, or says that it cannot",
)

RULES: tuple[TypeRule, ...] = (
    integer("tinyint", 0, 255),
    integer("smallint", -(2**15), 2**15 - 1),
    integer("int|integer", -(2**31), 2**31 - 1),
    integer("bigint", -(2**63), 2**63 - 1),
    boolean("bit"),
    decimal(
        "decimal|numeric|dec",
        default=(18, 0),
        non_finite=False,
        limits="p digits, s of them after the point; (18,0) where nothing is said",
    ),
    money("money", Decimal("922337203685477.5807"), 4),
    money("smallmoney", Decimal("214748.3647"), 4),
    floating("float|double precision", single=_is_single, non_finite=False, subnormal=False),
    floating("real", single=_is_single, non_finite=False, subnormal=False),
    moment_rule(
        "date",
        Kept(date=True),
        limits="0001-01-01 to 9999-12-31; a timestamp at midnight is a date",
    ),
    moment_rule(
        "time",
        Kept(clock=True, digits=7),
        spelling="time(7)",
        limits="00:00 to 23:59:59.9999999, n digits of a second",
    ),
    moment_rule(
        "datetime",
        Kept(date=True, clock=True, digits=3, first=dt.date(1753, 1, 1)),
        extra=check_three_hundredths,
        limits="1753-01-01 to 9999-12-31; milliseconds must end in 0, 3 or 7, as the type keeps "
        "them; a date is its midnight",
    ),
    moment_rule(
        "smalldatetime",
        Kept(date=True, clock=True, first=dt.date(1900, 1, 1), last=dt.date(2079, 6, 6)),
        extra=check_whole_minute,
        limits="1900-01-01 to 2079-06-06, whole minutes; a date is its midnight",
    ),
    moment_rule(
        "datetime2",
        Kept(date=True, clock=True, digits=7),
        spelling="datetime2(7)",
        limits="years 1 to 9999, n digits of a second; a date is its midnight",
    ),
    moment_rule(
        "datetimeoffset",
        Kept(date=True, clock=True, offset=True, digits=7),
        spelling="datetimeoffset(7)",
        limits="years 1 to 9999 in UTC, offset of whole minutes up to 14:00 either way",
    ),
    text(
        "char|character",
        code_page_bytes,
        unit="bytes in the code page of its collation",
        most=8000,
        spelling="char(10)",
        limits="n bytes in the code page of its collation; the server adds blanks",
    ),
    text(
        "varchar|char varying|character varying",
        code_page_bytes,
        unit="bytes in the code page of its collation",
        most=_GIB2,
        spelling="varchar(10)",
    ),
    text("text", code_page_bytes, unit="bytes in the code page of its collation", most=_GIB2),
    text(
        "nchar",
        units_of_utf16,
        unit="UTF-16 code units",
        most=4000,
        spelling="nchar(10)",
        limits="n UTF-16 code units; the server adds blanks",
    ),
    text("nvarchar", units_of_utf16, unit="UTF-16 code units", most=_HALF, spelling="nvarchar(10)"),
    text("ntext", units_of_utf16, unit="UTF-16 code units", most=_HALF),
    text(
        "sysname",
        units_of_utf16,
        unit="UTF-16 code units",
        most=128,
        fixed_size=128,
        limits="128 UTF-16 code units",
    ),
    binary("binary", most=8000, spelling="binary(10)"),
    binary("varbinary", most=_GIB2, spelling="varbinary(10)"),
    binary("image", most=_GIB2, spelling="image"),
    binary("rowversion|timestamp", most=8, size=8, spelling="rowversion"),
    uuid_value("uniqueidentifier"),
    text(
        "xml",
        units_of_utf16,
        unit="UTF-16 code units",
        most=_HALF,
        example="<a/>",
        limits="the server checks that it is well-formed",
    ),
    json_value("json"),
    TypeRule(
        names="sql_variant",
        spelling="sql_variant",
        check=_variant,
        schema=fixed(type=["string", "number", "boolean"]),
        example=always("abc"),
        python="the value as it is",
        accepts="string, number, true, false",
        limits="8,000 bytes; of the type that the value has: a string is `nvarchar`, whatever it "
        "says; programs in Python may give dates, times and UUIDs too",
    ),
    as_text("hierarchyid", example="/1/3/", allows_nul=True, limits="a path: `/1/3/`"),
    as_text("geography", example="POINT(-122.34 47.65)", allows_nul=True, limits="well-known text"),
    as_text("geometry", example="POINT(3 4)", allows_nul=True, limits="well-known text"),
)
