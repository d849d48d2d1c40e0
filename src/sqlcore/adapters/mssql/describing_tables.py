"""Putting the rows of the catalog together to descriptions of tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from sqlcore.adapters.mssql.reading import Refusal, Rows
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.adapters.mssql.types import sql_type
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

__all__ = ["SECTIONS", "SHORT_SECTIONS", "table_descriptions"]

SHORT_SECTIONS = ("columns", "identities", "computed", "keys", "table_comments", "column_comments")
SECTIONS = (
    *SHORT_SECTIONS,
    "checks",
    "indexes",
    "index_columns",
    "foreign_keys",
    "foreign_key_columns",
    "triggers",
    "trigger_events",
    "view_texts",
    "table_rows",
    "table_sizes",
)
_NOTES = {
    "identities": "Identity columns",
    "computed": "Computed columns",
    "keys": "Keys",
    "table_comments": "Comments",
    "column_comments": "Comments",
    "checks": "Check constraints",
    "indexes": "Indexes",
    "index_columns": "Columns of indexes",
    "foreign_keys": "Foreign keys",
    "foreign_key_columns": "Columns of foreign keys",
    "triggers": "Triggers",
    "trigger_events": "Events of triggers",
    "view_texts": "Texts of views",
    "table_rows": "Row counts",
    "table_sizes": "Sizes in bytes",
}
_Grouped = Mapping[Any, list[tuple[Any, ...]]]


def table_descriptions(
    tables: Mapping[int, tuple[tuple[str, str], TableKind]],
    sections: Mapping[str, Rows],
    missing: Mapping[str, Refusal],
    *,
    knows_rows: bool,
) -> dict[int, TableDescription]:
    """Describe tables by object id.

    Args:
        tables: By object id, schema and name, and the kind.
        sections: The rows of each query; without those that were not asked for.
        missing: Queries that the server could not run, with its words.
        knows_rows: Whether a row count of 0 means that there is no row.
    """
    grouped = {name: _by_first(rows) for name, rows in sections.items()}
    notes = tuple(
        dict.fromkeys(f"{_NOTES[name]} are not available on this server." for name in missing)
    )
    events = defaultdict(list)
    for object_id, event in sections.get("trigger_events", ()):
        events[object_id].append(event)
    references = _foreign_keys(sections)

    def rows(section: str, object_id: int) -> list[tuple[Any, ...]]:
        return grouped.get(section, {}).get(object_id, [])

    descriptions: dict[int, TableDescription] = {}
    for object_id, ((schema, name), kind) in tables.items():
        keys = _keys(rows("keys", object_id))
        descriptions[object_id] = TableDescription(
            name=QualifiedName(name, schema),
            kind=kind,
            comment=next((row[1] for row in rows("table_comments", object_id)), None),
            columns=_columns(
                rows("columns", object_id),
                _by_first(row[1:] for row in rows("identities", object_id)),
                _by_first(row[1:] for row in rows("computed", object_id)),
                _by_first(row[1:] for row in rows("column_comments", object_id)),
            ),
            primary_key=next((key for key in keys if key.primary), None),
            unique_keys=tuple(key for key in keys if not key.primary),
            checks=tuple(
                CheckConstraint(name=row[1], expression=row[2] or "", enabled=not row[3])
                for row in rows("checks", object_id)
            ),
            indexes=_indexes(rows("indexes", object_id), rows("index_columns", object_id)),
            foreign_keys=tuple(fk for parent, _, fk in references if parent == object_id),
            referenced_by=tuple(fk for _, target, fk in references if target == object_id),
            triggers=_triggers(rows("triggers", object_id), events),
            size=_size(
                rows("table_rows", object_id),
                rows("table_sizes", object_id),
                knows_rows=knows_rows,
            ),
            definition=next((row[1] for row in rows("view_texts", object_id)), None),
            notes=notes,
        )
    return descriptions


def _by_first(rows: Iterable[tuple[Any, ...]]) -> _Grouped:
    grouped: dict[Any, list[tuple[Any, ...]]] = defaultdict(list)
    for row in rows:
        grouped[row[0]].append(row)
    return grouped


def _identity(seed: Any, increment: Any) -> str:
    """Babelfish has neither: it keeps them with the sequence behind the column."""
    return "identity" if seed is None else f"identity({seed},{increment})"


def _columns(
    rows: Rows, identities: _Grouped, computed: _Grouped, comments: _Grouped
) -> tuple[TableColumn, ...]:
    columns: list[TableColumn] = []
    for ordinal, row in enumerate(rows, 1):
        (_, column_id, name, type_name, base_name, type_schema, length, precision, scale) = row[:9]
        nullable, collation, default = row[9:]
        identity = next(iter(identities.get(column_id, ())), None)
        formula = next(iter(computed.get(column_id, ())), None)
        columns.append(
            TableColumn(
                name=name,
                type=sql_type(
                    spelled_type(type_name, type_schema, length, precision, scale), base_name
                ),
                ordinal=ordinal,
                nullable=bool(nullable),
                default=default if formula is None else None,
                identity=None if identity is None else _identity(*identity[1:3]),
                computed=None if formula is None else formula[1],
                computed_stored=None if formula is None else bool(formula[2]),
                collation=collation,
                comment=next((row[1] for row in comments.get(column_id, ())), None),
            )
        )
    return tuple(columns)


def _keys(rows: Rows) -> list[KeyConstraint]:
    columns: dict[tuple[str, bool], list[str]] = {}
    for _, name, kind, column in rows:
        columns.setdefault((name, kind.strip() == "PK"), []).append(column)
    return [
        KeyConstraint(name=name, columns=tuple(names), primary=primary)
        for (name, primary), names in columns.items()
    ]


def _indexes(rows: Rows, column_rows: Rows) -> tuple[Index, ...]:
    by_index = _by_first(row[1:] for row in column_rows)
    indexes: list[Index] = []
    for _, index_id, name, method, unique, primary, disabled, predicate in rows:
        columns = by_index.get(index_id, [])
        indexes.append(
            Index(
                name=name or "",
                method=method.lower(),
                columns=tuple(
                    IndexColumn(name=column, descending=bool(descending))
                    for _, column, descending, included in columns
                    if not included
                ),
                included=tuple(column for _, column, _, included in columns if included),
                unique=bool(unique),
                primary=bool(primary),
                filter=predicate,
                enabled=not disabled,
            )
        )
    return tuple(indexes)


def _foreign_keys(sections: Mapping[str, Rows]) -> list[tuple[int, int, ForeignKey]]:
    """Return each foreign key with the object ids of both its ends."""
    columns = _by_first(sections.get("foreign_key_columns", ()))
    found: list[tuple[int, int, ForeignKey]] = []
    for row in sections.get("foreign_keys", ()):
        constraint_id, name, parent, target, schema, table, target_schema, target_table = row[:8]
        on_delete, on_update, disabled = row[8:]
        foreign_key = ForeignKey(
            name=name,
            table=QualifiedName(table, schema),
            columns=tuple(column for _, column, _ in columns.get(constraint_id, ())),
            referenced_table=QualifiedName(target_table, target_schema),
            referenced_columns=tuple(column for _, _, column in columns.get(constraint_id, ())),
            on_delete=_action(on_delete),
            on_update=_action(on_update),
            enabled=not disabled,
        )
        found.append((parent, target, foreign_key))
    return found


def _action(description: str | None) -> str:
    return (description or "NO_ACTION").replace("_", " ").upper()


def _triggers(rows: Rows, events: Mapping[int, list[str]]) -> tuple[Trigger, ...]:
    return tuple(
        Trigger(
            name=name,
            timing="INSTEAD OF" if instead else "AFTER",
            events=tuple(events.get(object_id, ())),
            enabled=not disabled,
            definition=definition,
        )
        for _, object_id, name, instead, disabled, definition in rows
    )


def _size(row_counts: Rows, sizes: Rows, *, knows_rows: bool) -> TableSize:
    row_count = row_counts[0][1] if row_counts else None
    if not row_count and not knows_rows:
        row_count = None
    if not sizes:
        return TableSize(rows=row_count)
    _, table_bytes, index_bytes = sizes[0]
    return TableSize(
        rows=row_count,
        table_bytes=table_bytes,
        index_bytes=index_bytes,
        total_bytes=table_bytes + index_bytes,
    )
