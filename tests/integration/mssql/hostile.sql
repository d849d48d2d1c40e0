-- Objects that do more than read, for test_effects. Statements end with GO.
CREATE SCHEMA hostile
GO
CREATE SEQUENCE hostile.counted AS int START WITH 1
GO
CREATE TABLE hostile.orders (id int PRIMARY KEY, note nvarchar(20))
GO
INSERT INTO hostile.orders VALUES (1, 'one'), (2, 'two')
GO
CREATE FUNCTION hostile.plain(@a int) RETURNS int AS BEGIN RETURN @a + 1 END
GO
CREATE FUNCTION hostile.collected(@least int) RETURNS @found TABLE (id int PRIMARY KEY, note nvarchar(20)) AS
BEGIN
    INSERT INTO @found SELECT id, note FROM hostile.orders WHERE id >= @least;
    UPDATE @found SET note = UPPER(note) WHERE id = 1;
    RETURN
END
GO
CREATE FUNCTION hostile.advance() RETURNS int AS
BEGIN
    DECLARE @n int;
    SELECT @n = NEXT VALUE FOR hostile.counted;
    RETURN @n
END
GO
CREATE FUNCTION hostile.calls_advance(@a int) RETURNS int AS BEGIN RETURN @a + hostile.advance() END
GO
CREATE FUNCTION hostile.value(@a int) RETURNS int AS BEGIN RETURN hostile.advance() END
GO
CREATE FUNCTION hostile.rows_of() RETURNS TABLE AS RETURN (SELECT id, hostile.advance() AS n FROM hostile.orders)
GO
CREATE FUNCTION dbo.cot(@a int) RETURNS int AS BEGIN RETURN hostile.advance() END
GO
CREATE VIEW hostile.quiet AS SELECT id, hostile.plain(id) AS n FROM hostile.orders
GO
CREATE VIEW hostile.loud AS SELECT id, hostile.advance() AS n FROM hostile.orders
GO
CREATE VIEW hostile.louder AS WITH c (id, n) AS (SELECT id, n FROM hostile.loud) SELECT id, n FROM c
GO
CREATE VIEW hostile.direct AS SELECT nextval('sqlcore_test_hostile.counted') AS n
GO
CREATE VIEW dbo.hostile_loud AS SELECT n FROM hostile.loud
GO
CREATE VIEW hostile.loud_with_a_name_that_is_longer_than_what_the_server_keeps_of_names AS SELECT n FROM hostile.loud
GO
CREATE TRIGGER hostile.noted ON hostile.orders AFTER INSERT AS PRINT 'inserted'
GO
CREATE TABLE hostile.lines (id int PRIMARY KEY, order_id int REFERENCES hostile.orders (id) ON DELETE CASCADE)
GO
SELECT hostile.advance() AS n
