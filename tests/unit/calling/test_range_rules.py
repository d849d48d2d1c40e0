"""Ranges: the bounds are checked as values of their type, so that nothing in them is rounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calling.rules_under_test import accepts, check, refusal

_SHAPE = "its brackets, commas or quotes are not those of a range"


@pytest.mark.parametrize(
    ("type_name", "text"),
    [
        ("int4range", "[1,5)"),
        ("int4range", "  ( -3 , 5 ]  "),
        ("int4range", "[,)"),
        ("int4range", " EMPTY "),
        ("int8range", "[-9223372036854775808,9223372036854775807)"),
        ("numrange", '["1.5",2e3]'),
        ("numrange", "(-Infinity,NaN]"),
        ("daterange", "[2026-01-01,infinity)"),
        ("tsrange", '["2026-01-01 10:00:00.123456",)'),
        ("tstzrange", '["2026-01-01 00:00:00+00","2026-07-01T00:00:00+02:00")'),
        ("tsrange", r"[2026-01-01\ 10:00,)"),
        ("int4multirange", "{}"),
        ("int4multirange", " { [1,3) , [5,8) } "),
        ("nummultirange", "{empty,(,1.5]}"),
    ],
)
def test_a_range_is_sent_as_it_is_written(type_name: str, text: str) -> None:
    assert text == check("postgres", type_name, text)


@pytest.mark.parametrize(
    ("type_name", "value", "reason"),
    [
        ("int4range", "[1.5,2)", "of the lower bound, it is a text of 3 characters, not an int"),
        ("int4range", "[1,2147483648)", "of the upper bound, it is outside -2147483648"),
        ("numrange", "[a,2)", "of the lower bound, it is a text of 1 character, not a number"),
        ("daterange", "[2026-02-30,)", "of the lower bound, there is no such day"),
        ("tsrange", "[2026-01-01T10:00:00.1234567,)", "of the lower bound, it has 7 digits of"),
        ("tsrange", "[2026-01-01T10:00Z,)", "of the lower bound, it has an offset from UTC"),
        ("tstzrange", "[,2026-01-01)", "of the upper bound, its offset from UTC is missing"),
        ("tstzmultirange", "{[,2026-01-01)}", "of the upper bound, its offset from UTC is"),
        ("int4range", '["",2)', "of the lower bound, it is an empty text, not an integer"),
        ("int4range", "1,5", _SHAPE),
        ("int4range", "[1,5", _SHAPE),
        ("int4range", "[1]", _SHAPE),
        ("int4range", "[1,2,3)", _SHAPE),
        ("int4range", "[1,5) x", _SHAPE),
        ("int4range", '["1,5)', _SHAPE),
        ("int4range", "[1,5\\", _SHAPE),
        ("int4range", "", _SHAPE),
        ("int4multirange", "[1,5)", _SHAPE),
        ("int4multirange", "{[1,5),}", _SHAPE),
        ("int4multirange", "{[1,5) [6,7)}", _SHAPE),
        ("int4range", 5, "it is an integer, not a range in a text"),
        ("int4range", [1, 5], "it is a list, not a range in a text"),
        ("numrange", "[1,\0)", "character 4 is NUL"),
    ],
)
def test_what_is_wrong_in_a_range_is_told_with_its_bound(
    type_name: str, value: object, reason: str
) -> None:
    assert refusal("postgres", type_name, value).startswith(reason)


@given(text=st.text(alphabet='[]()",\\ {}1e', max_size=40))
def test_any_text_is_taken_as_it_is_or_refused(text: str) -> None:
    for type_name in ("numrange", "nummultirange"):
        if accepts("postgres", type_name, text):
            assert text == check("postgres", type_name, text)
        else:
            assert refusal("postgres", type_name, text)


def test_a_long_multirange_is_read_once() -> None:
    text = "{" + ",".join(f"[{n},{n + 1})" for n in range(0, 200_000, 2)) + "}"
    assert text == check("postgres", "int4multirange", text)
