"""Rows under one header, as markdown, CSV or JSON, as many as a budget holds."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict

import attrs

from sqlcore.domain.query import Column
from sqlcore_mcp.rendering.cells import compact_json, csv_line, encode_cells, markdown_line
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["ColumnOutput", "RowFormat", "Table", "column_outputs", "render_table"]

_LONGEST_CELL = 1000
_LONGEST_NAME = 130
"""Servers allow 63 to 128 characters."""
_SHORTEST_CELL = 16
_COLUMNS_SHARE = 0.5
_CHUNK_ROWS = 64
"""Rows that are written and paid for at once, where they fit; counting each takes longer."""


class ColumnOutput(TypedDict):
    """A column in structured content; `masked` where its values are not shown."""

    name: str
    type: str
    masked: NotRequired[bool]


class RowFormat(enum.StrEnum):
    """How rows are written in an answer's text."""

    MARKDOWN = "markdown"
    CSV = "csv"
    JSON = "json"


@attrs.frozen(kw_only=True)
class Table:
    """Rows as they are shown; text and `rows` hold the same.

    Attributes:
        text: Header and rows, each line with its end.
        columns: The columns that are shown.
        columns_omitted: How many columns at the end had no room.
        rows: The rows that are shown, JSON-safe.
        cells_cut: How many of their values were cut.
    """

    text: str
    columns: list[ColumnOutput]
    columns_omitted: int
    rows: list[list[Any]]
    cells_cut: int


def column_outputs(columns: Sequence[Column]) -> list[ColumnOutput]:
    """Describe the columns of a result for structured content."""
    outputs: list[ColumnOutput] = []
    for column in columns:
        output: ColumnOutput = {"name": column.name, "type": str(column.type)}
        if column.masked:
            output["masked"] = True
        outputs.append(output)
    return outputs


def render_table(
    columns: Sequence[ColumnOutput],
    rows: Sequence[Sequence[Any]],
    row_format: RowFormat,
    budget: Budget,
) -> Table:
    """Write as many rows as the budget holds, from the first on, and spend what they cost."""
    shown_columns = _columns_that_fit(columns, budget)
    width = len(shown_columns)
    names = [column["name"] for column in shown_columns]
    lines = [_header(names, row_format)]
    shown: list[list[Any]] = []
    cells_cut = 0
    longest = _longest_cell(budget, len(rows) * width)
    if row_format is RowFormat.JSON:
        budget.spend("]}")
    for start in range(0, len(rows) if width else 0, _CHUNK_ROWS):
        chunk = [row[:width] for row in rows[start : start + _CHUNK_ROWS]]
        fitted = _fit_all(chunk, longest, row_format, budget)
        if fitted is None:
            shortest = _SHORTEST_CELL if start == 0 else longest
            fitted = _fit_some(chunk, longest, shortest, row_format, budget)
        lines.append(fitted.text)
        shown += fitted.rows
        cells_cut += fitted.cells_cut
        if len(fitted.rows) < len(chunk):
            break
    return Table(
        text=_joined(lines, row_format),
        columns=shown_columns,
        columns_omitted=len(columns) - width,
        rows=shown,
        cells_cut=cells_cut,
    )


@attrs.frozen
class _Rows:
    """Rows that were written and paid for."""

    text: str
    rows: list[list[Any]]
    cells_cut: int


def _fit_all(
    rows: Sequence[Sequence[Any]], longest: int, row_format: RowFormat, budget: Budget
) -> _Rows | None:
    """Write all rows and spend what they cost; None where they do not fit."""
    encoded = [encode_cells(row, longest) for row in rows]
    cells = [cells for cells, _ in encoded]
    text = "".join(map(_WRITERS[row_format], cells))
    if not budget.take(text, compact_json(cells)):
        return None
    return _Rows(text, cells, sum(cut for _, cut in encoded))


def _fit_some(
    rows: Sequence[Sequence[Any]],
    longest: int,
    shortest: int,
    row_format: RowFormat,
    budget: Budget,
) -> _Rows:
    """Write rows one by one until one does not fit; only the first is cut down to `shortest`."""
    lines: list[str] = []
    shown: list[list[Any]] = []
    cells_cut = 0
    for row in rows:
        fitted = _fit(row, longest, longest if shown else shortest, row_format, budget)
        if fitted is None:
            break
        line, cells, cut = fitted
        lines.append(line)
        shown.append(cells)
        cells_cut += cut
    return _Rows("".join(lines), shown, cells_cut)


def _fit(
    row: Sequence[Any], longest: int, shortest: int, row_format: RowFormat, budget: Budget
) -> tuple[str, list[Any], int] | None:
    """Write a row, with shorter and shorter values down to `shortest`, and spend what it costs."""
    while True:
        cells, cut = encode_cells(row, longest)
        line = _WRITERS[row_format](cells)
        if budget.take(line, compact_json(cells) + ","):
            return line, cells, cut
        if longest <= shortest:
            return None
        longest = max(shortest, longest // 2)


def _columns_that_fit(columns: Sequence[ColumnOutput], budget: Budget) -> list[ColumnOutput]:
    part = budget.part(_COLUMNS_SHARE)
    named = [_column_of_bounded_length(column) for column in columns]
    text, structured = _column_costs(named)
    if part.take(text, structured):
        budget.spend(text, structured)
        return named
    shown: list[ColumnOutput] = []
    for column in named:
        text, structured = _column_costs([column])
        if not part.take(text, structured):
            break
        budget.spend(text, structured)
        shown.append(column)
    return shown


def _column_of_bounded_length(column: ColumnOutput) -> ColumnOutput:
    name, kind = encode_cells((column["name"], column["type"]), _LONGEST_NAME)[0]
    return {**column, "name": name, "type": kind}


def _column_costs(columns: list[ColumnOutput]) -> tuple[str, str]:
    """Write what columns cost in a header of any format, and in structured content."""
    names = [column["name"] for column in columns]
    return markdown_line(names) + "---|" * len(names), compact_json(columns)


def _longest_cell(budget: Budget, cells: int) -> int:
    """A value alone may fill the answer; among many it leaves room for the others."""
    if cells <= 1:
        return max(_SHORTEST_CELL, budget.left * 3)
    return max(_SHORTEST_CELL, min(_LONGEST_CELL, budget.left))


def _header(names: list[str], row_format: RowFormat) -> str:
    if row_format is RowFormat.MARKDOWN:
        return markdown_line(names) + "|" + "---|" * len(names) + "\n" if names else ""
    if row_format is RowFormat.CSV:
        return csv_line(names) if names else ""
    return '{"columns":' + compact_json(names) + ',"rows":[\n'


def _json_line(cells: list[Any]) -> str:
    return compact_json(cells) + ",\n"


_WRITERS = {
    RowFormat.MARKDOWN: markdown_line,
    RowFormat.CSV: csv_line,
    RowFormat.JSON: _json_line,
}


def _joined(lines: list[str], row_format: RowFormat) -> str:
    text = "".join(lines)
    return text.removesuffix(",\n") + "]}\n" if row_format is RowFormat.JSON else text
