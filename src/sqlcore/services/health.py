"""Whether a server can be reached, and who we are there."""

from __future__ import annotations

import attrs

from sqlcore.domain.capability import ServerCapabilities
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.capabilities import CapabilityCache

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


def check_health(connection: Connection, known: CapabilityCache | None = None) -> Health:
    """Time a round trip, and say who answers.

    Args:
        connection: To the server.
        known: What is known of it, where that is kept.
    """
    try:
        latency_s = connection.capabilities.ping()  # may reach another server than the one known
        server = (known or CapabilityCache()).of(connection.capabilities)
    except SqlCoreError as error:
        return Health(ok=False, error=error)
    return Health(ok=True, latency_s=latency_s, server=server)
