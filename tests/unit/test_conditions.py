"""The structured where and order_by: what is read, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.reading import AllOf, AnyOf, Comparison, Condition, Operator, OrderBy
from sqlcore.domain.table import TableColumn, TableDescription
from sqlcore.domain.types import SqlType
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError, SqlCoreError
from sqlcore.services.conditions import parse_column, parse_condition, parse_order

_TABLE = TableDescription(
    name=QualifiedName("orders", "shop"),
    columns=tuple(
        TableColumn(name=name, type=SqlType(name="int"), ordinal=place)
        for place, name in enumerate(
            ("id", "Status", "total", "twin", "TWIN", "odd desc", "a b"), start=1
        )
    ),
)


def _one(op: str, value: Any = None, column: str = "id") -> dict[str, Any]:
    return {"column": column, "op": op, "value": value}


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (None, AllOf(())),
        ([], AllOf(())),
        ({"column": "id", "value": 1}, Comparison("id", Operator.EQUAL, 1)),
        (_one("==", 1), Comparison("id", Operator.EQUAL, 1)),
        (_one("<>", 1), Comparison("id", Operator.NOT_EQUAL, 1)),
        (_one(" NOT_IN ", [1, 2]), Comparison("id", Operator.NOT_IN, (1, 2))),
        (_one("in", []), Comparison("id", Operator.IN, ())),
        (_one("gte", 1), Comparison("id", Operator.GREATER_OR_EQUAL, 1)),
        (_one("Is  Null"), Comparison("id", Operator.IS_NULL)),
        (_one("is_not_null"), Comparison("id", Operator.IS_NOT_NULL)),
        (_one("between", [1, 2]), Comparison("id", Operator.BETWEEN, (1, 2))),
        (_one("like", "a%"), Comparison("id", Operator.LIKE, "a%")),
        (_one("=", 1, "STATUS"), Comparison("Status", Operator.EQUAL, 1)),
        (_one("=", 1, "twin"), Comparison("twin", Operator.EQUAL, 1)),
        ([_one("=", 1)], AllOf((Comparison("id", Operator.EQUAL, 1),))),
        (
            {"any": [_one("=", 1), {"all": [_one("=", 2)]}]},
            AnyOf(
                (
                    Comparison("id", Operator.EQUAL, 1),
                    AllOf((Comparison("id", Operator.EQUAL, 2),)),
                )
            ),
        ),
    ],
)
def test_a_where_is_read(where: Any, expected: Condition) -> None:
    assert parse_condition(_TABLE, where) == expected


def _nested(levels: int) -> Any:
    where: Any = _one("=", 1)
    for _ in range(levels):
        where = {"all": [where]}
    return where


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("id = 1", "not a string"),
        (5, "not a number"),
        (True, "not a boolean"),
        ([None], "not null"),
        ({"any": [None]}, "not null"),
        ({}, "needs a column"),
        ({"value": 1}, "needs a column"),
        ({"column": 1}, "as a string"),
        ({"column": "id", "operator": "=", "value": 1}, "does not know operator"),
        ({"column": "id", 5: 1}, "does not know 5"),
        ({"any": [_one("=", 1)], "all": []}, "does not know all, any"),
        ({"any": []}, "at least one"),
        ({"all": _one("=", 1)}, "takes a list"),
        (_one("~", 1), '"~" is no operator; there are: =, !='),
        (_one("x" * 1000, 1), "is no operator"),
        (_one("is null", 1), "takes no value"),
        (_one("="), 'for NULL use "is null"'),
        (_one("=", [1, 2]), 'use "in"'),
        (_one("<", {"a": 1}), "one plain value"),
        (_one("like", 1), "takes a string"),
        (_one("in", "abc"), "takes a list"),
        (_one("in", [1, None]), 'for NULL use "is null"'),
        (_one("in", [[1]]), "plain values"),
        (_one("between", [1]), "two values"),
        (_one("in", [1] * 1001), "at most 1000"),
        ([_one("in", [1] * 501)] * 2, "more than 1000 values in all"),
        (_nested(11), "deeper than 10"),
    ],
)
def test_a_where_of_another_form_is_refused(where: Any, said: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        parse_condition(_TABLE, where)

    assert said in caught.value.message
    assert caught.value.parameter == "where"
    assert len(caught.value.message) < 300


def test_a_where_may_have_as_many_values_and_levels_as_is_said() -> None:
    parse_condition(_TABLE, _one("in", list(range(1000))))
    parse_condition(_TABLE, _nested(10))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["column", "op", "value", "any", "all"]) | st.text(max_size=3),
            inner,
            max_size=3,
        )
    ),
    max_leaves=15,
)


@given(_JSON)
def test_any_json_is_a_where_or_an_error_of_ours(where: Any) -> None:
    try:
        condition = parse_condition(_TABLE, where)
    except SqlCoreError:
        return
    assert isinstance(condition, Comparison | AllOf | AnyOf)


# -- columns and orders


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id", OrderBy("id")),
        ("id asc", OrderBy("id")),
        (" ID  DESC ", OrderBy("id", descending=True)),
        ("odd desc", OrderBy("odd desc")),
        ("odd desc desc", OrderBy("odd desc", descending=True)),
        ("a b", OrderBy("a b")),
    ],
)
def test_an_order_is_read(text: str, expected: OrderBy) -> None:
    assert parse_order(_TABLE, text) == expected


@pytest.mark.parametrize(("entry", "said"), [("", "empty"), ("  ", "empty"), (5, "not a number")])
def test_an_order_of_another_form_is_refused(entry: Any, said: str) -> None:
    with pytest.raises(InvalidArgumentError, match=said) as caught:
        parse_order(_TABLE, entry)

    assert caught.value.parameter == "order_by"


def test_an_unknown_column_is_refused_and_the_nearest_named() -> None:
    with pytest.raises(NotFoundError, match=r'shop\.orders has no column "totl"') as caught:
        parse_column(_TABLE, "totl", "columns")

    assert caught.value.hint == "Did you mean total?"
    assert caught.value.parameter == "columns"


def test_columns_that_differ_in_case_only_must_be_named_exactly() -> None:
    with pytest.raises(AmbiguousNameError, match="twin, TWIN"):
        parse_column(_TABLE, "Twin", "columns")


def test_a_column_is_named_by_a_string() -> None:
    with pytest.raises(InvalidArgumentError, match="not an object"):
        parse_column(_TABLE, {"name": "id"}, "columns")  # type: ignore[arg-type]  # from JSON
