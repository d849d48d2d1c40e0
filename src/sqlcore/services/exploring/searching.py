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
_Group = tuple[SearchKind, _Qualities, int, bool]
"""What a score is made of: kind, qualities, how many words the name has, whether a partition."""


class _Question:
    """One search: what its words mean in this schema."""

    def __init__(
        self, index: SearchIndex, terms: tuple[str, ...], kinds: frozenset[SearchKind]
    ) -> None:
        self._index = index
        self._terms = terms
        self._kinds = kinds
        self._none: _Qualities = (0.0,) * len(terms)
        self._wholes: dict[tuple[_Qualities, _Qualities, _Qualities], _Qualities] = {}
        matches = [index.vocabulary.matches(term) for term in terms]
        self._names = self._match_names(matches)
        self._comments = self._match_comments(matches) if SearchKind.COMMENTS in kinds else {}
        self._schemas = self._match_schemas() if len(terms) > 1 else {}
        self._tables = self._match_tables() if len(terms) > 1 else {}

    def found(self) -> Iterator[_Found]:
        """Give all entries that were found, each once; those that score alike together."""
        groups: dict[_Group, list[int]] = {}
        for name, qualities in self._names.items():
            kind = self._index.kind_of_name(name)
            if kind in self._kinds:
                entries = self._index.entries_by_name[name]
                words = self._index.word_count(name)
                self._group(groups, entries, kind, qualities, words)
        for entry in self._comments:
            name = self._index.name(entry)
            kind = self._index.kind_of_name(name)
            if name not in self._names or kind not in self._kinds:
                self._group(groups, (entry,), kind, self._none, 0)
        for group, members in groups.items():
            members.sort()
            yield _Found(members, self._score(*group), near=min(filter(None, group[1])) <= NEAR)

    def _group(
        self,
        groups: dict[_Group, list[int]],
        entries: Sequence[int],
        kind: SearchKind,
        qualities: _Qualities,
        words: int,
    ) -> None:
        """Put the entries of a name into the groups of their scores."""
        is_column = kind is SearchKind.COLUMNS
        can_gain = self._comments or (
            (self._tables or self._schemas) and min(qualities) <= _SURROUNDINGS
        )
        if is_column and not can_gain:
            groups.setdefault((kind, qualities, words, False), []).extend(entries)
            return
        index, nothing = self._index, self._none
        comments, tables, schemas = self._comments, self._tables, self._schemas
        for entry in entries:
            comment = comments.get(entry, nothing)
            if is_column:
                around = tables.get(index.table(entry), nothing)
            else:
                around = schemas.get(index.schema(entry), nothing) if schemas else nothing
            whole = qualities
            if comment is not nothing or around is not nothing:
                whole = self._whole(qualities, comment, around)
            group = (kind, whole, words, not is_column and index.is_partition(entry))
            members = groups.get(group)
            if members is None:
                groups[group] = [entry]
            else:
                members.append(entry)

    def _whole(self, name: _Qualities, comment: _Qualities, around: _Qualities) -> _Qualities:
        """Take the best of what a name, a comment and the surroundings say."""
        key = (name, comment, around)
        whole = self._wholes.get(key)
        if whole is None:
            whole = self._wholes[key] = tuple(map(max, name, comment, around))
        return whole

    @staticmethod
    def _score(
        kind: SearchKind,
        qualities: _Qualities,
        words: int,
        is_partition: bool,  # noqa: FBT001  # a part of a group's key
    ) -> float:
        met = [quality for quality in qualities if quality]
        score = sum(met) * (len(met) / len(qualities)) ** 2 + _KIND_WEIGHT[kind]
        if words == len(qualities) and all(quality == WHOLE for quality in qualities):
            score += _WHOLE_NAME * len(qualities)
        score -= _FURTHER_WORD * min(5, max(0, words - len(met)))
        return score - (_PARTITION if is_partition else 0.0)

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
        known: dict[_Qualities, _Qualities] = {}
        for name, qualities in self._names.items():
            if index.kind_of_name(name) is not SearchKind.TABLES:
                continue
            around = known.get(qualities)
            if around is None:
                around = known[qualities] = tuple(
                    _SURROUNDINGS if quality > NEAR else quality * _COMMENT for quality in qualities
                )
            for entry in index.entries_by_name[name]:
                found[entry] = around
        if self._schemas:
            for entry, table in enumerate(index.snapshot.tables):
                of_schema = self._schemas.get(table.name.schema or "")
                if of_schema is not None:
                    found[entry] = self._whole(self._none, of_schema, found.get(entry, self._none))
        return found
