-- Single objects. Objects are told apart by the catalog that they are in and their OID there.

-- name: objects
-- $1 name, $2 schema. {same_name} and {same_schema} compare them exactly or without regard to case.
-- An index that a constraint made is found as the constraint, which has its name.
SELECT o.catalog, o.oid::bigint, n.nspname::text, o.name::text, o.type, o.signature,
       pn.nspname::text, p.relname::text
FROM (
    SELECT 'relation' AS catalog, c.oid, c.relnamespace AS schema, c.relname AS name,
           CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view'
                          WHEN 'f' THEN 'external' WHEN 'S' THEN 'sequence'
                          WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END AS type,
           '' AS signature, i.indrelid AS parent, CASE WHEN i.indrelid IS NULL THEN 0 ELSE 4 END
               AS rank
    FROM pg_catalog.pg_class c
    LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k
                      WHERE k.conindid = c.oid AND k.conrelid = i.indrelid
                        AND k.contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'routine', p.oid, p.pronamespace, p.proname,
           CASE WHEN p.prokind = 'p' THEN 'procedure' WHEN p.prokind = 'a' THEN 'aggregate'
                WHEN p.proretset THEN 'table_function' ELSE 'function' END,
           '(' || oidvectortypes(p.proargtypes) || ')', NULL, 1
    FROM pg_catalog.pg_proc p
    UNION ALL
    SELECT 'type', t.oid, t.typnamespace, t.typname, 'type', '', NULL, 2
    FROM pg_catalog.pg_type t
    WHERE t.typtype IN ('d', 'e', 'r')
       OR (t.typtype = 'b' AND t.typcategory <> 'A')
       OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class c
                                       WHERE c.oid = t.typrelid AND c.relkind = 'c'))
    UNION ALL
    SELECT 'trigger', g.oid, c.relnamespace, g.tgname, 'trigger', '', c.oid, 3
    FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
    WHERE NOT g.tgisinternal
    UNION ALL
    SELECT 'constraint', k.oid, k.connamespace, k.conname, 'constraint', '', k.conrelid, 5
    FROM pg_catalog.pg_constraint k
    WHERE k.conrelid <> 0 AND k.contype IN ('c', 'f', 'n', 'p', 'u', 'x')
) AS o
JOIN pg_catalog.pg_namespace n ON n.oid = o.schema
LEFT JOIN pg_catalog.pg_class p ON p.oid = o.parent
LEFT JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
WHERE {same_name}
  AND CASE WHEN $2::text IS NULL THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
           ELSE {same_schema} END
ORDER BY array_position(current_schemas(false), n.nspname) NULLS LAST, n.nspname, o.rank, o.name,
         o.signature COLLATE "C", p.relname

