"""What becomes of sessions that have ended."""

from __future__ import annotations

import threading
from collections import Counter, deque
from collections.abc import Callable

from sqlcore.domain.session import SessionState
from sqlcore.errors import LimitExceededError
from sqlcore.ports import SessionStore
from sqlcore.services.logs import get_logger
from sqlcore.services.sessions.store import update

__all__ = ["Retention"]

MAX_KEPT = 2000
"""Sessions of one owner that have ended and are still remembered: each record takes memory."""


class Retention:
    """Expires sessions, and forgets them as long after that. For use by many threads.

    Args:
        records: Where the sessions are kept.
        remove_results: Removes the results of a session.
        retention_s: Seconds until a session expires, and from then until it is forgotten.
    """

    def __init__(
        self,
        records: SessionStore,
        remove_results: Callable[[str], None],
        retention_s: float,
    ) -> None:
        self._records = records
        self._remove_results = remove_results
        self._retention_s = retention_s
        self._lock = threading.Lock()
        self._ended: deque[tuple[float, str]] = deque()  # with the time when they are due
        self._expired: deque[tuple[float, str]] = deque()
        self._owners: dict[str, str] = {}
        self._count: Counter[str] = Counter()

    def check_room(self, owner: str) -> None:
        """Go on if one more session of an owner can be remembered.

        Raises:
            LimitExceededError: There are too many.
        """
        with self._lock:
            if self._count[owner] < MAX_KEPT:
                return
        raise LimitExceededError(
            f"{MAX_KEPT:,} sessions have ended and are still kept, which is the most.",
            hint="Wait until some of them are forgotten.",
        )

    def add(self, session_id: str, owner: str, now: float) -> None:
        """Take in a session that has ended."""
        with self._lock:
            self._ended.append((now + self._retention_s, session_id))
            self._owners[session_id] = owner
            self._count[owner] += 1

    def forget(self, session_id: str) -> None:
        """Remember a session no more. Idempotent."""
        with self._lock:
            owner = self._owners.pop(session_id, None)
            if owner is not None:
                self._count[owner] -= 1
                if not self._count[owner]:
                    del self._count[owner]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to look after."""
        return not self._owners

    def look(self, now: float) -> None:
        """Expire and forget what is due."""
        for session_id in self._due(self._ended, now):
            self._expire(session_id)
            with self._lock:
                self._expired.append((now + self._retention_s, session_id))
        for session_id in self._due(self._expired, now):
            self._records.remove(session_id)
            self.forget(session_id)

    def _due(self, queue: deque[tuple[float, str]], now: float) -> list[str]:
        """Take out what is due, as far as it is still remembered."""
        due: list[str] = []
        with self._lock:
            while queue and (queue[0][0] <= now or queue[0][1] not in self._owners):
                _, session_id = queue.popleft()
                if session_id in self._owners:
                    due.append(session_id)
        return due

    def _expire(self, session_id: str) -> None:
        update(
            self._records,
            session_id,
            lambda session: session.moved_to(SessionState.EXPIRED, results=(), outputs=None),
        )
        try:
            self._remove_results(session_id)
        except Exception:  # noqa: BLE001  # the others expire all the same
            get_logger(__name__).exception("session_results_not_removed", session=session_id)
