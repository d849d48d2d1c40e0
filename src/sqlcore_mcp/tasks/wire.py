"""Tasks in the words of the protocol.

The fields are those of the extension's schema:
https://github.com/modelcontextprotocol/ext-tasks/blob/main/schema/draft/schema.ts
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from mcp.shared.exceptions import MCPError
from mcp_types import INTERNAL_ERROR, INVALID_PARAMS, RequestParams
from pydantic import Field

from sqlcore.domain.session import Session, SessionError, SessionState
from sqlcore.services.limits import SessionLimits
from sqlcore_mcp.call_results import call_result
from sqlcore_mcp.calling import ToolOutcome
from sqlcore_mcp.progress import progress_words

__all__ = [
    "EXTENSION",
    "TaskParams",
    "UpdateParams",
    "created_task",
    "detailed_task",
    "not_found",
]

EXTENSION = "io.modelcontextprotocol/tasks"
_INTERNAL = "internal"
_LEAST_POLL_MS = 1000
_MOST_POLL_MS = 10_000
_POLLS = 10
"""A task that has run for so long is to be asked for about so often again in as long."""
_STATUS = {
    SessionState.QUEUED: "working",
    SessionState.RUNNING: "working",
    SessionState.COMPLETED: "completed",
    SessionState.FAILED: "completed",
    SessionState.CANCELLED: "cancelled",
}


class TaskParams(RequestParams):
    """What names a task."""

    task_id: str = Field(alias="taskId")


class UpdateParams(TaskParams):
    """Answers to what a task asks; ours ask nothing."""

    input_responses: dict[str, Any] = Field(alias="inputResponses")


def not_found(reason: str = "Task not found") -> MCPError:
    """Say that there is no such task, or that it is somebody else's: in the same words."""
    return MCPError(INVALID_PARAMS, f"Failed to retrieve task: {reason}")


def created_task(session: Session, limits: SessionLimits) -> dict[str, Any]:
    """Write a session as the answer to the call that it was."""
    return {"resultType": "task", **_task(session, limits)}


def detailed_task(
    session: Session, limits: SessionLimits, read: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """Write a session as the answer to `tasks/get`; `read` gives the result of a completed one."""
    task = _task(session, limits)
    if session.state is SessionState.COMPLETED:
        task["result"] = read()
    elif session.state is SessionState.FAILED and session.error is not None:
        if session.error.code == _INTERNAL:
            task["status"] = "failed"
            task["error"] = {"code": INTERNAL_ERROR, "message": session.error.message}
        else:
            task["result"] = _failure(session.error)
    return task


def _failure(error: SessionError) -> dict[str, Any]:
    """Write what ended the session as the call would have answered it."""
    result = call_result(ToolOutcome.of_error(error.exception()))
    return result.model_dump(by_alias=True, mode="json", exclude_none=True)


def _task(session: Session, limits: SessionLimits) -> dict[str, Any]:
    updated_at = session.ended_at or dt.datetime.now(dt.UTC)
    return {
        "taskId": session.id,
        "status": _STATUS[session.state],
        "statusMessage": _message(session),
        "createdAt": _timestamp(session.created_at),
        "lastUpdatedAt": _timestamp(max(updated_at, session.created_at)),
        "ttlMs": _ttl_ms(session, limits),
        "pollIntervalMs": max(
            _LEAST_POLL_MS, min(_MOST_POLL_MS, round(session.elapsed_s * 1000 / _POLLS))
        ),
    }


def _message(session: Session) -> str:
    words = progress_words(session.elapsed_s, session.rows_seen, session.progress)
    if session.state is SessionState.FAILED and session.error is not None:
        return f"Failed: {session.error.message}"
    if session.state.is_final:
        return f"{session.state.capitalize()} after {words.removesuffix(' so far')}."
    return f"Stopping: {words}." if session.cancel_requested else f"Running: {words}."


def _ttl_ms(session: Session, limits: SessionLimits) -> int:
    """Say how long after its creation a task is there; of one that runs, if it ended now."""
    retention = dt.timedelta(seconds=limits.retention_s)
    expires_at = session.expires_at or dt.datetime.now(dt.UTC) + retention
    return max(1, int((expires_at - session.created_at).total_seconds() * 1000))


def _timestamp(when: dt.datetime) -> str:
    return when.isoformat(timespec="milliseconds").replace("+00:00", "Z")
