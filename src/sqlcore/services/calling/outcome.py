"""What a library user gets from a call."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore.domain.procedure import ProcedureResult
from sqlcore.domain.query import Message, ResultSet, RowsAffected

__all__ = ["CallResult"]


@attrs.frozen
class CallResult:
    """Everything that a call brought back.

    Attributes:
        raw: The collected result with all its parts, and the types of outputs.
    """

    raw: ProcedureResult

    @property
    def result_sets(self) -> tuple[ResultSet, ...]:
        """All result sets, in the server's order; those of cursors among them."""
        return self.raw.result_sets

    @property
    def outputs(self) -> Mapping[str, Any]:
        """The values of OUT and IN_OUT parameters by name, without a leading `@`."""
        return self.raw.outputs.by_name()

    @property
    def return_code(self) -> int | None:
        """The return code; None where the engine has none. Other than 0 it is no error."""
        return self.raw.outputs.return_code

    @property
    def returned(self) -> Any:
        """The value of a function that returns one; None for others, and where that is NULL."""
        return None if self.raw.outputs.returned is None else self.raw.outputs.returned.value

    @property
    def messages(self) -> tuple[Message, ...]:
        """What the server said beside results, in its order."""
        return self.raw.messages

    @property
    def rows_affected(self) -> tuple[RowsAffected, ...]:
        """One count for each statement without rows."""
        return self.raw.rows_affected

    @property
    def notes(self) -> tuple[str, ...]:
        """What there is to know beside: a transaction that was left open and rolled back."""
        return self.raw.outputs.notes

    @property
    def duration_s(self) -> float:
        """Seconds from sending to the last row."""
        return self.raw.duration_s
