"""Writing the rows of a session."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from pathlib import Path

import attrs
import pyarrow as pa

from sqlcore.domain.query import Column, Row
from sqlcore.domain.session import ResultSummary
from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore.services.spool.columns import TAGGED, Storage, storage_of
from sqlcore.services.spool.index import (
    INDEX_NAME,
    RECORD_BYTES,
    ROWS_NAME,
    Record,
    RecordKind,
    write_columns,
    write_record,
)
from sqlcore.services.spool.locking import create_private
from sqlcore.services.spool.room import KEPT, SessionRoom, refused_by_disk

__all__ = ["SpoolWriter"]

# LZ4 costs a seventh of what making the arrays does, and halves typical rows; zstd saves a third
# more and costs as much as everything else together.
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)
_MAX_RESULT_SETS = 1000


class SpoolWriter:
    """Writes the result sets of one session; a `sqlcore.ports.ResultWriter`.

    Each batch of rows is appended to the file of rows, and then to the index. `close` may be
    called by any thread.

    Args:
        folder: The session's, empty.
        max_rows: The most rows of a result set.
        room: Where bytes are taken from.

    Raises:
        OSError: The files cannot be made.
    """

    def __init__(self, folder: Path, max_rows: int, room: SessionRoom) -> None:
        self._max_rows = max_rows
        self._room = room
        self._lock = threading.Lock()
        self._closed = False
        self._rows_file = create_private(folder / ROWS_NAME)
        try:
            self._index_file = create_private(folder / INDEX_NAME)
        except OSError:
            os.close(self._rows_file)
            raise
        self._rows_bytes = 0
        self._index_bytes = 0
        self._summaries: tuple[ResultSummary, ...] = ()
        self._segment: _Segment | None = None

    def begin(self, columns: tuple[Column, ...]) -> None:
        """Begin a result set.

        Raises:
            LimitExceededError: There is no room for it, or there are too many.
        """
        if len(self._summaries) == _MAX_RESULT_SETS:
            raise LimitExceededError(
                f"The statement has more than {_MAX_RESULT_SETS:,} result sets, the most that are "
                "kept.",
                hint="Those before are kept and can be read. Combine them, with UNION ALL perhaps.",
            )
        data = write_columns(columns)
        self._append([data], [Record(RecordKind.COLUMNS, self._rows_bytes, len(data), 0)])
        self._segment = None
        size_bytes = len(data) + RECORD_BYTES
        self._summaries = (*self._summaries, ResultSummary(columns=columns, size_bytes=size_bytes))

    def add(self, rows: Sequence[Row]) -> None:
        """Append rows; when this returns they can be read.

        Raises:
            LimitExceededError: A limit is reached, or the disk is full.
            UnsupportedError: A value is of a type that no adapter gives.
        """
        before = self._summaries[-1].row_count
        left = self._max_rows - before
        kept = rows if len(rows) <= left else rows[:left]
        if kept:
            self._add(kept, before + len(kept))
        if len(kept) < len(rows):
            raise LimitExceededError(
                f"The result set has more than {self._max_rows:,} rows, the most that are kept "
                "(session_max_rows).",
                hint=f"{KEPT} To see others, ask for less: aggregate or filter.",
            )

    def _add(self, rows: Sequence[Row], row_count: int) -> None:
        columns = self._summaries[-1].columns
        by_column: Sequence[Sequence[object]] = list(zip(*rows, strict=True))
        segment = self._segment
        if segment is None:
            segment = _Segment([storage_of(column) for column in columns])
        arrays = segment.arrays(by_column)
        if arrays is None:
            segment = segment.widened(by_column)
            arrays = [
                storage.array(values)
                for storage, values in zip(segment.storages, by_column, strict=True)
            ]
        written = segment.write(arrays)
        records = []
        begin = self._rows_bytes
        if segment is not self._segment:
            head = segment.schema_bytes
            records.append(Record(RecordKind.SCHEMA, begin, head, row_count - len(rows)))
            begin += head
        end = self._rows_bytes + sum(map(len, written))
        records.append(Record(RecordKind.BATCH, begin, end - begin, row_count))
        size_bytes = self._append(written, records)
        self._segment = segment
        self._change(row_count=row_count, size_bytes=size_bytes)

    def end(self) -> None:
        """End a result set: these were all its rows.

        Raises:
            LimitExceededError: The disk is full.
        """
        row_count = self._summaries[-1].row_count
        record = Record(RecordKind.END, self._rows_bytes, 0, row_count)
        self._change(row_count=row_count, size_bytes=self._append([], [record]), complete=True)

    def summaries(self) -> tuple[ResultSummary, ...]:
        """Tell what has been written, for each result set."""
        return self._summaries

    def close(self) -> None:
        """Write no more; what was not ended stays incomplete. Idempotent."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            os.close(self._rows_file)
            os.close(self._index_file)

    def _change(self, *, row_count: int, size_bytes: int, complete: bool = False) -> None:
        last = self._summaries[-1]
        changed = attrs.evolve(
            last,
            row_count=row_count,
            size_bytes=last.size_bytes + size_bytes,
            complete=complete,
        )
        self._summaries = (*self._summaries[:-1], changed)

    def _append(self, parts: list[bytes], records: list[Record]) -> int:
        """Append to both files, or to none; return how many bytes that were."""
        data = b"".join(parts)
        entries = b"".join(map(write_record, records))
        size_bytes = len(data) + len(entries)
        with self._lock:
            if self._closed:
                raise NotFoundError("The results of this session have been closed or removed.")
            self._room.take(size_bytes)
            try:
                _write(self._rows_file, data)
                _write(self._index_file, entries)
            except OSError as exc:
                self._room.give_back(size_bytes)
                self._cut()
                raise refused_by_disk(exc) from exc
            self._rows_bytes += len(data)
            self._index_bytes += len(entries)
        return size_bytes

    def _cut(self) -> None:
        """Remove what was written of a batch that did not fit, the index first."""
        try:
            for file, size_bytes in (
                (self._index_file, self._index_bytes),
                (self._rows_file, self._rows_bytes),
            ):
                os.ftruncate(file, size_bytes)
                os.lseek(file, size_bytes, os.SEEK_SET)
        except OSError:  # whole records before it can be read; after it none would be
            self._close()


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]


