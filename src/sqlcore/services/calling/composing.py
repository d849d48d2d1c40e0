"""Rules of values that consist of others: arrays, composites, rows of table types, and enums."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.domain.procedure import TableTypeColumn
from sqlcore.services.calling.rules import Schema, describe
from sqlcore.services.naming import nearest

__all__ = [
    "Flaw",
    "FlawedValueError",
    "ValueRule",
    "array_rule",
    "composite_rule",
    "enum_rule",
    "or_null",
    "table_rule",
]

MOST_FLAWS = 20
"""Of one value; then the rest of it is not looked at."""
_MOST_DIMENSIONS = 6
"""Of an array. Source: PostgreSQL's MAXDIM."""
_LABELS_SHOWN = 8
_LONGEST_NAME = 255
_NAME_SHOWN = 40


@attrs.frozen(kw_only=True)
class Flaw:
    """What is wrong at one place of a value; see `Problem`."""

    type: str
    reason: str
    place: str = ""
    example: Any = None


class FlawedValueError(Exception):
    """A value is not what its parameter takes."""

    def __init__(self, *flaws: Flaw) -> None:
        super().__init__(*flaws)
        self.flaws = flaws


@attrs.frozen(kw_only=True)
class ValueRule:
    """The rule of one type with its arguments.

    Attributes:
        type: As the server spells it.
        check: Gives the value to send; NULL is not asked. Raises FlawedValueError.
        schema: The JSON Schema of a value.
        example: A value in its JSON form.
        takes_lists: Whether a list may be one value, so that an array of it has one dimension.
    """

    type: str
    check: Callable[[Any], Any]
    schema: Schema
    example: Any
    takes_lists: bool = False


Fields = Sequence[tuple[TableTypeColumn, ValueRule]]


def or_null(schema: Schema) -> Schema:
    """Allow null beside what a schema allows."""
    if "anyOf" in schema:
        return {**schema, "anyOf": [*schema["anyOf"], {"type": "null"}]}
    if "type" not in schema:
        return schema
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    known = {**schema, "type": [*types, "null"]}
    if "enum" in schema:
        known["enum"] = [*schema["enum"], None]
    return known


def enum_rule(spelling: str, labels: Sequence[str]) -> ValueRule:
    """Make the rule of an enum."""

    def check(value: Any) -> str:
        if isinstance(value, str) and value in labels:
            return str(value)
        close = nearest(value[:_LONGEST_NAME], labels, 1) if isinstance(value, str) else []
        named = ", ".join(labels[:_LABELS_SHOWN]) + (" …" if len(labels) > _LABELS_SHOWN else "")
        example = close[0] if close else labels[0]
        raise FlawedValueError(
            Flaw(type=spelling, reason=f"it is none of {named}", example=example)
        )

    schema: Schema = {"type": "string", "enum": list(labels)}
    return ValueRule(type=spelling, check=check, schema=schema, example=labels[0])


def array_rule(spelling: str, element: ValueRule) -> ValueRule:
    """Make the rule of an array: lists of one shape, with NULL as any element."""
    example = [element.example]

    def check(value: Any) -> list[Any]:
        if not isinstance(value, list | tuple):
            reason = f"it is {describe(value)}, not a list"
            raise FlawedValueError(Flaw(type=spelling, reason=reason, example=example))
        if not element.takes_lists and _shape(value) is None:
            reason = f"its lists are not of one length and depth (at most {_MOST_DIMENSIONS})"
            raise FlawedValueError(Flaw(type=spelling, reason=reason, example=example))
        flaws: list[Flaw] = []
        checked = _elements(value, element, "", flaws)
        if flaws:
            raise FlawedValueError(*flaws)
        return checked

    items = or_null(element.schema)
    if not element.takes_lists:
        items = {"anyOf": [items, {"type": "array"}]}
    schema: Schema = {"type": "array", "items": items}
    # In an array of a domain that is an array, a list is one element.
    return ValueRule(type=spelling, check=check, schema=schema, example=example, takes_lists=True)


def _shape(value: Any, depth: int = 1) -> tuple[int, ...] | None:
    """Give the length of each dimension; None where lists differ, or are nested too deeply."""
    if depth > _MOST_DIMENSIONS:
        return None
    inner = [item for item in value if isinstance(item, list | tuple)]
    if not inner:
        return (len(value),)
    shapes = {_shape(item, depth + 1) for item in inner}
    first = shapes.pop()
    if shapes or first is None or len(inner) != len(value):
        return None
    return (len(value), *first)


def _elements(value: Sequence[Any], rule: ValueRule, place: str, flaws: list[Flaw]) -> list[Any]:
    checked: list[Any] = []
    for number, item in enumerate(value, 1):
        if len(flaws) >= MOST_FLAWS:
            break
        where = f"{place}element {number}" if not place else f"{place}.{number}"
        if isinstance(item, list | tuple) and not rule.takes_lists:
            checked.append(_elements(item, rule, where, flaws))
        else:
            checked.append(_part(item, rule, where, flaws))
    return checked


