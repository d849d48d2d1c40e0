"""Running a statement: guarded, within limits, collected or streamed."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from typing import Any, Self, TypeVar

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.procedure import CallEvent
from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultSet,
    ResultStart,
    Row,
    RowBatch,
    RowsAffected,
    StatementResult,
)
from sqlcore.errors import StatementTimeoutError
from sqlcore.services.limits import Limits

__all__ = ["Collector", "Stream", "collect", "execution_options", "first_rows"]

_E = TypeVar("_E", Event, CallEvent)
_BATCH_ROWS = 1000
COUNTING_ROWS = 100_000
"""Rows beyond those that are kept are still counted, up to this many …"""
COUNTING_S = 0.5
"""… and for this many seconds; then the answer says "at least"."""


def execution_options(
    limits: Limits,
    *,
    timeout_s: float | None = None,
    cancel: CancelToken | None = None,
    rows: int | None = None,
) -> ExecutionOptions:
    """Make options within the limits; a batch holds no more than one row over those asked for."""
    return ExecutionOptions(
        timeout_s=limits.timeout(timeout_s),
        cancel=cancel,
        lock_timeout_s=limits.lock_timeout_s,
        batch_rows=_BATCH_ROWS if rows is None else min(rows + 1, _BATCH_ROWS),
    )


def collect(
    events: Iterable[Event],
    limits: Limits,
    *,
    max_rows: int,
    stoppable: bool = False,
) -> StatementResult:
    """Collect what a statement brings back.

    Rows beyond `max_rows` of a result set are counted and dropped. A statement that is
    `stoppable`, as a read is, is left when the counting has taken long enough, and then the result
    says that it is not complete; close the events afterwards, which stops it.
    """
    return Collector(max_rows, limits.max_result_bytes).collect(events, stoppable=stoppable)


def first_rows(
    events: Generator[_E, None, None], max_rows: int, *, stoppable: bool
) -> Generator[_E, None, None]:
    """Pass on the first rows of each result set; one that has more has no end.

    A statement that is `stoppable`, as a read is, is left where a result set has more.
    """
    left = max_rows
    is_full = False
    with closing(events):
        for event in events:
            if type(event) is RowBatch:
                is_full = is_full or len(event.rows) > left
                if left:
                    yield RowBatch(event.rows[:left])
                left = max(0, left - len(event.rows))
                if is_full and stoppable:
                    return
            elif isinstance(event, ResultEnd) and is_full:
                continue
            else:
                if isinstance(event, ResultStart):
                    left, is_full = max_rows, False
                yield event


class Collector:
    """Gathers events into a result; one use each.

    Args:
        max_rows: The most rows of a result set to keep.
        max_bytes: The most bytes of text and binary values to keep, of all of them.
    """

    def __init__(self, max_rows: int, max_bytes: int) -> None:
        self._started = time.monotonic()
        self._is_open = False
        self._max_rows = max_rows
        self._bytes_left = max_bytes
        self._columns: tuple[Column, ...] | None = None
        self._rows: list[Row] = []
        self._full = False
        self._row_count = 0
        self._overflow_since = 0.0
        self._result_sets: list[ResultSet] = []
        self._rows_affected: list[RowsAffected] = []
        self._messages: list[Message] = []

    def collect(self, events: Iterable[Event], *, stoppable: bool) -> StatementResult:
        """Read events to their end, or leave them early where they are `stoppable`."""
        try:
            complete = self._read(events, stoppable=stoppable)
        except StatementTimeoutError:
            if not (stoppable and self._full):
                raise
            complete = False  # all rows that were asked for are here; only the counting is not
        return self.so_far(complete=complete)

    def so_far(self, *, complete: bool = False) -> StatementResult:
        """Give what has come; a result set that has not ended is one that is not complete."""
        if self._is_open:
            self._end(complete=False)
        return StatementResult(
            result_sets=tuple(self._result_sets),
            rows_affected=tuple(self._rows_affected),
            messages=tuple(self._messages),
            duration_s=time.monotonic() - self._started,
            complete=complete,
        )

    def _read(self, events: Iterable[Event], *, stoppable: bool) -> bool:
        """Read events; say whether they came to their end."""
        for event in events:
            if type(event) is RowBatch:
                self._add(event.rows)
                if stoppable and self._counted_enough():
                    return False
            elif isinstance(event, ResultStart):
                self._begin(event)
            elif isinstance(event, ResultEnd):
                self._end(complete=True)
            elif isinstance(event, RowsAffected):
                self._rows_affected.append(event)
            elif isinstance(event, Message):
                self._messages.append(event)
        return True

    def _begin(self, start: ResultStart) -> None:
        self._columns, self._rows, self._row_count, self._full = start.columns, [], 0, False
        self._is_open = True

    def _add(self, rows: list[Row]) -> None:
        self._row_count += len(rows)
        if not self._full:
            self._keep(rows)

    def _keep(self, rows: list[Row]) -> None:
        room = self._max_rows - len(self._rows)
        for row in rows[:room]:
            self._bytes_left -= _weight(row)
            if self._bytes_left < 0:
                self._overflow()
                return
            self._rows.append(row)
        if len(rows) > room:
            self._overflow()

    def _overflow(self) -> None:
        self._full = True
        self._overflow_since = time.monotonic()

    def _counted_enough(self) -> bool:
        if not self._full:
            return False
        beyond = self._row_count - len(self._rows)
        return beyond >= COUNTING_ROWS or time.monotonic() - self._overflow_since > COUNTING_S

    def _end(self, *, complete: bool) -> None:
        self._result_sets.append(
            ResultSet(
                columns=self._columns or (),
                rows=tuple(self._rows),
                row_count=self._row_count,
                complete=complete,
            )
        )
        self._full = self._is_open = False


def _weight(values: Iterable[Any]) -> int:
    """Estimate the bytes of a row's long values; short ones are bounded by the row count."""
    weight = 0
    for value in values:
        if isinstance(value, str | bytes):
            weight += len(value)
        elif isinstance(value, list):
            weight += 8 * len(value) + _weight(value)
    return weight