-- name: dependencies
-- $1 catalog and $2 OID. What belongs to an object counts as the object itself. Columns are those of
-- the side that is used. The server's own objects are not in pg_depend; extensions, schemas and
-- languages are left out. A foreign key is read from itself, because a table may refer to itself.
WITH RECURSIVE own (class, oid) AS (
    SELECT CASE $1::text WHEN 'relation' THEN 'pg_catalog.pg_class'::regclass
                         WHEN 'routine' THEN 'pg_catalog.pg_proc'::regclass
                         WHEN 'type' THEN 'pg_catalog.pg_type'::regclass
                         WHEN 'trigger' THEN 'pg_catalog.pg_trigger'::regclass
                         ELSE 'pg_catalog.pg_constraint'::regclass END::oid, $2::oid
    UNION
    SELECT part.class, part.oid
    FROM own o
    CROSS JOIN LATERAL (
        SELECT 'pg_catalog.pg_rewrite'::regclass::oid AS class, r.oid
        FROM pg_catalog.pg_rewrite r
        WHERE o.class = 'pg_catalog.pg_class'::regclass AND r.ev_class = o.oid
        UNION ALL
        SELECT 'pg_catalog.pg_attrdef'::regclass, d.oid
        FROM pg_catalog.pg_attrdef d
        WHERE o.class = 'pg_catalog.pg_class'::regclass AND d.adrelid = o.oid
        UNION ALL
        SELECT 'pg_catalog.pg_constraint'::regclass, k.oid
        FROM pg_catalog.pg_constraint k
        WHERE o.class = 'pg_catalog.pg_class'::regclass AND k.conrelid = o.oid
        UNION ALL
        SELECT 'pg_catalog.pg_policy'::regclass, p.oid
        FROM pg_catalog.pg_policy p
        WHERE o.class = 'pg_catalog.pg_class'::regclass AND p.polrelid = o.oid
        UNION ALL
        SELECT 'pg_catalog.pg_statistic_ext'::regclass, x.oid
        FROM pg_catalog.pg_statistic_ext x
        WHERE o.class = 'pg_catalog.pg_class'::regclass AND x.stxrelid = o.oid
        UNION ALL
        SELECT 'pg_catalog.pg_type'::regclass, c.reltype
        FROM pg_catalog.pg_class c
        WHERE o.class = 'pg_catalog.pg_class'::regclass AND c.oid = o.oid AND c.reltype <> 0
        UNION ALL
        SELECT 'pg_catalog.pg_type'::regclass, t.typarray
        FROM pg_catalog.pg_type t
        WHERE o.class = 'pg_catalog.pg_type'::regclass AND t.oid = o.oid AND t.typarray <> 0
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, t.typrelid
        FROM pg_catalog.pg_type t
        WHERE o.class = 'pg_catalog.pg_type'::regclass AND t.oid = o.oid AND t.typrelid <> 0
        UNION ALL
        SELECT 'pg_catalog.pg_constraint'::regclass, k.oid
        FROM pg_catalog.pg_constraint k
        WHERE o.class = 'pg_catalog.pg_type'::regclass AND k.contypid = o.oid
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, k.conindid
        FROM pg_catalog.pg_constraint k
        WHERE o.class = 'pg_catalog.pg_constraint'::regclass AND k.oid = o.oid
          AND k.contype IN ('p', 'u', 'x') AND k.conindid <> 0
    ) AS part
), mine AS MATERIALIZED (
    -- As arrays, so that the planner expects few and looks them up in the indexes.
    SELECT ARRAY(SELECT DISTINCT o.class FROM own o) AS classes,
           ARRAY(SELECT o.oid FROM own o) AS oids
), depends AS (
    SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
    FROM pg_catalog.pg_depend d
    WHERE d.classid = ANY ((SELECT m.classes FROM mine m)::oid[])
      AND d.objid = ANY ((SELECT m.oids FROM mine m)::oid[])
    UNION
    SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.refobjsubid, d.deptype
    FROM pg_catalog.pg_depend d
    WHERE d.refclassid = ANY ((SELECT m.classes FROM mine m)::oid[])
      AND d.refobjid = ANY ((SELECT m.oids FROM mine m)::oid[])
), links AS (
    SELECT (d.classid, d.objid) IN (SELECT o.class, o.oid FROM own o) AS is_use,
           d.classid AS by_class, d.objid AS by_oid, d.refclassid AS used_class,
           d.refobjid AS used_oid, d.refobjsubid AS number, d.deptype
    FROM depends d
    WHERE d.deptype IN ('n', 'a', 'i')
      AND ((d.classid, d.objid) IN (SELECT o.class, o.oid FROM own o))
          <> ((d.refclassid, d.refobjid) IN (SELECT o.class, o.oid FROM own o))
      AND ($1::text = 'constraint' OR d.classid <> 'pg_catalog.pg_constraint'::regclass
           OR 'f' <> (SELECT k.contype FROM pg_catalog.pg_constraint k WHERE k.oid = d.objid))
    UNION ALL
    SELECT side.is_use, 'pg_catalog.pg_constraint'::regclass, k.oid,
           'pg_catalog.pg_class'::regclass, k.confrelid, number, 'n'
    FROM pg_catalog.pg_constraint k
    CROSS JOIN LATERAL (SELECT true WHERE k.conrelid = $2::oid
                        UNION ALL SELECT false WHERE k.confrelid = $2::oid) AS side (is_use)
    CROSS JOIN LATERAL unnest(k.confkey) AS number
    WHERE $1::text = 'relation' AND k.contype = 'f' AND k.conparentid = 0
      AND k.oid = ANY (ARRAY(
          SELECT d.objid FROM pg_catalog.pg_depend d
          WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = $2::oid
            AND d.classid = 'pg_catalog.pg_constraint'::regclass))
), sides AS (
    SELECT l.*, CASE WHEN l.is_use THEN l.used_class ELSE l.by_class END AS class,
           CASE WHEN l.is_use THEN l.used_oid ELSE l.by_oid END AS oid
    FROM links l
), placed AS (
    -- What the other side is, or belongs to.
    SELECT s.*, coalesce(
               CASE WHEN s.class = 'pg_catalog.pg_class'::regclass THEN s.oid END,
               (SELECT r.ev_class FROM pg_catalog.pg_rewrite r
                WHERE s.class = 'pg_catalog.pg_rewrite'::regclass AND r.oid = s.oid),
               (SELECT d.adrelid FROM pg_catalog.pg_attrdef d
                WHERE s.class = 'pg_catalog.pg_attrdef'::regclass AND d.oid = s.oid),
               (SELECT nullif(k.conrelid, 0) FROM pg_catalog.pg_constraint k
                WHERE s.class = 'pg_catalog.pg_constraint'::regclass AND k.oid = s.oid),
               (SELECT p.polrelid FROM pg_catalog.pg_policy p
                WHERE s.class = 'pg_catalog.pg_policy'::regclass AND p.oid = s.oid),
               (SELECT x.stxrelid FROM pg_catalog.pg_statistic_ext x
                WHERE s.class = 'pg_catalog.pg_statistic_ext'::regclass AND x.oid = s.oid),
               (SELECT c.oid FROM pg_catalog.pg_type t
                LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
                JOIN pg_catalog.pg_class c ON c.oid = coalesce(e.typrelid, t.typrelid)
                WHERE s.class = 'pg_catalog.pg_type'::regclass AND t.oid = s.oid)
           ) AS relation,
           coalesce(
               (SELECT coalesce(e.oid, t.oid) FROM pg_catalog.pg_type t
                LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem AND e.typarray = t.oid
                WHERE s.class = 'pg_catalog.pg_type'::regclass AND t.oid = s.oid),
               (SELECT nullif(k.contypid, 0) FROM pg_catalog.pg_constraint k
                WHERE s.class = 'pg_catalog.pg_constraint'::regclass AND k.oid = s.oid),
               (SELECT c.reltype FROM pg_catalog.pg_class c
                WHERE s.class = 'pg_catalog.pg_class'::regclass AND c.oid = s.oid
                  AND c.relkind = 'c')
           ) AS type
    FROM sides s
), named AS (
    SELECT p.*, by_relation.relkind AS by_kind, by_relation.relispartition AS by_partition,
           f.*
    FROM placed p
    LEFT JOIN pg_catalog.pg_class by_relation
           ON p.by_class = 'pg_catalog.pg_class'::regclass AND by_relation.oid = p.by_oid
    CROSS JOIN LATERAL (
        SELECT c.relnamespace AS schema, c.relname AS name, '' AS signature,
               i.indrelid AS parent, CASE c.relkind
                   WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'f' THEN 'external'
                   WHEN 'S' THEN 'sequence' WHEN 'r' THEN 'table' WHEN 'p' THEN 'table'
                   ELSE CASE WHEN EXISTS (
                       SELECT FROM pg_catalog.pg_constraint k
                       WHERE k.conindid = c.oid AND k.conrelid = i.indrelid
                         AND k.contype IN ('p', 'u', 'x')) THEN 'constraint' ELSE 'index' END
                   END AS kind
        FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        WHERE c.oid = p.relation AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
        UNION ALL
        SELECT t.typnamespace, t.typname, '', NULL, 'type'
        FROM pg_catalog.pg_type t LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
        WHERE t.oid = p.type AND (c.relkind IS NULL OR c.relkind = 'c')
        UNION ALL
        SELECT r.pronamespace, r.proname, '(' || oidvectortypes(r.proargtypes) || ')', NULL,
               CASE WHEN r.prokind = 'p' THEN 'procedure' WHEN r.prokind = 'a' THEN 'aggregate'
                    WHEN r.proretset THEN 'table_function' ELSE 'function' END
        FROM pg_catalog.pg_proc r WHERE p.class = 'pg_catalog.pg_proc'::regclass AND r.oid = p.oid
        UNION ALL
        SELECT c.relnamespace, g.tgname, '', c.oid, 'trigger'
        FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class c ON c.oid = g.tgrelid
        WHERE p.class = 'pg_catalog.pg_trigger'::regclass AND g.oid = p.oid AND NOT g.tgisinternal
    ) AS f
)
SELECT CASE WHEN n.by_kind = 'S' THEN NOT n.is_use ELSE n.is_use END, s.nspname::text,
       n.name::text, n.kind, n.signature, ps.nspname::text, pc.relname::text, how.word,
       array_agg(DISTINCT a.attname::text COLLATE "C") FILTER (WHERE a.attname IS NOT NULL)
