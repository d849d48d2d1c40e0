-- What the server is, what it has, and what the login may do. All of it in one round trip; what a
-- relative of PostgreSQL lacks is left out, query by query.

-- name: server
-- Catalogs that a service locks away are not asked; what may not be seen is NULL.
SELECT current_setting('server_version'), version(), current_database()::text,
       current_user::text,
       (SELECT s.ssl FROM pg_catalog.pg_stat_ssl s WHERE s.pid = pg_backend_pid())

-- name: database
-- The columns of the locale's provider came with 15 and were renamed in 17.
SELECT pg_encoding_to_char(d.encoding)::text,
       coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale', d.datcollate::text),
       to_jsonb(d) ->> 'datlocprovider',
       pg_has_role(d.datdba, 'USAGE'), has_database_privilege(d.oid, 'CONNECT'),
       has_database_privilege(d.oid, 'CREATE'), has_database_privilege(d.oid, 'TEMP')
FROM pg_catalog.pg_database d
WHERE d.datname = current_database()

-- name: databases
SELECT d.datname::text, d.datistemplate
FROM pg_catalog.pg_database d
ORDER BY d.datname

-- name: settings
-- $1 names. Those of services and of modules are asked for by their first part: they are there
-- only where the module is loaded. `reset_val` is without what the transaction around this sets.
SELECT s.name, s.reset_val
FROM pg_catalog.pg_settings s
WHERE s.name = ANY ($1::text[])
   OR s.name ~ '^(rds|azure|cloudsql|alloydb|neon|cron|timescaledb|auto_explain|pg_stat_statements)\.'

-- name: extensions
SELECT coalesce(a.name, e.extname)::text, coalesce(e.extversion, a.default_version),
       e.oid IS NOT NULL
FROM pg_catalog.pg_available_extensions a
FULL JOIN pg_catalog.pg_extension e ON e.extname = a.name
ORDER BY 1

-- name: words
-- $1 names of keywords and functions of the server's own, and all access methods.
SELECT word FROM pg_get_keywords() WHERE word = ANY ($1::text[])
UNION
SELECT p.proname::text FROM pg_catalog.pg_proc p
WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.proname = ANY ($1::name[])
UNION
SELECT a.amname::text FROM pg_catalog.pg_am a

-- name: state
-- The collation `unicode` is there without ICU too.
SELECT pg_is_in_recovery(),
       EXISTS (SELECT FROM pg_catalog.pg_collation c
               WHERE c.collprovider = 'i' AND c.collname <> 'unicode'
                 AND c.collnamespace = 'pg_catalog'::regnamespace),
       (SELECT has_table_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE')
        FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname = 'pg_stat_statements' AND c.relkind = 'v' LIMIT 1),
       ARRAY(SELECT w.fdwname::text FROM pg_catalog.pg_foreign_data_wrapper w ORDER BY 1)

-- name: roles
SELECT r.rolname::text, r.rolname = current_user, r.rolsuper, r.rolcreatedb, r.rolcreaterole,
       r.rolreplication, r.rolbypassrls
FROM pg_catalog.pg_roles r
WHERE pg_has_role(r.oid, 'MEMBER')
ORDER BY r.rolname

-- name: signs
-- $1 names of roles, schemas and functions that only one service has.
SELECT r.rolname::text FROM pg_catalog.pg_roles r WHERE r.rolname = ANY ($1::name[])
UNION
SELECT n.nspname::text FROM pg_catalog.pg_namespace n WHERE n.nspname = ANY ($1::name[])
UNION
SELECT p.proname::text FROM pg_catalog.pg_proc p WHERE p.proname = ANY ($1::name[])

-- name: schemas
SELECT n.nspname::text, has_schema_privilege(n.oid, 'USAGE'), has_schema_privilege(n.oid, 'CREATE')
FROM pg_catalog.pg_namespace n
WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
ORDER BY n.nspname

