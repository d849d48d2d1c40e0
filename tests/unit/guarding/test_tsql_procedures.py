"""Which texts of T-SQL procedures show that they only read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.services.guarding.tsql_procedures import judge_procedure

_HEAD = "CREATE PROCEDURE dbo.p @a int, @b nvarchar(max) = N'x' AS\n"

_READS = {
    "select": "SELECT a, b FROM dbo.orders WHERE id = @a",
    "block": "BEGIN SET NOCOUNT ON; SELECT 1 END",
    "settings": (
        "SET NOCOUNT, XACT_ABORT ON SET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED SELECT 1"
    ),
    "words in strings": "SELECT 'COMMIT' AS [ROLLBACK] -- COMMIT\n/* EXEC(@x) /* ROLLBACK */ */",
    "quoted names": 'SELECT o.[commit], "rollback" FROM dbo.[transaction] AS o',
    "temporary table": """
        IF OBJECT_ID('tempdb..#t') IS NOT NULL DROP TABLE #t;
        CREATE TABLE #t (id int PRIMARY KEY CLUSTERED, n decimal(12,2) DEFAULT (0));
        CREATE UNIQUE NONCLUSTERED INDEX ix ON #t (id) INCLUDE (n);
        INSERT INTO #t (id, n) SELECT id, SUM(total) FROM dbo.orders GROUP BY id
        UPDATE #t SET n = n * 2 WHERE id > 3
        DELETE FROM #t WHERE id = 4
        DELETE #t WHERE id = 4
        TRUNCATE TABLE #t
        ALTER TABLE #t ADD c int
        SELECT * FROM #t DROP TABLE IF EXISTS #t, tempdb..#t, [#t]""",
    "select into": "SELECT id INTO #t FROM dbo.orders; SELECT * FROM #t",
    "alias of a temporary table": """
        UPDATE t SET n = o.total FROM #t AS t JOIN dbo.orders o ON o.id = t.id WHERE o.x = 1
        DELETE t FROM dbo.orders o, #t t WHERE o.id = t.id
        DELETE FROM t FROM #t t LEFT JOIN (SELECT 1 AS a) x ON x.a = t.id""",
    "table variable": """
        DECLARE @rows TABLE (id int, n varchar(20)); INSERT @rows (id) VALUES (1), (2);
        DELETE TOP (1) FROM @rows; UPDATE @rows SET n = 'x' OUTPUT inserted.id INTO @rows (id);
        INSERT INTO @rows EXEC dbo.q @a""",
    "merge": """
        MERGE INTO #t WITH (HOLDLOCK) AS t USING dbo.orders AS o ON o.id = t.id
        WHEN MATCHED THEN UPDATE SET n = 1 WHEN NOT MATCHED THEN INSERT (id) VALUES (o.id)
        WHEN NOT MATCHED BY SOURCE THEN DELETE;
        SELECT 1 FROM dbo.a INNER MERGE JOIN dbo.b ON 1 = 1 OPTION (MERGE JOIN, USE HINT ('x'))""",
    "errors": """
        BEGIN TRY SELECT 1 / @a END TRY
        BEGIN CATCH
            DECLARE @m nvarchar(4000) = ERROR_MESSAGE(); PRINT @m; RAISERROR(@m, 16, 1);
            THROW 50001, 'x', 1; THROW;
        END CATCH
        RETURN 3""",
    "cursor": """
        DECLARE c CURSOR LOCAL FAST_FORWARD FOR SELECT id FROM dbo.orders OPEN c
        FETCH NEXT FROM c INTO @a WHILE @@FETCH_STATUS = 0 BEGIN FETCH NEXT FROM c INTO @a END
        CLOSE c DEALLOCATE c""",
    "queries in WITH": "WITH c (id) AS (SELECT id FROM dbo.orders) SELECT * FROM c ORDER BY id",
    "xml": (
        "SELECT x.value('(/a)[1]', 'int') FROM @x.nodes('/a') AS t (x) FOR XML PATH('a'), ROOT('b')"
    ),
    "window": (
        "SELECT SUM(n) OVER (PARTITION BY a ORDER BY b ROWS 3 PRECEDING) FROM dbo.t WITH (NOLOCK)"
    ),
    "waits": "WAITFOR DELAY '00:00:01'",
    "merge of temporary tables": (
        "MERGE TOP (3) #t AS t USING #s AS s ON t.a = s.a WHEN MATCHED THEN DELETE;"
        " DELETE TOP (10) PERCENT #s UPDATE #s SET #s.a = #t.a FROM #s JOIN #t ON #t.a = #s.a"
    ),
    "locks of temporary tables": (
        "INSERT #t WITH (TABLOCKX) SELECT a FROM tempdb..#s (UPDLOCK) CROSS JOIN @r"
        " SELECT a FROM dbo.orders WITH (HOLDLOCK, TABLOCK)"
    ),
    "identity of a temporary table": "SET IDENTITY_INSERT #t ON INSERT #t (a) VALUES (1)",
    "atomic block": (
        "BEGIN ATOMIC WITH (TRANSACTION ISOLATION LEVEL = SNAPSHOT, LANGUAGE = N'x') SELECT 1 END"
    ),
    "query over a temporary table": """
        WITH d (id, n) AS (
            SELECT t.id, ROW_NUMBER() OVER (PARTITION BY t.id, t.a ORDER BY t.b)
            FROM #t t JOIN @u AS u ON u.id = t.id WHERE t.id IN (SELECT o.id FROM dbo.orders o)
        ), e AS (SELECT * FROM dbo.orders)
        DELETE FROM d WHERE d.n > 1;
        ;WITH d AS (SELECT * FROM #t) UPDATE TOP (1) d SET n = 1 FROM d JOIN dbo.orders o ON 1 = 1
    """,
    "old reports": "IF 1 = 0 BEGIN SET FMTONLY OFF END SET ANSI_NULL_DFLT_ON ON SELECT 1",
    "results are described": "EXEC dbo.q WITH RESULT SETS ((a int, b nvarchar(10)), (c date))",
    "names as of statements": "SELECT o.receive, log FROM dbo.conversation o, [dialog] c, send s",
    "options as columns": (
        "SELECT receive, ansi_nulls, ansi_defaults, quoted_identifier FROM sys.dm_exec_sessions"
        " UPDATE #t SET a = 1, implicit_transactions = 0 SELECT a, receive FROM o ORDER BY receive"
    ),
    "functions that are shipped": "SELECT master.dbo.fn_varbintohexstr(@a)",
    "message at once": "RAISERROR ('x', 0, 1) WITH NOWAIT SELECT LOG(2) AS log",
    "line ends": "SELECT 1 -- a\r\n-- b\r\r\n, 2 -- c\n",
    "labels": "again: SET @a += 1; IF @a < 3 GOTO again",
    "the server's readers": "EXEC sp_help 'dbo.orders' EXEC sys.sp_columns @table_name = N'x'",
    "constant text": (
        "EXEC sp_executesql N'SELECT * FROM dbo.orders WHERE id = @id', N'@id int', @id = @a"
        " EXEC ('SELECT ''COMMIT''') EXEC sp_executesql @stmt = N'SELECT 1'"
    ),
}
_WRITES = {
    "commit": "COMMIT",
    "balanced": "BEGIN TRAN; SELECT 1; COMMIT TRANSACTION",
    "rollback": "IF @@TRANCOUNT > 0 ROLLBACK TRAN; SELECT 1",
    "savepoint": "SAVE TRANSACTION s",
    "without space": "SELECT N'x'COMMIT",
    "behind a number": "SELECT 1.COMMIT",
    "behind money": "SELECT $.COMMIT",
    "behind a dot": "SELECT @@x.COMMIT",
    "distributed": "BEGIN DISTRIBUTED TRANSACTION",
    "implicit": "SET IMPLICIT_TRANSACTIONS ON",
    "implicit in a list": "SET NOCOUNT, IMPLICIT_TRANSACTIONS ON",
    "implicit by defaults": "SET ANSI_DEFAULTS ON",
    "unknown setting": "SET CONTEXT_INFO 0x01",
    "dynamic": "EXEC (@b)",
    "dynamic, joined": "EXECUTE ('SELECT ' + @b)",
    "dynamic, elsewhere": "EXEC ('SELECT 1') AT other",
    "dynamic, by sp_executesql": "EXEC sp_executesql @b",
    "dynamic, by its schema": "EXEC [sys].[SP_EXECUTESQL] @stmt = @b",
    "dynamic, joined constant": "EXEC sp_executesql N'SELECT ' + @b",
    "constant that commits": "EXEC sp_executesql N'SELECT 1; COMMIT'",
    "constant in a constant": "EXEC ('EXEC (''COMMIT'')')",
    "constant that changes the database": "EXEC ('USE other SELECT 1')",
    "constant that runs a name": "EXEC ('xp_cmdshell')",
    "name in a variable": "EXEC @b",
    "name in a variable, with a code": "DECLARE @rc int EXEC @rc = @b 1",
    "extended": "EXEC master..xp_cmdshell 'dir'",
    "numbered": "EXEC dbo.q;2 @a",
    "linked server": "EXEC srv.db.dbo.q",
    "linked server behind a SELECT": "SELECT 1 EXEC srv.db.dbo.q",
    "linked table": "SELECT * FROM srv.db.dbo.t",
    "remote source": "SELECT * FROM OPENROWSET('x', 'y', 'z')",
    "insert": "INSERT dbo.log VALUES (1)",
    "insert by a name of two dots": "INSERT INTO db..log VALUES (1)",
    "update": "UPDATE dbo.orders SET a = 1",
    "delete": "DELETE FROM orders WHERE id = 1",
    "merge": "MERGE dbo.t AS t USING #t AS s ON 1 = 1 WHEN MATCHED THEN DELETE;",
    "into": "SELECT id INTO dbo.copy FROM dbo.orders",
    "output into": "DELETE FROM #t OUTPUT deleted.id INTO dbo.log",
    "alias of a table": "UPDATE t SET a = 1 FROM dbo.orders t JOIN #t x ON x.id = t.id",
    "alias of another statement": "UPDATE t SET a = 1 SELECT * FROM #t t",
    "alias of a statement behind it": "DELETE t; SELECT * FROM #t AS t",
    "alias that is a query": "WITH t AS (SELECT * FROM dbo.orders) DELETE t FROM #t x, t",
    "alias inside brackets": "UPDATE t SET a = (SELECT 1 FROM #t t) WHERE 1 = 1",
    "drop in a list": "DROP TABLE #a, dbo.orders",
    "drop of an index": "DROP INDEX ix ON #t, iy ON dbo.orders",
    "drop of an index behind options": (
        "DROP INDEX ix ON #t WITH (ONLINE = OFF), iy ON dbo.orders"
    ),
    "database that is named like a word": "EXEC ('USE HINT EXEC dbo.q')",
    "create": "CREATE TABLE dbo.t (a int)",
    "create a procedure": "EXEC ('CREATE PROCEDURE dbo.x AS SELECT 1')",
    "create a temporary procedure": "EXEC ('CREATE PROCEDURE #x AS COMMIT')",
    "alter": "ALTER TABLE dbo.t ADD x int",
    "truncate": "TRUNCATE TABLE dbo.t",
    "trigger": "DISABLE TRIGGER x ON dbo.t",
    "grant": "GRANT SELECT ON dbo.t TO x",
    "server": "KILL 53",
    "sequence": "SELECT NEXT VALUE FOR dbo.s",
    "escape": "{call dbo.q}",
    "escape with a code": "{? = call dbo.q}",
    "letters that only look so": "SELECT 1; \uff23\uff2f\uff2d\uff2d\uff29\uff34",
    "letters that may end a name": "SELECT 'a'\u00bdCOMMIT",
    "transaction of that name": "BEGIN TRANSACTION ISOLATION",
    "query over another": "WITH d AS (SELECT * FROM dbo.orders) DELETE FROM d",
    "query over several": "WITH d AS (SELECT * FROM #t, dbo.orders) DELETE FROM d",
    "query over a joined table": "WITH d AS (SELECT * FROM #t JOIN dbo.orders ON 1 = 1) DELETE d",
    "query over a query": "WITH d AS (SELECT * FROM (SELECT * FROM dbo.o) AS o) DELETE FROM d",
    "query over an applied one": (
        "WITH d AS (SELECT * FROM #t CROSS APPLY (SELECT * FROM dbo.o) o) DELETE FROM d"
    ),
    "query of queries": (
        "WITH #c AS (SELECT * FROM dbo.o), d AS (SELECT * FROM #c) DELETE FROM d WHERE 1 = 1"
    ),
    "query of brackets": "WITH d AS ((SELECT * FROM dbo.orders)) DELETE FROM d",
    "query of a union": "WITH d AS (SELECT * FROM #t UNION ALL SELECT * FROM o) DELETE FROM d",
    "query of another statement": "WITH d AS (SELECT * FROM #t) SELECT * FROM d; DELETE FROM d",
    "query that an alias hides": "WITH d AS (SELECT * FROM #t) DELETE d FROM dbo.orders AS d",
    "query that a joined alias hides": (
        "WITH d AS (SELECT * FROM #t) DELETE d FROM #x x INNER MERGE JOIN dbo.o d ON 1 = 1"
    ),
    "query in other letters": "WITH d AS (SELECT * FROM #t) DELETE FROM D",
    "label": "SELECT 1 a#:COMMIT",
    "label behind a comment": "SELECT 1; a/**/:COMMIT",
    "label with a space": "SELECT 1; a :COMMIT",
    "comment that may go on": "SELECT 1 -- x\r/*\nCOMMIT -- */",
    "comment that may end": "SELECT 1 -- x\u2028COMMIT",
    "constant in two lines": "EXEC ('SELECT 1 COM\\\nMIT')",
    "constant in two lines, by sp_executesql": "EXEC sp_executesql N'SELECT 1 COM\\\r\nMIT'",
    "text behind its parameters": "EXEC sp_executesql @params = N'@a int', @stmt = @b",
    "text by dbo": "EXEC dbo.sp_executesql @b",
    "text in another database": "EXEC other.sys.sp_executesql N'EXEC dbo.q'",
    "query that is named like a temporary table": (
        "WITH #t AS (SELECT * FROM dbo.orders) DELETE FROM #t"
    ),
    "query with columns": "WITH #t (a) AS (SELECT a FROM dbo.orders) UPDATE #t SET a = 1",
    "alias like a temporary table": "UPDATE #t SET a = 1 FROM dbo.orders AS #t",
    "alias without AS": "SELECT 1 FROM #t DELETE [#t] FROM [dbo].[orders] #T",
    "alias behind a name like a word": "DELETE #t FROM zone #t",
    "alias of a query": "DELETE #t FROM (SELECT * FROM dbo.orders) #t",
    "alias in other letters": "UPDATE T SET a = 1 FROM #x AS t",
    "alias behind DISTINCT FROM": "UPDATE t SET n = 1 WHERE n IS DISTINCT FROM [#c] t: SELECT 1",
    "global temporary table": "INSERT ##t VALUES (1)",
    "temporary table of a server": "SELECT 1 INSERT srv.db.dbo.[#t] VALUES (1)",
    "merge of a linked table": (
        "SELECT 1 MERGE #t AS t USING srv.db.dbo.s AS s ON 1 = 1 WHEN MATCHED THEN DELETE;"
    ),
    "queue": "RECEIVE TOP (1) * FROM dbo.q",
    "queue, waiting": "WAITFOR (RECEIVE * FROM dbo.q INTO @t), TIMEOUT 1",
    "dialog": "DECLARE @h uniqueidentifier; BEGIN DIALOG @h FROM SERVICE s TO SERVICE 't'",
    "message": "SEND ON CONVERSATION @h ('x')",
    "end of a conversation": "END CONVERSATION @h WITH CLEANUP",
    "log": "RAISERROR ('x', 10, 1) WITH NOWAIT, LOG",
    "key": "OPEN SYMMETRIC KEY k DECRYPTION BY CERTIFICATE c",
    "signature": "SELECT 1 ADD SIGNATURE TO dbo.q BY CERTIFICATE c",
    "classification": "SELECT 1 ADD SENSITIVITY CLASSIFICATION TO dbo.t.c WITH (LABEL = 'x')",
    "identity of a table": "SET IDENTITY_INSERT dbo.t ON",
    "locks": "SELECT * FROM dbo.t WITH (NOLOCK) SELECT * FROM dbo.t AS t WITH (UPDLOCK)",
    "locks in the old form": "SELECT * FROM dbo.t (XLOCK, NOWAIT)",
    "locks in an option": "SELECT * FROM t OPTION (TABLE HINT (t, TABLOCKX))",
    "property that is a function": "SELECT ('dbo.s').nextval",
    "open string": "SELECT 'x",
    "open bracket": "SELECT (1",
}


