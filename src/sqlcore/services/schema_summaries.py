"""What each schema of a database holds, in numbers."""

from __future__ import annotations

from collections import Counter, defaultdict

import attrs

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.schema import SchemaEntry, SchemaSnapshot

__all__ = ["SchemaSummary", "summarize_schemas"]

_VIEWS = (TableKind.VIEW, TableKind.MATERIALIZED_VIEW)


@attrs.frozen(kw_only=True)
class SchemaSummary:
    """A schema with what it holds; partitions are not counted, for their parent stands for them.

    Attributes:
        tables: Tables, external ones among them.
        views: Views, materialized ones among them.
        estimated_rows: Of all its tables whose rows are known; None where none is.
    """

    schema: SchemaEntry
    tables: int = 0
    views: int = 0
    routines: int = 0
    estimated_rows: int | None = None


def summarize_schemas(snapshot: SchemaSnapshot) -> tuple[SchemaSummary, ...]:
    """Count what is in each schema, by name; an empty one is there too."""
    tables: Counter[str] = Counter()
    views: Counter[str] = Counter()
    rows: dict[str, list[int]] = defaultdict(list)
    for table in snapshot.tables:
        if table.is_partition:
            continue
        name = table.name.schema or ""
        (views if table.kind in _VIEWS else tables)[name] += 1
        if table.estimated_rows is not None:
            rows[name].append(table.estimated_rows)
    routines = Counter(routine.name.schema or "" for routine in snapshot.routines)
    return tuple(
        SchemaSummary(
            schema=entry,
            tables=tables[entry.name],
            views=views[entry.name],
            routines=routines[entry.name],
            estimated_rows=sum(rows[entry.name]) if entry.name in rows else None,
        )
        for entry in snapshot.schemas
    )
