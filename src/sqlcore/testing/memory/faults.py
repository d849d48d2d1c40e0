"""Faults on order, to see what the core makes of them."""

from __future__ import annotations

import threading
from collections import deque

from sqlcore.errors import ConnectionFailedError, SqlCoreError

__all__ = ["FaultPlan"]


class FaultPlan:
    """What will go wrong next; each fault happens once, in the order in which it was planned."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._connect_errors: deque[SqlCoreError] = deque()
        self._losses: deque[int] = deque()
        self._statement_errors: deque[SqlCoreError] = deque()
        self._generation = 0

    def fail_connect(self, error: SqlCoreError | None = None, *, times: int = 1) -> None:
        """Let the next physical connections fail, with this error or `ConnectionFailedError`."""
        failure = error or ConnectionFailedError(
            "The server cannot be reached.", hint="This fault was planned by a test."
        )
        with self._lock:
            self._connect_errors.extend([failure] * times)

    def lose_connection(self, *, after_rows: int = 0) -> None:
        """Let the next statement lose its connection when it has returned so many rows.

        A statement that returns fewer loses it at its end, before its transaction is committed.
        """
        with self._lock:
            self._losses.append(after_rows)

    def break_connections(self) -> None:
        """Break all physical connections that there are; each finds out at its next use."""
        with self._lock:
            self._generation += 1

    @property
    def generation(self) -> int:
        """How often all connections were broken."""
        return self._generation

    def fail_statement(self, error: SqlCoreError) -> None:
        """Let the next statement fail before it is sent."""
        with self._lock:
            self._statement_errors.append(error)

    def next_connect_error(self) -> SqlCoreError | None:
        """Take the error for a new physical connection."""
        with self._lock:
            return self._connect_errors.popleft() if self._connect_errors else None

    def next_statement_error(self) -> SqlCoreError | None:
        """Take the error for a statement."""
        with self._lock:
            return self._statement_errors.popleft() if self._statement_errors else None

    def next_loss(self) -> int | None:
        """Take the number of rows after which a statement loses its connection."""
        with self._lock:
            return self._losses.popleft() if self._losses else None
