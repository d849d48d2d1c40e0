"""What is derived from one snapshot of a schema: made at its first use, dropped with it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from functools import cached_property

from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.services.exploring.guessing import guess_references
from sqlcore.services.exploring.ranking import rank_tables
from sqlcore.services.exploring.references import Reference, ReferenceGraph, references_of
from sqlcore.services.exploring.search_index import SearchIndex

__all__ = ["SchemaIndex"]


class SchemaIndex:
    """A snapshot with what was derived from it. For use by many threads.

    Attributes:
        snapshot: The schema; tables are known by their places in it.
    """

    def __init__(self, snapshot: SchemaSnapshot) -> None:
        self.snapshot = snapshot
        self._making = threading.RLock()

    @property
    def words(self) -> SearchIndex:
        """Names and comments, for searching."""
        with self._making:
            return self._words

    @property
    def places(self) -> Mapping[tuple[str | None, str], int]:
        """The places of tables by schema and name."""
        with self._making:
            return self._places

    @property
    def graph(self) -> ReferenceGraph:
        """The foreign keys."""
        with self._making:
            return self._graph

    @property
    def guesses(self) -> tuple[Reference, ...]:
        """References that no foreign key says, but names and types do."""
        with self._making:
            return self._guesses

    @property
    def whole_graph(self) -> ReferenceGraph:
        """Foreign keys and guesses."""
        with self._making:
            return self._whole_graph

    @property
    def ordered_references(self) -> tuple[Reference, ...]:
        """All references: those to the most connected tables first, guesses last."""
        with self._making:
            return self._ordered_references

    @property
    def ranked(self) -> tuple[int, ...]:
        """All tables, the most important first."""
        with self._making:
            return self._ranked

    @cached_property
    def _words(self) -> SearchIndex:
        return SearchIndex(self.snapshot)

    @cached_property
    def _places(self) -> Mapping[tuple[str | None, str], int]:
        tables = self.snapshot.tables
        return {(table.name.schema, table.name.name): at for at, table in enumerate(tables)}

    @cached_property
    def _graph(self) -> ReferenceGraph:
        return ReferenceGraph(references_of(self.snapshot, self._places))

    @cached_property
    def _guesses(self) -> tuple[Reference, ...]:
        return guess_references(self.snapshot, self._graph)

    @cached_property
    def _whole_graph(self) -> ReferenceGraph:
        return ReferenceGraph((*self._graph.references, *self._guesses))

    @cached_property
    def _ordered_references(self) -> tuple[Reference, ...]:
        def key(reference: Reference) -> tuple[bool, int, int, int]:
            connected = -self._graph.degree(reference.target)
            return reference.guess is not None, connected, reference.target, reference.table

        return tuple(sorted(self._whole_graph.references, key=key))

    @cached_property
    def _ranked(self) -> tuple[int, ...]:
        return rank_tables(self.snapshot, self._graph)
