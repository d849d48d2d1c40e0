"""What the newest physical connection said of its server."""

from __future__ import annotations

from typing import Any

import psycopg
from psycopg.pq.abc import PGconn

__all__ = ["Newest"]

_PARAMETERS = ("server_version", "in_hot_standby")


class Newest:
    """A note that each connection attempt that succeeds writes anew. For many threads.

    Attributes:
        identity: Versions, address and database, as reported while connecting; None before that.
    """

    def __init__(self) -> None:
        self.identity: str | None = None

    def note(self, connection: psycopg.Connection[Any]) -> None:
        """Take note of what the server of a connection reported by itself.

        Source: libpq, "Connection Status Functions"; PostgreSQL, "Asynchronous Operations".
        """
        pg: PGconn = connection.pgconn
        reported = (pg.parameter_status(name.encode()) for name in _PARAMETERS)
        parts = (*reported, pg.hostaddr or pg.host, pg.port, pg.db)
        self.identity = " ".join((part or b"-").decode("utf-8", "replace") for part in parts)
