"""How calls end on a live PostgreSQL: kept or not, stopped, failed."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any

import psycopg
import pytest
from tests.integration.postgres.procedure_calls import apply_procedures, call, find, made, mode

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import Event, ExecutionOptions, Message, RowBatch
from sqlcore.errors import (
    ConflictError,
    ExecutionError,
    InvalidArgumentError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.ports import Connection
from sqlcore.testing.events import run, scalar

_MODES = ["read_only", "read_write", "rolled_back"]


@pytest.fixture(autouse=True, scope="module")
def _procedures(admin: psycopg.Connection[Any]) -> None:
    apply_procedures(admin)


@pytest.fixture(autouse=True)
def _empty(admin: psycopg.Connection[Any]) -> None:
    admin.execute("DELETE FROM calls.log")


def _notes(admin: psycopg.Connection[Any]) -> list[str]:
    return [note for (note,) in admin.execute("SELECT note FROM calls.log ORDER BY note")]


def _sleepers(admin: psycopg.Connection[Any]) -> list[Any]:
    return admin.execute(
        "SELECT pid FROM pg_stat_activity"
        " WHERE datname = current_database() AND wait_event = 'PgSleep'"
    ).fetchall()


def _until_error(
    connection: Connection, name: str, options: ExecutionOptions, **values: Any
) -> tuple[list[Event], SqlCoreError]:
    """Run a call that fails; return what came before, and the error."""
    events: list[Any] = []
    stream = connection.procedures.call(made(find(connection, name), **values), options)
    with pytest.raises(SqlCoreError) as caught:
        events.extend(iter(stream.__next__, None))
    return events, caught.value


def test_a_write_is_kept_at_the_end(connection: Connection, admin: psycopg.Connection[Any]) -> None:
    call(connection, find(connection, "writes"), mode("read_write"), note="a")
    assert ["a"] == _notes(admin)


def test_a_write_is_tried_out_and_taken_back(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    called = call(connection, find(connection, "book"), mode("rolled_back"), customer=1)
    assert called.outputs.values
    assert [] == _notes(admin)


@pytest.mark.parametrize(
    ("name", "values"),
    [("writes", {"note": "a"}), ("book", {"customer": 1}), ("frees_itself", {})],
)
def test_the_server_refuses_to_write_in_a_read(
    connection: Connection, admin: psycopg.Connection[Any], name: str, values: dict[str, Any]
) -> None:
    with pytest.raises(SqlCoreError) as caught:
        call(connection, find(connection, name), mode("read_only"), **values)
    assert caught.value.sqlstate in ("25006", "25001")
    assert [] == _notes(admin)
    assert "off" == scalar(run(connection, "SHOW default_transaction_read_only"))


def test_a_write_in_a_read_is_a_matter_of_policy(connection: Connection) -> None:
    with pytest.raises(PolicyError) as caught:
        call(connection, find(connection, "writes"), note="a")
    assert "calls.writes" == caught.value.procedure


@pytest.mark.parametrize("name", _MODES)
def test_a_procedure_that_commits_is_refused_and_keeps_nothing(
    connection: Connection, admin: psycopg.Connection[Any], name: str
) -> None:
    with pytest.raises(SqlCoreError) as caught:
        call(connection, find(connection, "commits"), mode(name))
    assert [] == _notes(admin)
    if name != "read_only":
        assert "2D000" == caught.value.sqlstate
        assert "one transaction" in str(caught.value.hint)


def test_outputs_are_not_told_when_the_commit_fails(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("INSERT INTO calls.log VALUES ('booked')")
    events, error = _until_error(connection, "book", mode("read_write"), customer=1)
    assert [] == events
    assert isinstance(error, ConflictError)
    assert ["booked"] == _notes(admin)


def test_a_reader_who_leaves_early_undoes_the_call(
    single: Connection, admin: psycopg.Connection[Any]
) -> None:
    cursors = made(find(single, "cursors"), top=2_000_000)
    for name in _MODES:
        with closing(single.procedures.call(cursors, mode(name))) as stream:
            next(event for event in stream if isinstance(event, RowBatch))
        assert 1 == scalar(run(single, "SELECT 1"))
    with closing(
        single.procedures.call(made(find(single, "writes"), note="a"), mode("read_write"))
    ) as stream:
        next(stream)
    assert ["a"] == _notes(admin)  # its outputs are told after the commit


@pytest.mark.parametrize("name", _MODES)
def test_a_call_that_sleeps_is_cancelled(
    single: Connection,
    admin: psycopg.Connection[Any],
    eventually: Callable[[Callable[[], object]], None],
    name: str,
) -> None:
    token = CancelToken()
    errors: list[SqlCoreError] = []

    def work() -> None:
        _, error = _until_error(single, "sleeps", mode(name, cancel=token), seconds=90)
        errors.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    try:
        eventually(lambda: _sleepers(admin))
    finally:
        token.cancel()
        thread.join(10.0)
    assert [StatementCancelledError] == [type(error) for error in errors]
    eventually(lambda: not _sleepers(admin))
    assert 1 == scalar(run(single, "SELECT 1"))


@pytest.mark.parametrize("name", _MODES)
def test_a_call_has_an_end(single: Connection, name: str) -> None:
    events, error = _until_error(single, "sleeps", mode(name, timeout_s=0.3), seconds=90)
    assert isinstance(error, StatementTimeoutError)
    assert ["good night"] == [event.text for event in events if isinstance(event, Message)]
    assert 1 == scalar(run(single, "SELECT 1"))


def test_a_cursor_nobody_reads_ends_with_its_time(
    single: Connection, eventually: Callable[[Callable[[], object]], None]
) -> None:
    stream = single.procedures.call(
        made(find(single, "cursors"), top=1_000_000), mode("read_only", timeout_s=0.5)
    )
    next(stream)
    eventually(lambda: 1 == scalar(run(single, "SELECT 1")))
    with pytest.raises(StatementTimeoutError):
        list(stream)


def test_the_connection_is_told(connection: Connection) -> None:
    told: list[str] = []
    call(connection, find(connection, "quiet"), mode("read_only", on_connection=told.append))
    (session,) = told
    assert session.isdigit()


@pytest.mark.parametrize("name", _MODES)
def test_an_error_has_what_the_procedure_said(connection: Connection, name: str) -> None:
    words = "a \"b\" 'c'"
    events, error = _until_error(connection, "fails", mode(name), words=words)
    said = [event.text for event in events if isinstance(event, Message)]
    assert ["first", "second. Look at it."] == said
    assert f'Order "{words}" is too late. By two days! Come earlier' == error.message
    assert ("22023", "calls.fails", 5) == (error.sqlstate, error.procedure, error.line)


def test_values_are_taken_out_of_what_the_server_says(connection: Connection) -> None:
    events, error = _until_error(connection, "fails_plainly", mode("read_only"), words="s3cret")
    assert [] == events
    assert "s3cret" not in str(error)
    assert isinstance(error, ExecutionError)
    assert ("22P02", "calls.fails_plainly", 3) == (error.sqlstate, error.procedure, error.line)


def test_a_value_that_no_type_takes_is_not_sent(connection: Connection) -> None:
    for value in (object(), "a\0b", "\ud800"):
        with pytest.raises(InvalidArgumentError) as caught:
            call(connection, find(connection, "writes"), note=value)
        assert "note" == caught.value.parameter


def test_calls_run_side_by_side(connection: Connection) -> None:
    routine = find(connection, "middle")
    answers: dict[int, object] = {}

    def work(n: int) -> None:
        returned = call(connection, routine, a=n).outputs.returned
        answers[n] = returned and returned.value

    threads = [threading.Thread(target=work, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30.0)
    assert {n: f"{n}-20-300" for n in range(8)} == answers


def test_an_error_without_words_is_one(
    admin: psycopg.Connection[Any], connection: Connection
) -> None:
    admin.execute(
        "CREATE OR REPLACE PROCEDURE calls.speechless() LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION USING MESSAGE = ''; END $$"
    )
    _, error = _until_error(connection, "speechless", mode("read_only"))
    assert "P0001" == error.sqlstate
