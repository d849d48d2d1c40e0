"""The contract of transactions: what is committed, what is rolled back, what is refused."""

from __future__ import annotations

import contextlib

import pytest

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import ExecutionOptions, RowBatch, Statement, TransactionMode
from sqlcore.errors import ConflictError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import READ_WRITE, rows, rows_affected, run, scalar

__all__ = ["TransactionContract"]

_INSERT = "INSERT INTO {schema}.scratch (id, note) VALUES (1, 'written')"
_COUNT = "SELECT COUNT(*) FROM {schema}.scratch"
_CLEAR = "DELETE FROM {schema}.scratch"
_TRY = ExecutionOptions(mode=TransactionMode.ROLLED_BACK)


class TransactionContract(Contract):
    """How the transaction around a statement ends."""

    @pytest.fixture
    def scratch(self, single: Connection, samples: ServerSamples) -> Connection:
        """Open a connection to an empty scratch table, with one physical connection."""
        run(single, samples.sql(_CLEAR), options=READ_WRITE)
        return single

    @requirement("read-write-commits")
    def test_a_write_is_committed_when_the_statement_succeeded(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        run(scratch, samples.sql(_INSERT), options=READ_WRITE)
        assert 1 == scalar(run(connection, samples.sql(_COUNT)))

    @requirement("read-only-writes")
    @pytest.mark.parametrize(
        "text",
        [
            _INSERT,
            "UPDATE {schema}.customers SET name = 'changed'",
            "DELETE FROM {schema}.order_lines",
            "CREATE TABLE {schema}.never_made (id int)",
            "DROP TABLE {schema}.scratch",
        ],
        ids=["insert", "update", "delete", "create", "drop"],
    )
    def test_a_read_only_statement_leaves_nothing_behind(
        self, scratch: Connection, samples: ServerSamples, text: str
    ) -> None:
        with contextlib.suppress(SqlCoreError):
            run(scratch, samples.sql(text), options=ExecutionOptions())
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))
        names = "SELECT COUNT(*) FROM {schema}.customers WHERE name = 'changed'"
        assert 0 == scalar(run(scratch, samples.sql(names)))
        assert 2 == scalar(run(scratch, samples.sql("SELECT COUNT(*) FROM {schema}.order_lines")))
        with pytest.raises(SqlCoreError):
            run(scratch, samples.sql("SELECT * FROM {schema}.never_made"))

    @requirement("read-only-default")
    def test_a_statement_is_read_only_unless_told_otherwise(self) -> None:
        assert TransactionMode.READ_ONLY is ExecutionOptions().mode

    @requirement("read-only-after-write")
    def test_the_mode_of_one_statement_does_not_leak_into_the_next(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        run(scratch, samples.sql(_INSERT), options=READ_WRITE)
        with contextlib.suppress(SqlCoreError):
            run(scratch, samples.sql(_CLEAR), options=ExecutionOptions())
        run(scratch, samples.sql("UPDATE {schema}.scratch SET note = 'again'"), options=READ_WRITE)
        select = samples.sql("SELECT id, note FROM {schema}.scratch")
        assert [(1, "again")] == rows(run(scratch, select))

    @requirement("failure-rolls-back")
    def test_a_failing_write_changes_nothing(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        twice = "INSERT INTO {schema}.scratch (id, note) VALUES (1, 'a'), (2, 'b'), (1, 'c')"
        with pytest.raises(SqlCoreError):
            run(scratch, samples.sql(twice), options=READ_WRITE)
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("failure-rolls-back-all")
    def test_a_failure_in_a_later_statement_takes_back_the_earlier_ones(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        text = samples.sql(f"{_INSERT}; {_INSERT}")
        with pytest.raises(SqlCoreError):
            run(scratch, text, options=READ_WRITE)
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("several-statements-commit")
    def test_several_statements_are_committed_together(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        second = _INSERT.replace("(1,", "(2,")
        run(scratch, samples.sql(f"{_INSERT}; {second}"), options=READ_WRITE)
        assert 2 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("early-close-rolls-back")
    def test_closing_a_write_early_rolls_it_back(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        options = ExecutionOptions(mode=TransactionMode.READ_WRITE, batch_rows=1)
        text = samples.sql(f"{_INSERT}; {samples.numbers(2500)}")
        events = scratch.queries.execute(Statement.of(text), options)
        for event in events:
            if isinstance(event, RowBatch):
                break
        events.close()
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("lock-timeout")
    def test_a_statement_waits_for_a_lock_no_longer_than_it_was_told(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        text = samples.sql(f"{_INSERT}; {samples.numbers(2500)}")
        one_by_one = ExecutionOptions(mode=TransactionMode.READ_WRITE, batch_rows=1)
        holder = scratch.queries.execute(Statement.of(text), one_by_one)
        for event in holder:
            if isinstance(event, RowBatch):
                break
        impatient = ExecutionOptions(mode=TransactionMode.READ_WRITE, lock_timeout_s=0.2)
        with pytest.raises(ConflictError):
            run(connection, samples.sql(_INSERT), options=impatient)
        holder.close()
        run(connection, samples.sql(_INSERT), options=impatient)
        assert 1 == scalar(run(connection, samples.sql(_COUNT)))

    @requirement("rolled-back-count")
    @pytest.mark.parametrize(
        ("text", "count"),
        [
            (_INSERT, 1),
            ("UPDATE {schema}.customers SET name = 'changed' WHERE id < 0", 0),
            ("DELETE FROM {schema}.order_lines", 2),
        ],
        ids=["insert", "update", "delete"],
    )
    def test_a_rolled_back_write_tells_its_count_and_leaves_no_trace(
        self,
        scratch: Connection,
        connection: Connection,
        samples: ServerSamples,
        text: str,
        count: int,
    ) -> None:
        assert [count] == rows_affected(run(scratch, samples.sql(text), options=_TRY))
        assert 0 == scalar(run(connection, samples.sql(_COUNT)))
        lines = samples.sql("SELECT COUNT(*) FROM {schema}.order_lines")
        assert 2 == scalar(run(connection, lines))
        # Nor does it leave a lock.
        impatient = ExecutionOptions(mode=TransactionMode.READ_WRITE, lock_timeout_s=1.0)
        run(connection, samples.sql(_INSERT), options=impatient)

    @requirement("rolled-back-early-close")
    def test_a_rolled_back_write_that_is_left_early_leaves_no_trace(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        events = scratch.queries.execute(Statement.of(samples.sql(_INSERT)), _TRY)
        next(events)
        events.close()
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("rolled-back-cancelled")
    def test_a_rolled_back_write_that_is_cancelled_leaves_no_trace(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        token = CancelToken()
        options = ExecutionOptions(mode=TransactionMode.ROLLED_BACK, cancel=token)
        with contextlib.suppress(SqlCoreError):
            for _ in scratch.queries.execute(Statement.of(samples.sql(_INSERT)), options):
                token.cancel()
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("rolled-back-failure")
    def test_a_rolled_back_write_that_fails_leaves_no_trace(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        twice = "INSERT INTO {schema}.scratch (id, note) VALUES (1, 'a'), (1, 'b')"
        with pytest.raises(ConflictError):
            run(scratch, samples.sql(twice), options=_TRY)
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("rolled-back-then-commits")
    def test_after_a_rolled_back_write_the_next_one_is_committed(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        run(scratch, samples.sql(_INSERT), options=_TRY)
        run(scratch, samples.sql(_INSERT), options=READ_WRITE)
        assert 1 == scalar(run(connection, samples.sql(_COUNT)))
