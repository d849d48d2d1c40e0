"""Where a statement takes whole rows for values.

A string beside a row or an array may become one, by the functions of the types in it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.outline import Outline

__all__ = ["BEFORE_SOURCE", "takes_rows"]

_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
BEFORE_SOURCE = frozenset({"FROM", "JOIN", "APPLY", "ONLY", "TABLE", "LATERAL"})
"""Words behind which a relation is named."""


def takes_rows(outline: Outline, folds: Mapping[str, str]) -> bool:
    """Say whether a relation's name or alias stands where a value does, or an array is made.

    A name that stands alone twice is taken for a value, for one of them is its declaration.

    Args:
        outline: The statement.
        folds: Its names as the engine folds them.
    """
    if "ARRAY" in outline.vocabulary:
        return True
    texts = outline.texts
    befores, afters = ["", *texts], [*texts[1:], ""]
    if "*" in outline.kind_of:
        stars = outline.indexes({"*"})
        if any(befores[at] == "." and _is_value(outline, at) for at in stars):
            return True
    counts: dict[str, int] = {}
    declared: set[str] = set()
    for index, kind in enumerate(outline.kinds):
        if kind not in _NAMES or afters[index] in (".", "("):
            continue
        name = folds[texts[index]]
        if befores[index] == ".":
            is_counted = outline.word(outline.name_starts(index) - 1) in BEFORE_SOURCE
        else:
            is_counted = True
            if outline.clauses[index] in ("FROM", "") and _may_be_declared(outline, index):
                declared.add(name)
        counts[name] = counts.get(name, 0) + is_counted
        if counts[name] > 1 and name in declared:
            return True
    return False


def _may_be_declared(outline: Outline, index: int) -> bool:
    """Say whether a name of a relation or an alias of one can stand at an index of a FROM."""
    before = outline.openers[index] - 1
    if before >= 0 and outline.is_name(before) and outline.words[before] not in BEFORE_SOURCE:
        return False  # an argument of a function
    return outline.text(index - 1) in (")", "(", ",") or outline.is_name(index - 1)


def _is_value(outline: Outline, index: int) -> bool:
    """Say whether `name.*` is a row, and not a list of columns."""
    opener = outline.openers[index]
    if opener >= 0 and outline.word(opener + 1) not in ("SELECT", "WITH"):
        return True
    before = outline.name_starts(index) - 1
    return outline.text(before) not in (",", ")") and outline.word(before) not in (
        "SELECT",
        "DISTINCT",
        "ALL",
    )
