"""What the login could do if nothing else stood in its way, in words."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlcore.adapters.mssql.reading import Rows
from sqlcore.domain.capability import Privileges

__all__ = ["PRIVILEGE_QUERIES", "privileges_of"]

# Queries that list names with 1 (it has it), 0 (it has not) or NULL (the server does not say).
_LISTS = {
    "probe_server_roles": "It is a member of the server roles: {}.",
    "probe_database_roles": "It is a member of the database roles: {}.",
    "probe_server_permissions": "It has permissions on the server: {}.",
    "probe_database_permissions": "It has permissions on the whole database: {}.",
    "probe_system_procedures": "It may run {}, which reach beyond the database.",
}
# Queries that name one example, where there is any.
_EXAMPLES = {
    "probe_writable_schema": "It may change what is in schemas, such as {}.",
    "probe_writable_object": "It may change tables or views, such as {}.",
    "probe_writable_column": "It may change columns, such as {}.",
    "probe_impersonation": "It may act as other users, such as {}.",
    "probe_executable": "It may run procedures, such as {}, which may change data for it.",
}
PRIVILEGE_QUERIES = (*_LISTS, *_EXAMPLES)

# Whoever has one of these may get every other right. Source: "Server-level roles",
# "Database-level roles", "Permissions (Database Engine)".
_LEADS_TO_ALL = frozenset(
    {
        "sysadmin",
        "securityadmin",
        "##MS_LoginManager##",
        "db_owner",
        "db_securityadmin",
        "CONTROL SERVER",
        "ALTER ANY LOGIN",
        "ALTER ANY SERVER ROLE",
        "ALTER ANY CREDENTIAL",
        "IMPERSONATE ANY LOGIN",
        "UNSAFE ASSEMBLY",
        "EXTERNAL ACCESS ASSEMBLY",
        "CONTROL",
        "TAKE OWNERSHIP",
        "ALTER ANY ROLE",
        "xp_cmdshell",
        "sp_OACreate",
        "sp_OAMethod",
        "xp_regwrite",
    }
)
_DECISIVE = ("probe_database_permissions", "probe_writable_object")
"""Without an answer to these nobody knows that the login may not write."""


def privileges_of(results: Mapping[str, Rows], missing: Collection[str]) -> Privileges:
    """Read what `PRIVILEGE_QUERIES` returned; `missing` are those that the server cannot run."""
    held: dict[str, list[str]] = {
        name: [word for word, value in results[name] if value == 1] for name in _LISTS
    }
    held |= {name: [example for (example,) in results[name]] for name in _EXAMPLES}
    words = {word for names in held.values() for word in names}
    administrator = bool(words & _LEADS_TO_ALL)
    # What a procedure changes is not known here: to run some is a detail, no right to write.
    changes = words - {*held["probe_executable"], "EXECUTE"}
    is_sysadmin = "sysadmin" in held["probe_server_roles"]  # which has every other right as well
    sentences = {**_LISTS, **_EXAMPLES}
    return Privileges(
        administrator=True if administrator else _no(_answered(results["probe_server_roles"])),
        can_write=True if changes else _no(_is_decided(results, missing)),
        details=tuple(
            sentences[name].format(", ".join(names))
            for name, names in held.items()
            if names and (name == "probe_server_roles" or not is_sysadmin)
        ),
    )


def _no(known: bool) -> bool | None:  # noqa: FBT001  # what is not known is neither yes nor no
    return False if known else None


def _answered(rows: Rows) -> bool:
    return any(value is not None for _, value in rows)


def _is_decided(results: Mapping[str, Rows], missing: Collection[str]) -> bool:
    answered = _answered(results["probe_database_permissions"])
    return answered and not any(name in missing for name in _DECISIVE)
