-- What belongs to tables. $1 are OIDs, unless said otherwise; scalar subqueries stand where they
-- cost less planning than joins, and instead of obj_description(), which is no part of a plan. For a
-- column of the catalog that came with a later version there is one of the same name in `without`,
-- which the name means before.

-- name: relations
-- $1 schemas and $2 names, in pairs; $3 whether everything is wanted.
SELECT c.oid::bigint, n.nspname::text, c.relname::text, c.relkind::text,
       (SELECT d.description FROM pg_catalog.pg_description d
        WHERE d.objoid = c.oid AND d.objsubid = 0
          AND d.classoid = 'pg_catalog.pg_class'::regclass),
       CASE WHEN c.relkind IN ('r', 'm', 'f') AND c.reltuples >= 0
            THEN c.reltuples::bigint END,
       CASE WHEN $3::boolean AND c.relkind IN ('r', 'm') THEN pg_table_size(c.oid) END,
       CASE WHEN $3::boolean AND c.relkind IN ('r', 'm') THEN pg_indexes_size(c.oid) END,
       CASE WHEN $3::boolean AND c.relkind IN ('v', 'm') THEN pg_get_viewdef(c.oid, true) END,
       CASE WHEN c.relowner <> n.nspowner THEN pg_get_userbyid(c.relowner)::text END,
       CASE WHEN c.relkind = 'p' THEN pg_get_partkeydef(c.oid) END,
       CASE WHEN c.relispartition THEN pg_get_expr(c.relpartbound, c.oid) END,
       c.relispartition OR c.relhassubclass OR (
           $3::boolean AND EXISTS (
               SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)) AS has_relatives,
       c.relrowsecurity,
       c.relpersistence = 'u',
       c.relkind = 'm' AND NOT c.relispopulated,
       CASE WHEN c.relkind = 'v' THEN c.reloptions END,
       CASE WHEN c.relkind = 'f' THEN (
           SELECT s.srvname::text
           FROM pg_catalog.pg_foreign_table f
           JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
           WHERE f.ftrelid = c.oid) END
FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS wanted (schema, name, place)
JOIN pg_catalog.pg_namespace n ON n.nspname = wanted.schema::name
JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = wanted.name::name
WHERE n.nspname::text = wanted.schema AND c.relname::text = wanted.name
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
ORDER BY wanted.place

-- name: relatives
-- Parents, in their order, and how many children there are.
SELECT w.oid::bigint, n.nspname::text, p.relname::text, 0
FROM unnest($1::oid[]) AS w (oid)
JOIN pg_catalog.pg_inherits i ON i.inhrelid = w.oid
JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
JOIN pg_catalog.pg_namespace n ON n.oid = p.relnamespace
UNION ALL
SELECT i.inhparent::bigint, NULL, NULL, count(*)::int
FROM pg_catalog.pg_inherits i WHERE i.inhparent = ANY ($1::oid[])
GROUP BY i.inhparent

-- name: policies
-- Policies of row-level security of tables where it is on.
SELECT p.polrelid::bigint, string_agg(p.polname::text, ', ' ORDER BY p.polname)
FROM pg_catalog.pg_policy p
WHERE p.polrelid = ANY ($1::oid[])
GROUP BY p.polrelid

-- name: partition_sizes
-- OIDs of partitioned tables.
SELECT parent.oid::bigint, sum(leaf.reltuples) FILTER (WHERE leaf.reltuples >= 0)::bigint,
       sum(pg_table_size(leaf.oid))::bigint, sum(pg_indexes_size(leaf.oid))::bigint
FROM unnest($1::oid[]) AS parent (oid)
CROSS JOIN LATERAL pg_partition_tree(parent.oid) tree
JOIN pg_catalog.pg_class leaf ON leaf.oid = tree.relid
WHERE tree.isleaf AND leaf.relkind = 'r'
GROUP BY parent.oid

