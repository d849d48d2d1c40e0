--# calls a function that is stable in name only
SELECT sales.stable_in_name(1)
--# calls a function that is immutable in name only
SELECT sales.immutable_in_name(1)
--# has the planner call a function, by EXPLAIN without ANALYZE
EXPLAIN SELECT * FROM orders WHERE id = sales.immutable_in_name(1)
--# calls a function that is stable in name and makes up its SQL
SELECT sales.stable_and_dynamic(1)
--# calls a function of SQL that is stable in name only
SELECT sales.stable_sql(1)
--# calls a function of parsed SQL that is stable in name only
SELECT sales.stable_atomic(1)
--# calls a stable function that advances a sequence
SELECT sales.stable_by_builtin(1)
--# calls a stable function that reads a harmful view
SELECT sales.stable_by_view(1)
--# calls a stable function that uses a harmful operator
SELECT sales.stable_by_operator(1)
--# calls an overload of a built-in name
SELECT length(5)
--# calls an overload of a built-in name for each row
SELECT length(id) FROM customers
--# calls an overload of a name that the grammar knows
SELECT substring(1, 2)
--# uses an overload of a built-in operator
SELECT 'a'::text - 'b'::text
--# uses an operator of the database's own
SELECT 1 ### 2
--# uses an operator glued to its operands
SELECT id###1 FROM orders
--# uses a prefix operator of the database's own
SELECT @#@ 5
--# uses an operator in a condition of a join
SELECT * FROM orders o JOIN customers c ON o.id ### c.id = 1
--# uses an operator of the database's own by its schema
SELECT 1 OPERATOR(public.###) 2
--# reads a view that writes
SELECT * FROM harmful_view
--# reads a view that writes, as a table
TABLE harmful_view
--# reads a view that writes, by another view
SELECT n FROM sales.over_harm
--# reads a view that uses a harmful operator
SELECT * FROM sales.by_operator
--# reads a view that has the name of a table in another schema
SELECT count(n) FROM sales.orders
--# reads a view with a quoted name
SELECT * FROM "Sales View"
--# reads a view that advances a sequence
SELECT * FROM sales.next_number
--# reads a view that takes an advisory lock
SELECT * FROM sales.locking
--# reads a view over a function
SELECT * FROM sales.from_function
--# reads a view that calls a function that is stable in name
SELECT * FROM sales.stable_inside
--# reads a harmful view in a subquery of a WITH query
WITH a AS (SELECT (SELECT n FROM harmful_view) AS n) SELECT n FROM a
--# reads a harmful view in EXPLAIN ANALYZE
EXPLAIN (ANALYZE, TIMING off) TABLE harmful_view
--# reads a harmful view in brackets
((TABLE harmful_view)) UNION ALL SELECT 1
--# casts to a domain with a harmful check
SELECT 1::checked
--# casts to a domain with a harmful check, by CAST
SELECT CAST(id AS public.checked) FROM orders
--# casts to a domain with a harmful check, by a typed constant
SELECT checked '1'
--# casts to a domain over a harmful domain
SELECT 1::checked_again
--# casts to an array of a harmful domain
SELECT '{1,2}'::checked[]
--# casts to a composite with a harmful domain
SELECT ROW(1)::holder
--# casts to the row type of a table with a harmful domain
SELECT CAST(ROW(1, 2) AS holders)
--# fills a composite with a harmful domain from JSON
SELECT * FROM json_populate_record(NULL::holder, '{"c": 1}')
--# fills the row type of a table with a harmful domain from JSON
SELECT * FROM jsonb_populate_recordset(NULL::holders, '[{"c": 1}]')
--# fills rows of a table with a harmful domain from JSON, without naming the type
SELECT jsonb_populate_record(h, '{"c": 5}') FROM (VALUES (1)) v LEFT JOIN holders h ON false
--# reads JSON as records with a harmful domain
SELECT * FROM json_to_record('{"c": 1}') AS t(c checked)
--# reads JSON as a value of a harmful domain
SELECT json_value('{"c": 1}', '$.c' RETURNING checked)
--# reads JSON as a table with a harmful domain
SELECT * FROM json_table('[1]', '$[*]' COLUMNS (c checked PATH '$'))
--# tests a text against a harmful domain that is named in a string
SELECT pg_input_is_valid('1', 'checked')
--# tests a text against an array of a harmful domain that is named in a string
SELECT message FROM pg_input_error_info('{1}', 'public.checked[]')
--# turns a value with a harmful cast into JSON
SELECT to_json('low'::mood)
--# turns rows with a harmful cast into JSON
SELECT row_to_json(t) FROM moods t
--# collects rows with a harmful cast as JSON
SELECT jsonb_agg(t) FROM (SELECT m FROM moods) t
--# builds JSON of values with a harmful cast
SELECT json_build_object('m', m) FROM moods
--# converts by an implicit harmful cast
SELECT abs(m) FROM moods
--# converts by an explicit harmful cast
SELECT m::int FROM moods
--# converts by a harmful cast in INSERT's manner
SELECT CAST('low'::mood AS integer)
--# sorts by a harmful comparison
SELECT m FROM moods ORDER BY m
--# sorts by a harmful operator
SELECT m FROM moods ORDER BY m USING <
--# removes duplicates by a harmful comparison
SELECT DISTINCT m FROM moods
--# groups by a harmful comparison
SELECT m, count(*) FROM moods GROUP BY m
--# counts distinct values by a harmful comparison
SELECT count(DISTINCT m) FROM moods
--# unites by a harmful comparison
SELECT m FROM moods UNION SELECT m FROM moods
--# joins by a harmful comparison
SELECT count(*) FROM moods a JOIN moods b USING (m)
--# joins naturally by a harmful comparison
SELECT count(*) FROM moods a NATURAL JOIN moods b
--# looks for a value by a harmful comparison
SELECT * FROM moods WHERE m IN ('low', 'high')
--# compares with BETWEEN by a harmful comparison
SELECT * FROM moods WHERE m BETWEEN 'low' AND 'high'
--# compares with LIKE by a harmful operator
SELECT * FROM moods WHERE m LIKE 'low'::mood
--# compares in NULLIF by a harmful comparison
SELECT nullif(m, 'low') FROM moods
--# compares in CASE by a harmful comparison
SELECT CASE m WHEN 'low' THEN 1 END FROM moods
--# compares rows by a harmful comparison
SELECT ROW(a.m) = ROW(b.m) FROM moods a, moods b
--# compares whole rows by a harmful comparison
SELECT a = b FROM moods a, moods b
--# compares arrays by a harmful comparison
SELECT ARRAY[m] = ARRAY[m] FROM moods
--# sorts an array by a harmful comparison
SELECT array_sort(array_agg(m)) FROM moods
--# finds the greatest by a harmful comparison
SELECT greatest(m, 'low') FROM moods
--# makes a range by a harmful comparison
SELECT mood_range('low', 'high')
--# makes a range of text by a harmful comparison
SELECT '[low,high)'::mood_range
--# ranks by a harmful comparison
SELECT rank() OVER (ORDER BY m) FROM moods
--# searches an array by a harmful comparison
SELECT array_position(ARRAY['low', 'high']::mood[], m) FROM moods
--# finds cycles by a harmful comparison
WITH RECURSIVE t (m, n) AS (SELECT m, 1 FROM moods UNION ALL SELECT m, n + 1 FROM t WHERE n < 3) CYCLE m SET looped USING path SELECT * FROM t
--# calls a function as an attribute of a row
SELECT c.sneaky FROM customers c
--# calls a function as an attribute of a row in brackets
SELECT (c).sneaky FROM customers c
--# calls a function as an attribute of a table
SELECT customers.sneaky FROM customers
--# calls a function as an attribute of a qualified table
SELECT public.customers.sneaky FROM public.customers
--# calls a function as an attribute by its quoted name
SELECT o."Sneaky" FROM orders o
--# calls a function as an attribute in ORDER BY
SELECT c.id FROM customers c ORDER BY c.sneaky
--# calls a function as an attribute of a number
SELECT (o.id).sneaky_number FROM orders o
--# calls a function as an attribute of a subquery's row
SELECT (SELECT c FROM customers c LIMIT 1).sneaky
--# calls a function by its quoted name of mixed case
SELECT "Harm"()
--# aggregates by a harmful function
SELECT harm_sum(id) FROM orders
--# aggregates by a harmful function in a window
SELECT harm_sum(id) OVER (ORDER BY id) FROM orders
--# calls a harmful function in a filter of an aggregate's order
SELECT array_agg(id ORDER BY do_harm(id)) FROM orders
--# calls a harmful function in JSON_TABLE
SELECT * FROM json_table(json_build_array(do_harm(1))::jsonb, '$[*]' COLUMNS (a int PATH '$'))
--# calls a harmful function as the bound of a frame
SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN do_harm(1) PRECEDING AND CURRENT ROW) FROM orders
--# calls a harmful function in a subscript
SELECT a[do_harm(1)] FROM arrays
--# calls a harmful function in a sample's size
SELECT * FROM orders TABLESAMPLE bernoulli (do_harm(1))
--# calls a harmful function in VALUES in FROM
SELECT * FROM (VALUES (do_harm(1))) AS lower(x)
--# calls a harmful function that an alias list hides
SELECT * FROM orders o, LATERAL do_harm(id) AS lower(id)
--# ends a line comment by a carriage return
SELECT 1 --x; DELETE FROM orders
--# deletes behind two line comments that end with carriage returns
SELECT 1 --x; --yDELETE FROM orders --z
--# deletes with RETURNING of old and new rows
WITH gone AS (DELETE FROM orders RETURNING OLD.id, NEW.id) SELECT * FROM gone
--# updates with names for old and new rows
WITH changed AS (UPDATE orders SET amount = 0 RETURNING WITH (OLD AS before, NEW AS after) before.amount, after.amount) SELECT * FROM changed
--# deletes in a WITH query of a subquery in a select list
SELECT (SELECT count(*) FROM orders), x.* FROM (WITH a AS (SELECT 1) TABLE a) x; DELETE FROM orders
--# clears the statistics of a table
SELECT pg_clear_relation_stats('public', 'orders')
--# writes the statistics of a table
SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', 'orders', 'reltuples', 5::real)
--# creates a replication origin
SELECT pg_replication_origin_create('x')
--# exports a large object to a file
SELECT lo_export(lo_from_bytea(0, 'x'), '/tmp/stolen')
--# writes a file from a table
COPY (SELECT * FROM customers) TO '/tmp/customers.csv' (FORMAT csv)
--# imports the server's collations
SELECT pg_import_system_collations('public'::regnamespace)
--# takes an advisory lock shared by two numbers
SELECT pg_catalog.pg_advisory_lock_shared(1, 2)
--# sets the role by a function
SELECT set_config('role', 'analyst', false)
--# sets a setting in EXPLAIN ANALYZE
EXPLAIN (ANALYZE, FORMAT XML) SELECT set_config('work_mem', '7MB', false)
--# ends a server process by a subquery in FROM
SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE application_name = 'bystander') a
--# resets the statistics of a table
SELECT pg_stat_reset_single_table_counters('orders'::regclass)
--# creates a logical replication slot
SELECT pg_create_physical_replication_slot('y', true, true)
--# locks by a WITH query
WITH a AS MATERIALIZED (SELECT id FROM orders FOR NO KEY UPDATE SKIP LOCKED) SELECT count(*) FROM a
--# writes to the write-ahead log outside the transaction
SELECT pg_logical_emit_message(true, 'a', 'b', true)
