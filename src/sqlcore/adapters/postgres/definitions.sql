-- Statements that make objects, written from the catalog. Each query gets one OID as $1 and runs
-- with an empty search path, so that every name has its schema.

-- name: without_path
SELECT set_config('search_path', '', true)

-- name: view
SELECT format('CREATE %s %s%s AS%s%s',
              CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'OR REPLACE VIEW' END,
              c.oid::regclass,
              (SELECT ' WITH (' || string_agg(o.option_name || '=' ||
                                              quote_literal(o.option_value), ', ') || ')'
               FROM pg_options_to_table(c.reloptions) AS o),
              E'\n',
              CASE WHEN c.relkind = 'm' AND NOT c.relispopulated
                   THEN rtrim(pg_get_viewdef(c.oid, true), ';') || E'\n  WITH NO DATA;'
                   ELSE pg_get_viewdef(c.oid, true) END)
FROM pg_catalog.pg_class c WHERE c.oid = $1::oid

-- name: routine
-- Aggregates have no such text; a parameter of theirs that has its default is left out.
SELECT CASE WHEN p.prokind <> 'a' THEN pg_get_functiondef(p.oid) ELSE (
    SELECT format(E'CREATE AGGREGATE %s.%I(%s) (\n    %s\n)', p.pronamespace::regnamespace,
                  p.proname, pg_get_function_arguments(p.oid), concat_ws(E',\n    ',
        'SFUNC = ' || a.aggtransfn::regproc, 'STYPE = ' || format_type(a.aggtranstype, -1),
        'SSPACE = ' || nullif(a.aggtransspace, 0),
        'FINALFUNC = ' || nullif(a.aggfinalfn::text, '-'),
        CASE WHEN a.aggfinalextra THEN 'FINALFUNC_EXTRA' END,
        CASE WHEN a.aggfinalfn <> 0 AND a.aggfinalmodify
                  <> CASE WHEN a.aggkind = 'n' THEN 'r'::"char" ELSE 'w' END
             THEN 'FINALFUNC_MODIFY = ' || CASE a.aggfinalmodify
                  WHEN 'r' THEN 'READ_ONLY' WHEN 's' THEN 'SHAREABLE' ELSE 'READ_WRITE' END END,
        'COMBINEFUNC = ' || nullif(a.aggcombinefn::text, '-'),
        'SERIALFUNC = ' || nullif(a.aggserialfn::text, '-'),
        'DESERIALFUNC = ' || nullif(a.aggdeserialfn::text, '-'),
        'INITCOND = ' || quote_literal(a.agginitval),
        'MSFUNC = ' || nullif(a.aggmtransfn::text, '-'),
        'MINVFUNC = ' || nullif(a.aggminvtransfn::text, '-'),
        CASE WHEN a.aggmtranstype <> 0 THEN 'MSTYPE = ' || format_type(a.aggmtranstype, -1) END,
        'MSSPACE = ' || nullif(a.aggmtransspace, 0),
        'MFINALFUNC = ' || nullif(a.aggmfinalfn::text, '-'),
        CASE WHEN a.aggmfinalextra THEN 'MFINALFUNC_EXTRA' END,
        'MINITCOND = ' || quote_literal(a.aggminitval),
        (SELECT format('SORTOP = OPERATOR(%s.%s)', o.oprnamespace::regnamespace, o.oprname)
         FROM pg_catalog.pg_operator o WHERE o.oid = a.aggsortop),
        CASE p.proparallel WHEN 's' THEN 'PARALLEL = SAFE'
                           WHEN 'r' THEN 'PARALLEL = RESTRICTED' END,
        CASE WHEN a.aggkind = 'h' THEN 'HYPOTHETICAL' END))
    FROM pg_catalog.pg_aggregate a WHERE a.aggfnoid = p.oid) END
FROM pg_catalog.pg_proc p WHERE p.oid = $1::oid

