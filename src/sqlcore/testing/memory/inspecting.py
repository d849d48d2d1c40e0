"""Facts about a database's own objects, for the guard."""

from __future__ import annotations

from sqlcore.domain.facts import SchemaFacts

__all__ = ["MemoryInspector"]


class MemoryInspector:
    """Reads them in one round trip; see `sqlcore.ports.SchemaInspector`."""

    def facts(self) -> SchemaFacts:
        """Read the facts of the database."""
        return SchemaFacts()
