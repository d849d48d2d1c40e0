"""The entry point of the in-memory engine."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.facts import SchemaFacts
from sqlcore.errors import ConfigurationError
from sqlcore.testing.memory import storage as storages
from sqlcore.testing.memory.activity import MemoryActivity
from sqlcore.testing.memory.cataloging import MemoryCatalog
from sqlcore.testing.memory.dialect import SqliteDialect
from sqlcore.testing.memory.executing import MemoryExecutor
from sqlcore.testing.memory.explaining import MemoryPlanExplainer
from sqlcore.testing.memory.faults import FaultPlan
from sqlcore.testing.memory.inspecting import MemoryInspector
from sqlcore.testing.memory.object_reading import MemoryObjects
from sqlcore.testing.memory.pool import Pool
from sqlcore.testing.memory.probing import MemoryProbe
from sqlcore.testing.memory.procedure_calls import MemoryProcedures
from sqlcore.testing.memory.procedures import ProcedureBook
from sqlcore.testing.memory.schema_reading import MemorySchema
from sqlcore.testing.memory.storage import DEFAULT_DATABASE, Storage

__all__ = ["MemoryConnection", "MemoryConnector", "forget"]


class MemoryConnector:
    """A `Connector` for `memory://`, `memory://name` and `memory://name/database`.

    Attributes:
        faults: What will go wrong on its connections.
        facts: What its inspector will say of functions and views, which the engine itself has none
            of; set it anew when they are to change.
    """

    def __init__(self, faults: FaultPlan | None = None, facts: SchemaFacts | None = None) -> None:
        self.faults = faults or FaultPlan()
        self.facts = facts or SchemaFacts()

    def connect(self, settings: ConnectionSettings) -> MemoryConnection:
        """Open a link.

        Raises:
            ConfigurationError: There are options; it has none.
        """
        if settings.options:
            raise ConfigurationError(
                f"The in-memory engine does not know the option {', '.join(settings.options)}.",
                hint="It has no options.",
            )
        return MemoryConnection(settings, self.faults, lambda: self.facts)


class MemoryConnection:
    """A `Connection` to a database of the in-memory engine."""

    def __init__(
        self,
        settings: ConnectionSettings,
        faults: FaultPlan,
        facts: Callable[[], SchemaFacts] = SchemaFacts,
    ) -> None:
        server, database = settings.host, settings.database
        self._is_private = server is None and database is None
        # `memory:///name` names a database of the server without a name.
        storage = Storage() if self._is_private else storages.shared(server or "", database)
        self._storage = storage
        self._pool = Pool(storage, settings.pool, faults)
        self._dialect = SqliteDialect()
        self._queries = MemoryExecutor(self._pool, faults)
        self._procedures = MemoryProcedures(
            self._pool, self._queries, storage.procedures, database or DEFAULT_DATABASE
        )
        self._capabilities = MemoryProbe(
            self._pool, storage, None if self._is_private else server or ""
        )
        self._catalog = MemoryCatalog(
            self._pool, None if self._is_private else server or "", database or DEFAULT_DATABASE
        )
        self._schema = MemorySchema(self._pool, storage.procedures, database or DEFAULT_DATABASE)
        self._objects = MemoryObjects(self._pool, storage.procedures, database or DEFAULT_DATABASE)
        self._inspector = MemoryInspector(facts)
        self._plans = MemoryPlanExplainer(self._queries)
        self._activity = MemoryActivity(self._pool)
        self._closing = threading.Lock()

    @property
    def dialect(self) -> SqliteDialect:
        """SQLite's SQL."""
        return self._dialect

    @property
    def queries(self) -> MemoryExecutor:
        """Query execution."""
        return self._queries

    @property
    def procedures(self) -> MemoryProcedures:
        """Calls of what `define_procedure` defined."""
        return self._procedures

    @property
    def capabilities(self) -> MemoryProbe:
        """Capability probing."""
        return self._capabilities

    @property
    def catalog(self) -> MemoryCatalog:
        """Catalog reads."""
        return self._catalog

    @property
    def schema(self) -> MemorySchema:
        """The schema as a whole."""
        return self._schema

    @property
    def objects(self) -> MemoryObjects:
        """Single objects."""
        return self._objects

    @property
    def inspector(self) -> MemoryInspector:
        """Facts for the guard."""
        return self._inspector

    @property
    def plans(self) -> MemoryPlanExplainer:
        """Plans of statements."""
        return self._plans

    @property
    def activity(self) -> MemoryActivity:
        """What runs."""
        return self._activity

    @property
    def procedure_book(self) -> ProcedureBook:
        """What `define_procedure` defined in this database."""
        return self._storage.procedures

    @property
    def statement_count(self) -> int:
        """How many statements were sent, those of the catalog and of probes among them."""
        return self._pool.statement_count

    @property
    def pool_size(self) -> int:
        """How many physical connections there are."""
        return self._pool.size

    def close(self) -> None:
        """Stop what runs and close all. Idempotent; a private database is gone then."""
        with self._closing:
            self._pool.close()
            if self._is_private:
                self._storage.remove()


def forget(name: str) -> None:
    """Remove the databases of `memory://name`, once nobody has them open."""
    storages.forget(name)
