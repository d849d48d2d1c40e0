"""The toolset `sessions`: queries that run in the background, and what came of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlcore.domain.access import Access
from sqlcore.domain.query import Row
from sqlcore.domain.session import Session, SessionKind, SessionState
from sqlcore.errors import InvalidArgumentError, UnsupportedError
from sqlcore.services.cursors import read_cursor, write_cursor
from sqlcore.services.exporting import ExportFormat
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.results import Wishes
from sqlcore_mcp.rendering.session_rows import (
    ExportOutput,
    SessionPage,
    SessionRowsOutput,
    render_export,
    render_session_rows,
)
from sqlcore_mcp.rendering.sessions import (
    SessionOutput,
    SessionsOutput,
    render_session,
    render_sessions,
)
from sqlcore_mcp.rendering.tables import RowFormat
from sqlcore_mcp.result_files import check_result_set
from sqlcore_mcp.tools.asking import runs_as_read
from sqlcore_mcp.tools.parameters import PARAMETERS, read_parameters

if TYPE_CHECKING:
    from sqlcore.ports import ResultReader

__all__ = ["SESSION_TOOLS"]

LONGEST_WAIT_S = 60.0
_CHARACTERS_OF_A_TOKEN = 8
"""More text than this for each token of the budget is not read for one page."""


def start_query(
    call: Call,
    *,
    query: str,
    parameters: dict[str, Any] | None = None,
    max_rows: int | None = None,
    timeout_seconds: float | None = None,
    response_mode: str = "full",
    format: str = "markdown",  # noqa: A002  # the argument's name is fixed
) -> Answer:
    """Start a statement in the background."""
    handle = call.database.start(
        query,
        read_parameters(parameters),
        max_rows=max_rows,
        timeout_s=timeout_seconds,
        owner=call.caller.principal,
        read_only=runs_as_read(call, query, parameters),
    )
    shown_as = Wishes(row_format=RowFormat(format), summary=response_mode == "summary")
    call.app.wishes.note(handle.id, shown_as)
    session = call.app.sessions.get(handle.id, call.caller.principal, progress=False)
    return render_session(session, call.budget)


def list_sessions(call: Call, *, status: str | None = None) -> Answer:
    """List the caller's sessions."""
    states = () if status is None else (SessionState(status),)
    return render_sessions(call.app.sessions.list(call.caller.principal, states), call.budget)


def get_session_status(call: Call, *, session_id: str, wait_seconds: float = 0.0) -> Answer:
    """Tell how a session is; wait for its end if asked to."""
    owner = call.caller.principal
    sessions = call.app.sessions
    if wait_seconds > 0:
        wait_s = min(wait_seconds, LONGEST_WAIT_S)
        session = sessions.wait(session_id, owner, wait_s, call.cancel)
    else:
        session = sessions.get(session_id, owner)
    return render_session(session, call.budget)


def get_session_result(
    call: Call,
    *,
    session_id: str,
    result_set: int = 1,
    cursor: str | None = None,
    format: str | None = None,  # noqa: A002  # the argument's name is fixed
    max_rows: int | None = None,
) -> Answer:
    """Read a page of a session's rows, also while it runs."""
    owner = call.caller.principal
    sessions = call.app.sessions
    request = ["get_session_result", session_id, result_set]
    start = 0 if cursor is None else _position(request, cursor)
    session = sessions.get(session_id, owner, progress=False)
    if session.kind is SessionKind.CALL:
        raise UnsupportedError(
            "The session is a call that became a task: it has an answer, and no rows.",
            hint="tasks/get returns that answer; export_result writes it to a file.",
        )
    if not session.results and result_set == 1 and session.state is not SessionState.EXPIRED:
        if session.state is SessionState.FAILED and session.error is not None:
            raise session.error.exception()
        return render_session(session, call.budget)
    check_result_set(session, result_set)
    most = call.app.settings.limits.rows(max_rows, least=1)
    rows = _page(sessions.read(session_id, owner), result_set - 1, start, most, call.max_tokens)
    wishes = call.app.wishes.get(session_id) or Wishes()
    if format is not None:
        wishes = Wishes(row_format=RowFormat(format))
    elif cursor is not None:
        wishes = Wishes(row_format=wishes.row_format)
    page = SessionPage(
        # Looked at again, so that it has all rows that were read.
        session=sessions.get(session_id, owner, progress=False),
        result_set=result_set,
        start=start,
        rows=rows,
        wishes=wishes,
        write_cursor=lambda position: write_cursor(request, position),
    )
    return render_session_rows(page, call.budget)


def _position(request: list[Any], cursor: str) -> int:
    position = read_cursor(request, cursor)
    if isinstance(position, int) and not isinstance(position, bool) and position >= 0:
        return position
    raise InvalidArgumentError(
        "The cursor cannot be read.",
        parameter="cursor",
        hint="Pass next_cursor of the last answer unchanged.",
    )


