"""Who has the link of a statement: the thread that reads, the watchdog, or the pool again.

The thread that reads has the turn; while the events are left waiting nobody has it, and the
watchdog may take it to end the statement.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable

from sqlcore.adapters.postgres import errors
from sqlcore.adapters.postgres.link import DeadlinePassedError, Link
from sqlcore.adapters.postgres.pool import Pool
from sqlcore.adapters.postgres.signals import Signal
from sqlcore.adapters.postgres.stopping import cancel, stop
from sqlcore.adapters.postgres.watchdog import Watchdog
from sqlcore.domain.query import Event
from sqlcore.errors import SqlCoreError

__all__ = ["STOP_GRACE_S", "Hold"]

STOP_GRACE_S = 0.7
"""How long a cancelled statement may take to stop; then its connection is dropped."""
_CLIENT_GRACE_S = 0.2
"""How much later the client gives up, so that the server's own timeout comes first."""


class Hold:
    """A link of the pool for one statement, from the first step to the last.

    Attributes:
        signal: Says "stop" to the statement.
        has_let_go: Set once the server is done with it; its caller may still hold events.
        link: None before and after.
        timeout_s: Seconds that the statement has.
        started_at: When it began, of the monotonic clock.
        until: When waiting for the server ends, of the monotonic clock.
    """

    def __init__(self, pool: Pool, watchdog: Watchdog, signal: Signal, *, timeout_s: float) -> None:
        self.signal = signal
        self.has_let_go = threading.Event()
        self.link: Link | None = None
        self.timeout_s = timeout_s
        self.started_at = self.until = 0.0
        self._deadline = 0.0
        self._pool = pool
        self._watchdog = watchdog
        self._turn = threading.RLock()
        self._has_turn = False
        self._is_watched = False
        self._expired: SqlCoreError | None = None

    def take(self) -> Link:
        """Take the turn, and a link that is connected; the time of the statement begins.

        Raises:
            SqlCoreError: There is no link, or no connection.
            Interrupted: The signal was given.
        """
        self._turn.acquire()
        self._has_turn = True
        link = self.link = self._pool.acquire(self.signal)
        link.make_ready(self.signal)
        self.signal.wake_with(self._wake)
        self.started_at = time.monotonic()
        self._deadline = self.started_at + self.timeout_s
        self.until = self._deadline + _CLIENT_GRACE_S
        return link

    def hand_out(self, events: Iterable[Event]) -> Generator[Event, None, None]:
        """Yield events, without the turn while the caller has one of them.

        Raises:
            SqlCoreError: The watchdog has ended the statement meanwhile.
            Interrupted: The signal was given.
            DeadlinePassedError: The time is over.
        """
        for event in events:
            self._pause()
            yield event
            self._resume()

    def _pause(self) -> None:
        """Let go of the turn before the caller gets an event and may stay away with it."""
        if not self._is_watched:
            self._is_watched = True
            self._watchdog.watch(self, self._deadline)
        self._has_turn = False
        self._turn.release()
        if self.signal.reason is not None or time.monotonic() >= self._deadline:
            self._watchdog.watch(self, 0.0)

    def _resume(self) -> None:
        self._turn.acquire()
        self._has_turn = True
        if self._expired is not None:
            raise self._expired
        self.signal.check()
        if time.monotonic() >= self._deadline:
            raise DeadlinePassedError

    def _wake(self) -> None:
        link = self.link
        if link is not None:
            link.wake()
        if not self._has_turn:
            self._watchdog.watch(self, 0.0)

    def expire(self) -> None:
        """End the statement if nobody reads it and its time is over (called by the watchdog)."""
        if not self._turn.acquire(blocking=False):
            return  # somebody reads, and looks at clock and signal
        try:
            link = self.link
            if link is None:
                return
            if self.signal.reason is not None:
                self._expired = self.signal.error()
            elif time.monotonic() >= self._deadline:
                self._expired = errors.timeout_error(self.timeout_s)
            else:
                return
            if link.raw is not None:
                cancel(link)
                link.discard()  # a server that waits for its reader notices only this
            self._hand_back(link)
        finally:
            self._turn.release()

    def give_back(self) -> None:
        """Be done with the server; what follows are events only."""
        if self.link is not None:
            self._hand_back(self.link)
        self._has_turn = False
        self._turn.release()

    def _hand_back(self, link: Link) -> None:
        self.link = None
        self.signal.forget()
        self._pool.release(link)
        self.has_let_go.set()

    def end(self, tidy_up: Callable[[Link, float], None]) -> None:
        """Give the link back, whatever has happened: clean, or empty.

        Args:
            tidy_up: Brings a link in order after its statement was stopped, until a time.
        """
        if self.link is None:
            if not self.has_let_go.is_set():
                self.has_let_go.set()
                self.signal.forget()
            if self._has_turn:
                self._has_turn = False
                self._turn.release()
            return
        if not self._has_turn:
            self._turn.acquire()
        try:
            link = self.link
            if link is not None:  # the watchdog may have been quicker
                if not link.is_clean:
                    stop(link, STOP_GRACE_S, lambda until: tidy_up(link, until))
                self._hand_back(link)
        finally:
            self._has_turn = False
            self._turn.release()
