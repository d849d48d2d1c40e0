"""Calls of procedures and functions on a live PostgreSQL: values in, everything that comes out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.procedure_calls import apply_procedures, call, find, made, mode

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Argument, OutputValue, ProcedureCall
from sqlcore.domain.query import ExecutionOptions, Message
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import (
    AmbiguousNameError,
    InvalidArgumentError,
    NotFoundError,
    UnsupportedError,
)
from sqlcore.ports import Connection
from sqlcore.testing.events import column_names, result_sets, rows

_WRITE = mode("rolled_back")


@pytest.fixture(autouse=True, scope="module")
def _procedures(admin: psycopg.Connection[Any]) -> None:
    apply_procedures(admin)


def test_outputs_of_a_procedure_are_values_and_no_result_set(connection: Connection) -> None:
    called = call(
        connection, find(connection, "book"), _WRITE, customer=4, note="a", mood='so "so"'
    )
    assert [] == called.events
    assert (
        OutputValue(
            name="total",
            type=SqlType(name="calls.fee", kind=TypeKind.DECIMAL),
            value=Decimal("6.00"),
        ),
        OutputValue(
            name="note",
            type=SqlType(name="text", kind=TypeKind.TEXT),
            value='a/so "so"/null',
        ),
    ) == called.outputs.values
    assert called.outputs.returned is None
    assert called.outputs.return_code is None


def test_a_procedure_with_outputs_alone_needs_no_argument(connection: Connection) -> None:
    called = call(connection, find(connection, "out_only"))
    assert {"one": 1, "two": "two"} == called.outputs.by_name()


def test_a_procedure_without_anything_gives_nothing(connection: Connection) -> None:
    called = call(connection, find(connection, "quiet"))
    assert [] == called.events
    assert () == called.outputs.values


def test_a_default_in_the_middle_is_left_to_the_server(connection: Connection) -> None:
    called = call(connection, find(connection, "middle"), a=1, c=3)
    assert called.outputs.returned == OutputValue(
        name="middle", type=SqlType(name="text", kind=TypeKind.TEXT), value="1-20-3"
    )


def test_null_is_a_value_and_not_a_default(connection: Connection) -> None:
    middle = call(connection, find(connection, "middle"), a=1, b=None).outputs.returned
    assert middle is not None
    assert "1--300" == middle.value
    book = call(connection, find(connection, "book"), _WRITE, customer=1, note=None, mood=None)
    assert book.outputs.by_name()["note"] is None


def test_parameters_without_names_go_by_place(connection: Connection) -> None:
    routine = find(connection, "nameless")
    cases: list[tuple[dict[str, Any], str]] = [
        ({"_1": 1}, "1-2-3"),
        ({"_1": 1, "_2": 5}, "1-5-3"),
        ({"_1": 1, "c": 9}, "1-2-9"),
    ]
    for values, expected in cases:
        returned = call(connection, routine, **values).outputs.returned
        assert returned is not None
        assert expected == returned.value


def test_a_nameless_parameter_is_not_left_out_before_another(connection: Connection) -> None:
    with pytest.raises(InvalidArgumentError, match=r"Parameter 1 .* cannot be left out"):
        call(connection, find(connection, "nameless"), _2=5)


def test_a_function_of_nothing_returns_nothing(connection: Connection) -> None:
    called = call(connection, find(connection, "nothing"))
    assert called.outputs.returned is None
    assert [] == called.events


@pytest.mark.parametrize(("numbers", "total"), [([1, 2, 3], 6), ([], None), (None, None)])
def test_a_variadic_takes_a_list(
    connection: Connection, numbers: list[int] | None, total: int | None
) -> None:
    returned = call(connection, find(connection, "total"), numbers=numbers).outputs.returned
    assert returned is not None
    assert total == returned.value


def test_a_variadic_of_any_type_takes_texts(connection: Connection) -> None:
    (routine,) = [
        r
        for r in connection.procedures.find(QualifiedName("format", "pg_catalog"))
        if r.signature == '(text, "any")'
    ]
    called = call(connection, routine, _1="%s and %s", _2=["a", "it's"])
    assert called.outputs.returned is not None
    assert "a and it's" == called.outputs.returned.value


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"a": "a"}, "ab{0}"),
        ({"a": "a", "b": "c"}, "ac{0}"),
        ({"a": "a", "b": "c", "numbers": [1]}, "ac{1}"),
    ],
)
def test_a_variadic_that_is_left_out_has_its_default(
    connection: Connection, values: dict[str, Any], said: str
) -> None:
    returned = call(connection, find(connection, "rest"), **values).outputs.returned
    assert returned is not None
    assert said == returned.value


def test_beside_values_of_a_variadic_nothing_can_be_left_out(connection: Connection) -> None:
    with pytest.raises(
        InvalidArgumentError, match="cannot be left out beside values for the variadic"
    ):
        call(connection, find(connection, "rest"), a="a", numbers=[1])


@pytest.mark.parametrize(
    ("values", "said"),
    [([1, "a", None, Decimal("2.50"), True], "1-a-2.50-t"), ([], "")],
)
def test_a_variadic_of_any_type_takes_values_of_different_types(
    connection: Connection, values: list[Any], said: str
) -> None:
    returned = call(connection, find(connection, "joined"), sign="-", _2=values).outputs.returned
    assert returned is not None
    assert said == returned.value


def test_a_parameter_that_no_value_fits_is_told_before_anything_is_sent(
    connection: Connection,
) -> None:
    with pytest.raises(UnsupportedError, match="'x' takes anyrange, which no value"):
        call(connection, find(connection, "any_range"), x="[1,2)")


def test_a_variadic_without_values_is_empty(connection: Connection) -> None:
    returned = call(connection, find(connection, "total")).outputs.returned
    assert returned is not None
    assert returned.value is None


def test_what_takes_any_type_takes_that_of_the_value(connection: Connection) -> None:
    routine = find(connection, "twice")
    for value in (7, "seven", Decimal("7.5"), True):
        returned = call(connection, routine, value=value).outputs.returned
        assert returned is not None
        assert [value, value] == returned.value
        assert TypeKind.ARRAY is returned.type.kind


def test_one_row_of_columns_is_values(connection: Connection) -> None:
    called = call(connection, find(connection, "pair"), n=3)
    assert [] == called.events
    assert {"half": Decimal("1.5000000000000000"), "word": "half of 3"} == called.outputs.by_name()
    assert called.outputs.returned is None


_ADDRESS = ('12 "Elm"\\St, (a)', Decimal("3.50"), ["a,b", 'c"d', None, ""], "it's, bad")


@pytest.mark.parametrize(
    "value",
    [
        _ADDRESS,
        dict(zip(("street", "number", "tags", "mood"), _ADDRESS, strict=True)),
    ],
)
def test_a_composite_comes_back_as_it_went(connection: Connection, value: Any) -> None:
    routine = find(connection, "move")
    alone = call(connection, routine, place=value).outputs
    second = call(connection, routine, place=None, others=[None, value]).outputs
    assert _ADDRESS == tuple(v.value for v in alone.values)
    assert _ADDRESS == tuple(v.value for v in second.values)


def test_columns_that_a_dict_leaves_out_are_null(connection: Connection) -> None:
    outputs = call(connection, find(connection, "move"), place={"street": ""}).outputs
    assert ("", None, None, None) == tuple(value.value for value in outputs.values)


@pytest.mark.parametrize(
    ("value", "problem"),
    [({"town": 1}, "no column 'town'"), (("a",), "has 4 columns, and not 1")],
)
def test_a_composite_of_another_shape_is_not_sent(
    connection: Connection, value: Any, problem: str
) -> None:
    with pytest.raises(InvalidArgumentError, match=problem) as caught:
        call(connection, find(connection, "move"), place=value)
    assert "place" == caught.value.parameter


@pytest.mark.parametrize(
    ("signature", "values", "expected"),
    [
        ("(text)", {"a": "1"}, "text"),
        ("(integer)", {"a": 1}, "integer"),
        ("(integer, text)", {"x": 1, "b": "2"}, "integer, text"),
        ("(integer, text)", {"x": 1}, "integer, text"),
    ],
)
def test_overloads_are_told_apart_by_types_and_names(
    connection: Connection, signature: str, values: dict[str, Any], expected: str
) -> None:
    returned = call(connection, find(connection, "over", signature), **values).outputs.returned
    assert returned is not None
    assert expected == returned.value


def test_an_output_is_not_taken_for_an_input_of_another_overload(connection: Connection) -> None:
    assert {"b": 1} == call(
        connection, find(connection, "alike", "(integer)"), a=1
    ).outputs.by_name()
    assert (
        ()
        == call(
            connection, find(connection, "alike", "(integer, integer)"), a=1, c=2
        ).outputs.values
    )


def test_a_call_that_may_mean_another_overload_is_refused(connection: Connection) -> None:
    with pytest.raises(AmbiguousNameError) as caught:
        call(connection, find(connection, "unclear", "(integer, text)"), a=1)
    assert "more of the parameters" in str(caught.value.hint)


def test_a_table_function_brings_a_result_set(connection: Connection) -> None:
    called = call(connection, find(connection, "lines"), ExecutionOptions(batch_rows=2), top=5)
    assert [(n, f"line {n}") for n in range(1, 6)] == rows(called.events)
    assert [["place", "line"]] == column_names(called.events)
    assert called.outputs.returned is None
    assert () == called.outputs.values


def test_scalars_in_any_number_are_a_result_set(connection: Connection) -> None:
    called = call(connection, find(connection, "scalars"), top=3)
    assert [(1,), (2,), (3,)] == rows(called.events)
    assert [["scalars"]] == column_names(called.events)


def test_rows_without_known_columns_say_what_to_do(connection: Connection) -> None:
    with pytest.raises(UnsupportedError, match="SETOF record") as caught:
        call(connection, find(connection, "anything"), top=3)
    assert "AS t(" in str(caught.value.hint)


def test_one_record_without_known_columns_is_a_text(connection: Connection) -> None:
    returned = call(connection, find(connection, "a_record")).outputs.returned
    assert returned is not None
    assert "(1,a)" == returned.value


@pytest.mark.parametrize("name", ["read_only", "read_write", "rolled_back"])
def test_cursors_are_result_sets_in_their_order(connection: Connection, name: str) -> None:
    called = call(connection, find(connection, "cursors"), mode(name), top=3)
    assert [[(n, "x" * 10) for n in (1, 2, 3)], []] == result_sets(called.events)
    assert [["n", "x"], ["word"]] == column_names(called.events)
    assert ("The cursor 'never' is not open; there is nothing to fetch.",) == called.outputs.notes


@pytest.mark.parametrize("top", [999, 1000, 1001, 10_000])
def test_a_long_cursor_comes_in_small_batches(connection: Connection, top: int) -> None:
    options = ExecutionOptions(batch_rows=50)
    called = call(connection, find(connection, "cursors"), options, top=top)
    long, empty = result_sets(called.events)
    assert list(range(1, top + 1)) == [n for n, _ in long]
    assert [] == empty
    assert 50 >= max(len(event.rows) for event in called.events if hasattr(event, "rows"))


def test_cursors_of_outputs_are_fetched_too(connection: Connection) -> None:
    name = 'my "own".cursor; --'
    called = call(connection, find(connection, "cursor_out"), name=name)
    assert [[("mine",)], [("other",)]] == result_sets(called.events)
    assert name == called.outputs.by_name()["name"]
    assert 2 == called.outputs.by_name()["n"]


def test_an_error_in_a_cursor_leaves_what_came_before(connection: Connection) -> None:
    routine = find(connection, "one_cursor")
    events: list[Any] = []
    with pytest.raises(Exception, match="ivision by zero"):
        events.extend(connection.procedures.call(made(routine), ExecutionOptions()))
    assert [(1,)] == rows(call(connection, find(connection, "scalars"), top=1).events)


def test_messages_stand_in_their_order_with_their_place(connection: Connection) -> None:
    called = call(connection, find(connection, "sleeps"), seconds=0)
    assert [
        Message(
            text="good night", severity="notice", number="00000", line=2, procedure="calls.sleeps"
        )
    ] == called.events


def test_a_routine_that_is_gone_is_said_to_be(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("CREATE PROCEDURE calls.old(a integer) LANGUAGE sql AS ''")
    routine = attrs.evolve(find(connection, "old"), version=())
    admin.execute("DROP PROCEDURE calls.old(integer)")
    with pytest.raises(NotFoundError) as caught:
        call(connection, routine, a=1)
    assert "look it up again" in str(caught.value.hint)


@pytest.mark.parametrize("rows_now", [0, 3])
def test_a_function_that_returns_rows_by_now_says_so(
    connection: Connection, admin: psycopg.Connection[Any], rows_now: int
) -> None:
    admin.execute("CREATE FUNCTION calls.grows() RETURNS integer LANGUAGE sql AS 'SELECT 1'")
    routine = attrs.evolve(find(connection, "grows"), version=())
    admin.execute(
        "DROP FUNCTION calls.grows(); CREATE FUNCTION calls.grows() RETURNS SETOF integer"
        f" LANGUAGE sql AS 'SELECT generate_series(1, {rows_now})'"
    )
    try:
        outputs = call(connection, routine).outputs
    finally:
        admin.execute("DROP FUNCTION calls.grows()")
    (note,) = outputs.notes
    assert f"returned {rows_now} rows instead of one" in note
    assert outputs.returned is None


def test_a_procedure_that_is_a_function_by_now_is_not_found(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    admin.execute("CREATE PROCEDURE calls.turns() LANGUAGE sql AS ''")
    routine = attrs.evolve(find(connection, "turns"), version=())
    admin.execute(
        "DROP PROCEDURE calls.turns(); CREATE FUNCTION calls.turns() RETURNS void"
        " LANGUAGE sql AS ''"
    )
    try:
        with pytest.raises(NotFoundError) as caught:
            call(connection, routine)
    finally:
        admin.execute("DROP FUNCTION calls.turns()")
    assert "look it up again" in str(caught.value.hint)


def test_an_argument_for_an_output_is_not_sent(connection: Connection) -> None:
    routine = find(connection, "out_only")
    values = tuple(Argument(parameter=p, value="9") for p in routine.parameters)
    (outputs,) = connection.procedures.call(
        ProcedureCall(routine=routine, arguments=values), ExecutionOptions()
    )
    assert {"one": 1, "two": "two"} == getattr(outputs, "by_name", dict)()
