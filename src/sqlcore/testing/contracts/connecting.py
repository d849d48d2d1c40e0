"""The contract of connections: the pool, threads, closing."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import attrs
import pytest

from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.domain.query import ExecutionOptions, ResultStart, RowBatch, Statement
from sqlcore.errors import (
    ConfigurationError,
    ConnectionFailedError,
    ConnectionLostError,
    LimitExceededError,
    SqlCoreError,
)
from sqlcore.ports import Connection, Connector
from sqlcore.testing.contracts.requirements import Connect, Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import READ_WRITE, run, scalar

__all__ = ["ConnectionContract", "ReconnectContract"]

_THREADS = 4


class ConnectionContract(Contract):
    """All that `Connector` and `Connection` promise."""

    @requirement("unknown-option")
    def test_an_unknown_option_is_a_configuration_error_that_names_it(
        self, connector: Connector, settings: ConnectionSettings
    ) -> None:
        options = {**settings.options, "no_such_option": "1"}
        with pytest.raises(ConfigurationError, match="no_such_option"):
            connector.connect(attrs.evolve(settings, options=options)).close()

    @requirement("lazy-connect")
    def test_connecting_does_not_touch_the_network(
        self, connector: Connector, settings: ConnectionSettings
    ) -> None:
        unreachable = attrs.evolve(settings, host="nowhere.invalid", port=1)
        connector.connect(unreachable).close()

    @requirement("pool-limit")
    def test_a_pool_that_is_used_up_refuses_after_its_time(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        connection = connect(PoolSettings(max_size=1, acquire_timeout_s=0.2))
        statement = Statement.of(samples.numbers(2500))
        with closing(connection.queries.execute(statement, ExecutionOptions())) as events:
            next(events)
            with pytest.raises(LimitExceededError):
                run(connection, samples.one_row)
        assert 1 == scalar(run(connection, samples.one_row))

    @requirement("pool-waits")
    def test_a_caller_waits_for_a_connection_that_becomes_free(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        statement = Statement.of(samples.numbers(2500))
        events = single.queries.execute(statement, ExecutionOptions())
        next(events)
        with ThreadPoolExecutor(1) as threads:
            answer = threads.submit(lambda: scalar(run(single, samples.one_row)))
            list(events)
            assert 1 == answer.result(timeout=30.0)

    @requirement("parallel")
    def test_statements_of_several_threads_run_at_the_same_time(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        connection = connect(PoolSettings(max_size=_THREADS))
        all_run = threading.Barrier(_THREADS, timeout=30.0)

        def read_until_all_run() -> int:
            statement = Statement.of(samples.slow_rows)
            options = ExecutionOptions(batch_rows=1)
            with closing(connection.queries.execute(statement, options)) as events:
                assert isinstance(next(events), ResultStart)
                assert isinstance(next(events), RowBatch)
                return all_run.wait()

        with ThreadPoolExecutor(_THREADS) as threads:
            runs = [threads.submit(read_until_all_run) for _ in range(_THREADS)]
            assert list(range(_THREADS)) == sorted(run.result(timeout=60.0) for run in runs)
        assert 1 == scalar(run(connection, samples.one_row))

    @requirement("many-threads")
    def test_more_threads_than_connections_all_get_their_answer(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        connection = connect(PoolSettings(max_size=2, acquire_timeout_s=30.0))
        with ThreadPoolExecutor(8) as threads:
            answers = threads.map(lambda _: scalar(run(connection, samples.one_row)), range(32))
            assert [1] * 32 == list(answers)

    @requirement("close-idempotent")
    def test_closing_twice_is_allowed(self, connection: Connection, samples: ServerSamples) -> None:
        assert 1 == scalar(run(connection, samples.one_row))
        connection.close()
        connection.close()

    @requirement("use-after-close")
    def test_a_closed_connection_refuses_in_the_words_of_the_error_tree(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert 1 == scalar(run(connection, samples.one_row))
        connection.close()
        with pytest.raises(SqlCoreError):
            run(connection, samples.one_row)
        with pytest.raises(SqlCoreError):
            connection.catalog.databases()
        with pytest.raises(SqlCoreError):
            connection.capabilities.ping()

    @requirement("close-stops-statements")
    def test_closing_stops_what_runs(self, connection: Connection, samples: ServerSamples) -> None:
        statement = Statement.of(samples.slow_rows)
        events = connection.queries.execute(statement, ExecutionOptions(batch_rows=1))
        assert isinstance(next(events), ResultStart)
        assert isinstance(next(events), RowBatch)
        closer = threading.Thread(target=connection.close)
        closer.start()
        closer.join(timeout=samples.stop_bound_s)
        assert not closer.is_alive()
        with pytest.raises(SqlCoreError):
            for _ in events:
                pass

    @requirement("independent-connections")
    def test_closing_one_connection_leaves_others_alone(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        first, second = connect(None), connect(None)
        assert 1 == scalar(run(first, samples.one_row))
        first.close()
        assert 1 == scalar(run(second, samples.one_row))

    @requirement("reopen")
    def test_a_server_can_be_connected_to_again(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        first = connect(None)
        assert 1 == scalar(run(first, samples.one_row))
        first.close()
        assert 1 == scalar(run(connect(None), samples.one_row))

    @requirement("no-password-shown")
    def test_a_connection_does_not_show_its_password(
        self, connection: Connection, settings: ConnectionSettings
    ) -> None:
        if settings.password is not None and settings.password.reveal():
            assert settings.password.reveal() not in f"{connection!r} {settings!r}"


class ReconnectContract(Contract):
    """What happens when the server goes away; needs a way to make it."""

    @pytest.fixture
    def break_connections(self) -> Callable[[Connection], None]:
        """Return a function after which every physical connection of a connection is dead."""
        raise pytest.UsageError("override the fixture `break_connections`")

    @requirement("reconnect-idle")
    def test_broken_idle_connections_are_replaced(
        self,
        connect: Connect,
        samples: ServerSamples,
        break_connections: Callable[[Connection], None],
    ) -> None:
        connection = connect(PoolSettings(max_size=1))
        assert 1 == scalar(run(connection, samples.one_row))
        break_connections(connection)
        try:
            assert 1 == scalar(run(connection, samples.one_row))
        except (ConnectionFailedError, ConnectionLostError):
            # It may have been sent; it is not repeated, and the broken connection is gone.
            assert 1 == scalar(run(connection, samples.one_row))

    @requirement("lost-mid-stream")
    def test_a_connection_that_breaks_between_rows_is_a_lost_connection(
        self,
        connect: Connect,
        samples: ServerSamples,
        break_connections: Callable[[Connection], None],
    ) -> None:
        connection = connect(PoolSettings(max_size=1))
        statement = Statement.of(samples.slow_rows)
        events = connection.queries.execute(statement, ExecutionOptions(batch_rows=1))
        assert isinstance(next(events), ResultStart)
        assert isinstance(next(events), RowBatch)
        break_connections(connection)
        with pytest.raises(ConnectionLostError):
            for _ in events:
                pass
        assert 1 == scalar(run(connection, samples.one_row))

    @requirement("lost-write")
    def test_a_write_on_a_broken_connection_is_not_repeated(
        self,
        connect: Connect,
        samples: ServerSamples,
        break_connections: Callable[[Connection], None],
    ) -> None:
        connection = connect(PoolSettings(max_size=1))
        run(connection, samples.sql("DELETE FROM {schema}.scratch"), options=READ_WRITE)
        insert = samples.sql("INSERT INTO {schema}.scratch (id, note) VALUES (1, 'a')")
        text = f"{insert}; {samples.slow_rows}"
        options = attrs.evolve(READ_WRITE, batch_rows=1)
        events = connection.queries.execute(Statement.of(text), options)
        assert any(isinstance(event, RowBatch) for event in events)
        break_connections(connection)
        with pytest.raises(ConnectionLostError):
            for _ in events:
                pass
        count = samples.sql("SELECT COUNT(*) FROM {schema}.scratch")
        assert 0 == scalar(run(connection, count))
