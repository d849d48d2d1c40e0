"""Storing a result that was collected already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import attrs

from sqlcore.domain.query import Event, ResultEnd, ResultStart, RowBatch, StatementResult
from sqlcore.domain.session import Session, SessionState
from sqlcore.ports import ResultStore
from sqlcore.services.sessions.recorder import Recorder

__all__ = ["keep_result"]

_BATCH_ROWS = 1000


def keep_result(result: StatementResult, session: Session, results: ResultStore) -> Session:
    """Write a result to the store, and return the session as it is then.

    A result set of which not all rows were collected is one that is not complete.

    Raises:
        LimitExceededError: There is no room; then nothing is kept.
    """
    try:
        with closing(results.create(session.id)) as writer:
            recorder = Recorder(writer)
            for event in _events(result):
                recorder.take(event)
        summaries = writer.summaries()
    except BaseException:
        results.remove(session.id)
        raise
    return attrs.evolve(session, state=SessionState.COMPLETED, results=summaries, **recorder.notes)


def _events(result: StatementResult) -> Iterator[Event]:
    for result_set in result.result_sets:
        yield ResultStart(result_set.columns)
        for begin in range(0, len(result_set), _BATCH_ROWS):
            yield RowBatch(list(result_set.rows[begin : begin + _BATCH_ROWS]))
        if not result_set.truncated:
            yield ResultEnd(result_set.row_count)
    yield from result.rows_affected
    yield from result.messages
