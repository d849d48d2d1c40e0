"""What a server is and what it can do."""

from __future__ import annotations

import enum

import attrs

__all__ = ["Capability", "Privileges", "ServerCapabilities", "Support"]


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
        encrypted: Whether the connection is encrypted; None where unknown.
        features: Sorted by name.
    """

    product: str
    engine: str
    version: str
    version_text: str
    edition: str | None = None
    database: str | None = None
    user: str | None = None
    encrypted: bool | None = None
    collation: str | None = None
    compatibility_level: int | None = None
    privileges: Privileges = attrs.field(factory=Privileges)
    features: tuple[Capability, ...] = ()
