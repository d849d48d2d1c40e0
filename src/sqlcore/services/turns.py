"""How many statements one caller runs at once."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import LimitExceededError

__all__ = ["Turns"]


@attrs.define(eq=False)
class _Waiter:
    """One statement that waits; woken when it has its turn, or is cancelled."""

    woken: threading.Event = attrs.field(factory=threading.Event)
    has_turn: bool = False


@attrs.define
class _Line:
    """The statements of one caller."""

    running: int = 0
    waiters: deque[_Waiter] = attrs.field(factory=deque)


class Turns:
    """Counts the statements of each caller. For use by many threads.

    Whoever waits longest is next. A statement whose rows are handed out one by one holds its turn
    until it ends or is closed.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._lines: dict[str, _Line] = {}

    @contextmanager
    def take(self, caller: str, options: ExecutionOptions) -> Iterator[None]:
        """Hold a turn; wait for one at most as long as the statement may take.

        Raises:
            LimitExceededError: No turn came free in time.
            StatementCancelledError: It was cancelled while it waited.
        """
        waiter = self._begin(caller)
        if waiter is not None:
            self._wait(caller, waiter, options)
        try:
            yield
        finally:
            self._end(caller)

    def _begin(self, caller: str) -> _Waiter | None:
        """Take a turn if there is one; otherwise stand in line."""
        with self._lock:
            line = self._lines.setdefault(caller, _Line())
            if line.running < self._most:  # whoever ends hands its turn on, so nobody waits here
                line.running += 1
                return None
            waiter = _Waiter()
            line.waiters.append(waiter)
            return waiter

    def _wait(self, caller: str, waiter: _Waiter, options: ExecutionOptions) -> None:
        cancel = options.cancel
        try:
            forget = cancel.on_cancel(waiter.woken.set) if cancel is not None else None
            try:
                waiter.woken.wait(options.timeout_s)
            finally:
                if forget is not None:
                    forget()
            if cancel is not None:
                cancel.raise_if_cancelled()
            self._check_turn(caller, waiter, options)
        except BaseException:
            self._leave(caller, waiter)
            raise

    def _check_turn(self, caller: str, waiter: _Waiter, options: ExecutionOptions) -> None:
        with self._lock:
            if waiter.has_turn:
                return
        who = f"The caller {caller}" if caller else "The caller"
        raise LimitExceededError(
            f"{who} runs {self._most} statements at once, which is the most, and none ended in "
            f"{options.timeout_s:g} seconds.",
            hint="Wait until one ends, or close one whose rows are still read; then try again. "
            "The limit is max_concurrent_statements.",
        )

    def _leave(self, caller: str, waiter: _Waiter) -> None:
        with self._lock:
            if not waiter.has_turn:
                self._lines[caller].waiters.remove(waiter)
                return
        self._end(caller)  # the turn came at the last moment: hand it on

    def _end(self, caller: str) -> None:
        with self._lock:
            line = self._lines[caller]
            if line.waiters:
                waiter = line.waiters.popleft()
                waiter.has_turn = True
                waiter.woken.set()
                return
            line.running -= 1
            if not line.running:
                del self._lines[caller]
