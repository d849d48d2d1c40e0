"""Marks around what comes from the database, which it cannot guess.

Values, names and comments of a database may be written so that a model takes them for words of
the server, or of the person. In an answer's text they stand between two marks that are new for
each answer; nothing that was stored before can end them.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import groupby

import attrs

__all__ = ["MARKS", "Data", "Part", "joined", "marked"]

_DIGITS = 12
"""Forty bits; decimal digits take half of the tokens that hexadecimal ones do."""
MARKS = "<data-{0}>\n</data-{0}>\n".format("0" * _DIGITS)
"""What a pair of marks costs of a budget; about 18 tokens."""


@attrs.frozen
class Data:
    """A part of a text that comes from the database; the other parts are the server's own words."""

    text: str


Part = str | Data


def joined(parts: Iterable[Part]) -> str:
    """Write a text without marks, for a person."""
    return "".join(part if isinstance(part, str) else part.text for part in parts).rstrip("\n")


def marked(parts: Iterable[Part]) -> str:
    """Write a text with its data marked off, in lines of their own where it has several."""
    parts = tuple(parts)
    whole = joined(parts)
    mark = _new_mark()
    while mark in whole:
        mark = _new_mark()
    texts: list[str] = []
    for is_data, run in groupby(parts, lambda part: isinstance(part, Data)):
        text = "".join(part if isinstance(part, str) else part.text for part in run)
        texts.append(_between(text, mark) if is_data and text else text)
    return "".join(texts).rstrip("\n")


def _between(text: str, mark: str) -> str:
    if "\n" not in text:
        return f"<{mark}>{text}</{mark}>"
    return f"<{mark}>\n{text.rstrip(chr(10))}\n</{mark}>\n"


def _new_mark() -> str:
    number = int.from_bytes(os.urandom(16)) % 10**_DIGITS  # as good as secrets.randbelow, and quick
    return f"data-{number:0{_DIGITS}}"
