"""Whether a server can be reached, and who we are there."""

from __future__ import annotations

import attrs

from sqlcore.domain.capability import ServerCapabilities
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection

__all__ = ["Health", "check_health"]


@attrs.frozen(kw_only=True)
class Health:
    """The outcome of a check.

    Attributes:
        ok: Whether a round trip succeeded.
        latency_s: Its seconds, on a connection that was open already.
        server: What the server is, where it answered.
        error: What went wrong, where it did.
    """

    ok: bool
    latency_s: float | None = None
    server: ServerCapabilities | None = None
    error: SqlCoreError | None = None


def check_health(connection: Connection) -> Health:
    """Ask the server who it is, then time a round trip."""
    try:
        server = connection.capabilities.capabilities()
        latency_s = connection.capabilities.ping()
    except SqlCoreError as error:
        return Health(ok=False, error=error)
    return Health(ok=True, latency_s=latency_s, server=server)
