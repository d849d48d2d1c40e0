"""Arguments meet parameters: by name, by place, and of one overload."""

from __future__ import annotations

import pickle
from decimal import Decimal
from typing import Any

import pytest
from tests.unit.calling.routines import PAY, column, parameter, routine

from sqlcore.domain.procedure import Routine, TableTypeColumn
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.calling import ArgumentsError, bind


def values(
    routines: Routine | list[Routine], arguments: Any, dialect: str = "tsql", **options: Any
) -> dict[str, Any]:
    """Give the values of a call by the names of their parameters."""
    candidates = routines if isinstance(routines, list) else [routines]
    call = bind(candidates, arguments, dialect, **options)
    return {argument.parameter.name: argument.value for argument in call.arguments}


def lines(routines: Routine | list[Routine], arguments: Any, dialect: str = "tsql") -> list[str]:
    """Give the lines of the error that follow the first."""
    with pytest.raises(ArgumentsError) as caught:
        values(routines, arguments, dialect)
    return caught.value.message.split("\n")[1:]


def test_arguments_are_bound_by_name_and_what_is_left_out_stays_out() -> None:
    assert {"id": 5, "amount": Decimal("12.5")} == values(PAY, {"amount": 12.5, "id": 5})
    assert {"id": 5, "counter": 1} == values(PAY, {"@id": "5", "@COUNTER": 1})


def test_arguments_are_in_the_order_of_the_parameters() -> None:
    call = bind([PAY], {"counter": 1, "amount": 2, "id": 3}, "tsql")

    assert ["id", "amount", "counter"] == [one.parameter.name for one in call.arguments]
    assert PAY == call.routine


def test_arguments_are_bound_by_place_without_those_that_only_hand_out() -> None:
    assert {"id": 1, "amount": 2} == values(PAY, [1, 2])
    assert {"id": 1, "amount": None, "note": "a", "lines": (), "counter": 7} == values(
        PAY, [1, None, "a", [], 7]
    )
    everywhere = values(PAY, (1, None, "a", [], None, 7))
    assert {"id": 1, "amount": None, "note": "a", "lines": (), "counter": 7} == everywhere


def test_null_is_a_value_and_no_default() -> None:
    assert {"id": None, "amount": None} == values(PAY, {"id": None, "amount": None})
    (line,) = lines(PAY, {"id": 1, "note": None})
    assert line.startswith("- note varchar(10): it is NULL, which the parameter does not take")


def test_names_compare_as_the_server_compares_them() -> None:
    mixed = routine(parameter("Id", "integer"), parameter("id", "integer"))
    assert {"Id": 1, "id": 2} == values(mixed, {"Id": 1, "id": 2}, "postgres")
    assert {"id": 3} == values(routine(parameter("id", "integer")), {"ID": 3}, "postgres")
    quoted = routine(parameter("Id", "integer"))
    assert "did you mean Id" in lines(quoted, {"id": 3}, "postgres")[0]
    assert {"Id": 3} == values(quoted, {"@iD": 3}, "tsql")


def test_a_parameter_without_a_name_is_bound_by_its_place() -> None:
    unnamed = routine(parameter("", "integer"), parameter("b", "text"))

    call = bind([unnamed], {"$1": 5, "b": "x"}, "postgres")

    assert [(1, 5), (2, "x")] == [(one.parameter.ordinal, one.value) for one in call.arguments]


def test_all_that_is_wrong_is_told_at_once() -> None:
    given_arguments = {
        "amunt": 1,
        "amount": 12.555,
        "note": "x" * 11,
        "@Note": "y",
        "total": 5,
        "lines": [{"sku": "a"}, {"sku": None, "quantity": "many"}, ["b", 1, 2], 5, {"skew": 1}],
        "counter": 2**31,
    }

    row = 'for example {"sku": "abc", "quantity": 42}.'
    null = 'it is NULL or missing, and the column does not take NULL; for example "abc".'
    collation = "bytes in the code page of its collation"
    assert [
        "- amunt: there is no such parameter; did you mean amount.",
        "- note varchar(10): it is given twice.",
        "- total money: it only hands a value out: leave it out.",
        "- id int: it is missing; for example 42.",
        '- amount decimal(12,2): it has 3 digits after the point, and 2 are kept; for example "12.50".',  # noqa: E501 a line of a message
        f'- note varchar(10): it has 11 {collation}, and 10 fit; for example "abc".',
        f'- lines nvarchar(5), row 2, column "sku": {null}',
        '- lines int, row 2, column "quantity": it is a text of 4 characters, not an integer; for example 42.',  # noqa: E501 a line of a message
        f"- lines dbo.Lines, row 3: it has 3 values for 2 columns; {row}",
        f"- lines dbo.Lines, row 4: it is an integer, not an object or a list; {row}",
        f"- lines dbo.Lines, row 5: there is no column 'skew'; {row}",
        f'- lines nvarchar(5), row 5, column "sku": {null}',
        "- counter int: it is outside -2147483648 to 2147483647; for example 42.",
    ] == lines(PAY, given_arguments)


