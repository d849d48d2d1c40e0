-- Catalog and probing. SQL Server 2016 and later, Azure SQL, Managed Instance, Babelfish.
-- {ids} is a list of object ids, {names} a list of constants, {objects}, {columns} and {modules} the
-- views with or without system objects. Each query returns one result set; what a server lacks is left out.

-- name: databases
SELECT d.name, HAS_DBACCESS(d.name), d.collation_name
FROM sys.databases AS d
ORDER BY d.name

-- name: database_sizes
SELECT DB_NAME(f.database_id), SUM(CAST(f.size AS bigint)) * 8192
FROM sys.master_files AS f
GROUP BY f.database_id

-- name: own_database_size
SELECT DB_NAME(), SUM(CAST(f.size AS bigint)) * 8192
FROM sys.database_files AS f

-- name: own_database
SELECT DB_NAME()

-- name: tables_total
SELECT COUNT(*)
FROM sys.{objects} AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE ((o.type = 'U' AND @has_tables = 1) OR (o.type = 'V' AND @has_views = 1) OR (o.type = 'ET' AND @has_external = 1))
    AND (@include_system = 1 OR (o.is_ms_shipped = 0 AND s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'information_schema_tsql')))
    AND (@schema IS NULL OR s.name = @schema)
    AND (@pattern IS NULL OR LOWER(o.name) LIKE @pattern)

-- name: tables_page
SELECT TOP (@limit) s.name AS schema_name, o.name, o.type, o.object_id
FROM sys.{objects} AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE ((o.type = 'U' AND @has_tables = 1) OR (o.type = 'V' AND @has_views = 1) OR (o.type = 'ET' AND @has_external = 1))
    AND (@include_system = 1 OR (o.is_ms_shipped = 0 AND s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'information_schema_tsql')))
    AND (@schema IS NULL OR s.name = @schema)
    AND (@pattern IS NULL OR LOWER(o.name) LIKE @pattern)
    AND (@after_schema IS NULL OR s.name > @after_schema OR (s.name = @after_schema AND o.name > @after_name))
ORDER BY s.name, o.name

-- name: find
SELECT COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys') AS schema_name, o.name, o.type, o.object_id, SCHEMA_NAME() AS own_schema,
    o.is_ms_shipped, n.base_object_name