@pytest.mark.parametrize("body", _READS.values(), ids=_READS)
def test_what_only_reads_is_known(body: str) -> None:
    reach = judge_procedure(_HEAD + body)
    assert reach.harm is None
    assert () == reach.mentions.unknown


@pytest.mark.parametrize("body", _WRITES.values(), ids=_WRITES)
def test_what_may_do_more_is_found(body: str) -> None:
    assert judge_procedure(_HEAD + body).harm is not None


@pytest.mark.parametrize("text", ["", "--", "SELECT 1", "CREATE FUNCTION f () AS SELECT 1"])
def test_what_is_no_text_of_a_procedure_is_not_judged_by_it(text: str) -> None:
    assert judge_procedure(text).harm is not None


@given(
    body=st.sampled_from(sorted(_WRITES.values())),
    before=st.sampled_from(["", ";", "SELECT 1 AS a ", "IF @a = 1 BEGIN ", "-- x\n", "\ufeff"]),
    head=st.sampled_from(
        [
            _HEAD,
            "CREATE OR ALTER PROC [p] WITH EXECUTE AS OWNER, RECOMPILE AS ",
            "/* CREATE PROC a AS */ create procedure dbo.p(@a AS int = 3, @b dbo.rows readonly)as ",
        ]
    ),
)
def test_nothing_before_it_hides_what_does_more(head: str, before: str, body: str) -> None:
    assert judge_procedure(head + before + body).harm is not None


