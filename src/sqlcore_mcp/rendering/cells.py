"""One value of a database as text and as JSON; long ones are cut, and say how long they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from sqlcore.domain import csv_lines
from sqlcore.domain.csv_lines import compact_json
from sqlcore.domain.encoding import EXACT_INTEGER_LIMIT, encode_value

__all__ = ["compact_json", "csv_line", "encode_cells", "markdown_line", "plain"]

_BINARY = (bytes, bytearray, memoryview)
_SURROGATE = re.compile("[\ud800-\udfff]")
# Everything that could end a cell or a line, and what is left of the control characters.
_MARKDOWN = str.maketrans(
    {code: f"\\x{code:02x}" for code in (*range(32), 127, 0x85)}
    | {"\\": "\\\\", "|": "\\|", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    | {"\u2028": "\\u2028", "\u2029": "\\u2029"}
)


def encode_cells(row: Iterable[Any], longest: int) -> tuple[list[Any], int]:
    """Make a row JSON-safe, as `sqlcore.domain.encoding` says; cut what is over `longest`.

    Returns:
        The values, and how many of them were cut.
    """
    cells: list[Any] = []
    cut = 0
    for value in row:
        kind = type(value)
        if (
            value is None
            or kind is bool
            or (kind is int and -EXACT_INTEGER_LIMIT <= value <= EXACT_INTEGER_LIMIT)
            or (kind is str and len(value) <= longest and value.isascii())
        ):  # what most values are; it is itself
            cells.append(value)
            continue
        cell, was_cut = _encode_cell(value, longest)
        cells.append(cell)
        cut += was_cut
    return cells, cut


def _encode_cell(value: Any, longest: int) -> tuple[Any, bool]:
    if isinstance(value, _BINARY) and 2 * len(value) > longest:
        start = encode_value(bytes(value[: longest // 2]))
        return f"{start}… [cut: {len(value):,} bytes]", True
    cell = encode_value(value)
    if isinstance(cell, str):
        if len(cell) > longest:
            return f"{_printable(cell[:longest])}… [cut: {len(cell):,} characters]", True
        return (cell if cell.isascii() else _printable(cell)), False
    if isinstance(cell, list):
        text = compact_json(cell)
        if len(text) > longest:
            return f"{_printable(text[:longest])}… [cut: {len(text):,} characters]", True
    return cell, False


def _printable(text: str) -> str:
    """Spell out lone halves of surrogate pairs: no encoding can carry them."""
    return _SURROGATE.sub(lambda half: f"\\u{ord(half[0]):04x}", text)


def plain(cell: Any) -> str:
    """Write an encoded cell as text. NULL is `NULL`; a text of these letters has more quotes."""
    if isinstance(cell, str):
        return cell if cell.strip("'") != "NULL" else f"'{cell}'"
    if cell is None:
        return "NULL"
    return str(cell) if type(cell) is int else compact_json(cell)


def markdown_line(cells: Iterable[Any]) -> str:
    """Write a line of a pipe table; what could end a cell or a line is escaped."""
    return "|" + "|".join([_markdown_cell(cell) for cell in cells]) + "|\n"


def _markdown_cell(cell: Any) -> str:
    text = plain(cell)
    return text.translate(_MARKDOWN) if isinstance(cell, str | list) else text


def csv_line(cells: Iterable[Any]) -> str:
    """Write a line of RFC 4180; NULL is nothing at all, and an empty text is a pair of quotes."""
    return csv_lines.csv_line(cells) + "\n"
