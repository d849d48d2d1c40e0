"""What the rows of the probe say of a server: SQL Server by version, Azure, Fabric, RDS, Babelfish.

The rows are what the catalog's documentation says that these servers return.
"""

from __future__ import annotations

from typing import Any

import pytest

from sqlcore.adapters.mssql.probe import QUERIES, server_capabilities
from sqlcore.adapters.mssql.probing_features import VIEWS
from sqlcore.adapters.mssql.probing_trials import trial_words
from sqlcore.adapters.mssql.reading import Refusal
from sqlcore.domain.capability import Capability, ServerCapabilities, Support

_TEXTS = {
    2016: "Microsoft SQL Server 2016 (SP3) - 13.0.6300.2 on Windows Server 2019 (Hypervisor)\n",
    2019: "Microsoft SQL Server 2019 (RTM-CU27) - 15.0.4375.4 (X64) on Windows Server 2022\n",
    2022: "Microsoft SQL Server 2022 (RTM-CU14) - 16.0.4135.4 (X64) on Linux (Ubuntu 22.04.4 LTS)",
    2025: "Microsoft SQL Server 2025 (RTM) - 17.0.1000.7 (X64) on Linux (Ubuntu 24.04)",
}
_AZURE = "Microsoft SQL Azure (RTM) - 12.0.2000.8 \n\tSep 12 2025"
_BABELFISH = (
    "Babelfish for PostgreSQL with SQL Server Compatibility - 12.0.2000.8\n(Babelfish 4.3.0)"
)
_NEW_IN_2022 = (
    "approximate_percentile",
    "bit_functions",
    "date_bucket",
    "datetrunc",
    "generate_series",
    "greatest_least",
    "string_split_ordinal",
    "window_clause",
)
_NEW_VIEWS = {"edge_constraints", "external_models", "json_indexes", "vector_indexes"}
_NEW_VIEWS |= {"database_ledger_transactions", "index_resumable_operations"}
_ON = (1, 1, 0, 1, 0, 0, 1, 0, 1, 0)
"""Switches of a database as it comes: snapshots on, encryption off …"""


def _refused(names: tuple[str, ...], number: int = 195) -> str:
    return "".join(f"{name} {number};" for name in names)


def _rows(
    text: str,
    number: str,
    *,
    engine_edition: int = 3,
    level: int = 160,
    switches: tuple[Any, ...] = _ON,
    **results: Any,
) -> dict[str, Any]:
    """Make the rows of a server that has everything and of a login that may do nothing."""
    rows: dict[str, Any] = {name: [] for name in QUERIES}
    rows |= {
        "probe_server": [(text, number, "Developer Edition (64-bit)", engine_edition, "ann", "L")],
        "probe_database": [("shop", "Latin1_General_CI_AS", level, *switches)],
        "probe_databases": [("master",), ("model",), ("shop",)],
        "probe_encryption": [("TRUE",)],
        "probe_properties": [(1, 0, 1, 0, None)],
        "probe_cloud_sql": [(None,)],
        "probe_machine": [("NONE", "NONE")],
        "probe_query_store": [("READ_WRITE",)],
        "probe_change_tracking": [(0,)],
        "probe_linked_servers": [(2,)],
        "probe_views": [(view,) for view in (*VIEWS, "is_node")],
        "probe_trials": [("",)],
        "probe_further_trials": [("",)],
        "probe_server_roles": [("sysadmin", 0)],
        "probe_database_permissions": [("INSERT", 0)],
    }
    return rows | results


