"""How the values of a column are kept in Arrow, so that each comes back equal and of its type.

| values | kept as |
|---|---|
| bool, int (64 bits), float, str, bytes | bool, int64, double, string, binary |
| date, datetime without a zone | date32, timestamp[us] |
| datetime in UTC | timestamp[us, UTC] |
| UUID | binary(16) |
| Decimal, time, datetime in another zone | string: every digit; ISO 8601 |
| JsonText, ServerText | string |
| anything else, and values of several types | string: tagged JSON, as of `tag_value` |
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import attrs
import pyarrow as pa

from sqlcore.domain.encoding import tag_value, untag_value
from sqlcore.domain.query import Column
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import JsonText, ServerText
from sqlcore.errors import InvalidArgumentError, UnsupportedError

__all__ = ["STORAGES", "TAGGED", "Storage", "storage_of"]

_NONE = type(None)
_DAYS_BEFORE_1970 = dt.date(1970, 1, 1).toordinal()
_UTC_NAMES = frozenset({"UTC", "Etc/UTC"})
_REFUSALS = (pa.ArrowException, TypeError, ValueError, OverflowError)
"""What Arrow raises for values that a type cannot carry."""


@attrs.frozen(kw_only=True)
class Storage:
    """How the values of a column are kept.

    Attributes:
        name: Stands in the Arrow schema.
        python_types: The types of values that it may carry; None: all.
        arrow_type: What they are in Arrow.
        write: Prepares values for Arrow; None for a value that is not to be carried.
        read: Makes the values of an Arrow array.
        wider: The name of the storage for values that this one cannot carry.
    """

    name: str
    python_types: frozenset[type] | None
    arrow_type: pa.DataType
    write: Callable[[Sequence[Any]], Sequence[Any]]
    read: Callable[[pa.Array], list[Any]]
    wider: str = "tagged"

    def array(self, values: Sequence[Any]) -> pa.Array | None:
        """Make an Arrow array; None where one of the values would not come back as it is."""
        if self.python_types is not None and not self.python_types.issuperset(map(type, values)):
            return None
        try:
            return pa.array(self.write(values), type=self.arrow_type)
        except _REFUSALS:
            return None

    def for_values(self, values: Sequence[Any]) -> Storage:
        """Return this one, or the next wider one that carries the values; at last `TAGGED`."""
        storage = self
        while storage is not TAGGED and storage.array(values) is None:
            storage = STORAGES[storage.wider]
        return storage


def storage_of(column: Column) -> Storage:
    """Choose how the values of a column are kept, by its declared type."""
    if column.masked:
        return STORAGES["text"]
    return STORAGES[_BY_KIND.get(column.type.kind, "tagged")]


def _as_they_are(values: Sequence[Any]) -> Sequence[Any]:
    return values


def _to_list(array: pa.Array) -> list[Any]:
    values: list[Any] = array.to_pylist()
    return values


def _each(change: Callable[[Any], Any]) -> Callable[[Sequence[Any]], list[Any]]:
    """Change each value but None."""

    def change_all(values: Iterable[Any]) -> list[Any]:
        return [None if value is None else change(value) for value in values]

    return change_all


def _each_of(change: Callable[[Any], Any]) -> Callable[[pa.Array], list[Any]]:
    change_all = _each(change)
    return lambda array: change_all(array.to_pylist())


def _without_zone(values: Sequence[Any]) -> Sequence[Any]:
    """Let only datetimes without a zone pass: Arrow would move others to UTC."""
    if any(value is not None and value.tzinfo is not None for value in values):
        raise ValueError("a zone")
    return values


def _in_utc(values: Sequence[Any]) -> Sequence[Any]:
    """Let only datetimes in UTC pass: Arrow would move others to it, and forget their offset."""
    zones = {value.tzinfo for value in values if value is not None}
    if not all(zone is dt.UTC or getattr(zone, "key", None) in _UTC_NAMES for zone in zones):
        raise ValueError("another zone")
    return values


def _to_dates(array: pa.Array) -> list[Any]:
    """Read dates; Arrow's own way takes twenty times as long."""
    from_ordinal = dt.date.fromordinal
    days = array.view(pa.int32()).to_pylist()
    return [None if day is None else from_ordinal(day + _DAYS_BEFORE_1970) for day in days]


