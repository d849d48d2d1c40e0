"""A link to one database: the ports, and what they share."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlcore.adapters.postgres.activity import PostgresActivity
from sqlcore.adapters.postgres.catalog import PostgresCatalog
from sqlcore.adapters.postgres.dialect import PostgresDialect
from sqlcore.adapters.postgres.executor import PostgresExecutor
from sqlcore.adapters.postgres.explaining import PostgresPlanExplainer
from sqlcore.adapters.postgres.inspecting import PostgresInspector
from sqlcore.adapters.postgres.login import Login
from sqlcore.adapters.postgres.naming import TypeBook, TypeFacts, facts_of
from sqlcore.adapters.postgres.objects import PostgresObjectReader
from sqlcore.adapters.postgres.pool import Pool
from sqlcore.adapters.postgres.probe import PostgresProbe
from sqlcore.adapters.postgres.procedures import PostgresProcedures
from sqlcore.adapters.postgres.queries import QUERIES, array, text
from sqlcore.adapters.postgres.schema_reading import PostgresSchemaReader
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.adapters.postgres.values import make_adapters
from sqlcore.adapters.postgres.watchdog import Watchdog
from sqlcore.domain.connection import PoolSettings
from sqlcore.errors import InvalidArgumentError, SqlSyntaxError
from sqlcore.ports import (
    ActivityMonitor,
    CapabilityProbe,
    CatalogReader,
    Dialect,
    ObjectReader,
    PlanExplainer,
    ProcedureCaller,
    QueryExecutor,
    SchemaInspector,
    SchemaReader,
)

__all__ = ["PostgresConnection"]


class PostgresConnection:
    """Physical connections to one database, pooled, for many threads."""

    def __init__(self, login: Login, pool_settings: PoolSettings) -> None:
        adapters = make_adapters()
        self._pool = Pool(login, pool_settings)
        self._watchdog = Watchdog()
        self._snapshots = Snapshots(self._pool, login, adapters)
        self._type_oids: dict[str, int] = {}
        types = TypeBook(adapters, self._look_up_types)
        self._executor = PostgresExecutor(self._pool, self._watchdog, types, self._resolve_type)
        self._catalog = PostgresCatalog(self._snapshots, types)
        self._procedures = PostgresProcedures(self._snapshots, types, self._executor)
        self._schema = PostgresSchemaReader(self._snapshots)
        self._objects = PostgresObjectReader(self._snapshots, types)
        self._probe = PostgresProbe(self._snapshots)
        self._inspector = PostgresInspector(self._snapshots)
        self._plans = PostgresPlanExplainer(self._executor)
        self._activity = PostgresActivity(self._snapshots)
        self._dialect = PostgresDialect()

    @property
    def dialect(self) -> Dialect:
        """PostgreSQL's SQL."""
        return self._dialect

    @property
    def queries(self) -> QueryExecutor:
        """Query execution."""
        return self._executor

    @property
    def procedures(self) -> ProcedureCaller:
        """Procedures and functions."""
        return self._procedures

    @property
    def capabilities(self) -> CapabilityProbe:
        """Capability probing."""
        return self._probe

    @property
    def catalog(self) -> CatalogReader:
        """Catalog reads."""
        return self._catalog

    @property
    def schema(self) -> SchemaReader:
        """The schema as a whole."""
        return self._schema

    @property
    def objects(self) -> ObjectReader:
        """Single objects."""
        return self._objects

    @property
    def inspector(self) -> SchemaInspector:
        """Facts for the guard."""
        return self._inspector

    @property
    def plans(self) -> PlanExplainer:
        """Plans of statements."""
        return self._plans

    @property
    def activity(self) -> ActivityMonitor:
        """What runs on the server."""
        return self._activity

    def close(self) -> None:
        """Stop what runs and close the physical connections, within a few seconds."""
        self._pool.close()
        self._executor.stop_all()
        self._watchdog.close()

    def _look_up_types(self, keys: Sequence[tuple[int, int]]) -> Iterable[TypeFacts]:
        values = [array(oid for oid, _ in keys), array(modifier for _, modifier in keys)]
        rows = self._snapshots.rows_meanwhile((QUERIES["types"], values))
        return [facts_of(row) for row in rows]

    def _resolve_type(self, name: str) -> int:
        oid = self._type_oids.get(name)
        if oid is None:
            try:
                ((oid,),) = self._snapshots.rows((QUERIES["type_oid"], [text(name)]))[0]
            except SqlSyntaxError:  # what cannot be read as a type is an error to the server
                oid = None
            if oid is None:
                raise InvalidArgumentError(
                    f"There is no type {name[:60]!r}.",
                    hint="Use the server's name for it, such as numeric or text[].",
                )
            self._type_oids[name] = oid
        return oid
