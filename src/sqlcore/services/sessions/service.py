"""Background sessions: starting, following, stopping and reading them."""

from __future__ import annotations

import atexit
import datetime as dt
import hmac
import math
import os
import secrets
import threading
import time
import weakref
from collections.abc import Callable, Collection
from functools import partial

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import StatementResult
from sqlcore.domain.session import Session, SessionKind, SessionState
from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore.ports import ResultReader, ResultStore, SessionStore
from sqlcore.services.exporting import Export, ExportFormat
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions.clock import Clock
from sqlcore.services.sessions.collected import keep_result
from sqlcore.services.sessions.exports import Exports
from sqlcore.services.sessions.keeper import Keeper
from sqlcore.services.sessions.results import LateResults
from sqlcore.services.sessions.retention import Retention
from sqlcore.services.sessions.run import Run
from sqlcore.services.sessions.store import MemorySessionStore
from sqlcore.services.sessions.surroundings import Surroundings
from sqlcore.services.sessions.work import Work
from sqlcore.services.sessions.workers import Workers

__all__ = ["Sessions"]

MAX_STATEMENT_CHARS = 10_000
"""So much of a statement is kept in the record."""
_CLOSING_S = 5.0
_SOONEST_S = 0.05
_LATEST_RETRY_S = 300
_UNKNOWN_S = 10.0
"""How long a session may run, as long as none has ended."""
_CLOCK = Clock()


