"""Facts about a database's own objects, for the guard."""

from __future__ import annotations

from collections.abc import Callable

from sqlcore.domain.facts import SchemaFacts

__all__ = ["MemoryInspector"]


class MemoryInspector:
    """Says what it was told to; see `sqlcore.ports.SchemaInspector`.

    Args:
        source: Gives the facts each time that they are read; it may raise a `SqlCoreError`.
    """

    def __init__(self, source: Callable[[], SchemaFacts] = SchemaFacts) -> None:
        self._source = source

    def facts(self) -> SchemaFacts:
        """Read the facts of the database."""
        return self._source()
