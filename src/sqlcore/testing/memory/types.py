"""Types as declared in SQLite, and values on their way in and out."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from sqlcore.domain.query import Parameter
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import InvalidArgumentError

__all__ = ["Converter", "column_name_and_type", "converter", "encode", "sql_type", "type_of_values"]

Converter = Callable[[Any], Any]

_KINDS = {
    TypeKind.BOOLEAN: "BOOLEAN BOOL BIT",
    TypeKind.INTEGER: "INT INTEGER TINYINT SMALLINT MEDIUMINT BIGINT INT2 INT4 INT8 SERIAL",
    TypeKind.DECIMAL: "DECIMAL DECIMAL_TEXT NUMERIC MONEY",
    TypeKind.FLOAT: "REAL DOUBLE FLOAT",
    TypeKind.TEXT: "TEXT CHAR VARCHAR NCHAR NVARCHAR CHARACTER CLOB STRING",
    TypeKind.BINARY: "BLOB BYTEA BINARY VARBINARY",
    TypeKind.DATE: "DATE",
    TypeKind.TIME: "TIME",
    TypeKind.TIMESTAMP: "TIMESTAMP DATETIME DATETIME2",
    TypeKind.TIMESTAMP_TZ: "TIMESTAMPTZ DATETIMEOFFSET",
    TypeKind.UUID: "UUID UNIQUEIDENTIFIER",
    TypeKind.JSON: "JSON JSONB JSON_TEXT",
    TypeKind.XML: "XML",
}
_KIND_OF_WORD = {word: kind for kind, words in _KINDS.items() for word in words.split()}
_DECLARED = re.compile(
    r"\s*(?P<word>[A-Za-z_0-9]+)[^(]*(?:\(\s*\d+\s*(?:,\s*(?P<scale>\d+))?\s*\))?"
)
_NAME_WITH_TYPE = re.compile(r"(?P<name>.+?) \[(?P<type>[^\[\]]+)\]", re.DOTALL)
_STORED = {
    int: SqlType(name="integer", kind=TypeKind.INTEGER),
    float: SqlType(name="real", kind=TypeKind.FLOAT),
    str: SqlType(name="text", kind=TypeKind.TEXT),
    bytes: SqlType(name="blob", kind=TypeKind.BINARY),
}
_STORED_KINDS = frozenset(stored.kind for stored in _STORED.values())
_ANY = SqlType(name="any", kind=TypeKind.OTHER)
_MIN_INTEGER, _MAX_INTEGER = -(2**63), 2**63 - 1


def sql_type(declared: str) -> SqlType | None:
    """Read a declared type; None for one that says nothing of its values."""
    match = _DECLARED.match(declared)
    if match is None:
        return None
    word = match["word"].upper()
    kind = _KIND_OF_WORD.get(word)
    if kind is None:
        return None
    if kind is TypeKind.TIMESTAMP and "WITH TIME ZONE" in declared.upper():
        kind = TypeKind.TIMESTAMP_TZ
    return SqlType(name=declared, kind=kind)


def column_name_and_type(name: str) -> tuple[str, SqlType | None]:
    """Split a column's name of the form `name [type]`."""
    match = _NAME_WITH_TYPE.fullmatch(name)
    named_type = sql_type(match["type"]) if match else None
    return (match["name"], named_type) if match and named_type else (name, None)


def type_of_values(values: list[Any], declared: SqlType | None) -> SqlType:
    """Find the type of a column: as declared, unless that is one of SQLite's own and not true.

    SQLite stores anything in any column, and newer ones say BLOB of expressions without a type.
    """
    if declared is not None and declared.kind not in _STORED_KINDS:
        return declared
    types = {type(value) for value in values if value is not None}
    if not types:
        return declared or _ANY
    stored = _STORED.get(types.pop(), _ANY) if len(types) == 1 else _ANY
    return declared if declared is not None and declared.kind is stored.kind else stored


def converter(of: SqlType) -> Converter | None:
    """Return what makes a stored value one of a type; None where it is one already."""
    if of.kind is TypeKind.DECIMAL:
        match = _DECLARED.match(of.name)
        scale = match["scale"] if match else None
        return _decimal(None if scale is None else Decimal(1).scaleb(-int(scale)))
    convert = _CONVERTERS.get(of.kind)
    return None if convert is None else _or_server_text(convert)


