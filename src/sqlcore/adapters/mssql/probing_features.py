"""The features of a SQL Server, from what the probe found.

What can be switched off counts as supported only where it is on; the reason says how to turn it on.
Source of versions and switches: the page of each feature in "SQL Server technical documentation".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import attrs

from sqlcore.adapters.mssql.probing_trials import VERSIONS, Server
from sqlcore.domain.capability import Capability, Support

__all__ = ["VIEWS", "State", "state_features"]

# The view of sys that is there with the feature, and the version that brings it.
_BY_VIEW = {
    "always_encrypted": ("column_master_keys", 2016),
    "columnstore_indexes": ("column_store_row_groups", 2014),
    "comments": ("extended_properties", 2005),
    "dynamic_data_masking": ("masked_columns", 2016),
    "edge_constraints": ("edge_constraints", 2019),
    "external_models": ("external_models", 2025),
    "graph_tables": ("is_node", 2017),
    "json_indexes": ("json_indexes", 2025),
    "ledger": ("database_ledger_transactions", 2022),
    "resource_governor": ("resource_governor_configuration", 2008),
    "resumable_indexes": ("index_resumable_operations", 2017),
    "row_level_security": ("security_policies", 2016),
    "sequences": ("sequences", 2012),
    "table_sizes": ("allocation_units", 2005),
    "temporal_tables": ("periods", 2016),
    "vector_indexes": ("vector_indexes", 2025),
}
VIEWS = tuple(view for view, _ in _BY_VIEW.values() if view != "is_node")
"""The views to look for."""
_THERE_ON_BABELFISH = {"comments", "sequences"}
"""Babelfish has some of the views, and nothing behind them."""


@attrs.frozen(kw_only=True)
class State:
    """What the server said of itself and of the database; None where it did not.

    Attributes:
        views: Those of `VIEWS` that are there, and `is_node`; None where it could not be asked.
        snapshot_state: 1 where snapshot isolation is allowed.
        query_store: `actual_state_desc`.
        tracks_changes: Whether change tracking is on in the database.
        linked_servers: How many may be seen.
    """

    views: frozenset[str] | None = None
    snapshot_state: int | None = None
    is_rcsi_on: int | None = None
    is_encrypted: int | None = None
    is_broker_on: int | None = None
    containment: int | None = None
    is_read_only: int | None = None
    is_store_on: int | None = None
    is_cdc_on: int | None = None
    is_adr_on: int | None = None
    is_ledger: int | None = None
    full_text: int | None = None
    polybase: int | None = None
    memory_optimized: int | None = None
    always_on: int | None = None
    query_store: str | None = None
    tracks_changes: int | None = None
    linked_servers: int | None = None


@attrs.frozen(kw_only=True)
class _Switch:
    """A feature that a value decides.

    Attributes:
        value: Reads it.
        off: What to say where it is 0.
        since: The version that brings it.
        on: What to say where it is not 0.
        service: Whether Azure's services have it however the value stands; None where the value
            counts there as well.
    """

    value: Callable[[State], int | None]
    off: str
    since: int
    on: str | None = None
    service: bool | None = None


_SWITCHES = {
    "accelerated_database_recovery": _Switch(
        value=lambda state: state.is_adr_on,
        off="It is off in this database (ALTER DATABASE … SET ACCELERATED_DATABASE_RECOVERY = ON).",
        since=2019,
        service=True,
    ),
    "always_on_availability_groups": _Switch(
        value=lambda state: state.always_on,
        off="It is not enabled on the server (IsHadrEnabled).",
        since=2012,
        service=True,
    ),
    "change_data_capture": _Switch(
        value=lambda state: state.is_cdc_on,
        off="It is off in this database (sys.sp_cdc_enable_db).",
        since=2008,
    ),
    "change_tracking": _Switch(
        value=lambda state: state.tracks_changes,
        off="It is off in this database (ALTER DATABASE … SET CHANGE_TRACKING = ON).",
        since=2008,
    ),
    "contained_users": _Switch(
        value=lambda state: state.containment,
        off="The containment of this database is NONE.",
        since=2012,
        service=True,
    ),
    "full_text_search": _Switch(
        value=lambda state: state.full_text,
        off="It is not installed (IsFullTextInstalled).",
        since=2005,
    ),
    "in_memory_oltp": _Switch(
        value=lambda state: state.memory_optimized,
        off="The edition or service tier does not have it (IsXTPSupported).",
        since=2014,
    ),
    "linked_servers": _Switch(
        value=lambda state: state.linked_servers,
        off="There is none that this login can see.",
        since=2005,
    ),
    "polybase": _Switch(
        value=lambda state: state.polybase,
        off="It is not installed (IsPolyBaseInstalled).",
        since=2016,
    ),
    "read_committed_snapshot": _Switch(
        value=lambda state: state.is_rcsi_on,
        off="It is off in this database: readers wait for writers.",
        since=2005,
        on="On: readers do not wait for writers.",
    ),
    "service_broker": _Switch(
        value=lambda state: state.is_broker_on,
        off="It is off in this database (ALTER DATABASE … SET ENABLE_BROKER).",
        since=2005,
    ),
    "snapshot_isolation": _Switch(
        value=lambda state: state.snapshot_state,
        off="It is off in this database (ALTER DATABASE … SET ALLOW_SNAPSHOT_ISOLATION ON).",
        since=2005,
    ),
    "transparent_data_encryption": _Switch(
        value=lambda state: state.is_encrypted,
        off="This database is not encrypted.",
        since=2008,
    ),
    "writes": _Switch(
        value=lambda state: None if state.is_read_only is None else int(not state.is_read_only),
        off="The database is read-only.",
        since=2005,
    ),
}
_ALSO_ON_BABELFISH = {
    "linked_servers",
    "read_committed_snapshot",
    "snapshot_isolation",
    "writes",
}


def state_features(state: State, server: Server) -> list[Capability]:
    """Tell of what views, properties and switches decide."""
    return [
        *_by_view(state, server),
        *(_of_switch(name, switch, state, server) for name, switch in _SWITCHES.items()),
        _query_store(state, server),
        Capability(
            name="read_only_transactions",
            support=Support.UNSUPPORTED,
            reason="SQL Server has none; the transaction of a read is always rolled back.",
        ),
    ]


def _by_view(state: State, server: Server) -> Iterable[Capability]:
    for name, (view, year) in _BY_VIEW.items():
        since = f"SQL Server {year}"
        reason: str | None
        if server.is_babelfish and name not in _THERE_ON_BABELFISH:
            support, reason = Support.UNSUPPORTED, "Babelfish does not have it."
        elif state.views is None:
            support, reason = Support.UNKNOWN, "The server's views could not be looked for."
        elif view in state.views:
            support, reason = Support.SUPPORTED, None
        elif server.says_its_version and server.version < VERSIONS.get(year, 0):
            support, reason = Support.UNSUPPORTED, f"{since} brings it."
        else:
            what = "tables that are nodes" if view == "is_node" else f"the view sys.{view}"
            support, reason = Support.UNSUPPORTED, f"The server does not have {what}."
        if name == "ledger" and support is Support.SUPPORTED and state.is_ledger:
            reason = "This is a ledger database: every table is one."
        yield Capability(name=name, support=support, reason=reason, since=since)


def _of_switch(name: str, switch: _Switch, state: State, server: Server) -> Capability:
    since = f"SQL Server {switch.since}"
    value = switch.value(state)
    reason: str | None
    if server.is_babelfish and name not in _ALSO_ON_BABELFISH:
        support, reason = Support.UNSUPPORTED, "Babelfish does not have it."
    elif server.is_service and switch.service:
        support, reason = Support.SUPPORTED, "The service sees to it."
    elif (
        value is None and server.says_its_version and server.version < VERSIONS.get(switch.since, 0)
    ):
        support, reason = Support.UNSUPPORTED, f"{since} brings it."
    elif value is None:
        support, reason = Support.UNKNOWN, "The server does not say."
    elif value:
        support, reason = Support.SUPPORTED, switch.on
    else:
        support, reason = Support.UNSUPPORTED, switch.off
    return Capability(name=name, support=support, reason=reason, since=since)


def _query_store(state: State, server: Server) -> Capability:
    reason: str | None
    if server.is_babelfish:
        support, reason = Support.UNSUPPORTED, "Babelfish does not have it."
    elif state.query_store is not None and state.query_store.upper() != "OFF":
        support, reason = Support.SUPPORTED, f"It is {state.query_store}."
    elif state.query_store is not None or state.is_store_on == 0:
        off = "It is off in this database (ALTER DATABASE … SET QUERY_STORE = ON)."
        support, reason = Support.UNSUPPORTED, off
    elif state.is_store_on:
        why = "It is on; reading it needs VIEW DATABASE STATE."
        support, reason = Support.NOT_PERMITTED, why
    else:
        support, reason = Support.UNKNOWN, "The server does not say."
    return Capability(name="query_store", support=support, reason=reason, since="SQL Server 2016")
