"""Ends statements whose reader does not come back.

A caller that holds a stream and does not read on runs none of our code: its statement would go on
past its time, and a cancel would wait for the next read. The watchdog, one thread for each
connection, started when a stream is first left waiting, does it instead.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
import weakref
from typing import Protocol

__all__ = ["Watchdog"]


class Watched(Protocol):
    """A statement whose reader is elsewhere."""

    def expire(self) -> None:
        """End it if nobody reads and its time is over or it is to stop; otherwise do nothing."""
        ...


_Entry = tuple[float, "weakref.ref[Watched]"]


class Watchdog:
    """Calls `expire` of what it watches at its deadline, or earlier when told so.

    Its inbox is a `SimpleQueue`, whose `put` may be called from anywhere, a finalizer included.
    """

    def __init__(self) -> None:
        self._inbox: queue.SimpleQueue[_Entry | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._ender = weakref.finalize(self, self._inbox.put, None)
        self._ender.atexit = False

    def watch(self, watched: Watched, deadline: float) -> None:
        """Expire it at a time of the monotonic clock."""
        if self._thread is None:
            self._start()
        self._inbox.put((deadline, weakref.ref(watched)))

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


def _run(inbox: queue.SimpleQueue[_Entry | None]) -> None:
    order = itertools.count()
    waiting: list[tuple[float, int, weakref.ref[Watched]]] = []
    while True:
        timeout_s = max(0.0, waiting[0][0] - time.monotonic()) if waiting else None
        try:
            entry = inbox.get(timeout=timeout_s)
        except queue.Empty:
            watched = heapq.heappop(waiting)[2]()
            if watched is not None:
                watched.expire()
            del watched
            continue
        if entry is None:
            return
        heapq.heappush(waiting, (entry[0], next(order), entry[1]))
