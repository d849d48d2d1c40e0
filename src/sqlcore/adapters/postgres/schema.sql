-- The schema of the whole database, set-wise. Rows refer to each other by OIDs.
-- Where a query takes $1, it says whether the server's own schemas are wanted too.

-- name: serially
-- What is read often shall not take worker processes from others.
SELECT set_config('max_parallel_workers_per_gather', '0', true)

-- name: fingerprint
-- Rows of the catalog have the transaction in xmin that made their newest version; here they are
-- counted, and their OIDs summed, for each. Of tables the names are summed instead, because
-- TRUNCATE, GRANT and refreshing a materialized view make new versions as well. ANALYZE and VACUUM
-- update in place. Temporary tables come and go, and are no part of the schema.
WITH relations AS MATERIALIZED (
    SELECT c.oid, c.relname, c.relnamespace, c.relkind, c.relispartition, c.relpersistence
    FROM pg_catalog.pg_class c
    WHERE c.oid >= 16384 AND (c.relkind IN ('r', 'p', 'v', 'm', 'f', 'c') OR c.relpersistence = 't')
), parts (part, made_by, number, total) AS (
    SELECT 'columns', a.xmin, count(*), sum(a.attrelid::bigint)::numeric
    FROM pg_catalog.pg_attribute a
    WHERE a.attrelid >= 16384 AND a.attnum > 0
      AND a.attrelid NOT IN (SELECT r.oid FROM relations r WHERE r.relpersistence = 't')
    GROUP BY a.xmin
    UNION ALL
    SELECT 'constraints', c.xmin, count(*), sum(c.oid::bigint)
    FROM pg_catalog.pg_constraint c
    WHERE c.oid >= 16384 AND c.contype IN ('p', 'u', 'f')
      AND c.conrelid NOT IN (SELECT r.oid FROM relations r WHERE r.relpersistence = 't')
    GROUP BY c.xmin
    UNION ALL
    SELECT 'comments', d.xmin, count(*), sum(d.objoid::bigint)
    FROM pg_catalog.pg_description d GROUP BY d.xmin
    UNION ALL
    SELECT 'routines', p.xmin, count(*), sum(p.oid::bigint)
    FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 GROUP BY p.xmin
    UNION ALL
    SELECT 'types', t.xmin, count(*), sum(t.oid::bigint)
    FROM pg_catalog.pg_type t
    WHERE t.oid >= 16384 AND t.typrelid = 0 AND t.typcategory <> 'A' GROUP BY t.xmin
    UNION ALL
    SELECT 'relations', '0', count(*),
           sum(hashtextextended(r.relname::text, ascii(r.relkind::text) + r.relnamespace::bigint * 256
                                + CASE WHEN r.relispartition THEN 128 ELSE 0 END)::numeric
               * (r.oid::bigint % 1000003))
    FROM relations r WHERE r.relpersistence <> 't'
    UNION ALL
    SELECT 'schemas', '0', count(*),
           sum(hashtextextended(concat_ws(' ', n.oid, pg_get_userbyid(n.nspowner), n.nspname), 0))
    FROM pg_catalog.pg_namespace n WHERE n.nspname !~ '^pg_(toast|temp_|toast_temp_)'
    UNION ALL
    SELECT 'path', '0', 1, hashtextextended(current_schemas(false)::text, 0)
)
SELECT md5(string_agg(concat_ws(' ', p.part, p.made_by, p.number, p.total), ','
                      ORDER BY p.part, p.made_by::text))
FROM parts p

-- name: place
SELECT current_database()::text, current_schemas(false)::text[]

-- name: schemas
SELECT n.oid::bigint, n.nspname::text, pg_get_userbyid(n.nspowner)::text,
       n.nspname ~ '^pg_' OR n.nspname = 'information_schema'
FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_(toast|temp_|toast_temp_)'
  AND ($1::boolean OR (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))

