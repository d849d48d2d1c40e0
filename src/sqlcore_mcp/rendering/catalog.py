"""Lists of databases, tables and search hits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from sqlcore.domain.catalog import Database, TablePage, TableSummary
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.results import RowsOutput, rows_output
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, Table, render_table
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.exploring.searching import SearchResult
    from sqlcore.services.schema_summaries import SchemaSummary

__all__ = [
    "ListOutput",
    "render_databases",
    "render_hits",
    "render_schemas",
    "render_tables",
]

_NOTES_TOKENS = 110
_SIZE_STEP = 1024


class ListOutput(RowsOutput, total=False):
    """A list in structured content; `next_cursor` where it goes on."""

    next_cursor: str


def _columns(**types: str) -> list[ColumnOutput]:
    return [{"name": name, "type": kind} for name, kind in types.items()]


_TABLE_COLUMNS = _columns(
    schema="text",
    name="text",
    kind="text",
    rows_estimated="integer",
    size_bytes="integer",
    columns="integer",
    comment="text",
)


def _table_row(table: TableSummary) -> tuple[Any, ...]:
    return (
        table.name.schema,
        table.name.name,
        str(table.kind),
        table.estimated_rows,
        table.size_bytes,
        table.column_count,
        table.comment,
    )


def render_tables(
    page: TablePage,
    budget: Budget,
    *,
    names_only: bool,
    earlier: int,
    write_cursor: Callable[[int], str],
    noun: str = "table",
) -> Answer:
    """Write a page of a list of tables; it goes on behind the last one that is shown.

    Args:
        page: The tables; its `total` counts all pages.
        budget: For this answer.
        names_only: Schema, name and kind only.
        earlier: How many tables were on the pages before.
        write_cursor: Makes the cursor that goes on behind so many of the page's tables.
        noun: What they are.
    """
    width = 3 if names_only else len(_TABLE_COLUMNS)
    columns = _TABLE_COLUMNS[:width]
    rows = [_table_row(table)[:width] for table in page.tables]
    if page.tables:
        reserved = write_cursor(len(page.tables))
        budget.spend(reserved, reserved)
    table, columns = _render(columns, rows, budget)
    shown = len(table.rows)
    output = _list_output(table, page.total)
    output["truncated"] = earlier + shown < page.total
    if not page.total:
        return Answer([f"No {noun}s match."], output)
    there = f"{page.total:,} {noun}{'' if page.total == 1 else 's'}"
    if not output["truncated"] and not earlier:
        lines = [f"{there}, all shown.\n"]
    else:
        lines = [f"{there}; {earlier + 1:,} to {earlier + shown:,} shown.\n"]
    if output["truncated"] and shown:
        output["next_cursor"] = write_cursor(shown)
        lines.append(f"next_cursor: {output['next_cursor']}\n")
    return Answer(["".join(lines), "\n", Data(table.text)], output)


_HIT_COLUMNS = _columns(
    object="text",
    kind="text",
    column="text",
    type="text",
    rows_estimated="integer",
    comment="text",
    match="text",
)


def render_hits(result: SearchResult, term: str, budget: Budget) -> Answer:
    """Write search hits, the best first; those that are only spelled alike are marked."""
    rows = [
        (
            str(hit.object),
            hit.object_kind if hit.column is None else "column",
            hit.column,
            hit.type,
            hit.estimated_rows,
            hit.comment,
            "near" if ranked.near else None,
        )
        for ranked in result.hits
        for hit in (ranked.hit,)
    ]
    table, _ = _render(_HIT_COLUMNS, rows, budget)
    output = _list_output(table, result.total)
    if not result.total:
        return Answer(
            [f'Nothing matches "{term[:100]}". Try another word, or list the tables.'], output
        )
    there = f"{result.total:,} hit{'' if result.total == 1 else 's'}, the best first"
    line = f"{there}, all shown.\n"
    if output["truncated"]:
        line = f"{there}; {output['shown']:,} shown. For others, give a more exact term or kinds.\n"
    return Answer([line, "\n", Data(table.text)], output)


_SCHEMA_COLUMNS = _columns(
    schema="text",
    tables="integer",
    views="integer",
    routines="integer",
    rows_estimated="integer",
    owner="text",
    system="boolean",
    comment="text",
)


def render_schemas(summaries: Sequence[SchemaSummary], budget: Budget) -> Answer:
    """Write the schemas of a database with what they hold."""
    rows = [
        (
            one.schema.name,
            one.tables,
            one.views,
            one.routines,
            one.estimated_rows,
            one.schema.owner,
            one.schema.system or None,
            one.schema.comment,
        )
        for one in summaries
    ]
    table, _ = _render(_SCHEMA_COLUMNS, rows, budget)
    output = _list_output(table, len(summaries))
    there = f"{len(summaries):,} schema{'' if len(summaries) == 1 else 's'}"
    line = f"{there}, all shown.\n"
    if output["truncated"]:
        line = f"{there}; the first {output['shown']:,} shown. Raise max_tokens for others.\n"
    return Answer([line, "\n", Data(table.text)], output)


_DATABASE_COLUMNS = _columns(
    name="text",
    accessible="boolean",
    system="boolean",
    size_bytes="integer",
    collation="text",
    comment="text",
)


def render_databases(databases: Sequence[Database], budget: Budget) -> Answer:
    """Write the databases of a server."""
    rows = [
        (
            entry.name,
            entry.accessible,
            entry.system,
            entry.size_bytes,
            entry.collation,
            entry.comment,
        )
        for entry in databases
    ]
    table, _ = _render(_DATABASE_COLUMNS, rows, budget)
    output = _list_output(table, len(databases))
    there = f"{len(databases):,} database{'' if len(databases) == 1 else 's'}"
    line = f"{there}, all shown.\n"
    if output["truncated"]:
        line = f"{there}; the first {output['shown']:,} shown. Raise max_tokens for others.\n"
    return Answer([line, "\n", Data(table.text)], output)


def _list_output(table: Table, total: int) -> ListOutput:
    output = ListOutput()
    output.update(rows_output(table, row_count=total, exact=True))  # type: ignore[typeddict-item]  # a subclass's fields are all optional
    return output


def _render(
    columns: list[ColumnOutput], rows: Sequence[Sequence[Any]], budget: Budget
) -> tuple[Table, list[ColumnOutput]]:
    """Write rows, without the columns that say nothing in any of them."""
    budget.reserve(_NOTES_TOKENS)
    kept = [
        index
        for index in range(len(columns))
        if index == 0 or any(row[index] not in (None, "") for row in rows)
    ]
    if len(kept) < len(columns):
        columns = [columns[index] for index in kept]
        rows = [[row[index] for index in kept] for row in rows]
    return render_table(columns, rows, RowFormat.MARKDOWN, budget), columns
