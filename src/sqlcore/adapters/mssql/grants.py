"""The statements that make a login with no more rights than an access level needs."""

from __future__ import annotations

from collections.abc import Callable

from sqlcore.adapters.sqlfile import filled, load_queries
from sqlcore.domain.access import Access
from sqlcore.domain.grants import LoginGrants

__all__ = ["grant_script"]

_PRODUCTS = {
    "azure_sql_database": "Azure SQL Database",
    "fabric": "SQL database in Microsoft Fabric",
    "babelfish": "Babelfish",
}
_CONTAINED = ("azure_sql_database", "fabric")
"""Where USE cannot change the database, and users belong to it."""


def grant_script(wanted: LoginGrants, quote: Callable[[str], str]) -> str:
    """Write the statements, with words about them as comments."""
    sections = load_queries(__package__, "grants.sql")
    words = {
        "product": _PRODUCTS.get(wanted.engine, "SQL Server"),
        "login": quote(wanted.login),
        "database": quote(wanted.database),
        "level": wanted.access.value,
    }
    login = "contained_login" if wanted.engine in _CONTAINED else "login"
    parts = [filled(sections[login], words)]
    parts += [
        filled(sections[name], {**words, "schema": quote(schema)})
        for schema in wanted.schemas
        for name in _schema_sections(wanted)
    ]
    parts += [filled(sections[name], words) for name in _closing_sections(wanted)]
    return "\n\n".join(parts)


def _schema_sections(wanted: LoginGrants) -> tuple[str, ...]:
    level = wanted.access.value
    if wanted.engine == "babelfish":
        return () if wanted.access is Access.METADATA else (f"babelfish_schema_{level}",)
    return (f"schema_{level}",)


def _closing_sections(wanted: LoginGrants) -> tuple[str, ...]:
    if wanted.engine == "babelfish":
        return ("babelfish_notes",)
    plans = () if wanted.access is Access.METADATA else ("plans",)
    no_writes = () if wanted.access is Access.WRITE else ("no_writes",)
    return (*plans, *no_writes, "notes")
