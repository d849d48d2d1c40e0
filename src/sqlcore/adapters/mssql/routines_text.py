"""Reading the parameters out of the text of a T-SQL module: the catalog does not keep defaults.

`sys.parameters.has_default_value` is true for CLR modules only. Source: "sys.parameters
(Transact-SQL)", "CREATE PROCEDURE (Transact-SQL)", "CREATE FUNCTION (Transact-SQL)".
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

import attrs

from sqlcore.domain.lexing import LexError, Token, TokenKind, tokenize

__all__ = ["WrittenParameter", "ends_transactions", "is_constant", "written_parameters"]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_MODULES = frozenset(("PROC", "PROCEDURE", "FUNCTION"))
# What ends the parameters where no parentheses stand around them.
_ENDS_LIST = frozenset(("AS", "WITH", "FOR", "RETURNS"))
_VALUES = (TokenKind.STRING, TokenKind.NUMBER, TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
_MOST_TOKENS_OF_DEFAULT = 2


@attrs.frozen
class WrittenParameter:
    """What the text says about a parameter beside what the catalog has.

    Attributes:
        default: The constant, as it is written; None where there is none.
        is_nullable: False for `NOT NULL`, which natively compiled modules can say.
    """

    default: str | None
    is_nullable: bool = True


def written_parameters(text: str) -> Mapping[str, WrittenParameter] | None:
    """Read the parameters of a CREATE or ALTER by name, in lower case and without `@`.

    Returns None for a text that is not understood.
    """
    tokens = _significant(text)
    if tokens is None:
        return None
    at = _behind_name(tokens)
    if at is None:
        return None
    depth = 0
    parameters: dict[str, WrittenParameter] = {}
    if at < len(tokens) and tokens[at].text == "(":
        depth, at = 1, at + 1
    while at < len(tokens) and tokens[at].kind is TokenKind.VARIABLE:
        end = _end_of_parameter(tokens, at + 1, is_in_parentheses=depth == 1)
        parameters[tokens[at].text[1:].lower()] = _parameter(tokens[at + 1 : end])
        if end >= len(tokens) or tokens[end].text != ",":
            break
        at = end + 1
    return parameters


def ends_transactions(text: str | None) -> bool:
    """Say whether a module's text has a word that ends a transaction; unread text may have."""
    tokens = None if text is None else _significant(text)
    return tokens is None or any(
        token.kind is TokenKind.WORD and token.text.upper() in ("COMMIT", "ROLLBACK")
        for token in tokens
    )


def is_constant(text: str) -> bool:
    """Say whether a default can stand in a batch: one constant, with a sign at most, or NULL."""
    tokens = _significant(text)
    if not tokens or len(tokens) > _MOST_TOKENS_OF_DEFAULT:
        return False
    last = tokens[-1]
    if len(tokens) == _MOST_TOKENS_OF_DEFAULT:
        return tokens[0].text in ("-", "+") and last.kind is TokenKind.NUMBER
    return last.kind in (TokenKind.NUMBER, TokenKind.STRING) or last.text.upper() == "NULL"


def _significant(text: str) -> list[Token] | None:
    try:
        return [token for token in tokenize(text, "tsql") if token.kind not in _BLANK]
    except LexError:
        return None


def _behind_name(tokens: Sequence[Token]) -> int | None:
    """Find what stands behind `CREATE OR ALTER PROCEDURE a.b;1`."""
    at = next(
        (
            number + 1
            for number, token in enumerate(tokens)
            if token.kind is TokenKind.WORD and token.text.upper() in _MODULES
        ),
        None,
    )
    if at is None:
        return None
    at += 1  # the name, or its first part
    while at + 1 < len(tokens) and tokens[at].text in (".", ";"):
        at += 1 if tokens[at + 1].text == "." else 2
    return at


def _end_of_parameter(tokens: Sequence[Token], at: int, *, is_in_parentheses: bool) -> int:
    """Find the comma, the closing parenthesis or the word behind a parameter."""
    depth = 0
    if at < len(tokens) and tokens[at].text.upper() == "AS":
        at += 1  # `@a AS int`
    while at < len(tokens):
        token = tokens[at]
        if token.text == "(":
            depth += 1
        elif token.text == ")":
            if depth == 0:
                return at
            depth -= 1
        elif depth == 0 and (
            token.text == ","
            or (
                not is_in_parentheses
                and token.kind is TokenKind.WORD
                and token.text.upper() in _ENDS_LIST
                and tokens[at - 1].text != "="
            )
        ):
            return at
        at += 1
    return at


def _parameter(tokens: Sequence[Token]) -> WrittenParameter:
    words = [token.text.upper() for token in tokens]
    equals = next((at for at, text in enumerate(words) if text == "="), None)
    declared = words if equals is None else words[:equals]
    is_nullable = ("NOT", "NULL") not in set(itertools.pairwise(declared))
    if equals is None or equals + 1 >= len(tokens):
        return WrittenParameter(None, is_nullable)
    sign = tokens[equals + 1].text if tokens[equals + 1].text in ("-", "+") else ""
    at = equals + 1 + len(sign)
    is_value = at < len(tokens) and tokens[at].kind in _VALUES
    return WrittenParameter(sign + tokens[at].text if is_value else "", is_nullable)
