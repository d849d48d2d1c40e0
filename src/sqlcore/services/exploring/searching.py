"""Ranked, forgiving search over the names and comments of a schema."""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from sqlcore.domain.schema import SearchHit, SearchKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.search_index import SearchIndex
from sqlcore.services.exploring.vocabulary import BEGINNING, NEAR, WHOLE, WordMatch
from sqlcore.services.exploring.words import split_words

__all__ = ["RankedHit", "SearchResult", "search", "search_terms"]

_MOST_TERMS = 8
_COMMENT = 0.4
"""What a word of a comment counts, beside the same word of a name."""
_SURROUNDINGS = 2.0
"""What a word counts that stands in the name of the table, for a column, or of the schema."""
_COMPOUND = 8.0
"""What a word counts that is two words of a name, written as one."""
_WHOLE_NAME = 10.0
_FURTHER_WORD = 0.2
_PARTITION = 3.0
_KIND_WEIGHT = {SearchKind.TABLES: 3.0, SearchKind.ROUTINES: 2.0, SearchKind.COLUMNS: 1.0}


@attrs.frozen
class RankedHit:
    """A hit with its score: higher is better, and only the order means anything.

    Attributes:
        near: Whether it was found only by a word that is spelled nearly like the one looked for.
    """

    hit: SearchHit
    score: float
    near: bool = False


@attrs.frozen(kw_only=True)
class SearchResult:
    """Hits in their order, the best first.

    Attributes:
        total: How many were found, those that were left out among them.
    """

    hits: tuple[RankedHit, ...]
    total: int


def search_terms(term: str) -> tuple[str, ...]:
    """Split a search into words, each once.

    Raises:
        InvalidArgumentError: There is no word in it.
    """
    words = dict.fromkeys(split_words(term))
    if not words:
        raise InvalidArgumentError(
            f"The search term {term[:100]!r} has no letter or digit.",
            parameter="search_term",
            hint="Give one or more words, such as: customer email",
        )
    return tuple(words)[:_MOST_TERMS]


def search(
    index: SearchIndex,
    term: str,
    *,
    schema: str | None = None,
    kinds: Iterable[SearchKind] = (),
    limit: int = 50,
) -> SearchResult:
    """Search tables, columns, routines and comments for words in any order.

    A hit has at least one of the words in its own name, or in its comment. A word also finds its
    plural, longer words that begin with it or contain it, two words that it is written of
    (`orderlines`), and where there is no such word, one that is spelled nearly so.

    Raises:
        InvalidArgumentError: The term has no letter or digit, or the limit is below 1.
    """
    if limit < 1:
        raise InvalidArgumentError(f"limit is {limit}; it must be at least 1.", parameter="limit")
    question = _Question(index, search_terms(term), frozenset(kinds) or frozenset(SearchKind))
    total = 0
    best: list[tuple[float, int, bool]] = []
    for found in question.found():
        entries = found.entries
        if schema:
            entries = [entry for entry in entries if index.schema(entry) == schema]
        total += len(entries)
        best += [(-found.score, entry, found.near) for entry in entries[:limit]]
    hits = tuple(
        RankedHit(index.hit(entry), -score, near)
        for score, entry, near in heapq.nsmallest(limit, best)
    )
    return SearchResult(hits=hits, total=total)


@attrs.frozen
class _Found:
    """Entries with the same score, in their order."""

    entries: Sequence[int]
    score: float
    near: bool


_Qualities = tuple[float, ...]
"""For each word of the search how well it was met; 0 where it was not."""


