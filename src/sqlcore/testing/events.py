"""Running a statement in a test, and looking at the events that came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any

from sqlcore.domain.query import (
    Event,
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultStart,
    Row,
    RowBatch,
    RowsAffected,
    Statement,
    TransactionMode,
)
from sqlcore.ports import Connection

__all__ = [
    "READ_WRITE",
    "check_event_order",
    "column_names",
    "messages",
    "result_sets",
    "rows",
    "rows_affected",
    "run",
    "scalar",
]

READ_WRITE = ExecutionOptions(mode=TransactionMode.READ_WRITE)
"""Options for a statement that writes."""


def run(
    connection: Connection,
    text: str,
    parameters: Mapping[str, Any] | Sequence[Any] | None = None,
    options: ExecutionOptions | None = None,
) -> list[Event]:
    """Run a statement to its end and return its events, whose order is checked."""
    statement = Statement.of(text, parameters)
    with closing(connection.queries.execute(statement, options or ExecutionOptions())) as events:
        collected = list(events)
    check_event_order(collected)
    return collected


def check_event_order(events: Iterable[Event]) -> None:
    """Check that rows stand inside result sets, result sets are closed, and counts are true."""
    row_count: int | None = None
    for event in events:
        match event:
            case ResultStart():
                assert row_count is None, "a result set begins inside another"
                assert event.columns, "a result set has no columns"
                row_count = 0
            case RowBatch():
                assert row_count is not None, "rows stand outside a result set"
                assert event.rows, "a batch is empty"
                row_count += len(event.rows)
            case ResultEnd():
                assert event.row_count == row_count, "a result set miscounts its rows"
                row_count = None
            case RowsAffected():
                assert row_count is None, "a count stands inside a result set"
    assert row_count is None, "a result set is not closed"


def result_sets(events: Iterable[Event]) -> list[list[Row]]:
    """Return the rows of each result set."""
    sets: list[list[Row]] = []
    for event in events:
        if isinstance(event, ResultStart):
            sets.append([])
        elif isinstance(event, RowBatch):
            sets[-1].extend(event.rows)
    return sets


def rows(events: Iterable[Event]) -> list[Row]:
    """Return the rows of the only result set."""
    (only,) = result_sets(events)
    return only


def scalar(events: Iterable[Event]) -> Any:
    """Return the only value."""
    ((value,),) = rows(events)
    return value


def column_names(events: Iterable[Event]) -> list[list[str]]:
    """Return the names of the columns of each result set."""
    return [
        [column.name for column in event.columns]
        for event in events
        if isinstance(event, ResultStart)
    ]


def rows_affected(events: Iterable[Event]) -> list[int]:
    """Return the counts of statements without rows."""
    return [event.count for event in events if isinstance(event, RowsAffected)]


def messages(events: Iterable[Event]) -> list[str]:
    """Return the texts of the server's messages."""
    return [event.text for event in events if isinstance(event, Message)]