class _Segment:
    """Batches of one Arrow schema: a stream, whose parts are collected here."""

    def __init__(self, storages: Sequence[Storage]) -> None:
        self.storages = tuple(storages)
        self._schema = pa.schema(
            [
                pa.field(str(place), storage.arrow_type, metadata={"storage": storage.name})
                for place, storage in enumerate(storages)
            ]
        )
        self.schema_bytes: int = self._schema.serialize().size
        self._sink = _Parts()
        self._stream = pa.ipc.new_stream(self._sink, self._schema, options=_OPTIONS)

    def arrays(self, by_column: Sequence[Sequence[object]]) -> list[pa.Array] | None:
        """Make an array of each column; None where one of them cannot be kept like this."""
        arrays = []
        for storage, values in zip(self.storages, by_column, strict=True):
            array = storage.array(values)
            if array is None:
                return None
            arrays.append(array)
        return arrays

    def widened(self, by_column: Sequence[Sequence[object]]) -> _Segment:
        """Return a segment with tagged text for the columns that cannot be kept like this."""
        return _Segment(
            [
                TAGGED if storage.array(values) is None else storage
                for storage, values in zip(self.storages, by_column, strict=True)
            ]
        )

    def write(self, arrays: Sequence[pa.Array]) -> list[bytes]:
        """Write a batch; the first one comes with the schema before it."""
        if any(isinstance(array, pa.ChunkedArray) for array in arrays):
            raise LimitExceededError(
                "The values of one column in one batch of rows take more than 2 GiB.",
                hint=f"{KEPT} Select fewer columns, or cut long values in the statement.",
            )
        self._stream.write_batch(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        return self._sink.take()


class _Parts:
    """A file for Arrow that keeps what is written until it is taken."""

    closed = False

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._size_bytes = 0

    def write(self, data: pa.Buffer) -> int:
        part = bytes(data)
        self._parts.append(part)
        self._size_bytes += len(part)
        return len(part)

    def tell(self) -> int:
        return self._size_bytes

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        """Do nothing: there is nothing below."""

    def close(self) -> None:
        """Do nothing: it is memory."""

    def take(self) -> list[bytes]:
        parts, self._parts = self._parts, []
        return parts
