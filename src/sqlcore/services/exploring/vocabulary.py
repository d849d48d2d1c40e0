"""All words of a schema, and which of them a word of a search may mean."""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import attrs

from sqlcore.services.exploring.words import forms, singular

__all__ = ["BEGINNING", "NEAR", "PART", "WHOLE", "Vocabulary", "WordMatch"]

WHOLE = 10.0
BEGINNING = 7.0
PART = 5.0
NEAR = 1.5
"""How good a match is: the whole word, its beginning, a part of it, a word spelled nearly so."""
_SECOND_EDIT = 0.3

_SHORTEST_BEGINNING = 2
_SHORTEST_PART = 3
_SHORTEST_NEAR = 4
"""From four letters on one letter may be wrong, from seven on two."""
_SHORTEST_FOR_TWO = 7
_SHORTEST_COMPOUND = 6
_LAST = "\U0010ffff"


@attrs.frozen
class WordMatch:
    """A word, by its place, that a word of a search may mean."""

    word: int
    quality: float


class Vocabulary:
    """Distinct words, sorted; a word is known by its place."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = sorted(words)
        # All words in one text: parts of words are found with one pass in C.
        self._text = "\n" + "\n".join(self._words) + "\n"
        self._starts = array("I")
        at = 1
        for word in self._words:
            self._starts.append(at)
            at += len(word) + 1
        self._letters: array[int] | None = None

    def __len__(self) -> int:
        return len(self._words)

    def place(self, word: str) -> int | None:
        """Find the place of exactly this word."""
        at = bisect_left(self._words, word)
        return at if at < len(self._words) and self._words[at] == word else None

    def matches(self, term: str) -> list[WordMatch]:
        """Find what a term may mean, each word once, with its best quality.

        Words that are spelled nearly so are looked for where no word is the term or begins with
        it.
        """
        found: dict[int, WordMatch] = {}
        for word in self.whole(term):
            found.setdefault(word, WordMatch(word, WHOLE))
        if len(term) >= _SHORTEST_BEGINNING or not term.isascii():
            for word in self._beginning_with(term):
                found.setdefault(word, WordMatch(word, BEGINNING))
        is_known = bool(found)
        if len(term) >= _SHORTEST_PART or not term.isascii():
            for word in self._containing(term):
                found.setdefault(word, WordMatch(word, PART))
        if not is_known:
            for word, distance in self._near(term):
                found.setdefault(word, WordMatch(word, NEAR - _SECOND_EDIT * (distance - 1)))
        return list(found.values())

    def whole(self, term: str) -> list[int]:
        """Find the words that are a term, its singular or its plural."""
        places = (self.place(form) for form in forms(term))
        return [place for place in places if place is not None]

    def compounds(self, term: str) -> list[tuple[list[int], list[int]]]:
        """Cut a term into two words that there are: `orderlines` into `order` and `lines`."""
        if len(term) < _SHORTEST_COMPOUND:
            return []
        cuts = ((self.whole(term[:at]), self.whole(term[at:])) for at in range(2, len(term) - 1))
        return [(left, right) for left, right in cuts if left and right]

    def _beginning_with(self, term: str) -> range:
        return range(bisect_left(self._words, term), bisect_left(self._words, term + _LAST))

    def _containing(self, term: str) -> Iterator[int]:
        at = self._text.find(term)
        while at >= 0:
            yield bisect_right(self._starts, at) - 1
            at = self._text.find(term, self._text.index("\n", at))

    def _near(self, term: str) -> Iterator[tuple[int, int]]:
        """Find words at an edit distance of 1, or 2 for long ones; none for numbers."""
        if not term.isalpha():
            return
        if self._letters is None:
            self._letters = array("Q", map(_letters_of, self._words))
        for spelled in dict.fromkeys((term, singular(term))):
            most = _most_edits(spelled)
            if not most:
                continue
            own = _letters_of(spelled)
            # Each edit changes at most two letters of the set, and so does the end of a plural.
            similar = [
                place
                for place, letters in enumerate(self._letters)
                if (letters ^ own).bit_count() <= 2 * most + 2
            ]
            for place in similar:
                word = self._words[place]
                distances = [_distance(spelled, form, most) for form in {word, singular(word)}]
                known = [distance for distance in distances if distance is not None]
                if known:
                    yield place, max(1, min(known))


def _most_edits(term: str) -> int:
    if len(term) < _SHORTEST_NEAR:
        return 0
    return 1 if len(term) < _SHORTEST_FOR_TWO else 2


def _letters_of(word: str) -> int:
    """Put the set of a word's letters into 64 bits."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def _distance(a: str, b: str, most: int) -> int | None:
    """Count the edits between two words; two letters that changed places are one edit.

    Returns:
        The number, or None where it is over `most`.
    """
    if abs(len(a) - len(b)) > most:
        return None
    before_last: Sequence[int] = ()
    last = list(range(len(b) + 1))
    for i, letter in enumerate(a, start=1):
        row = [i]
        for j, other in enumerate(b, start=1):
            least = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                least = min(least, before_last[j - 2] + 1)
            row.append(least)
        if min(row) > most:
            return None
        before_last, last = last, row
    return last[-1] if last[-1] <= most else None
