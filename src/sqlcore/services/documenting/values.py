"""The values that a check lists for a column, in the spellings of the engines."""

from __future__ import annotations

import re

__all__ = ["allowed_values"]

_LONGEST = 10_000
_STRING = r"[Nn]?'((?:[^']|'')*)'"
_STRINGS = re.compile(_STRING)
_CAST = re.compile(r"::(?:[\w.]|\"[^\"]*\")+(?: varying)?(?:\(\d+\))?(?:\[\])?", re.IGNORECASE)
_SPACES = re.compile(r"\s+")


def allowed_values(expression: str, column: str) -> tuple[str, ...]:
    """Read the texts that a check allows for a column, in the check's order.

    It knows `status IN ('a', 'b')`, PostgreSQL's `status = ANY (ARRAY['a'::text, 'b'::text])` and
    SQL Server's `[status]='a' OR [status]='b'`, and nothing else: a check that also asks for
    something different lists no values.

    Args:
        expression: In the server's spelling.
        column: Its exact name.
    """
    if len(expression) > _LONGEST:
        return ()
    strings: list[str] = []

    def take(found: re.Match[str]) -> str:
        strings.append(found[1].replace("''", "'"))
        return "?"

    shape = _STRINGS.sub(take, _without_column(expression, column))
    shape = _CAST.sub("", shape)
    shape = _SPACES.sub("", shape).replace("(", "").replace(")", "").lower()
    count = len(strings)
    if not count:
        return ()
    marks = ",".join("?" * count)
    shapes = {
        f"@in{marks}",
        f"@=anyarray[{marks}]",
        f"@=any{{{marks}}}",
        "or".join(["@=?"] * count),
    }
    return tuple(dict.fromkeys(strings)) if shape in shapes else ()


def _without_column(expression: str, column: str) -> str:
    """Put a mark in the place of the column's name, outside of strings."""
    escaped = re.escape(column)
    is_plain = re.fullmatch(r"[\w$@#]+", column) is not None  # others are always quoted
    bare = rf"|(?<![\w$@#]){escaped}(?![\w$@#])" if is_plain else ""
    name = re.compile(
        rf"{_STRING}|\[{re.escape(column.replace(']', ']]'))}\]"
        rf'|"{re.escape(column.replace(chr(34), chr(34) * 2))}"'
        rf"|`{escaped}`{bare}"
    )
    return name.sub(lambda found: found[0] if found[0][-1] == "'" else "@", expression)
