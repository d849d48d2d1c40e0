"""What a read may hold in SQLite's SQL, which the in-memory connector speaks."""

from __future__ import annotations

from collections.abc import Collection

from sqlcore.domain.lexing import Pieces
from sqlcore.services.guarding.calls import is_alias_list, is_query_head, unquoted
from sqlcore.services.guarding.decision import StatementKind
from sqlcore.services.guarding.mentions import Mention
from sqlcore.services.guarding.outline import REWRITE, Outline
from sqlcore.services.guarding.sqlite_functions import SQLITE_FUNCTIONS
from sqlcore.services.guarding.words import words

__all__ = ["check", "folded", "unknown_call"]

_WRITES = frozenset({"INSERT", "UPDATE", "DELETE", "REPLACE"})
# Words before a parenthesis that belong to the grammar.
_CONSTRUCTS = words(
    """
    ALL AND AS BETWEEN BY CASE COLLATE DISTINCT ELSE ESCAPE EXCEPT EXISTS FILTER FROM GLOB GROUP
    HAVING IN INTERSECT IS JOIN LIKE LIMIT MATCH MATERIALIZED NOT NOTNULL OFFSET ON OR ORDER OVER
    RANGE REGEXP ROWS SELECT THEN UNION USING VALUES WHEN WHERE WINDOW
    """
)


def check(outline: Outline, _pieces: Pieces) -> tuple[StatementKind, range]:
    """Check all but the functions of a statement.

    Raises:
        Refusal: It is not a read.
    """
    first = 0
    while outline.text(first) == "(":
        first += 1
    if outline.word(first) not in ("SELECT", "WITH", "VALUES"):
        what = outline.text(first) or "It"
        raise outline.refusal(first, f"{what} is not a read", REWRITE)
    for index, word in enumerate(outline.words):
        if word in _WRITES and outline.is_name(index + 1) and outline.clauses[index] == "WITH":
            raise outline.refusal(index, f"{word} changes data", REWRITE)
    return StatementKind.SELECT, range(len(outline))


def unknown_call(outline: Outline, index: int, alias_indexes: Collection[int]) -> Mention | None:
    """Judge the name before a parenthesis; give it back if the catalog has to be asked."""
    if (
        outline.words[index] in _CONSTRUCTS
        or outline.word(index - 1) == "AS"
        or is_query_head(outline, index)
        or is_alias_list(outline, index, alias_indexes, _CONSTRUCTS)
    ):
        return None
    name = unquoted(outline.texts[index]).lower()
    if name in SQLITE_FUNCTIONS and outline.text(index - 1) != ".":
        return None
    return Mention((name,), outline.starts[index])


def folded(outline: Outline, index: int) -> str:
    """Give a name in lower case."""
    return unquoted(outline.texts[index]).lower()
