-- Procedures and functions. Aggregates, window functions and what only the server itself can call
-- (trigger functions, and those with arguments of type internal) are left out; a list has them
-- where it is asked for them.
-- Types are spelled with the modifier -1, so that what is read back means them without a length:
-- "bit" is one of any length, bit would be bit(1).

-- name: routines
-- $1 schema, $2 LIKE pattern in lower case, $3 kinds, $4 to $6 the schema, name and signature of the
-- last one of the page before, $7 limit, $8 also what cannot be called. Those of extensions are
-- listed when a pattern asks.
WITH matching AS (
    SELECT p.oid, n.nspname, p.proname, p.prorettype, p.proretset, p.provolatile, p.prolang,
           CASE WHEN p.prokind = 'p' THEN 'procedure'
                WHEN p.proretset THEN 'table_function' ELSE 'function' END AS kind,
           '(' || oidvectortypes(p.proargtypes) || ')' COLLATE "C" AS signature
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE ($8::boolean
           OR (p.prokind IN ('p', 'f') AND p.prorettype
               NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
               AND NOT 'internal'::regtype = ANY (p.proargtypes)))
      AND ($1::text IS NULL OR n.nspname = $1::text)
      AND (n.nspname = $1::text OR (n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'))
      AND ($2::text IS NULL OR lower(p.proname::text COLLATE "default") LIKE $2::text)
      AND ($2::text IS NOT NULL OR NOT EXISTS (
          SELECT FROM pg_catalog.pg_depend e
          WHERE e.objid = p.oid AND e.classid = 'pg_catalog.pg_proc'::regclass
            AND e.deptype = 'e'))
)
SELECT m.oid::bigint, m.nspname::text, m.proname::text, m.kind, m.signature,
       m.prorettype::bigint, format_type(m.prorettype, -1), m.provolatile <> 'v',
       l.lanname::text, obj_description(m.oid, 'pg_proc'), pg_get_function_arguments(m.oid)
FROM matching m
JOIN pg_catalog.pg_language l ON l.oid = m.prolang
WHERE m.kind = ANY ($3::text[])
  AND ($4::text IS NULL
       OR (m.nspname, m.proname, m.signature) > ($4::name, $5::name, $6::text))
ORDER BY m.nspname, m.proname, m.signature
LIMIT $7::bigint

-- name: find_routines
-- $1 name, $2 schema. An exact match hides those that differ in case. Names have the collation C,
-- whose lower() knows ASCII alone, so that another one must be given for both sides to agree.
-- The last two columns are for routine_as_found: a name with overloads means none of them alone.
WITH candidates AS (
    SELECT p.oid, n.nspname, p.proname, p.prorettype, p.proretset, p.provolatile, p.prolang,
           p.prokind, '(' || oidvectortypes(p.proargtypes) || ')' COLLATE "C" AS signature,
           p.proname::text = $1::text AND ($2::text IS NULL OR n.nspname::text = $2::text)
               AS is_exact,
           array_position(current_schemas(false), n.nspname) AS place
    FROM pg_catalog.pg_proc p
    JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    WHERE p.prokind IN ('p', 'f')
      AND p.prorettype NOT IN ('trigger'::regtype, 'event_trigger'::regtype, 'internal'::regtype)
      AND NOT 'internal'::regtype = ANY (p.proargtypes)
      AND lower(p.proname::text COLLATE "default") = lower($1::text)
      AND CASE WHEN $2::text IS NULL
               THEN n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
               ELSE lower(n.nspname::text COLLATE "default") = lower($2::text) END
)
SELECT c.oid::bigint, c.nspname::text, c.proname::text,
       CASE WHEN c.prokind = 'p' THEN 'procedure'
            WHEN c.proretset THEN 'table_function' ELSE 'function' END,
       c.signature, c.prorettype::bigint, format_type(c.prorettype, -1), c.provolatile <> 'v',
       l.lanname::text, obj_description(c.oid, 'pg_proc'), NULL, pg_get_function_arguments(c.oid),
       to_regproc(quote_ident(c.nspname) || '.' || quote_ident(c.proname)) IS NULL
FROM candidates c
JOIN pg_catalog.pg_language l ON l.oid = c.prolang
WHERE c.is_exact = (SELECT bool_or(is_exact) FROM candidates)
ORDER BY c.place NULLS LAST, c.nspname, c.proname, c.signature

-- name: routine_parameters
-- $1 OIDs of routines. The columns of RETURNS TABLE are among them, with mode t.
SELECT p.oid::bigint, a.place::int, a.type::bigint, format_type(a.type, -1),
       coalesce(p.proargmodes[a.place]::text, 'i'), coalesce(p.proargnames[a.place], ''),
       pg_get_function_arg_default(p.oid, a.place::int)
FROM pg_catalog.pg_proc p
CROSS JOIN LATERAL unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]))
           WITH ORDINALITY AS a (type, place)
