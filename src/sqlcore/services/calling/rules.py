"""What a rule of a type is: which values it takes, and what it says of itself."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs

from sqlcore.domain.type_names import TypeName

__all__ = [
    "RefusedValueError",
    "Schema",
    "TypeRule",
    "always",
    "counted",
    "describe",
    "first_name",
    "fixed",
]

Schema = dict[str, Any]


class RefusedValueError(Exception):
    """A value is not of a type; the text says what is wrong with it, and never the value."""


def _split(names: str) -> tuple[str, ...]:
    return tuple(names.split("|"))


def first_name(names: str) -> str:
    """Give the first of names that `|` separates."""
    return names.partition("|")[0]


@attrs.frozen(kw_only=True)
class TypeRule:
    """The rule of one type, whatever its arguments.

    Attributes:
        names: As the server spells the type, without arguments, separated by `|`; the first is
            the usual one.
        spelling: With arguments, for the documentation.
        check: Gives the Python value that the adapter sends. A value that it takes is not
            changed, but for what `accepts` says.
            Raises RefusedValueError.
        schema: The JSON Schema of a value.
        example: A value in its JSON form that the rule takes.
        python: What is sent.
        accepts: The JSON forms, in words.
        limits: In words.
    """

    names: tuple[str, ...] = attrs.field(converter=_split)
    spelling: str
    check: Callable[[Any, TypeName], Any]
    schema: Callable[[TypeName], Schema]
    example: Callable[[TypeName], Any]
    python: str
    accepts: str
    limits: str


def always(value: Any) -> Callable[[TypeName], Any]:
    """Give the same example whatever the type's arguments."""
    return lambda _: value


def fixed(**schema: Any) -> Callable[[TypeName], Schema]:
    """Give the same schema whatever the type's arguments."""
    return lambda _: dict(schema)


def counted(number: int, word: str) -> str:
    """Say how many there are: `1 digit`, `2 digits`."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def describe(value: Any) -> str:
    """Say what a value is without saying it: `a text of 12 characters`."""
    if isinstance(value, str):
        return f"a text of {counted(len(value), 'character')}" if value else "an empty text"
    for kinds, words in _WORDS:
        if isinstance(value, kinds):
            return words
    return f"a value of class {type(value).__name__[:40]}"


# In this order: a bool is an int.
_WORDS: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (type(None), "NULL"),
    (bool, "true or false"),
    (int, "an integer"),
    ((float, Decimal), "a number"),
    ((bytes, bytearray, memoryview), "binary"),
    (dict, "an object"),
    ((list, tuple), "a list"),
)
