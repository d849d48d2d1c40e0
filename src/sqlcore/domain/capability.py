"""What a server is and what it can do."""

from __future__ import annotations

import enum

import attrs

__all__ = ["Capability", "Missing", "Privileges", "ServerCapabilities", "Support"]


class Support(enum.StrEnum):
    """Whether something can be used here."""

    SUPPORTED = "supported"
    UNSUPPORTED = "unsupported"
    NOT_PERMITTED = "not_permitted"
    UNKNOWN = "unknown"


@attrs.frozen(kw_only=True)
class Capability:
    """One feature; `reason` says why it is as it is, `since` which version brings it."""

    name: str
    support: Support
    reason: str | None = None
    since: str | None = None


@attrs.frozen(kw_only=True)
class Missing:
    """A part of an answer that is not there, and why.

    Attributes:
        part: What is missing, in the words of the answer: `index usage`.
        support: Never SUPPORTED.
        reason: In words, such as the right that is needed.
    """

    part: str
    support: Support
    reason: str


@attrs.frozen(kw_only=True)
class Privileges:
    """What the login could do if nothing else stood in its way.

    Attributes:
        administrator: It may do anything (superuser, sysadmin, db_owner).
        can_write: It may change data or schema; None where that could not be found out.
        details: Words for a person, one fact each.
    """

    administrator: bool | None = None
    can_write: bool | None = None
    details: tuple[str, ...] = ()


@attrs.frozen(kw_only=True)
class ServerCapabilities:
    """A server, as it describes itself.

    Attributes:
        product: `PostgreSQL`, `Microsoft SQL Server`, `Babelfish for PostgreSQL` …
        engine: `postgres`, `mssql`, `babelfish`, `azure_sql_database`, `memory` …
        version: As the server writes it: `18.1`, `16.0.4135.4`.
        edition: Where the product has editions.
        deployment: Where it runs, as far as it tells: `on premises`, `container`,
            `virtual machine`, `Amazon RDS` …; None where unknown.
        collation: Of the database; on PostgreSQL its locale.
        server_collation: The server's own, where it has one.
        encoding: Of the database's text, where it is a property of it: `UTF8`.
        locale_provider: `libc`, `icu` or `builtin`, where there is a choice.
        encrypted: Whether the connection is encrypted; None where unknown.
        system_databases: Those that came with the server and can be seen, by name.
        user_databases: The others that can be seen, by name.
        server_permissions: What the login may do on the server, in words, one each.
        database_permissions: What it may do in this database, in words, one each.
        features: Sorted by name.
        missing: What could not be found out, and why.
    """

    product: str
    engine: str
    version: str
    version_text: str
    edition: str | None = None
    deployment: str | None = None
    database: str | None = None
    user: str | None = None
    encrypted: bool | None = None
    collation: str | None = None
    server_collation: str | None = None
    encoding: str | None = None
    locale_provider: str | None = None
    compatibility_level: int | None = None
    privileges: Privileges = attrs.field(factory=Privileges)
    system_databases: tuple[str, ...] = ()
    user_databases: tuple[str, ...] = ()
    server_permissions: tuple[str, ...] = ()
    database_permissions: tuple[str, ...] = ()
    features: tuple[Capability, ...] = ()
    missing: tuple[Missing, ...] = ()
