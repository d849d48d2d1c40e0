"""Which columns of a result may hold masked values, over a catalog made by hand.

In the expectations `.` is a column that is shown and `x` one that is masked. `customers.email` is
the masked column; `customers` has id, name, email, phone and `orders` has id, customer_id, amount,
note.
"""

from __future__ import annotations

import pytest
from tests.unit.masking.catalogs import follow, shown

POSTGRES = [
    # Plain columns and stars.
    ("SELECT id, email, name FROM customers", ".x."),
    ("SELECT * FROM customers", "..x."),
    ("SELECT c.*, 1 FROM customers c", "..x.."),
    ("SELECT o.*, c.* FROM orders o JOIN customers c ON true", "......x."),
    ("SELECT Email, c.EMAIL FROM Customers c", "xx"),
    ('SELECT "email" FROM public."customers"', "x"),
    ("TABLE customers", "..x."),
    ("SELECT * FROM customers AS c (a, b, secret, d)", "..x."),
    ("SELECT secret, b FROM customers AS c (a, b, secret)", "x."),
    ("SELECT ctid, id FROM customers", ".."),
    # Expressions.
    ("SELECT upper(email), email || '', id + 1, email::text FROM customers", "xx.x"),
    ("SELECT email = 'a', email < 'm', NOT email LIKE 'a%' FROM customers", "xxx"),
    ("SELECT CASE WHEN email LIKE 'a%' THEN 1 END, coalesce(name, email), name FROM customers",
     "xx."),
    ("SELECT substr(email, 1, 1), length(email), md5(email) FROM customers", "xxx"),
    ("SELECT email IS NULL, email IS NOT NULL, (email = 'a') IS TRUE FROM customers", "..x"),
    ("SELECT count(*), count(email), count(DISTINCT email), max(email) FROM customers", "...x"),
    ("SELECT count(*) FILTER (WHERE email LIKE 'a%'), string_agg(name, email) FROM customers",
     ".x"),
    ("SELECT row_number() OVER (ORDER BY email), lag(email) OVER (ORDER BY id) FROM customers",
     ".x"),
    (("SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY email), mode() WITHIN GROUP (ORDER BY id)"
     " FROM customers"), "x."),
    ("SELECT ARRAY[email], ROW(id, email), ARRAY[id], '{}'::jsonb FROM customers", "xx.."),
    (("SELECT email AT TIME ZONE 'UTC', extract(year FROM email), email[1], email COLLATE \"C\""
     " FROM customers"), "xxxx"),
    # The whole row.
    ("SELECT c FROM customers c", "x"),
    ("SELECT customers, id FROM customers", "x."),
    ("SELECT row_to_json(c), to_jsonb(c.*), c::text, (c).id, id FROM customers c", "xxxx."),
    ("SELECT (c).* FROM customers c", "xxxx"),
    ("SELECT id, (c).* FROM customers c", ".xxxx"),
    ("SELECT jsonb_agg(c), array_agg(o) FROM customers c, orders o", "x."),
    ("SELECT key, value FROM customers c, jsonb_each(to_jsonb(c))", "xx"),
    ("SELECT s.c FROM (SELECT c FROM customers c) s", "x"),
    ("SELECT s FROM (SELECT email FROM customers) s", "x"),
    ("SELECT s FROM (SELECT id FROM customers) s", "."),
    # Sub-queries.
    ("SELECT a, b FROM (SELECT email AS a, id AS b FROM customers) s", "x."),
    ("SELECT * FROM (SELECT id, email FROM customers) AS s (a, b)", ".x"),
    ("SELECT (SELECT email FROM customers LIMIT 1), id FROM orders", "x."),
    ("SELECT (SELECT c.email), (SELECT c.id) FROM customers c", "x."),
    ("SELECT EXISTS (SELECT email FROM customers), ARRAY(SELECT email FROM customers)", ".x"),
    ("SELECT note IN (SELECT email FROM customers) FROM orders", "x"),
    ("SELECT x.email, x.id FROM (SELECT * FROM customers) x", "x."),
    ("SELECT l.e, l.i FROM customers c, LATERAL (SELECT c.email AS e, c.id AS i) l", "x."),
    ("SELECT l.e FROM customers c CROSS JOIN LATERAL (VALUES (c.email)) AS l (e)", "x"),
    ("SELECT e FROM customers c, unnest(ARRAY[c.email]) e", "x"),
    ("SELECT u.e, c.id FROM customers c, unnest(ARRAY[c.id]) AS u (e)", ".."),
    ("SELECT g, c.id FROM customers c, generate_series(1, 3) g", ".."),
    ("SELECT t FROM customers c, regexp_split_to_table(c.email, '') t", "x"),
    (("SELECT * FROM ROWS FROM (generate_series(1, 2), unnest(ARRAY(SELECT email FROM customers)))"
     " AS r (a, b)"), "xx"),
    ("SELECT v.a, v.b FROM (VALUES ((SELECT email FROM customers LIMIT 1), 1)) AS v (a, b)", "x."),
    ("VALUES (1, (SELECT email FROM customers LIMIT 1)), (2, 'x')", ".x"),
    # A query around another knows both by the same alias.
    ("SELECT (SELECT c.email FROM orders c LIMIT 1) FROM customers c", "x"),
    # WITH.
    ("WITH a AS (SELECT email AS e, id FROM customers) SELECT * FROM a", "x."),
    (("WITH a (p, q) AS (SELECT id, email FROM customers), b AS (SELECT q, p FROM a)"
     " SELECT p, q FROM b"), ".x"),
    ("WITH customers AS (SELECT id, email AS e FROM customers) SELECT * FROM customers", ".x"),
    ("WITH customers AS (SELECT 1 AS email) SELECT email FROM customers", "."),
    (("WITH RECURSIVE t (n, e) AS (SELECT 1, 'x' UNION ALL"
     " SELECT n + 1, (SELECT email FROM customers LIMIT 1) FROM t) SELECT * FROM t"), ".x"),
    (("WITH RECURSIVE t (a, b, c) AS (SELECT 'x', 'y', (SELECT email FROM customers LIMIT 1)"
     " UNION ALL SELECT b, c, c FROM t) SELECT a, 1 FROM t"), "x."),
    ("WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT email FROM customers) SELECT * FROM a",
     "x"),
    ("WITH a AS (UPDATE customers SET name = 'x' RETURNING email) SELECT * FROM a", "x"),
    (("WITH a AS (SELECT 1) SELECT (WITH a AS (SELECT email AS b FROM customers) SELECT b FROM a)"
     " FROM a"), "x"),
    # Set operations.
    ("SELECT 'x', 1 UNION SELECT email, id FROM customers", "x."),
    ("SELECT name, 1 FROM customers INTERSECT SELECT email, id FROM customers", "x."),
    ("(SELECT id FROM customers) UNION ALL (SELECT id FROM orders) ORDER BY 1", "."),
    ("SELECT * FROM (SELECT 1 AS a UNION SELECT 2 UNION SELECT 3) s, customers c", "...x."),
    # Joins.
    ("SELECT * FROM customers JOIN people USING (id)", "..x.."),
    ("SELECT * FROM orders JOIN customers USING (id)", ".....x."),
    ("SELECT * FROM customers NATURAL JOIN people", ".x.."),
    ("SELECT email FROM people JOIN customers USING (email)", "x"),
    ("SELECT * FROM people JOIN customers USING (email, id)", "x..."),
    ("SELECT * FROM (orders o JOIN customers c ON true)", "......x."),
    ("SELECT j.* FROM (orders o JOIN customers c ON true) AS j (a, b, c, d, e, f, g)", "......x."),
    ("SELECT id FROM orders, people JOIN customers ON true", "."),
    ("SELECT * FROM orders LEFT JOIN customers ON note = email", "......x."),
    # Views.
    ("SELECT * FROM contacts", ".x."),
    ("SELECT * FROM mails", "x"),
    ("SELECT * FROM spending", ".."),
    ("SELECT * FROM unreadable", "xx"),
    ("SELECT * FROM odd", "xx"),
    ("SELECT * FROM endless", "x"),
    # Functions of the database's own may read any table.
    ("SELECT lookup(id), id FROM customers", "x."),
    ("SELECT lookup(1)", "x"),
    ("SELECT public.lookup(1), upper('x')", "x."),
    ("SELECT * FROM lookup(1)", "xxx"),
    ("SELECT o.lookup, o.id FROM orders o", "x."),
    ("SELECT (o.id).lookup FROM orders o", "x"),
    ("SELECT initcap('x')", "x"),
    ("SELECT similarity(name, 'x'), similarity(email, 'x') FROM customers", ".x"),
    ("SELECT dblink_get('x')", "x"),
    ("SELECT query_to_xml('SELECT 1', true, true, '')", "x"),
    ("SELECT nobody_knows(1)", "x"),
    # What cannot be followed.
    ("SELECT * FROM nowhere", "xx"),
    ("SELECT id FROM pg_toast.pg_toast_1234", "x"),
    ("SELECT email FROM other.public.customers", "x"),
    ("SELECT unknown_column FROM customers", "x"),
    ("SELECT id FROM customers; SELECT email FROM customers", "x"),
    ("DO $$ BEGIN END $$", "x"),
    ("CALL p()", "x"),
    ("SELECT SELECT FROM", "x"),
    ("COPY customers TO STDOUT", "x"),
    ("SHOW server_version", "."),
    ("EXPLAIN SELECT email FROM customers", "."),
    ("EXPLAIN (ANALYZE, VERBOSE) SELECT lookup(1)", "x"),
    # Statements that change rows.
    ("UPDATE customers SET name = 'x' RETURNING id, email, upper(email)", ".xx"),
    ("UPDATE customers SET name = 'x' RETURNING *", "..x."),
    ("UPDATE customers c SET name = o.note FROM orders o RETURNING *", "xxxxxxxx"),
    ("DELETE FROM customers RETURNING old.email, new.id", "x."),
    ("INSERT INTO customers (id) VALUES (1) RETURNING email AS e, id", "x."),
    ("INSERT INTO orders (note) SELECT email FROM customers RETURNING id, note", "xx"),
    ("INSERT INTO customers (name) SELECT email FROM customers RETURNING name", "x"),
    ("INSERT INTO orders (note) SELECT name FROM customers RETURNING id, note", ".."),
    (("INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name ="
     " customers.email RETURNING name"), "x"),
    ("UPDATE customers SET name = email, phone = 'x' RETURNING name, phone", "x."),
    ("UPDATE customers SET (name, phone) = (email, 'x') RETURNING name, phone, id", "xx."),
    ("UPDATE orders SET note = (SELECT max(email) FROM customers) RETURNING note, id", "x."),
    ("UPDATE orders o SET note = c.email FROM customers c RETURNING o.note, o.id", "x."),
    (("MERGE INTO orders o USING customers c ON true WHEN MATCHED THEN UPDATE SET note = email"
     " RETURNING o.note, c.id"), "x."),
    ("INSERT INTO orders (id) VALUES (1) RETURNING *", "...."),
    # Names that the engine tells apart.
    ('WITH "Customers" AS (SELECT 1 AS email) SELECT email FROM customers', "x"),
    ('WITH "Customers" AS (SELECT 1 AS email) SELECT * FROM Customers', "..x."),
    ('WITH Customers AS (SELECT 1 AS email) SELECT email FROM "customers"', "."),
    ('WITH customers AS (SELECT 1 AS email) SELECT email FROM "Customers"', "x"),
    (('WITH RECURSIVE "Customers" (email) AS (SELECT 1 UNION ALL SELECT email + 1'
     ' FROM "Customers") SELECT email FROM customers'), "x"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), POSTGRES)
