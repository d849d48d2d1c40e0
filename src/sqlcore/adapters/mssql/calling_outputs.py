"""Telling the outputs of a call from its result sets.

The outputs are the last result set of the batch and have names of their own. Only a result set
that has these names, one row and nothing behind it is taken for them: whatever a procedure
selects comes before, so that it cannot pass its own rows off as outputs.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from typing import Any

from sqlcore.adapters.mssql.calling_batch import CallBatch
from sqlcore.adapters.mssql.calling_types import read_output
from sqlcore.domain.procedure import OutputValue, ProcedureOutputs
from sqlcore.domain.query import Event, Message, ResultStart, RowBatch
from sqlcore.errors import SqlCoreError

__all__ = ["with_outputs"]

_HEADS = 3
_LEFT_OPEN = (
    "The procedure left a transaction open: everything that it wrote has been rolled back. Each"
    " BEGIN TRANSACTION needs its COMMIT."
)
_ENDED = (
    "The procedure itself ended the transaction around it: what it had written before a ROLLBACK"
    " is undone, and what it wrote after that has stayed."
)
_DOOMED = (
    "The procedure caught an error after which its transaction could not be committed: everything"
    " that it wrote has been rolled back."
)


def with_outputs(
    events: Generator[Event, None, None], batch: CallBatch
) -> Generator[Event | ProcedureOutputs, None, None]:
    """Hand on events, and make the outputs of the last result set."""
    held: list[Event] = []
    with closing(events):
        try:
            for event in events:
                if isinstance(event, ResultStart):
                    yield from held
                    held = [event] if _is_named_so(event, batch) else []
                    if held:
                        continue
                if not held:
                    yield event
                    continue
                held.append(event)
                if len(_rows(held)) > 1:  # it only looked like the last one
                    yield from held
                    held = []
        except SqlCoreError:
            yield from held
            raise
    yield from (event for event in held if isinstance(event, Message))
    yield _outputs(_rows(held), batch)


def _is_named_so(event: ResultStart, batch: CallBatch) -> bool:
    return batch.columns == tuple(column.name for column in event.columns)


def _rows(held: list[Event]) -> list[tuple[Any, ...]]:
    return [row for event in held if isinstance(event, RowBatch) for row in event.rows]


def _outputs(rows: list[tuple[Any, ...]], batch: CallBatch) -> ProcedureOutputs:
    if not rows:
        missing = ("The server sent no outputs.",) if batch.columns is not None else ()
        return ProcedureOutputs(notes=missing)
    row = rows[0]
    if batch.returned is not None:
        kind, value = read_output(batch.returned.type, row)
        return ProcedureOutputs(returned=OutputValue(name="", type=kind, value=value))
    code, count, state = row[:_HEADS]
    values: list[OutputValue] = []
    at = _HEADS
    for output in batch.outputs or ():
        kind, value = read_output(output.type, row[at : at + output.width])
        values.append(OutputValue(name=output.name, type=kind, value=value))
        at += output.width
    return ProcedureOutputs(values=tuple(values), return_code=code, notes=_notes(count, state))


def _notes(count: int, state: int) -> tuple[str, ...]:
    if count > 1:
        return (_LEFT_OPEN,)
    if count == 0:
        return (_ENDED,)
    return (_DOOMED,) if state < 0 else ()
