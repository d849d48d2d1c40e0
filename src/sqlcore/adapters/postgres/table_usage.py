"""What tables and their indexes cost, and what indexes are used for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlcore.adapters.postgres.queries import text
from sqlcore.adapters.postgres.snapshots import Query, Snapshots
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    ColumnStatistics,
    IndexDetails,
    PartitionSize,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.table import Index, TableDescription
from sqlcore.errors import NotFoundError, PermissionDeniedError

__all__ = ["read_indexes", "read_statistics"]

_TELLS_LAST_READ = 160000
_UNCOUNTED = Missing(
    part="index usage",
    support=Support.UNSUPPORTED,
    reason="The server does not count: track_counts is off.",
)
_NO_UPDATES = Missing(
    part="index updates",
    support=Support.UNSUPPORTED,
    reason="PostgreSQL does not count how often an index is changed.",
)
_NO_LAST_READ = Missing(
    part="last read of an index",
    support=Support.UNSUPPORTED,
    reason="PostgreSQL notes it since version 16.",
)
_NO_UNUSED = Missing(
    part="unused space",
    support=Support.UNSUPPORTED,
    reason="PostgreSQL finds it only by reading the whole table (extension pgstattuple).",
)
_NO_STORAGE = Missing(
    part="size",
    support=Support.UNSUPPORTED,
    reason="It has no storage of its own.",
)
_STORED = frozenset("rmp")
_STATISTICS = "statistics"
_PARTS = {
    "index_uses": "index sizes and usage",
    "counting": "since when uses are counted",
    "sizes": "size",
    "parts": "partitions",
    "column_statistics": _STATISTICS,
}
_NEVER_ANALYZED = Missing(
    part=_STATISTICS,
    support=Support.UNKNOWN,
    reason="The table was never analyzed, was empty then, or may not be read by this login.",
)


def read_indexes(
    snapshots: Snapshots, queries: Mapping[str, bytes], described: TableDescription, oid: int
) -> TableIndexes:
    """Put sizes and uses beside the indexes of a description."""
    sections, missing = _readable(
        snapshots,
        {
            "index_uses": (queries["index_uses"], (text(oid),)),
            "counting": (queries["counting"], ()),
        },
    )
    ((counts, reset_at, version),) = sections["counting"] or [(True, None, _TELLS_LAST_READ)]
    uses = {row[0]: row[1:] for row in sections["index_uses"]}
    missing.append(_NO_UPDATES if counts else _UNCOUNTED)
    if counts and version < _TELLS_LAST_READ:
        missing.append(_NO_LAST_READ)
    ordered = sorted(described.indexes, key=lambda index: (not index.primary, index.name))
    return TableIndexes(
        table=described.name,
        indexes=tuple(
            _details(index, uses.get(index.name, (None,) * 4), counts=counts) for index in ordered
        ),
        counted_since=_utc(reset_at) if counts else None,
        missing=tuple(missing) if ordered else (),
    )


def _details(index: Index, use: tuple[Any, ...], *, counts: bool) -> IndexDetails:
    definition, size_bytes, scans, last_read = use
    return IndexDetails(
        index=index,
        size_bytes=size_bytes,
        scans=scans if counts else None,
        last_read=_utc(last_read) if counts else None,
        definition=definition,
    )


def read_statistics(
    snapshots: Snapshots, queries: Mapping[str, bytes], table: QualifiedName, oid: int
) -> TableStatistics:
    """Read sizes, rows and how fresh statistics are; partitioned tables are summed."""
    names = ("sizes", "parts", "column_statistics")
    sections, missing = _readable(
        snapshots, {name: (queries[name], (text(oid),)) for name in names}
    )
    are_sizes_known = bool(sections["sizes"])
    if not are_sizes_known and not missing:
        raise NotFoundError(f"{table} was dropped a moment ago.", parameter="table_name")
    kind, rows, data, indexes, total, dead, changes, analyzed_at, vacuumed_at = (
        sections["sizes"][0] if are_sizes_known else (None,) * 9
    )
    if are_sizes_known:
        missing.append(_NO_UNUSED if kind in _STORED else _NO_STORAGE)
    statistics = sections["column_statistics"]
    if kind in _STORED and not statistics and _STATISTICS not in {m.part for m in missing}:
        missing.append(_NEVER_ANALYZED)
    return TableStatistics(
        table=table,
        rows=rows,
        data_bytes=data,
        index_bytes=indexes,
        total_bytes=total,
        dead_rows=dead,
        changes_since_analyze=changes,
        analyzed_at=_utc(analyzed_at),
        vacuumed_at=_utc(vacuumed_at),
        partitions=tuple(
            PartitionSize(
                name=name if schema == table.schema else f"{schema}.{name}",
                rows=part_rows,
                total_bytes=part_bytes,
                bound=bound,
            )
            for schema, name, bound, part_rows, part_bytes in sections["parts"]
        ),
        statistics=tuple(
            ColumnStatistics(
                name=name,
                columns=tuple(columns),
                updated_at=_utc(analyzed_at),
                changes=changes,
            )
            for name, columns in statistics
        ),
        missing=tuple(missing),
    )


def _readable(
    snapshots: Snapshots, queries: Mapping[str, Query]
) -> tuple[dict[str, list[tuple[Any, ...]]], list[Missing]]:
    """Run queries in one round trip; where one of them fails, each alone.

    Services lock views of the catalog away, and relatives of PostgreSQL lack some.

    Returns:
        The rows of each query, and what could not be read.
    """
    try:
        return dict(zip(queries, snapshots.rows(*queries.values()), strict=True)), []
    except (PermissionDeniedError, NotFoundError):
        pass
    sections: dict[str, list[tuple[Any, ...]]] = {}
    missing: list[Missing] = []
    for name, query in queries.items():
        sections[name] = []
        try:
            (sections[name],) = snapshots.rows(query)
        except PermissionDeniedError as error:
            missing.append(
                Missing(part=_PARTS[name], support=Support.NOT_PERMITTED, reason=error.message)
            )
        except NotFoundError as error:
            missing.append(
                Missing(part=_PARTS[name], support=Support.UNSUPPORTED, reason=error.message)
            )
    return sections, missing


def _utc(at: dt.datetime | None) -> dt.datetime | None:
    return None if at is None else at.astimezone(dt.UTC)
