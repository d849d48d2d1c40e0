"""Literals say the value that they stand for, and nothing else."""

from __future__ import annotations

import datetime as dt
import math
import re
import uuid
from decimal import Context, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.adapters.mssql.batches import call
from sqlcore.adapters.mssql.literals import bind_parameter, declared_type, text_literal
from sqlcore.domain.lexing import Token, TokenKind, tokenize
from sqlcore.errors import InvalidArgumentError
from sqlcore.testing.strategies import parameter_names, texts

_NAIVE = dt.datetime(2024, 2, 29, 1, 2, 3, 456789)  # noqa: DTZ001 a type without a zone
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80) | texts()


def _instant(value: dt.datetime) -> dt.datetime:
    return value if value.tzinfo is None else value.astimezone(dt.UTC)


def _significant(text: str) -> list[Token]:
    return [token for token in tokenize(text, "tsql") if token.kind not in _BLANK]


def _read(literal: str) -> str:
    """Read a constant, or a sum of them, as the server does."""
    constants = [token.text for token in _significant(literal) if token.kind is TokenKind.STRING]
    assert all(constant.startswith("N'") for constant in constants)
    return "".join(
        re.sub(r"\\\r?\n|\\\r", "", constant[2:-1].replace("''", "'")) for constant in constants
    )


def _read_utf16(expression: str) -> str:
    match = re.fullmatch(r"CAST\(0x([0-9A-F]*) AS nvarchar\(max\)\)", expression)
    assert match is not None
    return bytes.fromhex(match.group(1)).decode("utf-16-le")


@given(_ANY_TEXT)
def test_text_is_one_string_or_the_bytes_of_its_characters(value: str) -> None:
    bound = bind_parameter("a", value)
    assert bound.type in ("nvarchar(4000)", "nvarchar(max)")
    assert bound.is_expression == ("\0" in value)
    if bound.is_expression:
        assert value == _read_utf16(bound.literal)
    else:
        (token,) = tokenize(bound.literal, "tsql")
        assert token.kind is TokenKind.STRING
        assert value == _read(token.text)


@given(
    texts(),
    st.lists(st.tuples(parameter_names(), texts()), max_size=4, unique_by=lambda p: p[0].lower()),
)
def test_a_call_holds_the_text_and_the_values_as_constants_and_nothing_more(
    text: str, values: list[tuple[str, str]]
) -> None:
    batch = call(text, [bind_parameter(name, value) for name, value in values])
    tokens = _significant(batch)
    assert ["EXEC", "sp_executesql"] == [token.text for token in tokens[:2]]
    strings = [_read(token.text) for token in tokens if token.kind is TokenKind.STRING]
    declared = [", ".join(f"@{name} nvarchar(4000)" for name, _ in values)] if values else []
    assert [text, *declared, *(value for _, value in values)] == strings
    rest = [token.kind for token in tokens[2:] if token.kind is not TokenKind.STRING]
    assert set(rest) <= {TokenKind.PUNCTUATION, TokenKind.VARIABLE, TokenKind.OPERATOR}
    assert len(values) == rest.count(TokenKind.VARIABLE)


def test_text_beyond_4000_units_is_declared_max() -> None:
    assert "nvarchar(4000)" == bind_parameter("a", "🐘" * 2000).type
    assert "nvarchar(max)" == bind_parameter("a", "🐘" * 2000 + "x").type


@pytest.mark.parametrize("value", ["\ud800", "a\udfffb", "\ude00\ud83d"])
def test_half_of_a_surrogate_pair_is_refused(value: str) -> None:
    with pytest.raises(InvalidArgumentError, match="surrogate") as caught:
        bind_parameter("note", value)
    assert "note" == caught.value.parameter
    with pytest.raises(InvalidArgumentError):
        call(value)


def test_a_statement_with_nul_is_refused_because_the_driver_would_cut_it() -> None:
    with pytest.raises(InvalidArgumentError, match="NUL"):
        text_literal("SELECT 1\0DELETE FROM t")


def test_a_backslash_at_the_end_of_a_line_does_not_join_the_lines_of_a_statement() -> None:
    text = "SELECT 1 --\\\n/*\nDELETE FROM dbo.t --*/"
    assert _read(text_literal(text)) == text
    assert (
        "DECLARE @sqlcore_text nvarchar(max) = (CAST(N'SELECT 1 --\\' AS nvarchar(max)) +"
        " CAST(N'\n/*\nDELETE FROM dbo.t --*/' AS nvarchar(max)));\n"
        "EXEC sp_executesql @sqlcore_text"
    ) == call(text)


