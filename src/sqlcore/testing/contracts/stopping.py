"""The contract of stopping: timeouts, cancelling and closing early.

Each test goes on with the only physical connection of a pool: whatever happened, it must be free
again and work.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import ExecutionOptions, ResultStart, RowBatch, Statement
from sqlcore.errors import StatementCancelledError, StatementTimeoutError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import run, scalar

__all__ = ["StoppingContract", "within"]


@contextmanager
def within(bound_s: float) -> Iterator[None]:
    """Check that the block ends long before the statement in it would have."""
    started = time.monotonic()
    yield
    assert time.monotonic() - started < bound_s, "the caller was not set free in time"


class StoppingContract(Contract):
    """Every wait ends, and leaves a connection that works."""

    @requirement("timeout-before-first-row")
    def test_a_statement_that_takes_too_long_is_stopped(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        options = ExecutionOptions(timeout_s=0.5)
        with within(samples.stop_bound_s), pytest.raises(StatementTimeoutError):
            run(single, samples.slow, options=options)
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("timeout-between-rows")
    def test_a_timeout_covers_the_time_to_the_last_row(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        options = ExecutionOptions(timeout_s=1.0, batch_rows=10)
        with within(samples.stop_bound_s), pytest.raises(StatementTimeoutError):
            run(single, samples.slow_rows, options=options)
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("timeout-names-the-time")
    def test_a_timeout_error_says_how_long_was_allowed(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        with pytest.raises(StatementTimeoutError, match=r"0\.5"):
            run(single, samples.slow, options=ExecutionOptions(timeout_s=0.5))

    @requirement("timeout-per-statement")
    def test_a_timeout_belongs_to_one_statement(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        assert 1 == scalar(run(single, samples.one_row, options=ExecutionOptions(timeout_s=60.0)))
        with within(samples.stop_bound_s), pytest.raises(StatementTimeoutError):
            run(single, samples.slow, options=ExecutionOptions(timeout_s=0.5))
        assert 1 == scalar(run(single, samples.one_row, options=ExecutionOptions(timeout_s=60.0)))

    @requirement("cancel-before-start")
    def test_a_cancelled_token_keeps_a_statement_from_running(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        token.cancel()
        with within(samples.stop_bound_s), pytest.raises(StatementCancelledError):
            run(single, samples.slow, options=ExecutionOptions(cancel=token))
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("cancel-mid-statement")
    def test_another_thread_cancels_a_statement_that_has_no_rows_yet(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        # No event tells that the server has begun: this long, it surely has.
        timer = threading.Timer(0.5, token.cancel)
        timer.start()
        try:
            with within(samples.stop_bound_s), pytest.raises(StatementCancelledError):
                run(single, samples.slow, options=ExecutionOptions(cancel=token))
        finally:
            timer.join()
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("cancel-mid-stream")
    def test_another_thread_cancels_a_statement_between_its_rows(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        options = ExecutionOptions(cancel=token, batch_rows=1)
        events = single.queries.execute(Statement.of(samples.slow_rows), options)
        assert isinstance(next(events), ResultStart)
        assert isinstance(next(events), RowBatch)
        canceller = threading.Thread(target=token.cancel)
        canceller.start()
        canceller.join()
        with within(samples.stop_bound_s), pytest.raises(StatementCancelledError):
            list(events)
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("cancel-after-end")
    def test_cancelling_a_finished_statement_disturbs_nothing(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        assert 1 == scalar(run(single, samples.one_row, options=ExecutionOptions(cancel=token)))
        token.cancel()
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("cancel-one-of-many")
    def test_a_token_cancels_its_own_statement_only(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        events = connection.queries.execute(
            Statement.of(samples.numbers(2500)), ExecutionOptions(batch_rows=1000)
        )
        next(events)
        timer = threading.Timer(0.5, token.cancel)
        timer.start()
        try:
            with pytest.raises(StatementCancelledError):
                run(connection, samples.slow, options=ExecutionOptions(cancel=token))
        finally:
            timer.join()
        rest = [event for event in events if isinstance(event, RowBatch)]
        assert 2500 == sum(len(batch.rows) for batch in rest)

    @requirement("early-close")
    def test_closing_the_events_early_frees_the_connection(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        events = single.queries.execute(
            Statement.of(samples.slow_rows), ExecutionOptions(batch_rows=1)
        )
        assert isinstance(next(events), ResultStart)
        assert isinstance(next(events), RowBatch)
        with within(samples.stop_bound_s):
            events.close()
            assert 1 == scalar(run(single, samples.one_row))

    @requirement("close-after-end")
    def test_closing_finished_events_changes_nothing(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        events = single.queries.execute(Statement.of(samples.one_row), ExecutionOptions())
        assert 3 == len(list(events))
        events.close()
        assert 1 == scalar(run(single, samples.one_row))
