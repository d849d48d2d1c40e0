"""Rows of a background session, page by page, and files of them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypedDict

import attrs

from sqlcore.domain.query import ResultSet, Row
from sqlcore.domain.session import ResultSummary, Session, SessionState
from sqlcore.errors import InvalidArgumentError
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.errors import ErrorOutput
from sqlcore_mcp.rendering.facts import column_facts
from sqlcore_mcp.rendering.outputs import OutputsOutput, render_outputs
from sqlcore_mcp.rendering.results import RowsOutput, Wishes, cut_notes, rows_output
from sqlcore_mcp.rendering.sections import human_size
from sqlcore_mcp.rendering.sessions import clock_time, iso_time, why_it_ended
from sqlcore_mcp.rendering.tables import column_outputs, render_table
from sqlcore_mcp.rendering.tokens import Budget
from sqlcore_mcp.result_files import ResultFile

__all__ = [
    "ExportOutput",
    "SessionPage",
    "SessionRowsOutput",
    "render_export",
    "render_session_rows",
]

_NOTES_TOKENS = 100
_EXPORT_TOKENS = 80
_SUMMARY_ROWS = 5
_ENDS = {SessionState.FAILED: "has failed", SessionState.CANCELLED: "was cancelled"}


class SessionRowsOutput(RowsOutput, OutputsOutput, total=False):
    """A page of a session's rows in structured content.

    `row_count` is how many can be read so far; `row_count_exact` whether these are all. Of a
    session that runs there may be a `next_cursor` behind the last row: more may come. Outputs are
    those of a procedure, on the first page of each result set.
    """

    session_id: str
    state: str
    result_set: int
    result_sets: int
    first_row: int
    next_cursor: str
    failure: ErrorOutput


class FileOutput(TypedDict, total=False):
    """A file of a result set; `complete` where it has all rows of it."""

    uri: str
    result_set: int
    mime_type: str
    row_count: int
    size_bytes: int
    complete: bool


class ExportOutput(TypedDict, total=False):
    """Files of a session in structured content."""

    session_id: str
    state: str
    files: list[FileOutput]
    files_omitted: int
    expires_at: str


@attrs.frozen(kw_only=True)
class SessionPage:
    """Rows of a session from `start` on.

    Attributes:
        session: As it was after they were read.
        result_set: From 1.
        start: The place of the first row, from 0.
        rows: As many as were read; more than fit are cut off.
        wishes: How to show them.
        write_cursor: Makes the cursor of a place.
    """

    session: Session
    result_set: int
    start: int
    rows: Sequence[Row]
    wishes: Wishes
    write_cursor: Callable[[int], str]

    @property
    def summary(self) -> ResultSummary:
        """The result set as far as it has come."""
        return self.session.results[self.result_set - 1]

    @property
    def is_growing(self) -> bool:
        """Whether more rows of this result set may come."""
        return not (self.summary.complete or self.session.state.is_final)


def render_session_rows(page: SessionPage, budget: Budget) -> Answer:
    """Write a page: as many of its rows as the budget holds, and the cursor behind them.

    Raises:
        InvalidArgumentError: Not even one row fits.
    """
    session, summary = page.session, page.summary
    structured: dict[str, Any] = {
        "session_id": session.id,
        "state": session.state.value,
        "result_set": page.result_set,
        "result_sets": len(session.results),
        "first_row": page.start + 1,
    }
    cursor = page.write_cursor(summary.row_count)
    budget.reserve(_NOTES_TOKENS)
    budget.spend(cursor, compact_json(structured) + cursor)
    failure = why_it_ended(session, budget, structured)
    outputs = render_outputs(session.outputs, budget, structured) if not page.start else []
    columns = column_outputs(summary.columns)
    facts_text = ""
    candidates = page.rows
    if page.wishes.summary:
        read = ResultSet(columns=summary.columns, rows=tuple(page.rows), row_count=len(page.rows))
        facts_text, structured["facts"] = column_facts(read, columns, budget)
        candidates = page.rows[:_SUMMARY_ROWS]
    table = render_table(columns, candidates, page.wishes.row_format, budget)
    shown = len(table.rows)
    if page.rows and columns and not shown:
        raise InvalidArgumentError(
            "Not even one row fits max_tokens.",
            parameter="max_tokens",
            hint="Raise it, or select fewer columns.",
        )
    behind = page.start + shown
    has_more = bool(columns) and (behind < summary.row_count or page.is_growing)
    structured |= rows_output(table, row_count=summary.row_count, exact=summary.complete)
    structured["truncated"] = has_more or not summary.complete
    lines: list[Part] = [*outputs, f"{_title(page)}{_count_line(page, shown)}\n", *cut_notes(table)]
    if failure:
        lines += [*failure, "\n"]
    if has_more:
        structured["next_cursor"] = page.write_cursor(behind)
        lines.append(f"next_cursor: {structured['next_cursor']}\n")
    if facts_text:
        words = f"Facts on {len(page.rows):,} of the rows:\n"
        lines += [words, Data(facts_text)]
    return Answer([*lines, "\n", Data(table.text)], structured)


def _title(page: SessionPage) -> str:
    count = len(page.session.results)
    return f"Result {page.result_set} of {count}: " if count > 1 else ""


def _count_line(page: SessionPage, shown: int) -> str:
    summary = page.summary
    there = f"{summary.row_count:,} row{'' if summary.row_count == 1 else 's'}"
    if not summary.columns:
        return f"{there}, without columns."
    if shown:
        first, last = page.start + 1, page.start + shown
        which = f"row {first:,}" if shown == 1 else f"rows {first:,} to {last:,}"
        words = f"{which} of {there}"
        if not page.start and shown == summary.row_count:
            words = f"{there}, all shown"
    else:
        words = f"no more rows of {there}" if page.start else "no rows"
    return f"{words[0].upper()}{words[1:]}{_state_words(page)}."


def _state_words(page: SessionPage) -> str:
    """Say of a result that is not complete why, and whether more may come."""
    if page.summary.complete:
        return ""
    if page.is_growing:
        return (
            " so far. The session is running: more may come; get_session_status with wait_seconds "
            "waits for it"
        )
    if page.session.is_partial:
        return f". These are not all: the session {_ENDS[page.session.state]}"
    return ", the first ones; there were more (max_rows)"


def render_export(session: Session, files: Sequence[ResultFile], budget: Budget) -> Answer:
    """Write where the files of a session are."""
    budget.reserve(_EXPORT_TOKENS)
    structured: dict[str, Any] = {"session_id": session.id, "state": session.state.value}
    if session.expires_at is not None:
        structured["expires_at"] = iso_time(session.expires_at)
    budget.spend("", compact_json(structured))
    outputs: list[FileOutput] = []
    lines: list[str] = []
    links: list[Link] = []
    for number, file in enumerate(files, start=1):
        export = file.export
        output: FileOutput = {
            "uri": file.uri,
            "result_set": number,
            "mime_type": export.mime_type,
            "row_count": export.row_count,
            "size_bytes": export.size_bytes,
            "complete": export.complete,
        }
        rows = f"{export.row_count:,} row{'' if export.row_count == 1 else 's'}"
        size = human_size(export.size_bytes)
        line = f"{file.uri}: {rows}, {size}{'' if export.complete else ', not all'}\n"
        # A client may show the link to the model as well.
        if outputs and not budget.take(line + file.uri, compact_json(output)):
            break
        outputs.append(output)
        lines.append(line)
        links.append(_link(file))
    structured["files"] = outputs
    if len(outputs) < len(files):
        structured["files_omitted"] = len(files) - len(outputs)
        lines.append(f"… {len(files) - len(outputs):,} more files.\n")
    return Answer(["".join(lines), _how_long(session)], structured, tuple(links))


def _link(file: ResultFile) -> Link:
    export = file.export
    name = file.uri.rpartition("/")[2]
    size_bytes = export.size_bytes
    return Link(uri=file.uri, name=name, mime_type=export.mime_type, size_bytes=size_bytes)


def _how_long(session: Session) -> str:
    if session.expires_at is None:
        return "The session is running: export it again, or read the URI again, when it has ended."
    return f"Read it as a resource, until {clock_time(session.expires_at)}."
