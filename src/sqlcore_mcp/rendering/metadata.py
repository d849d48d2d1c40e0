"""Indexes, references and sizes of a table."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlcore.domain.encoding import encode_value
from sqlcore.domain.objects import (
    ColumnStatistics,
    IndexDetails,
    PartitionSize,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.table import TableDescription
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.sections import (
    MissingOutput,
    Section,
    answer_of_sections,
    human_size,
    known,
    missing_section,
    one_line,
    short,
)
from sqlcore_mcp.rendering.table_parts import index_line, index_value, reference_sections
from sqlcore_mcp.rendering.tokens import Budget

__all__ = [
    "IndexesOutput",
    "ReferencesOutput",
    "StatisticsOutput",
    "render_indexes",
    "render_references",
    "render_statistics",
]


class IndexesOutput(TypedDict, total=False):
    """Indexes; a use that the server does not tell is left out, as is a size."""

    table: str
    counted_since: str
    indexes: list[dict[str, Any]]
    missing: list[MissingOutput]
    truncated: bool


class ReferencesOutput(TypedDict, total=False):
    """Foreign keys that a table has, and those that point at it."""

    table: str
    foreign_keys: list[dict[str, Any]]
    referenced_by: list[dict[str, Any]]
    truncated: bool


class StatisticsOutput(TypedDict, total=False):
    """Sizes in bytes and times in UTC; what the server does not tell is left out."""

    table: str
    rows: int
    rows_exact: bool
    data_bytes: int
    index_bytes: int
    unused_bytes: int
    total_bytes: int
    dead_rows: int
    changes_since_analyze: int
    analyzed_at: str
    vacuumed_at: str
    partitions: list[dict[str, Any]]
    statistics: list[dict[str, Any]]
    missing: list[MissingOutput]
    truncated: bool


def render_indexes(indexes: TableIndexes, budget: Budget) -> Answer:
    """Write the indexes of a table with their sizes and uses."""
    output: dict[str, Any] = {"table": str(indexes.table)}
    head = f"Indexes of {indexes.table}"
    if indexes.counted_since is not None:
        output["counted_since"] = encode_value(indexes.counted_since)
        head += f"; uses since {output['counted_since']}"
    sections = [
        Section(
            "indexes",
            "Indexes",
            [_index_details_line(details) for details in indexes.indexes],
            [_index_details_value(details) for details in indexes.indexes],
        ),
        missing_section(indexes.missing),
    ]
    if not indexes.indexes:
        head += ": there are none"
    return answer_of_sections(f"{head}.\n", sections, budget, output)


def _index_details_line(details: IndexDetails) -> str:
    facts: list[str] = []
    if details.size_bytes is not None:
        facts.append(human_size(details.size_bytes))
    for name in ("seeks", "scans", "lookups", "updates"):
        count = getattr(details, name)
        if count is not None:
            facts.append(f"{count:,} {name}")
    if details.last_read is not None:
        facts.append(f"last read {encode_value(details.last_read)}")
    words = f"; {', '.join(facts)}" if facts else ""
    return one_line(index_line(details.index) + words)


def _index_details_value(details: IndexDetails) -> dict[str, Any]:
    return {
        **index_value(details.index),
        **known(
            size_bytes=details.size_bytes,
            seeks=details.seeks,
            scans=details.scans,
            lookups=details.lookups,
            updates=details.updates,
            last_read=_moment(details.last_read),
            definition=short(details.definition),
        ),
    }


def render_references(table: TableDescription, budget: Budget) -> Answer:
    """Write the foreign keys of a table, in both directions."""
    output: dict[str, Any] = {"table": str(table.name)}
    head = f"Foreign keys of {table.name}.\n"
    if not (table.foreign_keys or table.referenced_by):
        head = f"{table.name} has no foreign keys, and none points at it.\n"
    return answer_of_sections(head, reference_sections(table), budget, output)


def render_statistics(statistics: TableStatistics, budget: Budget) -> Answer:
    """Write how large a table is, and how fresh what the planner knows of it is."""
    sizes = known(
        rows=statistics.rows,
        data_bytes=statistics.data_bytes,
        index_bytes=statistics.index_bytes,
        unused_bytes=statistics.unused_bytes,
        total_bytes=statistics.total_bytes,
        dead_rows=statistics.dead_rows,
        changes_since_analyze=statistics.changes_since_analyze,
        analyzed_at=_moment(statistics.analyzed_at),
        vacuumed_at=_moment(statistics.vacuumed_at),
    )
    output = {"table": str(statistics.table), **sizes}
    if statistics.rows is not None:
        output["rows_exact"] = statistics.rows_exact
    lines = [_fact_line(name, value) for name, value in sizes.items()]
    if statistics.rows is not None and not statistics.rows_exact:
        lines[0] = f"rows: about {statistics.rows:,}\n"
    head = f"{statistics.table}\n{''.join(lines)}"
    sections = [
        Section(
            "partitions",
            f"Partitions ({len(statistics.partitions):,})",
            [_partition_line(partition) for partition in statistics.partitions],
            [_partition_value(partition) for partition in statistics.partitions],
        ),
        Section(
            "statistics",
            "Statistics of the planner",
            [_column_statistics_line(one) for one in statistics.statistics],
            [_column_statistics_value(one) for one in statistics.statistics],
        ),
        missing_section(statistics.missing),
    ]
    return answer_of_sections(head, sections, budget, output)


def _fact_line(name: str, value: Any) -> str:
    if name.endswith("_bytes"):
        return f"{name.removesuffix('_bytes')}: {human_size(value)}\n"
    shown = f"{value:,}" if isinstance(value, int) else value
    return f"{name.replace('_', ' ')}: {shown}\n"


def _partition_line(partition: PartitionSize) -> str:
    facts: list[str] = []
    if partition.rows is not None:
        facts.append(f"{partition.rows:,} row{'' if partition.rows == 1 else 's'}")
    if partition.total_bytes is not None:
        facts.append(human_size(partition.total_bytes))
    if partition.compression is not None:
        facts.append(f"compression {partition.compression}")
    bound = f" {short(partition.bound)}" if partition.bound else ""
    return one_line(f"{partition.name}{bound}: {', '.join(facts) or 'size unknown'}")


def _partition_value(partition: PartitionSize) -> dict[str, Any]:
    return known(
        name=partition.name,
        bound=short(partition.bound),
        rows=partition.rows,
        total_bytes=partition.total_bytes,
        compression=partition.compression,
    )


def _column_statistics_line(one: ColumnStatistics) -> str:
    facts: list[str] = []
    if one.updated_at is not None:
        facts.append(f"updated {encode_value(one.updated_at)}")
    if one.sampled_rows is not None:
        facts.append(f"{one.sampled_rows:,} rows sampled")
    if one.changes is not None:
        facts.append(f"{one.changes:,} changes since")
    words = f": {', '.join(facts)}" if facts else ""
    return one_line(f"{one.name or 'of each column'} ({', '.join(one.columns)}){words}")


def _column_statistics_value(one: ColumnStatistics) -> dict[str, Any]:
    return known(
        name=one.name or None,
        columns=list(one.columns),
        updated_at=_moment(one.updated_at),
        sampled_rows=one.sampled_rows,
        changes=one.changes,
    )


def _moment(moment: Any) -> Any:
    return None if moment is None else encode_value(moment)
