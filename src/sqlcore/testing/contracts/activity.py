"""The contract of looking at what runs."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import PoolSettings
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import StatementCancelledError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Connect, Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import run, scalar

__all__ = ["ActivityContract"]

_PATIENCE_S = 30.0
_SOON_S = 3.0


@contextmanager
def _slow_statement(connection: Connection, samples: ServerSamples) -> Iterator[str]:
    """Run a statement for as long as the block takes; give its server session."""
    token = CancelToken()
    told: list[str] = []
    is_told = threading.Event()

    def hear(server_session: str) -> None:
        told.append(server_session)
        is_told.set()

    def run_it() -> None:
        options = ExecutionOptions(cancel=token, on_connection=hear)
        with pytest.raises(StatementCancelledError):
            run(connection, samples.slow, options=options)

    thread = threading.Thread(target=run_it)
    thread.start()
    try:
        assert is_told.wait(_PATIENCE_S)
        yield told[0]
    finally:
        token.cancel()
        thread.join(_PATIENCE_S)


class ActivityContract(Contract):
    """All that `ActivityMonitor` promises, and `ExecutionOptions.on_connection`."""

    @requirement("on-connection")
    def test_a_caller_is_told_the_server_session_before_the_first_event(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        told: list[str] = []
        for mode in TransactionMode:
            options = ExecutionOptions(mode=mode, on_connection=told.append)
            assert 1 == scalar(run(single, samples.one_row, options=options))
        with closing(
            single.queries.execute(
                Statement.of(samples.one_row), ExecutionOptions(on_connection=told.append)
            )
        ) as events:
            next(events)
            assert len(TransactionMode) + 1 == len(told)
        assert all(told)

    @requirement("activity-running")
    def test_a_statement_that_runs_has_a_phase(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        connection = connect(PoolSettings(max_size=2))
        give_up_at = time.monotonic() + _PATIENCE_S
        with _slow_statement(connection, samples) as server_session:
            progress = None
            # It was told before the statement was sent: it may take a moment to arrive.
            while progress is None and time.monotonic() < give_up_at:
                progress = connection.activity.progress(server_session)
            assert progress is not None
            assert progress.phase
            assert progress.fraction is None or 0.0 <= progress.fraction <= 1.0

    @requirement("activity-ended")
    def test_what_has_ended_has_no_progress(self, connect: Connect, samples: ServerSamples) -> None:
        connection = connect(PoolSettings(max_size=2))
        told: list[str] = []
        options = ExecutionOptions(on_connection=told.append)
        events = connection.queries.execute(Statement.of(samples.one_row), options)
        assert 3 == len(list(events))
        other = connect(PoolSettings(max_size=1))
        assert other.activity.progress(told[0]) is None

    @requirement("activity-unknown")
    @pytest.mark.parametrize("server_session", ["", "nobody", "1; SELECT 1", "9" * 40, "999999999"])
    def test_a_server_session_that_is_not_there_has_no_progress(
        self, single: Connection, server_session: str
    ) -> None:
        assert single.activity.progress(server_session) is None

    @requirement("activity-pool-busy")
    def test_nobody_waits_for_a_connection_to_ask_how_far_another_one_is(
        self, connect: Connect, samples: ServerSamples
    ) -> None:
        connection = connect(PoolSettings(max_size=1, acquire_timeout_s=_PATIENCE_S))
        told: list[str] = []
        options = ExecutionOptions(batch_rows=1, on_connection=told.append)
        statement = Statement.of(samples.slow_rows)
        with closing(connection.queries.execute(statement, options)) as events:
            next(events)
            started = time.monotonic()
            connection.activity.progress(told[0])
            assert time.monotonic() - started < _SOON_S
