-- The schema as a whole. SQL Server 2016 and later, Azure SQL, Managed Instance, Babelfish. {views}, {columns} and
-- {objects} are the catalog's views with or without system objects, {shipped} is the condition that leaves these out.
-- On Babelfish modify_date stands still and sys.columns is slow: there xmin says what has changed, and pg_attribute has the
-- columns.

-- name: schema_fingerprint
SELECT CONCAT(DB_NAME(), N';', SCHEMA_NAME(), N';', HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', N'VIEW DEFINITION'), N';',
    (SELECT CONCAT(COUNT_BIG(*), N' ', CONVERT(nvarchar(30), MAX(o.modify_date), 126), N' ',
            SUM(CAST(BINARY_CHECKSUM(o.object_id, o.name, o.schema_id, o.type, o.modify_date) AS bigint)))
        FROM sys.objects AS o WHERE o.is_ms_shipped = 0), N';',
    (SELECT CONCAT(COUNT_BIG(*), N' ', SUM((ABS(c.object_id % 991) + c.column_id % 1021 + 1)
            * CAST(BINARY_CHECKSUM(c.name, c.user_type_id, c.max_length, c.precision, c.scale, c.is_nullable) AS bigint)))
        FROM sys.columns AS c), N';',
    (SELECT CONCAT(COUNT_BIG(*), N' ', SUM(CAST(BINARY_CHECKSUM(f.object_id, f.is_disabled, f.is_not_trusted) AS bigint)))
        FROM sys.foreign_keys AS f), N';',
    (SELECT CONCAT(COUNT_BIG(*), N' ', SUM(CAST(CAST(SUBSTRING(HASHBYTES('SHA2_256', CONCAT(e.class, N' ', e.major_id, N' ',
            e.minor_id, N' ', CAST(e.value AS nvarchar(3800)))), 1, 4) AS int) AS bigint)))
        FROM sys.extended_properties AS e WHERE e.name = N'MS_Description'), N';',
    (SELECT CONCAT(COUNT_BIG(*), N' ', SUM(CAST(BINARY_CHECKSUM(s.schema_id, s.name, s.principal_id) AS bigint)))
        FROM sys.schemas AS s), N';',
    (SELECT CONCAT(COUNT_BIG(*), N' ', SUM(CAST(BINARY_CHECKSUM(t.user_type_id, t.name, t.schema_id) AS bigint)))
        FROM sys.types AS t WHERE t.is_user_defined = 1))

-- name: schema_fingerprint_babelfish
SELECT CONCAT(DB_NAME(), N';', SCHEMA_NAME(), N';',
    (SELECT CONCAT(COUNT(*), N' ', SUM(CAST(CAST(e.xmin AS text) AS bigint)))
        FROM sys.babelfish_namespace_ext AS e WHERE e.dbid = DB_ID()), N';',
    (SELECT CONCAT(COUNT(*), N' ', SUM(CAST(CAST(c.xmin AS text) AS bigint)))
        FROM pg_catalog.pg_class AS c
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN sys.babelfish_namespace_ext AS e ON e.nspname = n.nspname
        WHERE e.dbid = DB_ID()), N';',
    (SELECT CONCAT(COUNT(*), N' ', SUM(CAST(CAST(a.xmin AS text) AS bigint)))
        FROM pg_catalog.pg_attribute AS a
        JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
        JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        JOIN sys.babelfish_namespace_ext AS e ON e.nspname = n.nspname
        WHERE e.dbid = DB_ID() AND a.attnum > 0 AND c.relkind IN ('r', 'v', 'p')), N';',
    (SELECT CONCAT(COUNT(*), N' ', SUM(CAST(CAST(k.xmin AS text) AS bigint)))
        FROM pg_catalog.pg_constraint AS k
        JOIN pg_catalog.pg_namespace AS n ON n.oid = k.connamespace
        JOIN sys.babelfish_namespace_ext AS e ON e.nspname = n.nspname
        WHERE e.dbid = DB_ID()), N';',
    (SELECT CONCAT(COUNT(*), N' ', SUM(CAST(CAST(p.xmin AS text) AS bigint)))
        FROM pg_catalog.pg_proc AS p
        JOIN pg_catalog.pg_namespace AS n ON n.oid = p.pronamespace
        JOIN sys.babelfish_namespace_ext AS e ON e.nspname = n.nspname
        WHERE e.dbid = DB_ID()), N';',
    (SELECT CONCAT(COUNT(*), N' ', SUM(CAST(CHECKSUM(CONCAT(x.class, N' ', x.major_id, N' ', x.minor_id, N' ',
            CAST(x.value AS nvarchar(3800)))) AS bigint)))
        FROM sys.extended_properties AS x WHERE x.name = N'MS_Description'))

