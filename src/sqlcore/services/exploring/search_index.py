"""An index of all names and comments of a schema, made once for a snapshot.

Entries are numbered: tables first, then routines, then columns, each in the snapshot's order.
Columns share names, so what a name means is looked at once for all of them. Columns of partitions
are left out: they are those of the table that the partition belongs to.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot, SearchHit, SearchKind
from sqlcore.services.exploring.grouping import Groups
from sqlcore.services.exploring.vocabulary import Vocabulary
from sqlcore.services.exploring.words import split_words

__all__ = ["SearchIndex"]

KINDS = (SearchKind.TABLES, SearchKind.ROUTINES, SearchKind.COLUMNS)


class SearchIndex:
    """Words of names and comments, and where they stand.

    Attributes:
        vocabulary: All words.
        names_by_word: Names by the words in them.
        entries_by_name: Entries by their names.
        entries_by_word: Entries by the words of their comments.
    """

    def __init__(self, snapshot: SchemaSnapshot) -> None:
        self.snapshot = snapshot
        self._first_routine = len(snapshot.tables)
        self._first_column = self._first_routine + len(snapshot.routines)
        collected = _collect(snapshot)
        # Places of words are known once all words are, in their order.
        self.vocabulary = Vocabulary(collected.words)
        place_of = array("I", bytes(4 * len(collected.words)))
        for word, number in collected.words.items():
            place_of[number] = self.vocabulary.place(word) or 0
        count = len(self.vocabulary)
        self._kinds = collected.kinds
        self._word_counts = bytearray(min(len(words), 255) for words in collected.name_words)
        self.names_by_word = Groups(
            count,
            [place_of[word] for words in collected.name_words for word in words],
            (name for name, words in enumerate(collected.name_words) for _ in words),
        )
        self.entries_by_name = Groups(
            len(collected.name_words), collected.names, range(len(collected.names))
        )
        self.entries_by_word = Groups(
            count, [place_of[word] for word in collected.comment_words], collected.commented
        )
        self._names = collected.names
        self._column_tables = collected.column_tables
        self._column_places = collected.column_places

    def kind_of_name(self, name: int) -> SearchKind:
        """Tell whether a name is that of tables, routines or columns."""
        return KINDS[self._kinds[name]]

    def kind(self, entry: int) -> SearchKind:
        """Tell what an entry is."""
        if entry < self._first_routine:
            return SearchKind.TABLES
        return SearchKind.ROUTINES if entry < self._first_column else SearchKind.COLUMNS

    def word_count(self, name: int) -> int:
        """Count the words of a name."""
        return self._word_counts[name]

    def name(self, entry: int) -> int:
        """Return the name of an entry."""
        return self._names[entry]

    def table(self, entry: int) -> int | None:
        """Return the table of a column, as an entry; None for what is no column."""
        return (
            None if entry < self._first_column else self._column_tables[entry - self._first_column]
        )

    def schema(self, entry: int) -> str:
        """Return the schema of an entry."""
        return self._name_of(entry).schema or ""

    def _name_of(self, entry: int) -> QualifiedName:
        if self._first_routine <= entry < self._first_column:
            return self.snapshot.routines[entry - self._first_routine].name
        table = self.table(entry)
        return self.snapshot.tables[entry if table is None else table].name

    def is_partition(self, entry: int) -> bool:
        """Tell whether an entry is a table that is part of another one."""
        return entry < self._first_routine and self.snapshot.tables[entry].is_partition

    def hit(self, entry: int) -> SearchHit:
        """Write an entry as a hit."""
        if self._first_routine <= entry < self._first_column:
            routine = self.snapshot.routines[entry - self._first_routine]
            return SearchHit(
                kind=SearchKind.ROUTINES,
                object=routine.name,
                object_kind=routine.kind,
                type=routine.arguments or None,
                comment=routine.comment,
            )
        of = self.table(entry)
        table = self.snapshot.tables[entry if of is None else of]
        hit = SearchHit(
            kind=SearchKind.TABLES,
            object=table.name,
            object_kind=table.kind.value,
            comment=table.comment,
            estimated_rows=table.estimated_rows,
        )
        if of is None:
            return hit
        column = table.columns[self._column_places[entry - self._first_column]]
        return attrs.evolve(
            hit,
            kind=SearchKind.COLUMNS,
            column=column.name,
            type=column.type,
            comment=column.comment,
        )


@attrs.define
class _Collected:
    """What was read of a snapshot.

    Attributes:
        words: Distinct words with their numbers, as they came.
        kinds: For each name, what it is the name of.
        name_words: For each name, its words.
        names: For each entry, its name.
        commented: Entries with a comment, once for each word of it.
        comment_words: The words, as many.
        column_tables: For each column, its table.
        column_places: For each column, its place in the table.
    """

    words: dict[str, int] = attrs.field(factory=dict)
    kinds: bytearray = attrs.field(factory=bytearray)
    name_words: list[tuple[int, ...]] = attrs.field(factory=list)
    names: array[int] = attrs.field(factory=lambda: array("I"))
    commented: array[int] = attrs.field(factory=lambda: array("I"))
    comment_words: array[int] = attrs.field(factory=lambda: array("I"))
    column_tables: array[int] = attrs.field(factory=lambda: array("I"))
    column_places: array[int] = attrs.field(factory=lambda: array("I"))

    def numbers(self, text: str) -> tuple[int, ...]:
        """Number the words of a text."""
        words = self.words
        return tuple(words.setdefault(word, len(words)) for word in split_words(text))


def _collect(snapshot: SchemaSnapshot) -> _Collected:
    collected = _Collected()
    add = _adder(collected, SearchKind.TABLES)
    for table in snapshot.tables:
        add(table.name.name, table.comment)
    add = _adder(collected, SearchKind.ROUTINES)
    for routine in snapshot.routines:
        add(routine.name.name, routine.comment)
    add = _adder(collected, SearchKind.COLUMNS)
    for number, table in enumerate(snapshot.tables):
        if table.is_partition:
            continue
        for place, column in enumerate(table.columns):
            add(column.name, column.comment)
            collected.column_tables.append(number)
            collected.column_places.append(place)
    return collected


def _adder(collected: _Collected, kind: SearchKind) -> Callable[[str, str | None], None]:
    numbers_of_names: dict[str, int] = {}

    def add(name: str, comment: str | None) -> None:
        number = numbers_of_names.get(name)
        if number is None:
            number = numbers_of_names[name] = len(collected.name_words)
            collected.name_words.append(collected.numbers(name))
            collected.kinds.append(KINDS.index(kind))
        entry = len(collected.names)
        collected.names.append(number)
        if comment:
            words = set(collected.numbers(comment))
            collected.comment_words.extend(words)
            collected.commented.extend([entry] * len(words))

    return add