_OLD_VIEWS = [(view,) for view in VIEWS if view not in _NEW_VIEWS]
_SQL_2016 = _rows(
    _TEXTS[2016],
    "13.0.6300.2",
    level=130,
    switches=(0, 0, 0, 0, 0, 0, 0, 0, None, None),
    probe_machine=[("HYPERVISOR", None)],
    probe_views=_OLD_VIEWS,
    probe_query_store=[("OFF",)],
    probe_trials=[
        (_refused((*_NEW_IN_2022, "concat_ws", "string_agg", "translate", "trim")),),
    ],
    probe_further_trials=[
        (_refused(("approximate_count_distinct", "json_type", "regexp_functions", "vector_type")),)
    ],
)
_SQL_2022 = _rows(
    _TEXTS[2022],
    "16.0.4135.4",
    probe_machine=[("HYPERVISOR", "LINUX CONTAINER")],
    probe_further_trials=[(_refused(("json_type", "vector_type"), 2715),)],
)
_SQL_2025 = _rows(_TEXTS[2025], "17.0.1000.7", level=170)
_AZURE_DATABASE = _rows(
    _AZURE,
    "12.0.2000.8",
    engine_edition=5,
    level=170,
    probe_encryption=[(None,)],
    probe_machine=[(None, None)],
    probe_linked_servers=[(None,)],
    probe_properties=[(1, None, 1, None, None)],
)
_MANAGED_INSTANCE = _rows(_AZURE, "12.0.2000.8", engine_edition=8)
_FABRIC = _rows(_AZURE, "12.0.2000.8", engine_edition=12, level=170)
_RDS = _rows(_TEXTS[2019], "15.0.4375.4", level=150, probe_properties=[(1, 0, 1, 0, 6)])
_ON_BABELFISH = _rows(
    _BABELFISH,
    "12.0.2000.8",
    engine_edition=2,
    level=120,
    probe_babelfish=[("vector",)],
    probe_further_trials=[(None,)],
    probe_trials=[("string_split_ordinal 8144;window_clause 11717;",)],
)


def _describe(
    rows: dict[str, Any], refused: dict[str, Refusal] | None = None
) -> ServerCapabilities:
    return server_capabilities(rows, refused or {})


def _feature(server: ServerCapabilities, name: str) -> Capability:
    return next(feature for feature in server.features if feature.name == name)


@pytest.mark.parametrize(
    ("rows", "engine", "version", "deployment"),
    [
        (_SQL_2016, "mssql", "13.0.6300.2", "virtual machine"),
        (_SQL_2022, "mssql", "16.0.4135.4", "container"),
        (_SQL_2025, "mssql", "17.0.1000.7", "on premises"),
        (_AZURE_DATABASE, "azure_sql_database", "12.0.2000.8", "Azure SQL Database"),
        (_MANAGED_INSTANCE, "azure_managed_instance", "12.0.2000.8", "Azure SQL Managed Instance"),
        (_FABRIC, "fabric", "12.0.2000.8", "Microsoft Fabric"),
        (_RDS, "mssql", "15.0.4375.4", "Amazon RDS"),
        (_ON_BABELFISH, "babelfish", "4.3.0", None),
    ],
)
def test_product_and_deployment_are_told(
    rows: dict[str, Any], engine: str, version: str, deployment: str | None
) -> None:
    server = _describe(rows)

    assert (server.engine, server.version, server.deployment) == (engine, version, deployment)
    assert len(server.features) >= 50
    names = [feature.name for feature in server.features]
    assert names == sorted(set(names))
    assert all(f.reason for f in server.features if f.support is not Support.SUPPORTED)


@pytest.mark.parametrize(
    ("changes", "deployment"),
    [
        ({"probe_cloud_sql": [(1234,)]}, "Google Cloud SQL"),
        ({"probe_machine": [(None, None)]}, None),
        ({"probe_babelfish": [], "probe_machine": [("OTHER", None)]}, "virtual machine"),
    ],
)
def test_other_places_show_by_their_signs(changes: dict[str, Any], deployment: str | None) -> None:
    server = _describe({**_SQL_2022, **changes})

    assert server.deployment == deployment
    told = [part for part in server.missing if part.part == "deployment"]
    assert [part.support for part in told] == ([] if deployment else [Support.NOT_PERMITTED])


def test_a_virtual_machine_of_windows_shows_without_rights_too() -> None:
    assert _describe({**_SQL_2016, "probe_machine": []}).deployment == "virtual machine"


def test_aurora_shows_under_babelfish() -> None:
    rows = {**_ON_BABELFISH, "probe_babelfish": [("aurora_version",)]}

    assert _describe(rows).deployment == "Amazon Aurora"


