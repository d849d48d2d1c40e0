"""Plans of PostgreSQL: nothing that is explained runs, whatever its text says."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from tests.integration.postgres.test_contracts import Postgres

from sqlcore.domain.access import Access
from sqlcore.domain.plan import Step
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.errors import (
    ConflictError,
    InvalidArgumentError,
    LimitExceededError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
    SqlSyntaxError,
    StatementTimeoutError,
    UnsupportedError,
)
from sqlcore.ports import Connection
from sqlcore.services.database import Database
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy
from sqlcore.testing.contracts import ExplainingContract


class TestExplaining(Postgres, ExplainingContract):
    """The contract of plans."""


@pytest.fixture
def traced(admin: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """A table, a sequence and a function that leave traces when something runs."""
    for text in (
        "DROP SCHEMA IF EXISTS explained CASCADE",
        "CREATE SCHEMA explained",
        """CREATE TABLE explained.big AS SELECT n AS id, n % 1000 AS k, repeat('x', 40) AS pad
            FROM generate_series(1, 60000) n""",
        "CREATE SEQUENCE explained.counter",
        """CREATE FUNCTION explained.count_up() RETURNS bigint LANGUAGE sql VOLATILE
            AS $$SELECT nextval('explained.counter')$$""",
        "ANALYZE explained.big",
    ):
        admin.execute(text)
    yield admin
    admin.execute("DROP SCHEMA explained CASCADE")


def state(admin: psycopg.Connection[Any]) -> tuple[object, ...]:
    """Look at all that a statement could have left behind."""
    row = admin.execute(
        "SELECT (SELECT count(*) FROM explained.big), (SELECT sum(k) FROM explained.big),"
        " (SELECT is_called FROM explained.counter),"
        " (SELECT count(*) FROM pg_class WHERE relnamespace = 'explained'::regnamespace),"
        " (SELECT count(*) FROM pg_prepared_xacts)"
    ).fetchone()
    assert row is not None
    return tuple(row)


def database(connection: Connection, access: Access, **limits: Any) -> Database:
    return Database(connection, Policy(access=access, limits=Limits(**limits)))


ATTACKS = [
    "SELECT 1; DROP TABLE explained.big",
    "SELECT 1; COMMIT; DROP TABLE explained.big",
    "ANALYZE DELETE FROM explained.big",
    "(ANALYZE) DELETE FROM explained.big",
    "(ANALYZE true, FORMAT text) DELETE FROM explained.big",
    "ANALYZE VERBOSE SELECT explained.count_up()",
    ") DELETE FROM explained.big",
    "EXPLAIN ANALYZE DELETE FROM explained.big",
    "EXPLAIN (ANALYZE) UPDATE explained.big SET k = 0",
    "DELETE FROM explained.big",
    "UPDATE explained.big SET k = 0",
    "INSERT INTO explained.big SELECT 1, 1, ''",
    "MERGE INTO explained.big b USING explained.big c ON b.id = c.id WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM explained.big RETURNING 1) SELECT * FROM gone",
    "CREATE TABLE explained.stolen AS SELECT 1",
    "SELECT * INTO explained.stolen FROM explained.big",
    "CREATE MATERIALIZED VIEW explained.stolen AS SELECT 1",
    "EXECUTE anything",
    "DECLARE c CURSOR WITH HOLD FOR SELECT explained.count_up()",
    "SELECT explained.count_up()",
    "SELECT nextval('explained.counter')",
    "SELECT * FROM explained.big WHERE id = explained.count_up()",
    "TRUNCATE explained.big",
    "COPY explained.big FROM PROGRAM 'true'",
    "CALL anything()",
    "DO $$BEGIN PERFORM explained.count_up(); END$$",
    "SET default_transaction_read_only = off",
    "/* */ -- \n; DROP TABLE explained.big",
]


@pytest.mark.parametrize("text", ATTACKS)
@pytest.mark.parametrize("access", [Access.READ, Access.WRITE])
def test_explaining_changes_nothing(
    connection: Connection, traced: psycopg.Connection[Any], access: Access, text: str
) -> None:
    before = state(traced)
    for analyze in (False, True):
        try:
            database(connection, access).explain(text, analyze=analyze)
        except SqlCoreError:
            continue
        assert access is Access.WRITE
        assert not analyze
    assert before == state(traced)


@pytest.mark.parametrize("text", ATTACKS)
def test_the_port_alone_changes_nothing_either(
    connection: Connection, traced: psycopg.Connection[Any], text: str
) -> None:
    before = state(traced)
    with contextlib.suppress(SqlCoreError):
        connection.plans.explain(Statement.of(text), ExecutionOptions())
    assert before == state(traced)


@pytest.mark.parametrize(
    "text",
    [
        "DELETE FROM explained.big WHERE id = :id",
        "UPDATE explained.big SET k = 0 WHERE id = :id",
        "WITH gone AS (DELETE FROM explained.big WHERE id = :id RETURNING 1) SELECT * FROM gone",
    ],
)
@pytest.mark.usefixtures("traced")
def test_a_write_is_explained_at_the_level_write_alone(connection: Connection, text: str) -> None:
    explanation = database(connection, Access.WRITE).explain(text, {"id": 7})
    assert not explanation.plan.analyzed
    with pytest.raises(PolicyError):
        database(connection, Access.READ).explain(text, {"id": 7})
    with pytest.raises(PolicyError, match="only reads"):
        database(connection, Access.WRITE).explain(text, {"id": 7}, analyze=True)


@pytest.mark.usefixtures("traced")
def test_a_scan_that_keeps_little_is_found_before_and_after_it_ran(connection: Connection) -> None:
    reader = database(connection, Access.READ)
    text = "SELECT * FROM explained.big WHERE pad = :pad AND k = :k"
    estimated = reader.explain(text, {"pad": "y", "k": 5})
    assert any("Seq Scan on explained.big reads everything" in f for f in estimated.findings)
    ran = reader.explain(text, {"pad": "y", "k": 5}, analyze=True)
    assert any("looked at 60,000 rows and kept 0" in finding for finding in ran.findings)
    assert ran.plan.execution_ms is not None
    by_key = reader.explain("SELECT count(*) FROM explained.big")
    assert by_key.findings == ()


@pytest.mark.usefixtures("traced")
def test_a_missing_join_condition_is_found_and_a_written_one_is_not(connection: Connection) -> None:
    reader = database(connection, Access.READ)
    crossed = reader.explain("SELECT * FROM explained.big a, explained.big b")
    assert any("joins every row with every other" in finding for finding in crossed.findings)
    for condition in ("a.id = b.k", "a.id < b.k", "a.id + b.k = 7"):
        joined = reader.explain(
            f"SELECT * FROM explained.big a JOIN explained.big b ON {condition}"
        )
        assert not any("every other" in finding for finding in joined.findings), condition


@pytest.mark.usefixtures("traced")
def test_a_sort_on_disk_is_found(connection: Connection) -> None:
    copies = "explained.big, (VALUES (1), (2), (3)) v (n)"
    text = f"SELECT *, row_number() OVER (ORDER BY pad, id DESC) FROM {copies}"
    explanation = database(connection, Access.READ).explain(text, analyze=True)
    assert any("kB to disk" in finding for finding in explanation.findings)


def test_an_error_is_placed_in_the_callers_text(connection: Connection) -> None:
    with pytest.raises(NotFoundError) as missing:
        connection.plans.explain(Statement.of("SELECT * FROM nowhere"), ExecutionOptions())
    assert missing.value.position == 15
    with pytest.raises(SqlSyntaxError) as wrong:
        connection.plans.explain(Statement.of("SELECT 1 FRO M"), ExecutionOptions())
    assert wrong.value.position == 14


def test_a_parameter_without_a_value_is_named(connection: Connection) -> None:
    for text in ("SELECT * FROM contract.customers WHERE id = :id", "SELECT $1::int"):
        with pytest.raises(InvalidArgumentError, match="has no value"):
            connection.plans.explain(Statement.of(text), ExecutionOptions())


def test_explain_in_the_text_is_answered_with_advice(connection: Connection) -> None:
    with pytest.raises(InvalidArgumentError, match="Leave out EXPLAIN"):
        database(connection, Access.READ).explain("EXPLAIN SELECT 1")
    with pytest.raises(UnsupportedError, match="show"):
        database(connection, Access.READ).explain("SHOW work_mem")


def test_steps_are_named_for_what_they_do(connection: Connection) -> None:
    plan = connection.plans.explain(
        Statement.of(
            "SELECT * FROM contract.customers c CROSS JOIN LATERAL"
            " (SELECT * FROM contract.order_lines l LIMIT 1) x"
        ),
        ExecutionOptions(),
    )
    steps = {node.step for _, node in plan.root.walk()}
    assert {Step.FULL_SCAN, Step.NESTED_LOOP, Step.LIMIT} <= steps


# -- the ceiling on costs


@pytest.mark.usefixtures("traced")
def test_a_statement_above_the_ceiling_is_not_run(connection: Connection) -> None:
    capped = database(connection, Access.READ, max_plan_cost=100.0)
    assert capped.query("SELECT 1 AS one").rows == ((1,),)
    with pytest.raises(LimitExceededError, match=r"cost of 1,\d+\S* and the ceiling is 100"):
        capped.query("SELECT * FROM explained.big")
    with pytest.raises(LimitExceededError):
        capped.stream("SELECT * FROM explained.big")
    with pytest.raises(LimitExceededError):
        capped.read_table("explained.big", order_by=["pad"])
    with pytest.raises(LimitExceededError):
        capped.explain("SELECT * FROM explained.big", analyze=True)
    assert capped.explain("SELECT * FROM explained.big").plan.cost


def test_the_cost_depends_on_the_parameters(
    connection: Connection, traced: psycopg.Connection[Any]
) -> None:
    traced.execute("CREATE INDEX ON explained.big (id)")
    capped = database(connection, Access.READ, max_plan_cost=500.0)
    text = "SELECT pad FROM explained.big WHERE id < :most"
    assert len(capped.query(text, {"most": 3}).rows) == 2
    with pytest.raises(LimitExceededError):
        capped.query(text, {"most": 50_000})


def test_what_runs_its_statement_or_has_no_plan_does_not_pass_under_the_ceiling(
    connection: Connection,
) -> None:
    capped = database(connection, Access.READ, max_plan_cost=100.0)
    assert capped.query("SHOW work_mem").rows
    assert capped.query("EXPLAIN SELECT 1").rows
    for text in ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN (FORMAT JSON, ANALYZE) SELECT 1"):
        with pytest.raises(LimitExceededError, match="ANALYZE"):
            capped.query(text)


def test_a_write_above_the_ceiling_is_not_run(
    connection: Connection, traced: psycopg.Connection[Any]
) -> None:
    before = state(traced)
    capped = database(connection, Access.WRITE, max_plan_cost=100.0)
    with pytest.raises(LimitExceededError):
        capped.query("DELETE FROM explained.big")
    assert before == state(traced)
    capped.query("CREATE TABLE explained.made (id int)")


def test_the_time_of_the_plan_counts(
    connection: Connection, traced: psycopg.Connection[Any]
) -> None:
    """A lock on the table stops even the planner; the statement ends in its time all the same."""
    with psycopg.connect(traced.info.dsn) as other:
        other.execute("LOCK TABLE explained.big IN ACCESS EXCLUSIVE MODE")
        capped = database(connection, Access.READ, max_plan_cost=1e9)
        with pytest.raises((StatementTimeoutError, ConflictError)):
            capped.query("SELECT * FROM explained.big", timeout_s=0.3)
        other.rollback()
