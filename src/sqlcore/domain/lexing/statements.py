"""Statements and batches of a text, and the fingerprint that is the same for the same query."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

import attrs

from sqlcore.domain.lexing.tokens import Token, TokenKind, line_of, tokenize

__all__ = ["Batch", "fingerprint", "short_fingerprint", "split_batches", "split_statements"]

_LINE_END = re.compile("\r\n|\n|\r")
_COUNT = re.compile("[0-9]+")
_MAX_COUNT_DIGITS = 9
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)


def split_statements(tokens: Iterable[Token]) -> tuple[tuple[Token, ...], ...]:
    """Split on the semicolons outside brackets; statements of blanks alone are left out.

    The semicolons themselves are dropped. T-SQL needs none between statements, so that there a
    part may still be several statements.
    """
    statements: list[tuple[Token, ...]] = []
    current: list[Token] = []
    depth = 0
    for token in tokens:
        if token.kind is TokenKind.PUNCTUATION:
            if token.text == ";" and depth == 0:
                statements.append(tuple(current))
                current = []
                continue
            if token.text in "([":
                depth += 1
            elif token.text in ")]":
                depth = max(0, depth - 1)
        current.append(token)
    statements.append(tuple(current))
    return tuple(
        statement
        for statement in statements
        if any(token.kind not in _BLANK for token in statement)
    )


@attrs.frozen(kw_only=True)
class Batch:
    """What stands between two GO lines of a T-SQL script.

    Attributes:
        text: The batch without its GO line.
        repeat: How many times it runs (`GO 5`).
        line: The line of the script on which it starts, from 1.
    """

    text: str
    repeat: int = 1
    line: int = 1


def split_batches(text: str) -> tuple[Batch, ...]:
    """Split a T-SQL script on its GO lines, as sqlcmd does; empty batches are left out.

    GO counts where it stands alone on its line, with or without a number, outside strings,
    comments and quoted names. SQL Server itself does not know it.

    Raises:
        LexError: The text has something without an end.
    """
    batches: list[Batch] = []
    start = 0
    for line in _lines(tokenize(text, "tsql")):
        repeat = _go([token for token in line if token.kind not in _BLANK])
        if repeat is not None:
            batches.append(_batch(text, start, line[0].start, repeat))
            line_end = _LINE_END.search(text, line[0].end, line[-1].end)
            start = line_end.end() if line_end else line[-1].end
    batches.append(_batch(text, start, len(text), 1))
    return tuple(batch for batch in batches if batch.text.strip())


def _batch(text: str, start: int, end: int, repeat: int) -> Batch:
    return Batch(text=text[start:end], repeat=repeat, line=line_of(text, start))


def _lines(tokens: Sequence[Token]) -> Iterable[list[Token]]:
    """Group tokens by line; a line ends with the white space that holds its end."""
    line: list[Token] = []
    for token in tokens:
        line.append(token)
        if token.kind in _BLANK and ("\n" in token.text or "\r" in token.text):
            yield line
            line = []
    if line:
        yield line


def _go(words: Sequence[Token]) -> int | None:
    """Give the number of runs that a line asks for; None for a line that is not GO."""
    if not words or words[0].text.upper() != "GO" or words[0].kind is not TokenKind.WORD:
        return None
    count = "".join(token.text for token in words[1:])
    if not count:
        return 1
    return int(count) if len(count) <= _MAX_COUNT_DIGITS and _COUNT.fullmatch(count) else None


def fingerprint(text: str, dialect: str) -> str:
    """Write a text without its literals, comments and layout.

    Literals and placeholders become `?`, a list of them one `?`, unquoted words lower case. Two
    runs of one query with other values have the same fingerprint, and no value is in it.

    Raises:
        LexError: The text has something without an end.
    """
    parts: list[str] = []
    for token in tokenize(text, dialect):
        if token.kind in _BLANK:
            continue
        part = _folded(token)
        if part == "?" and parts[-2:] == ["?", ","]:
            parts.pop()
            continue
        parts.append(part)
    return " ".join(parts)


def short_fingerprint(text: str, dialect: str) -> str:
    """Hash the fingerprint to 16 hexadecimal digits, for logs and keys.

    Raises:
        LexError: The text has something without an end.
    """
    folded = fingerprint(text, dialect).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(folded, digest_size=8).hexdigest()


_VALUES = (TokenKind.STRING, TokenKind.NUMBER, TokenKind.PLACEHOLDER)


def _folded(token: Token) -> str:
    if token.kind in _VALUES:
        return "?"
    return token.text.lower() if token.kind is TokenKind.WORD else token.text
