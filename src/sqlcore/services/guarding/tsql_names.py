"""What a T-SQL read may name with dots.

A name has up to four parts, of which the first is a server's, and a server fills in those that are
left out.
"""

from __future__ import annotations

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.calls import unquoted
from sqlcore.services.guarding.outline import REWRITE, Outline
from sqlcore.services.guarding.tsql_functions import TSQL_METHODS
from sqlcore.services.guarding.tsql_words import READ_WORDS, REFUSED_WORDS

__all__ = ["check_dot", "first_parts", "is_remote_name", "may_call", "starts_name"]

_REMOTE_DOTS = 3
"""In server.database.schema.object."""
_VALUE_CLAUSES = frozenset({"SELECT", "WHERE", "GROUP", "HAVING", "ORDER"})
"""Clauses that begin with a reserved word, and in which only a query of its own names tables."""
_RESERVED = READ_WORDS | REFUSED_WORDS
_BEFORE_NAME = _RESERVED | {"APPLY"}
_COMPARISONS = frozenset({"=", "<", ">", "<=", ">=", "<>", "!="})


def first_parts(outline: Outline) -> frozenset[str]:
    """Give the texts that can be the first part of a dotted name."""
    names = (TokenKind.QUOTED_IDENTIFIER, TokenKind.VARIABLE)
    word = TokenKind.WORD
    return frozenset(
        text
        for text, kind in outline.kind_of.items()
        if kind in names or (kind is word and outline.word_of[text] not in _BEFORE_NAME)
    )


def check_dot(outline: Outline, index: int) -> None:
    """Check a name at one of its dots.

    Raises:
        Refusal: It starts with the dot, or is a linked server's, or may call a function.
    """
    if starts_name(outline, index):
        raise outline.refusal(index, "A name starts with a dot", "Leave out the dots before it.")
    if outline.text(index + 1) not in (".", ""):
        _check_parts(outline, index + 1)
        _check_attribute(outline, index + 1)


def starts_name(outline: Outline, index: int) -> bool:
    """Say whether a dot starts a name, so that mentions cannot show what it means.

    `FROM ..v` and `FROM .dbo.v` name views too. Source: Babelfish, and SQL Server as
    https://sqlpowered.com/referencing-objects-and-the-maximum-number-of-prefixes shows it.
    """
    before = outline.word(index - 1)
    is_after_reserved = before in _RESERVED and outline.text(index - 2) != "."
    is_applied = before == "APPLY" and outline.word(index - 2) in ("CROSS", "OUTER")
    is_after_part = (
        outline.is_name(index - 1)
        or outline.text(index - 1) in (".", ")")
        or outline.kind(index - 1) is TokenKind.VARIABLE
    )
    return is_after_reserved or is_applied or not is_after_part


def _check_parts(outline: Outline, index: int) -> None:
    if is_remote_name(outline, index):
        raise outline.refusal(
            outline.name_starts(index),
            "A name has four parts, which names a linked server",
            "Use at most three parts.",
        )


def is_remote_name(outline: Outline, index: int) -> bool:
    """Say whether the name that ends at an index has four parts, and so is of a linked server.

    A method of a column may have as many, and a column where no table can stand.
    """
    if outline.text(index + 1) in (".", "("):
        return False
    start = outline.name_starts(index)
    dots = sum(1 for at in range(start, index) if outline.texts[at] == ".")
    return dots >= _REMOTE_DOTS and not _stands_for_value(outline, start)


def _stands_for_value(outline: Outline, index: int) -> bool:
    at, clause = index, outline.clauses[index]
    while not clause and outline.openers[at] >= 0:
        at = outline.openers[at]
        clause = outline.clauses[at]
    if clause == "FROM" and at == index:
        before = outline.texts[index - 1]
        return before in _COMPARISONS or before.upper() in ("ON", "AND", "OR", "NOT")
    return clause in _VALUE_CLAUSES


def may_call(outline: Outline, index: int) -> bool:
    """Say whether what stands behind a dot is `('s').nextval`, to PostgreSQL `nextval('s')`.

    So does Babelfish read it. In SQL Server it is a property of a CLR type, such as `.Lat`.
    """
    is_attribute = outline.text(index - 2) == ")" and outline.text(index + 1) != "("
    return is_attribute and outline.text(index) not in TSQL_METHODS


def _check_attribute(outline: Outline, index: int) -> None:
    """Refuse what may be a call.

    Raises:
        Refusal: It may be one.
    """
    if may_call(outline, index):
        name = unquoted(outline.text(index))
        raise outline.refusal(index, f".{name} may call the function {name}", REWRITE)
