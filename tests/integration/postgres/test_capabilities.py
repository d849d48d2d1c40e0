"""What the probe says of a live PostgreSQL is so, with many rights and with few."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import psycopg
import pytest

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.adapters.postgres.link import Link
from sqlcore.domain.capability import ServerCapabilities, Support
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.ports import Connection

Admin = psycopg.Connection[Any]
Probe = Callable[..., ServerCapabilities]


@pytest.fixture
def role(admin: Admin) -> Iterator[str]:
    """A login without any rights of its own."""
    name = f"bare_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE ROLE {name} LOGIN")
    yield name
    admin.execute(f"DROP OWNED BY {name} CASCADE")
    admin.execute(f"DROP ROLE {name}")


@pytest.fixture
def probe(database: ConnectionSettings) -> Probe:
    def ask(**changes: Any) -> ServerCapabilities:
        connection = PostgresConnector().connect(attrs.evolve(database, **changes))
        try:
            return connection.capabilities.capabilities()
        finally:
            connection.close()

    return ask


def _support(server: ServerCapabilities, name: str) -> Support:
    return next(feature.support for feature in server.features if feature.name == name)


# What only a server with the feature runs.
_NEEDS = {
    "any_value": "SELECT any_value(1)",
    "brin_indexes": "CREATE TABLE pg_temp.t (a int); CREATE INDEX ON pg_temp.t USING brin (a)",
    "covering_indexes": "CREATE TABLE pg_temp.t (a int, b int); CREATE INDEX ON t (a) INCLUDE (b)",
    "date_bin": "SELECT date_bin('1 day', now(), now())",
    "full_text_search": "SELECT to_tsvector('english', 'a fat cat') @@ to_tsquery('cat')",
    "generated_columns": "CREATE TEMP TABLE t (a int, b int GENERATED ALWAYS AS (a) STORED)",
    "hash_partitioning": "CREATE TEMP TABLE t (a int) PARTITION BY HASH (a)",
    "icu_collations": "SELECT 'a' < 'b' COLLATE \"en-x-icu\"",
    "identity_columns": "CREATE TEMP TABLE t (a int GENERATED ALWAYS AS IDENTITY)",
    "json_constructors": "SELECT JSON_ARRAY(1, 2)",
    "json_path": "SELECT jsonb_path_query('{\"a\": 1}', '$.a')",
    "json_table": "SELECT * FROM JSON_TABLE('[1]'::jsonb, '$[*]' COLUMNS (a int PATH '$')) AS t",
    "jsonb": "SELECT '{\"a\": 1}'::jsonb -> 'a'",
    "large_objects": "SELECT lo_create(0)",
    "listen_notify": "LISTEN a; NOTIFY a",
    "merge": "CREATE TEMP TABLE t (a int);"
    " MERGE INTO t USING (SELECT 1 AS a) AS s ON t.a = s.a WHEN NOT MATCHED THEN INSERT VALUES (1)",
    "merge_returning": "CREATE TEMP TABLE t (a int); MERGE INTO t USING (SELECT 1 AS a) AS s"
    " ON t.a = s.a WHEN NOT MATCHED THEN INSERT VALUES (1) RETURNING merge_action()",
    "multirange_types": "SELECT '{[1,2)}'::int4multirange",
    "nulls_not_distinct": "CREATE TEMP TABLE t (a int UNIQUE NULLS NOT DISTINCT)",
    "regexp_functions": "SELECT regexp_substr('abc', 'b')",
    "returning_old_and_new": "CREATE TEMP TABLE t (a int);"
    " INSERT INTO t VALUES (1) RETURNING old.a, new.a",
    "row_level_security": "CREATE TEMP TABLE t (a int); ALTER TABLE t ENABLE ROW LEVEL SECURITY",
    "sql_json_query_functions": "SELECT JSON_VALUE('{\"a\": 1}'::jsonb, '$.a')",
    "temporal_constraints": "CREATE TEMP TABLE t (a int4range, d daterange,"
    " PRIMARY KEY (a, d WITHOUT OVERLAPS))",
    "uuidv7": "SELECT uuidv7()",
    "vector": "SELECT '[1,2]'::vector",
    "virtual_generated_columns": "CREATE TEMP TABLE t"
    " (a int, b int GENERATED ALWAYS AS (a) VIRTUAL)",
}


@pytest.mark.parametrize("name", _NEEDS)
def test_what_is_supported_runs_and_what_is_not_does_not(
    name: str, probe: Probe, admin: Admin
) -> None:
    support = _support(probe(), name)
    runs = True
    try:
        with admin.transaction(force_rollback=True):
            admin.execute(_NEEDS[name])
    except psycopg.Error:
        runs = False

    assert support is (Support.SUPPORTED if runs else Support.UNSUPPORTED)


def test_an_extension_is_supported_once_it_is_installed(probe: Probe, admin: Admin) -> None:
    assert _support(probe(), "vector") is Support.UNSUPPORTED
    admin.execute("CREATE EXTENSION vector")
    try:
        server = probe()
    finally:
        admin.execute("DROP EXTENSION vector")

    assert _support(server, "vector") is Support.SUPPORTED
    installed = next(f.reason for f in server.features if f.name == "extensions_installed")
    assert "vector 0." in (installed or "")


def test_settings_are_those_of_the_session_not_of_the_probe(probe: Probe, admin: Admin) -> None:
    """The probe turns compiling of queries off for itself."""
    is_on = admin.execute("SHOW jit").fetchone() == ("on",)

    assert _support(probe(), "jit") is (Support.SUPPORTED if is_on else Support.UNSUPPORTED)


def test_a_login_without_rights_learns_all_the_same(role: str, probe: Probe) -> None:
    few, all_of_them = probe(user=role), probe()

    assert [f.name for f in few.features] == [f.name for f in all_of_them.features]
    assert _support(few, "event_triggers") is Support.NOT_PERMITTED
    assert [part.support for part in few.missing] == [Support.NOT_PERMITTED]
    assert "pg_read_all_settings" in few.missing[0].reason
    assert few.server_permissions == (
        "It has no rights on the server beyond those of every login.",
    )
    assert all_of_them.server_permissions == ("It is a superuser: it may do anything.",)
    assert all_of_them.deployment == "embedded"


def test_rights_that_were_granted_are_told_in_words(role: str, probe: Probe, admin: Admin) -> None:
    schema = f"of_{role}"
    admin.execute(f"ALTER ROLE {role} CREATEDB")
    admin.execute(f"GRANT pg_monitor TO {role}")
    admin.execute(f"CREATE SCHEMA {schema}")
    admin.execute(f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}")
    try:
        server = probe(user=role)
    finally:
        admin.execute(f"DROP SCHEMA {schema}")

    assert "It may create databases (CREATEDB)." in server.server_permissions
    assert "It may read all statistics and settings (pg_monitor)." in server.server_permissions
    assert server.missing == ()
    created = [text for text in server.database_permissions if "create objects" in text]
    assert created == [f"It may create objects in the schemas {schema} (CREATE)."]


def test_what_a_service_locks_away_is_missing_until_it_is_granted(
    role: str, opened: Callable[..., Connection], admin: Admin
) -> None:
    connection = opened(user=role)
    admin.execute("REVOKE SELECT ON pg_catalog.pg_available_extensions FROM PUBLIC")
    try:
        server = connection.capabilities.capabilities()
    finally:
        admin.execute("GRANT SELECT ON pg_catalog.pg_available_extensions TO PUBLIC")

    extensions = next(part for part in server.missing if part.part == "extensions")
    assert extensions.support is Support.NOT_PERMITTED
    assert "pg_available_extensions" in extensions.reason
    assert _support(server, "extensions_installed") is Support.UNKNOWN
    assert _support(server, "merge") is Support.SUPPORTED
    assert server.collation is not None

    again = connection.capabilities.capabilities()
    assert _support(again, "extensions_installed") is Support.SUPPORTED


def test_what_a_relative_lacks_is_missing_and_not_asked_for_again(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A query that fails for another reason than rights stands for a catalog that is not there."""
    probe: Any = connection.capabilities
    queries = {**probe._queries, "state": (b"SELECT no_such_function()", ())}
    monkeypatch.setattr(probe, "_queries", queries)
    asked: list[list[str]] = []
    rows = probe._rows

    def note_and_ask(names: list[str]) -> Any:
        asked.append(names)
        return rows(names)

    monkeypatch.setattr(probe, "_rows", note_and_ask)

    server = probe.capabilities()
    again = probe.capabilities()

    assert [part.part for part in server.missing] == ["state of the server"]
    assert _support(server, "writes") is Support.UNKNOWN
    assert _support(server, "merge") is Support.SUPPORTED
    assert again == server
    assert "state" in asked[0]
    assert "state" not in asked[-1]
    assert len(asked[-1]) > 1


def test_all_of_it_is_one_round_trip(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection.capabilities.ping()
    sent: list[Link] = []
    send = Link.send

    def count_and_send(link: Link, *args: Any) -> None:
        sent.append(link)
        send(link, *args)

    monkeypatch.setattr(Link, "send", count_and_send)
    connection.capabilities.capabilities()

    assert len(sent) == 1


def test_another_database_has_another_identity(
    connection: Connection, opened: Callable[..., Connection]
) -> None:
    other = opened(database="postgres")
    assert connection.capabilities.identity is None
    for one in (connection, other):
        one.capabilities.ping()

    assert connection.capabilities.identity != other.capabilities.identity


def test_databases_are_told_apart(probe: Probe, database: ConnectionSettings) -> None:
    server = probe()

    assert {"postgres", "template0", "template1"} <= set(server.system_databases)
    assert database.database in server.user_databases
