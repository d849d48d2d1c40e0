"""One run of a statement: why and when it has to stop."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import (
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)

__all__ = ["Run", "closed_error", "lost_error"]

POLL_S = 0.05
"""How often a wait that nothing can wake looks whether it has to stop."""


def closed_error() -> SqlCoreError:
    """Make the error for using what was closed."""
    return ConnectionFailedError("The connection is closed.", hint="Open a new one.")


def lost_error() -> SqlCoreError:
    """Make the error for a connection that went away."""
    return ConnectionLostError(
        "The connection to the server was lost.",
        hint="It is not known whether the statement ran; look before you repeat it.",
    )


class Run:
    """Tells a running statement to stop: its token was set, its time is over, or we close.

    `stop` may be called from any thread, and everything else from the one that runs it.
    """

    def __init__(self, options: ExecutionOptions) -> None:
        self._options = options
        self._stopped = threading.Event()
        self._error: Callable[[], SqlCoreError] | None = None
        self._deadline: float | None = None
        self._forget: Callable[[], None] = lambda: None

    def __enter__(self) -> Self:
        if self._options.cancel is not None:
            self._forget = self._options.cancel.on_cancel(lambda: self.stop(_cancelled))
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _value: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self._forget()

    def start_clock(self) -> None:
        """Let the statement's time begin."""
        self._deadline = time.monotonic() + self._options.timeout_s

    def stop(self, error: Callable[[], SqlCoreError]) -> None:
        """Stop it with this error; the first reason counts."""
        if self._error is None:
            self._error = error
        self._stopped.set()

    @property
    def stopping(self) -> bool:
        """Whether it has to stop."""
        if self._error is not None:
            return True
        if self._deadline is not None and time.monotonic() >= self._deadline:
            self.stop(self._timed_out)
            return True
        return False

    def error(self) -> SqlCoreError | None:
        """Make the error with which it stops; None if it need not."""
        return self._error() if self.stopping and self._error is not None else None

    def check(self) -> None:
        """Raise the error with which it has to stop, if it has."""
        error = self.error()
        if error is not None:
            raise error

    def sleep(self, seconds: float) -> None:
        """Wait so long, or until it has to stop."""
        if self._deadline is not None:
            seconds = min(seconds, self._deadline - time.monotonic())
        self._stopped.wait(max(0.0, seconds))

    def acquire(self, lock: threading.Lock) -> None:
        """Wait for a lock, or raise the error with which it has to stop."""
        most_s = self._options.lock_timeout_s
        give_up_at = math.inf if most_s is None else time.monotonic() + most_s
        while not lock.acquire(timeout=POLL_S):
            self.check()
            if time.monotonic() >= give_up_at:
                raise ConflictError(
                    f"The statement waited {most_s:g} seconds for a lock that another one holds.",
                    hint="Run it again later.",
                )

    def _timed_out(self) -> SqlCoreError:
        return StatementTimeoutError(
            f"The statement was stopped after {self._options.timeout_s:g} seconds.",
            hint="Narrow it down, or allow more time.",
        )


def _cancelled() -> SqlCoreError:
    return StatementCancelledError("The statement was cancelled.")
