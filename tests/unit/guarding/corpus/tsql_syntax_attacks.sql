--# deletes behind a semicolon inside brackets
SELECT (1; DELETE FROM dbo.orders)
