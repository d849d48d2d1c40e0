--# a constant
SELECT 1
--# a constant with a semicolon
SELECT 1;
--# a table
SELECT * FROM customers
--# an empty select list
SELECT FROM customers
--# columns named like verbs
SELECT v.update, v.delete, v.insert FROM verbs v WHERE v.update IS NOT NULL
--# an alias named like a verb
SELECT count(update) AS delete, max(v.insert) "into" FROM verbs v
--# a label that is a reserved word
SELECT id AS into, name AS for FROM customers
--# values
VALUES (1, 'a'), (2, 'b')
--# a table command
TABLE customers
--# a table command with a limit
TABLE customers ORDER BY id LIMIT 5
--# a bracketed select
(SELECT 1)
--# bracketed selects in a union
(SELECT id FROM customers ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM orders LIMIT 1) ORDER BY 1
--# set operations
SELECT id FROM customers EXCEPT SELECT customer_id FROM orders INTERSECT SELECT 5
--# a named placeholder
SELECT * FROM customers WHERE id = $1 AND name ILIKE $2 || '%'
--# comments everywhere
/* report */ SELECT /* columns */ id -- the key
, name FROM /* the /* nested */ table */ customers -- end
--# words of harm in strings, comments and names
SELECT 'DELETE FROM orders; COMMIT' AS "DROP TABLE orders" -- pg_sleep(1); DELETE
FROM customers /* INSERT INTO x */ WHERE name <> $q$pg_sleep(10); DELETE$q$
--# escape strings
SELECT E'it\'s\n', 'C:\', U&'d\0061t', B'101', X'1F', N'x'
--# a continued string
SELECT 'a'
  'b' AS ab
