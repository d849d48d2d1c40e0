"""Describing tables: two round trips, whatever the number of tables and of their parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.queries import QUERIES, array, text
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    CheckConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    KeyConstraint,
    TableColumn,
    TableDescription,
    TableSize,
    Trigger,
)
from sqlcore.domain.types import SqlType

__all__ = ["ACTIONS", "KIND_OF_RELATION", "describe_tables"]

_Part = TypeVar("_Part")
_Row = Sequence[Any]

KIND_OF_RELATION = {
    "r": TableKind.TABLE,
    "p": TableKind.TABLE,
    "v": TableKind.VIEW,
    "m": TableKind.MATERIALIZED_VIEW,
    "f": TableKind.EXTERNAL,
}
ACTIONS = {
    "a": "NO ACTION",
    "r": "RESTRICT",
    "c": "CASCADE",
    "n": "SET NULL",
    "d": "SET DEFAULT",
}
_IDENTITIES = {"a": "always", "d": "by default"}
# src/include/catalog/pg_trigger.h of the server: bits of tgtype.
_BEFORE, _INSTEAD = 1 << 1, 1 << 6
_EVENTS = {1 << 2: "INSERT", 1 << 4: "UPDATE", 1 << 3: "DELETE", 1 << 5: "TRUNCATE"}


def describe_tables(
    snapshots: Snapshots, types: TypeBook, tables: Sequence[QualifiedName], *, full: bool
) -> tuple[TableDescription, ...]:
    """Describe tables, in the order of their names; unknown ones are left out."""
    named = [table for table in dict.fromkeys(tables) if table.schema is not None]
    names = (array(table.schema or "" for table in named), array(table.name for table in named))
    (relations,) = snapshots.rows((QUERIES["relations"], (*names, text(full))))
    if not relations:
        return ()
    oids = array(row[0] for row in relations)
    sections = ["columns", "keys"]
    if full:
        sections += ["checks", "indexes", "foreign_keys", "triggers"]
        if any(row[3] == "p" for row in relations):
            sections.append("partition_sizes")
    results = snapshots.rows(*((QUERIES[section], (oids,)) for section in sections))
    parts = _Parts(dict(zip(sections, results, strict=True)), types)
    return tuple(_description(row, parts) for row in relations)


class _Parts:
    """The rows of all sections, by the OID of their table."""

    def __init__(self, rows: Mapping[str, Sequence[_Row]], types: TypeBook) -> None:
        self.columns: dict[int, list[TableColumn]] = defaultdict(list)
        keys = [(row[2], row[3]) for row in rows["columns"]]
        for row, sql_type in zip(rows["columns"], types.types_of(keys), strict=True):
            columns = self.columns[row[0]]
            columns.append(_column(len(columns) + 1, row, sql_type))
        self.keys = _grouped(rows["keys"], _key)
        self.checks = _grouped(rows.get("checks", ()), _check)
        self.indexes = _grouped(rows.get("indexes", ()), _index)
        self.triggers = _grouped(rows.get("triggers", ()), _trigger)
        self.partition_sizes = {row[0]: row[1:] for row in rows.get("partition_sizes", ())}
        self.foreign_keys: dict[int, list[ForeignKey]] = defaultdict(list)
        self.referenced_by: dict[int, list[ForeignKey]] = defaultdict(list)
        for row in rows.get("foreign_keys", ()):
            key = _foreign_key(row)
            table_oid, referenced_oid, *_, is_original, is_copy_of_own = row
            if not is_copy_of_own:
                self.foreign_keys[table_oid].append(key)
            if is_original:
                self.referenced_by[referenced_oid].append(key)


def _grouped(rows: Iterable[_Row], make: Callable[..., _Part]) -> dict[int, list[_Part]]:
    groups: dict[int, list[_Part]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(make(*row[1:]))
    return groups


def _description(row: _Row, parts: _Parts) -> TableDescription:
    oid, schema, name, kind, comment, rows, table_bytes, index_bytes, definition = row[:9]
    keys: list[KeyConstraint] = parts.keys[oid]
    if oid in parts.partition_sizes:
        rows, table_bytes, index_bytes = parts.partition_sizes[oid]
    total = None if table_bytes is None else table_bytes + (index_bytes or 0)
    return TableDescription(
        name=QualifiedName(name, schema),
        kind=KIND_OF_RELATION[kind],
        comment=comment,
        columns=tuple(parts.columns[oid]),
        primary_key=next((key for key in keys if key.primary), None),
        unique_keys=tuple(key for key in keys if not key.primary),
        checks=tuple(parts.checks[oid]),
        indexes=tuple(parts.indexes[oid]),
        foreign_keys=tuple(parts.foreign_keys[oid]),
        referenced_by=tuple(parts.referenced_by[oid]),
        triggers=tuple(parts.triggers[oid]),
        size=TableSize(
            rows=rows, table_bytes=table_bytes, index_bytes=index_bytes, total_bytes=total
        ),
        definition=None if definition is None else definition.strip(),
        notes=_notes(*row[9:]),
    )


def _notes(partition_key: str | None, parent: str | None, row_security: bool) -> tuple[str, ...]:  # noqa: FBT001  # a column
    notes: list[str] = []
    if partition_key is not None:
        notes.append(f"Partitioned by {partition_key}.")
    if parent is not None:
        notes.append(f"A partition of {parent}.")
    if row_security:
        notes.append("Row-level security is on: a login may see only some of the rows.")
    return tuple(notes)


def _column(ordinal: int, row: _Row, sql_type: SqlType) -> TableColumn:
    _, name, _, _, nullable, expression, identity, generated, collation, comment = row
    return TableColumn(
        name=name,
        type=sql_type,
        ordinal=ordinal,
        nullable=nullable,
        default=None if generated else expression,
        identity=_IDENTITIES.get(identity),
        computed=expression if generated else None,
        computed_stored=generated == "s" if generated else None,
        collation=collation,
        comment=comment,
    )


def _key(name: str, primary: bool, columns: list[str]) -> KeyConstraint:  # noqa: FBT001  # a column
    return KeyConstraint(name=name, columns=tuple(columns), primary=primary)


def _check(name: str, expression: str, enabled: bool) -> CheckConstraint:  # noqa: FBT001  # a column
    return CheckConstraint(name=name, expression=expression, enabled=enabled)


def _index(*values: Any) -> Index:
    name, method, unique, primary, valid, predicate, key_count, names, expressions, orders = values
    columns = tuple(
        IndexColumn(name=column, descending=descending, expression=expression)
        for column, expression, descending in zip(
            names[:key_count], expressions, orders, strict=False
        )
    )
    return Index(
        name=name,
        method=method,
        columns=columns,
        included=tuple(names[key_count:]),
        unique=unique,
        primary=primary,
        filter=predicate,
        enabled=valid,
    )


def _trigger(name: str, bits: int, enabled: bool, definition: str) -> Trigger:  # noqa: FBT001  # a column
    timing = "BEFORE" if bits & _BEFORE else "INSTEAD OF" if bits & _INSTEAD else "AFTER"
    events = tuple(event for bit, event in _EVENTS.items() if bits & bit)
    return Trigger(name=name, timing=timing, events=events, enabled=enabled, definition=definition)


def _foreign_key(row: _Row) -> ForeignKey:
    _, _, name, schema, table, to_schema, to_table, columns, to_columns = row[:9]
    on_delete, on_update, enabled = row[9:12]
    return ForeignKey(
        name=name,
        table=QualifiedName(table, schema),
        columns=tuple(columns),
        referenced_table=QualifiedName(to_table, to_schema),
        referenced_columns=tuple(to_columns),
        on_delete=ACTIONS[on_delete],
        on_update=ACTIONS[on_update],
        enabled=enabled,
    )
