--# xml path grouping
SELECT STUFF((SELECT ', ' + o.name FROM dbo.orders o WHERE o.cid = c.id ORDER BY o.name FOR XML PATH(''), TYPE).value('.', 'nvarchar(max)'), 1, 2, '') AS names FROM dbo.customers c
--# xml path with root and elements
SELECT c.id AS '@id', c.name AS 'name/first', (SELECT o.id FROM o FOR XML PATH('o'), TYPE) FROM c FOR XML PATH('customer'), ROOT('customers'), ELEMENTS XSINIL, BINARY BASE64
--# json path
SELECT id, name AS 'info.name', (SELECT * FROM o FOR JSON AUTO) AS orders FROM c FOR JSON PATH, ROOT('x'), INCLUDE_NULL_VALUES, WITHOUT_ARRAY_WRAPPER
--# xml namespaces before a query
WITH XMLNAMESPACES ('urn:a' AS a), t (id) AS (SELECT 1) SELECT * FROM t
--# unpivot, once more
SELECT vendor, emp, orders FROM (SELECT vendor, e1, e2 FROM pvt) p UNPIVOT (orders FOR emp IN (e1, e2)) AS unpvt
--# pivot and unpivot in a chain
SELECT * FROM t UNPIVOT (v FOR k IN ([a], [b])) u PIVOT (MAX(v) FOR k2 IN ([x], [y])) AS p WHERE p.x > 1
--# openjson with a schema
SELECT j.* FROM dbo.docs d CROSS APPLY OPENJSON(d.body, '$.items') WITH (id int '$.id', name nvarchar(50) '$.name', tags nvarchar(max) '$.tags' AS JSON, price decimal(10, 2)) AS j
--# temporal of every kind
SELECT * FROM a FOR SYSTEM_TIME FROM @a TO @b x JOIN b FOR SYSTEM_TIME BETWEEN @a AND @b AS y ON x.id = y.id JOIN c FOR SYSTEM_TIME CONTAINED IN (@a, @b) z ON z.id = x.id, d FOR SYSTEM_TIME ALL
--# apply of every kind
SELECT * FROM c CROSS APPLY (SELECT TOP (3) * FROM o WHERE o.cid = c.id ORDER BY o.at DESC) t OUTER APPLY dbo_tvf CROSS APPLY STRING_SPLIT(c.tags, ',', 1) s CROSS APPLY (VALUES (1, 'a'), (2, 'b')) v(n, x)
--# table hints, once more
SELECT * FROM dbo.o WITH (NOLOCK) JOIN dbo.c AS c WITH (READPAST, INDEX(ix_a, 2), FORCESEEK (ix_a (x, y))) ON o.id = c.id JOIN d (NOLOCK) ON d.id = c.id, e WITH (INDEX = ix), f WITH (FORCESCAN, READUNCOMMITTED) 
--# join hints, once more
SELECT * FROM a INNER HASH JOIN b ON a.id = b.id LEFT OUTER LOOP JOIN c ON c.id = a.id INNER MERGE JOIN d ON d.id = a.id FULL JOIN e ON 1 = 1
--# top in all forms
SELECT TOP 5 PERCENT WITH TIES id, (SELECT TOP (1) x FROM y ORDER BY z) FROM t ORDER BY id
--# distinct top with an expression
SELECT DISTINCT TOP (@n * 2 + 1) id FROM t ORDER BY id DESC
--# offset with parameters
SELECT id FROM t ORDER BY (SELECT NULL) OFFSET (@page - 1) * @size ROWS FETCH NEXT @size ROWS ONLY
--# offset alone
SELECT id FROM t ORDER BY id OFFSET 5 ROW
--# named windows
SELECT SUM(x) OVER w, AVG(x) OVER (w ROWS 2 PRECEDING) FROM t WINDOW w AS (PARTITION BY a ORDER BY b), w2 AS (w)
--# within group
SELECT STRING_AGG(CONVERT(nvarchar(max), name), N', ') WITHIN GROUP (ORDER BY name ASC), PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY x) OVER (PARTITION BY d), APPROX_PERCENTILE_DISC(0.9) WITHIN GROUP (ORDER BY x) FROM t GROUP BY d
--# grouping sets, once more
SELECT a, b, SUM(x), GROUPING(a), GROUPING_ID(a, b) FROM t GROUP BY GROUPING SETS (ROLLUP (a, b), CUBE (c), (), (a, c))
--# cube old
SELECT a, b, SUM(c) FROM t GROUP BY a, b WITH CUBE HAVING SUM(c) > 1 ORDER BY a
--# at time zone
SELECT at AT TIME ZONE 'UTC' AT TIME ZONE 'Central European Standard Time', CAST(at AT TIME ZONE 'UTC' AS date), SWITCHOFFSET(at, '+02:00') FROM t
--# partition function
SELECT $PARTITION.pf_range(at), COUNT(*) FROM dbo.t WHERE $PARTITION.pf_range(at) = 2 GROUP BY $PARTITION.pf_range(at)
--# names of several parts
SELECT a.id, [b].[dbo].[t].[id], b..t.x FROM shop.dbo.orders a, [b].[dbo].[t], b..t
--# xquery methods
SELECT d.x.value('(/a/@id)[1]', 'int'), d.x.query('for $i in /a return <b>{$i}</b>'), CAST(d.x.query('a') AS nvarchar(max)), n.c.value('local-name(.)', 'sysname') FROM d OUTER APPLY d.x.nodes('/a/*') n(c) WHERE d.x.exist('/a[@b="1"]') = 1
--# recursive query
WITH n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10), m AS (SELECT i FROM n) SELECT * FROM m OPTION (MAXRECURSION 100)
--# values table
SELECT v.a, v.b FROM (VALUES (1, N'x'), (2, N'y')) AS v (a, b) WHERE v.a IN (1, 2)
--# set operations with brackets
(SELECT 1 AS a UNION SELECT 2) EXCEPT (SELECT 3 INTERSECT SELECT 4) ORDER BY a
--# convert and cast
SELECT CONVERT(varchar(10), at, 120), TRY_CONVERT(decimal(18, 4), x), CAST(a AS numeric(10, 2)), TRY_CAST(b AS uniqueidentifier), PARSE('1' AS int USING 'en-US'), TRY_PARSE(c AS date USING 'de-DE'), CONVERT(varbinary(max), 'x', 1) FROM t
--# dates, once more
SELECT DATEADD(month, DATEDIFF(month, 0, at), 0), DATEPART(iso_week, at), DATENAME(dw, at), DATETRUNC(day, at), DATE_BUCKET(week, 2, at), EOMONTH(at, -1), GETDATE() - 7, SYSUTCDATETIME(), DATEFROMPARTS(2024, 1, 1), DATEDIFF_BIG(ms, a, b) FROM t
--# full text
SELECT k.[KEY], k.RANK, t.title FROM dbo.docs t INNER JOIN CONTAINSTABLE(dbo.docs, (title, body), 'ISABOUT (cat WEIGHT (.8))', LANGUAGE N'English', 10) AS k ON t.id = k.[KEY] WHERE CONTAINS((title, body), '"fat cat*" OR NEAR((a, b), 5)') AND FREETEXT(*, 'x') AND CONTAINS(PROPERTY(doc, 'Title'), 'y')
--# quantified comparisons
SELECT * FROM t WHERE a > ALL (SELECT b FROM u) AND c = ANY (SELECT d FROM v) OR e <> SOME (SELECT 1) AND a !< 3 AND b !> 2 AND c != 1
--# is distinct from
SELECT * FROM a JOIN b ON a.x IS NOT DISTINCT FROM b.x WHERE a.y IS DISTINCT FROM NULL
--# exists with intersect
SELECT * FROM a JOIN b ON EXISTS (SELECT a.x INTERSECT SELECT b.x) WHERE NOT EXISTS (SELECT * FROM c WHERE c.id = a.id)
--# change tracking, once more
SELECT ct.*, t.name FROM CHANGETABLE(CHANGES dbo.t, @v) AS ct LEFT JOIN dbo.t ON t.id = ct.id WHERE CHANGE_TRACKING_CURRENT_VERSION() > 0
--# table sample
SELECT * FROM dbo.t TABLESAMPLE SYSTEM (10 PERCENT) REPEATABLE (5) AS s, dbo.u TABLESAMPLE (100 ROWS)
--# system views
SELECT o.name, i.name, ps.row_count, OBJECT_SCHEMA_NAME(o.object_id), INDEX_COL('dbo.t', 1, 1) FROM sys.objects o JOIN sys.indexes i ON i.object_id = o.object_id JOIN sys.dm_db_partition_stats ps ON ps.object_id = i.object_id AND ps.index_id = i.index_id CROSS APPLY sys.dm_exec_sql_text(NULL) st WHERE o.type = 'U' AND o.is_ms_shipped = 0
--# query store
SELECT TOP 10 qt.query_sql_text, rs.avg_duration FROM sys.query_store_query_text qt JOIN sys.query_store_query q ON qt.query_text_id = q.query_text_id JOIN sys.query_store_plan p ON p.query_id = q.query_id JOIN sys.query_store_runtime_stats rs ON rs.plan_id = p.plan_id ORDER BY rs.avg_duration DESC
--# slow queries of the plan cache
SELECT TOP (20) SUBSTRING(st.text, (qs.statement_start_offset/2)+1, ((CASE qs.statement_end_offset WHEN -1 THEN DATALENGTH(st.text) ELSE qs.statement_end_offset END - qs.statement_start_offset)/2) + 1) AS statement_text, qp.query_plan FROM sys.dm_exec_query_stats AS qs CROSS APPLY sys.dm_exec_sql_text(qs.sql_handle) AS st CROSS APPLY sys.dm_exec_query_plan(qs.plan_handle) qp ORDER BY qs.total_worker_time DESC
--# tableau
SELECT TOP 1000 SUM([Orders].[amount]) AS [sum:amount:ok], DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS DATE), [Orders].[at]), CAST('1900-01-01' AS DATE)) AS [tmn:at:ok] FROM [dbo].[Orders] [Orders] WHERE (([Orders].[status] >= 'a') AND ([Orders].[status] <= 'b')) GROUP BY DATEADD(month, DATEDIFF(month, CAST('1900-01-01' AS DATE), [Orders].[at]), CAST('1900-01-01' AS DATE)) HAVING (COUNT_BIG(1) > 0)
--# power bi
select [_].[id], [_].[name] from [dbo].[customers] as [_] where [_].[name] = N'Ada' and ([_].[at] >= convert(datetime2, '2024-01-01 00:00:00') and [_].[at] is not null)
--# power bi direct query
SELECT TOP (1000001) [t0].[status], SUM(CAST([t0].[amount] as DECIMAL(38, 6))) AS [a0] FROM ((select [$Table].[status] as [status], [$Table].[amount] as [amount] from [dbo].[orders] as [$Table])) AS [t0] GROUP BY [t0].[status] ORDER BY [a0] DESC, [t0].[status] ASC
--# metabase
SELECT TOP(2000) "source"."at" AS "at", COUNT(*) AS "count" FROM (SELECT CAST(DATETRUNC(month, "dbo"."orders"."at") AS date) AS "at" FROM "dbo"."orders") AS "source" GROUP BY "source"."at" ORDER BY "source"."at" ASC
--# superset
SELECT DATEADD(DAY, DATEDIFF(DAY, 0, at), 0) AS __timestamp, sum(amount) AS [SUM(amount)] FROM dbo.orders WHERE at >= CONVERT(DATETIME, '2024-01-01 00:00:00.000', 121) GROUP BY DATEADD(DAY, DATEDIFF(DAY, 0, at), 0) ORDER BY [SUM(amount)] DESC
--# ef core
SELECT [o].[Id], [o].[Total], [t].[Id], (SELECT COUNT(*) FROM [Items] AS [i] WHERE [o].[Id] = [i].[OrderId]) AS [Count], CASE WHEN [o].[State] = 0 THEN CAST(1 AS bit) ELSE CAST(0 AS bit) END AS [IsOpen] FROM [Orders] AS [o] LEFT JOIN (SELECT [t0].[Id], [t0].[OrderId] FROM (SELECT [i0].[Id], [i0].[OrderId], ROW_NUMBER() OVER(PARTITION BY [i0].[OrderId] ORDER BY [i0].[Id]) AS [row] FROM [Items] AS [i0]) AS [t0] WHERE [t0].[row] <= 3) AS [t] ON [o].[Id] = [t].[OrderId] WHERE [o].[Name] LIKE @__p_0_contains ESCAPE N'\' AND [o].[Id] IN (SELECT [ids].[value] FROM OPENJSON(@__ids_1) WITH ([value] int '$') AS [ids]) ORDER BY [o].[Id] OFFSET @__p_2 ROWS FETCH NEXT @__p_3 ROWS ONLY
--# ef core with json columns
SELECT JSON_VALUE([o].[Address], '$.City'), JSON_QUERY([o].[Address], '$.Tags'), CAST(JSON_VALUE([o].[Address], '$.Zip') AS int), [o].[RowVersion], DATEPART(year, [o].[At]), CONVERT(date, [o].[At]), CAST(LEN([o].[Name]) AS int) FROM [Orders] AS [o] WHERE [o].[Name] = N'x' AND [o].[Id] > CAST(5 AS bigint)
--# ef core temporal
SELECT [e].[Id], [e].[PeriodStart] FROM [Employees] FOR SYSTEM_TIME ALL AS [e] WHERE [e].[PeriodEnd] < '9999-12-31T23:59:59.9999999'
--# hibernate with row numbers
with query_ as (select row_.*,row_number() over (order by CURRENT_TIMESTAMP) as rownumber_ from (select top(@P0) o1_0.id as col_0 from orders o1_0 order by o1_0.id) row_) select col_0 from query_ where rownumber_>=@P1 and rownumber_<@P2
--# sqlalchemy
SELECT anon_1.id, anon_1.name FROM (SELECT t.id AS id, t.name AS name, ROW_NUMBER() OVER (ORDER BY t.id) AS mssql_rn FROM t) AS anon_1 WHERE mssql_rn > 5 AND mssql_rn <= 10 + 5
--# sqlalchemy reflection
SELECT [INFORMATION_SCHEMA].[TABLES].[TABLE_NAME] FROM [INFORMATION_SCHEMA].[TABLES] WHERE [INFORMATION_SCHEMA].[TABLES].[TABLE_SCHEMA] = CAST(N'dbo' AS NVARCHAR(max)) AND [INFORMATION_SCHEMA].[TABLES].[TABLE_TYPE] = CAST(N'BASE TABLE' AS NVARCHAR(max)) ORDER BY [INFORMATION_SCHEMA].[TABLES].[TABLE_NAME]
--# sqlalchemy reflection of columns
SELECT sys.columns.name, sys.types.name AS type_name, sys.columns.max_length, sys.columns.collation_name, sys.default_constraints.definition, sys.identity_columns.seed_value, CAST(sys.extended_properties.value AS NVARCHAR(max)) FROM sys.columns JOIN sys.types ON sys.types.user_type_id = sys.columns.user_type_id LEFT OUTER JOIN sys.default_constraints ON sys.default_constraints.object_id = sys.columns.default_object_id LEFT OUTER JOIN sys.identity_columns ON sys.identity_columns.object_id = sys.columns.object_id LEFT OUTER JOIN sys.extended_properties ON sys.extended_properties.class = 1 AND sys.extended_properties.major_id = sys.columns.object_id WHERE sys.columns.object_id = object_id(N'dbo.t')
--# django
SELECT TOP 21 [shop_order].[id], COUNT_BIG(CASE WHEN [shop_item].[qty] > 1 THEN [shop_item].[id] ELSE NULL END) AS [n] FROM [shop_order] LEFT OUTER JOIN [shop_item] ON ([shop_order].[id] = [shop_item].[order_id]) WHERE NOT (EXISTS(SELECT TOP 1 1 AS [a] FROM [p] U0 WHERE U0.[oid] = ([shop_order].[id]))) GROUP BY [shop_order].[id] HAVING COUNT_BIG([shop_item].[id]) > 1 ORDER BY [shop_order].[id] ASC
--# dbt
select count(*) as failures, case when count(*) != 0 then 'true' else 'false' end as should_warn from (select * from (select customer_id from "dev"."dbo"."orders" where customer_id is null) dbt_internal_test_main) dbt_internal_test
--# management studio's top rows
SELECT TOP (1000) [id]
      ,[name]
  FROM [shop].[dbo].[customers]
