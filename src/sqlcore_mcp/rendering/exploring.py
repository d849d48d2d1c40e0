"""A database at a glance: counts, schemas, and tables by their importance."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypedDict

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaColumn
from sqlcore.errors import InvalidArgumentError
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.sections import (
    MissingOutput,
    Section,
    fill,
    missing_section,
    one_line,
)
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.exploring.overview import ImportantTable, Overview
    from sqlcore.services.schema_summaries import SchemaSummary

__all__ = ["ExploreOutput", "render_overview"]

_NOTES_TOKENS = 130
_SCHEMAS_SHARE = 0.25
_MISSING_SHARE = 0.15
_MOST_NAMES = 8
_COMMENT_CHARACTERS = 120
_COLUMN_COUNTS = (60, 20, 5)
"""How many columns of a table are shown, where no more fit; the first is the most."""
_HOW_TO_GO_ON = (
    "Not all is shown. Go on with next_cursor, with schema, or with list_tables and "
    "search_tables; describe_table shows one table."
)
_NO_TABLES = (
    "There are no tables, or none that this login may see: get_server_capabilities tells which "
    "databases there are and what the login may do.\n"
)
_NO_ROOM = "Not even one table fits: raise max_tokens."
_SUMMARY_FIELDS = [
    *("table", "kind", "rows", "columns", "primary_key", "refers_to", "referring_tables"),
    "comment",
]
_FULL_FIELDS = ["table", "kind", "rows", "columns"]


class ExploreOutput(TypedDict, total=False):
    """A database; `schemas` and `tables` are arrays under their `…_fields`.

    In `full`, a table's columns are pairs of a name and its type with marks.
    """

    database: str
    table_count: int
    partition_count: int
    routine_count: int
    foreign_key_count: int
    schema_fields: list[str]
    schemas: list[list[Any]]
    table_fields: list[str]
    tables: list[list[Any]]
    missing: list[MissingOutput]
    truncated: bool
    next_cursor: str


def render_overview(
    overview: Overview, budget: Budget, *, full: bool, write_cursor: Callable[[QualifiedName], str]
) -> Answer:
    """Write an overview: as many tables as the budget holds, and how to go on.

    Args:
        overview: The database.
        budget: For this answer.
        full: Whether tables are written with their columns.
        write_cursor: Makes the cursor that goes on behind a table.

    Raises:
        InvalidArgumentError: Not even one table fits on a page behind the first.
    """
    budget.reserve(_NOTES_TOKENS)
    if overview.tables:
        names = (one.table.name for one in overview.tables)
        longest = write_cursor(max(names, key=lambda name: len(json.dumps(str(name)))))
        budget.spend(longest, longest)
    output: dict[str, Any] = {
        "database": overview.database,
        "table_count": overview.table_count,
        "partition_count": overview.partition_count,
        "routine_count": overview.routine_count,
        "foreign_key_count": overview.foreign_key_count,
    }
    blocks: list[str] = []
    cut = False
    if not overview.earlier:
        output["schema_fields"] = ["schema", "tables", "views", "routines", "comment"]
        cut = _add(blocks, output, _schemas(overview.schemas), budget, _SCHEMAS_SHARE)
        _add(blocks, output, missing_section(overview.missing), budget, _MISSING_SHARE)
    output["table_fields"] = _FULL_FIELDS if full else _SUMMARY_FIELDS
    text, values = _tables(overview, budget, full=full)
    if values:
        blocks.insert(1 if "schemas" in output else 0, text)
    output["tables"] = values
    goes_on = overview.earlier + len(values) < overview.table_count
    output["truncated"] = cut or goes_on
    words = [_counts(overview, len(values), full=full)]
    if goes_on and values:
        output["next_cursor"] = write_cursor(overview.tables[len(values) - 1].table.name)
        words.append(f"next_cursor: {output['next_cursor']}\n")
    parts: list[Part] = ["".join(words), "\n", Data("\n".join(blocks))]
    if output["truncated"]:
        parts.append("\n" + (_HOW_TO_GO_ON if values else _NO_ROOM))
    return Answer(parts, output)


def _add(
    blocks: list[str], output: dict[str, Any], section: Section, budget: Budget, share: float
) -> bool:
    """Write a section with a share of what is left; say whether anything was left out."""
    if not section.lines:
        return False
    text, values = fill(section, budget.part(share))
    budget.spend(text, compact_json(values))
    blocks.append(text)
    output[section.field] = values
    return len(values) < len(section.lines)


def _counts(overview: Overview, shown: int, *, full: bool) -> str:
    partitions = f", {overview.partition_count:,} of them partitions"
    line = (
        f"{_number(overview.table_count, 'table or view', 'tables and views')}"
        f"{partitions if overview.partition_count else ''}, "
        f"{_number(overview.routine_count, 'routine')} and "
        f"{_number(overview.foreign_key_count, 'foreign key')} "
        f"in {_number(len(overview.schemas), 'schema')}.\n"
    )
    if not overview.table_count:
        line += _NO_TABLES
    if shown:
        first = overview.earlier + 1
        line += f"Tables {first:,} to {overview.earlier + shown:,}, the most important first.\n"
    if shown and full:
        line += "PK: primary key; UK: unique; ->: foreign key; ?: may be NULL.\n"
    return line


def _number(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _schemas(schemas: Sequence[SchemaSummary]) -> Section:
    lines = []
    values = []
    for one in schemas:
        comment = _short(one.schema.comment)
        counts = ", ".join(
            _number(count, word)
            for count, word in (
                (one.tables, "table"),
                (one.views, "view"),
                (one.routines, "routine"),
            )
            if count
        )
        words = f"{one.schema.name}: {counts or 'empty'}"
        lines.append(one_line(words + (f" -- {comment}" if comment else "")))
        values.append([one.schema.name, one.tables, one.views, one.routines, comment])
    return Section("schemas", "Schemas", lines, values)


def _tables(overview: Overview, budget: Budget, *, full: bool) -> tuple[str, list[Any]]:
    text = "Tables:\n"
    values: list[Any] = []
    for one in overview.tables:
        if full:
            # Only the first is cut down; others stand on the next page in full.
            written = _fitting(one, budget, _COLUMN_COUNTS[: 1 if values else None])
        else:
            written = _take(budget, *_summary(one))
        if written is None:
            break
        line, value = written
        text += line
        values.append(value)
    if overview.tables and not values and overview.earlier:
        raise InvalidArgumentError(
            "Not even one table more fits max_tokens.", parameter="max_tokens", hint="Raise it."
        )
    return text, values


def _take(budget: Budget, line: str, value: list[Any]) -> tuple[str, list[Any]] | None:
    return (line, value) if budget.take(line, compact_json(value) + ",") else None


def _fitting(
    one: ImportantTable, budget: Budget, column_counts: Sequence[int]
) -> tuple[str, list[Any]] | None:
    """Write a table with as many columns as fit."""
    for most in column_counts:
        written = _take(budget, *_complete(one, most))
        if written is not None:
            return written
    return None


def _summary(one: ImportantTable) -> tuple[str, list[Any]]:
    table = one.table
    targets = list(dict.fromkeys(str(r.referenced_table) for r in one.references))
    shown = targets[:_MOST_NAMES]
    if len(targets) > len(shown):
        shown.append(f"… {len(targets) - len(shown):,} more")
    words = [f"{_head(one)}, {_number(len(table.columns), 'column')}"]
    if table.primary_key:
        words.append(f"key {', '.join(table.primary_key)}")
    if shown:
        words.append(f"refers to {', '.join(shown)}")
    if one.referring_tables:
        words.append(f"referred to by {_number(one.referring_tables, 'table')}")
    comment = _short(table.comment)
    line = "; ".join(words) + (f" -- {comment}" if comment else "")
    value = [
        str(table.name),
        table.kind.value,
        table.estimated_rows,
        len(table.columns),
        list(table.primary_key),
        shown,
        one.referring_tables,
        comment,
    ]
    return one_line(line), value


def _complete(one: ImportantTable, most: int) -> tuple[str, list[Any]]:
    table = one.table
    targets = {
        reference.columns[0]: f"{reference.referenced_table}.{reference.referenced_columns[0]}"
        for reference in one.references
        if len(reference.columns) == 1
    }
    composite = [reference for reference in one.references if len(reference.columns) > 1]
    unique = {key[0] for key in table.unique_keys if len(key) == 1}
    columns = [[c.name, _marked(c, one, targets, unique)] for c in table.columns[:most]]
    words = ", ".join(f"{name} {marked}" for name, marked in columns)
    if len(table.columns) > most:
        words += f", … {len(table.columns) - most:,} more columns"
        columns.append([f"… {len(table.columns) - most:,} more", ""])
    for reference in composite[:_MOST_NAMES]:
        words += (
            f"; ({', '.join(reference.columns)}) -> {reference.referenced_table} "
            f"({', '.join(reference.referenced_columns)})"
        )
    value = [str(table.name), table.kind.value, table.estimated_rows, columns]
    return one_line(f"{_head(one)}: {words}"), value


def _marked(
    column: SchemaColumn, one: ImportantTable, targets: dict[str, str], unique: set[str]
) -> str:
    words = [column.type + ("?" if column.nullable else "")]
    if column.name in one.table.primary_key:
        words.append("PK")
    if column.name in unique:
        words.append("UK")
    if column.name in targets:
        words.append(f"-> {targets[column.name]}")
    return " ".join(words)


def _head(one: ImportantTable) -> str:
    table = one.table
    kind = "partition" if table.is_partition else table.kind.value.replace("_", " ")
    rows = table.estimated_rows
    return f"{table.name} ({kind}{'' if rows is None else f', about {rows:,} rows'})"


def _short(comment: str | None) -> str | None:
    if comment is None or len(comment) <= _COMMENT_CHARACTERS:
        return comment
    return comment[:_COMMENT_CHARACTERS] + "…"
