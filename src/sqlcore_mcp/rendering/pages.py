"""A page of a table's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlcore.errors import InvalidArgumentError
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.results import RowsOutput, cut_notes, rows_output
from sqlcore_mcp.rendering.tables import RowFormat, column_outputs, render_table
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.table_reading import TableRows

__all__ = ["PageOutput", "render_page"]

_NOTES_TOKENS = 145


class PageOutput(RowsOutput, total=False):
    """A page in structured content; `next_cursor` where there are more rows."""

    table: str
    next_cursor: str
    paging: str
    duration_ms: float


def render_page(page: TableRows, budget: Budget) -> Answer:
    """Write a page: as many of its rows as the budget holds, and the cursor behind them.

    Raises:
        InvalidArgumentError: Not even one row fits.
    """
    budget.reserve(_NOTES_TOKENS)
    cursor = page.first(1).next_cursor or ""
    budget.spend(cursor, cursor)
    columns = column_outputs(page.result.columns)
    table = render_table(columns, page.result.rows, RowFormat.MARKDOWN, budget)
    shown = len(table.rows)
    if page.result.rows and not shown:
        raise InvalidArgumentError(
            "Not even one row fits max_tokens.",
            parameter="max_tokens",
            hint="Raise it, or name fewer columns.",
        )
    page = page.first(shown)
    total = page.total if page.total is not None else shown
    rows = rows_output(table, row_count=total, exact=page.total_complete)
    structured: dict[str, Any] = {
        **rows,
        "table": str(page.table),
        "paging": page.paging,
        "duration_ms": round(page.duration_s * 1000, 1),
        "truncated": page.next_cursor is not None,
    }
    lines = [f"{page.table}: {_count_line(page, shown)}\n", *cut_notes(table)]
    if page.next_cursor is not None:
        structured["next_cursor"] = page.next_cursor
        lines.append(f"next_cursor: {page.next_cursor}\n")
        if page.paging == "offset":
            lines.append(
                "Pages are counted, for no key marks this place: rows may repeat or be missing "
                "if the table changes meanwhile.\n"
            )
    return Answer(["".join(lines), "\n", Data(table.text)], structured)


def _count_line(page: TableRows, shown: int) -> str:
    if page.next_cursor is None and page.total is not None and page.total == shown:
        return f"{shown:,} row{'' if shown == 1 else 's'}, all shown." if shown else "no rows."
    if page.total is None:
        more = f"{shown:,} more row{'' if shown == 1 else 's'}"
        return f"{more}, and others follow." if page.next_cursor else f"{more}, the last."
    least = "" if page.total_complete else "at least "
    return f"{least}{page.total:,} rows match, {shown:,} shown."
