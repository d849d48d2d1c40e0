--# an operator that searches prefixes
SELECT * FROM customers WHERE name ^@ 'Ad'
--# operators of geometry
SELECT * FROM places WHERE spot <@ box '((0,0),(10,10))' AND spot |>> point '(1,1)' AND area ~= area AND path ?# path
--# vector distances
SELECT id, embedding <-> '[1,2,3]' AS l2, embedding <=> '[1,2,3]' AS cosine, embedding <#> '[1,2,3]' AS inner_product FROM documents ORDER BY embedding <-> '[1,2,3]' LIMIT 5
--# vector casts with a length
SELECT '[1,2,3]'::vector(3) <-> embedding FROM documents
--# trigram operators
SELECT name FROM customers WHERE name % 'Adam' ORDER BY name <-> 'Adam'
--# word trigram operators
SELECT name FROM customers WHERE 'Adam' <<% name ORDER BY 'Adam' <->>> name
--# json path operators
SELECT data @? '$.a[*] ? (@ > 1)', data @@ '$.a > 1', data #- '{a}' FROM events
--# prefix operators
SELECT @ -5, |/ 25.0, ||/ 27.0, ~ 5, - - 1, !!'fat'::tsquery
--# an operator of the catalog in ORDER BY
SELECT * FROM orders ORDER BY amount USING <, id USING OPERATOR(pg_catalog.>)
--# a minus sign after a keyword
SELECT * FROM orders WHERE amount BETWEEN -1e6 AND -1 AND -amount > +5
--# collation for
SELECT collation for (name), COLLATION FOR ('x'::text) FROM customers
--# at local
SELECT ordered_at AT LOCAL, (ordered_at AT TIME ZONE 'UTC') AT LOCAL FROM orders
--# substring by pattern
SELECT substring('Thomas' SIMILAR '%#"o_a#"_' ESCAPE '#'), substring('Thomas' FROM '...$'), substring('Thomas' FROM 2), substring('Thomas' FOR 2), substring('Thomas', 2, 3)
--# trim in all forms
SELECT trim(name), trim(LEADING FROM name), trim(TRAILING 'x' FROM name), trim(BOTH FROM name), trim(name, 'x'), trim(FROM name) FROM customers
--# extract of every kind
SELECT extract(epoch FROM now() - ordered_at), extract('isodow' FROM ordered_at), extract(julian FROM date '2024-01-01') FROM orders
--# overlay and position
SELECT overlay('Txxxxas' PLACING 'hom' FROM 2 FOR 4), position('om' IN 'Thomas'), position((SELECT 'x') IN name) FROM customers
--# normalized text
SELECT normalize('x', NFC), 'x' IS NORMALIZED, 'x' IS NFD NORMALIZED, 'x' IS NOT NFKC NORMALIZED
--# only in brackets
SELECT * FROM ONLY (orders)
--# only in a join
SELECT * FROM orders o JOIN ONLY customers c ON c.id = o.customer_id
--# descendants by a star
SELECT * FROM orders * WHERE id > 1
--# join using with an alias
SELECT j.id, o.amount FROM orders o JOIN payments p USING (id) AS j WHERE j.id > 5
--# interval fields
SELECT interval '1' year, interval '1 2' day to hour, interval '5' second(3), interval(0) '1.5 s', '1'::interval day to second(2), interval '1:02' hour to minute AS span
--# types of several words
SELECT '1'::double precision, '101'::bit varying(5), 'a'::national character varying(3), '10:00'::time(0) with time zone, now()::timestamp(3) without time zone, double precision '1.5', bit varying '101'
--# casts to arrays and types of extensions
SELECT '{1,2}'::int[], '{{1},{2}}'::numeric(5, 2)[][], '(1,2)'::cube, 'a=>1'::hstore, 'Top.Science'::ltree, 'x'::citext, '{1}'::int ARRAY, '{1}'::public.mood[]
--# typed constants of extensions
SELECT box '((0,0),(1,1))', inet '10.0.0.1', jsonb '{"a": 1}', hstore 'a=>1', numrange '[1,5)', xml '<a/>'
--# columns named like verbs, bare
SELECT update, delete, insert, merge, set, start, comment, lock, load FROM verbs
--# columns named like verbs, in conditions
SELECT id FROM verbs WHERE update > 5 AND delete IS NULL OR start IN (1, 2) ORDER BY comment DESC, start
--# columns named like verbs, in functions
SELECT max(update), coalesce(delete, 0), count(DISTINCT start), lower(comment) FROM verbs GROUP BY release, show
--# columns named like types and constructs
SELECT v.date, v.timestamp, time, text, name, value, type, key, year, month, cube, rollup, level, role FROM verbs v
--# labels of every kind
SELECT 1 AS select, 2 AS from, 3 AS where, 4 AS update, 5 AS table, 6 AS "order", 7 label, 8 value
--# functions named like words of the grammar
SELECT left(name, 1), right(name, 1), replace(name, 'a', 'b'), repeat('x', 3), reverse(name), format('%s', 1), date_part('day', now()), age(now()), exp(1), char_length(name) FROM customers
--# array slices of every kind
SELECT a[1], a[1:2], a[:], a[2:], a[:2], a[1][2], a[1:2][1:1], (ARRAY[1, 2, 3])[2], (ARRAY[1, 2, 3])[1:2], a[cardinality(a)], a[(SELECT 1)] FROM arrays
--# arrays of every kind
SELECT ARRAY[]::int[], ARRAY[[1, 2], [3, 4]], ARRAY(SELECT id FROM orders ORDER BY id), ARRAY[ROW(1, 2)], ARRAY[1] || 2 || ARRAY[3]
--# subscripts of json
SELECT data['a'], data['a']['b'], data['list'][0] FROM events
--# rows from several functions
SELECT * FROM ROWS FROM (generate_series(1, 3), json_to_recordset('[]') AS (a int, b text)) WITH ORDINALITY AS t(n, a, b, place)
--# a record function with columns and arrays
SELECT * FROM jsonb_to_recordset('[]') AS x(id int, tags text[], price numeric(10, 2), at timestamp with time zone)
--# a record function with columns and no alias
SELECT * FROM json_to_record('{"a": 1}') AS (a int, b text COLLATE "C")
--# lateral rows from a function, with ordinality
SELECT e.id, t.item, t.place FROM events e, LATERAL jsonb_array_elements(e.data -> 'items') WITH ORDINALITY AS t(item, place)
--# samples with expressions
SELECT * FROM orders TABLESAMPLE SYSTEM (0.5 * 2) REPEATABLE (7) WHERE id > 1
--# grouping sets of every kind
SELECT a, b, count(*), grouping(a, b) FROM t GROUP BY DISTINCT ROLLUP (a, b), GROUPING SETS ((a), (b), CUBE (a, b), ()), GROUPING SETS (a, ROLLUP (b))
--# fetch in every form
SELECT * FROM orders ORDER BY id OFFSET 5 FETCH NEXT ROW ONLY
--# fetch some with ties, counted by a parameter
SELECT * FROM orders ORDER BY amount DESC FETCH FIRST ($1) ROWS WITH TIES
--# limit all
SELECT * FROM orders LIMIT ALL OFFSET 0 ROWS
--# limit by a subquery
SELECT * FROM orders LIMIT (SELECT count(*) / 2 FROM orders)
--# select all
SELECT ALL id FROM orders
--# xmltable
SELECT x.* FROM events e, XMLTABLE('/rows/row' PASSING e.body COLUMNS id int PATH '@id', ordinality FOR ORDINALITY, name text PATH 'name' DEFAULT 'none' NOT NULL) AS x
--# xmltable with namespaces
SELECT * FROM XMLTABLE(XMLNAMESPACES('http://a' AS a, DEFAULT 'http://b'), '/a:x' PASSING BY REF '<x/>' COLUMNS y int PATH 'y')
--# xml of every kind
SELECT xmlelement(NAME a, xmlattributes(id AS "key", name), 'text', xmlcomment('c')), xmlconcat('<a/>', '<b/>'), xmlpi(NAME php, 'echo'), xmlroot('<a/>', VERSION '1.0', STANDALONE YES), xmlparse(DOCUMENT '<a/>'), xmlserialize(CONTENT '<a/>' AS text), xmlagg('<a/>'::xml ORDER BY id) FROM customers GROUP BY id, name
--# xml predicates
SELECT '<a/>'::xml IS DOCUMENT, xmlexists('//a' PASSING BY VALUE '<a/>'), xml_is_well_formed('<a/>')
--# json_table
SELECT t.* FROM events e, JSON_TABLE(e.data, '$.items[*]' PASSING 5 AS low COLUMNS (place FOR ORDINALITY, sku text PATH '$.sku', price numeric(10, 2) PATH '$.price' DEFAULT 0 ON EMPTY NULL ON ERROR, has_tax boolean EXISTS PATH '$.tax', NESTED PATH '$.parts[*]' COLUMNS (part text PATH '$'))) AS t
--# sql/json queries
SELECT JSON_VALUE(data, '$.a' RETURNING numeric(10, 2) DEFAULT 0 ON EMPTY ERROR ON ERROR), JSON_QUERY(data, '$.b' WITH CONDITIONAL WRAPPER KEEP QUOTES NULL ON EMPTY), JSON_EXISTS(data, '$.c' PASSING 1 AS x FALSE ON ERROR) FROM events
--# sql/json constructors
SELECT JSON_OBJECT('a': 1, 'b' VALUE 2 NULL ON NULL WITH UNIQUE KEYS RETURNING jsonb), JSON_ARRAY(1, 2, NULL ABSENT ON NULL), JSON_ARRAYAGG(id ORDER BY id RETURNING jsonb), JSON_OBJECTAGG(id: status WITH UNIQUE), JSON_SCALAR(1), JSON('{}' WITH UNIQUE KEYS), JSON_SERIALIZE('{}' RETURNING text) FROM orders
--# a sql/json array of a query
SELECT JSON_ARRAY(SELECT id FROM orders ORDER BY id RETURNING jsonb)
--# is json
SELECT data IS JSON, data IS NOT JSON OBJECT, data IS JSON ARRAY WITH UNIQUE KEYS, data IS JSON SCALAR AS scalar, data IS JSON VALUE WITHOUT UNIQUE FROM texts
--# predicates after the operand
SELECT a ISNULL, a NOTNULL, a IS UNKNOWN, (a > 1) IS NOT TRUE, a IS DISTINCT FROM b, a IS NOT DISTINCT FROM NULL FROM t
--# between symmetric
SELECT * FROM orders WHERE amount BETWEEN SYMMETRIC 10 AND 1 AND id NOT BETWEEN ASYMMETRIC 1 AND 2
--# like any
SELECT * FROM customers WHERE name LIKE ANY (ARRAY['a%', 'b%']) AND name NOT ILIKE ALL (ARRAY['c%']) AND name ~ ANY ('{x,y}')
--# quantified comparisons
SELECT * FROM orders WHERE amount >= ALL (SELECT amount FROM orders) AND id = SOME (VALUES (1), (2)) AND (id, amount) IN (VALUES (1, 2))
--# search depth first
WITH RECURSIVE tree AS (SELECT id, manager_id FROM employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.manager_id FROM employees e JOIN tree t ON e.manager_id = t.id) SEARCH DEPTH FIRST BY id SET place SELECT * FROM tree ORDER BY place
--# search breadth first, with cycles
WITH RECURSIVE tree (id, boss) AS (SELECT id, manager_id FROM employees UNION SELECT e.id, e.manager_id FROM employees e, tree t WHERE e.manager_id = t.id) SEARCH BREADTH FIRST BY id, boss SET place CYCLE id, boss SET is_cycle TO 'Y' DEFAULT 'N' USING path SELECT * FROM tree
--# cycle alone
WITH RECURSIVE tree AS (SELECT id FROM employees UNION ALL SELECT e.id FROM employees e JOIN tree t ON e.manager_id = t.id) CYCLE id SET looped USING path SELECT id, looped FROM tree
--# values with a query in with
WITH c (x) AS (VALUES (42)) VALUES ((SELECT x FROM c)), (1)
--# a table command in every place
WITH t AS (TABLE customers) TABLE t UNION ALL (TABLE ONLY customers) EXCEPT TABLE customers ORDER BY 1
--# values in an alias without as
SELECT * FROM (VALUES (1, 'one'), (2, NULL)) numbers (n, word) JOIN LATERAL (VALUES (numbers.n * 2)) d (twice) ON true
--# distinct on an expression
SELECT DISTINCT ON (lower(name), date_trunc('day', created_at)) * FROM customers ORDER BY lower(name), date_trunc('day', created_at) DESC
--# frames of every kind
SELECT sum(x) OVER (ORDER BY y RANGE BETWEEN '1 day'::interval PRECEDING AND '1 hour' FOLLOWING EXCLUDE TIES), sum(x) OVER (ROWS UNBOUNDED PRECEDING EXCLUDE NO OTHERS), sum(x) OVER (GROUPS BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING EXCLUDE GROUP) FROM t
--# windows that build on windows
SELECT count(*) OVER (w ROWS 2 PRECEDING), sum(x) FILTER (WHERE x > 0) OVER w2 FROM t WINDOW w AS (PARTITION BY a), w2 AS (w ORDER BY b DESC NULLS LAST)
--# ordered and hypothetical sets
SELECT percentile_disc(ARRAY[0.25, 0.5]) WITHIN GROUP (ORDER BY amount DESC), rank(5) WITHIN GROUP (ORDER BY amount), count(*) FILTER (WHERE amount > 1) FROM orders
--# aggregates with every argument
SELECT array_agg(ALL name ORDER BY name COLLATE "C" DESC NULLS LAST), string_agg(DISTINCT name, ',' ORDER BY name), count(DISTINCT (id, name)) FROM customers
--# named and variadic arguments
SELECT make_interval(days => 10, hours := 2), concat_ws(',', VARIADIC ARRAY['a', 'b']), format('%s %s', VARIADIC ARRAY['a', 'b'])
--# composites
SELECT ROW(1, 'a'), (ROW(1, 2)).*, (c).address.city, ROW(o.*) = ROW(o.*), (SELECT o FROM orders o LIMIT 1) FROM customers c, orders o
--# dollar strings
SELECT $$it's$$, $tag$a $$ b$tag$, $x$--$x$ AS dashed
--# strings with unicode escapes
SELECT U&'\0441\043B\043E\043D', U&'d!0061t' UESCAPE '!', U&'' AS empty
--# escape strings over several lines
SELECT E'a\'b'
  'c\\', E'\\' AS backslash
