"""What the in-memory engine says of itself is so: what it supports runs."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sqlcore.domain.access import Access
from sqlcore.domain.capability import Support
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import SqlCoreError
from sqlcore.services.database import Database
from sqlcore.services.policy import Policy
from sqlcore.testing.memory import MemoryConnector, forget

_NEEDS = {
    "common_table_expressions": "WITH a AS (SELECT 1 AS b) SELECT b FROM a",
    "full_text_search": "CREATE VIRTUAL TABLE words USING fts5(a)",
    "generated_columns": "CREATE TABLE g (a INTEGER, b INTEGER GENERATED ALWAYS AS (a + 1) STORED)",
    "json_functions": "SELECT json_extract('{\"a\": 1}', '$.a')",
    "materialized_ctes": "WITH a AS MATERIALIZED (SELECT 1 AS b) SELECT b FROM a",
    "math_functions": "SELECT sqrt(4)",
    "returning": "INSERT INTO t (a) VALUES (1) RETURNING a",
    "right_and_full_joins": "SELECT x.a FROM t AS x FULL JOIN t AS y ON x.a = y.a",
    "strict_tables": "CREATE TABLE s (a INTEGER) STRICT",
    "string_agg": "SELECT string_agg(a, ',') FROM t",
    "upsert": "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO NOTHING",
    "window_functions": "SELECT row_number() OVER (ORDER BY a) FROM t",
}


@pytest.fixture
def database() -> Iterator[Database]:
    connection = MemoryConnector().connect(ConnectionSettings(scheme="memory"))
    with Database(connection, Policy(access=Access.WRITE)) as opened:
        opened.query("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        yield opened


@pytest.mark.parametrize("name", _NEEDS)
def test_what_is_supported_runs_and_what_is_not_does_not(name: str, database: Database) -> None:
    features = {feature.name: feature.support for feature in database.capabilities().features}
    try:
        database.query(_NEEDS[name])
    except SqlCoreError:
        assert features[name] is Support.UNSUPPORTED
    else:
        assert features[name] is Support.SUPPORTED


def test_the_databases_of_a_server_are_told() -> None:
    opened = [
        MemoryConnector().connect(ConnectionSettings(scheme="memory", host="two", database=name))
        for name in ("first", "second")
    ]
    try:
        for connection in opened:
            connection.capabilities.ping()
        databases = opened[0].capabilities.capabilities().user_databases
    finally:
        for connection in opened:
            connection.close()
        forget("two")

    assert {"first", "second"} <= set(databases)


def test_two_databases_have_two_identities() -> None:
    identities = {
        MemoryConnector()
        .connect(ConnectionSettings(scheme="memory", host="two", database=name))
        .capabilities.identity
        for name in ("first", "second")
    }
    forget("two")

    assert len(identities) == 2
