-- What the server is, what it has, and what the login may do. SQL Server 2016 and later, Azure SQL,
-- Managed Instance, Fabric, Babelfish. Each query returns one result set. What a server may lack, or
-- not permit, is asked for behind an IF, so that all of them run in one round trip.

-- name: probe_server
SELECT @@VERSION, CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), CAST(SERVERPROPERTY('Edition') AS nvarchar(128)),
    CAST(SERVERPROPERTY('EngineEdition') AS int), SUSER_SNAME(), CAST(SERVERPROPERTY('Collation') AS nvarchar(128))

-- name: probe_database
-- A column that sys.databases lacks is found in the row of NULLs around it.
SELECT x.*
FROM (SELECT CAST(NULL AS int) AS snapshot_isolation_state, CAST(NULL AS int) AS is_read_committed_snapshot_on,
    CAST(NULL AS int) AS is_encrypted, CAST(NULL AS int) AS is_broker_enabled, CAST(NULL AS int) AS containment,
    CAST(NULL AS int) AS is_read_only, CAST(NULL AS int) AS is_query_store_on, CAST(NULL AS int) AS is_cdc_enabled,
    CAST(NULL AS int) AS is_accelerated_database_recovery_on, CAST(NULL AS int) AS is_ledger_on) AS lacking
CROSS APPLY (SELECT d.name, d.collation_name, CAST(d.compatibility_level AS int) AS level,
        CAST(snapshot_isolation_state AS int) AS snapshot_state, CAST(is_read_committed_snapshot_on AS int) AS is_rcsi_on,
        CAST(is_encrypted AS int) AS is_tde_on, CAST(is_broker_enabled AS int) AS is_broker_on,
        CAST(containment AS int) AS containment_type, CAST(is_read_only AS int) AS is_fixed,
        CAST(is_query_store_on AS int) AS is_store_on, CAST(is_cdc_enabled AS int) AS is_cdc_on,
        CAST(is_accelerated_database_recovery_on AS int) AS is_adr_on, CAST(is_ledger_on AS int) AS is_ledger
    FROM sys.databases AS d
    WHERE d.name = DB_NAME()) AS x

-- name: probe_databases
SELECT d.name
FROM sys.databases AS d
ORDER BY d.name

-- name: probe_encryption
IF 1 IN (HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE'), HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER SECURITY STATE'))
    SELECT CAST(c.encrypt_option AS nvarchar(10))
    FROM sys.dm_exec_connections AS c
    WHERE c.session_id = @@SPID
ELSE
    SELECT CAST(NULL AS nvarchar(10))

-- name: probe_properties
SELECT CAST(SERVERPROPERTY('IsFullTextInstalled') AS int), CAST(SERVERPROPERTY('IsPolyBaseInstalled') AS int),
    CAST(SERVERPROPERTY('IsXTPSupported') AS int), CAST(SERVERPROPERTY('IsHadrEnabled') AS int), DB_ID(N'rdsadmin')

-- name: probe_cloud_sql
IF DB_ID(N'msdb') IS NOT NULL
    SELECT OBJECT_ID(N'msdb.dbo.gcloudsql_cdc_enable_db')
ELSE
    SELECT CAST(NULL AS int)

