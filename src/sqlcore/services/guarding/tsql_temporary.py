"""Whether a statement inside a T-SQL procedure changes nothing but temporary tables and variables.

They are the session's own, have no triggers, and are gone when the procedure ends.
"""

from __future__ import annotations

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.calls import unquoted
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.tsql_bodies import target_of
from sqlcore.services.guarding.tsql_calls import KEYWORDS, folded
from sqlcore.services.guarding.words import words

__all__ = ["changes_temporary", "defines_temporary", "is_temporary", "name_ends"]

_STARTS = words(
    """
    ALTER BEGIN CREATE DECLARE DELETE DROP EXEC EXECUTE FETCH GOTO IF INSERT MERGE OPEN PRINT
    RAISERROR RETURN SELECT TRUNCATE UPDATE WAITFOR WHILE
    """
)
"""Words at which another statement begins, outside brackets."""
_KINDS_OF_INDEX = words("CLUSTERED COLUMNSTORE NONCLUSTERED UNIQUE")


def name_ends(outline: Outline, index: int) -> int:
    """Find the last part of the dotted name that starts at an index."""
    while outline.text(index + 1) == ".":
        index += 1
        while outline.text(index) == ".":
            index += 1
    return index


def is_temporary(outline: Outline, index: int) -> bool:
    """Say whether a variable, or the name of a temporary table, starts at an index."""
    if outline.kind(index) is TokenKind.VARIABLE:
        return True
    last = name_ends(outline, index)
    return outline.is_name(last) and unquoted(outline.text(last)).startswith("#")


def changes_temporary(outline: Outline, index: int) -> bool:
    """Say whether INSERT, UPDATE, DELETE, MERGE or INTO changes only that, or nothing at all."""
    word, before = outline.words[index], outline.word(index - 1)
    if word == "INTO":
        return is_temporary(outline, index + 1)
    if word == "MERGE" and outline.word(index + 1) in ("JOIN", "UNION"):
        return True
    if before == "THEN":
        return True  # of a MERGE, whose target is looked at
    if word == "UPDATE" and before == "FOR":
        return True  # of a cursor: the UPDATE that uses it is looked at
    target = target_of(outline, index)
    if is_temporary(outline, target):
        return True
    return word in ("DELETE", "UPDATE") and _is_alias_of_temporary(outline, target)


def _is_alias_of_temporary(outline: Outline, target: int) -> bool:
    """Say whether a name stands for a temporary table in the FROM of its own statement."""
    if not outline.is_name(target) or outline.text(target + 1) == ".":
        return False
    alias = folded(outline, target)
    if _is_query(outline, alias):
        return False
    has_from = False
    for at in range(target + 1, len(outline)):
        if outline.openers[at] != outline.openers[target]:
            continue
        if outline.texts[at] == ";" or outline.words[at] in _STARTS:
            return False
        has_from = has_from or outline.words[at] == "FROM"
        is_source = outline.words[at] in ("FROM", "JOIN") or outline.texts[at] == ","
        if has_from and is_source and _alias_of(outline, at + 1) == alias:
            return is_temporary(outline, at + 1)
    return False


def _alias_of(outline: Outline, source: int) -> str | None:
    """Give the alias of what stands in FROM: `#rows AS r`."""
    at = name_ends(outline, source) + 1
    at += outline.word(at) == "AS"
    if not outline.is_name(at) or outline.word(at) in KEYWORDS:
        return None
    return folded(outline, at)


def _is_query(outline: Outline, name: str) -> bool:
    """Say whether the text names a query so, in WITH: changing that changes what it reads."""
    return any(
        outline.is_name(at)
        and folded(outline, at) == name
        and outline.text(at + 1 + (outline.word(at + 1) == "AS")) == "("
        for at in range(len(outline))
    )


def defines_temporary(outline: Outline, index: int) -> bool:
    """Say whether CREATE, ALTER, DROP or TRUNCATE is about temporary tables alone."""
    at = index + 1
    while outline.word(at) in _KINDS_OF_INDEX:
        at += 1
    kind, at = outline.word(at), at + 1
    if outline.word(at) == "IF" and outline.word(at + 1) == "EXISTS":
        at += 2
    if kind == "INDEX" and outline.words[index] != "ALTER":
        at = name_ends(outline, at) + 1
        return outline.word(at) == "ON" and _are_temporary(outline, at + 1)
    return kind == "TABLE" and _are_temporary(outline, at)


def _are_temporary(outline: Outline, at: int) -> bool:
    """Say whether all names of a list are of temporary tables."""
    while is_temporary(outline, at):
        end = name_ends(outline, at)
        if outline.text(end + 1) != ",":
            return True
        at = end + 2
    return False
