"""Scripts of several statements, cut and bound with the lexer."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from typing import Any

import attrs

from sqlcore.domain.lexing import Token, TokenKind, bind, tokenize
from sqlcore.domain.query import Statement
from sqlcore.testing.memory.types import encode

__all__ = ["Script", "ScriptStatement", "read_script"]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_READING = frozenset({"SELECT", "WITH", "VALUES", "("})


@attrs.frozen
class ScriptStatement:
    """One statement of a script; `offset` is where it begins in the bound text."""

    tokens: tuple[Token, ...]
    offset: int

    @property
    def text(self) -> str:
        """The statement as SQLite gets it."""
        return "".join(token.text for token in self.tokens)

    @property
    def words(self) -> tuple[str, ...]:
        """Its tokens but blanks, in upper case."""
        return tuple(token.text.upper() for token in self.tokens if token.kind not in _BLANK)

    @property
    def may_return_rows_of_tables(self) -> bool:
        """Whether it begins as a query."""
        return self.words[0] in _READING

    @property
    def text_without_parameters(self) -> str:
        """The statement with NULL for each parameter: it has the same columns."""
        return "".join(
            "NULL" if token.kind is TokenKind.PLACEHOLDER else token.text for token in self.tokens
        )


@attrs.frozen
class Script:
    """Statements with the values of their parameters by name or number."""

    text: str
    statements: tuple[ScriptStatement, ...]
    values: Mapping[str, Any] = attrs.field(repr=False)


def read_script(statement: Statement) -> Script:
    """Bind the parameters of a statement, and split it.

    Raises:
        InvalidArgumentError: A parameter is missing, too many or cannot be sent.
        SqlSyntaxError: A string, a comment or a quoted name has no end.
    """
    if statement.positional:
        bound = bind(statement.text, "sqlite", len(statement.positional))
        parameters = {str(n): value for n, value in enumerate(statement.positional, start=1)}
    else:
        bound = bind(statement.text, "sqlite", tuple(statement.named))
        parameters = dict(statement.named)
    values = {name: encode(name, parameter) for name, parameter in parameters.items()}
    tokens = _numbered(tokenize(bound.text, "sqlite"))
    return Script(bound.text, _split(tokens), values)


def _numbered(tokens: tuple[Token, ...]) -> tuple[Token, ...]:
    """Name each `?` and `?1` by its number, counted through the whole script."""
    numbered: list[Token] = []
    last_number = 0
    for token in tokens:
        if token.kind is TokenKind.PLACEHOLDER and token.text.startswith("?"):
            last_number = int(token.text[1:] or last_number + 1)
            numbered.append(token._replace(text=f":{last_number}"))
        else:
            numbered.append(token)
    return tuple(numbered)


def _split(tokens: tuple[Token, ...]) -> tuple[ScriptStatement, ...]:
    statements: list[ScriptStatement] = []
    current: list[Token] = []
    for token in tokens:
        if not current and (token.kind in _BLANK or token.text == ";"):
            continue
        current.append(token)
        if token.text == ";" and token.kind is TokenKind.PUNCTUATION and _is_complete(current):
            statements.append(ScriptStatement(tuple(current[:-1]), current[0].start))
            current = []
    if current:
        statements.append(ScriptStatement(tuple(current), current[0].start))
    return tuple(statements)


def _is_complete(tokens: list[Token]) -> bool:
    """Whether a statement ends with its last semicolon; a trigger's body holds further ones."""
    heads = [token.text.upper() for token in tokens[:12] if token.kind not in _BLANK][:3]
    if heads[:1] != ["CREATE"] or "TRIGGER" not in heads:
        return True
    return sqlite3.complete_statement("".join(token.text for token in tokens))
