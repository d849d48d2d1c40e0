"""Finding out what the server is, what it has, and what the login may do."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from typing import Any

from sqlcore.adapters.mssql.deployment import (
    BABELFISH,
    SQL_SERVER,
    SYSTEM_DATABASES,
    Place,
    deployment_of,
    product_of,
    version_of,
)
from sqlcore.adapters.mssql.literals import text_literal
from sqlcore.adapters.mssql.privileges import PRIVILEGE_QUERIES, privileges_of
from sqlcore.adapters.mssql.probing_features import VIEWS, State, state_features
from sqlcore.adapters.mssql.probing_permissions import database_permissions, server_permissions
from sqlcore.adapters.mssql.probing_trials import (
    BABELFISH_NAMES,
    Server,
    trial_features,
    trial_words,
)
from sqlcore.adapters.mssql.reading import CatalogQueries, Refusal, Rows
from sqlcore.domain.capability import Missing, ServerCapabilities, Support

__all__ = ["MssqlCapabilityProbe", "server_capabilities"]

_PING_TIMEOUT_S = 10.0
_PARTS = {
    "probe_database": "collation, compatibility level and switches of the database",
    "probe_databases": "databases",
    "probe_encryption": "encryption of the connection",
    "probe_properties": "properties of the server",
    "probe_cloud_sql": "signs of Google Cloud SQL",
    "probe_machine": "machine",
    "probe_query_store": "state of Query Store",
    "probe_change_tracking": "change tracking",
    "probe_linked_servers": "linked servers",
    "probe_views": "views of the server",
    "probe_trials": "trials of the language",
    "probe_further_trials": "further trials of the language",
    "probe_babelfish": "functions of Babelfish",
    "probe_reading": "rights to read",
    "probe_server_roles": "server roles",
    "probe_database_roles": "database roles",
    "probe_server_permissions": "permissions on the server",
    "probe_database_permissions": "permissions on the database",
}
"""Queries, with what is missing where the server cannot run one."""
QUERIES = tuple(dict.fromkeys(("probe_server", *_PARTS, *PRIVILEGE_QUERIES)))
_STATE_COLUMNS = (
    "snapshot_state",
    "is_rcsi_on",
    "is_encrypted",
    "is_broker_on",
    "containment",
    "is_read_only",
    "is_store_on",
    "is_cdc_on",
    "is_adr_on",
    "is_ledger",
)
"""Of `probe_database`, behind name, collation and level."""


class MssqlCapabilityProbe:
    """Asks the server what it is; each part that it does not tell is left open."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def capabilities(self) -> ServerCapabilities:
        """Ask the server, in one round trip if it has all that is asked for."""
        names = (*BABELFISH_NAMES.values(), "aurora_version")
        words = {
            "probe_views": {"views": ", ".join(f"({text_literal(view)})" for view in VIEWS)},
            "probe_babelfish": {"names": ", ".join(f"''{name}''" for name in names)},
        }
        results, refused = self._queries.run(
            QUERIES, words_of={**words, **trial_words()}, required=("probe_server",)
        )
        return server_capabilities(results, refused)

    @property
    def identity(self) -> str | None:
        """Product, version and database, as the newest physical connection was greeted."""
        return self._queries.pool.newest_identity

    def ping(self) -> float:
        """Make one round trip on a pooled session; return its seconds."""
        with self._queries.pool.session() as session, session.statement(_PING_TIMEOUT_S):
            started = time.perf_counter()
            session.query("SELECT 1")
            return time.perf_counter() - started


def server_capabilities(
    results: Mapping[str, Rows], refused: Mapping[str, Refusal]
) -> ServerCapabilities:
    """Read what the queries returned.

    Args:
        results: The rows of each of `QUERIES`.
        refused: Why the server could not run some of them.
    """
    version_text, number, edition, engine_edition, login, collation = results["probe_server"][0]
    product = product_of(str(version_text), engine_edition)
    database = _first(results["probe_database"], 3 + len(_STATE_COLUMNS))
    names = frozenset(name for (name,) in results["probe_babelfish"])
    deployment, unknown_place = deployment_of(product, str(version_text), _place(results, names))
    server = Server(
        version=_major(number),
        level=database[2],
        says_its_version=product is SQL_SERVER,
        is_service=product.is_service,
        is_babelfish=product is BABELFISH,
    )
    features = [
        *state_features(_state(results, refused, database), server),
        *trial_features(
            _first(results["probe_trials"], 1)[0],
            _first(results["probe_further_trials"], 1)[0],
            names,
            server,
        ),
    ]
    databases = [name for (name,) in results["probe_databases"]]
    encryption = _first(results["probe_encryption"], 1)[0]
    return ServerCapabilities(
        product=product.name,
        engine=product.engine,
        version=version_of(str(version_text), number),
        version_text=str(version_text),
        edition=edition,
        deployment=deployment,
        database=database[0],
        user=login,
        encrypted=None if encryption is None else str(encryption).upper() == "TRUE",
        collation=database[1],
        server_collation=collation,
        compatibility_level=database[2],
        privileges=privileges_of(results, refused),
        system_databases=tuple(n for n in databases if n.lower() in SYSTEM_DATABASES),
        user_databases=tuple(n for n in databases if n.lower() not in SYSTEM_DATABASES),
        server_permissions=server_permissions(results),
        database_permissions=database_permissions(results),
        features=tuple(sorted(features, key=lambda feature: feature.name)),
        missing=_missing(refused, encryption, unknown_place),
    )


def _place(results: Mapping[str, Rows], names: frozenset[str]) -> Place:
    machine, container = _first(results["probe_machine"], 2)
    return Place(
        machine=machine,
        container=container,
        is_rds=_first(results["probe_properties"], 5)[4] is not None,
        is_cloud_sql=_first(results["probe_cloud_sql"], 1)[0] is not None,
        functions=names,
    )


def _state(
    results: Mapping[str, Rows], refused: Mapping[str, Refusal], database: tuple[Any, ...]
) -> State:
    full_text, polybase, memory_optimized, always_on, _ = _first(results["probe_properties"], 5)
    return State(
        **dict(zip(_STATE_COLUMNS, database[3:], strict=True)),
        views=None
        if "probe_views" in refused
        else frozenset(name for (name,) in results["probe_views"]),
        full_text=full_text,
        polybase=polybase,
        memory_optimized=memory_optimized,
        always_on=always_on,
        query_store=_first(results["probe_query_store"], 1)[0],
        tracks_changes=_first(results["probe_change_tracking"], 1)[0],
        linked_servers=_first(results["probe_linked_servers"], 1)[0],
    )


def _missing(
    refused: Mapping[str, Refusal], encryption: Any, unknown_place: Missing | None
) -> tuple[Missing, ...]:
    said = [
        Missing(
            part=part,
            support=refused[name].support,
            reason=f"The server cannot say: {refused[name].reason}",
        )
        for name, part in _PARTS.items()
        if name in refused
    ]
    if encryption is None and "probe_encryption" not in refused:
        said.append(
            Missing(
                part=_PARTS["probe_encryption"],
                support=Support.NOT_PERMITTED,
                reason="sys.dm_exec_connections needs VIEW SERVER STATE (from SQL Server 2022 on"
                " VIEW SERVER SECURITY STATE).",
            )
        )
    return (*said, unknown_place) if unknown_place is not None else tuple(said)


def _first(rows: Rows, width: int) -> tuple[Any, ...]:
    return rows[0] if rows else (None,) * width


def _major(product_version: str | None) -> int:
    found = re.match(r"\d+", product_version or "")
    return int(found[0]) if found else 0