def _page(
    reader: ResultReader, result_set: int, start: int, most: int, max_tokens: int
) -> list[Row]:
    """Read rows from `start` on: no more than were asked for, and than an answer may hold."""
    most = min(most, max_tokens)
    rows: list[Row] = []
    characters = 0
    for batch in reader.batches(result_set, start):
        rows += batch[: most - len(rows)]
        characters += sum(map(_characters, batch))
        if len(rows) >= most or characters > _CHARACTERS_OF_A_TOKEN * max_tokens:
            break
    return rows


def _characters(row: Sequence[Any]) -> int:
    return sum(len(value) for value in row if isinstance(value, str | bytes | list))


def cancel_session(call: Call, *, session_id: str) -> Answer:
    """Stop a session on the server."""
    session = call.app.sessions.cancel(session_id, call.caller.principal)
    return render_session(session, call.budget)


def export_result(call: Call, *, session_id: str, format: str) -> Answer:  # noqa: A002  # fixed
    """Write each result set of a session to a file."""
    owner = call.caller.principal
    session: Session = call.app.sessions.get(session_id, owner, progress=False)
    check_result_set(session, 1)
    files = [
        call.app.result_files.export(session_id, owner, number, ExportFormat(format), call.cancel)
        for number in range(1, len(session.results) + 1)
    ]
    return render_export(session, files, call.budget)


_SESSION_ID = Argument(name="session_id", required=True)

SESSION_TOOLS = (
    ToolDefinition(
        name="start_query",
        title="Start a query in the background",
        description="Run one SQL statement in the background and return a session id at once. "
        "Use it for what may take longer than execute_query allows, or returns more rows; "
        "then call get_session_status.",
        toolset="sessions",
        run=start_query,
        output=SessionOutput,
        access=Access.READ,
        switch="start_query",
        starts_session=True,
        can_write=True,
        arguments=(
            Argument(name="query", required=True),
            PARAMETERS,
            Argument(
                name="max_rows",
                kind=Kind.INTEGER,
                minimum=0,
                description="rows of a result set that are kept (default: all)",
            ),
            Argument(name="timeout_seconds", kind=Kind.NUMBER),
            Argument(name="response_mode", choices=("summary", "full"), default="full"),
            Argument(
                name="format",
                choices=tuple(one.value for one in RowFormat),
                default="markdown",
                description="this and response_mode: how get_session_result shows it",
            ),
        ),
    ),
    ToolDefinition(
        name="list_sessions",
        title="List sessions",
        description="List your background sessions and results that were kept, newest first.",
        toolset="sessions",
        run=list_sessions,
        output=SessionsOutput,
        access=Access.READ,
        names_database=False,
        arguments=(Argument(name="status", choices=tuple(state.value for state in SessionState)),),
    ),
    ToolDefinition(
        name="get_session_status",
        title="Get the status of a session",
        description="Tell whether a background session runs, how far it is and what came back. "
        "With wait_seconds it waits for the end, so that there is no need to ask again and again.",
        toolset="sessions",
        run=get_session_status,
        output=SessionOutput,
        access=Access.READ,
        waits=True,
        names_database=False,
        arguments=(
            _SESSION_ID,
            Argument(
                name="wait_seconds",
                kind=Kind.NUMBER,
                minimum=0,
                default=0,
                description="at most 60",
            ),
        ),
    ),
    ToolDefinition(
        name="get_session_result",
        title="Get rows of a session",
        description="Read rows of a background session page by page, also while it runs. "
        "Pass next_cursor for the next page.",
        toolset="sessions",
        run=get_session_result,
        output=SessionRowsOutput,
        access=Access.READ,
        names_database=False,
        arguments=(
            _SESSION_ID,
            Argument(name="result_set", kind=Kind.INTEGER, minimum=1, default=1),
            Argument(name="cursor", description="next_cursor of the last answer"),
            Argument(name="format", choices=tuple(one.value for one in RowFormat)),
            Argument(name="max_rows", kind=Kind.INTEGER, minimum=1),
        ),
    ),
    ToolDefinition(
        name="cancel_session",
        title="Cancel a session",
        description="Stop a background session on the server; the rows that came are kept.",
        toolset="sessions",
        run=cancel_session,
        output=SessionOutput,
        access=Access.READ,
        names_database=False,
        arguments=(_SESSION_ID,),
    ),
    ToolDefinition(
        name="export_result",
        title="Export the result of a session",
        description="Write the result of a session to a file that can be read by its URI.",
        toolset="sessions",
        run=export_result,
        output=ExportOutput,
        access=Access.READ,
        makes_files=True,
        names_database=False,
        arguments=(
            _SESSION_ID,
            Argument(
                name="format", required=True, choices=tuple(one.value for one in ExportFormat)
            ),
        ),
    ),
)
