"""Ends statements whose reader does not come back.

A caller that holds a stream and does not read on runs none of our code: its statement would go on
past its time, and a cancel would wait for the next read. The watchdog, one thread for each
connection, started when a stream is first left waiting, does it instead.
"""

from __future__ import annotations

import heapq
import itertools
import math
import queue
import threading
import time
import weakref
from collections import deque
from typing import Protocol

__all__ = ["Watchdog"]


class Watched(Protocol):
    """A statement whose reader is elsewhere."""

    def expire(self) -> None:
        """End it if nobody reads and its time is over or it is to stop; otherwise do nothing."""
        ...


class _Inbox:
    """What is to be watched, for the thread that does it.

    `SimpleQueue` and `deque` may be used from anywhere, a finalizer included.

    Attributes:
        entries: Deadlines with what is to end at them.
        wakes: Ends the sleep of the thread; None ends the thread.
        wakes_at: When the thread looks here next, of the monotonic clock.
    """

    def __init__(self) -> None:
        self.entries: deque[tuple[float, weakref.ref[Watched]]] = deque()
        self.wakes: queue.SimpleQueue[object] = queue.SimpleQueue()
        self.wakes_at = math.inf


class Watchdog:
    """Calls `expire` of what it watches at its deadline, or earlier when told so."""

    def __init__(self) -> None:
        self._inbox = _Inbox()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ender = weakref.finalize(self, self._inbox.wakes.put, None)
        self._ender.atexit = False

    def watch(self, watched: Watched, deadline: float) -> None:
        """Expire it at a time of the monotonic clock.

        The thread is woken only for what is due before it looks by itself: a wake-up takes longer
        than a short statement.
        """
        if self._thread is None:
            self._start()
        inbox = self._inbox
        inbox.entries.append((deadline, weakref.ref(watched)))
        if deadline < inbox.wakes_at:
            inbox.wakes.put(True)

    def _start(self) -> None:
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=_run, args=(self._inbox,), name="sqlcore-watchdog", daemon=True
                )
                self._thread.start()

    def close(self) -> None:
        """Let the thread end."""
        self._ender()


def _run(inbox: _Inbox) -> None:
    order = itertools.count()
    waiting: list[tuple[float, int, weakref.ref[Watched]]] = []
    while True:
        inbox.wakes_at = math.inf
        while inbox.entries:
            deadline, reference = inbox.entries.popleft()
            heapq.heappush(waiting, (deadline, next(order), reference))
        _expire_due(waiting)
        inbox.wakes_at = waiting[0][0] if waiting else math.inf
        if inbox.entries:
            continue  # it came before the time was set, and may be due earlier
        timeout_s = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        try:
            if inbox.wakes.get(timeout=timeout_s) is None:
                return
        except queue.Empty:
            continue


def _expire_due(waiting: list[tuple[float, int, weakref.ref[Watched]]]) -> None:
    """Expire what is due, and forget what has ended by itself."""
    while waiting:
        watched = waiting[0][2]()
        if watched is not None and waiting[0][0] > time.monotonic():
            return
        heapq.heappop(waiting)
        if watched is not None:
            watched.expire()
        del watched
