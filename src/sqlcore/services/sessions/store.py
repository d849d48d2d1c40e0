"""Records of sessions in this process."""

from __future__ import annotations

import threading
from collections.abc import Callable

from sqlcore.domain.session import Session
from sqlcore.ports import SessionStore

__all__ = ["MemorySessionStore", "update"]


class MemorySessionStore:
    """A `SessionStore` that nobody else sees."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sessions: dict[str, Session] = {}
        self._ids_by_owner: dict[str, dict[str, None]] = {}

    def add(self, session: Session) -> None:
        """Keep a new session."""
        with self._lock:
            self._sessions[session.id] = session
            self._ids_by_owner.setdefault(session.owner, {})[session.id] = None

    def get(self, session_id: str) -> Session | None:
        """Return a session as it is now; None where there is none."""
        with self._lock:
            return self._sessions.get(session_id)

    def replace(self, before: Session, after: Session) -> bool:
        """Put a session in the place of itself, unless it has changed since; say whether it did."""
        with self._lock:
            if self._sessions.get(before.id) is not before:
                return False
            self._sessions[before.id] = after
            return True

    def owned_by(self, owner: str) -> tuple[Session, ...]:
        """Return the sessions of an owner, the newest first."""
        with self._lock:
            ids = reversed(self._ids_by_owner.get(owner, {}))
            return tuple(self._sessions[session_id] for session_id in ids)

    def remove(self, session_id: str) -> None:
        """Forget a session. Idempotent."""
        with self._lock:
            session = self._sessions.pop(session_id, None)
            if session is None:
                return
            ids = self._ids_by_owner[session.owner]
            del ids[session_id]
            if not ids:
                del self._ids_by_owner[session.owner]


def update(
    store: SessionStore, session_id: str, change: Callable[[Session], Session | None]
) -> Session | None:
    """Change a session, again and again until nobody else has changed it meanwhile.

    Args:
        store: Where it is kept.
        session_id: Which one.
        change: Makes the new record of the one that is there; None leaves that as it is.

    Returns:
        The record as it is then; None where there is none.
    """
    while (before := store.get(session_id)) is not None:
        after = change(before)
        if after is None:
            return before
        if store.replace(before, after):
            return after
    return None
