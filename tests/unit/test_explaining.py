"""Explaining, and the ceiling on costs, over the in-memory engine."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import (
    InvalidArgumentError,
    LimitExceededError,
    PolicyError,
    StatementCancelledError,
    UnsupportedError,
)
from sqlcore.services.costs import check_cost
from sqlcore.services.database import Database
from sqlcore.services.guarding import StatementKind
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy
from sqlcore.testing.memory import MemoryConnection, MemoryConnector, forget

_NUMBERS = itertools.count()


@pytest.fixture
def connection() -> Iterator[MemoryConnection]:
    name = f"explained{next(_NUMBERS)}"
    settings = ConnectionSettings(scheme="memory", host=name, database="main")
    connection = MemoryConnector().connect(settings)
    writer = Database(connection, Policy(access=Access.WRITE))
    writer.query("CREATE TABLE items (id INTEGER PRIMARY KEY, note TEXT)")
    writer.query("INSERT INTO items VALUES (1, 'a'), (2, 'b'), (3, 'c')")
    yield connection
    connection.close()
    forget(name)


def database(connection: MemoryConnection, access: Access, **limits: Any) -> Database:
    return Database(connection, Policy(access=access, limits=Limits(**limits)))


def test_a_read_is_explained_and_not_run(connection: MemoryConnection) -> None:
    explanation = database(connection, Access.READ).explain(
        "SELECT * FROM items WHERE id = :id", {"id": 1}
    )
    assert "SEARCH items" in explanation.plan.raw
    assert not explanation.plan.analyzed


def test_analyze_runs_a_read(connection: MemoryConnection) -> None:
    plan = database(connection, Access.READ).explain("SELECT * FROM items", analyze=True).plan
    assert plan.analyzed
    assert plan.root.actual_rows == 3


def test_at_metadata_nothing_is_explained(connection: MemoryConnection) -> None:
    sent = connection.statement_count
    with pytest.raises(PolicyError, match="metadata"):
        database(connection, Access.METADATA).explain("SELECT 1")
    assert connection.statement_count == sent


@pytest.mark.parametrize("access", [Access.READ, Access.WRITE])
@pytest.mark.parametrize("analyze", [False, True])
def test_a_write_is_never_run(connection: MemoryConnection, access: Access, analyze: bool) -> None:  # noqa: FBT001
    explainer = database(connection, access)
    if access is Access.WRITE and not analyze:
        assert explainer.explain("DELETE FROM items").plan.raw is not None
    else:
        with pytest.raises(PolicyError):
            explainer.explain("DELETE FROM items", analyze=analyze)
    assert explainer.query("SELECT COUNT(*) FROM items").rows == ((3,),)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("EXPLAIN SELECT 1", InvalidArgumentError),
        ("EXPLAIN ANALYZE DELETE FROM items", InvalidArgumentError),
        ("DROP TABLE items", UnsupportedError),
        ("SELECT 1; SELECT 2", UnsupportedError),
        ("", InvalidArgumentError),
        ("SELECT 'a", PolicyError),
    ],
)
def test_what_has_no_plan_is_refused_with_advice(
    connection: MemoryConnection, text: str, kind: type[Exception]
) -> None:
    sent = connection.statement_count
    with pytest.raises(kind):
        database(connection, Access.WRITE).explain(text)
    assert connection.statement_count == sent


def test_a_cancelled_explanation_is_not_sent(connection: MemoryConnection) -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(StatementCancelledError):
        database(connection, Access.READ).explain("SELECT 1", cancel=token)


# -- the ceiling


def test_below_the_ceiling_a_statement_runs_and_above_it_does_not(
    connection: MemoryConnection,
) -> None:
    reader = database(connection, Access.READ, max_plan_cost=2.0)
    assert reader.query("SELECT * FROM items WHERE id = 1").rows == ((1, "a"),)
    with pytest.raises(LimitExceededError, match="cost of 3, and the ceiling is 2") as refused:
        reader.query("SELECT * FROM items")
    assert "max_plan_cost" in (refused.value.hint or "")
    with pytest.raises(LimitExceededError):
        reader.explain("SELECT * FROM items", analyze=True)
    assert reader.explain("SELECT * FROM items").plan.cost == 3


def test_a_write_above_the_ceiling_is_not_run(connection: MemoryConnection) -> None:
    writer = database(connection, Access.WRITE, max_plan_cost=2.0)
    with pytest.raises(LimitExceededError):
        writer.query("DELETE FROM items WHERE note <> 'z'")
    writer.query("CREATE TABLE more (id INTEGER)")
    assert writer.query("SELECT * FROM items WHERE id = 2").rows == ((2, "b"),)


def checked(
    connection: MemoryConnection, text: str, kind: StatementKind, mode: TransactionMode
) -> ExecutionOptions:
    options = ExecutionOptions(mode=mode, timeout_s=5.0)
    return check_cost(
        connection, Statement.of(text), kind, options, Limits(max_plan_cost=1_000_000.0)
    )


def test_the_time_of_the_plan_is_taken_from_that_of_the_statement(
    connection: MemoryConnection,
) -> None:
    options = checked(
        connection, "SELECT * FROM items", StatementKind.SELECT, TransactionMode.READ_ONLY
    )
    assert 0 < options.timeout_s < 5.0


def test_what_has_no_cost_does_not_run_where_only_reads_do(connection: MemoryConnection) -> None:
    read, write = TransactionMode.READ_ONLY, TransactionMode.READ_WRITE
    with pytest.raises(UnsupportedError, match="not known"):
        checked(connection, "PRAGMA user_version", StatementKind.SETTING, read)
    checked(connection, "SHOW work_mem", StatementKind.SHOW, read)
    checked(connection, "CREATE TABLE x (a)", StatementKind.DEFINITION, write)
    checked(connection, "COPY t FROM stdin", StatementKind.INSERT, write)


@pytest.mark.parametrize("mode", list(TransactionMode))
def test_explain_analyze_is_not_a_way_around(
    connection: MemoryConnection, mode: TransactionMode
) -> None:
    for text in ("EXPLAIN ANALYZE SELECT 1", "EXPLAIN (VERBOSE, analyse) SELECT 1"):
        with pytest.raises(LimitExceededError):
            checked(connection, text, StatementKind.EXPLAIN, mode)
    checked(connection, "EXPLAIN SELECT analyze FROM items", StatementKind.EXPLAIN, mode)


def test_without_a_ceiling_nothing_is_asked(connection: MemoryConnection) -> None:
    sent = connection.statement_count
    options = ExecutionOptions()
    statement = Statement.of("SELECT * FROM items")
    assert options is check_cost(connection, statement, StatementKind.SELECT, options, Limits())
    assert connection.statement_count == sent
