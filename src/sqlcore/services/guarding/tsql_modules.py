"""The text of a T-SQL module, cut; what could be cut in two ways is refused."""

from __future__ import annotations

import itertools
import re

from sqlcore.domain.lexing import Token, TokenKind, tokenize
from sqlcore.services.guarding.outline import Outline

__all__ = ["outline_of"]

_DOUBTFUL_LINE_ENDS = re.compile(r"[\v\f\x1c-\x1e\x85\u2028\u2029]")


def outline_of(text: str) -> Outline:
    """Cut the text of a procedure, function or view.

    Raises:
        LexError: Something in it has no end.
        Refusal: It has brackets that are not in pairs, a `--` comment of which nobody can say where
            it ends, or a colon before a name: `label# :COMMIT` holds a statement.
    """
    tokens = tokenize(text, "tsql")
    outline = Outline(tokens)
    for token, after in itertools.zip_longest(tokens, tokens[1:]):
        if token.kind is TokenKind.PLACEHOLDER:
            raise outline.refusal(-1, "A colon stands before a name", "Put a space behind it.")
        if token.kind is TokenKind.COMMENT and _ends_doubtfully(token, after):
            raise outline.refusal(
                -1, "A -- comment ends with an unusual line end", "End it with a line feed."
            )
    return outline


def _ends_doubtfully(comment: Token, after: Token | None) -> bool:
    """Say whether a server may read on where we see the end, or the other way round."""
    if not comment.text.startswith("--"):
        return False
    is_cut = after is not None and after.text[0] == "\r" and "\n" not in after.text
    return is_cut or _DOUBTFUL_LINE_ENDS.search(comment.text) is not None
