SELECT tbl_name, name, sql
FROM sqlite_schema
WHERE type = 'trigger' AND tbl_name IN (SELECT value FROM json_each(:names))
ORDER BY tbl_name, name
