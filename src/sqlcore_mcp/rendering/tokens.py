"""The one rule by which tokens are estimated, and budgets that keep to it (ADR 0007).

A text is cut into pieces about as the o200k vocabulary cuts it: words of up to six letters with
the space before them, up to three digits, up to two marks of punctuation, and so on. The number
of pieces, and 4 % on top, is the estimate. It needs no vocabulary and no package.
"""

from __future__ import annotations

import re

__all__ = ["Budget", "estimate_tokens"]

_MARK = r"!-/:-@\[-`{-~"
_PIECES = re.compile(
    rf" ?[a-z]{{1,6}}"
    rf"|[{_MARK}][A-Z]?[a-z]{{1,4}}"
    rf"|[0-9]{{1,3}}"
    rf"| ?[A-Z][a-z]{{1,3}}"
    r'|"[,:]"(?![A-Za-z])'
    rf"| ?[{_MARK}]{{1,2}}"
    rf"| ?(?:NULL|[A-Z]{{1,2}})"
    rf"|\s+"
    "|[\u00a0-\u024f\u1e00-\u1eff]"  # Latin letters with marks
    "| ?[\u0400-\u052f\u0600-\u06ff]{1,4}"  # Cyrillic and Arabic, which are well known to it
    "| ?[\u0370-\u03ff\u0530-\u05ff\u0700-\u1dff]{1,3}"  # other alphabets
    r"|[\x00-\x1f\x7f]"
)
_IDEOGRAPHS = re.compile("[\u2e80-\ua4cf\uac00-\ud7ff\uf900-\ufaff\uff00-\uffef]+")
_SYMBOLS = re.compile("[\u0250-\u036f\u2000-\u2e7f\ua4d0-\uabff\ud800-\uf8ff\ufb00-\ufeff]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
_SAFETY = 1.04


def estimate_tokens(text: str) -> int:
    """Estimate how many tokens a model reads; linear in the length, and 0 for no text."""
    return int(_pieces(text) * _SAFETY + 0.999)


def _pieces(text: str) -> float:
    pieces: float = len(_PIECES.findall(text))
    if not text.isascii():
        pieces += 0.8 * sum(map(len, _IDEOGRAPHS.findall(text)))
        pieces += 1.2 * len(_SYMBOLS.findall(text)) + 2.0 * len(_ASTRAL.findall(text))
    return pieces


class _Meter:
    """Counts texts against a limit; short ones are not looked at before it matters."""

    def __init__(self, tokens: int) -> None:
        self._limit = tokens / _SAFETY
        self._counted = 0.0
        self._unread: list[str] = []
        self._unread_most = 0

    def fits(self, text: str) -> bool:
        # Every piece has at least one character, and none counts more than 2.
        most = len(text) if text.isascii() else 2 * len(text)
        if self._counted + self._unread_most + most <= self._limit:
            return True
        self._read()
        return self._counted + _pieces(text) <= self._limit

    def add(self, text: str) -> None:
        self._unread.append(text)
        self._unread_most += len(text) if text.isascii() else 2 * len(text)

    def reserve(self, tokens: int) -> None:
        self._counted += tokens / _SAFETY

    def _read(self) -> None:
        if not self._unread:
            return
        self._counted += sum(map(_pieces, self._unread))
        self._unread.clear()
        self._unread_most = 0

    @property
    def left(self) -> int:
        """Tokens that are left, or a few less where it does not matter."""
        left = self._limit - self._counted - self._unread_most
        if left < self._unread_most:
            self._read()
            left = self._limit - self._counted
        return max(0, int(left * _SAFETY))


class Budget:
    """How many tokens are left for an answer, in its text and in its structured content.

    A client may show either to the model, so each of them has to keep to the limit.
    """

    def __init__(self, tokens: int) -> None:
        self.tokens = tokens
        self._text = _Meter(tokens)
        self._structured = _Meter(tokens)

    def take(self, text: str, structured: str = "") -> bool:
        """Spend what these cost, or nothing where one of them does not fit; say which it was."""
        if not self._text.fits(text) or not self._structured.fits(structured):
            return False
        self.spend(text, structured)
        return True

    def reserve(self, tokens: int) -> None:
        """Set aside some of both, for what is written later."""
        self._text.reserve(tokens)
        self._structured.reserve(tokens)

    def spend(self, text: str, structured: str = "") -> None:
        """Spend what these cost, whether or not it is there."""
        self._text.add(text)
        self._structured.add(structured)

    @property
    def left(self) -> int:
        """Tokens that are left in the scarcer of the two."""
        return min(self._text.left, self._structured.left)

    def part(self, share: float) -> Budget:
        """Make a budget of a share of what is left. It is not subtracted; spend what it takes."""
        return Budget(int(self.left * share))