class _Question:
    """One search: what its words mean in this schema."""

    def __init__(
        self, index: SearchIndex, terms: tuple[str, ...], kinds: frozenset[SearchKind]
    ) -> None:
        self._index = index
        self._terms = terms
        self._kinds = kinds
        self._none: _Qualities = (0.0,) * len(terms)
        matches = [index.vocabulary.matches(term) for term in terms]
        self._names = self._match_names(matches)
        self._comments = self._match_comments(matches) if SearchKind.COMMENTS in kinds else {}
        self._schemas = self._match_schemas() if len(terms) > 1 else {}
        self._tables = self._match_tables() if len(terms) > 1 else {}

    def found(self) -> Iterator[_Found]:
        """Give all entries that were found, each once."""
        index = self._index
        for name, qualities in self._names.items():
            kind = index.kind_of_name(name)
            if kind in self._kinds:
                yield from self._of_name(name, kind, qualities)
        by_kind: dict[SearchKind, list[int]] = {}
        for entry in self._comments:
            name = index.name(entry)
            if name not in self._names or index.kind_of_name(name) not in self._kinds:
                by_kind.setdefault(index.kind_of_name(name), []).append(entry)
        for kind, entries in by_kind.items():
            yield from self._grouped(sorted(entries), kind, self._none, words=0)

    def _of_name(self, name: int, kind: SearchKind, qualities: _Qualities) -> Iterator[_Found]:
        entries = self._index.entries_by_name[name]
        words = len(self._index.words_of_name(name))
        can_gain = any(quality <= _SURROUNDINGS for quality in qualities)
        if self._comments or (can_gain and (self._tables or self._schemas)):
            yield from self._grouped(entries, kind, qualities, words)
            return
        for same in self._apart(entries, kind):
            yield self._scored(same, kind, qualities, words)

    def _grouped(
        self, entries: Sequence[int], kind: SearchKind, qualities: _Qualities, words: int
    ) -> Iterator[_Found]:
        """Put entries together that their comments and surroundings say the same of."""
        nothing = self._none
        comments = self._comments
        surroundings = self._surroundings(entries, kind)
        groups: dict[tuple[_Qualities, _Qualities], list[int]] = {}
        for entry, around in zip(entries, surroundings, strict=True):
            key = (comments.get(entry, nothing), around)
            group = groups.get(key)
            if group is None:
                groups[key] = [entry]
            else:
                group.append(entry)
        for (comment, around), group in groups.items():
            whole = tuple(map(max, qualities, comment, around))
            for same in self._apart(group, kind):
                yield self._scored(same, kind, whole, words)

    def _surroundings(self, entries: Sequence[int], kind: SearchKind) -> Iterable[_Qualities]:
        index = self._index
        nothing = self._none
        if kind is SearchKind.COLUMNS:
            tables = self._tables
            return [tables.get(index.table(entry), nothing) for entry in entries]
        schemas = self._schemas
        return [schemas.get(index.schema(entry), nothing) for entry in entries]

    def _apart(self, entries: Sequence[int], kind: SearchKind) -> Iterator[Sequence[int]]:
        """Keep partitions apart from other tables."""
        if kind is not SearchKind.TABLES:
            yield entries
            return
        for are_partitions in (False, True):
            same = [e for e in entries if self._index.is_partition(e) is are_partitions]
            if same:
                yield same

    def _scored(
        self, entries: Sequence[int], kind: SearchKind, qualities: _Qualities, words: int
    ) -> _Found:
        met = [quality for quality in qualities if quality]
        score = sum(met) * (len(met) / len(qualities)) ** 2
        if words == len(qualities) and all(quality == WHOLE for quality in qualities):
            score += _WHOLE_NAME * len(qualities)
        score -= _FURTHER_WORD * min(5, max(0, words - len(met)))
        score += _KIND_WEIGHT[kind]
        if kind is SearchKind.TABLES and self._index.is_partition(entries[0]):
            score -= _PARTITION
        return _Found(entries, score, near=min(met) <= NEAR)

    def _match_names(self, matches: list[list[WordMatch]]) -> dict[int, _Qualities]:
        names_by_word = self._index.names_by_word
        found: dict[int, _Qualities] = {}
        for number, of_term in enumerate(matches):
            for match in of_term:
                self._note(found, names_by_word[match.word], number, match.quality)
            if all(match.quality < BEGINNING for match in of_term):
                self._note(found, self._compound_names(self._terms[number]), number, _COMPOUND)
        return found

    def _note(
        self, found: dict[int, _Qualities], keys: Iterable[int], number: int, quality: float
    ) -> None:
        """Note that a word was met by some names or entries; the best quality stays."""
        nothing = self._none
        better: dict[_Qualities, _Qualities] = {}
        for key in keys:
            before = found.get(key, nothing)
            after = better.get(before)
            if after is None:
                best = max(before[number], quality)
                after = better[before] = (*before[:number], best, *before[number + 1 :])
            found[key] = after

    def _compound_names(self, term: str) -> set[int]:
        names_by_word = self._index.names_by_word
        found: set[int] = set()
        for left, right in self._index.vocabulary.compounds(term):
            beginning = {name for word in left for name in names_by_word[word]}
            found.update(n for word in right for n in names_by_word[word] if n in beginning)
        return found

    def _match_comments(self, matches: list[list[WordMatch]]) -> dict[int, _Qualities]:
        entries_by_word = self._index.entries_by_word
        found: dict[int, _Qualities] = {}
        for number, of_term in enumerate(matches):
            for match in of_term:
                quality = match.quality * _COMMENT
                self._note(found, entries_by_word[match.word], number, quality)
        return found

    def _match_schemas(self) -> Mapping[str, _Qualities]:
        """Find the schemas whose names have words of the search."""
        found: dict[str, _Qualities] = {}
        for schema in self._index.snapshot.schemas:
            words = set(split_words(schema.name))
            qualities = tuple(_SURROUNDINGS if term in words else 0.0 for term in self._terms)
            if any(qualities):
                found[schema.name] = qualities
        return found

    def _match_tables(self) -> Mapping[int | None, _Qualities]:
        """Find the tables whose names, or whose schemas' names, have words of the search."""
        index = self._index
        found: dict[int | None, _Qualities] = {}
        for name, qualities in self._names.items():
            if index.kind_of_name(name) is SearchKind.TABLES:
                around = tuple(
                    _SURROUNDINGS if quality > NEAR else quality * _COMMENT for quality in qualities
                )
                if any(around):
                    found.update(dict.fromkeys(index.entries_by_name[name], around))
        if self._schemas:
            for entry, table in enumerate(index.snapshot.tables):
                of_schema = self._schemas.get(table.name.schema or "")
                if of_schema is not None:
                    found[entry] = tuple(map(max, of_schema, found.get(entry, self._none)))
        return found
