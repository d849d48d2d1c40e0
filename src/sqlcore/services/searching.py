"""Ranked search over the names and comments of a schema."""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from sqlcore.domain.schema import SearchFilter, SearchHit, SearchKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.ports import CatalogReader

__all__ = ["RankedHit", "SearchResult", "search"]

_WORD = re.compile(r"[^\W_]+")
_MOST_TERMS = 8


@attrs.frozen
class RankedHit:
    """A hit with its score: higher is better, and only the order means anything."""

    hit: SearchHit
    score: float


@attrs.frozen(kw_only=True)
class SearchResult:
    """Hits in their order, the best first.

    Attributes:
        total: How many were found, those that were left out among them.
        complete: Whether `total` is the true number (else there are at least that many).
    """

    hits: tuple[RankedHit, ...]
    total: int
    complete: bool = True


def search(
    catalog: CatalogReader,
    term: str,
    *,
    schema: str | None = None,
    kinds: Iterable[SearchKind] = (),
    limit: int = 50,
) -> SearchResult:
    """Search tables, columns, routines and comments for a word, or for several.

    Raises:
        InvalidArgumentError: The term has no letter or digit, or the limit is below 1.
    """
    if limit < 1:
        raise InvalidArgumentError(f"limit is {limit}; it must be at least 1.", parameter="limit")
    terms = search_terms(term)
    wanted = frozenset(kinds) or frozenset(SearchKind)
    search_filter = SearchFilter(terms=terms, schema=schema or None, kinds=wanted)
    hits = catalog.search(search_filter)
    ranked = [RankedHit(hit, score(hit, terms)) for hit in hits]
    ranked.sort(key=lambda r: (-r.score, str(r.hit.object), r.hit.column or ""))
    return SearchResult(
        hits=tuple(ranked[:limit]),
        total=len(ranked),
        complete=len(ranked) < search_filter.limit,
    )


def search_terms(term: str) -> tuple[str, ...]:
    """Split a search into lower-case words, each also without a plural `s`.

    Raises:
        InvalidArgumentError: There is no word in it.
    """
    words = dict.fromkeys(word.lower() for word in _WORD.findall(term))
    if not words:
        raise InvalidArgumentError(
            f"The search term {term!r} has no letter or digit.",
            parameter="search_term",
            hint="Give one or more words, such as: customer email",
        )
    return tuple(_singular(word) for word in words)[:_MOST_TERMS]


def _singular(word: str) -> str:
    """Cut a plural, so that `orders` finds `order_lines` too; a shorter term finds the longer."""
    if len(word) > 4 and word.endswith("ies"):  # noqa: PLR2004  # not "ties"
        return word[:-3]
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):  # noqa: PLR2004
        return word[:-1]
    return word


_KIND_WEIGHT = {SearchKind.TABLES: 3.0, SearchKind.ROUTINES: 2.0, SearchKind.COLUMNS: 1.0}


def score(hit: SearchHit, terms: tuple[str, ...]) -> float:
    """Score a hit: whole names before words of a name, before parts, before comments.

    All terms together count far more than each alone, and a table more than its columns.
    """
    name = (hit.column or hit.object.name).lower()
    owner = "" if hit.column is None else hit.object.name.lower()
    comment = (hit.comment or "").lower()
    matches = [_term_score(term, name, owner, comment) for term in terms]
    found = sum(1 for match in matches if match)
    total = sum(matches) * (found / len(terms)) ** 2
    if [_singular(word) for word in _WORD.findall(name)] == list(terms):
        total += 10.0 * len(terms)
    return total + _KIND_WEIGHT.get(hit.kind, 0.0)


def _term_score(term: str, name: str, owner: str, comment: str) -> float:
    if term in (_singular(word) for word in _WORD.findall(name)):
        return 10.0
    if name.startswith(term):
        return 7.0
    if term in name:
        return 5.0
    if term in comment:
        return 3.0
    return 2.0 if term in owner else 0.0
