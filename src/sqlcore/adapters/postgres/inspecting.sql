-- What reading can run: facts for the guard. Objects that came with the server have OIDs below
-- 16384 (FirstNormalObjectId); their functions are named only where they could do harm. Everything
-- is read from catalogs that every login may read.

-- name: path
-- Temporary objects are found first, whichever server session made them.
SELECT 'pg_temp'
UNION ALL
SELECT schema::text FROM unnest(current_schemas(true)) AS schema
WHERE schema !~ '^pg_temp_'

-- name: routines
-- The body only where it is read: not of volatile functions, nor of extensions' own. Functions of
-- extensions that take `internal` are parts of types, aggregates and indexes: no query can call them.
SELECT n.nspname::text, p.proname::text, pg_get_userbyid(p.proowner)::text,
       p.prokind::text, p.provolatile::text, l.lanname::text, l.lanpltrusted, p.prosecdef,
       e.extname::text,
       CASE WHEN p.prokind = 'f' AND p.provolatile <> 'v' AND e.oid IS NULL THEN p.prosrc END,
       (SELECT substr(setting, 13) FROM unnest(p.proconfig) AS setting
        WHERE setting LIKE 'search\_path=%'),
       p.pronargs - p.pronargdefaults <= 1 AND (p.pronargs >= 1 OR p.provariadic <> 0),
       coalesce(t.typtype IN ('c', 'd', 'p'), false) OR p.provariadic <> 0 OR rows_cast.any
FROM pg_catalog.pg_proc p
JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
JOIN pg_catalog.pg_language l ON l.oid = p.prolang
LEFT JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0]
LEFT JOIN (pg_catalog.pg_depend d JOIN pg_catalog.pg_extension e ON e.oid = d.refobjid)
       ON d.classid = 'pg_catalog.pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'
      AND d.refclassid = 'pg_catalog.pg_extension'::regclass
CROSS JOIN (
    SELECT EXISTS (SELECT FROM pg_catalog.pg_cast c
                   JOIN pg_catalog.pg_type source ON source.oid = c.castsource
                   WHERE source.typtype = 'c' AND c.castcontext = 'i') AS any
) AS rows_cast
WHERE p.oid >= 16384 AND p.prokind <> 'p'
  AND p.prorettype NOT IN ('pg_catalog.trigger'::regtype, 'pg_catalog.event_trigger'::regtype)
  AND (e.oid IS NULL OR 'pg_catalog.internal'::regtype <> ALL (p.proargtypes::oid[]))