WHERE p.oid = ANY ($1::oid[])
ORDER BY p.oid, a.place

-- name: routine_types
-- $1 OIDs of routines. Their types, and all that these consist of, each one once: what a domain
-- stands on, the element of an array, the labels of an enum, the columns of a composite type. The
-- last two columns are for columns_as_found.
-- Only one domain of a chain can have a modifier. The planner expects thousands of types: OFFSET 0 has
-- each one looked up by its OID instead of reading the whole catalog, and DISTINCT, of which it
-- expects fewer, keeps the query too cheap to be compiled (jit_above_cost).
WITH RECURSIVE reached AS (
    SELECT a.type AS oid
    FROM pg_catalog.pg_proc p
    CROSS JOIN LATERAL
        unnest(coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype) AS a (type)
    WHERE p.oid = ANY ($1::oid[])
    UNION
    SELECT part.oid
    FROM reached r
    CROSS JOIN LATERAL (
        SELECT t.oid, t.typtype, t.typbasetype, t.typelem, t.typrelid
        FROM pg_catalog.pg_type t WHERE t.oid = r.oid OFFSET 0
    ) AS t
    CROSS JOIN LATERAL (
        SELECT t.typbasetype WHERE t.typtype = 'd'
        UNION ALL
        SELECT e.oid FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid
        UNION ALL
        SELECT a.atttypid FROM pg_catalog.pg_attribute a
        WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
          AND NOT a.attisdropped
    ) AS part (oid)
)
SELECT t.oid::bigint,
       CASE WHEN t.typtype = 'd' THEN 'domain' WHEN t.element IS NOT NULL THEN 'array'
            ELSE 'other' END,
       coalesce(t.element, t.typbasetype)::bigint, t.typtypmod,
       CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod)
            ELSE format_type(t.element, -1) END,
       t.typnotnull,
       CASE WHEN t.typtype = 'e'
            THEN ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e
                       WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder)
            ELSE '{}' END,
       parts.names, parts.types, parts.modifiers, parts.spellings, parts.nullable,
       t.typrelid::bigint, parts.xmins
FROM (SELECT DISTINCT reached.oid FROM reached) AS r
CROSS JOIN LATERAL (
    SELECT t.oid, t.typtype, t.typbasetype, t.typtypmod, t.typnotnull, t.typrelid,
           (SELECT e.oid FROM pg_catalog.pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)
               AS element
    FROM pg_catalog.pg_type t WHERE t.oid = r.oid OFFSET 0
) AS t
CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY a.attnum) AS names,
           array_agg(a.atttypid::bigint ORDER BY a.attnum) AS types,
           array_agg(a.atttypmod ORDER BY a.attnum) AS modifiers,
           array_agg(format_type(a.atttypid, a.atttypmod) ORDER BY a.attnum) AS spellings,
           array_agg(NOT a.attnotnull ORDER BY a.attnum) AS nullable,
           array_agg(a.xmin ORDER BY a.attnum)::text[] AS xmins
    FROM pg_catalog.pg_attribute a
    WHERE t.typtype = 'c' AND a.attrelid = t.typrelid AND a.attnum > 0
      AND NOT a.attisdropped
) parts

-- name: routine_definition
-- $1 schema, $2 name, $3 signature.
SELECT pg_get_functiondef(p.oid)
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE n.nspname::text = $1::text AND p.proname::text = $2::text AND p.prokind IN ('p', 'f')
  AND '(' || oidvectortypes(p.proargtypes) || ')' = $3::text

-- name: routine_as_found
-- $1 name, $2 OID, $3 parameters. It runs in the transaction of the call, so that types are exact and
-- names qualified: a function or an operator of a user's, whose types fit better, is not meant.
SELECT 1 / coalesce(pg_catalog.to_regproc($1::text)::oid = $2::oid
                    AND pg_catalog.pg_get_function_arguments($2::oid) = $3::text, false)::int

-- name: overload_as_found
-- $1 name and signature, $2 OID, $3 parameters.
SELECT 1 / coalesce(pg_catalog.to_regprocedure($1::text)::oid = $2::oid
                    AND pg_catalog.pg_get_function_arguments($2::oid) = $3::text, false)::int

-- name: columns_as_found
-- $1 the typrelid of composite types, $2 the xmin of each column.
SELECT 1 / coalesce(pg_catalog.array_agg(a.xmin ORDER BY a.attrelid, a.attnum)
                    OPERATOR(pg_catalog.=) $2::xid[], false)::int
FROM pg_catalog.pg_attribute a
WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
