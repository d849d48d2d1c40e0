from __future__ import annotations

import subprocess
import sys

import pytest

from sqlcore.domain.access import Access
from sqlcore.errors import InvalidArgumentError, PolicyError
from sqlcore.services.guarding import Decision, StatementKind, decide, warm_up


def reads(sql: str, dialect: str = "postgres") -> Decision:
    return decide(sql, dialect, Access.READ)


def test_access_levels_are_ordered() -> None:
    assert Access.METADATA < Access.READ < Access.WRITE
    assert Access.WRITE >= Access.WRITE > Access.METADATA
    assert max(Access) is Access.WRITE
    assert Access("read") is Access.READ


def test_metadata_runs_no_sql() -> None:
    decision = decide("SELECT 1", "postgres", Access.METADATA)
    assert not decision.allowed
    assert "--access read" in (decision.hint or "")


def test_an_unknown_dialect_is_an_error_at_every_level_that_reads_it() -> None:
    for access in (Access.READ, Access.WRITE):
        with pytest.raises(InvalidArgumentError, match="dialect"):
            decide("SELECT 1", "oracle", access)


@pytest.mark.parametrize(
    ("sql", "kind"),
    [
        ("SELECT 1", StatementKind.SELECT),
        ("WITH a AS (SELECT 1) DELETE FROM t", StatementKind.DELETE),
        ("INSERT INTO t VALUES (1)", StatementKind.INSERT),
        ("CREATE TABLE t (a int)", StatementKind.DEFINITION),
        ("GRANT SELECT ON t TO u", StatementKind.PERMISSION),
        ("CALL p()", StatementKind.CALL),
        ("BEGIN", StatementKind.TRANSACTION),
        ("SET x = 1", StatementKind.SETTING),
        ("EXPLAIN SELECT 1", StatementKind.EXPLAIN),
        ("SHOW ALL", StatementKind.SHOW),
        ("SELECT 1; SELECT 2", StatementKind.SCRIPT),
        ("VACUUM", StatementKind.OTHER),
    ],
)
def test_write_runs_anything_and_says_what_it_is(sql: str, kind: StatementKind) -> None:
    decision = decide(sql, "postgres", Access.WRITE)
    assert decision.allowed
    assert kind is decision.kind


@pytest.mark.parametrize("access", [Access.READ, Access.WRITE])
@pytest.mark.parametrize("sql", ["", "  ;; ", "-- nothing", "/* nothing */"])
def test_a_text_without_a_statement_is_refused(sql: str, access: Access) -> None:
    decision = decide(sql, "postgres", access)
    assert not decision.allowed
    assert decision.kind is StatementKind.EMPTY


@pytest.mark.parametrize("access", [Access.READ, Access.WRITE])
def test_a_text_that_does_not_end_is_refused_and_says_where(access: Access) -> None:
    decision = decide("SELECT 1,\n 'abc", "tsql", access)
    assert not decision.allowed
    assert (2, 12) == (decision.line, decision.position)


def test_a_refusal_names_line_character_and_switch() -> None:
    decision = decide("SELECT 1\nDELETE FROM t", "tsql", Access.READ)
    assert (2, 10) == (decision.line, decision.position)
    with pytest.raises(PolicyError, match="DELETE") as caught:
        decision.raise_if_refused()
    assert "--access write" in (caught.value.hint or "")
    assert (2, 10) == (caught.value.line, caught.value.position)


@pytest.mark.parametrize(
    ("dialect", "sql"),
    [
        ("tsql", "EXEC dbo.p 1"),
        ("tsql", "execute dbo.p; SELECT 1"),
        ("postgres", "CALL s.p(1)"),
        ("postgres", "call p(); SELECT 1"),
    ],
)
def test_a_call_that_is_sent_as_a_statement_is_shown_the_tool(dialect: str, sql: str) -> None:
    decision = decide(sql, dialect, Access.READ)
    assert not decision.allowed
    assert "execute_stored_procedure" in (decision.hint or "")


def test_an_allowed_statement_raises_nothing() -> None:
    reads("SELECT 1").raise_if_refused()


def test_a_function_can_be_allowed_by_name() -> None:
    sql = "SELECT Net_Price(1), sales.gross_price(1)"
    allowed = frozenset({"net_price", "sales.gross_price"})
    assert not reads(sql).allowed
    assert not decide(
        sql, "postgres", Access.READ, allow_functions=frozenset({"net_price"})
    ).allowed
    assert decide(sql, "postgres", Access.READ, allow_functions=allowed).allowed


def test_a_function_of_a_schema_is_not_allowed_by_its_bare_name() -> None:
    decision = decide(
        "SELECT [dbo].[f](1)", "tsql", Access.READ, allow_functions=frozenset({"f", "other.f"})
    )
    assert not decision.allowed
    assert "dbo.f" in decision.reason