--# numbers of every kind
SELECT 1_000_000, 0xFF, 0o17, 0b101, 1e10, .5, 5., 1.5e-3, 1_0.0_1
--# comments between words that belong together
SELECT sum(a) OVER (PARTITION /* x */ BY b ORDER -- y
  BY c), x IS /* z */ NOT /* z */ NULL FROM t GROUP /* g */ BY a, b ORDER /* o */ BY 1
--# comments inside every construct
SELECT /*+ IndexScan(t) */ CAST(/* a */ x /* b */ AS /* c */ numeric /* d */ (10, 2)), extract(/* e */ year /* f */ FROM d) FROM t AT_ALIAS /* / * */
--# line ends of every kind
SELECT 1 AS a, -- one
	2 AS b
--# explain with every option
EXPLAIN (ANALYZE, VERBOSE, COSTS OFF, SETTINGS, BUFFERS, WAL, TIMING OFF, SUMMARY, MEMORY, SERIALIZE TEXT, FORMAT XML) SELECT * FROM orders
--# explain a generic plan
EXPLAIN (GENERIC_PLAN) SELECT * FROM orders WHERE id = $1
--# explain a recursive query
EXPLAIN WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT * FROM n
--# explain a bracketed select with options
EXPLAIN (COSTS OFF) (SELECT 1 UNION SELECT 2)
--# nested set operations
((SELECT 1 UNION SELECT 2) INTERSECT (SELECT 2 EXCEPT ALL SELECT 3)) UNION DISTINCT (VALUES (4)) ORDER BY 1 LIMIT 3
--# joins nested in brackets
SELECT * FROM ((a CROSS JOIN b) LEFT JOIN (c NATURAL FULL JOIN d) ON a.id = c.id) AS j
--# deep subqueries
SELECT (SELECT max(x) FROM (SELECT (SELECT 1 WHERE EXISTS (SELECT FROM t WHERE t.id = o.id)) AS x) q) FROM orders o WHERE NOT EXISTS (SELECT 1 FROM (SELECT 1) z WHERE z IS NULL)
--# a case of cases
SELECT CASE WHEN CASE a WHEN 1 THEN true END THEN CASE WHEN b THEN 1 ELSE 2 END ELSE -1 END + 1 FROM t
--# tables of postgis
SELECT name, ST_Distance FROM places WHERE geom && box AND geom @ area
--# boolean tests
SELECT NOT a, NOT (a OR b), a IS NOT FALSE, NOT NOT a FROM flags
--# a filter by a row of parameters
SELECT * FROM orders WHERE (customer_id, status) = ($1, $2) AND ordered_at >= $3::timestamptz AND tags && $4::text[]
--# a query of information about constraints
SELECT tc.table_name, kcu.column_name, ccu.table_name AS other FROM information_schema.table_constraints AS tc JOIN information_schema.key_column_usage AS kcu USING (constraint_schema, constraint_name) JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_name) WHERE tc.constraint_type = 'FOREIGN KEY'
--# sizes of all tables
SELECT n.nspname, c.relname, pg_size_pretty(pg_table_size(c.oid)), pg_indexes_size(c.oid), age(c.relfrozenxid) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'm') AND n.nspname !~ '^pg_' ORDER BY pg_table_size(c.oid) DESC
--# a string that looks like a statement in an operand
SELECT * FROM logs WHERE message = 'DROP TABLE x' OR message LIKE '%; DELETE FROM %' OR message IN ('COMMIT', 'BEGIN')
--# quoted names that are verbs
SELECT "delete", "update"."insert", "into" AS "select" FROM "drop" AS "update" ("insert") CROSS JOIN "delete"
--# unicode names and strings
SELECT größe, "имя", 'naïve – ✓', n.名前 FROM daten AS n WHERE straße = 'Straße'
--# a schema named like a verb
SELECT * FROM "update".orders JOIN show.tables ON true
--# merge as a name
SELECT merge.id FROM orders AS merge WHERE merge.id = 1
--# a window function over everything
SELECT *, count(*) OVER () AS total FROM orders ORDER BY id
--# an order by expression with nulls
SELECT * FROM orders ORDER BY amount IS NULL, amount DESC NULLS LAST, status COLLATE "C" ASC NULLS FIRST
--# times of zones
SELECT ordered_at AT TIME ZONE 'UTC' AT TIME ZONE 'Europe/Berlin', timezone('UTC', now()), time with time zone '10:00+01', current_time(2) FROM orders
--# casts by CAST to types of several words
SELECT CAST(x AS DOUBLE PRECISION), CAST(a AS character varying(3)), CAST(a AS bit varying(3)), CAST(a AS national character varying(3)), CAST(a AS int array), CAST(a AS int array[3]), CAST(a AS timestamp(3) without time zone), CAST(a AS interval day to second(2)), CAST(a AS public.mood[]), CAST(a AS time with time zone) FROM t
--# tableau custom sql
SELECT SUM("Custom SQL Query"."amount") AS "sum:amount:ok", DATE_TRUNC('MONTH', CAST("Custom SQL Query"."ordered_at" AS TIMESTAMP)) AS "tmn:ordered_at:ok" FROM (SELECT * FROM public.orders) "Custom SQL Query" GROUP BY 2 HAVING (COUNT(1) > 0)
--# tableau level of detail
SELECT (CASE WHEN ("t0"."x_measure__0" >= 2) THEN 'a' WHEN NOT ("t0"."x_measure__0" >= 2) THEN 'b' ELSE NULL END) AS "calc" FROM "public"."orders" "orders" INNER JOIN (SELECT "orders"."customer_id" AS "customer_id", COUNT(DISTINCT "orders"."id") AS "x_measure__0" FROM "public"."orders" "orders" GROUP BY 1) "t0" ON (("orders"."customer_id" IS NOT DISTINCT FROM "t0"."customer_id")) LIMIT 100
--# tableau null safe join
SELECT 1 FROM a "a" INNER JOIN b "b" ON (("a"."x" = "b"."x") OR (("a"."x" IS NULL) AND ("b"."x" IS NULL)))
--# power bi folding
select "_"."id", "_"."name" from "public"."customers" "_" where "_"."name" = 'Ada' and "_"."name" is not null limit 4096
--# power bi direct query
select "rows"."status" as "status", sum("rows"."amount") as "a0" from (select "status", "amount" from "public"."orders" "$Table") "rows" group by "status" order by "a0" desc limit 1000001
--# metabase question
SELECT "source"."ordered_at" AS "ordered_at", COUNT(*) AS "count" FROM (SELECT CAST(DATE_TRUNC('month', "public"."orders"."ordered_at") AS date) AS "ordered_at", "public"."orders"."status" AS "status" FROM "public"."orders" LEFT JOIN "public"."customers" AS "Customers" ON "public"."orders"."customer_id" = "Customers"."id" WHERE ("Customers"."name" <> '') OR ("Customers"."name" IS NULL)) AS "source" GROUP BY "source"."ordered_at" ORDER BY "source"."ordered_at" ASC LIMIT 2000
--# metabase with a remark
-- Metabase:: userID: 1 queryType: MBQL queryHash: 5f1a
SELECT DATE_TRUNC('week', (CAST("public"."orders"."ordered_at" AS timestamp) + (INTERVAL '1 day'))) + (INTERVAL '-1 day') AS "ordered_at", AVG("amount") AS "avg" FROM "public"."orders" WHERE "public"."orders"."ordered_at" >= DATE_TRUNC('month', (NOW() + INTERVAL '-1 month')) AND "public"."orders"."ordered_at" < DATE_TRUNC('month', NOW()) GROUP BY 1
--# superset chart
SELECT DATE_TRUNC('day', ordered_at) AS __timestamp, status AS status, sum(amount) AS "SUM(amount)" FROM public.orders JOIN (SELECT status AS status__, sum(amount) AS mme_inner__ FROM public.orders WHERE ordered_at >= TO_TIMESTAMP('2024-01-01 00:00:00.000000', 'YYYY-MM-DD HH24:MI:SS.US') GROUP BY status ORDER BY mme_inner__ DESC LIMIT 25) AS series_limit ON status = status__ GROUP BY DATE_TRUNC('day', ordered_at), status ORDER BY "SUM(amount)" DESC LIMIT 50000
--# dbt test of relationships
select count(*) as failures, count(*) != 0 as should_warn, count(*) != 0 as should_error from (with child as (select customer_id as from_field from "dev"."public"."orders" where customer_id is not null), parent as (select id as to_field from "dev"."public"."customers") select from_field from child left join parent on child.from_field = parent.to_field where parent.to_field is null) dbt_internal_test
--# dbt test of accepted values
with all_values as (select status as value_field, count(*) as n_records from "dev"."public"."orders" group by status) select * from all_values where value_field not in ('placed', 'shipped')
--# dbt audit helper
select coalesce(a_query."id", b_query."id") as id, a_query.x = b_query.x or (a_query.x is null and b_query.x is null) as ok from a_query full outer join b_query on (a_query.id = b_query.id)
--# sqlalchemy reflection of columns
SELECT pg_catalog.pg_attribute.attname AS name, pg_catalog.format_type(pg_catalog.pg_attribute.atttypid, pg_catalog.pg_attribute.atttypmod) AS format_type, (SELECT pg_catalog.pg_get_expr(pg_catalog.pg_attrdef.adbin, pg_catalog.pg_attrdef.adrelid) AS pg_get_expr_1 FROM pg_catalog.pg_attrdef WHERE pg_catalog.pg_attrdef.adrelid = pg_catalog.pg_attribute.attrelid AND pg_catalog.pg_attrdef.adnum = pg_catalog.pg_attribute.attnum AND pg_catalog.pg_attribute.atthasdef) AS "default", pg_catalog.pg_attribute.attnotnull AS not_null, pg_catalog.pg_class.relname AS table_name, pg_catalog.pg_description.description AS comment, pg_catalog.pg_attribute.attgenerated AS generated FROM pg_catalog.pg_class LEFT OUTER JOIN pg_catalog.pg_attribute ON pg_catalog.pg_class.oid = pg_catalog.pg_attribute.attrelid AND pg_catalog.pg_attribute.attnum > 0 AND NOT pg_catalog.pg_attribute.attisdropped LEFT OUTER JOIN pg_catalog.pg_description ON pg_catalog.pg_description.objoid = pg_catalog.pg_attribute.attrelid AND pg_catalog.pg_description.objsubid = pg_catalog.pg_attribute.attnum JOIN pg_catalog.pg_namespace ON pg_catalog.pg_namespace.oid = pg_catalog.pg_class.relnamespace WHERE pg_catalog.pg_class.relkind = ANY (ARRAY['r', 'p', 'f']) AND pg_catalog.pg_table_is_visible(pg_catalog.pg_class.oid) AND pg_catalog.pg_namespace.nspname != 'pg_catalog' ORDER BY pg_catalog.pg_class.relname, pg_catalog.pg_attribute.attnum
--# sqlalchemy reflection of indexes
SELECT pg_catalog.pg_index.indrelid, cls_idx.relname AS relname_index, CASE WHEN (idx.expr IS NOT NULL) THEN idx.expr END AS expr, generate_subscripts(idx_attr.indkey, 1) AS ord, unnest(pg_index.indkey) AS attnum, pg_index.indoption[idx_attr.ord] & 1 AS d FROM pg_catalog.pg_index, pg_class cls_idx, idx, idx_attr
--# sqlalchemy reflection of enums
SELECT pg_catalog.pg_type.typname AS name, pg_catalog.pg_type_is_visible(pg_catalog.pg_type.oid) AS visible, lbl_agg.labels AS labels FROM pg_catalog.pg_type LEFT OUTER JOIN (SELECT pg_catalog.pg_enum.enumtypid AS enumtypid, array_agg(CAST(pg_catalog.pg_enum.enumlabel AS TEXT) ORDER BY pg_catalog.pg_enum.enumsortorder) AS labels FROM pg_catalog.pg_enum GROUP BY pg_catalog.pg_enum.enumtypid) AS lbl_agg ON pg_catalog.pg_type.oid = lbl_agg.enumtypid WHERE pg_catalog.pg_type.typtype = 'e' ORDER BY 1
--# sqlalchemy values clause
SELECT my_values.id, my_values.name FROM (VALUES (CAST(1 AS INTEGER), CAST('a' AS VARCHAR)), (2, 'b')) AS my_values (id, name)
--# sqlalchemy jsonb and arrays
SELECT (data -> 'a') ->> 'b' AS anon_1, data #>> '{a, b}' AS anon_2, CAST(((data -> 'n')) AS INTEGER) AS n, tags @> ARRAY['x']::VARCHAR[] AS anon_3 FROM docs WHERE docs.tags && ARRAY['a', 'b']::VARCHAR[] AND data ? 'key'
--# sqlalchemy window frame
SELECT sum(orders.amount) OVER (PARTITION BY orders.customer_id ORDER BY orders.ordered_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS anon_1 FROM orders
--# django queryset
SELECT "shop_order"."id", COUNT("shop_item"."id") FILTER (WHERE "shop_item"."qty" > 1) AS "n", EXISTS(SELECT 1 AS "a" FROM "shop_payment" U0 WHERE U0."order_id" = ("shop_order"."id") LIMIT 1) AS "paid" FROM "shop_order" LEFT OUTER JOIN "shop_item" ON ("shop_order"."id" = "shop_item"."order_id") WHERE NOT ("shop_order"."status" = 'x' AND "shop_order"."status" IS NOT NULL) GROUP BY "shop_order"."id" HAVING COUNT("shop_item"."id") > 1 ORDER BY "shop_order"."id" ASC LIMIT 21
--# django lookups
SELECT "a"."id" FROM "a" WHERE (UPPER("a"."name"::text) LIKE UPPER('%x%') AND "a"."name"::text ~* '^x' AND EXTRACT(YEAR FROM "a"."at" AT TIME ZONE 'UTC') = 2024 AND ("a"."at" AT TIME ZONE 'UTC')::date = '2024-01-01' AND HOST("a"."ip") LIKE '1%')
--# django full text search
SELECT "d"."id", ts_rank(to_tsvector('english'::regconfig, COALESCE("d"."body", '')), (plainto_tsquery('english'::regconfig, 'cat') || websearch_to_tsquery('"a b" -c'))) AS "rank" FROM "d" WHERE to_tsvector(COALESCE("d"."body", '')) @@ (plainto_tsquery('cat'))
--# django introspection
SELECT a.attname AS column_name, NOT (a.attnotnull OR (t.typtype = 'd' AND t.typnotnull)) AS is_nullable, pg_get_expr(ad.adbin, ad.adrelid) AS column_default, CASE WHEN collname = 'default' THEN NULL ELSE collname END AS collation, a.attidentity != '' AS is_autofield, col_description(a.attrelid, a.attnum) AS column_comment FROM pg_attribute a LEFT JOIN pg_attrdef ad ON a.attrelid = ad.adrelid AND a.attnum = ad.adnum LEFT JOIN pg_collation co ON a.attcollation = co.oid JOIN pg_type t ON a.atttypid = t.oid JOIN pg_class c ON a.attrelid = c.oid JOIN pg_namespace n ON c.relnamespace = n.oid WHERE c.relkind IN ('f', 'm', 'p', 'r', 'v') AND c.relname = 'x' AND n.nspname NOT IN ('pg_catalog', 'pg_toast') AND pg_catalog.pg_table_is_visible(c.oid)
--# hibernate
select o1_0.id,o1_0.amount,c1_0.id,c1_0.name from orders o1_0 left join customers c1_0 on c1_0.id=o1_0.customer_id where lower(c1_0.name) like ('%'||$1||'%') escape '' order by o1_0.ordered_at desc nulls last offset $2 rows fetch first $3 rows only
--# hibernate recursive
with recursive tree(id,parent,lvl) as (select n1_0.id,n1_0.parent_id,cast(0 as integer) from nodes n1_0 where n1_0.parent_id is null union all select n2_0.id,n2_0.parent_id,(t1_0.lvl+cast(1 as integer)) from nodes n2_0 join tree t1_0 on t1_0.id=n2_0.parent_id) select * from tree t2_0
--# ef core
SELECT o."Id", o."Amount", (SELECT count(*)::int FROM "Items" AS i WHERE o."Id" = i."OrderId") AS "Count", CASE WHEN o."Status" = 0 THEN TRUE ELSE FALSE END FROM "Orders" AS o LEFT JOIN LATERAL (SELECT i0."Id", i0."Name", 1 AS c FROM "Items" AS i0 WHERE o."Id" = i0."OrderId" ORDER BY i0."Id" NULLS FIRST LIMIT 3) AS t0 ON TRUE WHERE o."Name" LIKE '%' || @__p_0 || '%' OR o."Id" = ANY (@__ids_1) ORDER BY o."Id" NULLS FIRST
--# ef core time arithmetic
SELECT o."At" AT TIME ZONE 'UTC', (o."At" AT TIME ZONE 'UTC')::date, date_part('year', o."At")::int, o."At" + INTERVAL '1 days', make_date(2024, 1, 2), floor(date_part('second', o."At"))::int FROM "Orders" AS o WHERE o."Tags" @> ARRAY['a']::text[] AND cardinality(o."Tags") > 0 AND o."Json" #>> '{a,b}' = 'x'
--# rails finder
SELECT "orders".* FROM "orders" WHERE "orders"."customer_id" IN (SELECT "customers"."id" FROM "customers" WHERE "customers"."name" = $1) AND "orders"."status" != $2 ORDER BY "orders"."id" ASC LIMIT $3 /*application='Shop',controller='orders'*/
--# prisma
SELECT "t0"."id", "t0_items"."__prisma_data__" AS "items" FROM "public"."Order" AS "t0" LEFT JOIN LATERAL (SELECT COALESCE(JSONB_AGG("__prisma_data__"), '[]') AS "__prisma_data__" FROM (SELECT "t3"."__prisma_data__" FROM (SELECT JSONB_BUILD_OBJECT('id', "t2"."id") AS "__prisma_data__" FROM (SELECT "t1".* FROM "public"."Item" AS "t1" WHERE "t0"."id" = "t1"."orderId" /* root select */) AS "t2" /* inner select */) AS "t3" /* middle select */) AS "t4" /* outer select */) AS "t0_items" ON TRUE WHERE ("t0"."id" = $1 AND 1=1) LIMIT $2 OFFSET $3 /* traceparent='00-00-00-00' */
--# pgadmin of activity
SELECT pid, datname, usename, application_name, client_addr, pg_catalog.to_char(backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') AS backend_start, state, wait_event_type || ': ' || wait_event AS wait_event, array_to_string(pg_catalog.pg_blocking_pids(pid), ', ') AS blocking_pids, query FROM pg_catalog.pg_stat_activity WHERE datname = (SELECT datname FROM pg_catalog.pg_database WHERE oid = 5) ORDER BY pid
--# dbeaver of tables
SELECT c.oid,c.*,d.description,pg_catalog.pg_get_expr(c.relpartbound, c.oid) as partition_expr,  pg_catalog.pg_get_partkeydef(c.oid) as partition_key FROM pg_catalog.pg_class c LEFT OUTER JOIN pg_catalog.pg_description d ON d.objoid=c.oid AND d.objsubid=0 AND d.classoid='pg_class'::regclass WHERE c.relnamespace=$1 AND c.relkind not in ('i','I','c')
--# psql describe
SELECT c.relchecks, c.relkind, c.relhasindex, c.relrowsecurity, false AS relhasoids, c.relispartition, pg_catalog.array_to_string(c.reloptions || array(select 'toast.' || x from pg_catalog.unnest(tc.reloptions) x), ', '), CASE WHEN c.reloftype = 0 THEN '' ELSE c.reloftype::pg_catalog.regtype::pg_catalog.text END FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_class tc ON (c.reltoastrelid = tc.oid) LEFT JOIN pg_catalog.pg_am am ON (c.relam = am.oid) WHERE c.oid = '16385'
--# psql list of tables
SELECT n.nspname as "Schema", c.relname as "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'S' THEN 'sequence' END as "Type", pg_catalog.pg_get_userbyid(c.relowner) as "Owner" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r','p','v','m','S','f','') AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) AND c.relname OPERATOR(pg_catalog.~) '^(orders)$' COLLATE pg_catalog.default ORDER BY 1,2
--# sql json constructors
SELECT JSON_OBJECT('a' : 1, 'b' VALUE x ABSENT ON NULL WITH UNIQUE KEYS RETURNING jsonb), JSON_OBJECT(KEY 'a' VALUE 1 NULL ON NULL), JSON_ARRAY(1, 'a', NULL NULL ON NULL RETURNING text), JSON_ARRAY(SELECT id FROM t ORDER BY id RETURNING jsonb), JSON_OBJECT(), JSON_ARRAY() FROM t
--# sql json aggregates
SELECT JSON_OBJECTAGG(k : v ABSENT ON NULL WITH UNIQUE), JSON_OBJECTAGG(k VALUE v RETURNING jsonb) FILTER (WHERE v > 1), JSON_ARRAYAGG(v ORDER BY k DESC NULL ON NULL RETURNING jsonb) FROM t GROUP BY k
--# sql json table nested
SELECT jt.* FROM films, JSON_TABLE (js, '$.favorites[*]' PASSING 'A' AS filter1 COLUMNS (id FOR ORDINALITY, kind text PATH '$.kind', NESTED PATH '$.films[*]' COLUMNS (title text FORMAT JSON PATH '$.title' OMIT QUOTES, has boolean EXISTS PATH '$.x' FALSE ON ERROR)) ERROR ON ERROR) AS jt
--# sql json predicates
SELECT js, js IS JSON "json?", js IS JSON SCALAR "scalar?", js IS JSON OBJECT WITH UNIQUE KEYS "object?", js IS NOT JSON ARRAY WITHOUT UNIQUE "array?" FROM (VALUES ('123'), ('"abc"')) foo(js)
--# xml functions
SELECT xmlelement(name foo, xmlattributes(current_date as bar, 'x' as "a b"), 'cont', xmlconcat('<a/>', xmlcomment('hi'))), xmlforest(name, id AS "key"), xmlpi(name php, 'echo'), xmlroot(xmlparse(document '<a/>'), version '1.0', standalone yes), xmlagg(x ORDER BY y DESC) FROM test
--# xml table with namespaces
SELECT xmltable.* FROM XMLTABLE(XMLNAMESPACES('http://example.com/myns' AS x, 'http://example.com/b' AS "B"), '/x:example/x:item' PASSING (SELECT data FROM xmldata) COLUMNS foo int PATH '@foo', bar int PATH '@B:bar' NOT NULL)
--# xml table in a join
SELECT a.id, x.* FROM xmldata a LEFT JOIN LATERAL XMLTABLE('//ROWS/ROW' PASSING a.data COLUMNS id int PATH '@id', ordinality FOR ORDINALITY, "COUNTRY_NAME" text, size_other text PATH 'concat(SIZE[@unit!="sq_km"], " ", SIZE[@unit!="sq_km"]/@unit)', premier_name text PATH 'PREMIER_NAME' DEFAULT 'not specified') x ON true
--# grouping sets of grouping sets
SELECT a, b, c, sum(v) FROM t GROUP BY GROUPING SETS ((a), CUBE (b, c), ROLLUP ((a, b), c), GROUPING SETS ((), (a, b, c)))
--# group by nothing
SELECT count(*) FROM t GROUP BY ()
--# window with every exclusion
SELECT first_value(x) OVER (PARTITION BY a, b ORDER BY c, d DESC GROUPS BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE CURRENT ROW), nth_value(x, 2) OVER w, lag(x, 1, 0) OVER (w) FROM t WINDOW w AS (ORDER BY c RANGE BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
--# hypothetical set
SELECT percent_rank(1, 2) WITHIN GROUP (ORDER BY a, b DESC NULLS LAST), mode() WITHIN GROUP (ORDER BY a), percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FILTER (WHERE a > 0) FROM t
--# lateral functions with ordinality
SELECT t.id, u.elem, u.nr FROM t, LATERAL unnest(t.arr, t.arr2) WITH ORDINALITY AS u (elem, e2, nr)
--# rows from, once more
SELECT * FROM ROWS FROM (json_to_recordset('[{"a":40,"b":"foo"}]') AS (a INTEGER, b TEXT), generate_series(1, 3)) WITH ORDINALITY AS x (p, q, s, o) ORDER BY p
--# joins of every kind
SELECT * FROM a NATURAL LEFT OUTER JOIN b CROSS JOIN c INNER JOIN d USING (id, name) AS j RIGHT JOIN e ON e.id = d.id FULL OUTER JOIN f ON (f.id = e.id) NATURAL JOIN g
--# bracketed tables with aliases
SELECT * FROM (a x JOIN b y ON x.id = y.id) AS z (p, q), ((SELECT 1)) AS s, (VALUES (1)) v
--# limit all and offset rows
SELECT * FROM t ORDER BY 1 LIMIT ALL OFFSET 5 ROWS
--# limit by an expression
SELECT * FROM t LIMIT (SELECT count(*) / 2 FROM t) OFFSET 1 + 1
--# materialized queries
WITH a AS MATERIALIZED (SELECT 1), b AS NOT MATERIALIZED (SELECT 2), c (x, y) AS (VALUES (1, 2)) SELECT * FROM a, b, c
--# depth first search
WITH RECURSIVE search_tree(id, link, data) AS (SELECT t.id, t.link, t.data FROM tree t UNION ALL SELECT t.id, t.link, t.data FROM tree t, search_tree st WHERE t.id = st.link) SEARCH DEPTH FIRST BY id, link SET ordercol CYCLE id SET is_cycle TO 'Y' DEFAULT 'N' USING path SELECT * FROM search_tree ORDER BY ordercol
--# query in every place
SELECT (SELECT 1), ARRAY(SELECT 1 ORDER BY 1), (SELECT ROW(1, 2)), EXISTS (SELECT), CASE (SELECT 1) WHEN (SELECT 1) THEN (SELECT 2) END, (SELECT max(x) FROM t) + 1 FROM (SELECT 1) q WHERE (SELECT true) AND (1, 2) = (SELECT 1, 2) AND 1 <> ALL (SELECT 2) ORDER BY (SELECT 1)
--# case with conditions
SELECT CASE WHEN a IS NULL AND b = 1 OR NOT c THEN 'x' WHEN a BETWEEN SYMMETRIC 5 AND 1 THEN 'y' ELSE (CASE b WHEN 1 THEN 'z' END) END FROM t
--# row comparisons
SELECT (a, b) < (c, d), ROW(a, b) IS DISTINCT FROM ROW(c, d), (a, b) IN (SELECT 1, 2), ROW(a.*, 42) IS NOT NULL, (t.*) = (t.*), ROW() FROM t
--# at time zone chains
SELECT at AT TIME ZONE 'America/Denver' AT TIME ZONE INTERVAL '-08:00', (at AT TIME ZONE tz)::date, timezone('UTC', at), at AT LOCAL FROM t WHERE at AT TIME ZONE 'UTC' BETWEEN '2024-01-01' AND '2024-02-01'
--# collations
SELECT a < b COLLATE "de_DE", (a || b) COLLATE pg_catalog."C", max(a COLLATE "C"), a COLLATE "x" || b FROM t ORDER BY a COLLATE "en_US", a || b COLLATE "fr_FR" DESC
--# distinct in every place
SELECT DISTINCT ON (a, b) a, count(DISTINCT b), string_agg(DISTINCT c, ',' ORDER BY c DESC), a IS DISTINCT FROM b FROM t
--# order by expressions
SELECT * FROM t ORDER BY a USING >, lower(b) DESC NULLS FIRST, CASE WHEN c THEN 0 ELSE 1 END, d IS NULL, random(), 3, -e, a COLLATE "C" ASC
--# set operations of brackets
(SELECT 1 UNION ALL SELECT 2) INTERSECT DISTINCT (SELECT 3) EXCEPT ALL (VALUES (1), (2)) ORDER BY 1 DESC LIMIT 1
--# with inside brackets
(WITH x AS (SELECT 1) SELECT * FROM x) UNION (WITH y AS (SELECT 2) TABLE y)
--# table and values with clauses
TABLE ONLY customers ORDER BY name DESC LIMIT 3 OFFSET 1
--# values with order
VALUES (1, 'one'), (2, 'two'), (3, NULL) ORDER BY 1 DESC FETCH FIRST 2 ROWS ONLY
--# aliases that are verbs
SELECT show.id, load.name, "lock".x FROM a show JOIN b load ON show.id = load.id JOIN c AS copy ON true, d call, e AS explain
--# unreserved keywords as tables and columns
SELECT id, type, level, role, owner, year, month, day, hour, minute, second, zone, data, names, text, content, document, version, object, path, public, index, view, sequence, trigger, rule, function, policy FROM action WHERE key = 'x' AND state IS NOT NULL AND language <> '' GROUP BY type, ROLLUP (level)
--# explain of every form
EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) WITH x AS (SELECT 1) SELECT * FROM x -- 'x
--# running totals per group
SELECT *, sum(n) OVER (PARTITION BY g ORDER BY at ROWS UNBOUNDED PRECEDING) - n AS before, 100.0 * n / NULLIF(sum(n) OVER (PARTITION BY g), 0) AS pct, rank() OVER (ORDER BY n DESC) FROM (SELECT g, at, count(*) AS n FROM e GROUP BY g, at) s
--# unpivot by lateral values
SELECT t.id, v.k, v.val FROM t CROSS JOIN LATERAL (VALUES ('a', t.a), ('b', t.b)) AS v(k, val)
--# json each
SELECT t.id, kv.key, kv.value ->> 'x' AS x FROM t, jsonb_each(t.data) AS kv WHERE kv.value @> '{"y": 1}' AND jsonb_typeof(kv.value) = 'object'
--# recursive json
WITH RECURSIVE walk(path, value) AS (SELECT ARRAY[key], value FROM jsonb_each((SELECT data FROM docs LIMIT 1)) UNION ALL SELECT path || e.key, e.value FROM walk, LATERAL jsonb_each(CASE jsonb_typeof(walk.value) WHEN 'object' THEN walk.value ELSE '{}' END) e) SELECT array_to_string(path, '.'), value FROM walk
--# semi and anti joins
SELECT c.* FROM customers c WHERE EXISTS (SELECT FROM orders o WHERE o.customer_id = c.id) AND NOT EXISTS (SELECT * FROM returns r WHERE r.customer_id = c.id) AND c.id NOT IN (SELECT id FROM banned WHERE id IS NOT NULL)
--# merge of reads named merge
WITH merge AS (SELECT 1 AS insert), update AS (SELECT 2 AS delete) SELECT merge.insert, update.delete FROM merge, update
--# cte named like a verb
WITH delete AS (SELECT 1 AS x), set(a) AS (SELECT 2) SELECT x, a FROM delete CROSS JOIN set
--# placeholder styles
SELECT * FROM t WHERE a = $1 AND b = $2::int AND c IN ($3,$4) AND d = ANY($5::text[]) AND e BETWEEN $6 AND $7 LIMIT $8 OFFSET $9
--# named placeholders
SELECT * FROM t WHERE a = :a AND b = :b::int AND c = ANY(:ids) AND at >= :from_date LIMIT :limit
--# many unions
SELECT 'a' AS t, count(*) FROM a UNION ALL SELECT 'b', count(*) FROM b UNION ALL SELECT 'c', count(*) FROM c ORDER BY 2 DESC
--# filters on aggregates of sets
SELECT array_agg(x ORDER BY y DESC NULLS LAST, z) FILTER (WHERE x IS NOT NULL AND y IN (1, 2)), jsonb_object_agg(k, v ORDER BY k) FILTER (WHERE k IS NOT NULL), bool_and(a AND b), every(a OR b) FROM t
--# quantified comparisons, once more
SELECT a = SOME (ARRAY[1, 2]), a > ALL (SELECT b FROM u), a OPERATOR(pg_catalog.=) ANY (ARRAY[1]), 1 = ANY ('{1,2}'::int[]), a LIKE ANY (SELECT p FROM patterns) FROM t
--# fields of composites in every form
SELECT (item).name, (on_hand.item).price, (now()).a.b, (ARRAY[1,2,3])[2], (ROW(1,2)).f1, (t.arr[1]).field, t.arr[1:2][1] FROM on_hand
--# fields of functions' rows
SELECT (jsonb_each_text(j)).*, (regexp_match(a, '(x)(y)'))[1], (string_to_array(a, ','))[2], (array_agg(x))[1:3] FROM t
--# columns with types of several words
SELECT * FROM json_to_recordset($1) AS ct(row_name text, "cat 1" int, cat_2 double precision, cat_3 timestamp(3) with time zone, d character varying(20)[])
--# trino style of looker
SELECT (DATE(DATE_TRUNC('week', orders.created_at ))) AS "orders.created_week", COALESCE(SUM(order_items.sale_price ), 0) AS "order_items.total" FROM public.order_items AS order_items LEFT JOIN public.orders AS orders ON orders.id = order_items.order_id WHERE ((( orders.created_at ) >= ((SELECT (DATE_TRUNC('week', DATE_TRUNC('day', CURRENT_TIMESTAMP AT TIME ZONE 'America/Los_Angeles')) + (-11 || ' week')::INTERVAL)))) AND ( orders.created_at ) < ((SELECT ((SELECT NOW()) + (12 || ' week')::INTERVAL)))) GROUP BY 1 ORDER BY 1 DESC LIMIT 500
--# looker derived tables
WITH users_facts AS (SELECT user_id, MIN(NULLIF(created_at, '1970-01-01')) AS first FROM orders GROUP BY 1) SELECT * FROM (SELECT *, DENSE_RANK() OVER (ORDER BY z___min_rank) as z___pivot_row_rank, CASE WHEN z__pivot_col_rank=1 THEN z__rank ELSE 0 END as r FROM (SELECT *, MIN(z__rank) OVER (PARTITION BY "users.state") as z___min_rank FROM (SELECT 1 AS z__rank, 2 AS z__pivot_col_rank, 'x' AS "users.state") aa) bb) xx WHERE (z__pivot_col_rank <= 50 OR z__is_totals = 1) ORDER BY z___pivot_row_rank
--# redash with parameters
SELECT * FROM events WHERE created_at BETWEEN '2024-01-01 00:00' AND '2024-01-31 23:59' AND (type = 'a' OR 'All' IN ('All', 'b')) /* Username: x, query_id: adhoc, Queue: queries */
--# grafana macros filled in
SELECT floor(extract(epoch from "time")/60)*60 AS "time", avg("value") AS "value", host AS metric FROM metrics WHERE "time" BETWEEN '2024-01-01T00:00:00Z' AND '2024-01-01T06:00:00Z' AND host IN ('a','b') GROUP BY 1,3 ORDER BY 1
--# timescale buckets written by hand
SELECT date_bin('15 minutes', at, TIMESTAMP '2001-01-01') AS bucket, percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ms) AS p FROM requests WHERE at > now() - INTERVAL '1 day' GROUP BY bucket
--# typeorm
SELECT DISTINCT "distinctAlias"."User_id" AS "ids_User_id" FROM (SELECT "User"."id" AS "User_id", "User__User_photos"."url" AS "User__User_photos_url" FROM "user" "User" LEFT JOIN "photo" "User__User_photos" ON "User__User_photos"."userId"="User"."id" WHERE (("User"."name" = $1))) "distinctAlias" ORDER BY "User_id" ASC LIMIT 1
--# sequelize
SELECT "Project"."id", "tasks"."id" AS "tasks.id", "tasks"."title" AS "tasks.title" FROM (SELECT "Project"."id" FROM "Projects" AS "Project" WHERE "Project"."deletedAt" IS NULL LIMIT 10 OFFSET 0) AS "Project" LEFT OUTER JOIN "Tasks" AS "tasks" ON "Project"."id" = "tasks"."projectId" AND ("tasks"."deletedAt" IS NULL);
--# knex and its bindings
select "users".*, count(*) over() as "total" from "users" where "age" >= $1 and ("role" = $2 or "role" in ($3, $4)) and not "banned" = $5 and exists (select 1 where true) order by "name" asc nulls last limit $6
--# ecto
SELECT p0."id", p0."title", (SELECT count(*) FROM "comments" AS sc0 WHERE (sc0."post_id" = p0."id")), f2."x" FROM "posts" AS p0 INNER JOIN LATERAL (SELECT c."id" AS "x" FROM "comments" AS c WHERE (c."post_id" = p0."id") LIMIT 1) AS f2 ON TRUE WHERE (p0."author_id" = ANY($1)) AND (p0."meta"#>'{"a"}' = '1'::jsonb)
--# gorm
SELECT count(*) FROM "users" WHERE (name = 'jinzhu' OR name LIKE '%jin%') AND "users"."deleted_at" IS NULL
--# jooq
select "public"."book"."title", coalesce((select json_agg(json_build_array("v0")) from (select "public"."author"."name" as "v0" from "public"."author" where "public"."author"."id" = "public"."book"."author_id") as "t"), json_build_array()) as "authors", cast(null as varchar), row ("a", "b") as "nested" from "public"."book" fetch next 5 rows only
--# numbers glued to keywords by generators
SELECT 1 AS "x"WHERE(1=1)AND(2>1)OR NOT(false)
--# keywords glued to brackets
SELECT(1)AS a,COUNT(*)FILTER(WHERE(b))OVER(PARTITION BY(c)ORDER BY(d))FROM(SELECT 1)AS t(b)WHERE(a)IN(1)AND(b)BETWEEN(1)AND(2)GROUP BY(a),ROLLUP(b)HAVING(count(*)>1)ORDER BY(1)LIMIT(1)OFFSET(2)
--# a cast in front of everything
SELECT a::int = b::int AND c::date BETWEEN d::date AND e::date OR f::text LIKE g::text || '%' AND h::int IN (1, 2) AND i::bool IS TRUE AND NOT j::bool, k::int::text::varchar, -l::int, (m::int)::text, n::int AS n, o::int o2, p::time AT TIME ZONE 'UTC' FROM t
--# comparisons of subqueries
SELECT * FROM t WHERE (SELECT count(*) FROM u WHERE u.id = t.id) > 1 AND a NOT IN (SELECT b FROM v UNION SELECT c FROM w) AND (a, b) NOT IN (VALUES (1, 2), (3, 4)) AND x = (TABLE one)
--# joins with USING and aliases
SELECT * FROM a JOIN b USING (x) JOIN c USING (x, y) AS u LEFT JOIN (d JOIN e USING (z)) f ON f.z = a.z AND (a.x = 1 OR a.x IS NULL) CROSS JOIN LATERAL unnest(a.arr) g
--# limits in every order
SELECT * FROM t OFFSET 2 LIMIT 3
--# fetch in brackets
SELECT * FROM t ORDER BY a FETCH NEXT (SELECT 3) ROWS WITH TIES
--# a limit of null
SELECT * FROM t LIMIT NULL OFFSET NULL
--# unions with limits in brackets
(SELECT a FROM t ORDER BY a LIMIT 1) UNION ALL (SELECT b FROM u FETCH FIRST ROW ONLY) UNION (TABLE v) ORDER BY 1 OFFSET 1 ROW
--# verbs as names of everything
SELECT call.show, copy AS lock, max(load) AS reset, (SELECT notify) AS move FROM cluster AS call JOIN listen USING (checkpoint) WHERE call.execute = 1 AND prepare.x IS NULL AND NOT refresh GROUP BY call.show, copy ORDER BY analyze_count, truncate DESC
--# verbs as aliases with operators
SELECT a.x, b.y FROM t1 comment JOIN t2 AS start ON comment.id = start.id AND start.x > 1 WHERE comment.text <> '' AND start.begin < start.close
--# string functions of the grammar nested
SELECT trim(both from substring(a from 2 for 3)), position(lower('A') in lower(b)), overlay(substring(c from 1) placing trim(d) from position('x' in e) for 2), extract(year from age(now(), f)) + extract(month from g) FROM t
--# json operators chained
SELECT data->'a'->0->>'b', (data->>'n')::int + 1, data#>'{a,0}'->>'c', data @> '{"a":{"b":1}}'::jsonb, data ? 'a' AND data ?| ARRAY['a','b'] AND data ?& '{a,b}', data - 'x' - 1, data || '{}'::jsonb, data @? '$.a', data->-1 FROM t WHERE data->>'x' IN ('1') AND data->>'y' IS NOT NULL ORDER BY data->'z' DESC
--# json subscripts and predicates
SELECT data['a'][0]['b'], data['x']::int, (data['y'])::text IS JSON ARRAY, NOT (a IS JSON), a IS JSON WITH UNIQUE FROM t WHERE b IS NOT JSON OBJECT AND c IS JSON VALUE
--# functions with default and named arguments
SELECT jsonb_set(target => data, path => '{a}', new_value => '1', create_if_missing := false), regexp_replace(a, 'x', 'y', 'g'), lpad(b::text, 3, '0'), to_char(1234.5, 'FM9,999.00'), width_bucket(c, 0, 10, 5) FROM t
--# all kinds of null tests
SELECT a IS NULL AND b IS NOT NULL OR (c, d) IS NULL AND ROW(e, f) IS NOT NULL, num_nulls(a, b), a IS NULL = b IS NULL, NOT a IS NULL, (a IS NULL) <> (b IS NULL), coalesce(a, b) IS NULL FROM t
--# operators of words
SELECT a AND NOT b OR c AND (NOT d OR e), NOT (a AND b), a IN (1) AND NOT b IN (2), NOT a LIKE 'x', a LIKE 'x' = true, a BETWEEN 1 AND 2 AND b, NOT a BETWEEN 1 AND 2, a BETWEEN b - 1 AND b + 1 OR c, a NOT BETWEEN SYMMETRIC 2 AND 1 FROM t
--# an exists in a select list
SELECT EXISTS (SELECT 1 FROM t) AND NOT EXISTS (TABLE u), EXISTS(VALUES (1)), EXISTS (WITH x AS (SELECT 1) SELECT * FROM x), ARRAY(VALUES (1), (2)), ARRAY(TABLE v), (WITH y AS (SELECT 2) TABLE y)
--# a search in the catalog for foreign keys
SELECT conrelid::regclass AS "table", a.attname, confrelid::regclass, af.attname, pg_get_constraintdef(c.oid, true) FROM pg_constraint c CROSS JOIN LATERAL unnest(c.conkey, c.confkey) WITH ORDINALITY AS k(con, conf, n) JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.con JOIN pg_attribute af ON (af.attrelid, af.attnum) = (c.confrelid, k.conf) WHERE c.contype = 'f' AND c.conrelid = 'orders'::regclass ORDER BY 1, k.n
--# lock waits
SELECT blocked.pid, blocking.pid AS by, blocked.query, now() - blocked.query_start AS waited FROM pg_stat_activity blocked JOIN pg_stat_activity blocking ON blocking.pid = ANY(pg_blocking_pids(blocked.pid)) WHERE NOT blocked.pid = blocking.pid
--# locks by mode
SELECT l.locktype, l.mode, l.granted, count(*) FROM pg_locks l GROUP BY l.locktype, l.mode, l.granted
--# roles and grants
SELECT grantee, string_agg(privilege_type, ', ' ORDER BY privilege_type) FROM information_schema.role_table_grants WHERE table_schema NOT IN ('pg_catalog', 'information_schema') GROUP BY grantee HAVING bool_or(privilege_type = 'DELETE')
--# partitions
SELECT inhrelid::regclass AS child, pg_get_expr(c.relpartbound, c.oid) FROM pg_inherits JOIN pg_class c ON c.oid = inhrelid WHERE inhparent = 'p'::regclass