-- name: tables
-- reltuples is -1 (before version 14: 0, without a page) where nothing is known.
SELECT c.oid::bigint, c.relnamespace::bigint, c.relname::text, c.relkind::text,
       CASE WHEN c.relkind IN ('r', 'm', 'f') AND c.reltuples >= 0 THEN c.reltuples::bigint END,
       CASE WHEN c.relkind IN ('r', 'm') AND c.reltuples >= 0
            THEN (c.relpages + coalesce(t.relpages, 0)) * current_setting('block_size')::bigint
       END,
       CASE WHEN c.relispartition THEN (
           SELECT i.inhparent::bigint FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) END
FROM pg_catalog.pg_class c
LEFT JOIN pg_catalog.pg_class t ON t.oid = c.reltoastrelid AND t.relkind = 't' AND t.relpages > 0
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'

-- name: columns
-- For each table its columns, one text each: OID and modifier of the type, whether it is not null,
-- and the name. Dropped ones are empty, so that each stands at its number. As JSON, which Python
-- reads faster than an array.
SELECT a.attrelid::bigint,
       array_to_json(array_agg(
           CASE WHEN a.attisdropped THEN ''
                ELSE concat(a.atttypid, ' ', a.atttypmod, ' ', a.attnotnull, ' ', a.attname)
           END ORDER BY a.attnum))::text
FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relpersistence <> 't'
  AND a.attnum > 0 AND ($1::boolean OR a.attrelid >= 16384)
GROUP BY a.attrelid

-- name: column_types
SELECT concat(t.atttypid, ' ', t.atttypmod), format_type(t.atttypid, t.atttypmod),
       coalesce((SELECT y.typnotnull FROM pg_catalog.pg_type y WHERE y.oid = t.atttypid), false)
FROM (
    SELECT DISTINCT a.atttypid, a.atttypmod
    FROM pg_catalog.pg_attribute a
    WHERE a.attnum > 0 AND ($1::boolean OR a.attrelid >= 16384)
) AS t

-- name: comments
-- Of schemas (n), tables and their columns (c), routines (p), constraints (k).
SELECT CASE d.classoid WHEN 'pg_catalog.pg_namespace'::regclass THEN 'n'
                       WHEN 'pg_catalog.pg_proc'::regclass THEN 'p'
                       WHEN 'pg_catalog.pg_constraint'::regclass THEN 'k' ELSE 'c' END,
       d.objoid::bigint, d.objsubid, d.description
FROM pg_catalog.pg_description d
WHERE d.classoid IN ('pg_catalog.pg_namespace'::regclass, 'pg_catalog.pg_proc'::regclass,
                     'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_constraint'::regclass)
  AND ($1::boolean OR d.objoid >= 16384 OR d.classoid = 'pg_catalog.pg_namespace'::regclass)

-- name: keys
SELECT c.conrelid::bigint, c.contype = 'p', array_to_string(c.conkey, ' ')
FROM pg_catalog.pg_constraint c
WHERE c.contype IN ('p', 'u')
ORDER BY c.conrelid, c.conname

-- name: foreign_keys
-- Without the copies that the server keeps for partitions. `conenforced` came with version 18:
-- before, the name means the column of `without`.
SELECT f.*
FROM (SELECT true AS conenforced) AS without
CROSS JOIN LATERAL (
    SELECT c.oid::bigint, c.conrelid::bigint, c.confrelid::bigint, c.conname::text,
           array_to_string(c.conkey, ' '), array_to_string(c.confkey, ' '),
           c.confdeltype::text, c.confupdtype::text, c.confmatchtype = 'f',
           c.condeferrable, c.condeferred, conenforced, c.convalidated
    FROM pg_catalog.pg_constraint c
    WHERE c.contype = 'f' AND c.conparentid = 0
) AS f

-- name: routines
-- Without those of extensions.
SELECT p.oid::bigint, p.pronamespace::bigint, p.proname::text,
       CASE WHEN p.prokind = 'p' THEN 'procedure' WHEN p.prokind = 'a' THEN 'aggregate'
            WHEN p.proretset THEN 'table_function' ELSE 'function' END,
       pg_get_function_arguments(p.oid)
FROM pg_catalog.pg_proc p
WHERE ($1::boolean OR p.oid >= 16384)
  AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend e
      WHERE e.objid = p.oid AND e.classid = 'pg_catalog.pg_proc'::regclass AND e.deptype = 'e')