--# management studio's tables
SELECT dtb.name AS [Name], dtb.state AS [State], CAST(has_dbaccess(dtb.name) AS bit) AS [IsAccessible] FROM master.sys.databases AS dtb ORDER BY [Name] ASC
--# columns whose names are no keywords
SELECT t.status, t.name, t.type, t.value, t.date, t.time, t.level, t.state, t.role, t.action, t.path, t.data, t.description, t.first, t.last, t.next, t.row, t.rows, t.json, t.xml, t.apply, t.offset, t.partition, t.range FROM t
--# aliases whose names are no keywords
SELECT a first, b last, c offset, d rows, e apply, f range, g partition, h json, i xml, j only FROM t AS window
--# correlated top per group
SELECT c.id, (SELECT TOP 1 o.id FROM o WHERE o.cid = c.id ORDER BY o.at DESC, o.id) AS last_order FROM c WHERE c.id IN (SELECT TOP (10) PERCENT cid FROM o GROUP BY cid ORDER BY COUNT(*) DESC)
--# temporary tables and table variables
SELECT * FROM #orders o JOIN ##shared s ON s.id = o.id JOIN @t t ON t.id = o.id
--# aggregates
SELECT COUNT(DISTINCT a), COUNT_BIG(*), STDEV(x), STDEVP(DISTINCT x), VAR(ALL x), CHECKSUM_AGG(CAST(x AS int)), APPROX_COUNT_DISTINCT(a), STRING_AGG(a, CHAR(13) + CHAR(10)) FROM t GROUP BY b HAVING COUNT(*) > 1 AND MAX(x) IS NOT NULL
--# group by expressions
SELECT YEAR(at), MONTH(at), CASE WHEN a = 1 THEN 'x' END FROM t GROUP BY YEAR(at), MONTH(at), CASE WHEN a = 1 THEN 'x' END ORDER BY 1, 2 DESC
--# order by case and position
SELECT * FROM t ORDER BY CASE WHEN a IS NULL THEN 1 ELSE 0 END, a, 3 DESC, (SELECT 1)
--# union of many
SELECT 'a' AS t, COUNT(*) AS n FROM a UNION ALL SELECT 'b', COUNT(*) FROM b UNION ALL SELECT 'c', COUNT(*) FROM c ORDER BY n DESC
--# brackets around joins
SELECT * FROM (a LEFT JOIN (b INNER JOIN c ON b.id = c.id) ON a.id = b.id) CROSS JOIN d
--# nested joins without brackets
SELECT * FROM a LEFT JOIN b INNER JOIN c ON b.id = c.id ON a.id = b.id
--# old outer apply of functions
SELECT o.name, p.* FROM sys.objects o OUTER APPLY sys.dm_db_index_physical_stats(DB_ID(), o.object_id, NULL, NULL, 'LIMITED') p OUTER APPLY fn_helpcollations() h
--# listing extended properties
SELECT objname, value FROM fn_listextendedproperty(NULL, 'schema', 'dbo', 'table', 't', 'column', DEFAULT)
--# xml of a deadlock
SELECT xed.value('@timestamp', 'datetime2(3)') FROM (SELECT CAST(target_data AS xml) AS d FROM sys.dm_xe_session_targets) x CROSS APPLY x.d.nodes('RingBufferTarget/event[@name="xml_deadlock_report"]') AS q(xed)
--# for json in a scalar
SELECT (SELECT a, b FROM t WHERE t.id = u.id FOR JSON PATH, WITHOUT_ARRAY_WRAPPER) AS j, JSON_QUERY((SELECT 1 AS x FOR JSON PATH)) AS k FROM u
--# positional arguments with default
SELECT * FROM sys.dm_db_index_operational_stats(DB_ID(), DEFAULT, NULL, NULL) WHERE index_id <> 0
--# ranges of dates
SELECT * FROM t WHERE at >= '20240101' AND at < DATEADD(day, 1, '20240131') AND at BETWEEN @from AND @to AND at NOT BETWEEN '2023' AND '2024'
--# lists of numbers
SELECT * FROM t WHERE id IN (1,2,3,-4,5) AND code NOT IN ('a','b') AND x IN (SELECT y FROM z) AND (a = 1 OR b = 2) AND NOT (c = 3)
--# openxml with a schema
SELECT a.b.value('.', 'int') FROM (SELECT CAST(N'<a/>' AS xml)) AS t(x) CROSS APPLY t.x.nodes('/a') AS a(b)
--# hierarchies by recursion
WITH org AS (SELECT id, boss, 0 AS lvl, CAST(name AS nvarchar(max)) AS path FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.boss, o.lvl + 1, o.path + N' > ' + e.name FROM emp AS e INNER JOIN org AS o ON e.boss = o.id) SELECT REPLICATE('  ', lvl) + path FROM org ORDER BY path OPTION (MAXRECURSION 50)
--# hints with names of indexes
SELECT * FROM t WITH (INDEX(0), NOEXPAND), u WITH(NOLOCK, INDEX([ix u])) WHERE t.id = u.id OPTION (TABLE HINT (t, INDEX (ix)), FORCE ORDER, KEEPFIXED PLAN, QUERYTRACEON_OFF)
--# labels after functions without AS
SELECT COUNT(*) n, MAX(a) [max a], MIN(b) "min b", 'x' lbl, 1 one FROM t x
--# casts to types of several words
SELECT CAST(a AS double precision), CAST(b AS national character varying(20)), CAST(c AS char varying(3)), CAST(d AS varchar(max)), CAST(e AS sys.sysname), CAST(f AS dbo.mytype) FROM t
--# looker
SELECT TOP 500 CONVERT(VARCHAR(10), DATEADD(day, (0 - (((DATEPART(dw, orders.created_at) - 1) - 1 + 7) % 7)), orders.created_at), 120) AS [orders.week], COALESCE(SUM(items.price), 0) AS [items.total] FROM dbo.items AS items LEFT JOIN dbo.orders AS orders ON orders.id = items.order_id WHERE ((orders.created_at >= (DATEADD(day, -6, CONVERT(datetime, '2024-01-01', 120))))) GROUP BY CONVERT(VARCHAR(10), DATEADD(day, (0 - (((DATEPART(dw, orders.created_at) - 1) - 1 + 7) % 7)), orders.created_at), 120) ORDER BY 1 DESC
--# grafana
SELECT DATEADD(second, DATEDIFF(second, '1970-01-01', [time]) / 60 * 60, '1970-01-01') AS [time], AVG([value]) AS value FROM metrics WHERE [time] BETWEEN '2024-01-01T00:00:00Z' AND '2024-01-01T06:00:00Z' GROUP BY DATEDIFF(second, '1970-01-01', [time]) / 60 ORDER BY 1
--# reporting services with lists
SELECT o.* FROM dbo.orders o WHERE (o.status IN (@Status)) AND (@From IS NULL OR o.at >= @From) AND o.region IN (SELECT value FROM STRING_SPLIT(@Regions, ','))
--# typeorm
SELECT "User"."id" AS "User_id", "User"."name" AS "User_name" FROM "user" "User" WHERE ( (("User"."name" = @0)) ) AND ( "User"."id" IN (@1) ) ORDER BY "User_id" ASC OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY
--# sequelize
SELECT [Project].[id], [tasks].[id] AS [tasks.id] FROM (SELECT [Project].[id] FROM [Projects] AS [Project] WHERE [Project].[deletedAt] IS NULL ORDER BY [Project].[id] OFFSET 0 ROWS FETCH NEXT 10 ROWS ONLY) AS [Project] LEFT OUTER JOIN [Tasks] AS [tasks] ON [Project].[id] = [tasks].[projectId];
--# prisma
SELECT [dbo].[User].[id], COUNT(*) OVER () AS [n] FROM [dbo].[User] WHERE ([dbo].[User].[id] = @P1 AND 1=1) ORDER BY 1 OFFSET @P2 ROWS FETCH NEXT @P3 ROWS ONLY
--# nhibernate
SELECT TOP (@p0) id1_0_, name2_0_ FROM (select this_.Id as id1_0_, this_.Name as name2_0_, ROW_NUMBER() OVER(ORDER BY this_.Name desc) as __hibernate_sort_row from Customers this_ where this_.Name like @p1) as query WHERE query.__hibernate_sort_row > @p2 ORDER BY query.__hibernate_sort_row
--# linq to sql
SELECT [t1].[value] AS [Total], [t1].[CustomerID] FROM (SELECT SUM([t0].[Freight]) AS [value], [t0].[CustomerID] FROM [dbo].[Orders] AS [t0] GROUP BY [t0].[CustomerID]) AS [t1] OUTER APPLY (SELECT NULL AS [EMPTY]) AS [t2] WHERE (CASE WHEN EXISTS(SELECT NULL AS [EMPTY] FROM [dbo].[Customers] AS [t3] WHERE [t3].[CustomerID] = [t1].[CustomerID]) THEN 1 ELSE 0 END) = 1
--# entity framework 6
SELECT [Project1].[C1] AS [C1], [Project1].[Id] AS [Id] FROM (SELECT [Extent1].[Id] AS [Id], CASE WHEN ([Extent2].[Id] IS NULL) THEN CAST(NULL AS int) ELSE 1 END AS [C1] FROM [dbo].[Blogs] AS [Extent1] LEFT OUTER JOIN [dbo].[Posts] AS [Extent2] ON [Extent1].[Id] = [Extent2].[BlogId] WHERE N'x' = [Extent1].[Name]) AS [Project1] ORDER BY [Project1].[Id] ASC, [Project1].[C1] ASC
--# keywords glued to brackets
SELECT(1)AS a,COUNT(*)OVER(PARTITION BY(c)ORDER BY(d))FROM(SELECT 1 AS b)AS t WHERE(a)IN(1)AND(b)BETWEEN(1)AND(2)GROUP BY(a)HAVING(COUNT(*)>1)ORDER BY(1)
--# brackets glued to words
SELECT[a],[b]AS[c],'x'AS'y',N'z'[w]FROM[t]AS[u]INNER JOIN[v]ON[u].[id]=[v].[id]WHERE[a]='1'AND[b]LIKE'x'
--# case in order by and group by
SELECT CASE WHEN a>1 THEN'x'ELSE'y'END AS k,COUNT(*)FROM t GROUP BY CASE WHEN a>1 THEN'x'ELSE'y'END ORDER BY CASE k WHEN'x'THEN 1 END DESC
--# hints after aliases without WITH
SELECT * FROM dbo.orders o (NOLOCK), dbo.customers (NOLOCK), items AS i (READPAST) WHERE o.id = i.oid
--# hints with several words
SELECT * FROM t WITH (ROWLOCK, READCOMMITTEDLOCK, INDEX (ix1, ix2), FORCESEEK) INNER REMOTE JOIN u WITH (PAGLOCK NOWAIT) ON t.a = u.a
--# order by with collations and offset in a subquery
SELECT * FROM (SELECT TOP 100 PERCENT a FROM t ORDER BY a COLLATE Latin1_General_BIN2 DESC) q ORDER BY q.a OFFSET 1 ROWS
--# nested common tables
WITH a AS (SELECT 1 AS x), b AS (SELECT x FROM a UNION ALL SELECT 2), c (y) AS (SELECT x + 1 FROM b WHERE x IN (SELECT x FROM a)) SELECT * FROM c LEFT JOIN b ON b.x = c.y ORDER BY 1
--# pivot with brackets and expressions
SELECT p.[Jan], p.[Feb], ISNULL(p.[Mar], 0) AS Mar FROM (SELECT DATENAME(month, at) AS m, amount FROM o) s PIVOT (SUM(s.amount) FOR s.m IN ([Jan], [Feb], [Mar])) p
--# pivot in a join
SELECT c.name, p.* FROM c JOIN (SELECT * FROM o PIVOT (MAX(v) FOR k IN (a, b)) AS x) p ON p.cid = c.id
--# unpivot by apply
SELECT t.id, x.k, x.v FROM t CROSS APPLY (SELECT 'a', t.a UNION ALL SELECT 'b', t.b) x(k, v) WHERE x.v IS NOT NULL
--# columns by equals signs with keywords in brackets
SELECT [from] = a, [to] = b, total = (SELECT SUM(x) FROM u), flag = CASE WHEN a = b THEN 1 ELSE 0 END, n = ROW_NUMBER() OVER (ORDER BY a) FROM t
--# xml of nested paths with types
SELECT (SELECT o.id AS '@id', (SELECT i.sku AS 'data()' FROM i WHERE i.oid = o.id FOR XML PATH(''), TYPE) AS skus FROM o FOR XML PATH('order'), ROOT('orders'), TYPE) AS doc
--# json with unicode and nested subqueries
SELECT N'ключ' AS k, JSON_QUERY(N'["a"]') AS tags, (SELECT * FROM t FOR JSON PATH, ROOT('r')) FOR JSON PATH, INCLUDE_NULL_VALUES
--# openjson in a derived table with nested schema
SELECT o.id, i.sku FROM OPENJSON(@j) WITH (id int 'strict $.id', items nvarchar(max) '$.items' AS JSON) o OUTER APPLY OPENJSON(o.items) WITH (sku varchar(20), qty decimal(9, 3) '$.q') AS i
--# temporal joins
SELECT a.x, b.y FROM dbo.a FOR SYSTEM_TIME AS OF @t INNER JOIN dbo.b FOR SYSTEM_TIME AS OF @t AS b ON b.id = a.id
--# bit operations of flags
SELECT * FROM sys.objects WHERE (status & 0x10) = 0x10 AND (status | 1) <> ~0 AND status ^ 2 > 0
--# columns named by contextual keywords with operators
SELECT offset + 1, row - 1, first / 2, [value], t.json, max(xml), partition FROM t WHERE next = 1 AND apply IS NULL AND rows IN (1) ORDER BY only, range DESC
--# greatest gaps
SELECT id, at, DATEDIFF(minute, LAG(at) OVER (PARTITION BY uid ORDER BY at), at) AS gap, SUM(CASE WHEN x IS NULL THEN 1 END) OVER (PARTITION BY uid ORDER BY at ROWS UNBOUNDED PRECEDING) AS grp FROM e
--# statistics and missing indexes
SELECT d.statement, d.equality_columns, s.avg_user_impact, s.user_seeks * s.avg_total_user_cost AS score FROM sys.dm_db_missing_index_details d JOIN sys.dm_db_missing_index_groups g ON g.index_handle = d.index_handle JOIN sys.dm_db_missing_index_group_stats s ON s.group_handle = g.index_group_handle ORDER BY score DESC
--# sizes of tables
SELECT s.name + '.' + t.name AS tbl, SUM(a.total_pages) * 8 / 1024.0 AS mb, MAX(p.rows) AS n FROM sys.tables t JOIN sys.schemas s ON s.schema_id = t.schema_id JOIN sys.indexes i ON i.object_id = t.object_id JOIN sys.partitions p ON p.object_id = i.object_id AND p.index_id = i.index_id JOIN sys.allocation_units a ON a.container_id = p.partition_id GROUP BY s.name, t.name ORDER BY mb DESC
--# modules that hold a word
SELECT OBJECT_NAME(object_id), definition FROM sys.sql_modules WHERE definition LIKE '%DELETE FROM%' OR definition LIKE N'%EXEC%' COLLATE Latin1_General_CI_AI
--# jobs
SELECT j.name, msdb.dbo.agent_datetime(h.run_date, h.run_time) AS at, h.run_status FROM msdb.dbo.sysjobs j JOIN msdb.dbo.sysjobhistory h ON h.job_id = j.job_id WHERE h.step_id = 0
