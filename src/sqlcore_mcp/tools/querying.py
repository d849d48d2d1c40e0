"""The toolset `core`, second half: rows of tables and of queries."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import attrs

from sqlcore.domain.access import Access
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.pages import PageOutput, render_page
from sqlcore_mcp.rendering.results import QueryOutput, Wishes, is_cut, render_result
from sqlcore_mcp.rendering.sessions import links_to, render_kept
from sqlcore_mcp.rendering.tables import RowFormat
from sqlcore_mcp.tools.asking import place_of, runs_as_read
from sqlcore_mcp.tools.parameters import PARAMETERS, read_parameters

if TYPE_CHECKING:
    from sqlcore.domain.query import StatementResult
    from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["ROW_TOOLS", "with_the_rest_kept"]

_PAGE_ROWS = 100
_LEAST_TOKENS = 400
"""An answer of fewer has no room to say where the rest is."""


def read_table(
    call: Call,
    *,
    table_name: str,
    schema: str | None = None,
    columns: list[str] | None = None,
    where: list[dict[str, Any]] | None = None,
    order_by: list[str] | None = None,
    limit: int = _PAGE_ROWS,
    cursor: str | None = None,
) -> Answer:
    """Read a page of a table's rows."""
    page = call.database_of(table_name).read_table(
        table_name,
        schema=schema,
        columns=columns,
        where=where,
        order_by=order_by,
        limit=limit,
        cursor=cursor,
        cancel=call.cancel,
    )
    return render_page(page, call.budget)


def execute_query(
    call: Call,
    *,
    query: str,
    parameters: dict[str, Any] | None = None,
    max_rows: int | None = None,
    timeout_seconds: float | None = None,
    response_mode: str = "full",
    format: str = "markdown",  # noqa: A002  # the argument's name is fixed
) -> Answer:
    """Run a statement."""
    database = call.database
    result = database.query(
        query,
        read_parameters(parameters),
        max_rows=max_rows,
        timeout_s=timeout_seconds,
        cancel=call.cancel,
        read_only=runs_as_read(call, query, parameters),
    )
    wishes = Wishes(
        row_format=RowFormat(format),
        summary=response_mode == "summary",
        max_rows=call.app.settings.max_rows if max_rows is None else max_rows,
    )
    answer = render_result(result.raw, call.budget, wishes)
    if not is_cut(result.raw, answer):
        return answer
    return with_the_rest_kept(
        call, query, result.raw, answer, lambda budget: render_result(result.raw, budget, wishes)
    )


def with_the_rest_kept(
    call: Call,
    statement: str,
    result: StatementResult,
    answer: Answer,
    write: Callable[[Budget], Answer],
) -> Answer:
    """Keep a result that did not fit, and write the answer again, with where it is.

    Args:
        call: The call.
        statement: What was run, for the record.
        result: What to keep.
        answer: What was written.
        write: Writes it again, with less room.
    """
    if not call.app.lives_on or call.max_tokens < _LEAST_TOKENS:
        return answer
    kept = call.app.spills.keep(
        result, owner=call.caller.principal, statement=statement, source=place_of(call)
    )
    with_tools = "sessions" in call.app.settings.listed_toolsets
    words, output = render_kept(kept, with_tools=with_tools)
    budget = call.budget
    links = links_to(output)
    # A client may show the links to the model as well.
    budget.spend(words + "".join(link.uri for link in links), compact_json(output))
    answer = write(budget)
    return Answer([*answer.parts, words], {**answer.structured, "kept": output}, links)


ROW_TOOLS = (
    ToolDefinition(
        name="read_table",
        title="Read rows of a table",
        description="Read rows of one table or view page by page, without SQL. "
        'Conditions are joined by AND: [{"column": "status", "op": "in", "value": ["new"]}, '
        '{"any": [...]}]; op is = != < <= > >= like, not like, in, not in, between, is null or '
        "is not null.",
        toolset="core",
        run=read_table,
        output=PageOutput,
        access=Access.READ,
        runs_statements=True,
        arguments=(
            Argument(name="table_name", required=True),
            Argument(name="schema"),
            Argument(name="columns", kind=Kind.TEXTS),
            Argument(name="where", kind=Kind.OBJECTS),
            Argument(name="order_by", kind=Kind.TEXTS, description='"name" or "name desc"'),
            Argument(name="limit", kind=Kind.INTEGER, minimum=1, default=_PAGE_ROWS),
            Argument(name="cursor", description="next_cursor of the last answer"),
        ),
    ),
    ToolDefinition(
        name="execute_query",
        title="Execute a query",
        description="Run one SQL statement in the server's dialect and return its rows. "
        "Pass values as parameters, never inside the text: WHERE id = :id.",
        toolset="core",
        run=execute_query,
        output=QueryOutput,
        access=Access.READ,
        runs_statements=True,
        can_write=True,
        arguments=(
            Argument(name="query", required=True),
            attrs.evolve(
                PARAMETERS,
                description='{"id": 7} or {"day": {"type": "date", "value": "2024-02-29"}}',
            ),
            Argument(name="max_rows", kind=Kind.INTEGER, minimum=0),
            Argument(name="timeout_seconds", kind=Kind.NUMBER),
            Argument(
                name="response_mode",
                choices=("summary", "full"),
                default="full",
                description="summary: facts on each column and a few rows",
            ),
            Argument(name="format", choices=tuple(f.value for f in RowFormat), default="markdown"),
        ),
    ),
)
