--# deletes rows
DELETE FROM orders
--# deletes rows after a read
SELECT 1; DELETE FROM orders
--# deletes rows after a read, without blanks
SELECT 1;DELETE FROM orders;
--# deletes rows before a read
DELETE FROM orders; SELECT 1
--# ends the read-only transaction first
COMMIT; DELETE FROM orders
--# ends the read-only transaction in the middle
SELECT 1; COMMIT; DROP TABLE orders
--# rolls back and writes
ROLLBACK; INSERT INTO orders DEFAULT VALUES
--# inserts rows
INSERT INTO orders (customer_id) VALUES (1) RETURNING *
--# updates rows
UPDATE orders SET amount = 0
--# merges rows
MERGE INTO orders o USING customers c ON o.customer_id = c.id WHEN MATCHED THEN DELETE
--# truncates a table
TRUNCATE orders
--# drops a table
DROP TABLE orders
--# creates a table
CREATE TABLE stolen (a int)
--# creates a table from a read
CREATE TABLE stolen AS SELECT * FROM customers
--# creates a table by SELECT INTO
SELECT * INTO stolen FROM customers
--# creates a temporary table by SELECT INTO
SELECT id, name INTO TEMP TABLE stolen FROM customers WHERE id > 1
--# creates a table by INTO in another line and case
SELECT id
  inTo
  stolen FROM customers
