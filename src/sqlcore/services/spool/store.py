"""The store of results on disk."""

from __future__ import annotations

import contextlib
import re
import threading
import weakref
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from sqlcore.errors import InvalidArgumentError, LimitExceededError, NotFoundError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool.folders import (
    ProcessFolder,
    make_process_folder,
    remove_folder,
    sweep,
)
from sqlcore.services.spool.room import Room, SessionRoom, refused_by_disk

if TYPE_CHECKING:  # they need pyarrow, which is loaded for the first session
    from sqlcore.services.spool.reading import SpoolReader
    from sqlcore.services.spool.writing import SpoolWriter

__all__ = ["Spool"]

_SESSION_ID = re.compile("[A-Za-z0-9_-]{1,128}")


@attrs.frozen
class _Written:
    """A session that this process has written."""

    folder: Path
    writer: SpoolWriter
    room: SessionRoom


class Spool:
    """Keeps the rows of sessions on disk; a `sqlcore.ports.ResultStore`. For many threads.

    Making one removes what processes have left that live no more. The folder of this process is
    made for its first session, and removed by `close`, or else when the process ends.

    Args:
        limits: Bounds for rows and bytes, and the folder.
    """

    def __init__(self, limits: SessionLimits) -> None:
        self._limits = limits
        self._room = Room(limits.max_total_bytes)
        self._lock = threading.Lock()
        self._sessions: dict[str, _Written] = {}
        self._folder: ProcessFolder | None = None
        self._closed = False
        sweep(limits.folder)

    @property
    def size_bytes(self) -> int:
        """Bytes on disk, of all sessions."""
        return self._room.used_bytes

    def create(self, session_id: str) -> SpoolWriter:
        """Make room for the results of a session.

        Raises:
            LimitExceededError: There is no room.
            ConfigurationError: Results cannot be kept in the folder that the settings name.
            InvalidArgumentError: There is such a session, or the id is malformed.
        """
        from sqlcore.services.spool.writing import SpoolWriter  # noqa: PLC0415  # loads pyarrow

        if not _SESSION_ID.fullmatch(session_id):
            raise InvalidArgumentError("A session id has other characters than it may have.")
        room = SessionRoom(self._limits.max_bytes, self._room)
        with self._lock:
            if self._closed:
                raise LimitExceededError("No results are kept any more: the store is closed.")
            if session_id in self._sessions:
                raise InvalidArgumentError("There is a session of this id.")
            try:
                folder = self._make_folder(session_id)
                writer = SpoolWriter(folder, self._limits.max_rows, room)
            except OSError as exc:
                raise refused_by_disk(exc) from exc
            self._sessions[session_id] = _Written(folder, writer, room)
        return writer

    def open(self, session_id: str) -> SpoolReader:
        """Read the results of a session.

        Raises:
            NotFoundError: There are none.
        """
        from sqlcore.services.spool.reading import SpoolReader  # noqa: PLC0415  # loads pyarrow

        written = self._written(session_id)
        writer = written.writer
        return SpoolReader(written.folder, lambda: writer.tail)

    def folder_of(self, session_id: str) -> Path:
        """Return the private folder of a session, for exports; it goes with the session.

        Raises:
            NotFoundError: There are no results of such a session.
        """
        return self._written(session_id).folder

    def room_of(self, session_id: str) -> SessionRoom:
        """Return the bytes that a session may use, for exports.

        Raises:
            NotFoundError: There are no results of such a session.
        """
        return self._written(session_id).room

    def remove(self, session_id: str) -> None:
        """Remove the results of a session. Idempotent; who reads them gets no more."""
        with self._lock:
            written = self._sessions.pop(session_id, None)
        if written is not None:
            _remove(written)

    def close(self) -> None:
        """Remove everything that this process has written. Idempotent."""
        with self._lock:
            self._closed = True
            sessions, self._sessions = self._sessions, {}
            folder, self._folder = self._folder, None
        for written in sessions.values():
            _remove(written)
        if folder is not None:
            folder.remove()

    def _written(self, session_id: str) -> _Written:
        with self._lock:
            written = self._sessions.get(session_id)
        if written is None:
            raise NotFoundError(
                "There are no results of such a session.",
                hint="Results are kept for a limited time. Run the statement again.",
            )
        return written

    def _make_folder(self, session_id: str) -> Path:
        """Make the folder of a session, and before the first one that of the process."""
        if self._folder is not None and not self._folder.path.is_dir():
            self._folder.remove()  # something that clears temporary files was here
            self._folder = None
        if self._folder is None:
            self._folder = make_process_folder(self._limits.folder)
            weakref.finalize(self, self._folder.remove)
        path = self._folder.path / f"s-{session_id}"
        path.mkdir(0o700)
        return path


def _remove(written: _Written) -> None:
    written.writer.abandon()
    written.room.close()
    folder = written.folder
    with contextlib.suppress(OSError):  # where a file of it is open, on Windows
        # Under another name nobody puts an export into it while it is removed.
        folder = folder.rename(folder.with_name(f"gone-{folder.name}"))
    remove_folder(folder)
