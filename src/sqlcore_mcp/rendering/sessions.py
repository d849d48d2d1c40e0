"""Background sessions: how they are, what to do next, and lists of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, TypedDict

from sqlcore.domain.session import ResultSummary, Session, SessionKind, SessionState
from sqlcore.errors import SqlCoreError
from sqlcore.services.exporting import ExportFormat
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import MARKS, Data, Part, joined
from sqlcore_mcp.rendering.catalog import ListOutput
from sqlcore_mcp.rendering.cells import compact_json, encode_cells
from sqlcore_mcp.rendering.errors import ErrorOutput, render_error
from sqlcore_mcp.rendering.outputs import OutputsOutput, render_outputs
from sqlcore_mcp.rendering.results import (
    AffectedOutput,
    KeptOutput,
    MessageOutput,
    render_affected,
    render_messages,
    rows_output,
)
from sqlcore_mcp.rendering.sections import human_size
from sqlcore_mcp.rendering.tables import ColumnOutput, RowFormat, column_outputs, render_table
from sqlcore_mcp.rendering.tokens import Budget
from sqlcore_mcp.result_files import result_uri

__all__ = [
    "SessionOutput",
    "clock_time",
    "duration",
    "iso_time",
    "links_to",
    "next_step",
    "render_kept",
    "render_session",
    "render_sessions",
    "session_fields",
    "why_it_ended",
]

_NOTES_TOKENS = 30
"""Set aside for the names of structured fields and for what is omitted."""
_LIST_TOKENS = 110
_LONGEST_NAME = 130
_LONGEST_STATEMENT = 80
_SHORTEST_MESSAGE = 60
_COLUMNS_SHARE = 0.5
_MINUTE_S = 60
_MOST_URIS = 10
_LIST_COLUMNS: list[ColumnOutput] = [
    {"name": name, "type": kind}
    for name, kind in (
        ("session_id", "text"),
        ("kind", "text"),
        ("state", "text"),
        ("created_at", "text"),
        ("elapsed_seconds", "number"),
        ("rows", "integer"),
        ("statement", "text"),
    )
]

_STATES = {
    SessionState.QUEUED: "waits for its turn.",
    SessionState.RUNNING: "is running, for {elapsed}.",
    SessionState.COMPLETED: "has completed after {elapsed}.",
    SessionState.FAILED: "has failed after {elapsed}.",
    SessionState.CANCELLED: "was cancelled after {elapsed}.",
    SessionState.EXPIRED: "has expired: its results are gone.",
}
_KINDS = {
    SessionKind.CALL: ", a call that became a task,",
    SessionKind.KEPT: ", rows that an answer had no room for,",
}
_NEXT = {
    SessionState.QUEUED: "get_session_status with wait_seconds waits for it; cancel_session takes "
    "it out",
    SessionState.RUNNING: "get_session_status with wait_seconds waits for the end; cancel_session "
    "stops it",
    SessionState.COMPLETED: "get_session_result shows its rows; export_result makes a file of them",
    SessionState.FAILED: "put right what went wrong, and start it again",
    SessionState.CANCELLED: "start it again, if it is still wanted",
    SessionState.EXPIRED: "start it again to have its rows",
}


class ResultSetOutput(TypedDict, total=False):
    """A result set of a session; `complete` where these are all its rows."""

    result_set: int
    columns: list[ColumnOutput]
    columns_omitted: int
    row_count: int
    size_bytes: int
    complete: bool


class SessionOutput(OutputsOutput, total=False):
    """A session in structured content; times are ISO 8601 in UTC. Outputs are of a procedure.

    `kind` is `query`, `procedure`, `call` (an MCP task) or `kept` (rows without room in an answer).
    `fraction` is from 0 to 1, where the server tells it. `failure` is what ended it.
    """

    session_id: str
    kind: str
    state: str
    source: str
    created_at: str
    started_at: str
    ended_at: str
    expires_at: str
    elapsed_seconds: float
    cancel_requested: bool
    row_count: int
    size_bytes: int
    fraction: float
    phase: str
    result_sets: list[ResultSetOutput]
    result_sets_omitted: int
    rows_affected: list[AffectedOutput]
    messages: list[MessageOutput]
    messages_omitted: int
    failure: ErrorOutput
    next: str


def render_session(session: Session, budget: Budget) -> Answer:
    """Write how a session is, and what to do next."""
    structured = {**session_fields(session), "next": next_step(session)}
    what = _KINDS.get(session.kind, "")
    parts: list[Part] = [f"Session {session.id}{what} {_state_line(session)}"]
    if session.state is SessionState.RUNNING and session.progress is not None:
        parts += _progress(session, structured)
    parts.append("\n")
    tail = f"Next: {structured['next']}"
    if session.expires_at is not None and (session.results or session.outputs is not None):
        tail = f"Kept until {clock_time(session.expires_at)}.\n{tail}"
    budget.spend(joined(parts) + tail, compact_json(structured))
    budget.reserve(_NOTES_TOKENS)
    failure = why_it_ended(session, budget, structured)
    parts += [*failure, "\n"] if failure else []
    parts += render_outputs(session.outputs, budget, structured)
    parts += _result_sets(session, budget, structured)
    parts += render_affected(session.rows_affected, budget, structured)
    parts += render_messages(session.messages, budget, structured)
    if session.messages_dropped:
        omitted = structured.get("messages_omitted", 0) + session.messages_dropped
        structured["messages_omitted"] = omitted
        parts.append(f"… {session.messages_dropped:,} more messages were not kept.\n")
    parts.append(tail)
    return Answer(parts, structured)


def session_fields(session: Session) -> dict[str, Any]:
    """Write what is known of a session, but for its results, as structured content."""
    fields: dict[str, Any] = {
        "session_id": session.id,
        "kind": session.kind.value,
        "state": session.state.value,
        "source": session.source,
        "created_at": iso_time(session.created_at),
        "elapsed_seconds": round(session.elapsed_s, 3),
        "row_count": session.row_count,
        "size_bytes": session.size_bytes,
    }
    for name in ("started_at", "ended_at", "expires_at"):
        moment = getattr(session, name)
        if moment is not None:
            fields[name] = iso_time(moment)
    if session.cancel_requested:
        fields["cancel_requested"] = True
    return fields


def _state_line(session: Session) -> str:
    """Say how it is, behind its id."""
    if session.state is SessionState.RUNNING and session.cancel_requested:
        words = "was asked to stop, and still runs, for {elapsed}."
    else:
        words = _STATES[session.state]
    return words.format(elapsed=duration(session.elapsed_s))


def _progress(session: Session, structured: dict[str, Any]) -> list[Part]:
    parts: list[Part] = []
    progress = session.progress
    if progress is not None and progress.fraction is not None:
        structured["fraction"] = round(progress.fraction, 4)
        parts.append(f" {progress.fraction:.0%} are done, the server says.")
    if progress is not None and progress.phase:
        (phase,), _ = encode_cells((progress.phase,), _LONGEST_NAME)
        structured["phase"] = phase
        parts += [" Right now: ", Data(phase)]
    return parts


def why_it_ended(session: Session, budget: Budget, structured: dict[str, Any]) -> list[Part]:
    """Say what ended a session, where something did; nothing for one that has completed."""
    if session.error is None:
        return []
    error = session.error.exception()
    most = max(_SHORTEST_MESSAGE, budget.left // 2)
    if len(error.message) > most:
        error.message = f"{error.message[:most]}… [cut: {len(error.message):,} characters]"
    parts, fields = render_error(error)
    failure = {**session.error.fields, **fields["error"], "code": session.error.code}
    budget.spend(joined(parts), compact_json(failure))
    structured["failure"] = failure
    return parts


def _result_sets(session: Session, budget: Budget, structured: dict[str, Any]) -> list[Part]:
    if session.kind is SessionKind.CALL:
        return [f"{_rows(session.rows_seen)} read.\n"]
    if not session.results:
        return []
    budget.spend(MARKS)
    part = budget.part(_COLUMNS_SHARE)
    lines: list[Part] = []
    outputs: list[ResultSetOutput] = []
    if len(session.results) > 1:
        lines.append(f"{_rows(session.row_count)} in {len(session.results)} result sets.\n")
    for number, summary in enumerate(session.results, start=1):
        words = f"Result {number}: {_count_words(session, summary)}"
        names, output = _result_set(number, summary, part)
        if output is None or not part.take(words):
            break
        budget.spend(words + names, compact_json(output))
        lines += [f"{words}: ", Data(names), "\n"] if names else [f"{words}\n"]
        outputs.append(output)
    structured["result_sets"] = outputs
    omitted = len(session.results) - len(outputs)
    if omitted:
        structured["result_sets_omitted"] = omitted
        lines.append(f"… {omitted:,} more result sets.\n")
    return lines


def _count_words(session: Session, summary: ResultSummary) -> str:
    words = f"{_rows(summary.row_count)} ({human_size(summary.size_bytes)} on disk)"
    if summary.complete:
        return words
    if not session.state.is_final:
        return f"{words} so far"
    if session.is_partial:
        return f"{words}, which are not all"
    return f"{words}, the first ones; there were more (max_rows)"


def _result_set(
    number: int, summary: ResultSummary, part: Budget
) -> tuple[str, ResultSetOutput | None]:
    """Write the columns of a result set, as many as the budget holds; None where there is none."""
    output: ResultSetOutput = {
        "result_set": number,
        "columns": [],
        "row_count": summary.row_count,
        "size_bytes": summary.size_bytes,
        "complete": summary.complete,
    }
    if not part.take("", compact_json(output)):
        return "", None
    shown: list[str] = []
    for column in column_outputs(summary.columns):
        name, kind = encode_cells((column["name"], column["type"]), _LONGEST_NAME)[0]
        text = f"{name} {kind}{' (masked)' if column.get('masked') else ''}"
        if not part.take(f"{text}, ", compact_json({**column, "name": name, "type": kind})):
            break
        shown.append(" ".join(text.splitlines()))
        output["columns"].append({**column, "name": name, "type": kind})
    omitted = len(summary.columns) - len(shown)
    if omitted:
        output["columns_omitted"] = omitted
        shown.append(f"… {omitted:,} more")
    return ", ".join(shown), output


def next_step(session: Session) -> str:
    """Say what can be done with a session now."""
    words = _NEXT[session.state]
    if session.kind is SessionKind.CALL:
        words = "tasks/get tells how far it is, and in the end its answer"
    elif session.state is SessionState.RUNNING and session.results:
        words += "; get_session_result shows the rows so far"
    elif session.state is SessionState.COMPLETED and not session.results:
        words = "nothing; it returned no rows"
        if session.outputs is not None:
            words = "nothing; the outputs are all that it returned"
    elif session.is_partial and session.row_count:
        words = "get_session_result shows the rows that came; start it again for all of them"
    return f"{words}."


def render_sessions(sessions: Sequence[Session], budget: Budget) -> Answer:
    """Write a list of sessions, the newest first."""
    budget.reserve(_LIST_TOKENS)
    rows = [
        (
            session.id,
            session.kind.value,
            session.state.value,
            iso_time(session.created_at),
            round(session.elapsed_s, 1),
            session.rows_seen if session.kind is SessionKind.CALL else session.row_count,
            _start_of(session.statement),
        )
        for session in sessions
    ]
    table = render_table(_LIST_COLUMNS, rows, RowFormat.MARKDOWN, budget)
    structured: dict[str, Any] = {
        **rows_output(table, row_count=len(rows), exact=True),
        "running": _count(sessions, SessionState.RUNNING),
        "queued": _count(sessions, SessionState.QUEUED),
    }
    if not rows:
        return Answer(["No sessions."], structured)
    words = f"{len(rows):,} session{'' if len(rows) == 1 else 's'}, the newest first"
    if len(table.rows) < len(rows):
        words += f"; {len(table.rows):,} shown. To see others, name a status or raise max_tokens"
    return Answer([f"{words}.\n\n", Data(table.text)], structured)


class SessionsOutput(ListOutput, total=False):
    """A list of sessions in structured content."""

    running: int
    queued: int


def links_to(output: KeptOutput) -> tuple[Link, ...]:
    """Give the links to what was kept."""
    mime_type = ExportFormat.CSV.mime_type
    return tuple(
        Link(uri=uri, name=uri.rpartition("/")[2], mime_type=mime_type)
        for uri in output.get("uris", ())
    )


def render_kept(kept: Session | SqlCoreError, *, with_tools: bool) -> tuple[str, KeptOutput]:
    """Write where the rows are that an answer does not show, or why they are nowhere.

    Args:
        kept: The session that has them, or why there is none.
        with_tools: Whether the tools of sessions are listed.
    """
    if isinstance(kept, SqlCoreError):
        words = f"What is not shown could not be kept: {kept.message}"
        return words, {"problem": kept.message}
    count = len(kept.results)
    uris = [result_uri(kept.id, number, ExportFormat.CSV) for number in range(1, count + 1)]
    shown = uris[0] if count == 1 else f"{uris[0]} to /{count}.csv"
    part = "all" if all(summary.complete for summary in kept.results) else "the first"
    words = f"Kept: {part} {_rows(kept.row_count)}, as {shown} (or .jsonl, .parquet)"
    output: KeptOutput = {"session_id": kept.id, "uris": uris[:_MOST_URIS]}
    if kept.expires_at is not None:
        words += f" until {clock_time(kept.expires_at)}"
        output["expires_at"] = iso_time(kept.expires_at)
    if with_tools:
        words += f"; get_session_result pages through it, with session_id {kept.id}"
    return f"{words}.", output


def _count(sessions: Sequence[Session], state: SessionState) -> int:
    return sum(1 for session in sessions if session.state is state)


def _start_of(statement: str) -> str:
    text = " ".join(statement[: 4 * _LONGEST_STATEMENT].split())
    is_whole = len(text) <= _LONGEST_STATEMENT and len(statement) <= 4 * _LONGEST_STATEMENT
    return text if is_whole else f"{text[:_LONGEST_STATEMENT]}…"


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"


def duration(seconds: float) -> str:
    """Write seconds as a person reads them."""
    if seconds < _MINUTE_S:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), _MINUTE_S)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def clock_time(moment: dt.datetime) -> str:
    """Write a time of this day for a person."""
    return f"{moment:%H:%M:%S} UTC"


def iso_time(moment: dt.datetime) -> str:
    """Write a time for a program."""
    return moment.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
