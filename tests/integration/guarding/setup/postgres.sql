-- What the attacks and reads of PostgreSQL are run against: an ordinary shop, made in good faith.
DROP ROLE IF EXISTS analyst;
CREATE ROLE analyst NOLOGIN;
CREATE SCHEMA sales;
CREATE SCHEMA reporting;
CREATE SCHEMA audit;
CREATE TYPE order_status AS ENUM ('open', 'paid', 'cancelled', 'returned');
CREATE TYPE postal_address AS (street text, city text, zip text);
CREATE DOMAIN email AS text CHECK (VALUE ~ '^[^@]+@[^@]+$');

CREATE TABLE customers (
    id int PRIMARY KEY,
    name text NOT NULL,
    email email,
    phone text,
    country text,
    city text,
    active boolean NOT NULL DEFAULT true,
    archived boolean NOT NULL DEFAULT false,
    created_at timestamptz NOT NULL DEFAULT '2024-01-01'
);
CREATE TABLE employees (
    id int PRIMARY KEY,
    name text,
    manager_id int REFERENCES employees,
    department text,
    salary numeric(10, 2),
    hired_at date
);
CREATE TABLE products (product_id int PRIMARY KEY, name text, category text, price numeric(10, 2));
CREATE TABLE orders (
    id serial PRIMARY KEY,
    customer_id int,
    status text NOT NULL DEFAULT 'open',
    amount numeric(10, 2),
    ordered_at timestamptz NOT NULL DEFAULT '2024-03-01'
);
CREATE INDEX orders_ordered_at ON orders (ordered_at);
ALTER TABLE orders CLUSTER ON orders_pkey;
CREATE TABLE order_items (
    order_id int,
    product_id int REFERENCES products,
    quantity int,
    unit_price numeric(10, 2),
    PRIMARY KEY (order_id, product_id)
);
CREATE TABLE events (
    id int PRIMARY KEY,
    data jsonb,
    created_at timestamptz DEFAULT '2024-05-01',
    customer_id int
);
CREATE TABLE verbs ("update" text, "delete" text, "insert" text);
CREATE TABLE arrays (a int[]);
CREATE TABLE addresses (id int, address postal_address);
CREATE TABLE "odd names" ("a.b" int, "sp ace" int, "quo""te" int, "semi;colon" int, "--dash" int);
CREATE TABLE unicode_names (a$b int, größe int, 名前 int);
CREATE TABLE aliases (t tsquery, s tsquery);
CREATE TABLE log (id serial PRIMARY KEY, what text, at timestamptz DEFAULT now());
CREATE TABLE audit.reads (id serial PRIMARY KEY, what text);
CREATE TABLE measurements (at timestamptz, sensor int, value double precision) PARTITION BY RANGE (at);
CREATE TABLE measurements_2024 PARTITION OF measurements
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');

INSERT INTO customers (id, name, email, country, city, active) VALUES
    (1, 'Ann A', 'ann@example.com', 'DE', 'Berlin', true),
    (2, 'Bob B', 'bob@example.com', 'FR', 'Paris', true),
    (3, 'Cid C', NULL, 'DE', 'Bonn', false);
INSERT INTO employees VALUES
    (1, 'Eve', NULL, 'sales', 9000, '2020-01-01'), (2, 'Fay', 1, 'sales', 5000, '2021-05-01'),
    (3, 'Gus', 1, 'it', 6000, '2022-02-01'), (4, 'Hal', 3, 'it', 4000, '2023-09-01');
INSERT INTO products VALUES (1, 'Pen', 'office', 1.5), (2, 'Ink', 'office', 4), (3, 'Cup', 'home', 7);
INSERT INTO orders (customer_id, status, amount, ordered_at) VALUES
    (1, 'paid', 10, '2024-01-05'), (1, 'open', 20.5, '2024-02-06'), (2, 'paid', 5, '2024-02-07'),
    (2, 'cancelled', 99, '2024-03-08'), (1, 'paid', 42, '2024-03-09');
INSERT INTO order_items VALUES (1, 1, 2, 1.5), (1, 2, 1, 4), (2, 3, 3, 7), (3, 1, 1, 1.5), (5, 2, 5, 4);
INSERT INTO events (id, data, customer_id) VALUES
    (1, '{"a": {"b": 1}, "list": [1, 2], "items": [{"sku": "x"}], "kind": "view"}', 1),
    (2, '{"a": 1, "kind": "cart", "campaign": "spring", "list": []}', 2);
INSERT INTO verbs VALUES ('u', 'd', 'i');
INSERT INTO arrays VALUES (ARRAY[1, 2, 3]);
INSERT INTO addresses VALUES (1, ROW('Main St 1', 'Berlin', '10115'));
INSERT INTO "odd names" VALUES (1, 2, 3, 4, 5);
INSERT INTO unicode_names VALUES (1, 2, 3);
INSERT INTO aliases VALUES ('a', 'b');
INSERT INTO measurements SELECT '2024-01-01'::timestamptz + n * interval '1 hour', n % 3, n FROM generate_series(1, 20) n;

CREATE MATERIALIZED VIEW sales_by_month AS
    SELECT date_trunc('month', ordered_at) AS month, sum(amount) AS amount FROM orders GROUP BY 1;
CREATE VIEW reporting.active_customers AS SELECT id, name, lower(email) AS email FROM customers WHERE active;
CREATE VIEW reporting.order_totals AS
    SELECT o.id, c.name, sum(i.quantity * i.unit_price) AS total
    FROM orders o JOIN customers c ON c.id = o.customer_id JOIN order_items i ON i.order_id = o.id
    GROUP BY o.id, c.name;
CREATE FUNCTION sales.net(gross numeric) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT gross / 1.19';
CREATE FUNCTION sales.order_count(customer int) RETURNS bigint LANGUAGE sql STABLE
    AS 'SELECT count(*) FROM public.orders WHERE customer_id = customer';
CREATE FUNCTION sales.orders_of(customer int) RETURNS SETOF orders LANGUAGE sql STABLE
    AS 'SELECT * FROM public.orders WHERE customer_id = customer';
CREATE FUNCTION full_address(postal_address) RETURNS text LANGUAGE sql IMMUTABLE
    AS 'SELECT ($1).street || '', '' || ($1).city';
CREATE VIEW reporting.net_amounts AS SELECT id, sales.net(amount) AS net FROM orders;
