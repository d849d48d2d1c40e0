"""Replacing values in what an executor yields."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Protocol

from sqlcore.domain.query import Column, Event, Message, ResultStart, Row, RowBatch
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import SqlCoreError

__all__ = ["MASKED", "Mask", "masked"]

MASKED = "***"
"""Stands for a value that is not shown. NULL stays NULL."""
_TEXT = SqlType(name="text", kind=TypeKind.TEXT)


class Mask(Protocol):
    """Says what of a statement's outcome is masked."""

    def positions(self, columns: tuple[Column, ...], result_set: int) -> frozenset[int]:
        """Give the places of the masked columns of a result set, both from 0."""
        ...

    def message(self, message: Message) -> Message:
        """Give what the server said without words that may come from a row."""
        ...

    def redact(self, error: SqlCoreError) -> None:
        """Take the words out of an error that may come from a row."""
        ...


def masked(events: Generator[Event, None, None], mask: Mask) -> Generator[Event, None, None]:
    """Pass events on with the values of masked columns replaced; closing it closes them.

    Errors pass as they are; `Mask.redact` is for whoever catches them.
    """
    places: tuple[int, ...] = ()
    result_set = -1
    with closing(events):
        for event in events:
            if isinstance(event, RowBatch):
                yield RowBatch(_hidden(event.rows, places)) if places else event
            elif isinstance(event, ResultStart):
                result_set += 1
                places = tuple(sorted(mask.positions(event.columns, result_set)))
                yield ResultStart(_marked(event.columns, places)) if places else event
            elif isinstance(event, Message):
                yield mask.message(event)
            else:
                yield event


def _marked(columns: tuple[Column, ...], places: tuple[int, ...]) -> tuple[Column, ...]:
    marked = list(columns)
    for place in places:
        marked[place] = Column(name=columns[place].name, type=_TEXT, masked=True)
    return tuple(marked)


def _hidden(rows: list[Row], places: tuple[int, ...]) -> list[Row]:
    hidden: list[Row] = []
    for row in rows:
        values = list(row)
        for place in places:
            if values[place] is not None:
                values[place] = MASKED
        hidden.append(tuple(values))
    return hidden
