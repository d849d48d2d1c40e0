"""A page of a table's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.results import RowsOutput, cut_notes, rows_output
from sqlcore_mcp.rendering.tables import RowFormat, column_outputs, render_table
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.table_reading import TableRows

__all__ = ["PageOutput", "render_page"]

_NOTES_TOKENS = 130


class PageOutput(RowsOutput, total=False):
    """A page in structured content; `next_cursor` where there are more rows."""

    table: str
    next_cursor: str
    paging: str
    duration_ms: float


def render_page(page: TableRows, budget: Budget) -> tuple[Answer, int]:
    """Write a page, as many of its rows as the budget holds.

    Returns:
        The answer, and how many rows it shows: with fewer than the page has, its cursor would
        skip some, and the page has to be read again with that limit.
    """
    cursor = page.next_cursor or ""
    budget.reserve(_NOTES_TOKENS)
    budget.spend(cursor, cursor)
    columns = column_outputs(page.result.columns)
    table = render_table(columns, page.result.rows, RowFormat.MARKDOWN, budget)
    shown = len(table.rows)
    total = page.total if page.total is not None else shown
    rows = rows_output(table, row_count=total, exact=page.total_complete)
    structured: dict[str, Any] = {
        **rows,
        "table": str(page.table),
        "paging": page.paging,
        "duration_ms": round(page.duration_s * 1000, 1),
        "truncated": page.next_cursor is not None or shown < len(page.result.rows),
    }
    lines = [f"{page.table}: {_count_line(page, shown)}\n", *cut_notes(table)]
    if page.next_cursor is not None:
        structured["next_cursor"] = page.next_cursor
        lines.append(f"next_cursor: {page.next_cursor}\n")
        if page.paging == "offset":
            lines.append(
                "The table has no key: rows may repeat or be missing if it changes meanwhile.\n"
            )
    text = "".join(lines) + ("\n" if table.text else "") + table.text
    return Answer(text.rstrip("\n"), structured), shown


def _count_line(page: TableRows, shown: int) -> str:
    if page.next_cursor is None and page.total is not None and page.total == shown:
        return f"{shown:,} row{'' if shown == 1 else 's'}, all shown." if shown else "no rows."
    if page.total is None:
        end = "" if page.next_cursor else ", the last ones"
        return f"{shown:,} rows{end}."
    least = "" if page.total_complete else "at least "
    return f"{least}{page.total:,} rows match, {shown:,} shown."
