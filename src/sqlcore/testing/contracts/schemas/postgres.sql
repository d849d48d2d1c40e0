DROP SCHEMA IF EXISTS contract_other CASCADE
-- next
DROP SCHEMA IF EXISTS contract CASCADE
-- next
CREATE SCHEMA contract
-- next
CREATE SCHEMA contract_other
-- next
CREATE TABLE contract.customers (
    id integer NOT NULL,
    email varchar(200) NOT NULL,
    name varchar(100) NOT NULL DEFAULT 'unknown',
    referrer_id integer,
    CONSTRAINT customers_pk PRIMARY KEY (id),
    CONSTRAINT customers_email_uq UNIQUE (email),
    CONSTRAINT customers_referrer_fk FOREIGN KEY (referrer_id) REFERENCES contract.customers (id)
)
-- next
COMMENT ON TABLE contract.customers IS 'People who buy; some "friends" of ours'
-- next
COMMENT ON COLUMN contract.customers.email IS 'Where to write'
-- next
CREATE TABLE contract.orders (
    region varchar(20) NOT NULL,
    number integer NOT NULL,
    customer_id integer NOT NULL,
    quantity integer NOT NULL,
    price numeric(12,2) NOT NULL DEFAULT 0,
    is_open boolean NOT NULL DEFAULT true,
    total numeric(24,2) GENERATED ALWAYS AS (quantity * price) STORED,
    CONSTRAINT orders_pk PRIMARY KEY (region, number),
    CONSTRAINT orders_quantity_positive CHECK (quantity > 0),
    CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id)
        REFERENCES contract.customers (id) ON DELETE CASCADE
)
-- next
CREATE INDEX orders_by_price ON contract.orders (price DESC, number) WHERE is_open
-- next
CREATE TABLE contract.order_lines (
    id integer NOT NULL,
    order_region varchar(20) NOT NULL,
    order_number integer NOT NULL,
    note varchar(100),
    CONSTRAINT order_lines_pk PRIMARY KEY (id),
    CONSTRAINT order_lines_order_fk FOREIGN KEY (order_region, order_number)
        REFERENCES contract.orders (region, number)
)
-- next
CREATE VIEW contract.open_orders AS
SELECT region, number, customer_id FROM contract.orders WHERE is_open
-- next
CREATE FUNCTION contract.touch_order() RETURNS trigger LANGUAGE plpgsql
AS 'BEGIN RETURN NEW; END'
-- next
CREATE TRIGGER orders_touch AFTER UPDATE ON contract.orders
FOR EACH ROW EXECUTE FUNCTION contract.touch_order()
-- next
CREATE TABLE contract."odd ""name"" [with] all.kinds; of 'quotes'" (
    "select" integer NOT NULL,
    "a""b" varchar(20),
    "c]d" varchar(20),
    "[e].[f]" varchar(20),
    "Grüße 🐘" varchar(20),
    "it's" varchar(20),
    "100%" varchar(20),
    ":name" varchar(20),
    "$1" varchar(20),
    CONSTRAINT odd_pk PRIMARY KEY ("select")
)
-- next
CREATE TABLE contract."MixedCase" ("Id" integer NOT NULL, CONSTRAINT mixed_case_pk PRIMARY KEY ("Id"))
-- next
CREATE TABLE contract.same_name (id integer)
-- next
CREATE TABLE contract_other.same_name (id integer)
-- next
CREATE TABLE contract.scratch (
    id integer NOT NULL,
    note varchar(200),
    CONSTRAINT scratch_pk PRIMARY KEY (id)
)
-- next
INSERT INTO contract.customers (id, email, name, referrer_id) VALUES
    (1, 'ada@example.com', 'Ada', NULL), (2, 'bob@example.com', 'Bob', 1), (3, 'eve@example.com', 'Eve', 1)
-- next
INSERT INTO contract.orders (region, number, customer_id, quantity, price, is_open) VALUES
    ('north', 1, 1, 2, 9.99, true), ('north', 2, 2, 1, 20.00, false), ('south', 1, 2, 3, 0.10, true)
-- next
INSERT INTO contract.order_lines (id, order_region, order_number, note) VALUES
    (1, 'north', 1, 'first'), (2, 'south', 1, NULL)
-- next
INSERT INTO contract."odd ""name"" [with] all.kinds; of 'quotes'" VALUES
    (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
