DROP PROCEDURE IF EXISTS contract.add_numbers
-- next
DROP PROCEDURE IF EXISTS contract.double_number
-- next
DROP PROCEDURE IF EXISTS contract.show_defaults
-- next
DROP PROCEDURE IF EXISTS contract.two_results
-- next
DROP PROCEDURE IF EXISTS contract.no_rows
-- next
DROP PROCEDURE IF EXISTS contract.talk
-- next
DROP PROCEDURE IF EXISTS contract.write_note
-- next
DROP PROCEDURE IF EXISTS contract.commit_inside
-- next
DROP PROCEDURE IF EXISTS contract.leave_open
-- next
DROP PROCEDURE IF EXISTS contract.fail_midway
-- next
DROP PROCEDURE IF EXISTS contract.slow_call
-- next
DROP PROCEDURE IF EXISTS contract.slow_rows
-- next
DROP PROCEDURE IF EXISTS contract.return_code
-- next
DROP PROCEDURE IF EXISTS contract.MixedCaseCall
-- next
DROP PROCEDURE IF EXISTS contract.same_call
-- next
DROP PROCEDURE IF EXISTS contract."odd ""call"".of; 'quotes' 100% :x @p $1 --"
-- next
DROP PROCEDURE IF EXISTS contract.sum_lines
-- next
DROP PROCEDURE IF EXISTS contract.echo_boolean
-- next
DROP PROCEDURE IF EXISTS contract.echo_integer
-- next
DROP PROCEDURE IF EXISTS contract.echo_decimal
-- next
DROP PROCEDURE IF EXISTS contract.echo_float
-- next
DROP PROCEDURE IF EXISTS contract.echo_text
-- next
DROP PROCEDURE IF EXISTS contract.echo_binary
-- next
DROP PROCEDURE IF EXISTS contract.echo_date
-- next
DROP PROCEDURE IF EXISTS contract.echo_time
-- next
DROP PROCEDURE IF EXISTS contract.echo_timestamp
-- next
DROP PROCEDURE IF EXISTS contract.echo_timestamp_tz
-- next
DROP PROCEDURE IF EXISTS contract.echo_uuid
-- next
DROP PROCEDURE IF EXISTS contract.echo_tinyint
-- next
DROP PROCEDURE IF EXISTS contract.echo_smallint
-- next
DROP PROCEDURE IF EXISTS contract.echo_int
-- next
DROP PROCEDURE IF EXISTS contract.echo_money
-- next
DROP PROCEDURE IF EXISTS contract.echo_smallmoney
-- next
DROP PROCEDURE IF EXISTS contract.echo_real
-- next
DROP PROCEDURE IF EXISTS contract.echo_decimal_38_0
-- next
DROP PROCEDURE IF EXISTS contract.echo_numeric_5_5
-- next
DROP PROCEDURE IF EXISTS contract.echo_smalldatetime
-- next
DROP PROCEDURE IF EXISTS contract.echo_datetime
-- next
DROP PROCEDURE IF EXISTS contract.echo_datetime2_3
-- next
DROP PROCEDURE IF EXISTS contract.echo_char_5
-- next
DROP PROCEDURE IF EXISTS contract.echo_varchar_10
-- next
DROP PROCEDURE IF EXISTS contract.echo_nchar_3
-- next
DROP PROCEDURE IF EXISTS contract.echo_binary_4
-- next
DROP PROCEDURE IF EXISTS contract.echo_xml
-- next
DROP PROCEDURE IF EXISTS contract_other.same_call
-- next
DROP FUNCTION IF EXISTS contract.full_name
-- next
DROP FUNCTION IF EXISTS contract.customers_from
-- next
DROP TYPE IF EXISTS contract.line_list
-- next
DROP TABLE IF EXISTS contract_other.same_name
-- next
DROP VIEW IF EXISTS contract.open_orders
-- next
DROP TABLE IF EXISTS contract.order_lines
-- next
DROP TABLE IF EXISTS contract.orders
-- next
DROP TABLE IF EXISTS contract.customers
-- next
DROP TABLE IF EXISTS contract."odd ""name"" [with] all.kinds; of 'quotes'"
-- next
DROP TABLE IF EXISTS contract.MixedCase
-- next
DROP TABLE IF EXISTS contract.same_name
-- next
DROP TABLE IF EXISTS contract.scratch
-- next
DROP SCHEMA IF EXISTS contract_other
-- next
DROP SCHEMA IF EXISTS contract
-- next
CREATE SCHEMA contract
-- next
CREATE SCHEMA contract_other
-- next
CREATE TABLE contract.customers (
    id int NOT NULL,
    email nvarchar(200) NOT NULL,
    name nvarchar(100) NOT NULL DEFAULT 'unknown',
    referrer_id int,
    CONSTRAINT customers_pk PRIMARY KEY (id),
    CONSTRAINT customers_email_uq UNIQUE (email),
    CONSTRAINT customers_referrer_fk FOREIGN KEY (referrer_id) REFERENCES contract.customers (id)
)
-- next
EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'People who buy; some "friends" of ours',
    @level0type = N'SCHEMA', @level0name = N'contract', @level1type = N'TABLE', @level1name = N'customers'
