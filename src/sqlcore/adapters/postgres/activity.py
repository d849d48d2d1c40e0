"""How far a statement of another server session is."""

from __future__ import annotations

from typing import Any

from sqlcore.adapters.postgres.queries import QUERIES, text
from sqlcore.adapters.postgres.snapshots import Query, Snapshots
from sqlcore.domain.session import Progress
from sqlcore.errors import (
    LimitExceededError,
    NotFoundError,
    PermissionDeniedError,
    SqlSyntaxError,
    StatementTimeoutError,
    UnsupportedError,
)

__all__ = ["PostgresActivity"]

_TIMEOUT_S = 1.0
_SPARE_WAIT_S = 0.05
_WITH_COPY = 140000
"""pg_stat_progress_copy came with version 14."""
_MOST_DIGITS = 10
# Relatives of PostgreSQL lack some of the views.
_NOT_KNOWN_HERE = (NotFoundError, PermissionDeniedError, SqlSyntaxError, UnsupportedError)


class PostgresActivity:
    """Looks at what runs on the server; an `ActivityMonitor`.

    A fraction is there for the commands that report their progress (VACUUM, ANALYZE, CREATE INDEX,
    CLUSTER, COPY), and is that of the phase which is named beside it. Of other statements the
    server tells only what it waits for. Source: PostgreSQL, "Progress Reporting" and "The
    Cumulative Statistics System", pg_stat_activity.
    """

    def __init__(self, snapshots: Snapshots) -> None:
        self._snapshots = snapshots
        self._is_known = True

    def progress(self, server_session: str) -> Progress | None:
        """Ask how far a server session of this login is; see `sqlcore.ports.ActivityMonitor`.

        None also where it runs nothing, where all connections are in use, where the server has no
        such views, and where it takes longer than a second to say.
        """
        if not self._is_known or not _is_number(server_session):
            return None
        values = [text(server_session)]

        def choose(server_version: int) -> list[Query]:
            queries: list[Query] = [(QUERIES["activity"], values)]
            if server_version >= _WITH_COPY:
                queries.append((QUERIES["copy_progress"], values))
            return queries

        try:
            activity, *copies = self._snapshots.rows_if_free(
                choose, wait_s=_SPARE_WAIT_S, timeout_s=_TIMEOUT_S
            )
        except (LimitExceededError, StatementTimeoutError):
            return None
        except _NOT_KNOWN_HERE:
            self._is_known = False
            return None
        if not activity:
            return None
        copied = next((row for rows in copies for row in rows), None)
        return _progress(activity[0], copied)


def _is_number(server_session: str) -> bool:
    return server_session.isdecimal() and len(server_session) <= _MOST_DIGITS


def _progress(activity: tuple[Any, ...], copied: tuple[Any, ...] | None) -> Progress:
    state, wait_type, wait_event, *reported = activity
    command, phase, done, total = copied or reported
    if command is not None:
        fraction = min(1.0, done / total) if total and done is not None else None
        return Progress(fraction=fraction, phase=f"{command}: {phase}" if phase else command)
    if wait_event is None:
        return Progress(phase=state)
    return Progress(phase=f"{state}, {wait_type}: {wait_event}")
