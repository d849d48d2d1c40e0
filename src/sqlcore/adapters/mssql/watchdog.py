"""One thread for all sessions that ends a conversation whose time is over.

While rows are read, the driver waits for the server inside C code that nothing can interrupt but
the end of the conversation. So a session registers the moment at which its socket is to be shut
down, and takes the entry back when the driver has returned.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Hashable

__all__ = ["WATCHDOG", "Watchdog"]


class Watchdog:
    """Runs callbacks at their time, in one daemon thread that starts with the first of them.

    A callback must be short and must not raise.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._entries: dict[Hashable, tuple[float, Callable[[], None]]] = {}
        self._wakes_at = float("inf")
        self._thread: threading.Thread | None = None

    def arm(self, key: Hashable, moment: float, action: Callable[[], None]) -> None:
        """Run `action` at `moment` (of `time.monotonic`), unless disarmed; one entry a key."""
        with self._changed:
            self._entries[key] = (moment, action)
            if self._thread is None or not self._thread.is_alive():
                self._thread = threading.Thread(
                    target=self._run, name="sqlcore-mssql-watchdog", daemon=True
                )
                self._thread.start()
            if moment < self._wakes_at:
                self._changed.notify()

    def disarm(self, key: Hashable) -> None:
        """Forget an entry; once this returns, its action neither runs nor will."""
        with self._changed:
            self._entries.pop(key, None)

    def _run(self) -> None:
        with self._changed:
            while True:
                now = time.monotonic()
                due = [key for key, (moment, _) in self._entries.items() if moment <= now]
                for key in due:
                    # Under the lock, so that `disarm` cannot pass a running action.
                    self._entries.pop(key)[1]()
                self._wakes_at = min(
                    (moment for moment, _ in self._entries.values()), default=float("inf")
                )
                wait = self._wakes_at - time.monotonic()
                self._changed.wait(None if wait == float("inf") else max(0.0, wait))


WATCHDOG = Watchdog()
"""The process's watchdog."""
