"""What the probe makes of what a PostgreSQL server says, by version, service and rights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import pytest

from sqlcore.adapters.postgres.deployment import deployment_of, engine_of, product_of
from sqlcore.adapters.postgres.probing_features import WORDS, Facts, features_of
from sqlcore.adapters.postgres.probing_permissions import (
    database_permissions,
    server_permissions,
)
from sqlcore.domain.capability import Capability, Support

_SINCE_13 = {"any_value", "date_bin", "json_array", "json_table", "json_value", "merge"}
_SINCE_13 |= {"merge_action", "multirange", "regexp_substr", "uuidv7", "virtual"}
_SETTINGS = {
    "wal_level": "replica",
    "data_checksums": "off",
    "track_io_timing": "off",
    "max_parallel_workers_per_gather": "2",
    "jit": "on",
    "ssl": "on",
}
_18 = Facts(
    version=18,
    trusts_version=True,
    words=frozenset(WORDS),
    settings={**_SETTINGS, "io_method": "worker", "compute_query_id": "auto"},
    extensions=[("pg_stat_statements", "1.12", True), ("vector", "0.8.0", False)],
    state=(False, True, True, ["postgres_fdw"]),
    is_superuser=True,
)
_13 = attrs.evolve(_18, version=13, words=frozenset(WORDS) - _SINCE_13, settings=_SETTINGS)
_STANDBY = attrs.evolve(_18, state=(True, True, None, []))
_COCKROACH = attrs.evolve(_18, version=13, trusts_version=False, words=frozenset({"jsonb_set"}))
_NOTHING = Facts(
    version=16,
    trusts_version=True,
    words=None,
    settings=None,
    extensions=None,
    state=None,
    is_superuser=None,
)


def _loaded(state: Sequence[Any]) -> Facts:
    settings = {**_SETTINGS, "pg_stat_statements.max": "5000"}
    return attrs.evolve(_18, settings=settings, state=state)


def _feature(facts: Facts, name: str) -> Capability:
    return next(feature for feature in features_of(facts) if feature.name == name)


@pytest.mark.parametrize("facts", [_18, _13, _STANDBY, _COCKROACH, _NOTHING])
def test_what_is_not_supported_has_a_reason(facts: Facts) -> None:
    features = features_of(facts)
    names = [feature.name for feature in features]

    assert names == sorted(set(names))
    assert len(names) >= 50
    assert all(f.reason for f in features if f.support is not Support.SUPPORTED)


@pytest.mark.parametrize(
    ("facts", "name", "support", "said"),
    [
        (_13, "merge", Support.UNSUPPORTED, "PostgreSQL 15 brings it."),
        (_13, "json_table", Support.UNSUPPORTED, "PostgreSQL 17 brings it."),
        (_13, "json_path", Support.SUPPORTED, None),
        (_13, "hash_partitioning", Support.SUPPORTED, None),
        (_13, "nulls_not_distinct", Support.UNSUPPORTED, "PostgreSQL 15 brings it."),
        (_13, "async_io", Support.UNSUPPORTED, "PostgreSQL 18 brings it."),
        (_18, "merge", Support.SUPPORTED, None),
        (_18, "temporal_constraints", Support.SUPPORTED, None),
        (_18, "async_io", Support.SUPPORTED, "io_method is worker."),
        (_18, "logical_replication", Support.UNSUPPORTED, "it has to be logical"),
        (_18, "data_checksums", Support.UNSUPPORTED, "off"),
        (_18, "vector", Support.UNSUPPORTED, "CREATE EXTENSION vector"),
        (_18, "postgis", Support.UNSUPPORTED, "does not have this extension"),
        (_18, "pg_stat_statements", Support.UNSUPPORTED, "shared_preload_libraries lacks it"),
        (_18, "foreign_data_wrappers", Support.SUPPORTED, "postgres_fdw"),
        (_18, "extensions_installed", Support.SUPPORTED, "pg_stat_statements 1.12"),
        (_loaded((False, True, True, [])), "pg_stat_statements", Support.SUPPORTED, "readable"),
        (_loaded((False, True, False, [])), "pg_stat_statements", Support.NOT_PERMITTED, "SELECT"),
        (_STANDBY, "writes", Support.UNSUPPORTED, "read-only standby"),
        (_STANDBY, "listen_notify", Support.UNSUPPORTED, "read-only standby"),
        (_COCKROACH, "jsonb", Support.SUPPORTED, None),
        (_COCKROACH, "json_table", Support.UNSUPPORTED, "PostgreSQL 17"),
        (_COCKROACH, "partitioning", Support.UNKNOWN, "relative"),
        (_NOTHING, "merge", Support.SUPPORTED, None),
        (_NOTHING, "json_table", Support.UNSUPPORTED, "PostgreSQL 17 brings it."),
        (_NOTHING, "data_checksums", Support.UNKNOWN, "does not show"),
        (_NOTHING, "vector", Support.UNKNOWN, "could not be asked"),
        (_NOTHING, "writes", Support.UNKNOWN, "could not be asked"),
        (
            attrs.evolve(_18, is_superuser=False),
            "event_triggers",
            Support.NOT_PERMITTED,
            "needs a superuser",
        ),
    ],
)
def test_each_feature_has_its_reason(
    facts: Facts, name: str, support: Support, said: str | None
) -> None:
    feature = _feature(facts, name)

    assert feature.support is support
    if said is None:
        assert feature.reason is None
    else:
        assert said in (feature.reason or "")


def test_a_server_with_many_extensions_names_some_and_counts_the_others() -> None:
    extensions = [(f"extension_{number}", "1.0", False) for number in range(100)]
    feature = _feature(attrs.evolve(_18, extensions=extensions), "extensions_available")

    assert (feature.reason or "").endswith(" and 60 more")


@pytest.mark.parametrize(
    ("signs", "settings", "deployment"),
    [
        ({"aurora_version", "rds_superuser"}, {}, "Amazon Aurora"),
        ({"rds_superuser"}, {}, "Amazon RDS"),
        (
            {"azure_pg_admin"},
            {"azure.extensions": ""},
            "Azure Database for PostgreSQL flexible server",
        ),
        ({"azure_pg_admin"}, {}, "Azure Database for PostgreSQL single server"),
        ({"cloudsqlsuperuser"}, {}, "Google Cloud SQL"),
        ({"alloydbsuperuser", "cloudsqlsuperuser"}, {}, "Google AlloyDB"),
        (set(), {"neon.tenant_id": "x"}, "Neon"),
        ({"supabase_admin"}, {}, "Supabase"),
        ({"tsdbadmin"}, {}, "Timescale Cloud"),
        ({"heroku_ext"}, {}, "Heroku Postgres"),
        (set(), {"data_directory": "/var/lib/postgresql/data"}, "container"),
        (set(), {"data_directory": "/var/lib/postgresql/18/docker"}, "container"),
        (
            set(),
            {"data_directory": "/d", "unix_socket_directories": "/d", "listen_addresses": ""},
            "embedded",
        ),
    ],
)
def test_a_service_shows_by_its_signs(
    signs: set[str], settings: dict[str, str], deployment: str
) -> None:
    assert deployment_of(signs, settings) == (deployment, None)


@pytest.mark.parametrize(
    ("settings", "support"),
    [
        ({"pg_stat_statements.max": "1"}, Support.NOT_PERMITTED),
        (
            {"data_directory": "/var/lib/postgresql/18/main", "listen_addresses": "*"},
            Support.UNKNOWN,
        ),
    ],
)
def test_a_server_without_signs_says_why_it_is_not_known(
    settings: dict[str, str], support: Support
) -> None:
    deployment, missing = deployment_of(set(), settings)

    assert deployment is None
    assert missing is not None
    assert missing.support is support


@pytest.mark.parametrize(
    ("version_text", "engine", "product"),
    [
        ("PostgreSQL 18.1 on x86_64-pc-linux-gnu", "postgres", "PostgreSQL"),
        ("CockroachDB CCL v24.1.0 (x86_64)", "cockroachdb", "CockroachDB"),
        ("PostgreSQL 11.2-YB-2.20.1.0-b0 on x86_64", "yugabytedb", "PostgreSQL"),
    ],
)
def test_relatives_are_told_apart(version_text: str, engine: str, product: str) -> None:
    assert engine_of(version_text) == engine
    assert product_of(version_text, None) == product
    assert product_of(version_text, "Amazon Aurora") == "Amazon Aurora PostgreSQL"


def _role(name: str, **attributes: bool) -> tuple[Any, ...]:
    names = ("is_own", "super", "create_db", "create_role", "replication", "bypass_rls")
    return (name, *(attributes.get(attribute, False) for attribute in names))


def test_rights_on_the_server_are_told_in_words() -> None:
    rows = [
        _role("ann", is_own=True, create_db=True),
        _role("pg_monitor"),
        _role("pg_read_all_data"),
        _role("sales"),
    ]

    assert server_permissions(rows) == (
        "It may create databases (CREATEDB).",
        "It may read every table, view and sequence (pg_read_all_data).",
        "It may read all statistics and settings (pg_monitor).",
        "It is a member of sales.",
    )


def test_a_superuser_may_do_anything_whatever_else_it_is() -> None:
    rows = [_role("ann", is_own=True, super=True, create_db=True), _role("pg_monitor")]

    assert server_permissions(rows) == ("It is a superuser: it may do anything.",)


def test_rights_on_the_database_are_told_in_words() -> None:
    database = ("UTF8", "C", "c", False, True, False, True)
    schemas = [("public", True, False), ("app", True, True), ("secret", False, False)]

    assert database_permissions(database, schemas) == (
        "It may connect (CONNECT).",
        "It may create temporary tables (TEMPORARY).",
        "It may use what is in the schemas public, app (USAGE).",
        "It may create objects in the schemas app (CREATE).",
    )
