"""What the catalog knows of the relations that statements name, as far as masks need it."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Sequence

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.facts import SchemaFacts
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription
from sqlcore.ports import CatalogReader
from sqlcore.services.masking.names import folded
from sqlcore.services.masking.relations import Item, Relation, opaque, positions_of
from sqlcore.services.masking.rules import MaskRules

__all__ = ["Schema"]

_VIEWS = (TableKind.VIEW, TableKind.MATERIALIZED_VIEW)
_SYSTEM_SCHEMAS = {
    "postgres": frozenset({"pg_catalog", "information_schema"}),
    "tsql": frozenset({"sys", "information_schema"}),
    "sqlite": frozenset[str](),
}
_SQLITE_SCHEMA_TABLES = frozenset({"sqlite_master", "sqlite_schema", "sqlite_temp_master"})
# Columns of the system's own relations that hold samples of the values of columns.
_SAMPLES = frozenset(
    {
        *("most_common_vals", "histogram_bounds", "most_common_elems", "most_common_val_nulls"),
        *("range_bounds_histogram", "range_length_histogram", "attmissingval", "stxdmcv"),
        *("stxdexpr", "stavalues1", "stavalues2", "stavalues3", "stavalues4", "stavalues5"),
    }
)
# Relations of the system that hold pieces of tables or of files.
_PIECES = frozenset(
    {
        *("column_store_segments", "dm_tran_version_store", "pg_file_settings"),
        *("pg_hba_file_rules", "pg_largeobject"),
    }
)
_WORD = re.compile(r"\w+")
_MOST_VIEWS_DEEP = 30

ViewReader = Callable[[str, QualifiedName, int], Relation | None]
"""Follows the query of a view: its text, its name, and how many views are around it."""


@attrs.frozen
class _Named:
    """A relation as it was named, and when the catalog said what it is."""

    relation: Relation | None
    read_at: float


class Schema:
    """Looks up relations, and keeps what it found for a while. For use by many threads."""

    def __init__(
        self,
        catalog: CatalogReader,
        dialect: str,
        rules: MaskRules,
        fresh_s: float,
    ) -> None:
        self._catalog = catalog
        self._dialect = dialect
        self._rules = rules
        self._fresh_s = fresh_s
        self._known: dict[QualifiedName, _Named] = {}
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Forget what was found, for a statement may have changed it."""
        with self._lock:
            self._known.clear()

    def relation(
        self, name: QualifiedName, facts: SchemaFacts, read_view: ViewReader, depth: int
    ) -> Relation | None:
        """Look up what a name means; None where the catalog does not know it.

        Raises:
            SqlCoreError: The catalog cannot be read.
        """
        now = time.monotonic()
        with self._lock:
            known = self._known.get(name)
        if known is not None and now - known.read_at < self._fresh_s:
            return known.relation
        relation = self._read(name, facts, read_view, depth)
        with self._lock:
            self._known[name] = _Named(relation, now)
        return relation

    def _read(
        self, name: QualifiedName, facts: SchemaFacts, read_view: ViewReader, depth: int
    ) -> Relation | None:
        if self._dialect == "postgres" and (name.schema or "").startswith("pg_toast"):
            return opaque(masked=True)  # pieces of long values, of any table
        system = self._system_name(name)
        relation = None if system is None else self._system_relation(system)
        if relation is not None:
            return relation
        found = self._catalog.find(name)
        if not found:
            return None
        (description,) = self._catalog.describe([found[0].name], full=False) or (None,)
        if description is None:
            return None
        table = description.name
        columns = [column.name for column in description.columns]
        masked = self._by_rule(table, columns)
        for parent in _parents(table, facts):
            inherited = self._by_rule(parent, columns)
            if inherited and self._has_columns_of(parent, columns):
                masked |= inherited
        masked |= _computed(description, masked | _routine_names(facts))
        read = Relation(
            tuple(
                Item(folded(column.name), folded(column.name) in masked)
                for column in description.columns
            ),
            bool(masked),
        )
        if found[0].kind in _VIEWS or description.kind in _VIEWS:
            return self._view(read, table, read_view, depth)
        return read

    def _by_rule(self, table: QualifiedName, columns: Sequence[str]) -> set[str]:
        return {
            folded(column)
            for column in columns
            if self._rules.match(table.schema, table.name, column)
        }

    def _has_columns_of(self, parent: QualifiedName, columns: Sequence[str]) -> bool:
        """Say whether a table has all columns of another, as a partition of it has."""
        return all(
            column.name in columns
            for description in self._catalog.describe([parent], full=False)
            for column in description.columns
        )

    def _view(
        self, relation: Relation, name: QualifiedName, read_view: ViewReader, depth: int
    ) -> Relation:
        """Mask the columns of a view into which its query lets something masked flow."""
        (full,) = self._catalog.describe([name], full=True) or (None,)
        query = None
        if full is not None and full.definition and depth < _MOST_VIEWS_DEEP:
            query = read_view(full.definition, name, depth + 1)
        if query is None:  # its query cannot be read
            return Relation(tuple(attrs.evolve(item, masked=True) for item in relation.items), True)
        masked = positions_of(query.items, len(relation.items))
        items = tuple(
            attrs.evolve(item, masked=item.masked or index in masked)
            for index, item in enumerate(relation.items)
        )
        return Relation(items, relation.guarded or query.guarded)

    def _system_name(self, name: QualifiedName) -> QualifiedName | None:
        """Give the full name of a relation that came with the server."""
        schema = None if name.schema is None else folded(name.schema)
        if schema in _SYSTEM_SCHEMAS[self._dialect]:
            return attrs.evolve(name, schema=schema if self._dialect == "postgres" else name.schema)
        own_name = folded(name.name)
        if self._dialect == "postgres" and schema is None and own_name.startswith("pg_"):
            return QualifiedName(name.name, "pg_catalog", name.database)
        if self._dialect == "sqlite" and own_name in _SQLITE_SCHEMA_TABLES:
            return name
        return None

    def _system_relation(self, name: QualifiedName) -> Relation | None:
        if self._dialect == "sqlite":
            return opaque(masked=False)
        if folded(name.name) in _PIECES:
            return opaque(masked=True)
        (description,) = self._catalog.describe([name], full=False) or (None,)
        if description is None:  # SQL Server's own relations hold no values of rows
            return opaque(masked=False) if self._dialect == "tsql" else None
        columns = [column.name for column in description.columns]
        hidden = _SAMPLES | self._by_rule(name, columns)
        items = tuple(Item(folded(name), folded(name) in hidden) for name in columns)
        return Relation(items, any(item.masked for item in items))


def _parents(table: QualifiedName, facts: SchemaFacts) -> list[QualifiedName]:
    """Give the tables that a table may be a partition or a child of.

    The facts name children with what a change of the parent changes, as foreign keys do.
    """
    found: list[QualifiedName] = []
    wanted = [(table.schema or "", table.name)]
    while wanted:
        child = wanted.pop()
        for relation in facts.relations:
            parent = QualifiedName(relation.name, relation.schema)
            children = relation.reads | relation.cascades_to
            if relation.kind != "view" and child in children and parent not in found:
                found.append(parent)
                wanted.append((relation.schema, relation.name))
    return found


def _routine_names(facts: SchemaFacts) -> set[str]:
    return {folded(routine.name) for routine in facts.routines}


def _computed(description: TableDescription, hidden: set[str]) -> set[str]:
    """Give the computed columns whose formula names a masked one, or what may read one."""
    return {
        folded(column.name)
        for column in description.columns
        if column.computed and hidden & {folded(word) for word in _WORD.findall(column.computed)}
    }
