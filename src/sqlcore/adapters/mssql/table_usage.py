"""What tables and their indexes cost, and what indexes are used for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.mssql.reading import CatalogQueries, Refusal, Rows
from sqlcore.adapters.mssql.table_ddl import index_statement
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    ColumnStatistics,
    IndexDetails,
    PartitionSize,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.table import TableDescription

__all__ = ["read_indexes", "read_statistics"]

_INDEX_SECTIONS = ("usage_counts", "usage_start", "usage_index_sizes")
_SECTIONS = (
    "usage_space",
    "usage_rows",
    "usage_allocation",
    "usage_partitions",
    "usage_partition_sizes",
    "usage_boundaries",
    "usage_statistics",
    "usage_statistics_columns",
    "usage_statistics_properties",
)
_PARTS = {
    "usage_counts": "index usage",
    "usage_start": "time since when uses are counted",
    "usage_index_sizes": "sizes of indexes",
    "usage_allocation": "size",
    "usage_partitions": "partitions",
    "usage_partition_sizes": "sizes of partitions",
    "usage_boundaries": "boundaries of partitions",
    "usage_statistics": "statistics",
    "usage_statistics_columns": "columns of statistics",
    "usage_statistics_properties": "age of statistics",
}
_STATE = (
    "It takes VIEW SERVER STATE; from SQL Server 2022 on VIEW SERVER PERFORMANCE STATE, on Azure"
    " SQL Database VIEW DATABASE PERFORMANCE STATE."
)
_RIGHTS = {"usage_counts": _STATE, "usage_start": _STATE}
_NO_STORAGE = Missing(
    part="size",
    support=Support.UNSUPPORTED,
    reason="It has no storage of its own.",
)
_UNTOLD_STATISTICS = Missing(
    part="age of statistics",
    support=Support.NOT_PERMITTED,
    reason="The server tells it of statistics on columns that this login may SELECT, or to the"
    " owner of the table.",
)


def read_indexes(queries: CatalogQueries, described: TableDescription, number: int) -> TableIndexes:
    """Put sizes and uses beside the indexes of a description; the primary key's first."""
    results, refused = queries.run(_INDEX_SECTIONS, ids=(number,))
    sizes: dict[str, int] = dict(results["usage_index_sizes"])
    uses = {row[0]: row[1:] for row in results["usage_counts"]}
    # An index that nothing has used since the server started has no row.
    unused = (None,) * 5 if "usage_counts" in refused else (0, 0, 0, 0, None)
    details: list[IndexDetails] = []
    for index in sorted(described.indexes, key=lambda one: (not one.primary, one.name)):
        seeks, scans, lookups, updates, last_read = uses.get(index.name, unused)
        statement = index_statement(described, index)
        details.append(
            IndexDetails(
                index=index,
                size_bytes=sizes.get(index.name),
                seeks=seeks,
                scans=scans,
                lookups=lookups,
                updates=updates,
                last_read=_utc(last_read),
                definition=None if statement is None else f"{statement};",
            )
        )
    start = results["usage_start"]
    return TableIndexes(
        table=described.name,
        indexes=tuple(details),
        counted_since=_utc(start[0][0]) if start else None,
        missing=_missing(refused, _PARTS) if details else (),
    )


def read_statistics(queries: CatalogQueries, table: QualifiedName, number: int) -> TableStatistics:
    """Read sizes as sp_spaceused counts them, and the statistics of columns."""
    results, refused = queries.run(_SECTIONS, ids=(number,))
    rows, data, used, reserved = _space(results, refused)
    if queries.is_babelfish:
        rows = rows or None  # it says 0 until ANALYZE has run
    statistics = _column_statistics(results)
    parts = dict(_PARTS)
    if data is not None:
        del parts["usage_allocation"]
    partitions = _partitions(results)
    if not partitions:
        del parts["usage_partition_sizes"]
    missing = list(_missing({n: r for n, r in refused.items() if n != "usage_space"}, parts))
    if reserved is None and "usage_allocation" not in refused:
        missing.append(_NO_STORAGE)
    if results["usage_statistics"] and not results["usage_statistics_properties"]:
        missing += [] if "usage_statistics_properties" in refused else [_UNTOLD_STATISTICS]
    return TableStatistics(
        table=table,
        rows=rows,
        data_bytes=data,
        index_bytes=None if used is None or data is None else max(used - data, 0),
        unused_bytes=None if used is None or reserved is None else max(reserved - used, 0),
        total_bytes=reserved,
        changes_since_analyze=max(
            (one.changes for one in statistics if one.changes is not None), default=None
        ),
        analyzed_at=max(
            (one.updated_at for one in statistics if one.updated_at is not None), default=None
        ),
        partitions=partitions,
        statistics=statistics,
        missing=tuple(missing),
    )


