"""Snapshots of schemas for tests, written in few words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaColumn, SchemaEntry, SchemaSnapshot, SchemaTable
from sqlcore.domain.table import ForeignKey

__all__ = ["foreign_key", "snapshot", "table", "wide_snapshot"]


def table(
    name: str,
    columns: str = "id integer",
    *,
    key: str | None = "id",
    unique: Iterable[str] = (),
    schema: str = "shop",
    **further: object,
) -> SchemaTable:
    """Make a table of columns like `id integer, note text null`; keys as `a b`."""
    parsed = []
    for column in columns.split(", "):
        column_name, kind, *null = column.split(" ")
        parsed.append(SchemaColumn(column_name, kind, bool(null)))
    made = SchemaTable(
        name=QualifiedName(name, schema),
        columns=tuple(parsed),
        primary_key=tuple(key.split()) if key else (),
        unique_keys=tuple(tuple(columns.split()) for columns in unique),
    )
    return attrs.evolve(made, **further)  # type: ignore[arg-type]  # fields of a table


def foreign_key(
    table: str, columns: str, target: str, target_columns: str = "id", *, schema: str = "shop"
) -> ForeignKey:
    """Make a foreign key between two tables of a schema."""
    return ForeignKey(
        name=f"{table}_{columns.replace(' ', '_')}_fkey",
        table=QualifiedName(table, schema),
        columns=tuple(columns.split()),
        referenced_table=QualifiedName(target, schema),
        referenced_columns=tuple(target_columns.split()),
    )


def snapshot(
    *tables: SchemaTable, foreign_keys: Iterable[ForeignKey] = (), **further: object
) -> SchemaSnapshot:
    """Make a snapshot, ordered as readers order it."""
    ordered = sorted(tables, key=lambda t: (t.name.schema or "", t.name.name))
    schemas = dict.fromkeys(t.name.schema or "" for t in ordered)
    made = SchemaSnapshot(
        database="db",
        fingerprint="1",
        search_path=("shop",),
        schemas=tuple(SchemaEntry(name=name) for name in schemas),
        tables=tuple(ordered),
        foreign_keys=tuple(foreign_keys),
    )
    return attrs.evolve(made, **further)  # type: ignore[arg-type]  # fields of a snapshot


_WORDS = ("customer", "order", "line", "payment", "stock", "price", "note", "event", "region")


def wide_snapshot(count: int, columns: int = 12) -> SchemaSnapshot:
    """Make a schema of many tables; each refers to the one of half its number."""
    tables = []
    keys = []
    names: Mapping[int, str] = {n: f"{_WORDS[n % 9]}_{n:05d}" for n in range(count)}
    for number, name in names.items():
        own = [f"{_WORDS[c % 9]}_{_WORDS[(c + number) % 9]}_{c}" for c in range(columns - 2)]
        tables.append(
            SchemaTable(
                name=QualifiedName(name, f"area_{number % 20:02d}"),
                kind=TableKind.TABLE,
                estimated_rows=number,
                columns=(
                    SchemaColumn("id", "bigint", False),
                    SchemaColumn("parent_id", "bigint"),
                    *(SchemaColumn(column, "text", True, "What it is") for column in own),
                ),
                primary_key=("id",),
            )
        )
        if number:
            keys.append(
                ForeignKey(
                    name=f"{name}_parent",
                    table=tables[-1].name,
                    columns=("parent_id",),
                    referenced_table=tables[number // 2].name,
                    referenced_columns=("id",),
                )
            )
    return snapshot(*tables, foreign_keys=keys)
