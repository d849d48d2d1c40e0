"""Background sessions: a query or a procedure call that runs while its caller does other things."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore import errors
from sqlcore.domain.procedure import ProcedureOutputs
from sqlcore.domain.query import Column, Message, RowsAffected
from sqlcore.errors import SqlCoreError

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
    CALL = "call"
    """A call whose answer is kept, and not the rows that it is made of."""
    KEPT = "kept"
    """Nothing ran: rows that an answer had no room for."""


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


_INTERNAL = "internal"
_KINDS: Mapping[str, type[SqlCoreError]] = {
    kind.code: kind for kind in map(vars(errors).__getitem__, errors.__all__)
}


@attrs.frozen(kw_only=True)
class SessionError:
    """Why a session failed.

    Attributes:
        code: That of the error, or `internal` for a defect of this program.
        fields: The rest of `SqlCoreError.fields`, such as `line` and `sqlstate`; of a defect
            `error_id`, under which the log has the details.
    """

    code: str
    message: str
    hint: str | None = None
    fields: Mapping[str, str | int] = attrs.field(factory=dict)

    @classmethod
    def of(cls, error: SqlCoreError) -> SessionError:
        """Take down an error."""
        fields = {k: v for k, v in error.fields.items() if k not in ("code", "message", "hint")}
        return cls(code=error.code, message=error.message, hint=error.hint, fields=fields)

    @classmethod
    def internal(cls, error_id: str) -> SessionError:
        """Take down a defect of this program."""
        return cls(
            code=_INTERNAL,
            message=f"The session failed in a way that was not expected (error id {error_id}).",
            hint="The log has the details under this id.",
            fields={"error_id": error_id},
        )

    def exception(self) -> SqlCoreError:
        """Make an error to raise; of a kind that is not known, a `SqlCoreError`."""
        error = _KINDS.get(self.code, SqlCoreError)(self.message, hint=self.hint)
        for name, value in self.fields.items():
            setattr(error, name, value)
        return error


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
        rows_seen: Rows that a `CALL` has read so far; they are not kept one by one.
        results: What came back so far, in the server's order.
        rows_affected: The first counts; `rows_affected_dropped` more were not kept.
        messages: The first messages of the server; `messages_dropped` more were not kept.
        progress: What the server said last of how far it is.
        outputs: What a procedure handed back beside its results, once it has ended.
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
    rows_seen: int = 0
    results: tuple[ResultSummary, ...] = ()
    rows_affected: tuple[RowsAffected, ...] = ()
    rows_affected_dropped: int = 0
    messages: tuple[Message, ...] = ()
    messages_dropped: int = 0
    progress: Progress | None = None
    outputs: ProcedureOutputs | None = None
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
