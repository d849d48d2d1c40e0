"""What is particular to SQL Server about running statements."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
import structlog
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import (
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultStart,
    RowsAffected,
    Statement,
    TransactionMode,
)
from sqlcore.errors import (
    ConflictError,
    ExecutionError,
    InvalidArgumentError,
    PolicyError,
    SqlCoreError,
)
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, messages, result_sets, rows_affected, run, scalar

_COUNT = "SELECT COUNT(*) FROM contract.scratch"
_INSERT = "INSERT INTO contract.scratch (id, note) VALUES (1, 'a')"
_ROLLED_BACK = ExecutionOptions(mode=TransactionMode.ROLLED_BACK)


@pytest.fixture
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds_module))
    yield connection
    connection.close()


@pytest.fixture
def scratch(connection: Connection) -> Connection:
    run(connection, "DELETE FROM contract.scratch", options=READ_WRITE)
    return connection


def test_messages_stand_between_the_results_that_they_came_between(connection: Connection) -> None:
    text = (
        "PRINT 'a'; SELECT 1 AS x; PRINT 'b'; RAISERROR('c %d', 9, 1, 7); SELECT 2 AS y; PRINT 'd'"
    )
    events = run(connection, text)
    assert ["a", "b", "c 7", "d"] == messages(events)
    shape = "".join(
        {Message: "m", ResultStart: "(", ResultEnd: ")"}.get(type(event), "") for event in events
    )
    assert shape.startswith("m(")
    assert shape.endswith(")m")
    assert [[(1,)], [(2,)]] == result_sets(events)


def test_messages_before_a_failure_are_not_lost(connection: Connection) -> None:
    seen: list[str] = []
    events = connection.queries.execute(
        Statement.of("PRINT 'first'; SELECT 1 / 0 AS x"), ExecutionOptions()
    )

    with pytest.raises(ExecutionError):
        seen.extend(event.text for event in events if isinstance(event, Message))
    assert ["first"] == seen


def test_a_users_error_keeps_its_text_number_and_line(connection: Connection) -> None:
    with pytest.raises(ExecutionError) as caught:
        run(connection, "SELECT 1 AS a;\nRAISERROR('only %d left: %s', 16, 1, 3, 'sold out')")
    assert "only 3 left: sold out" == caught.value.message
    assert 50000 == caught.value.number
    assert 16 == caught.value.severity


def test_a_thrown_error_keeps_its_number(connection: Connection) -> None:
    with pytest.raises(ExecutionError, match="thrown on purpose") as caught:
        run(connection, "THROW 51234, 'thrown on purpose', 1")
    assert 51234 == caught.value.number


def test_a_count_that_comes_behind_rows_is_told(scratch: Connection) -> None:
    events = run(scratch, f"SELECT 1 AS a WHERE 1 = 0; {_INSERT}", options=READ_WRITE)
    assert [1] == rows_affected(events)
    assert isinstance(events[-1], RowsAffected)


def test_a_definition_has_no_count(scratch: Connection) -> None:
    events = run(scratch, "CREATE TABLE #t (a int)", options=READ_WRITE)
    assert [] == rows_affected(events)


def test_percent_signs_are_just_percent_signs(connection: Connection) -> None:
    assert "100%s %d %%(x)s" == scalar(run(connection, "SELECT '100%s %d %%(x)s' AS a"))
    text = "SELECT :a + '%s %%' AS a"
    assert "1%%s %%" == scalar(run(connection, text, {"a": "1%"}))


def test_a_statement_with_nul_is_refused_whole(connection: Connection) -> None:
    with pytest.raises(InvalidArgumentError, match="NUL"):
        run(connection, "SELECT 1 AS a\0; SELECT 2 AS b")


@pytest.mark.parametrize(
    "text",
    [
        f"COMMIT; {_INSERT}",
        f"COMMIT; {_INSERT}; BEGIN TRANSACTION",
        "ROLLBACK",
        "ROLLBACK; BEGIN TRANSACTION",
    ],
)
def test_a_read_that_ends_its_transaction_is_found_out(scratch: Connection, text: str) -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(PolicyError):
        run(scratch, text)
    assert ["transaction_escaped"] == [log["event"] for log in logs]
    assert text not in str(logs)
    assert 1 == scalar(run(scratch, "SELECT 1 AS one"))


def test_an_escape_that_fails_afterwards_is_found_out(scratch: Connection) -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(PolicyError):
        run(scratch, f"COMMIT; {_INSERT}; SELECT 1 / 0", options=_ROLLED_BACK)
    assert ["transaction_escaped"] == [log["event"] for log in logs]


def test_the_event_of_an_escape_says_where_and_who_and_no_value(scratch: Connection) -> None:
    with structlog.testing.capture_logs() as logs, pytest.raises(PolicyError):
        run(scratch, "COMMIT; SELECT 'hunter2' AS a")
    (event,) = logs
    assert "error" == event["log_level"]
    assert {"source", "login", "server_session_id", "statement", "mode"} <= event.keys()
    assert "hunter2" not in str(logs)


def test_a_lock_that_is_not_given_in_time_is_a_conflict_that_says_how_long(
    scratch: Connection,
) -> None:
    run(scratch, _INSERT, options=READ_WRITE)
    update = Statement.of("UPDATE contract.scratch SET note = 'held'; SELECT 1 AS one")
    holding = scratch.queries.execute(update, _ROLLED_BACK)
    next(holding)
    options = ExecutionOptions(mode=TransactionMode.READ_WRITE, lock_timeout_s=0.2)
    with pytest.raises(ConflictError) as caught:
        run(scratch, "UPDATE contract.scratch SET note = 'waited'", options=options)
    assert "0.2 s" in str(caught.value.hint)
    holding.close()
    assert 1 == scalar(run(scratch, f"{_COUNT} WHERE note = 'a'"))


def test_a_write_may_have_a_transaction_of_its_own(scratch: Connection) -> None:
    run(scratch, f"BEGIN TRANSACTION; {_INSERT}; COMMIT", options=READ_WRITE)
    assert 1 == scalar(run(scratch, _COUNT))


@pytest.mark.parametrize("text", [f"{_INSERT}; BEGIN TRANSACTION", f"{_INSERT}; ROLLBACK"])
def test_a_write_that_leaves_the_transaction_otherwise_is_rolled_back(
    scratch: Connection, text: str
) -> None:
    with pytest.raises(SqlCoreError) as caught:
        run(scratch, text, options=READ_WRITE)
    assert caught.value.hint
    assert 0 == scalar(run(scratch, _COUNT))


def test_a_write_whose_error_was_swallowed_is_not_reported_as_success(scratch: Connection) -> None:
    text = f"{_INSERT}; BEGIN TRY SELECT 1 / 0 AS x END TRY BEGIN CATCH PRINT 'caught' END CATCH"
    with pytest.raises(ExecutionError):
        run(scratch, text, options=READ_WRITE)
    assert 0 == scalar(run(scratch, _COUNT))


def test_what_a_statement_does_to_its_session_is_gone_afterwards(connection: Connection) -> None:
    before = scalar(run(connection, "SELECT DB_NAME() AS name"))
    run(connection, "USE master", options=READ_WRITE)
    assert before == scalar(run(connection, "SELECT DB_NAME() AS name"))
    for _ in range(2):
        run(connection, "CREATE TABLE #t (a int); INSERT #t VALUES (1)", options=READ_WRITE)


def test_a_lock_is_not_waited_for_longer_than_the_statement(scratch: Connection) -> None:
    run(scratch, _INSERT, options=READ_WRITE)
    update = "UPDATE contract.scratch SET note = 'b'; SELECT note FROM contract.scratch"
    holding = scratch.queries.execute(
        Statement.of(update), ExecutionOptions(mode=TransactionMode.READ_WRITE)
    )
    with closing(holding):
        next(holding)
        options = ExecutionOptions(mode=TransactionMode.READ_WRITE, timeout_s=1.0)
        with pytest.raises(ConflictError):
            run(scratch, "UPDATE contract.scratch SET note = 'c'", options=options)


def test_describing_many_tables_takes_as_many_round_trips_as_one(
    tds_module: TdsSession, connection: Connection
) -> None:
    names = [
        QualifiedName(name, "contract")
        for name in ("customers", "orders", "order_lines", "open_orders", "scratch")
    ]
    catalog = connection.catalog
    catalog.describe(names)  # finds out what the server lacks
    sent: list[int] = []
    for wanted in (names[:1], names):
        before = len(tds_module.sent())
        assert len(wanted) == len(catalog.describe(wanted))
        sent.append(len(tds_module.sent()) - before)
    assert [2, 2] == sent
