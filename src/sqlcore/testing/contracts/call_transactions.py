"""The contract of what a call leaves behind, in each transaction mode."""

from __future__ import annotations

import contextlib

import pytest

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.errors import ConflictError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.calls import call, call_of, find_one
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import READ_WRITE, rows, run, scalar

__all__ = ["CallTransactionContract", "ScratchContract"]

_TRY = ExecutionOptions(mode=TransactionMode.ROLLED_BACK)
_COUNT = "SELECT COUNT(*) FROM {schema}.scratch"
_NOTE = {"id": 1, "note": "written"}


class ScratchContract(Contract):
    """Contracts that write to the table `scratch`."""

    @pytest.fixture
    def scratch(self, single: Connection, samples: ServerSamples) -> Connection:
        """Clear the table; the connection has one physical connection."""
        run(single, samples.sql("DELETE FROM {schema}.scratch"), options=READ_WRITE)
        return single


class CallTransactionContract(ScratchContract):
    """A call is one transaction, which ends as its mode says."""

    @requirement("call-read-only")
    def test_a_read_only_call_leaves_nothing_behind(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        with contextlib.suppress(SqlCoreError):
            call(scratch, QualifiedName("write_note", samples.schema), _NOTE)
        assert 0 == scalar(run(connection, samples.sql(_COUNT)))
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("call-rolled-back")
    def test_a_call_that_is_tried_leaves_no_trace_and_no_lock(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("write_note", samples.schema)
        call(scratch, name, _NOTE, _TRY)
        assert 0 == scalar(run(connection, samples.sql(_COUNT)))
        impatient = ExecutionOptions(mode=TransactionMode.READ_WRITE, lock_timeout_s=1.0)
        call(connection, name, _NOTE, impatient)
        assert 1 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("call-commits")
    def test_a_call_that_may_write_is_committed(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        call(scratch, QualifiedName("write_note", samples.schema), _NOTE, READ_WRITE)
        select = samples.sql("SELECT id, note FROM {schema}.scratch")
        assert [(1, "written")] == rows(run(connection, select))

    @requirement("call-failure-rolls-back")
    def test_a_call_that_fails_changes_nothing(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        with pytest.raises(SqlCoreError):
            call(scratch, QualifiedName("fail_midway", samples.schema), {}, READ_WRITE)
        assert 0 == scalar(run(connection, samples.sql(_COUNT)))
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))

    @requirement("call-conflict")
    def test_a_broken_constraint_inside_is_a_conflict(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("write_note", samples.schema)
        call(scratch, name, _NOTE, READ_WRITE)
        with pytest.raises(ConflictError):
            call(scratch, name, _NOTE, READ_WRITE)

    @requirement("call-commits-inside")
    @pytest.mark.parametrize(
        "mode", [TransactionMode.READ_ONLY, TransactionMode.ROLLED_BACK], ids=["read", "try"]
    )
    def test_a_procedure_that_commits_itself_cannot_leave_anything(
        self,
        scratch: Connection,
        connection: Connection,
        samples: ServerSamples,
        mode: TransactionMode,
    ) -> None:
        with contextlib.suppress(SqlCoreError):
            call(
                scratch,
                QualifiedName("commit_inside", samples.schema),
                options=ExecutionOptions(mode=mode),
            )
        assert 0 == scalar(run(connection, samples.sql(_COUNT)))
        assert 1 == scalar(run(scratch, samples.one_row))

    @requirement("call-commits-inside-is-told")
    @pytest.mark.parametrize(
        "mode", [TransactionMode.READ_ONLY, TransactionMode.ROLLED_BACK], ids=["read", "try"]
    )
    def test_a_procedure_that_commits_what_is_to_be_rolled_back_fails(
        self, scratch: Connection, samples: ServerSamples, mode: TransactionMode
    ) -> None:
        routine = find_one(scratch, QualifiedName("commit_inside", samples.schema))
        with pytest.raises(SqlCoreError):
            call(scratch, routine, options=ExecutionOptions(mode=mode))
        assert 1 == scalar(run(scratch, samples.one_row))

    @requirement("call-left-open")
    def test_a_transaction_that_a_procedure_leaves_open_is_rolled_back_with_a_note(
        self, scratch: Connection, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(scratch, QualifiedName("leave_open", samples.schema), {}, READ_WRITE)
        assert called.outputs.notes
        assert 0 == scalar(run(connection, samples.sql(_COUNT)))
        call(scratch, QualifiedName("write_note", samples.schema), _NOTE, READ_WRITE)
        assert 1 == scalar(run(connection, samples.sql(_COUNT)))

    @requirement("call-mode-does-not-leak")
    def test_the_mode_of_one_call_does_not_leak_into_the_next(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("write_note", samples.schema)
        call(scratch, name, _NOTE, READ_WRITE)
        with contextlib.suppress(SqlCoreError):
            call(scratch, name, {"id": 2, "note": "x"})
        call(scratch, name, {"id": 3, "note": "x"}, READ_WRITE)
        select = samples.sql("SELECT id FROM {schema}.scratch ORDER BY id")
        assert [(1,), (3,)] == rows(run(scratch, select))

    @requirement("call-early-close")
    def test_closing_a_call_early_rolls_it_back(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(scratch, QualifiedName("fail_midway", samples.schema))
        events = scratch.procedures.call(call_of(routine), READ_WRITE)
        with contextlib.suppress(SqlCoreError):
            next(events)
        events.close()
        assert 0 == scalar(run(scratch, samples.sql(_COUNT)))
