"""The entry point of the adapter."""

from __future__ import annotations

from sqlcore.adapters.postgres.connection import PostgresConnection
from sqlcore.adapters.postgres.login import Login
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.ports import Connection

__all__ = ["PostgresConnector"]


class PostgresConnector:
    """Links to PostgreSQL 13 and later, and to what speaks its protocol and has its catalog."""

    def connect(self, settings: ConnectionSettings) -> Connection:
        """Make a link; nothing goes over the network before its first use.

        Options of the settings are those of libpq, such as `sslmode`, `sslrootcert`,
        `target_session_attrs`, `host` (the folder of a Unix socket) or `connect_timeout`.

        Raises:
            ConfigurationError: An option is unknown or malformed.
        """
        return PostgresConnection(Login.of(settings), settings.pool)