FROM named n
JOIN pg_catalog.pg_namespace s ON s.oid = n.schema
LEFT JOIN pg_catalog.pg_class pc ON pc.oid = n.parent
LEFT JOIN pg_catalog.pg_namespace ps ON ps.oid = pc.relnamespace
LEFT JOIN pg_catalog.pg_attribute a
       ON n.used_class = 'pg_catalog.pg_class'::regclass AND a.attrelid = n.used_oid
      AND a.attnum = n.number AND n.number > 0 AND n.by_kind IS DISTINCT FROM 'S'
CROSS JOIN LATERAL (
    SELECT CASE n.by_class
        WHEN 'pg_catalog.pg_rewrite'::regclass THEN (
            SELECT CASE WHEN r.rulename = '_RETURN' THEN 'expression' ELSE 'rule' END
            FROM pg_catalog.pg_rewrite r WHERE r.oid = n.by_oid)
        WHEN 'pg_catalog.pg_attrdef'::regclass THEN (
            SELECT CASE WHEN g.attgenerated = '' THEN 'default' ELSE 'generated column' END
            FROM pg_catalog.pg_attrdef d
            JOIN pg_catalog.pg_attribute g ON g.attrelid = d.adrelid AND g.attnum = d.adnum
            WHERE d.oid = n.by_oid)
        WHEN 'pg_catalog.pg_constraint'::regclass THEN (
            SELECT CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check'
                                  WHEN 'x' THEN 'exclusion' WHEN 'n' THEN 'not null'
                                  ELSE 'key' END
            FROM pg_catalog.pg_constraint k WHERE k.oid = n.by_oid)
        WHEN 'pg_catalog.pg_trigger'::regclass THEN 'trigger'
        WHEN 'pg_catalog.pg_policy'::regclass THEN 'policy'
        WHEN 'pg_catalog.pg_statistic_ext'::regclass THEN 'statistics'
        WHEN 'pg_catalog.pg_type'::regclass THEN 'type'
        WHEN 'pg_catalog.pg_proc'::regclass THEN
            CASE WHEN n.used_class = 'pg_catalog.pg_type'::regclass THEN 'type' ELSE 'body' END
        ELSE CASE WHEN n.by_kind = 'S' AND n.deptype = 'i' THEN 'identity'
                  WHEN n.by_kind = 'S' AND n.deptype = 'a' THEN 'ownership'
                  WHEN n.by_kind IN ('i', 'I') THEN 'index'
                  WHEN n.used_class = 'pg_catalog.pg_type'::regclass THEN 'type'
                  WHEN n.by_partition THEN 'partition'
                  WHEN n.used_class = 'pg_catalog.pg_class'::regclass THEN 'inheritance'
                  ELSE 'expression' END
        END) AS how (word)
GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
ORDER BY 2, 3, 5, 7, 8

-- name: mentions
-- $1 catalog and $2 OID, $3 the object's name. Bodies of functions that are texts, where the server
-- does not look: whose body has the name as a word, and what the words of the object's own body may
-- name. In the first row, how many of such bodies there are.
WITH bodies AS MATERIALIZED (
    SELECT p.oid, p.prosrc
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.oid >= 16384 AND p.prosrc <> '' AND l.lanname NOT IN ('internal', 'c')
      AND NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend e
          WHERE e.classid = 'pg_catalog.pg_proc'::regclass AND e.objid = p.oid
            AND e.deptype = 'e')
), words AS (
    SELECT DISTINCT word::name AS word
    FROM bodies b
    CROSS JOIN LATERAL regexp_matches(b.prosrc, '[[:alpha:]_][[:alnum:]_$]*', 'g') AS found
    CROSS JOIN LATERAL (VALUES (found[1]), (lower(found[1]))) AS spelled (word)
    WHERE $1::text = 'routine' AND b.oid = $2::oid AND length(word) < 64
), mentioned AS (
    SELECT false AS is_use, 'routine' AS catalog, b.oid
    FROM bodies b
    WHERE $1::text IN ('relation', 'routine') AND b.oid <> $2::oid
      AND strpos(lower(b.prosrc), lower($3::text)) > 0
      AND b.prosrc ~* ('(^|[^[:alnum:]_$])'
                       || regexp_replace($3::text, '([^[:alnum:]_])', E'\\\\\\1', 'g')
                       || '($|[^[:alnum:]_$])')
    UNION ALL
    SELECT true, 'relation', c.oid
    FROM words w JOIN pg_catalog.pg_class c ON c.relname = w.word
    WHERE c.oid >= 16384 AND c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
      AND c.relpersistence <> 't'
    UNION ALL
    SELECT true, 'routine', p.oid
    FROM words w JOIN pg_catalog.pg_proc p ON p.proname = w.word
    WHERE p.oid >= 16384 AND p.oid <> $2::oid
)
SELECT (SELECT count(*) FROM bodies), m.is_use, n.nspname::text,
       coalesce(c.relname, p.proname)::text,
       CASE WHEN c.relkind = 'v' THEN 'view' WHEN c.relkind = 'm' THEN 'materialized_view'
            WHEN c.relkind = 'f' THEN 'external' WHEN c.relkind = 'S' THEN 'sequence'
            WHEN c.oid IS NOT NULL THEN 'table' WHEN p.prokind = 'p' THEN 'procedure'
            WHEN p.prokind = 'a' THEN 'aggregate' WHEN p.proretset THEN 'table_function'
            ELSE 'function' END,
       CASE WHEN p.oid IS NOT NULL THEN '(' || oidvectortypes(p.proargtypes) || ')' ELSE '' END
