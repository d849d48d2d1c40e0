"""Servers, networks and callers that go away; whatever happens, the pool stays whole."""

from __future__ import annotations

import gc
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, Self

import attrs
import psycopg
import pytest
from tests.integration.postgres.conftest import Opened

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret
from sqlcore.domain.query import (
    ExecutionOptions,
    ResultStart,
    RowBatch,
    Statement,
    TransactionMode,
)
from sqlcore.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    ConnectionLostError,
    NotFoundError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, run, scalar

Admin = psycopg.Connection[Any]
Eventually = Callable[[Callable[[], object]], None]

ENDLESS = (
    "SELECT repeat('x', 1000) AS x FROM generate_series(1, 10000) a, generate_series(1, 10000) b"
)
PID = "SELECT pg_backend_pid()"


@contextmanager
def within(bound_s: float) -> Iterator[None]:
    started = time.monotonic()
    yield
    assert time.monotonic() - started < bound_s, "the caller was not set free in time"


def running(admin: Admin) -> list[tuple[Any, ...]]:
    """Give what the server does for sqlcore now."""
    return admin.execute(
        "SELECT pid, state, query FROM pg_stat_activity WHERE application_name = 'sqlcore'"
        " AND datname = current_database() AND state <> 'idle'"
    ).fetchall()


def sleeping(admin: Admin) -> list[tuple[Any, ...]]:
    """Give those of it that have begun to sleep."""
    return admin.execute(
        "SELECT pid FROM pg_stat_activity WHERE application_name = 'sqlcore'"
        " AND datname = current_database() AND wait_event = 'PgSleep'"
    ).fetchall()


class TestConnecting:
    def test_a_wrong_database_is_not_found(self, opened: Opened) -> None:
        with within(1.0), pytest.raises(NotFoundError, match="no_such_database"):
            run(opened(database="no_such_database"), "SELECT 1")

    def test_a_wrong_user_is_an_authentication_error(self, opened: Opened) -> None:
        with within(1.0), pytest.raises(AuthenticationError, match="no_such_user"):
            run(opened(user="no_such_user"), "SELECT 1")

    def test_a_port_where_nothing_listens_fails_at_once(self, opened: Opened) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        connection = opened(host="127.0.0.1", port=port, options={})
        with within(1.0), pytest.raises(ConnectionFailedError, match=str(port)) as caught:
            run(connection, "SELECT 1")
        assert caught.value.hint

    def test_an_unknown_host_is_named(self, opened: Opened) -> None:
        connection = opened(host="nowhere.invalid", options={}, connect_timeout_s=5.0)
        with within(6.0), pytest.raises(ConnectionFailedError, match=r"nowhere\.invalid"):
            run(connection, "SELECT 1")

    def test_a_server_that_says_nothing_takes_no_longer_than_allowed(self, opened: Opened) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            connection = opened(host="127.0.0.1", port=port, options={}, connect_timeout_s=0.3)
            with within(1.0), pytest.raises(ConnectionFailedError, match=r"0\.3 seconds"):
                run(connection, "SELECT 1")

    def test_a_cancel_reaches_a_caller_that_waits_for_a_connection(self, opened: Opened) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            port = silent.getsockname()[1]
            connection = opened(host="127.0.0.1", port=port, options={}, connect_timeout_s=30.0)
            token = CancelToken()

            def accept_and_cancel() -> None:
                peer, _ = silent.accept()
                token.cancel()
                with peer:
                    peer.recv(1)

            accepted = threading.Thread(target=accept_and_cancel)
            accepted.start()
            with within(2.0), pytest.raises(StatementCancelledError):
                run(connection, "SELECT 1", options=ExecutionOptions(cancel=token))
            accepted.join()

    def test_a_server_without_tls_is_named_when_tls_is_asked_for(self, opened: Opened) -> None:
        def refuse_tls() -> None:
            peer, _ = server.accept()
            with peer:
                peer.recv(8)
                peer.sendall(b"N")

        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            thread = threading.Thread(target=refuse_tls)
            thread.start()
            options = {"sslmode": "require", "gssencmode": "disable"}
            connection = opened(host="127.0.0.1", port=port, options=options)
            with pytest.raises(ConnectionFailedError, match="TLS"):
                run(connection, "SELECT 1")
            thread.join()

    def test_a_malformed_option_is_a_configuration_error(
        self, opened: Opened, database: ConnectionSettings
    ) -> None:
        options = {**database.options, "sslmode": "sometimes"}
        with pytest.raises(ConfigurationError, match="malformed"):
            run(opened(options=options), "SELECT 1")
        with pytest.raises(ConfigurationError, match="connect_timeout"):
            opened(options={"connect_timeout": "soon"})

    def test_an_unknown_option_names_the_nearest(self, opened: Opened) -> None:
        with pytest.raises(ConfigurationError) as caught:
            opened(options={"sslmod": "require"})
        assert caught.value.hint == "Did you mean 'sslmode'?"

    def test_no_error_shows_the_password(self, opened: Opened) -> None:
        connection = opened(user="no_such_user", password=Secret("hunter2"))
        with pytest.raises(SqlCoreError) as caught:
            run(connection, "SELECT 1")
        shown: BaseException | None = caught.value
        while shown is not None:
            assert "hunter2" not in f"{shown!r} {shown} {shown.__dict__}"
            shown = shown.__cause__

    def test_a_connection_is_made_once_the_server_is_there(
        self, opened: Opened, admin: Admin
    ) -> None:
        connection = opened(user="late_user")
        with pytest.raises(AuthenticationError):
            run(connection, "SELECT 1")
        admin.execute("CREATE ROLE late_user LOGIN")
        try:
            assert "late_user" == scalar(run(connection, "SELECT current_user::text"))
        finally:
            connection.close()
            admin.execute("DROP ROLE late_user")

    def test_too_many_connections_are_a_limit_of_the_server(
        self, opened: Opened, admin: Admin
    ) -> None:
        admin.execute("CREATE ROLE crowded LOGIN CONNECTION LIMIT 0")
        try:
            with pytest.raises(SqlCoreError) as caught:
                run(opened(user="crowded"), "SELECT 1")
            assert "limit_exceeded" == caught.value.code
        finally:
            admin.execute("DROP ROLE crowded")


