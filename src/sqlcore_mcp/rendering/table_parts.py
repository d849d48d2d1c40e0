"""The parts of a table, each as one line and as a structured value."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlcore.domain.table import (
    CheckConstraint,
    ExclusionConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    KeyConstraint,
    Partitioning,
    TableColumn,
    TableDescription,
    Temporal,
    Trigger,
)
from sqlcore_mcp.rendering.sections import Section, known, one_line, short

__all__ = [
    "COLUMN_FIELDS",
    "checks_section",
    "columns_section",
    "exclusions_section",
    "index_line",
    "index_value",
    "keys_section",
    "layout_section",
    "reference_sections",
    "triggers_section",
]

COLUMN_FIELDS = (
    "name",
    "type",
    "nullable",
    "default",
    "identity",
    "computed",
    "collation",
    "properties",
    "comment",
)


def columns_section(columns: Sequence[TableColumn]) -> Section:
    """Write columns; their values are arrays under `COLUMN_FIELDS`."""
    return Section(
        "columns",
        "Columns",
        [_column_line(column) for column in columns],
        [_column_value(column) for column in columns],
    )


def _column_line(column: TableColumn) -> str:
    words = [column.name, str(column.type)]
    if not column.nullable:
        words.append("not null")
    if column.default is not None:
        words.append(f"default {short(column.default)}")
    if column.identity is not None:
        words.append(f"identity {column.identity}".replace("identity identity", "identity"))
    if column.sequence is not None:
        words.append(f"from sequence {column.sequence}")
    if column.computed is not None:
        stored = " stored" if column.computed_stored else ""
        words.append(f"computed{stored} as {short(column.computed)}")
    if column.collation is not None:
        words.append(f"collate {column.collation}")
    properties = _properties(column)
    if properties:
        words.append(f"[{properties}]")
    return one_line(" ".join(words) + _comment(column.comment))


def _properties(column: TableColumn) -> Any:
    words = list(column.properties)
    if column.labels:
        words.append(f"one of {' | '.join(column.labels)}")
    return short(", ".join(words) or None)


def _column_value(column: TableColumn) -> list[Any]:
    return [
        column.name,
        str(column.type),
        column.nullable,
        short(column.default),
        column.identity,
        short(column.computed),
        column.collation,
        _properties(column),
        short(column.comment),
    ]


def keys_section(field: str, title: str, keys: Sequence[KeyConstraint]) -> Section:
    """Write a primary key or unique constraints."""
    return Section(field, title, [_key_line(key) for key in keys], [_key_value(k) for k in keys])


def _key_line(key: KeyConstraint) -> str:
    nulls = " nulls not distinct" if key.nulls_distinct is False else ""
    overlaps = " without overlaps" if key.without_overlaps else ""
    return one_line(
        f"{key.name} ({', '.join(key.columns)}{overlaps}){nulls}{_deferrable(key)}"
        f"{_disabled(key.enabled)}{_comment(key.comment)}"
    )


def _key_value(key: KeyConstraint) -> dict[str, Any]:
    return known(
        name=key.name,
        columns=list(key.columns),
        nulls_distinct=key.nulls_distinct,
        without_overlaps=key.without_overlaps or None,
        **_deferred(key),
        **_off(key),
        comment=short(key.comment),
    )


def checks_section(checks: Sequence[CheckConstraint]) -> Section:
    """Write checks."""
    return Section(
        "checks",
        "Checks",
        [
            one_line(
                f"{c.name}: {short(c.expression)}{_disabled(c.enabled)}{_trust(c.trusted)}"
                f"{_comment(c.comment)}"
            )
            for c in checks
        ],
        [
            known(
                name=c.name,
                expression=short(c.expression),
                **_off(c),
                trusted=c.trusted and None,
                comment=short(c.comment),
            )
            for c in checks
        ],
    )


def exclusions_section(exclusions: Sequence[ExclusionConstraint]) -> Section:
    """Write exclusion constraints."""
    return Section(
        "exclusions",
        "Exclusions",
        [
            one_line(f"{e.name}: {short(e.definition)}{_deferrable(e)}{_comment(e.comment)}")
            for e in exclusions
        ],
        [
            known(
                name=e.name,
                definition=short(e.definition),
                **_deferred(e),
                comment=short(e.comment),
            )
            for e in exclusions
        ],
    )


def reference_sections(table: TableDescription) -> tuple[Section, Section]:
    """Write the foreign keys that a table has, and those that point at it."""
    return (
        _foreign_keys("foreign_keys", "Foreign keys", table.foreign_keys, outgoing=True),
        _foreign_keys("referenced_by", "Referenced by", table.referenced_by, outgoing=False),
    )


def _foreign_keys(field: str, title: str, keys: Sequence[ForeignKey], *, outgoing: bool) -> Section:
    lines = [_foreign_key_line(key, outgoing=outgoing) for key in keys]
    return Section(field, title, lines, [_foreign_key_value(key) for key in keys])


def _foreign_key_line(key: ForeignKey, *, outgoing: bool) -> str:
    here, there = ", ".join(key.columns), ", ".join(key.referenced_columns)
    table = f" -> {key.referenced_table} ({there})" if outgoing else f" -> ({there})"
    start = f"({here})" if outgoing else f"{key.table} ({here})"
    rules = _rule("on delete", key.on_delete) + _rule("on update", key.on_update)
    match = f" match {key.match.lower()}" if key.match else ""
    return one_line(
        f"{key.name}: {start}{table}{match}{rules}{_deferrable(key)}{_disabled(key.enabled)}"
        f"{_trust(key.trusted)}{_comment(key.comment)}"
    )


def _foreign_key_value(key: ForeignKey) -> dict[str, Any]:
    return known(
        name=key.name,
        table=str(key.table),
        columns=list(key.columns),
        referenced_table=str(key.referenced_table),
        referenced_columns=list(key.referenced_columns),
        on_delete=None if key.on_delete == "NO ACTION" else key.on_delete,
        on_update=None if key.on_update == "NO ACTION" else key.on_update,
        match=key.match,
        **_deferred(key),
        **_off(key),
        trusted=key.trusted and None,
        comment=short(key.comment),
    )


def _rule(words: str, rule: str) -> str:
    return "" if rule == "NO ACTION" else f" {words} {rule.lower()}"


def index_line(index: Index) -> str:
    """Write an index in one line, without its end."""
    unique = "unique " if index.unique and not index.primary else ""
    primary = "primary " if index.primary else ""
    included = f" include ({', '.join(index.included)})" if index.included else ""
    nulls = " nulls not distinct" if index.nulls_distinct is False else ""
    where = f" where {short(index.filter)}" if index.filter else ""
    filled = f" fill factor {index.fill_factor}" if index.fill_factor else ""
    compressed = f" compression {index.compression}" if index.compression else ""
    columns = ", ".join(_index_column(column) for column in index.columns)
    return one_line(
        f"{index.name}: {primary}{unique}{index.method} ({columns}){included}{nulls}{where}"
        f"{filled}{compressed}{_disabled(index.enabled)}{_comment(index.comment)}"
    ).rstrip("\n")


def _index_column(column: IndexColumn) -> str:
    words = [column.name]
    if column.descending:
        words.append("desc")
    if column.details is not None:
        words.append(column.details)
    return " ".join(words)


def index_value(index: Index) -> dict[str, Any]:
    """Write an index as a structured value."""
    return known(
        name=index.name,
        method=index.method,
        columns=[_index_column(column) for column in index.columns],
        included=list(index.included) or None,
        unique=index.unique or None,
        primary=index.primary or None,
        nulls_distinct=index.nulls_distinct,
        filter=short(index.filter),
        fill_factor=index.fill_factor,
        compression=index.compression,
        **_off(index),
        comment=short(index.comment),
    )


def triggers_section(triggers: Sequence[Trigger]) -> Section:
    """Write triggers, without their texts."""
    return Section(
        "triggers",
        "Triggers",
        [
            one_line(
                f"{t.name}: {t.timing} {', '.join(t.events)}{_disabled(t.enabled)}"
                f"{_comment(t.comment)}"
            )
            for t in triggers
        ],
        [
            known(
                name=t.name,
                timing=t.timing,
                events=list(t.events),
                **_off(t),
                comment=short(t.comment),
            )
            for t in triggers
        ],
    )


def layout_section(temporal: Temporal | None, partitioning: Partitioning | None) -> Section:
    """Write how a table keeps its history, and how it is cut into partitions."""
    facts: list[tuple[str, str]] = []
    if temporal is not None:
        facts += _temporal_facts(temporal)
    if partitioning is not None:
        facts += _partitioning_facts(partitioning)
    values = [{"fact": name, "value": short(value)} for name, value in facts]
    lines = [one_line(f"{one['fact']}: {one['value']}") for one in values]
    return Section("layout", "Layout", lines, values)


def _temporal_facts(temporal: Temporal) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if temporal.history_of is not None:
        facts.append(("history of", str(temporal.history_of)))
    if temporal.history_table is not None:
        facts.append(("history kept in", str(temporal.history_table)))
    if temporal.start_column is not None and temporal.end_column is not None:
        facts.append(("valid", f"from {temporal.start_column} to {temporal.end_column}"))
    if temporal.retention is not None:
        facts.append(("history retention", temporal.retention))
    return facts


def _partitioning_facts(partitioning: Partitioning) -> list[tuple[str, str]]:
    facts: list[tuple[str, str]] = []
    if partitioning.key is not None:
        facts.append(("partitioned by", partitioning.key))
    if partitioning.partition_count is not None:
        facts.append(("partitions", f"{partitioning.partition_count:,}"))
    if partitioning.parent is not None:
        facts.append(("partition of", str(partitioning.parent)))
    if partitioning.bound is not None:
        facts.append(("rows", partitioning.bound))
    return facts


def _deferrable(item: Any) -> str:
    if not item.deferrable:
        return ""
    return " deferrable initially deferred" if item.initially_deferred else " deferrable"


def _deferred(item: Any) -> dict[str, Any]:
    return {
        "deferrable": item.deferrable or None,
        "initially_deferred": item.initially_deferred or None,
    }


def _off(item: Any) -> dict[str, Any]:
    return {} if item.enabled else {"enabled": False}


def _disabled(enabled: bool) -> str:  # noqa: FBT001  # one flag, one word
    return "" if enabled else " (disabled)"


def _trust(trusted: bool) -> str:  # noqa: FBT001  # one flag, some words
    return "" if trusted else " (older rows not checked)"


def _comment(comment: str | None) -> str:
    return f" -- {short(comment)}" if comment else ""
