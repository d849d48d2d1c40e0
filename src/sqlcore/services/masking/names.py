"""Names as they are compared: whatever an engine may take for the same is the same here."""

from __future__ import annotations

from sqlcore.services.guarding.tsql_calls import fold

__all__ = ["folded"]


def folded(name: str) -> str:
    """Give a name without case, accents, width and blanks at its end.

    SQL Server's collations may leave any of these out. Two names that an engine keeps apart and
    that come out the same are taken for each other, so that what is masked of one is of both.
    """
    return fold(name)
