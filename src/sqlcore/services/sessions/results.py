"""The store of results, made when the first session needs it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore.ports import ResultReader, ResultStore
from sqlcore.services.limits import SessionLimits

__all__ = ["LateResults"]


class LateResults:
    """Makes a store at its first use. For use by many threads.

    Args:
        results: A store, or what makes it; on disk where left out.
        limits: Bounds for the store on disk.
    """

    def __init__(
        self, results: ResultStore | Callable[[], ResultStore] | None, limits: SessionLimits
    ) -> None:
        self._make = _maker(results, limits)
        self._lock = threading.Lock()
        self._store: ResultStore | None = None
        self._closed = False

    def store(self) -> ResultStore:
        """Return the store, made if need be.

        Raises:
            LimitExceededError: Nothing is kept any more.
            SqlCoreError: It cannot be made.
        """
        with self._lock:
            if self._closed:
                raise LimitExceededError("The program is shutting down; nothing is kept.")
            if self._store is None:
                self._store = self._make()
            return self._store

    def open(self, session_id: str) -> ResultReader:
        """Read the results of a session.

        Raises:
            NotFoundError: There are none.
        """
        with self._lock:
            store = self._store
        if store is None:
            raise NotFoundError("The session has no results yet.", hint="Wait until it runs.")
        return store.open(session_id)

    def remove(self, session_id: str) -> None:
        """Remove the results of a session, if there are any."""
        with self._lock:
            store = self._store
        if store is not None:
            store.remove(session_id)

    def close(self) -> None:
        """Remove everything. Idempotent."""
        with self._lock:
            self._closed = True
            store, self._store = self._store, None
        if store is not None:
            store.close()


def _maker(
    results: ResultStore | Callable[[], ResultStore] | None, limits: SessionLimits
) -> Callable[[], ResultStore]:
    if results is None:
        return partial(_on_disk, limits)
    return results if callable(results) else lambda: results


def _on_disk(limits: SessionLimits) -> ResultStore:
    from sqlcore.services.spool import Spool  # noqa: PLC0415  # not needed before

    return Spool(limits)
