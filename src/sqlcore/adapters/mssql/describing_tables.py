"""Putting the rows of the catalog together to descriptions of tables."""

from __future__ import annotations

from collections.abc import Mapping

from sqlcore.adapters.mssql.describing_columns import columns_of
from sqlcore.adapters.mssql.describing_indexes import indexes_of, keys_of, partitioning_of
from sqlcore.adapters.mssql.describing_notes import hidden_parts, notes_of
from sqlcore.adapters.mssql.describing_sections import TableSections, by_first, missing_parts
from sqlcore.adapters.mssql.reading import Refusal, Rows
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    CheckConstraint,
    ForeignKey,
    TableDescription,
    TableSize,
    Temporal,
    Trigger,
)

__all__ = ["table_descriptions"]

_HISTORY = 1
"""The value of sys.tables.temporal_type for a table that keeps another one's history."""
_Comments = Mapping[tuple[int, str], str]
"""Of constraints and triggers, by their table and their name."""


def table_descriptions(
    tables: Mapping[int, tuple[tuple[str, str], TableKind]],
    results: Mapping[str, Rows],
    refused: Mapping[str, Refusal],
    *,
    knows_rows: bool,
) -> dict[int, TableDescription]:
    """Describe tables by object id.

    Args:
        tables: By object id, schema and name, and the kind.
        results: The rows of each query; without those that were not asked for.
        refused: Queries that the server could not run.
        knows_rows: Whether a row count of 0 means that there is no row.
    """
    sections = TableSections(results)
    missing = missing_parts(refused)
    comments = {(table, name): text for table, name, text in sections.all_rows("part_comments")}
    references = _References(sections, comments)
    descriptions: dict[int, TableDescription] = {}
    for object_id, ((schema, name), found_kind) in tables.items():
        # sys.objects has it as a user table.
        is_external = bool(sections.rows("table_external", object_id))
        kind = TableKind.EXTERNAL if is_external else found_kind
        keys = keys_of(sections, object_id, comments)
        hidden = hidden_parts(sections, object_id, kind, references.hidden(object_id))
        descriptions[object_id] = TableDescription(
            name=QualifiedName(name, schema),
            kind=kind,
            comment=sections.value("table_comments", object_id),
            owner=sections.value("table_owners", object_id),
            columns=columns_of(sections, object_id),
            primary_key=next((key for key in keys if key.primary), None),
            unique_keys=tuple(key for key in keys if not key.primary),
            checks=_checks(sections, object_id, comments),
            indexes=indexes_of(sections, object_id),
            foreign_keys=references.of(object_id),
            referenced_by=references.to(object_id),
            triggers=_triggers(sections, object_id, comments),
            temporal=_temporal(sections, object_id),
            partitioning=partitioning_of(sections, object_id),
            size=_size(sections, object_id, knows_rows=knows_rows),
            definition=sections.value("view_texts", object_id),
            notes=notes_of(sections, object_id, kind),
            missing=(*missing, *hidden),
        )
    return descriptions


class _References:
    """Foreign keys with both their ends; a table that the login may not see has no name."""

    def __init__(self, sections: TableSections, comments: _Comments) -> None:
        columns = by_first(sections.all_rows("foreign_key_columns"))
        self._keys: list[tuple[int, int, ForeignKey]] = []
        self._hidden: list[tuple[int, int]] = []
        for row in sections.all_rows("foreign_keys"):
            constraint_id, name, parent, target, schema, table, target_schema, target_table = row[
                :8
            ]
            on_delete, on_update, disabled, untrusted = row[8:]
            if table is None or target_table is None:
                self._hidden.append((parent, target))
                continue
            pairs = columns.get(constraint_id, ())
            foreign_key = ForeignKey(
                name=name,
                table=QualifiedName(table, schema),
                columns=tuple(column for column, _ in pairs),
                referenced_table=QualifiedName(target_table, target_schema),
                referenced_columns=tuple(column for _, column in pairs),
                on_delete=_action(on_delete),
                on_update=_action(on_update),
                enabled=not disabled,
                trusted=not untrusted,
                comment=comments.get((parent, name)),
            )
            self._keys.append((parent, target, foreign_key))

    def of(self, object_id: int) -> tuple[ForeignKey, ...]:
        return tuple(key for parent, _, key in self._keys if parent == object_id)

    def to(self, object_id: int) -> tuple[ForeignKey, ...]:
        return tuple(key for _, target, key in self._keys if target == object_id)

    def hidden(self, object_id: int) -> int:
        return sum(object_id in ends for ends in self._hidden)


def _checks(
    sections: TableSections, object_id: int, comments: _Comments
) -> tuple[CheckConstraint, ...]:
    return tuple(
        CheckConstraint(
            name=name,
            expression=expression or "",
            enabled=not disabled,
            trusted=not untrusted,
            comment=comments.get((object_id, name)),
        )
        for _, name, expression, disabled, untrusted in sections.rows("checks", object_id)
    )


def _triggers(sections: TableSections, object_id: int, comments: _Comments) -> tuple[Trigger, ...]:
    return tuple(
        Trigger(
            name=name,
            timing="INSTEAD OF" if instead else "AFTER",
            events=tuple(event for (event,) in sections.rows("trigger_events", trigger_id)),
            enabled=not disabled,
            definition=definition,
            comment=comments.get((object_id, name)),
        )
        for trigger_id, name, instead, disabled, definition in sections.rows("triggers", object_id)
    )


def _temporal(sections: TableSections, object_id: int) -> Temporal | None:
    facts = sections.first("table_facts", object_id)
    if facts is not None and facts[0] == _HISTORY:
        versioned = sections.first("table_histories", object_id)
        # Without a right on the table that it is the history of, its name stays unknown.
        return Temporal(history_of=None if versioned is None else QualifiedName(*versioned[::-1]))
    period = sections.first("table_periods", object_id)
    if period is None:
        return None
    schema, name = (None, None) if facts is None else facts[1:3]
    retention = sections.first("table_retention", object_id)
    return Temporal(
        start_column=period[0],
        end_column=period[1],
        history_table=None if name is None else QualifiedName(name, schema),
        retention=None if retention is None else _duration(*retention),
    )


def _duration(count: int, unit: str) -> str:
    return f"{count} {unit.lower()}{'' if count == 1 else 's'}"


def _size(sections: TableSections, object_id: int, *, knows_rows: bool) -> TableSize:
    row_count = sections.value("table_rows", object_id)
    if not row_count and not knows_rows:
        row_count = None
    sizes = sections.first("table_sizes", object_id)
    if sizes is None:
        return TableSize(rows=row_count)
    table_bytes, index_bytes = sizes
    return TableSize(
        rows=row_count,
        table_bytes=table_bytes,
        index_bytes=index_bytes,
        total_bytes=table_bytes + index_bytes,
    )


def _action(description: str | None) -> str:
    return (description or "NO_ACTION").replace("_", " ").upper()
