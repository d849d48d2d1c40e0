from __future__ import annotations

import pytest

from sqlcore.domain.access import Access
from sqlcore.domain.facts import RelationFacts, RoutineFacts, SchemaFacts
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.services.guarding import Decision, SideEffects, decide, decide_table

_HEAD = "CREATE FUNCTION dbo.f(@a int) RETURNS int AS BEGIN "


def function(body: str | None, name: str = "f", **changes: object) -> RoutineFacts:
    return RoutineFacts(schema="dbo", name=name, language="tsql", body=body, **changes)  # type: ignore[arg-type]  # the changes are of several types


def view(text: str | None, name: str = "v") -> RelationFacts:
    return RelationFacts(schema="dbo", name=name, kind="view", text=text)


def judged(
    sql: str,
    *objects: RoutineFacts | RelationFacts,
    allow: frozenset[str] = frozenset(),
) -> Decision:
    facts = SchemaFacts(
        routines=tuple(o for o in objects if isinstance(o, RoutineFacts)),
        relations=tuple(o for o in objects if isinstance(o, RelationFacts)),
        search_path=("dbo",),
    )
    effects = SideEffects.of(facts, "tsql")
    return decide(sql, "tsql", Access.READ, allow_functions=allow, effects=lambda: effects)


HONEST_BODIES = [
    "CREATE FUNCTION dbo.f(@a int) RETURNS int AS BEGIN RETURN @a + 1 END",
    (
        "create or alter function [dbo].[f] (@a decimal(10, 2) = 0) returns nvarchar(max)"
        " with schemabinding, returns null on null input as begin return upper(ltrim('x')) end"
    ),
    _HEAD
    + "DECLARE @x int = 0; WHILE @x < @a BEGIN SET @x += 1; IF @x > 5 BREAK END RETURN @x END",
    _HEAD + "DECLARE @n int SELECT @n = COUNT(*) FROM dbo.orders o WHERE o.id = @a RETURN (@n) END",
    (
        "CREATE FUNCTION dbo.f(@a int) RETURNS @r TABLE (id int PRIMARY KEY, name varchar(10),"
        " UNIQUE (name)) AS BEGIN INSERT INTO @r (id, name) SELECT id, name FROM dbo.customers;"
        " UPDATE @r SET name = UPPER(name) WHERE id = 1; UPDATE r SET r.name = 'x' FROM @r AS r;"
        " DELETE TOP (1) FROM @r; DELETE r FROM @r r WHERE r.id = 2;"
        " MERGE INTO @r AS t USING (SELECT 1 AS id) AS s(id) ON s.id = t.id WHEN MATCHED THEN"
        " DELETE WHEN NOT MATCHED THEN INSERT (id) VALUES (s.id); RETURN END"
    ),
    (
        "CREATE FUNCTION dbo.f(@a int) RETURNS TABLE AS RETURN (WITH c (id, n) AS (SELECT id, 1"
        " FROM dbo.orders) SELECT c.id, v.k FROM c CROSS APPLY (VALUES (1), (2)) v(k)"
        " WHERE c.id = @a)"
    ),
    (
        "CREATE FUNCTION dbo.f(@list nvarchar(max)) RETURNS nvarchar(max) AS BEGIN DECLARE @x xml ="
        " (SELECT value FROM STRING_SPLIT(@list, ',') FOR XML PATH(''), TYPE);"
        " SET @x.modify('delete /a'); RETURN @x.value('.', 'nvarchar(max)') END"
    ),
    _HEAD + "DECLARE c CURSOR LOCAL FOR SELECT id FROM dbo.orders; OPEN c; FETCH NEXT FROM c INTO"
    " @a; CLOSE c; DEALLOCATE c; RETURN @a END",
    _HEAD + "DECLARE @x int, @r AS TABLE (id int), @s TABLE (id int); INSERT @r OUTPUT inserted.id"
    " INTO @s VALUES (1); UPDATE o SET id = 2 FROM @s AS o; DELETE TOP (1) FROM @R; RETURN 1 END",
    "CREATE FUNCTION dbo.f() RETURNS sysname WITH EXECUTE AS OWNER AS BEGIN RETURN USER_NAME() END",
    _HEAD + "/* EXEC xp_cmdshell */ RETURN LEN('INSERT INTO dbo.log') END -- DELETE",
]


