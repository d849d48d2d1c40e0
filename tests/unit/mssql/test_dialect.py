from __future__ import annotations

import pytest
from hypothesis import given

from sqlcore.adapters.mssql.dialect import TsqlDialect, like_pattern
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.lexing import TokenKind, tokenize
from sqlcore.domain.reading import AllOf, Comparison, Operator, OrderBy, TableRead
from sqlcore.errors import InvalidArgumentError
from sqlcore.testing.strategies import identifiers

DIALECT = TsqlDialect()


@given(identifiers())
def test_a_quoted_name_is_one_token_that_says_the_name(name: str) -> None:
    (token,) = tokenize(DIALECT.quote(QualifiedName(name)), "tsql")
    assert token.kind is TokenKind.QUOTED_IDENTIFIER
    if token.text.startswith("["):
        assert name == token.text[1:-1]
    else:
        assert name == token.text[1:-1].replace('""', '"')


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (QualifiedName("t"), "[t]"),
        (QualifiedName("t", "dbo"), "[dbo].[t]"),
        (QualifiedName("t", "dbo", "shop"), "[shop].[dbo].[t]"),
        (QualifiedName("t", None, "shop"), "[shop]..[t]"),
        (QualifiedName('a]"b', "dbo"), '[dbo]."a]""b"'),
    ],
)
def test_a_name_is_quoted_with_its_parts(name: QualifiedName, expected: str) -> None:
    assert expected == DIALECT.quote(name)


@pytest.mark.parametrize("name", ["", "a\0b", "x" * 129, "🐘" * 65])
def test_what_cannot_be_a_name_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgumentError):
        DIALECT.quote(QualifiedName(name))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("a%b_c", "a%b_c"),
        ("[x]", "[[]x]"),
        (r"100\%", "100[%]"),
        (r"a\_b", "a[_]b"),
        (r"\[", "[[]"),
        (r"a\\b", r"a\b"),
        ("end\\", "end\\"),
    ],
)
def test_a_pattern_keeps_its_meaning_where_brackets_have_one(pattern: str, expected: str) -> None:
    assert expected == like_pattern(pattern)


def _read(**changes: object) -> str:
    arguments: dict[str, object] = {"table": QualifiedName("t", "dbo"), "columns": ("a", "b")}
    return DIALECT.table_read(TableRead(**(arguments | changes))).text  # type: ignore[arg-type]  # a table of changes


def test_a_read_takes_the_top() -> None:
    assert "SELECT TOP (100) [a], [b] FROM [dbo].[t]" == _read()


def test_an_offset_needs_an_order_and_gets_one() -> None:
    assert (
        "SELECT [a], [b] FROM [dbo].[t] ORDER BY (SELECT NULL)"
        " OFFSET 5 ROWS FETCH NEXT 10 ROWS ONLY"
    ) == _read(limit=10, offset=5)
    assert "SELECT TOP (0) [a], [b] FROM [dbo].[t]" == _read(limit=0, offset=5)


def test_null_is_put_in_its_place_only_where_there_may_be_one() -> None:
    order_by = (OrderBy("a"), OrderBy("b", descending=True), OrderBy("a"))
    assert _read(order_by=order_by).endswith(
        "ORDER BY CASE WHEN [a] IS NULL THEN 1 ELSE 0 END, [a],"
        " CASE WHEN [b] IS NULL THEN 0 ELSE 1 END, [b] DESC"
    )
    assert _read(order_by=(OrderBy("a", nullable=False),)).endswith("ORDER BY [a]")


def test_values_are_parameters_in_their_order() -> None:
    where = AllOf(
        (
            Comparison("a", Operator.IN, [1, 2]),
            Comparison("b", Operator.NOT_LIKE, "50[%"),
            Comparison("a", Operator.BETWEEN, (3, 4)),
        )
    )
    statement = DIALECT.table_read(TableRead(table=QualifiedName("t"), columns=("a",), where=where))
    assert (
        "SELECT TOP (100) [a] FROM [t] WHERE ([a] IN (@p1, @p2)) AND ([b] NOT LIKE @p3)"
        " AND ([a] BETWEEN @p4 AND @p5)"
    ) == statement.text
    assert [1, 2, "50[[]%", 3, 4] == [parameter.value for parameter in statement.positional]


def test_a_count_stops_at_the_limit() -> None:
    read = TableRead(table=QualifiedName("t"), columns=("a",), limit=7, offset=3)
    assert (
        "SELECT COUNT_BIG(*) AS row_count FROM (SELECT TOP (7) 1 AS one FROM [t]) AS counted"
    ) == DIALECT.table_count(read).text
