--# Django: a page of a list
SELECT "customers"."id", "customers"."name", "customers"."email" FROM "customers" WHERE ("customers"."active" AND UPPER("customers"."name"::text) LIKE UPPER('%a%')) ORDER BY "customers"."name" ASC LIMIT 25
--# Django: a count of a distinct subquery
SELECT COUNT(*) FROM (SELECT DISTINCT "customers"."id" AS "col1" FROM "customers" INNER JOIN "orders" ON ("customers"."id" = "orders"."customer_id") WHERE "orders"."amount" > 1) subquery
--# Django: does a row exist
SELECT 1 AS "a" FROM "orders" WHERE "orders"."status" = 'open' LIMIT 1
--# Django: an annotation by date
SELECT DATE_TRUNC('month', "orders"."ordered_at" AT TIME ZONE 'UTC') AS "month", COUNT("orders"."id") AS "n" FROM "orders" GROUP BY 1 ORDER BY 1 ASC
--# SQLAlchemy: aliased columns
SELECT customers.id AS customers_id, customers.name AS customers_name, anon_1.total AS anon_1_total FROM customers LEFT OUTER JOIN (SELECT orders.customer_id AS customer_id, sum(orders.amount) AS total FROM orders GROUP BY orders.customer_id) AS anon_1 ON customers.id = anon_1.customer_id
--# SQLAlchemy: a column loader
SELECT pg_catalog.pg_class.relname FROM pg_catalog.pg_class JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p']) AND pg_catalog.pg_class.relpersistence != 't' AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid) AND pg_catalog.pg_namespace.nspname != 'pg_catalog'
--# Hibernate: an entity with a join
select c1_0.id,c1_0.name,o1_0.customer_id,o1_0.id,o1_0.amount from customers c1_0 left join orders o1_0 on c1_0.id=o1_0.customer_id where c1_0.id=1 fetch first 10 rows only
--# Hibernate: a page by a window
select * from (select o1_0.id c0,o1_0.amount c1,row_number() over(order by o1_0.id) rn from orders o1_0) r_0_ where r_0_.rn<=10+5 and r_0_.rn>5 order by r_0_.rn
--# Rails: an eager load
SELECT "customers"."id" AS t0_r0, "customers"."name" AS t0_r1, "orders"."id" AS t1_r0 FROM "customers" LEFT OUTER JOIN "orders" ON "orders"."customer_id" = "customers"."id" WHERE "customers"."archived" = FALSE
--# Prisma: a selection with a row limit
SELECT "public"."customers"."id", "public"."customers"."name" FROM "public"."customers" WHERE ("public"."customers"."country" = 'DE' AND "public"."customers"."email" IS NOT NULL) ORDER BY "public"."customers"."id" ASC LIMIT 10 OFFSET 0
--# Entity Framework: a projection
SELECT c."id", c."name", (SELECT count(*)::int FROM "orders" AS o WHERE c."id" = o."customer_id") AS "OrderCount" FROM "customers" AS c
--# dbt: staging and marts
with source as (select * from public.orders), renamed as (select id as order_id, customer_id, status, amount::numeric(16, 2) as amount, ordered_at::date as ordered_date from source), final as (select *, case when status = 'paid' then true else false end as is_paid from renamed) select * from final
--# dbt: a uniqueness test
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (select id as unique_field, count(*) as n_records from public.orders where id is not null group by id having count(*) > 1) dbt_internal_test
--# dbt: a date spine
with rawdata as (with p as (select 0 as generated_number union all select 1), unioned as (select p0.generated_number * power(2, 0) + p1.generated_number * power(2, 1) + 1 as generated_number from p as p0 cross join p as p1) select * from unioned where generated_number <= 4) select cast('2024-01-01' as date) + ((interval '1 day') * (generated_number - 1)) as date_day from rawdata
--# Metabase: a grouped question
SELECT "source"."status" AS "status", SUM("source"."amount") AS "sum", AVG("source"."amount") AS "avg" FROM (SELECT "public"."orders"."status" AS "status", "public"."orders"."amount" AS "amount" FROM "public"."orders" WHERE "public"."orders"."ordered_at" >= CAST('2024-01-01' AS date)) AS "source" GROUP BY "source"."status" ORDER BY "source"."status" ASC
--# Metabase: a binned number
SELECT FLOOR(("public"."orders"."amount" / 10.0)) * 10.0 AS "amount", COUNT(*) AS "count" FROM "public"."orders" GROUP BY FLOOR(("public"."orders"."amount" / 10.0)) * 10.0 ORDER BY 1 ASC
--# Grafana: a time series
SELECT floor(extract(epoch from "at")/3600)*3600 AS "time", sensor::text AS metric, avg(value) AS "value" FROM measurements WHERE "at" BETWEEN '2024-01-01T00:00:00Z' AND '2024-01-02T00:00:00Z' GROUP BY time, metric ORDER BY time
--# Grafana: the values of a variable
SELECT DISTINCT sensor AS __value, 'Sensor ' || sensor AS __text FROM measurements ORDER BY 1
--# Superset: a preview
SELECT * FROM (SELECT status, sum(amount) AS total FROM orders GROUP BY status) AS virtual_table LIMIT 1000
--# Superset: a time grain
SELECT DATE_TRUNC('week', ordered_at) AS __timestamp, status AS status, count(*) AS count FROM public.orders WHERE ordered_at >= TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY DATE_TRUNC('week', ordered_at), status ORDER BY count DESC LIMIT 100
--# Tableau: an extract with quoted aliases
SELECT CAST("orders"."status" AS TEXT) AS "status", SUM(CAST("orders"."amount" AS DOUBLE PRECISION)) AS "sum:amount:ok", (CAST(EXTRACT(YEAR FROM "orders"."ordered_at") AS INTEGER)) AS "yr:ordered_at:ok" FROM "public"."orders" "orders" GROUP BY 1, 3
--# Power BI: a folded query
select "_"."status" as "c1", count(1) as "c2" from ( select "rows"."status" as "status" from "public"."orders" "rows" where "rows"."amount" > 0 ) "_" group by "status" order by "status" limit 501
--# Looker: symmetric aggregates
SELECT customers.country AS "customers.country", COALESCE(SUM(order_items.quantity), 0) AS "order_items.total", COUNT(DISTINCT orders.id) AS "orders.count" FROM public.orders AS orders LEFT JOIN public.customers AS customers ON orders.customer_id = customers.id LEFT JOIN order_items ON order_items.order_id = orders.id GROUP BY 1 HAVING COUNT(*) > 0 ORDER BY 2 DESC LIMIT 500
--# psql: describe tables
SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','v','m','') AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1,2
--# psql: describe a table
SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname OPERATOR(pg_catalog.~) '^(orders)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 3
--# psql: list functions
SELECT n.nspname, p.proname, pg_catalog.pg_get_function_result(p.oid), pg_catalog.pg_get_function_arguments(p.oid), CASE p.prokind WHEN 'a' THEN 'agg' WHEN 'w' THEN 'window' WHEN 'p' THEN 'proc' ELSE 'func' END FROM pg_catalog.pg_proc p LEFT JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'sales'
--# DBeaver: tables with comments
SELECT c.oid,c.*,d.description,pg_catalog.pg_get_expr(c.relpartbound, c.oid) as partition_expr, pg_catalog.pg_get_partkeydef(c.oid) as partition_key FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=c.oid AND d.objsubid=0 AND d.classoid='pg_class'::regclass WHERE c.relnamespace = 2200 AND c.relkind not in ('i','I','c')
--# diagnosis: cache hits
SELECT sum(heap_blks_read) AS heap_read, sum(heap_blks_hit) AS heap_hit, sum(heap_blks_hit) / nullif(sum(heap_blks_hit) + sum(heap_blks_read), 0) AS ratio FROM pg_statio_user_tables
--# diagnosis: long queries
SELECT pid, usename, application_name, age(clock_timestamp(), query_start) AS duration, state, left(regexp_replace(query, '\s+', ' ', 'g'), 80) FROM pg_stat_activity WHERE state != 'idle' AND query NOT ILIKE '%pg_stat_activity%' ORDER BY query_start
--# diagnosis: who blocks whom
SELECT blocked_locks.pid AS blocked_pid, blocking_locks.pid AS blocking_pid, blocked_activity.query FROM pg_catalog.pg_locks blocked_locks JOIN pg_catalog.pg_stat_activity blocked_activity ON blocked_activity.pid = blocked_locks.pid JOIN pg_catalog.pg_locks blocking_locks ON blocking_locks.locktype = blocked_locks.locktype AND blocking_locks.database IS NOT DISTINCT FROM blocked_locks.database AND blocking_locks.pid != blocked_locks.pid WHERE NOT blocked_locks.granted
--# diagnosis: bloat of indexes
SELECT nspname, relname, round(100 * pg_relation_size(indexrelid) / nullif(pg_relation_size(indrelid), 0)) AS index_ratio, pg_size_pretty(pg_relation_size(indexrelid)) AS index_size FROM pg_index i LEFT JOIN pg_class c ON c.oid = i.indexrelid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND c.relkind = 'i'
--# diagnosis: missing indexes on foreign keys
SELECT c.conrelid::regclass AS "table", string_agg(a.attname, ',' ORDER BY x.n) AS columns FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey) WITH ORDINALITY AS x(attnum, n) JOIN pg_attribute a ON a.attnum = x.attnum AND a.attrelid = c.conrelid WHERE NOT EXISTS (SELECT 1 FROM pg_index i WHERE i.indrelid = c.conrelid AND (i.indkey::smallint[])[0:cardinality(c.conkey) - 1] @> c.conkey) AND c.contype = 'f' GROUP BY c.conrelid, c.conname
--# diagnosis: age of transaction ids
SELECT datname, age(datfrozenxid) AS xid_age, round(100.0 * age(datfrozenxid) / 2000000000, 2) AS percent FROM pg_database ORDER BY 2 DESC
--# diagnosis: settings that were changed
SELECT name, setting, unit, source, boot_val FROM pg_settings WHERE source NOT IN ('default', 'override') ORDER BY name
--# diagnosis: replication
SELECT client_addr, state, pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS lag_bytes FROM pg_stat_replication
--# diagnosis: sizes with toast
SELECT oid::regclass, pg_size_pretty(pg_total_relation_size(oid) - pg_indexes_size(oid) - coalesce(pg_total_relation_size(reltoastrelid), 0)) AS table_size FROM pg_class WHERE relkind IN ('r', 'm') ORDER BY pg_total_relation_size(oid) DESC LIMIT 10
--# diagnosis: checkpoints and io
SELECT num_timed, num_requested, buffers_written FROM pg_stat_checkpointer
--# diagnosis: roles and memberships
SELECT r.rolname, r.rolsuper, ARRAY(SELECT b.rolname FROM pg_catalog.pg_auth_members m JOIN pg_catalog.pg_roles b ON (m.roleid = b.oid) WHERE m.member = r.oid) AS memberof FROM pg_catalog.pg_roles r WHERE r.rolname !~ '^pg_' ORDER BY 1
--# diagnosis: grants on a table
SELECT grantee, string_agg(privilege_type, ', ' ORDER BY privilege_type) FROM information_schema.role_table_grants WHERE table_name = 'orders' GROUP BY grantee
--# diagnosis: access rights by function
SELECT (aclexplode(coalesce(relacl, acldefault('r', relowner)))).privilege_type, relname FROM pg_class WHERE relname = 'orders'
--# diagnosis: statistics of columns
SELECT attname, n_distinct, null_frac, most_common_vals FROM pg_stats WHERE schemaname = 'public' AND tablename = 'orders'
--# diagnosis: partitions
SELECT inhparent::regclass AS parent, inhrelid::regclass AS child, pg_get_expr(c.relpartbound, c.oid) AS bounds FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid
--# diagnosis: progress of vacuum
SELECT p.pid, p.phase, p.heap_blks_scanned FROM pg_stat_progress_vacuum p JOIN pg_stat_activity a USING (pid)
--# a partitioned table by its parent
SELECT date_bin('6 hours', at, '2024-01-01') AS bucket, sensor, avg(value), percentile_disc(0.95) WITHIN GROUP (ORDER BY value) AS p95 FROM measurements GROUP BY GROUPING SETS ((1, sensor), (sensor)) ORDER BY 1 NULLS FIRST, 2
--# a view that an analyst made
SELECT * FROM reporting.order_totals WHERE total > 1 ORDER BY total DESC
--# a view over a domain's column
SELECT name, email FROM reporting.active_customers
--# a view that calls a stable function of the database's own
SELECT * FROM reporting.net_amounts ORDER BY id
--# an immutable function of the database's own
SELECT id, sales.net(amount) AS net FROM public.orders ORDER BY id
--# a stable function of the database's own
SELECT c.name, sales.order_count(c.id) FROM customers c ORDER BY 1
--# a stable table function of the database's own
SELECT o.* FROM customers c CROSS JOIN LATERAL sales.orders_of(c.id) AS o ORDER BY o.id
--# a function as an attribute of a composite
SELECT (a.address).full_address FROM addresses a
--# a cast to a domain of the database's own
SELECT 'ann@example.com'::email AS address
--# a cast to an enumeration
SELECT 'open'::order_status < 'paid'::order_status AS before
--# a materialized view
SELECT month, amount, amount - lag(amount) OVER (ORDER BY month) AS change FROM sales_by_month ORDER BY month
--# a cohort grid with make_interval
SELECT c.country, n AS month_number, count(o.id) FROM customers c CROSS JOIN generate_series(0, 2) AS n LEFT JOIN orders o ON o.customer_id = c.id AND o.ordered_at >= c.created_at + make_interval(months => n) AND o.ordered_at < c.created_at + make_interval(months => n + 1) GROUP BY 1, 2 ORDER BY 1, 2
--# a histogram
SELECT width_bucket(amount, 0, 100, 4) AS bucket, numrange(min(amount), max(amount), '[]') AS range, count(*) AS freq, repeat('■', count(*)::int) AS bar FROM orders GROUP BY bucket ORDER BY bucket
--# an outlier test
WITH s AS (SELECT percentile_cont(0.25) WITHIN GROUP (ORDER BY amount) AS q1, percentile_cont(0.75) WITHIN GROUP (ORDER BY amount) AS q3 FROM orders) SELECT o.id, o.amount FROM orders o, s WHERE o.amount > s.q3 + 1.5 * (s.q3 - s.q1)
--# a pareto share
SELECT customer_id, sum(amount) AS total, round(100 * sum(sum(amount)) OVER (ORDER BY sum(amount) DESC) / sum(sum(amount)) OVER (), 1) AS cumulative FROM orders GROUP BY customer_id ORDER BY total DESC
--# an organisation chart with a search order
WITH RECURSIVE chart AS (SELECT id, name, manager_id FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.name, e.manager_id FROM employees e JOIN chart ON e.manager_id = chart.id) SEARCH DEPTH FIRST BY id SET ordering SELECT name FROM chart ORDER BY ordering
--# a cycle test of a hierarchy
WITH RECURSIVE chart AS (SELECT id, manager_id FROM employees UNION ALL SELECT e.id, e.manager_id FROM employees e JOIN chart ON e.manager_id = chart.id) CYCLE id SET is_cycle USING path SELECT count(*) FROM chart WHERE is_cycle
--# JSON as a table
SELECT e.id, j.sku, j.place FROM events e, JSON_TABLE(e.data, '$.items[*]' COLUMNS (place FOR ORDINALITY, sku text PATH '$.sku')) AS j
--# JSON paths with filters
SELECT id, jsonb_path_query_array(data, '$.list[*] ? (@ > 1)'), data @? '$.items[*].sku', data #> '{a,b}' FROM events
--# JSON keys of all rows
SELECT DISTINCT jsonb_object_keys(data) AS key FROM events ORDER BY 1
--# JSON of whole rows
SELECT coalesce(jsonb_agg(to_jsonb(o) - 'ordered_at' ORDER BY o.id), '[]'::jsonb) FROM orders o WHERE o.status = 'paid'
--# JSON objects built by the standard
SELECT JSON_OBJECT('id' VALUE id, 'name' VALUE name ABSENT ON NULL RETURNING jsonb) FROM customers ORDER BY id
--# is json
SELECT data::text IS JSON OBJECT AS is_object FROM events
--# a merge of intervals as a range
SELECT customer_id, range_agg(tstzrange(ordered_at, ordered_at + interval '7 days')) AS busy FROM orders GROUP BY 1 ORDER BY 1
--# text to rows
SELECT word, count(*) FROM customers, regexp_split_to_table(lower(name), '\s+') AS word GROUP BY word ORDER BY 2 DESC, 1
--# pivots with jsonb_object_agg
SELECT customer_id, jsonb_object_agg(status, n) FROM (SELECT customer_id, status, count(*) AS n FROM orders GROUP BY 1, 2) s GROUP BY 1 ORDER BY 1
--# an array of a subquery
SELECT c.name, ARRAY(SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id) AS order_ids FROM customers c ORDER BY c.id
--# values that an LLM quotes with care
SELECT * FROM orders WHERE status IN ('open', 'paid') AND ordered_at::date BETWEEN DATE '2024-01-01' AND DATE '2024-12-31' AND (amount, id) > (5, 1) ORDER BY "ordered_at" DESC NULLS LAST LIMIT 50;
--# an LLM's explanation in comments
-- Find the top customers
-- (uses DELETEd flag? no: archived)
SELECT c.name, /* total; not net */ SUM(o.amount) AS total_spent
FROM customers c
INNER JOIN orders o ON o.customer_id = c.id
WHERE NOT c.archived
GROUP BY c.id -- names may repeat
ORDER BY total_spent DESC
LIMIT 5;
--# columns with the names of functions and commands
SELECT t.date, t.count, t.user, t.comment, t.lock, t.load, t.set FROM (SELECT 1 AS date, 2 AS count, 3 AS user, 4 AS comment, 5 AS lock, 6 AS load, 7 AS set) t
--# an upper bound by EXPLAIN with every option
EXPLAIN (ANALYZE, VERBOSE, BUFFERS, WAL, SETTINGS, SUMMARY, MEMORY, SERIALIZE TEXT, TIMING OFF, COSTS OFF, FORMAT JSON) SELECT o.status, count(*) FROM orders o GROUP BY o.status
--# a generic plan
EXPLAIN (GENERIC_PLAN) SELECT * FROM orders WHERE id = $1
--# the time zone of a report
SELECT (ordered_at AT TIME ZONE 'Europe/Berlin')::date AS local_day, to_char(ordered_at AT TIME ZONE 'UTC', 'IYYY-"W"IW') AS week FROM orders ORDER BY id