-- name: columns
-- 100 is the collation "default", 19 the type name, which has a collation of its own. At the
-- end: the sequence of an identity, or one that the default names, quoted and with its schema; the
-- labels of an enum; the name of a type that can get another one. Types from 16384 on did not come
-- with the server. Joins in subqueries cost even where they are not needed, and functions do not.
SELECT a.attrelid::bigint, a.attname::text, a.atttypid::bigint, a.atttypmod,
       NOT a.attnotnull
           AND NOT (SELECT t.typnotnull FROM pg_catalog.pg_type t WHERE t.oid = a.atttypid),
       CASE WHEN a.atthasdef THEN (
           SELECT pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d
           WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum) END,
       a.attidentity::text, a.attgenerated::text,
       CASE WHEN a.attcollation NOT IN (0, 100) AND a.atttypid <> 19 THEN (
           SELECT co.collname::text FROM pg_catalog.pg_collation co
           WHERE co.oid = a.attcollation) END,
       (SELECT d.description FROM pg_catalog.pg_description d
        WHERE d.objoid = a.attrelid AND d.objsubid = a.attnum
          AND d.classoid = 'pg_catalog.pg_class'::regclass),
       CASE WHEN a.attidentity <> '' OR (a.atthasdef AND a.attgenerated = '') THEN (
           SELECT CASE WHEN o.type = 'sequence' THEN o.identity END
           FROM pg_identify_object('pg_catalog.pg_class'::regclass, CASE WHEN a.attidentity <> ''
           THEN (
               SELECT d.objid FROM pg_catalog.pg_depend d
               WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = a.attrelid
                 AND d.refobjsubid = a.attnum AND d.classid = 'pg_catalog.pg_class'::regclass
                 AND d.deptype = 'i'
               LIMIT 1)
           ELSE (
               SELECT d.refobjid
               FROM pg_catalog.pg_attrdef e
               JOIN pg_catalog.pg_depend d
                      ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND d.objid = e.oid
                     AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'n'
               WHERE e.adrelid = a.attrelid AND e.adnum = a.attnum
               LIMIT 1)
           END, 0) AS o) END,
       CASE WHEN a.atttypid >= 16384 THEN (
           SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
           FROM pg_catalog.pg_enum e WHERE e.enumtypid = a.atttypid) END,
       CASE WHEN a.atttypid >= 16384 THEN format_type(a.atttypid, a.atttypmod) END
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attrelid, a.attnum

-- name: keys
-- NULLS NOT DISTINCT came with version 15, WITHOUT OVERLAPS with 18. A primary key knows no NULL.
SELECT k.*
FROM (SELECT NULL::boolean AS indnullsnotdistinct, false AS conperiod) AS without
CROSS JOIN LATERAL (
    SELECT c.conrelid::bigint, c.conname::text AS name, c.contype = 'p',
           ARRAY(SELECT a.attname::text
                 FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
                 JOIN pg_catalog.pg_attribute a
                       ON a.attrelid = c.conrelid AND a.attnum = k.attnum
                 ORDER BY k.place),
           c.condeferrable, c.condeferred,
           CASE WHEN c.contype = 'u' THEN (
               SELECT NOT indnullsnotdistinct
               FROM pg_catalog.pg_index i WHERE i.indexrelid = c.conindid) END,
           conperiod,
           (SELECT d.description FROM pg_catalog.pg_description d
            WHERE d.objoid = c.oid AND d.objsubid = 0
              AND d.classoid = 'pg_catalog.pg_constraint'::regclass)
    FROM pg_catalog.pg_constraint c
    WHERE c.conrelid = ANY ($1::oid[]) AND c.contype IN ('p', 'u')
) AS k
ORDER BY k.conrelid, k.name

-- name: checks
-- And exclusion constraints, with their definition. conenforced came with version 18.
SELECT k.*
FROM (SELECT true AS conenforced) AS without
CROSS JOIN LATERAL (
    SELECT c.conrelid::bigint, c.contype = 'x', c.conname::text AS name,
           CASE WHEN c.contype = 'x' THEN pg_get_constraintdef(c.oid)
                ELSE pg_get_expr(c.conbin, c.conrelid, true) END,
           conenforced, c.convalidated, c.condeferrable, c.condeferred,
           (SELECT d.description FROM pg_catalog.pg_description d
            WHERE d.objoid = c.oid AND d.objsubid = 0
              AND d.classoid = 'pg_catalog.pg_constraint'::regclass)
    FROM pg_catalog.pg_constraint c
    WHERE c.conrelid = ANY ($1::oid[]) AND c.contype IN ('c', 'x')
) AS k
ORDER BY k.conrelid, k.name

