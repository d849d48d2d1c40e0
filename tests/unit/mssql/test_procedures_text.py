"""Defaults are read out of the text of a module, wherever its author put comments and quotes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.adapters.mssql.routines_text import (
    WrittenParameter,
    ends_transactions,
    is_constant,
    written_parameters,
)


def _defaults(text: str) -> dict[str, str | None] | None:
    written = written_parameters(text)
    return None if written is None else {name: p.default for name, p in written.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CREATE PROC p AS DECLARE @x int = 1", {}),
        ("CREATE PROCEDURE p @a int AS SELECT @b = 1", {"a": None}),
        ("create or alter function f(@A int = 3) returns int as begin end", {"a": "3"}),
        ("CREATE PROC dbo.[odd]].p];2 @a AS int = -1.5 OUTPUT AS", {"a": "-1.5"}),
        ("CREATE PROC a..b @x binary(4) = 0x1F, @y bit=1 AS", {"x": "0x1F", "y": "1"}),
        (
            "CREATE PROC p @a decimal(12, 2) = $1.5, @b int WITH RECOMPILE AS",
            {"a": "$1.5", "b": None},
        ),
        ("CREATE PROC p (@a int NOT NULL = 4) WITH NATIVE_COMPILATION AS", {"a": "4"}),
        ("CREATE PROC p @a varchar(10) = [as], @b varchar(9) = abc AS", {"a": "[as]", "b": "abc"}),
        ("CREATE PROC p @t dbo.[AS x, = 1] READONLY, @b int = NULL AS", {"t": None, "b": "NULL"}),
        ("CREATE PROC p /* @x int = 1, */ @a int -- = 2\n = /* 3 */ 4 AS", {"a": "4"}),
        (
            "CREATE PROC p @c CURSOR VARYING OUTPUT, @a int = 1 FOR REPLICATION AS",
            {"c": None, "a": "1"},
        ),
        ("CREATE FUNCTION f() RETURNS @r TABLE (x int DEFAULT 3) AS BEGIN END", {}),
    ],
)
def test_defaults_are_read(text: str, expected: dict[str, str | None]) -> None:
    assert expected == _defaults(text)


def test_what_cannot_hold_null_is_known() -> None:
    written = written_parameters("CREATE PROC p @a int NOT NULL = 4, @b int NULL = 5 AS")
    assert {"a": WrittenParameter("4", False), "b": WrittenParameter("5", True)} == written


@pytest.mark.parametrize(
    "text", ["CREATE PROC p @a int = 'open AS", "CREATE VIEW v AS SELECT 1", ""]
)
def test_a_text_that_is_not_understood_says_nothing(text: str) -> None:
    assert written_parameters(text) is None


@given(st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30))
def test_a_string_is_read_whole_whatever_it_contains(value: str) -> None:
    literal = "N'" + value.replace("'", "''") + "'"
    text = f"CREATE PROC p @a nvarchar(30) = {literal} OUTPUT, @b int = 2 AS SELECT 1"
    assert {"a": literal, "b": "2"} == _defaults(text)
    assert is_constant(literal)


@pytest.mark.parametrize("text", ["1", "-1.5", "+ 2", "NULL", "N'a''b'", "0x00", "null"])
def test_constants_are_known(text: str) -> None:
    assert is_constant(text)


@pytest.mark.parametrize(
    "text",
    ["", "abc", "1; DROP TABLE t", "1 -- x\n+ 1", "(SELECT 1)", "'a' + 'b'", "- 'a'", "[a]", "@@x"],
)
def test_everything_else_is_no_constant(text: str) -> None:
    assert not is_constant(text)


def test_words_that_end_transactions_are_found_in_text_and_feared_without_it() -> None:
    assert ends_transactions("CREATE PROC p AS commit")
    assert ends_transactions("CREATE PROC p AS IF 1 = 1 ROLLBACK TRANSACTION")
    assert ends_transactions(None)
    assert ends_transactions("CREATE PROC p AS SELECT 'open")
    assert not ends_transactions("CREATE PROC p AS SELECT 'COMMIT' AS [ROLLBACK] -- COMMIT")