@pytest.mark.parametrize(
    ("rows", "name", "support", "said"),
    [
        (_SQL_2016, "json_functions", Support.SUPPORTED, None),
        (_SQL_2016, "string_agg", Support.UNSUPPORTED, "SQL Server 2017 brings it."),
        (_SQL_2016, "graph_tables", Support.UNSUPPORTED, "SQL Server 2017 brings it."),
        (_SQL_2016, "greatest_least", Support.UNSUPPORTED, "SQL Server 2022 brings it."),
        (_SQL_2016, "ledger", Support.UNSUPPORTED, "SQL Server 2022 brings it."),
        (_SQL_2016, "accelerated_database_recovery", Support.UNSUPPORTED, "SQL Server 2019 brings"),
        (_SQL_2016, "query_store", Support.UNSUPPORTED, "off in this database"),
        (_SQL_2016, "snapshot_isolation", Support.UNSUPPORTED, "off in this database"),
        (_SQL_2016, "temporal_tables", Support.SUPPORTED, None),
        (_SQL_2022, "ledger", Support.SUPPORTED, None),
        (_SQL_2022, "approximate_percentile", Support.SUPPORTED, None),
        (_SQL_2022, "json_type", Support.UNSUPPORTED, "SQL Server 2025 brings it."),
        (_SQL_2022, "query_store", Support.SUPPORTED, "It is READ_WRITE."),
        (_SQL_2022, "polybase", Support.UNSUPPORTED, "not installed"),
        (_SQL_2022, "full_text_search", Support.SUPPORTED, None),
        (_SQL_2022, "change_data_capture", Support.UNSUPPORTED, "off in this database"),
        (_SQL_2025, "json_type", Support.SUPPORTED, None),
        (_SQL_2025, "vector_type", Support.SUPPORTED, None),
        (_SQL_2025, "regexp_functions", Support.SUPPORTED, None),
        (_AZURE_DATABASE, "json_type", Support.SUPPORTED, None),
        (_AZURE_DATABASE, "linked_servers", Support.UNKNOWN, "does not say"),
        (_AZURE_DATABASE, "always_on_availability_groups", Support.SUPPORTED, "The service"),
        (_RDS, "in_memory_oltp", Support.SUPPORTED, None),
        (_ON_BABELFISH, "string_agg", Support.SUPPORTED, None),
        (_ON_BABELFISH, "string_split_ordinal", Support.UNSUPPORTED, "error 8144"),
        (_ON_BABELFISH, "json_type", Support.UNKNOWN, "cannot be tried"),
        (_ON_BABELFISH, "vector_type", Support.UNKNOWN, "cannot be tried"),
        (_ON_BABELFISH, "json_aggregates", Support.UNSUPPORTED, "Babelfish does not have it."),
        (_ON_BABELFISH, "query_store", Support.UNSUPPORTED, "Babelfish does not have it."),
    ],
)
def test_each_feature_has_its_reason(
    rows: dict[str, Any], name: str, support: Support, said: str | None
) -> None:
    feature = _feature(_describe(rows), name)

    assert feature.support is support
    if said is None:
        assert feature.reason is None
    else:
        assert said in (feature.reason or "")


def test_a_database_of_an_old_compatibility_level_lacks_what_needs_a_newer_one() -> None:
    rows = _rows(_TEXTS[2022], "16.0.4135.4", level=130, probe_trials=[("generate_series 208;",)])

    feature = _feature(_describe(rows), "generate_series")
    assert feature.support is Support.UNSUPPORTED
    assert feature.reason == "It needs compatibility level 160; the database has 130."


def test_what_the_login_may_not_try_is_not_permitted() -> None:
    rows = {**_SQL_2022, "probe_further_trials": [("describe_first_result_set 229;",)]}

    feature = _feature(_describe(rows), "describe_first_result_set")
    assert feature.support is Support.NOT_PERMITTED


def test_query_store_that_is_on_and_may_not_be_read_names_the_right() -> None:
    feature = _feature(_describe({**_SQL_2022, "probe_query_store": [(None,)]}), "query_store")

    assert feature.support is Support.NOT_PERMITTED
    assert "VIEW DATABASE STATE" in (feature.reason or "")


