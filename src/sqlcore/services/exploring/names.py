"""From the name that a caller wrote to the one table of a snapshot that it means."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.domain.catalog import TableFilter, TablePage, TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot, SearchKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.searching import search
from sqlcore.services.naming import resolve_table

__all__ = ["find_table"]

_MOST_SIMILAR = 300


def find_table(
    index: SchemaIndex, name: str, schema: str | None = None, *, parameter: str = "table_name"
) -> int:
    """Find the place of the one table or view that a name means, as `resolve_table` does.

    Args:
        index: Where to look; the server is not asked.
        name: `table`, `schema.table`, quoted or not.
        schema: The schema, where the name does not say it.
        parameter: The argument that an error is about.

    Raises:
        NotFoundError: There is none; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
        InvalidArgumentError: The name cannot be read.
    """
    found = resolve_table(_Names(index, name), name, schema, parameter=parameter).name
    return index.places[found.schema, found.name]


@attrs.frozen
class _Names:
    """Names as a catalog has them, found in a snapshot.

    Attributes:
        asked: What the caller wrote.
    """

    index: SchemaIndex
    asked: str

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        snapshot = self.index.snapshot
        if name.database and name.database.casefold() != snapshot.database.casefold():
            return ()
        found = [at for at, table in enumerate(snapshot.tables) if _is(table.name, name)]
        if not found:
            found = [at for at, table in enumerate(snapshot.tables) if _is_folded(table.name, name)]
        found.sort(key=lambda at: _place_in_path(snapshot, snapshot.tables[at].name))
        return self._summaries(found)

    def tables(self, table_filter: TableFilter) -> TablePage:
        """List tables to compare names with: all, or of too many those that a search finds."""
        count = len(self.index.snapshot.tables)
        places: Sequence[int] = range(count)
        if count > table_filter.limit:
            places = self._similar()
        return TablePage(tables=self._summaries(places), total=count)

    def _similar(self) -> list[int]:
        try:
            found = search(
                self.index.words, self.asked, kinds=(SearchKind.TABLES,), limit=_MOST_SIMILAR
            )
        except InvalidArgumentError:
            return []  # there is no word in it
        names = (ranked.hit.object for ranked in found.hits)
        return [self.index.places[name.schema, name.name] for name in names]

    def _summaries(self, places: Sequence[int]) -> tuple[TableSummary, ...]:
        tables = self.index.snapshot.tables
        return tuple(TableSummary(name=tables[at].name, kind=tables[at].kind) for at in places)


def _is(known: QualifiedName, name: QualifiedName) -> bool:
    return known.name == name.name and name.schema in (None, known.schema)


def _is_folded(known: QualifiedName, name: QualifiedName) -> bool:
    if known.name.casefold() != name.name.casefold():
        return False
    return name.schema is None or (known.schema or "").casefold() == name.schema.casefold()


def _place_in_path(snapshot: SchemaSnapshot, name: QualifiedName) -> int:
    path = snapshot.search_path
    return path.index(name.schema) if name.schema in path else len(path)
