"""What a library user gets: rows, dictionaries, Arrow."""

from __future__ import annotations

import datetime as dt
import math
import uuid
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.query import Column, Message, ResultSet, RowsAffected, StatementResult
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import NotFoundError
from sqlcore.services.querying import unique_names
from sqlcore.services.results import Result
from sqlcore.services.tabular import to_arrow

_ZONE = dt.timezone(dt.timedelta(hours=5))


def _column(name: str, kind: TypeKind = TypeKind.INTEGER) -> Column:
    return Column(name=name, type=SqlType(name=kind.value, kind=kind))


def _result_set(
    names: list[str], *rows: tuple[Any, ...], row_count: int | None = None
) -> ResultSet:
    return ResultSet(
        columns=tuple(_column(name) for name in names),
        rows=rows,
        row_count=len(rows) if row_count is None else row_count,
    )


def _result(*sets: ResultSet) -> Result:
    return Result(StatementResult(result_sets=sets))


def test_the_first_result_set_is_at_hand() -> None:
    result = _result(_result_set(["a"], (1,), (2,), row_count=3), _result_set(["b"]))

    assert list(result) == [(1,), (2,)]
    assert result.rows == ((1,), (2,))
    assert len(result) == 2
    assert result.truncated
    assert [column.name for column in result.columns] == ["a"]
    assert len(result.result_sets) == 2


def test_a_statement_without_rows_has_an_empty_result() -> None:
    raw = StatementResult(
        rows_affected=(RowsAffected(3),), messages=(Message(text="done"),), duration_s=0.5
    )
    result = Result(raw)

    assert (list(result), result.columns, result.truncated) == ([], (), False)
    assert (result.rows_affected, result.messages) == (raw.rows_affected, raw.messages)
    assert result.duration_s == 0.5


def test_dictionaries_lose_no_column_of_a_repeated_name() -> None:
    result = _result(_result_set(["id", "id", "", "id_2", "id"], (1, 2, 3, 4, 5)))

    assert result.dicts() == [{"id": 1, "id_2": 2, "column_3": 3, "id_2_2": 4, "id_3": 5}]


@given(st.lists(st.sampled_from(["", "a", "a_2", "a_2_2", "column_1", "column_2"]), max_size=8))
def test_unique_names_are_as_many_as_columns_and_all_different(names: list[str]) -> None:
    unique = unique_names([_column(name) for name in names])

    assert len(unique) == len(names) == len(set(unique))
    assert all(unique)


def test_a_scalar_is_the_first_value_of_the_first_row() -> None:
    assert _result(_result_set(["a", "b"], (1, 2), (3, 4))).scalar() == 1
    assert _result(_result_set(["a"], (None,))).scalar() is None


@pytest.mark.parametrize(
    "result", [_result(), _result(_result_set(["a"])), _result(_result_set([], ()))]
)
def test_without_a_value_there_is_no_scalar(result: Result) -> None:
    with pytest.raises(NotFoundError, match="no value"):
        result.scalar()


def test_the_repr_of_a_result_shows_no_rows() -> None:
    assert "secret" not in repr(_result(_result_set(["a"], ("secret",))))


# -- Arrow


def _arrow(kind: TypeKind, *values: Any) -> pa.ChunkedArray:
    table = to_arrow(
        ResultSet(
            columns=(_column("a", kind),),
            rows=tuple((value,) for value in values),
            row_count=len(values),
        )
    )
    return table.column("a")


_EXACT = [
    (TypeKind.BOOLEAN, pa.bool_(), [True, None]),
    (TypeKind.INTEGER, pa.int64(), [2**63 - 1, None]),
    (TypeKind.FLOAT, pa.float64(), [1.5, math.inf, -math.inf]),
    (TypeKind.DECIMAL, pa.decimal128(5, 2), [Decimal("123.45"), Decimal("0.10")]),
    (TypeKind.DECIMAL, pa.decimal256(47, 6), [Decimal("1E+40"), Decimal("0.000001")]),
    (TypeKind.TEXT, pa.string(), ["", "🐘", None]),
    (TypeKind.XML, pa.string(), ["<a/>"]),
    (TypeKind.BINARY, pa.binary(), [b"", b"\x00", None]),
    (TypeKind.DATE, pa.date32(), [dt.date(1, 1, 1), dt.date(9999, 12, 31)]),
    (TypeKind.TIME, pa.time64("us"), [dt.time(23, 59, 59, 999999)]),
    (TypeKind.TIMESTAMP, pa.timestamp("us"), [dt.datetime(1, 1, 1, 1, 2, 3, 4)]),  # noqa: DTZ001
    (TypeKind.ARRAY, pa.list_(pa.int64()), [[1, None], [], None]),
    (TypeKind.ARRAY, pa.list_(pa.list_(pa.string())), [[["a"], []]]),
]


