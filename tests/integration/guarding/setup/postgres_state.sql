-- Writes the query that counts and sums up every table. A new version of a catalog row has a new
-- xmin, and a row that is gone is missed in the count.
SELECT string_agg(
    CASE
        WHEN c.relnamespace <> 'pg_catalog'::regnamespace
        THEN format('SELECT ''rows'', %L || md5(coalesce(string_agg(t::text, ''|'' ORDER BY t::text), '''')) FROM ONLY %s t', c.oid::regclass, c.oid::regclass)
        ELSE format('SELECT %L, %L || count(*) || '' '' || coalesce(max(xmin::text::bigint), 0) FROM %s', CASE WHEN c.relisshared THEN 'server objects' ELSE 'schema' END, c.relname, c.oid::regclass)
    END, ' UNION ALL ' ORDER BY c.oid)
FROM pg_class c
WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't' AND c.relnamespace <> 'information_schema'::regnamespace;
-- Everything else by which two moments can be told apart; one row for each part of it.
SELECT 'relation' AS part, md5(string_agg(c::text, '|' ORDER BY oid)) AS state FROM pg_class c WHERE relpersistence <> 't'
UNION ALL
SELECT 'sequence', string_agg(s.sequencename || ' ' || coalesce(s.last_value::text, '-'), ' ' ORDER BY s.schemaname, s.sequencename) FROM pg_sequences s
UNION ALL
SELECT 'transaction id', pg_snapshot_xmax(pg_current_snapshot())::text
UNION ALL
SELECT 'configuration', md5(string_agg(f::text, '|')) || pg_conf_load_time() FROM pg_file_settings f
UNION ALL
SELECT 'write-ahead log', pg_walfile_name(pg_current_wal_insert_lsn())
UNION ALL
SELECT 'replication', string_agg(s.slot_name || ' ' || coalesce(s.restart_lsn::text, ''), ' ') || (SELECT count(*) FROM pg_replication_origin) FROM pg_replication_slots s
UNION ALL
SELECT 'statistics', concat_ws(' ', (SELECT max(stats_reset) FROM pg_stat_database), (SELECT stats_reset FROM pg_stat_bgwriter), (SELECT max(stats_reset) FROM pg_stat_io), (SELECT stats_reset FROM pg_stat_wal), (SELECT max(stats_reset) FROM pg_stat_slru), (SELECT stats_reset FROM pg_stat_checkpointer))
UNION ALL
SELECT 'checkpoint', checkpoint_lsn::text FROM pg_control_checkpoint()
UNION ALL
SELECT 'file', string_agg(name || ' ' || (pg_stat_file(folder || '/' || name, true)).size, ' ' ORDER BY folder, name)
FROM unnest(ARRAY['{folder}', 'pg_snapshots']) folder, pg_ls_dir(folder) name
UNION ALL
SELECT 'log file', pg_current_logfile()
UNION ALL
SELECT 'others', string_agg(pid || ' ' || state || ' ' || coalesce(xact_start::text, ''), ' ' ORDER BY pid) FROM pg_stat_activity WHERE application_name = 'bystander'
