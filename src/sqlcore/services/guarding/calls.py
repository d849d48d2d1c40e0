"""What both dialects' rules share about names that stand before a parenthesis."""

from __future__ import annotations

from collections.abc import Collection

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.outline import Outline

__all__ = ["is_alias_list", "is_query_head", "names_only", "unquoted"]


def unquoted(text: str) -> str:
    """Take the quotes off a quoted name; a word comes back as it is."""
    if text[:1] == "[":
        return text[1:-1].replace("]]", "]")
    if text[:1] in ('"', "`"):
        return text[1:-1].replace(text[0] * 2, text[0])
    return text


def names_only(outline: Outline, opener: int) -> bool:
    """Say whether a pair of brackets holds nothing but names and the commas between them."""
    inside = range(opener + 1, outline.partners[opener])
    return len(inside) % 2 == 1 and all(
        outline.is_name(index) if place % 2 == 0 else outline.texts[index] == ","
        for place, index in enumerate(inside)
    )


def is_query_head(outline: Outline, index: int) -> bool:
    """Say whether `name (columns)` is the head of a query in a WITH clause."""
    return (
        outline.clauses[index] == "WITH"
        and (
            outline.word(index - 1) in ("WITH", "RECURSIVE")
            or outline.text(index - 1) in (",", ")")
        )
        and names_only(outline, index + 1)
        and outline.word(outline.partners[index + 1] + 1) == "AS"
    )


def is_alias_list(
    outline: Outline, index: int, alias_indexes: Collection[int], keywords: Collection[str]
) -> bool:
    """Say whether `name (columns)` is an alias after something in FROM, without AS.

    Both readings must say so: what stands before it ends an operand, and sqlglot has an alias with
    columns at that very place.
    """
    before = index - 1
    if outline.clauses[index] != "FROM" or before < 0:
        return False
    kind = outline.kinds[before]
    ends_operand = (
        outline.texts[before] == ")"
        or kind is TokenKind.QUOTED_IDENTIFIER
        or (kind is TokenKind.WORD and outline.words[before] not in keywords)
        or outline.word(before) == "ORDINALITY"
    )
    return ends_operand and index in alias_indexes and names_only(outline, index + 1)
