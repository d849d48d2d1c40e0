-- What a statement may leave behind in its own session. Any function may load PL/pgSQL.
SELECT 'setting' AS part, md5(string_agg(name || '=' || setting, '|' ORDER BY name)) AS state FROM pg_settings WHERE (name NOT LIKE 'transaction%' OR current_setting('transaction_read_only') = 'on') AND name NOT LIKE 'plpgsql.%'
UNION ALL SELECT 'role', current_user || ' ' || session_user
UNION ALL SELECT 'prepared statement', string_agg(name, ' ' ORDER BY name) FROM pg_prepared_statements WHERE from_sql
UNION ALL SELECT 'cursor', string_agg(name, ' ' ORDER BY name) FROM pg_cursors
UNION ALL SELECT 'listening', string_agg(channel, ' ') FROM pg_listening_channels() channel
UNION ALL SELECT 'temporary table', string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relnamespace = pg_my_temp_schema()
UNION ALL SELECT 'library', string_agg(file_name, ' ' ORDER BY file_name) FROM pg_get_loaded_modules() WHERE file_name NOT LIKE 'plpgsql%'
UNION ALL SELECT 'advisory lock', string_agg(objid::text, ' ' ORDER BY objid) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory'
