"""Every value comes back equal and of its type, whatever its column says and whatever came before.

A value is compared by its spelling too: `1.5` and `1.50` are equal, and not the same decimal.
"""

from __future__ import annotations

import datetime as dt
import itertools
import math
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcore.domain.query import Column, Row
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import UnsupportedError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool
from sqlcore.testing.strategies import values

_IDS = itertools.count()
_ZONE = dt.timezone(dt.timedelta(hours=5, minutes=30, seconds=7))


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Spool]:
    spool = Spool(SessionLimits(folder=str(tmp_path_factory.mktemp("results"))))
    yield spool
    spool.close()


def _column(kind: TypeKind, name: str = "a") -> Column:
    return Column(name=name, type=SqlType(name=kind.value, kind=kind))


def _kept(spool: Spool, columns: Sequence[Column], *batches: Sequence[Row]) -> list[Row]:
    """Write batches, and read their rows."""
    session_id = f"session-{next(_IDS)}"
    writer = spool.create(session_id)
    writer.begin(tuple(columns))
    for rows in batches:
        writer.add(rows)
    writer.end()
    try:
        return [row for rows in spool.open(session_id).batches(0) for row in rows]
    finally:
        spool.remove(session_id)


def _spelled(*batches: Sequence[Row]) -> list[list[tuple[type, str]]]:
    """Spell values so that what is equal and not the same is told apart, and NaN is itself."""
    return [[_of(value) for value in row] for rows in batches for row in rows]


def _of(value: Any) -> tuple[type, str]:
    if isinstance(value, dt.datetime | dt.time):
        return type(value), value.isoformat()
    return type(value), repr(value)


_BOUNDARIES: dict[TypeKind, list[Any]] = {
    TypeKind.BOOLEAN: [True, False],
    TypeKind.INTEGER: [0, -1, 2**53 + 1, 2**63 - 1, -(2**63), 2**63, -(10**40)],
    TypeKind.DECIMAL: [
        *("0", "-0", "0.00", "1.5", "1.50", "1E+3", "-1E-30", "9" * 76, "9" * 200, "0E-6"),
        *("NaN", "sNaN", "-NaN", "Infinity", "-Infinity"),
    ],
    TypeKind.FLOAT: [0.0, -0.0, 5e-324, 1.7976931348623157e308, math.inf, -math.inf, math.nan],
    TypeKind.TEXT: ["", "\0", "NULL", "🐘", "é", "\ud83d", " a\r\n\t", "x" * 100_000],
    TypeKind.BINARY: [b"", b"\0", b"\xff" * 100_000],
    TypeKind.DATE: [dt.date.min, dt.date.max, dt.date(1969, 12, 31), ServerText("infinity")],
    TypeKind.TIME: [dt.time.min, dt.time.max, dt.time(1, 2, 3, 4, _ZONE), ServerText("24:00:00")],
    TypeKind.TIMESTAMP: [
        dt.datetime.min,  # noqa: DTZ901
        dt.datetime.max,  # noqa: DTZ901
        dt.datetime(1969, 12, 31, 23, 59, 59, 999_999),  # noqa: DTZ001
        dt.datetime(1, 1, 1, 1, 2, 3),  # noqa: DTZ001
        ServerText("0044-03-15 00:00:00 BC"),
    ],
    TypeKind.TIMESTAMP_TZ: [
        dt.datetime(1, 1, 1, tzinfo=_ZONE),
        dt.datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=dt.timezone(-dt.timedelta(hours=23))),
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
        ServerText("-infinity"),
    ],
    TypeKind.INTERVAL: [Interval(), Interval(-(2**31), 2**31, 2**63), ServerText("?")],
    TypeKind.UUID: [uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)],
    TypeKind.JSON: [JsonText('{"a": 1.10, "a": [null]}'), JsonText("null"), JsonText("")],
    TypeKind.XML: ["<a/>", ""],
    TypeKind.ARRAY: [[], [1, None], [[Decimal("1.10")], []], [dt.date.max, ServerText("?")]],
    TypeKind.OTHER: [ServerText("[1,2)"), ServerText("")],
}
_BOUNDARIES[TypeKind.DECIMAL] = [Decimal(text) for text in _BOUNDARIES[TypeKind.DECIMAL]]
_ANY = [None, *itertools.chain.from_iterable(_BOUNDARIES.values())]


