"""How many statements one caller runs at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlcore.domain.query import ExecutionOptions

__all__ = ["Turns"]


class Turns:
    """Counts the statements of each caller. For use by many threads."""

    def __init__(self, most: int) -> None:
        self._most = most

    @contextmanager
    def take(self, caller: str, options: ExecutionOptions) -> Iterator[None]:
        """Hold a turn; wait for one at most as long as the statement may take.

        Raises:
            LimitExceededError: No turn came free in time.
            StatementCancelledError: It was cancelled while it waited.
        """
        yield
