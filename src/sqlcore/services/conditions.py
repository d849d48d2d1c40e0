"""The structured `where` and `order_by` of a table read.

`where` is one condition or a list of them, all of which must hold:

    {"column": "status", "op": "=", "value": "paid"}
    {"column": "total", "op": "between", "value": [10, 20]}
    {"column": "shipped_at", "op": "is null"}
    {"any": [{...}, {...}]}    at least one holds
    {"all": [{...}, {...}]}    all hold
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sqlcore.domain.reading import AllOf, AnyOf, Comparison, Condition, Operator, OrderBy
from sqlcore.domain.table import TableDescription
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError
from sqlcore.services.naming import nearest

__all__ = ["parse_column", "parse_condition", "parse_order"]

_DEEPEST = 10
_MOST_VALUES = 1000
"""In one `where`. SQL Server takes 2,100 parameters, and a page adds some of its own."""
_SYNONYMS = {
    "==": Operator.EQUAL,
    "eq": Operator.EQUAL,
    "<>": Operator.NOT_EQUAL,
    "ne": Operator.NOT_EQUAL,
    "lt": Operator.LESS,
    "lte": Operator.LESS_OR_EQUAL,
    "le": Operator.LESS_OR_EQUAL,
    "gt": Operator.GREATER,
    "gte": Operator.GREATER_OR_EQUAL,
    "ge": Operator.GREATER_OR_EQUAL,
}
_EXAMPLE = 'Write it like {"column": "status", "op": "=", "value": "paid"}.'
_ORDER = re.compile(r"^(?P<column>.+?)(?:\s+(?P<direction>asc|desc))?$", re.IGNORECASE | re.DOTALL)


def parse_condition(description: TableDescription, where: Any, depth: int = 0) -> Condition:
    """Read a `where` against the columns of a table.

    Raises:
        InvalidArgumentError: It is not of the form above.
        NotFoundError: A column does not exist; the error names the nearest.
    """
    if where is None and depth == 0:
        return AllOf(())
    condition = _condition(description, where, depth)
    if depth == 0 and _count_values(condition) > _MOST_VALUES:
        raise _bad(f"It compares with more than {_MOST_VALUES} values in all.")
    return condition


def _count_values(condition: Condition) -> int:
    if isinstance(condition, Comparison):
        return len(condition.value) if isinstance(condition.value, tuple) else 1
    return sum(_count_values(inner) for inner in condition.conditions)


def _condition(description: TableDescription, where: Any, depth: int) -> Condition:
    if depth > _DEEPEST:
        raise _bad(f"Conditions are nested deeper than {_DEEPEST} levels.")
    if isinstance(where, list | tuple):
        return AllOf(tuple(parse_condition(description, item, depth + 1) for item in where))
    if not isinstance(where, Mapping):
        raise _bad(f"A condition is an object, not {_kind(where)}.")
    for word, group in (("any", AnyOf), ("all", AllOf)):
        if set(where) == {word}:
            return group(_group(description, where[word], word, depth))
    return _comparison(description, where)


def _group(
    description: TableDescription, items: Any, word: str, depth: int
) -> tuple[Condition, ...]:
    if not isinstance(items, list | tuple) or not items:
        raise _bad(f'"{word}" takes a list of at least one condition.')
    return tuple(parse_condition(description, item, depth + 1) for item in items)


def _comparison(description: TableDescription, where: Mapping[str, Any]) -> Comparison:
    unknown = sorted(str(key)[:50] for key in set(where) - {"column", "op", "value"})
    if unknown or "column" not in where:
        what = f"does not know {', '.join(unknown)}" if unknown else "needs a column"
        raise _bad(f"A condition {what}.")
    if not isinstance(where["column"], str):
        raise _bad("The column of a condition is its name, as a string.")
    column = parse_column(description, where["column"], "where")
    operator = _operator(where.get("op", "="))
    return Comparison(column, operator, _value(operator, where, column))


def _operator(word: Any) -> Operator:
    text = " ".join(str(word).lower().replace("_", " ").split())
    if text in _SYNONYMS:
        return _SYNONYMS[text]
    try:
        return Operator(text)
    except ValueError:
        known = ", ".join(operator.value for operator in Operator)
        raise _bad(f'"{str(word)[:50]}" is no operator; there are: {known}.') from None


def _value(operator: Operator, where: Mapping[str, Any], column: str) -> Any:
    value = where.get("value")
    if operator in (Operator.IS_NULL, Operator.IS_NOT_NULL):
        if value is not None:
            raise _bad(f'"{operator.value}" takes no value (column {column}).')
        return None
    if operator in (Operator.IN, Operator.NOT_IN, Operator.BETWEEN):
        return _values(operator, value, column)
    if value is None:
        raise _bad(f'"{operator.value}" needs a value (column {column}); for NULL use "is null".')
    if isinstance(value, list | tuple | Mapping):
        hint = ' For several use "in".' if operator is Operator.EQUAL else ""
        raise _bad(f'"{operator.value}" takes one plain value (column {column}).{hint}')
    if operator in (Operator.LIKE, Operator.NOT_LIKE) and not isinstance(value, str):
        raise _bad(f'"{operator.value}" takes a string with % and _ (column {column}).')
    return value


def _values(operator: Operator, value: Any, column: str) -> tuple[Any, ...]:
    if not isinstance(value, list | tuple):
        raise _bad(f'"{operator.value}" takes a list of values (column {column}).')
    if operator is Operator.BETWEEN and len(value) != 2:  # noqa: PLR2004  # from and to
        raise _bad(f'"between" takes a list of two values (column {column}).')
    if len(value) > _MOST_VALUES:
        raise _bad(f'"{operator.value}" takes at most {_MOST_VALUES} values (column {column}).')
    if any(item is None or isinstance(item, list | tuple | Mapping) for item in value):
        raise _bad(f'"{operator.value}" takes plain values; for NULL use "is null" ({column}).')
    return tuple(value)


def parse_order(description: TableDescription, text: str) -> OrderBy:
    """Read `column`, `column asc` or `column desc`.

    A column whose whole name is the text is taken first, so that a name may end in ` desc`.
    """
    if not isinstance(text, str):
        raise InvalidArgumentError(
            f"An entry of order_by is a string, not {_kind(text)}.",
            parameter="order_by",
            hint='Write "column", "column asc" or "column desc".',
        )
    exact = description.column(text)
    if exact is not None:
        return OrderBy(exact.name)
    match = _ORDER.match(text.strip())
    if match is None:
        raise InvalidArgumentError("order_by has an empty entry.", parameter="order_by")
    column = parse_column(description, match["column"], "order_by")
    return OrderBy(column, descending=(match["direction"] or "").lower() == "desc")


def parse_column(description: TableDescription, name: str, parameter: str) -> str:
    """Find a column: by its exact name, or else without regard to case.

    Raises:
        NotFoundError: There is none; the error names the nearest.
        AmbiguousNameError: There are several that differ in case only.
    """
    if not isinstance(name, str):
        raise InvalidArgumentError(f"A column is a name, not {_kind(name)}.", parameter=parameter)
    if description.column(name) is not None:
        return name
    alike = [c.name for c in description.columns if c.name.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    if alike:
        raise AmbiguousNameError(
            f"{description.name} has several columns of that name: {', '.join(alike)}.",
            parameter=parameter,
            hint="Write one of these exactly.",
        )
    names = [column.name for column in description.columns]
    close = nearest(name, names) or names[:20]
    raise NotFoundError(
        f'{description.name} has no column "{name[:100]}".',
        parameter=parameter,
        hint=f"Did you mean {' or '.join(close)}?",
    )


def _bad(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(message, parameter="where", hint=_EXAMPLE)


def _kind(value: Any) -> str:
    """Name the kind of an argument in the words of JSON."""
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, list | tuple):
        return "a list"
    if isinstance(value, str):
        return "a string"
    return "null" if value is None else "an object"