class TestServerGoesAway:
    def test_an_idle_connection_that_was_ended_is_replaced_unseen(
        self, single: Connection, admin: Admin
    ) -> None:
        pid = scalar(run(single, PID))
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert pid != scalar(run(single, PID))

    def test_a_write_after_the_connection_was_ended_runs_once(
        self, single: Connection, admin: Admin
    ) -> None:
        run(single, "DELETE FROM contract.scratch", options=READ_WRITE)
        pid = scalar(run(single, PID))
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        run(single, "INSERT INTO contract.scratch VALUES (1, 'once')", options=READ_WRITE)
        assert 1 == scalar(run(single, "SELECT count(*) FROM contract.scratch"))

    def test_a_catalog_read_after_the_connection_was_ended_works(
        self, single: Connection, admin: Admin
    ) -> None:
        pid = scalar(run(single, PID))
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        assert single.catalog.databases()
        assert single.capabilities.ping() >= 0.0

    def test_a_statement_that_an_administrator_ends_is_lost(
        self, single: Connection, admin: Admin, eventually: Eventually
    ) -> None:
        def end() -> None:
            eventually(lambda: sleeping(admin))
            admin.execute("SELECT pg_terminate_backend(%s)", [sleeping(admin)[0][0]])

        ender = threading.Thread(target=end)
        ender.start()
        with pytest.raises(ConnectionLostError) as caught:
            run(single, "SELECT pg_sleep(60)")
        ender.join()
        assert "57P01" == caught.value.sqlstate
        assert 1 == scalar(run(single, "SELECT 1"))

    def test_a_cancel_of_somebody_else_is_no_timeout(
        self, single: Connection, admin: Admin, eventually: Eventually
    ) -> None:
        def cancel() -> None:
            eventually(lambda: sleeping(admin))
            admin.execute("SELECT pg_cancel_backend(%s)", [sleeping(admin)[0][0]])

        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(StatementCancelledError, match="somebody else"):
            run(single, "SELECT pg_sleep(60)")
        canceller.join()
        assert 1 == scalar(run(single, "SELECT 1"))


