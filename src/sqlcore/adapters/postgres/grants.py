"""The statements that make a login with no more rights than an access level needs."""

from __future__ import annotations

from collections.abc import Callable

from sqlcore.adapters.sqlfile import filled, load_queries
from sqlcore.domain.access import Access
from sqlcore.domain.grants import LoginGrants

__all__ = ["grant_script"]


def grant_script(wanted: LoginGrants, quote: Callable[[str], str]) -> str:
    """Write the statements, with words about them as comments."""
    sections = load_queries(__package__, "grants.sql")
    words = {
        "login": quote(wanted.login),
        "database": quote(wanted.database),
        "level": wanted.access.value,
        "timeout_ms": str(int(wanted.timeout_s * 1000)),
    }
    parts = [filled(sections["login"], words)]
    if wanted.access < Access.WRITE:
        parts.append(filled(sections["read_only"], words))
    parts += [
        filled(sections[f"schema_{wanted.access.value}"], {**words, "schema": quote(schema)})
        for schema in wanted.schemas
    ]
    return "\n\n".join([*parts, filled(sections["notes"], words)])