-- name: privileges
-- What the login could do if it tried everything: RESET ROLE, SET ROLE to any role that it is a
-- member of, and what PUBLIC may do. `acting` are the roles whose rights it does not have already.
WITH roles AS (
    SELECT r.* FROM pg_catalog.pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
), acting AS (
    SELECT r.oid FROM roles r
    WHERE r.rolname = session_user OR NOT pg_has_role(session_user, r.oid, 'USAGE')
), schemas AS (
    SELECT n.oid, n.nspname FROM pg_catalog.pg_namespace n
    WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
)
SELECT (SELECT bool_or(r.rolsuper) FROM roles r),
       (SELECT string_agg(r.rolname, ', ' ORDER BY r.rolname) FROM roles r
        WHERE r.rolname IN ('rds_superuser', 'azure_pg_admin', 'azuresu', 'cloudsqlsuperuser',
                            'alloydbsuperuser', 'neon_superuser', 'pg_read_server_files',
                            'pg_write_server_files', 'pg_execute_server_program')),
       (SELECT string_agg(r.rolname, ', ' ORDER BY r.rolname) FROM roles r
        WHERE r.rolname IN ('pg_write_all_data', 'pg_maintain', 'pg_signal_backend',
                            'pg_checkpoint', 'pg_create_subscription', 'pg_database_owner',
                            'pg_signal_autovacuum_worker')),
       (SELECT string_agg(DISTINCT p.proname::text, ', ') FROM pg_catalog.pg_proc p
        WHERE p.proname IN ('pg_read_file', 'pg_read_binary_file', 'pg_ls_dir', 'lo_import',
                            'lo_export')
          AND p.pronamespace = 'pg_catalog'::regnamespace
          AND EXISTS (SELECT FROM acting a WHERE has_function_privilege(a.oid, p.oid, 'EXECUTE'))),
       (SELECT bool_or(r.rolcreaterole) FROM roles r),
       (SELECT bool_or(r.rolcreatedb) FROM roles r),
       (SELECT bool_or(r.rolreplication) FROM roles r),
       (SELECT bool_or(r.rolbypassrls) FROM roles r),
       (SELECT bool_or(has_database_privilege(a.oid, current_database(), 'CREATE'))
        FROM acting a),
       (SELECT bool_or(has_database_privilege(a.oid, current_database(), 'TEMP')) FROM acting a),
       (SELECT s.nspname::text FROM schemas s, acting a
        WHERE has_schema_privilege(a.oid, s.oid, 'CREATE') LIMIT 1),
       (SELECT s.nspname || '.' || c.relname FROM pg_catalog.pg_class c
        JOIN roles r ON r.oid = c.relowner
        JOIN schemas s ON s.oid = c.relnamespace LIMIT 1),
       (SELECT s.nspname || '.' || c.relname FROM pg_catalog.pg_class c
        JOIN schemas s ON s.oid = c.relnamespace CROSS JOIN acting a
        WHERE c.relkind IN ('r', 'p', 'v', 'f', 'm')
          AND has_schema_privilege(a.oid, s.oid, 'USAGE')
          AND has_table_privilege(a.oid, c.oid, 'INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER')
        LIMIT 1),
       (SELECT s.nspname || '.' || c.relname || '.' || t.attname
        FROM pg_catalog.pg_attribute t
        JOIN pg_catalog.pg_class c ON c.oid = t.attrelid
        JOIN schemas s ON s.oid = c.relnamespace CROSS JOIN acting a
        WHERE t.attacl IS NOT NULL AND NOT t.attisdropped
          AND has_schema_privilege(a.oid, s.oid, 'USAGE')
          AND has_column_privilege(a.oid, c.oid, t.attnum, 'INSERT, UPDATE')
        LIMIT 1),
       (SELECT s.nspname || '.' || c.relname FROM pg_catalog.pg_class c
        JOIN schemas s ON s.oid = c.relnamespace CROSS JOIN acting a
        WHERE c.relkind = 'S' AND has_schema_privilege(a.oid, s.oid, 'USAGE')
          AND has_sequence_privilege(a.oid, c.oid, 'USAGE, UPDATE')
        LIMIT 1),
       (SELECT s.nspname || '.' || p.proname FROM pg_catalog.pg_proc p
        JOIN schemas s ON s.oid = p.pronamespace CROSS JOIN acting a
        WHERE p.prosecdef AND has_schema_privilege(a.oid, s.oid, 'USAGE')
          AND has_function_privilege(a.oid, p.oid, 'EXECUTE')
          AND NOT EXISTS (SELECT FROM roles r WHERE r.oid = p.proowner)
        LIMIT 1),
       pg_is_in_recovery(),
       current_setting('default_transaction_read_only')::boolean
