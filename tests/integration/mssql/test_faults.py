"""Connections that cannot be made, break or are stopped, and what is left of the pool."""

from __future__ import annotations

import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import attrs
import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.mssql.samples import TSQL_SAMPLES
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.adapters.mssql.connection import MssqlConnection
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret
from sqlcore.domain.query import ExecutionOptions, ResultStart, Statement
from sqlcore.errors import (
    AuthenticationError,
    ConnectionFailedError,
    ConnectionLostError,
    NotFoundError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.testing.events import READ_WRITE, run, scalar

Open = Callable[..., MssqlConnection]
_EPILOGUE = r"^SELECT @@TRANCOUNT, XACT_STATE"
_BOUND_S = 5.0


@pytest.fixture
def opened(tds: TdsSession) -> Iterator[Open]:
    connections: list[MssqlConnection] = []

    def open_connection(pool_size: int = 1, **changes: Any) -> MssqlConnection:
        pool = PoolSettings(max_size=pool_size, acquire_timeout_s=20.0)
        settings = attrs.evolve(settings_of(tds), pool=pool, **changes)
        connections.append(MssqlConnector().connect(settings))
        return connections[-1]

    yield open_connection
    for connection in connections:
        connection.close()


def _shows(error: SqlCoreError) -> str:
    return f"{error!r} {error} {error.__dict__}"


def test_a_wrong_password_is_an_authentication_error(opened: Open) -> None:
    connection = opened(password=Secret("wrong-and-secret"))
    with pytest.raises(AuthenticationError) as caught:
        connection.capabilities.ping()
    assert "wrong-and-secret" not in _shows(caught.value)
    assert caught.value.hint


def test_an_unknown_database_is_not_found(opened: Open) -> None:
    # The driver swallows the server's words the second time in a process.
    for _ in range(2):
        connection = opened(database="no_such_database")
        with pytest.raises(NotFoundError, match="no_such_database") as caught:
            connection.capabilities.ping()
        assert caught.value.hint


@pytest.mark.parametrize(
    "changes", [{"port": 1}, {"host": "nowhere.invalid"}], ids=["port", "host"]
)
def test_a_wrong_address_is_a_connection_error_within_the_time(changes: dict[str, Any]) -> None:
    settings = ConnectionSettings(
        scheme="mssql",
        host="127.0.0.1",
        port=1,
        user="someone",
        password=Secret("secret-of-someone"),
        database="d",
        connect_timeout_s=2.0,
    )
    connection = MssqlConnector().connect(attrs.evolve(settings, **changes))
    started = time.monotonic()
    with pytest.raises(ConnectionFailedError) as caught:
        connection.capabilities.ping()
    assert time.monotonic() - started < 20.0
    assert "secret-of-someone" not in _shows(caught.value)
    assert caught.value.hint
    connection.close()


def test_a_server_that_says_nothing_is_given_up_in_time() -> None:
    with _silent_server() as port:
        settings = ConnectionSettings(
            scheme="mssql", host="127.0.0.1", port=port, user="u", connect_timeout_s=1.0
        )
        connection = MssqlConnector().connect(settings)
        started = time.monotonic()
        with pytest.raises(ConnectionFailedError):
            connection.capabilities.ping()
        assert time.monotonic() - started < 20.0
        connection.close()


def test_tls_that_the_server_does_not_have_is_a_connection_error(
    opened: Open,
) -> None:
    connection = opened(options={"encrypt": "mandatory"})
    with pytest.raises(ConnectionFailedError) as caught:
        connection.capabilities.ping()
    assert "encrypt" in str(caught.value.hint)


def test_a_session_that_ended_while_it_was_idle_is_replaced_without_a_word(
    tds: TdsSession, opened: Open
) -> None:
    tds.cut(_EPILOGUE, after_packets=1)
    connection = opened()
    events = connection.queries.execute(Statement.of("SELECT 1 AS one"), ExecutionOptions())
    next(events)
    (session,) = connection._pool._in_use
    assert 2 == len(list(events))
    deadline = time.monotonic() + 10.0
    while session.is_alive() and time.monotonic() < deadline:
        threading.Event().wait(0.005)
    assert 2 == scalar(run(connection, "SELECT 2 AS two"))


def test_a_connection_that_breaks_within_an_answer_is_lost_and_the_next_statement_works(
    tds: TdsSession, opened: Open
) -> None:
    tds.cut("7000", after_packets=2)
    connection = opened()
    events = connection.queries.execute(
        Statement.of(TSQL_SAMPLES.slow_rows), ExecutionOptions(batch_rows=1)
    )
    with pytest.raises(ConnectionLostError) as caught:
        list(events)
    assert "may have run" in str(caught.value.hint)
    assert 1 == scalar(run(connection, "SELECT 1 AS one"))


def test_a_write_whose_answer_is_lost_is_not_sent_again(tds: TdsSession, opened: Open) -> None:
    connection = opened()
    run(connection, "DELETE FROM contract.scratch WHERE id = 77", options=READ_WRITE)
    tds.cut("INSERT INTO contract.scratch")
    insert = "INSERT INTO contract.scratch (id, note) VALUES (77, 'once')"
    with pytest.raises(ConnectionLostError):
        run(connection, insert, options=READ_WRITE)
    assert 1 == len([text for text in tds.sent() if "(77, " in text])
    assert 1 == scalar(run(connection, "SELECT 1 AS one"))


def test_a_server_that_falls_silent_does_not_hold_the_caller(tds: TdsSession, opened: Open) -> None:
    tds.silence("SELECT 41 AS answer")
    connection = opened()
    started = time.monotonic()
    with pytest.raises(StatementTimeoutError):
        run(connection, "SELECT 41 AS answer", options=ExecutionOptions(timeout_s=0.5))
    assert time.monotonic() - started < _BOUND_S
    assert 1 == scalar(run(connection, "SELECT 1 AS one"))


def test_closing_stops_a_statement_that_another_thread_waits_for(
    tds: TdsSession, opened: Open
) -> None:
    connection = opened()
    failures: list[SqlCoreError] = []

    def wait_for_rows() -> None:
        try:
            run(connection, TSQL_SAMPLES.slow)
        except SqlCoreError as error:
            failures.append(error)

    waiter = threading.Thread(target=wait_for_rows)
    waiter.start()
    tds.wait_until_sent("COUNT_BIG")
    started = time.monotonic()
    connection.close()
    waiter.join(_BOUND_S)
    assert not waiter.is_alive()
    assert time.monotonic() - started < 2 * _BOUND_S
    assert [StatementCancelledError] == [type(failure) for failure in failures]


def test_threads_that_cancel_at_random_leave_the_pool_whole(tds: TdsSession, opened: Open) -> None:
    # How many are sent depends on when a place in the pool becomes free.
    tds.repeatable(r"SET LOCK_TIMEOUT.*COUNT_BIG.*")
    connection = opened(pool_size=3)
    chances = random.Random(7)  # noqa: S311  # the same moments in every run
    delays_s = [chances.uniform(0.1, 1.0) for _ in range(6)]

    def cancelled_after(delay_s: float) -> type[Exception] | None:
        token = CancelToken()
        timer = threading.Timer(delay_s, token.cancel)
        timer.start()
        try:
            run(connection, TSQL_SAMPLES.slow, options=ExecutionOptions(cancel=token))
        except SqlCoreError as error:
            return type(error)
        finally:
            timer.join()
        return None

    def read_together(first: int) -> None:
        all_run = threading.Barrier(3, timeout=20.0)

        def read(number: int) -> int:
            text = f"SELECT n FROM (VALUES ({number}), ({number})) AS v (n)"
            events = connection.queries.execute(Statement.of(text), ExecutionOptions(batch_rows=1))
            assert isinstance(next(events), ResultStart)
            all_run.wait()
            return len(list(events))

        with ThreadPoolExecutor(3) as threads:
            assert [3, 3, 3] == list(threads.map(read, range(first, first + 3)))

    read_together(0)
    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(cancelled_after, delays_s))
    assert [StatementCancelledError] * 6 == outcomes
    read_together(3)