--# casts in both notations
SELECT '1'::int, CAST('2' AS numeric(10, 2)), '3'::varchar(5), 4::double precision, '5'::character varying(9), int '6'
--# typed constants
SELECT date '2024-01-31', interval '1 day', timestamp(3) with time zone '2024-01-31 10:00+00', numeric(4, 1) '1.5'
--# operators that look like other things
SELECT 1 - -1, 2 *-1, '{1}'::int[] @> '{1}'::int[]
--# arrays and slices
SELECT a[1], a[1:2], a[:2], a[2:], ARRAY[1, 2] || a, ARRAY[[1], [2]] FROM arrays
--# array functions
SELECT array_agg(id ORDER BY id), array_length(array_agg(id), 1), cardinality(ARRAY[1]), array_append(ARRAY[1], 2), array_to_string(ARRAY['a'], ',') FROM orders
--# any and all
SELECT * FROM orders WHERE id = ANY (ARRAY[1, 2]) AND id <> ALL ($1::int[]) AND id > SOME (SELECT 1)
--# a row comparison
SELECT * FROM orders WHERE (id, customer_id) IN ((1, 2), (3, 4)) AND ROW(id, 1) = ROW(1, 1)
--# between and in
SELECT * FROM orders WHERE amount BETWEEN (1) AND (10) AND id NOT IN (SELECT id FROM customers)
--# like, ilike and similar
SELECT * FROM customers WHERE name LIKE ('a' || '%') OR name NOT ILIKE 'b!%' ESCAPE '!' OR name SIMILAR TO '(a|b)%' OR name ~* '^x'
--# is distinct from
SELECT * FROM orders WHERE customer_id IS DISTINCT FROM (SELECT 1) AND amount IS NOT DISTINCT FROM coalesce(amount, 0)
--# case
SELECT CASE WHEN amount > 10 THEN 'big' WHEN amount IS NULL THEN (SELECT 'none') ELSE 'small' END FROM orders
--# a simple case
SELECT CASE status WHEN 'open' THEN 1 ELSE 0 END FROM orders
--# coalesce and friends
SELECT coalesce(amount, 0), nullif(amount, 0), greatest(1, 2), least(1, 2) FROM orders
--# grouping
SELECT status, count(*), sum(amount), avg(amount)::numeric(10, 2) FROM orders GROUP BY status HAVING count(*) > 1 ORDER BY 2 DESC NULLS LAST
--# grouping by brackets
SELECT status, customer_id, count(*) FROM orders GROUP BY (status, customer_id)
--# grouping sets, cube and rollup
SELECT status, customer_id, grouping(status), count(*) FROM orders GROUP BY GROUPING SETS ((status), (customer_id), ()), ROLLUP (status), CUBE (customer_id, status)
--# filtered aggregates
SELECT count(*) FILTER (WHERE status = 'open') AS open_count, sum(amount) FILTER (WHERE amount > 0) FROM orders
--# ordered-set aggregates
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY status) FROM orders
--# string aggregates
SELECT string_agg(DISTINCT name, ', ' ORDER BY name) FROM customers
--# statistics
SELECT stddev(amount), var_pop(amount), corr(amount, id), regr_slope(amount, id), bool_or(amount > 5), bit_or(id) FROM orders
--# windows
SELECT id, row_number() OVER (PARTITION BY status ORDER BY ordered_at), lag(amount, 1, 0) OVER (ORDER BY id), sum(amount) OVER (ORDER BY id ROWS BETWEEN 6 PRECEDING AND CURRENT ROW) FROM orders
--# a named window
SELECT rank() OVER w, ntile(4) OVER w, first_value(amount) OVER (w RANGE UNBOUNDED PRECEDING) FROM orders WINDOW w AS (PARTITION BY status ORDER BY amount)
--# a window with an excluded row
SELECT avg(amount) OVER (ORDER BY id GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW) FROM orders
--# distinct
SELECT DISTINCT status FROM orders
--# distinct on
SELECT DISTINCT ON (customer_id) customer_id, id, ordered_at FROM orders ORDER BY customer_id, ordered_at DESC
--# joins
SELECT c.name, o.id FROM customers c JOIN orders o ON o.customer_id = c.id LEFT JOIN order_items i ON i.order_id = o.id JOIN products p USING (product_id)
--# a full and a natural join
SELECT * FROM customers FULL OUTER JOIN employees ON (customers.id = employees.id), orders NATURAL JOIN products
--# a join in brackets
SELECT * FROM customers c LEFT JOIN (orders o JOIN order_items i ON i.order_id = o.id) ON o.customer_id = c.id
--# joins with select in brackets
SELECT * FROM customers c JOIN (SELECT customer_id, sum(amount) AS total FROM orders GROUP BY 1) AS t (customer_id, total) ON t.customer_id = c.id
--# an alias with columns, without as
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) v (id, label)
--# a table alias with columns
SELECT t.a FROM customers t (a, b)
--# lateral
SELECT c.id, o.* FROM customers c, LATERAL (SELECT * FROM orders o WHERE o.customer_id = c.id ORDER BY id DESC LIMIT 3) o
--# lateral with a function
SELECT c.id, n FROM customers c CROSS JOIN LATERAL generate_series(1, 3) AS g(n)
--# a series
SELECT n FROM generate_series(1, 10) AS n
--# a series of days, aliased without as
SELECT d::date FROM generate_series('2024-01-01'::date, '2024-12-31', '1 day') g(d)
--# unnest with ordinality
SELECT x, place FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS t(x, place)
--# unnest with ordinality, without as
SELECT x, place FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY t(x, place)
--# rows from
SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY[1, 2])) AS t(a, b)
--# a record function with columns
SELECT * FROM json_to_recordset('[{"a":1,"b":"x"}]') AS t(a int, b text)
--# exists
SELECT * FROM customers c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id) AND NOT EXISTS (SELECT FROM employees)
--# a scalar subquery
SELECT id, (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS order_count FROM customers c
--# limit and offset
SELECT * FROM orders ORDER BY id LIMIT 10 OFFSET 20
--# fetch first
SELECT * FROM orders ORDER BY id OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY
--# fetch with ties
SELECT * FROM orders ORDER BY amount FETCH FIRST 3 ROWS WITH TIES
--# limit in brackets
SELECT * FROM orders LIMIT (2 + 3)
--# a sample
SELECT * FROM orders TABLESAMPLE BERNOULLI (10) REPEATABLE (42)
--# a system sample with an alias
SELECT * FROM orders o TABLESAMPLE SYSTEM (1)
--# only
SELECT * FROM ONLY orders
--# collation
SELECT name COLLATE "C" FROM customers ORDER BY name COLLATE "C" DESC
--# with
WITH recent AS (SELECT * FROM orders WHERE ordered_at > now() - interval '30 days') SELECT count(*) FROM recent
--# with, materialized or not
WITH a AS MATERIALIZED (SELECT 1 AS x), b AS NOT MATERIALIZED (SELECT 2 AS x) SELECT * FROM a UNION SELECT * FROM b
--# with columns
WITH t (a, b) AS (VALUES (1, 2)), u (c) AS (SELECT a FROM t) SELECT * FROM t, u
--# with quoted names
WITH "Totals" ("Customer", "Sum") AS (SELECT customer_id, sum(amount) FROM orders GROUP BY 1) SELECT * FROM "Totals"
--# with recursion
WITH RECURSIVE chain (id, manager_id, depth) AS (SELECT id, manager_id, 0 FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.manager_id, c.depth + 1 FROM employees e JOIN chain c ON e.manager_id = c.id) SELECT * FROM chain
--# with recursion and a path
WITH RECURSIVE chain AS (SELECT id, ARRAY[id] AS path FROM employees UNION ALL SELECT e.id, path || e.id FROM employees e JOIN chain c ON e.manager_id = c.id WHERE NOT e.id = ANY (path)) SELECT * FROM chain
--# with values inside
WITH v AS (VALUES (1), (2)) SELECT * FROM v
--# with in a subquery
SELECT * FROM (WITH x AS (SELECT 1 AS a) SELECT a FROM x) q
--# with in another with
WITH a AS (WITH b AS (SELECT 1 AS x) SELECT x FROM b) SELECT * FROM a
--# math
SELECT round(1.234, 2), ceil(1.2), floor(1.8), abs(-1), mod(7, 3), power(2, 3), sqrt(9), ln(2), log(100), exp(1), sign(-2), trunc(1.9), pi(), random(), width_bucket(5, 0, 10, 5)
--# strings
SELECT length(name), upper(name), lower(name), initcap(name), left(name, 2), right(name, 2), lpad(name, 5), trim(BOTH 'x' FROM name), substring(name FROM 2 FOR 3), position('a' IN name), replace(name, 'a', 'b'), split_part(name, ' ', 1), reverse(name), concat_ws('-', name, id), format('%s', name), md5(name), overlay(name PLACING 'x' FROM 1), starts_with(name, 'a') FROM customers
--# regular expressions
SELECT regexp_replace(name, '\s+', ' ', 'g'), regexp_matches(name, 'a', 'g'), (regexp_match(name, '(a)'))[1], regexp_split_to_array(name, ','), regexp_count(name, 'a') FROM customers
--# dates
SELECT now(), current_date, current_timestamp, date_trunc('month', ordered_at), extract(year FROM ordered_at), date_part('dow', ordered_at), age(ordered_at), to_char(ordered_at, 'YYYY-MM'), ordered_at AT TIME ZONE ('UTC'), make_date(2024, 1, 1), ordered_at + interval '1 day' FROM orders
--# times with precision
SELECT current_time(0), localtimestamp(3), current_timestamp(0)::timestamp(0) with time zone
--# overlaps
SELECT (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', date '2024-03-01')
--# conversions
SELECT to_number('1,234', '9G999'), to_date('2024', 'YYYY'), to_timestamp(0), encode('x'::bytea, 'hex'), decode('78', 'hex'), convert_from('x'::bytea, 'UTF8')
--# json operators
SELECT data -> 'a' ->> 'b', data #>> '{a,b}', data @> '{"a":1}', data ? 'a', data ?| ARRAY['a'], data - 'a' FROM events
--# json functions
SELECT jsonb_build_object('id', id, 'data', data), jsonb_array_length(data -> 'list'), jsonb_typeof(data), jsonb_path_query_first(data, '$.a[*] ? (@ > 1)'), to_jsonb(id), jsonb_set(data, '{a}', '1'), jsonb_pretty(data) FROM events
--# json rows
SELECT e.id, k, v FROM events e, jsonb_each_text(e.data) AS t(k, v)
--# json elements
SELECT e.id, item ->> 'sku' FROM events e CROSS JOIN LATERAL jsonb_array_elements(e.data -> 'items') item
--# json aggregates
SELECT jsonb_agg(DISTINCT status), json_object_agg(id, status), json_agg(row_to_json(o)) FROM orders o
--# sql/json
SELECT json_value(data, '$.a' RETURNING int), json_query(data, '$.b'), json_exists(data, '$.c') FROM events
--# xml
SELECT xpath('//a/text()', '<a>x</a>'::xml), xmlelement(name item, xmlattributes(1 AS id), 'x'), xmlforest(1 AS a)
--# text search
SELECT name, ts_rank(to_tsvector('english', name), q) FROM customers, websearch_to_tsquery('english', 'big deal') q WHERE to_tsvector('english', name) @@ q
--# ranges
SELECT int4range(1, 10) @> 5, lower(daterange('2024-01-01', '2024-02-01')), range_agg(int4range(id, id + 1)), isempty(numrange(1, 1)) FROM orders
--# network and geometry
SELECT host('10.0.0.1'::inet), '10.0.0.0/8'::cidr >> '10.1.1.1'::inet, point(1, 2) <-> point(3, 4), area(box(point(0, 0), point(1, 1)))
--# identifiers
SELECT gen_random_uuid(), md5('x'), sha256('x'::bytea), hashtext('x')
--# enumerations and types
SELECT pg_typeof(1), enum_range(NULL::order_status), format_type(23, NULL)
--# a composite's field
SELECT (address).city, (a.address).zip FROM addresses a
--# all fields of a composite
SELECT (address).* FROM addresses
--# catalog
SELECT relname, pg_size_pretty(pg_total_relation_size(oid)), reltuples::bigint FROM pg_catalog.pg_class WHERE relkind = 'r' ORDER BY pg_relation_size(oid) DESC LIMIT 20
--# catalog definitions
SELECT pg_get_viewdef('pg_tables'::regclass, true), pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint
--# privileges
SELECT has_table_privilege('orders', 'SELECT'), has_schema_privilege('public', 'USAGE'), pg_has_role('pg_monitor', 'MEMBER'), to_regclass('public.orders')
--# the server
SELECT version(), current_database(), current_user, session_user, current_schema(), inet_server_addr(), pg_backend_pid(), current_setting('server_version'), pg_postmaster_start_time(), pg_is_in_recovery()
--# information schema
SELECT table_schema, table_name, column_name, data_type FROM information_schema.columns WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2, ordinal_position
--# activity
SELECT pid, state, wait_event_type, now() - query_start AS running, pg_blocking_pids(pid), left(query, 100) FROM pg_stat_activity WHERE state <> 'idle'
--# index use
SELECT s.relname, indexrelname, idx_scan, pg_size_pretty(pg_relation_size(s.indexrelid)) FROM pg_stat_user_indexes s JOIN pg_index i USING (indexrelid) WHERE idx_scan = 0 AND NOT indisunique
--# the last value of a sequence
SELECT currval('orders_id_seq'), last_value FROM pg_sequences
--# built-in functions by qualified name
SELECT pg_catalog.lower('X'), "pg_catalog"."upper"('x'), pg_catalog.count(*) FROM customers
--# a built-in operator by qualified name
SELECT 1 OPERATOR(pg_catalog.+) 2
--# a quoted function
SELECT "lower"('X')
--# explain
EXPLAIN SELECT * FROM orders
--# explain verbosely
EXPLAIN VERBOSE SELECT * FROM orders WHERE id = 1
--# explain and run a read
EXPLAIN ANALYZE SELECT count(*) FROM orders
--# explain with options
EXPLAIN (ANALYZE, BUFFERS, VERBOSE, FORMAT JSON) SELECT * FROM orders JOIN customers ON customers.id = orders.customer_id
--# explain with options that have values
EXPLAIN (ANALYZE false, COSTS on, SETTINGS true, FORMAT yaml) WITH x AS (SELECT 1) TABLE x
--# explain values
EXPLAIN VALUES (1)
--# explain a bracketed select
EXPLAIN (SELECT 1)
--# show a setting
SHOW work_mem
--# show all settings
SHOW ALL
--# show the time zone
SHOW TIME ZONE
--# show the isolation level
SHOW TRANSACTION ISOLATION LEVEL;
--# show an extension's setting
SHOW my.setting
--# quoted names with odd characters
SELECT "a.b", "sp ace", "quo""te", "semi;colon", "--dash" FROM "odd names"
--# names with dollars and Unicode letters
SELECT a$b, größe, 名前 FROM unicode_names
--# several schemas
SELECT * FROM public.orders o JOIN "public"."customers" c ON o.customer_id = c.id
--# a star of one table
SELECT o.*, c.name FROM orders o, customers c WHERE o.customer_id = c.id
--# a whole row
SELECT o, row_to_json(o) FROM orders o
--# a boolean column
SELECT * FROM customers WHERE active AND NOT archived OR active IS TRUE
--# order by a case
SELECT * FROM orders ORDER BY CASE WHEN status = 'open' THEN 0 ELSE 1 END, ordered_at DESC NULLS FIRST
--# a union of counts
SELECT 'customers' AS source, count(*) FROM customers UNION ALL SELECT 'orders', count(*) FROM orders ORDER BY 2
--# monthly revenue with growth
WITH monthly AS (
    SELECT date_trunc('month', o.ordered_at)::date AS month,
           sum(i.quantity * i.unit_price) AS revenue,
           count(DISTINCT o.customer_id) AS buyers
    FROM orders o
    JOIN order_items i ON i.order_id = o.id
    WHERE o.status NOT IN ('cancelled', 'returned') -- leave out what was sent back
      AND o.ordered_at >= date_trunc('year', now()) - interval '2 years'
    GROUP BY 1
)
SELECT month,
       revenue,
       buyers,
       round(revenue / nullif(buyers, 0), 2) AS revenue_per_buyer,
       lag(revenue) OVER (ORDER BY month) AS previous,
       round(100.0 * (revenue - lag(revenue) OVER (ORDER BY month))
             / nullif(lag(revenue) OVER (ORDER BY month), 0), 1) AS growth_percent,
       sum(revenue) OVER (PARTITION BY extract(year FROM month) ORDER BY month) AS year_to_date,
       avg(revenue) OVER (ORDER BY month ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving_average
FROM monthly
ORDER BY month DESC
--# cohorts and retention
WITH first_orders AS (
    SELECT customer_id, date_trunc('month', min(ordered_at)) AS cohort
    FROM orders
    GROUP BY customer_id
),
activity AS (
    SELECT f.cohort,
           (extract(year FROM age(date_trunc('month', o.ordered_at), f.cohort)) * 12
            + extract(month FROM age(date_trunc('month', o.ordered_at), f.cohort)))::int AS month_number,
           count(DISTINCT o.customer_id) AS active
    FROM orders o
    JOIN first_orders f USING (customer_id)
    GROUP BY 1, 2
),
sizes AS (SELECT cohort, active AS size FROM activity WHERE month_number = 0)
SELECT to_char(a.cohort, 'YYYY-MM') AS cohort, s.size,
       max(round(100.0 * a.active / s.size, 1)) FILTER (WHERE a.month_number = 1) AS month_1,
       max(round(100.0 * a.active / s.size, 1)) FILTER (WHERE a.month_number = 2) AS month_2,
       max(round(100.0 * a.active / s.size, 1)) FILTER (WHERE a.month_number = 3) AS month_3
FROM activity a
JOIN sizes s USING (cohort)
GROUP BY a.cohort, s.size
ORDER BY a.cohort
--# recency, frequency and money
WITH scores AS (
    SELECT c.id, c.name,
           current_date - max(o.ordered_at)::date AS recency_days,
           count(*) AS frequency,
           coalesce(sum(o.amount), 0) AS money
    FROM customers c LEFT JOIN orders o ON o.customer_id = c.id AND o.status = 'paid'
    GROUP BY c.id, c.name
)
SELECT *, ntile(5) OVER (ORDER BY recency_days DESC) AS r, ntile(5) OVER (ORDER BY frequency) AS f,
       ntile(5) OVER (ORDER BY money) AS m,
       CASE WHEN money > (SELECT percentile_cont(0.9) WITHIN GROUP (ORDER BY money) FROM scores) THEN 'top' ELSE 'rest' END AS segment
FROM scores
ORDER BY money DESC
LIMIT 100
--# a funnel of events
SELECT data ->> 'campaign' AS campaign,
       count(*) FILTER (WHERE data ->> 'kind' = 'view') AS views,
       count(*) FILTER (WHERE data ->> 'kind' = 'cart') AS carts,
       count(*) FILTER (WHERE data @> '{"kind": "purchase"}') AS purchases,
       round(100.0 * count(*) FILTER (WHERE data ->> 'kind' = 'purchase')
             / nullif(count(*) FILTER (WHERE data ->> 'kind' = 'view'), 0), 2) AS conversion
FROM events
WHERE created_at >= now() - '7 days'::interval AND data ? 'campaign'
GROUP BY 1
HAVING count(*) > 10
ORDER BY conversion DESC NULLS LAST
--# gaps and islands
WITH numbered AS (
    SELECT customer_id, ordered_at::date AS day,
           ordered_at::date - (dense_rank() OVER (PARTITION BY customer_id ORDER BY ordered_at::date))::int AS island
    FROM orders
)
SELECT customer_id, min(day) AS first_day, max(day) AS last_day, count(DISTINCT day) AS days
FROM numbered
GROUP BY customer_id, island
HAVING count(DISTINCT day) >= 3
--# a calendar with empty days
SELECT d.day::date, coalesce(count(o.id), 0) AS orders, coalesce(sum(o.amount), 0)::numeric(12, 2) AS amount
FROM generate_series(date_trunc('month', now()), now(), interval '1 day') AS d(day)
LEFT JOIN orders o ON o.ordered_at >= d.day AND o.ordered_at < d.day + interval '1 day'
GROUP BY d.day
ORDER BY d.day
--# a pivot by case
SELECT customer_id,
       sum(CASE WHEN extract(quarter FROM ordered_at) = 1 THEN amount ELSE 0 END) AS q1,
       sum(CASE WHEN extract(quarter FROM ordered_at) = 2 THEN amount ELSE 0 END) AS q2,
       sum(CASE WHEN extract(quarter FROM ordered_at) = 3 THEN amount ELSE 0 END) AS q3,
       sum(CASE WHEN extract(quarter FROM ordered_at) = 4 THEN amount ELSE 0 END) AS q4
FROM orders GROUP BY ROLLUP (customer_id)
--# products bought together
SELECT a.product_id AS product, b.product_id AS other, count(*) AS times,
       round(count(*)::numeric / (SELECT count(DISTINCT order_id) FROM order_items), 4) AS support
FROM order_items a JOIN order_items b ON a.order_id = b.order_id AND a.product_id < b.product_id
GROUP BY 1, 2 HAVING count(*) > 5 ORDER BY times DESC LIMIT 25
--# the newest row of each group by lateral
SELECT c.id, c.name, last_order.* FROM customers AS c LEFT JOIN LATERAL (
    SELECT o.id AS order_id, o.ordered_at, o.amount FROM orders AS o
    WHERE o.customer_id = c.id ORDER BY o.ordered_at DESC FETCH FIRST 1 ROW ONLY
) AS last_order ON true WHERE c.active
--# duplicates
SELECT lower(trim(email)) AS email, count(*), array_agg(id ORDER BY id) AS ids FROM customers GROUP BY lower(trim(email)) HAVING count(*) > 1
--# columns of a table with comments and keys
SELECT a.attnum, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull,
       pg_get_expr(d.adbin, d.adrelid) AS default_expression, col_description(a.attrelid, a.attnum) AS comment,
       EXISTS (SELECT FROM pg_constraint k WHERE k.conrelid = a.attrelid AND k.contype = 'p' AND a.attnum = ANY (k.conkey)) AS is_key
FROM pg_attribute a LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (a.attrelid, a.attnum)
WHERE a.attrelid = 'public.orders'::regclass AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
--# foreign keys with their columns
SELECT c.conname, c.conrelid::regclass AS from_table, c.confrelid::regclass AS to_table,
       array_agg(a.attname ORDER BY k.place) AS columns
FROM pg_constraint c
CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS k(attnum, place)
JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum
WHERE c.contype = 'f' GROUP BY 1, 2, 3, c.oid
--# bloat and vacuum
SELECT schemaname, relname, n_live_tup, n_dead_tup, round(100.0 * n_dead_tup / greatest(n_live_tup + n_dead_tup, 1), 1) AS dead_percent, last_autovacuum FROM pg_stat_user_tables ORDER BY n_dead_tup DESC
--# locks that wait
SELECT w.pid, w.mode, w.relation::regclass, pg_blocking_pids(w.pid) FROM pg_locks w WHERE NOT w.granted
--# keys as drivers ask for them
SELECT c.relname, (i.keys).n AS place, a.attname
FROM (SELECT indrelid, indisprimary, information_schema._pg_expandarray(indkey) AS keys FROM pg_catalog.pg_index) AS i
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = (i.keys).x
WHERE i.indisprimary ORDER BY 1, 2
--# the bytes of values
SELECT encode(uuid_send('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'), 'base64'), float8send(1.5), textsend('a')
--# shards by a hash
SELECT hashint4(n) % 4 AS shard, hashfloat8(0.5), hashtext('a') FROM generate_series(1, 3) AS n
--# what the control file says
SELECT system_identifier > 0 AS known, (SELECT timeline_id FROM pg_control_checkpoint()) AS timeline FROM pg_control_system()
--# rows that are not locked, said aloud
SELECT oid FROM pg_catalog.pg_class WHERE relname = 'pg_class' FOR READ ONLY
--# columns of indexes by the functions of their types
SELECT pg_catalog.textin(pg_catalog.int2vectorout(indkey)) AS columns FROM pg_index WHERE indrelid = 'pg_class'::regclass ORDER BY 1
--# what a publication holds and who was there
SELECT p.pubname, t.relid::regclass FROM pg_publication p CROSS JOIN LATERAL pg_get_publication_tables(p.pubname) AS t
--# types written like functions
SELECT tsquery('a & b') @@ tsvector('a b'), inet('10.0.0.1'), regrole('pg_monitor')
