"""The pool of links: bounded, with bounded waits, and whole after whatever happened.

psycopg_pool keeps the links, makes waiting callers queue, replaces links that are an hour old and
drops one that was not needed for `idle_timeout_s`. It never meets a broken connection: links come
back clean or empty, and an empty one connects again in the thread that takes it.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from typing import Any, cast

from psycopg_pool import ConnectionPool, PoolClosed, PoolTimeout

from sqlcore.adapters.postgres.link import Link
from sqlcore.adapters.postgres.login import Login
from sqlcore.adapters.postgres.signals import Signal
from sqlcore.domain.connection import PoolSettings
from sqlcore.errors import ConnectionFailedError, LimitExceededError

__all__ = ["Pool"]

_LOOK_EVERY_S = 0.25
"""A caller that waits for a link looks this often whether it is to stop."""
_CLOSE_S = 2.0


class Pool:
    """Hands out links."""

    def __init__(self, login: Login, settings: PoolSettings) -> None:
        self._login = login
        self._settings = settings
        self._lock = threading.Lock()
        self._is_open = False
        self._is_closed = False
        self._returned: deque[Link] = deque()
        self._threads_inside: set[int] = set()
        self._links: ConnectionPool[Any] = ConnectionPool(
            connection_class=cast("Any", Link),
            kwargs={"login": login},
            min_size=0,
            max_size=settings.max_size,
            max_idle=settings.idle_timeout_s,
            num_workers=1,
            open=False,
        )

    def acquire(self, signal: Signal | None = None, timeout_s: float | None = None) -> Link:
        """Take a link, connected or empty.

        Raises:
            LimitExceededError: All were busy for too long.
            ConnectionFailedError: The pool is closed.
            Interrupted: The signal was given.
        """
        if not self._is_open:
            self._open()
        allowed_s = self._settings.acquire_timeout_s if timeout_s is None else timeout_s
        give_up_at = time.monotonic() + allowed_s
        thread_id = threading.get_ident()
        while True:
            left_s = give_up_at - time.monotonic()
            self._threads_inside.add(thread_id)
            try:
                return cast("Link", self._links.getconn(timeout=min(left_s, _LOOK_EVERY_S)))
            except PoolTimeout as exc:
                if time.monotonic() >= give_up_at:
                    raise self._exhausted(allowed_s) from exc
            except PoolClosed as exc:
                raise ConnectionFailedError(
                    "The connection has been closed.", hint="Connect again."
                ) from exc
            finally:
                self._threads_inside.discard(thread_id)
                self._put_back()
            if signal is not None:
                signal.check()

    def release(self, link: Link) -> None:
        """Give a link back.

        The garbage collector may close a stream, and so come here, in the middle of `acquire` or
        `release` of the same thread, where the pool's lock is held: then the outer call does it.
        """
        link.settle()
        self._returned.append(link)
        self._put_back()

    def _put_back(self) -> None:
        thread_id = threading.get_ident()
        if thread_id in self._threads_inside:
            return
        while self._returned:
            self._threads_inside.add(thread_id)
            try:
                self._links.putconn(self._returned.popleft())
            except IndexError:  # another thread was quicker
                break
            finally:
                self._threads_inside.discard(thread_id)

    def _exhausted(self, waited_s: float) -> LimitExceededError:
        return LimitExceededError(
            f"All {self._settings.max_size} connections to {self._login.address} were busy for "
            f"{waited_s:g} seconds.",
            hint="Close streams that are no longer read, or allow more connections.",
        )

    def _open(self) -> None:
        with self._lock:
            if self._is_closed:
                raise ConnectionFailedError(
                    "The connection has been closed.", hint="Connect again."
                )
            if not self._is_open:
                self._links.open()
                self._is_open = True

    def close(self) -> None:
        """Close all links that are not in use; the others are closed when they come back."""
        with self._lock:
            self._is_closed = True
            if self._is_open:
                self._links.close(timeout=_CLOSE_S)