class TestStopping:
    def test_a_cancel_in_mid_statement_reaches_the_server(
        self, single: Connection, admin: Admin, eventually: Eventually
    ) -> None:
        token = CancelToken()

        def cancel() -> None:
            eventually(lambda: sleeping(admin))
            token.cancel()

        pid = scalar(run(single, PID))
        canceller = threading.Thread(target=cancel)
        canceller.start()
        with pytest.raises(StatementCancelledError):
            run(single, "SELECT pg_sleep(60)", options=ExecutionOptions(cancel=token))
        canceller.join()
        assert [] == running(admin)
        assert pid == scalar(run(single, PID)), "the connection is used again"

    @pytest.mark.parametrize("mode", list(TransactionMode))
    def test_a_cancel_of_a_waiting_stream_reaches_the_server_before_the_next_read(
        self, single: Connection, admin: Admin, eventually: Eventually, mode: TransactionMode
    ) -> None:
        token = CancelToken()
        options = ExecutionOptions(cancel=token, mode=mode)
        events = single.queries.execute(Statement.of(ENDLESS), options)
        assert isinstance(next(events), ResultStart)
        assert running(admin)
        token.cancel()
        eventually(lambda: not running(admin))
        with pytest.raises(StatementCancelledError):
            next(events)
        assert 1 == scalar(run(single, "SELECT 1"))

    def test_a_stream_whose_reader_stays_away_ends_at_its_time(
        self, single: Connection, admin: Admin, eventually: Eventually
    ) -> None:
        events = single.queries.execute(Statement.of(ENDLESS), ExecutionOptions(timeout_s=0.3))
        next(events)
        eventually(lambda: not running(admin))
        assert 1 == scalar(run(single, "SELECT 1")), "its connection is free already"
        with pytest.raises(StatementTimeoutError):
            next(events)

    def test_a_write_whose_reader_stays_away_is_rolled_back(
        self, single: Connection, admin: Admin, eventually: Eventually
    ) -> None:
        run(single, "DELETE FROM contract.scratch", options=READ_WRITE)
        options = attrs.evolve(READ_WRITE, timeout_s=0.3)
        insert = "INSERT INTO contract.scratch VALUES (1, 'x') RETURNING id"
        events = single.queries.execute(Statement.of(insert), options)
        next(events)
        eventually(lambda: not running(admin))
        assert 0 == scalar(run(single, "SELECT count(*) FROM contract.scratch"))
        with pytest.raises(StatementTimeoutError):
            list(events)

    def test_a_slow_reader_gets_a_timeout_between_batches(self, single: Connection) -> None:
        events = single.queries.execute(Statement.of(ENDLESS), ExecutionOptions(timeout_s=0.3))
        with pytest.raises(StatementTimeoutError), closing(events):
            for _ in events:
                pass
        assert 1 == scalar(run(single, "SELECT 1"))

    def test_when_a_connection_has_been_closed_the_server_runs_nothing_of_it(
        self, opened: Opened, admin: Admin, eventually: Eventually
    ) -> None:
        connection = opened()
        left_waiting = connection.queries.execute(Statement.of(ENDLESS), ExecutionOptions())
        next(left_waiting)
        with ThreadPoolExecutor(2) as threads:
            sleepers = [threads.submit(run, connection, "SELECT pg_sleep(60)") for _ in range(2)]
            eventually(lambda: len(sleeping(admin)) == len(sleepers))
            with within(2.0):
                connection.close()
            eventually(lambda: not running(admin))  # it was told to stop, and does so on its own
            for sleeper in sleepers:
                with pytest.raises(ConnectionLostError):
                    sleeper.result()
        left_waiting.close()

    def test_an_early_close_stops_the_server_and_keeps_the_connection(
        self, single: Connection, admin: Admin
    ) -> None:
        pid = scalar(run(single, PID))
        with closing(single.queries.execute(Statement.of(ENDLESS), ExecutionOptions())) as events:
            next(events)
        assert [] == running(admin)
        assert pid == scalar(run(single, PID))

    def test_a_stream_that_is_collected_as_garbage_frees_its_connection(
        self, single: Connection
    ) -> None:
        events = single.queries.execute(Statement.of(ENDLESS), ExecutionOptions())
        next(events)
        cycle: list[Any] = [events]
        cycle.append(cycle)
        del events, cycle
        gc.collect()
        assert 1 == scalar(run(single, "SELECT 1"))

    def test_a_stream_may_be_read_and_closed_by_another_thread(self, single: Connection) -> None:
        events = single.queries.execute(Statement.of(ENDLESS), ExecutionOptions())
        next(events)
        with ThreadPoolExecutor(1) as threads:
            assert isinstance(threads.submit(next, events).result(), RowBatch)
            threads.submit(events.close).result()
        assert 1 == scalar(run(single, "SELECT 1"))

    def test_a_server_that_does_not_answer_is_left_behind(
        self, database: ConnectionSettings
    ) -> None:
        with StallingProxy(database.options.get("host") or str(database.host)) as proxy:
            options = {"gssencmode": "disable", "sslmode": "disable"}
            settings = attrs.evolve(
                database, host="127.0.0.1", port=proxy.port, options=options,
                pool=PoolSettings(max_size=1),
            )  # fmt: skip
            connection = PostgresConnector().connect(settings)
            with closing(connection):
                assert 1 == scalar(run(connection, "SELECT 1"))
                proxy.stall()
                with within(2.5), pytest.raises(StatementTimeoutError):
                    run(connection, "SELECT 1", options=ExecutionOptions(timeout_s=0.3))
                token = CancelToken()
                proxy.go_on()
                assert 1 == scalar(run(connection, "SELECT 1"))
                proxy.stall()
                proxy.on_request = token.cancel
                with within(1.0), pytest.raises(StatementCancelledError):
                    run(connection, "SELECT 1", options=ExecutionOptions(cancel=token))
                proxy.go_on()
                assert 1 == scalar(run(connection, "SELECT 1"))

    def test_closing_is_quick_while_statements_run(self, opened: Opened, admin: Admin) -> None:
        connection = opened()
        token = CancelToken()
        failures: list[BaseException] = []

        def sleep() -> None:
            try:
                run(connection, "SELECT pg_sleep(60)", options=ExecutionOptions(cancel=token))
            except SqlCoreError as exc:
                failures.append(exc)

        sleepers = [threading.Thread(target=sleep) for _ in range(4)]
        for sleeper in sleepers:
            sleeper.start()
        deadline = time.monotonic() + 10
        while len(sleeping(admin)) < 4:
            assert time.monotonic() < deadline
        with within(3.0):
            connection.close()
            for sleeper in sleepers:
                sleeper.join()
        assert [ConnectionLostError] * 4 == [type(failure) for failure in failures]
        assert [] == running(admin)


