"""Values as JSON carries them, and through a cursor and back."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
import re
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.encoding import encode_row, encode_value, tag_value, untag_value
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import InvalidArgumentError
from sqlcore.testing.strategies import texts, values

_ZONE = dt.timezone(dt.timedelta(hours=5, minutes=30))


class _Colour(str, enum.Enum):  # noqa: UP042  # a subclass of a type with an encoder
    RED = "red"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("x", "x"),
        (0, 0),
        (2**53, 2**53),
        (2**53 + 1, "9007199254740993"),
        (-(2**53), -(2**53)),
        (-(2**53) - 1, "-9007199254740993"),
        (1.5, 1.5),
        (-0.0, -0.0),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (Decimal("12.50"), "12.50"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("NaN"), "NaN"),
        (Decimal("sNaN"), "NaN"),
        (Decimal("Infinity"), "Infinity"),
        (Decimal("-Infinity"), "-Infinity"),
        (b"\x00\xff", "0x00ff"),
        (bytearray(b"a"), "0x61"),
        (memoryview(b"a"), "0x61"),
        (b"", "0x"),
        (dt.date(1, 1, 1), "0001-01-01"),
        (dt.time(23, 59, 59, 1), "23:59:59.000001"),
        (dt.time(1, 2, tzinfo=_ZONE), "01:02:00+05:30"),
        (dt.datetime(2024, 2, 29, 12, 0, tzinfo=_ZONE), "2024-02-29T12:00:00+05:30"),
        (dt.datetime(2024, 2, 29, 12, 0), "2024-02-29T12:00:00"),  # noqa: DTZ001  # no zone
        (dt.timedelta(days=-1, seconds=1), "P-1DT1S"),
        (Interval(months=1), "P1M"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (JsonText('{"a": 1.50}'), '{"a": 1.50}'),
        (ServerText("infinity"), "infinity"),
        ([1, [2**60, None]], [1, ["1152921504606846976", None]]),
        ((Decimal(1),), ["1"]),
        ({"a": Decimal(1), 2: b""}, {"a": "1", "2": "0x"}),
        (_Colour.RED, "red"),
        (1j, "1j"),
    ],
)
def test_each_type_is_written_as_documented(value: Any, expected: Any) -> None:
    encoded = encode_value(value)

    assert encoded == expected
    assert type(encoded) is type(expected)
    assert encode_row((value, None)) == [expected, None]


_WITHOUT_STRATEGY = {TypeKind.ARRAY, TypeKind.OTHER, TypeKind.XML}
_EVERY_VALUE = st.one_of(st.none(), *(values(kind) for kind in {*TypeKind} - _WITHOUT_STRATEGY))
_FLOATS = st.floats()


def _same(one: Any, other: Any) -> bool:
    """Tell whether two values are the same, NaN included."""
    if isinstance(one, list):
        return len(one) == len(other) and all(map(_same, one, other))
    if isinstance(one, dt.time | dt.datetime):
        one, other = one.replace(fold=0), other.replace(fold=0)  # no server has this
    return type(one) is type(other) and repr(one) == repr(other)


@given(st.lists(_EVERY_VALUE | _FLOATS))
def test_a_row_survives_a_strict_json_writer(row: list[Any]) -> None:
    encoded = encode_row(row)

    assert json.loads(json.dumps(encoded, allow_nan=False)) == encoded


@given(
    st.one_of(
        _EVERY_VALUE,
        _FLOATS,
        st.decimals(),
        st.integers(),
        st.builds(ServerText, texts()),
        st.times(timezones=st.just(_ZONE)),
        st.lists(_EVERY_VALUE | st.lists(_FLOATS, max_size=3), max_size=3),
    )
)
def test_a_tagged_value_comes_back_through_json_with_its_type(value: Any) -> None:
    assert _same(untag_value(json.loads(json.dumps(tag_value(value)))), value)


@pytest.mark.parametrize("value", [object(), {"a": 1}, memoryview(b""), [object()]])
def test_a_value_of_another_type_cannot_be_tagged(value: Any) -> None:
    with pytest.raises(InvalidArgumentError, match="cannot carry"):
        tag_value(value)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=2)
    ),
    max_leaves=6,
)
_TAG = st.sampled_from(["b", "i", "f", "d", "s", "t", "j", "x", "dt", "da", "ti", "u", "iv", "l"])


@given(_JSON | st.tuples(_TAG, _JSON).map(list))
def test_any_json_is_a_tagged_value_or_a_value_error(tagged: Any) -> None:
    try:
        untag_value(tagged)
    except ValueError:
        return


def test_a_tagged_value_that_is_nested_without_end_is_a_value_error() -> None:
    tagged: Any = None
    for _ in range(100_000):
        tagged = ["l", [tagged]]

    with pytest.raises(ValueError, match="not a tagged value"):
        untag_value(tagged)


# -- intervals


_PART = re.compile(
    r"P(?:(?P<Y>-?\d+)Y)?(?:(?P<M>-?\d+)M)?(?:(?P<D>-?\d+)D)?"
    r"(?:T(?:(?P<h>-?\d+)H)?(?:(?P<m>-?\d+)M)?(?:(?P<s>-?\d+(?:\.\d+)?)S)?)?"
)


def _read_duration(text: str) -> Interval:
    match = _PART.fullmatch(text)
    assert match is not None
    part = {name: Decimal(digits or 0) for name, digits in match.groupdict().items()}
    seconds = (part["h"] * 60 + part["m"]) * 60 + part["s"]
    return Interval(
        months=int(part["Y"] * 12 + part["M"]),
        days=int(part["D"]),
        microseconds=int(seconds * 1_000_000),
    )


_INTEGERS = st.integers(-(2**62), 2**62)


@given(st.builds(Interval, months=_INTEGERS, days=_INTEGERS, microseconds=_INTEGERS))
def test_an_interval_is_written_without_loss(interval: Interval) -> None:
    assert _read_duration(str(interval)) == interval


@pytest.mark.parametrize(
    ("interval", "expected"),
    [
        (Interval(), "PT0S"),
        (Interval(14, -3, 14_405_600_000), "P1Y2M-3DT4H5.6S"),
        (Interval(-14), "P-1Y-2M"),
        (Interval(0, 0, -500_000), "PT-0.5S"),
        (Interval(0, 0, -3_661_000_001), "PT-1H-1M-1.000001S"),
        (Interval(12), "P1Y"),
        (Interval(0, 0, 60_000_000), "PT1M"),
    ],
)
def test_each_part_of_an_interval_has_its_own_sign(interval: Interval, expected: str) -> None:
    assert str(interval) == expected


def test_numbers_of_a_json_document_are_parsed_without_rounding() -> None:
    assert JsonText('{"a": 0.10, "b": [1e2, 12345678901234567890]}').parse() == {
        "a": Decimal("0.10"),
        "b": [Decimal("1E+2"), 12345678901234567890],
    }


def test_the_parts_of_a_tagged_interval_are_numbers() -> None:
    with pytest.raises(ValueError, match="literal"):
        untag_value(["iv", ["a", 1, 2]])
