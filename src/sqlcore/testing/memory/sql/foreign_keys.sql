SELECT o.name, k.id, k."table", k."from", k."to", k.on_delete, k.on_update
FROM sqlite_schema AS o, pragma_foreign_key_list(o.name) AS k
WHERE o.type = 'table'
ORDER BY o.name, k.id, k.seq
