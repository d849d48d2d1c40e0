"""What is known of functions that extensions of PostgreSQL bring.

An extension's function that is immutable or stable is taken at its word, but for those that run SQL
which they are given as text. Volatile ones are refused, but for those below, which only look, draw
random numbers, or hand out a foreign data wrapper that reads. Sources: the extensions' own scripts
(contrib of PostgreSQL 18; PostGIS; TimescaleDB; the wrappers' repositories).
"""

from __future__ import annotations

from sqlcore.services.guarding.words import words

__all__ = ["READING_FUNCTIONS", "TEXT_RUNNING_EXTENSIONS", "TEXT_RUNNING_FUNCTIONS"]

READING_FUNCTIONS = {
    "pg_buffercache": words(
        """
        pg_buffercache_numa_pages pg_buffercache_os_pages pg_buffercache_pages
        pg_buffercache_summary pg_buffercache_usage_counts
        """
    ),
    "pg_freespacemap": words("pg_freespace"),
    "pg_stat_kcache": words("pg_stat_kcache"),
    "pg_stat_statements": words("pg_stat_statements pg_stat_statements_info"),
    "pg_visibility": words(
        """
        pg_check_frozen pg_check_visible pg_visibility pg_visibility_map pg_visibility_map_summary
        """
    ),
    "pgcrypto": words(
        """
        gen_random_bytes gen_random_uuid gen_salt pgp_pub_encrypt pgp_pub_encrypt_bytea
        pgp_sym_encrypt pgp_sym_encrypt_bytea
        """
    ),
    "pgrowlocks": words("pgrowlocks"),
    "pgstattuple": words(
        """
        pg_relpages pgstatginindex pgstathashindex pgstatindex pgstattuple pgstattuple_approx
        """
    ),
    "postgis": words("st_generatepoints"),
    "tablefunc": words("normal_rand"),
    "timescaledb": words("interpolate locf time_bucket_gapfill"),
    "tsm_system_rows": words("system_rows"),
    "tsm_system_time": words("system_time"),
    "uuid-ossp": words("uuid_generate_v1 uuid_generate_v1mc uuid_generate_v4"),
    # Wrappers that read tables and files of elsewhere.
    "file_fdw": words("file_fdw_handler"),
    "mysql_fdw": words("mysql_fdw_handler"),
    "oracle_fdw": words("oracle_fdw_handler"),
    "postgres_fdw": words("postgres_fdw_handler"),
    "sqlite_fdw": words("sqlite_fdw_handler"),
    "tds_fdw": words("tds_fdw_handler"),
}
"""Volatile functions that a read may call, by extension."""

TEXT_RUNNING_EXTENSIONS = frozenset({"age", "dblink", "pgrouting", "plpgsql_check"})
"""Their functions take SQL as text, or the name of a function to run."""

TEXT_RUNNING_FUNCTIONS = words("xpath_table")
"""Stable functions that run SQL which they are given as text, beside `postgres_refused`."""
