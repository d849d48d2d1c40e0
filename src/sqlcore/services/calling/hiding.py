"""Masking a call: no column of a procedure can be followed to a table, so all are masked."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing

import attrs

from sqlcore.domain.procedure import CallEvent, OutputValue, ProcedureCall, ProcedureOutputs
from sqlcore.domain.query import Column, Message, ResultStart, Row, RowBatch
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import SqlCoreError
from sqlcore.services.masking import MASKED
from sqlcore.services.masking.withholding import names_in, withhold_values, without_values

__all__ = ["CallMask"]

_TEXT = SqlType(name="text", kind=TypeKind.TEXT)
_CODE_HIDDEN = "The return code is not 0; its value is masked."


@attrs.frozen
class CallMask:
    """Hides every value that a call brings back. NULL stays NULL, and a return code of 0 is told.

    Attributes:
        names: Words that may stand in what the server says: those of the routine.
    """

    names: frozenset[str]

    @classmethod
    def of(cls, call: ProcedureCall) -> CallMask:
        """Make the mask of a call."""
        words = [*call.routine.name.parts, *(one.name for one in call.routine.parameters)]
        return cls(names_in(" ".join(words)))

    def hidden(self, events: Generator[CallEvent, None, None]) -> Generator[CallEvent, None, None]:
        """Pass events on without values; closing it closes them."""
        with closing(events):
            for event in events:
                yield self._hide(event)

    def redact(self, error: SqlCoreError) -> None:
        """Take the words out of an error that may come from a row."""
        withhold_values(error, self.names)

    def _hide(self, event: CallEvent) -> CallEvent:
        if isinstance(event, RowBatch):
            return RowBatch([_hide_row(row) for row in event.rows])
        if isinstance(event, ResultStart):
            columns = (Column(name=c.name, type=_TEXT, masked=True) for c in event.columns)
            return ResultStart(tuple(columns))
        if isinstance(event, Message):
            return without_values(event, self.names)
        if isinstance(event, ProcedureOutputs):
            return _hide_outputs(event)
        return event


def _hide_row(row: Row) -> Row:
    return tuple(None if value is None else MASKED for value in row)


def _hide_outputs(outputs: ProcedureOutputs) -> ProcedureOutputs:
    returned = None if outputs.returned is None else _hide_output(outputs.returned)
    is_told = not outputs.return_code
    return ProcedureOutputs(
        values=tuple(map(_hide_output, outputs.values)),
        return_code=outputs.return_code if is_told else None,
        returned=returned,
        notes=outputs.notes if is_told else (*outputs.notes, _CODE_HIDDEN),
    )


def _hide_output(output: OutputValue) -> OutputValue:
    value = None if output.value is None else MASKED
    return attrs.evolve(output, type=_TEXT, value=value)
