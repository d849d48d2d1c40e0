"""Lists of procedures and functions, and how they are named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlcore.domain.procedure import Routine, RoutinePage
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.results import RowsOutput, rows_output
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, render_table
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["ProceduresOutput", "line", "render_procedures", "returns_text", "short", "title"]

_NOTES_TOKENS = 110
_COMMENT_CHARACTERS = 300
_ROUTINES = ("procedure or function", "procedures and functions")
_FUNCTIONS = ("function", "functions")
_LIST_COLUMNS: list[ColumnOutput] = [
    {"name": name, "type": "text"}
    for name in ("schema", "name", "parameters", "kind", "returns", "comment")
]


class ProceduresOutput(RowsOutput, total=False):
    """A list of procedures and functions; `uri` where all of it can be read."""

    uri: str


def render_procedures(
    page: RoutinePage,
    budget: Budget,
    keep: Callable[[str], Link | None],
    *,
    only_functions: bool = False,
) -> Answer:
    """Write a list of procedures; where it is cut, all of it is kept as CSV.

    Args:
        page: The procedures.
        budget: For this answer.
        keep: Keeps a text, and gives where it is.
        only_functions: Whether only these were asked for.
    """
    rows = [_list_row(routine) for routine in page.routines]
    kept = [i for i in range(len(_LIST_COLUMNS)) if i < 2 or any(row[i] for row in rows)]  # noqa: PLR2004  # schema and name
    columns = [_LIST_COLUMNS[i] for i in kept]
    rows = [tuple(row[i] for i in kept) for row in rows]
    budget.reserve(_NOTES_TOKENS)
    table = render_table(columns, rows, RowFormat.MARKDOWN, budget)
    structured: dict[str, Any] = dict(
        rows_output(table, row_count=len(rows), exact=not page.has_more)
    )
    if not rows:
        what = "functions" if only_functions else "procedures or functions"
        return Answer([f"No {what} match."], structured)
    singular, plural = _FUNCTIONS if only_functions else _ROUTINES
    there = f"{len(rows):,} {singular if len(rows) == 1 else plural}"
    there = f"At least {there}" if page.has_more else there
    if not structured["truncated"]:
        return Answer([f"{there}, all shown.\n\n", Data(table.text)], structured)
    words = f"{there}; the first {len(table.rows):,} shown. For others, name schema or name_pattern"
    link = keep(_csv(columns, rows))
    if link is not None:
        structured["uri"] = link.uri
        words += f", or read {link.uri}"
    links = () if link is None else (link,)
    return Answer([f"{words}.\n\n", Data(table.text)], structured, links)


def _csv(columns: Sequence[ColumnOutput], rows: Sequence[Sequence[Any]]) -> str:
    lots = Budget(2**40)
    return render_table(columns, rows, RowFormat.CSV, lots).text


def _list_row(routine: Routine) -> tuple[Any, ...]:
    return (
        routine.name.schema,
        routine.name.name,
        short(routine.signature if routine.summary is None else f"({routine.summary})"),
        routine.kind.value.replace("_", " "),
        returns_text(routine),
        None if routine.comment is None else short(routine.comment),
    )


def returns_text(routine: Routine) -> str:
    """Say what a function returns; of a procedure it is empty."""
    if routine.returns is None:
        return ""
    return f"{'rows of ' if routine.returns_set else ''}{routine.returns}"


def title(routine: Routine) -> str:
    """Name a routine with its signature and what it is."""
    return f"{routine.name}{routine.signature} ({routine.kind.value.replace('_', ' ')})"


def line(text: str) -> str:
    """Write a text as one line."""
    return " ".join(text.splitlines()) + "\n"


def short(text: str, most: int = _COMMENT_CHARACTERS) -> str:
    """Write the beginning of a text, and say where it is cut."""
    return text if len(text) <= most else f"{text[:most]}… [cut: {len(text):,} characters]"
