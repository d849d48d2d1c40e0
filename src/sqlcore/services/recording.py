"""Following one statement from the decision to its end, for the audit."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Self

from sqlcore.domain.query import Event
from sqlcore.ports import Connection
from sqlcore.services.guarding import Decision
from sqlcore.services.policy import Policy

if TYPE_CHECKING:
    from sqlcore.services.admission import Order

__all__ = ["Record"]


class Record:
    """Collects what is noted of a statement; a context manager that notes it at the end."""

    def __init__(self, connection: Connection, policy: Policy, caller: str, order: Order) -> None:
        self._policy = policy

    def decided(self, decision: Decision) -> None:
        """Take down what was decided."""

    def saw(self, event: Event) -> None:
        """Count what came back."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        """Note the statement."""