def test_a_column_of_a_result_is_shown_only_where_nothing_masked_flows_into_it(
    sql: str, expected: str
) -> None:
    assert shown(follow(sql), len(expected)) == expected


TSQL = [
    ("SELECT TOP 1 id, [Email] FROM dbo.Customers", ".x"),
    ("SELECT x = email, y = id FROM customers", "x."),
    ("SELECT id, email FROM customers FOR JSON PATH", "x"),
    ("SELECT id FROM customers FOR XML AUTO", "."),
    ("SELECT id, (SELECT c.email FOR XML PATH('')) FROM customers c", ".x"),
    ("SELECT c.id, a.e FROM customers c CROSS APPLY (SELECT c.email AS e) a", ".x"),
    ("SELECT s.value, c.id FROM customers c CROSS APPLY STRING_SPLIT(c.email, ',') s", "x."),
    ("SELECT s.value FROM orders o CROSS APPLY STRING_SPLIT(o.note, ',') s", "."),
    ("SELECT p.* FROM customers PIVOT (MAX(email) FOR name IN ([a], [b])) AS p", "xxxx"),
    ("SELECT p.id, p.[a] FROM orders PIVOT (MAX(amount) FOR note IN ([a], [b])) AS p", ".."),
    ("SELECT u.v FROM customers UNPIVOT (v FOR k IN (email, phone)) AS u", "x"),
    (("WITH t AS (SELECT 1 AS n, name FROM customers UNION ALL SELECT n + 1, t.name FROM t)"
     " SELECT * FROM t"), ".."),
    (("WITH t AS (SELECT 1 AS n, name FROM customers UNION ALL"
     " SELECT n + 1, (SELECT MAX(email) FROM customers) FROM t) SELECT * FROM t"), ".x"),
    ("SELECT dbo.lookup(1)", "x"),
    ("SELECT * FROM dbo.rows_of(1)", "xx"),
    ("SELECT IIF(email = 'a', 1, 0), ISNULL(name, ''), CONVERT(varchar(9), email) FROM customers",
     "x.x"),
    ("SELECT STRING_AGG(email, ',') WITHIN GROUP (ORDER BY id), COUNT_BIG(*) FROM customers", "x."),
    ("SELECT other.dbo.customers.email FROM other.dbo.customers", "x"),
    ("SELECT name FROM sys.tables", "."),
    ("SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES", "."),
    ("SELECT * FROM sys.dm_db_stats_histogram(1, 2)", "xxx"),
    ("SELECT 1 SELECT email FROM customers", "x"),
    ("EXEC p", "x"),
    ("SELECT id FROM customers ORDER BY id OFFSET 0 ROWS FETCH NEXT 5 ROWS ONLY", "."),
    # Names that some collations take for the same, and some do not.
    ("WITH Customers AS (SELECT 1 AS email) SELECT email FROM customers", "x"),
    ("WITH customers AS (SELECT 1 AS email) SELECT email FROM customers", "."),
    ("WITH Recent AS (SELECT id, name FROM customers) SELECT name FROM recent", "."),
    ("WITH [ordérs] AS (SELECT email AS note FROM customers) SELECT note FROM orders", "x"),
    (("WITH x AS (SELECT 1 AS e) SELECT (SELECT TOP 1 e FROM (SELECT email AS é FROM customers)"
     " s) FROM x"), "x"),
    ("SELECT email FROM ..customers", "x"),
    ("SELECT email FROM shop..customers", "x"),
    ("SELECT value FROM shop..string_split('a', 'b')", "x"),
    ("WITH customers AS (SELECT 1 AS email) SELECT email FROM ..customers", "x"),
    # Functions that read a table whose name they are given.
    ("SELECT k.[KEY], k.[RANK] FROM CONTAINSTABLE(customers, name, 'x') AS k", "xx"),
    ("SELECT k.[KEY] FROM FREETEXTTABLE(dbo.customers, *, 'x') AS k", "x"),
    ("SELECT k.[KEY] FROM SEMANTICKEYPHRASETABLE(dbo.unknown, *) AS k", "x"),
    ("SELECT k.[KEY], k.[RANK] FROM CONTAINSTABLE(dbo.orders, note, 'x') AS k", ".."),
    # Pieces of tables.
    ("SELECT record_image_first_part FROM sys.dm_tran_version_store", "x"),
    ("SELECT s.min_data_id FROM sys.column_store_segments s", "x"),
]  # fmt: skip


