"""What a login may do on the server and in its database, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

__all__ = ["database_permissions", "server_permissions"]

_MOST_NAMES = 20
# Source: PostgreSQL, "Predefined Roles" and "Role Attributes".
_ATTRIBUTES = (
    "It may create databases (CREATEDB).",
    "It may create roles (CREATEROLE).",
    "It may replicate (REPLICATION).",
    "Row-level security does not bind it (BYPASSRLS).",
)
_PREDEFINED = {
    "pg_read_all_data": "read every table, view and sequence",
    "pg_write_all_data": "change the rows of every table",
    "pg_monitor": "read all statistics and settings",
    "pg_read_all_settings": "read all settings",
    "pg_read_all_stats": "read all statistics, the statements of others among them",
    "pg_stat_scan_tables": "run monitoring functions that lock tables",
    "pg_signal_backend": "cancel the statements of others and end their sessions",
    "pg_signal_autovacuum_worker": "stop autovacuum workers",
    "pg_read_server_files": "read files of the server",
    "pg_write_server_files": "write files of the server",
    "pg_execute_server_program": "run programs on the server",
    "pg_checkpoint": "force checkpoints",
    "pg_maintain": "vacuum, analyze and reindex every table",
    "pg_use_reserved_connections": "use reserved connections",
    "pg_create_subscription": "create subscriptions",
    "pg_database_owner": "do what the owner of this database may",
}


def server_permissions(rows: Sequence[Sequence[Any]]) -> tuple[str, ...]:
    """Read the rows of the query `roles`."""
    own = next((row for row in rows if row[1]), None)
    if own is None:
        return ()
    if own[2]:
        return ("It is a superuser: it may do anything.",)
    said = [text for text, value in zip(_ATTRIBUTES, own[3:7], strict=True) if value]
    names = [row[0] for row in rows if not row[1]]
    said += [
        f"It may {meaning} ({name})." for name, meaning in _PREDEFINED.items() if name in names
    ]
    others = [name for name in names if name not in _PREDEFINED]
    if others:
        said.append(f"It is a member of {_listed(others)}.")
    return tuple(said) or ("It has no rights on the server beyond those of every login.",)


def database_permissions(
    database: Sequence[Any] | None, schemas: Sequence[Sequence[Any]]
) -> tuple[str, ...]:
    """Read the row of the query `database` and the rows of `schemas`."""
    said: list[str] = []
    if database is not None:
        is_owner, may_connect, may_create, may_make_temporary = database[3:7]
        texts = {
            "It has the rights of the database's owner.": is_owner,
            "It may connect (CONNECT).": may_connect,
            "It may create schemas and trusted extensions (CREATE).": may_create,
            "It may create temporary tables (TEMPORARY).": may_make_temporary,
        }
        said += [text for text, value in texts.items() if value]
    used = [name for name, may_use, _ in schemas if may_use]
    created = [name for name, _, may_create in schemas if may_create]
    if used:
        said.append(f"It may use what is in the schemas {_listed(used)} (USAGE).")
    if created:
        said.append(f"It may create objects in the schemas {_listed(created)} (CREATE).")
    return tuple(said)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMES])
    rest = len(names) - _MOST_NAMES
    return f"{shown} and {rest:,} more" if rest > 0 else shown