@pytest.mark.parametrize(
    ("body", "calls"),
    [
        ("EXEC dbo.q @a", [("dbo", "q")]),
        ("EXECUTE @a = [other db].[s].[q'x] @b OUTPUT;", [("other db", "s", "q'x")]),
        ("EXEC other..q EXEC q2", [("other", "", "q"), ("q2",)]),
        ("q @a", [("q",)]),
        ("BEGIN dbo.q END", [("dbo", "q")]),
        (";BEGIN; BEGIN TRY q END TRY BEGIN CATCH END CATCH END", [("q",)]),
        ("EXEC ('q 1')", [("q",)]),
        ("SELECT 1 AS q", []),
        ("BEGIN ATOMIC WITH (LANGUAGE = N'x') SELECT 1 END", []),
        ("EXEC s.sp_help EXEC s.sp_executesql @b", [("s", "sp_help"), ("s", "sp_executesql")]),
        ("EXEC dbo.sp_executesql N'EXEC dbo.q'", [("dbo", "q")]),
    ],
)
def test_the_procedures_that_it_runs_are_named(body: str, calls: list[tuple[str, ...]]) -> None:
    reach = judge_procedure(_HEAD + body)
    assert reach.harm is None
    assert calls == list(reach.calls)


def test_a_view_that_merge_reads_is_mentioned() -> None:
    reach = judge_procedure(_HEAD + "MERGE #t AS t USING v AS s ON 1 = 1 WHEN MATCHED THEN DELETE;")
    assert reach.harm is None
    assert ("v",) in {mention.name for mention in reach.mentions.names}


