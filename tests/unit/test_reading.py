"""The law of paging: the rows after a row are the rest of the sorted list."""

from __future__ import annotations

import functools
from operator import eq, ge, gt, le, lt
from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.reading import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Operator,
    OrderBy,
    rows_after,
    total_order,
)
from sqlcore.domain.table import KeyConstraint, TableColumn, TableDescription
from sqlcore.domain.types import SqlType

_COMPARE = {
    Operator.EQUAL: eq,
    Operator.LESS: lt,
    Operator.LESS_OR_EQUAL: le,
    Operator.GREATER: gt,
    Operator.GREATER_OR_EQUAL: ge,
}
_COLUMNS = ("a", "b", "c")
_Row = dict[str, int | None]


def _compare(operator: Operator, actual: Any, value: Any) -> bool:
    if operator is Operator.IS_NULL:
        return actual is None
    if operator is Operator.IS_NOT_NULL:
        return actual is not None
    if actual is None:
        return False
    return bool(_COMPARE[operator](actual, value))


def _holds(condition: Condition, row: _Row) -> bool:
    """Evaluate a condition as SQL does; what is unknown there is False here."""
    match condition:
        case Comparison(column, operator, value):
            return _compare(operator, row[column], value)
        case AllOf(conditions):
            return all(_holds(inner, row) for inner in conditions)
        case AnyOf(conditions):
            return any(_holds(inner, row) for inner in conditions)


def _sorted(rows: list[_Row], order_by: tuple[OrderBy, ...]) -> list[_Row]:
    """Sort with NULL above every value."""

    def compare(one: _Row, other: _Row) -> int:
        for order in order_by:
            left, right = one[order.column], other[order.column]
            difference = (left is None) - (right is None)
            if left is not None and right is not None:
                difference = (left > right) - (left < right)
            if difference:
                return -difference if order.descending else difference
        return 0

    return sorted(rows, key=functools.cmp_to_key(compare))


_ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | st.integers(0, 3) for name in _COLUMNS}), max_size=12
)
_ORDERS = st.lists(
    st.builds(OrderBy, st.sampled_from(_COLUMNS), st.booleans()),
    min_size=1,
    max_size=4,
).map(tuple)


@given(rows=_ROWS, order_by=_ORDERS)
def test_the_rows_after_a_row_are_the_rest_of_the_sorted_list(
    rows: list[_Row], order_by: tuple[OrderBy, ...]
) -> None:
    def key(row: _Row) -> tuple[Any, ...]:
        return tuple(row[order.column] for order in order_by)

    order_by = tuple(
        attrs.evolve(order, nullable=any(row[order.column] is None for row in rows))
        for order in order_by
    )
    distinct = list({key(row): row for row in rows}.values())
    in_order = _sorted(distinct, order_by)

    for place, row in enumerate(in_order):
        condition = rows_after(order_by, key(row))
        rest = _sorted([other for other in distinct if _holds(condition, other)], order_by)
        assert rest == in_order[place + 1 :]


def test_one_column_without_null_needs_one_comparison() -> None:
    condition = rows_after((OrderBy("id", nullable=False),), (7,))

    assert condition == Comparison("id", Operator.GREATER, 7)


def test_several_columns_begin_with_a_range_that_an_index_can_start_at() -> None:
    order_by = (OrderBy("a", descending=True, nullable=False), OrderBy("b", nullable=False))

    condition = rows_after(order_by, (1, 2))

    assert isinstance(condition, AllOf)
    assert condition.conditions[0] == Comparison("a", Operator.LESS_OR_EQUAL, 1)


def test_values_must_be_as_many_as_columns() -> None:
    with pytest.raises(ValueError, match="shorter"):
        rows_after((OrderBy("a"), OrderBy("b")), (1,))


# -- total orders


def _table(
    *, primary: tuple[str, ...] = (), unique: tuple[tuple[str, ...], ...] = (), nullable: str = ""
) -> TableDescription:
    return TableDescription(
        name=QualifiedName("t", "s"),
        columns=tuple(
            TableColumn(
                name=name, type=SqlType(name="int"), ordinal=place, nullable=name in nullable
            )
            for place, name in enumerate("abcd", start=1)
        ),
        primary_key=KeyConstraint(name="p", columns=primary, primary=True) if primary else None,
        unique_keys=tuple(KeyConstraint(name="u", columns=columns) for columns in unique),
    )


def _text(order_by: tuple[OrderBy, ...] | None) -> str | None:
    if order_by is None:
        return None
    return " ".join(f"{order.column}{'-' if order.descending else '+'}" for order in order_by)


@pytest.mark.parametrize(
    ("table", "order_by", "expected"),
    [
        (_table(), (), None),
        (_table(), (OrderBy("a"),), None),
        (_table(primary=("a",)), (), "a+"),
        (_table(primary=("a", "b")), (OrderBy("b", descending=True),), "b- a+"),
        (_table(primary=("a",)), (OrderBy("a", descending=True),), "a-"),
        (_table(primary=("a", "b"), unique=(("c",),)), (), "a+ b+"),
        (_table(unique=(("a", "b"), ("c",))), (), "c+"),
        (_table(unique=(("a", "b"), ("c",)), nullable="c"), (), "a+ b+"),
        (_table(unique=(("c",),), nullable="c"), (), None),
    ],
)
def test_an_order_is_made_total_by_a_key(
    table: TableDescription, order_by: tuple[OrderBy, ...], expected: str | None
) -> None:
    assert _text(total_order(table, order_by)) == expected


def test_a_table_without_a_key_has_no_total_order_whatever_is_unique_by_chance() -> None:
    table = attrs.evolve(_table(), unique_keys=())

    assert total_order(table, (OrderBy("a"), OrderBy("b"))) is None