-- name: relations
-- Those whose kind alone, triggers or rules matter.
SELECT n.nspname::text, c.relname::text, c.relkind::text,
       EXISTS (SELECT FROM pg_catalog.pg_trigger t
               WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D')
       OR EXISTS (SELECT FROM pg_catalog.pg_rewrite r
                  WHERE r.ev_class = c.oid AND r.ev_type <> '1' AND r.ev_enabled <> 'D'),
       coalesce((SELECT bool_or(option ~ '^program=')
                 FROM pg_catalog.pg_foreign_table f, unnest(f.ftoptions) AS option
                 WHERE f.ftrelid = c.oid), false)
FROM pg_catalog.pg_class c
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid >= 16384
  AND (c.relkind IN ('v', 'f')
       OR (c.relkind IN ('r', 'p', 'm') AND (c.relhastriggers OR c.relhasrules)))
  AND (n.nspname !~ '^pg_temp_' OR pg_has_role(c.relowner, 'MEMBER'))

-- name: operators
SELECT n.nspname::text, o.oprname::text
FROM pg_catalog.pg_operator o JOIN pg_catalog.pg_namespace n ON n.oid = o.oprnamespace
WHERE o.oid >= 16384

-- name: uses
-- Who uses what: the kind, schema and name of the user, how, and the schema and name of the used.
-- The OIDs in stored expressions are read from their trees, for pg_depend leaves out what came
-- with the server.
WITH RECURSIVE of_extensions AS MATERIALIZED (
    SELECT d.objid AS oid FROM pg_catalog.pg_depend d
    WHERE d.classid = 'pg_catalog.pg_proc'::regclass AND d.deptype = 'e'
), notable AS MATERIALIZED (
    -- Functions that are worth naming. Some that run SQL from text are not volatile.
    SELECT p.oid, n.nspname::text AS schema, p.proname::text AS name,
           p.oid >= 16384 AND (p.provolatile = 'v' OR e.oid IS NULL) AS suspicious,
           p.oid >= 16384 AND p.provolatile = 'i' AND e.oid IS NULL AS is_folded
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
    LEFT JOIN of_extensions e ON e.oid = p.oid
    WHERE (p.oid >= 16384
           AND (e.oid IS NULL OR 'pg_catalog.internal'::regtype <> ALL (p.proargtypes::oid[])))
       OR (p.oid < 16384 AND (p.provolatile = 'v' OR p.proname ~
           '(_to_xml|^ts_rewrite$|^ts_stat$|^txid_current$|^pg_current_xact_id$)'))
), trees AS (
    SELECT 'relation' AS kind, r.ev_class AS oid, r.ev_action::text AS tree
    FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_class c ON c.oid = r.ev_class AND c.relkind = 'v'
    WHERE c.oid >= 16384 AND r.ev_type = '1'
      AND (c.relpersistence <> 't' OR pg_has_role(c.relowner, 'MEMBER'))
    UNION ALL
    SELECT 'relation', p.polrelid, p.polqual::text
    FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid
    WHERE c.relrowsecurity AND p.polcmd IN ('r', '*') AND p.polqual IS NOT NULL
    UNION ALL
    SELECT 'relation', d.adrelid, d.adbin::text
    FROM pg_catalog.pg_attrdef d
    JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
    WHERE d.oid >= 16384 AND a.attgenerated = 'v'
    UNION ALL
    SELECT 'type', c.contypid, c.conbin::text
    FROM pg_catalog.pg_constraint c
    WHERE c.oid >= 16384 AND c.contype = 'c' AND c.contypid <> 0
    UNION ALL
    SELECT 'routine', p.oid, p.proargdefaults::text
    FROM pg_catalog.pg_proc p WHERE p.oid >= 16384 AND p.proargdefaults IS NOT NULL
    UNION ALL
    -- Only since version 14 are there bodies that are kept as trees.
    SELECT 'routine', p.oid, to_jsonb(p) ->> 'prosqlbody'
    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_language l ON l.oid = p.prolang
    WHERE p.oid >= 16384 AND l.lanname = 'sql' AND p.prosrc = '' AND p.provolatile <> 'v'
), named AS (
    -- Without groups the expression is twice as fast. What came with the server is looked for among
    -- functions only.
    SELECT DISTINCT t.kind, t.oid, p.field, used::oid AS used
    FROM trees t
    CROSS JOIN LATERAL regexp_matches(t.tree,
        ':(?:funcid|opfuncid|aggfnoid|winfnoid|hashfuncid|negfuncid|startInRangeFunc'
        '|endInRangeFunc|tsmhandler) [1-9]\d*'
        '|:(?:opno|eqop|sortop|cycle_mark_neop|relid|resulttype|funcresulttype|typid|typeId'
        '|consttype) [1-9]\d{4,}'
        '|:(?:opnos|coltypes|funccoltypes) \(o [1-9][0-9 ]*', 'g') AS found
    CROSS JOIN LATERAL (SELECT substr(split_part(found[1], ' ', 1), 2) AS field) AS p
    CROSS JOIN LATERAL unnest(string_to_array(btrim(substr(found[1], length(p.field) + 3), '(o '),
                                              ' ')) AS used
), types AS (
    -- An array stands for its elements.
    SELECT t.oid, CASE WHEN t.typcategory = 'A' AND t.typelem <> 0 THEN t.typelem ELSE t.oid END
                  AS element
    FROM pg_catalog.pg_type t WHERE t.oid >= 16384
), converting AS (
    -- Functions that values of a type run without a name that tells: casts from it, its order, its
    -- output. A cast between types that came with the server is named by its target, if explicit.
    SELECT c.castsource AS type, c.castfunc AS function
    FROM pg_catalog.pg_cast c
    WHERE c.castfunc <> 0 AND (c.castcontext = 'i' OR c.castsource >= 16384)
    UNION
    SELECT o.opcintype, a.amproc::oid
    FROM pg_catalog.pg_opclass o
    JOIN pg_catalog.pg_amproc a ON a.amprocfamily = o.opcfamily
    WHERE o.opcdefault AND o.oid >= 16384
    UNION
    SELECT o.opcintype, r.oprcode::oid
    FROM pg_catalog.pg_opclass o
    JOIN pg_catalog.pg_amop a ON a.amopfamily = o.opcfamily
    JOIN pg_catalog.pg_operator r ON r.oid = a.amopopr
    WHERE o.opcdefault AND o.oid >= 16384
    UNION
    SELECT t.oid, function::oid
    FROM pg_catalog.pg_type t
    CROSS JOIN LATERAL (VALUES (t.typoutput), (t.typsend)) AS f (function)
    WHERE t.oid >= 16384 AND t.typtype = 'b'
    UNION
    SELECT r.rngtypid, function::oid
    FROM pg_catalog.pg_range r
    CROSS JOIN LATERAL (VALUES (r.rngsubdiff), (r.rngcanonical)) AS f (function)
    WHERE r.rngtypid >= 16384
), doubtful AS (
    SELECT c.type, c.function FROM converting c JOIN notable n ON n.oid = c.function
    WHERE n.suspicious
), holding AS (
    -- A type, and one that its values hold.
    SELECT d.type AS oid, d.type AS held FROM doubtful d
    UNION
    SELECT t.oid, h.held
    FROM holding h
    JOIN LATERAL (
        SELECT t.oid FROM pg_catalog.pg_type t
        WHERE t.typelem = h.oid OR (t.typbasetype = h.oid AND t.typtype = 'd')
        UNION ALL
        SELECT r.rngtypid FROM pg_catalog.pg_range r WHERE r.rngsubtype = h.oid
        UNION ALL
        SELECT c.reltype FROM pg_catalog.pg_attribute a
        JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
        WHERE a.atttypid = h.oid AND c.reltype <> 0 AND a.attnum > 0
    ) AS t ON true
), planned AS (
    -- What the planner works out beforehand: immutable functions of constants, in the expressions
    -- of indexes, checks, statistics and partitions. Where a column is the first thing that each
    -- function is given, there are none.
    SELECT DISTINCT t.oid, found[1]::oid AS function
    FROM (
        SELECT i.indrelid AS oid, concat(i.indexprs::text, i.indpred::text) AS tree
        FROM pg_catalog.pg_index i
        WHERE i.indrelid >= 16384 AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
        UNION ALL
        SELECT c.conrelid, c.conbin::text FROM pg_catalog.pg_constraint c
        WHERE c.oid >= 16384 AND c.contype = 'c' AND c.conrelid <> 0
        UNION ALL
        SELECT p.partrelid, p.partexprs::text FROM pg_catalog.pg_partitioned_table p
        WHERE p.partexprs IS NOT NULL
        UNION ALL
        -- Only since version 14 are there statistics of expressions.
        SELECT s.stxrelid, to_jsonb(s) ->> 'stxexprs' FROM pg_catalog.pg_statistic_ext s
    ) AS t
    CROSS JOIN LATERAL regexp_matches(t.tree, 'funcid ([1-9]\d{4,})', 'g') AS found
    WHERE EXISTS (
        SELECT FROM regexp_matches(
            t.tree, 'funcid [1-9]\d{4}.*?({VAR |{CONST |:args <>)', 'g') AS first
        WHERE first[1] <> '{VAR '
    )
), families AS (
    -- Operator families with functions of the database's own, and who sorts or hashes by them.
    SELECT a.amprocfamily AS oid, a.amproc::oid AS function
    FROM pg_catalog.pg_amproc a WHERE a.amproc >= 16384
    UNION
    SELECT a.amopfamily, r.oprcode::oid
    FROM pg_catalog.pg_amop a JOIN pg_catalog.pg_operator r ON r.oid = a.amopopr
    WHERE r.oprcode >= 16384
), sorted AS (
    SELECT t.oid, o.opcfamily AS family
    FROM (
        SELECT i.indrelid AS oid, i.indclass AS classes FROM pg_catalog.pg_index i
        WHERE i.indrelid >= 16384
        UNION ALL
        SELECT p.partrelid, p.partclass FROM pg_catalog.pg_partitioned_table p
    ) AS t
    CROSS JOIN LATERAL unnest(t.classes::oid[]) AS class
    JOIN pg_catalog.pg_opclass o ON o.oid = class
    WHERE EXISTS (SELECT FROM families)
), beside AS (
    SELECT p.oid, f.schema, f.name
    FROM planned p JOIN notable f ON f.oid = p.function AND f.is_folded
    UNION
    SELECT s.oid, f.schema, f.name
    FROM sorted s JOIN families m ON m.oid = s.family
    JOIN notable f ON f.oid = m.function AND f.suspicious
), parents AS (
    SELECT i.inhparent AS oid, i.inhrelid AS child
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid
    WHERE c.relkind = 'f' OR c.oid IN (SELECT b.oid FROM beside b)
    UNION
    SELECT i.inhparent, p.child
    FROM parents p JOIN pg_catalog.pg_inherits i ON i.inhrelid = p.oid
), operators AS (
    -- The planner may put an operator's negator or commutator in its place.
    SELECT o.oid, other.function
    FROM pg_catalog.pg_operator o
    LEFT JOIN pg_catalog.pg_operator negator ON negator.oid = o.oprnegate
    LEFT JOIN pg_catalog.pg_operator commutator ON commutator.oid = o.oprcom
    CROSS JOIN LATERAL (
        VALUES (o.oprcode::oid), (negator.oprcode::oid), (commutator.oprcode::oid)
    ) AS other (function)
    WHERE o.oid >= 16384 OR other.function >= 16384
), uses AS (
    -- Functions
    SELECT n.kind, n.oid, 'call' AS how, f.schema, f.name
    FROM named n JOIN notable f ON f.oid = n.used
    WHERE n.field IN ('funcid', 'opfuncid', 'aggfnoid', 'winfnoid', 'hashfuncid', 'negfuncid',
                      'startInRangeFunc', 'endInRangeFunc', 'tsmhandler')
    UNION
    SELECT n.kind, n.oid, 'call' AS how, f.schema, f.name
    FROM named n JOIN operators o ON o.oid = n.used
    JOIN notable f ON f.oid = o.function
    WHERE n.field IN ('opno', 'eqop', 'sortop', 'cycle_mark_neop', 'opnos')
    UNION
    SELECT 'relation', coalesce(e.adrelid, nullif(k.conrelid, 0), i.indrelid, y.polrelid), 'change',
           f.schema, f.name
    FROM pg_catalog.pg_depend d
    LEFT JOIN pg_catalog.pg_operator o
           ON d.refclassid = 'pg_catalog.pg_operator'::regclass AND o.oid = d.refobjid
    JOIN notable f ON f.oid = coalesce(o.oprcode::oid, d.refobjid)
    LEFT JOIN pg_catalog.pg_attrdef e
           ON d.classid = 'pg_catalog.pg_attrdef'::regclass AND e.oid = d.objid
    LEFT JOIN pg_catalog.pg_constraint k
           ON d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid
    LEFT JOIN pg_catalog.pg_index i
           ON d.classid = 'pg_catalog.pg_class'::regclass AND i.indexrelid = d.objid
    LEFT JOIN pg_catalog.pg_policy y
           ON d.classid = 'pg_catalog.pg_policy'::regclass AND y.oid = d.objid
    WHERE d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
      AND d.deptype = 'n'
      AND coalesce(e.adrelid, nullif(k.conrelid, 0), i.indrelid, y.polrelid) IS NOT NULL
    UNION
    SELECT 'routine', a.aggfnoid, 'call', f.schema, f.name
    FROM pg_catalog.pg_aggregate a
    LEFT JOIN pg_catalog.pg_operator o ON o.oid = a.aggsortop
    CROSS JOIN LATERAL (
        VALUES (a.aggtransfn::oid), (a.aggfinalfn), (a.aggcombinefn), (a.aggserialfn),
               (a.aggdeserialfn), (a.aggmtransfn), (a.aggminvtransfn), (a.aggmfinalfn), (o.oprcode)
    ) AS part (oid)
    JOIN notable f ON f.oid = part.oid
    WHERE a.aggfnoid >= 16384
    UNION
    SELECT 'operator', o.oid, 'call', f.schema, f.name
    FROM operators o JOIN notable f ON f.oid = o.function
    WHERE o.oid >= 16384
    UNION
    SELECT 'everywhere', 0, 'call', f.schema, f.name
    FROM operators o JOIN notable f ON f.oid = o.function AND f.suspicious
    WHERE o.oid < 16384
    UNION
    SELECT 'relation', b.oid, 'call', b.schema, b.name FROM beside b
    UNION
    SELECT 'type', type, 'call', f.schema, f.name
    FROM pg_catalog.pg_cast c
    CROSS JOIN LATERAL (VALUES (c.castsource), (c.casttarget)) AS t (type)
    JOIN notable f ON f.oid = c.castfunc
    WHERE f.suspicious AND (type >= 16384 OR (type = c.casttarget AND c.castsource < 16384))
    UNION
    SELECT 'type', t.oid, 'call', f.schema, f.name
    FROM pg_catalog.pg_type t
    CROSS JOIN LATERAL (
        VALUES (t.typinput::oid), (t.typoutput), (t.typreceive), (t.typsend), (t.typmodin),
               (t.typmodout)
    ) AS part (oid)
    JOIN notable f ON f.oid = part.oid
    WHERE t.oid >= 16384 AND part.oid >= 16384
    UNION
    SELECT 'type', d.type, 'call', f.schema, f.name
    FROM doubtful d JOIN notable f ON f.oid = d.function
    UNION
    SELECT 'relation', c.oid, 'call', f.schema, f.name
    FROM holding h
    CROSS JOIN LATERAL (
        SELECT a.attrelid AS oid FROM pg_catalog.pg_attribute a
        WHERE a.atttypid = h.oid AND a.attnum > 0
        UNION ALL
        SELECT t.typrelid FROM pg_catalog.pg_type t WHERE t.oid = h.oid AND t.typrelid <> 0
    ) AS holder
    JOIN pg_catalog.pg_class c ON c.oid = holder.oid AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    JOIN doubtful d ON d.type = h.held
    JOIN notable f ON f.oid = d.function
    UNION
    SELECT 'routine', p.oid, 'call', f.schema, f.name
    FROM holding h
    JOIN pg_catalog.pg_proc p
      ON p.oid >= 16384 AND (p.prorettype = h.oid OR h.oid = ANY (p.proallargtypes))
    JOIN doubtful d ON d.type = h.held
    JOIN notable f ON f.oid = d.function
    UNION
    SELECT 'everywhere', 0, 'call', f.schema, f.name
    FROM doubtful d JOIN notable f ON f.oid = d.function
    WHERE d.type < 16384
    UNION
    SELECT 'relation', t.ftrelid, 'call', f.schema, f.name
    FROM pg_catalog.pg_foreign_table t
    JOIN pg_catalog.pg_foreign_server s ON s.oid = t.ftserver
    JOIN pg_catalog.pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    JOIN notable f ON f.oid = w.fdwhandler
    UNION
    -- Relations
    SELECT n.kind, n.oid, 'read', s.nspname::text, c.relname::text
    FROM named n JOIN pg_catalog.pg_class c ON c.oid = n.used
    JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
    WHERE n.field = 'relid' AND c.oid >= 16384
      AND NOT (n.kind = 'relation' AND n.oid = c.oid)
    UNION
    SELECT 'relation', p.oid, 'read', s.nspname::text, c.relname::text
    FROM parents p JOIN pg_catalog.pg_class c ON c.oid = p.child
    JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
    UNION
    SELECT 'relation', i.inhparent, 'cascade', s.nspname::text, c.relname::text
    FROM pg_catalog.pg_inherits i
    JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind <> 'i'
    JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
    UNION
    SELECT 'relation', f.confrelid, 'cascade', s.nspname::text, c.relname::text
    FROM pg_catalog.pg_constraint f
    JOIN pg_catalog.pg_class c ON c.oid = f.conrelid
    JOIN pg_catalog.pg_namespace s ON s.oid = c.relnamespace
    WHERE f.contype = 'f' AND (f.confupdtype IN ('c', 'n', 'd') OR f.confdeltype IN ('c', 'n', 'd'))
    UNION
    -- Types
    SELECT n.kind, n.oid, 'convert', s.nspname::text, t.typname::text
    FROM named n JOIN types e ON e.oid = n.used
    JOIN pg_catalog.pg_type t ON t.oid = e.element
    JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
    WHERE n.field IN ('resulttype', 'funcresulttype', 'typid', 'typeId', 'consttype', 'coltypes',
                      'funccoltypes') AND t.typtype IN ('b', 'c', 'd', 'r')
    UNION
    -- A string becomes the type of the argument that it is given for.
    SELECT 'routine', p.oid, 'convert', s.nspname::text, t.typname::text
    FROM pg_catalog.pg_proc p
    CROSS JOIN LATERAL unnest(
        coalesce(p.proallargtypes, p.proargtypes::oid[]) || p.prorettype
    ) AS used
    JOIN types e ON e.oid = used
    JOIN pg_catalog.pg_type t ON t.oid = e.element AND t.typtype IN ('c', 'd', 'r')
    JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
    WHERE p.oid >= 16384
    UNION
    SELECT 'type', d.oid, 'convert', s.nspname::text, t.typname::text
    FROM pg_catalog.pg_type d JOIN types e ON e.oid = d.typbasetype
    JOIN pg_catalog.pg_type t ON t.oid = e.element
    JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
    WHERE d.typtype = 'd'
    UNION
    SELECT 'type', r.rngtypid, 'convert', s.nspname::text, t.typname::text
    FROM pg_catalog.pg_range r JOIN types e ON e.oid = r.rngsubtype
    JOIN pg_catalog.pg_type t ON t.oid = e.element
    JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
    UNION
    SELECT 'type', c.reltype, 'convert', s.nspname::text, t.typname::text
    FROM pg_catalog.pg_attribute a JOIN types e ON e.oid = a.atttypid
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.reltype <> 0
    JOIN pg_catalog.pg_type t ON t.oid = e.element AND t.typtype <> 'e'
    JOIN pg_catalog.pg_namespace s ON s.oid = t.typnamespace
    WHERE a.attnum > 0 AND NOT a.attisdropped
), all_uses AS (
    SELECT * FROM uses
    UNION ALL
    -- Arrays and multiranges are types with names of their own.
    SELECT 'type', t.oid, 'convert', s.nspname::text, e.typname::text
    FROM (SELECT DISTINCT u.oid FROM uses u WHERE u.kind = 'type') AS u
    JOIN pg_catalog.pg_type e ON e.oid = u.oid
    JOIN pg_catalog.pg_namespace s ON s.oid = e.typnamespace
    LEFT JOIN pg_catalog.pg_range r ON r.rngtypid = u.oid
    JOIN pg_catalog.pg_type t ON t.oid IN (e.typarray, (to_jsonb(r) ->> 'rngmultitypid')::oid)
)
SELECT u.kind, coalesce(s.nspname::text, ''),
       coalesce(r.relname, p.proname, t.typname, o.oprname, '')::text,
       coalesce(r.relkind::text, ''), u.how, u.schema, u.name
FROM all_uses u
LEFT JOIN pg_catalog.pg_class r ON u.kind = 'relation' AND r.oid = u.oid
LEFT JOIN pg_catalog.pg_proc p ON u.kind = 'routine' AND p.oid = u.oid
LEFT JOIN pg_catalog.pg_type t ON u.kind = 'type' AND t.oid = u.oid
LEFT JOIN pg_catalog.pg_operator o ON u.kind = 'operator' AND o.oid = u.oid
LEFT JOIN pg_catalog.pg_namespace s
       ON s.oid = coalesce(r.relnamespace, p.pronamespace, t.typnamespace, o.oprnamespace)