def _any_value(kind: TypeKind) -> st.SearchStrategy[Any]:
    drawn = [] if kind in (TypeKind.ARRAY, TypeKind.OTHER, TypeKind.XML) else [values(kind)]
    return st.one_of(st.none(), st.sampled_from(_BOUNDARIES[kind]), *drawn)


@pytest.mark.parametrize("kind", TypeKind)
def test_the_boundaries_of_each_kind_come_back(shared: Spool, kind: TypeKind) -> None:
    rows: list[Row] = [(value,) for value in (None, *_BOUNDARIES[kind])]
    each_alone = [[row] for row in rows]

    assert _spelled(_kept(shared, [_column(kind)], rows)) == _spelled(rows)
    assert _spelled(_kept(shared, [_column(kind)], *each_alone)) == _spelled(rows)


@settings(max_examples=25, deadline=None)
@pytest.mark.parametrize("kind", TypeKind)
@given(data=st.data())
def test_values_of_each_kind_come_back(shared: Spool, kind: TypeKind, data: st.DataObject) -> None:
    rows = st.lists(st.tuples(_any_value(kind)), min_size=1, max_size=8)
    batches = data.draw(st.lists(rows, max_size=3))

    assert _spelled(_kept(shared, [_column(kind)], *batches)) == _spelled(*batches)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_values_of_another_type_than_their_column_says_come_back(
    shared: Spool, data: st.DataObject
) -> None:
    kinds = data.draw(st.lists(st.sampled_from(TypeKind), max_size=4))
    row = st.tuples(*(st.sampled_from(_ANY) for _ in kinds))
    batches = data.draw(st.lists(st.lists(row, min_size=1, max_size=5), max_size=4))

    kept = _kept(shared, [_column(kind) for kind in kinds], *batches)

    assert _spelled(kept) == _spelled(*batches)


@pytest.mark.parametrize("kind", TypeKind)
@pytest.mark.parametrize("value", [True, 1, 1.0, Decimal(1), "1", b"1", dt.date(2024, 1, 1)])
def test_a_type_that_arrow_would_change_without_a_word_is_kept(
    shared: Spool, kind: TypeKind, value: Any
) -> None:
    assert _spelled(_kept(shared, [_column(kind)], [(value,)])) == _spelled([(value,)])


def test_a_zone_with_a_name_comes_back_as_its_offset(shared: Spool) -> None:
    winter = dt.datetime(2024, 1, 1, tzinfo=ZoneInfo("Europe/Berlin"))

    [(kept,)] = _kept(shared, [_column(TypeKind.TIMESTAMP_TZ)], [(winter,)])

    assert kept == winter
    assert kept.utcoffset() == dt.timedelta(hours=1)


@pytest.mark.parametrize(
    "next_value",
    [
        dt.datetime(2024, 7, 1, tzinfo=ZoneInfo("Europe/Berlin")),
        dt.datetime(2024, 7, 1, tzinfo=ZoneInfo("Europe/London")),
        ServerText("infinity"),
    ],
)
def test_another_zone_or_text_behind_times_in_utc_comes_back(
    shared: Spool, next_value: Any
) -> None:
    utc = dt.datetime(2024, 1, 1, 1, 2, 3, 4, tzinfo=ZoneInfo("Etc/UTC"))
    batches = [[(utc,)], [(None,), (next_value,)], [(utc,)]]

    kept = _kept(shared, [_column(TypeKind.TIMESTAMP_TZ)], *batches)

    assert _spelled(kept) == _spelled(*batches)


def test_masked_values_of_any_column_come_back(shared: Spool) -> None:
    column = Column(name="a", type=SqlType(name="int", kind=TypeKind.INTEGER), masked=True)

    assert _kept(shared, [column], [("***",), (None,)]) == [("***",), (None,)]


def test_rows_without_columns_are_counted(shared: Spool) -> None:
    assert _kept(shared, [], [(), ()], [()]) == [(), (), ()]


def test_a_value_that_no_adapter_gives_is_refused_by_its_type_alone(shared: Spool) -> None:
    with pytest.raises(UnsupportedError, match="type complex ") as refused:
        _kept(shared, [_column(TypeKind.OTHER)], [(ServerText("secret"),), (1j,)])

    assert "secret" not in str(refused.value)
