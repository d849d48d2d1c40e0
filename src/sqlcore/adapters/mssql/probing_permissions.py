"""What a login may do on the server and in its database, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlcore.adapters.mssql.reading import Rows

__all__ = ["database_permissions", "server_permissions"]

# Source: "Permissions (Database Engine)".
_SERVER = {
    "VIEW ANY DATABASE": "see the names of all databases",
    "VIEW ANY DEFINITION": "see the definitions of all objects",
    "VIEW SERVER STATE": "see what runs on the server",
    "VIEW SERVER PERFORMANCE STATE": "see how the server performs",
    "VIEW SERVER SECURITY STATE": "see the state of the server's security",
    "CONNECT ANY DATABASE": "open every database",
    "SELECT ALL USER SECURABLES": "read every table of the databases that it may open",
    "ALTER ANY LOGIN": "change logins",
    "ALTER ANY SERVER ROLE": "change server roles",
    "ALTER ANY CREDENTIAL": "change credentials",
    "IMPERSONATE ANY LOGIN": "act as any login",
    "UNSAFE ASSEMBLY": "load assemblies without limits",
    "EXTERNAL ACCESS ASSEMBLY": "load assemblies that reach files and networks",
    "ADMINISTER BULK OPERATIONS": "load files of the server in bulk",
    "ALTER ANY DATABASE": "change and drop databases",
    "CREATE ANY DATABASE": "create databases",
    "ALTER ANY LINKED SERVER": "change linked servers",
    "ALTER ANY CONNECTION": "end the sessions of others",
    "ALTER SETTINGS": "change the server's settings",
    "ALTER SERVER STATE": "clear caches and change the state of the server",
    "ALTER TRACE": "trace what others run",
    "SHUTDOWN": "shut the server down",
}
_DATABASE = {
    "CONNECT": "connect",
    "SELECT": "read every table and view",
    "INSERT": "insert into every table",
    "UPDATE": "update every table",
    "DELETE": "delete from every table",
    "EXECUTE": "run every procedure and function",
    "REFERENCES": "refer to every table with foreign keys",
    "VIEW DEFINITION": "see the definitions of all objects",
    "VIEW DATABASE STATE": "see what runs in the database",
    "SHOWPLAN": "see plans of statements",
    "UNMASK": "see masked columns as they are",
    "ALTER": "change every object and the database",
    "TAKE OWNERSHIP": "become the owner of objects",
    "ALTER ANY USER": "change users",
    "ALTER ANY ROLE": "change roles",
    "ALTER ANY SCHEMA": "change schemas",
    "CREATE TABLE": "create tables",
    "CREATE VIEW": "create views",
    "CREATE PROCEDURE": "create procedures",
    "CREATE FUNCTION": "create functions",
    "CREATE SCHEMA": "create schemas",
    "CREATE ROLE": "create roles",
    "CREATE ASSEMBLY": "create assemblies",
    "BACKUP DATABASE": "back the database up",
    "KILL DATABASE CONNECTION": "end the sessions of others",
    "ADMINISTER DATABASE BULK OPERATIONS": "load files in bulk",
}


def server_permissions(results: Mapping[str, Rows]) -> tuple[str, ...]:
    """Read the queries of the probe that ask for rights on the server."""
    held = _held(results["probe_server_permissions"])
    held += _held(row[1:] for row in results["probe_reading"] if row[0] == "server")
    return _in_words(
        "server", _held(results["probe_server_roles"]), held, _SERVER, all_of_it="CONTROL SERVER"
    )


def database_permissions(results: Mapping[str, Rows]) -> tuple[str, ...]:
    """Read the queries of the probe that ask for rights on the database."""
    roles = _held(results["probe_database_roles"])
    roles += _held(row[1:] for row in results["probe_reading"] if row[0] == "role")
    held = _held(row[1:] for row in results["probe_reading"] if row[0] == "database")
    held += _held(results["probe_database_permissions"])
    return _in_words("database", roles, held, _DATABASE, all_of_it="CONTROL")


def _held(rows: Iterable[tuple[Any, ...]]) -> list[str]:
    return [name for name, value in rows if value == 1]


def _in_words(
    where: str,
    roles: Sequence[str],
    held: Sequence[str],
    meanings: Mapping[str, str],
    *,
    all_of_it: str,
) -> tuple[str, ...]:
    preposition = {"server": "on", "database": "in"}[where]
    said = [f"It is a member of the {where} roles {', '.join(roles)}."] if roles else []
    if all_of_it in held:
        return (*said, f"It may do anything {preposition} the {where} ({all_of_it}).")
    said += [f"It may {meaning} ({name})." for name, meaning in meanings.items() if name in held]
    return tuple(said) or (f"It has no rights on the {where} as a whole.",)
