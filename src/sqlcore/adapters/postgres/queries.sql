-- Every query is set-based: arrays of names or OIDs go in, rows for all of them come out.
-- Parameters are text; casts give their types.

-- name: types
-- $1 OIDs and $2 type modifiers, in pairs. Domains are followed to their base types.
WITH RECURSIVE wanted AS (
    SELECT w.oid, w.modifier
    FROM unnest($1::oid[], $2::int4[]) AS w (oid, modifier)
), bases AS (
    SELECT w.oid AS origin, w.oid FROM wanted w
    UNION
    SELECT b.origin, t.typbasetype
    FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.oid AND t.typtype = 'd'
), scalars AS (
    SELECT b.origin, t.oid, t.typname::text AS name, t.typtype = 'e' AS is_enum,
           CASE WHEN t.typcategory = 'A' THEN t.typelem ELSE 0::oid END AS element
    FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.oid AND t.typtype <> 'd'
), element_bases AS (
    SELECT s.element AS origin, s.element AS oid FROM scalars s WHERE s.element <> 0
    UNION
    SELECT b.origin, t.typbasetype
    FROM element_bases b JOIN pg_catalog.pg_type t ON t.oid = b.oid AND t.typtype = 'd'
)
SELECT w.oid, w.modifier, format_type(w.oid, w.modifier), s.name, s.is_enum, s.oid,
       s.element,
       coalesce(format_type(s.element, CASE WHEN s.oid = w.oid THEN w.modifier ELSE -1 END), ''),
       coalesce(base.typname::text, ''), coalesce(base.typtype = 'e', false),
       coalesce(base.oid, 0::oid), coalesce(element.typdelim, ',')::text
FROM wanted w
JOIN scalars s ON s.origin = w.oid
LEFT JOIN pg_catalog.pg_type element ON element.oid = s.element
LEFT JOIN (element_bases e JOIN pg_catalog.pg_type base
           ON base.oid = e.oid AND base.typtype <> 'd') ON e.origin = s.element

-- name: type_oid
SELECT to_regtype($1::text)::oid

-- name: databases
SELECT d.datname::text,
       d.datallowconn AND has_database_privilege(d.oid, 'CONNECT') AS accessible,
       d.datistemplate OR d.datname = 'postgres' AS system,
       CASE WHEN has_database_privilege(d.oid, 'CONNECT') THEN pg_database_size(d.oid) END,
       d.datcollate::text,
       shobj_description(d.oid, 'pg_database')
FROM pg_catalog.pg_database d
ORDER BY d.datname

-- name: tables
-- $1 schema, $2 LIKE pattern in lower case, $3 relkinds, $4 system schemas too,
-- $5 and $6 the last name of the page before, $7 limit.
-- Partitions are left out of the plain list: their parent stands for them.
WITH matching AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relpages, c.relnatts,
           c.reltoastrelid
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = ANY ($3::"char"[])
      AND ($1::text IS NULL OR n.nspname = $1::text)
      AND ($2::text IS NULL OR lower(c.relname::text COLLATE "default") LIKE $2::text)
      AND ($2::text IS NOT NULL OR NOT c.relispartition)
      AND ($4::boolean OR n.nspname = $1::text
           OR (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))
      AND n.nspname !~ '^pg_(toast|temp_|toast_temp_)'
), page AS (
    SELECT * FROM matching
    WHERE $5::text IS NULL OR (nspname, relname) > ($5::name, $6::name)
    ORDER BY nspname, relname
    LIMIT $7::bigint
), partitions AS (
    SELECT p.oid, sum(leaf.reltuples) FILTER (WHERE leaf.reltuples >= 0)::bigint AS rows,
           sum(leaf.relpages::bigint) FILTER (WHERE leaf.reltuples >= 0)::bigint AS pages
    FROM page p
    CROSS JOIN LATERAL pg_partition_tree(p.oid) tree
    JOIN pg_catalog.pg_class leaf ON leaf.oid = tree.relid
    WHERE p.relkind = 'p' AND tree.isleaf
    GROUP BY p.oid
)
SELECT (SELECT count(*) FROM matching),
       p.nspname::text, p.relname::text, p.relkind::text,
       CASE WHEN p.relkind = 'p' THEN parts.rows
            WHEN p.relkind IN ('r', 'm', 'f') AND p.reltuples >= 0 THEN p.reltuples::bigint
       END AS estimated_rows,
       CASE WHEN p.relkind = 'p' THEN parts.pages
            WHEN p.relkind IN ('r', 'm') AND p.reltuples >= 0
            THEN p.relpages + coalesce(t.relpages, 0)
       END * current_setting('block_size')::bigint AS size_bytes,
       p.relnatts - coalesce(dropped.columns, 0) AS column_count,
       comments.description