@pytest.mark.parametrize(("kind", "arrow_type", "values"), _EXACT)
def test_values_keep_their_type_in_arrow(
    kind: TypeKind, arrow_type: Any, values: list[Any]
) -> None:
    column = _arrow(kind, *values)

    assert column.type == arrow_type
    assert column.to_pylist() == values


def test_a_point_in_time_is_kept_in_utc() -> None:
    column = _arrow(TypeKind.TIMESTAMP_TZ, dt.datetime(2024, 1, 1, 5, tzinfo=_ZONE))

    assert column.type == pa.timestamp("us", tz="UTC")
    assert column.cast(pa.string()).to_pylist() == ["2024-01-01 00:00:00.000000Z"]


def test_an_interval_keeps_its_parts() -> None:
    column = _arrow(TypeKind.INTERVAL, Interval(1, -2, 3), None)

    assert column.type == pa.month_day_nano_interval()
    assert column.to_pylist() == [pa.MonthDayNano([1, -2, 3000]), None]


@pytest.mark.parametrize(
    ("kind", "values", "expected"),
    [
        (TypeKind.INTEGER, [2**63, 1, None], ["9223372036854775808", "1", None]),
        (TypeKind.DECIMAL, [Decimal("NaN"), Decimal("1.50")], ["NaN", "1.50"]),
        (TypeKind.DECIMAL, [Decimal("Infinity"), Decimal("1.50")], ["Infinity", "1.50"]),
        (TypeKind.DECIMAL, [Decimal("1E+77")], ["1" + "0" * 77]),
        (TypeKind.DATE, [ServerText("infinity"), dt.date(2024, 1, 1)], ["infinity", "2024-01-01"]),
        (TypeKind.DATE, [ServerText("0044-03-15 BC"), None], ["0044-03-15 BC", None]),
        (TypeKind.TIMESTAMP, [ServerText("-infinity")], ["-infinity"]),
        (TypeKind.TIME, [dt.time(1, 2, tzinfo=_ZONE), None], ["01:02:00+05:00", None]),
        (
            TypeKind.INTERVAL,
            [Interval(0, 0, 2**62), Interval(1)],
            [str(Interval(0, 0, 2**62)), "P1M"],
        ),
        (TypeKind.UUID, [uuid.UUID(int=1)], ["00000000-0000-0000-0000-000000000001"]),
        (TypeKind.JSON, [JsonText('{"a":1}')], ['{"a":1}']),
        (TypeKind.OTHER, [ServerText("[1,2)")], ["[1,2)"]),
        (TypeKind.OTHER, [[1, "a"], True, 1.5], ['[1, "a"]', "true", "1.5"]),
    ],
)
def test_what_arrow_cannot_carry_is_a_string_and_nothing_is_lost(
    kind: TypeKind, values: list[Any], expected: list[str | None]
) -> None:
    column = _arrow(kind, *values)

    assert column.type == pa.string()
    assert column.to_pylist() == expected


def test_an_array_that_arrow_cannot_carry_is_written_as_json() -> None:
    mixed = _arrow(TypeKind.ARRAY, [1, "ä"], [uuid.UUID(int=0), None], None)
    dates = _arrow(TypeKind.ARRAY, [dt.date(2024, 1, 1), ServerText("infinity")])

    assert mixed.to_pylist() == [
        '[1, "ä"]',
        '["00000000-0000-0000-0000-000000000000", null]',
        None,
    ]
    assert dates.to_pylist() == ['["2024-01-01", "infinity"]']


def test_no_rows_are_columns_still() -> None:
    table = to_arrow(_result_set(["a", "a"]))

    assert table.column_names == ["a", "a_2"]
    assert [field.type for field in table.schema] == [pa.int64(), pa.int64()]
    assert table.num_rows == 0


def test_a_statement_without_rows_is_an_empty_table() -> None:
    assert _result().to_arrow().num_columns == 0
