-- Single objects: finding them, what makes them, what they use, what they cost. SQL Server 2016 and later, Azure SQL,
-- Managed Instance, Babelfish, which has no row for its schema sys. {objects} is the view with or without system objects,
-- {ids} the number of one object, {type} that of a type.

-- name: object_find
SELECT COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys'), o.name, RTRIM(o.type), o.object_id,
    OBJECT_SCHEMA_NAME(o.parent_object_id), OBJECT_NAME(o.parent_object_id), SCHEMA_NAME(), o.is_ms_shipped
FROM sys.{objects} AS o
LEFT JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type NOT IN ('TT', 'IT', 'S', 'SQ') AND LOWER(o.name) = LOWER(@name)
    AND (@schema IS NULL OR LOWER(COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys')) = LOWER(@schema))

-- name: object_find_types
SELECT s.name, t.name, t.user_type_id
FROM sys.types AS t
JOIN sys.schemas AS s ON s.schema_id = t.schema_id
WHERE t.is_user_defined = 1 AND LOWER(t.name) = LOWER(@name) AND (@schema IS NULL OR LOWER(s.name) = LOWER(@schema))

-- name: object_find_indexes
SELECT s.name, i.name, i.object_id, o.name
FROM sys.indexes AS i
JOIN sys.objects AS o ON o.object_id = i.object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE i.is_primary_key = 0 AND i.is_unique_constraint = 0 AND i.is_hypothetical = 0 AND o.is_ms_shipped = 0
    AND LOWER(i.name) = LOWER(@name) AND (@schema IS NULL OR LOWER(s.name) = LOWER(@schema))

-- name: object_find_keys
SELECT s.name, k.name, k.object_id, o.name
FROM sys.key_constraints AS k
JOIN sys.objects AS o ON o.object_id = k.parent_object_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.is_ms_shipped = 0 AND LOWER(k.name) = LOWER(@name) AND (@schema IS NULL OR LOWER(s.name) = LOWER(@schema))

-- name: object_find_database_triggers
SELECT t.name, t.object_id
FROM sys.triggers AS t
WHERE t.parent_class = 0 AND @schema IS NULL AND LOWER(t.name) = LOWER(@name)

-- name: object_find_server_triggers
SELECT t.name, t.object_id
FROM sys.server_triggers AS t
WHERE @schema IS NULL AND LOWER(t.name) = LOWER(@name)

-- name: object_text
SELECT m.definition
FROM sys.all_sql_modules AS m
WHERE m.object_id = {ids}

-- name: object_server_trigger_text
SELECT m.definition
FROM sys.server_sql_modules AS m
WHERE m.object_id = {ids}

-- name: object_encrypted
SELECT OBJECTPROPERTY({ids}, 'IsEncrypted')

-- name: object_assembly
SELECT a.name, m.assembly_class, m.assembly_method
FROM sys.assembly_modules AS m
JOIN sys.assemblies AS a ON a.assembly_id = m.assembly_id
WHERE m.object_id = {ids}

-- name: object_default
SELECT c.name, d.definition
FROM sys.default_constraints AS d
JOIN sys.columns AS c ON c.object_id = d.parent_object_id AND c.column_id = d.parent_column_id
WHERE d.object_id = {ids}

-- name: object_sequence
SELECT t.name, CASE WHEN t.is_user_defined = 1 THEN SCHEMA_NAME(t.schema_id) END, q.precision, q.scale,
    CAST(q.start_value AS nvarchar(50)), CAST(q.increment AS nvarchar(50)), CAST(q.minimum_value AS nvarchar(50)),
    CAST(q.maximum_value AS nvarchar(50)), q.is_cycling, q.is_cached, q.cache_size
FROM sys.sequences AS q
JOIN sys.types AS t ON t.user_type_id = q.user_type_id
WHERE q.object_id = {ids}

-- name: object_synonym
SELECT n.base_object_name, OBJECT_ID(n.base_object_name)
FROM sys.synonyms AS n
WHERE n.object_id = {ids}

-- name: object_alias_type
SELECT b.name, t.max_length, t.precision, t.scale, t.is_nullable, t.is_assembly_type
FROM sys.types AS t
LEFT JOIN sys.types AS b ON b.user_type_id = t.system_type_id
WHERE t.user_type_id = {type} AND t.is_table_type = 0

-- name: object_table_type
SELECT y.type_table_object_id
FROM sys.table_types AS y
WHERE y.user_type_id = {type}

-- name: object_own_collation
SELECT CAST(DATABASEPROPERTYEX(DB_NAME(), 'Collation') AS nvarchar(128))

-- name: object_partition_scheme
SELECT ps.name, c.name
FROM sys.indexes AS i
JOIN sys.partition_schemes AS ps ON ps.data_space_id = i.data_space_id
JOIN sys.index_columns AS ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.partition_ordinal > 0
JOIN sys.columns AS c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
WHERE i.index_id IN (0, 1) AND i.object_id = {ids}
ORDER BY ic.partition_ordinal

-- name: object_uses
SELECT x.referencing_type, COL_NAME(x.referencing_id, x.referencing_minor_id), x.referenced_class, x.referenced_server_name,
    x.referenced_database_name, x.referenced_schema_name, x.referenced_entity_name, x.found_id, RTRIM(u.type), SCHEMA_NAME(u.schema_id),
    u.name, OBJECT_SCHEMA_NAME(u.parent_object_id), OBJECT_NAME(u.parent_object_id), COL_NAME(x.referenced_id, x.referenced_minor_id)
FROM (SELECT d.*, RTRIM(r.type) AS referencing_type,
        COALESCE(d.referenced_id, CASE WHEN d.referenced_class = 1 AND d.referenced_server_name IS NULL THEN OBJECT_ID(CONCAT(
            QUOTENAME(d.referenced_database_name) + N'.',
            CASE WHEN d.referenced_schema_name IS NOT NULL OR d.referenced_database_name IS NOT NULL
                THEN COALESCE(QUOTENAME(d.referenced_schema_name), N'') + N'.' END,
            QUOTENAME(d.referenced_entity_name))) END) AS found_id
    FROM sys.sql_expression_dependencies AS d
    LEFT JOIN sys.objects AS r ON r.object_id = d.referencing_id
    WHERE d.referencing_id = {ids} OR (r.parent_object_id = {ids} AND r.type IN ('C', 'D'))) AS x
LEFT JOIN sys.all_objects AS u ON u.object_id = x.found_id AND u.object_id <> {ids} AND x.referenced_class = 1
    AND (x.referenced_database_name IS NULL OR x.referenced_database_name = DB_NAME())
WHERE x.referenced_id IS NULL OR x.referenced_class <> 1 OR x.referenced_id <> {ids}

-- name: object_used_by
SELECT RTRIM(r.type), SCHEMA_NAME(r.schema_id), r.name, OBJECT_SCHEMA_NAME(r.parent_object_id), OBJECT_NAME(r.parent_object_id),
    t.name, d.referencing_minor_id, COL_NAME(d.referenced_id, d.referenced_minor_id)
FROM sys.sql_expression_dependencies AS d
LEFT JOIN sys.objects AS r ON r.object_id = d.referencing_id AND d.referencing_class = 1
LEFT JOIN sys.triggers AS t ON t.object_id = d.referencing_id AND d.referencing_class = 12
WHERE d.referencing_id <> {ids} AND (r.parent_object_id IS NULL OR r.parent_object_id <> {ids} OR r.type = 'TR')
    AND d.referenced_class = 1 AND (d.referenced_id = {ids} OR (d.referenced_id IS NULL AND d.referenced_server_name IS NULL
        AND (d.referenced_database_name IS NULL OR d.referenced_database_name = DB_NAME())
        AND (d.referenced_schema_name IS NULL OR d.referenced_schema_name = @schema) AND d.referenced_entity_name = @name))

-- name: object_referenced_columns
SELECT e.referenced_schema_name, e.referenced_entity_name, e.referenced_minor_name
FROM sys.dm_sql_referenced_entities(@quoted, N'OBJECT') AS e
WHERE e.referenced_database_name IS NULL AND e.referenced_server_name IS NULL AND e.referenced_class = 1

-- name: object_mentioned
SELECT RTRIM(o.type), SCHEMA_NAME(o.schema_id), o.name, m.definition
FROM sys.objects AS o
JOIN sys.sql_modules AS m ON m.object_id = {ids}
WHERE o.object_id <> {ids} AND o.is_ms_shipped = 0 AND o.type IN ('U', 'V', 'ET', 'P', 'PC', 'FN', 'FS', 'IF', 'TF', 'FT', 'AF', 'SO', 'SN')
    AND CHARINDEX(LOWER(o.name), LOWER(m.definition)) > 0

-- name: object_mentioning
SELECT RTRIM(o.type), SCHEMA_NAME(o.schema_id), o.name, OBJECT_SCHEMA_NAME(o.parent_object_id), OBJECT_NAME(o.parent_object_id), m.definition
FROM sys.sql_modules AS m
JOIN sys.objects AS o ON o.object_id = m.object_id
WHERE o.object_id <> {ids} AND o.is_ms_shipped = 0 AND CHARINDEX(LOWER(@name), LOWER(m.definition)) > 0

-- name: object_foreign_keys
SELECT f.object_id, f.parent_object_id, SCHEMA_NAME(p.schema_id), p.name, SCHEMA_NAME(r.schema_id), r.name,
    COL_NAME(k.referenced_object_id, k.referenced_column_id)
FROM sys.foreign_keys AS f
JOIN sys.foreign_key_columns AS k ON k.constraint_object_id = f.object_id
JOIN sys.objects AS p ON p.object_id = f.parent_object_id
JOIN sys.objects AS r ON r.object_id = f.referenced_object_id
WHERE f.parent_object_id = {ids} OR f.referenced_object_id = {ids} OR f.object_id = {ids}
ORDER BY f.object_id, k.constraint_column_id

-- name: object_triggers
SELECT s.name, t.name
FROM sys.triggers AS t
JOIN sys.objects AS o ON o.object_id = t.parent_id
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE t.parent_class = 1 AND t.parent_id = {ids}

-- name: object_synonyms
SELECT s.name, n.name, n.base_object_name, DB_NAME()
FROM sys.synonyms AS n
JOIN sys.schemas AS s ON s.schema_id = n.schema_id

-- name: object_types_used
SELECT SCHEMA_NAME(t.schema_id), t.name
FROM sys.columns AS c
JOIN sys.types AS t ON t.user_type_id = c.user_type_id
WHERE t.is_user_defined = 1 AND c.object_id = {ids}
UNION
SELECT SCHEMA_NAME(t.schema_id), t.name
FROM sys.all_parameters AS p
JOIN sys.types AS t ON t.user_type_id = p.user_type_id
WHERE t.is_user_defined = 1 AND p.object_id = {ids}

-- name: type_used_by
SELECT RTRIM(o.type), SCHEMA_NAME(o.schema_id), o.name
FROM sys.columns AS c
JOIN sys.objects AS o ON o.object_id = c.object_id
WHERE c.user_type_id = {type} AND o.type <> 'TT'
UNION
SELECT RTRIM(o.type), SCHEMA_NAME(o.schema_id), o.name
FROM sys.all_parameters AS p
JOIN sys.objects AS o ON o.object_id = p.object_id
WHERE p.user_type_id = {type}

-- name: usage_table
SELECT o.object_id, COALESCE(s.name, SCHEMA_NAME(o.schema_id), N'sys'), o.name
FROM sys.{objects} AS o
LEFT JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.type IN ('U', 'V', 'ET') AND o.name = @name

-- name: usage_counts
SELECT i.name, u.user_seeks, u.user_scans, u.user_lookups, u.user_updates,
    DATEADD(minute, DATEDIFF(minute, GETDATE(), GETUTCDATE()),
        (SELECT MAX(r.at) FROM (VALUES (u.last_user_seek), (u.last_user_scan), (u.last_user_lookup)) AS r (at)))
FROM sys.dm_db_index_usage_stats AS u
JOIN sys.indexes AS i ON i.object_id = u.object_id AND i.index_id = u.index_id
WHERE u.database_id = DB_ID() AND u.object_id = {ids}

-- name: usage_start
SELECT DATEADD(minute, DATEDIFF(minute, GETDATE(), GETUTCDATE()), o.sqlserver_start_time)
FROM sys.dm_os_sys_info AS o

-- name: usage_index_sizes
SELECT i.name, SUM(a.total_pages) * 8192
FROM sys.indexes AS i
JOIN sys.partitions AS p ON p.object_id = i.object_id AND p.index_id = i.index_id
JOIN sys.allocation_units AS a
    ON a.container_id = CASE WHEN a.type IN (1, 3) THEN p.hobt_id ELSE p.partition_id END
WHERE i.object_id = {ids} AND i.index_id > 0
GROUP BY i.name

-- name: usage_space
SELECT SUM(CASE WHEN x.own = 1 AND x.index_id < 2 THEN x.row_count ELSE 0 END),
    SUM(CASE WHEN x.own = 1 AND x.index_id < 2 THEN x.data_pages ELSE 0 END) * 8192,
    SUM(x.used_page_count) * 8192, SUM(x.reserved_page_count) * 8192
FROM (SELECT 1 AS own, p.index_id, p.row_count, p.used_page_count, p.reserved_page_count,
        p.in_row_data_page_count + p.lob_used_page_count + p.row_overflow_used_page_count AS data_pages
    FROM sys.dm_db_partition_stats AS p
    WHERE p.object_id = {ids}
    UNION ALL
    SELECT 0, p.index_id, p.row_count, p.used_page_count, p.reserved_page_count, 0
    FROM sys.dm_db_partition_stats AS p
    JOIN sys.internal_tables AS n ON n.object_id = p.object_id
    WHERE n.parent_id = {ids} AND n.internal_type IN (202, 204, 207, 211, 212, 213, 214, 215, 216, 221, 222, 236)) AS x

-- name: usage_rows
SELECT SUM(CAST(p.rows AS bigint))
FROM sys.partitions AS p
WHERE p.index_id IN (0, 1) AND p.object_id = {ids}

-- name: usage_allocation
SELECT SUM(CASE WHEN p.index_id IN (0, 1) THEN a.data_pages ELSE 0 END) * 8192, SUM(a.used_pages) * 8192, SUM(a.total_pages) * 8192
FROM sys.partitions AS p
JOIN sys.allocation_units AS a
    ON a.container_id = CASE WHEN a.type IN (1, 3) THEN p.hobt_id ELSE p.partition_id END
WHERE p.object_id = {ids}

-- name: usage_partitions
SELECT p.partition_number, SUM(CASE WHEN p.index_id IN (0, 1) THEN CAST(p.rows AS bigint) ELSE 0 END),
    MAX(CASE WHEN p.index_id IN (0, 1) THEN p.data_compression_desc END)
FROM sys.partitions AS p
WHERE p.object_id = {ids}
GROUP BY p.partition_number

-- name: usage_partition_sizes
SELECT p.partition_number, SUM(a.total_pages) * 8192
FROM sys.partitions AS p
JOIN sys.allocation_units AS a
    ON a.container_id = CASE WHEN a.type IN (1, 3) THEN p.hobt_id ELSE p.partition_id END
WHERE p.object_id = {ids}
GROUP BY p.partition_number

-- name: usage_boundaries
SELECT ps.name, pf.boundary_value_on_right, v.boundary_id, CONVERT(nvarchar(200), v.value, 121)
FROM sys.indexes AS i
JOIN sys.partition_schemes AS ps ON ps.data_space_id = i.data_space_id
JOIN sys.partition_functions AS pf ON pf.function_id = ps.function_id
LEFT JOIN sys.partition_range_values AS v ON v.function_id = pf.function_id
WHERE i.index_id IN (0, 1) AND i.object_id = {ids}
ORDER BY v.boundary_id

-- name: usage_statistics
SELECT s.stats_id, s.name
FROM sys.stats AS s
WHERE s.object_id = {ids}
ORDER BY s.name

-- name: usage_statistics_columns
SELECT k.stats_id, c.name
FROM sys.stats_columns AS k
JOIN sys.columns AS c ON c.object_id = k.object_id AND c.column_id = k.column_id
WHERE k.object_id = {ids}
ORDER BY k.stats_id, k.stats_column_id

-- name: usage_statistics_properties
SELECT s.stats_id, DATEADD(minute, DATEDIFF(minute, GETDATE(), GETUTCDATE()), p.last_updated), p.rows_sampled, p.modification_counter
FROM sys.stats AS s
CROSS APPLY sys.dm_db_stats_properties(s.object_id, s.stats_id) AS p
WHERE s.object_id = {ids}