def test_one_thread_watches_over_all_sessions(opened: Open) -> None:
    connection = opened()
    assert 1 == scalar(run(connection, "SELECT 1 AS one"))
    connection.close()
    names = [thread.name for thread in threading.enumerate()]
    assert 1 == names.count("sqlcore-mssql-watchdog")
    assert 0 == names.count("sqlcore-mssql-sweep")


def test_an_idle_connection_is_closed_after_its_time(tds: TdsSession) -> None:
    pool = PoolSettings(max_size=2, idle_timeout_s=0.05)
    connection = MssqlConnector().connect(attrs.evolve(settings_of(tds), pool=pool))
    assert 1 == scalar(run(connection, "SELECT 1 AS one"))
    with connection._pool.session() as session:
        assert session.is_alive()
    deadline = time.monotonic() + 10.0
    while not session.is_broken and time.monotonic() < deadline:
        threading.Event().wait(0.01)
    assert session.is_broken
    assert 2 == scalar(run(connection, "SELECT 2 AS two"))
    connection.close()


class _silent_server:  # noqa: N801  # reads as a verb in `with`
    """Accepts connections and says nothing."""

    def __enter__(self) -> int:
        self._listener = socket.create_server(("127.0.0.1", 0))
        return int(self._listener.getsockname()[1])

    def __exit__(self, *_: object) -> None:
        self._listener.close()