-- name: trigger
SELECT concat(pg_get_triggerdef(t.oid, true), ';',
              format(CASE t.tgenabled WHEN 'D' THEN E'\nALTER TABLE %s DISABLE TRIGGER %I;'
                                      WHEN 'R' THEN E'\nALTER TABLE %s ENABLE REPLICA TRIGGER %I;'
                                      WHEN 'A' THEN E'\nALTER TABLE %s ENABLE ALWAYS TRIGGER %I;'
                     END, t.tgrelid::regclass, t.tgname))
FROM pg_catalog.pg_trigger t WHERE t.oid = $1::oid

-- name: index
SELECT pg_get_indexdef($1::oid) || ';'

-- name: constraint
-- The options of its index are no part of what the server writes.
SELECT format('ALTER TABLE %s ADD CONSTRAINT %I %s;', c.conrelid::regclass, c.conname,
              pg_get_constraintdef(c.oid))
       || CASE WHEN c.contype IN ('p', 'u', 'x') THEN coalesce((
           SELECT format(E'\nALTER INDEX %s SET (%s);', i.oid::regclass,
                         string_agg(format('%s=%L', o.option_name, o.option_value), ', '))
           FROM pg_catalog.pg_class i, pg_options_to_table(i.reloptions) AS o
           WHERE i.oid = c.conindid GROUP BY i.oid), '') ELSE '' END
FROM pg_catalog.pg_constraint c WHERE c.oid = $1::oid

-- name: sequence
SELECT format('CREATE %sSEQUENCE %s AS %s INCREMENT BY %s MINVALUE %s MAXVALUE %s START WITH %s'
              ' CACHE %s%s;', CASE c.relpersistence WHEN 'u' THEN 'UNLOGGED ' END, c.oid::regclass,
              format_type(s.seqtypid, -1), s.seqincrement, s.seqmin, s.seqmax, s.seqstart,
              s.seqcache, CASE WHEN s.seqcycle THEN ' CYCLE' END)
       || coalesce((
           SELECT format(E'\nALTER SEQUENCE %s OWNED BY %s.%I;', c.oid::regclass,
                         d.refobjid::regclass, a.attname)
           FROM pg_catalog.pg_depend d
           JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
           WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid
             AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.deptype = 'a'), '')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_sequence s ON s.seqrelid = c.oid
WHERE c.oid = $1::oid

-- name: type
-- A base type is made by functions of the server's own language: NULL.
SELECT CASE t.typtype
    WHEN 'e' THEN format(E'CREATE TYPE %s AS ENUM (\n    %s\n);', names.name, (
        SELECT string_agg(quote_literal(e.enumlabel), E',\n    ' ORDER BY e.enumsortorder)
        FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid))
    WHEN 'c' THEN format(E'CREATE TYPE %s AS (%s);', names.name, (
        SELECT E'\n    ' || string_agg(format('%I %s%s', a.attname,
            format_type(a.atttypid, a.atttypmod), (
                SELECT format(' COLLATE %s', o.oid::regcollation)
                FROM pg_catalog.pg_collation o, pg_catalog.pg_type b
                WHERE o.oid = a.attcollation AND b.oid = a.atttypid
                  AND b.typcollation <> a.attcollation)), E',\n    ' ORDER BY a.attnum) || E'\n'
        FROM pg_catalog.pg_attribute a
        WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped))
    WHEN 'd' THEN concat('CREATE DOMAIN ', names.name, ' AS ',
        format_type(t.typbasetype, t.typtypmod), (
            SELECT format(' COLLATE %s', o.oid::regcollation)
            FROM pg_catalog.pg_collation o, pg_catalog.pg_type b
            WHERE o.oid = t.typcollation AND b.oid = t.typbasetype
              AND b.typcollation <> t.typcollation),
        ' DEFAULT ' || t.typdefault, CASE WHEN t.typnotnull THEN ' NOT NULL' END, (
            SELECT string_agg(format(E'\n    CONSTRAINT %I %s', c.conname,
                                     pg_get_constraintdef(c.oid)), '' ORDER BY c.conname)
            FROM pg_catalog.pg_constraint c WHERE c.contypid = t.oid AND c.contype = 'c'), ';')
    WHEN 'r' THEN (
        SELECT format(E'CREATE TYPE %s AS RANGE (\n    %s\n);', names.name, concat_ws(E',\n    ',
            'SUBTYPE = ' || format_type(r.rngsubtype, -1),
            (SELECT format('SUBTYPE_OPCLASS = %s.%I', o.opcnamespace::regnamespace, o.opcname)
             FROM pg_catalog.pg_opclass o WHERE o.oid = r.rngsubopc AND NOT o.opcdefault),
            (SELECT format('COLLATION = %s', o.oid::regcollation)
             FROM pg_catalog.pg_collation o, pg_catalog.pg_type b
             WHERE o.oid = r.rngcollation AND b.oid = r.rngsubtype
               AND b.typcollation <> r.rngcollation),
            'CANONICAL = ' || nullif(r.rngcanonical::text, '-'),
            'SUBTYPE_DIFF = ' || nullif(r.rngsubdiff::text, '-')))
        FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid)
    END