-- name: probe_machine
IF OBJECT_ID(N'sys.dm_os_sys_info') IS NOT NULL
    AND 1 IN (HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER STATE'), HAS_PERMS_BY_NAME(NULL, NULL, N'VIEW SERVER PERFORMANCE STATE'))
    SELECT x.machine, x.container
    FROM (SELECT CAST(NULL AS nvarchar(60)) AS container_type_desc) AS lacking
    CROSS APPLY (SELECT CAST(i.virtual_machine_type_desc AS nvarchar(60)) AS machine,
            CAST(container_type_desc AS nvarchar(60)) AS container
        FROM sys.dm_os_sys_info AS i) AS x
ELSE
    SELECT CAST(NULL AS nvarchar(60)), CAST(NULL AS nvarchar(60))

-- name: probe_query_store
IF OBJECT_ID(N'sys.database_query_store_options') IS NOT NULL
    AND HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', N'VIEW DATABASE STATE') = 1
    SELECT CAST(q.actual_state_desc AS nvarchar(60))
    FROM sys.database_query_store_options AS q
ELSE
    SELECT CAST(NULL AS nvarchar(60))

-- name: probe_change_tracking
IF OBJECT_ID(N'sys.change_tracking_databases') IS NOT NULL
    SELECT COUNT(*)
    FROM sys.change_tracking_databases AS t
    WHERE t.database_id = DB_ID()
ELSE
    SELECT CAST(NULL AS int)

-- name: probe_linked_servers
IF OBJECT_ID(N'sys.servers') IS NOT NULL
    SELECT COUNT(*)
    FROM sys.servers AS s
    WHERE s.is_linked = 1
ELSE
    SELECT CAST(NULL AS int)

-- name: probe_views
-- Graph tables have no view of their own on every version, but a column of sys.tables.
SELECT v.name
FROM (VALUES {views}) AS v (name)
WHERE OBJECT_ID(N'sys.' + v.name) IS NOT NULL
UNION ALL
SELECT c.name
FROM (VALUES (N'is_node')) AS c (name)
WHERE COLUMNPROPERTY(OBJECT_ID(N'sys.tables'), N'is_node', 'ColumnId') IS NOT NULL

-- name: probe_trials
-- Each trial runs one level below the TRY, which catches what it does not compile there too.
DECLARE @refused nvarchar(4000) = N'';
{trials}
SELECT @refused

-- name: probe_further_trials
-- Babelfish does not catch what these raise there.
DECLARE @further nvarchar(4000) = NULL;
IF CHARINDEX(N'Babelfish', @@VERSION) = 0
BEGIN
SET @further = N'';
{trials}
END
SELECT @further

-- name: probe_babelfish
IF CHARINDEX(N'Babelfish', @@VERSION) > 0
    EXEC (N'SELECT CAST(p.proname AS nvarchar(128)) FROM pg_catalog.pg_proc AS p WHERE p.proname IN ({names})
        UNION SELECT CAST(t.typname AS nvarchar(128)) FROM pg_catalog.pg_type AS t WHERE t.typname IN ({names})')
ELSE
    SELECT TOP (0) d.name FROM sys.databases AS d

-- name: probe_reading
-- What lets a login see things; those that let it change something are asked for below.
SELECT N'role', r.name, IS_MEMBER(r.name)
FROM (VALUES (N'db_datareader'), (N'db_denydatareader'), (N'db_denydatawriter')) AS r (name)
UNION ALL
SELECT N'database', p.name, HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', p.name)
FROM (VALUES (N'CONNECT'), (N'SELECT'), (N'VIEW DEFINITION'), (N'VIEW DATABASE STATE'), (N'SHOWPLAN'), (N'REFERENCES'),
    (N'UNMASK')) AS p (name)
UNION ALL
SELECT N'server', p.name, HAS_PERMS_BY_NAME(NULL, NULL, p.name)
FROM (VALUES (N'VIEW ANY DATABASE'), (N'VIEW ANY DEFINITION'), (N'VIEW SERVER STATE'), (N'VIEW SERVER PERFORMANCE STATE'),
    (N'VIEW SERVER SECURITY STATE'), (N'CONNECT ANY DATABASE'), (N'SELECT ALL USER SECURABLES')) AS p (name)

-- name: probe_server_roles
SELECT r.name, IS_SRVROLEMEMBER(r.name)
FROM (VALUES (N'sysadmin'), (N'securityadmin'), (N'serveradmin'), (N'setupadmin'), (N'processadmin'),
    (N'diskadmin'), (N'dbcreator'), (N'bulkadmin'), (N'##MS_DatabaseManager##'), (N'##MS_LoginManager##'),
    (N'##MS_ServerStateManager##')) AS r (name)

-- name: probe_database_roles
SELECT r.name, IS_MEMBER(r.name)
FROM (VALUES (N'db_owner'), (N'db_securityadmin'), (N'db_accessadmin'), (N'db_backupoperator'), (N'db_ddladmin'),
    (N'db_datawriter')) AS r (name)

-- name: probe_server_permissions
SELECT p.name, HAS_PERMS_BY_NAME(NULL, NULL, p.name)
FROM (VALUES (N'CONTROL SERVER'), (N'ALTER ANY LOGIN'), (N'ALTER ANY SERVER ROLE'), (N'ALTER ANY CREDENTIAL'),
    (N'IMPERSONATE ANY LOGIN'), (N'UNSAFE ASSEMBLY'), (N'EXTERNAL ACCESS ASSEMBLY'), (N'ADMINISTER BULK OPERATIONS'),
    (N'ALTER ANY DATABASE'), (N'CREATE ANY DATABASE'), (N'ALTER ANY LINKED SERVER'), (N'ALTER ANY CONNECTION'),
    (N'ALTER SETTINGS'), (N'ALTER SERVER STATE'), (N'ALTER TRACE'), (N'SHUTDOWN')) AS p (name)

-- name: probe_database_permissions
SELECT p.name, HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), N'DATABASE', p.name)
FROM (VALUES (N'CONTROL'), (N'TAKE OWNERSHIP'), (N'ALTER'), (N'ALTER ANY USER'), (N'ALTER ANY ROLE'), (N'ALTER ANY SCHEMA'),
    (N'INSERT'), (N'UPDATE'), (N'DELETE'), (N'EXECUTE'), (N'CREATE TABLE'), (N'CREATE VIEW'), (N'CREATE PROCEDURE'),
    (N'CREATE FUNCTION'), (N'CREATE SCHEMA'), (N'CREATE ROLE'), (N'CREATE ASSEMBLY'), (N'BACKUP DATABASE'),
    (N'KILL DATABASE CONNECTION'), (N'ADMINISTER DATABASE BULK OPERATIONS')) AS p (name)

