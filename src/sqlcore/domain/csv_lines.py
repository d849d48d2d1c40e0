"""Lines of RFC 4180 of JSON-safe values, as `sqlcore.domain.encoding` makes them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

__all__ = ["compact_json", "csv_line"]

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def compact_json(value: Any) -> str:
    """Write JSON without spaces; letters beyond ASCII stay themselves."""
    return _ENCODER.encode(value)


def csv_line(cells: Iterable[Any]) -> str:
    """Write a line without its end; NULL is nothing at all, and an empty text a pair of quotes."""
    return ",".join([_csv_cell(cell) for cell in cells])


def _csv_cell(cell: Any) -> str:
    if cell is None:
        return ""
    if type(cell) is int:
        return str(cell)
    text = cell if isinstance(cell, str) else compact_json(cell)
    is_plain = "," not in text and '"' not in text and "\n" not in text and "\r" not in text
    if is_plain and text and text.strip() == text:
        return text
    return '"' + text.replace('"', '""') + '"'
