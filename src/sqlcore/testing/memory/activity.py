"""What runs on the in-memory engine."""

from __future__ import annotations

from sqlcore.domain.session import Progress
from sqlcore.testing.memory.pool import Pool

__all__ = ["MemoryActivity"]


class MemoryActivity:
    """An `ActivityMonitor`, which can tell that a statement runs, and not how far it is."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    def progress(self, server_session: str) -> Progress | None:
        """Say whether a statement runs on the link of that number; see `ActivityMonitor`."""
        return Progress(phase="running") if self._pool.runs_on(server_session) else None
