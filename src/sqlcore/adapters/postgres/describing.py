"""Describing tables: two round trips, whatever the number of tables and of their parts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.queries import array, text
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.adapters.postgres.table_parts import (
    make_check,
    make_column,
    make_exclusion,
    make_foreign_key,
    make_index,
    make_key,
    make_trigger,
)
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    ForeignKey,
    KeyConstraint,
    Partitioning,
    TableColumn,
    TableDescription,
    TableSize,
)

__all__ = ["KIND_OF_RELATION", "describe_tables"]

_Part = TypeVar("_Part")
_Row = Sequence[Any]

_QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in load_queries(__package__, "describing.sql").items()
}
KIND_OF_RELATION = {
    "r": TableKind.TABLE,
    "p": TableKind.TABLE,
    "v": TableKind.VIEW,
    "m": TableKind.MATERIALIZED_VIEW,
    "f": TableKind.EXTERNAL,
}


@attrs.frozen
class _Relation:
    """A row of the query `relations`."""

    oid: int
    schema: str
    name: str
    kind: str
    comment: str | None
    rows: int | None
    table_bytes: int | None
    index_bytes: int | None
    definition: str | None
    owner: str | None
    partition_key: str | None
    bound: str | None
    has_relatives: bool
    row_security: bool
    is_unlogged: bool
    is_empty: bool
    view_options: Sequence[str] | None
    server: str | None


def describe_tables(
    snapshots: Snapshots, types: TypeBook, tables: Sequence[QualifiedName], *, full: bool
) -> tuple[TableDescription, ...]:
    """Describe tables, in the order of their names; unknown ones are left out.

    What later versions brought is told from them on: NULLS NOT DISTINCT (15), constraints that are
    not enforced, WITHOUT OVERLAPS and generated columns that are not stored (18).
    """
    named = [table for table in dict.fromkeys(tables) if table.schema is not None]
    names = (array(table.schema or "" for table in named), array(table.name for table in named))
    (rows,) = snapshots.rows((_QUERIES["relations"], (*names, text(full))))
    relations = [_Relation(*row) for row in rows]
    if not relations:
        return ()
    oids = array(relation.oid for relation in relations)
    sections = ["columns", "keys"]
    if full:
        sections += ["checks", "indexes", "foreign_keys", "triggers"]
        if any(relation.kind == "p" for relation in relations):
            sections.append("partition_sizes")
        if any(relation.has_relatives for relation in relations):
            sections.append("relatives")
        if any(relation.row_security for relation in relations):
            sections.append("policies")
    results = snapshots.rows(*((_QUERIES[section], (oids,)) for section in sections))
    parts = _Parts(dict(zip(sections, results, strict=True)), types)
    return tuple(_description(relation, parts) for relation in relations)


class _Parts:
    """The rows of all sections, by the OID of their table."""

    def __init__(self, rows: Mapping[str, Sequence[_Row]], types: TypeBook) -> None:
        self.columns = _columns(rows["columns"], types)
        self.keys = _grouped(rows["keys"], make_key)
        constraints = rows.get("checks", ())
        self.checks = _grouped((row for row in constraints if not row[1]), make_check)
        self.exclusions = _grouped((row for row in constraints if row[1]), make_exclusion)
        self.indexes = _grouped(rows.get("indexes", ()), make_index)
        self.triggers = _grouped(rows.get("triggers", ()), make_trigger)
        self.partition_sizes = {row[0]: row[1:] for row in rows.get("partition_sizes", ())}
        self.policies: dict[int, str] = {row[0]: row[1] for row in rows.get("policies", ())}
        self.parents: dict[int, list[QualifiedName]] = defaultdict(list)
        self.child_counts: dict[int, int] = {}
        for oid, schema, name, count in rows.get("relatives", ()):
            if name is None:
                self.child_counts[oid] = count
            else:
                self.parents[oid].append(QualifiedName(name, schema))
        self.foreign_keys: dict[int, list[ForeignKey]] = defaultdict(list)
        self.referenced_by: dict[int, list[ForeignKey]] = defaultdict(list)
        for row in rows.get("foreign_keys", ()):
            key = make_foreign_key(row)
            table_oid, referenced_oid, *_, is_original, is_copy_of_own = row
            if not is_copy_of_own:
                self.foreign_keys[table_oid].append(key)
            if is_original:
                self.referenced_by[referenced_oid].append(key)


def _columns(rows: Sequence[_Row], types: TypeBook) -> Mapping[int, list[TableColumn]]:
    columns: dict[int, list[TableColumn]] = defaultdict(list)
    keys = [(row[2], row[3]) for row in rows]
    for row, sql_type in zip(rows, types.types_of(keys), strict=True):
        own = columns[row[0]]
        own.append(make_column(len(own) + 1, row, sql_type))
    return columns


def _grouped(rows: Iterable[_Row], make: Callable[..., _Part]) -> dict[int, list[_Part]]:
    groups: dict[int, list[_Part]] = defaultdict(list)
    for row in rows:
        groups[row[0]].append(make(*row[1:]))
    return groups


def _description(relation: _Relation, parts: _Parts) -> TableDescription:
    oid = relation.oid
    keys: list[KeyConstraint] = parts.keys[oid]
    rows, table_bytes, index_bytes = parts.partition_sizes.get(
        oid, (relation.rows, relation.table_bytes, relation.index_bytes)
    )
    return TableDescription(
        name=QualifiedName(relation.name, relation.schema),
        kind=KIND_OF_RELATION[relation.kind],
        comment=relation.comment,
        owner=relation.owner,
        columns=tuple(parts.columns[oid]),
        primary_key=next((key for key in keys if key.primary), None),
        unique_keys=tuple(key for key in keys if not key.primary),
        checks=tuple(parts.checks[oid]),
        exclusions=tuple(parts.exclusions[oid]),
        indexes=tuple(parts.indexes[oid]),
        foreign_keys=tuple(parts.foreign_keys[oid]),
        referenced_by=tuple(parts.referenced_by[oid]),
        triggers=tuple(parts.triggers[oid]),
        partitioning=_partitioning(relation, parts),
        size=TableSize(
            rows=rows,
            table_bytes=table_bytes,
            index_bytes=index_bytes,
            total_bytes=None if table_bytes is None else table_bytes + (index_bytes or 0),
        ),
        definition=None if relation.definition is None else relation.definition.strip(),
        notes=tuple(_notes(relation, parts)),
    )


def _partitioning(relation: _Relation, parts: _Parts) -> Partitioning | None:
    if relation.partition_key is None and relation.bound is None:
        return None
    is_partitioned = relation.partition_key is not None
    parents = parts.parents[relation.oid] if relation.bound is not None else []
    return Partitioning(
        key=relation.partition_key,
        partition_count=parts.child_counts.get(relation.oid, 0) if is_partitioned else None,
        parent=parents[0] if parents else None,
        bound=relation.bound,
    )


def _notes(relation: _Relation, parts: _Parts) -> Iterable[str]:
    parents = parts.parents[relation.oid]
    if parents and relation.bound is None:
        yield f"Inherits from {', '.join(map(str, parents))}."
    children = parts.child_counts.get(relation.oid)
    if children and relation.kind != "p":
        yield f"Tables that inherit from it: {children:,}. Reading it reads them too."
    if relation.row_security:
        yield "Row-level security is on: a login may see only some of the rows."
        policies = parts.policies.get(relation.oid)
        if policies:
            yield f"Its policies: {policies}."
    if relation.is_unlogged:
        yield "Unlogged: it is empty after a crash."
    if relation.is_empty:
        yield "It has not been filled: it cannot be read before REFRESH MATERIALIZED VIEW."
    if relation.view_options:
        yield f"Options: {', '.join(relation.view_options)}."
    if relation.server is not None:
        yield f"A foreign table of the server {relation.server}."
