"""A clock that is set, work that does as it is told, results in memory."""

from __future__ import annotations

import datetime as dt
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence

import attrs

from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    ResultEnd,
    ResultStart,
    Row,
    RowBatch,
)
from sqlcore.domain.session import ResultSummary, Session, SessionState
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import LimitExceededError, NotFoundError, StatementCancelledError
from sqlcore.services.sessions import Clock, MemorySessionStore, Work

COLUMNS = (Column(name="n", type=SqlType(name="int", kind=TypeKind.INTEGER)),)
PATIENCE_S = 20.0
"""How long a test waits for what must happen."""


def until(holds: Callable[[], bool]) -> None:
    pause = threading.Event()
    for _ in range(4000):
        if holds():
            return
        pause.wait(0.005)
    raise AssertionError("it did not come true in time")


class SetClock:
    """A clock that stands until it is moved; the wall clock can be set on its own."""

    def __init__(self) -> None:
        self.seconds = 1000.0
        self.date = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)

    @property
    def clock(self) -> Clock:
        return Clock(lambda: self.seconds, lambda: self.date)

    def pass_s(self, seconds: float) -> None:
        self.seconds += seconds
        self.date += dt.timedelta(seconds=seconds)


class Script:
    """Work that yields what it is told to, when it is told to."""

    def __init__(self, *, heeds_cancel: bool = True) -> None:
        self._heeds_cancel = heeds_cancel
        self._changed = threading.Condition()
        self._steps: deque[Event | BaseException | None] = deque()
        self.started = threading.Event()
        self.closed = threading.Event()
        self.options: ExecutionOptions | None = None

    def work(self, timeout_s: float = 100.0) -> Work:
        options = ExecutionOptions(timeout_s=timeout_s)
        return Work(statement="SELECT n FROM t", run=self.run, options=options)

    def tell(self, *steps: Event | BaseException | None) -> None:
        """Let it yield events, raise an error, or end (None)."""
        with self._changed:
            self._steps.extend(steps)
            self._changed.notify_all()

    def rows(self, *values: int) -> None:
        self.tell(RowBatch([(value,) for value in values]))

    def complete(self) -> None:
        self.tell(None)

    def run(self, options: ExecutionOptions) -> Generator[Event, None, None]:
        assert options.cancel is not None
        self.options = options
        forget = options.cancel.on_cancel(self.tell)
        self.started.set()
        try:
            while (step := self._next(options)) is not None:
                if isinstance(step, BaseException):
                    raise step
                yield step
        finally:
            forget()
            self.closed.set()

    def _next(self, options: ExecutionOptions) -> Event | BaseException | None:
        token = options.cancel
        assert token is not None
        with self._changed:
            self._changed.wait_for(lambda: self._steps or (self._heeds_cancel and token.cancelled))
            if self._heeds_cancel and token.cancelled:
                return StatementCancelledError("The statement was cancelled.")
            return self._steps.popleft()


def counting(count: int) -> Script:
    """Make work that returns so many rows and ends."""
    script = Script()
    script.tell(ResultStart(COLUMNS))
    for begin in range(0, count, 10):
        script.rows(*range(begin, min(begin + 10, count)))
    script.tell(ResultEnd(count), None)
    return script


@attrs.define
class _Result:
    columns: tuple[Column, ...]
    rows: list[Row] = attrs.field(factory=list)
    complete: bool = False


class _Written:
    """The results of one session, to write and to read."""

    def __init__(self, store: MemoryResults) -> None:
        self._store = store
        self._results: list[_Result] = []
        self.closed = False
        self.removed = False

    def begin(self, columns: tuple[Column, ...]) -> None:
        self._results.append(_Result(columns))

    def add(self, rows: Sequence[Row]) -> None:
        assert not self.closed
        room = self._store.take(len(rows))
        self._results[-1].rows.extend(rows[:room])
        if room < len(rows):
            raise LimitExceededError("The disk is full.")

    def end(self) -> None:
        self._results[-1].complete = True

    def summaries(self) -> tuple[ResultSummary, ...]:
        return tuple(
            ResultSummary(
                columns=result.columns,
                row_count=len(result.rows),
                size_bytes=8 * len(result.rows),
                complete=result.complete,
            )
            for result in list(self._results)
        )

    def close(self) -> None:
        self.closed = True

    def batches(self, result_set: int, start: int = 0) -> Iterator[list[Row]]:
        if self.removed or result_set >= len(self._results):
            raise NotFoundError("There is no such result set.")
        rows = self._results[result_set].rows[start:]
        if rows:
            yield rows


class MemoryResults:
    """A `ResultStore` in memory, with a disk that may be full."""

    def __init__(self, room: int = 1_000_000) -> None:
        self._lock = threading.Lock()
        self._room = room
        self.written: dict[str, _Written] = {}
        self.closed = False

    def take(self, count: int) -> int:
        with self._lock:
            taken = min(count, self._room)
            self._room -= taken
            return taken

    def create(self, session_id: str) -> _Written:
        with self._lock:
            self.written[session_id] = _Written(self)
            return self.written[session_id]

    def open(self, session_id: str) -> _Written:
        with self._lock:
            if session_id not in self.written:
                raise NotFoundError("There are no results.")
            return self.written[session_id]

    def remove(self, session_id: str) -> None:
        with self._lock:
            written = self.written.pop(session_id, None)
        if written is not None:
            written.removed = True

    def close(self) -> None:
        self.closed = True
        for session_id in list(self.written):
            self.remove(session_id)


class WatchedRecords(MemorySessionStore):
    """Records that remember every change of state."""

    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[SessionState, SessionState]] = []

    def replace(self, before: Session, after: Session) -> bool:
        replaced = super().replace(before, after)
        if replaced and before.state is not after.state:
            self.changes.append((before.state, after.state))
        return replaced
