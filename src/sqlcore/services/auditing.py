"""What is noted of each statement: never a value, never a secret."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Protocol

import attrs

from sqlcore.services.logs import AUDIT_LOGGER, get_logger

__all__ = ["NO_AUDIT", "Audit", "JoinedAudit", "LoggedAudit", "StatementEvent"]


@attrs.frozen(kw_only=True)
class StatementEvent:
    """One statement, when it has ended or was refused.

    Attributes:
        time: When it ended: seconds since 1970, UTC.
        caller: Who asked for it.
        source: Host, port and database.
        action: What was asked for: `query`, `stream`, `session`, `read_table`, `explain`,
            `preview`, `call`; `store_in_knowledge` for a document that is sent elsewhere.
        access: The level at which it was judged.
        decision: `allowed` or `refused`: by the guard, or by any other wall behind it.
        reason: Why, in words without values.
        kind: The kind of statement, such as `select`.
        fingerprint: The statement without literals and comments, shortened where it is very
            long; `unreadable` where it cannot be cut into tokens, or is too long to be read. Of
            a call, the name of the procedure as the catalog has it.
        fingerprint_id: A short hash of the whole fingerprint.
        duration_s: Seconds from the decision to the end.
        rows: Rows that came back, as far as they were read.
        rows_affected: Rows that it changed.
        outcome: `completed`, `refused`, `failed`, `cancelled`, `timed_out` or `abandoned`;
            `asked` where a person was asked first, and then one of the others once they answered.
        error_code: The code of the error, where there was one.
    """

    time: float
    caller: str
    source: str
    action: str
    access: str
    decision: str
    reason: str
    kind: str
    fingerprint: str
    fingerprint_id: str
    duration_s: float = 0.0
    rows: int = 0
    rows_affected: int = 0
    outcome: str = "completed"
    error_code: str | None = None


class Audit(Protocol):
    """Where statements are noted. For use by many threads."""

    def check(self) -> None:
        """Go on if statements can be noted, or need not be.

        Raises:
            PolicyError: They must be, and cannot.
        """
        ...

    def note(self, event: StatementEvent) -> None:
        """Note a statement; never raises."""
        ...


class _NoAudit:
    def check(self) -> None:
        """Nothing is noted."""

    def note(self, event: StatementEvent) -> None:
        """Note nothing."""


NO_AUDIT: Audit = _NoAudit()


class LoggedAudit:
    """Notes statements in the log, under `sqlcore.audit` at the level info."""

    def __init__(self) -> None:
        self._log = get_logger(AUDIT_LOGGER)

    @staticmethod
    def is_heard() -> bool:
        """Whether the log takes what is noted."""
        return logging.getLogger(AUDIT_LOGGER).isEnabledFor(logging.INFO)

    def check(self) -> None:
        """Nothing depends on the log."""

    def note(self, event: StatementEvent) -> None:
        """Write an event to the log."""
        fields = attrs.asdict(event)
        del fields["time"]  # the log has its own
        self._log.info("statement", **fields)


class JoinedAudit:
    """Notes statements in several places."""

    def __init__(self, audits: Sequence[Audit]) -> None:
        self._audits = tuple(audits)

    def check(self) -> None:
        """Go on if all of them can."""
        for audit in self._audits:
            audit.check()

    def note(self, event: StatementEvent) -> None:
        """Note a statement in all of them."""
        for audit in self._audits:
            audit.note(event)
