"""A way to say "stop" to a statement that another thread runs."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlcore.errors import StatementCancelledError

__all__ = ["CancelToken"]


class CancelToken:
    """Set once, from any thread; callbacks run in the thread that cancels.

    A callback must be short, must not block and must not raise: it is meant to wake a waiter or
    to send a cancel request.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next_id = 0

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` has been called."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the statement to stop. Calling it again changes nothing."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
            callbacks = list(self._callbacks.values())
            self._callbacks.clear()
        for callback in callbacks:
            callback()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Run `callback` at `cancel`, or now if that has been; return how to unregister it."""
        with self._lock:
            if not self._event.is_set():
                key = self._next_id
                self._next_id += 1
                self._callbacks[key] = callback
                return lambda: self._forget(key)
        callback()
        return lambda: None

    def _forget(self, key: int) -> None:
        with self._lock:
            self._callbacks.pop(key, None)

    def wait(self, timeout_s: float) -> bool:
        """Wait until cancelled or until `timeout_s` seconds have passed; say whether cancelled."""
        return self._event.wait(timeout_s)

    def raise_if_cancelled(self) -> None:
        """Raise `StatementCancelledError` once `cancel` has been called."""
        if self._event.is_set():
            raise StatementCancelledError("The statement was cancelled before it ran.")
