"""What a read may reach: every attack is harm to the bare driver, and refused to a reader."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

import sqlcore
from sqlcore.adapters.postgres import inspecting
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.query import Parameter
from sqlcore.errors import (
    NotFoundError,
    PermissionDeniedError,
    PolicyError,
    StatementTimeoutError,
)
from sqlcore.services.database import Database

Opening = Callable[..., Database]

_HOSTILE_PATH = "hostile,pg_catalog,public"
_ATTACKS = {
    "a function": "SELECT hostile.harm()",
    "a function found by the search path": "SELECT harm()",
    "a quoted function": 'SELECT "hostile"."harm"()',
    "a function in FROM": "SELECT * FROM hostile.rows_of() AS r (n)",
    "a function in LATERAL": "SELECT * FROM orders o, LATERAL rows_of() AS n WHERE o.id = 1",
    "a function in ROWS FROM": "SELECT * FROM ROWS FROM (hostile.rows_of(), generate_series(1, 2))",
    "a function in ORDER BY": "SELECT id FROM orders ORDER BY hostile.harm(id)",
    "a function in LIMIT": "SELECT id FROM orders LIMIT hostile.harm()",
    "a function in JOIN ON": "SELECT 1 FROM orders a JOIN orders b ON hostile.harm(a.id) = b.id",
    "a function in a WITH query": "WITH w AS MATERIALIZED (SELECT harm(1) AS n) SELECT * FROM w",
    "a function in an explained query": "EXPLAIN ANALYZE SELECT hostile.harm()",
    "a view": "SELECT n FROM hostile.loud",
    "a view found by the search path": "SELECT sum(n) FROM loud",
    "a view after a comma": "SELECT l.n FROM orders o, loud l WHERE l.id = o.id",
    "a view in brackets": "SELECT n FROM (orders o JOIN loud l ON o.id = l.id)",
    "a view with TABLE": "TABLE loud",
    "a view with ONLY": "SELECT n FROM ONLY (loud)",
    "a view in a subquery": "SELECT (SELECT max(n) FROM loud) FROM orders",
    "a view after an alias that looks like a clause": "SELECT v.n FROM orders option, loud v",
    "a view after an aggregate with an order": (
        "SELECT (SELECT count(v.n) FROM orders a JOIN orders b ON percentile_cont(0.5) WITHIN GROUP"
        " (ORDER BY o.id) > 0, loud v) FROM orders o"
    ),
    "a view on a view": "SELECT count(*) FROM hostile.loud_above",
    "a quoted view": 'SELECT * FROM "Loud Quoted"',
    "a view that calls what came with the server": "SELECT * FROM sleeping",
    "a view that converts": "SELECT * FROM converting",
    "a stable function": "SELECT hostile.calls_harm()",
    "a stable function with its own search path": "SELECT hostile.calls_harm_unqualified()",
    "a function that runs a text": "SELECT hostile.runs_text()",
    "a function that reads a view": "SELECT hostile.reads_loud()",
    "a function with a parsed body": "SELECT hostile.atomic()",
    "a default of an argument": "SELECT hostile.with_default()",
    "PERFORM": "SELECT hostile.in_perform()",
    "an operator in a function": "SELECT hostile.through_operator()",
    "a shadow of a built-in function": "SELECT lower('X'::text)",
    "an overload": "SELECT net('1'::text)",
    "attribute notation": "SELECT o.noted FROM orders o",
    "attribute notation of a value": "SELECT (1).marked",
    "an operator": "SELECT 1 <<>> 2",
    "an operator by its schema in a view's place": "SELECT o.id <<>> 1 FROM orders AS o",
    "an operator that IN stands for": "SELECT 'sad'::mood IN (1, 2)",
    "an operator that CASE stands for": "SELECT CASE 'sad'::mood WHEN 1 THEN 2 END",
    "an aggregate": "SELECT gather(id) FROM orders",
    "an aggregate as a window function": "SELECT gather(id) OVER (ORDER BY id) FROM orders",
    "a domain": "SELECT 'x'::checked",
    "a domain in CAST": "SELECT CAST('x' AS hostile.checked)",
    "a domain before a string": "SELECT checked 'x'",
    "a domain as a function": "SELECT checked('x'::text)",
    "a domain over a domain": "SELECT 'x'::checked_again",
    "an array of a domain": "SELECT '{x}'::checked[]",
    "a composite type with a domain": "SELECT '(x,1)'::pair",
    "a column of a domain": 'SELECT * FROM json_to_recordset(\'[{"a": "x"}]\') AS t (a checked)',
    "a string for an argument": "SELECT takes_checked('x')",
    "a column of JSON": "SELECT JSON_VALUE('{\"a\": 1}', '$.a' RETURNING checked)",
    "a column of a table of JSON": (
        "SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a checked PATH '$')) AS t"
    ),
    "a row of a table from JSON": (
        'SELECT * FROM json_populate_record(NULL::holds_checked, \'{"a": "x"}\')'
    ),
    "a view of JSON": "SELECT * FROM converting_json",
    "a view that compares": "SELECT * FROM comparing",
    "a cast": "SELECT ROW(1)::box_of::other_box",
    "an implicit cast": "SELECT c + 1 FROM crates",
    "a cast of a column": "SELECT c::numeric FROM crates",
    "a cast of a row": "SELECT o::text FROM rows_that_cast AS o",
    "a cast of what a function returns": "SELECT make_crate()::numeric",
    "a negator": "SELECT id FROM orders WHERE NOT (id <=!=> status)",
    "a negator in a view": "SELECT * FROM negating",
    "the order of a partitioned table": "SELECT * FROM ranged WHERE k = 5",
    "the order of a partition": "SELECT * FROM above_ranged WHERE a = 1 AND k = 5",
    "a constant in a partial index": "SELECT * FROM indexed_in_part WHERE k > 8",
    "a constant in a check of a child": "SELECT * FROM parent WHERE k < 3",
    "a name that the server cuts off": (
        'TABLE "a view whose name has sixty-three bytes, which is the most of them all"'
    ),
    "the name of an array's type": "SELECT '{x}'::_checked",
    "the qualified name of an array's type": "SELECT '{x}'::hostile._checked",
    "a type of a column that a function returns": "SELECT a FROM returns_checked()",
    "a variable that is declared like a column": "SELECT declares_alike()",
    "a type in a text": "SELECT pg_input_is_valid('x', 'checked')",
    "a type in a text that is put together": "SELECT pg_input_is_valid('x', 'che' || 'cked')",
    "a row that is filled": 'SELECT jsonb_populate_record(h, \'{"a": "x"}\') FROM holds_checked h',
    "a string beside a row": "SELECT coalesce(h, '(x,1)') FROM holds_checked h",
    "a string beside a qualified row": (
        "SELECT coalesce(holds_checked.*, '(x,1)') FROM hostile.holds_checked"
    ),
    "a string for a row in UNION": "SELECT h FROM holds_checked h UNION SELECT '(x,1)'",
    "a string beside an array": "SELECT array_agg(a) = '{x}' FROM holds_checked",
    "a string beside an array of a query": "SELECT ARRAY(SELECT a FROM holds_checked) = '{x}'",
    "row-level security": "SELECT * FROM hostile.secured",
}
_HONEST = {
    "a function in SQL": "SELECT honest.gross_of(10)",
    "a function with a parsed body": "SELECT honest.parsed(10)",
    "a function in PL/pgSQL": "SELECT id, honest.grade(total) FROM honest.orders",
    "a function that returns a table": "SELECT t.id FROM honest.totals('paid') AS t",
    "a view with functions": "SELECT * FROM honest.graded",
    "a view on it": "SELECT * FROM honest.graded_again",
    "a materialized view": "SELECT * FROM honest.kept",
    "generated columns": "SELECT gross, label FROM honest.orders",
    "a partitioned table": "SELECT * FROM honest.parts",
    "row-level security": "SELECT * FROM honest.tenants",
    "an enum": "SELECT 'sad'::honest.mood, mood FROM honest.people",
    "a domain": "SELECT 'a@b'::honest.email, email FROM honest.people",
    "a column of a domain that is checked by a volatile function": (
        "SELECT c.code FROM honest.codes AS c WHERE c.code = 'a' AND id > 0"
    ),
    "columns called like their table": "SELECT c.* FROM codes c ORDER BY code",
    "an index with a function": "SELECT pg_typeof(id) FROM honest.codes WHERE halved(id) > 0",
    "a range": "SELECT honest.spans(1.0, 2.0) @> 1.5::float8",
    "an operator": "SELECT 'ab'::text - 'b'::text",
    "an aggregate": "SELECT honest.plus_all(total) FROM honest.orders",
    "attribute notation": "SELECT o.price FROM honest.orders o",
    "a column called like a harmful function": "SELECT p.harm, harm FROM honest.people p",
    "a column called like a harmful view": (
        "SELECT p.loud, loud AS loud FROM honest.people p WHERE loud > 0 ORDER BY p.loud"
    ),
    "a schema called in an alias": "SELECT hostile.id FROM honest.orders AS hostile",
    "system views": "SELECT * FROM pg_stat_activity, information_schema.tables LIMIT 1",
    "vectors": "SELECT '[1,2]'::vector <-> '[1,3]', l2_distance('[1,2]'::vector, '[1,3]')",
    "an aggregate of an extension, of parts that are volatile": (
        "SELECT honest.gather(id::bigint) FROM honest.orders"
    ),
    "vectors in a table": "SELECT id FROM honest.items ORDER BY embedding <-> '[1,2]' LIMIT 1",
}


@pytest.fixture(scope="module")
def hostile(admin: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    admin.execute(Path(__file__).with_name("hostile.sql").read_text(encoding="utf-8"))
    admin.execute("CREATE EXTENSION IF NOT EXISTS vector SCHEMA public")
    admin.execute("CREATE TABLE honest.items (id int, embedding vector(2))")
    # Many extensions leave the parts of their aggregates and indexes volatile, as PostGIS does.
    admin.execute(
        "CREATE FUNCTION honest.gather_step(internal, bigint) RETURNS internal"
        " LANGUAGE internal AS 'int8_avg_accum';"
        "CREATE FUNCTION honest.gather_end(internal) RETURNS numeric"
        " LANGUAGE internal AS 'numeric_poly_avg';"
        "CREATE AGGREGATE honest.gather(bigint)"
        " (SFUNC = honest.gather_step, STYPE = internal, FINALFUNC = honest.gather_end);"
        "ALTER EXTENSION vector ADD FUNCTION honest.gather_step(internal, bigint);"
        "ALTER EXTENSION vector ADD FUNCTION honest.gather_end(internal);"
        "ALTER EXTENSION vector ADD AGGREGATE honest.gather(bigint)"
    )
    yield admin
    admin.execute("DROP SCHEMA hostile, honest CASCADE")
    admin.execute("DROP EXTENSION IF EXISTS vector CASCADE")


@pytest.fixture
def opening(
    hostile: psycopg.Connection[Any], server_uri: str, database: ConnectionSettings
) -> Iterator[Opening]:
    """Open the database at `read`, with a search path."""
    assert hostile.info.dbname == database.database
    opened: list[Database] = []

    def open_database(path: str = _HOSTILE_PATH, **settings: Any) -> Database:
        options = quote(f"-c search_path={path}")
        url = f"{server_uri}&dbname={database.database}&options={options}"
        opened.append(sqlcore.connect(url, access="read", **settings))
        return opened[-1]

    yield open_database
    for one in opened:
        one.close()


def marks(admin: psycopg.Connection[Any]) -> int:
    ((count,),) = admin.execute("SELECT count(*) FROM hostile.marks").fetchall()
    return int(count)


@pytest.mark.parametrize("attack", _ATTACKS)
def test_an_attack_does_harm_unguarded_and_is_refused(
    hostile: psycopg.Connection[Any], opening: Opening, attack: str
) -> None:
    sql = _ATTACKS[attack]
    before = marks(hostile)
    # Row-level security does not bind the superuser.
    role = "" if attack != "row-level security" else "SET ROLE hostile_reader;"
    hostile.execute(f"SET search_path = {_HOSTILE_PATH}; {role}")
    hostile.execute(sql)
    hostile.execute("RESET search_path; RESET ROLE")
    after = marks(hostile)
    assert after > before, "it is no attack"
    with pytest.raises(PolicyError):
        opening().query(sql)
    assert after == marks(hostile)


def test_a_parameter_of_a_harmful_type_is_refused(
    hostile: psycopg.Connection[Any], opening: Opening
) -> None:
    before = marks(hostile)
    hostile.execute("PREPARE typed (hostile.checked) AS SELECT $1")
    hostile.execute("EXECUTE typed ('x')")
    assert marks(hostile) > before, "it is no attack"
    for name in ("checked", "hostile.checked", "checked[]", '"checked"'):
        value = ["x"] if "[" in name else "x"
        with pytest.raises(PolicyError, match="checked"):
            opening().query("SELECT :a", {"a": Parameter(value, name)})
    row = opening("public").query("SELECT :a", {"a": Parameter("a@b", "honest.email")}).rows[0]
    assert ("a@b",) == row


@pytest.mark.parametrize("honest", _HONEST)
def test_an_honest_read_is_not_refused(opening: Opening, honest: str) -> None:
    opening("honest,public").query(_HONEST[honest])


def test_the_refusal_tells_the_path_and_what_to_allow(opening: Opening) -> None:
    with pytest.raises(PolicyError) as caught:
        opening("public").query("SELECT * FROM honest.touching")
    assert (
        "The view honest.touching calls honest.touch, which is volatile, so that it may do more"
        " than read. Read something else, allow honest.touch for reads (allow_functions), or use"
        " --access write."
    ) == str(caught.value)
    assert 15 == caught.value.position


@pytest.mark.parametrize("allowed", ["honest.touch", "honest.*"])
def test_what_is_allowed_by_name_is_allowed_behind_a_view(opening: Opening, allowed: str) -> None:
    database = opening("public", allow_functions=[allowed])
    assert ((1, 1),) == tuple(database.query("SELECT n, honest.touch() FROM honest.touching").rows)


def test_a_bare_name_allows_functions_of_the_search_path_only(opening: Opening) -> None:
    with pytest.raises(PolicyError):
        opening("public", allow_functions=["touch"]).query("SELECT honest.touch()")
    database = opening("honest", allow_functions=["touch"])
    assert ((1, 1),) == tuple(database.query("SELECT touch(), n FROM touching").rows)


def test_a_function_that_is_not_there_is_not_known(opening: Opening) -> None:
    with pytest.raises(PolicyError, match="not known to only read"):
        opening().query("SELECT hostile.no_such_function()")


def test_a_function_that_runs_pg_sleep_as_an_operator_is_refused(opening: Opening) -> None:
    with pytest.raises(PolicyError, match="pg_sleep"):
        opening().query("SELECT @@@ 0.01::float8")


def test_reading_a_table_of_ones_own_text_is_judged_alike(opening: Opening) -> None:
    database = opening("public")
    with pytest.raises(PolicyError, match="harm"):
        database.read_table("hostile.loud")
    with pytest.raises(PolicyError, match="harm"):
        database.read_table("hostile.secured")
    assert 2 == len(database.read_table("honest.graded").result.rows)
    with pytest.raises((NotFoundError, PolicyError)):
        database.read_table("hostile.nothing")


def test_what_was_changed_since_is_seen(hostile: psycopg.Connection[Any], opening: Opening) -> None:
    database = opening("public")
    database.query("SELECT honest.gross_of(1)")
    hostile.execute(
        "CREATE OR REPLACE FUNCTION honest.fresh() RETURNS int STABLE LANGUAGE sql AS 'SELECT 1'"
    )
    with pytest.raises(PolicyError):
        opening("public").query("SELECT honest.touch()")
    assert ((1,),) == tuple(opening("public").query("SELECT honest.fresh()").rows)


def test_a_login_with_few_rights_can_read_what_it_may(
    hostile: psycopg.Connection[Any], server_uri: str, database: ConnectionSettings
) -> None:
    hostile.execute("GRANT USAGE ON SCHEMA honest TO hostile_reader")
    hostile.execute("GRANT SELECT ON ALL TABLES IN SCHEMA honest TO hostile_reader")
    url = f"{server_uri}&dbname={database.database}".replace("postgres:@", "hostile_reader:@")
    with sqlcore.connect(url, access="read", privilege_check="off") as reader:
        assert 2 == len(reader.query("SELECT * FROM honest.graded").rows)
        with pytest.raises(PolicyError):
            reader.query("SELECT * FROM hostile.loud")


def test_a_catalog_that_cannot_be_read_stops_reads_and_says_why(
    hostile: psycopg.Connection[Any], server_uri: str, database: ConnectionSettings
) -> None:
    hostile.execute("REVOKE SELECT ON pg_catalog.pg_rewrite FROM PUBLIC")
    url = f"{server_uri}&dbname={database.database}".replace("postgres:@", "hostile_reader:@")
    try:
        with (
            sqlcore.connect(url, access="read", privilege_check="off") as reader,
            pytest.raises(PermissionDeniedError, match="no read can be judged"),
        ):
            reader.query("SELECT * FROM honest.graded")
    finally:
        hostile.execute("GRANT SELECT ON pg_catalog.pg_rewrite TO PUBLIC")


def test_changes_that_run_triggers_are_known(opening: Opening) -> None:
    connection = opening("public").connection
    from sqlcore.services.guarding import SideEffects  # noqa: PLC0415

    effects = SideEffects.of(connection.inspector.facts(), "postgres")
    assert effects.changes_run_triggers(("hostile", "following"))
    assert effects.changes_run_triggers(("hostile", "followed"))
    assert not effects.changes_run_triggers(("hostile", "unfollowed"))
    assert not effects.changes_run_triggers(("honest", "orders"))


def test_a_catalog_that_does_not_answer_lets_nothing_run(
    hostile: psycopg.Connection[Any], opening: Opening, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspecting, "_TIMEOUT_S", 0.5)
    database = opening("public")
    with hostile.transaction():
        hostile.execute("LOCK TABLE pg_catalog.pg_policy IN ACCESS EXCLUSIVE MODE")
        for _ in range(2):  # the second one does not wait
            with pytest.raises(StatementTimeoutError, match="no read can be judged"):
                database.query("SELECT * FROM honest.graded")
    monkeypatch.setattr(inspecting, "_FAILURE_HOLDS_S", 0.0)
    assert 2 == len(database.query("SELECT * FROM honest.graded").rows)
