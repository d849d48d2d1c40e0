-- One row for each table: rows, and sums that change when any amount, key or moment changes.
-- The statement runs as it is on PostgreSQL and on SQL Server and gives the same numbers on both.
SELECT 'inventory.stock_movements' AS table_name, COUNT(*) AS row_count,
       CAST(SUM(CAST(quantity * (product_id + 7 * warehouse_id) AS bigint))
            AS decimal(18, 2)) AS checksum_1,
       CAST(SUM(CASE WHEN moved_at < '2024-07-01T00:00:00+00:00' THEN unit_cost END)
            AS decimal(18, 2)) AS checksum_2
FROM inventory.stock_movements
UNION ALL
SELECT 'inventory.suppliers', COUNT(*),
       CAST(SUM(CAST(supplier_id * lead_time_days AS bigint)) AS decimal(18, 2)),
       CAST(SUM(rating) AS decimal(18, 2))
FROM inventory.suppliers
UNION ALL
SELECT 'inventory.warehouses', COUNT(*), CAST(SUM(warehouse_id) AS decimal(18, 2)),
       CAST(SUM(capacity_units) AS decimal(18, 2))
FROM inventory.warehouses
UNION ALL
SELECT 'shop.addresses', COUNT(*),
       CAST(SUM(CAST(CASE WHEN kind = 'work' THEN customer_id ELSE 1 END AS bigint))
            AS decimal(18, 2)),
       CAST(SUM(CAST(CASE WHEN country_code < 'GB' THEN address_id END AS bigint))
            AS decimal(18, 2))
FROM shop.addresses
UNION ALL
SELECT 'shop.app_settings', COUNT(*), NULL, NULL
FROM shop.app_settings
UNION ALL
SELECT 'shop.audit_log', COUNT(*), CAST(SUM(audit_id) AS decimal(18, 2)), NULL
FROM shop.audit_log
UNION ALL
SELECT 'shop.categories', COUNT(*), CAST(SUM(parent_id) AS decimal(18, 2)),
       CAST(SUM(sort_order) AS decimal(18, 2))
FROM shop.categories
UNION ALL
SELECT 'shop.countries', COUNT(*), CAST(SUM(vat_percent) AS decimal(18, 2)), NULL
FROM shop.countries
UNION ALL
SELECT 'shop.customers', COUNT(*),
       CAST(SUM(CAST(CASE WHEN birth_date < '1980-01-01' THEN customer_id ELSE referred_by END
                     AS bigint)) AS decimal(18, 2)),
       CAST(SUM(CAST(CASE WHEN created_at < '2024-07-01T00:00:00+00:00' AND loyalty_tier <> 'none'
                          THEN customer_id END AS bigint)) AS decimal(18, 2))
FROM shop.customers
UNION ALL
SELECT 'shop.employees', COUNT(*), CAST(SUM(salary) AS decimal(18, 2)),
       CAST(SUM(CASE WHEN hired_on < '2022-01-01' THEN manager_id END) AS decimal(18, 2))
FROM shop.employees
UNION ALL
SELECT 'shop.order_lines', COUNT(*), CAST(SUM(line_total) AS decimal(18, 2)),
       CAST(SUM(CAST(quantity * (product_id + discount_percent + line_no) AS bigint))
            AS decimal(18, 2))
FROM shop.order_lines
UNION ALL
SELECT 'shop.orders', COUNT(*), CAST(SUM(total) AS decimal(18, 2)),
       CAST(SUM(CASE WHEN delivered_at < '2024-07-01T00:00:00+00:00' THEN subtotal
                     WHEN status = 'cancelled' THEN shipping_cost + customer_id END)
            AS decimal(18, 2))
FROM shop.orders
UNION ALL
SELECT 'shop.payments', COUNT(*), CAST(SUM(amount) AS decimal(18, 2)),
       CAST(SUM(CASE WHEN paid_at < '2024-07-01T00:00:00+00:00' AND kind = 'refund' THEN amount
                     WHEN method = 'card' THEN amount END) AS decimal(18, 2))
FROM shop.payments
UNION ALL
SELECT 'shop.products', COUNT(*), CAST(SUM(list_price + margin) AS decimal(18, 2)),
       CAST(SUM(CAST(CASE WHEN launched_on < '2022-01-01' THEN weight_grams ELSE supplier_id END
                     AS bigint)) AS decimal(18, 2))
FROM shop.products
ORDER BY table_name;
