"""The batch whose plan is asked for."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.adapters.mssql.planned_texts import planned_text
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.domain.query import ExecutionOptions, Parameter, Statement
from sqlcore.errors import PolicyError, UnsupportedError

_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def planned(text: str, named: dict[str, Any] | None = None, *, on_one_line: bool = False) -> str:
    request = Request.of(Statement.of(text, named), ExecutionOptions())
    return planned_text(request, on_one_line=on_one_line)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1",
        "WITH c AS (SELECT 1 AS a) SELECT a FROM c",
        "(SELECT 1)",
        "UPDATE t SET a = 1 WHERE [set] = 2",
        "MERGE t USING s ON t.a = s.a WHEN MATCHED THEN UPDATE SET a = 2;",
        "INSERT INTO t (a) SELECT 'COMMIT' -- EXEC",
        'DELETE FROM [exec] WHERE "commit" = 1',
        "SELECT CASE WHEN a = 1 THEN 2 END FROM t",
    ],
)
def test_a_query_and_a_change_of_rows_are_sent_as_they_are(text: str) -> None:
    assert planned(text) == text


@pytest.mark.parametrize(
    "text", ["EXEC p", "sp_who", "SET NOEXEC OFF", "DECLARE @a int", "", "-- x", "DROP TABLE t"]
)
def test_there_is_no_plan_for_anything_else(text: str) -> None:
    with pytest.raises(UnsupportedError):
        planned(text)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("DELETE t COMMIT", "COMMIT"),
        ("DELETE t\nrollback", "ROLLBACK"),
        ("SELECT 1 EXEC p", "EXEC"),
        ("SELECT 1 SET SHOWPLAN_XML OFF DELETE t", "SET"),
        ("UPDATE t SET a = 1 SET BABELFISH_SHOWPLAN_ALL OFF", "SET"),
        ("UPDATE STATISTICS t SET BABELFISH_SHOWPLAN_ALL OFF DELETE t", "STATISTICS"),
        ("SELECT 1/**/set/**/noexec off", "SET"),
        ("SELECT 1 BEGIN TRAN", "BEGIN"),
        ("SELECT 1 IF 1 = 1 DELETE t", "IF"),
        ("SELECT 1 USE master", "USE"),
    ],
)
def test_what_could_end_the_state_or_the_transaction_is_not_sent(text: str, word: str) -> None:
    with pytest.raises(PolicyError, match=f"^{word} stands"):
        planned(text)


def test_parameters_become_constants_of_their_types() -> None:
    values = {
        "a": -1,
        "b": "it's",
        "c": Parameter("2024-02-29", "date"),
        "d": Parameter("x", "varchar(10)"),
        "e": None,
    }
    text = planned("SELECT-@a,@b,@c,@d,@e,'@a',[@a]/*@a*/", values)
    assert text.startswith("SELECT- (CAST(-1 AS int)) , N'it''s' , (CAST(")
    assert " AS date)) ," in text
    assert "varchar(10)" in text
    assert text.endswith(",'@a',[@a]/*@a*/")
    assert text.count("@a") == 3


def test_on_one_line_nothing_of_the_text_begins_a_line() -> None:
    text = "SELECT 'a\r\nb' -- c\n, /*\n\n*/ [d\ne], @f\nFROM t"
    assert planned(text, {"f": "x\ny"}, on_one_line=True) == (
        "SELECT 'a b'   ,   [d e],  N'x y'  FROM t"
    )


@given(_TEXT, st.text(max_size=40))
def test_on_one_line_is_one_line_whatever_the_text_holds(value: str, comment: str) -> None:
    clean = comment.replace("*", "").replace("/", "").replace("\0", "")
    text = planned(f"SELECT :v /*{clean}*/ AS a", {"v": value}, on_one_line=True)
    assert len(text.splitlines()) == 1
