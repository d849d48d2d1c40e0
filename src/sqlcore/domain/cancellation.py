"""A way to say "stop" to a statement that another thread runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack

from sqlcore.errors import StatementCancelledError

__all__ = ["CancelToken"]


class CancelToken:
    """Set once, from any thread; callbacks run in the thread that cancels.

    A callback must be short, must not block and must not raise: it is meant to wake a waiter or
    to send a cancel request. Once it has been unregistered it does not run, so that a cancel
    never hits the next statement of a connection.
    """

    def __init__(self) -> None:
        self._condition = threading.Condition(threading.Lock())
        self._event = threading.Event()
        self._callbacks: dict[int, Callable[[], None]] = {}
        self._next_id = 0
        self._running_id: int | None = None
        self._running_thread: int | None = None

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` has been called."""
        return self._event.is_set()

    def cancel(self) -> None:
        """Ask the statement to stop. Calling it again changes nothing."""
        with self._condition:
            if self._event.is_set():
                return
            self._event.set()
            self._running_thread = threading.get_ident()
            registered = list(self._callbacks)
        with ExitStack() as callbacks:  # one that raises does not keep the others from running
            for key in reversed(registered):
                callbacks.callback(self._run, key)

    def _run(self, key: int) -> None:
        with self._condition:
            callback = self._callbacks.pop(key, None)
            if callback is None:  # unregistered in the meantime
                return
            self._running_id = key
        try:
            callback()
        finally:
            with self._condition:
                self._running_id = None
                self._condition.notify_all()

    def on_cancel(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Run `callback` at `cancel`, or now if that has been; return how to unregister it.

        Unregistering waits for a callback that runs in another thread right now. So do not hold a
        lock then that the callback takes.
        """
        with self._condition:
            if not self._event.is_set():
                key = self._next_id
                self._next_id += 1
                self._callbacks[key] = callback
                return lambda: self._forget(key)
        callback()
        return lambda: None

    def _forget(self, key: int) -> None:
        with self._condition:
            self._callbacks.pop(key, None)
            if self._running_thread != threading.get_ident():
                self._condition.wait_for(lambda: self._running_id != key)

    def wait(self, timeout_s: float) -> bool:
        """Wait until cancelled or until `timeout_s` seconds have passed; say whether cancelled."""
        return self._event.wait(timeout_s)

    def raise_if_cancelled(self) -> None:
        """Raise `StatementCancelledError` once `cancel` has been called."""
        if self._event.is_set():
            raise StatementCancelledError("The statement was cancelled before it ran.")
