"""What the rows of the server's own books say about tables and indexes."""

from __future__ import annotations

import datetime as dt
from typing import Any

from tests.unit.mssql.answered import AnsweredQueries

from sqlcore.adapters.mssql.reading import Refusal
from sqlcore.adapters.mssql.table_usage import read_indexes, read_statistics
from sqlcore.domain.capability import Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import TableStatistics
from sqlcore.domain.table import Index, IndexColumn, TableDescription

_NAME = QualifiedName("orders", "dbo")
_DENIED = Refusal(
    Support.NOT_PERMITTED,
    "VIEW SERVER STATE permission was denied on object 'server', database 'master'.",
)


def _table() -> TableDescription:
    column = IndexColumn(name="id")
    return TableDescription(
        name=_NAME,
        indexes=(
            Index(name="a_by_id", method="nonclustered", columns=(column,)),
            Index(name="orders_pk", method="clustered", columns=(column,), primary=True),
        ),
    )


def _statistics(
    answers: dict[str, list[tuple[Any, ...]]], refused: dict[str, Refusal] | None = None
) -> TableStatistics:
    return read_statistics(AnsweredQueries(answers, refused), _NAME, 7)


def test_uses_and_sizes_stand_beside_the_indexes_the_primary_key_first() -> None:
    read_at = dt.datetime(2024, 5, 1, 12, 30)  # noqa: DTZ001 as the driver gives it
    queries = AnsweredQueries(
        {
            "usage_counts": [("orders_pk", 10, 2, 3, 4, read_at)],
            "usage_start": [(dt.datetime(2024, 4, 1, 8),)],  # noqa: DTZ001
            "usage_index_sizes": [("orders_pk", 81920), ("a_by_id", 8192)],
        }
    )

    indexes = read_indexes(queries, _table(), 7)

    first, second = indexes.indexes
    assert (first.index.name, first.seeks, first.scans, first.lookups, first.updates) == (
        "orders_pk",
        10,
        2,
        3,
        4,
    )
    assert first.last_read == dt.datetime(2024, 5, 1, 12, 30, tzinfo=dt.UTC)
    # No row means that nothing has used it.
    assert (second.seeks, second.scans, second.updates, second.last_read) == (0, 0, 0, None)
    assert second.size_bytes == 8192
    assert second.definition == "CREATE NONCLUSTERED INDEX [a_by_id] ON [dbo].[orders] ([id]);"
    assert indexes.counted_since == dt.datetime(2024, 4, 1, 8, tzinfo=dt.UTC)
    assert indexes.missing == ()


def test_uses_that_the_login_may_not_see_are_unknown_and_the_right_is_named() -> None:
    queries = AnsweredQueries({}, {"usage_counts": _DENIED, "usage_start": _DENIED})

    indexes = read_indexes(queries, _table(), 7)

    assert {detail.seeks for detail in indexes.indexes} == {None}
    assert {part.support for part in indexes.missing} == {Support.NOT_PERMITTED}
    usage = indexes.missing[0]
    assert usage.part == "index usage"
    assert "VIEW SERVER STATE" in usage.reason
    assert "VIEW DATABASE PERFORMANCE STATE" in usage.reason


def test_sizes_add_up_as_sp_spaceused_shows_them() -> None:
    statistics = _statistics({"usage_space": [(1000, 800_000, 900_000, 1_000_000)]})

    assert (statistics.rows, statistics.total_bytes) == (1000, 1_000_000)
    assert (statistics.data_bytes, statistics.index_bytes) == (800_000, 100_000)
    assert statistics.unused_bytes == 100_000
    assert statistics.missing == ()


def test_without_the_right_sizes_come_from_the_catalog() -> None:
    statistics = _statistics(
        {"usage_rows": [(5,)], "usage_allocation": [(8192, 16384, 24576)]},
        {"usage_space": _DENIED},
    )

    assert (statistics.rows, statistics.data_bytes, statistics.total_bytes) == (5, 8192, 24576)
    assert statistics.missing == ()


def test_a_view_has_no_storage() -> None:
    statistics = _statistics({"usage_space": [(None,) * 4], "usage_allocation": [(None,) * 3]})

    assert statistics.total_bytes is None
    assert [part.part for part in statistics.missing] == ["size"]


def test_partitions_say_their_bounds_on_the_side_that_the_function_says() -> None:
    answers: dict[str, list[tuple[Any, ...]]] = {
        "usage_partitions": [(2, 20, "PAGE"), (1, 10, "NONE"), (3, 0, "NONE")],
        "usage_partition_sizes": [(1, 8192), (2, 16384)],
        "usage_boundaries": [("years", True, 1, "2024"), ("years", True, 2, "2025")],
    }

    right = _statistics(answers).partitions
    answers["usage_boundaries"] = [("years", False, 1, "2024"), ("years", False, 2, "2025")]
    left = _statistics(answers).partitions

    assert [(one.name, one.rows, one.total_bytes, one.compression) for one in right] == [
        ("years 1", 10, 8192, None),
        ("years 2", 20, 16384, "PAGE"),
        ("years 3", 0, None, None),
    ]
    assert [one.bound for one in right] == ["< 2024", ">= 2024 and < 2025", ">= 2025"]
    assert [one.bound for one in left] == ["<= 2024", "> 2024 and <= 2025", "> 2025"]


def test_statistics_say_how_fresh_they_are() -> None:
    statistics = _statistics(
        {
            "usage_statistics": [(1, "pk"), (2, "_WA_Sys")],
            "usage_statistics_columns": [(1, "id"), (2, "b"), (2, "a")],
            "usage_statistics_properties": [
                (1, dt.datetime(2024, 1, 2), 100, 7),  # noqa: DTZ001
                (2, None, None, None),
            ],
        }
    )

    assert [one.columns for one in statistics.statistics] == [("id",), ("b", "a")]
    assert statistics.analyzed_at == dt.datetime(2024, 1, 2, tzinfo=dt.UTC)
    assert statistics.changes_since_analyze == 7


def test_statistics_without_age_are_a_matter_of_rights() -> None:
    statistics = _statistics(
        {"usage_allocation": [(0, 0, 0)], "usage_statistics": [(1, "pk")]},
    )

    (part,) = statistics.missing
    assert (part.part, part.support) == ("age of statistics", Support.NOT_PERMITTED)
    assert "SELECT" in part.reason
