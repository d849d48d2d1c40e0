"""Which writes may be tried out, and as what they are judged."""

from __future__ import annotations

import pytest

from sqlcore.domain.access import Access
from sqlcore.services.guarding import decide
from sqlcore.services.guarding.trying import NoTrial, Trial, trial_of


@pytest.mark.parametrize(
    ("text", "dialect", "read"),
    [
        ("DELETE FROM t WHERE a = :a", "postgres", "SELECT * FROM t WHERE a = :a"),
        (
            "DELETE FROM ONLY s.t AS x USING u WHERE x.a = u.a",
            "postgres",
            "SELECT * FROM ONLY s.t AS x, u WHERE x.a = u.a",
        ),
        (
            "UPDATE t SET a = f(b), c = 1 FROM u WHERE t.a = u.a RETURNING g(a)",
            "postgres",
            "SELECT a = f(b), c = 1, g(a) FROM t, u WHERE t.a = u.a",
        ),
        ("DELETE t -- all\nWHERE a = 1 -- end", "tsql", "SELECT * FROM t WHERE a = 1"),
        (
            "UPDATE x SET a = 1 FROM dbo.t AS x JOIN u ON x.i = u.i",
            "tsql",
            "SELECT a = 1 FROM x, dbo.t AS x JOIN u ON x.i = u.i",
        ),
        ("INSERT INTO t (a, b) SELECT a, f(b) FROM u", "postgres", "SELECT a, f(b) FROM u"),
        ("INSERT t SELECT a FROM u", "tsql", "SELECT a FROM u"),
        (
            "WITH c AS (SELECT 1 AS i) DELETE FROM t WHERE i IN (SELECT i FROM c)",
            "postgres",
            "WITH c AS (SELECT 1 AS i) SELECT * FROM t WHERE i IN (SELECT i FROM c)",
        ),
    ],
)
def test_a_write_is_judged_as_the_read_over_its_expressions(
    text: str, dialect: str, read: str
) -> None:
    assert trial_of(text, dialect).read.split() == read.split()


@pytest.mark.parametrize(
    ("text", "tables"),
    [
        ('DELETE FROM Shop."Odd ""t"""', (("shop", 'Odd "t"'),)),
        ("UPDATE t AS x SET a = 1", (("t",), ("as",), ("x",))),
    ],
)
def test_the_table_that_changes_is_named(text: str, tables: tuple[tuple[str, ...], ...]) -> None:
    assert trial_of(text, "postgres").tables == tables


def test_on_sql_server_every_table_is_one_that_may_change() -> None:
    tables = trial_of("DELETE x FROM [dbo].[T] AS x", "tsql").tables
    assert ("dbo", "T") in tables


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("INSERT INTO t VALUES (1, 'a), (b'), ((2), f(3))", 2),
        ("INSERT INTO t (a) VALUES (nextval('s')) RETURNING a", 1),
        ("INSERT INTO t DEFAULT VALUES", 1),
    ],
)
def test_rows_that_the_text_lists_are_only_counted(text: str, rows: int) -> None:
    assert trial_of(text, "postgres") == Trial(rows=rows)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("DELETE FROM t; DELETE FROM u", "postgres"),
        ("TRUNCATE t", "postgres"),
        ("DROP TABLE t", "tsql"),
        ("MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "postgres"),
        ("INSERT INTO t VALUES (1) ON CONFLICT DO NOTHING", "postgres"),
        ("INSERT INTO t EXEC p", "tsql"),
        ("UPDATE STATISTICS t", "tsql"),
        ("DELETE FROM other.dbo.t", "tsql"),
        ("DELETE x FROM other.dbo.t AS x", "tsql"),
        ("DELETE FROM", "postgres"),
        ("UPDATE", "postgres"),
        ("SELECT 1", "postgres"),
        ("DELETE FROM t WHERE a = 'torn", "postgres"),
        ("", "postgres"),
    ],
)
def test_what_is_not_one_plain_change_is_not_tried(text: str, dialect: str) -> None:
    with pytest.raises(NoTrial):
        trial_of(text, dialect)


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("DELETE FROM t WHERE pg_sleep(9) IS NULL", "postgres"),
        ("UPDATE t SET a = nextval('s')", "postgres"),
        ("UPDATE t SET a = 1 RETURNING pg_terminate_backend(1)", "postgres"),
        ("UPDATE t SET a = dblink_exec('x', 'DELETE FROM t')::int", "postgres"),
        ("WITH d AS (DELETE FROM u RETURNING 1) DELETE FROM t", "postgres"),
        ("UPDATE t SET (a, b) = (SELECT lo_unlink(1), 2)", "postgres"),
        ("INSERT INTO t SELECT setval('s', 1)", "postgres"),
        ("DELETE FROM t WHERE a = 1 DROP TABLE u", "tsql"),
        ("DELETE FROM t COMMIT", "tsql"),
        ("DELETE t DELETE u", "tsql"),
        ("UPDATE t SET a = 1 EXEC p", "tsql"),
        ("UPDATE t SET a = 1 SET ROWCOUNT 0", "tsql"),
        ("UPDATE t SET a = NEXT VALUE FOR s", "tsql"),
        ("DELETE FROM t OUTPUT deleted.a INTO u", "tsql"),
        ("UPDATE t SET a = 1 WHERE b = dbo.f(1)", "tsql"),
        ("DELETE FROM t FROM OPENQUERY(s, 'DELETE FROM u')", "tsql"),
        ("DELETE FROM t WAITFOR DELAY '1:00'", "tsql"),
        ("INSERT INTO t SELECT 1 UPDATE u SET a = 1", "tsql"),
    ],
)
def test_what_no_read_may_hold_is_refused_to_be_tried(text: str, dialect: str) -> None:
    try:
        read = trial_of(text, dialect).read
    except NoTrial:
        return
    assert not decide(read, dialect, Access.READ).allowed
