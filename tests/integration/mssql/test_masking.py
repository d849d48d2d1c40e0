"""Masks on T-SQL: no way to a masked value through a result, a page or an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.access import Access
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.database import Database
from sqlcore.services.masking import MASKED
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.testing.events import READ_WRITE, run

SECRET = "hush"
FORMS = (SECRET, SECRET.upper(), "hsuh")
_DROPS = (
    "DROP VIEW IF EXISTS masks.deeper",
    "DROP VIEW IF EXISTS masks.contacts",
    "DROP FUNCTION IF EXISTS masks.mail_of",
    "DROP TABLE IF EXISTS masks.customers",
    "DROP TABLE IF EXISTS masks.logins",
    "DROP SCHEMA IF EXISTS masks",
)
_SCHEMA = (
    "CREATE SCHEMA masks",
    (
        "CREATE TABLE masks.customers (id int PRIMARY KEY, name nvarchar(50), email nvarchar(50),"
        " shout AS UPPER(email))"
    ),
    "CREATE TABLE masks.logins (email varchar(50) PRIMARY KEY, seen int)",
    (
        "INSERT INTO masks.customers (id, name, email) VALUES (1, 'Ada', 'ada.hush@x.test'),"
        " (2, 'Bob', 'bob.hush@x.test'), (3, 'Cem', NULL)"
    ),
    "INSERT INTO masks.logins VALUES ('ada.hush@x.test', 1), ('bob.hush@x.test', 2)",
    (
        "CREATE VIEW masks.contacts AS SELECT id, email AS mail, LOWER(name) AS label"
        " FROM masks.customers"
    ),
    "CREATE VIEW masks.deeper AS SELECT c.* FROM masks.contacts c WHERE c.id < 3",
    (
        "CREATE FUNCTION masks.mail_of (@id int) RETURNS nvarchar(50) AS BEGIN"
        " RETURN (SELECT email FROM masks.customers WHERE id = @id) END"
    ),
)


@pytest.fixture(scope="module")
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds_module))
    for statement in (*_DROPS, *_SCHEMA):
        run(connection, statement, options=READ_WRITE)
    yield connection
    for statement in _DROPS:
        run(connection, statement, options=READ_WRITE)
    connection.close()


def opened(connection: Connection, access: Access, mask: tuple[str, ...]) -> Database:
    policy = Policy(
        access=access,
        mask=mask,
        allow_functions=frozenset({"masks.*"}),
        privilege_check=PrivilegeCheck.OFF,
    )
    return Database(connection, policy)


@pytest.fixture(scope="module")
def reader(connection: Connection) -> Database:
    return opened(connection, Access.READ, ("masks.*.email",))


@pytest.fixture(scope="module")
def writer(connection: Connection) -> Database:
    return opened(connection, Access.WRITE, ("masks.*.email",))


def told(database: Database, sql: str) -> str:
    """Give all that a statement tells: its rows and messages, or its error and what led to it."""
    try:
        result = database.query(sql)
    except SqlCoreError as error:
        return f"{error} {error!r} {error.fields} {error.__cause__!r} {error.__context__!r}"
    return repr([list(rows) for rows in result.result_sets]) + repr(result.messages)


ATTACKS = [
    "SELECT * FROM masks.customers",
    "SELECT TOP 1 [Email] AS harmless FROM masks.Customers ORDER BY id",
    "SELECT x = email FROM masks.customers",
    "SELECT shout FROM masks.customers",
    "SELECT REVERSE(email), SUBSTRING(email, 1, 9), CONCAT(email, '') FROM masks.customers",
    "SELECT CASE WHEN 1 = 1 THEN email END FROM masks.customers",
    "SELECT STRING_AGG(email, ',') FROM masks.customers",
    "SELECT MAX(email) FROM masks.customers",
    "SELECT id, email FROM masks.customers FOR JSON PATH",
    "SELECT s.e FROM (SELECT email FROM masks.customers) AS s (e)",
    "WITH s AS (SELECT email AS e FROM masks.customers) SELECT e FROM s",
    "SELECT a.e FROM masks.customers c CROSS APPLY (SELECT c.email AS e) a",
    "SELECT s.value FROM masks.customers c CROSS APPLY STRING_SPLIT(c.email, '@') s",
    "SELECT name FROM masks.customers UNION ALL SELECT email FROM masks.logins",
    "SELECT (SELECT email FROM masks.customers WHERE id = 1)",
    "SELECT mail FROM masks.contacts",
    "SELECT * FROM masks.deeper",
    "SELECT masks.mail_of(1)",
    "WITH CUSTOMERS AS (SELECT id, email AS name FROM masks.customers) SELECT name FROM customers",
    "SELECT email FROM sqlcore_test.masks.customers",
    "SELECT (SELECT c.* FOR JSON PATH) FROM masks.customers c",
    "SELECT j.value FROM OPENJSON((SELECT email FROM masks.customers FOR JSON PATH)) j",
    (
        "SELECT p.[1] FROM (SELECT id, email FROM masks.customers) s PIVOT (MAX(email) FOR id"
        " IN ([1])) p"
    ),
    # Errors that quote the value.
    "SELECT CAST(email AS int) FROM masks.customers",
    "SELECT id FROM masks.customers WHERE CONVERT(date, email) > GETDATE()",
    "SELECT 1 FROM masks.contacts WHERE CAST(mail AS uniqueidentifier) IS NOT NULL",
    "SELECT CAST(masks.mail_of(1) AS int)",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_no_read_tells_a_masked_value(reader: Database, sql: str) -> None:
    answer = told(reader, sql)
    assert not [form for form in FORMS if form in answer]


@pytest.mark.parametrize("sql", ATTACKS)
def test_each_of_these_tells_it_without_masks(connection: Connection, sql: str) -> None:
    """Else the test above would show nothing; the adapter itself cuts values out of errors."""
    answer = told(opened(connection, Access.WRITE, ()), sql)
    assert "error" in answer.lower() or [form for form in FORMS if form in answer]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE masks.customers SET name = name OUTPUT inserted.email",
        "SELECT 1 AS a SELECT email FROM masks.customers",
        "DECLARE @e nvarchar(50) = (SELECT MAX(email) FROM masks.customers); PRINT @e",
        "DECLARE @e nvarchar(50) = (SELECT MAX(email) FROM masks.customers); RAISERROR(@e, 16, 1)",
        "EXEC ('SELECT email FROM masks.customers')",
        (
            "DECLARE @e nvarchar(50) = (SELECT MAX(email) FROM masks.customers);"
            " EXEC ('SELECT [' + @e + '] FROM masks.customers')"
        ),
    ],
)
def test_no_write_tells_a_masked_value_where_it_runs(writer: Database, sql: str) -> None:
    answer = told(writer, sql)
    assert not [form for form in FORMS if form in answer]


HONEST = [
    ("SELECT TOP 1 id, name FROM masks.customers ORDER BY id", [(1, "Ada")]),
    ("SELECT COUNT(*), COUNT(email), COUNT(DISTINCT email) FROM masks.customers", [(3, 2, 2)]),
    ("SELECT name FROM masks.customers WHERE email = 'ada.hush@x.test'", [("Ada",)]),
    ("SELECT label FROM masks.deeper WHERE id = 2", [("bob",)]),
    (("SELECT c.name, l.seen FROM masks.customers c JOIN masks.logins l ON l.email = c.email"
     " WHERE c.id = 1"), [("Ada", 1)]),
    ("SELECT name FROM sys.tables WHERE name = 'logins'", [("logins",)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows"), HONEST)
def test_what_comes_from_no_masked_column_is_shown(
    reader: Database, sql: str, rows: list[tuple[Any, ...]]
) -> None:
    assert [tuple(row) for row in reader.query(sql)] == rows


def test_pages_and_their_cursors_hold_no_masked_value(reader: Database) -> None:
    first = reader.read_table("masks.logins", limit=1)
    assert (first.paging, first.result.rows) == ("offset", ((MASKED, 1),))
    second = reader.read_table("masks.logins", limit=1, cursor=first.next_cursor)
    assert second.result.rows == ((MASKED, 2),)
    assert SECRET not in repr((first, second))


def test_a_name_that_is_wrong_is_still_named(reader: Database) -> None:
    with pytest.raises(SqlCoreError, match="emial"):
        reader.query("SELECT emial FROM masks.customers")
