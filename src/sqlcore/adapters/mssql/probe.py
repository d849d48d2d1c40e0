"""Finding out what the server is."""

from __future__ import annotations

import re
import time
from typing import Any

from sqlcore.adapters.mssql.privileges import PRIVILEGE_QUERIES, privileges_of
from sqlcore.adapters.mssql.reading import CatalogQueries, Refusal, Rows
from sqlcore.domain.capability import Capability, ServerCapabilities, Support

__all__ = ["MssqlCapabilityProbe"]

_PING_TIMEOUT_S = 10.0

# Source: "SERVERPROPERTY (Transact-SQL)", EngineEdition.
_ENGINES = {
    5: ("Azure SQL Database", "azure_sql_database"),
    6: ("Azure Synapse Analytics", "synapse"),
    8: ("Azure SQL Managed Instance", "azure_managed_instance"),
    9: ("Azure SQL Edge", "azure_sql_edge"),
    11: ("Azure Synapse serverless SQL pool", "synapse_serverless"),
    12: ("SQL database in Microsoft Fabric", "fabric"),
}
_SQL_SERVER = ("Microsoft SQL Server", "mssql")
_BABELFISH = ("Babelfish for PostgreSQL", "babelfish")
_SECTIONS = (
    "probe_server",
    "probe_database",
    "probe_encryption",
    *PRIVILEGE_QUERIES,
)
# Views and functions that later parts build on, with what stands behind each.
_FEATURES = {
    "describe_first_result_set": "feature_describe",
    "table_sizes": "feature_sizes",
    "comments": "feature_comments",
}


class MssqlCapabilityProbe:
    """Asks the server what it is; each part that it does not tell is left open."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def capabilities(self) -> ServerCapabilities:
        """Ask the server, in one round trip if it has all that is asked for."""
        names = (*_SECTIONS, *_FEATURES.values())
        results, missing = self._queries.run(names, required=("probe_server",))
        version_text, version, edition, engine_edition, login = results["probe_server"][0]
        product, engine = _engine(str(version_text), engine_edition)
        database, collation, level = _first(results["probe_database"], 3)
        return ServerCapabilities(
            product=product,
            engine=engine,
            version=_version(str(version_text), version),
            version_text=str(version_text),
            edition=edition,
            database=database,
            user=login,
            encrypted=_encrypted(_first(results["probe_encryption"], 1)[0]),
            collation=collation,
            compatibility_level=level,
            privileges=privileges_of(results, missing),
            features=_features(missing),
        )

    @property
    def identity(self) -> str | None:
        """Not known yet."""
        return None

    def ping(self) -> float:
        """Make one round trip on a pooled session; return its seconds."""
        with self._queries.pool.session() as session, session.statement(_PING_TIMEOUT_S):
            started = time.perf_counter()
            session.query("SELECT 1")
            return time.perf_counter() - started


def _first(rows: Rows, width: int) -> tuple[Any, ...]:
    return rows[0] if rows else (None,) * width


def _engine(version_text: str, engine_edition: int | None) -> tuple[str, str]:
    if version_text.startswith("Babelfish"):
        return _BABELFISH
    return _ENGINES.get(engine_edition or 0, _SQL_SERVER)


def _version(version_text: str, product_version: str | None) -> str:
    """Give the version; of Babelfish its own, since its ProductVersion is an old SQL Server."""
    babelfish = re.search(r"\(Babelfish ([0-9.]+)\)", version_text)
    if babelfish is not None:
        return babelfish.group(1)
    return product_version or "0"


def _encrypted(option: Any) -> bool | None:
    return None if option is None else str(option).upper() == "TRUE"


def _features(missing: dict[str, Refusal]) -> tuple[Capability, ...]:
    features = [
        Capability(
            name=name,
            support=missing[query].support if query in missing else Support.SUPPORTED,
            reason=missing[query].reason if query in missing else None,
        )
        for name, query in _FEATURES.items()
    ]
    features.append(
        Capability(
            name="procedure_calls",
            support=Support.UNSUPPORTED,
            reason="This version of the adapter has none; run EXEC as a statement.",
        )
    )
    features.append(
        Capability(
            name="read_only_transactions",
            support=Support.UNSUPPORTED,
            reason="SQL Server has none; the transaction of a read is always rolled back.",
        )
    )
    return tuple(sorted(features, key=lambda feature: feature.name))
