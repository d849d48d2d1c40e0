"""The contract of calls: what goes in, and everything that comes back; and the whole of it."""

from __future__ import annotations

import pytest

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import ProcedureOutputs, Routine, RoutineKind
from sqlcore.domain.query import (
    Event,
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultStart,
    RowBatch,
)
from sqlcore.domain.types import TypeKind
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.calls import call, call_of, find_one
from sqlcore.testing.contracts.call_stopping import CallStoppingContract
from sqlcore.testing.contracts.call_transactions import CallTransactionContract, ScratchContract
from sqlcore.testing.contracts.call_values import (
    CallValueContract,
    FurtherCallContract,
    FurtherCallValueContract,
    GeneratedCallValueContract,
    HostileCallContract,
)
from sqlcore.testing.contracts.requirements import requirement
from sqlcore.testing.contracts.routines import RoutineContract
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import (
    READ_WRITE,
    column_names,
    messages,
    result_sets,
    rows,
    rows_affected,
    run,
    scalar,
)

__all__ = ["CallContract", "CallingContract"]


class CallContract(ScratchContract):
    """Results, outputs, messages, return codes and errors."""

    @requirement("call-output")
    def test_an_output_comes_back_with_its_type(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("add_numbers", samples.schema), {"a": 2, "b": 40})
        (total,) = called.outputs.values
        assert ("total", 42) == (total.name, total.value)
        assert TypeKind.INTEGER is total.type.kind
        assert {"total": 42} == called.outputs.by_name()
        assert () == called.outputs.notes
        assert [] == result_sets(called.events)

    @requirement("call-in-out")
    def test_a_value_goes_in_and_another_one_comes_out(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("double_number", samples.schema)
        assert {"value": 42} == call(connection, name, {"value": 21}).outputs.by_name()
        assert {"value": None} == call(connection, name, {"value": None}).outputs.by_name()

    @requirement("call-result-sets")
    def test_all_result_sets_come_with_their_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("two_results", samples.schema))
        assert [["id", "name"], ["region"]] == column_names(called.events)
        assert [[(1, "one"), (2, "two")], [("north",)]] == result_sets(called.events)

    @requirement("call-batches")
    def test_rows_of_a_call_come_in_batches_of_the_size_asked_for(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        options = ExecutionOptions(batch_rows=2)
        name = QualifiedName("customers_from", samples.schema)
        called = call(connection, name, {"minimum": 1}, options)
        sizes = [len(event.rows) for event in called.events if isinstance(event, RowBatch)]
        assert [2, 1] == sizes

    @requirement("call-no-rows")
    def test_a_result_set_without_rows_has_its_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("no_rows", samples.schema))
        assert [["id", "note"]] == column_names(called.events)
        assert [ResultStart, ResultEnd] == [
            type(event) for event in called.events if not isinstance(event, Message)
        ]

    @requirement("call-default")
    def test_what_is_left_out_is_left_to_the_server(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("show_defaults", samples.schema)
        for arguments, shown in (
            ({"required": 1}, "1 7 it's"),
            ({"required": 1, "number": 2}, "1 2 it's"),
            ({"required": 1, "word": "x"}, "1 7 x"),
            ({"word": "x", "number": 2, "required": 1}, "1 2 x"),
        ):
            assert {"shown": shown} == call(connection, name, arguments).outputs.by_name()

    @requirement("call-null")
    def test_null_is_a_value_and_no_default(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        arguments = {"required": None, "number": None, "word": None}
        called = call(connection, QualifiedName("show_defaults", samples.schema), arguments)
        assert {"shown": "null null null"} == called.outputs.by_name()

    @requirement("call-missing")
    def test_a_parameter_without_a_default_cannot_be_left_out(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        with pytest.raises(SqlCoreError):
            call(single, QualifiedName("add_numbers", samples.schema), {"a": 1})
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-messages")
    def test_messages_come_in_their_order(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("talk", samples.schema))
        assert ["before", "after"] == messages(called.events)
        assert [(1,)] == rows(called.events)

    @requirement("call-messages-between")
    def test_messages_stand_where_they_were_said_among_results(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("talk", samples.schema))
        assert [Message, ResultStart, RowBatch, ResultEnd, Message] == [
            type(event) for event in called.events
        ]

    @requirement("call-return-code")
    def test_a_return_code_is_a_result(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("return_code", samples.schema)
        for code in (0, 3, -2147483648):
            assert code == call(connection, name, {"code": code}).outputs.return_code

    @requirement("call-function")
    def test_a_function_returns_its_value(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("full_name", samples.schema)
        returned = call(connection, name, {"first": "Ada", "last": "O'Neil"}).outputs.returned
        assert returned is not None
        assert ("Ada O'Neil", TypeKind.TEXT) == (returned.value, returned.type.kind)

    @requirement("call-function-default")
    def test_a_function_has_defaults_too(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("full_name", samples.schema), {"first": "Ada"})
        assert called.outputs.returned is not None
        assert "Ada Nobody" == called.outputs.returned.value

    @requirement("call-table-function")
    def test_a_function_returns_rows(self, connection: Connection, samples: ServerSamples) -> None:
        called = call(connection, QualifiedName("customers_from", samples.schema), {"minimum": 2})
        assert [["id", "email"]] == column_names(called.events)
        assert [(2, "bob@example.com"), (3, "eve@example.com")] == rows(called.events)
        assert called.outputs.returned is None

    @requirement("call-mixed-case")
    def test_names_in_mixed_case_are_called_as_they_were_found(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("MixedCaseCall", samples.schema))
        value, doubled = routine.parameters
        called = call(connection, routine, {value.name: 21})
        assert {doubled.name: 42} == called.outputs.by_name()

    @requirement("call-same-name")
    def test_the_schema_decides_between_procedures_of_one_name(
        self, connection: Connection
    ) -> None:
        for routine in connection.procedures.find(QualifiedName("same_call")):
            called = call(connection, routine)
            assert [(routine.name.schema,)] == rows(called.events)

    @requirement("call-rows-affected")
    def test_rows_affected_inside_are_told(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("write_note", samples.schema)
        called = call(scratch, name, {"id": 1, "note": "x"}, READ_WRITE)
        assert [1] == rows_affected(called.events)

    @requirement("call-connection")
    def test_the_server_session_of_a_call_is_told(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        told: list[str] = []
        options = ExecutionOptions(on_connection=told.append)
        call(connection, QualifiedName("two_results", samples.schema), options=options)
        assert 1 == len(told)
        assert told[0]

    @requirement("call-unknown")
    def test_a_procedure_that_is_not_there_is_an_error(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        known = find_one(single, QualifiedName("two_results", samples.schema))
        unknown = Routine(
            name=QualifiedName("no_such_call", samples.schema),
            kind=RoutineKind.PROCEDURE,
            signature=known.signature,
        )
        with pytest.raises(SqlCoreError):
            call(single, unknown)
        assert 1 == scalar(run(single, samples.one_row))

    @requirement("call-error")
    def test_an_error_inside_carries_what_the_server_said(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        error, events = self._failure(scratch, samples)
        assert 'out of "stock": 100% gone' in error.message
        if samples.errors_have == "number":
            assert 50001 == error.number
        else:
            assert "P5001" == error.sqlstate
        assert "before" in messages(events)

    @requirement("call-error-line")
    def test_an_error_inside_tells_its_procedure_and_line(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        error, _ = self._failure(scratch, samples)
        assert "fail_midway" in (error.procedure or "")
        assert error.line is not None
        assert error.line > 1

    @requirement("call-error-rows")
    def test_rows_before_an_error_have_come(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        _, events = self._failure(scratch, samples)
        assert [[(1,)]] == result_sets(events)

    def _failure(
        self, connection: Connection, samples: ServerSamples
    ) -> tuple[SqlCoreError, list[Event]]:
        routine = find_one(connection, QualifiedName("fail_midway", samples.schema))
        events: list[Event] = []
        stream = connection.procedures.call(call_of(routine), READ_WRITE)
        with pytest.raises(SqlCoreError) as caught:
            events.extend(event for event in stream if not isinstance(event, ProcedureOutputs))
        return caught.value, events


class CallingContract(
    RoutineContract,
    CallContract,
    CallTransactionContract,
    CallStoppingContract,
    CallValueContract,
    GeneratedCallValueContract,
    FurtherCallValueContract,
    HostileCallContract,
    FurtherCallContract,
):
    """All that `ProcedureCaller` promises."""