--# creates a table by INTO after a comment
SELECT id/* harmless */INTO/* really */stolen FROM customers
--# creates a table by INTO after a set operation's first part
SELECT id INTO stolen FROM customers UNION SELECT 1
--# creates an unlogged table by INTO after WITH
WITH c AS (SELECT 1 AS id) SELECT id INTO UNLOGGED stolen FROM c
--# alters a table
ALTER TABLE orders ADD COLUMN x int
--# grants rights
GRANT ALL ON orders TO PUBLIC
--# revokes rights
REVOKE ALL ON orders FROM PUBLIC
--# runs code
DO $$ BEGIN DELETE FROM orders; END $$
--# runs code between tagged dollar quotes that hold a quote
DO $a$ BEGIN PERFORM 'it''s $$'; DELETE FROM orders; END $a$
--# calls a procedure
CALL do_harm(1)
--# writes a file on the server
COPY orders TO '/tmp/orders.csv'
--# runs a program on the server
COPY (SELECT 1) TO PROGRAM 'id'
--# reads a program's output into a table
COPY orders FROM PROGRAM 'id'
--# changes a setting
SET statement_timeout = 0
--# makes the transaction writable
SET TRANSACTION READ WRITE
--# changes the role
SET ROLE postgres
--# resets a setting
RESET ALL
--# discards session state
DISCARD ALL
--# locks a table
LOCK TABLE orders IN ACCESS EXCLUSIVE MODE
--# notifies
NOTIFY channel, 'x'
--# listens
LISTEN channel
--# prepares a write for later
PREPARE p AS DELETE FROM orders
--# runs a prepared write
EXECUTE p
--# declares a cursor
DECLARE c CURSOR FOR SELECT * FROM orders
--# fetches from a cursor
FETCH ALL FROM c
--# loads a library
LOAD 'auto_explain'
--# vacuums
VACUUM orders
--# analyzes
ANALYZE orders
--# reindexes
REINDEX TABLE orders
--# clusters
CLUSTER orders
--# comments on a table
COMMENT ON TABLE orders IS 'x'
--# refreshes a materialized view
REFRESH MATERIALIZED VIEW sales_by_month
--# runs a checkpoint
CHECKPOINT
--# installs an extension
CREATE EXTENSION dblink
--# changes the server's configuration
ALTER SYSTEM SET work_mem = '1GB'
--# starts a transaction
BEGIN; SELECT 1
--# deletes in a WITH query
WITH gone AS (DELETE FROM orders RETURNING *) SELECT * FROM gone
--# inserts in a WITH query
WITH added AS (INSERT INTO orders (customer_id) VALUES (1) RETURNING id) SELECT id FROM added
--# updates in a WITH query
WITH changed AS (UPDATE orders SET amount = 0 RETURNING id) SELECT count(*) FROM changed
--# merges in a WITH query
WITH m AS (MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE RETURNING o.id) SELECT * FROM m
--# deletes in the second of two WITH queries
WITH a AS (SELECT 1 AS x), b AS (DELETE FROM orders RETURNING id) SELECT * FROM a, b
--# deletes in a materialized WITH query
WITH gone AS MATERIALIZED (DELETE FROM orders RETURNING id) SELECT 1
--# deletes in a WITH query that is not materialized
WITH gone AS NOT MATERIALIZED (DELETE FROM orders RETURNING id) SELECT 1
--# deletes in a WITH query with a column list
WITH gone (x) AS (DELETE FROM orders RETURNING id) SELECT x FROM gone
--# deletes in a WITH query that nobody reads
WITH "select" AS (DELETE FROM orders) SELECT 1
--# deletes after a comment in a WITH query
WITH gone AS (/* SELECT */ DELETE /**/ FROM orders RETURNING id) SELECT * FROM gone
--# deletes in a WITH query, in upper and lower case
wItH gone As (dElEtE fRoM orders rEtUrNiNg id) sElEcT * FROM gone
--# deletes as the main statement after WITH
WITH a AS (SELECT 1 AS id) DELETE FROM orders USING a WHERE orders.id = a.id
--# updates as the main statement after WITH
WITH a AS (SELECT 1 AS id) UPDATE orders SET amount = 0 FROM a WHERE orders.id = a.id
--# inserts as the main statement after WITH
WITH a AS (SELECT 1 AS id) INSERT INTO orders (customer_id) SELECT id FROM a
--# deletes as the main statement after a recursive WITH with CYCLE
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n FROM t) CYCLE n SET looped USING path DELETE FROM orders
--# deletes in a nested WITH
WITH outer_query AS (WITH inner_query AS (SELECT 1 AS id) DELETE FROM orders USING inner_query RETURNING 1) SELECT 1
--# deletes in a WITH query after a string with a quote
WITH a AS (SELECT 'it''s; --' AS s), gone AS (DELETE FROM orders RETURNING 1) SELECT s FROM a
--# deletes with ONLY in a WITH query
WITH gone AS (DELETE FROM ONLY orders RETURNING id) SELECT 1
--# updates a quoted table in a WITH query
WITH changed AS (UPDATE "orders" SET amount = 0 RETURNING id) SELECT 1
--# locks rows for update
SELECT * FROM orders FOR UPDATE
--# locks rows for share
SELECT * FROM orders FOR SHARE
--# locks rows without the key
SELECT * FROM orders FOR NO KEY UPDATE
--# locks the rows' keys
SELECT * FROM orders FOR KEY SHARE
--# locks rows and skips locked ones
SELECT * FROM orders ORDER BY id LIMIT 1 FOR UPDATE OF orders SKIP LOCKED
--# locks rows in a subquery
SELECT * FROM (SELECT * FROM orders FOR UPDATE) q
--# locks rows after a comment
SELECT * FROM orders FOR /* just looking */ UPDATE NOWAIT
--# locks rows, in another case
select * from orders for
share
--# explains and runs a delete
EXPLAIN ANALYZE DELETE FROM orders
--# explains and runs a delete, with options in brackets
EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) DELETE FROM orders
--# explains and runs a delete, the option last
EXPLAIN (FORMAT JSON, ANALYZE true) DELETE FROM orders
--# explains and runs a delete verbosely
EXPLAIN ANALYZE VERBOSE DELETE FROM orders
--# explains and runs CREATE TABLE AS, which a read-only transaction lets pass
EXPLAIN ANALYZE CREATE TABLE stolen AS SELECT 1
--# explains and runs SELECT INTO
EXPLAIN ANALYZE SELECT 1 AS x INTO stolen
--# explains and creates a materialized view
EXPLAIN ANALYZE CREATE MATERIALIZED VIEW stolen AS SELECT 1
--# explains and runs a prepared statement
EXPLAIN ANALYZE EXECUTE p
--# explains and runs a cursor's declaration
EXPLAIN ANALYZE DECLARE c CURSOR FOR SELECT 1
--# explains and runs a WITH query that deletes
EXPLAIN (ANALYZE) WITH gone AS (DELETE FROM orders RETURNING 1) SELECT 1
--# explains a write
EXPLAIN UPDATE orders SET amount = 0
--# explains with ANALYSE in British spelling
EXPLAIN ANALYSE DELETE FROM orders
--# explains and then deletes
EXPLAIN SELECT 1; DELETE FROM orders
--# explains and sleeps
EXPLAIN ANALYZE SELECT pg_sleep(0)
--# sleeps
SELECT pg_sleep(0)
--# sleeps by schema-qualified name
SELECT pg_catalog.pg_sleep(0)
--# sleeps by quoted name
SELECT "pg_sleep"(0)
--# sleeps by quoted schema and name
SELECT "pg_catalog"."pg_sleep"(0)
--# sleeps by a name spelled with Unicode escapes
SELECT U&"pg\005fsleep"(0)
--# sleeps by a name with an escape of its own
SELECT U&"pg!005fsleep" UESCAPE '!' (0)
--# sleeps, in upper case
SELECT PG_SLEEP(0)
--# sleeps, with blanks and comments before the bracket
SELECT pg_sleep /* ( */
  -- )
  (0)
