-- Tables and views with everything that belongs to them, by object id. SQL Server 2016 and later, Azure SQL, Managed
-- Instance, Babelfish. What a later version brings stands in a query of its own, which the earlier ones refuse.

-- name: columns
SELECT c.object_id, c.column_id, c.name, t.name AS type_name, b.name AS base_name,
    CASE WHEN t.is_user_defined = 1 THEN SCHEMA_NAME(t.schema_id) END AS type_schema,
    c.max_length, c.precision, c.scale, c.is_nullable, c.collation_name, c.default_object_id, d.definition
FROM sys.{columns} AS c
JOIN sys.types AS t ON t.user_type_id = c.user_type_id
LEFT JOIN sys.types AS b ON b.user_type_id = t.system_type_id
LEFT JOIN sys.default_constraints AS d ON d.object_id = c.default_object_id AND c.default_object_id <> 0
WHERE c.object_id IN ({ids})
ORDER BY c.object_id, c.column_id

-- name: identities
SELECT i.object_id, i.column_id, CAST(i.seed_value AS decimal(38, 0)), CAST(i.increment_value AS decimal(38, 0))
FROM sys.identity_columns AS i
WHERE i.object_id IN ({ids})

-- name: computed
SELECT c.object_id, c.column_id, c.definition, c.is_persisted
FROM sys.computed_columns AS c
WHERE c.object_id IN ({ids})

-- name: column_facts
SELECT c.object_id, c.column_id, c.is_hidden, c.generated_always_type_desc, c.is_sparse, c.is_column_set, c.is_rowguidcol,
    c.is_filestream, c.encryption_type_desc
FROM sys.columns AS c
WHERE c.object_id IN ({ids}) AND (c.is_hidden = 1 OR c.generated_always_type > 0 OR c.is_sparse = 1 OR c.is_column_set = 1
    OR c.is_rowguidcol = 1 OR c.is_filestream = 1 OR c.encryption_type IS NOT NULL)

-- name: column_masks
SELECT c.object_id, c.column_id, c.masking_function
FROM sys.masked_columns AS c
WHERE c.is_masked = 1 AND c.object_id IN ({ids})

-- name: keys
SELECT i.object_id, i.index_id, i.name, i.is_primary_key, i.is_disabled, c.name
FROM sys.indexes AS i
JOIN sys.index_columns AS ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
JOIN sys.columns AS c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
WHERE i.object_id IN ({ids}) AND (i.is_primary_key = 1 OR i.is_unique_constraint = 1) AND ic.key_ordinal > 0
ORDER BY i.object_id, i.is_primary_key DESC, i.name, ic.key_ordinal

-- name: checks
SELECT k.parent_object_id, k.object_id, k.name, k.definition, k.is_disabled, k.is_not_trusted
FROM sys.check_constraints AS k
WHERE k.parent_object_id IN ({ids})
ORDER BY k.parent_object_id, k.name

-- name: indexes
SELECT i.object_id, i.index_id, i.name, i.type_desc, i.is_unique, i.is_primary_key, i.is_disabled, i.filter_definition, i.fill_factor
FROM sys.indexes AS i
WHERE i.type > 0 AND i.is_hypothetical = 0 AND i.object_id IN ({ids})
ORDER BY i.object_id, i.index_id

-- name: index_columns
SELECT ic.object_id, ic.index_id, c.name, ic.is_descending_key, ic.is_included_column, ic.key_ordinal, ic.partition_ordinal
FROM sys.index_columns AS ic
JOIN sys.columns AS c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
WHERE ic.object_id IN ({ids})
ORDER BY ic.object_id, ic.index_id, ic.key_ordinal, ic.index_column_id

-- name: index_compression
SELECT p.object_id, p.index_id, MIN(p.data_compression_desc), MAX(p.data_compression_desc)
FROM sys.partitions AS p
WHERE p.object_id IN ({ids}) AND p.data_compression > 0
GROUP BY p.object_id, p.index_id

-- name: index_comments
SELECT e.major_id, e.minor_id, CAST(e.value AS nvarchar(4000))
FROM sys.extended_properties AS e
WHERE e.class = 7 AND e.name = N'MS_Description' AND e.major_id IN ({ids})

-- name: part_comments
SELECT o.parent_object_id, o.name, CAST(e.value AS nvarchar(4000))
FROM sys.extended_properties AS e
JOIN sys.objects AS o ON o.object_id = e.major_id
WHERE e.class = 1 AND e.minor_id = 0 AND e.name = N'MS_Description' AND (o.parent_object_id IN ({ids})
    OR e.major_id IN (SELECT f.object_id FROM sys.foreign_keys AS f WHERE f.referenced_object_id IN ({ids})))

-- name: foreign_keys
SELECT f.object_id, f.name, f.parent_object_id, f.referenced_object_id,
    SCHEMA_NAME(p.schema_id), p.name, SCHEMA_NAME(r.schema_id), r.name,
    f.delete_referential_action_desc, f.update_referential_action_desc, f.is_disabled, f.is_not_trusted
FROM sys.foreign_keys AS f
LEFT JOIN sys.objects AS p ON p.object_id = f.parent_object_id
LEFT JOIN sys.objects AS r ON r.object_id = f.referenced_object_id
WHERE f.parent_object_id IN ({ids}) OR f.referenced_object_id IN ({ids})
ORDER BY p.name, f.name