@pytest.mark.parametrize(
    ("text", "number", "edition", "expected"),
    [
        (_TEXTS[2019], "15.0.4375.4", 3, Support.SUPPORTED),
        (_AZURE, "12.0.2000.8", 6, Support.UNKNOWN),
    ],
)
def test_where_nothing_could_be_tried_the_version_decides_if_it_tells(
    text: str, number: str, edition: int, expected: Support
) -> None:
    """The number of Azure's services is an old one, and says nothing."""
    refusal = Refusal(Support.UNSUPPORTED, "no TRY here")
    rows = _rows(text, number, engine_edition=edition, probe_trials=[], probe_further_trials=[])
    refused = dict.fromkeys(("probe_trials", "probe_further_trials"), refusal)
    server = _describe(rows, refused)

    found = {_feature(server, n).support for n in ("string_agg", "approximate_count_distinct")}
    assert found == {expected}
    assert _feature(server, "greatest_least").support is not Support.SUPPORTED
    assert [part.reason for part in server.missing][:2] == [
        "The server cannot say: no TRY here"
    ] * 2


def test_a_login_without_rights_is_told_what_it_would_need() -> None:
    rows = _rows(
        _TEXTS[2022],
        "16.0.4135.4",
        probe_encryption=[(None,)],
        probe_machine=[(None, None)],
        probe_query_store=[(None,)],
    )
    server = _describe(rows)

    assert {part.part: part.support for part in server.missing} == {
        "encryption of the connection": Support.NOT_PERMITTED,
        "deployment": Support.NOT_PERMITTED,
    }
    assert all("VIEW SERVER STATE" in part.reason for part in server.missing)
    assert server.server_permissions == ("It has no rights on the server as a whole.",)
    assert server.database_permissions == ("It has no rights on the database as a whole.",)


def test_permissions_are_told_in_words() -> None:
    rows = _rows(
        _TEXTS[2022],
        "16.0.4135.4",
        probe_database_roles=[("db_owner", 0), ("db_ddladmin", 1)],
        probe_reading=[
            ("role", "db_datareader", 1),
            ("database", "CONNECT", 1),
            ("database", "SELECT", 1),
            ("database", "UNMASK", 0),
            ("server", "VIEW ANY DATABASE", 1),
            ("server", "VIEW SERVER PERFORMANCE STATE", None),
        ],
        probe_database_permissions=[("CONTROL", 0), ("CREATE TABLE", 1)],
    )
    server = _describe(rows)

    assert server.server_permissions == (
        "It may see the names of all databases (VIEW ANY DATABASE).",
    )
    assert server.database_permissions == (
        "It is a member of the database roles db_ddladmin, db_datareader.",
        "It may connect (CONNECT).",
        "It may read every table and view (SELECT).",
        "It may create tables (CREATE TABLE).",
    )


def test_whoever_controls_the_server_may_do_anything() -> None:
    rows = _rows(
        _TEXTS[2022],
        "16.0.4135.4",
        probe_server_roles=[("sysadmin", 1)],
        probe_server_permissions=[("CONTROL SERVER", 1), ("SHUTDOWN", 1)],
        probe_database_permissions=[("CONTROL", 1), ("INSERT", 1)],
    )
    server = _describe(rows)

    assert server.server_permissions == (
        "It is a member of the server roles sysadmin.",
        "It may do anything on the server (CONTROL SERVER).",
    )
    assert server.database_permissions == ("It may do anything in the database (CONTROL).",)


def test_databases_are_told_apart() -> None:
    server = _describe(_SQL_2022)

    assert server.system_databases == ("master", "model")
    assert server.user_databases == ("shop",)


def test_a_part_that_cannot_run_is_missing_and_the_others_are_there() -> None:
    rows = {**_SQL_2022, "probe_database": [], "probe_views": [], "probe_properties": []}
    refusal = Refusal(Support.NOT_PERMITTED, "The SELECT permission was denied.")
    server = _describe(rows, dict.fromkeys(("probe_database", "probe_views"), refusal))

    assert server.collation is None
    assert {part.part for part in server.missing} == {
        "collation, compatibility level and switches of the database",
        "views of the server",
    }
    assert {part.support for part in server.missing} == {Support.NOT_PERMITTED}
    assert _feature(server, "temporal_tables").support is Support.UNKNOWN
    assert _feature(server, "string_agg").support is Support.SUPPORTED


def test_a_trial_runs_inside_a_try_one_level_below() -> None:
    for words in trial_words().values():
        for line in words["trials"].splitlines():
            assert line.startswith("BEGIN TRY EXEC sp_executesql N'")
            assert line.endswith("END CATCH;")
