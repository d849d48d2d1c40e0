"""The statements that make a login which may do what an access level needs, and no more."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.catalog import TableFilter
from sqlcore.domain.grants import LoginGrants
from sqlcore.errors import InvalidArgumentError
from sqlcore.ports import Connection, Dialect
from sqlcore.services.limits import Limits

__all__ = ["grants_for", "grants_template"]

_PAGE = 1000
_TEMPLATE_DATABASE = "your_database"
_TEMPLATE_SCHEMAS = {"postgres": ("public",), "tsql": ("dbo",)}


def grants_for(
    connection: Connection,
    access: Access,
    limits: Limits,
    *,
    login: str | None = None,
    schemas: Sequence[str] = (),
) -> str:
    """Write the script for a server that can be asked what it is and which schemas it has.

    Args:
        connection: Where the login is wanted.
        access: What it is for.
        limits: The longest time that a statement may take.
        login: Its name; `sqlcore_read` and the like where left out.
        schemas: What it may see; every schema with tables where left out.

    Raises:
        UnsupportedError: The engine has no logins.
        InvalidArgumentError: A name has a line break.
        SqlCoreError: The server cannot be asked.
    """
    server = connection.capabilities.capabilities()
    wanted = _wanted(access, limits, login, tuple(schemas) or _schemas(connection))
    wanted = attrs.evolve(wanted, database=server.database or wanted.database, engine=server.engine)
    return connection.dialect.grants(_checked(wanted))


def grants_template(
    dialect: Dialect,
    access: Access,
    limits: Limits,
    *,
    login: str | None = None,
    schemas: Sequence[str] = (),
) -> str:
    """Write the script without a server; its database and schema are to be replaced."""
    examples = tuple(schemas) or _TEMPLATE_SCHEMAS.get(dialect.name, ())
    return dialect.grants(_checked(_wanted(access, limits, login, examples)))


def _wanted(
    access: Access, limits: Limits, login: str | None, schemas: tuple[str, ...]
) -> LoginGrants:
    return LoginGrants(
        login=login or f"sqlcore_{access.value}",
        access=access,
        database=_TEMPLATE_DATABASE,
        schemas=schemas,
        engine="",
        timeout_s=limits.max_timeout_s,
    )


def _checked(wanted: LoginGrants) -> LoginGrants:
    """Refuse a name that would leave the comment in which it stands."""
    for name in (wanted.login, wanted.database, *wanted.schemas):
        if not name.isprintable():
            raise InvalidArgumentError(
                f"The name {name!r} has a character that cannot be printed, such as a line break."
            )
    return wanted


def _schemas(connection: Connection) -> tuple[str, ...]:
    schemas: set[str] = set()
    after: tuple[str, str] | None = None
    while True:
        page = connection.catalog.tables(TableFilter(after=after, limit=_PAGE))
        schemas.update(table.name.schema or "" for table in page.tables)
        if len(page.tables) < _PAGE:
            return tuple(sorted(schemas))
        last = page.tables[-1].name
        after = (last.schema or "", last.name)
