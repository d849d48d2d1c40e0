"""What the in-memory engine is."""

from __future__ import annotations

import sqlite3
import time

from sqlcore.domain.capability import Capability, Privileges, ServerCapabilities, Support
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.storage import Storage

__all__ = ["MemoryProbe"]

_FEATURES = (
    Capability(name="comments", support=Support.SUPPORTED, reason="the table sqlcore_comments"),
    Capability(
        name="procedures",
        support=Support.SUPPORTED,
        reason="Python functions that define_procedure defined",
    ),
    Capability(
        name="query_plan",
        support=Support.UNSUPPORTED,
        reason="It is not implemented for the in-memory engine.",
    ),
    Capability(name="read_only_transactions", support=Support.SUPPORTED),
    Capability(
        name="statistics", support=Support.UNSUPPORTED, reason="SQLite keeps no row counts."
    ),
)


class MemoryProbe:
    """A `CapabilityProbe`."""

    def __init__(self, pool: Pool, storage: Storage) -> None:
        self._pool = pool
        self._storage = storage

    def capabilities(self) -> ServerCapabilities:
        """Describe the engine."""
        with self._pool.link() as link:
            ((encoding,),) = link.query("PRAGMA encoding")
        return ServerCapabilities(
            product="sqlcore in-memory",
            engine="memory",
            version=sqlite3.sqlite_version,
            version_text=f"sqlcore in-memory, on SQLite {sqlite3.sqlite_version} ({encoding})",
            database=self._storage.name,
            encrypted=False,
            collation="BINARY",
            privileges=Privileges(
                administrator=False,
                can_write=True,
                details=("The in-memory engine has no logins; anybody may write.",),
            ),
            features=_FEATURES,
        )

    @property
    def identity(self) -> str | None:
        """Not known yet."""
        return None

    def ping(self) -> float:
        """Make one round trip."""
        started = time.perf_counter()
        with self._pool.link() as link:
            link.query("SELECT 1")
        return time.perf_counter() - started
