"""`sqlcore-mcp call start_query`: the command waits for the session, which ends with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlcore.domain.session import Progress, Session, SessionState
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exporting import ExportFormat, export
from sqlcore_mcp.app import App
from sqlcore_mcp.bars import run_with_bar
from sqlcore_mcp.rendering.boundary import joined
from sqlcore_mcp.rendering.outputs import render_outputs
from sqlcore_mcp.rendering.results import render_messages
from sqlcore_mcp.rendering.sections import human_size
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["file_format_of", "wait_for_session", "write_result"]

_LONG_S = 3600.0
_TOKENS = 8000
_SUFFIXES: Mapping[str, ExportFormat] = {f".{one.value}": one for one in ExportFormat}


def file_format_of(path: Path) -> ExportFormat:
    """Tell how a file is written, by its suffix.

    Raises:
        InvalidArgumentError: It is none of those that are known.
    """
    file_format = _SUFFIXES.get(path.suffix.lower())
    if file_format is None:
        raise InvalidArgumentError(
            f'The file "{path.name}" has the suffix "{path.suffix}".',
            parameter="out",
            hint=f"It is one of: {', '.join(_SUFFIXES)}.",
        )
    return file_format


def wait_for_session(app: App, session_id: str, owner: str) -> Session:
    """Wait for the end of a session, with a bar on a terminal.

    Raises:
        KeyboardInterrupt: The person has stopped it.
    """
    sessions = app.sessions

    def wait() -> Session:
        while True:
            session = sessions.wait(session_id, owner, _LONG_S)
            if session.state.is_final:
                return session

    def rows() -> int:
        return sessions.get(session_id, owner, progress=False).row_count

    def ask() -> Progress | None:
        return sessions.get(session_id, owner).progress

    def stop() -> None:
        sessions.cancel(session_id, owner)

    return run_with_bar(wait, rows, stop=stop, ask=ask)


def write_result(app: App, session: Session, path: Path, say: Callable[[str], Any]) -> bool:
    """Write the first result set of a session to a file; say whether it has all rows.

    What came beside rows, a procedure's outputs and the server's messages, is said as well.

    Raises:
        SqlCoreError: What ended the session, or the file cannot be written.
    """
    beside = _beside_rows(session)
    if beside:
        say(beside)
    if not session.results:
        if session.error is not None:
            raise session.error.exception()
        say("The statement returned no rows; no file was written.")
        return session.state is SessionState.COMPLETED
    reader = app.sessions.read(session.id, session.owner)
    written = export(reader, 0, file_format_of(path), path)
    rows = f"{written.row_count:,} row{'' if written.row_count == 1 else 's'}"
    all_or_not = "" if written.complete else ", not all"
    say(f"{path}: {rows}, {human_size(written.size_bytes)}{all_or_not}.")
    if len(session.results) > 1:
        say(f"{len(session.results) - 1} more result sets were not written.")
    if session.error is not None:
        say(str(session.error.exception()))
    return session.state is SessionState.COMPLETED


def _beside_rows(session: Session) -> str:
    budget = Budget(_TOKENS)
    parts = render_outputs(session.outputs, budget, {})
    return joined([*parts, *render_messages(session.messages, budget, {})])
