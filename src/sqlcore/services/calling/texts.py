"""Rules of text, and of types whose text only the server can read."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from sqlcore.domain.encoding import encode_value
from sqlcore.domain.type_names import TypeName
from sqlcore.domain.values import ServerText
from sqlcore.services.calling.rules import (
    RefusedValueError,
    Schema,
    TypeRule,
    always,
    describe,
    first_name,
    fixed,
)

__all__ = ["Measure", "as_is", "as_text", "check_text", "text"]

Measure = Callable[[str, TypeName], int]
"""Counts what the length of a type counts; refuses a text that the type cannot hold."""


def check_text(value: Any, *, allows_nul: bool) -> str:
    """Take text that every encoding of Unicode carries.

    Raises:
        RefusedValueError: It is no text, or holds NUL or half of a surrogate pair.
    """
    if not isinstance(value, str):
        wanted = "write it as a string" if isinstance(value, int | float | Decimal) else "not text"
        raise RefusedValueError(f"it is {describe(value)}; {wanted}")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise RefusedValueError(
            f"character {error.start + 1} is half of a surrogate pair, which is no character"
        ) from None
    if not allows_nul and "\0" in value:
        raise RefusedValueError(
            f"character {value.index(chr(0)) + 1} is NUL, which PostgreSQL's text cannot hold"
        )
    return value


def text(
    names: str,
    measure: Measure,
    *,
    unit: str,
    most: int,
    fixed_size: int | None = None,
    exact: bool = False,
    allows_nul: bool = True,
    spelling: str | None = None,
    pattern: str | None = None,
    example: str = "abc",
    limits: str | None = None,
) -> TypeRule:
    """Make the rule of a type of text.

    Args:
        names: Of the type, separated by `|`.
        measure: Counts the length.
        unit: What is counted, in words.
        most: The length without an argument, or of `max`.
        fixed_size: The length of the type, where it takes no argument.
        exact: Whether a text must have just the length.
        allows_nul: Whether it may hold NUL.
        spelling: For the documentation, where it is not the first name.
        pattern: That the whole text must match.
        example: A value; it is cut to the length, or repeated up to it.
        limits: In words, where the unit does not say it.
    """
    matcher = re.compile(pattern) if pattern else None

    def length(name: TypeName) -> int | None:
        return fixed_size or name.number(0)

    def check(value: Any, name: TypeName) -> str:
        content = check_text(value, allows_nul=allows_nul)
        size = measure(content, name)
        limit = length(name) or most
        if size > limit:
            raise RefusedValueError(f"it has {size:,} {unit}, and {limit:,} fit")
        if exact and length(name) and size != limit:
            raise RefusedValueError(f"it has {size:,} {unit}, and the type has just {limit:,}")
        if matcher and not matcher.fullmatch(content):
            raise RefusedValueError(f"it is not of the form {pattern}")
        return content

    def schema(name: TypeName) -> Schema:
        limit = length(name)
        known: Schema = {"type": "string"}
        if limit:
            known["maxLength"] = limit
        if pattern:
            known["pattern"] = f"^{pattern}$"
        return known

    def sample(name: TypeName) -> str:
        limit = length(name)
        if exact and limit:
            return (example * limit)[:limit]
        return example if limit is None else example[:limit]

    return TypeRule(
        names=names,
        spelling=spelling or first_name(names),
        check=check,
        schema=schema,
        example=sample,
        python="`str`",
        accepts="string",
        limits=limits or (f"n {unit}" if spelling else f"{most:,} {unit}"),
    )


def as_text(
    names: str, *, example: str, allows_nul: bool, spelling: str | None = None, limits: str = ""
) -> TypeRule:
    """Make the rule of a type whose text only the server can read."""

    def check(value: Any, _: TypeName) -> ServerText:
        return ServerText(check_text(_spelled(value), allows_nul=allows_nul))

    return TypeRule(
        names=names,
        spelling=spelling or first_name(names),
        check=check,
        schema=fixed(type="string"),
        example=always(example),
        python="`ServerText`",
        accepts="string, as the server spells it; a number or truth value goes as its text",
        limits=limits or "the server reads it",
    )


_SPELLED = (int, float, Decimal, dt.date, dt.time, uuid.UUID)


def _spelled(value: Any) -> Any:
    if isinstance(value, bool):
        return "true" if value else "false"
    try:
        return str(encode_value(value)) if isinstance(value, _SPELLED) else value
    except ValueError:
        raise RefusedValueError("it has too many digits") from None


def as_is(names: str, *, example: Any, is_list: bool = False) -> TypeRule:
    """Make the rule of a pseudo-type: the server takes the type of the value."""

    def scalar(value: Any) -> Any:
        if isinstance(value, str):
            return check_text(value, allows_nul=False)
        if not isinstance(value, (bool, bytes, *_SPELLED)):
            raise RefusedValueError(f"it is {describe(value)}, not a single value")
        return value

    def check(value: Any, _: TypeName) -> Any:
        if not is_list:
            return scalar(value)
        if not isinstance(value, list | tuple):
            raise RefusedValueError(f"it is {describe(value)}, not a list")
        return [None if item is None else scalar(item) for item in value]

    return TypeRule(
        names=names,
        spelling=first_name(names),
        check=check,
        schema=fixed(type="array") if is_list else fixed(type=["string", "number", "boolean"]),
        example=always(example),
        python="the value as it is",
        accepts="array of single values" if is_list else "string, number, true, false",
        limits="the server takes the type of the value",
    )
