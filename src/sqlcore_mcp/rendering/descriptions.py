"""A table's description: one line for each column, key, index and reference, under one budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypedDict

import attrs

from sqlcore.domain.table import (
    ForeignKey,
    Index,
    IndexColumn,
    TableColumn,
    TableDescription,
    TableSize,
)
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["DescriptionOutput", "human_size", "render_description"]

_NOTES_TOKENS = 100
_LONGEST = 300
_DEFINITION_SHARE = 0.9
_COLUMN_FIELDS = (
    "name",
    "type",
    "nullable",
    "default",
    "identity",
    "computed",
    "collation",
    "comment",
)


class DescriptionOutput(TypedDict, total=False):
    """A table in structured content; columns are arrays under `column_fields`."""

    table: str
    kind: str
    comment: str
    size: dict[str, Any]
    column_fields: list[str]
    columns: list[list[Any]]
    primary_key: dict[str, Any]
    unique_keys: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    foreign_keys: list[dict[str, Any]]
    referenced_by: list[dict[str, Any]]
    indexes: list[dict[str, Any]]
    triggers: list[dict[str, Any]]
    definition: str
    notes: list[str]
    truncated: bool


@attrs.frozen
class _Section:
    """A part of a description: its entries as lines and as structured values, in step."""

    field: str
    title: str
    lines: list[str]
    values: list[Any]


def render_description(table: TableDescription, budget: Budget) -> Answer:
    """Write a description, the most needed parts first; what has no room is counted."""
    budget.reserve(_NOTES_TOKENS)
    output: dict[str, Any] = {"table": str(table.name), "kind": str(table.kind)}
    head = f"{table.name} ({table.kind})"
    if table.comment:
        output["comment"] = _short(table.comment)
        head += f": {output['comment']}"
    blocks = [_one_line(head) + _size(table.size, output)]
    budget.spend(blocks[0], compact_json(output))
    output["column_fields"] = list(_COLUMN_FIELDS)
    truncated = False
    for section in _sections(table):
        text, values = _fill(section, budget)
        if section.lines:
            blocks.append(text)
            output[section.field] = values
            truncated = truncated or len(values) < len(section.values)
    if table.primary_key is not None and output.get("primary_key"):
        output["primary_key"] = output["primary_key"][0]
    if table.definition:
        text, output["definition"], cut = _definition(table.definition, budget)
        blocks.append(text)
        truncated = truncated or cut
    output["truncated"] = truncated
    parts: list[Part] = [Data("\n".join(blocks))]
    if truncated:
        parts.append("\nThis description was cut: raise max_tokens to see all of it.")
    return Answer(parts, output)


def _fill(section: _Section, budget: Budget) -> tuple[str, list[Any]]:
    title = f"{section.title}:\n"
    text = title
    values: list[Any] = []
    for line, value in zip(section.lines, section.values, strict=True):
        if not budget.take(line, compact_json(value) + ","):
            break
        text += line
        values.append(value)
    budget.spend(title)
    omitted = len(section.lines) - len(values)
    if omitted and not values:
        return f"{section.title}: {omitted:,}, not shown.\n", values
    return text + (f"… {omitted:,} more\n" if omitted else ""), values


def _sections(table: TableDescription) -> Iterable[_Section]:
    yield _Section(
        "columns",
        "Columns",
        [_column_line(column) for column in table.columns],
        [_column_value(column) for column in table.columns],
    )
    if table.primary_key is not None:
        key = table.primary_key
        yield _keys("primary_key", "Primary key", [(key.name, key.columns)])
    unique = [(key.name, key.columns) for key in table.unique_keys]
    yield _keys("unique_keys", "Unique keys", unique)
    yield _foreign_keys("foreign_keys", "Foreign keys", table.foreign_keys, outgoing=True)
    yield _foreign_keys("referenced_by", "Referenced by", table.referenced_by, outgoing=False)
    yield _Section(
        "checks",
        "Checks",
        [
            _one_line(f"{c.name}: {_short(c.expression)}{_disabled(c.enabled)}")
            for c in table.checks
        ],
        [_known(name=c.name, expression=_short(c.expression), **_off(c)) for c in table.checks],
    )
    yield _Section(
        "indexes",
        "Indexes",
        [_index_line(index) for index in table.indexes],
        [_index_value(index) for index in table.indexes],
    )
    yield _Section(
        "triggers",
        "Triggers",
        [
            _one_line(f"{t.name}: {t.timing} {', '.join(t.events)}{_disabled(t.enabled)}")
            for t in table.triggers
        ],
        [
            _known(name=t.name, timing=t.timing, events=list(t.events), **_off(t))
            for t in table.triggers
        ],
    )
    notes = [_short(note) for note in table.notes]
    yield _Section("notes", "Notes", [_one_line(note) for note in notes], list(notes))


def _column_line(column: TableColumn) -> str:
    words = [column.name, str(column.type)]
    if not column.nullable:
        words.append("not null")
    if column.default is not None:
        words.append(f"default {_short(column.default)}")
    if column.identity is not None:
        words.append(f"identity {column.identity}".replace("identity identity", "identity"))
    if column.computed is not None:
        stored = " stored" if column.computed_stored else ""
        words.append(f"computed{stored} as {_short(column.computed)}")
    if column.collation is not None:
        words.append(f"collate {column.collation}")
    if column.comment:
        words.append(f"-- {_short(column.comment)}")
    return _one_line(" ".join(words))


def _column_value(column: TableColumn) -> list[Any]:
    return [
        column.name,
        str(column.type),
        column.nullable,
        _short(column.default),
        column.identity,
        _short(column.computed),
        column.collation,
        _short(column.comment),
    ]


def _keys(field: str, title: str, keys: Sequence[tuple[str, tuple[str, ...]]]) -> _Section:
    return _Section(
        field,
        title,
        [_one_line(f"{name} ({', '.join(columns)})") for name, columns in keys],
        [{"name": name, "columns": list(columns)} for name, columns in keys],
    )


def _foreign_keys(
    field: str, title: str, keys: Sequence[ForeignKey], *, outgoing: bool
) -> _Section:
    lines = []
    for key in keys:
        here, there = ", ".join(key.columns), ", ".join(key.referenced_columns)
        table = f" -> {key.referenced_table} ({there})" if outgoing else f" -> ({there})"
        start = f"({here})" if outgoing else f"{key.table} ({here})"
        rules = _rule("on delete", key.on_delete) + _rule("on update", key.on_update)
        lines.append(_one_line(f"{key.name}: {start}{table}{rules}{_disabled(key.enabled)}"))
    return _Section(field, title, lines, [_foreign_key_value(key) for key in keys])


def _foreign_key_value(key: ForeignKey) -> dict[str, Any]:
    return _known(
        name=key.name,
        table=str(key.table),
        columns=list(key.columns),
        referenced_table=str(key.referenced_table),
        referenced_columns=list(key.referenced_columns),
        on_delete=None if key.on_delete == "NO ACTION" else key.on_delete,
        on_update=None if key.on_update == "NO ACTION" else key.on_update,
        **_off(key),
    )


def _rule(words: str, rule: str) -> str:
    return "" if rule == "NO ACTION" else f" {words} {rule.lower()}"


def _index_line(index: Index) -> str:
    unique = "unique " if index.unique and not index.primary else ""
    primary = "primary " if index.primary else ""
    included = f" include ({', '.join(index.included)})" if index.included else ""
    where = f" where {_short(index.filter)}" if index.filter else ""
    columns = ", ".join(_index_column(column) for column in index.columns)
    return _one_line(
        f"{index.name}: {primary}{unique}{index.method} ({columns}){included}{where}"
        f"{_disabled(index.enabled)}"
    )


def _index_column(column: IndexColumn) -> str:
    return f"{column.name} desc" if column.descending else column.name


def _index_value(index: Index) -> dict[str, Any]:
    return _known(
        name=index.name,
        method=index.method,
        columns=[_index_column(column) for column in index.columns],
        included=list(index.included) or None,
        unique=index.unique or None,
        primary=index.primary or None,
        filter=_short(index.filter),
        **_off(index),
    )


def _definition(definition: str, budget: Budget) -> tuple[str, str, bool]:
    """Write a view's text; of one that is too long, its beginning."""
    shown = definition
    part = budget.part(_DEFINITION_SHARE)
    while shown and not part.take(f"Definition:\n{shown}\n", compact_json(shown)):
        shown = shown[: len(shown) // 2]
    cut = len(shown) < len(definition)
    note = f"… [cut: {len(definition):,} characters]" if cut else ""
    return f"Definition:\n{shown}{note}\n", shown + note, cut


def _size(size: TableSize, output: dict[str, Any]) -> str:
    known = {
        name: value
        for name, value in attrs.asdict(size).items()
        if value is not None and name != "rows_exact"
    }
    if not known:
        return ""
    output["size"] = known
    words = []
    if size.rows is not None:
        rows = f"{size.rows:,} row{'' if size.rows == 1 else 's'}"
        words.append(rows if size.rows_exact else f"about {rows}")
    if size.total_bytes is not None:
        words.append(f"{human_size(size.total_bytes)} in all")
    if size.index_bytes is not None:
        words.append(f"{human_size(size.index_bytes)} of indexes")
    return ", ".join(words) + "\n" if words else ""


def human_size(size_bytes: int) -> str:
    """Write a number of bytes for a person: `35.2 MB`, in steps of 1,024."""
    size = float(size_bytes)
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if size < 1024 or unit == "TB":  # noqa: PLR2004  # the step between units
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1024
    raise AssertionError(size_bytes)


def _known(**fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if value is not None}


def _off(item: Any) -> dict[str, Any]:
    return {} if item.enabled else {"enabled": False}


def _disabled(enabled: bool) -> str:  # noqa: FBT001  # one flag, one word
    return "" if enabled else " (disabled)"


def _short(text: Any) -> Any:
    """Cut a long text of the catalog; None stays None."""
    if text is None or len(text) <= _LONGEST:
        return text
    return f"{text[:_LONGEST]}… [cut: {len(text):,} characters]"


def _one_line(text: str) -> str:
    """Join the lines of a text; the spaces within one may be part of a literal."""
    return " ".join(line.strip() for line in text.splitlines()) + "\n"