FROM (SELECT 1) AS one_row_at_least
LEFT JOIN mentioned m ON true
LEFT JOIN pg_catalog.pg_class c ON m.catalog = 'relation' AND c.oid = m.oid
LEFT JOIN pg_catalog.pg_proc p ON m.catalog = 'routine' AND p.oid = m.oid
LEFT JOIN pg_catalog.pg_namespace n ON n.oid = coalesce(c.relnamespace, p.pronamespace)

-- name: table
-- $1 schema, $2 name.
SELECT c.oid::bigint, c.relkind::text
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1::name AND c.relname = $2::name
  AND n.nspname::text = $1::text AND c.relname::text = $2::text
  AND c.relkind IN ('r', 'p', 'v', 'm', 'f')

-- name: index_uses
-- $1 OID of a table. last_idx_scan came with version 16. For an index of a partitioned table, its
-- parts are summed.
SELECT c.relname::text, pg_get_indexdef(i.indexrelid), leaves.bytes, leaves.scans, leaves.last_read
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
CROSS JOIN LATERAL (
    SELECT sum(pg_relation_size(part.oid))::bigint AS bytes, sum(s.idx_scan)::bigint AS scans,
           max((to_jsonb(s) ->> 'last_idx_scan')::timestamptz) AS last_read
    FROM (SELECT i.indexrelid WHERE c.relkind = 'i'
          UNION ALL
          SELECT t.relid FROM pg_partition_tree(i.indexrelid) AS t
          WHERE c.relkind = 'I' AND t.isleaf) AS part (oid)
    LEFT JOIN pg_catalog.pg_stat_all_indexes s ON s.indexrelid = part.oid
) AS leaves
WHERE i.indrelid = $1::oid