-- name: foreign_keys
-- Those of the tables and those that point at them. For partitions the server keeps copies of a key
-- with another parent or target; the last two columns tell them apart. pg_constraint has no index
-- by the referenced table, so pg_depend is asked. conenforced came with version 18.
SELECT k.*
FROM (SELECT true AS conenforced) AS without
CROSS JOIN LATERAL (
    SELECT c.conrelid::bigint, c.confrelid::bigint, c.conname::text AS name,
           (SELECT n.nspname::text FROM pg_catalog.pg_namespace n
            WHERE n.oid = r.relnamespace) AS schema,
           r.relname::text AS table,
           (SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.oid = f.relnamespace),
           f.relname::text,
           ARRAY(SELECT (SELECT a.attname::text FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = c.conrelid AND a.attnum = k.attnum)
                 FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
                 ORDER BY k.place),
           ARRAY(SELECT (SELECT a.attname::text FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = c.confrelid AND a.attnum = k.attnum)
                 FROM unnest(c.confkey) WITH ORDINALITY AS k (attnum, place)
                 ORDER BY k.place),
           c.confdeltype::text, c.confupdtype::text, c.confmatchtype = 'f',
           c.condeferrable, c.condeferred, conenforced, c.convalidated,
           (SELECT d.description FROM pg_catalog.pg_description d
            WHERE d.objoid = c.oid AND d.objsubid = 0
              AND d.classoid = 'pg_catalog.pg_constraint'::regclass),
           c.conparentid = 0 AS is_original,
           c.conparentid <> 0 AND c.conrelid = (
               SELECT parent.conrelid FROM pg_catalog.pg_constraint parent
               WHERE parent.oid = c.conparentid) AS is_copy_of_own
    FROM pg_catalog.pg_constraint c
    JOIN pg_catalog.pg_class r ON r.oid = c.conrelid
    JOIN pg_catalog.pg_class f ON f.oid = c.confrelid
    WHERE c.contype = 'f' AND c.oid = ANY (ARRAY(
        SELECT own.oid FROM pg_catalog.pg_constraint own WHERE own.conrelid = ANY ($1::oid[])
        UNION ALL
        SELECT d.objid FROM pg_catalog.pg_depend d
        WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = ANY ($1::oid[])
          AND d.classid = 'pg_catalog.pg_constraint'::regclass))
) AS k
ORDER BY k.schema, k.table, k.name

-- name: indexes
-- NULLS NOT DISTINCT came with version 15.
SELECT x.*
FROM (SELECT NULL::boolean AS indnullsnotdistinct) AS without
CROSS JOIN LATERAL (
    SELECT i.indrelid::bigint, c.relname::text AS name, am.amname::text, i.indisunique,
           i.indisprimary, i.indisvalid, pg_get_expr(i.indpred, i.indrelid, true),
           i.indnkeyatts::int,
           ARRAY(SELECT coalesce(a.attname::text,
                                 pg_get_indexdef(i.indexrelid, k.place::int, true))
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
                 LEFT JOIN pg_catalog.pg_attribute a
                        ON a.attrelid = i.indrelid AND a.attnum = k.attnum AND k.attnum <> 0
                 ORDER BY k.place),
           ARRAY(SELECT k.attnum = 0
                 FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
                 ORDER BY k.place),
           ARRAY(SELECT o.option & 1 = 1
                 FROM unnest(i.indoption::int2[]) WITH ORDINALITY AS o (option, place)
                 ORDER BY o.place),
           ARRAY(SELECT concat_ws(' ',
                     CASE WHEN k.coll <> 0 AND CASE
                         WHEN k.attnum <> 0 THEN k.coll <> (
                             SELECT a.attcollation FROM pg_catalog.pg_attribute a
                             WHERE a.attrelid = i.indrelid AND a.attnum = k.attnum)
                         -- What collation an expression has by itself, the server alone knows.
                         ELSE strpos(pg_get_indexdef(i.indexrelid, 0, true), concat(
                             pg_get_indexdef(i.indexrelid, k.place::int, true), ' COLLATE ')) > 0
                         END
                     THEN 'COLLATE ' || k.coll::regcollation END,
                     (SELECT quote_ident(o.opcname) FROM pg_catalog.pg_opclass o
                      WHERE o.oid = k.class AND NOT o.opcdefault),
                     CASE k.option & 3 WHEN 1 THEN 'NULLS LAST' WHEN 2 THEN 'NULLS FIRST' END)
                 FROM unnest(i.indoption::int2[], i.indclass::oid[], i.indcollation::oid[],
                             i.indkey::int2[])
                      WITH ORDINALITY AS k (option, class, coll, attnum, place)
                 ORDER BY k.place),
           CASE WHEN i.indisunique AND NOT i.indisprimary THEN NOT indnullsnotdistinct END,
           CASE WHEN c.reloptions IS NOT NULL THEN (
               SELECT o.option_value::int FROM pg_options_to_table(c.reloptions) AS o
               WHERE o.option_name = 'fillfactor') END,
           (SELECT d.description FROM pg_catalog.pg_description d
            WHERE d.objoid = c.oid AND d.objsubid = 0
              AND d.classoid = 'pg_catalog.pg_class'::regclass)
    FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
    JOIN pg_catalog.pg_am am ON am.oid = c.relam
    WHERE i.indrelid = ANY ($1::oid[])
) AS x
ORDER BY x.indrelid, x.name

-- name: triggers
SELECT t.tgrelid::bigint, t.tgname::text, t.tgtype::int, t.tgenabled <> 'D',
       pg_get_triggerdef(t.oid, true),
       (SELECT d.description FROM pg_catalog.pg_description d
        WHERE d.objoid = t.oid AND d.classoid = 'pg_catalog.pg_trigger'::regclass)
FROM pg_catalog.pg_trigger t
WHERE t.tgrelid = ANY ($1::oid[]) AND NOT t.tgisinternal
ORDER BY t.tgrelid, t.tgname
