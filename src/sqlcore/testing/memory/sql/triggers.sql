-- A trigger has the name of its table as it was written there.
SELECT o.name, t.name, t.sql
FROM sqlite_schema AS t JOIN sqlite_schema AS o ON o.name = t.tbl_name COLLATE NOCASE
WHERE t.type = 'trigger' AND o.type IN ('table', 'view')
    AND o.name IN (SELECT value FROM json_each(:names))
ORDER BY o.name, t.name
