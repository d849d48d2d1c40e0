"""Seeing from another thread how far the statements of a caller are."""

from __future__ import annotations

import attrs

from sqlcore.domain.procedure import CallEvent
from sqlcore.domain.query import RowBatch

__all__ = ["Watch"]


@attrs.define
class Watch:
    """What is seen of the statements of one call. One thread writes, others look.

    Attributes:
        has_begun: Whether a statement was handed in.
        server_session: The connection that the statement runs on, as the server names it.
        rows: Rows that have come, of all statements.
    """

    has_begun: bool = False
    server_session: str | None = None
    rows: int = 0

    def begin(self) -> None:
        """Take note that a statement was handed in."""
        self.has_begun = True

    def connected(self, server_session: str) -> None:
        """Take note of the connection that it runs on."""
        self.server_session = server_session

    def saw(self, event: CallEvent) -> None:
        """Take note of what has come; a batch of rows costs no more than one row."""
        if type(event) is RowBatch:
            self.rows += len(event.rows)
