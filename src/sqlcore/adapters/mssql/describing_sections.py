"""What the server answered about some tables, section by section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlcore.adapters.mssql.reading import Refusal, Rows
from sqlcore.domain.capability import Missing, Support

__all__ = ["BEYOND_BABELFISH", "FULL_SECTIONS", "SHORT_SECTIONS", "TableSections", "missing_parts"]

# The queries of `describing.sql` with what they tell; None for what a server without it cannot
# have, so that nothing is missing there.
_SHORT: dict[str, str | None] = {
    "columns": "columns",
    "identities": "identity columns",
    "computed": "computed columns",
    "column_facts": "properties of columns",
    "column_masks": None,
    "table_external": None,
    "keys": "keys",
    "table_comments": "comments",
    "column_comments": "comments",
    "part_comments": "comments",
    "definition_rights": None,
}
_FULL: dict[str, str | None] = {
    # What only later versions have comes first: a server that lacks a column reads none of a
    # batch, and then the first ones are tried alone.
    "table_retention": None,
    "table_graph": None,
    "table_ledger": None,
    **_SHORT,
    "checks": "check constraints",
    "indexes": "indexes",
    "index_columns": "columns of indexes",
    "index_compression": "compression",
    "index_comments": "comments",
    "foreign_keys": "foreign keys",
    "foreign_key_columns": "columns of foreign keys",
    "triggers": "triggers",
    "trigger_events": "events of triggers",
    "view_texts": "texts of views",
    "view_facts": "properties of views",
    "table_facts": "properties of tables",
    "table_histories": None,
    "table_periods": None,
    "table_owners": "owner",
    "table_partitioning": "partitions",
    "table_rows": "row counts",
    "table_sizes": "sizes",
}
SHORT_SECTIONS = tuple(_SHORT)
FULL_SECTIONS = tuple(_FULL)
BEYOND_BABELFISH = frozenset(
    (
        "column_facts",
        "column_masks",
        "index_comments",
        "table_external",
        "table_histories",
        "table_retention",
        "table_graph",
        "table_ledger",
        "table_periods",
    )
)
"""Sections about what Babelfish cannot have; to ask for them would cost it many round trips."""
_Grouped = Mapping[Any, list[tuple[Any, ...]]]


class TableSections:
    """The rows of each section, by object."""

    def __init__(self, sections: Mapping[str, Rows]) -> None:
        self._sections = sections
        self._grouped: dict[str, _Grouped] = {}

    def all_rows(self, section: str) -> Rows:
        """Give the rows of a section, of whatever object; none where it was not asked for."""
        return self._sections.get(section, [])

    def rows(self, section: str, object_id: int) -> Rows:
        """Give the rows of one object, without its number."""
        if section not in self._grouped:
            self._grouped[section] = by_first(self.all_rows(section))
        return self._grouped[section].get(object_id, [])

    def first(self, section: str, object_id: int) -> tuple[Any, ...] | None:
        """Give the first row of one object, without its number."""
        return next(iter(self.rows(section, object_id)), None)

    def value(self, section: str, object_id: int) -> Any:
        """Give the first value of the first row of one object; None where there is none."""
        row = self.first(section, object_id)
        return None if row is None else row[0]

    def by_part(self, section: str, object_id: int) -> _Grouped:
        """Give the rows of one object by their next value: a column, an index."""
        return by_first(self.rows(section, object_id))


def by_first(rows: Iterable[tuple[Any, ...]]) -> _Grouped:
    """Group rows by their first value, which is cut off."""
    grouped: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for key, *rest in rows:
        grouped[key].append(tuple(rest))
    return grouped


def missing_parts(refused: Mapping[str, Refusal]) -> tuple[Missing, ...]:
    """Say which parts of a description the server could not tell."""
    parts: dict[str, Missing] = {}
    for name, refusal in refused.items():
        part = _FULL[name]
        is_denied = refusal.support is Support.NOT_PERMITTED
        if part is not None or is_denied:
            part = part or name.replace("_", " ")
            parts[part] = Missing(part=part, support=refusal.support, reason=refusal.reason)
    return tuple(parts.values())
