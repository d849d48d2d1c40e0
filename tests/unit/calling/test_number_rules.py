"""Numbers are taken whole or refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calling.rules_under_test import accepts, check, refusal

INTEGERS = [
    ("tsql", "tinyint", 0, 255),
    ("tsql", "smallint", -(2**15), 2**15 - 1),
    ("tsql", "int", -(2**31), 2**31 - 1),
    ("tsql", "bigint", -(2**63), 2**63 - 1),
    ("postgres", "smallint", -(2**15), 2**15 - 1),
    ("postgres", "integer", -(2**31), 2**31 - 1),
    ("postgres", "bigint", -(2**63), 2**63 - 1),
    ("postgres", "oid", 0, 2**32 - 1),
    ("postgres", "xid8", 0, 2**64 - 1),
]
DECIMALS = ["decimal(12,2)", "decimal(38,0)", "decimal(38,38)", "decimal(5,5)", "numeric(1,0)"]


@pytest.mark.parametrize(("dialect", "name", "low", "high"), INTEGERS)
def test_an_integer_is_taken_up_to_its_last_value_and_no_further(
    dialect: str, name: str, low: int, high: int
) -> None:
    for edge in (low, high):
        assert edge == check(dialect, name, edge)
        assert edge == check(dialect, name, str(edge))
    for beyond in (low - 1, high + 1):
        assert f"it is outside {low} to {high}" == refusal(dialect, name, beyond)
        assert f"it is outside {low} to {high}" == refusal(dialect, name, str(beyond))


@pytest.mark.parametrize(
    ("value", "expected"), [(3.0, 3), (Decimal("3.00"), 3), (" +7 ", 7), ("-0", 0), (-5.0, -5)]
)
def test_a_whole_number_is_an_integer_however_it_is_written(value: Any, expected: int) -> None:
    result = check("tsql", "int", value)

    assert expected == result
    assert type(result) is int


@pytest.mark.parametrize(
    "value",
    [
        *(True, 1.5, "1.5", "", "one", "1_000", "٣", "0x10", float("nan"), float("inf")),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("1E+999999"), b"1", [1], {}, 1e300),
        2.0**60,
        pytest.param("9" * 5000, id="a long text"),
        pytest.param(10**5000, id="a long number"),
    ],
)
def test_what_is_no_integer_is_refused(value: Any) -> None:
    assert not accepts("tsql", "bigint", value)


@pytest.mark.parametrize(
    ("type_name", "value", "is_exact"),
    [
        ("numeric", 0.1, True),
        ("numeric", 0.123456789012345, True),
        ("numeric", 0.1234567890123456789, False),
        ("numeric", 0.1 + 0.2, False),
        ("numeric", 12345678901234567.0, False),
        ("numeric", 1e22, True),
        ("numeric", float("nan"), True),
        ("money", 12345678901234.25, False),
        ("money", 1234567890123.25, True),
    ],
)
def test_a_float_that_has_lost_digits_is_no_decimal(
    type_name: str,
    value: float,
    is_exact: bool,  # noqa: FBT001  # of the table above
) -> None:
    if is_exact:
        assert repr(Decimal(repr(value))) == repr(check("postgres", type_name, value))
    else:
        assert refusal("postgres", type_name, value).startswith("as a float with more than 15")


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("12345678901.00", "it has 11 digits before the point, and 10 fit"),
        (12.345, "it has 3 digits after the point, and 2 are kept"),
        ("0.001", "it has 3 digits after the point, and 2 are kept"),
        ("1e10", "it has 11 digits before the point, and 10 fit"),
        ("NaN", "it is not a finite number"),
        (float("inf"), "it is not a finite number"),
        ("12,50", "it is a text of 5 characters, not a number"),
        (True, "it is true or false, not a number"),
    ],
)
def test_a_decimal_loses_no_digit(value: Any, reason: str) -> None:
    assert reason == refusal("tsql", "decimal(12,2)", value)


def test_a_decimal_without_arguments_has_no_digits_after_the_point_on_sql_server() -> None:
    assert Decimal(10**18 - 1) == check("tsql", "decimal", 10**18 - 1)
    assert "it has 19 digits before the point, and 18 fit" == refusal("tsql", "decimal", 10**18)
    assert "it has 1 digit after the point, and none is kept" == refusal("tsql", "decimal", 0.5)


def test_a_number_is_what_its_json_text_says() -> None:
    assert Decimal("0.1") == check("tsql", "decimal(38,20)", 0.1)
    assert Decimal("1.10") == check("postgres", "numeric", 1.10)


def test_zeros_at_the_end_do_not_count() -> None:
    assert Decimal("12.5") == check("tsql", "decimal(4,1)", "12.50000")
    assert Decimal(100) == check("tsql", "decimal(3,0)", "1.000e2")
    assert "0.0" == str(check("tsql", "decimal(4,1)", "0.0"))


def test_a_negative_scale_keeps_multiples() -> None:
    assert Decimal(12300) == check("postgres", "numeric(3,-2)", 12300)
    assert "it is not a multiple of 100" == refusal("postgres", "numeric(3,-2)", 12350)
    assert Decimal("0.0099") == check("postgres", "numeric(2,4)", "0.0099")
    assert not accepts("postgres", "numeric(2,4)", "0.01")


def test_numeric_of_postgres_takes_nan_and_without_arguments_the_infinities() -> None:
    assert check("postgres", "numeric(3,1)", "NaN").is_nan()
    assert Decimal("-Infinity") == check("postgres", "numeric", "-Infinity")
    assert "it is not a finite number" == refusal("postgres", "numeric(3,1)", "Infinity")
    assert "it has too many digits" == refusal("postgres", "numeric", Decimal("1E+140000"))


@given(st.sampled_from(DECIMALS), st.decimals(allow_nan=False, allow_infinity=False))
def test_a_decimal_that_is_taken_equals_what_was_given(name: str, value: Decimal) -> None:
    if accepts("tsql", name, value):
        assert value == check("tsql", name, value)
        assert value == check("tsql", name, str(value))


@given(st.data())
def test_every_decimal_that_fits_is_taken(data: st.DataObject) -> None:
    precision = data.draw(st.integers(1, 38))
    scale = data.draw(st.integers(0, precision))
    units = data.draw(st.integers(-(10**precision) + 1, 10**precision - 1))
    exact = Decimal((int(units < 0), tuple(map(int, str(abs(units)))), -scale))

    assert exact == check("tsql", f"decimal({precision},{scale})", exact)


@pytest.mark.parametrize(
    ("dialect", "name", "low", "high", "unit"),
    [
        ("tsql", "money", "-922337203685477.5808", "922337203685477.5807", "0.0001"),
        ("tsql", "smallmoney", "-214748.3648", "214748.3647", "0.0001"),
        ("postgres", "money", "-92233720368547758.08", "92233720368547758.07", "0.01"),
    ],
)
def test_money_has_its_range_and_its_digits(
    dialect: str, name: str, low: str, high: str, unit: str
) -> None:
    for edge in (low, high):
        assert Decimal(edge) == check(dialect, name, edge)
    for beyond in (Decimal(low) - Decimal(unit), Decimal(high) + Decimal(unit)):
        assert f"it is outside {low} to {high}" == refusal(dialect, name, beyond)
    assert "digits after the point" in refusal(dialect, name, Decimal(unit) / 10)


def test_a_float_of_sql_server_is_finite_and_normal() -> None:
    assert 1.7976931348623157e308 == check("tsql", "float", 1.7976931348623157e308)
    assert 0.1 == check("tsql", "real", 0.1)
    assert "it is not a finite number" == refusal("tsql", "float", float("nan"))
    assert "it is not a finite number" == refusal("tsql", "float", "Infinity")
    assert "it is too large" == refusal("tsql", "float", "1e309")
    assert "it is too large" == refusal("tsql", "real", 3.5e38)
    assert "it is nearer to 0 than the type can say" == refusal("tsql", "float", 5e-324)
    assert "it is nearer to 0 than the type can say" == refusal("tsql", "float(24)", 1e-39)


def test_a_float_of_postgres_takes_what_ieee_754_has() -> None:
    assert float("inf") == check("postgres", "real", "Infinity")
    assert check("postgres", "double precision", "NaN") != check("postgres", "real", "NaN")
    assert 1e-39 == check("postgres", "real", 1e-39)
    assert "it is nearer to 0 than the type can say" == refusal("postgres", "real", 1e-50)
    assert "it is nearer to 0 than the type can say" == refusal("postgres", "float8", "1e-400")


def test_an_integer_that_a_float_would_round_is_refused() -> None:
    assert 2.0**53 == check("tsql", "float", 2**53)
    assert "the type would round this integer" == refusal("tsql", "float", 2**53 + 1)
    assert "the type would round this integer" == refusal("postgres", "real", 2**24 + 1)
    assert "the type would round this integer" == refusal("tsql", "real", "16777217")
    assert 0.1 + 0.2 == check("tsql", "float", "0.30000000000000004")


@given(st.floats(allow_nan=False))
def test_a_float_is_not_changed(value: float) -> None:
    assert value == check("postgres", "double precision", value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (0, False),
        (1.0, True),
        ("FALSE", False),
        (" true ", True),
        (Decimal(0), False),
    ],
)
def test_a_truth_value_is_one_of_two(value: Any, expected: bool) -> None:  # noqa: FBT001 the value itself
    assert expected is check("tsql", "bit", value)
    assert expected is check("postgres", "boolean", value)


@pytest.mark.parametrize("value", ["maybe", "", 2, -1, 0.5, "yes", Decimal("NaN"), [], b"1"])
def test_what_is_neither_true_nor_false_is_refused(value: Any) -> None:
    assert refusal("tsql", "bit", value).endswith("neither true nor false")