@pytest.mark.parametrize("name", ["pg_sleep", "dblink", "lo_import", "set_config"])
def test_a_harmful_function_cannot_be_allowed(name: str) -> None:
    decision = decide(
        f"SELECT {name}('x')", "postgres", Access.READ, allow_functions=frozenset({name})
    )
    assert not decision.allowed


@pytest.mark.parametrize("line_end", ["\r", "\x85", "\u2028", "\x0b"])
def test_a_comment_with_an_unusual_line_end_is_refused_in_tsql(line_end: str) -> None:
    sql = f"SELECT 1 -- x{line_end}, 2 /*\nDELETE FROM t --*/"
    assert not reads(sql, "tsql").allowed


def test_a_comment_that_crlf_ends_is_fine_in_tsql() -> None:
    assert reads("SELECT 1 -- x\r\n, 2\r\n", "tsql").allowed


def test_an_unbalanced_bracket_is_refused() -> None:
    for sql in ("SELECT (1", "SELECT 1)", "SELECT (1]", "SELECT ARRAY[1)"):
        assert not reads(sql).allowed


def test_brackets_nested_too_deeply_are_refused() -> None:
    assert reads("SELECT " + "(" * 30 + "1" + ")" * 30).allowed
    assert not reads("SELECT " + "char(" * 30 + "1" + ")" * 30).allowed
    assert not reads("SELECT " + "ARRAY[" * 30 + "1" + "]" * 30).allowed
    for depth in (200, 5_000):
        assert not reads("SELECT " + "(" * depth + "1" + ")" * depth).allowed


def test_long_chains_are_judged_without_exhausting_the_stack() -> None:
    assert reads("SELECT 1" + " + 1" * 3_000).allowed
    assert not reads("SELECT " + "NOT " * 5_000 + "true").allowed


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t WHERE",
        "SELECT a FROM t GROUP ORDER",
        "SELECT * FROM FROM",
    ],
)
def test_whatever_the_second_parser_fails_with_is_a_refusal(sql: str) -> None:
    assert "second parser" in reads(sql).reason


def test_a_very_long_read_is_refused() -> None:
    decision = reads("SELECT 1 --" + "x" * 200_000)
    assert not decision.allowed
    assert "200000" in decision.reason


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM t",
        "VALUES (1), (2)",
        "WITH a (x) AS (SELECT 1) SELECT count(*), upper(name) FROM a, t AS b WHERE b.id IN (1, 2)",
        "SELECT sum(x) FILTER (WHERE x > 1) OVER (PARTITION BY y) FROM t",
    ],
)
def test_sqlite_reads_are_allowed(sql: str) -> None:
    assert reads(sql, "sqlite").allowed


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM t",
        "WITH a AS (SELECT 1) DELETE FROM t",
        "WITH a AS (SELECT 1) REPLACE INTO t VALUES (1)",
        "ATTACH 'x' AS y",
        "PRAGMA user_version = 1",
        "SELECT 1; PRAGMA user_version = 1",
        "SELECT load_extension('x')",
        "SELECT writefile('x', 'y')",
        "EXPLAIN SELECT 1",
        "VACUUM INTO 'x'",
    ],
)
def test_sqlite_writes_are_refused(sql: str) -> None:
    assert not reads(sql, "sqlite").allowed


def test_every_dialect_can_be_warmed_up() -> None:
    for dialect in ("postgres", "tsql", "sqlite"):
        warm_up(dialect)


def test_importing_the_guard_loads_no_parser() -> None:
    code = (
        "import sys; from sqlcore.services import guarding; "
        "sys.exit(any(name.split('.')[0] == 'sqlglot' for name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)  # noqa: S603 - our own code
    assert done.returncode == 0


def test_what_is_refused_leaves_no_text_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    sql = "WITH x AS (ALTER ROLE ann PASSWORD 'secret') SELECT 1"
    assert not decide(sql, "postgres", Access.READ).allowed
    assert "secret" not in caplog.text


def test_only_the_servers_own_functions_of_the_information_schema_are_known() -> None:
    known, other = (f"SELECT information_schema.{name}(x)" for name in ("_pg_truetypid", "mine"))
    assert decide(known, "postgres", Access.READ).allowed
    assert not decide(other, "postgres", Access.READ).allowed


@pytest.mark.parametrize("sql", ["SELECT {fn NOW()}", "SELECT {d '2026-11-21'", "SELECT {d d '1'}"])
def test_braces_that_hold_no_date_are_refused(sql: str) -> None:
    assert not decide(sql, "tsql", Access.READ).allowed
