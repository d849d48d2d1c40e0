"""A login that may do what an access level needs, and no more."""

from __future__ import annotations

import attrs

from sqlcore.domain.access import Access

__all__ = ["LoginGrants"]


@attrs.frozen(kw_only=True)
class LoginGrants:
    """What a login is wanted for.

    Attributes:
        login: Its name, unquoted.
        access: What it is for.
        database: The database.
        schemas: The schemas that it may see.
        engine: What the server is, as `ServerCapabilities.engine` has it.
        timeout_s: Seconds that a statement of it may take, where the server can bound them.
    """

    login: str
    access: Access
    database: str
    schemas: tuple[str, ...]
    engine: str
    timeout_s: float