-- name: probe_writable_schema
SELECT TOP (1) QUOTENAME(s.name)
FROM sys.schemas AS s
WHERE s.name NOT IN (N'sys', N'INFORMATION_SCHEMA', N'information_schema_tsql')
    AND 1 IN (HAS_PERMS_BY_NAME(QUOTENAME(s.name), N'SCHEMA', N'ALTER'), HAS_PERMS_BY_NAME(QUOTENAME(s.name), N'SCHEMA', N'INSERT'),
        HAS_PERMS_BY_NAME(QUOTENAME(s.name), N'SCHEMA', N'UPDATE'), HAS_PERMS_BY_NAME(QUOTENAME(s.name), N'SCHEMA', N'DELETE'),
        HAS_PERMS_BY_NAME(QUOTENAME(s.name), N'SCHEMA', N'TAKE OWNERSHIP'))

-- name: probe_writable_object
SELECT TOP (1) x.name
FROM (SELECT QUOTENAME(s.name) + N'.' + QUOTENAME(o.name) AS name FROM sys.objects AS o
    JOIN sys.schemas AS s ON s.schema_id = o.schema_id
    WHERE o.type IN ('U', 'V') AND o.is_ms_shipped = 0) AS x
WHERE 1 IN (HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'INSERT'), HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'UPDATE'),
    HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'DELETE'), HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'ALTER'),
    HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'TAKE OWNERSHIP'))

-- name: probe_writable_column
SELECT TOP (1) x.name + N'.' + QUOTENAME(x.column_name)
FROM (SELECT QUOTENAME(OBJECT_SCHEMA_NAME(p.major_id)) + N'.' + QUOTENAME(OBJECT_NAME(p.major_id)) AS name,
        COL_NAME(p.major_id, p.minor_id) AS column_name
    FROM sys.database_permissions AS p
    WHERE p.class = 1 AND p.minor_id > 0 AND p.type = 'UP' AND p.state IN ('G', 'W')) AS x
WHERE HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'UPDATE', x.column_name, N'COLUMN') = 1

-- name: probe_executable
SELECT TOP (1) x.name
FROM (SELECT QUOTENAME(s.name) + N'.' + QUOTENAME(o.name) AS name FROM sys.objects AS o
    JOIN sys.schemas AS s ON s.schema_id = o.schema_id
    WHERE o.type IN ('P', 'PC', 'X') AND o.is_ms_shipped = 0) AS x
WHERE HAS_PERMS_BY_NAME(x.name, N'OBJECT', N'EXECUTE') = 1

-- name: probe_system_procedures
SELECT p.name, HAS_PERMS_BY_NAME(N'master.sys.' + p.name, N'OBJECT', N'EXECUTE')
FROM (VALUES (N'xp_cmdshell'), (N'sp_OACreate'), (N'sp_OAMethod'), (N'xp_regwrite')) AS p (name)

-- name: probe_impersonation
SELECT TOP (1) QUOTENAME(p.name)
FROM sys.database_principals AS p
WHERE p.type IN ('S', 'U', 'E') AND p.name NOT IN (USER_NAME(), N'INFORMATION_SCHEMA', N'sys', N'guest')
    AND HAS_PERMS_BY_NAME(QUOTENAME(p.name), N'USER', N'IMPERSONATE') = 1