def test_random_cancels_from_many_threads_leave_the_pool_whole(
    opened: Opened, admin: Admin
) -> None:
    connection = opened(PoolSettings(max_size=8, acquire_timeout_s=30.0))
    texts = ["SELECT 1", "SELECT pg_sleep(0.02)", "SELECT n FROM generate_series(1, 20000) n"]

    def work(seed: int) -> int:
        chance = random.Random(seed)  # noqa: S311  # no secret
        answers = 0
        for _ in range(12):
            token = CancelToken()
            mode = chance.choice(list(TransactionMode))
            options = ExecutionOptions(cancel=token, mode=mode, batch_rows=500)
            text = Statement.of(chance.choice(texts))
            timer = threading.Timer(chance.random() * 0.02, token.cancel)
            timer.start()
            try:
                with closing(connection.queries.execute(text, options)) as events:
                    for event in events:
                        if isinstance(event, RowBatch) and chance.random() < 0.02:
                            break
                answers += 1
            except StatementCancelledError:
                pass
            finally:
                timer.join()
        return answers

    with ThreadPoolExecutor(32) as threads:
        list(threads.map(work, range(32)))
    assert [] == running(admin)
    streams = [
        connection.queries.execute(Statement.of(ENDLESS), ExecutionOptions()) for _ in range(8)
    ]
    for stream in streams:
        assert isinstance(next(stream), ResultStart)
    for stream in streams:
        stream.close()
    assert [] == running(admin)
    assert 1 == scalar(run(connection, "SELECT 1"))


class StallingProxy:
    """Stands between client and server and can stop to pass anything on."""

    def __init__(self, socket_folder: str) -> None:
        self._target = f"{socket_folder}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.on_request: Callable[[], None] | None = None
        self._flowing = threading.Event()
        self._flowing.set()
        self._sockets: list[socket.socket] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._flowing.set()
        self._listener.close()
        for peer in self._sockets:
            peer.close()

    def stall(self) -> None:
        self._flowing.clear()

    def go_on(self) -> None:
        self.on_request = None
        self._flowing.set()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            self._sockets += [client, server]
            for source, target, is_request in ((client, server, True), (server, client, False)):
                threading.Thread(
                    target=self._pass_on, args=(source, target, is_request), daemon=True
                ).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, is_request: bool) -> None:  # noqa: FBT001
        try:
            while data := source.recv(65536):
                if is_request and self.on_request is not None:
                    self.on_request()
                self._flowing.wait()
                target.sendall(data)
        except OSError:
            pass
        for peer in (source, target):
            peer.close()
