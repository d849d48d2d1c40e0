"""Whether a statement inside a T-SQL procedure changes nothing but temporary tables and variables.

They are the session's own, have no triggers, and are gone when the procedure ends. Global ones
(`##t`) are everybody's. A query in WITH and an alias may be named `#t` as well, and then stand for
any table.
"""

from __future__ import annotations

import functools

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.calls import unquoted
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.tsql_bodies import target_of
from sqlcore.services.guarding.tsql_calls import KEYWORDS, folded
from sqlcore.services.guarding.words import words

__all__ = [
    "changes_temporary",
    "defines_temporary",
    "dots_of_name",
    "is_temporary",
    "name_ends",
]

_STARTS = words(
    """
    ALTER BEGIN CREATE DECLARE DELETE DROP EXEC EXECUTE FETCH GOTO IF INSERT MERGE OPEN PRINT
    RAISERROR RETURN SELECT TRUNCATE UPDATE WAITFOR WHILE
    """
)
"""Words at which another statement begins, outside brackets."""
_KINDS_OF_INDEX = words("CLUSTERED COLUMNSTORE NONCLUSTERED UNIQUE")
_BEFORE_TABLE = words(
    """
    APPLY DELETE EXISTS FROM IDENTITY_INSERT INSERT INTO JOIN MERGE ON PERCENT STATISTICS TABLE
    UPDATE USING
    """
)
"""What the name of a table may stand behind, and no alias."""
_MOST_KEPT = 4
"""What is kept of texts that are being judged."""
_MOST_DOTS = 2
"""In tempdb.dbo.#t; one more names a server."""


def name_ends(outline: Outline, index: int) -> int:
    """Find the last part of the dotted name that starts at an index."""
    while outline.text(index + 1) == ".":
        index += 1
        while outline.text(index) == ".":
            index += 1
    return index


def dots_of_name(outline: Outline, index: int) -> int:
    """Count the dots of the name that starts at an index."""
    return outline.texts[index : name_ends(outline, index)].count(".")


def is_temporary(outline: Outline, index: int) -> bool:
    """Say whether a variable, or the name of a temporary table, starts at an index."""
    if outline.kind(index) is TokenKind.VARIABLE:
        return True
    last = name_ends(outline, index)
    if not outline.is_name(last) or dots_of_name(outline, index) > _MOST_DOTS:
        return False
    name = unquoted(outline.text(last))
    is_local = name.startswith("#") and not name.startswith("##")
    return is_local and folded(outline, last) not in _other_meanings(outline)


@functools.lru_cache(maxsize=_MOST_KEPT)
def _other_meanings(outline: Outline) -> frozenset[str]:
    """Give the names like those of temporary tables that stand for something else as well."""
    spelled = {text for text in outline.kind_of if unquoted(text).startswith("#")}
    return frozenset(
        folded(outline, at)
        for at in outline.indexes(spelled)
        if _is_alias(outline, at) or _heads_query(outline, at)
    )


def _is_alias(outline: Outline, index: int) -> bool:
    """Say whether a name is the second of two in a row, with or without AS."""
    before = index - 1
    if outline.text(index + 1) == ".":
        return False  # a column is named with it
    if outline.text(before) == ")":
        return outline.word(outline.partners[before] - 1) != "TOP"  # DELETE TOP (1) #t
    is_after_part = outline.text(before - 1) == "."
    return outline.is_name(before) and (is_after_part or outline.word(before) not in _BEFORE_TABLE)


def _heads_query(outline: Outline, index: int) -> bool:
    """Say whether a name is that of a query in WITH: `#t AS (`, `#t (a, b) AS (`."""
    end = outline.partners.get(index + 1, index)
    return outline.word(end + 1) == "AS" and outline.text(end + 2) == "("


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
    return word in ("DELETE", "UPDATE") and (
        _is_alias_of_temporary(outline, target) or _is_query_of_temporary(outline, index, target)
    )