@pytest.mark.parametrize("body", HONEST_BODIES)
def test_a_function_that_only_reads_may_be_called(body: str) -> None:
    decision = judged("SELECT dbo.f(1) FROM dbo.orders", function(body))
    assert decision.allowed, decision.reason


@pytest.mark.parametrize(
    ("statement", "reason"),
    [
        ("EXEC master..xp_cmdshell 'dir'", "runs something"),
        ("EXECUTE @a = dbo.p", "runs something"),
        ("INSERT INTO dbo.log VALUES (1)", "changes a table"),
        ("INSERT dbo.log SELECT 1", "changes a table"),
        ("UPDATE dbo.log SET id = 1", "changes a table"),
        ("UPDATE o SET id = 1 FROM dbo.log o, @t r", "changes a table"),
        ("DELETE FROM dbo.log", "changes a table"),
        ("MERGE dbo.log AS t USING @r AS s ON 1 = 1 WHEN MATCHED THEN DELETE", "changes a table"),
        ("SELECT 1 AS a INTO dbo.stolen", "writes to a table"),
        ("TRUNCATE TABLE dbo.log", "TRUNCATE"),
        ("COMMIT", "COMMIT"),
        ("SET ROWCOUNT 5", "setting"),
        ("SELECT @a = NEXT VALUE FOR dbo.numbers", "sequence"),
        ("SELECT @a = x FROM OPENQUERY(remote, 'DELETE FROM t') q", "outside"),
        ("SELECT @a = id FROM remote.shop.dbo.orders", "linked server"),
        ("SELECT @a = id FROM ..orders", "starts with a dot"),
        ("SET @a = nextval('numbers')", "nextval"),
        ("SET @a = ('numbers').nextval", "property of a value"),
        ("again# :EXEC xp_cmdshell 'x'", "understood"),
        ("SET @a = 1 -- x\r/*\nEXEC xp_cmdshell 'x' -- */\n", "understood"),
        ("SET @a = other.dbo.g(1)", "other.dbo.g"),
        ("SET @a = 'unclosed", "understood"),
        # What the type's defaults and checks call is not known.
        ("DECLARE @r dbo.rows; INSERT @r (id) VALUES (1)", "fills a table of a type"),
        ("DECLARE @r AS rows; INSERT TOP (1) INTO @R DEFAULT VALUES", "fills a table of a type"),
        ("DECLARE @r dbo.rows; UPDATE @r SET id = DEFAULT", "fills a table of a type"),
        ("DECLARE @r dbo.rows; UPDATE o SET id = DEFAULT FROM @r o", "changes a table"),
        (
            (
                "DECLARE @r dbo.rows; MERGE @r AS t USING (SELECT 1 AS id) AS s ON 1 = 0 WHEN NOT"
                " MATCHED THEN INSERT DEFAULT VALUES"
            ),
            "fills a table of a type",
        ),
        (
            (
                "DECLARE @r dbo.rows, @t TABLE (id int); INSERT @t OUTPUT inserted.id INTO @r (id)"
                " VALUES (1)"
            ),
            "fills a table of a type",
        ),
    ],
)
def test_a_function_that_may_do_more_than_read_is_refused(statement: str, reason: str) -> None:
    decision = judged("SELECT dbo.f(1)", function(f"{_HEAD}{statement} RETURN 1 END"))
    assert not decision.allowed
    assert reason in decision.reason
    assert decision.by_schema


def test_what_a_function_calls_is_judged_too() -> None:
    calls_g = function(f"{_HEAD}RETURN dbo.g(@a) END")
    harmless = function(f"{_HEAD}RETURN @a END", "g")
    harmful = function(f"{_HEAD}EXEC xp_dirtree 'c:' RETURN 1 END", "g")
    assert judged("SELECT dbo.f(1)", calls_g, harmless).allowed
    assert "dbo.g" in judged("SELECT dbo.f(1)", calls_g, harmful).reason
    assert "dbo.g" in judged("SELECT dbo.f(1)", calls_g).reason
    assert judged("SELECT dbo.f(1)", calls_g, allow=frozenset({"dbo.g"})).allowed


