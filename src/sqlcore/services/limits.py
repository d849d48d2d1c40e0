"""What a statement may cost."""

from __future__ import annotations

import attrs

from sqlcore.domain.query import DEFAULT_TIMEOUT_S
from sqlcore.errors import InvalidArgumentError

__all__ = ["Limits", "SessionLimits"]


@attrs.frozen(kw_only=True)
class Limits:
    """Bounds for statements of one source.

    Attributes:
        max_rows: The most rows of a result set that are kept, unless a caller says otherwise.
        max_rows_ceiling: The most that a caller may ask for.
        max_result_bytes: The most bytes of text and binary values that are kept.
        timeout_s: Seconds for a statement, unless a caller says otherwise.
        max_timeout_s: The most that a caller may ask for.
        max_statement_chars: The longest SQL text that is looked at.
        lock_timeout_s: Seconds that a statement waits for a lock.
        max_plan_cost: The highest cost that the planner may estimate, in the server's unit; None
            asks no planner.
    """

    max_rows: int = attrs.field(default=1000, validator=attrs.validators.ge(1))
    max_rows_ceiling: int = attrs.field(default=100_000, validator=attrs.validators.ge(1))
    max_result_bytes: int = attrs.field(default=64 * 2**20, validator=attrs.validators.ge(1))
    timeout_s: float = attrs.field(default=DEFAULT_TIMEOUT_S, validator=attrs.validators.gt(0.0))
    max_timeout_s: float = attrs.field(default=600.0, validator=attrs.validators.gt(0.0))
    max_statement_chars: int = attrs.field(default=262_144, validator=attrs.validators.ge(1))
    lock_timeout_s: float = attrs.field(default=10.0, validator=attrs.validators.gt(0.0))
    max_plan_cost: float | None = None

    def rows(self, asked: int | None, *, parameter: str = "max_rows", least: int = 0) -> int:
        """Return how many rows to keep; `parameter` is the caller's name for it.

        Raises:
            InvalidArgumentError: `asked` is below the least or above the ceiling.
        """
        if asked is None:
            return min(self.max_rows, self.max_rows_ceiling)
        if not least <= asked <= self.max_rows_ceiling:
            raise InvalidArgumentError(
                f"{parameter} is {asked}; it must be from {least} to {self.max_rows_ceiling}.",
                parameter=parameter,
            )
        return asked

    def timeout(self, asked_s: float | None) -> float:
        """Return the seconds that a statement is given.

        Raises:
            InvalidArgumentError: `asked_s` is not above 0, or above the ceiling.
        """
        if asked_s is None:
            return min(self.timeout_s, self.max_timeout_s)
        if not 0 < asked_s <= self.max_timeout_s:
            raise InvalidArgumentError(
                f"timeout_seconds is {asked_s:g}; it must be above 0 and at most "
                f"{self.max_timeout_s:g}.",
                parameter="timeout_seconds",
            )
        return asked_s

    def check_text(self, text: str) -> None:
        """Refuse an empty statement and one that is too long.

        Raises:
            InvalidArgumentError: It is either.
        """
        if not text.strip():
            raise InvalidArgumentError(
                "The statement is empty.", parameter="query", hint="Write one SQL statement."
            )
        if len(text) > self.max_statement_chars:
            raise InvalidArgumentError(
                f"The statement has {len(text):,} characters; at most "
                f"{self.max_statement_chars:,} are read.",
                parameter="query",
                hint="Pass long values as parameters, or split the statement.",
            )


@attrs.frozen(kw_only=True)
class SessionLimits:
    """Bounds for background sessions, of all sources together.

    Attributes:
        max_running: The most that run at once; others wait in line.
        max_queued: The most that wait; more are refused.
        timeout_s: Seconds that one may run, and the most that a caller may ask for.
        retention_s: Seconds that results are kept once a session has ended.
        cleanup_s: Seconds between two looks at what has expired.
        max_rows: The most rows of one result set.
        max_bytes: The most bytes on disk of one session.
        max_total_bytes: The most bytes on disk of all sessions of this process.
        folder: Where results are kept; a private folder of the user's where left out.
    """

    max_running: int = attrs.field(default=10, validator=attrs.validators.ge(1))
    max_queued: int = attrs.field(default=100, validator=attrs.validators.ge(0))
    timeout_s: float = attrs.field(default=3600.0, validator=attrs.validators.gt(0.0))
    retention_s: float = attrs.field(default=900.0, validator=attrs.validators.gt(0.0))
    cleanup_s: float = attrs.field(default=30.0, validator=attrs.validators.gt(0.0))
    max_rows: int = attrs.field(default=50_000_000, validator=attrs.validators.ge(1))
    max_bytes: int = attrs.field(default=2 * 2**30, validator=attrs.validators.ge(1))
    max_total_bytes: int = attrs.field(default=8 * 2**30, validator=attrs.validators.ge(1))
    folder: str | None = None

    def timeout(self, asked_s: float | None) -> float:
        """Return the seconds that a session may run.

        Raises:
            InvalidArgumentError: `asked_s` is not above 0, or above the ceiling.
        """
        if asked_s is None:
            return self.timeout_s
        if not 0 < asked_s <= self.timeout_s:
            raise InvalidArgumentError(
                f"timeout_seconds is {asked_s:g}; for a session it must be above 0 and at most "
                f"{self.timeout_s:g}.",
                parameter="timeout_seconds",
            )
        return asked_s

    def rows(self, asked: int) -> int:
        """Return how many rows of a result set to keep.

        Raises:
            InvalidArgumentError: `asked` is below 0, or above the ceiling.
        """
        if not 0 <= asked <= self.max_rows:
            raise InvalidArgumentError(
                f"max_rows is {asked}; for a session it must be from 0 to {self.max_rows}.",
                parameter="max_rows",
            )
        return asked