FROM pg_catalog.pg_type t
CROSS JOIN LATERAL (
    SELECT format('%s.%I', t.typnamespace::regnamespace, t.typname)) AS names (name)
WHERE t.oid = $1::oid

-- name: table
-- Rows of a part, a place in it and a text: `before` and `after` are statements around the
-- CREATE TABLE, whose `head`, `element`s and `tail` the others are. A partition is made whole and
-- attached, so that its own indexes keep their names. What the parents of inheritance bring is
-- left to them. Generated columns that are not stored, and names of NOT NULL, came with version 18.
-- Values of options of foreign tables are shown unless their name speaks of a secret.
WITH target AS (
    SELECT c.*, c.oid::regclass::text AS shown, c.relispartition OR NOT EXISTS (
               SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS is_whole
    FROM pg_catalog.pg_class c WHERE c.oid = $1::oid
), named AS (
    SELECT c.*, format('CONSTRAINT %I %s', c.conname, pg_get_constraintdef(c.oid)) AS text
    FROM pg_catalog.pg_constraint c WHERE c.conrelid = $1::oid
), serials AS (
    SELECT s.*, d.refobjsubid AS attnum, d.deptype, s.seqrelid::regclass::text AS shown,
           concat_ws(' ', 'INCREMENT BY', s.seqincrement, 'MINVALUE', s.seqmin, 'MAXVALUE',
                     s.seqmax, 'START WITH', s.seqstart, 'CACHE', s.seqcache,
                     CASE WHEN s.seqcycle THEN 'CYCLE' END) AS options
    FROM pg_catalog.pg_depend d JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid
    WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = $1::oid
      AND d.classid = 'pg_catalog.pg_class'::regclass AND d.deptype IN ('a', 'i')
), columns AS (
    SELECT a.attnum, a.attname, concat_ws(' ', quote_ident(a.attname),
        format_type(a.atttypid, a.atttypmod),
        (SELECT 'OPTIONS (' || string_agg(format('%I %L', o.option_name, o.option_value), ', ')
                || ')'
         FROM pg_options_to_table(a.attfdwoptions) AS o),
        (SELECT 'COLLATE ' || o.oid::regcollation
         FROM pg_catalog.pg_collation o, pg_catalog.pg_type b
         WHERE o.oid = a.attcollation AND b.oid = a.atttypid AND b.typcollation <> o.oid),
        (SELECT CASE a.attgenerated
                WHEN '' THEN format('DEFAULT %s', pg_get_expr(d.adbin, d.adrelid))
                ELSE format('GENERATED ALWAYS AS (%s) %s', pg_get_expr(d.adbin, d.adrelid),
                            CASE a.attgenerated WHEN 's' THEN 'STORED' ELSE 'VIRTUAL' END) END
         FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum),
        (SELECT format('GENERATED %s AS IDENTITY (SEQUENCE NAME %s %s)',
                       CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END,
                       s.shown, s.options)
         FROM serials s WHERE s.attnum = a.attnum AND s.deptype = 'i' AND a.attidentity <> ''),
        CASE WHEN a.attnotnull THEN coalesce((
            SELECT format('CONSTRAINT %I ', n.conname) FROM named n
            WHERE n.contype = 'n' AND n.conkey = ARRAY[a.attnum]
              AND n.conname <> concat_ws('_', t.relname, a.attname, 'not_null')), '')
            || 'NOT NULL' END) AS text
    FROM target t JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND (t.is_whole OR a.attislocal)
), comments AS NOT MATERIALIZED (
    SELECT d.classoid, d.objoid, d.objsubid, quote_literal(d.description) AS text
    FROM pg_catalog.pg_description d
)
SELECT 'before', 0, format('CREATE SEQUENCE %s AS %s %s', s.shown, format_type(s.seqtypid, -1),
                           s.options)
FROM serials s WHERE s.deptype = 'a'
UNION ALL
SELECT 'head', 0, concat('CREATE ', CASE WHEN t.relkind = 'f' THEN 'FOREIGN '
                                         WHEN t.relpersistence = 'u' THEN 'UNLOGGED ' END,
                         'TABLE ', t.shown)
FROM target t
UNION ALL
SELECT 'element', c.attnum::int, c.text FROM columns c
UNION ALL
SELECT 'element', 2000 + row_number() OVER (ORDER BY n.contype = 'f', n.contype <> 'p', n.conname)::int,
       n.text
FROM named n, target t
WHERE n.contype IN ('c', 'p', 'u', 'x', 'f') AND NOT (n.contype = 'f' AND n.conparentid <> 0)
  AND (t.is_whole OR n.conislocal) AND n.convalidated
UNION ALL
SELECT 'tail', 0, format('INHERITS (%s)', string_agg(i.inhparent::regclass::text, ', '
                                                     ORDER BY i.inhseqno))
FROM target t JOIN pg_catalog.pg_inherits i ON i.inhrelid = t.oid
WHERE NOT t.is_whole HAVING count(*) > 0
UNION ALL
SELECT 'tail', 1, 'PARTITION BY ' || pg_get_partkeydef(t.oid) FROM target t WHERE t.relkind = 'p'
UNION ALL
SELECT 'tail', 2, format('WITH (%s)', string_agg(format('%s=%L', o.option_name, o.option_value),
                                                 ', '))
FROM target t, pg_options_to_table(t.reloptions) AS o HAVING count(*) > 0
UNION ALL
SELECT 'tail', 3, format('SERVER %I%s', s.srvname, (
           SELECT ' OPTIONS (' || string_agg(format('%I %L', o.option_name, CASE
               WHEN o.option_name ~* 'pass|secret|token|credential|key' THEN '***'
               ELSE o.option_value END), ', ') || ')'
           FROM pg_options_to_table(f.ftoptions) AS o))
FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
WHERE f.ftrelid = $1::oid
UNION ALL
SELECT 'after', 0, format('ALTER SEQUENCE %s OWNED BY %s.%I', s.shown, t.shown, c.attname)
FROM target t, serials s JOIN columns c ON c.attnum = s.attnum WHERE s.deptype = 'a'
UNION ALL
SELECT 'after', 1, format('ALTER TABLE %s ADD %s', t.shown, n.text)
FROM target t, named n
WHERE n.contype IN ('c', 'f') AND NOT n.convalidated AND n.conparentid = 0
  AND (t.is_whole OR n.conislocal)
UNION ALL
SELECT 'after', 2, pg_get_indexdef(i.indexrelid)
FROM pg_catalog.pg_index i
WHERE i.indrelid = $1::oid
  AND NOT EXISTS (SELECT FROM named n WHERE n.conindid = i.indexrelid
                  AND n.contype IN ('p', 'u', 'x'))
UNION ALL
SELECT 'after', 2, format('ALTER INDEX %s SET (%s)', i.oid::regclass,
                          string_agg(format('%s=%L', o.option_name, o.option_value), ', '))
FROM named n
JOIN pg_catalog.pg_class i ON i.oid = n.conindid
CROSS JOIN LATERAL pg_options_to_table(i.reloptions) AS o
WHERE n.contype IN ('p', 'u', 'x')
GROUP BY i.oid
UNION ALL
SELECT 'after', 3, format('ALTER TABLE %s ATTACH PARTITION %s %s', i.inhparent::regclass, t.shown,
                          pg_get_expr(t.relpartbound, t.oid))
FROM target t JOIN pg_catalog.pg_inherits i ON i.inhrelid = t.oid WHERE t.relispartition
UNION ALL
SELECT 'after', 4, pg_get_statisticsobjdef(s.oid)
FROM pg_catalog.pg_statistic_ext s WHERE s.stxrelid = $1::oid
UNION ALL
SELECT 'after', 5, pg_get_triggerdef(g.oid, true)
FROM pg_catalog.pg_trigger g
WHERE g.tgrelid = $1::oid AND NOT g.tgisinternal AND g.tgparentid = 0
UNION ALL
SELECT 'after', 6, format('ALTER TABLE %s %s TRIGGER %I', t.shown, CASE g.tgenabled
           WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE ALWAYS' END,
           g.tgname)
FROM target t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid
WHERE NOT g.tgisinternal AND g.tgparentid = 0 AND g.tgenabled <> 'O'
UNION ALL
SELECT 'after', 7, rtrim(pg_get_ruledef(r.oid), ';')
FROM pg_catalog.pg_rewrite r WHERE r.ev_class = $1::oid AND r.rulename <> '_RETURN'
UNION ALL
SELECT 'after', 8, concat('ALTER TABLE ', t.shown, ' ', option.text, ' ROW LEVEL SECURITY')
FROM target t
CROSS JOIN LATERAL (SELECT 'ENABLE' WHERE t.relrowsecurity
                    UNION ALL SELECT 'FORCE' WHERE t.relforcerowsecurity) AS option (text)
UNION ALL
SELECT 'after', 9, concat_ws(' ', format('CREATE POLICY %I ON %s', p.polname, t.shown),
           CASE WHEN NOT p.polpermissive THEN 'AS RESTRICTIVE' END,
           'FOR ' || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT'
                                   WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE' ELSE 'ALL' END,
           'TO ' || (SELECT string_agg(CASE WHEN r = 0 THEN 'PUBLIC'
                                            ELSE quote_ident(pg_get_userbyid(r)) END, ', ')
                     FROM unnest(p.polroles) AS r),
           'USING (' || pg_get_expr(p.polqual, p.polrelid) || ')',
           'WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')')
FROM target t JOIN pg_catalog.pg_policy p ON p.polrelid = t.oid
UNION ALL
SELECT 'after', 10, format('COMMENT ON %sTABLE %s IS %s',
                           CASE t.relkind WHEN 'f' THEN 'FOREIGN ' END, t.shown, d.text)
FROM target t JOIN comments d ON d.objoid = t.oid AND d.objsubid = 0
                             AND d.classoid = 'pg_catalog.pg_class'::regclass
UNION ALL
SELECT 'after', 10 + c.attnum, format('COMMENT ON COLUMN %s.%I IS %s', t.shown, c.attname, d.text)
FROM target t, columns c JOIN comments d ON d.objoid = $1::oid AND d.objsubid = c.attnum
                                        AND d.classoid = 'pg_catalog.pg_class'::regclass
UNION ALL
SELECT 'after', 2001, format('COMMENT ON CONSTRAINT %I ON %s IS %s', n.conname, t.shown, d.text)
FROM target t, named n JOIN comments d ON d.objoid = n.oid AND d.objsubid = 0
                                      AND d.classoid = 'pg_catalog.pg_constraint'::regclass
UNION ALL
SELECT 'after', 2002, format('COMMENT ON INDEX %s IS %s', i.indexrelid::regclass, d.text)
FROM pg_catalog.pg_index i JOIN comments d ON d.objoid = i.indexrelid AND d.objsubid = 0
                                          AND d.classoid = 'pg_catalog.pg_class'::regclass
WHERE i.indrelid = $1::oid
UNION ALL
SELECT 'after', 2003, format('COMMENT ON TRIGGER %I ON %s IS %s', g.tgname, t.shown, d.text)
FROM target t JOIN pg_catalog.pg_trigger g ON g.tgrelid = t.oid
JOIN comments d ON d.objoid = g.oid AND d.classoid = 'pg_catalog.pg_trigger'::regclass
WHERE NOT g.tgisinternal
ORDER BY 1, 2, 3
