-- A key that names no columns points at the primary key.
SELECT o.name, k.id, k."table", k."from",
    COALESCE(k."to", (SELECT p.name FROM pragma_table_info(k."table") AS p WHERE p.pk = k.seq + 1)),
    k.on_delete, k.on_update
FROM sqlite_schema AS o, pragma_foreign_key_list(o.name) AS k
WHERE o.type = 'table'
ORDER BY o.name, k.id, k.seq
