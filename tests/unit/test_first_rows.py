"""Keeping the first rows of each result set, and leaving a read that has more."""

from __future__ import annotations

from collections.abc import Generator, Iterable

import pytest

from sqlcore.domain.query import Column, Event, ResultEnd, ResultStart, RowBatch, RowsAffected
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.services.querying import first_rows

START = ResultStart((Column(name="n", type=SqlType(name="integer", kind=TypeKind.INTEGER)),))


class Watched:
    """A statement that tells whether it was left, and whether it came to its end."""

    def __init__(self, events: Iterable[Event]) -> None:
        self._events = tuple(events)
        self.ended = self.left = False

    def run(self) -> Generator[Event, None, None]:
        try:
            yield from self._events
            self.ended = True
        finally:
            self.left = not self.ended


def batch(*numbers: int) -> RowBatch:
    return RowBatch([(number,) for number in numbers])


TWO = (START, batch(1, 2), batch(3), ResultEnd(3), RowsAffected(7), START, batch(4), ResultEnd(1))


def test_a_result_that_has_no_more_passes_as_it_is() -> None:
    assert list(first_rows(Watched(TWO).run(), 3, stoppable=True)) == list(TWO)


def test_a_read_that_has_more_is_left() -> None:
    statement = Watched(TWO)
    assert list(first_rows(statement.run(), 2, stoppable=True)) == [START, batch(1, 2)]
    assert statement.left


def test_what_may_write_runs_to_its_end_and_each_result_is_cut() -> None:
    statement = Watched(TWO)
    shown = list(first_rows(statement.run(), 1, stoppable=False))
    assert shown == [START, batch(1), RowsAffected(7), START, batch(4), ResultEnd(1)]
    assert statement.ended


def test_no_rows_at_all_can_be_kept() -> None:
    assert list(first_rows(Watched(TWO[:4]).run(), 0, stoppable=False)) == [START]


def test_who_leaves_it_leaves_the_statement() -> None:
    statement = Watched(TWO)
    events = first_rows(statement.run(), 3, stoppable=True)
    next(events)
    events.close()
    assert statement.left


def test_what_fails_fails_here_too() -> None:
    def fail() -> Generator[Event, None, None]:
        yield START
        raise ValueError("it fails")

    with pytest.raises(ValueError, match="it fails"):
        list(first_rows(fail(), 1, stoppable=True))