def test_functions_that_call_each_other_are_judged() -> None:
    even = function(f"{_HEAD}RETURN dbo.odd(@a - 1) END", "even")
    odd = function(f"{_HEAD}RETURN dbo.even(@a - 1) END", "odd")
    assert judged("SELECT dbo.even(1)", even, odd).allowed


def test_a_hidden_definition_is_refused_and_says_what_shows_it() -> None:
    decision = judged("SELECT dbo.f(1)", function(None))
    assert not decision.allowed
    assert "VIEW DEFINITION" in decision.reason
    assert judged("SELECT dbo.f(1)", function(None), allow=frozenset({"dbo.f"})).allowed


def test_an_assembly_beyond_safe_is_refused() -> None:
    def clr(*, trusted: bool) -> RoutineFacts:
        return RoutineFacts(schema="dbo", name="f", language="clr", trusted=trusted)

    assert judged("SELECT dbo.f(1)", clr(trusted=True)).allowed
    assert not judged("SELECT dbo.f(1)", clr(trusted=False)).allowed


SPELLINGS = [
    "SELECT * FROM dbo.v",
    "SELECT * FROM v",
    "SELECT * FROM [DBO].[V]",
    'SELECT * FROM "dbo"."v"',
    "SELECT * FROM shop.dbo.v",
    "SELECT * FROM shop..v",
    "SELECT * FROM [v ]",
    "SELECT * FROM [dbo].[\uff56]",
    "SELECT * FROM [dbo].[v\u0301]",
    "SELECT * FROM [dbo].[v\u00ad]",
    "SELECT * FROM v (NOLOCK)",
    "SELECT * FROM dbo.v (INDEX(0))",
    "SELECT * FROM dbo.v WITH (NOLOCK)",
    "SELECT * FROM dbo.t, v",
    "SELECT * FROM dbo.t AS t (NOLOCK), v AS x",
    "SELECT * FROM dbo.t WITH (NOLOCK), v",
    "SELECT * FROM dbo.t TABLESAMPLE (10 PERCENT), v",
    "SELECT * FROM dbo.t JOIN v ON 1 = 1",
    "SELECT * FROM (v CROSS JOIN dbo.t)",
    "SELECT * FROM dbo.t CROSS APPLY (SELECT TOP (1) * FROM v) x",
    "SELECT 1 WHERE 1 IN (SELECT n FROM v)",
    "WITH c AS (SELECT * FROM v) SELECT 1",
    "SELECT 1 UNION SELECT n FROM v",
    "SELECT * FROM v /* . */ PIVOT (SUM(n) FOR k IN ([a])) p",
]


@pytest.mark.parametrize("sql", SPELLINGS)
def test_a_view_that_does_harm_is_found_however_it_is_spelled(sql: str) -> None:
    harmful = view("CREATE VIEW dbo.v AS SELECT nextval('numbers') AS n")
    harmless = view("CREATE VIEW dbo.v (n) AS SELECT COUNT(*) FROM dbo.orders")
    assert not judged(sql, harmful).allowed
    assert judged(sql, harmless).allowed


@pytest.mark.parametrize(
    "text",
    [
        "CREATE VIEW dbo.v AS SELECT * FROM OPENQUERY(remote, 'DELETE FROM t')",
        "CREATE VIEW dbo.v AS SELECT * FROM remote.shop.dbo.orders",
        "CREATE VIEW dbo.v AS SELECT * FROM ..other_view",
        "CREATE VIEW dbo.v AS SELECT * FROM dbo.orders o CROSS JOIN .dbo.other_view",
        "CREATE VIEW dbo.v AS SELECT dbo.harm() AS n",
        "CREATE VIEW dbo.v AS WITH c AS (SELECT n FROM dbo.other_view) SELECT n FROM c",
        "CREATE VIEW dbo.v AS SELECT COUNT(*) AS n FROM pg_sleep(1)",
    ],
)
def test_a_view_that_reaches_outside_or_calls_harm_is_refused(text: str) -> None:
    harm = function(f"{_HEAD}EXEC xp_cmdshell 'x' RETURN 1 END", "harm")
    other = view("CREATE VIEW dbo.other_view AS SELECT NEXT VALUE FOR dbo.s AS n", "other_view")
    decision = judged("SELECT * FROM dbo.v", view(text), harm, other)
    assert not decision.allowed
    assert "dbo.v" in decision.reason


