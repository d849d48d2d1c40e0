"""The spelling of a type, taken apart: `numeric(12,2)`, `timestamp(3) with time zone`, `text[]`."""

from __future__ import annotations

import re

import attrs

__all__ = ["TypeName"]

_ARGUMENTS = re.compile(r"\s*\(([^()]*)\)")
_COLLATION = re.compile(r"\s+collate\s+(\w+)\s*$", re.IGNORECASE)


@attrs.frozen
class TypeName:
    """A type's name and its arguments.

    Attributes:
        base: Lower-case and without arguments: `timestamp with time zone`. A name in quotes or
            brackets stays as it is written.
        arguments: What stands in brackets, in lower case: `("12", "2")`, `("max",)`.
        is_array: Whether it is an array of any number of dimensions.
        collation: What stands after COLLATE.
    """

    base: str
    arguments: tuple[str, ...] = ()
    is_array: bool = False
    collation: str | None = None

    @classmethod
    def parse(cls, spelling: str) -> TypeName:
        """Take a spelling apart; what it means is not looked at."""
        text = spelling.strip()
        collation = _COLLATION.search(text)
        if collation:
            text = text[: collation.start()]
        is_array = False
        while text.endswith("[]"):
            text, is_array = text[:-2].rstrip(), True
        arguments: tuple[str, ...] = ()
        if '"' not in text and "[" not in text:
            found = _ARGUMENTS.search(text)
            if found:
                arguments = tuple(part.strip().lower() for part in found[1].split(","))
                text = text[: found.start()] + text[found.end() :]
            text = " ".join(text.lower().split())
        return cls(text, arguments, is_array, collation[1] if collation else None)

    def number(self, index: int) -> int | None:
        """Give an argument as a number; None where there is none, or it is no number."""
        if index >= len(self.arguments):
            return None
        text = self.arguments[index]
        digits = text.removeprefix("-")
        is_number = digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS
        return int(text) if is_number else None

    @property
    def is_max(self) -> bool:
        """Whether it is of the greatest length: `varchar(max)`."""
        return self.arguments == ("max",)


_MOST_DIGITS = 9