class Stream:
    """Rows of a statement as they arrive; memory holds one batch.

    Use it as a context manager, or read it to its end. Closing it early stops the statement on
    the server. Iteration ends with the current result set; `next_result_set` goes to the next.
    Rows, batches and dictionaries may be asked for in turn: each row comes once.

    Attributes:
        columns: Of the current result set; empty where the statement returned none.
        messages: What the server has said so far.
        rows_affected: What the statement has changed so far.
    """

    def __init__(self, events: Generator[Event, None, None], *, owner: object = None) -> None:
        self._events = events
        self._owner = owner  # what must not be closed while rows are read
        self.columns: tuple[Column, ...] = ()
        self.messages: list[Message] = []
        self.rows_affected: list[RowsAffected] = []
        self._reading = False
        self._rows: Iterator[Row] = iter(())
        self._next_start = self._find_next()
        self.next_result_set()

    def next_result_set(self) -> bool:
        """Skip to the next result set; say whether there is one."""
        while self._read_batch() is not None:
            pass
        self._rows = iter(())
        if self._next_start is None:
            return False
        self.columns, self._next_start = self._next_start.columns, None
        self._reading = True
        return True

    def batches(self) -> Iterator[list[Row]]:
        """Iterate over the rest of the current result set, a batch of rows at a time."""
        rest = list(self._rows)
        if rest:
            yield rest
        while (batch := self._read_batch()) is not None:
            yield batch

    def _read_batch(self) -> list[Row] | None:
        """Read on to the next rows of the current result set; None at its end."""
        while self._reading:
            event = next(self._events, None)
            if isinstance(event, RowBatch):
                return event.rows
            if event is None:
                self._reading = False
            elif isinstance(event, ResultEnd):
                self._reading = False
                self._next_start = self._find_next()
            else:
                self._note(event)
        return None

    def _find_next(self) -> ResultStart | None:
        """Read on to the next result set, or to the end, where the transaction ends too."""
        for event in self._events:
            if isinstance(event, ResultStart):
                return event
            self._note(event)
        return None

    def _note(self, event: Event) -> None:
        if isinstance(event, Message):
            self.messages.append(event)
        elif isinstance(event, RowsAffected):
            self.rows_affected.append(event)

    def __iter__(self) -> Iterator[Row]:
        yield from self._rows
        while (batch := self._read_batch()) is not None:
            self._rows = iter(batch)
            yield from self._rows

    def dicts(self) -> Iterator[dict[str, Any]]:
        """Iterate over the rest of the current result set, a dictionary for each row."""
        names = unique_names(self.columns)
        for row in self:
            yield dict(zip(names, row, strict=True))

    def close(self) -> None:
        """Stop the statement if it still runs, and free its connection; no more rows come."""
        self._reading, self._next_start, self._rows = False, None, iter(())
        self._events.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def unique_names(columns: Iterable[Column]) -> tuple[str, ...]:
    """Name the columns so that no two names are equal: `id`, `id_2`; nameless ones `column_3`."""
    taken: set[str] = set()
    names: list[str] = []
    for ordinal, column in enumerate(columns, start=1):
        stem = column.name or f"column_{ordinal}"
        name, copy = stem, 1
        while name in taken:
            copy += 1
            name = f"{stem}_{copy}"
        taken.add(name)
        names.append(name)
    return tuple(names)