FROM sys.{objects} AS o
LEFT JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.synonyms AS n ON n.object_id = o.object_id
WHERE o.type IN ('U', 'V', 'ET', 'SN') AND LOWER(o.name) = LOWER(@name)
    AND (@schema IS NULL OR LOWER(COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys')) = LOWER(@schema))

-- name: resolve
SELECT COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys') AS schema_name, o.name, o.type, o.object_id
FROM sys.{objects} AS o
LEFT JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type IN ('U', 'V', 'ET') AND o.name IN ({names})

-- name: column_counts
SELECT c.object_id, COUNT(*)
FROM sys.{columns} AS c
WHERE c.object_id IN ({ids})
GROUP BY c.object_id

-- name: table_comments
SELECT e.major_id, CAST(e.value AS nvarchar(4000))
FROM sys.extended_properties AS e
WHERE e.class = 1 AND e.minor_id = 0 AND e.name = N'MS_Description' AND e.major_id IN ({ids})

-- name: column_comments
SELECT e.major_id, e.minor_id, CAST(e.value AS nvarchar(4000))
FROM sys.extended_properties AS e
WHERE e.class = 1 AND e.minor_id > 0 AND e.name = N'MS_Description' AND e.major_id IN ({ids})

-- name: facts_context
SELECT DB_NAME(), SCHEMA_NAME()

-- name: facts_modules
SELECT s.name AS schema_name, o.name, RTRIM(o.type), o.object_id, m.definition
FROM sys.objects AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.sql_modules AS m ON m.object_id = o.object_id
WHERE o.type IN ('FN', 'IF', 'TF', 'FS', 'FT', 'AF', 'V') AND o.is_ms_shipped = 0

-- name: facts_assemblies
SELECT m.object_id, a.permission_set_desc
FROM sys.assembly_modules AS m
JOIN sys.assemblies AS a ON a.assembly_id = m.assembly_id

-- name: facts_synonyms
SELECT s.name AS schema_name, n.name, n.base_object_name
FROM sys.synonyms AS n
JOIN sys.schemas AS s ON s.schema_id = n.schema_id

-- name: facts_computed
SELECT s.name AS schema_name, o.name, c.definition
FROM sys.computed_columns AS c
JOIN sys.objects AS o ON o.object_id = c.object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type = 'U' AND c.definition IS NOT NULL

-- name: facts_policies
SELECT s.name AS schema_name, o.name, p.predicate_definition
FROM sys.security_predicates AS p
JOIN sys.security_policies AS y ON y.object_id = p.object_id
JOIN sys.objects AS o ON o.object_id = p.target_object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE y.is_enabled = 1 AND p.predicate_definition IS NOT NULL

-- name: facts_triggers
SELECT DISTINCT s.name AS schema_name, o.name
FROM sys.triggers AS t
JOIN sys.objects AS o ON o.object_id = t.parent_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE t.is_disabled = 0

-- name: facts_cascades
SELECT SCHEMA_NAME(r.schema_id) AS referenced_schema, r.name AS referenced, SCHEMA_NAME(p.schema_id) AS schema_name, p.name
FROM sys.foreign_keys AS f
JOIN sys.objects AS p ON p.object_id = f.parent_object_id
JOIN sys.objects AS r ON r.object_id = f.referenced_object_id
WHERE f.delete_referential_action <> 0 OR f.update_referential_action <> 0

-- name: facts_elsewhere
SELECT d.name AS database_name, e.orig_name, c.relname
FROM pg_catalog.pg_class AS c
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN sys.babelfish_namespace_ext AS e ON e.nspname = n.nspname
JOIN sys.babelfish_sysdatabases AS d ON d.dbid = e.dbid
WHERE c.relkind = 'v' AND d.name <> DB_NAME() AND c.relname <> 'sysdatabases' AND c.relname NOT LIKE 'syspolicy%'

-- name: activity_request
SELECT r.command, r.status, r.wait_type, CAST(r.percent_complete AS float)
FROM sys.dm_exec_requests AS r
WHERE r.session_id = @session AND r.database_id = DB_ID()

-- name: activity_session
SELECT s.status
FROM sys.dm_exec_sessions AS s
WHERE s.session_id = @session AND s.database_id = DB_ID()

-- name: routines_page
SELECT TOP (@limit) s.name AS schema_name, o.name, o.type, o.object_id
FROM sys.all_objects AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE ((o.type IN ('P', 'PC') AND @has_procedures = 1) OR (o.type IN ('FN', 'FS') AND @has_functions = 1)
        OR (o.type IN ('IF', 'TF', 'FT') AND @has_table_functions = 1))
    AND o.is_ms_shipped = 0 AND s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'information_schema_tsql')
    AND (@schema IS NULL OR s.name = @schema)
    AND (@pattern IS NULL OR LOWER(o.name) LIKE @pattern)
    AND (@after_schema IS NULL OR s.name > @after_schema OR (s.name = @after_schema AND o.name > @after_name))
ORDER BY s.name, o.name

-- name: routine_find
SELECT COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys') AS schema_name, o.name, o.type, o.object_id,
    SCHEMA_NAME() AS own_schema, o.is_ms_shipped
FROM {db}sys.all_objects AS o
LEFT JOIN {db}sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type IN ('P', 'PC', 'X', 'RF', 'FN', 'FS', 'IF', 'TF', 'FT', 'SN') AND LOWER(o.name) = LOWER(@name)
    AND (@schema IS NULL OR LOWER(COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys')) = LOWER(@schema))

-- name: routine_synonyms
SELECT n.object_id, n.base_object_name
FROM {db}sys.synonyms AS n
WHERE LOWER(n.name) = LOWER(@name)

-- name: routine_all_parameters
SELECT p.object_id, p.parameter_id, p.name, p.user_type_id, t.name AS type_name, b.name AS base_name,
    CASE WHEN t.is_user_defined = 1 THEN ts.name END AS type_schema, t.is_table_type, p.max_length, p.precision, p.scale,
    p.is_output, p.is_cursor_ref, p.has_default_value, CAST(p.default_value AS nvarchar(4000)) AS default_text
FROM {db}sys.all_parameters AS p
LEFT JOIN {db}sys.types AS t ON t.user_type_id = p.user_type_id
LEFT JOIN {db}sys.schemas AS ts ON ts.schema_id = t.schema_id
LEFT JOIN {db}sys.types AS b ON b.user_type_id = t.system_type_id
WHERE p.object_id IN ({ids})
ORDER BY p.object_id, p.parameter_id

-- name: routine_table_types
SELECT y.user_type_id, y.type_table_object_id
FROM {db}sys.table_types AS y

-- name: routine_columns
SELECT c.object_id, c.name, t.name AS type_name, b.name AS base_name,
    CASE WHEN t.is_user_defined = 1 THEN ts.name END AS type_schema, c.max_length, c.precision, c.scale, c.is_nullable,
    CASE WHEN c.is_identity = 1 OR c.is_computed = 1 OR t.name = 'timestamp' THEN 1 ELSE 0 END
FROM {db}sys.all_columns AS c
JOIN {db}sys.types AS t ON t.user_type_id = c.user_type_id
LEFT JOIN {db}sys.schemas AS ts ON ts.schema_id = t.schema_id
LEFT JOIN {db}sys.types AS b ON b.user_type_id = t.system_type_id
WHERE c.object_id IN ({ids})
ORDER BY c.object_id, c.column_id

-- name: routine_texts
SELECT m.object_id, m.definition
FROM {db}sys.all_sql_modules AS m
WHERE m.object_id IN ({ids})

-- name: routine_comments
SELECT e.major_id, CASE WHEN e.class = 1 THEN 0 ELSE e.minor_id END, CAST(e.value AS nvarchar(4000))
FROM {db}sys.extended_properties AS e
WHERE e.name = N'MS_Description' AND e.major_id IN ({ids}) AND ((e.class = 1 AND e.minor_id = 0) OR e.class = 2)

-- name: routine_definition
SELECT m.definition
FROM {db}sys.all_sql_modules AS m
JOIN {db}sys.all_objects AS o ON o.object_id = m.object_id
JOIN {db}sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.name = @name AND s.name = @schema