--# sleeps, with blanks around the dot
SELECT pg_catalog . pg_sleep (0)
--# sleeps in attribute notation
SELECT (0.0).pg_sleep
--# sleeps in attribute notation of a typed value
SELECT (0::float8).pg_sleep
--# sleeps in attribute notation of an alias
SELECT x.pg_sleep FROM unnest(ARRAY[0::float8]) x
--# sleeps in attribute notation by quoted name
SELECT x."pg_sleep" FROM unnest(ARRAY[0::float8]) AS x
--# sleeps in FROM
SELECT * FROM pg_sleep(0)
--# sleeps in ROWS FROM
SELECT * FROM ROWS FROM (pg_sleep(0), generate_series(1, 2)) AS t(a, b)
--# sleeps in a lateral join
SELECT * FROM customers c, LATERAL pg_sleep(0)
--# sleeps in a condition
SELECT * FROM orders WHERE pg_sleep(0) IS NOT NULL
--# sleeps in ORDER BY
SELECT * FROM orders ORDER BY pg_sleep(0)
--# sleeps in LIMIT
SELECT * FROM orders LIMIT (SELECT count(*) FROM pg_sleep(0))
--# sleeps in a FILTER
SELECT count(*) FILTER (WHERE pg_sleep(0) IS NULL) FROM orders
--# sleeps in a window
SELECT sum(amount) OVER (ORDER BY pg_sleep(0)::text) FROM orders
--# sleeps after OPERATOR
SELECT '' OPERATOR(pg_catalog.||) pg_sleep(0)::text
--# sleeps after DISTINCT ON
SELECT DISTINCT ON (id) pg_sleep(0) FROM orders
--# sleeps in VALUES
VALUES (pg_sleep(0))
--# sleeps in a CASE
SELECT CASE WHEN true THEN pg_sleep(0) END
--# sleeps for an interval
SELECT pg_sleep_for('0 seconds')
--# sleeps until a time
SELECT pg_sleep_until(now())
--# sleeps in an array
SELECT ARRAY[pg_sleep(0)::text]
--# sleeps in EXISTS
SELECT EXISTS (SELECT pg_sleep(0))
--# sleeps behind AT TIME ZONE
SELECT now() AT TIME ZONE coalesce(pg_sleep(0)::text, 'UTC')
--# reads a file of the server
SELECT pg_read_file('PG_VERSION')
--# reads a file of the server as bytes
SELECT pg_read_binary_file('PG_VERSION')
--# lists a directory of the server
SELECT * FROM pg_ls_dir('.')
--# looks at a file of the server
SELECT (pg_stat_file('PG_VERSION')).size
--# reads the host-based authentication rules
SELECT * FROM pg_hba_file_rules()
--# reads a file in attribute notation
SELECT ('PG_VERSION'::text).pg_read_file
--# creates a large object
SELECT lo_create(0)
--# writes a large object
SELECT lo_from_bytea(0, 'x')
--# imports a file as a large object
SELECT lo_import('PG_VERSION')
--# unlinks a large object
SELECT lo_unlink(1)
--# ends a server process
SELECT pg_terminate_backend(0)
--# cancels a query of others
SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE false
--# takes an advisory lock
SELECT pg_advisory_lock(1)
--# tries for an advisory lock
SELECT pg_try_advisory_xact_lock(1)
--# changes a setting by function
SELECT set_config('statement_timeout', '0', false)
--# changes a setting by qualified function in a subquery
SELECT * FROM (SELECT pg_catalog.set_config('search_path', 'x', false)) q
--# seeds the random numbers
SELECT setseed(0.5)
--# advances a sequence
SELECT nextval('orders_id_seq')
--# sets a sequence
SELECT setval('orders_id_seq', 1)
--# advances a sequence in FROM
SELECT * FROM nextval('orders_id_seq')
--# reloads the configuration
SELECT pg_reload_conf()
--# rotates the log
SELECT pg_rotate_logfile()
--# resets statistics
SELECT pg_stat_reset()
--# resets shared statistics
SELECT pg_stat_reset_shared('bgwriter')
--# notifies by function
SELECT pg_notify('channel', 'x')
--# runs SQL from text
SELECT query_to_xml('DELETE FROM orders', true, true, '')
--# runs SQL from text in xpath
SELECT xpath('//x', query_to_xml('SELECT 1', true, true, ''))
--# dumps a schema
SELECT schema_to_xml('public', true, true, '')
--# dumps the database
SELECT database_to_xml(true, true, '')
--# runs SQL from text for text search
SELECT * FROM ts_stat('SELECT to_tsvector(name) FROM customers')
--# runs SQL from text to rewrite a search
SELECT ts_rewrite('a'::tsquery, 'SELECT t, s FROM aliases')
--# connects elsewhere
SELECT * FROM dblink('host=evil', 'SELECT 1') AS t(a int)
--# runs a write elsewhere
SELECT dblink_exec('c', 'DELETE FROM orders')
--# connects elsewhere by a function in another schema
SELECT extensions.dblink_connect('host=evil')
--# runs SQL from text to cross-tabulate
SELECT * FROM crosstab('SELECT 1, 2, 3') AS ct(a int, b int, c int)
--# assigns a transaction id
SELECT txid_current()
--# assigns a transaction id by the new name
SELECT pg_current_xact_id()
--# exports a snapshot
SELECT pg_export_snapshot()
--# switches the write-ahead log
SELECT pg_switch_wal()
--# writes to the write-ahead log
SELECT pg_logical_emit_message(true, 'x', 'y')
--# creates a replication slot
SELECT pg_create_physical_replication_slot('x')
--# drops a replication slot
SELECT pg_drop_replication_slot('x')
--# creates a restore point
SELECT pg_create_restore_point('x')
--# promotes a standby
SELECT pg_promote()
--# calls a function that the guard does not know
SELECT do_harm(1)
--# calls an unknown function in another schema
SELECT sales.do_harm(1)
--# calls an unknown function that has the name of a built-in one
SELECT public.lower('X')
--# calls an unknown function in FROM
SELECT * FROM do_harm(1)
--# calls an unknown function that looks like an alias with columns
SELECT * FROM customers c WHERE c.id = do_harm(id)
--# calls an unknown function whose quoted name is a keyword
SELECT "coalesce"(1)
--# calls an unknown function with a quoted name of another case
SELECT "Lower"('x')
--# calls an unknown function after BETWEEN
SELECT 1 BETWEEN 0 AND do_harm(1)
--# calls an unknown function in a column definition list's place
SELECT * FROM customers, do_harm(1) AS (id int)
--# calls an unknown function as an aggregate
SELECT do_harm(DISTINCT id ORDER BY id) FROM orders
--# calls an unknown function variadically
SELECT do_harm(VARIADIC ARRAY[1, 2])
--# calls an unknown function with named notation
SELECT do_harm(a => 1)
--# calls an unknown function that is named like an alias
SELECT g(1) FROM customers AS g(id)
--# uses an operator of another schema
SELECT 1 OPERATOR(public.+) 1
--# samples by an unknown method
SELECT * FROM orders TABLESAMPLE do_harm(10)
--# hides a delete behind a comment that does not end where it seems
SELECT 1 /* /* */ ; SELECT 2 */ ; DELETE FROM orders
--# hides a delete behind a string that ends early
SELECT 'a''' ; DELETE FROM orders; --'
--# hides a delete behind an escape string
SELECT E'\'' ; DELETE FROM orders; --'
--# hides a delete behind a backslash that escapes nothing
SELECT '\' ; DELETE FROM orders; --'
--# hides a delete behind a continued escape string
SELECT E'a'
'\\' ; DELETE FROM orders; --'
--# hides a delete behind dollar quotes
SELECT $a$ $b$ $a$ ; DELETE FROM orders; -- $b$
--# hides a delete behind a quoted name
SELECT 1 AS "a""b" ; DELETE FROM orders; --"
--# hides a delete behind a dollar in a name
SELECT 1 AS a$b$ ; DELETE FROM orders; -- $b$
--# hides a delete behind an operator that looks like a comment
SELECT 1 -/* */- 1 ; DELETE FROM orders
--# hides a delete behind a line comment
SELECT 1 --x
; DELETE FROM orders
--# starts with an empty statement
; DELETE FROM orders
--# puts the delete in brackets after a set operation
(SELECT 1) UNION (SELECT pg_advisory_lock(2)::text::int)
