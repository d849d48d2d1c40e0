"""The toolset `core`, second half: rows of tables and of queries."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import attrs

from sqlcore.domain.access import Access
from sqlcore.errors import PolicyError
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ConfirmationNeeded, Question, ToolDefinition
from sqlcore_mcp.rendering.cells import compact_json, encode_cells
from sqlcore_mcp.rendering.pages import PageOutput, render_page
from sqlcore_mcp.rendering.results import QueryOutput, Wishes, render_result
from sqlcore_mcp.rendering.tables import RowFormat
from sqlcore_mcp.settings import ConfirmWrites
from sqlcore_mcp.tools.parameters import PARAMETERS, read_parameters

if TYPE_CHECKING:
    from sqlcore.services.previewing import Preview

__all__ = ["ROW_TOOLS"]

_PAGE_ROWS = 100
_MOST_SHOWN = 20_000
"""Characters of a statement: nobody agrees to what they have not seen."""
_SHOWN_VALUE = 1000


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
    read_only = False
    if call.app.settings.access >= Access.WRITE and not call.confirmed:
        read_only = _runs_as_read(call, query, parameters)
    result = database.query(
        query,
        read_parameters(parameters),
        max_rows=max_rows,
        timeout_s=timeout_seconds,
        cancel=call.cancel,
        read_only=read_only,
    )
    wishes = Wishes(
        row_format=RowFormat(format),
        summary=response_mode == "summary",
        max_rows=call.app.settings.max_rows if max_rows is None else max_rows,
    )
    return render_result(result.raw, call.budget, wishes)


def _runs_as_read(call: Call, query: str, parameters: dict[str, Any] | None) -> bool:
    """Stop before a statement that changes something, unless the settings let it run unasked.

    Returns:
        Whether nobody is asked because the statement only reads. The server has to hold it to
        that: a view may hide a function that writes.
    """
    database = call.database
    policy = call.app.settings.confirm_writes
    if policy is ConfirmWrites.NEVER or len(query) > database.limits.max_statement_chars:
        return False  # what may not run at all is refused where it would run
    if database.decide(query).allowed:
        return True
    if not database.decide(query, Access.WRITE).allowed:
        return False
    refusal = _refusal(query, policy)
    if refusal is not None:
        database.note_refused(query, refusal)
        raise refusal
    settings = call.app.sources.connection_settings(call.source)
    place = attrs.evolve(settings, database=call.database_name or settings.database).address
    raise ConfirmationNeeded(
        Question(
            words=f"Run this statement, which may change data or schema, on {place}?",
            statement=_shown(query, parameters),
            touched=lambda: _touched(
                database.preview(query, read_parameters(parameters), cancel=call.cancel)
            ),
            asked=partial(database.note_asked, query),
            refused=partial(database.note_refused, query),
        )
    )


def _refusal(query: str, policy: ConfirmWrites) -> PolicyError | None:
    """Refuse a statement that nobody can be asked about."""
    if policy is ConfirmWrites.REFUSE:
        return PolicyError(
            "Statements that change data or schema are refused here.",
            hint='The operator allows them with confirm_writes = "ask" or "never".',
        )
    if len(query) > _MOST_SHOWN:
        return PolicyError(
            f"A person has to agree to this statement, and its {len(query):,} characters are more"
            f" than the {_MOST_SHOWN:,} that they are shown. It was not run.",
            hint="Pass long values as parameters, or split the statement.",
        )
    return None


def _touched(preview: Preview) -> str:
    """Say what a statement would touch."""
    words = "It has no condition: every row is meant. " if preview.is_for_all else ""
    if preview.rows is None:
        reason = preview.unknown_because.rstrip(".")
        return f"{words}How many rows it would touch is not known: {reason}."
    least = "at least " if preview.at_least else ""
    rows = f"{preview.rows:,} row{'' if preview.rows == 1 else 's'}"
    return f"{words}As the data is now, it would touch {least}{rows}."


def _shown(query: str, parameters: dict[str, Any] | None) -> str:
    """Write a statement as a person is shown it: all of it, and no sign in it invisible."""
    text = query.strip()
    if parameters:
        values = [compact_json(value) for value in parameters.values()]
        cells, _ = encode_cells(values, _SHOWN_VALUE)
        pairs = [f"{name} = {cell}" for name, cell in zip(parameters, cells, strict=True)]
        text += "\n\nParameters: " + ", ".join(pairs)
    return "".join(map(_spelled_out, text.replace("\r\n", "\n")))


def _spelled_out(sign: str) -> str:
    if sign.isprintable() or sign in "\n\t":
        return sign
    return sign.encode("unicode_escape").decode()


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
