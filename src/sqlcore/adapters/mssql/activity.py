"""How far a statement of another server session is."""

from __future__ import annotations

from typing import Any

from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.session import Progress
from sqlcore.errors import LimitExceededError, StatementTimeoutError

__all__ = ["MssqlActivity"]

_TIMEOUT_S = 1.0
_SPARE_WAIT_S = 0.05
_MOST_DIGITS = 9
_PERCENT = 100.0
_BUSY = frozenset({"running", "active"})
"""What `sys.dm_exec_sessions.status` says of one that works; the second word is Babelfish's."""


class MssqlActivity:
    """Looks at what runs on the server; an `ActivityMonitor`.

    A fraction is there for the commands that report one, among them BACKUP, RESTORE, ROLLBACK,
    ALTER INDEX REORGANIZE and DBCC CHECKDB. Of other statements the server tells only the command
    and what it waits for. A login without VIEW SERVER STATE sees itself alone, so that it learns
    nothing. Source: "sys.dm_exec_requests (Transact-SQL)", percent_complete and Permissions.
    """

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def progress(self, server_session: str) -> Progress | None:
        """Ask how far a server session is; see `sqlcore.ports.ActivityMonitor`.

        None also where it runs nothing, where all connections are in use, where the login may not
        look, where the server has no such views, and where it takes longer than a second to say.
        """
        if not server_session.isdecimal() or len(server_session) > _MOST_DIGITS:
            return None
        try:
            results, _ = self._queries.run(
                ("activity_request", "activity_session"),
                {"session": int(server_session)},
                wait_s=_SPARE_WAIT_S,
                timeout_s=_TIMEOUT_S,
            )
        except (LimitExceededError, StatementTimeoutError):
            return None
        if results["activity_request"]:
            return _progress(results["activity_request"][0])
        for (status,) in results["activity_session"]:
            if status in _BUSY:
                return Progress(phase=status)
        return None


def _progress(request: tuple[Any, ...]) -> Progress:
    command, status, wait_type, percent = request
    fraction = min(1.0, percent / _PERCENT) if percent else None
    phase = f"{command}, {status}" if wait_type is None else f"{command}, {status}: {wait_type}"
    return Progress(fraction=fraction, phase=phase)