def test_a_view_whose_text_nobody_may_see_is_refused_where_views_can_write() -> None:
    # SQL Server's inspector leaves such a view out; Babelfish's does not.
    assert not judged("SELECT * FROM dbo.v", view(None)).allowed
    assert judged("SELECT * FROM dbo.v").allowed


def test_a_synonym_is_as_harmful_as_what_it_leads_to() -> None:
    def synonym(**changes: object) -> RelationFacts:
        return RelationFacts(schema="dbo", name="s", kind="synonym", **changes)  # type: ignore[arg-type]  # the changes are of several types

    to_view = synonym(reads=frozenset({("dbo", "v")}))
    sql = "SELECT * FROM dbo.s"
    assert judged(sql, to_view, view("CREATE VIEW dbo.v AS SELECT 1 AS a")).allowed
    assert not judged(sql, to_view, view("CREATE VIEW dbo.v AS SELECT nextval('a') AS a")).allowed
    assert "remote" in judged(sql, synonym(external="the linked server remote")).reason


def test_a_synonym_of_a_function_is_as_harmful_as_the_function() -> None:
    synonym = RoutineFacts(
        schema="dbo", name="s", language="synonym", calls=frozenset({("dbo", "f")})
    )
    assert judged("SELECT dbo.s(1)", synonym, function(f"{_HEAD}RETURN 1 END")).allowed
    harmful = function(f"{_HEAD}EXEC xp_cmdshell 'x' RETURN 1 END")
    assert not judged("SELECT dbo.s(1)", synonym, harmful).allowed


def test_a_computed_column_or_a_row_filter_that_does_harm_taints_its_table() -> None:
    table = RelationFacts(
        schema="dbo", name="orders", kind="table", text="SELECT [dbo].[f]([id])\nSELECT ([a]+[b])"
    )
    harmful = function(f"{_HEAD}EXEC xp_cmdshell 'x' RETURN 1 END")
    assert judged("SELECT * FROM dbo.orders", table, function(f"{_HEAD}RETURN 1 END")).allowed
    assert not judged("SELECT * FROM dbo.orders", table, harmful).allowed


def test_a_function_that_is_named_like_a_method_is_judged_as_a_function() -> None:
    harmful = RoutineFacts(
        schema="app", name="value", language="tsql", body=f"{_HEAD}EXEC p RETURN 1 END"
    )
    assert not judged("SELECT app.value('a', 'int')", harmful).allowed
    assert judged("SELECT d.value('a', 'int') FROM dbo.docs d", harmful).allowed


def test_a_function_of_another_database_is_not_taken_for_ours() -> None:
    ours = function(f"{_HEAD}RETURN 1 END")
    for sql in ("SELECT other.dbo.f(1)", "SELECT other..f(1)"):
        assert not judged(sql, ours).allowed
    assert judged("SELECT other.dbo.f(1)", ours, allow=frozenset({"other.dbo.f"})).allowed


def test_a_table_that_is_read_by_name_is_judged_in_any_case() -> None:
    facts = SchemaFacts(relations=(view("CREATE VIEW x AS SELECT nextval('a') AS a", "Totals"),))
    effects = SideEffects.of(facts, "tsql")
    name = QualifiedName(schema="dbo", name="Totals")
    assert not decide_table(name, frozenset(), lambda: effects).allowed


def test_a_long_name_is_found_as_babelfish_cuts_it() -> None:
    cut = "v_long_name_long_name_long_named8a1a4da7bcc4a0704f9d8b844c24762"
    written = "v_long_name_long_name_long_name_long_name_long_name_long_name_long_name_x"
    harmful = view("CREATE VIEW v AS SELECT nextval('a') AS a", cut)
    assert not judged(f"SELECT * FROM dbo.{written}", harmful).allowed


@pytest.mark.parametrize("sql", ["SELECT * FROM other.dbo.v", "SELECT v.a FROM [Other]..V AS v"])
def test_a_view_of_another_database_that_is_not_looked_into_is_refused(sql: str) -> None:
    elsewhere = RelationFacts(
        schema="other.dbo", name="v", kind="view", external="another database"
    )
    assert not judged(sql, elsewhere).allowed
    assert judged("SELECT * FROM dbo.v", elsewhere).allowed
    assert judged("SELECT * FROM other.dbo.t, third.dbo.v", elsewhere).allowed
