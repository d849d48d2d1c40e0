CREATE TABLE dbo.customers (id int NOT NULL PRIMARY KEY, name nvarchar(100), email nvarchar(200), phone varchar(30), country varchar(2), city nvarchar(50), code varchar(10), active bit, [first name] nvarchar(50), created_at datetime2)
CREATE TABLE dbo.orders (id int NOT NULL PRIMARY KEY, customer_id int, status varchar(20), amount decimal(10, 2), ordered_at datetime2, name varchar(20), kind varchar(10), data nvarchar(max))
CREATE TABLE dbo.order_items (order_id int, product_id int, quantity int, unit_price decimal(10, 2))
CREATE TABLE dbo.items (order_id int, product_id int, quantity int)
CREATE TABLE dbo.products (id int, name nvarchar(50), category nvarchar(50), price decimal(10, 2))
CREATE TABLE dbo.employees (id int, name nvarchar(50), manager_id int, department nvarchar(20), salary decimal(10, 2), hired_at date)
CREATE TABLE dbo.events (id int, data nvarchar(max), created_at datetime2)
CREATE TABLE dbo.docs (id int, title nvarchar(100), body xml)
CREATE TABLE dbo.log (id int, what varchar(50))
CREATE TABLE dbo.a (id int, x int, k int)
CREATE TABLE dbo.b (id int, k int)
CREATE TABLE dbo.c (id int)
CREATE TABLE dbo.d (id int)
CREATE TABLE dbo.t (id int, c varchar(10), list varchar(50))
CREATE TABLE dbo.prices (id int, price decimal(10, 2))
CREATE TABLE dbo.quarters (id int, q1 int, q2 int, q3 int)
CREATE TABLE dbo.dates (a datetime2, b datetime2)
CREATE TABLE dbo.inserts (deleted_at datetime2, update_count int, is_deleted bit, exec_time int, dropdown int, begin_date date, end_date date, set_id int)
CREATE TABLE dbo.switches (enable int, disable int, receive int, send int, [move] int, status int, name int, value int, type int, date int, level int)
CREATE TABLE dbo.[select] ([delete] int, [update] int, [drop] int, [exec] int)
CREATE TABLE dbo.facts (a int, b int, c int, x int)
CREATE TABLE dbo.old_orders (id int, customer_id int, status varchar(20), amount decimal(10, 2), ordered_at datetime2, name varchar(20), kind varchar(10), data nvarchar(max))
CREATE TABLE dbo.sales (id int, kind varchar(10))
CREATE TABLE dbo.x (a int)
CREATE TABLE dbo.y (a int)
CREATE SEQUENCE dbo.numbers AS int START WITH 1 INCREMENT BY 1
CREATE SEQUENCE dbo.order_numbers AS int START WITH 1 INCREMENT BY 1
INSERT INTO dbo.customers (id, name, email, country, city, active) VALUES (1, N'Ann', N'ann@example.com', 'DE', N'Berlin', 1), (2, N'Bob', N'bob@example.com', 'FR', N'Paris', 0), (3, N'Cid', NULL, 'DE', N'Bonn', 1)
INSERT INTO dbo.orders (id, customer_id, status, amount, ordered_at) VALUES (1, 1, 'paid', 10, '2024-01-05'), (2, 1, 'open', 20.5, '2024-02-06'), (3, 2, 'paid', 5, '2024-02-07'), (4, 2, 'cancelled', 99, '2024-03-08')
INSERT INTO dbo.order_items VALUES (1, 1, 2, 1.5), (1, 2, 1, 4), (2, 2, 3, 7)
INSERT INTO dbo.products VALUES (1, N'Pen', N'office', 1.5), (2, N'Ink', N'office', 4)
INSERT INTO dbo.employees VALUES (1, N'Eve', NULL, N'sales', 9000, '2020-01-01'), (2, N'Fay', 1, N'sales', 5000, '2021-05-01'), (3, N'Gus', 2, N'it', 4000, '2022-05-01')
INSERT INTO dbo.events VALUES (1, N'{"a": 1, "items": [{"sku": "x", "price": 2}]}', '2024-01-01')
INSERT INTO dbo.a VALUES (1, 2, 3)
INSERT INTO dbo.b VALUES (1, 3)
INSERT INTO dbo.prices VALUES (1, 5)
INSERT INTO dbo.quarters VALUES (1, 1, 2, 3)
INSERT INTO dbo.log VALUES (1, 'kept')
CREATE PROCEDURE dbo.do_harm @a int = 1 AS DELETE FROM dbo.orders
CREATE PROCEDURE dbo.p AS SELECT id, customer_id, status, amount, ordered_at, name, kind, data FROM dbo.orders WHERE id < 0 DELETE FROM dbo.orders
CREATE PROCEDURE dbo.[SELECT] @a int = 1 AS DELETE FROM dbo.orders
CREATE FUNCTION dbo.harmless(@a int) RETURNS int AS BEGIN RETURN @a END
CREATE VIEW dbo.order_totals AS SELECT customer_id, SUM(amount) AS total FROM dbo.orders GROUP BY customer_id
CREATE SCHEMA reporting
CREATE VIEW reporting.v_orders AS SELECT id, amount FROM dbo.orders