def test_the_name_of_a_procedure_is_no_query() -> None:
    reach = judge_procedure("CREATE PROC d AS (SELECT * FROM #t) DELETE d")
    assert reach.harm == "changes a table (DELETE)"


def test_functions_that_nobody_knows_are_mentioned() -> None:
    reach = judge_procedure(_HEAD + "SELECT dbo.f(@a), pg_sleep(3) FROM #t AS t (a)")
    assert {("dbo", "f"), ("pg_sleep",)} == {mention.name for mention in reach.mentions.unknown}


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("BEGIN TRAN", "begins or ends a transaction (TRAN)"),
        ("EXEC (@b)", "runs text that it puts together (EXEC)"),
        ("INSERT dbo.log VALUES (1)", "changes a table (INSERT)"),
        ("SET CONTEXT_INFO 1", "changes a setting (SET CONTEXT_INFO)"),
        ("EXEC srv.db.dbo.q", "runs srv.db.dbo.q on a linked server"),
    ],
)
def test_the_reason_says_what_it_does_and_where(body: str, words: str) -> None:
    assert words == judge_procedure(f"CREATE PROC p AS {body}").harm
    text = f"-- x\n{_HEAD}SELECT 1\r\n{body}"
    assert f"{words} in line 4 of its text" == judge_procedure(text).harm


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("a# :SELECT 1", "A colon stands before a name"),
        ("SELECT (1", "A bracket is not closed"),
        ("SELECT 'x", "an unterminated string"),
    ],
)
def test_why_a_text_is_not_understood_is_told(body: str, reason: str) -> None:
    assert reason in (judge_procedure(_HEAD + body).harm or "")