-- name: foreign_key_columns
SELECT k.constraint_object_id, p.name, r.name
FROM sys.foreign_key_columns AS k
JOIN sys.columns AS p ON p.object_id = k.parent_object_id AND p.column_id = k.parent_column_id
JOIN sys.columns AS r ON r.object_id = k.referenced_object_id AND r.column_id = k.referenced_column_id
WHERE k.parent_object_id IN ({ids}) OR k.referenced_object_id IN ({ids})
ORDER BY k.constraint_object_id, k.constraint_column_id

-- name: triggers
SELECT t.parent_id, t.object_id, t.name, t.is_instead_of_trigger, t.is_disabled, m.definition
FROM sys.triggers AS t
LEFT JOIN sys.sql_modules AS m ON m.object_id = t.object_id
WHERE t.parent_class = 1 AND t.parent_id IN ({ids})
ORDER BY t.parent_id, t.name

-- name: trigger_events
SELECT e.object_id, e.type_desc
FROM sys.trigger_events AS e
JOIN sys.triggers AS t ON t.object_id = e.object_id
WHERE t.parent_class = 1 AND t.parent_id IN ({ids})
ORDER BY e.object_id, e.type

-- name: view_texts
SELECT m.object_id, m.definition
FROM sys.{modules} AS m
WHERE m.object_id IN ({ids})

-- name: table_rows
SELECT p.object_id, SUM(CAST(p.rows AS bigint))
FROM sys.partitions AS p
WHERE p.index_id IN (0, 1) AND p.object_id IN ({ids})
GROUP BY p.object_id

-- name: table_sizes
SELECT p.object_id,
    SUM(CASE WHEN p.index_id IN (0, 1) THEN a.total_pages ELSE 0 END) * 8192,
    SUM(CASE WHEN p.index_id > 1 THEN a.total_pages ELSE 0 END) * 8192
FROM sys.partitions AS p
JOIN sys.allocation_units AS a
    ON a.container_id = CASE WHEN a.type IN (1, 3) THEN p.hobt_id ELSE p.partition_id END
WHERE p.object_id IN ({ids})
GROUP BY p.object_id

-- name: table_facts
SELECT t.object_id, t.temporal_type, SCHEMA_NAME(h.schema_id), h.name, t.is_memory_optimized, t.durability_desc, t.is_filetable,
    t.is_tracked_by_cdc, t.lock_escalation_desc
FROM sys.tables AS t
LEFT JOIN sys.objects AS h ON h.object_id = t.history_table_id
WHERE t.object_id IN ({ids})

-- name: table_external
SELECT t.object_id
FROM sys.tables AS t
WHERE t.is_external = 1 AND t.object_id IN ({ids})

-- name: table_histories
SELECT t.history_table_id, SCHEMA_NAME(t.schema_id), t.name
FROM sys.tables AS t
WHERE t.history_table_id IN ({ids})

-- name: table_retention
SELECT t.object_id, t.history_retention_period, t.history_retention_period_unit_desc
FROM sys.tables AS t
WHERE t.object_id IN ({ids}) AND t.history_retention_period > 0

-- name: table_graph
SELECT t.object_id, t.is_node, t.is_edge
FROM sys.tables AS t
WHERE t.object_id IN ({ids}) AND (t.is_node = 1 OR t.is_edge = 1)

-- name: table_ledger
SELECT t.object_id, t.ledger_type_desc
FROM sys.tables AS t
WHERE t.object_id IN ({ids}) AND t.ledger_type > 0

-- name: table_periods
SELECT p.object_id, s.name, e.name
FROM sys.periods AS p
JOIN sys.columns AS s ON s.object_id = p.object_id AND s.column_id = p.start_column_id
JOIN sys.columns AS e ON e.object_id = p.object_id AND e.column_id = p.end_column_id
WHERE p.object_id IN ({ids})

-- name: table_owners
SELECT o.object_id, p.name
FROM sys.{objects} AS o
JOIN sys.database_principals AS p ON p.principal_id = o.principal_id
WHERE o.object_id IN ({ids})

-- name: table_partitioning
SELECT i.object_id, ps.name, pf.name, pf.boundary_value_on_right, pf.fanout
FROM sys.indexes AS i
JOIN sys.partition_schemes AS ps ON ps.data_space_id = i.data_space_id
JOIN sys.partition_functions AS pf ON pf.function_id = ps.function_id
WHERE i.index_id IN (0, 1) AND i.object_id IN ({ids})

-- name: view_facts
SELECT v.object_id, v.with_check_option, m.is_schema_bound
FROM sys.views AS v
LEFT JOIN sys.sql_modules AS m ON m.object_id = v.object_id
WHERE v.object_id IN ({ids})

-- name: definition_rights
SELECT o.object_id, HAS_PERMS_BY_NAME(QUOTENAME(SCHEMA_NAME(o.schema_id)) + N'.' + QUOTENAME(o.name), N'OBJECT', N'VIEW DEFINITION'),
    OBJECTPROPERTY(o.object_id, 'IsEncrypted')
FROM sys.{objects} AS o
WHERE o.object_id IN ({ids})
