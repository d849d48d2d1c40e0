"""A type whose name is not known has the rules of its kind, where that is known."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, ServerText
from sqlcore.services.calling.checking import type_rule
from sqlcore.services.calling.composing import FlawedValueError


@pytest.mark.parametrize("dialect", ["postgres", "tsql", "sqlite", "an engine of another package"])
@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        (TypeKind.INTEGER, "9223372036854775807", 2**63 - 1),
        (TypeKind.DECIMAL, "123456789.123456789", Decimal("123456789.123456789")),
        (TypeKind.BOOLEAN, "true", True),
        (TypeKind.DATE, "2026-06-30", dt.date(2026, 6, 30)),
        (TypeKind.BINARY, "0x01", b"\1"),
        (TypeKind.OTHER, 5, ServerText("5")),
        (TypeKind.XML, "<a/>", "<a/>"),
    ],
)
def test_a_type_of_a_known_kind_is_taken_as_the_widest_of_it(
    dialect: str, kind: TypeKind, value: Any, expected: Any
) -> None:
    rule = type_rule(SqlType(name="shop.unheard_of", kind=kind), dialect)

    assert expected == rule.check(value)
    assert "shop.unheard_of" == rule.type


def test_a_value_of_another_kind_is_refused_under_the_name_of_the_type() -> None:
    rule = type_rule(SqlType(name="shop.rate", kind=TypeKind.DECIMAL), "postgres")

    with pytest.raises(FlawedValueError) as caught:
        rule.check("much")

    assert "shop.rate" == caught.value.flaws[0].type


def test_the_elements_of_an_array_have_their_kind() -> None:
    element = SqlType(name="shop.span", kind=TypeKind.INTERVAL)
    array = SqlType(name="shop.span[]", kind=TypeKind.ARRAY, element=element)

    assert [Interval(days=1)] == type_rule(array, "postgres").check(["P1D"])