-- next
EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'Where to write',
    @level0type = N'SCHEMA', @level0name = N'contract', @level1type = N'TABLE', @level1name = N'customers',
    @level2type = N'COLUMN', @level2name = N'email'
-- next
CREATE TABLE contract.orders (
    region nvarchar(20) NOT NULL,
    number int NOT NULL,
    customer_id int NOT NULL,
    quantity int NOT NULL,
    price decimal(12,2) NOT NULL DEFAULT 0,
    is_open bit NOT NULL DEFAULT 1,
    total AS (quantity * price) PERSISTED,
    CONSTRAINT orders_pk PRIMARY KEY (region, number),
    CONSTRAINT orders_quantity_positive CHECK (quantity > 0),
    CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id)
        REFERENCES contract.customers (id) ON DELETE CASCADE
)
-- next
CREATE INDEX orders_by_price ON contract.orders (price DESC, number) WHERE is_open = 1
-- next
CREATE TABLE contract.order_lines (
    id int NOT NULL,
    order_region nvarchar(20) NOT NULL,
    order_number int NOT NULL,
    note nvarchar(100),
    CONSTRAINT order_lines_pk PRIMARY KEY (id),
    CONSTRAINT order_lines_order_fk FOREIGN KEY (order_region, order_number)
        REFERENCES contract.orders (region, number)
)
-- next
CREATE VIEW contract.open_orders AS
SELECT region, number, customer_id FROM contract.orders WHERE is_open = 1
-- next
CREATE TRIGGER contract.orders_touch ON contract.orders AFTER UPDATE AS
BEGIN
    SET NOCOUNT ON;
END
-- next
CREATE TABLE contract."odd ""name"" [with] all.kinds; of 'quotes'" (
    "select" int NOT NULL,
    "a""b" nvarchar(20),
    "c]d" nvarchar(20),
    "[e].[f]" nvarchar(20),
    "Grüße 🐘" nvarchar(20),
    "it's" nvarchar(20),
    "100%" nvarchar(20),
    ":name" nvarchar(20),
    "$1" nvarchar(20),
    CONSTRAINT odd_pk PRIMARY KEY ("select")
)
-- next
CREATE TABLE contract.MixedCase (Id int NOT NULL, CONSTRAINT mixed_case_pk PRIMARY KEY (Id))
-- next
CREATE TABLE contract.same_name (id int)
-- next
CREATE TABLE contract_other.same_name (id int)
-- next
CREATE TABLE contract.scratch (
    id int NOT NULL,
    note nvarchar(200),
    CONSTRAINT scratch_pk PRIMARY KEY (id)
)
-- next
INSERT INTO contract.customers (id, email, name, referrer_id) VALUES
    (1, 'ada@example.com', 'Ada', NULL), (2, 'bob@example.com', 'Bob', 1), (3, 'eve@example.com', 'Eve', 1)
-- next
INSERT INTO contract.orders (region, number, customer_id, quantity, price, is_open) VALUES
    ('north', 1, 1, 2, 9.99, 1), ('north', 2, 2, 1, 20.00, 0), ('south', 1, 2, 3, 0.10, 1)
-- next
INSERT INTO contract.order_lines (id, order_region, order_number, note) VALUES
    (1, 'north', 1, 'first'), (2, 'south', 1, NULL)
-- next
INSERT INTO contract."odd ""name"" [with] all.kinds; of 'quotes'" VALUES
    (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
