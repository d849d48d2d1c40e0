"""The adapter's entry point."""

from __future__ import annotations

from sqlcore.adapters.mssql.connection import MssqlConnection
from sqlcore.adapters.mssql.opening import SessionOpener
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.domain.connection import ConnectionSettings

__all__ = ["MssqlConnector"]


class MssqlConnector:
    """Connects to servers that speak TDS 7.3 or later and Transact-SQL."""

    def connect(self, settings: ConnectionSettings) -> MssqlConnection:
        """Open a link; the first use makes the first physical connection.

        Options, without regard to case and underscores: `encrypt` (`optional`, `mandatory`,
        `off`), `trustservercertificate`, `applicationintent` (`readonly`), `applicationname`,
        `connecttimeout` (seconds), `integratedsecurity`, `tdsversion`, `charset`.

        Raises:
            ConfigurationError: An option is unknown or malformed.
        """
        return MssqlConnection(SessionPool(SessionOpener(settings), settings.pool))