def _is_alias_of_temporary(outline: Outline, target: int) -> bool:
    """Say whether a name stands for a temporary table in the FROM of its own statement."""
    if not outline.is_name(target) or outline.text(target + 1) == ".":
        return False
    alias = unquoted(outline.text(target))
    if folded(outline, target) in _queries(outline):
        return False
    has_from = False
    for at in range(target + 1, len(outline)):
        if outline.openers[at] != outline.openers[target]:
            continue
        if outline.texts[at] == ";" or outline.words[at] in _STARTS:
            return False
        if outline.words[at] == "FROM" and outline.word(at - 1) == "DISTINCT":
            continue  # IS DISTINCT FROM
        has_from = has_from or outline.words[at] == "FROM"
        is_source = outline.words[at] in ("FROM", "JOIN") or outline.texts[at] == ","
        if has_from and is_source and _alias_of(outline, at + 1) == alias:
            return is_temporary(outline, at + 1)
    return False


def _is_query_of_temporary(outline: Outline, index: int, target: int) -> bool:
    """Say whether a query of the statement's own WITH is changed, which reads temporary tables.

    Args:
        outline: The procedure.
        index: The DELETE or UPDATE.
        target: What it changes.
    """
    name = outline.text(target)
    if not outline.is_name(target) or outline.text(target + 1) == ".":
        return False
    for at in range(target + 1, len(outline)):
        if outline.texts[at] == ";" or outline.words[at] in _STARTS - {"MERGE"}:  # MERGE JOIN
            break
        if outline.texts[at] == name and _is_alias(outline, at):
            return False
    closed, query = index - 1, -1
    while outline.text(closed) == ")":
        opener = outline.partners[closed]
        head = opener - 2
        if outline.text(head) == ")":
            head = outline.partners[head] - 1  # its columns
        if outline.word(opener - 1) != "AS":
            break
        query = opener if outline.text(head) == name else query
        if outline.word(head - 1) == "WITH":
            return query >= 0 and _reads_temporary(outline, query)
        closed = head - 2 if outline.text(head - 1) == "," else -1
    return False


def _reads_temporary(outline: Outline, opener: int) -> bool:
    """Say whether the query in a bracket reads from nothing but temporary tables.

    What it looks up in brackets of its own is not changed with it.
    """
    inside = [
        at for at in range(opener + 1, outline.partners[opener]) if outline.openers[at] == opener
    ]
    sources = [at for at in inside if outline.words[at] in ("FROM", "JOIN", "APPLY")]
    return (
        len(sources) > 0
        and outline.word(opener + 1) == "SELECT"
        and all(is_temporary(outline, at + 1) for at in sources)
        and not any(outline.texts[at] == "," and at > sources[0] for at in inside)
    )


def _alias_of(outline: Outline, source: int) -> str | None:
    """Give the alias of what stands in FROM: `#rows AS r`, in the letters in which it is written.

    Where case counts, `R` is another table.
    """
    at = name_ends(outline, source) + 1
    at += outline.word(at) == "AS"
    if not outline.is_name(at) or outline.word(at) in KEYWORDS:
        return None
    return unquoted(outline.text(at))


@functools.lru_cache(maxsize=_MOST_KEPT)
def _queries(outline: Outline) -> frozenset[str]:
    """Give the names of queries in WITH: changing one of them changes what it reads."""
    return frozenset(
        folded(outline, at)
        for at in range(len(outline))
        if outline.text(at + 1 + (outline.word(at + 1) == "AS")) == "(" and outline.is_name(at)
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
        if outline.word(at) != "ON" or not is_temporary(outline, at + 1):
            return False
        after = name_ends(outline, at + 1) + 1
        if outline.word(after) == "WITH":
            after = outline.partners.get(after + 1, after) + 1
        return outline.text(after) != ","  # DROP INDEX has a list
    return kind == "TABLE" and _are_temporary(outline, at)


def _are_temporary(outline: Outline, at: int) -> bool:
    """Say whether all names of a list are of temporary tables."""
    while is_temporary(outline, at):
        end = name_ends(outline, at)
        if outline.text(end + 1) != ",":
            return True
        at = end + 2
    return False
