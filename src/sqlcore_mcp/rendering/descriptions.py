"""A table's description: one line for each column, key, index and reference, under one budget."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

import attrs

from sqlcore.domain.table import TableDescription, TableSize
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.sections import (
    MissingOutput,
    Section,
    human_size,
    missing_section,
    one_line,
    short,
    write_sections,
)
from sqlcore_mcp.rendering.table_parts import (
    COLUMN_FIELDS,
    checks_section,
    columns_section,
    exclusions_section,
    index_line,
    index_value,
    keys_section,
    layout_section,
    reference_sections,
    triggers_section,
)
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["DescriptionOutput", "render_description"]

_NOTES_TOKENS = 100
_DEFINITION_SHARE = 0.9


class DescriptionOutput(TypedDict, total=False):
    """A table in structured content; columns are arrays under `column_fields`."""

    table: str
    kind: str
    owner: str
    comment: str
    size: dict[str, Any]
    column_fields: list[str]
    columns: list[list[Any]]
    primary_key: dict[str, Any]
    unique_keys: list[dict[str, Any]]
    checks: list[dict[str, Any]]
    exclusions: list[dict[str, Any]]
    foreign_keys: list[dict[str, Any]]
    referenced_by: list[dict[str, Any]]
    indexes: list[dict[str, Any]]
    triggers: list[dict[str, Any]]
    layout: list[dict[str, Any]]
    definition: str
    notes: list[str]
    missing: list[MissingOutput]
    truncated: bool


def render_description(table: TableDescription, budget: Budget) -> Answer:
    """Write a description, the most needed parts first; what has no room is counted."""
    budget.reserve(_NOTES_TOKENS)
    output: dict[str, Any] = {"table": str(table.name), "kind": str(table.kind)}
    head = f"{table.name} ({table.kind})"
    if table.owner:
        output["owner"] = table.owner
        head += f", owned by {table.owner}"
    if table.comment:
        output["comment"] = short(table.comment)
        head += f": {output['comment']}"
    head = one_line(head) + _size(table.size, output)
    budget.spend(head, compact_json(output))
    output["column_fields"] = list(COLUMN_FIELDS)
    blocks, truncated = write_sections(_sections(table), budget, output)
    if keys := output.pop("primary_key", None):
        output["primary_key"] = keys[0]
    if table.definition:
        text, output["definition"], cut = _definition(table.definition, budget)
        blocks.append(text)
        truncated = truncated or cut
    output["truncated"] = truncated
    parts: list[Part] = [Data("\n".join([head, *blocks]))]
    if truncated:
        parts.append("\nThis description was cut: raise max_tokens to see all of it.")
    return Answer(parts, output)


def _sections(table: TableDescription) -> Iterable[Section]:
    yield columns_section(table.columns)
    if table.primary_key is not None:
        yield keys_section("primary_key", "Primary key", [table.primary_key])
    yield keys_section("unique_keys", "Unique keys", table.unique_keys)
    yield from reference_sections(table)
    yield checks_section(table.checks)
    yield exclusions_section(table.exclusions)
    yield Section(
        "indexes",
        "Indexes",
        [f"{index_line(index)}\n" for index in table.indexes],
        [index_value(index) for index in table.indexes],
    )
    yield triggers_section(table.triggers)
    yield layout_section(table.temporal, table.partitioning)
    notes = [short(note) for note in table.notes]
    yield Section("notes", "Notes", [one_line(note) for note in notes], notes)
    yield missing_section(table.missing)


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
    sizes = {
        name: value
        for name, value in attrs.asdict(size).items()
        if value is not None and name != "rows_exact"
    }
    if not sizes:
        return ""
    output["size"] = sizes
    words = []
    if size.rows is not None:
        rows = f"{size.rows:,} row{'' if size.rows == 1 else 's'}"
        words.append(rows if size.rows_exact else f"about {rows}")
    if size.total_bytes is not None:
        words.append(f"{human_size(size.total_bytes)} in all")
    if size.index_bytes is not None:
        words.append(f"{human_size(size.index_bytes)} of indexes")
    return ", ".join(words) + "\n" if words else ""