def test_the_error_has_the_problems_for_programs_too() -> None:
    with pytest.raises(ArgumentsError) as caught:
        bind([PAY], {"id": 1.5, "amount": "x"}, "tsql")

    error = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 our own bytes

    assert ["id", "amount"] == [problem.parameter for problem in error.problems]
    assert ["int", "decimal(12,2)"] == [problem.type for problem in error.problems]
    assert {"procedure": "dbo.pay", "parameter": "id", "code": "invalid_argument"}.items() <= (
        error.fields.items()
    )


def test_too_many_values_are_counted() -> None:
    assert ["- 7 values are given, and the procedure takes 5."] == lines(
        PAY, [1, 2, "c", [], 5, None, 7]
    )


def test_a_procedure_without_parameters_takes_nothing() -> None:
    empty: tuple[Any, ...] = (None, {}, [], ())
    for nothing in empty:
        assert {} == values(routine(), nothing)
    assert ["- id: there is no such parameter: the procedure has none."] == lines(
        routine(), {"id": 1}
    )


@pytest.mark.parametrize("arguments", ["id=1", 5, b"x", {1, 2}, object()])
def test_arguments_are_an_object_or_a_list(arguments: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="an object of names and values, or a list"):
        bind([PAY], arguments, "tsql")


def test_rows_are_objects_or_lists_in_the_order_of_columns() -> None:
    rows = [{"quantity": 1, "SKU": "a"}, ["b", None], ("c", 3), {"sku": "d"}]

    assert (("a", 1), ("b", None), ("c", 3), ("d", None)) == values(PAY, {"id": 1, "lines": rows})[
        "lines"
    ]


def test_a_column_that_differs_by_case_alone_is_taken_where_there_is_one() -> None:
    two = routine(parameter("p", "t", columns=(column("a", "integer"), column("A", "integer"))))

    assert {"p": (1, 2)} == values(two, {"p": {"A": 2, "a": 1}}, "postgres")
    assert {"p": (None, 2)} == values(two, {"p": {"A": 2}}, "postgres")


def test_a_row_with_very_many_names_is_refused_by_its_first() -> None:
    row = dict.fromkeys((f"column {number}" for number in range(100_000)), 1)

    with pytest.raises(ArgumentsError) as caught:
        bind([PAY], {"id": 1, "lines": [row]}, "tsql")

    assert len(caught.value.problems) < 30


def test_problems_of_many_rows_are_bounded() -> None:
    with pytest.raises(ArgumentsError) as caught:
        bind([PAY], {"id": 1, "lines": [{}] * 100_000}, "tsql")

    assert 20 == len(caught.value.problems)
    assert 'row 20, column "sku"' in caught.value.message.split("\n")[-1]


def test_what_has_no_room_in_the_message_is_named() -> None:
    many = routine(*(parameter(f"p{number}", "integer") for number in range(60)))

    with pytest.raises(ArgumentsError) as caught:
        bind([many], ["x"] * 60, "postgres")

    *told, last = caught.value.message.split("\n")
    assert 41 <= len(told)
    rest = ", ".join(f"p{number}" for number in range(len(told) - 1, 60))
    assert f"- and {61 - len(told)} more: {rest}." == last


def test_composites_are_objects_or_lists_and_arrays_nest() -> None:
    shop = routine(
        parameter("place", "shop.place", columns=(column("x", "integer"), column("y", "text"))),
        parameter("places", "shop.place[]", columns=(column("x", "integer"),)),
        parameter("grid", "integer[]"),
        parameter("moods", "shop.mood[]", labels=("ok", "sad")),
        parameter("documents", "jsonb[]"),
    )
    given_arguments = {
        "place": {"y": "a"},
        "places": [[1], {"x": 2}, None],
        "grid": [[1, "2"], [3, None]],
        "moods": ["ok", None],
        "documents": [[1], {"a": 2}],
    }

    assert {
        "place": (None, "a"),
        "places": [(1,), (2,), None],
        "grid": [[1, 2], [3, None]],
        "moods": ["ok", None],
        "documents": ["[1]", '{"a": 2}'],
    } == values(shop, given_arguments, "postgres")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ([[1], [2, 3]], "its lists are not of one length and depth (at most 6)"),
        ([1, [2]], "its lists are not of one length and depth (at most 6)"),
        ([[[[[[[1]]]]]]], "its lists are not of one length and depth (at most 6)"),
        ("{1,2}", "it is a text of 5 characters, not a list"),
        ({"a": 1}, "it is an object, not a list"),
    ],
)
def test_an_array_is_rectangular(value: Any, reason: str) -> None:
    (line,) = lines(routine(parameter("grid", "integer[]")), {"grid": value}, "postgres")
    assert f"- grid integer[]: {reason}; for example [42]." == line


