"""The contract of the values and names of calls: exact both ways, and never read as SQL."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import attrs
import pytest

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine
from sqlcore.domain.types import TypeKind
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.calls import call, find_one
from sqlcore.testing.contracts.call_transactions import ScratchContract
from sqlcore.testing.contracts.generating import generated_values, hostile_texts
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import PORTABLE_VALUES, ServerSamples
from sqlcore.testing.contracts.schema import ODD_CALL
from sqlcore.testing.contracts.valuing import same_value
from sqlcore.testing.events import READ_WRITE, column_names, result_sets, rows, run, scalar

__all__ = [
    "CallValueContract",
    "FurtherCallContract",
    "FurtherCallValueContract",
    "GeneratedCallValueContract",
    "HostileCallContract",
]

_GENERATED = 8
_INJECTIONS = (
    "'; DELETE FROM {schema}.scratch; --",
    "' DELETE FROM {schema}.scratch --",
    "$1); DELETE FROM {schema}.scratch; --",
    "$body$; DELETE FROM {schema}.scratch; $body$",
    "\\'; DELETE FROM {schema}.scratch; --",
    "*/ DELETE FROM {schema}.scratch /*",
    "%s %(value)s :value @value {value}",
    "＇; DELETE FROM {schema}.scratch; --",  # noqa: RUF001  # a quote that code pages may fold
)
_HOSTILE_NAMES = (
    "two_results; DELETE FROM {schema}.scratch; --",
    "two_results]; DELETE FROM {schema}.scratch; --",
    'two_results"; DELETE FROM {schema}.scratch; --',
    'two_results"(); DELETE FROM {schema}.scratch; --',
    "two_results' DELETE FROM {schema}.scratch --",
    "two_results @a = 1\nDELETE FROM {schema}.scratch",
)


def _check_echo(routine: Routine, connection: Connection, value: Any) -> None:
    outputs = call(connection, routine, {"value": value}).outputs
    actual = outputs.by_name()["echoed"]
    (kind,) = {parameter.type.kind for parameter in routine.parameters}
    assert kind is outputs.values[-1].type.kind
    if kind in (TypeKind.DECIMAL, TypeKind.TIMESTAMP_TZ):
        # The scale is the type's, and the zone may be the server's.
        assert value == actual
        assert type(value) is type(actual)
    else:
        assert same_value(value, actual), (value, actual)


class CallValueContract(Contract):
    """Round trips through procedures that give back what they get."""

    @requirement("call-values")
    @pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in PORTABLE_VALUES])
    def test_values_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples, kind: TypeKind
    ) -> None:
        routine = find_one(connection, QualifiedName(f"echo_{kind}", samples.schema))
        for value in itertools.chain([None], samples.values[kind]):
            _check_echo(routine, connection, value)


class GeneratedCallValueContract(Contract):
    """Round trips of values that a generator made."""

    @requirement("call-values-generated")
    @pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in PORTABLE_VALUES])
    def test_generated_values_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples, kind: TypeKind
    ) -> None:
        routine = find_one(connection, QualifiedName(f"echo_{kind}", samples.schema))
        for value in generated_values(kind, _GENERATED):
            _check_echo(routine, connection, value)


class FurtherCallValueContract(Contract):
    """Round trips of values of the types that only one engine has."""

    @requirement("call-values-further")
    def test_values_of_further_types_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for name, values in samples.further_echoes.items():
            routine = find_one(connection, QualifiedName(f"echo_{name}", samples.schema))
            for value in values:
                _check_echo(routine, connection, value)


class HostileCallContract(ScratchContract):
    """Names and values that would like to be something else."""

    @requirement("call-hostile-values")
    def test_hostile_texts_come_back_and_nothing_else_runs(
        self, scratch: Connection, samples: ServerSamples
    ) -> None:
        run(scratch, samples.sql("INSERT INTO {schema}.scratch (id) VALUES (1)"), None, READ_WRITE)
        routine = find_one(scratch, QualifiedName("echo_text", samples.schema))
        injections = map(samples.sql, _INJECTIONS)
        for value in itertools.chain(injections, hostile_texts(30)):
            called = call(scratch, routine, {"value": value}, READ_WRITE)
            assert {"echoed": value} == called.outputs.by_name()
        self._check_scratch(scratch, samples)

    @requirement("call-hostile-names")
    @pytest.mark.parametrize("name", _HOSTILE_NAMES, ids=range(len(_HOSTILE_NAMES)))
    def test_the_name_of_a_routine_cannot_leave_its_place(
        self, scratch: Connection, samples: ServerSamples, name: str
    ) -> None:
        run(scratch, samples.sql("INSERT INTO {schema}.scratch (id) VALUES (1)"), None, READ_WRITE)
        name = samples.sql(name)
        assert () == scratch.procedures.find(QualifiedName(name, samples.schema))
        known = find_one(scratch, QualifiedName("two_results", samples.schema))
        for hostile in (QualifiedName(name, samples.schema), QualifiedName("two_results", name)):
            with pytest.raises(SqlCoreError):
                call(scratch, attrs.evolve(known, name=hostile), {}, READ_WRITE)
        self._check_scratch(scratch, samples)

    @requirement("call-hostile-parameters")
    @pytest.mark.parametrize("name", _HOSTILE_NAMES, ids=range(len(_HOSTILE_NAMES)))
    def test_the_name_of_a_parameter_cannot_leave_its_place(
        self, scratch: Connection, samples: ServerSamples, name: str
    ) -> None:
        run(scratch, samples.sql("INSERT INTO {schema}.scratch (id) VALUES (1)"), None, READ_WRITE)
        known = find_one(scratch, QualifiedName("echo_text", samples.schema))
        value, echoed = known.parameters
        name = samples.sql(name)
        hostile = attrs.evolve(
            known,
            parameters=(
                attrs.evolve(value, name=name),
                attrs.evolve(echoed, name=name.upper()),
            ),
        )
        with pytest.raises(SqlCoreError):
            call(scratch, hostile, {name: "x"}, READ_WRITE)
        self._check_scratch(scratch, samples)

    @requirement("call-odd-names")
    def test_odd_names_are_called_as_they_are(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName(ODD_CALL, samples.schema))
        values = [f"{number}'" for number, _ in enumerate(samples.odd_parameters)]
        arguments = dict(zip(samples.odd_parameters, values, strict=True))
        called = call(connection, routine, dict(reversed(arguments.items())))
        assert {"shown": "|".join(values)} == called.outputs.by_name()

    def _check_scratch(self, connection: Connection, samples: ServerSamples) -> None:
        count = samples.sql("SELECT COUNT(*) FROM {schema}.scratch")
        assert 1 == scalar(run(connection, count)), "something else ran"


class FurtherCallContract(Contract):
    """What only some engines have."""

    @requirement("call-table-type")
    def test_a_table_type_takes_rows(self, connection: Connection, samples: ServerSamples) -> None:
        routine = find_one(connection, QualifiedName("sum_lines", samples.schema))
        (lines, _) = routine.parameters
        assert ["id", "note", "price"] == [column.name for column in lines.columns]
        assert (False, True) == tuple(column.nullable for column in lines.columns[:2])
        given = (
            (1, "it's", Decimal("1.10")),
            (2, None, Decimal("-0.05")),
            (3, "'); DELETE FROM contract.scratch; --", Decimal("9999999.99")),
        )
        called = call(connection, routine, {"lines": given})
        assert [["id", "note", "price"]] == column_names(called.events)
        assert list(given) == rows(called.events)
        assert {"total": Decimal("10000001.04")} == called.outputs.by_name()

    @requirement("call-table-type-empty")
    def test_a_table_type_may_have_no_rows(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        called = call(connection, QualifiedName("sum_lines", samples.schema), {"lines": ()})
        assert [[]] == result_sets(called.events)
        assert {"total": None} == called.outputs.by_name()

    @requirement("call-table-type-many")
    def test_a_table_type_takes_more_rows_than_one_insert_can_hold(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        lines = tuple((number, f"line {number}", Decimal("0.01")) for number in range(2500))
        name = QualifiedName("sum_lines", samples.schema)
        called = call(connection, name, {"lines": lines})
        assert list(lines) == rows(called.events)
        assert {"total": Decimal("25.00")} == called.outputs.by_name()

    @requirement("call-overloads")
    def test_overloads_are_told_apart(self, connection: Connection, samples: ServerSamples) -> None:
        one, two = connection.procedures.find(QualifiedName("area", samples.schema))
        assert ["(integer)", "(integer, integer)"] == [one.signature, two.signature]
        for routine, arguments, area in (
            (one, {"side": 3}, 9),
            (two, {"width": 3, "height": 5}, 15),
        ):
            returned = call(connection, routine, arguments).outputs.returned
            assert returned is not None
            assert area == returned.value

    @requirement("call-variadic")
    def test_a_variadic_parameter_takes_any_number_of_values(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("join_words", samples.schema))
        (separator, words) = routine.parameters
        assert (False, True) == (separator.is_variadic, words.is_variadic)
        for values, joined in (
            (["a", "b'", 'c"'], "a, b', c\""),
            (["{a,b}"], "{a,b}"),
            (["a", None], "a, null"),
            ([], ""),
        ):
            called = call(connection, routine, {"separator": ", ", "words": values})
            assert called.outputs.returned is not None
            assert joined == called.outputs.returned.value

    @requirement("call-row-of-outputs")
    def test_a_function_with_outputs_gives_them_by_their_names(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("smaller_and_larger", samples.schema)
        called = call(connection, name, {"a": 7, "b": 2})
        assert {"smaller": 2, "larger": 7} == called.outputs.by_name()
        assert called.outputs.returned is None
        assert [] == result_sets(called.events)

    @requirement("call-cursor")
    def test_a_cursor_that_is_handed_out_is_a_result_set(
        self, single: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(single, QualifiedName("one_cursor", samples.schema))
        for _ in range(2):  # it is closed, so that the name is free again
            arguments = {"minimum": 2, "opened": "of mine; \"x'"}
            called = call(single, routine, arguments, READ_WRITE)
            assert [["id", "email"]] == column_names(called.events)
            assert [(2, "bob@example.com"), (3, "eve@example.com")] == rows(called.events)

    @requirement("call-composite")
    def test_a_composite_value_takes_its_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routine = find_one(connection, QualifiedName("line_note", samples.schema))
        (line,) = routine.parameters
        assert ["id", "note", "price"] == [column.name for column in line.columns]
        for note in (*_INJECTIONS, 'a"b,(c)\\', "", None):
            called = call(connection, routine, {"line": (1, note, Decimal("1.10"))})
            assert called.outputs.returned is not None
            assert note == called.outputs.returned.value

    @requirement("call-labels")
    def test_an_enum_and_a_domain_tell_what_they_take(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        mood = find_one(connection, QualifiedName("echo_mood", samples.schema)).parameters[0]
        assert ("calm", 'it\'s "odd"', "ok") == mood.labels
        number = find_one(connection, QualifiedName("echo_positive", samples.schema)).parameters[0]
        assert number.base_type is not None
        assert TypeKind.INTEGER is number.base_type.kind
        assert number.nullable is False
