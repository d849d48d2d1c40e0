SELECT o.name, c.cid, c.name, c.type, c."notnull", c.dflt_value, c.pk, c.hidden
FROM sqlite_schema AS o, pragma_table_xinfo(o.name) AS c
WHERE o.type IN ('table', 'view') AND o.name IN (SELECT value FROM json_each(:names)) AND c.hidden <> 1
ORDER BY o.name, c.cid
