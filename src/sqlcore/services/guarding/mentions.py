"""The names in a statement that could mean objects of the database's own."""

from __future__ import annotations

from collections.abc import Callable

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.effects import Mention, Mentions
from sqlcore.services.guarding.outline import Outline

__all__ = ["mentions_of"]


def mentions_of(
    outline: Outline,
    body: range,
    folded: Callable[[Outline, int], str],
    unknown: tuple[Mention, ...],
) -> Mentions:
    """Collect the mentions in a part of a statement.

    Args:
        outline: The statement.
        body: The tokens to look at.
        folded: Gives a name as the engine folds it.
        unknown: Calls of functions that are not known.
    """
    functions: list[Mention] = []
    names: list[Mention] = []
    operators: list[Mention] = []
    for index in body:
        token = outline.tokens[index]
        if outline.is_name(index):
            after = outline.text(index + 1)
            if after == ".":
                continue  # its chain ends later
            start = outline.name_starts(index)
            parts = tuple(
                folded(outline, at) for at in range(start, index + 1) if outline.texts[at] != "."
            )
            if outline.texts[start] == ".":
                parts = ("", *parts)  # a field of a value
            mention = Mention(parts, outline.tokens[start].start)
            (functions if after == "(" else names).append(mention)
        elif token.kind is TokenKind.OPERATOR:
            operators.append(Mention((token.text,), token.start))
    return Mentions(
        functions=tuple(functions),
        unknown=unknown,
        names=tuple(names),
        operators=tuple(operators),
    )
