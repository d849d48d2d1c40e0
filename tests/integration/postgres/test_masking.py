"""Masks on a live PostgreSQL: no way to a masked value through a result, a cursor or an error."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.query import Row
from sqlcore.errors import SqlCoreError
from sqlcore.services.database import Database
from sqlcore.services.masking import MASKED
from sqlcore.services.policy import Policy

SECRETS = ("ada.hush@x.test", "bob.hush@x.test")
SECRET = "hush"
# In bytes and in base64 it would be a secret still.
FORMS = (SECRET, SECRET.upper(), SECRET.encode().hex(), "YWRhLmh1c2g", "hsuh")

SCHEMA = """
DROP SCHEMA IF EXISTS masks CASCADE;
CREATE SCHEMA masks;
CREATE TABLE masks.customers (
    id int PRIMARY KEY, name text, email text, data jsonb,
    shout text GENERATED ALWAYS AS (upper(email)) STORED
);
CREATE TABLE masks.orders (id int PRIMARY KEY, customer_id int, amount numeric, note text);
CREATE TABLE masks.logins (email text PRIMARY KEY, seen int);
CREATE TABLE masks.history (id int, email text) PARTITION BY RANGE (id);
CREATE TABLE masks.part_one PARTITION OF masks.history FOR VALUES FROM (0) TO (100);
CREATE VIEW masks.contacts AS SELECT id, email AS mail, lower(name) AS label FROM masks.customers;
CREATE VIEW masks.deeper AS SELECT c.*, o.note FROM masks.contacts c
    LEFT JOIN masks.orders o ON o.customer_id = c.id;
CREATE MATERIALIZED VIEW masks.frozen AS SELECT id, email AS e FROM masks.customers;
CREATE FUNCTION masks.mail_of(int) RETURNS text STABLE LANGUAGE sql
    AS 'SELECT email FROM masks.customers WHERE id = $1';
CREATE FUNCTION public.mail_of_order(masks.orders) RETURNS text STABLE LANGUAGE sql
    AS 'SELECT email FROM masks.customers WHERE id = $1.customer_id';
INSERT INTO masks.customers (id, name, email, data) VALUES
    (1, 'Ada', 'ada.hush@x.test', '{"a": 1}'), (2, 'Bob', 'bob.hush@x.test', NULL),
    (3, 'Cem', NULL, NULL);
