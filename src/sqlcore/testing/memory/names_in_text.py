"""Which tables the text of a view or a trigger names."""

from __future__ import annotations

from collections.abc import Iterable

from sqlcore.domain.lexing import Token, TokenKind, tokenize
from sqlcore.testing.memory.catalog_rows import MAIN_SCHEMA
from sqlcore.testing.memory.definitions import unquoted

__all__ = ["names_in_text"]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)


def names_in_text(sql: str, known: Iterable[str]) -> list[str]:
    """Find known names among the words of a text, in the order of the text, each once.

    A word behind a dot is a column's, and one behind AS is an alias. A column without its table
    before it cannot be told from a table.
    """
    by_lower = {name.lower(): name for name in known}
    tokens = [token for token in tokenize(sql, "sqlite") if token.kind not in _BLANK]
    found: dict[str, None] = {}
    for at, token in enumerate(tokens):
        if token.kind in _NAMES and _can_be_table(tokens, at):
            name = by_lower.get(unquoted(token.text).lower())
            if name is not None:
                found.setdefault(name)
    return list(found)


def _can_be_table(tokens: list[Token], at: int) -> bool:
    before = tokens[at - 1].text.upper() if at else ""
    if before == "." and at > 1:
        return unquoted(tokens[at - 2].text).lower() == MAIN_SCHEMA
    return before != "AS"
