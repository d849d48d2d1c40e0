"""Indexes, references, sizes, definitions and dependencies: what is known of single objects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypedDict

from sqlcore.domain.encoding import encode_value
from sqlcore.domain.objects import (
    ColumnStatistics,
    Dependencies,
    Dependency,
    IndexDetails,
    ObjectDefinition,
    PartitionSize,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.table import TableDescription
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.boundary import Data, Part
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.sections import (
    MissingOutput,
    Section,
    human_size,
    known,
    missing_section,
    one_line,
    short,
    write_sections,
)
from sqlcore_mcp.rendering.table_parts import index_line, index_value, reference_sections
from sqlcore_mcp.rendering.tokens import Budget

__all__ = [
    "DependenciesOutput",
    "IndexesOutput",
    "ObjectDefinitionsOutput",
    "ReferencesOutput",
    "StatisticsOutput",
    "render_dependencies",
    "render_indexes",
    "render_object_definitions",
    "render_references",
    "render_statistics",
]

_NOTES_TOKENS = 100
_DEFINITION_SHARE = 0.9
_CUT = "\nThis answer was cut: raise max_tokens to see all of it."


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


class ObjectDefinitionOutput(TypedDict, total=False):
    """The text that makes an object; `reason` where there is none, or who wrote it."""

    object: str
    type: str
    table: str
    definition: str
    written: bool
    reason: str


class ObjectDefinitionsOutput(TypedDict, total=False):
    """Definitions of all objects of one name; `uri` where all of it can be read."""

    objects: list[ObjectDefinitionOutput]
    truncated: bool
    uri: str


class DependenciesOutput(TypedDict, total=False):
    """What objects of one name use, and what uses them."""

    objects: list[str]
    uses: list[dict[str, Any]]
    used_by: list[dict[str, Any]]
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
    return _answer(f"{head}.\n", sections, budget, output)


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
    return _answer(head, reference_sections(table), budget, output)


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
    return _answer(head, sections, budget, output)


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


def render_object_definitions(
    found: Sequence[ObjectDefinition], budget: Budget, keep: Callable[[str], Link | None]
) -> Answer:
    """Write definitions; where they are cut, all of them are kept as one text.

    Args:
        found: At least one.
        budget: For this answer.
        keep: Keeps a text, and gives where it is.
    """
    budget.reserve(_NOTES_TOKENS)
    values: list[ObjectDefinitionOutput] = []
    parts: list[Part] = []
    cut = False
    for number, one in enumerate(found):
        value = _definition_head(one)
        head = _definition_words(value)
        if not budget.take(head, compact_json(value) + ","):
            parts.append(f"… {len(found) - number:,} more\n")
            cut = True
            break
        parts.append(Data(head))
        if one.text is not None:
            shown, was_cut = _beginning(one.text, budget)
            value["definition"] = shown
            parts.append(Data(f"{shown}\n"))
            cut = cut or was_cut
        values.append(value)
    structured: dict[str, Any] = {"objects": values, "truncated": cut}
    if not cut:
        return Answer(parts, structured)
    link = keep("\n\n".join(f"-- {one.object}\n{one.text or one.reason}" for one in found))
    words = "\nThis answer was cut: raise max_tokens to see all of it"
    if link is not None:
        structured["uri"] = link.uri
        words += f", or read {link.uri}"
    return Answer([*parts, f"{words}."], structured, () if link is None else (link,))


def _definition_head(one: ObjectDefinition) -> ObjectDefinitionOutput:
    value: ObjectDefinitionOutput = {"object": str(one.object), "type": one.object.type.value}
    if one.object.parent is not None:
        value["table"] = str(one.object.parent)
    if one.text is not None:
        value["written"] = one.written
    if one.reason is not None:
        value["reason"] = short(one.reason)
    return value


def _definition_words(value: ObjectDefinitionOutput) -> str:
    table = f" on {value['table']}" if "table" in value else ""
    words = [f"{value['type'].replace('_', ' ')} {value['object']}{table}"]
    if value.get("written") is False:
        words.append("written from the catalog")
    if "reason" in value:
        words.append(value["reason"])
    return one_line("; ".join(words))


def _beginning(text: str, budget: Budget) -> tuple[str, bool]:
    """Take as much of a text from its beginning as the budget holds; say whether it was cut."""
    shown = text
    part = budget.part(_DEFINITION_SHARE)
    while shown and not part.take(f"{shown}\n", compact_json(shown)):
        shown = shown[: len(shown) // 2]
    budget.spend(f"{shown}\n", compact_json(shown))
    if len(shown) == len(text):
        return shown, False
    return f"{shown}… [cut: {len(text):,} characters]", True


def render_dependencies(found: Sequence[Dependencies], budget: Budget) -> Answer:
    """Write what objects use and what uses them; several are the overloads of one name."""
    names = [str(one.object) for one in found]
    output: dict[str, Any] = {"objects": names}
    missing = list(dict.fromkeys(missing for one in found for missing in one.missing))
    uses = [dependency for one in found for dependency in one.uses]
    used_by = [dependency for one in found for dependency in one.used_by]
    types = dict.fromkeys(one.object.type.value.replace("_", " ") for one in found)
    head = f"{', '.join(names)} ({', '.join(types)})\n"
    if not uses and not used_by:
        head += "It uses nothing that the server knows of, and nothing is known to use it.\n"
    sections = [
        _dependency_section("uses", "Uses", uses),
        _dependency_section("used_by", "Used by", used_by),
        missing_section(missing),
    ]
    return _answer(head, sections, budget, output)


def _dependency_section(field: str, title: str, found: Sequence[Dependency]) -> Section:
    return Section(
        field,
        f"{title} ({len(found):,})",
        [_dependency_line(one) for one in found],
        [_dependency_value(one) for one in found],
    )


def _dependency_line(one: Dependency) -> str:
    kind = one.object.type.value.replace("_", " ")
    table = f" on {one.object.parent}" if one.object.parent is not None else ""
    columns = f" ({', '.join(one.columns)})" if one.columns else ""
    lost = "" if one.resolved else "; there is no such object now"
    return one_line(f"{kind} {one.object}{table}{columns}: {one.how}{lost}")


def _dependency_value(one: Dependency) -> dict[str, Any]:
    return known(
        object=str(one.object),
        type=one.object.type.value,
        table=None if one.object.parent is None else str(one.object.parent),
        how=one.how,
        columns=list(one.columns) or None,
        resolved=None if one.resolved else False,
    )


def _answer(
    head: str, sections: Iterable[Section], budget: Budget, output: dict[str, Any]
) -> Answer:
    """Write a head and sections in a budget."""
    budget.reserve(_NOTES_TOKENS)
    budget.spend(head, compact_json(output))
    blocks, cut = write_sections(sections, budget, output)
    output["truncated"] = cut
    parts: list[Part] = [Data("\n".join([head, *blocks]))]
    if cut:
        parts.append(_CUT)
    return Answer(parts, output)


def _moment(moment: Any) -> Any:
    return None if moment is None else encode_value(moment)
