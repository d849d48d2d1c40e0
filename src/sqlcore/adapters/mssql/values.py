"""Values as the driver gives them, made those of the domain where they differ.

Exact as they come: bit, integers, decimal and money, float, text, binary, dates and times,
uniqueidentifier. `time`, `datetime2` and `datetimeoffset` lose their seventh digit: Python has
microseconds. `datetime` counts in 1/300 s and comes cut to microseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import JsonText, ServerText
from sqlcore.errors import ExecutionError

__all__ = ["Conversion", "converted", "read_rows", "row_conversions"]

Conversion = Callable[[Any], Any]


def _hexadecimal(value: Any) -> Any:
    return ServerText(f"0x{value.hex().upper()}") if isinstance(value, bytes) else value


def _json(value: Any) -> Any:
    return JsonText(value) if isinstance(value, str) else value


def row_conversions(types: Sequence[SqlType]) -> tuple[tuple[int, Conversion], ...]:
    """List the columns whose values need a change, with the change.

    CLR types (hierarchyid, geography, geometry) come as their serialized bytes and become
    hexadecimal. `sql_variant` stays the bytes that the driver gives: they do not say their type.
    """
    conversions: list[tuple[int, Conversion]] = []
    for position, column_type in enumerate(types):
        if column_type.kind is TypeKind.OTHER and column_type.name != "sql_variant":
            conversions.append((position, _hexadecimal))
        elif column_type.kind is TypeKind.JSON:
            conversions.append((position, _json))
    return tuple(conversions)


def converted(
    rows: list[tuple[Any, ...]], conversions: Sequence[tuple[int, Conversion]]
) -> list[tuple[Any, ...]]:
    """Apply the changes; without any, return the rows as they are."""
    if not conversions:
        return rows
    changed: list[tuple[Any, ...]] = []
    for row in rows:
        values = list(row)
        for position, conversion in conversions:
            values[position] = conversion(values[position])
        changed.append(tuple(values))
    return changed


def read_rows(read: Callable[[int], list[tuple[Any, ...]]], count: int) -> list[tuple[Any, ...]]:
    """Read at most `count` rows; a value that Python has no object for is an error that says so.

    The driver raises ValueError then, for one for a time of day that a server rounds up to 24:00.

    Raises:
        ExecutionError: There is such a value.
    """
    try:
        return read(count)
    except (ValueError, OverflowError) as error:
        raise ExecutionError(
            f"A value of the result cannot be read: {error}.",
            hint="CAST dates and times to varchar to see those that Python has no value for.",
        ) from error
