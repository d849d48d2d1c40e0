"""From rows of `describing.sql` to the parts of a table's description."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    CheckConstraint,
    ExclusionConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    KeyConstraint,
    TableColumn,
    Trigger,
)
from sqlcore.domain.types import SqlType

__all__ = [
    "ACTIONS",
    "make_check",
    "make_column",
    "make_exclusion",
    "make_foreign_key",
    "make_index",
    "make_key",
    "make_trigger",
]

_Row = Sequence[Any]

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


def make_column(ordinal: int, row: _Row, sql_type: SqlType) -> TableColumn:
    """Make a column of a row of the query `columns`."""
    name, _, _, nullable, expression, identity, generated, collation, comment = row[1:10]
    sequence, labels, type_name = row[10:]
    return TableColumn(
        name=name,
        type=sql_type if type_name is None else _named(sql_type, type_name),
        ordinal=ordinal,
        nullable=nullable,
        default=None if generated else expression,
        identity=_IDENTITIES.get(identity),
        sequence=None if sequence is None else QualifiedName.parse(sequence),
        computed=expression if generated else None,
        computed_stored=generated == "s" if generated else None,
        collation=collation,
        labels=tuple(labels or ()),
        comment=comment,
    )


def _named(sql_type: SqlType, name: str) -> SqlType:
    """Give a type the name that it has now."""
    if name == sql_type.name:
        return sql_type
    element = sql_type.element
    if element is not None and name.endswith("[]"):
        element = attrs.evolve(element, name=name.removesuffix("[]"))
    return attrs.evolve(sql_type, name=name, element=element)


def make_key(*values: Any) -> KeyConstraint:
    """Make a primary key or a unique constraint of a row of the query `keys`."""
    name, primary, columns, deferrable, deferred, distinct, without_overlaps, comment = values
    return KeyConstraint(
        name=name,
        columns=tuple(columns),
        primary=primary,
        deferrable=deferrable,
        initially_deferred=deferred,
        nulls_distinct=distinct,
        without_overlaps=without_overlaps,
        comment=comment,
    )


def make_check(*values: Any) -> CheckConstraint:
    """Make a check of a row of the query `checks`."""
    _, name, expression, enabled, trusted, _, _, comment = values
    return CheckConstraint(
        name=name, expression=expression, enabled=enabled, trusted=trusted, comment=comment
    )


def make_exclusion(*values: Any) -> ExclusionConstraint:
    """Make an exclusion constraint of a row of the query `checks`."""
    _, name, definition, _, _, deferrable, deferred, comment = values
    return ExclusionConstraint(
        name=name,
        definition=definition,
        deferrable=deferrable,
        initially_deferred=deferred,
        comment=comment,
    )


def make_index(*values: Any) -> Index:
    """Make an index of a row of the query `indexes`."""
    name, method, unique, primary, valid, predicate, key_count, names, expressions = values[:9]
    orders, details, nulls_distinct, fill_factor, comment = values[9:]
    columns = tuple(
        IndexColumn(
            name=column, descending=descending, expression=expression, details=words or None
        )
        for column, expression, descending, words in zip(
            names[:key_count], expressions, orders, details, strict=False
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
        nulls_distinct=nulls_distinct,
        fill_factor=fill_factor,
        comment=comment,
    )


def make_trigger(*values: Any) -> Trigger:
    """Make a trigger of a row of the query `triggers`."""
    name, bits, enabled, definition, comment = values
    timing = "BEFORE" if bits & _BEFORE else "INSTEAD OF" if bits & _INSTEAD else "AFTER"
    events = tuple(event for bit, event in _EVENTS.items() if bits & bit)
    return Trigger(
        name=name,
        timing=timing,
        events=events,
        enabled=enabled,
        definition=definition,
        comment=comment,
    )


def make_foreign_key(row: _Row) -> ForeignKey:
    """Make a foreign key of a row of the query `foreign_keys`."""
    _, _, name, schema, table, to_schema, to_table, columns, to_columns = row[:9]
    on_delete, on_update, is_full, deferrable, deferred, enabled, trusted, comment = row[9:17]
    return ForeignKey(
        name=name,
        table=QualifiedName(table, schema),
        columns=tuple(columns),
        referenced_table=QualifiedName(to_table, to_schema),
        referenced_columns=tuple(to_columns),
        on_delete=ACTIONS[on_delete],
        on_update=ACTIONS[on_update],
        match="FULL" if is_full else None,
        deferrable=deferrable,
        initially_deferred=deferred,
        enabled=enabled,
        trusted=trusted,
        comment=comment,
    )
