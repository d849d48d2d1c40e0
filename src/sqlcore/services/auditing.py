"""What is noted of each statement: never a value, never a secret."""

from __future__ import annotations

from typing import Protocol

import attrs

__all__ = ["NO_AUDIT", "Audit", "StatementEvent"]


@attrs.frozen(kw_only=True)
class StatementEvent:
    """One statement, when it has ended or was refused.

    Attributes:
        time: When it ended: seconds since 1970, UTC.
        caller: Who asked for it.
        source: Host, port and database.
        action: What was asked for: `query`, `stream`, `read_table`, `explain`, `preview`.
        access: The level at which it was judged.
        decision: `allowed` or `refused`.
        reason: Why, in one sentence without values.
        kind: The kind of statement, such as `select`.
        fingerprint: The statement without literals and comments.
        fingerprint_id: A short hash of the fingerprint.
        duration_s: Seconds from the decision to the end.
        rows: Rows that came back, as far as they were read.
        rows_affected: Rows that it changed.
        outcome: `completed`, `refused`, `failed`, `cancelled`, `timed_out` or `abandoned`.
        error_code: The code of the error, where it failed.
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
