from __future__ import annotations

import pytest

from sqlcore.domain.access import Access
from sqlcore.services.guarding import Decision, decide


def judged(sql: str) -> Decision:
    return decide(sql, "tsql", Access.READ)


@pytest.mark.parametrize(
    ("sql", "advice"),
    [
        ("DECLARE @id int = 7; SELECT @id", "parameters"),
        ("DECLARE @id int = 7 SELECT @id", "parameters"),
        ("SET NOCOUNT ON; SELECT 1", "Leave SET out"),
        ("SET NOCOUNT ON SELECT 1", "Leave SET out"),
        ("USE shop; SELECT 1", "before the name"),
        ("IF 1 = 1 SELECT 1", "CASE"),
        ("BEGIN TRAN; SELECT 1; COMMIT", "transaction of its own"),
        ("EXEC dbo.report", "--access write"),
        ("PRINT 'x'", "Select the text"),
        ("SELECT 1; SELECT 2", "one at a time"),
        ("SELECT * FROM dbo.t WITH (HOLDLOCK)", "one statement"),
    ],
)
def test_what_often_stands_around_a_read_is_refused_with_what_helps(sql: str, advice: str) -> None:
    decision = judged(sql)
    assert not decision.allowed
    assert advice in (decision.hint or "")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT [$partition].f(1)",
        "SELECT [$partition].dbo.f(1)",
        "SELECT msdb.dbo.sp_send(1)",
        "SELECT other.dbo.agent_datetime(1, 2)",
        "SELECT x.sys.y.fn_helpcollations()",
        "SELECT * FROM cdc.fn_cdc_other()",
        "SELECT evil::fn_helpcollations()",
    ],
)
def test_a_name_that_only_resembles_one_of_the_server_is_unknown(sql: str) -> None:
    assert not judged(sql).allowed


@pytest.mark.parametrize("place", ["FROM {}", "FROM dbo.t JOIN {} ON 1 = 1", "FROM dbo.t, {}"])
def test_four_parts_name_a_linked_server_where_a_table_can_stand(place: str) -> None:
    assert "linked server" in judged(f"SELECT 1 {place.format('a.b.c.d')}").reason
    assert judged("SELECT a.b.c.d, MAX(a.b.c.e) FROM a.b.c GROUP BY a.b.c.d").allowed
