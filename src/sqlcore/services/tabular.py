"""Result sets as Arrow tables.

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
beyond 64 bits, a time with a zone) is a string column, so that nothing is rounded or lost; its
values are spelled as `sqlcore.domain.encoding` spells them, arrays as JSON. Decimals and arrays
without a value are a null column, for which Arrow finds no type.
"""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from sqlcore.domain.encoding import encode_value
from sqlcore.domain.query import Column, ResultSet
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import Interval
from sqlcore.errors import UnsupportedError
from sqlcore.services.querying import unique_names

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["to_arrow"]


def to_arrow(result_set: ResultSet) -> pa.Table:
    """Make an Arrow table of the rows that a result set holds.

    Raises:
        UnsupportedError: pyarrow is not installed.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # heavy, and an extra
    except ImportError as exc:
        raise UnsupportedError(
            "Arrow tables need pyarrow, which is not installed.",
            hint='Run: pip install "sqlcore[arrow]"',
        ) from exc
    by_column = list(zip(*result_set.rows, strict=True)) or [()] * len(result_set.columns)
    arrays = [
        _array(pa, column, values)
        for column, values in zip(result_set.columns, by_column, strict=True)
    ]
    return pa.table(arrays, names=list(unique_names(result_set.columns)))


def _array(pa: Any, column: Column, values: tuple[Any, ...]) -> Any:
    kind = column.type.kind
    try:
        if kind is TypeKind.INTERVAL:
            return pa.array([_month_day_nano(pa, v) for v in values], type=_arrow_type(pa, kind))
        if not any(_loses_zone(value) for value in values):
            return pa.array(values, type=_arrow_type(pa, kind))
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        pass  # Arrow raises all of these for values that a type cannot carry
    return pa.array([_spell(value) for value in values], type=pa.string())


def _loses_zone(value: Any) -> bool:
    """Tell what Arrow would take without a complaint, and without its time zone."""
    return isinstance(value, dt.time) and value.tzinfo is not None


def _arrow_type(pa: Any, kind: TypeKind) -> Any:
    """Return the Arrow type of a kind; None lets Arrow look at the values."""
    types = {
        TypeKind.BOOLEAN: pa.bool_(),
        TypeKind.INTEGER: pa.int64(),
        TypeKind.FLOAT: pa.float64(),
        TypeKind.TEXT: pa.string(),
        TypeKind.JSON: pa.string(),
        TypeKind.XML: pa.string(),
        TypeKind.UUID: pa.string(),
        TypeKind.OTHER: pa.string(),
        TypeKind.BINARY: pa.binary(),
        TypeKind.DATE: pa.date32(),
        TypeKind.TIME: pa.time64("us"),
        TypeKind.TIMESTAMP: pa.timestamp("us"),
        TypeKind.TIMESTAMP_TZ: pa.timestamp("us", tz="UTC"),
        TypeKind.INTERVAL: pa.month_day_nano_interval(),
    }
    return types.get(kind)


def _month_day_nano(pa: Any, value: Any) -> Any:
    if not isinstance(value, Interval):
        return value
    return pa.MonthDayNano([value.months, value.days, value.microseconds * 1000])


def _spell(value: Any) -> str | None:
    encoded = encode_value(value)
    if encoded is None or isinstance(encoded, str):
        return encoded
    return json.dumps(encoded, ensure_ascii=False)
