DROP VIEW IF EXISTS open_orders
-- next
DROP TABLE IF EXISTS order_lines
-- next
DROP TABLE IF EXISTS orders
-- next
DROP TABLE IF EXISTS customers
-- next
DROP TABLE IF EXISTS "odd ""name"" [with] all.kinds; of 'quotes'"
-- next
DROP TABLE IF EXISTS MixedCase
-- next
DROP TABLE IF EXISTS same_name
-- next
DROP TABLE IF EXISTS scratch
-- next
DROP TABLE IF EXISTS sqlcore_comments
-- next
CREATE TABLE customers (
    id INTEGER NOT NULL,
    email VARCHAR(200) NOT NULL,
    name VARCHAR(100) NOT NULL DEFAULT 'unknown',
    referrer_id INTEGER,
    CONSTRAINT customers_pk PRIMARY KEY (id),
    CONSTRAINT customers_email_uq UNIQUE (email),
    CONSTRAINT customers_referrer_fk FOREIGN KEY (referrer_id) REFERENCES customers (id)
)
-- next
CREATE TABLE sqlcore_comments (object TEXT NOT NULL, "column" TEXT, comment TEXT NOT NULL)
-- next
INSERT INTO sqlcore_comments VALUES
    ('customers', NULL, 'People who buy; some "friends" of ours'), ('customers', 'email', 'Where to write')
-- next
CREATE TABLE orders (
    region VARCHAR(20) NOT NULL,
    number INTEGER NOT NULL,
    customer_id INTEGER NOT NULL,
    quantity INTEGER NOT NULL,
    price DECIMAL(12,2) NOT NULL DEFAULT 0,
    is_open BOOLEAN NOT NULL DEFAULT TRUE,
    total DECIMAL(24,2) GENERATED ALWAYS AS (quantity * price) STORED,
    CONSTRAINT orders_pk PRIMARY KEY (region, number),
    CONSTRAINT orders_quantity_positive CHECK (quantity > 0),
    CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id)
        REFERENCES customers (id) ON DELETE CASCADE
)
-- next
CREATE INDEX orders_by_price ON orders (price DESC, number) WHERE is_open
-- next
CREATE TABLE order_lines (
    id INTEGER NOT NULL,
    order_region VARCHAR(20) NOT NULL,
    order_number INTEGER NOT NULL,
    note VARCHAR(100),
    CONSTRAINT order_lines_pk PRIMARY KEY (id),
    CONSTRAINT order_lines_order_fk FOREIGN KEY (order_region, order_number)
        REFERENCES orders (region, number)
)
-- next
CREATE VIEW open_orders AS
SELECT region, number, customer_id FROM orders WHERE is_open
-- next
CREATE TRIGGER orders_touch AFTER UPDATE ON orders
BEGIN
    SELECT 1;
END
-- next
CREATE TABLE "odd ""name"" [with] all.kinds; of 'quotes'" (
    "select" INTEGER NOT NULL,
    "a""b" VARCHAR(20),
    "c]d" VARCHAR(20),
    "[e].[f]" VARCHAR(20),
    "Grüße 🐘" VARCHAR(20),
    "it's" VARCHAR(20),
    "100%" VARCHAR(20),
    ":name" VARCHAR(20),
    "$1" VARCHAR(20),
    CONSTRAINT odd_pk PRIMARY KEY ("select")
)
-- next
CREATE TABLE MixedCase (Id INTEGER NOT NULL, CONSTRAINT mixed_case_pk PRIMARY KEY (Id))
-- next
CREATE TABLE same_name (id INTEGER)
-- next
CREATE TABLE scratch (
    id INTEGER NOT NULL,
    note VARCHAR(200),
    CONSTRAINT scratch_pk PRIMARY KEY (id)
)
-- next
INSERT INTO customers (id, email, name, referrer_id) VALUES
    (1, 'ada@example.com', 'Ada', NULL), (2, 'bob@example.com', 'Bob', 1), (3, 'eve@example.com', 'Eve', 1)
-- next
INSERT INTO orders (region, number, customer_id, quantity, price, is_open) VALUES
    ('north', 1, 1, 2, 9.99, TRUE), ('north', 2, 2, 1, 20.00, FALSE), ('south', 1, 2, 3, 0.10, TRUE)
-- next
INSERT INTO order_lines (id, order_region, order_number, note) VALUES
    (1, 'north', 1, 'first'), (2, 'south', 1, NULL)
-- next
INSERT INTO "odd ""name"" [with] all.kinds; of 'quotes'" VALUES
    (1, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'), (2, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL)