def test_an_element_is_found_by_its_place() -> None:
    found = lines(routine(parameter("grid", "integer[]")), [[[1, 2], [3, "x"]]], "postgres")
    assert found[0].startswith("- grid integer, element 2.2: it is a text of 1 character")


def test_an_enum_has_labels_and_the_nearest_is_shown() -> None:
    mood = routine(parameter("mood", "shop.mood", labels=("happy", "sad")))

    assert {"mood": "sad"} == values(mood, ["sad"], "postgres")
    assert ['- mood shop.mood: it is none of happy, sad; for example "happy".'] == lines(
        mood, ["hapy"], "postgres"
    )


def test_a_domain_has_the_rules_of_what_it_stands_on() -> None:
    domain = routine(parameter("rate", "shop.rate", base_type=SqlType(name="numeric(3,1)")))

    assert {"rate": Decimal("99.9")} == values(domain, ["99.9"], "postgres")
    assert ["- rate shop.rate (numeric(3,1)): it has 3 digits before the point, and 2 fit"] == [
        line.split(";")[0] for line in lines(domain, [100], "postgres")
    ]


def test_a_variadic_parameter_takes_the_rest() -> None:
    variadic = routine(
        parameter("a", "text"), parameter("rest", "integer[]", is_variadic=True, has_default=False)
    )

    assert {"a": "x", "rest": [1, 2, 3]} == values(variadic, ["x", 1, 2, 3], "postgres")
    assert {"a": "x", "rest": [1, 2]} == values(variadic, ["x", [1, 2]], "postgres")
    assert {"a": "x", "rest": []} == values(variadic, {"a": "x", "rest": []}, "postgres")
    assert ["- rest integer[]: it is missing; for example [42]."] == lines(
        variadic, ["x"], "postgres"
    )
    anything = routine(parameter("values", '"any"', is_variadic=True))
    assert {"values": [1, "a", True]} == values(anything, [1, "a", True], "postgres")


def test_the_code_page_is_that_of_the_servers_collation() -> None:
    assert {"id": 1, "note": "Łódź"} == values(
        PAY, {"id": 1, "note": "Łódź"}, collation="Polish_CI_AS"
    )


def test_a_name_is_text() -> None:
    assert ["- a name of a parameter is no text."] == lines(PAY, {"id": 1, 10**5000: 1})
    found = lines(PAY, {"id": 1, "lines": [{"sku": "a", 10**5000: 1}]})
    assert found[0].startswith("- lines dbo.Lines, row 1: a name of a column is no text")


def test_types_in_types_are_checked_by_what_they_stand_on() -> None:
    rate = SqlType(name="numeric(3,1)", kind=TypeKind.DECIMAL)
    rates = SqlType(name="numeric(3,1)[]", kind=TypeKind.ARRAY, element=rate)
    leaf = (
        TableTypeColumn(name="rate", type=SqlType(name="rate"), base_type=rate),
        TableTypeColumn(name="mood", type=SqlType(name="mood"), labels=("fine", "bad")),
    )
    tree = (
        TableTypeColumn(name="leaf", type=SqlType(name="leaf"), columns=leaf),
        TableTypeColumn(
            name="leaves", type=SqlType(name="leaf[]", kind=TypeKind.ARRAY), columns=leaf
        ),
        TableTypeColumn(name="rates", type=SqlType(name="rate[]"), base_type=rates),
    )
    plant = routine(
        parameter("tree", "tree", columns=tree), parameter("rates", "rate[]", base_type=rates)
    )

    call = bind(
        [plant],
        {"tree": {"leaf": [1.5, "bad"], "leaves": [{"mood": "fine"}, None]}, "rates": [[1], ["2"]]},
        "postgres",
    )
    assert [
        ((Decimal("1.5"), "bad"), [(None, "fine"), None], None),
        [[Decimal(1)], [Decimal(2)]],
    ] == [argument.value for argument in call.arguments]

    with pytest.raises(ArgumentsError) as caught:
        bind(
            [plant],
            {"tree": {"leaves": [{"rate": 1.55}], "rates": [1.55]}, "rates": [1.55]},
            "postgres",
        )
    assert [
        'column "leaves", element 1, column "rate"',
        'column "rates", element 1',
        "element 1",
    ] == [problem.place for problem in caught.value.problems]


def test_an_array_of_a_domain_that_is_an_array_has_lists_for_elements() -> None:
    row = SqlType(name="integer[]", kind=TypeKind.ARRAY, element=SqlType(name="integer"))
    rows = SqlType(name="integer[][]", kind=TypeKind.ARRAY, element=row)
    matrix = routine(parameter("rows", "line[]", base_type=rows))

    assert [[1, 2], [3], None] == bind([matrix], [[[1, 2], [3], None]], "postgres").arguments[
        0
    ].value