FROM (SELECT 1) AS one_row_at_least
LEFT JOIN page p ON true
LEFT JOIN partitions parts ON parts.oid = p.oid
LEFT JOIN pg_catalog.pg_class t ON t.oid = p.reltoastrelid AND t.relkind = 't' AND t.relpages > 0
LEFT JOIN pg_catalog.pg_description comments
       ON comments.objoid = p.oid AND comments.objsubid = 0
      AND comments.classoid = 'pg_catalog.pg_class'::regclass
-- The server renames dropped columns so, and has an index by name.
LEFT JOIN LATERAL (
    SELECT count(*) AS columns FROM pg_catalog.pg_attribute a
    WHERE a.attrelid = p.oid AND a.attisdropped
      AND a.attname >= '........pg.dropped.' AND a.attname < '........pg.dropped/'
) dropped ON true
ORDER BY p.nspname, p.relname

-- name: find
-- $1 name, $2 schema. An exact match hides those that differ in case. Names have the collation C,
-- whose lower() knows ASCII alone, so that another one must be given for both sides to agree.
WITH candidates AS (
    SELECT c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relpages, c.relnatts,
           c.relname::text = $1::text AND ($2::text IS NULL OR n.nspname::text = $2::text)
               AS is_exact,
           array_position(current_schemas(false), n.nspname) AS place
    FROM pg_catalog.pg_class c
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')
      AND lower(c.relname::text COLLATE "default") = lower($1::text)
      AND CASE WHEN $2::text IS NULL
               THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               ELSE lower(n.nspname::text COLLATE "default") = lower($2::text) END
)
SELECT c.nspname::text, c.relname::text, c.relkind::text,
       CASE WHEN c.relkind IN ('r', 'm', 'f') AND c.reltuples >= 0 THEN c.reltuples::bigint END,
       NULL::bigint,
       c.relnatts - (SELECT count(*) FROM pg_catalog.pg_attribute a
                     WHERE a.attrelid = c.oid AND a.attisdropped),
       obj_description(c.oid, 'pg_class')
FROM candidates c
WHERE c.is_exact = (SELECT bool_or(is_exact) FROM candidates)
ORDER BY c.place NULLS LAST, c.nspname, c.relname

-- name: activity
-- $1 a process id. What a server session of this login does in this database, and, for commands
-- that report it, their phase with what is done of how much. Those that count in the phase.
SELECT a.state, a.wait_event_type, a.wait_event, p.command, p.phase, p.done, p.total
FROM pg_catalog.pg_stat_activity a
LEFT JOIN (
    SELECT v.pid, 'VACUUM' AS command, v.phase,
           CASE v.phase WHEN 'scanning heap' THEN v.heap_blks_scanned
                        WHEN 'vacuuming heap' THEN v.heap_blks_vacuumed END AS done,
           v.heap_blks_total AS total
    FROM pg_catalog.pg_stat_progress_vacuum v
    UNION ALL
    SELECT n.pid, 'ANALYZE', n.phase,
           CASE n.phase WHEN 'acquiring sample rows' THEN n.sample_blks_scanned END,
           n.sample_blks_total
    FROM pg_catalog.pg_stat_progress_analyze n
    UNION ALL
    SELECT i.pid, i.command, i.phase,
           CASE WHEN i.phase LIKE 'waiting%' THEN i.lockers_done
                WHEN i.tuples_total > 0 THEN i.tuples_done ELSE i.blocks_done END,
           CASE WHEN i.phase LIKE 'waiting%' THEN i.lockers_total
                WHEN i.tuples_total > 0 THEN i.tuples_total ELSE i.blocks_total END
    FROM pg_catalog.pg_stat_progress_create_index i
    UNION ALL
    SELECT c.pid, c.command, c.phase,
           CASE c.phase WHEN 'seq scanning heap' THEN c.heap_blks_scanned END,
           c.heap_blks_total
    FROM pg_catalog.pg_stat_progress_cluster c
) p ON p.pid = a.pid
WHERE a.pid = $1::bigint AND a.usename = session_user AND a.datname = current_database()
  AND a.state <> 'idle'

-- name: copy_progress
-- $1 a process id; since version 14.
SELECT c.command, NULL::text, c.bytes_processed, c.bytes_total
FROM pg_catalog.pg_stat_progress_copy c
WHERE c.pid = $1::bigint AND c.datname = current_database()

-- name: ping
SELECT 1
