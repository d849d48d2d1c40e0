"""How another thread reaches the one that runs a statement, whatever that one waits for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Literal

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import ConnectionLostError, SqlCoreError, StatementCancelledError

__all__ = ["Interrupted", "Reason", "Signal"]

Reason = Literal["cancelled", "closed"]


class Interrupted(Exception):  # noqa: N818  # a way out, not a failure
    """The statement is to stop; `error` is what its caller gets."""

    def __init__(self, error: SqlCoreError) -> None:
        super().__init__(error.message)
        self.error = error


class Signal:
    """Says "stop" to one statement. It is given once; later ones change nothing."""

    __slots__ = ("_forget_token", "_lock", "_wake", "reason")

    def __init__(self, token: CancelToken | None) -> None:
        self.reason: Reason | None = None
        self._lock = threading.Lock()
        self._wake: Callable[[], object] | None = None
        self._forget_token: Callable[[], None] | None = None
        if token is not None:
            self._forget_token = token.on_cancel(self._cancel)

    def _cancel(self) -> None:
        self.give("cancelled")

    def give(self, reason: Reason) -> None:
        """Ask for the stop and wake the waiting thread; never blocks."""
        with self._lock:
            self.reason = self.reason or reason
            wake = self._wake
        if wake is not None:
            wake()

    def wake_with(self, wake: Callable[[], object] | None) -> None:
        """Set how the thread is woken from what it waits for next; at once if it is to stop."""
        with self._lock:
            self._wake = wake
        if wake is not None and self.reason is not None:
            wake()

    def check(self) -> None:
        """Raise `Interrupted` once a stop has been asked for."""
        if self.reason is not None:
            raise Interrupted(self.error())

    def error(self) -> SqlCoreError:
        """Make the error that fits the reason."""
        if self.reason == "closed":
            return ConnectionLostError(
                "The connection was closed while the statement ran.",
                hint="It may have run; look before you repeat it.",
            )
        return StatementCancelledError("The statement was cancelled.")

    def forget(self) -> None:
        """Let go of the token."""
        self.wake_with(None)
        if self._forget_token is not None:
            self._forget_token()