-- name: counting
-- Whether uses are counted, since when, and the version of the server.
SELECT current_setting('track_counts')::boolean, d.stats_reset,
       current_setting('server_version_num')::int
FROM pg_catalog.pg_stat_database d WHERE d.datname = current_database()

-- name: sizes
-- $1 OID of a table. The table itself, and for a partitioned one the sums of its parts. The view
-- pg_stat_all_tables would be read for all tables.
SELECT c.relkind::text,
       sum(leaf.reltuples) FILTER (WHERE leaf.reltuples >= 0)::bigint,
       sum(pg_table_size(leaf.oid))::bigint, sum(pg_indexes_size(leaf.oid))::bigint,
       sum(pg_total_relation_size(leaf.oid))::bigint,
       sum(pg_stat_get_dead_tuples(leaf.oid))::bigint,
       sum(pg_stat_get_mod_since_analyze(leaf.oid))::bigint,
       max(greatest(pg_stat_get_last_analyze_time(leaf.oid),
                    pg_stat_get_last_autoanalyze_time(leaf.oid))),
       max(greatest(pg_stat_get_last_vacuum_time(leaf.oid),
                    pg_stat_get_last_autovacuum_time(leaf.oid)))
FROM pg_catalog.pg_class c
LEFT JOIN LATERAL (
    SELECT p.oid, p.reltuples FROM pg_catalog.pg_class p
    WHERE p.oid = c.oid AND c.relkind IN ('r', 'm')
    UNION ALL
    SELECT p.oid, p.reltuples
    FROM pg_partition_tree(c.oid) t JOIN pg_catalog.pg_class p ON p.oid = t.relid
    WHERE c.relkind = 'p' AND t.isleaf AND p.relkind = 'r'
) AS leaf ON true
WHERE c.oid = $1::oid
GROUP BY c.oid, c.relkind

-- name: parts
-- $1 OID of a partitioned table. Those right below it; one that is partitioned itself is summed.
SELECT n.nspname::text, c.relname::text, pg_get_expr(c.relpartbound, c.oid),
       sum(leaf.reltuples) FILTER (WHERE leaf.reltuples >= 0)::bigint,
       sum(pg_total_relation_size(leaf.oid))::bigint
FROM pg_catalog.pg_inherits i
JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN LATERAL pg_partition_tree(c.oid) t ON t.isleaf
LEFT JOIN pg_catalog.pg_class leaf ON leaf.oid = t.relid
WHERE i.inhparent = $1::oid AND c.relispartition
GROUP BY c.oid, n.nspname, c.relname, c.relpartbound
ORDER BY n.nspname, c.relname

-- name: column_statistics
-- $1 OID of a table. Statistics on several columns have names, and those of expressions came with
-- version 14; of single columns the server shows those that the login may read.
SELECT format('%s.%s', s.stxnamespace::regnamespace, quote_ident(s.stxname)),
       ARRAY(SELECT a.attname::text
             FROM unnest(s.stxkeys::int2[]) WITH ORDINALITY AS k (number, place)
             JOIN pg_catalog.pg_attribute a ON a.attrelid = s.stxrelid AND a.attnum = k.number
             ORDER BY k.place)
FROM pg_catalog.pg_statistic_ext s
WHERE s.stxrelid = $1::oid
UNION ALL
SELECT '', array_agg(p.attname::text ORDER BY a.attnum)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_stats p ON p.schemaname = n.nspname AND p.tablename = c.relname
JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = p.attname
WHERE c.oid = $1::oid AND NOT p.inherited
HAVING count(*) > 0
ORDER BY 1
