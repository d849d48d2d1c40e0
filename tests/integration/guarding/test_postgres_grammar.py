"""PostgreSQL's own grammar as the referee over what the guard accepts and refuses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg.pq import DiagnosticField
from tests.integration.guarding.corpora import entries_in
from tests.integration.guarding.postgres_bench import PostgresBench
from tests.unit.guarding.corpus_reading import Entry, entries

from sqlcore.domain.access import Access
from sqlcore.domain.lexing import tokenize
from sqlcore.services.guarding import decide

_READ_ONLY = b"25006"
"""A statement that writes, in a read-only transaction."""
_SYNTAX_ERROR = b"42601"
_READS = entries_in("postgres", "reads")
_SYNTAX_READS = [
    read
    for read in entries("postgres", "syntax_reads")
    if ":ids" not in read.sql  # sqlcore's own placeholders
]
_PLANTS = [
    *("INTO stolen", "INTO", "INTO TEMP stolen", "TABLE stolen", "FOR UPDATE", "FOR SHARE", "FOR"),
    *(
        "OF orders",
        "UPDATE",
        "DELETE FROM orders",
        "UPDATE orders SET id = 1",
        "INSERT INTO orders",
    ),
    *("DEFAULT VALUES", "(DELETE FROM orders RETURNING 1)", ", x AS (DELETE FROM orders)"),
    *(
        "x AS (UPDATE orders SET id = id RETURNING 1),",
        "WITH x AS (DELETE FROM orders RETURNING 1)",
    ),
    *("as", "AS", "AS as", "AS into", ".as", ".into", "AS x", ";", "; DELETE FROM orders", "--"),
    *("/*", "*/", "'", "$$", "E'", "\\", '"', "(", ")", "[", "]", ",", "::", "::int", "NOT", "x"),
    *(
        "TABLE",
        "SELECT",
        "SELECT 1",
        "UNION",
        "(SELECT 1 INTO stolen)",
        "FROM orders",
        "WITH",
        "SET",
    ),
    *("(SELECT 1 FROM orders FOR UPDATE)", "EXPLAIN ANALYZE", "BY x SET y", "LIMIT 1", "\r", "\n"),
]


@pytest.fixture(scope="module")
def referee(honest: PostgresBench) -> Iterator[psycopg.Connection[Any]]:
    with honest.session() as session:
        session.execute("SET default_transaction_read_only = on; SET statement_timeout = '2s'")
        yield session


def code_of(session: psycopg.Connection[Any], sql: str) -> bytes | None:
    """Run a text as a driver does without the guard; give the server's error code."""
    return session.pgconn.exec_(sql.encode()).error_field(DiagnosticField.SQLSTATE)


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_nothing_that_the_guard_accepts_writes_wherever_a_piece_of_a_write_is_planted(
    referee: psycopg.Connection[Any], data: st.DataObject
) -> None:
    sql = data.draw(st.sampled_from(_READS)).sql
    ends = [token.end for token in tokenize(sql, "postgres")]
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.sampled_from(ends))
        sql = f"{sql[:at]} {data.draw(st.sampled_from(_PLANTS))} {sql[at:]}"
    if decide(sql, "postgres", Access.READ).allowed:
        assert code_of(referee, sql) != _READ_ONLY, sql


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT o.as INTO stolen FROM (SELECT 1 AS as) o",
        "SELECT 1 AS as INTO stolen",
        "SELECT * FROM orders FOR UPDATE LIMIT 1",
        "WITH x AS (DELETE FROM orders RETURNING 1) SELECT * FROM x",
    ],
)
def test_what_the_referee_sees_as_a_write_is_refused(
    sql: str, referee: psycopg.Connection[Any]
) -> None:
    assert code_of(referee, sql) == _READ_ONLY
    assert not decide(sql, "postgres", Access.READ).allowed


@pytest.mark.parametrize("read", _SYNTAX_READS, ids=lambda read: read.what)
def test_what_the_collection_calls_syntax_is_syntax_to_the_server(
    read: Entry, referee: psycopg.Connection[Any]
) -> None:
    result = referee.pgconn.prepare(b"", read.sql.encode())
    assert result.error_field(DiagnosticField.SQLSTATE) != _SYNTAX_ERROR, result.error_message
