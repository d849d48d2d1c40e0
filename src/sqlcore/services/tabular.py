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
beyond 64 bits) is a string column, so that nothing is rounded or lost; its values are spelled as
`sqlcore.domain.encoding` spells them.
"""

from __future__ import annotations

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
    if column.type.kind is TypeKind.INTERVAL:
        values = tuple(_month_day_nano(pa, value) for value in values)
    try:
        return pa.array(values, type=_arrow_type(pa, column.type.kind))
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, OverflowError):
        return pa.array([_spell(value) for value in values], type=pa.string())


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
    return encoded if encoded is None or isinstance(encoded, str) else str(encoded)