class Sessions:
    """Runs work in the background, each piece as a session of its owner's. For use by many threads.

    Costs nothing before the first start. A session waits at most `limits.timeout_s` for its turn,
    in the order in which they were started, and runs at most as long. An owner who has a name takes
    no more than half of the places, so that there are some for others. What has come by its end is
    kept for `limits.retention_s`, and that it was there is known as long after that. To anybody
    but its owner it does not exist.

    Close it, or leave it to the end of the process.

    Args:
        limits: Bounds for all sessions together.
        store: Where records are kept; in this process where left out.
        results: Where rows are kept, or what makes it at the first use; on disk where left out.
        clock: Tells the time.
    """

    def __init__(
        self,
        limits: SessionLimits | None = None,
        *,
        store: SessionStore | None = None,
        results: ResultStore | Callable[[], ResultStore] | None = None,
        clock: Clock = _CLOCK,
    ) -> None:
        self.limits = limits or SessionLimits()
        self._records = store or MemorySessionStore()
        self._results = LateResults(results, self.limits)
        self._exports = Exports()
        self._clock = clock
        self._lock = threading.Lock()
        self._runs: dict[str, Run] = {}
        self._closed = False
        self._at_exit = partial(_close_at_exit, weakref.ref(self))
        self._process: int | None = None
        self._typical_s: float | None = None
        self._workers = Workers(self.limits.max_running, self.limits.max_queued)
        self._keeper = Keeper(self.look_after)
        self._retention = Retention(self._records, self._results.remove, self.limits.retention_s)
        self._around = Surroundings(
            records=self._records,
            results=self._results,
            clock=clock,
            retention_s=self.limits.retention_s,
            queue_s=self.limits.timeout_s,
            withdraw=self._workers.withdraw,
            abandon=self._workers.abandon,
            began=self._keeper.wake,
            ended=self._ended,
        )

    def start(self, work: Work, *, owner: str) -> Session:
        """Start a session and return at once; it runs when there is room for it.

        Args:
            work: What it does.
            owner: Who alone may see it.

        Raises:
            LimitExceededError: Too many run and wait, of all or of this owner's; `retry_after_s`
                says when to try again.
        """
        self._retention.check_room(owner)
        session = self._new(work, owner)
        timeout_s = min(work.options.timeout_s, self.limits.timeout_s)
        run = Run(session, work, timeout_s, self._around)
        self._records.add(session)
        try:
            with self._lock:
                self._check_open()
                self._runs[session.id] = run
            self._workers.submit(run)
        except LimitExceededError as error:
            with self._lock:
                self._runs.pop(session.id, None)
            self._records.remove(session.id)
            if not self._closed:
                self._advise(error)
            raise
        self._keeper.wake()
        return session

    def adopt(
        self, work: Work, *, owner: str, cancel: CancelToken, ran_s: float
    ) -> tuple[Session, Callable[[], None]]:
        """Take in what runs already in a thread of the caller's, as a session that runs.

        Args:
            work: Gives what there is to keep once that thread is done. Its `options.timeout_s`
                is not read: it may run as long as any session.
            owner: Who alone may see it.
            cancel: Stops what runs.
            ran_s: How long that has run.

        Returns:
            The session, and what has to be called when the thread is done or was never needed.
            It runs the work in the thread that calls it.

        Raises:
            LimitExceededError: There are too many sessions.
        """
        self._retention.check_room(owner)
        session = self._new(work, owner)
        run = Run(session, work, self.limits.timeout_s, self._around, cancel)
        with self._lock:
            self._check_open()
            if len(self._runs) >= self.limits.max_running + self.limits.max_queued:
                raise LimitExceededError(f"{len(self._runs)} sessions run and wait: the most.")
            if owner and self._count(owner) >= self._workers.share:
                raise LimitExceededError("So many of your sessions run and wait as one may have.")
            self._records.add(session)
            self._runs[session.id] = run
        run.begin(ran_s)
        self._keeper.wake()
        return self.get(session.id, owner, progress=False), run.execute

    def _new(self, work: Work, owner: str) -> Session:
        return Session(
            id=_new_id(),
            owner=owner,
            kind=work.kind,
            statement=_shortened(work.statement),
            source=work.source,
            created_at=self._clock.now(),
        )

    def keep(self, result: StatementResult, *, owner: str, statement: str, source: str) -> Session:
        """Keep a result that was collected already, as a session that has completed.

        Raises:
            LimitExceededError: There is no room for it.
        """
        self._retention.check_room(owner)
        with self._lock:
            self._check_open()
        now = self._clock.now()
        session = Session(
            id=_new_id(),
            owner=owner,
            kind=SessionKind.KEPT,
            statement=_shortened(statement),
            source=source,
            created_at=now,
            started_at=now,
            ended_at=now,
            expires_at=now + dt.timedelta(seconds=self.limits.retention_s),
            elapsed_s=result.duration_s,
        )
        session = keep_result(result, session, self._results.store())
        self._records.add(session)
        self._retention.add(session.id, owner, self._clock.monotonic())
        self._keeper.wake()
        return session

    def get(self, session_id: str, owner: str, *, progress: bool = True) -> Session:
        """Return a session as it is now.

        Args:
            session_id: Which one.
            owner: Who asks.
            progress: Ask the server how far it is, which takes a second at most.

        Raises:
            NotFoundError: There is none of that owner.
        """
        session = self._records.get(session_id)
        known_owner = "" if session is None else session.owner
        is_owner = hmac.compare_digest(_bytes(known_owner), _bytes(owner))
        if session is None or not is_owner:
            raise NotFoundError(
                "There is no such session.",
                hint="A session is forgotten some time after its end; start it again.",
            )
        run = self._runs.get(session_id)
        return session if run is None else run.view(session, progress=progress)

    def list(self, owner: str, states: Collection[SessionState] = ()) -> tuple[Session, ...]:
        """Return the sessions of an owner, the newest first; the server is not asked about them.

        Args:
            owner: Who asks.
            states: Only those in one of these states; all where left out.
        """
        sessions = []
        for session in self._records.owned_by(owner):
            run = self._runs.get(session.id)
            sessions.append(session if run is None else run.view(session, progress=False))
        return tuple(one for one in sessions if not states or one.state in states)

    def wait(
        self, session_id: str, owner: str, timeout_s: float, cancel: CancelToken | None = None
    ) -> Session:
        """Wait until a session has ended, at most so long; return it as it is then.

        Args:
            session_id: Which one.
            owner: Who asks.
            timeout_s: The most seconds to wait.
            cancel: Ends the waiting, and not the session.

        Raises:
            NotFoundError: There is none of that owner, or it was removed.
        """
        self.get(session_id, owner, progress=False)
        run = self._runs.get(session_id)
        if run is not None:
            run.wait(timeout_s, cancel)
        is_left = cancel is not None and cancel.cancelled
        return self.get(session_id, owner, progress=not is_left)

    def follow(self, session_id: str, owner: str, seen: int, timeout_s: float) -> int:
        """Wait until a session has more than it had at `seen`, or has ended; at most so long.

        Args:
            session_id: Which one.
            owner: Who asks.
            seen: What the last call returned; -1 at first.
            timeout_s: The most seconds to wait.

        Raises:
            NotFoundError: There is none of that owner.
        """
        self.get(session_id, owner, progress=False)
        run = self._runs.get(session_id)
        return seen if run is None else run.follow(seen, timeout_s)

    def cancel(self, session_id: str, owner: str, wait_s: float = 1.0) -> Session:
        """Ask a session to stop, wait so long for it, and return it as it is then.

        One that waits for its turn ends at once; one that has ended stays as it is.

        Raises:
            NotFoundError: There is none of that owner.
        """
        self.get(session_id, owner, progress=False)
        run = self._runs.get(session_id)
        if run is not None:
            run.request_cancel()
            self._keeper.wake()
            run.wait(wait_s)
        return self.get(session_id, owner, progress=False)

    def read(self, session_id: str, owner: str) -> ResultReader:
        """Read the rows of a session, also while they arrive.

        Raises:
            NotFoundError: There is none of that owner, or it has no results, or they have expired.
        """
        session = self.get(session_id, owner, progress=False)
        if session.state is SessionState.EXPIRED:
            raise NotFoundError("The results of the session have expired.", hint="Start it again.")
        if session.state is SessionState.QUEUED:
            raise NotFoundError("The session has no results yet.", hint="Wait until it runs.")
        return self._results.open(session_id)

    def export(
        self,
        session_id: str,
        owner: str,
        result_set: int,
        file_format: ExportFormat,
        cancel: CancelToken | None = None,
    ) -> Export:
        """Write a result set to a private file that goes with the session, and return it.

        Of a session that still runs, the rows so far are written. Blocks until it is done.

        Args:
            session_id: Which one.
            owner: Who asks.
            result_set: Its place, from 0.
            file_format: How the file is written.
            cancel: Lets another thread stop it; then nothing of the file stays.

        Raises:
            NotFoundError: There is none of that owner, or no such result set (any more).
            StatementCancelledError: `cancel` was set.
            LimitExceededError: The disk is full, or there is no room.
        """
        self.read(session_id, owner)
        session = self.get(session_id, owner, progress=False)
        store = self._results.store()
        return self._exports.write(store, session, result_set, file_format, cancel)

    def remove(self, session_id: str, owner: str, wait_s: float = 1.0) -> None:
        """Stop a session, and remove it and its results.

        What has not stopped within `wait_s` seconds is gone for everybody, and removed when it
        has.

        Raises:
            NotFoundError: There is none of that owner.
        """
        self.cancel(session_id, owner, wait_s)
        self._records.remove(session_id)
        self._retention.forget(session_id)
        if session_id not in self._runs:
            self._results.remove(session_id)

    def close(self, timeout_s: float = _CLOSING_S) -> None:
        """Stop everything, at most so long, and remove all results. Idempotent.

        In a forked child it does nothing: what runs and what is kept is its parent's.
        """
        if self._process not in (None, os.getpid()):
            return
        with self._lock:
            self._closed = True
            runs = list(self._runs.values())
        give_up_at = time.monotonic() + timeout_s
        for run in runs:
            run.request_cancel()
        for run in runs:
            run.wait(max(0.0, give_up_at - time.monotonic()))
            run.give_up()
        self._workers.close(max(0.0, give_up_at - time.monotonic()))
        self._keeper.close(max(0.0, give_up_at - time.monotonic()))
        self._results.close()
        atexit.unregister(self._at_exit)

    def look_after(self) -> float | None:
        """Do what is due: end what has run too long, expire what is old.

        A thread calls it as often as there is need.

        Returns:
            The seconds until it should be called again; None if nothing is left to look after.
        """
        now = self._clock.monotonic()
        dues = [run.look_after(now) for run in list(self._runs.values())]
        self._retention.look(now)
        if not self._retention.is_empty:
            dues.append(self.limits.cleanup_s)
        return max(_SOONEST_S, min(dues)) if dues else None

    def _ended(self, run: Run) -> None:
        """Take in a session that has ended."""
        with self._lock:
            self._runs.pop(run.id, None)
            if run.ran_s:
                typical_s = run.ran_s if self._typical_s is None else self._typical_s
                self._typical_s = (3 * typical_s + run.ran_s) / 4
        if self._records.get(run.id) is None:  # it was removed while it ran
            self._results.remove(run.id)
        else:
            self._retention.add(run.id, run.owner, self._clock.monotonic())
        self._keeper.wake()

    def _count(self, owner: str) -> int:
        return sum(run.owner == owner for run in self._runs.values())

    def _check_open(self) -> None:
        if self._closed:
            raise LimitExceededError("The program is shutting down; no session is started.")
        if self._process is None:
            self._process = os.getpid()
            atexit.register(self._at_exit)

    def _advise(self, error: LimitExceededError) -> None:
        """Say when a place may be free, by how long sessions have run so far."""
        typical_s = _UNKNOWN_S if self._typical_s is None else self._typical_s
        seconds = max(1, min(_LATEST_RETRY_S, math.ceil(typical_s / self.limits.max_running)))
        error.retry_after_s = seconds
        words = "a second" if seconds == 1 else f"{seconds} seconds"
        error.hint = f"Try again in about {words}, or cancel a session."


def _bytes(owner: str) -> bytes:
    return owner.encode("utf-8", "surrogatepass")


def _new_id() -> str:
    return secrets.token_hex(16)


def _shortened(statement: str) -> str:
    if len(statement) <= MAX_STATEMENT_CHARS:
        return statement
    return f"{statement[:MAX_STATEMENT_CHARS]}… [cut: {len(statement):,} characters]"


def _close_at_exit(reference: weakref.ref[Sessions]) -> None:
    sessions = reference()
    if sessions is not None:
        sessions.close()
