"""The words of names and comments, as a search compares them."""

from __future__ import annotations

import re
import unicodedata

__all__ = ["forms", "singular", "split_words"]

_RUN = re.compile(r"[^\W_]+")
# Before a capital behind a small letter, and before the last capital of several that begins a
# word: `orderLine`, `HTTPServer`; the plural of capitals stays whole: `orderIDs`.
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z](?!s(?![a-z]))[a-z])")
_IRREGULAR = {
    "children": "child",
    "data": "datum",
    "indices": "index",
    "matrices": "matrix",
    "men": "man",
    "people": "person",
    "women": "woman",
}
_IRREGULAR_PLURALS = {one: many for many, one in _IRREGULAR.items()}


def split_words(text: str) -> list[str]:
    """Split a name or a text into words: small letters, without accents.

    Example:
        >>> split_words("customerEmail_Größe2")
        ['customer', 'email', 'grosse2']
    """
    if not text.isascii():
        decomposed = unicodedata.normalize("NFKD", text)
        text = "".join(c for c in decomposed if not unicodedata.combining(c))
    words: list[str] = []
    for run in _RUN.findall(text):
        if run.islower() or run.isupper():
            words.append(run.casefold())
        else:
            words += [part.casefold() for part in _HUMP.split(run)]
    return words


def forms(word: str) -> list[str]:
    """Give a word and what may be its singular or plural, the word itself first."""
    found = dict.fromkeys(_singulars(word))
    for one in list(found):
        found.update(dict.fromkeys((one + "s", one + "es")))
        if one.endswith("y"):
            found[one[:-1] + "ies"] = None
        if one in _IRREGULAR_PLURALS:
            found[_IRREGULAR_PLURALS[one]] = None
    return list(found)


def singular(word: str) -> str:
    """Give the most likely singular of a word, which may be the word itself."""
    return _singulars(word)[-1]


def _singulars(word: str) -> list[str]:
    """Give a word and what it may be the plural of, the most likely one last."""
    if word in _IRREGULAR:
        return [word, _IRREGULAR[word]]
    found = [word]
    if len(word) < 3 or not word.endswith("s") or word.endswith("ss"):  # noqa: PLR2004  # "is"
        return found
    if word.endswith("es") and len(word) > 4:  # noqa: PLR2004  # "does"
        found.append(word[:-2])
    found.append(word[:-1])
    if word.endswith("ies") and len(word) > 4:  # noqa: PLR2004  # "ties"
        found.append(word[:-3] + "y")
    elif word.endswith(("sses", "xes", "ches", "shes", "buses", "ruses", "tuses")):
        found.append(word[:-2])
    elif word.endswith(("us", "is")):  # "status", "basis"
        found.append(word)
    return found
