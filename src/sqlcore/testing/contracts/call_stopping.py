"""The contract of stopping calls. Each test goes on with the only physical connection of a pool."""

from __future__ import annotations

import threading

import pytest

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import ExecutionOptions, RowBatch
from sqlcore.errors import StatementCancelledError, StatementTimeoutError
from sqlcore.ports import Connection
from sqlcore.testing.calls import call, call_of, find_one
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.stopping import within
from sqlcore.testing.events import run, scalar

__all__ = ["CallStoppingContract"]


class CallStoppingContract(Contract):
    """Every wait ends, and leaves a connection that works."""

    @requirement("call-timeout")
    def test_a_call_that_takes_too_long_is_stopped(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(single, QualifiedName("slow_call", samples.schema))
        with (
            within(samples.stop_bound_s),
            pytest.raises(StatementTimeoutError, match=r"0\.5"),
        ):
            call(single, routine, options=ExecutionOptions(timeout_s=0.5))
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-timeout-between-rows")
    def test_the_timeout_of_a_call_covers_the_time_to_its_last_row(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(single, QualifiedName("slow_rows", samples.schema))
        with within(samples.stop_bound_s), pytest.raises(StatementTimeoutError):
            call(single, routine, options=ExecutionOptions(timeout_s=1.0, batch_rows=10))
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-cancel-before-start")
    def test_a_cancelled_token_keeps_a_call_from_running(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(single, QualifiedName("slow_call", samples.schema))
        token = CancelToken()
        token.cancel()
        with within(samples.stop_bound_s), pytest.raises(StatementCancelledError):
            call(single, routine, options=ExecutionOptions(cancel=token))
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-cancel")
    def test_another_thread_cancels_a_call(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(single, QualifiedName("slow_call", samples.schema))
        token = CancelToken()
        # No event tells that the server has begun: this long, it surely has.
        timer = threading.Timer(0.5, token.cancel)
        timer.start()
        try:
            with within(samples.stop_bound_s), pytest.raises(StatementCancelledError):
                call(single, routine, options=ExecutionOptions(cancel=token))
        finally:
            timer.join()
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-cancel-between-rows")
    def test_another_thread_cancels_a_call_between_its_rows(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        routine = find_one(single, QualifiedName("slow_rows", samples.schema))
        events = single.procedures.call(
            call_of(routine), ExecutionOptions(cancel=token, batch_rows=1)
        )
        assert any(isinstance(event, RowBatch) for event in events)
        canceller = threading.Thread(target=token.cancel)
        canceller.start()
        canceller.join()
        with within(samples.stop_bound_s), pytest.raises(StatementCancelledError):
            list(events)
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-early-close-frees")
    def test_closing_a_call_early_frees_the_connection(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(single, QualifiedName("slow_rows", samples.schema))
        events = single.procedures.call(call_of(routine), ExecutionOptions(batch_rows=1))
        assert any(isinstance(event, RowBatch) for event in events)
        with within(samples.stop_bound_s):
            events.close()
            assert 1 == scalar(run(single, samples.one_row))
