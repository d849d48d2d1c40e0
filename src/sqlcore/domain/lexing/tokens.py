"""Tokens of SQL text, as each engine's own lexer would cut them.

Lossless: the texts of all tokens, joined, are the text that came in. Linear in its length. What a
dialect does not know becomes a token of kind `OTHER`; only text that has no end (a string, a
comment, a quoted name) and NUL characters are errors.
"""

from __future__ import annotations

import enum
import itertools
import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlcore.domain.lexing.dialects import Lexer, lexer_of
from sqlcore.errors import SqlSyntaxError

__all__ = ["LexError", "Pieces", "Token", "TokenKind", "cut", "line_of", "tokenize"]


class TokenKind(enum.Enum):
    """What a token is. The values are the names of the groups in the dialects' patterns."""

    WORD = "word"
    QUOTED_IDENTIFIER = "quoted"
    STRING = "string"
    NUMBER = "number"
    OPERATOR = "operator"
    PUNCTUATION = "punctuation"
    PLACEHOLDER = "placeholder"
    VARIABLE = "variable"
    COMMENT = "comment"
    WHITESPACE = "whitespace"
    OTHER = "other"
    """A character that the dialect's lexer does not know."""


class Token(NamedTuple):
    """A piece of the text: `text == sql[start:end]`, offsets in characters from 0."""

    kind: TokenKind
    text: str
    start: int
    end: int


class LexError(SqlSyntaxError):
    """The text has a string, comment or quoted name without an end, or a NUL character."""


_KINDS = {kind.value: kind for kind in TokenKind}
_UNTERMINATED = {
    "nested": "an unterminated comment",
    "dollar": "an unterminated dollar-quoted string",
    "open_string": "an unterminated string",
    "open_quoted": "an unterminated quoted name",
    "open_comment": "an unterminated comment",
}
_DIGITS = frozenset("0123456789")
_COMMENT_MARK = re.compile(r"/\*|\*/")


class Pieces(NamedTuple):
    """A text, cut: `"".join(texts)` is the text, and what a piece is depends on it alone."""

    texts: list[str]
    kinds: Mapping[str, TokenKind]


def tokenize(text: str, dialect: str) -> tuple[Token, ...]:
    """Cut a text into tokens.

    Args:
        text: SQL of any length, several statements included.
        dialect: `postgres`, `tsql` or `sqlite`.

    Raises:
        LexError: Something has no end, or there is a NUL character.
        InvalidArgumentError: The dialect is not known.
    """
    texts, kinds = cut(text, dialect)
    offsets = list(itertools.accumulate(map(len, texts), initial=0))
    return tuple(map(Token, map(kinds.__getitem__, texts), texts, offsets, offsets[1:]))


def cut(text: str, dialect: str) -> Pieces:
    """Cut a text into pieces; the same as `tokenize`, for who needs no more than their texts.

    Args:
        text: As of `tokenize`.
        dialect: As of `tokenize`.

    Raises:
        LexError: Something has no end, or there is a NUL character.
        InvalidArgumentError: The dialect is not known.
    """
    lexer = lexer_of(dialect)
    if "\0" in text:
        raise _error(text, text.index("\0"), "a NUL character")
    # The pattern alone, which is the fastest, reads all but what no pattern can.
    texts = lexer.plain_pattern.findall(text)
    match_at = lexer.pattern.match
    kinds: dict[str, TokenKind] = {}
    for piece in set(texts):
        if piece.isalnum() and piece.isascii():
            kinds[piece] = TokenKind.NUMBER if piece[0] in _DIGITS else TokenKind.WORD
            continue
        match = match_at(piece)
        group = (match.lastgroup if match else None) or "other"
        kind = _KINDS.get(group)
        if kind is None:
            return _cut_slowly(text, lexer)
        trims = kind is TokenKind.OPERATOR and lexer.trims_operators
        if trims and _operator_end(piece) < len(piece):
            return _cut_slowly(text, lexer)
        kinds[piece] = kind
    return Pieces(texts, kinds)


def _cut_slowly(text: str, lexer: Lexer) -> Pieces:
    """Cut a text that has nested comments, dollar quotes, no end, or operators to be trimmed."""
    texts: list[str] = []
    kinds: dict[str, TokenKind] = {}
    match_at = lexer.pattern.match
    position, length = 0, len(text)
    while position < length:
        match = match_at(text, position)
        # The last alternative of every pattern takes any character.
        group = (match.lastgroup if match else None) or "other"
        end = match.end() if match else position + 1
        kind = _KINDS.get(group)
        if kind is None:
            kind, end = _long_token(text, position, end, group)
        pieces = [text[position:end]]
        if kind is TokenKind.OPERATOR and lexer.trims_operators:
            kept = _operator_end(pieces[0])
            pieces = [pieces[0][:kept], *pieces[0][kept:]]
        for piece in pieces:
            kinds[piece] = kind
        texts += pieces
        position = end
    return Pieces(texts, kinds)


def line_of(text: str, offset: int) -> int:
    """Give the line of an offset, from 1. CRLF, LF and a lone CR each end a line."""
    before = text[:offset]
    carriage_returns = before.count("\r") - before.count("\r\n")
    if before.endswith("\r") and text[offset : offset + 1] == "\n":
        carriage_returns -= 1
    return 1 + before.count("\n") + carriage_returns


def _error(text: str, offset: int, what: str) -> LexError:
    line = line_of(text, offset)
    return LexError(
        f"The statement has {what} at line {line}, character {offset + 1}.",
        hint="Close or remove it.",
        line=line,
        position=offset + 1,
    )


def _long_token(text: str, start: int, end: int, group: str) -> tuple[TokenKind, int]:
    """Find the end of what one pattern cannot read: nested comments and dollar quotes."""
    if group == "nested":
        closing = _comment_end(text, end)
        if closing is not None:
            return TokenKind.COMMENT, closing
    if group == "dollar":
        found = text.find(text[start:end], end)
        if found >= 0:
            return TokenKind.STRING, found + end - start
    raise _error(text, start, _UNTERMINATED[group])


def _comment_end(text: str, position: int) -> int | None:
    """Find the end of a comment in which comments nest (PostgreSQL and SQL Server)."""
    depth = 1
    for mark in _COMMENT_MARK.finditer(text, position):
        depth += 1 if mark.group() == "/*" else -1
        if depth == 0:
            return mark.end()
    return None


def _operator_end(operator: str) -> int:
    """Apply PostgreSQL's rule that most operators do not end in + or -.

    Only one that holds one of ~ ! @ # % ^ & | ` ? may. What is cut off are operators of one
    character each, which is what PostgreSQL makes of them.
    Source: https://www.postgresql.org/docs/current/sql-syntax-lexical.html (Operators).
    """
    if operator[-1] not in "+-" or any(mark in _MAY_END_IN_SIGN for mark in operator):
        return len(operator)
    return max(1, len(operator.rstrip("+-")))


_MAY_END_IN_SIGN = frozenset("~!@#%^&|`?")
