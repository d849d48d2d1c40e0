"""Background sessions: a query or a procedure call that runs while its caller does other things."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore.domain.query import Column, Message, RowsAffected

__all__ = [
    "IllegalTransitionError",
    "Progress",
    "ResultSummary",
    "Session",
    "SessionError",
    "SessionKind",
    "SessionState",
]


class SessionKind(enum.StrEnum):
    """What runs."""

    QUERY = "query"
    PROCEDURE = "procedure"


class SessionState(enum.StrEnum):
    """Where a session is."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"

    @property
    def is_final(self) -> bool:
        """Whether nothing runs any more."""
        return self not in (SessionState.QUEUED, SessionState.RUNNING)


_LEGAL: Mapping[SessionState, frozenset[SessionState]] = {
    SessionState.QUEUED: frozenset(
        {SessionState.RUNNING, SessionState.FAILED, SessionState.CANCELLED}
    ),
    SessionState.RUNNING: frozenset(
        {SessionState.COMPLETED, SessionState.FAILED, SessionState.CANCELLED}
    ),
    SessionState.COMPLETED: frozenset({SessionState.EXPIRED}),
    SessionState.FAILED: frozenset({SessionState.EXPIRED}),
    SessionState.CANCELLED: frozenset({SessionState.EXPIRED}),
    SessionState.EXPIRED: frozenset(),
}


class IllegalTransitionError(RuntimeError):
    """A session was to change to a state that cannot follow the one it has."""


@attrs.frozen(kw_only=True)
class Progress:
    """How far the server says that a statement is.

    Attributes:
        fraction: From 0 to 1; None where the server cannot tell.
        phase: What it does right now, in the server's words.
    """

    fraction: float | None = None
    phase: str | None = None


@attrs.frozen(kw_only=True)
class SessionError:
    """Why a session failed; the fields are those of `SqlCoreError.fields`."""

    code: str
    message: str
    hint: str | None = None
    fields: Mapping[str, Any] = attrs.field(factory=dict)


@attrs.frozen(kw_only=True)
class ResultSummary:
    """One result set of a session, as far as it has come.

    Attributes:
        row_count: Rows that can be read.
        size_bytes: Bytes on disk.
        complete: Whether these are all its rows.
    """

    columns: tuple[Column, ...]
    row_count: int = 0
    size_bytes: int = 0
    complete: bool = False


@attrs.frozen(kw_only=True)
class Session:
    """A session as it is at one moment.

    Attributes:
        id: Cannot be guessed.
        owner: Who started it and alone may see it; empty where there is only one who could.
        statement: The SQL text, or the name of the procedure.
        source: Host, port and database.
        created_at: When it was started (UTC); so `started_at`, when it began to run, and
            `ended_at`, when nothing ran any more.
        expires_at: When its results go (UTC); known once it has ended.
        elapsed_s: Seconds that it has run, by a clock that nobody sets.
        cancel_requested: Whether somebody asked it to stop.
        results: What came back so far, in the server's order.
        messages: The first messages of the server; `messages_dropped` more were not kept.
        progress: What the server said last of how far it is.
    """

    id: str
    owner: str = attrs.field(repr=False, default="")
    kind: SessionKind = SessionKind.QUERY
    statement: str = attrs.field(repr=False)
    source: str = ""
    state: SessionState = SessionState.QUEUED
    created_at: dt.datetime
    started_at: dt.datetime | None = None
    ended_at: dt.datetime | None = None
    expires_at: dt.datetime | None = None
    elapsed_s: float = 0.0
    cancel_requested: bool = False
    results: tuple[ResultSummary, ...] = ()
    rows_affected: tuple[RowsAffected, ...] = ()
    messages: tuple[Message, ...] = ()
    messages_dropped: int = 0
    progress: Progress | None = None
    error: SessionError | None = None

    @property
    def row_count(self) -> int:
        """Rows that can be read, of all result sets."""
        return sum(result.row_count for result in self.results)

    @property
    def size_bytes(self) -> int:
        """Bytes on disk, of all result sets."""
        return sum(result.size_bytes for result in self.results)

    @property
    def is_partial(self) -> bool:
        """Whether it ended before everything had come back."""
        return self.state in (SessionState.FAILED, SessionState.CANCELLED)

    def moved_to(self, state: SessionState, **changes: Any) -> Session:
        """Return the session in another state, with other changes that come with it.

        Raises:
            IllegalTransitionError: That state cannot follow.
        """
        if state not in _LEGAL[self.state]:
            raise IllegalTransitionError(f"A session that is {self.state} cannot become {state}.")
        return attrs.evolve(self, state=state, **changes)
