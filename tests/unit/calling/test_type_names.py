"""Spellings of types are taken apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.type_names import TypeName


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("INT", TypeName("int")),
        ("numeric(12, 2)", TypeName("numeric", ("12", "2"))),
        ("nvarchar(MAX)", TypeName("nvarchar", ("max",))),
        ("timestamp(3)  with time zone", TypeName("timestamp with time zone", ("3",))),
        ("interval day to second(2)", TypeName("interval day to second", ("2",))),
        ("character varying(5)[][]", TypeName("character varying", ("5",), is_array=True)),
        ('"char"', TypeName('"char"')),
        ('shop."My (odd) Type"[]', TypeName('shop."My (odd) Type"', is_array=True)),
        ("[dbo].[Order Lines]", TypeName("[dbo].[Order Lines]")),
        ("[a[1]]]", TypeName("[a[1]]]")),
        (
            "varchar(10) COLLATE Polish_CI_AS",
            TypeName("varchar", ("10",), collation="Polish_CI_AS"),
        ),
    ],
)
def test_a_spelling_has_a_base_and_arguments(spelling: str, expected: TypeName) -> None:
    assert expected == TypeName.parse(spelling)


def test_an_argument_that_is_no_number_is_none() -> None:
    name = TypeName.parse("numeric(3,-2)")
    assert (3, -2, None) == (name.number(0), name.number(1), name.number(2))
    assert TypeName.parse("x(max)").number(0) is None
    assert TypeName.parse("x(٣)").number(0) is None
    assert TypeName.parse(f"x({'9' * 5000})").number(0) is None


@given(st.text(max_size=40))
def test_any_text_can_be_taken_apart(spelling: str) -> None:
    name = TypeName.parse(spelling)
    assert name == TypeName.parse(spelling)
    assert name.number(0) is None or len(name.arguments) > 0
