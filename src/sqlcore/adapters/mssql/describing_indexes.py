"""Putting the rows of the catalog together to keys, indexes and partitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlcore.adapters.mssql.describing_sections import TableSections
from sqlcore.domain.table import Index, IndexColumn, KeyConstraint, Partitioning

__all__ = ["indexes_of", "keys_of", "partitioning_of"]

_ROWSTORE = frozenset(("CLUSTERED", "NONCLUSTERED", "NONCLUSTERED HASH"))


def keys_of(
    sections: TableSections, object_id: int, comments: Mapping[tuple[int, str], str]
) -> tuple[KeyConstraint, ...]:
    """Describe the primary key and the unique constraints, the primary key first.

    Args:
        sections: What the server answered.
        object_id: The table.
        comments: By table and name of the constraint.
    """
    columns: dict[tuple[str, bool, bool], list[str]] = {}
    for _, name, primary, disabled, column in sections.rows("keys", object_id):
        columns.setdefault((name, bool(primary), bool(disabled)), []).append(column)
    return tuple(
        KeyConstraint(
            name=name,
            columns=tuple(names),
            primary=primary,
            enabled=not disabled,
            comment=comments.get((object_id, name)),
        )
        for (name, primary, disabled), names in columns.items()
    )


def indexes_of(sections: TableSections, object_id: int) -> tuple[Index, ...]:
    """Describe the indexes, in the order of their numbers; heaps are none."""
    column_rows = sections.by_part("index_columns", object_id)
    compressions = sections.by_part("index_compression", object_id)
    comments = sections.by_part("index_comments", object_id)
    indexes: list[Index] = []
    for row in sections.rows("indexes", object_id):
        index_id, name, method, unique, primary, disabled, predicate, fill_factor = row
        keys, included = _columns(column_rows.get(index_id, []), method)
        indexes.append(
            Index(
                name=name or "",
                method=method.lower(),
                columns=keys,
                included=included,
                unique=bool(unique),
                primary=bool(primary),
                filter=predicate,
                enabled=not disabled,
                fill_factor=fill_factor or None,  # 0 stands for the server's default
                compression=_compression(compressions.get(index_id, [])),
                comment=next((text for (text,) in comments.get(index_id, ())), None),
            )
        )
    return tuple(indexes)


def partitioning_of(sections: TableSections, object_id: int) -> Partitioning | None:
    """Describe the partitions of a table; None for one that is whole."""
    found = sections.first("table_partitioning", object_id)
    if found is None:
        return None
    scheme, function, is_right, count = found
    places = sections.by_part("index_columns", object_id)
    columns = dict.fromkeys(
        row[0]
        for index_id in (0, 1)
        for row in sorted(places.get(index_id, ()), key=lambda row: row[-1])
        if row[-1] > 0
    )
    side = "RIGHT" if is_right else "LEFT"
    return Partitioning(
        key=f"{scheme} ({', '.join(columns)}), RANGE {side} by the function {function}",
        partition_count=count,
    )


def _columns(
    rows: list[tuple[Any, ...]], method: str
) -> tuple[tuple[IndexColumn, ...], tuple[str, ...]]:
    """Tell the key columns from those that are only carried.

    A rowstore index of a partitioned table has the partitioning column as a row of its own, which
    is neither. Of a columnstore, XML or spatial index every column is what it is built on. Source:
    "sys.index_columns (Transact-SQL)".
    """
    keys: list[IndexColumn] = []
    included: list[str] = []
    is_rowstore = method in _ROWSTORE
    for column, descending, is_included, key_ordinal, _ in rows:
        if is_rowstore and is_included:
            included.append(column)
        elif key_ordinal > 0 or not is_rowstore:
            keys.append(IndexColumn(name=column, descending=bool(descending)))
    return tuple(keys), tuple(included)


def _compression(rows: list[tuple[Any, ...]]) -> str | None:
    if not rows:
        return None
    lowest, highest = rows[0]
    return str(lowest) if lowest == highest else f"{lowest} or {highest}, by partition"
