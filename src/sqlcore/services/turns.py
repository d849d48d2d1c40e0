"""How many statements one caller runs at once."""

from __future__ import annotations

import threading
from collections import deque
from typing import Self

import attrs

from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import LimitExceededError

__all__ = ["Turns"]


@attrs.define(eq=False)
class _Line:
    """The statements of one caller."""

    running: int = 0
    waiting: deque[_Turn] = attrs.field(factory=deque)


class Turns:
    """Counts the statements of each caller. For use by many threads.

    Whoever waits longest is next. A statement whose rows are handed out one by one holds its turn
    until it ends or is closed.

    Attributes:
        most: How many statements one caller runs at once.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        # A stream that is collected as garbage gives its turn back in the midst of whatever its
        # thread does, which may be the taking of another one.
        self._lock = threading.RLock()
        self._lines: dict[str, _Line] = {}

    def take(self, caller: str, options: ExecutionOptions) -> _Turn:
        """Hold a turn around a statement; wait for one at most as long as that may take.

        Raises:
            LimitExceededError: No turn came free in time.
            StatementCancelledError: It was cancelled while it waited.
        """
        return _Turn(self, caller, options)

    def join(self, turn: _Turn) -> _Line:
        """Put a turn in its caller's line; it may have come at once."""
        with self._lock:
            line = self._lines.setdefault(turn.caller, _Line())
            line.waiting.append(turn)
            self._hand_out(line)
            return line

    def leave(self, turn: _Turn, line: _Line) -> None:
        """Take back a turn, whether it has come or not."""
        with self._lock:
            if turn.has_come:
                line.running -= 1
                self._hand_out(line)
            else:
                line.waiting.remove(turn)
            if not line.running and self._lines.get(turn.caller) is line:
                del self._lines[turn.caller]  # nobody waits where nobody runs

    def _hand_out(self, line: _Line) -> None:
        while line.waiting and line.running < self.most:
            line.running += 1
            line.waiting.popleft().come()


class _Turn:
    """The turn of one statement."""

    __slots__ = ("_line", "_options", "_turns", "_woken", "caller", "has_come")

    def __init__(self, turns: Turns, caller: str, options: ExecutionOptions) -> None:
        self.caller = caller
        self._options = options
        self.has_come = False
        self._turns = turns
        self._woken: threading.Event | None = None

    def come(self) -> None:
        """Be handed out."""
        self.has_come = True
        if self._woken is not None:
            self._woken.set()

    def __enter__(self) -> Self:
        self._line = self._turns.join(self)
        if not self.has_come:
            try:
                self._wait()
            except BaseException:
                self._turns.leave(self, self._line)
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._turns.leave(self, self._line)

    def _wait(self) -> None:
        woken = self._woken = threading.Event()
        cancel = self._options.cancel
        forget = cancel.on_cancel(woken.set) if cancel is not None else None
        try:
            if not self.has_come:  # before there was anything to wake
                woken.wait(self._options.timeout_s)
        finally:
            if forget is not None:
                forget()
        if cancel is not None:
            cancel.raise_if_cancelled()
        if not self.has_come:
            raise self._none_came()

    def _none_came(self) -> LimitExceededError:
        who = f"The caller {self.caller}" if self.caller else "The caller"
        return LimitExceededError(
            f"{who} runs {self._turns.most} statements at once, which is the most, and none ended "
            f"in {self._options.timeout_s:g} seconds.",
            hint="Wait until one ends, or close one whose rows are still read; then try again. "
            "The limit is max_concurrent_statements.",
        )
