"""The pool of sessions: SQLAlchemy's QueuePool on its own (ADR 0003)."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from typing import Any

from sqlcore.adapters.mssql.opening import SessionOpener
from sqlcore.adapters.mssql.session import Session
from sqlcore.adapters.mssql.watchdog import WATCHDOG
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import PoolSettings
from sqlcore.errors import ConnectionFailedError, LimitExceededError

__all__ = ["SessionPool"]

_SLICE_S = 0.05
_CLOSE_BOUND_S = 5.0


class SessionPool:
    """Hands out sessions; what comes back broken is thrown away.

    A session that the server ended while it was idle is noticed when it is handed out, before
    anything of the caller's was sent, and replaced. That is the only reconnecting there is.
    """

    def __init__(self, opener: SessionOpener, settings: PoolSettings) -> None:
        self._opener = opener
        self._settings = settings
        # The queue's own wait cannot be cancelled; this one is waited for in slices.
        self._places = threading.BoundedSemaphore(settings.max_size)
        self._lock = threading.Lock()
        self._queue: Any = None
        self._in_use: set[Session] = set()
        self._all_returned = threading.Condition(self._lock)
        self._is_closed = False
        self._is_sweeping = threading.local()
        self._newest_identity: str | None = None

    @property
    def where(self) -> str:
        """Server and database, without the login."""
        return self._opener.where

    @property
    def login(self) -> str:
        """The name of the login; empty where the operating system gives it."""
        return self._opener.login

    @property
    def newest_identity(self) -> str | None:
        """What the newest session was greeted with: product, version and database."""
        return self._newest_identity

    @contextlib.contextmanager
    def session(
        self, cancel: CancelToken | None = None, *, wait_s: float | None = None
    ) -> Iterator[Session]:
        """Lend a session.

        Args:
            cancel: Ends the waiting.
            wait_s: Seconds to wait for a free one; as the settings say where left out.

        Raises:
            LimitExceededError: None became free in time.
            ConnectionFailedError: The pool is closed, or no connection could be made.
        """
        self._wait_for_place(cancel, wait_s)
        try:
            lent = self._check_out()
            session: Session = lent.dbapi_connection
            try:
                self._register(session)
                yield session
            finally:
                self._give_back(lent, session)
        finally:
            self._places.release()

    def _wait_for_place(self, cancel: CancelToken | None, wait_s: float | None) -> None:
        limit_s = self._settings.acquire_timeout_s if wait_s is None else wait_s
        if cancel is None:
            is_free = self._places.acquire(timeout=limit_s)
        else:
            deadline = time.monotonic() + limit_s
            is_free = self._places.acquire(blocking=False)
            while not is_free and (rest := deadline - time.monotonic()) > 0:
                cancel.raise_if_cancelled()
                is_free = self._places.acquire(timeout=min(_SLICE_S, rest))
        if not is_free:
            raise LimitExceededError(
                f"No connection to {self._opener.where} became free within {limit_s:g} s; all"
                f" {self._settings.max_size} are in use.",
                hint="Wait for statements to end, or allow more connections (pool max_size).",
            )

    def _check_out(self) -> Any:
        while True:
            lent = self._open_queue().connect()
            session: Session = lent.dbapi_connection
            if session.idle_since is None:
                return lent  # it has just been made
            is_stale = time.monotonic() - session.idle_since > self._settings.idle_timeout_s
            if session.is_alive() and not is_stale:
                return lent
            lent.invalidate()

    def _open_queue(self) -> Any:
        with self._lock:
            if self._is_closed:
                raise ConnectionFailedError(
                    f"The connection to {self._opener.where} is closed.", hint="Connect again."
                )
            if self._queue is None:
                from sqlalchemy.pool import QueuePool  # noqa: PLC0415 it costs 50 ms to import

                self._queue = QueuePool(
                    self._create,  # type: ignore[arg-type]  # a session has what the pool needs
                    pool_size=self._settings.max_size,
                    max_overflow=0,
                    timeout=self._settings.acquire_timeout_s,
                    use_lifo=True,
                    reset_on_return=None,
                )
            return self._queue

    def _create(self) -> Session | _Nothing:
        if getattr(self._is_sweeping, "now", False):
            return _Nothing()
        session = self._opener.open()
        kind = session.kind
        self._newest_identity = f"{kind.version_text} {kind.engine_edition} {session.database}"
        return session

    def _register(self, session: Session) -> None:
        with self._lock:
            self._in_use.add(session)
            if self._is_closed:
                session.is_broken = True

    def _give_back(self, lent: Any, session: Session) -> None:
        idle_since = session.idle_since = time.monotonic()
        with self._lock:
            self._in_use.discard(session)
            is_closed = self._is_closed
            self._all_returned.notify_all()
        if session.is_broken or is_closed:
            lent.invalidate()
            lent.close()
        else:
            lent.close()
            WATCHDOG.arm(self, idle_since + self._settings.idle_timeout_s, self._start_sweep)

    def _start_sweep(self) -> None:
        threading.Thread(target=self._sweep, name="sqlcore-mssql-sweep", daemon=True).start()

    def _sweep(self) -> None:
        """Close what has been idle too long; runs when nothing came back for that time."""
        queue = self._queue
        self._is_sweeping.now = True
        idle: list[Any] = []
        while queue is not None and not self._is_closed and queue.checkedin():
            idle.append(queue.connect())
        for lent in reversed(idle):
            idle_since = lent.dbapi_connection.idle_since or 0.0
            if time.monotonic() - idle_since >= self._settings.idle_timeout_s:
                lent.invalidate()
            lent.close()

    def close(self) -> None:
        """Stop what runs and close every session, within a few seconds."""
        with self._lock:
            if self._is_closed:
                return
            self._is_closed = True
            in_use = list(self._in_use)
            queue = self._queue
        WATCHDOG.disarm(self)
        for session in in_use:
            session.request_stop("closed")
        if queue is not None:
            queue.dispose()
        deadline = time.monotonic() + _CLOSE_BOUND_S
        with self._lock:
            # A caller that holds events and does not read on keeps its session: it is stopped,
            # and goes when the events do.
            while any(s.is_waiting for s in self._in_use) and time.monotonic() < deadline:
                self._all_returned.wait(0.1)


class _Nothing:
    """What the sweep finds in a place of the queue whose connection is gone already."""

    idle_since = None

    def close(self) -> None:
        """Do nothing."""
