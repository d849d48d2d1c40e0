-- Everything that has a name and belongs to a table.
SELECT s.name, s.type, o.name, s.sql
FROM sqlite_schema AS s JOIN sqlite_schema AS o
    ON o.type IN ('table', 'view') AND o.name = s.tbl_name COLLATE NOCASE
WHERE s.type IN ('trigger', 'index')
ORDER BY s.type, s.name