def _space(
    results: Mapping[str, Rows], refused: Mapping[str, Refusal]
) -> tuple[int | None, int | None, int | None, int | None]:
    """Give rows, and the bytes of data, used and reserved.

    The catalog knows them nearly as well as the view that takes VIEW DATABASE STATE: it leaves
    out full-text and XML indexes.
    """
    rows, *sizes = results["usage_space"][0] if results["usage_space"] else (None, None, None, None)
    if "usage_space" in refused or rows is None:
        rows = results["usage_rows"][0][0] if results["usage_rows"] else None
        sizes = list(results["usage_allocation"][0]) if results["usage_allocation"] else [None] * 3
    data, used, reserved = sizes
    return rows, data, used, reserved


def _partitions(results: Mapping[str, Rows]) -> tuple[PartitionSize, ...]:
    boundaries = results["usage_boundaries"]
    if not boundaries:
        return ()
    scheme, is_right = boundaries[0][:2]
    values = [value for _, _, boundary, value in boundaries if boundary is not None]
    sizes: dict[int, int] = dict(results["usage_partition_sizes"])
    return tuple(
        PartitionSize(
            name=f"{scheme} {number}",
            rows=rows,
            total_bytes=sizes.get(number),
            bound=_bound(number, values, is_right=bool(is_right)),
            compression=None if compression == "NONE" else compression,
        )
        for number, rows, compression in sorted(results["usage_partitions"], key=_first)
    )


def _first(row: Sequence[Any]) -> Any:
    return row[0]


def _bound(number: int, values: Sequence[str], *, is_right: bool) -> str | None:
    """Say which values a partition has; its lowest and highest bound the values between them."""
    low, high = (">=", "<") if is_right else (">", "<=")
    words = []
    if 1 < number <= len(values) + 1:
        words.append(f"{low} {values[number - 2]}")
    if number <= len(values):
        words.append(f"{high} {values[number - 1]}")
    return " and ".join(words) or None


def _column_statistics(results: Mapping[str, Rows]) -> tuple[ColumnStatistics, ...]:
    columns: dict[int, list[str]] = {}
    for stats_id, column in results["usage_statistics_columns"]:
        columns.setdefault(stats_id, []).append(column)
    properties = {row[0]: row[1:] for row in results["usage_statistics_properties"]}
    statistics: list[ColumnStatistics] = []
    for stats_id, name in results["usage_statistics"]:
        updated_at, sampled, changes = properties.get(stats_id, (None, None, None))
        statistics.append(
            ColumnStatistics(
                name=name,
                columns=tuple(columns.get(stats_id, ())),
                updated_at=_utc(updated_at),
                sampled_rows=sampled,
                changes=changes,
            )
        )
    return tuple(statistics)


def _missing(refused: Mapping[str, Refusal], parts: Mapping[str, str]) -> tuple[Missing, ...]:
    missing: list[Missing] = []
    for name, refusal in refused.items():
        if name in parts:
            right = _RIGHTS.get(name) if refusal.support is Support.NOT_PERMITTED else None
            reason = refusal.reason if right is None else f"{refusal.reason} {right}"
            missing.append(Missing(part=parts[name], support=refusal.support, reason=reason))
    return tuple(missing)


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return None if moment is None else moment.replace(tzinfo=dt.UTC)
