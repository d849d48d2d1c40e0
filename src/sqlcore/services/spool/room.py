"""How many bytes on disk are left."""

from __future__ import annotations

import threading

from sqlcore.errors import LimitExceededError, NotFoundError

__all__ = ["KEPT", "Room", "SessionRoom", "refused_by_disk"]

KEPT = "The rows before are kept and can be read."


class Room:
    """The bytes that all sessions of a process share. For many threads."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._used_bytes = 0
        self._lock = threading.Lock()

    @property
    def used_bytes(self) -> int:
        """Bytes that are taken."""
        return self._used_bytes

    @property
    def left_bytes(self) -> int:
        """Bytes that are not taken."""
        return self._max_bytes - self._used_bytes

    def take(self, size_bytes: int) -> None:
        """Take bytes.

        Raises:
            LimitExceededError: So many are not left.
        """
        with self._lock:
            if self._used_bytes + size_bytes > self._max_bytes:
                raise LimitExceededError(
                    f"The results of all sessions would take more than {self._max_bytes:,} bytes "
                    "on disk, the most that they may (sessions_max_bytes).",
                    hint=f"{KEPT} Wait until results of older sessions have expired, or ask for "
                    "less: aggregate, filter, or select fewer columns.",
                )
            self._used_bytes += size_bytes

    def give_back(self, size_bytes: int) -> None:
        """Give bytes back."""
        with self._lock:
            self._used_bytes -= size_bytes


class SessionRoom:
    """The bytes of one session. For many threads."""

    def __init__(self, max_bytes: int, shared: Room) -> None:
        self._max_bytes = max_bytes
        self._shared = shared
        self._used_bytes = 0
        self._closed = False
        self._lock = threading.Lock()

    @property
    def left_bytes(self) -> int:
        """Bytes that this session may still take, right now."""
        return min(self._max_bytes - self._used_bytes, self._shared.left_bytes)

    def take(self, size_bytes: int) -> None:
        """Take bytes.

        Raises:
            LimitExceededError: So many are not left.
            NotFoundError: The session is removed.
        """
        with self._lock:
            if self._closed:
                raise NotFoundError("The results of this session have been removed.")
            if self._used_bytes + size_bytes > self._max_bytes:
                raise LimitExceededError(
                    f"The results of this session would take more than {self._max_bytes:,} bytes "
                    "on disk, the most that they may (session_max_bytes).",
                    hint=f"{KEPT} Ask for less: aggregate, filter, or select fewer columns.",
                )
            self._shared.take(size_bytes)
            self._used_bytes += size_bytes

    def give_back(self, size_bytes: int) -> None:
        """Give bytes back that were not written, unless all were given back with the session."""
        with self._lock:
            if not self._closed:
                self._used_bytes -= size_bytes
                self._shared.give_back(size_bytes)

    def close(self) -> None:
        """Give all back, for the session is removed. Idempotent."""
        with self._lock:
            self._closed = True
            self._shared.give_back(self._used_bytes)
            self._used_bytes = 0


def refused_by_disk(error: OSError) -> LimitExceededError:
    """Make the error of a disk that takes no more; it names no path."""
    reason = error.strerror or type(error).__name__
    return LimitExceededError(
        f"Results cannot be written to disk: {reason}.",
        hint=f"{KEPT} Free some space where results are kept (sessions_folder), then run it again.",
    )
