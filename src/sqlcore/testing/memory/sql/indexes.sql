SELECT o.name, i.name, i."unique", i.origin, i.partial, s.sql, c.name, c."desc"
FROM sqlite_schema AS o, pragma_index_list(o.name) AS i, pragma_index_xinfo(i.name) AS c
    LEFT JOIN sqlite_schema AS s ON s.type = 'index' AND s.name = i.name
WHERE o.type = 'table' AND o.name IN (SELECT value FROM json_each(:names)) AND c.key
ORDER BY o.name, i.name, c.seqno
