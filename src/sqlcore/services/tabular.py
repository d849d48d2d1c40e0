"""Result sets as Arrow tables and record batches.

| kind of column | Arrow type |
|---|---|
| boolean, integer, float | bool, int64, double |
| decimal | decimal128 or decimal256, as wide as the values need |
| text, json, xml, uuid, other | string |
| binary | binary |
| date, time | date32, time64[us] |
| timestamp, timestamp_tz | timestamp[us], timestamp[us, UTC] |
| interval | month_day_nano_interval |
| array | list, by its elements |

A column with a value that its type cannot carry (an infinite date, a NaN among decimals, an integer
beyond 64 bits, a time with a zone, a masked value) is a string column, so that nothing is rounded
or lost; its values are spelled as `sqlcore.domain.encoding` spells them, arrays as JSON. Decimals
and arrays without a value are a null column, for which Arrow finds no type. Half of a surrogate
pair, which no encoding carries, is spelled out.

Importing this module loads pyarrow, which is large; import it where it is needed.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from decimal import Decimal
from typing import Any

import attrs
import pyarrow as pa

from sqlcore.domain.encoding import encode_value
from sqlcore.domain.query import Column, ResultSet, Row
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.services.querying import unique_names

__all__ = ["TypedBatches", "to_arrow", "typed_batches"]

_NONE: type = type(None)
_STRING = pa.string()
_TEXTS: set[type] = {str, JsonText, ServerText, _NONE}
_REFUSALS = (pa.ArrowException, TypeError, ValueError, OverflowError)
"""What Arrow raises for values that a type cannot carry."""

_TYPES: Mapping[TypeKind, tuple[pa.DataType, set[type]]] = {
    TypeKind.BOOLEAN: (pa.bool_(), {bool}),
    TypeKind.INTEGER: (pa.int64(), {int}),
    TypeKind.FLOAT: (pa.float64(), {float, int}),
    TypeKind.BINARY: (pa.binary(), {bytes, bytearray, memoryview}),
    TypeKind.DATE: (pa.date32(), {dt.date}),
    TypeKind.TIME: (pa.time64("us"), {dt.time}),
    TypeKind.TIMESTAMP: (pa.timestamp("us"), {dt.datetime}),
    TypeKind.TIMESTAMP_TZ: (pa.timestamp("us", tz="UTC"), {dt.datetime}),
    TypeKind.INTERVAL: (pa.month_day_nano_interval(), {Interval}),
}
"""Of kinds that have one Arrow type: it, and the types of values that it carries."""

_INFERRED: Mapping[TypeKind, set[type]] = {
    TypeKind.DECIMAL: {Decimal, int},
    TypeKind.ARRAY: {list},
}
"""Of kinds whose Arrow type depends on the values: the types of values."""

_MOST_DIGITS, _MANY_DIGITS = 76, 38


@attrs.frozen
class TypedBatches:
    """Rows as Arrow record batches of one schema.

    Attributes:
        schema: Names that are unique, and types.
        batches: The rows; to be read once.
    """

    schema: pa.Schema
    batches: Iterator[pa.RecordBatch]


def to_arrow(result_set: ResultSet) -> pa.Table:
    """Make an Arrow table of the rows that a result set holds."""
    typed = typed_batches(result_set.columns, lambda: [result_set.rows])
    return pa.Table.from_batches(typed.batches, schema=typed.schema)


def typed_batches(
    columns: Sequence[Column],
    read: Callable[[], Iterable[Sequence[Row]]],
    *,
    as_text: AbstractSet[TypeKind] = frozenset(),
) -> TypedBatches:
    """Find the types of columns, and give their rows as record batches. Memory holds one batch.

    Args:
        columns: The columns of the rows.
        read: Gives the rows, the same each time: it is called twice, first for the types.
        as_text: Kinds that are to be string columns whatever their values.
    """
    typings = [_Typing(column.type.kind, as_text) for column in columns]
    for rows in read():
        if rows:
            for typing, values in zip(typings, zip(*rows, strict=True), strict=True):
                typing.see(values)
    names = unique_names(columns)
    schema = pa.schema(
        [pa.field(name, typing.type) for name, typing in zip(names, typings, strict=True)]
    )
    return TypedBatches(schema, _batches(schema, typings, read))


def _batches(
    schema: pa.Schema, typings: Sequence[_Typing], read: Callable[[], Iterable[Sequence[Row]]]
) -> Iterator[pa.RecordBatch]:
    for rows in read():
        if rows:
            arrays = [
                typing.array(values)
                for typing, values in zip(typings, zip(*rows, strict=True), strict=True)
            ]
            yield pa.RecordBatch.from_arrays(arrays, schema=schema)


class _Typing:
    """The Arrow type of one column, as far as its values have been seen."""

    def __init__(self, kind: TypeKind, as_text: AbstractSet[TypeKind]) -> None:
        self._kind = kind
        self.type: pa.DataType
        self._python_types: AbstractSet[type]
        if kind in as_text:
            self.type, self._python_types = _STRING, {_NONE}
        elif kind in _TYPES:
            self.type, self._python_types = _TYPES[kind][0], _TYPES[kind][1] | {_NONE}
        elif kind in _INFERRED:
            self.type, self._python_types = pa.null(), _INFERRED[kind] | {_NONE}
        else:
            self.type, self._python_types = _STRING, _TEXTS

    def see(self, values: Sequence[Any]) -> None:
        """Look at more values."""
        if self.type.equals(_STRING):
            return
        try:
            if not set(map(type, values)) <= self._python_types or self._changes_zone(values):
                raise TypeError("another type")
            if self._kind in _INFERRED:
                self.type = _merged(self.type, pa.array(values).type)
            else:
                self._natural(values)
        except _REFUSALS:
            self.type = _STRING

    def array(self, values: Sequence[Any]) -> pa.Array:
        """Make an array of values that were seen."""
        if not self.type.equals(_STRING):
            return self._natural(values)
        if self._python_types is not _TEXTS or not set(map(type, values)) <= _TEXTS:
            values = [_spell(value) for value in values]
        try:
            return pa.array(values, type=_STRING)
        except UnicodeEncodeError:
            return pa.array([_printable(value) for value in values], type=_STRING)

    def _natural(self, values: Sequence[Any]) -> pa.Array:
        if self._kind is TypeKind.INTERVAL:
            values = [value and _month_day_nano(value) for value in values]
        return pa.array(values, type=self.type)

    def _changes_zone(self, values: Sequence[Any]) -> bool:
        """Tell whether Arrow would take a zone away, or give one, without a complaint."""
        if self._kind in (TypeKind.TIME, TypeKind.TIMESTAMP):
            return any(value is not None and value.tzinfo is not None for value in values)
        if self._kind is TypeKind.TIMESTAMP_TZ:
            return any(value is not None and value.tzinfo is None for value in values)
        return False


def _merged(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type that carries the values of both.

    Raises:
        TypeError: There is none that carries them exactly.
    """
    if one.equals(other) or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if pa.types.is_list(one) and pa.types.is_list(other):
        return pa.list_(_merged(one.value_type, other.value_type))
    if pa.types.is_decimal(one) and pa.types.is_decimal(other):
        scale = max(one.scale, other.scale)
        digits = scale + max(one.precision - one.scale, other.precision - other.scale)
        if digits <= _MOST_DIGITS:
            return (pa.decimal128 if digits <= _MANY_DIGITS else pa.decimal256)(digits, scale)
    raise TypeError("no common type")


def _month_day_nano(value: Interval) -> Any:
    return pa.MonthDayNano([value.months, value.days, value.microseconds * 1000])


def _spell(value: Any) -> str | None:
    encoded = encode_value(value)
    if encoded is None or isinstance(encoded, str):
        return encoded
    return json.dumps(encoded, ensure_ascii=False)


def _printable(text: str | None) -> str | None:
    return text and text.encode("utf-8", "backslashreplace").decode()