@given(st.lists(st.sampled_from(["\\", "\n", "\r", "'", "a"]), max_size=40).map("".join))
def test_text_with_backslashes_and_line_ends_comes_back(text: str) -> None:
    assert _read(text_literal(text)) == text
    parameter = bind_parameter("a", text)
    assert parameter.is_expression == (not parameter.literal.startswith("N'"))


def test_text_with_nul_goes_through_a_variable() -> None:
    batch = call("SELECT @a", [bind_parameter("a", "x\0y"), bind_parameter("b", 1)])
    assert (
        "DECLARE @sqlcore_0 nvarchar(4000) = CAST(0x780000007900 AS nvarchar(max));\n"
        "EXEC sp_executesql N'SELECT @a', N'@a nvarchar(4000), @b int', @a=@sqlcore_0, @b=1"
    ) == batch


@given(st.integers(min_value=-(10**38) + 1, max_value=10**38 - 1))
def test_an_integer_is_itself_in_the_narrowest_type_that_holds_it(value: int) -> None:
    bound = bind_parameter("a", value)
    assert value == int(bound.literal)
    bits = {"int": 31, "bigint": 63}.get(bound.type)
    if bits is None:
        assert "decimal(38,0)" == bound.type
        assert not -(2**63) <= value < 2**63
    else:
        assert -(2**bits) <= value < 2**bits


@given(
    st.decimals(
        allow_nan=False, allow_infinity=False, places=None, min_value=-(10**20), max_value=10**20
    )
)
def test_a_decimal_is_itself_and_fits_its_declaration(value: Decimal) -> None:
    try:
        bound = bind_parameter("a", value)
    except InvalidArgumentError:
        _, digits, exponent = value.as_tuple()
        assert len(digits) > 38 or -int(exponent) > 38 or len(digits) - int(exponent) > 38
        return
    assert value == Decimal(bound.literal)
    assert "E" not in bound.literal
    match = re.fullmatch(r"decimal\((\d+),(\d+)\)", bound.type)
    assert match is not None
    precision, scale = int(match.group(1)), int(match.group(2))
    assert 1 <= precision <= 38
    assert 0 <= scale <= precision
    assert -int(value.normalize(Context(prec=60)).as_tuple().exponent) <= scale
    assert value.copy_abs() < Decimal(10) ** (precision - scale)  # abs() would round it


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_itself_to_the_last_bit(value: float) -> None:
    bound = bind_parameter("a", value)
    assert "float(53)" == bound.type
    assert "e" in bound.literal, "without an exponent it would be a decimal"
    assert value.hex() == float(bound.literal).hex()


@given(st.binary(max_size=60))
def test_bytes_are_themselves(value: bytes) -> None:
    bound = bind_parameter("a", value)
    assert "varbinary(8000)" == bound.type
    assert value == bytes.fromhex(bound.literal.removeprefix("0x"))


@given(st.datetimes(timezones=st.none() | st.timezones()))
def test_a_timestamp_is_itself_with_its_offset(value: dt.datetime) -> None:
    try:
        bound = bind_parameter("a", value)
    except InvalidArgumentError:
        assert value.year in (1, 9999)
        return
    back = dt.datetime.fromisoformat(bound.literal.strip("'"))
    # As instants: times that a zone skips or has twice are equal to no other time.
    assert _instant(value) == _instant(back)
    assert ("datetime2(7)" if value.tzinfo is None else "datetimeoffset(7)") == bound.type


@given(st.dates() | st.times() | st.uuids() | st.booleans())
def test_dates_times_uuids_and_booleans_are_themselves(value: Any) -> None:
    bound = bind_parameter("a", value)
    back = {
        bool: lambda text: bool(int(text)),
        dt.date: dt.date.fromisoformat,
        dt.time: dt.time.fromisoformat,
        uuid.UUID: uuid.UUID,
    }[type(value)](bound.literal.strip("'"))
    assert value == back


@pytest.mark.parametrize(
    "value",
    [
        math.nan,
        math.inf,
        -math.inf,
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        10**38,
        Decimal("1e38"),
        Decimal("0." + "1" * 39),
        dt.time(1, 2, tzinfo=dt.UTC),
        pytest.param(object(), id="object"),
        [1],
        {"a": 1},
        1j,
    ],
    ids=repr,
)
def test_what_the_server_cannot_hold_is_refused_by_name(value: Any) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        bind_parameter("amount", value)
    assert "amount" == caught.value.parameter


