"""A bounded pool of physical connections to one database."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

from sqlcore.domain.connection import PoolSettings
from sqlcore.errors import LimitExceededError
from sqlcore.testing.memory.faults import FaultPlan
from sqlcore.testing.memory.links import Link
from sqlcore.testing.memory.running import POLL_S, Run, closed_error
from sqlcore.testing.memory.storage import Storage

__all__ = ["Pool"]


class Pool:
    """Hands out links, one caller each; for use by many threads."""

    def __init__(self, storage: Storage, settings: PoolSettings, faults: FaultPlan) -> None:
        self._storage = storage
        self._settings = settings
        self._faults = faults
        self._changed = threading.Condition()
        self._idle: list[tuple[Link, float]] = []
        self._busy: dict[Link, Run | None] = {}
        self._opening = 0
        self._closed_statement_count = 0
        self._closed = False

    @property
    def statement_count(self) -> int:
        """How many statements were sent through it."""
        with self._changed:
            links = [link for link, _ in self._idle] + list(self._busy)
            return self._closed_statement_count + sum(link.statement_count for link in links)

    @property
    def size(self) -> int:
        """How many physical connections there are."""
        with self._changed:
            return len(self._idle) + len(self._busy)

    def runs_on(self, server_session: str) -> bool:
        """Say whether a statement runs on the link of that number."""
        with self._changed:
            return any(
                run is not None and link.server_session == server_session
                for link, run in self._busy.items()
            )

    @contextlib.contextmanager
    def link(self, run: Run | None = None) -> Iterator[Link]:
        """Lend a link to the block.

        Raises:
            LimitExceededError: None became free in time.
            ConnectionFailedError: The pool is closed.
        """
        link = self._acquire(run)
        try:
            yield link
        finally:
            self._release(link)

    def close(self) -> None:
        """Stop what runs and close all links. Idempotent."""
        with self._changed:
            self._closed = True
            links = [link for link, _ in self._idle]
            self._idle.clear()
            for run in self._busy.values():
                if run is not None:
                    run.stop(closed_error)
            # A link between two fetches is closed here; one within a fetch stops by itself first.
            links += self._busy
            self._changed.notify_all()
        for link in links:
            link.close()

    def _acquire(self, run: Run | None) -> Link:
        give_up_at = time.monotonic() + self._settings.acquire_timeout_s
        with self._changed:
            while True:
                if self._closed:
                    raise closed_error()
                if run is not None:
                    run.check()
                link = self._idle_link()
                if link is not None:
                    self._busy[link] = run
                    return link
                if len(self._busy) + self._opening < self._settings.max_size:
                    self._opening += 1
                    break
                left_s = give_up_at - time.monotonic()
                if left_s <= 0:
                    raise LimitExceededError(
                        f"All {self._settings.max_size} connections were in use for "
                        f"{self._settings.acquire_timeout_s:g} seconds.",
                        hint="Wait for a statement to end, or allow a larger pool.",
                    )
                self._changed.wait(min(left_s, POLL_S))
        return self._open(run)

    def _open(self, run: Run | None) -> Link:
        link: Link | None = None
        try:
            error = self._faults.next_connect_error()
            if error is not None:
                raise error
            link = Link(self._storage, self._faults)
            return link
        finally:
            with self._changed:
                self._opening -= 1
                if link is not None:
                    self._busy[link] = run
                self._changed.notify()

    def _idle_link(self) -> Link | None:
        oldest_use = time.monotonic() - self._settings.idle_timeout_s
        while self._idle and self._idle[0][1] < oldest_use:
            self._discard(self._idle.pop(0)[0])
        return self._idle.pop()[0] if self._idle else None

    def _release(self, link: Link) -> None:
        with self._changed:
            del self._busy[link]
            if self._closed or link.spoiled:
                self._discard(link)
            else:
                self._idle.append((link, time.monotonic()))
            self._changed.notify()

    def _discard(self, link: Link) -> None:
        self._closed_statement_count += link.statement_count
        link.close()
