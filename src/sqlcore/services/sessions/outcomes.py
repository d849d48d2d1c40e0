"""How sessions end that do not complete, in words."""

from __future__ import annotations

import secrets

from sqlcore.domain.session import SessionError, SessionState
from sqlcore.errors import (
    LimitExceededError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.services.logs import get_logger

__all__ = ["Outcome", "given_up", "never_ran", "outcome_of", "timed_out"]

Outcome = tuple[SessionState, SessionError | None]
_KEPT = "What has come so far can be read."


def outcome_of(error: BaseException, session_id: str) -> Outcome:
    """Say how a session ends that stopped with this error, which nobody had asked for."""
    if isinstance(error, SqlCoreError):
        return SessionState.FAILED, SessionError.of(error)
    error_id = secrets.token_hex(4)
    get_logger(__name__).error(
        "session_failed", session=session_id, error_id=error_id, exc_info=error
    )
    return SessionState.FAILED, SessionError.internal(error_id)


def timed_out(timeout_s: float) -> Outcome:
    """Say that a session took longer than it was given."""
    error = StatementTimeoutError(
        f"The session was stopped after {timeout_s:g} seconds.",
        hint=f"{_KEPT} Narrow the statement, or allow more time.",
    )
    return SessionState.FAILED, SessionError.of(error)


def given_up(timeout_s: float | None) -> Outcome:
    """Say that a driver does not come back, though it was told to stop.

    Args:
        timeout_s: What the session was given, if that is why it was to stop; None if it was
            cancelled.
    """
    words = "the driver does not react; it is not known whether the statement still runs"
    if timeout_s is None:
        cancelled = StatementCancelledError(f"The session was cancelled, but {words}.", hint=_KEPT)
        return SessionState.CANCELLED, SessionError.of(cancelled)
    late = StatementTimeoutError(
        f"The session was to stop after {timeout_s:g} seconds, but {words}.", hint=_KEPT
    )
    return SessionState.FAILED, SessionError.of(late)


def never_ran(waited_s: float) -> Outcome:
    """Say that a session waited for too long."""
    error = LimitExceededError(
        f"The session waited {waited_s:g} seconds for others to end, and never ran.",
        hint="Start it again when fewer sessions run.",
    )
    return SessionState.FAILED, SessionError.of(error)
