"""Files of a session's results, beside the rows that they are made of."""

from __future__ import annotations

import contextlib
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import Row
from sqlcore.domain.session import ResultSummary, Session
from sqlcore.errors import UnsupportedError
from sqlcore.ports import ResultReader, ResultStore
from sqlcore.services.exporting import Export, ExportFormat, export

__all__ = ["Exports"]

_LOOK_EVERY_S = 0.1
"""Who waits for another file of the session looks as often whether he still has to."""


class _Turn:
    """Held while a file of a session is written."""

    def __init__(self) -> None:
        self._lock = threading.Lock()

    @contextlib.contextmanager
    def held(self, cancel: CancelToken | None) -> Iterator[None]:
        """Wait for it, unless that is cancelled, and hold it."""
        while not self._lock.acquire(timeout=_LOOK_EVERY_S):
            if cancel is not None:
                cancel.raise_if_cancelled()
        try:
            yield
        finally:
            self._lock.release()


class Exports:
    """Writes result sets to files in the folder of their session, which go with it.

    What a session that has ended brought back is written once; of one that still runs, the rows
    so far, each time anew. For use by many threads.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._turns: weakref.WeakValueDictionary[str, _Turn] = weakref.WeakValueDictionary()

    def write(
        self,
        store: ResultStore,
        session: Session,
        result_set: int,
        file_format: ExportFormat,
        cancel: CancelToken | None = None,
    ) -> Export:
        """Return the file of a result set, written if need be.

        Args:
            store: Where the rows are.
            session: As it is now.
            result_set: Its place, from 0.
            file_format: How the file is written.
            cancel: Lets another thread stop it; then nothing of the file stays.

        Raises:
            NotFoundError: There is no such result set (yet), or it has been removed.
            StatementCancelledError: `cancel` was set.
            LimitExceededError: The disk is full, or there is no room.
            UnsupportedError: The store keeps no files.
        """
        from sqlcore.services.spool import Spool  # noqa: PLC0415  # not needed before

        if not isinstance(store, Spool):
            raise UnsupportedError("The results of sessions are not kept as files here.")
        folder = store.folder_of(session.id)
        is_final = session.state.is_final
        path = folder / f"{'whole' if is_final else 'so-far'}-{result_set}.{file_format}"
        with self._turn(session.id).held(cancel):
            size_bytes = _size_of(path) if is_final else None
            if size_bytes is not None:
                return _written(path, size_bytes, session, result_set)
            reader: ResultReader = store.open(session.id)
            if cancel is not None:
                reader = _Stoppable(reader, cancel)
            return export(reader, result_set, file_format, path, room=store.room_of(session.id))

    def _turn(self, session_id: str) -> _Turn:
        with self._lock:
            return self._turns.setdefault(session_id, _Turn())


class _Stoppable:
    """Reads results until it is told to stop; a `ResultReader`."""

    def __init__(self, reader: ResultReader, cancel: CancelToken) -> None:
        self._reader = reader
        self._cancel = cancel

    def summaries(self) -> tuple[ResultSummary, ...]:
        return self._reader.summaries()

    def batches(self, result_set: int, start: int = 0) -> Iterator[list[Row]]:
        for batch in self._reader.batches(result_set, start):
            self._cancel.raise_if_cancelled()
            yield batch


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
