--# a constant
SELECT 1
--# a constant with a semicolon
SELECT 1;
--# a table
SELECT * FROM dbo.customers
--# a table of the default schema of another database
SELECT * FROM shop..customers
--# a table of another database
SELECT c.name FROM shop.dbo.customers AS c
--# bracketed names
SELECT [c].[name], [c].[first name], [a]]b] FROM [dbo].[customers] AS [c]
--# quoted names
SELECT "c"."name" FROM "dbo"."customers" AS "c"
--# no blanks
SELECT[name]FROM[dbo].[customers]WHERE[id]=1
--# names that are keywords, in brackets
SELECT [delete], [update], t.[drop], [exec] AS [insert] FROM [dbo].[select] AS t
--# names that hold keywords
SELECT deleted_at, update_count, is_deleted, exec_time, dropdown, begin_date, end_date, set_id FROM dbo.inserts
--# names that only look like keywords
SELECT enable, disable, receive, send, move, status, name, value, type, date, level FROM dbo.switches
--# words of harm in strings, comments and names
SELECT 'DELETE FROM orders; COMMIT' AS [DROP TABLE orders] -- EXEC sp_who; DELETE
FROM dbo.customers /* INSERT /* nested */ dbo.x */ WHERE name <> N'WAITFOR DELAY ''0:0:1'''
--# strings with quotes
SELECT 'it''s', N'日本', '', 'C:\', '--', '/*'
--# numbers
SELECT 1, 1.5, .5, 1e3, 1.5E-3, 0x1F, $12.50, -1, +1
--# a parameter
SELECT * FROM dbo.customers WHERE id = @id AND name LIKE @name + '%'
--# a parameter on the left
SELECT * FROM dbo.customers WHERE @id = id OR @id IS NULL
--# a parameter in a case
SELECT CASE WHEN @mode = 1 THEN name ELSE email END FROM dbo.customers
--# a parameter in TOP
SELECT TOP (@n) * FROM dbo.customers ORDER BY id
--# a portable placeholder
SELECT * FROM dbo.customers WHERE id = :id
--# a system variable
SELECT @@VERSION, @@SERVERNAME, @@ROWCOUNT, @@SPID
--# an alias with an equals sign
SELECT total = SUM(amount), [count] = COUNT(*) FROM dbo.orders
--# an alias as a string
SELECT id AS 'the key' FROM dbo.orders
--# an alias without AS
SELECT id order_id, amount a FROM dbo.orders o
--# top
SELECT TOP 10 * FROM dbo.orders ORDER BY amount DESC
--# top with percent and ties
SELECT TOP (10) PERCENT WITH TIES * FROM dbo.orders ORDER BY amount DESC
--# distinct
SELECT DISTINCT status FROM dbo.orders
--# offset and fetch
SELECT * FROM dbo.orders ORDER BY id OFFSET 20 ROWS FETCH NEXT 10 ROWS ONLY
--# offset and fetch with parameters
SELECT * FROM dbo.orders ORDER BY id OFFSET @skip ROWS FETCH FIRST @take ROWS ONLY
--# offset and fetch with expressions
SELECT * FROM dbo.orders ORDER BY id OFFSET (@page - 1) * 10 ROWS FETCH NEXT (10) ROWS ONLY
--# grouping
SELECT status, COUNT(*) AS n, COUNT_BIG(*), SUM(amount), AVG(amount) FROM dbo.orders GROUP BY status HAVING COUNT(*) > 1 ORDER BY n DESC
--# grouping sets
SELECT status, customer_id, GROUPING(status), GROUPING_ID(status, customer_id) FROM dbo.orders GROUP BY GROUPING SETS ((status), (customer_id), ())
--# cube and rollup
SELECT status, customer_id, SUM(amount) FROM dbo.orders GROUP BY ROLLUP (status, customer_id)
--# cube
SELECT status, customer_id, SUM(amount) FROM dbo.orders GROUP BY CUBE (status, customer_id)
--# rollup in the old form
SELECT status, SUM(amount) FROM dbo.orders GROUP BY status WITH ROLLUP
--# joins
SELECT c.name, o.id FROM dbo.customers c INNER JOIN dbo.orders o ON o.customer_id = c.id LEFT OUTER JOIN dbo.items i ON i.order_id = o.id CROSS JOIN dbo.products
--# join hints
SELECT * FROM dbo.customers c INNER HASH JOIN dbo.orders o ON o.customer_id = c.id INNER MERGE JOIN dbo.items i ON i.order_id = o.id LEFT LOOP JOIN dbo.products p ON p.id = i.product_id
--# a full join
SELECT * FROM dbo.a FULL JOIN dbo.b ON a.id = b.id RIGHT JOIN dbo.c ON c.id = b.id
--# cross and outer apply
SELECT c.id, x.total FROM dbo.customers c CROSS APPLY (SELECT SUM(amount) AS total FROM dbo.orders o WHERE o.customer_id = c.id) AS x OUTER APPLY (SELECT TOP (1) * FROM dbo.orders o WHERE o.customer_id = c.id ORDER BY id DESC) y
--# a derived table with columns
SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v (id, label)
--# a derived table with columns, without as
SELECT v.id FROM (VALUES (1), (2)) v(id)
--# a derived table
SELECT d.n FROM (SELECT COUNT(*) AS n FROM dbo.orders) AS d
--# union, except and intersect
SELECT id FROM dbo.a UNION ALL SELECT id FROM dbo.b EXCEPT SELECT id FROM dbo.c INTERSECT SELECT id FROM dbo.d
--# selects in brackets
(SELECT 1 AS a) UNION (SELECT 2)
--# in, exists, any and all
SELECT * FROM dbo.customers c WHERE id IN (1, 2) AND EXISTS (SELECT 1 FROM dbo.orders o WHERE o.customer_id = c.id) AND id >= ALL (SELECT id FROM dbo.b) AND id = ANY (SELECT 1) AND NOT (id = SOME (SELECT 2))
--# between and like
SELECT * FROM dbo.orders WHERE amount BETWEEN (1) AND (10) AND status LIKE ('o%') AND name LIKE '50!%' ESCAPE '!'
--# null tests
SELECT * FROM dbo.orders WHERE amount IS NOT NULL AND status IS NULL AND amount IS DISTINCT FROM 5
--# case
SELECT CASE WHEN amount > 10 THEN 'big' WHEN amount IS NULL THEN (SELECT 'none') ELSE 'small' END AS size FROM dbo.orders
--# a case in a case
SELECT CASE status WHEN 'a' THEN CASE WHEN 1 = 1 THEN 1 ELSE 2 END ELSE 3 END FROM dbo.orders
--# iif and choose
SELECT IIF(amount > 10, 'big', 'small'), CHOOSE(2, 'a', 'b'), COALESCE(amount, 0), NULLIF(amount, 0), ISNULL(amount, 0) FROM dbo.orders
--# conversions
SELECT CAST(amount AS decimal(10, 2)), CONVERT(varchar(10), ordered_at, 120), TRY_CAST('1' AS int), TRY_CONVERT(date, '2024-01-01'), PARSE('1' AS int), CAST(x AS nvarchar(max)), CAST(y AS [decimal](18, 4)) FROM dbo.orders
--# dates
SELECT GETDATE(), SYSDATETIME(), DATEADD(day, -7, GETDATE()), DATEDIFF(month, a, b), DATEPART(year, a), DATENAME(weekday, a), EOMONTH(a), YEAR(a), MONTH(a), DAY(a), DATEFROMPARTS(2024, 1, 1), DATETRUNC(month, a), a AT TIME ZONE 'UTC', FORMAT(a, 'yyyy-MM') FROM dbo.dates
--# current date functions without brackets
SELECT CURRENT_TIMESTAMP, CURRENT_USER, SESSION_USER, SYSTEM_USER
--# strings
SELECT LEN(name), LEFT(name, 2), RIGHT(name, 2), SUBSTRING(name, 1, 2), UPPER(name), LOWER(name), LTRIM(RTRIM(name)), TRIM(name), REPLACE(name, 'a', 'b'), CHARINDEX('a', name), PATINDEX('%a%', name), STUFF(name, 1, 1, ''), REVERSE(name), REPLICATE('x', 3), CONCAT(name, id), CONCAT_WS(',', name, id), QUOTENAME(name), TRANSLATE(name, 'ab', 'cd'), STRING_ESCAPE(name, 'json'), UNICODE(name), CHAR(65) FROM dbo.customers
--# math
SELECT ABS(-1), ROUND(1.234, 2), CEILING(1.2), FLOOR(1.8), POWER(2, 3), SQRT(9), LOG(2), EXP(1), SIGN(-2), PI(), RAND(), 7 % 3, 1 | 2 & 3 ^ 4, ~1
--# string aggregates
SELECT STRING_AGG(name, ', ') WITHIN GROUP (ORDER BY name) FROM dbo.customers
--# split strings
SELECT value FROM STRING_SPLIT('a,b,c', ',')
--# split strings with a position
SELECT s.value, s.ordinal FROM dbo.t CROSS APPLY STRING_SPLIT(t.list, ',', 1) AS s
--# a series
SELECT value FROM GENERATE_SERIES(1, 10, 2)
--# windows
SELECT ROW_NUMBER() OVER (PARTITION BY status ORDER BY id), RANK() OVER (ORDER BY amount), DENSE_RANK() OVER (ORDER BY amount), NTILE(4) OVER (ORDER BY amount), LAG(amount, 1, 0) OVER (ORDER BY id), SUM(amount) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) FROM dbo.orders
--# percentiles
SELECT DISTINCT status, PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY amount) OVER (PARTITION BY status) FROM dbo.orders
--# statistics
SELECT STDEV(amount), VARP(amount), CHECKSUM_AGG(CHECKSUM(id)), APPROX_COUNT_DISTINCT(id), MIN(id), MAX(id) FROM dbo.orders
--# with
WITH recent AS (SELECT * FROM dbo.orders WHERE ordered_at > DATEADD(day, -30, GETDATE())) SELECT COUNT(*) FROM recent
--# with after a semicolon
;WITH recent AS (SELECT 1 AS a) SELECT a FROM recent
--# with columns
WITH t (a, b) AS (SELECT 1, 2), u (c) AS (SELECT a FROM t) SELECT * FROM t, u
--# with recursion
WITH chain AS (SELECT id, manager_id, 0 AS depth FROM dbo.employees WHERE manager_id IS NULL UNION ALL SELECT e.id, e.manager_id, c.depth + 1 FROM dbo.employees e JOIN chain c ON e.manager_id = c.id) SELECT * FROM chain OPTION (MAXRECURSION 100)
--# with bracketed names
WITH [My Totals] ([Customer], [Sum]) AS (SELECT customer_id, SUM(amount) FROM dbo.orders GROUP BY customer_id) SELECT * FROM [My Totals]
--# table hints
SELECT * FROM dbo.orders WITH (NOLOCK) JOIN dbo.customers AS c WITH (READPAST, ROWLOCK) ON c.id = orders.customer_id
--# table hints in the old form
SELECT * FROM dbo.orders (NOLOCK)
--# table hints in the old form after an alias
SELECT * FROM dbo.orders o (NOLOCK) JOIN dbo.customers c (NOLOCK) ON c.id = o.customer_id
--# an index hint
SELECT * FROM dbo.orders WITH (INDEX(ix_orders_status), NOLOCK) WHERE status = 'open'
--# a seek hint
SELECT * FROM dbo.orders WITH (FORCESEEK)
--# query options
SELECT * FROM dbo.orders OPTION (RECOMPILE, MAXDOP 1, HASH JOIN)
--# query options that have brackets
SELECT * FROM dbo.orders WHERE id = @id OPTION (OPTIMIZE FOR (@id UNKNOWN))
--# query hints by name
SELECT * FROM dbo.orders OPTION (USE HINT ('DISABLE_PARAMETER_SNIFFING'))
--# a merge join by option
SELECT * FROM dbo.orders o JOIN dbo.customers c ON c.id = o.customer_id OPTION (MERGE JOIN)
--# for xml
SELECT id AS [@id], name FROM dbo.customers FOR XML PATH('customer'), ROOT('customers')
--# for xml auto
SELECT * FROM dbo.customers FOR XML AUTO
--# for json
SELECT id, name FROM dbo.customers FOR JSON PATH, ROOT('customers'), INCLUDE_NULL_VALUES
--# for json without a wrapper
SELECT TOP 1 id FROM dbo.customers FOR JSON PATH, WITHOUT_ARRAY_WRAPPER
--# lists by stuff and xml
SELECT STUFF((SELECT ', ' + name FROM dbo.customers FOR XML PATH('')), 1, 2, '')
--# lists by stuff and xml with a method
SELECT STUFF((SELECT ',' + name FROM dbo.customers FOR XML PATH(''), TYPE).value('.', 'nvarchar(max)'), 1, 1, '')
--# xml methods
SELECT d.body.value('(/a/b)[1]', 'int'), d.body.query('/a'), d.body.exist('/a') FROM dbo.docs d
--# xml nodes
SELECT n.x.value('@id', 'int') FROM dbo.docs d CROSS APPLY d.body.nodes('/a/b') AS n(x)
--# json functions
SELECT JSON_VALUE(data, '$.a'), JSON_QUERY(data, '$.b'), ISJSON(data), JSON_MODIFY(data, '$.a', 1) FROM dbo.events
--# json rows
SELECT j.[key], j.value FROM dbo.events e CROSS APPLY OPENJSON(e.data) AS j
--# json rows with columns
SELECT j.sku, j.price FROM dbo.events e CROSS APPLY OPENJSON(e.data, '$.items') WITH (sku nvarchar(20) '$.sku', price decimal(10, 2) '$.price', more nvarchar(max) '$' AS JSON) AS j
--# pivot
SELECT * FROM (SELECT status, amount FROM dbo.orders) AS s PIVOT (SUM(amount) FOR status IN ([open], [paid])) AS p
--# unpivot
SELECT id, quarter, amount FROM dbo.quarters UNPIVOT (amount FOR quarter IN (q1, q2, q3)) AS u
--# a system-versioned table
SELECT * FROM dbo.prices FOR SYSTEM_TIME AS OF '2024-01-01'
--# a system-versioned table between
SELECT * FROM dbo.prices FOR SYSTEM_TIME BETWEEN '2024-01-01' AND '2024-02-01' AS p
--# a sample
SELECT * FROM dbo.orders TABLESAMPLE (10 PERCENT)
--# collation
SELECT name COLLATE Latin1_General_CI_AI FROM dbo.customers ORDER BY name COLLATE Latin1_General_BIN2 DESC
--# a temporary table
SELECT * FROM #work w JOIN ##shared s ON s.id = w.id
--# a table variable's name
SELECT * FROM tempdb..#work
--# full text search
SELECT * FROM dbo.docs WHERE CONTAINS(body, '"big deal"') AND FREETEXT(title, 'big')
--# full text search with rank
SELECT d.id, k.[RANK] FROM dbo.docs d JOIN CONTAINSTABLE(dbo.docs, body, 'big') AS k ON k.[KEY] = d.id
--# hierarchies
SELECT node.ToString(), node.GetLevel(), node.GetAncestor(1) FROM dbo.tree WHERE node.IsDescendantOf(@root) = 1
--# geography
SELECT place.STDistance(geography::Point(52.5, 13.4, 4326)) / 1000, place.Lat, place.STAsText() FROM dbo.places
--# identifiers and hashes
SELECT NEWID(), HASHBYTES('SHA2_256', name), CHECKSUM(name), BINARY_CHECKSUM(*) FROM dbo.customers
--# metadata functions
SELECT OBJECT_ID('dbo.orders'), OBJECT_NAME(1), DB_NAME(), DB_ID(), SCHEMA_NAME(1), TYPE_NAME(1), COL_NAME(1, 1), OBJECT_DEFINITION(OBJECT_ID('dbo.v')), COLUMNPROPERTY(1, 'a', 'IsIdentity'), IDENT_CURRENT('dbo.orders')
--# server properties
SELECT CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)), DATABASEPROPERTYEX(DB_NAME(), 'Status'), HAS_PERMS_BY_NAME('dbo.orders', 'OBJECT', 'SELECT'), IS_MEMBER('db_owner'), SUSER_SNAME(), ORIGINAL_LOGIN(), HOST_NAME(), APP_NAME()
--# catalog
SELECT t.name, c.name, ty.name FROM sys.tables t JOIN sys.columns c ON c.object_id = t.object_id JOIN sys.types ty ON ty.user_type_id = c.user_type_id WHERE t.is_ms_shipped = 0
--# information schema
SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME FROM INFORMATION_SCHEMA.COLUMNS ORDER BY ORDINAL_POSITION
--# row counts
SELECT OBJECT_SCHEMA_NAME(p.object_id) + '.' + OBJECT_NAME(p.object_id) AS name, SUM(p.rows) AS row_count FROM sys.partitions p WHERE p.index_id IN (0, 1) GROUP BY p.object_id ORDER BY row_count DESC
--# statements that run
SELECT r.session_id, r.status, r.wait_type, r.blocking_session_id, t.text FROM sys.dm_exec_requests r CROSS APPLY sys.dm_exec_sql_text(r.sql_handle) AS t WHERE r.session_id <> @@SPID
--# index fragmentation
SELECT i.name, s.avg_fragmentation_in_percent FROM sys.dm_db_index_physical_stats(DB_ID(), NULL, NULL, NULL, 'LIMITED') AS s JOIN sys.indexes i ON i.object_id = s.object_id AND i.index_id = s.index_id
--# extended properties
SELECT * FROM sys.fn_listextendedproperty(DEFAULT, 'schema', 'dbo', 'table', DEFAULT, NULL, NULL)
--# permissions
SELECT * FROM fn_my_permissions(NULL, 'SERVER')
--# missing indexes
SELECT d.statement, d.equality_columns, s.user_seeks FROM sys.dm_db_missing_index_details d JOIN sys.dm_db_missing_index_groups g ON g.index_handle = d.index_handle JOIN sys.dm_db_missing_index_group_stats s ON s.group_handle = g.index_group_handle
--# database files
SELECT name, size * 8 / 1024 AS size_mb, FILEPROPERTY(name, 'SpaceUsed') * 8 / 1024 FROM sys.database_files
--# partitions
SELECT $PARTITION.by_year(ordered_at), COUNT(*) FROM dbo.orders GROUP BY $PARTITION.by_year(ordered_at)
--# no-break spaces between words
SELECT 1 AS a
--# CRLF line ends and comments
SELECT id -- the key
FROM dbo.orders -- all
--# monthly revenue with growth
WITH monthly AS (
    SELECT DATEFROMPARTS(YEAR(o.ordered_at), MONTH(o.ordered_at), 1) AS month_start,
           SUM(i.quantity * i.unit_price) AS revenue,
           COUNT(DISTINCT o.customer_id) AS buyers
    FROM dbo.orders AS o WITH (NOLOCK)
    INNER JOIN dbo.order_items AS i WITH (NOLOCK) ON i.order_id = o.id
    WHERE o.status NOT IN (N'cancelled', N'returned') -- leave out what was sent back
      AND o.ordered_at >= DATEADD(year, -2, GETDATE())
    GROUP BY DATEFROMPARTS(YEAR(o.ordered_at), MONTH(o.ordered_at), 1)
)
SELECT month_start,
       revenue,
       buyers,
       CAST(revenue / NULLIF(buyers, 0) AS decimal(12, 2)) AS revenue_per_buyer,
       LAG(revenue) OVER (ORDER BY month_start) AS previous,
       100.0 * (revenue - LAG(revenue) OVER (ORDER BY month_start)) / NULLIF(LAG(revenue) OVER (ORDER BY month_start), 0) AS growth_percent,
       SUM(revenue) OVER (PARTITION BY YEAR(month_start) ORDER BY month_start ROWS UNBOUNDED PRECEDING) AS year_to_date,
       AVG(revenue) OVER (ORDER BY month_start ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS moving_average
FROM monthly
ORDER BY month_start DESC
OPTION (RECOMPILE)
--# cohorts and retention
WITH first_orders AS (
    SELECT customer_id, MIN(ordered_at) AS first_at FROM dbo.orders GROUP BY customer_id
), activity AS (
    SELECT EOMONTH(f.first_at) AS cohort, DATEDIFF(month, f.first_at, o.ordered_at) AS month_number, COUNT(DISTINCT o.customer_id) AS active
    FROM dbo.orders o JOIN first_orders f ON f.customer_id = o.customer_id
    GROUP BY EOMONTH(f.first_at), DATEDIFF(month, f.first_at, o.ordered_at)
)
SELECT cohort,
       MAX(CASE WHEN month_number = 0 THEN active END) AS size,
       MAX(CASE WHEN month_number = 1 THEN active END) AS month_1,
       MAX(CASE WHEN month_number = 2 THEN active END) AS month_2
FROM activity
GROUP BY cohort
ORDER BY cohort
--# recency, frequency and money
SELECT s.*, NTILE(5) OVER (ORDER BY s.recency_days DESC) AS r, NTILE(5) OVER (ORDER BY s.frequency) AS f
FROM (
    SELECT c.id, c.name, DATEDIFF(day, MAX(o.ordered_at), GETDATE()) AS recency_days, COUNT(*) AS frequency, ISNULL(SUM(o.amount), 0) AS money
    FROM dbo.customers c LEFT JOIN dbo.orders o ON o.customer_id = c.id AND o.status = 'paid'
    GROUP BY c.id, c.name
) AS s
WHERE s.money > 0
ORDER BY s.money DESC OFFSET 0 ROWS FETCH NEXT 100 ROWS ONLY
--# gaps and islands
WITH numbered AS (
    SELECT customer_id, CAST(ordered_at AS date) AS [day],
           DATEADD(day, -DENSE_RANK() OVER (PARTITION BY customer_id ORDER BY CAST(ordered_at AS date)), CAST(ordered_at AS date)) AS island
    FROM dbo.orders
)
SELECT customer_id, MIN([day]) AS first_day, MAX([day]) AS last_day, COUNT(DISTINCT [day]) AS days
FROM numbered GROUP BY customer_id, island HAVING COUNT(DISTINCT [day]) >= 3
--# duplicates
SELECT LOWER(LTRIM(RTRIM(email))) AS email, COUNT(*) AS n, STRING_AGG(CAST(id AS varchar(20)), ',') WITHIN GROUP (ORDER BY id) AS ids
FROM dbo.customers GROUP BY LOWER(LTRIM(RTRIM(email))) HAVING COUNT(*) > 1
--# a calendar by recursion
WITH days AS (
    SELECT CAST('2024-01-01' AS date) AS d UNION ALL SELECT DATEADD(day, 1, d) FROM days WHERE d < '2024-12-31'
)
SELECT days.d, COUNT(o.id) AS orders, COALESCE(SUM(o.amount), 0) AS amount
FROM days LEFT JOIN dbo.orders o ON CAST(o.ordered_at AS date) = days.d
GROUP BY days.d ORDER BY days.d OPTION (MAXRECURSION 400)
--# the newest row of each group
SELECT * FROM (SELECT o.*, ROW_NUMBER() OVER (PARTITION BY o.customer_id ORDER BY o.ordered_at DESC, o.id DESC) AS rn FROM dbo.orders o) AS ranked WHERE ranked.rn = 1
--# columns of a table with keys and comments
SELECT c.column_id, c.name, TYPE_NAME(c.user_type_id) AS type_name, c.max_length, c.is_nullable, c.is_identity, dc.definition AS default_definition, ep.value AS comment,
       CASE WHEN EXISTS (SELECT 1 FROM sys.index_columns ic JOIN sys.indexes i ON i.object_id = ic.object_id AND i.index_id = ic.index_id WHERE i.is_primary_key = 1 AND ic.object_id = c.object_id AND ic.column_id = c.column_id) THEN 1 ELSE 0 END AS is_key
FROM sys.columns c
LEFT JOIN sys.default_constraints dc ON dc.object_id = c.default_object_id
LEFT JOIN sys.extended_properties ep ON ep.major_id = c.object_id AND ep.minor_id = c.column_id AND ep.name = N'MS_Description'
WHERE c.object_id = OBJECT_ID(N'dbo.orders')
ORDER BY c.column_id
--# foreign keys
SELECT fk.name, OBJECT_NAME(fk.parent_object_id) AS from_table, OBJECT_NAME(fk.referenced_object_id) AS to_table, COL_NAME(k.parent_object_id, k.parent_column_id) AS from_column
FROM sys.foreign_keys fk JOIN sys.foreign_key_columns k ON k.constraint_object_id = fk.object_id ORDER BY fk.name, k.constraint_column_id
--# queries that cost most
SELECT TOP (20) qs.total_worker_time / qs.execution_count AS average_cpu, qs.execution_count,
       SUBSTRING(t.text, qs.statement_start_offset / 2 + 1, (CASE WHEN qs.statement_end_offset = -1 THEN DATALENGTH(t.text) ELSE qs.statement_end_offset END - qs.statement_start_offset) / 2 + 1) AS statement_text, p.query_plan
FROM sys.dm_exec_query_stats AS qs
CROSS APPLY sys.dm_exec_sql_text(qs.sql_handle) AS t
OUTER APPLY sys.dm_exec_query_plan(qs.plan_handle) AS p
ORDER BY average_cpu DESC
--# what blocks what
SELECT w.session_id, w.blocking_session_id, w.wait_duration_ms, w.resource_description FROM sys.dm_os_waiting_tasks w WHERE w.blocking_session_id IS NOT NULL
--# an honest number next to a bracket
SELECT (1)+(2),COUNT(*)FROM dbo.orders
--# current row and percent
SELECT SUM(amount) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, PERCENT_RANK() OVER (ORDER BY id) FROM dbo.orders
--# a subquery in the select list
SELECT id, (SELECT COUNT(*) FROM dbo.orders o WHERE o.customer_id = c.id) AS order_count FROM dbo.customers c
--# least, greatest and bits
SELECT LEAST(1, 2), GREATEST(1, 2), BIT_COUNT(7), LEFT_SHIFT(1, 2), DATE_BUCKET(week, 1, GETDATE())
--# compressed and encoded
SELECT CAST(DECOMPRESS(COMPRESS('x')) AS varchar(max)), CONVERT(varchar(max), 0x41, 2)
--# a values list in a join
SELECT c.name, v.rate FROM dbo.customers c JOIN (VALUES ('a', 0.1), ('b', 0.2)) AS v(code, rate) ON v.code = c.code
--# a view of another schema, in lower case
select v.id from reporting.v_orders v where v.id in (select top 5 id from dbo.orders order by newid())
--# a national join of many conditions
SELECT a.x FROM a JOIN b ON (a.id = b.id AND (a.k = b.k OR a.k IS NULL)) WHERE NOT EXISTS (SELECT * FROM c WHERE c.id = b.id)
--# a row number as an alias with equals
SELECT rn = ROW_NUMBER() OVER (ORDER BY (SELECT NULL)), o.* FROM dbo.orders o
--# a property of what a method returns
SELECT geography::Point(52.5, 13.4, 4326).Lat, (place).Long FROM dbo.places
--# pseudo-columns
SELECT $IDENTITY, t.$ROWGUID FROM dbo.orders AS t
