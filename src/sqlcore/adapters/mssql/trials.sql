-- Short texts that compile and run only where the server and the database's compatibility level have
-- what they are named after. None of them reads a table or returns a result set.

-- name: approximate_count_distinct
DECLARE @x bigint; SELECT @x = APPROX_COUNT_DISTINCT(t.v) FROM (SELECT 1 AS v) AS t

-- name: approximate_percentile
DECLARE @x float; SELECT @x = APPROX_PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY t.v) FROM (SELECT 1 AS v) AS t

-- name: at_time_zone
DECLARE @x datetimeoffset; SET @x = CAST('2020-01-01' AS datetime2) AT TIME ZONE 'UTC'

-- name: bit_functions
DECLARE @x bigint; SET @x = BIT_COUNT(7)

-- name: concat_ws
DECLARE @x nvarchar(9); SET @x = CONCAT_WS(N',', N'a', N'b')

-- name: date_bucket
DECLARE @x datetime2; SET @x = DATE_BUCKET(DAY, 1, CAST('2020-01-01' AS datetime2))

-- name: datetrunc
DECLARE @x datetime2; SET @x = DATETRUNC(DAY, CAST('2020-01-01' AS datetime2))

-- name: describe_first_result_set
DECLARE @x int; SELECT @x = COUNT(*) FROM sys.dm_exec_describe_first_result_set(N'SELECT 1 AS one', NULL, 0)

-- name: fuzzy_string_match
DECLARE @x int; SET @x = EDIT_DISTANCE(N'a', N'b')

-- name: generate_series
DECLARE @x int; SELECT @x = COUNT(*) FROM GENERATE_SERIES(1, 2) AS t

-- name: greatest_least
DECLARE @x int; SET @x = GREATEST(1, LEAST(2, 3))

-- name: is_distinct_from
DECLARE @x int; SELECT @x = t.v FROM (SELECT 1 AS v) AS t WHERE t.v IS DISTINCT FROM 2

-- name: json_aggregates
DECLARE @x nvarchar(99); SELECT @x = CAST(JSON_ARRAYAGG(t.v) AS nvarchar(99)) FROM (SELECT 1 AS v) AS t

-- name: json_constructors
DECLARE @x nvarchar(99); SET @x = JSON_OBJECT(N'a':1)

-- name: json_functions
DECLARE @x nvarchar(99); SET @x = JSON_VALUE(N'{"a": 1}', N'$.a')

-- name: json_type
DECLARE @x json

-- name: openjson
DECLARE @x int; SELECT @x = COUNT(*) FROM OPENJSON(N'[1]') AS t

-- name: product_aggregate
DECLARE @x float; SELECT @x = PRODUCT(t.v) FROM (SELECT 1 AS v) AS t

-- name: regexp_functions
DECLARE @x nvarchar(9); SET @x = REGEXP_REPLACE(N'a', N'a', N'b')

-- name: string_agg
DECLARE @x nvarchar(9); SELECT @x = STRING_AGG(t.v, N',') FROM (SELECT N'a' AS v) AS t

-- name: string_split
DECLARE @x int; SELECT @x = COUNT(*) FROM STRING_SPLIT(N'a,b', N',') AS t

-- name: string_split_ordinal
DECLARE @x int; SELECT @x = COUNT(*) FROM STRING_SPLIT(N'a,b', N',', 1) AS t

-- name: translate
DECLARE @x nvarchar(9); SET @x = TRANSLATE(N'a', N'a', N'b')

-- name: trim
DECLARE @x nvarchar(9); SET @x = TRIM(N' a ')

-- name: vector_type
DECLARE @x float; SET @x = VECTOR_DISTANCE('cosine', CAST('[1, 2]' AS vector(2)), CAST('[1, 2]' AS vector(2)))

-- name: window_clause
DECLARE @x int; SELECT @x = SUM(t.v) OVER w FROM (SELECT 1 AS v) AS t WINDOW w AS (ORDER BY t.v)