@pytest.mark.parametrize(("sql", "expected"), TSQL)
def test_t_sql_is_followed_too(sql: str, expected: str) -> None:
    assert shown(follow(sql, "tsql"), len(expected)) == expected


SQLITE = [
    ("SELECT * FROM people JOIN customers USING (id)", "...x."),
    ("SELECT * FROM customers NATURAL JOIN people", "..x."),
    ("SELECT rowid, id FROM customers", "x."),
    ("WITH t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 3) SELECT * FROM t", "."),
    ("SELECT sql FROM sqlite_master", "."),
    ('SELECT "no such column" FROM customers', "x"),
]


@pytest.mark.parametrize(("sql", "expected"), SQLITE)
def test_sqlite_is_followed_too(sql: str, expected: str) -> None:
    assert shown(follow(sql, "sqlite"), len(expected)) == expected


def test_a_computed_column_of_a_masked_one_or_of_a_function_that_reads_is_masked() -> None:
    relation = follow("SELECT * FROM computed", rules=["computed.email"])
    assert shown(relation, 5) == ".xx.x"


def test_a_partition_is_masked_as_its_parent_is() -> None:
    assert shown(follow("SELECT * FROM customers_2024"), 4) == "..x."


def test_a_table_with_a_foreign_key_is_not_masked_as_what_it_points_at() -> None:
    relation = follow("SELECT id, name, email FROM people", rules=["customers.id"])
    assert not relation.masked


def test_a_rule_may_name_a_column_of_a_view() -> None:
    assert shown(follow("SELECT * FROM spending", rules=["spending.total"]), 2) == ".x"


def test_a_statement_that_names_nothing_masked_is_not_touched_at_all() -> None:
    for sql in ("SELECT id, note FROM orders", "SELECT 1", "SELECT * FROM people", ""):
        relation = follow(sql)
        assert not relation.masked
        assert not relation.guarded


def test_a_statement_that_shows_nothing_masked_but_reads_it_is_guarded() -> None:
    """Its errors may tell what its result does not."""
    for sql in ("SELECT id FROM customers WHERE email::int = 1", "SELECT total FROM spending"):
        relation = follow(sql)
        assert not relation.masked
        assert relation.guarded


def test_a_text_of_many_parts_is_masked_rather_than_followed_without_end() -> None:
    sql = " UNION ALL ".join(["SELECT id FROM customers"] * 3000)
    relation = follow(sql)
    assert relation.guarded