@pytest.mark.parametrize(
    ("spelling", "expected"),
    [
        ("int", "int"),
        ("  BigInt ", "bigint"),
        ("decimal", "decimal"),
        ("Decimal ( 12 , 2 )", "decimal(12,2)"),
        ("numeric(38)", "numeric(38)"),
        ("nvarchar(MAX)", "nvarchar(max)"),
        ("nvarchar", "nvarchar(max)"),
        ("varbinary(8000)", "varbinary(8000)"),
        ("datetime2(7)", "datetime2(7)"),
        ("time(0)", "time(0)"),
        ("float(24)", "float(24)"),
        ("sql_variant", "sql_variant"),
    ],
)
def test_a_declared_type_is_read_in_any_spelling(spelling: str, expected: str) -> None:
    assert expected == declared_type(spelling)


class Shown(float):
    """A number that shows itself as NumPy's do."""

    def __repr__(self) -> str:
        return f"np.float64({float.__repr__(self)})"


@pytest.mark.parametrize("spelling", [None, "money"])
def test_a_float_of_another_class_is_written_as_a_number(spelling: str | None) -> None:
    assert bind_parameter("a", Shown(1.5), spelling).literal in ("1.5e0", "1.5")


def test_only_ascii_digits_give_a_length() -> None:
    with pytest.raises(InvalidArgumentError):
        declared_type("nvarchar(\u0661\u0662)")


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "integer()",
        "int(4)",
        "decimal(39)",
        "decimal(4,5)",
        "decimal(max)",
        "nvarchar(4001)",
        "char(max)",
        "nvarchar(0)",
        "datetime2(8)",
        "varchar(10,2)",
        "int, @b int",
        "int = 1",
        "int OUTPUT",
        "dbo.MyType",
        "int; DROP TABLE t",
        "int --",
        "cursor",
        "hierarchyid",
    ],
)
def test_a_type_that_could_leave_its_place_is_refused(spelling: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        bind_parameter("a", None, spelling)
    assert "a" == caught.value.parameter


@given(st.text(max_size=30))
def test_no_spelling_leaves_its_place(spelling: str) -> None:
    try:
        accepted = declared_type(spelling)
    except InvalidArgumentError:
        return
    assert re.fullmatch(r"[a-z_0-9]+(\((max|\d+(,\d+)?)\))?", accepted)


@pytest.mark.parametrize(
    ("value", "spelling", "literal"),
    [
        ("0x0aFF", "varbinary(10)", "0x0AFF"),
        ("0aff", "binary(2)", "0x0AFF"),
        ("12.50", "decimal(12,2)", "12.50"),
        (0.1, "decimal(12,2)", "0.1"),
        ("5", "int", "N'5'"),
        (5, "nvarchar(10)", "N'5'"),
        ("2024-02-29", "date", "N'2024-02-29'"),
        (_NAIVE, "datetime", "'2024-02-29T01:02:03.456'"),
        (None, "varbinary(max)", "NULL"),
    ],
)
def test_a_value_is_written_for_its_declared_type(value: Any, spelling: str, literal: str) -> None:
    bound = bind_parameter("a", value, spelling)
    assert (declared_type(spelling), literal) == (bound.type, bound.literal)


@pytest.mark.parametrize(
    ("value", "spelling", "declared"),
    [
        ("12345678901234567890.1234567890", "decimal", "decimal(30,10)"),
        (Decimal("1.50"), "numeric", "decimal(3,2)"),
        (1.1, "decimal", "decimal(2,1)"),
        (7, "decimal", "decimal(38,0)"),
        ("abc", "char", "varchar(max)"),
        ("abc", "nchar", "nvarchar(max)"),
        ("0x0102", "binary", "varbinary(max)"),
    ],
)
def test_a_type_without_its_size_takes_the_whole_value(
    value: Any, spelling: str, declared: str
) -> None:
    assert bind_parameter("p", value, spelling).type == declared


@pytest.mark.parametrize(
    ("value", "spelling"), [("xyz", "varbinary(10)"), ("ten", "decimal"), (b"a", "nvarchar(10)")]
)
def test_a_value_that_does_not_fit_its_declared_type_is_refused(value: Any, spelling: str) -> None:
    with pytest.raises(InvalidArgumentError):
        bind_parameter("a", value, spelling)


def test_a_parameter_does_not_show_its_value() -> None:
    assert "secret" not in repr(bind_parameter("a", "secret"))
