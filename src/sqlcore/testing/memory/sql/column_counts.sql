SELECT o.name, COUNT(*)
FROM sqlite_schema AS o, pragma_table_xinfo(o.name) AS c
WHERE o.type IN ('table', 'view') AND o.name IN (SELECT value FROM json_each(:names)) AND c.hidden <> 1
GROUP BY o.name
