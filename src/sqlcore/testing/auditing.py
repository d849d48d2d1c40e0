"""An audit that keeps what it is told, to look at in a test."""

from __future__ import annotations

from sqlcore.services.auditing import StatementEvent

__all__ = ["KeptAudit"]


class KeptAudit:
    """Keeps the events of statements; see `sqlcore.services.auditing.Audit`.

    Attributes:
        events: What was noted, in its order.
    """

    def __init__(self) -> None:
        self.events: list[StatementEvent] = []

    def check(self) -> None:
        """Let anything run."""

    def note(self, event: StatementEvent) -> None:
        """Keep an event."""
        self.events.append(event)
