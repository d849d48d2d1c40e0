"""Taking down what a session's work yields."""

from __future__ import annotations

from typing import Any

import attrs

from sqlcore.domain.procedure import CallEvent, OutputValue, ProcedureOutputs
from sqlcore.domain.query import (
    Message,
    ResultEnd,
    ResultStart,
    RowBatch,
    RowsAffected,
)
from sqlcore.domain.session import ResultSummary
from sqlcore.ports import ResultWriter

__all__ = ["Recorder"]

_MAX_MESSAGES = 100
_MAX_MESSAGE_CHARS = 2000
_MAX_ROWS_AFFECTED = 1000
_MAX_OUTPUT_LENGTH = 2**20
"""Of a text or binary value that a procedure hands back: records stay in memory."""


class Recorder:
    """Writes rows to the results and keeps the rest, up to a bound.

    Written by one thread; `notes` may be read by others.

    Args:
        writer: Where rows go.
    """

    def __init__(self, writer: ResultWriter) -> None:
        self._writer = writer
        self._rows_affected: list[RowsAffected] = []
        self._rows_affected_dropped = 0
        self._messages: list[Message] = []
        self._messages_dropped = 0
        self._outputs: ProcedureOutputs | None = None

    def take(self, event: CallEvent) -> None:
        """Take down an event.

        Raises:
            LimitExceededError: There is no room for more.
        """
        if type(event) is RowBatch:
            self._writer.add(event.rows)
        elif isinstance(event, ResultStart):
            self._writer.begin(event.columns)
        elif isinstance(event, ResultEnd):
            self._writer.end()
        elif isinstance(event, RowsAffected):
            self._count(event)
        elif isinstance(event, Message):
            self._hear(event)
        elif isinstance(event, ProcedureOutputs):
            self._outputs = _bounded(event)

    def _count(self, rows_affected: RowsAffected) -> None:
        if len(self._rows_affected) < _MAX_ROWS_AFFECTED:
            self._rows_affected.append(rows_affected)
        else:
            self._rows_affected_dropped += 1

    def _hear(self, message: Message) -> None:
        if len(self._messages) == _MAX_MESSAGES:
            self._messages_dropped += 1
            return
        if len(message.text) > _MAX_MESSAGE_CHARS:
            text = f"{message.text[:_MAX_MESSAGE_CHARS]}… [cut: {len(message.text):,} characters]"
            message = attrs.evolve(message, text=text)
        self._messages.append(message)

    def summaries(self) -> tuple[ResultSummary, ...]:
        """Tell what has been written; for the thread that writes."""
        return self._writer.summaries()

    @property
    def notes(self) -> dict[str, Any]:
        """What goes into the record beside the summaries, by the names of its fields."""
        return {
            "rows_affected": tuple(self._rows_affected),
            "rows_affected_dropped": self._rows_affected_dropped,
            "messages": tuple(self._messages),
            "messages_dropped": self._messages_dropped,
            "outputs": self._outputs,
        }


def _bounded(outputs: ProcedureOutputs) -> ProcedureOutputs:
    """Cut values that are too long to be kept in memory, and say which."""
    returned = None if outputs.returned is None else _cut(outputs.returned)
    values = tuple(map(_cut, outputs.values))
    before = [*outputs.values, *filter(None, [outputs.returned])]
    after = [*values, *filter(None, [returned])]
    notes = tuple(
        f"The value of {output.name or 'the function'} has {len(output.value):,} characters or "
        f"bytes; the first {_MAX_OUTPUT_LENGTH:,} are kept."
        for output, kept in zip(before, after, strict=True)
        if output is not kept
    )
    return attrs.evolve(outputs, values=values, returned=returned, notes=(*outputs.notes, *notes))


def _cut(output: OutputValue) -> OutputValue:
    value = output.value
    if isinstance(value, str | bytes) and len(value) > _MAX_OUTPUT_LENGTH:
        return attrs.evolve(output, value=value[:_MAX_OUTPUT_LENGTH])
    return output