def _or_server_text(convert: Converter) -> Converter:
    def convert_or_keep(stored: Any) -> Any:
        try:
            return convert(stored)
        except (ValueError, TypeError):
            return stored if isinstance(stored, bytes) else ServerText(stored)

    return convert_or_keep


def _decimal(step: Decimal | None) -> Converter:
    def convert(stored: Any) -> Any:
        try:
            value = Decimal(repr(stored) if isinstance(stored, float) else stored)
        except (InvalidOperation, TypeError, ValueError):
            return stored if isinstance(stored, bytes) else ServerText(stored)
        if step is None or not value.is_finite() or isinstance(stored, str):
            return value
        rounded = value.quantize(step)
        return rounded if rounded == value else value

    return convert


def _boolean(stored: Any) -> bool:
    if stored in (0, 1):
        return bool(stored)
    raise ValueError("neither 0 nor 1")


def _uuid(stored: Any) -> uuid.UUID:
    return uuid.UUID(bytes=stored) if isinstance(stored, bytes) else uuid.UUID(stored)


def _json(stored: Any) -> JsonText:
    return JsonText(stored.decode() if isinstance(stored, bytes) else stored)


def _timestamp(stored: Any) -> dt.datetime:
    value = dt.datetime.fromisoformat(stored)
    if value.tzinfo is not None:
        raise ValueError("it has a time zone")
    return value


def _timestamp_tz(stored: Any) -> dt.datetime:
    value = dt.datetime.fromisoformat(stored)
    return value if value.tzinfo is not None else value.replace(tzinfo=dt.UTC)


_CONVERTERS: dict[TypeKind, Converter] = {
    TypeKind.BOOLEAN: _boolean,
    TypeKind.FLOAT: lambda stored: float(stored) if isinstance(stored, int) else stored,
    TypeKind.DATE: dt.date.fromisoformat,
    TypeKind.TIME: dt.time.fromisoformat,
    TypeKind.TIMESTAMP: _timestamp,
    TypeKind.TIMESTAMP_TZ: _timestamp_tz,
    TypeKind.UUID: _uuid,
    TypeKind.JSON: _json,
}


def encode(name: str, parameter: Parameter) -> Any:
    """Make a parameter's value one that SQLite stores.

    Raises:
        InvalidArgumentError: SQLite has nothing that would keep it exact.
    """
    value = parameter.value
    encoder = next((e for kind, e in _ENCODERS if isinstance(value, kind)), None)
    problem = f"has no SQL type for {type(value).__name__}"
    if encoder is not None:
        try:
            return encoder(value)
        except ValueError as exc:
            problem = str(exc)
    raise InvalidArgumentError(
        f"The value of the parameter {name} cannot be sent: the in-memory engine {problem}.",
        parameter=name,
    )


def _integer(value: int) -> int:
    if not _MIN_INTEGER <= value <= _MAX_INTEGER:
        raise ValueError("keeps integers of 64 bits only")
    return int(value)


def _float(value: float) -> float:
    if math.isnan(value):
        raise ValueError("makes NULL of NaN")
    return float(value)


def _text(value: str) -> str:
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise ValueError("keeps no lone surrogates") from None
    return str(value)


def _datetime(value: dt.datetime) -> str:
    # In UTC, so that texts sort as instants do.
    moment = value if value.tzinfo is None else value.astimezone(dt.UTC)
    return moment.isoformat(" ")


# In this order: bool is an int, datetime is a date.
_ENCODERS: tuple[tuple[type, Converter], ...] = (
    (type(None), lambda value: value),
    (bool, int),
    (int, _integer),
    (float, _float),
    (str, _text),
    (bytes, bytes),
    (bytearray, bytes),
    (memoryview, bytes),
    (Decimal, lambda value: format(value, "f")),
    (dt.datetime, _datetime),
    (dt.date, dt.date.isoformat),
    (dt.time, dt.time.isoformat),
    (uuid.UUID, str),
    (Interval, str),
)
