CREATE PROCEDURE contract.add_numbers @a int, @b int, @total int OUTPUT AS
SET @total = @a + @b
-- next
EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'Adds; says ''so''',
    @level0type = N'SCHEMA', @level0name = N'contract', @level1type = N'PROCEDURE', @level1name = N'add_numbers'
-- next
CREATE PROCEDURE contract.double_number @value int OUTPUT AS
SET @value = @value * 2
-- next
CREATE PROCEDURE contract.show_defaults
    @shown nvarchar(200) OUTPUT, @required int, @number int = 7, @word nvarchar(20) = N'it''s' AS
SET @shown = COALESCE(CAST(@required AS nvarchar(20)), N'null') + N' '
    + COALESCE(CAST(@number AS nvarchar(20)), N'null') + N' ' + COALESCE(@word, N'null')
-- next
CREATE PROCEDURE contract.two_results AS
SELECT 1 AS id, N'one' AS name UNION ALL SELECT 2, N'two' ORDER BY id
SELECT N'north' AS region
-- next
CREATE PROCEDURE contract.no_rows AS
SELECT id, note FROM contract.scratch WHERE 1 = 0
-- next
CREATE PROCEDURE contract.talk AS
PRINT N'before'
SELECT 1 AS n
PRINT N'after'
-- next
CREATE PROCEDURE contract.write_note @id int, @note nvarchar(200) AS
INSERT INTO contract.scratch (id, note) VALUES (@id, @note)
-- next
CREATE PROCEDURE contract.commit_inside AS
INSERT INTO contract.scratch (id, note) VALUES (1, N'committed')
COMMIT
-- next
CREATE PROCEDURE contract.leave_open AS
BEGIN TRANSACTION
INSERT INTO contract.scratch (id, note) VALUES (1, N'left open')
-- next
CREATE PROCEDURE contract.fail_midway AS
PRINT N'before'
SELECT 1 AS n
INSERT INTO contract.scratch (id, note) VALUES (1, N'written')
;THROW 50001, N'out of "stock": 100% gone', 1
-- next
CREATE PROCEDURE contract.slow_call AS
WITH digits AS (SELECT d FROM (VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) AS v (d))
SELECT COUNT_BIG(*) AS n FROM digits a, digits b, digits c, digits d, digits e, digits f,
    digits g, digits h, digits i, digits j, digits k
-- next
CREATE PROCEDURE contract.slow_rows AS
WITH digits AS (SELECT d FROM (VALUES (0),(1),(2),(3),(4),(5),(6),(7),(8),(9)) AS v (d))
SELECT REPLICATE(CAST('x' AS varchar(max)), 7000) AS x FROM digits
UNION ALL SELECT CAST(COUNT_BIG(*) AS varchar(max)) FROM digits a, digits b, digits c, digits d, digits e, digits f,
    digits g, digits h, digits i, digits j, digits k
-- next
CREATE PROCEDURE contract.return_code @code int AS
RETURN @code
-- next
CREATE PROCEDURE contract.MixedCaseCall @Value int, @Doubled int OUTPUT AS
SET @Doubled = @Value * 2
-- next
CREATE PROCEDURE contract.same_call AS
SELECT N'contract' AS place
-- next
CREATE PROCEDURE contract_other.same_call AS
SELECT N'contract_other' AS place
-- next
CREATE PROCEDURE contract."odd ""call"".of; 'quotes' 100% :x @p $1 --"
    @select nvarchar(50), @a$b_c nvarchar(50), @größe_1 nvarchar(50), @shown nvarchar(200) OUTPUT AS
SET @shown = @select + N'|' + @a$b_c + N'|' + @größe_1
-- next
CREATE FUNCTION contract.full_name (@first nvarchar(50), @last nvarchar(50) = N'Nobody')
RETURNS nvarchar(101) AS
BEGIN
    RETURN @first + N' ' + @last
END
-- next
CREATE FUNCTION contract.customers_from (@minimum int)
RETURNS TABLE AS
RETURN SELECT id, email FROM contract.customers WHERE id >= @minimum
-- next
CREATE TYPE contract.line_list AS TABLE (id int NOT NULL, note nvarchar(50), price decimal(9,2))
-- next
CREATE PROCEDURE contract.sum_lines @lines contract.line_list READONLY, @total decimal(12,2) OUTPUT AS
SELECT id, note, price FROM @lines ORDER BY id
SELECT @total = SUM(price) FROM @lines
-- next
CREATE PROCEDURE contract.echo_boolean @value bit, @echoed bit OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_integer @value bigint, @echoed bigint OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_decimal @value decimal(38,2), @echoed decimal(38,2) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_float @value float, @echoed float OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_text @value nvarchar(4000), @echoed nvarchar(4000) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_binary @value varbinary(8000), @echoed varbinary(8000) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_date @value date, @echoed date OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_time @value time(7), @echoed time(7) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_timestamp @value datetime2(7), @echoed datetime2(7) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_timestamp_tz @value datetimeoffset(6), @echoed datetimeoffset(6) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_uuid @value uniqueidentifier, @echoed uniqueidentifier OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_tinyint @value tinyint, @echoed tinyint OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_smallint @value smallint, @echoed smallint OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_int @value int, @echoed int OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_money @value money, @echoed money OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_smallmoney @value smallmoney, @echoed smallmoney OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_real @value real, @echoed real OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_decimal_38_0 @value decimal(38,0), @echoed decimal(38,0) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_numeric_5_5 @value numeric(5,5), @echoed numeric(5,5) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_smalldatetime @value smalldatetime, @echoed smalldatetime OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_datetime @value datetime, @echoed datetime OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_datetime2_3 @value datetime2(3), @echoed datetime2(3) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_char_5 @value char(5), @echoed char(5) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_varchar_10 @value varchar(10), @echoed varchar(10) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_nchar_3 @value nchar(3), @echoed nchar(3) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_binary_4 @value binary(4), @echoed binary(4) OUTPUT AS
SET @echoed = @value
-- next
CREATE PROCEDURE contract.echo_xml @value xml, @echoed xml OUTPUT AS
SET @echoed = @value
