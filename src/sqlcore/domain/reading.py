"""A read of one table: columns, conditions, order and page, as values and never as SQL text."""

from __future__ import annotations

import enum
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription

__all__ = [
    "AllOf",
    "AnyOf",
    "Comparison",
    "Condition",
    "Operator",
    "OrderBy",
    "TableRead",
    "rows_after",
    "total_order",
]


class Operator(enum.StrEnum):
    """How a column is compared. The value is the word used in arguments."""

    EQUAL = "="
    NOT_EQUAL = "!="
    LESS = "<"
    LESS_OR_EQUAL = "<="
    GREATER = ">"
    GREATER_OR_EQUAL = ">="
    LIKE = "like"
    NOT_LIKE = "not like"
    IN = "in"
    NOT_IN = "not in"
    BETWEEN = "between"
    IS_NULL = "is null"
    IS_NOT_NULL = "is not null"


@attrs.frozen
class Comparison:
    """One column against a value.

    Attributes:
        column: A column of the table, by its exact name.
        value: A list for IN and NOT IN, a pair for BETWEEN, None for IS NULL and IS NOT NULL;
            for LIKE a pattern with `%` and `_`.
    """

    column: str
    operator: Operator
    value: Any = attrs.field(default=None, repr=False)


@attrs.frozen
class AllOf:
    """All conditions hold; with none of them, always true."""

    conditions: tuple[Condition, ...]


@attrs.frozen
class AnyOf:
    """At least one condition holds; with none of them, never true."""

    conditions: tuple[Condition, ...]


Condition = Comparison | AllOf | AnyOf


@attrs.frozen
class OrderBy:
    """A column to sort by. NULL comes last in ascending and first in descending order.

    Attributes:
        nullable: False where it is known that the column has no NULL, so that an engine which
            sorts NULL otherwise need not say so, and can use an index. Two orders are equal
            whether that is known or not.
    """

    column: str
    descending: bool = False
    nullable: bool = attrs.field(default=True, eq=False, repr=False)


@attrs.frozen(kw_only=True)
class TableRead:
    """What to read; the adapter makes a statement of it.

    Attributes:
        table: With its schema, by its exact name.
        columns: In the order to return them; by exact name.
        where: Conditions, those of a page among them.
        order_by: Columns by exact name; empty leaves the order to the server.
        limit: The most rows.
        offset: Rows to skip, for a table without a key.
    """

    table: QualifiedName
    columns: tuple[str, ...]
    where: Condition = AllOf(())
    order_by: tuple[OrderBy, ...] = ()
    limit: int = 100
    offset: int = 0


def total_order(
    description: TableDescription, order_by: tuple[OrderBy, ...]
) -> tuple[OrderBy, ...] | None:
    """Extend an order by a key of the table until no two rows are equal under it.

    The primary key is taken, or else the shortest unique key without nullable columns.

    Returns:
        The order, or None where the table has no such key.
    """
    key = _row_key(description)
    if key is None:
        return None
    sorted_already = {order.column for order in order_by}
    whole = order_by + tuple(OrderBy(column) for column in key if column not in sorted_already)
    without_null = {column.name for column in description.columns if not column.nullable}
    return tuple(attrs.evolve(order, nullable=order.column not in without_null) for order in whole)


def _row_key(description: TableDescription) -> tuple[str, ...] | None:
    if description.primary_key is not None:
        return description.primary_key.columns
    nullable = {column.name for column in description.columns if column.nullable}
    keys = [key.columns for key in description.unique_keys if not nullable & set(key.columns)]
    return min(keys, key=len, default=None)


def rows_after(order_by: tuple[OrderBy, ...], values: tuple[Any, ...]) -> Condition:
    """Build the condition for the rows that follow a row with these values in this order.

    Under NULLS LAST for ascending and NULLS FIRST for descending columns, for each column: all
    earlier ones are equal and this one is beyond.
    """
    alternatives: list[Condition] = []
    equal: tuple[Condition, ...] = ()
    for order, value in zip(order_by, values, strict=True):
        beyond = _beyond(order, value)
        if beyond is not None:
            alternatives.append(AllOf((*equal, beyond)) if equal else beyond)
        same = Operator.IS_NULL if value is None else Operator.EQUAL
        equal = (*equal, Comparison(order.column, same, value))
    after = alternatives[0] if len(alternatives) == 1 else AnyOf(tuple(alternatives))
    bound = _bound(order_by[0], values[0]) if len(order_by) > 1 else None
    return after if bound is None else AllOf((bound, after))


def _bound(order: OrderBy, value: Any) -> Condition | None:
    """Say again of the first column what follows for it alone: an index can begin there.

    Of alternatives, engines make no range to scan.
    """
    if order.nullable or value is None:
        return None
    operator = Operator.LESS_OR_EQUAL if order.descending else Operator.GREATER_OR_EQUAL
    return Comparison(order.column, operator, value)


def _beyond(order: OrderBy, value: Any) -> Condition | None:
    if order.descending:
        if value is None:
            return Comparison(order.column, Operator.IS_NOT_NULL)
        return Comparison(order.column, Operator.LESS, value)
    if value is None:
        return None
    greater = Comparison(order.column, Operator.GREATER, value)
    if not order.nullable:
        return greater
    return AnyOf((greater, Comparison(order.column, Operator.IS_NULL)))
