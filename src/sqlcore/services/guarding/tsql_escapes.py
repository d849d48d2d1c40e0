"""ODBC's escapes for dates and times, which T-SQL takes for literals: `{d '2026-11-21'}`.

Source: "ODBC datetime string literals" in the Transact-SQL reference of date and time types. The
escapes for functions (`{fn NOW()}`) have names of their own for many functions, and stay refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlcore.domain.lexing import TokenKind

__all__ = ["without_escapes"]

_LITERALS = frozenset({"d", "t", "ts", "guid"})
_SIZE = 4  # of { d '…' }


def without_escapes(
    kept: Sequence[int], texts: Sequence[str], kinds: Mapping[str, TokenKind]
) -> list[int]:
    """Leave only the string of each escape.

    Args:
        kept: The indexes of the tokens of a statement, without blanks and comments.
        texts: The pieces of its text.
        kinds: The kind of each piece.
    """
    plain: list[int] = []
    at = 0
    while at < len(kept):
        escape = [texts[index] for index in kept[at : at + _SIZE]]
        if len(escape) == _SIZE and _is_literal(escape, kinds):
            plain.append(kept[at + 2])
            at += _SIZE
        else:
            plain.append(kept[at])
            at += 1
    return plain


def _is_literal(escape: Sequence[str], kinds: Mapping[str, TokenKind]) -> bool:
    opening, word, literal, closing = escape
    return (
        (opening, closing) == ("{", "}")
        and word.lower() in _LITERALS
        and kinds[literal] is TokenKind.STRING
    )
