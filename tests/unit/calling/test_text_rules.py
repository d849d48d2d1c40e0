"""Text, binary values, UUIDs and JSON keep every character and byte, or are refused."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.calling.rules_under_test import accepts, check, refusal

from sqlcore.domain.values import JsonText, ServerText
from sqlcore.services.calling import code_page_of

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)


def test_the_length_of_nvarchar_is_in_utf16_code_units() -> None:
    assert "😀ab" == check("tsql", "nvarchar(4)", "😀ab")
    assert "it has 4 UTF-16 code units, and 3 fit" == refusal("tsql", "nvarchar(3)", "😀ab")
    assert "x" * 10_000 == check("tsql", "nvarchar(max)", "x" * 10_000)
    assert "it has 129 UTF-16 code units, and 128 fit" == refusal("tsql", "sysname", "x" * 129)


def test_the_length_of_varchar_of_postgres_is_in_characters() -> None:
    assert "😀ab" == check("postgres", "character varying(3)", "😀ab")
    assert "it has 4 characters, and 3 fit" == refusal("postgres", "varchar(3)", "abcd")
    assert "it has 64 bytes of UTF-8, and 63 fit" == refusal("postgres", "name", "é" * 32)
    assert "it has 2 bytes of UTF-8, and 1 fit" == refusal("postgres", '"char"', "é")


def test_the_length_of_varchar_of_sql_server_is_in_bytes_of_its_code_page() -> None:
    assert "café€" == check("tsql", "varchar(5)", "café€")
    reason = refusal("tsql", "varchar(5)", "café€!")
    assert "it has 6 bytes in the code page of its collation, and 5 fit" == reason
    utf8 = "Latin1_General_100_CI_AS_SC_UTF8"
    assert "caf" == check("tsql", "varchar(4)", "caf", utf8)
    assert "it has 5 bytes" in refusal("tsql", "varchar(4)", "café", utf8)


def test_a_character_that_the_code_page_lacks_is_refused_and_not_replaced() -> None:
    reason = refusal("tsql", "varchar(10)", "Łódź")

    assert "character 1 is not in code page 1252, in which the type keeps text" == reason
    assert "Łódź" == check("tsql", "varchar(10)", "Łódź", "Polish_CI_AS")
    assert "Łódź" == check("tsql", "varchar(10) COLLATE Polish_CI_AS", "Łódź")
    assert "Łódź" == check("tsql", "nvarchar(10)", "Łódź")


@pytest.mark.parametrize(
    ("collation", "page"),
    [
        (None, "cp1252"),
        ("SQL_Latin1_General_CP1_CI_AS", "cp1252"),
        ("Latin1_General_100_CI_AS_SC_UTF8", "utf-8"),
        ("Cyrillic_General_CI_AS", "cp1251"),
        ("SQL_Latin1_General_CP1250_CI_AS", "cp1250"),
        ("Japanese_XJIS_140_CI_AS", "cp932"),
        ("Chinese_PRC_CI_AS", "cp936"),
        ("Greek_100_CI_AI", "cp1253"),
        ("bbf_unicode_cp1_ci_as", "cp1252"),
    ],
)
def test_a_collation_has_a_code_page_that_python_knows(collation: str | None, page: str) -> None:
    assert page == code_page_of(collation)
    assert b"a" == "a".encode(page)


def test_text_that_no_encoding_carries_is_refused() -> None:
    reason = "character 2 is half of a surrogate pair, which is no character"
    for dialect, name in (("tsql", "nvarchar(9)"), ("postgres", "text"), ("tsql", "xml")):
        assert reason == refusal(dialect, name, "a\ud83d")
    assert "character 2 is NUL" in refusal("postgres", "text", "a\0")
    assert "a\0" == check("tsql", "nvarchar(9)", "a\0")


@pytest.mark.parametrize("value", [5, 1.5, Decimal(5), True, b"abc", ["a"], {"a": 1}])
def test_what_is_no_text_is_not_made_one(value: Any) -> None:
    assert not accepts("tsql", "nvarchar(9)", value)
    assert not accepts("postgres", "text", value)


@given(PLAIN)
def test_text_is_not_changed(value: str) -> None:
    assert value == check("tsql", "nvarchar(max)", value)
    assert value == check("postgres", "text", value)
    assert accepts("postgres", f"varchar({max(1, len(value))})", value)
    assert not value or len(value) == 1 or not accepts("postgres", f"char({len(value) - 1})", value)


def test_bits_are_counted() -> None:
    assert "101" == check("postgres", "bit(3)", "101")
    assert "it has 2 digits, and the type has just 3" == refusal("postgres", "bit(3)", "10")
    assert "10" == check("postgres", "bit varying(3)", "10")
    assert "it is not of the form [01]*" == refusal("postgres", "bit varying(3)", "102")


@given(st.binary(max_size=40))
def test_binary_is_the_same_from_bytes_hexadecimal_and_base64(content: bytes) -> None:
    assert content == check("postgres", "bytea", content)
    assert content == check("tsql", "varbinary(max)", "0x" + content.hex())
    assert content == check("postgres", "bytea", "\\x" + content.hex())
    in_base64 = base64.b64encode(content).decode()
    if not in_base64.startswith(("0x", "0X")):
        assert content == check("tsql", "varbinary(40)", in_base64)


def test_binary_has_its_length() -> None:
    assert b"\1\2" == check("tsql", "binary(2)", "0x0102")
    assert "it has 3 bytes, and 2 fit" == refusal("tsql", "varbinary(2)", "0x010203")
    assert "it has 7 bytes, and the type has just 8" == refusal("tsql", "rowversion", b"1234567")
    assert "it has 9 bytes, and 8 fit" == refusal("tsql", "timestamp", b"123456789")


@pytest.mark.parametrize("value", ["0x1", "0xZZ", "abc", "héé=", "ab==c", 5, [1], {}])
def test_what_is_neither_hexadecimal_nor_base64_is_refused(value: Any) -> None:
    assert not accepts("postgres", "bytea", value)


@given(st.uuids())
def test_a_uuid_is_the_same_in_each_spelling(value: uuid.UUID) -> None:
    for spelled in (value, str(value), f"{{{value}}}", value.hex, str(value).upper()):
        assert value == check("tsql", "uniqueidentifier", spelled)
        assert value == check("postgres", "uuid", spelled)


@pytest.mark.parametrize(
    "value", ["", "{" + "0" * 32, "g" * 32, "urn:uuid:" + "0" * 32, 5, b"1" * 16]
)
def test_what_is_no_uuid_is_refused(value: Any) -> None:
    assert not accepts("postgres", "uuid", value)


JSON_VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=8,
)


@given(JSON_VALUES.filter(lambda value: not isinstance(value, str)))
def test_json_is_sent_as_a_document_of_the_same_value(value: Any) -> None:
    document = check("postgres", "json", value)

    assert isinstance(document, JsonText)
    assert value == json.loads(document)


def test_a_document_is_sent_as_it_is_written() -> None:
    text = '{"b": 1.10, "a": [null], "b": 2}'

    assert text == check("postgres", "jsonb", text)
    assert "null" == check("postgres", "json", "null")
    assert '{"a": 1.10}' == check("postgres", "json", {"a": Decimal("1.10")})


@pytest.mark.parametrize(
    "value",
    [
        *("abc", "", "{", "NaN", '{"a": NaN}', float("nan"), {"a": float("inf")}, {1: 2}),
        *({"a": object()}, {"a": {1, 2}}, '"\0"', {"a": Decimal("NaN")}, {"a": "\ud800"}),
    ],
)
def test_what_is_no_json_is_refused(value: Any) -> None:
    assert not accepts("postgres", "json", value)


def test_json_that_is_nested_too_deeply_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]

    assert "it is nested too deeply" == refusal("postgres", "json", nested)
    assert "it is nested too deeply" == refusal("postgres", "json", "[" * 100_000)


def test_jsonb_has_no_place_for_nul_and_halves_of_pairs() -> None:
    assert accepts("postgres", "json", '"\\u0000"')
    assert "it holds \\u0000, which jsonb cannot" == refusal("postgres", "jsonb", '"\\u0000"')
    assert accepts("postgres", "jsonb", '"\\\\u0000"')
    assert accepts("postgres", "jsonb", '"\\ud83d\\ude00"')
    assert "half of a surrogate pair" in refusal("postgres", "jsonb", '{"a": "\\ud83d"}')


@pytest.mark.parametrize(
    ("value", "expected"),
    [("[1,5)", "[1,5)"), (5, "5"), (True, "true"), (1.5, "1.5"), (Decimal("1.50"), "1.50")],
)
def test_a_type_that_is_not_known_goes_as_text(value: Any, expected: str) -> None:
    for dialect in ("tsql", "postgres", "sqlite", "no_such_dialect"):
        result = check(dialect, "shop.unheard_of", value)
        assert expected == result
        assert isinstance(result, ServerText)


@pytest.mark.parametrize(
    "value", [[1], {"a": 1}, b"1", object(), pytest.param(10**5000, id="long")]
)
def test_a_type_that_is_not_known_takes_no_more_than_one_value(value: Any) -> None:
    assert not accepts("tsql", "shop.unheard_of", value)


def test_sql_variant_takes_single_values_of_8000_bytes() -> None:
    taken: tuple[Any, ...] = ("x" * 4000, b"x" * 8000, 5, Decimal("1.50"), 1.5, True, dt.date.min)
    for value in taken:
        assert value == check("tsql", "sql_variant", value)
    refused: tuple[Any, ...] = ("x" * 4001, b"x" * 8001, 10**38, float("nan"), [1], Decimal("NaN"))
    refused += (dt.time(tzinfo=dt.UTC),)
    for value in refused:
        assert not accepts("tsql", "sql_variant", value)
