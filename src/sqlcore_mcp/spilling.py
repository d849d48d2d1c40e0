"""Results that were too large for an answer, kept for a while so that the rest can be read."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlcore.errors import SqlCoreError
from sqlcore_mcp.logs import log

if TYPE_CHECKING:
    from sqlcore.domain.query import StatementResult
    from sqlcore.domain.session import Session
    from sqlcore.services.sessions import Sessions

__all__ = ["Spills"]

_MOST = 100
_SHARE = 0.25


class Spills:
    """Keeps results as sessions that have completed. For use by many threads.

    Only so many, and only a share of the disk that sessions may take: the oldest go. So whoever
    asks for much leaves room for sessions.

    Args:
        sessions: Gives the sessions, made at their first use.
        most: How many are kept.
    """

    def __init__(self, sessions: Callable[[], Sessions], most: int = _MOST) -> None:
        self._sessions = sessions
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self._size_bytes = 0

    def keep(
        self, result: StatementResult, *, owner: str, statement: str, source: str
    ) -> Session | SqlCoreError:
        """Keep a result for its owner; return why, where it cannot be kept."""
        sessions = self._sessions()
        try:
            session = sessions.keep(result, owner=owner, statement=statement, source=source)
        except SqlCoreError as error:
            log().warning("result_not_kept", code=error.code)
            return error
        except Exception as error:  # noqa: BLE001  # the answer has its rows all the same
            log().exception("result_not_kept")
            return SqlCoreError(f"It cannot be written ({type(error).__name__}).")
        max_bytes = int(sessions.limits.max_total_bytes * _SHARE)
        for session_id, its_owner in self._make_room(session, max_bytes):
            with contextlib.suppress(SqlCoreError):  # it is gone already
                sessions.remove(session_id, its_owner)
        return session

    def _make_room(self, session: Session, max_bytes: int) -> list[tuple[str, str]]:
        """Note what was kept; return the oldest as far as there are too many."""
        surplus: list[tuple[str, str]] = []
        with self._lock:
            self._kept[session.id] = (session.owner, session.size_bytes)
            self._size_bytes += session.size_bytes
            while len(self._kept) > 1 and (
                len(self._kept) > self._most or self._size_bytes > max_bytes
            ):
                oldest, (owner, size_bytes) = self._kept.popitem(last=False)
                self._size_bytes -= size_bytes
                surplus.append((oldest, owner))
        return surplus
