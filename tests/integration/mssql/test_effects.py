"""What a read may reach: every attack is harm to the bare adapter, and refused to a reader.

The harm is a sequence that moves on: no rollback takes that back.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.mssql.reaching import settings_of, settings_of_url
from tests.integration.tds.session import URL_VARIABLE, TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.errors import PolicyError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.database import Database
from sqlcore.services.guarding import SideEffects
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.testing.events import READ_WRITE, run, scalar

_SETUP = Path(__file__).parent / "hostile.sql"
_DROPS = (
    *("VIEW dbo.hostile_loud", "VIEW hostile.direct", "VIEW hostile.louder"),
    "VIEW hostile.loud_with_a_name_that_is_longer_than_what_the_server_keeps_of_names",
    *("VIEW hostile.loud", "VIEW hostile.quiet", "FUNCTION dbo.cot", "FUNCTION hostile.rows_of"),
    *("FUNCTION hostile.value", "FUNCTION hostile.calls_advance", "FUNCTION hostile.advance"),
    *("FUNCTION hostile.collected", "FUNCTION hostile.plain", "TABLE hostile.lines"),
    *("TABLE hostile.orders", "SEQUENCE hostile.counted", "SCHEMA hostile"),
)
_COUNTED = "SELECT last_value FROM hostile.counted"
_LONG = "hostile.loud_with_a_name_that_is_longer_than_what_the_server_keeps_of_names"
ATTACKS = {
    "a function": "SELECT hostile.advance()",
    "a quoted function": 'SELECT [hostile] . "advance" ()',
    "a function by the database's name": "SELECT sqlcore_test.hostile.advance()",
    "a function that calls another": "SELECT hostile.calls_advance(1)",
    "a function in a condition": "SELECT id FROM hostile.orders WHERE hostile.advance() > 0",
    "a function in ORDER BY": "SELECT id FROM hostile.orders ORDER BY hostile.calls_advance(id)",
    "a function in FROM": "SELECT n FROM hostile.rows_of()",
    "a function after APPLY": "SELECT r.n FROM hostile.orders o CROSS APPLY hostile.rows_of() AS r",
    "a function that is named like a method": "SELECT hostile.value(1)",
    "a function that is named like a built-in one": "SELECT cot(1)",
    "a view": "SELECT n FROM hostile.loud",
    "a view in other letters": "SELECT n FROM HOSTILE.[Loud]",
    "a view on a view": "SELECT n FROM hostile.louder",
    "a view that calls a PostgreSQL function": "SELECT n FROM hostile.direct",
    "a view of the default schema": "SELECT n FROM hostile_loud",
    "a view of no schema in the database": "SELECT n FROM sqlcore_test..hostile_loud",
    "a view by the database's name": "SELECT n FROM sqlcore_test.hostile.loud",
    "a view with a long name": f"SELECT n FROM {_LONG}",
    "a view after a comma": "SELECT l.n FROM hostile.orders AS o (NOLOCK), hostile.loud l",
    "a view with a hint in the old form": "SELECT n FROM hostile_loud (NOLOCK)",
    "a view in brackets": "SELECT n FROM (hostile.loud l CROSS JOIN hostile.orders o)",
    "a view in a subquery": "SELECT (SELECT MAX(n) FROM hostile.loud) AS n",
    "a view in WITH": "WITH c AS (SELECT n FROM hostile.loud) SELECT n FROM c",
    "a view after a set operator": "SELECT 0 AS n UNION ALL SELECT n FROM hostile.loud",
    "a sequence": "SELECT NEXT VALUE FOR hostile.counted AS n",
    "a PostgreSQL function": "SELECT nextval('sqlcore_test_hostile.counted') AS n",
    "functional notation": "SELECT ('sqlcore_test_hostile.counted').nextval",
}
READS = {
    "a function": ("SELECT hostile.plain(1) AS n", 2),
    "a function of many statements": ("SELECT COUNT(*) AS n FROM hostile.collected(1)", 2),
    "a view": ("SELECT MAX(n) AS n FROM hostile.quiet", 3),
    "a view by the database's name": ("SELECT MAX(n) AS n FROM sqlcore_test.hostile.quiet", 3),
    "a table with a trigger": ("SELECT COUNT(*) AS n FROM hostile.orders", 2),
    "a built-in function": ("SELECT LEN('abc') AS n", 3),
}


@pytest.fixture(scope="module", autouse=True)
def _hostile() -> None:
    """Make the objects on the live server, unrecorded."""
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return
    connection = MssqlConnector().connect(settings_of_url(url))
    try:
        for name in _DROPS:
            _try(connection, f"DROP {name}")
        for statement in _SETUP.read_text(encoding="utf-8").split("\nGO\n"):
            run(connection, statement, options=READ_WRITE)
    finally:
        connection.close()


def _try(connection: Connection, text: str) -> None:
    try:
        run(connection, text, options=READ_WRITE)
    except SqlCoreError:
        return


@pytest.fixture(scope="module")
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    # The facts are read when the first test needs them, and again where they are not fresh.
    tds_module.repeatable(
        r"SELECT (DB_NAME\(\), SCHEMA_NAME|s\.name AS schema_name|DISTINCT s\.name AS schema_name"
        r"|SCHEMA_NAME\(r\.|m\.object_id, a\.permission|d\.name AS database_name, e\.orig).*"
    )
    connection = MssqlConnector().connect(settings_of(tds_module))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def reader(connection: Connection) -> Database:
    return Database(connection, Policy(privilege_check=PrivilegeCheck.OFF))


@pytest.mark.parametrize("sql", ATTACKS.values(), ids=ATTACKS)
def test_an_attack_does_harm_unguarded_and_is_refused_to_a_reader(
    connection: Connection, reader: Database, sql: str
) -> None:
    before = scalar(run(connection, _COUNTED))
    run(connection, sql)
    harmed = scalar(run(connection, _COUNTED))
    assert harmed > before
    with pytest.raises(PolicyError):
        reader.query(sql)
    assert harmed == scalar(run(connection, _COUNTED))


@pytest.mark.parametrize(("sql", "expected"), READS.values(), ids=READS)
def test_what_only_reads_may_be_reached(reader: Database, sql: str, expected: int) -> None:
    result = reader.query(sql)
    assert [(expected,)] == [tuple(row) for row in result.result_sets[0].rows]


def test_a_view_that_does_harm_is_refused_to_who_reads_it_as_a_table(reader: Database) -> None:
    with pytest.raises(PolicyError, match="advances a sequence"):
        reader.read_table("Loud", schema="hostile")
    assert reader.read_table("quiet", schema="hostile").result.rows


def test_an_allowed_function_may_be_called(connection: Connection) -> None:
    allowed = Database(
        connection,
        Policy(privilege_check=PrivilegeCheck.OFF, allow_functions=frozenset({"hostile.advance"})),
    )
    assert allowed.query("SELECT hostile.advance() AS n").result_sets
    assert allowed.query("SELECT COUNT(n) AS n FROM hostile.loud").result_sets


def test_the_facts_say_what_changing_a_table_sets_off(connection: Connection) -> None:
    effects = SideEffects.of(connection.inspector.facts(), "tsql")
    assert effects.changes_run_triggers(("hostile", "orders"))
    assert not effects.changes_run_triggers(("hostile", "lines"))
