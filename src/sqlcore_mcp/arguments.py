"""Arguments of tools: declared once, for the input schema and for reading what a caller sent.

The schema is kept small, for every client reads it into the model's context. Reading is lenient
where no meaning is lost (a number as a string, JSON in a string, null for "left out"), and names
the argument that is wrong.
"""

from __future__ import annotations

import enum
import json
import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sqlcore.errors import InvalidArgumentError
from sqlcore.services.naming import nearest

__all__ = ["Argument", "Kind", "input_schema", "read_arguments"]


class Kind(enum.Enum):
    """What an argument is: in words, for messages, and as JSON schema."""

    TEXT = ("a string", {"type": "string"})
    INTEGER = ("a whole number", {"type": "integer"})
    NUMBER = ("a number", {"type": "number"})
    FLAG = ("true or false", {"type": "boolean"})
    TEXTS = ("a list of strings", {"type": "array", "items": {"type": "string"}})
    OBJECT = ("an object", {"type": "object"})
    OBJECTS = ("a list of objects", {"type": "array", "items": {"type": "object"}})
    VALUES = (
        "an object or a list",
        {"anyOf": [{"type": "object"}, {"type": "array", "items": {}}]},
    )

    def __init__(self, words: str, schema: dict[str, Any]) -> None:
        self.words = words
        self.schema = schema


@attrs.frozen(kw_only=True)
class Argument:
    """An argument of a tool.

    Attributes:
        choices: The words that are possible, for TEXT and TEXTS.
        minimum: The least value, for numbers.
        default: What the schema says of leaving it out; the tool's function applies it.
    """

    name: str
    kind: Kind = Kind.TEXT
    description: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    default: Any = None

    def schema(self) -> dict[str, Any]:
        """Write its JSON schema."""
        schema = dict(self.kind.schema)
        if self.choices and self.kind is Kind.TEXTS:
            schema["items"] = {"enum": list(self.choices)}
        elif self.choices:
            schema["enum"] = list(self.choices)
        if self.minimum is not None:
            schema["minimum"] = self.minimum
        if self.default is not None:
            schema["default"] = self.default
        if self.description:
            schema["description"] = self.description
        return schema

    def read(self, value: Any) -> Any:
        """Read what a caller sent.

        Raises:
            InvalidArgumentError: It is not of this kind, or out of range.
        """
        read = _read(self.kind, value)
        if read is _MISMATCH:
            raise InvalidArgumentError(
                f'"{self.name}" must be {self.kind.words}, not {_kind_of(value)}.',
                parameter=self.name,
            )
        fault = _fault(read)
        if fault:
            raise InvalidArgumentError(f'"{self.name}" has {fault}.', parameter=self.name)
        if self.minimum is not None and read < self.minimum:
            raise InvalidArgumentError(
                f'"{self.name}" is {read}; it must be at least {self.minimum:g}.',
                parameter=self.name,
            )
        if self.choices:
            return self._chosen(read)
        return read

    def _chosen(self, read: Any) -> Any:
        words = [read] if isinstance(read, str) else read
        for word in words:
            if word.lower() not in self.choices:
                close = nearest(word, self.choices)
                raise InvalidArgumentError(
                    f'"{self.name}" does not know "{word[:50]}".',
                    parameter=self.name,
                    hint=f"Did you mean {' or '.join(close)}?"
                    if close
                    else f"It is one of: {', '.join(self.choices)}.",
                )
        return read.lower() if isinstance(read, str) else [word.lower() for word in read]


def input_schema(arguments: Sequence[Argument]) -> dict[str, Any]:
    """Write the JSON schema of a tool's input."""
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {argument.name: argument.schema() for argument in arguments},
    }
    required = [argument.name for argument in arguments if argument.required]
    if required:
        schema["required"] = required
    return schema


def read_arguments(arguments: Sequence[Argument], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Read the arguments of a call; those that were left out are not in the answer.

    Raises:
        InvalidArgumentError: One is unknown, missing, of another kind or out of range.
    """
    known = {argument.name: argument for argument in arguments}
    for name in sent:
        if name not in known:
            shown = name.encode("ascii", "backslashreplace").decode() if _fault(name) else name
            raise _unknown(shown, list(known))
    values = {name: known[name].read(value) for name, value in sent.items() if value is not None}
    for argument in arguments:
        if argument.required and argument.name not in values:
            raise InvalidArgumentError(
                f'The argument "{argument.name}" is missing.', parameter=argument.name
            )
    return values


def _unknown(name: str, known: list[str]) -> InvalidArgumentError:
    close = nearest(name, known)
    if close:
        hint = f"Did you mean {' or '.join(close)}?"
    elif known:
        hint = f"It takes: {', '.join(known)}."
    else:
        hint = "It takes none."
    return InvalidArgumentError(
        f'There is no argument "{name[:100]}".', parameter=name[:100], hint=hint
    )


_HALF_PAIR = re.compile("[\ud800-\udfff]")


def _fault(value: Any) -> str | None:
    """Say what in a value cannot be meant: escapes and numbers of JSON that no reader takes."""
    rest = [value]
    while rest:
        item = rest.pop()
        if isinstance(item, str):
            if not item.isascii() and _HALF_PAIR.search(item):
                return "half of a surrogate pair, which is no character"
        elif isinstance(item, float):
            if math.isinf(item):  # JSON has no infinity: it was written as 1e999
                return 'a number that is too large; an infinity is the string "Infinity"'
        elif isinstance(item, Mapping):
            rest += (*item.keys(), *item.values())
        elif isinstance(item, list | tuple):
            rest += item
    return None


_MISMATCH = object()
_PYTHON_TYPES: dict[Kind, type | tuple[type, ...]] = {
    Kind.TEXT: str,
    Kind.INTEGER: int,
    Kind.NUMBER: (int, float),
    Kind.FLAG: bool,
    Kind.TEXTS: list,
    Kind.OBJECT: dict,
    Kind.OBJECTS: list,
    Kind.VALUES: (dict, list),
}


_ITEM_TYPES: dict[Kind, type] = {Kind.TEXTS: str, Kind.OBJECTS: dict}


def _read(kind: Kind, value: Any) -> Any:
    if isinstance(value, str) and kind is not Kind.TEXT:
        value = _from_text(kind, value)
    if kind is Kind.INTEGER and isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) and kind is not Kind.FLAG:
        return _MISMATCH
    if kind is Kind.OBJECTS and isinstance(value, dict):
        value = [value]
    checked: Any = value
    if not isinstance(checked, _PYTHON_TYPES[kind]):
        return _MISMATCH
    item_type = _ITEM_TYPES.get(kind)
    if item_type is not None and not all(isinstance(item, item_type) for item in value):
        return _MISMATCH
    if kind is Kind.NUMBER and value != value:  # noqa: PLR0124  # NaN
        return _MISMATCH
    return value


def _from_text(kind: Kind, text: str) -> Any:
    """Read JSON in a string, as some clients send all but strings; a bare word makes a list."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        value = text
    return [text] if kind is Kind.TEXTS and not isinstance(value, list) else value


def _kind_of(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, float):
        return "NaN" if math.isnan(value) else "a number with a fraction"
    names = {bool: "a boolean", int: "a whole number", str: "a string"}
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")