def _part(value: Any, rule: ValueRule, place: str, flaws: list[Flaw]) -> Any:
    """Check a part of a value; what is wrong goes to `flaws`."""
    if value is None:
        return None
    try:
        return rule.check(value)
    except FlawedValueError as error:
        flaws.extend(
            attrs.evolve(flaw, place=f"{place}, {flaw.place}" if flaw.place else place)
            for flaw in error.flaws
        )
        return None


def composite_rule(spelling: str, fields: Fields) -> ValueRule:
    """Make the rule of a composite type: a tuple of its fields, in their order."""
    example = {column.name: rule.example for column, rule in fields}

    def check(value: Any) -> tuple[Any, ...]:
        flaws: list[Flaw] = []
        row = _row(value, spelling, fields, "", flaws)
        if flaws:
            raise FlawedValueError(*flaws)
        return row

    return ValueRule(
        type=spelling, check=check, schema=_row_schema(fields), example=example, takes_lists=True
    )


def table_rule(spelling: str, fields: Fields) -> ValueRule:
    """Make the rule of a table type: a tuple of rows, each a tuple in the order of columns."""
    example = [{column.name: rule.example for column, rule in fields}]

    def check(value: Any) -> tuple[tuple[Any, ...], ...]:
        if not isinstance(value, list | tuple):
            reason = f"it is {describe(value)}, not a list of rows"
            raise FlawedValueError(Flaw(type=spelling, reason=reason, example=example))
        flaws: list[Flaw] = []
        rows: list[tuple[Any, ...]] = []
        for number, row in enumerate(value, 1):
            if len(flaws) >= MOST_FLAWS:
                break
            rows.append(_row(row, spelling, fields, f"row {number}", flaws))
        if flaws:
            raise FlawedValueError(*flaws)
        return tuple(rows)

    schema: Schema = {"type": "array", "items": _row_schema(fields)}
    return ValueRule(type=spelling, check=check, schema=schema, example=example, takes_lists=True)


def _row_schema(fields: Fields) -> Schema:
    return {
        "type": "object",
        "properties": {
            column.name: or_null(rule.schema) if column.nullable else rule.schema
            for column, rule in fields
        },
        "required": [column.name for column, _ in fields if not column.nullable],
        "additionalProperties": False,
    }


def _row(
    value: Any, spelling: str, fields: Fields, place: str, flaws: list[Flaw]
) -> tuple[Any, ...]:
    """Check a row; a column that is left out of an object is NULL."""

    def refuse(reason: str) -> None:
        example = {column.name: rule.example for column, rule in fields}
        flaws.append(Flaw(place=place, type=spelling, reason=reason, example=example))

    if isinstance(value, Mapping):
        values = _by_column(value, fields, refuse)
    elif isinstance(value, list | tuple):
        values = dict(zip((column.name for column, _ in fields), value, strict=False))
        if len(value) != len(fields):
            refuse(f"it has {len(value):,} values for {len(fields):,} columns")
            return ()
    else:
        refuse(f"it is {describe(value)}, not an object or a list")
        return ()
    checked: list[Any] = []
    for column, rule in fields:
        item = values.get(column.name)
        where = ", ".join(filter(None, (place, f'column "{column.name}"')))
        if item is None and not column.nullable:
            reason = "it is NULL or missing, and the column does not take NULL"
            flaws.append(Flaw(place=where, type=rule.type, reason=reason, example=rule.example))
        checked.append(_part(item, rule, where, flaws))
    return tuple(checked)


def _by_column(
    row: Mapping[Any, Any], fields: Fields, refuse: Callable[[str], None]
) -> dict[str, Any]:
    columns = dict.fromkeys(column.name for column, _ in fields)
    values: dict[str, Any] = {}
    # Of a row with more names than these the first ones say enough of what is wrong.
    for key, value in itertools.islice(row.items(), len(fields) + MOST_FLAWS):
        if not isinstance(key, str):
            refuse("a name of a column is no text")
            continue
        name = key if key in columns else _alike(key, columns)
        if name is None:
            close = nearest(key[:_LONGEST_NAME], columns, 1)
            known = f"; did you mean {close[0]}" if close else ""
            refuse(f"there is no column {key[:_NAME_SHOWN]!r}{known}")
        elif name in values:
            refuse(f"column {name[:_NAME_SHOWN]!r} is given twice")
        else:
            values[name] = value
    return values


def _alike(name: str, columns: Iterable[str]) -> str | None:
    """Find the one column whose name differs by case alone."""
    alike = [column for column in columns if column.lower() == name.lower()]
    return alike[0] if len(alike) == 1 else None