-- name: schema_context
SELECT DB_NAME(), SCHEMA_NAME(), HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', N'VIEW DEFINITION')

-- name: schema_schemas
SELECT s.schema_id, s.name, p.name
FROM sys.schemas AS s
LEFT JOIN sys.database_principals AS p ON p.principal_id = s.principal_id

-- name: schema_types
SELECT t.user_type_id, t.name, CASE WHEN t.is_user_defined = 1 THEN SCHEMA_NAME(t.schema_id) END
FROM sys.types AS t

-- name: schema_tables
SELECT t.object_id, t.schema_id, t.name, CASE WHEN t.is_external = 1 THEN 'ET' ELSE 'U' END
FROM sys.tables AS t
WHERE {shipped}
UNION ALL
SELECT t.object_id, t.schema_id, t.name, 'V'
FROM sys.{views} AS t
WHERE {shipped}

-- name: schema_columns
SELECT c.object_id, c.column_id, c.name, c.user_type_id, c.max_length, c.precision, c.scale, c.is_nullable
FROM sys.{columns} AS c

-- name: schema_columns_babelfish
SELECT a.attrelid, a.attnum, a.attname, a.atttypid, x.max_length, x.precision, x.scale, CASE WHEN CAST(a.attnotnull AS int) = 1 THEN 0 ELSE 1 END
FROM pg_catalog.pg_attribute AS a
JOIN pg_catalog.pg_class AS c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
JOIN sys.babelfish_namespace_ext AS e ON e.nspname = n.nspname
JOIN (SELECT DISTINCT d.atttypid, d.attlen, d.atttypmod,
        sys.tsql_type_max_length_helper(t.name, d.attlen, d.atttypmod) AS max_length,
        sys.tsql_type_precision_helper(t.name, d.atttypmod) AS precision,
        sys.tsql_type_scale_helper(t.name, d.atttypmod, CAST(0 AS pg_catalog.bool)) AS scale
    FROM (SELECT DISTINCT b.atttypid, b.attlen, b.atttypmod FROM pg_catalog.pg_attribute AS b) AS d
    JOIN sys.types AS t ON t.user_type_id = d.atttypid) AS x
    ON x.atttypid = a.atttypid AND x.attlen = a.attlen AND x.atttypmod = a.atttypmod
WHERE e.dbid = DB_ID() AND a.attnum > 0 AND c.relkind IN ('r', 'v', 'p')

-- name: schema_keys
SELECT i.object_id, i.index_id, i.is_primary_key, k.key_ordinal, k.column_id
FROM sys.indexes AS i
JOIN sys.index_columns AS k ON k.object_id = i.object_id AND k.index_id = i.index_id
WHERE (i.is_primary_key = 1 OR i.is_unique_constraint = 1) AND k.key_ordinal > 0

-- name: schema_foreign_keys
SELECT f.object_id, f.name, f.parent_object_id, f.referenced_object_id, f.delete_referential_action_desc,
    f.update_referential_action_desc, f.is_disabled, f.is_not_trusted
FROM sys.foreign_keys AS f

-- name: schema_foreign_key_columns
SELECT k.constraint_object_id, k.constraint_column_id, k.parent_column_id, k.referenced_column_id
FROM sys.foreign_key_columns AS k

-- name: schema_routines
SELECT t.object_id, t.schema_id, t.name, t.type
FROM sys.{objects} AS t
WHERE t.type IN ('P', 'PC', 'X', 'FN', 'FS', 'IF', 'TF', 'FT', 'AF') AND {shipped}

-- name: schema_parameters
SELECT p.object_id, p.parameter_id, p.name, p.user_type_id, p.max_length, p.precision, p.scale, p.is_output
FROM sys.all_parameters AS p
JOIN sys.{objects} AS t ON t.object_id = p.object_id
WHERE p.parameter_id > 0 AND t.type IN ('P', 'PC', 'X', 'FN', 'FS', 'IF', 'TF', 'FT', 'AF') AND {shipped}

-- name: schema_comments
SELECT e.class, e.major_id, e.minor_id, CAST(e.value AS nvarchar(4000))
FROM sys.extended_properties AS e
WHERE e.class IN (1, 3) AND e.name = N'MS_Description'

-- name: schema_rows
SELECT p.object_id, SUM(CAST(p.rows AS bigint))
FROM sys.partitions AS p
WHERE p.index_id IN (0, 1)
GROUP BY p.object_id

-- name: schema_sizes
SELECT p.object_id, SUM(a.total_pages) * 8192
FROM sys.partitions AS p
JOIN sys.allocation_units AS a
    ON a.container_id = CASE WHEN a.type IN (1, 3) THEN p.hobt_id ELSE p.partition_id END
WHERE p.index_id IN (0, 1)
GROUP BY p.object_id
