"""Results of sessions by URI: files that are made when they are asked for, and go with the session.

`sqlcore://results/<session id>/<result set>.<csv, jsonl or parquet>`, result sets from 1.
"""

from __future__ import annotations

import datetime as dt
import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.session import Session, SessionState
from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore.services.exporting import Export, ExportFormat
from sqlcore_mcp.resources import Resource, no_such_resource

if TYPE_CHECKING:
    from sqlcore.services.sessions import Sessions

__all__ = [
    "RESULTS_START",
    "URI_TEMPLATE",
    "ResultFile",
    "ResultFiles",
    "check_result_set",
    "result_uri",
]

RESULTS_START = "sqlcore://results/"
"""How the URI of every result begins."""
URI_TEMPLATE = RESULTS_START + "{session_id}/{result_set}.{format}"
"""RFC 6570."""
_PARTS = re.compile(
    RESULTS_START + r"([0-9A-Za-z_-]{1,128})/([1-9][0-9]{0,5})\.(csv|jsonl|parquet)"
)
_TEXTS = frozenset({ExportFormat.CSV, ExportFormat.JSONL})


def result_uri(session_id: str, result_set: int, file_format: ExportFormat) -> str:
    """Write the URI of a result set, from 1."""
    return f"{RESULTS_START}{session_id}/{result_set}.{file_format.value}"


def check_result_set(session: Session, result_set: int) -> None:
    """Make sure that a session has a result set, from 1.

    Raises:
        NotFoundError: It has not, or not yet, or its results have expired.
    """
    if session.state is SessionState.EXPIRED:
        raise NotFoundError(
            "The results of this session have expired.", hint="Run the statement again."
        )
    count = len(session.results)
    if 1 <= result_set <= count:
        return
    there = "no result set" if not count else f"{count} result set{'s' if count > 1 else ''}"
    so_far = "" if session.state.is_final else " so far"
    raise NotFoundError(
        f"The session has {there}{so_far}.",
        hint="Result sets are counted from 1."
        if session.state.is_final
        else "Wait with get_session_status and wait_seconds.",
    )


@attrs.frozen(kw_only=True)
class ResultFile:
    """A result set as a file that can be read by its URI.

    Attributes:
        session: As it was when the file was made.
        export: What was written.
    """

    uri: str
    session: Session
    export: Export


class ResultFiles:
    """Makes and reads files of results. For use by many threads.

    Args:
        sessions: Gives the sessions, made at their first use.
        max_read_bytes: The most that one read may load.
    """

    def __init__(self, sessions: Callable[[], Sessions], max_read_bytes: int) -> None:
        self._sessions = sessions
        self._max_read_bytes = max_read_bytes

    def export(
        self,
        session_id: str,
        owner: str,
        result_set: int,
        file_format: ExportFormat,
        cancel: CancelToken | None = None,
    ) -> ResultFile:
        """Write a result set, from 1, to a file; of a session that runs, the rows so far.

        Raises:
            NotFoundError: There is no such session of that owner, or no such result set.
            LimitExceededError: The disk is full, or there is no room.
            StatementCancelledError: `cancel` was set.
        """
        sessions = self._sessions()
        session = sessions.get(session_id, owner, progress=False)
        check_result_set(session, result_set)
        export = sessions.export(session_id, owner, result_set - 1, file_format, cancel)
        uri = result_uri(session_id, result_set, file_format)
        return ResultFile(uri=uri, session=session, export=export)

    def read(self, uri: str, owner: str, cancel: CancelToken | None = None) -> Resource:
        """Load a result set by its URI.

        Raises:
            NotFoundError: There is none, it has expired, or it is somebody else's.
            LimitExceededError: It is larger than one read may load.
            StatementCancelledError: `cancel` was set.
        """
        sessions = self._sessions()
        parts = _PARTS.fullmatch(uri)
        if parts is None:
            raise no_such_resource(sessions.limits.retention_s)
        try:
            sessions.get(parts[1], owner, progress=False)
        except NotFoundError:
            raise no_such_resource(sessions.limits.retention_s) from None
        file = self.export(parts[1], owner, int(parts[2]), ExportFormat(parts[3]), cancel)
        return self._load(file)

    def _load(self, file: ResultFile) -> Resource:
        size_bytes = file.export.size_bytes
        if size_bytes > self._max_read_bytes:
            raise LimitExceededError(
                f"The file has {size_bytes:,} bytes; at most {self._max_read_bytes:,} are read at "
                "once (max_resource_bytes).",
                hint="Read it page by page with get_session_result, take parquet, which is "
                "smaller, or select less.",
            )
        try:
            data = file.export.path.read_bytes()
        except FileNotFoundError:
            raise no_such_resource(self._sessions().limits.retention_s) from None
        is_text = ExportFormat(file.export.path.suffix[1:]) in _TEXTS
        return Resource(
            uri=file.uri,
            name=file.uri.rpartition("/")[2],
            mime_type=file.export.mime_type,
            content=data.decode() if is_text else data,
            size_bytes=len(data),
            owner=file.session.owner,
            expires_at=time.monotonic() + _seconds_left(file.session),
        )


def _seconds_left(session: Session) -> float:
    if session.expires_at is None:
        return float("inf")
    return (session.expires_at - dt.datetime.now(dt.UTC)).total_seconds()
