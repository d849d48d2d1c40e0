"""A pooled link to one database of SQL Server."""

from __future__ import annotations

from sqlcore.adapters.mssql.activity import MssqlActivity
from sqlcore.adapters.mssql.catalog import MssqlCatalogReader
from sqlcore.adapters.mssql.dialect import TsqlDialect
from sqlcore.adapters.mssql.execution import MssqlQueryExecutor
from sqlcore.adapters.mssql.explaining import MssqlPlanExplainer
from sqlcore.adapters.mssql.inspecting import MssqlInspector
from sqlcore.adapters.mssql.objects import MssqlObjectReader
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.probe import MssqlCapabilityProbe
from sqlcore.adapters.mssql.procedures import MssqlProcedureCaller
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.adapters.mssql.schema_reading import MssqlSchemaReader

__all__ = ["MssqlConnection"]


class MssqlConnection:
    """A link to one database, for use by many threads."""

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        queries = CatalogQueries(pool)
        self.dialect = TsqlDialect()
        self.queries = MssqlQueryExecutor(pool)
        self.procedures = MssqlProcedureCaller(self.queries, queries)
        self.capabilities = MssqlCapabilityProbe(queries)
        self.catalog = MssqlCatalogReader(queries)
        self.schema = MssqlSchemaReader(queries)
        self.objects = MssqlObjectReader(queries, self.catalog)
        self.inspector = MssqlInspector(queries)
        self.plans = MssqlPlanExplainer(pool)
        self.activity = MssqlActivity(queries)

    def close(self) -> None:
        """Stop what runs and close every physical connection, within a few seconds."""
        self._pool.close()
