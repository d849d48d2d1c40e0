"""Files of a session's results, beside the rows that they are made of."""

from __future__ import annotations

import threading
import weakref
from pathlib import Path

from sqlcore.domain.session import Session
from sqlcore.errors import UnsupportedError
from sqlcore.ports import ResultStore
from sqlcore.services.exporting import Export, ExportFormat, export

__all__ = ["Exports"]


class _Turn:
    """Held while a file of a session is written."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


class Exports:
    """Writes result sets to files in the folder of their session, which go with it.

    What a session that has ended brought back is written once; of one that still runs, the rows
    so far, each time anew. For use by many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: weakref.WeakValueDictionary[str, _Turn] = weakref.WeakValueDictionary()

    def write(
        self, store: ResultStore, session: Session, result_set: int, file_format: ExportFormat
    ) -> Export:
        """Return the file of a result set, written if need be.

        Args:
            store: Where the rows are.
            session: As it is now.
            result_set: Its place, from 0.
            file_format: How the file is written.

        Raises:
            NotFoundError: There is no such result set (yet), or it has been removed.
            LimitExceededError: The disk is full, or there is no room.
            UnsupportedError: The store keeps no files.
        """
        from sqlcore.services.spool import Spool  # noqa: PLC0415  # not needed before

        if not isinstance(store, Spool):
            raise UnsupportedError("The results of sessions are not kept as files here.")
        folder = store.folder_of(session.id)
        is_final = session.state.is_final
        path = folder / f"{'whole' if is_final else 'so-far'}-{result_set}.{file_format}"
        with self._turn(session.id).lock:
            size_bytes = _size_of(path) if is_final else None
            if size_bytes is not None:
                return _written(path, size_bytes, session, result_set)
            reader = store.open(session.id)
            return export(reader, result_set, file_format, path, room=store.room_of(session.id))

    def _turn(self, session_id: str) -> _Turn:
        with self._lock:
            return self._turns.setdefault(session_id, _Turn())


def _size_of(path: Path) -> int | None:
    """Tell how large a file is; None where there is none."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return None


def _written(path: Path, size_bytes: int, session: Session, result_set: int) -> Export:
    """Describe a file that is there already."""
    summary = session.results[result_set]
    return Export(
        path=path,
        size_bytes=size_bytes,
        row_count=summary.row_count,
        mime_type=ExportFormat(path.suffix.removeprefix(".")).mime_type,
        complete=summary.complete,
    )
