"""Table descriptions put together from the rows of catalog queries."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from functools import cached_property
from itertools import groupby
from typing import Any

import attrs

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
    Trigger,
)
from sqlcore.domain.types import SqlType
from sqlcore.testing.memory.definitions import (
    TableText,
    filter_of_index,
    key_expressions,
    read_table_text,
    trigger_event,
)
from sqlcore.testing.memory.types import sql_type

__all__ = ["Comments", "Descriptions"]

Comments = Mapping[tuple[str, str | None], str]
"""Comments by table and column, None for the table's own."""

Rows = list[tuple[Any, ...]]
_SCHEMA = "main"
_NOTES = ("Sizes and row counts are not known: SQLite keeps none.",)


def _by_table(rows: Rows) -> Mapping[str, Rows]:
    """Group rows by their first value."""
    grouped: dict[str, Rows] = {}
    for row in rows:
        grouped.setdefault(row[0], []).append(row)
    return grouped


def _named(table: str) -> QualifiedName:
    return QualifiedName(table, _SCHEMA)


@attrs.frozen(kw_only=True)
class Descriptions:
    """Rows about many tables, from which each one is described.

    Attributes:
        texts: CREATE TABLE statements of all tables, by name.
    """

    comments: Comments
    columns: Mapping[str, Rows] = attrs.field(converter=_by_table)
    indexes: Mapping[str, Rows] = attrs.field(converter=_by_table)
    foreign_keys: Rows
    triggers: Mapping[str, Rows] = attrs.field(converter=_by_table)
    texts: Mapping[str, str]

    def describe(self, name: str, kind: TableKind, sql: str, *, full: bool) -> TableDescription:
        """Describe one table or view."""
        is_table = kind is TableKind.TABLE
        text = read_table_text(sql) if is_table else TableText()
        brief = TableDescription(
            name=_named(name),
            kind=kind,
            comment=self.comments.get((name, None)),
            columns=self._columns(name, text),
            primary_key=self._primary_key(name, text),
            unique_keys=self._unique_keys(name, text),
        )
        if not full:
            return brief
        return attrs.evolve(
            brief,
            checks=tuple(
                CheckConstraint(name=check or f"check_{number}", expression=expression)
                for number, (check, expression) in enumerate(text.checks, start=1)
            ),
            indexes=self._indexes(name),
            foreign_keys=tuple(self._foreign_keys.get(name, ())),
            referenced_by=tuple(self._references.get(name, ())),
            triggers=tuple(_trigger(*row) for row in self.triggers.get(name, ())),
            definition=None if is_table else sql,
            notes=_NOTES,
        )

    def _columns(self, name: str, text: TableText) -> tuple[TableColumn, ...]:
        return tuple(
            TableColumn(
                name=column,
                type=sql_type(declared) or SqlType(name=declared or "any"),
                ordinal=ordinal,
                nullable=not (not_null or (key and declared.upper() == "INTEGER")),
                default=default,
                identity="by default" if key and text.autoincrement else None,
                computed=text.formulas.get(column.lower()),
                computed_stored=hidden == 3 if hidden in (2, 3) else None,
                collation=text.collations.get(column.lower()),
                comment=self.comments.get((name, column)),
            )
            for ordinal, (_, _, column, declared, not_null, default, key, hidden) in enumerate(
                self.columns.get(name, ()), start=1
            )
        )

    def _primary_key(self, name: str, text: TableText) -> KeyConstraint | None:
        keyed = sorted((row[6], row[2]) for row in self.columns.get(name, ()) if row[6])
        if not keyed:
            return None
        columns = tuple(column for _, column in keyed)
        return KeyConstraint(
            name=text.name("PRIMARY", columns) or f"{name}_primary_key",
            columns=columns,
            primary=True,
        )

    def _unique_keys(self, name: str, text: TableText) -> tuple[KeyConstraint, ...]:
        keys: list[KeyConstraint] = []
        for rows in self._indexes_of(name):
            _, index, _, origin, *_ = rows[0]
            if origin == "u":
                columns = tuple(row[6] for row in rows)
                keys.append(
                    KeyConstraint(name=text.name("UNIQUE", columns) or index, columns=columns)
                )
        return tuple(keys)

    def _indexes(self, name: str) -> tuple[Index, ...]:
        return tuple(_index(rows) for rows in self._indexes_of(name))

    def _indexes_of(self, name: str) -> list[Rows]:
        own = self.indexes.get(name, ())
        return [list(rows) for _, rows in groupby(own, key=lambda row: row[1])]

    @cached_property
    def _foreign_keys(self) -> Mapping[str, list[ForeignKey]]:
        keys: dict[str, list[ForeignKey]] = {}
        by_lower_name = {table.lower(): table for table in self.texts}
        for _, grouped in groupby(self.foreign_keys, key=lambda row: row[:2]):
            rows = list(grouped)
            table, number, target, _, _, on_delete, on_update = rows[0]
            referenced = by_lower_name.get(target.lower()) or target
            if not {table, referenced} & self.columns.keys():
                continue  # of tables that are not described
            columns = tuple(row[3] for row in rows)
            keys.setdefault(table, []).append(
                ForeignKey(
                    name=read_table_text(self.texts[table]).name("FOREIGN", columns)
                    or f"{table}_foreign_key_{number}",
                    table=_named(table),
                    columns=columns,
                    referenced_table=_named(referenced),
                    referenced_columns=tuple(row[4] for row in rows if row[4] is not None),
                    on_delete=on_delete,
                    on_update=on_update,
                )
            )
        return keys

    @cached_property
    def _references(self) -> Mapping[str, list[ForeignKey]]:
        keys: dict[str, list[ForeignKey]] = {}
        for key in itertools.chain.from_iterable(self._foreign_keys.values()):
            keys.setdefault(key.referenced_table.name, []).append(key)
        return keys


def _index(rows: Rows) -> Index:
    _, name, unique, origin, partial, sql, *_ = rows[0]
    written = key_expressions(sql) if sql else []
    columns = tuple(
        IndexColumn(
            name=column if column is not None else written[number],
            descending=bool(descending),
            expression=column is None,
        )
        for number, (*_, column, descending) in enumerate(rows)
    )
    return Index(
        name=name,
        method="btree",
        columns=columns,
        unique=bool(unique),
        primary=origin == "pk",
        filter=filter_of_index(sql) if partial and sql else None,
    )


def _trigger(_table: str, name: str, sql: str) -> Trigger:
    timing, events = trigger_event(sql)
    return Trigger(name=name, timing=timing, events=events, definition=sql)