def _to_datetimes(array: pa.Array) -> list[Any]:
    """Read datetimes; Arrow's own way takes ten times as long."""
    from_text = dt.datetime.fromisoformat
    return [
        None if text is None else from_text(text) for text in array.cast(pa.string()).to_pylist()
    ]


def _to_utc(array: pa.Array) -> list[Any]:
    from_text = dt.datetime.fromisoformat
    texts = array.cast(pa.timestamp("us")).cast(pa.string()).to_pylist()
    return [None if text is None else from_text(f"{text}+00:00") for text in texts]


def _tag(values: Sequence[Any]) -> list[Any]:
    try:
        return [None if value is None else json.dumps(tag_value(value)) for value in values]
    except InvalidArgumentError as exc:
        unknown = sorted({type(value).__name__ for value in values} - _TAGGABLE)
        raise UnsupportedError(
            f"Values of type {', '.join(unknown) or 'list'} cannot be kept in a result on disk.",
            hint="Cast the column to text in the statement.",
        ) from exc


def _untag(text: str) -> Any:
    return untag_value(json.loads(text))


_TAGGABLE = {
    *("bool", "int", "float", "Decimal", "str", "ServerText", "JsonText", "bytes", "datetime"),
    *("date", "time", "UUID", "Interval", "list", "NoneType"),
}


def _storage(
    name: str,
    python_type: type,
    arrow_type: pa.DataType,
    write: Callable[[Sequence[Any]], Sequence[Any]] = _as_they_are,
    read: Callable[[pa.Array], list[Any]] = _to_list,
    *,
    wider: str = "tagged",
) -> Storage:
    return Storage(
        name=name,
        python_types=frozenset({python_type, _NONE}),
        arrow_type=arrow_type,
        write=write,
        read=read,
        wider=wider,
    )


_TEXT = pa.string()
_ISO = dt.datetime.isoformat
_KNOWN = (
    _storage("boolean", bool, pa.bool_()),
    _storage("integer", int, pa.int64()),
    _storage("float", float, pa.float64()),
    _storage("text", str, _TEXT),
    _storage("binary", bytes, pa.binary()),
    _storage("date", dt.date, pa.date32(), read=_to_dates),
    _storage("timestamp", dt.datetime, pa.timestamp("us"), _without_zone, _to_datetimes),
    _storage("utc", dt.datetime, pa.timestamp("us", "UTC"), _in_utc, _to_utc, wider="zoned"),
    _storage(
        "uuid",
        uuid.UUID,
        pa.binary(16),
        _each(lambda value: value.bytes),
        _each_of(lambda data: uuid.UUID(bytes=data)),
    ),
    _storage("decimal", Decimal, _TEXT, _each(str), _each_of(Decimal)),
    _storage("time", dt.time, _TEXT, _each(dt.time.isoformat), _each_of(dt.time.fromisoformat)),
    _storage("zoned", dt.datetime, _TEXT, _each(_ISO), _each_of(dt.datetime.fromisoformat)),
    _storage("json", JsonText, _TEXT, read=_each_of(JsonText)),
    _storage("server_text", ServerText, _TEXT, read=_each_of(ServerText)),
)


TAGGED = Storage(
    name="tagged",
    python_types=None,
    arrow_type=_TEXT,
    write=_tag,
    read=_each_of(_untag),
)
"""Carries any value."""

STORAGES: Mapping[str, Storage] = {storage.name: storage for storage in (*_KNOWN, TAGGED)}

_BY_KIND: Mapping[TypeKind, str] = {
    TypeKind.BOOLEAN: "boolean",
    TypeKind.INTEGER: "integer",
    TypeKind.DECIMAL: "decimal",
    TypeKind.FLOAT: "float",
    TypeKind.TEXT: "text",
    TypeKind.BINARY: "binary",
    TypeKind.DATE: "date",
    TypeKind.TIME: "time",
    TypeKind.TIMESTAMP: "timestamp",
    TypeKind.TIMESTAMP_TZ: "utc",
    TypeKind.UUID: "uuid",
    TypeKind.JSON: "json",
    TypeKind.XML: "text",
    TypeKind.OTHER: "server_text",
}
