"""Letters at which SQL Server may end a name that we would read on, as in `'a'½DELETE`."""

from __future__ import annotations

import unicodedata

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.outline import Outline

__all__ = ["refuse_doubtful_letters"]

_UNQUOTED = (TokenKind.WORD, TokenKind.VARIABLE)


def refuse_doubtful_letters(outline: Outline) -> None:
    """Refuse names with characters that SQL Server may not know as letters.

    Names hold letters and decimal digits of Unicode 3.2. Source: "Database identifiers".

    Raises:
        Refusal: A name outside quotes holds another character beyond ASCII.
    """
    for text, kind in outline.kind_of.items():
        if text.isascii() or kind not in _UNQUOTED:
            continue
        doubtful = [letter for letter in text if not _is_known(letter)]
        if doubtful:
            raise outline.refusal(
                outline.texts.index(text),
                f"{doubtful[0]!r} is no letter that every SQL Server knows",
                "Put the name into brackets.",
            )


def _is_known(letter: str) -> bool:
    category = unicodedata.ucd_3_2_0.category(letter)
    return letter.isascii() or category[0] == "L" or category == "Nd"
