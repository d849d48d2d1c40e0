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
--# xml namespaces
WITH XMLNAMESPACES ('http://example.org/shop' AS s, DEFAULT 'http://example.org/base') SELECT d.body.value('(/s:a/b)[1]', 'int') FROM dbo.docs d
--# xml namespaces before a query in WITH
WITH XMLNAMESPACES ('http://schemas.microsoft.com/sqlserver/2004/07/showplan' AS p), plans AS (SELECT query_plan FROM sys.dm_exec_cached_plans cp CROSS APPLY sys.dm_exec_query_plan(cp.plan_handle)) SELECT n.x.value('@PhysicalOp', 'nvarchar(100)') FROM plans CROSS APPLY query_plan.nodes('//p:RelOp') AS n(x)
--# not less and not greater
SELECT * FROM dbo.orders WHERE amount !< 10 AND amount !> 20
--# not equal in both forms
SELECT * FROM dbo.orders WHERE status != 'open' AND status <> 'paid'
--# a graph pattern
SELECT p2.name FROM dbo.person p1, dbo.friend f, dbo.person p2 WHERE MATCH(p1-(f)->p2) AND p1.name = 'Ada'
--# a graph pattern in both directions
SELECT p1.name FROM dbo.person p1, dbo.friend f1, dbo.friend f2, dbo.person p2, dbo.person p3 WHERE MATCH(p1-(f1)->p2<-(f2)-p3)
--# the shortest path of a graph
SELECT p1.name, STRING_AGG(p2.name, '->') WITHIN GROUP (GRAPH PATH) AS people, LAST_VALUE(p2.name) WITHIN GROUP (GRAPH PATH) AS last_name FROM dbo.person AS p1, dbo.friend FOR PATH AS f, dbo.person FOR PATH AS p2 WHERE MATCH(SHORTEST_PATH(p1(-(f)->p2)+))
--# pseudo-columns of a graph
SELECT $node_id, p.$node_id, f.$edge_id, f.$from_id, f.$to_id FROM dbo.person p, dbo.friend f
--# a period from and to
SELECT * FROM dbo.prices FOR SYSTEM_TIME FROM '2024-01-01' TO '2024-02-01'
--# a period that contains
SELECT * FROM dbo.prices FOR SYSTEM_TIME CONTAINED IN ('2024-01-01', '2024-02-01')
--# all of the history
SELECT * FROM dbo.prices FOR SYSTEM_TIME ALL AS p WHERE p.id = 1
--# the past of a parameter's time
SELECT * FROM dbo.prices FOR SYSTEM_TIME AS OF @at AS p JOIN dbo.products AS q ON q.id = p.product_id
--# for xml raw
SELECT id, name FROM dbo.customers FOR XML RAW('customer'), ROOT('customers'), ELEMENTS XSINIL
--# for xml raw with a schema
SELECT id, name FROM dbo.customers FOR XML RAW, XMLSCHEMA('urn:example'), BINARY BASE64
--# for xml explicit
SELECT 1 AS Tag, NULL AS Parent, id AS [customer!1!id] FROM dbo.customers FOR XML EXPLICIT
--# for xml auto with elements and type
SELECT id, name FROM dbo.customers FOR XML AUTO, ELEMENTS, TYPE
--# for json auto
SELECT c.id, o.amount FROM dbo.customers c JOIN dbo.orders o ON o.customer_id = c.id FOR JSON AUTO, INCLUDE_NULL_VALUES
--# json of a subquery
SELECT c.id, (SELECT o.id, o.amount FROM dbo.orders o WHERE o.customer_id = c.id FOR JSON PATH) AS orders FROM dbo.customers c
--# json of one object
SELECT JSON_QUERY((SELECT 1 AS a FOR JSON PATH, WITHOUT_ARRAY_WRAPPER)) AS doc
--# json rows by a path
SELECT [key], value, type FROM OPENJSON('{"a": [1, 2]}', '$.a')
--# json rows of two levels
SELECT o.id, i.sku FROM OPENJSON(@doc) WITH (id int, items nvarchar(max) AS JSON) AS o CROSS APPLY OPENJSON(o.items) WITH (sku nvarchar(20)) AS i
--# an index hint by number
SELECT * FROM dbo.orders WITH (INDEX(0))
--# an index hint with an equals sign
SELECT * FROM dbo.orders WITH (INDEX = ix_orders_status)
--# an index hint with several indexes
SELECT * FROM dbo.orders WITH (INDEX(ix_a, ix_b), READUNCOMMITTED)
--# an index hint in the old form
SELECT * FROM dbo.orders (INDEX(ix_orders_status)) WHERE status = 'open'
--# a seek hint with index and columns
SELECT * FROM dbo.orders WITH (FORCESEEK(ix_orders_status (status, id)))
--# a scan hint
SELECT * FROM dbo.orders AS o WITH (FORCESCAN, NOWAIT)
--# snapshot and no expansion
SELECT * FROM dbo.v_totals WITH (NOEXPAND) CROSS JOIN dbo.memory WITH (SNAPSHOT)
--# page locks
SELECT * FROM dbo.orders WITH (PAGLOCK)
--# read committed hints
SELECT * FROM dbo.orders WITH (READCOMMITTED) UNION ALL SELECT * FROM dbo.old_orders WITH (READCOMMITTEDLOCK)
--# a sample that can be repeated
SELECT * FROM dbo.orders TABLESAMPLE SYSTEM (1000 ROWS) REPEATABLE (42)
--# pivot with several columns
SELECT customer_id, [2023], [2024] FROM (SELECT customer_id, YEAR(ordered_at) AS y, amount FROM dbo.orders) s PIVOT (SUM(amount) FOR y IN ([2023], [2024])) AS p ORDER BY customer_id
--# pivot without AS
SELECT * FROM dbo.sales PIVOT (COUNT(id) FOR kind IN ([a], [b])) p
--# unpivot without AS
SELECT u.id, u.q FROM dbo.quarters UNPIVOT (amount FOR q IN (q1, q2)) u
--# apply a query
SELECT c.name, last_order.amount FROM dbo.customers c OUTER APPLY (SELECT TOP (1) o.amount FROM dbo.orders o WHERE o.customer_id = c.id ORDER BY o.ordered_at DESC) AS last_order
--# apply a list of values
SELECT c.id, v.kind, v.address FROM dbo.customers c CROSS APPLY (VALUES ('mail', c.email), ('phone', c.phone)) AS v(kind, address)
--# apply a list of values without AS
SELECT c.id, v.kind FROM dbo.customers c CROSS APPLY (VALUES ('mail'), ('phone')) v(kind)
--# top with ties
SELECT TOP (3) WITH TIES * FROM dbo.orders ORDER BY amount DESC
--# top percent of a parameter
SELECT TOP (@share) PERCENT id FROM dbo.orders ORDER BY id
--# grouping sets of rollup and cube
SELECT a, b, c, SUM(x) FROM dbo.facts GROUP BY GROUPING SETS (ROLLUP (a, b), CUBE (b, c), (a), ())
--# group by nothing
SELECT COUNT(*) FROM dbo.orders GROUP BY ()
--# rollup after a column
SELECT a, b, SUM(x) FROM dbo.facts GROUP BY a, ROLLUP (b)
--# a cube in the old form
SELECT a, SUM(x) FROM dbo.facts GROUP BY a WITH CUBE
--# options for recursion and parallelism
SELECT * FROM dbo.orders OPTION (MAXRECURSION 0, MAXDOP 4, RECOMPILE)
--# options for parameters
SELECT * FROM dbo.orders WHERE id = @id OPTION (OPTIMIZE FOR (@id = 42))
--# options for unknown parameters
SELECT * FROM dbo.orders WHERE id = @id OPTION (OPTIMIZE FOR UNKNOWN)
--# options for joins and unions
SELECT a FROM dbo.x UNION SELECT a FROM dbo.y OPTION (HASH UNION, LOOP JOIN, FORCE ORDER, FAST 10)
--# options for plans
SELECT * FROM dbo.orders OPTION (KEEP PLAN, ROBUST PLAN, EXPAND VIEWS)
--# options for memory and a label
SELECT * FROM dbo.orders OPTION (MAX_GRANT_PERCENT = 25, MIN_GRANT_PERCENT = 1, LABEL = N'nightly report')
--# options that keep a plan fixed
SELECT * FROM dbo.orders OPTION (KEEPFIXED PLAN, NO_PERFORMANCE_SPOOL)
--# hints by name, several
SELECT * FROM dbo.orders OPTION (USE HINT ('FORCE_LEGACY_CARDINALITY_ESTIMATION', 'DISABLE_BATCH_MODE_ADAPTIVE_JOINS'))
--# a plan given as xml
SELECT * FROM dbo.orders OPTION (USE PLAN N'<ShowPlanXML/>')
--# a table hint in the options
SELECT * FROM dbo.orders AS o OPTION (TABLE HINT (o, INDEX(ix_orders_status), NOLOCK))
--# a named window
SELECT id, SUM(amount) OVER w AS running, ROW_NUMBER() OVER (w ROWS UNBOUNDED PRECEDING) AS n FROM dbo.orders WINDOW w AS (PARTITION BY customer_id ORDER BY id)
--# null-safe comparison
SELECT * FROM dbo.orders WHERE shipped_at IS DISTINCT FROM delivered_at AND customer_id IS NOT DISTINCT FROM @customer
--# time zones
SELECT ordered_at AT TIME ZONE 'UTC' AT TIME ZONE 'Central European Standard Time' AS local_time FROM dbo.orders
--# collation of an expression and of the catalog
SELECT * FROM dbo.a JOIN dbo.b ON a.name COLLATE DATABASE_DEFAULT = b.name COLLATE DATABASE_DEFAULT
--# an alias that is a string and has an equals sign
SELECT 'Order number' = id, "Customer" = customer_id FROM dbo.orders
--# an alias that is a string without AS
SELECT id 'the key', amount N'Betrag' FROM dbo.orders
--# an alias in quotes without AS
SELECT id "the key", amount [the amount] FROM dbo.orders
--# the row's own identifier
SELECT $ROWGUID, $IDENTITY FROM dbo.orders
--# the old pseudo-columns
SELECT IDENTITYCOL, ROWGUIDCOL FROM dbo.orders
--# static methods of hierarchies
SELECT hierarchyid::GetRoot(), hierarchyid::Parse('/1/2/').GetLevel(), CAST('/1/' AS hierarchyid).GetAncestor(1).ToString()
--# geometry
SELECT geometry::STGeomFromText('POINT (1 2)', 0).STX, geometry::Parse('LINESTRING (0 0, 1 1)').STLength()
--# an aggregate of geography
SELECT geography::UnionAggregate(place).STAsText() FROM dbo.places
--# xml variables
SELECT @doc.value('(/a/b)[1]', 'nvarchar(50)'), @doc.exist('/a/c')
--# xml nodes of a parameter
SELECT n.x.value('@id', 'int') AS id, n.x.query('.') FROM @doc.nodes('/a/b') AS n(x)
--# xml of a subquery with types
SELECT CAST((SELECT id FROM dbo.orders FOR XML PATH('o'), TYPE) AS nvarchar(max))
--# json built from values
SELECT JSON_ARRAY(1, 'a', NULL NULL ON NULL), JSON_PATH_EXISTS(data, '$.a') FROM dbo.events
--# approximate percentiles
SELECT status, APPROX_PERCENTILE_CONT(0.9) WITHIN GROUP (ORDER BY amount) FROM dbo.orders GROUP BY status
--# continuous and discrete percentiles
SELECT PERCENTILE_DISC(0.5) WITHIN GROUP (ORDER BY amount DESC) OVER (PARTITION BY status) FROM dbo.orders
--# the last value that is not null
SELECT LAST_VALUE(amount) IGNORE NULLS OVER (ORDER BY id) FROM dbo.orders
--# a frame by range
SELECT FIRST_VALUE(amount) OVER (PARTITION BY status ORDER BY id RANGE UNBOUNDED PRECEDING) FROM dbo.orders
--# a frame that ends later
SELECT SUM(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM dbo.orders
--# statements that run, with plans
SELECT r.session_id, s.login_name, s.host_name, s.program_name, DB_NAME(r.database_id) AS database_name, r.command, r.percent_complete, r.cpu_time, r.total_elapsed_time, r.wait_type, r.last_wait_type, t.text, p.query_plan FROM sys.dm_exec_requests AS r INNER JOIN sys.dm_exec_sessions AS s ON s.session_id = r.session_id OUTER APPLY sys.dm_exec_sql_text(r.sql_handle) AS t OUTER APPLY sys.dm_exec_query_plan(r.plan_handle) AS p WHERE s.is_user_process = 1
--# the text of what a session sent last
SELECT s.session_id, b.event_info FROM sys.dm_exec_sessions s CROSS APPLY sys.dm_exec_input_buffer(s.session_id, NULL) AS b
--# waits of the server
WITH waits AS (SELECT wait_type, wait_time_ms / 1000.0 AS wait_s, 100.0 * wait_time_ms / SUM(wait_time_ms) OVER () AS share, ROW_NUMBER() OVER (ORDER BY wait_time_ms DESC) AS n FROM sys.dm_os_wait_stats WITH (NOLOCK) WHERE wait_type NOT IN (N'BROKER_EVENTHANDLER', N'CHECKPOINT_QUEUE', N'WAITFOR', N'XE_TIMER_EVENT') AND waiting_tasks_count > 0) SELECT MAX(w1.wait_type) AS wait_type, CAST(MAX(w1.wait_s) AS decimal(16, 2)) AS wait_s, CAST(SUM(w2.share) AS decimal(5, 2)) AS running_share FROM waits AS w1 INNER JOIN waits AS w2 ON w2.n <= w1.n GROUP BY w1.n HAVING SUM(w2.share) - MAX(w1.share) < 99 OPTION (RECOMPILE)
--# latency of files
SELECT DB_NAME(fs.database_id) AS database_name, mf.physical_name, io_stall_read_ms, num_of_reads, CAST(io_stall_read_ms / (1.0 + num_of_reads) AS numeric(10, 1)) AS average_read_stall_ms FROM sys.dm_io_virtual_file_stats(NULL, NULL) AS fs INNER JOIN sys.master_files AS mf WITH (NOLOCK) ON fs.database_id = mf.database_id AND fs.[file_id] = mf.[file_id] ORDER BY average_read_stall_ms DESC OPTION (RECOMPILE)
--# volumes of the server
SELECT DISTINCT vs.volume_mount_point, vs.total_bytes / 1073741824.0 AS total_gb, vs.available_bytes / 1073741824.0 AS free_gb FROM sys.master_files AS f CROSS APPLY sys.dm_os_volume_stats(f.database_id, f.[file_id]) AS vs
--# memory of the server
SELECT total_physical_memory_kb / 1024 AS total_mb, available_physical_memory_kb / 1024 AS available_mb, system_memory_state_desc FROM sys.dm_os_sys_memory WITH (NOLOCK) OPTION (RECOMPILE)
--# processors by ring buffer
SELECT TOP (256) record_id, SQLProcessUtilization, SystemIdle, DATEADD(ms, -1 * (@now - [timestamp]), GETDATE()) AS event_time FROM (SELECT record.value('(./Record/@id)[1]', 'int') AS record_id, record.value('(./Record/SchedulerMonitorEvent/SystemHealth/SystemIdle)[1]', 'int') AS SystemIdle, record.value('(./Record/SchedulerMonitorEvent/SystemHealth/ProcessUtilization)[1]', 'int') AS SQLProcessUtilization, [timestamp] FROM (SELECT [timestamp], CONVERT(xml, record) AS [record] FROM sys.dm_os_ring_buffers WITH (NOLOCK) WHERE ring_buffer_type = N'RING_BUFFER_SCHEDULER_MONITOR' AND record LIKE N'%<SystemHealth>%') AS x) AS y ORDER BY record_id DESC OPTION (RECOMPILE)
--# missing indexes with advantage
SELECT CONVERT(decimal(18, 2), migs.user_seeks * migs.avg_total_user_cost * (migs.avg_user_impact * 0.01)) AS index_advantage, migs.last_user_seek, mid.[statement] AS table_name, mid.equality_columns, mid.inequality_columns, mid.included_columns FROM sys.dm_db_missing_index_group_stats AS migs WITH (NOLOCK) INNER JOIN sys.dm_db_missing_index_groups AS mig WITH (NOLOCK) ON migs.group_handle = mig.index_group_handle INNER JOIN sys.dm_db_missing_index_details AS mid WITH (NOLOCK) ON mig.index_handle = mid.index_handle ORDER BY index_advantage DESC OPTION (RECOMPILE)
--# usage of indexes
SELECT OBJECT_NAME(i.[object_id]) AS table_name, i.name AS index_name, ISNULL(s.user_seeks, 0) + ISNULL(s.user_scans, 0) + ISNULL(s.user_lookups, 0) AS reads, s.user_updates AS writes FROM sys.indexes AS i LEFT OUTER JOIN sys.dm_db_index_usage_stats AS s ON i.[object_id] = s.[object_id] AND i.index_id = s.index_id AND s.database_id = DB_ID() WHERE OBJECTPROPERTY(i.[object_id], 'IsUserTable') = 1
--# operations of indexes
SELECT * FROM sys.dm_db_index_operational_stats(DB_ID(), OBJECT_ID('dbo.orders'), NULL, NULL) AS s
--# statistics with their age
SELECT s.name, STATS_DATE(s.object_id, s.stats_id) AS updated_at, p.rows, p.rows_sampled, p.modification_counter FROM sys.stats s CROSS APPLY sys.dm_db_stats_properties(s.object_id, s.stats_id) AS p
--# a histogram
SELECT h.range_high_key, h.equal_rows FROM sys.stats s CROSS APPLY sys.dm_db_stats_histogram(s.object_id, s.stats_id) h WHERE s.name = 'ix_orders_status'
--# dependencies of an object
SELECT referenced_schema_name, referenced_entity_name FROM sys.dm_sql_referenced_entities('dbo.v_orders', 'OBJECT')
--# who refers to an object
SELECT referencing_entity_name FROM sys.dm_sql_referencing_entities('dbo.orders', 'OBJECT')
--# the log of the database
SELECT COUNT(*) AS vlf_count FROM sys.dm_db_log_info(DB_ID()) AS li
--# space of the log
SELECT name, log_reuse_wait_desc, log_size_mb = (SELECT SUM(size) / 128.0 FROM sys.master_files f WHERE f.database_id = d.database_id AND f.type = 1) FROM sys.databases d
--# settings of the server
SELECT name, value, value_in_use, description FROM sys.configurations WITH (NOLOCK) ORDER BY name OPTION (RECOMPILE)
--# backups in msdb
SELECT TOP (30) bs.database_name, bs.backup_finish_date, bs.backup_size / 1048576.0 AS size_mb FROM msdb.dbo.backupset AS bs WHERE bs.type = 'D' ORDER BY bs.backup_finish_date DESC
--# jobs in msdb, with times
SELECT j.name, h.run_status, msdb.dbo.agent_datetime(h.run_date, h.run_time) AS run_at FROM msdb.dbo.sysjobs j JOIN msdb.dbo.sysjobhistory h ON h.job_id = j.job_id WHERE h.step_id = 0
--# locks that are held
SELECT l.request_session_id, l.resource_type, l.request_mode, l.request_status, OBJECT_NAME(p.object_id) AS object_name FROM sys.dm_tran_locks l LEFT JOIN sys.partitions p ON p.hobt_id = l.resource_associated_entity_id
--# open transactions
SELECT st.session_id, at.transaction_begin_time, DATEDIFF(second, at.transaction_begin_time, GETDATE()) AS open_s FROM sys.dm_tran_active_transactions at JOIN sys.dm_tran_session_transactions st ON st.transaction_id = at.transaction_id
--# the query store
SELECT TOP (25) qt.query_sql_text, q.query_id, SUM(rs.count_executions) AS executions, AVG(rs.avg_duration) AS average_duration FROM sys.query_store_query_text qt JOIN sys.query_store_query q ON q.query_text_id = qt.query_text_id JOIN sys.query_store_plan p ON p.query_id = q.query_id JOIN sys.query_store_runtime_stats rs ON rs.plan_id = p.plan_id GROUP BY qt.query_sql_text, q.query_id ORDER BY AVG(rs.avg_duration) DESC
--# attributes of cached plans
SELECT cp.usecounts, cp.size_in_bytes, t.[text], pa.value FROM sys.dm_exec_cached_plans cp CROSS APPLY sys.dm_exec_sql_text(cp.plan_handle) t CROSS APPLY sys.dm_exec_plan_attributes(cp.plan_handle) pa WHERE pa.attribute = 'dbid'
--# the time of the last start
SELECT sqlserver_start_time, cpu_count, hyperthread_ratio, physical_memory_kb FROM sys.dm_os_sys_info
--# counters of performance
SELECT [object_name], counter_name, instance_name, cntr_value FROM sys.dm_os_performance_counters WHERE counter_name = N'Page life expectancy'
--# members of roles
SELECT r.name AS role_name, m.name AS member_name FROM sys.database_role_members rm JOIN sys.database_principals r ON r.principal_id = rm.role_principal_id JOIN sys.database_principals m ON m.principal_id = rm.member_principal_id
--# rights in the database
SELECT p.class_desc, p.permission_name, p.state_desc, USER_NAME(p.grantee_principal_id), OBJECT_NAME(p.major_id) FROM sys.database_permissions p
--# rights of the login, old and new
SELECT entity_name, permission_name FROM sys.fn_my_permissions('dbo.orders', 'OBJECT')
--# all rights that there are
SELECT * FROM sys.fn_builtin_permissions(DEFAULT)
--# collations of the server
SELECT name, description FROM fn_helpcollations() WHERE name LIKE 'Latin1%'
--# collations of the server in the old form
SELECT name FROM ::fn_helpcollations()
--# change tracking
SELECT c.SYS_CHANGE_VERSION, c.SYS_CHANGE_OPERATION, c.id FROM CHANGETABLE(CHANGES dbo.orders, @last_version) AS c WHERE CHANGE_TRACKING_CURRENT_VERSION() > @last_version
--# captured changes
SELECT * FROM cdc.fn_cdc_get_all_changes_dbo_orders(sys.fn_cdc_get_min_lsn('dbo_orders'), sys.fn_cdc_get_max_lsn(), N'all')
--# full text over several columns
SELECT id FROM dbo.docs WHERE CONTAINS((title, body), 'FORMSOF(INFLECTIONAL, "run")') OR FREETEXT(*, 'sale')
--# full text over a property
SELECT id FROM dbo.docs WHERE CONTAINS(PROPERTY(body, 'Title'), 'report')
--# full text with rank and language
SELECT k.[KEY], k.[RANK] FROM FREETEXTTABLE(dbo.docs, (title, body), 'sale', LANGUAGE N'English', 10) AS k ORDER BY k.[RANK] DESC
--# files of the database by old views
SELECT name, filename, size FROM dbo.sysfiles
--# old catalog views
SELECT o.name, c.name FROM sysobjects o JOIN syscolumns c ON c.id = o.id WHERE o.xtype = 'U'
--# tables of the standard schema
SELECT t.TABLE_NAME, k.CONSTRAINT_NAME FROM INFORMATION_SCHEMA.TABLES t LEFT JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS k ON k.TABLE_NAME = t.TABLE_NAME AND k.CONSTRAINT_TYPE = 'PRIMARY KEY'
--# routines of the standard schema
SELECT ROUTINE_NAME, ROUTINE_DEFINITION FROM INFORMATION_SCHEMA.ROUTINES WHERE ROUTINE_DEFINITION LIKE '%DELETE FROM%'
--# definitions of modules
SELECT OBJECT_SCHEMA_NAME(m.object_id), OBJECT_NAME(m.object_id), m.definition FROM sys.sql_modules m WHERE m.definition LIKE N'%EXEC%'
--# parameters of procedures
SELECT p.name, TYPE_NAME(p.user_type_id), p.is_output FROM sys.parameters p WHERE p.object_id = OBJECT_ID('dbo.usp_report')
--# triggers and their events
SELECT t.name, te.type_desc FROM sys.triggers t JOIN sys.trigger_events te ON te.object_id = t.object_id WHERE t.is_disabled = 0
--# sequences without advancing them
SELECT name, current_value, increment FROM sys.sequences
--# partitions and their boundaries
SELECT ps.name, pf.name, prv.boundary_id, prv.value FROM sys.partition_schemes ps JOIN sys.partition_functions pf ON pf.function_id = ps.function_id LEFT JOIN sys.partition_range_values prv ON prv.function_id = pf.function_id
--# the partition of a value in another database
SELECT shop.$PARTITION.by_year('2024-05-01')
--# column names of four parts
SELECT shop.dbo.customers.name FROM shop.dbo.customers WHERE shop.dbo.customers.id = 1
--# column names of four parts in a join and an aggregate
SELECT SUM(shop.dbo.orders.amount) FROM shop.dbo.orders JOIN shop.dbo.customers ON shop.dbo.customers.id = shop.dbo.orders.customer_id
--# global variables
SELECT @@SERVERNAME, @@MAX_CONNECTIONS, @@TOTAL_READ, @@CPU_BUSY, @@DATEFIRST, @@LANGUAGE, @@IDENTITY, @@TRANCOUNT, @@ERROR, @@DBTS
--# the session's context
SELECT SESSION_CONTEXT(N'tenant'), CONTEXT_INFO(), SESSIONPROPERTY('ANSI_NULLS'), CONNECTIONPROPERTY('net_transport'), CURRENT_TRANSACTION_ID()
--# the login's properties
SELECT LOGINPROPERTY(SUSER_SNAME(), 'IsLocked'), IS_ROLEMEMBER('db_datareader'), IS_SRVROLEMEMBER('sysadmin'), USER_NAME(), CURRENT_USER, SESSION_USER, SYSTEM_USER
--# dates of every kind
SELECT DATEFROMPARTS(2024, 2, 29), EOMONTH(GETDATE(), -1), DATETRUNC(month, GETDATE()), DATENAME(weekday, GETDATE()), DATEPART(iso_week, GETDATE()), SWITCHOFFSET(SYSDATETIMEOFFSET(), '+02:00'), ISDATE('x'), DATEDIFF_BIG(ms, '2000-01-01', GETDATE())
--# texts of every kind
SELECT CONCAT_WS(', ', a, b), TRIM('x' FROM c), TRANSLATE(d, '[]', '()'), FORMAT(e, 'N2', 'de-DE'), STRING_ESCAPE(f, 'json'), QUOTENAME(g), PATINDEX('%[0-9]%', h), STUFF(i, 1, 1, ''), REPLICATE('-', 3), SOUNDEX(j), UNICODE(k), NCHAR(8364) FROM dbo.texts
--# conversions of every kind
SELECT TRY_CAST(a AS int), TRY_CONVERT(date, b, 104), PARSE(c AS money USING 'de-DE'), TRY_PARSE(d AS datetime2 USING 'en-GB'), CONVERT(nvarchar(30), GETDATE(), 126), CAST(e AS varbinary(max)), CAST(f AS sysname) FROM dbo.texts
--# choices of every kind
SELECT IIF(a > 0, 'plus', 'minus'), CHOOSE(2, 'a', 'b'), COALESCE(b, c, 0), NULLIF(d, ''), ISNULL(e, 0), CASE f WHEN 1 THEN 'x' ELSE 'y' END FROM dbo.numbers
--# numbers of every kind
SELECT ROUND(a, 2), CEILING(b), POWER(2, 10), LOG(c, 2), SIGN(d), RAND(), PI(), ATN2(1, 2), SQUARE(3), a % 3, a & 1, a | 2, a ^ 3, ~a FROM dbo.numbers
--# compound conditions
SELECT * FROM dbo.orders WHERE amount > ALL (SELECT amount FROM dbo.old_orders) AND id = ANY (SELECT order_id FROM dbo.items) AND status LIKE '50!%' ESCAPE '!' AND amount BETWEEN 1 AND 2
--# set operations in brackets
(SELECT id FROM dbo.a EXCEPT SELECT id FROM dbo.b) UNION ALL (SELECT id FROM dbo.c INTERSECT SELECT id FROM dbo.d) ORDER BY id
--# a derived table with names for its columns
SELECT x.a FROM (SELECT 1, 2) AS x(a, b)
--# comments in odd places
SELECT /* first */ id -- the key
, /* second /* nested */ */ amount FROM /* of the shop */ dbo . orders -- all
--# comments between words that belong together
SELECT status FROM dbo.orders GROUP /* by */ BY status ORDER /* by */ BY status
--# a semicolon and a comment at the end
SELECT 1 AS one; -- that is all
--# semicolons around
;;SELECT 1 AS one;;
--# names in other scripts
SELECT [Größe], [名前], Straße FROM dbo.[Läger] WHERE Straße LIKE N'Grüne%'
--# names with hash and at
SELECT a.b#, [c@d], e$f FROM dbo.t$1 a
--# names that are keywords elsewhere
SELECT limit, offset, returning, ilike, regexp, lateral, array, interval, boolean FROM dbo.words
--# names of verbs that are not reserved
SELECT send, receive, enable, disable, throw, get, move, copy, rename, match FROM dbo.words
--# a derived table that selects for the page
SELECT * FROM (SELECT o.*, COUNT(*) OVER () AS total_rows FROM dbo.orders o) x ORDER BY x.id OFFSET 0 ROWS FETCH NEXT 20 ROWS ONLY
--# a moving share by window in an expression
SELECT CAST(100.0 * SUM(amount) / NULLIF(SUM(SUM(amount)) OVER (), 0) AS decimal(5, 2)) AS share FROM dbo.orders GROUP BY status
--# a median by row numbers
SELECT AVG(1.0 * amount) FROM (SELECT amount, ROW_NUMBER() OVER (ORDER BY amount) AS n, COUNT(*) OVER () AS c FROM dbo.orders) x WHERE n IN ((c + 1) / 2, (c + 2) / 2)
--# a tree with its path
WITH tree (id, name, path, depth) AS (SELECT id, name, CAST('/' + name AS nvarchar(4000)), 0 FROM dbo.nodes WHERE parent_id IS NULL UNION ALL SELECT n.id, n.name, CAST(t.path + '/' + n.name AS nvarchar(4000)), t.depth + 1 FROM dbo.nodes AS n INNER JOIN tree AS t ON t.id = n.parent_id) SELECT * FROM tree ORDER BY path OPTION (MAXRECURSION 32767)
--# searching all texts of modules for words of harm
SELECT name FROM sys.procedures WHERE OBJECT_DEFINITION(object_id) LIKE '%xp_cmdshell%' OR OBJECT_DEFINITION(object_id) LIKE '%DROP TABLE%'
--# a table value with its row number by a constant order
SELECT ROW_NUMBER() OVER (ORDER BY (SELECT 1)) AS n, value FROM STRING_SPLIT(@list, N',') WHERE RTRIM(value) <> ''
--# a case in an order and in a group
SELECT CASE WHEN amount > 100 THEN 'large' ELSE 'small' END AS size, COUNT(*) FROM dbo.orders GROUP BY CASE WHEN amount > 100 THEN 'large' ELSE 'small' END ORDER BY CASE WHEN COUNT(*) > 10 THEN 0 ELSE 1 END
--# several levels of brackets
SELECT (((1 + 2)) * ((3))) AS n WHERE ((((1 = 1))))
--# a synonym of another database's table
SELECT TOP 5 * FROM dbo.syn_orders AS s WITH (NOLOCK)
--# hexadecimal, money and unicode constants
SELECT 0xDEADBEEF, $1.50, -$2, N'naïve', 1e-5, .5E+2
--# a large list
SELECT * FROM dbo.orders WHERE id IN (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20)
--# a left join that finds what is missing
SELECT c.* FROM dbo.customers c LEFT JOIN dbo.orders o ON o.customer_id = c.id WHERE o.id IS NULL
--# a join with hints on both sides
SELECT * FROM dbo.a WITH (NOLOCK) INNER LOOP JOIN dbo.b (NOLOCK) ON b.id = a.id FULL OUTER HASH JOIN dbo.c ON c.id = b.id
--# a join written with commas and brackets
SELECT * FROM (dbo.a CROSS JOIN dbo.b) LEFT JOIN (dbo.c INNER JOIN dbo.d ON d.id = c.id) ON c.id = a.id, dbo.e
--# an exists with TOP
SELECT CASE WHEN EXISTS (SELECT TOP (1) 1 FROM dbo.orders WHERE status = 'open') THEN 1 ELSE 0 END
--# methods of columns behind an alias and a table
SELECT d.body.value('(/a)[1]', 'int'), docs.body.exist('/a'), dbo.docs.body.query('/a') FROM dbo.docs AS d, dbo.docs
--# a static method by the system's schema
SELECT sys.geography::Point(1, 2, 4326).Lat
--# pages that are waited for
SELECT pi.object_id FROM sys.dm_exec_requests r CROSS APPLY sys.fn_PageResCracker(r.page_resource) AS pr CROSS APPLY sys.dm_db_page_info(pr.db_id, pr.file_id, pr.page_id, 'DETAILED') AS pi
--# names of verbs behind a dot
SELECT t.receive - 1, r.id FROM dbo.throw t JOIN dbo.receive r ON r.id = t.id
--# queries in brackets behind TOP
SELECT TOP 5 (SELECT MAX(id) FROM dbo.items) AS a, id FROM dbo.orders UNION ALL SELECT TOP (5) (SELECT 1), 2 UNION ALL SELECT TOP (10) PERCENT ((SELECT 1)), 3
--# a query in brackets behind WITH
WITH c AS (SELECT 1 AS a) (SELECT a FROM c) UNION ALL (SELECT 2)
--# columns that are named like hints
SELECT o.[XLOCK], SUM(o.[TABLOCK]), [holdlock] FROM dbo.orders AS o
--# a JSON value of a type
SELECT JSON_VALUE(o.notes, '$.count' RETURNING int) AS n, JSON_VALUE(o.notes, '$[' + CAST(@i AS nvarchar(10)) + '].price' RETURNING decimal(10, 2)) AS price FROM dbo.orders AS o WHERE JSON_VALUE(o.notes, '$.on' RETURNING date) IS NOT NULL
--# a JSON array made of what is found
SELECT JSON_QUERY(o.notes, '$.tags[*]' WITH ARRAY WRAPPER) AS tags FROM dbo.orders AS o
--# a JSON document's columns with collations
SELECT j.code FROM OPENJSON(N'[{"code":"a"}]') WITH (code nvarchar(10) COLLATE Latin1_General_BIN2 '$.code', rest nvarchar(max) '$' AS JSON) AS j
--# dates in the escapes of ODBC
SELECT o.id FROM dbo.orders AS o WHERE o.ordered_at >= {d '2026-01-01'} AND o.ordered_at < {ts '2026-11-21 12:00:00'} AND CAST(o.ordered_at AS time) > {t'08:00:00'}
--# names in letters of many scripts
SELECT Größe, имя, 价格 AS 合計, όνομα, שם FROM dbo.Straße AS тарифы