INSERT INTO masks.orders VALUES (1, 1, 10, 'first'), (2, 2, 20, 'second');
INSERT INTO masks.logins SELECT email, id FROM masks.customers WHERE email IS NOT NULL;
INSERT INTO masks.history SELECT id, email FROM masks.customers;
REFRESH MATERIALIZED VIEW masks.frozen;
ANALYZE masks.customers;
ANALYZE masks.logins;
"""


@pytest.fixture(scope="module")
def settings(
    database: ConnectionSettings, admin: psycopg.Connection[Any]
) -> Iterator[ConnectionSettings]:
    admin.execute(SCHEMA)
    yield database
    admin.execute("DROP SCHEMA masks CASCADE")


@pytest.fixture
def unchanged(admin: psycopg.Connection[Any]) -> Iterator[None]:
    """Take back what a test wrote."""
    admin.execute("CREATE TABLE masks.kept AS SELECT * FROM masks.orders")
    yield
    admin.execute(
        "DELETE FROM masks.orders; INSERT INTO masks.orders SELECT * FROM masks.kept;"
        " DROP TABLE masks.kept"
    )


def opened(settings: ConnectionSettings, access: Access) -> Database:
    policy = Policy(
        access=access,
        mask=("customers.email", "*.logins.email", "masks.history.email"),
        allow_functions=frozenset({"masks.*"}),
    )
    return Database(PostgresConnector().connect(settings), policy)


@pytest.fixture(scope="module")
def reader(settings: ConnectionSettings) -> Iterator[Database]:
    with opened(settings, Access.READ) as database:
        yield database


@pytest.fixture(scope="module")
def writer(settings: ConnectionSettings) -> Iterator[Database]:
    with opened(settings, Access.WRITE) as database:
        yield database


def told(database: Database, sql: str) -> str:
    """Give all that a statement tells: its rows and messages, or its error and what led to it."""
    try:
        result = database.query(sql)
    except SqlCoreError as error:
        return f"{error} {error!r} {error.fields} {error.__cause__!r} {error.__context__!r}"
    return repr([list(rows) for rows in result.result_sets]) + repr(result.messages)


ATTACKS = [
    "SELECT * FROM masks.customers",
    "TABLE masks.customers",
    "SELECT email AS harmless FROM masks.customers",
    "SELECT c FROM masks.customers c",
    "SELECT c::text, (c).email, ROW(c.*), to_jsonb(c) FROM masks.customers c",
    "SELECT row_to_json(c) FROM masks.customers c",
    "SELECT jsonb_agg(c) FROM masks.customers c",
    "SELECT value FROM masks.customers c, jsonb_each_text(to_jsonb(c))",
    "SELECT j ->> 'email' FROM masks.customers c, to_jsonb(c) j",
    "SELECT jsonb_path_query(to_jsonb(c), '$.email') FROM masks.customers c",
    "SELECT shout FROM masks.customers",
    (
        "SELECT reverse(email), encode(email::bytea, 'hex'), encode(email::bytea, 'base64')"
        " FROM masks.customers"
    ),
    "SELECT string_agg(email, ','), array_agg(email), min(email) FROM masks.customers",
    "SELECT regexp_split_to_table(email, '@') FROM masks.customers",
    "SELECT unnest(ARRAY[email]) FROM masks.customers",
    "SELECT x FROM (SELECT email FROM masks.customers) AS s (x)",
    "WITH s AS MATERIALIZED (SELECT email AS e FROM masks.customers) SELECT s FROM s",
    (
        "WITH RECURSIVE t (n, e) AS (SELECT 1, (SELECT email FROM masks.customers WHERE id = 1)"
        " UNION ALL SELECT n + 1, e FROM t WHERE n < 3) SELECT e FROM t"
    ),
    (
        "SELECT l.e FROM masks.orders o, LATERAL (SELECT email AS e FROM masks.customers"
        " WHERE id = o.customer_id) l"
    ),
    "SELECT note FROM masks.orders UNION ALL SELECT email FROM masks.customers",
    "SELECT email FROM masks.logins INTERSECT SELECT email FROM masks.customers",
    "SELECT first_value(email) OVER (ORDER BY id) FROM masks.customers",
    "SELECT CASE WHEN true THEN email END FROM masks.customers",
    "SELECT (SELECT email FROM masks.customers WHERE id = o.customer_id) FROM masks.orders o",
    "SELECT ARRAY(SELECT email FROM masks.customers)",
    "SELECT * FROM masks.customers NATURAL JOIN masks.orders",
    "SELECT * FROM masks.logins JOIN masks.customers USING (email)",
    "VALUES ((SELECT email FROM masks.customers WHERE id = 1))",
    "SELECT format('%s', email), concat(email) FROM masks.customers",
    "SELECT * FROM masks.contacts",
    "SELECT d.mail, d FROM masks.deeper d",
    "SELECT e FROM masks.frozen",
    "SELECT * FROM masks.history",
    "SELECT * FROM masks.part_one",
    "SELECT masks.mail_of(1)",
    "SELECT * FROM masks.mail_of(1)",
    "SELECT o.mail_of_order FROM masks.orders o",
    "SELECT (o).mail_of_order, public.mail_of_order(o) FROM masks.orders o",
    "SELECT most_common_vals, histogram_bounds FROM pg_stats WHERE schemaname = 'masks'",
    "SELECT s FROM pg_catalog.pg_stats s WHERE schemaname = 'masks'",
    "SELECT stavalues1, stavalues2 FROM pg_statistic",
    # Errors that quote the value.
    "SELECT email::int FROM masks.customers",
    "SELECT id FROM masks.customers WHERE email::date > now()",
    "SELECT email::regclass FROM masks.customers",
    "SELECT email::regoper FROM masks.customers",
    "SELECT current_setting(email) FROM masks.customers",
    "SELECT to_tsquery('(' || email) FROM masks.customers",
    "SELECT encode('x', email) FROM masks.customers",
    "SELECT 1 FROM masks.contacts WHERE mail::uuid IS NULL",
    "SELECT now() AT TIME ZONE email FROM masks.customers",
    "SELECT masks.mail_of(1)::int",
    "EXPLAIN (ANALYZE, VERBOSE) SELECT email::int FROM masks.customers",
]


@pytest.mark.parametrize("sql", ATTACKS)
def test_no_read_tells_a_masked_value(reader: Database, sql: str) -> None:
    answer = told(reader, sql)
    assert not [form for form in FORMS if form in answer]


@pytest.mark.parametrize("sql", ATTACKS)
def test_each_of_these_tells_it_without_masks(settings: ConnectionSettings, sql: str) -> None:
    """Else the test above would show nothing."""
    policy = Policy(access=Access.WRITE)
    with Database(PostgresConnector().connect(settings), policy) as database:
        answer = told(database, sql)
    quoted_errors_are_cut_anyway = "…" in answer
    assert quoted_errors_are_cut_anyway or [form for form in FORMS if form in answer]


WRITES = [
    "UPDATE masks.customers SET name = name RETURNING *",
    "UPDATE masks.customers SET name = name RETURNING old.email, new.email",
    "INSERT INTO masks.orders (id, note) SELECT 9, email FROM masks.customers RETURNING note",
    (
        "INSERT INTO masks.orders (id, note) SELECT 9, email FROM masks.customers WHERE id = 1"
        " RETURNING note, id"
    ),
    "UPDATE masks.orders SET note = email FROM masks.customers c WHERE c.id = 1 RETURNING note",
    "WITH w AS (UPDATE masks.customers SET name = name RETURNING email AS e) SELECT e FROM w",
    "SELECT 1; SELECT email FROM masks.customers",
    "DO $$ BEGIN RAISE NOTICE 'it is %', (SELECT min(email) FROM masks.customers); END $$",
    "DO $$ BEGIN RAISE EXCEPTION '%', (SELECT min(email) FROM masks.customers); END $$",
    "INSERT INTO masks.logins SELECT email, 1 FROM masks.customers",
    "UPDATE masks.orders SET amount = (SELECT min(email) FROM masks.customers)::int",
]


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("sql", WRITES)
def test_no_write_tells_a_masked_value_where_it_runs(writer: Database, sql: str) -> None:
    answer = told(writer, sql)
    assert not [form for form in FORMS if form in answer]


HONEST = [
    ("SELECT id, name, data FROM masks.customers ORDER BY id LIMIT 1", [(1, "Ada", '{"a": 1}')]),
    ("SELECT count(*), count(email), count(DISTINCT email) FROM masks.customers", [(3, 2, 2)]),
    (("SELECT c.name, sum(o.amount) FROM masks.customers c JOIN masks.orders o"
     " ON o.customer_id = c.id GROUP BY c.name ORDER BY 1 LIMIT 1"), [("Ada", 10)]),
    ("SELECT id, email IS NULL FROM masks.customers ORDER BY id DESC LIMIT 1", [(3, True)]),
    ("SELECT name FROM masks.customers WHERE email = 'ada.hush@x.test'", [("Ada",)]),
    ("SELECT label FROM masks.contacts WHERE id = 2", [("bob",)]),
    ("SELECT o.* FROM masks.orders o WHERE id = 1", [(1, 1, 10, "first")]),
    ("SELECT key FROM masks.customers c, jsonb_each(c.data)", [("a",)]),
    (("SELECT id, row_number() OVER (PARTITION BY email ORDER BY id) FROM masks.customers"
     " WHERE id = 1"), [(1, 1)]),
    ("SELECT relname::text FROM pg_class WHERE relname = 'logins'", [("logins",)]),
    (("SELECT null_frac >= 0 FROM pg_stats WHERE schemaname = 'masks' AND attname = 'email'"
     " LIMIT 1"), [(True,)]),
    (("SELECT column_name::text FROM information_schema.columns WHERE table_schema = 'masks'"
     " AND table_name = 'logins' AND ordinal_position = 1"), [("email",)]),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "rows"), HONEST)
def test_what_comes_from_no_masked_column_is_shown(
    reader: Database, sql: str, rows: list[tuple[Any, ...]]
) -> None:
    assert [tuple(row) for row in reader.query(sql)] == rows


def test_pages_and_their_cursors_hold_no_masked_value(reader: Database) -> None:
    seen: list[Row] = []
    cursor = None
    while True:
        page = reader.read_table("masks.logins", limit=1, cursor=cursor)
        assert page.paging == "offset"
        assert SECRET not in repr(page)
        seen += page.result.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert seen == [(MASKED, 1), (MASKED, 2)]


def test_a_page_may_be_narrowed_by_a_masked_column(reader: Database) -> None:
    where = [{"column": "email", "op": "=", "value": SECRETS[0]}]
    page = reader.read_table("masks.customers", columns=["name", "email"], where=where)
    assert page.result.rows == (("Ada", MASKED),)


def test_a_name_that_is_wrong_is_still_named(reader: Database) -> None:
    with pytest.raises(SqlCoreError, match="emial"):
        reader.query("SELECT emial FROM masks.customers")
