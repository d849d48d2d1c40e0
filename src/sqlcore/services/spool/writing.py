"""Writing the rows of a session."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Sequence
from pathlib import Path

from sqlcore.domain.query import Column, Row
from sqlcore.domain.session import ResultSummary
from sqlcore.errors import LimitExceededError, NotFoundError, UnsupportedError
from sqlcore.services.spool.columns import storage_of
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
from sqlcore.services.spool.segment import Segment, Tail, Widths

__all__ = ["SpoolWriter"]

_MAX_RESULT_SETS = 1000
_ROWS_AT_ONCE = 512  # fewer than what makes Python look for garbage: 700 new tuples
_BYTES_AT_ONCE = 2**20


class SpoolWriter:
    """Writes the result sets of one session; a `sqlcore.ports.ResultWriter`.

    Rows are appended to the file of rows, and then to the index: the first ones of a result set at
    once, later ones 512 or a mebibyte together. Those that wait are read from memory.

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
        self._written_rows = 0
        self._widths = Widths(())
        self._segment: Segment | None = None
        self._tail: Tail | None = None

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
        self._write_tail()
        data = write_columns(columns)
        self._append(data, [Record(RecordKind.COLUMNS, self._rows_bytes, len(data), 0)])
        self._segment = None
        self._written_rows = 0
        self._widths = Widths(columns)
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
            self._add(kept)
        if len(kept) < len(rows):
            raise LimitExceededError(
                f"The result set has more than {self._max_rows:,} rows, the most that are kept "
                "(session_max_rows).",
                hint=f"{KEPT} To see others, ask for less: aggregate or filter.",
            )

    def _add(self, rows: Sequence[Row]) -> None:
        if self._closed:
            raise _gone()
        tail = self._tail or Tail(len(self._summaries) - 1, self._written_rows)
        size_bytes = self._widths.of(rows)
        if size_bytes is None or self._must_write(tail, len(rows), size_bytes):
            self._write([*tail.rows, *rows])
        else:
            tail.rows.extend(rows)
            tail.size_bytes += size_bytes
            self._tail = tail
        self._change(row_count=self._summaries[-1].row_count + len(rows))

    def _must_write(self, tail: Tail, row_count: int, size_bytes: int) -> bool:
        """Tell whether rows are to be written now, together with those that wait.

        The first ones are, so that others see them; and so are those that may not fit.
        """
        return (
            not self._written_rows
            or len(tail.rows) + row_count >= _ROWS_AT_ONCE
            or tail.size_bytes + size_bytes >= min(_BYTES_AT_ONCE, self._room.left_bytes)
        )

    def _write_tail(self) -> None:
        if self._tail is not None:
            self._write(self._tail.rows)

    def _write(self, rows: Sequence[Row]) -> None:
        """Write rows as one batch; where that fails, what waited still waits."""
        by_column: Sequence[Sequence[object]] = list(zip(*rows, strict=True))
        segment = self._segment
        if segment is None:
            columns = self._summaries[-1].columns
            segment = Segment([storage_of(column) for column in columns])
        batch = segment.batch(by_column)
        if batch is None:
            segment = segment.widened(by_column)
            batch = segment.batch(by_column)
            if batch is None:
                raise UnsupportedError(
                    "A value cannot be kept in a result on disk.",
                    hint="Cast it to text in the statement.",
                )
        data = segment.write(batch)
        row_count = self._written_rows + len(rows)
        begin = self._rows_bytes
        records = []
        if segment is not self._segment:
            length = segment.schema_bytes
            records.append(Record(RecordKind.SCHEMA, begin, length, self._written_rows))
            begin += length
        length = self._rows_bytes + len(data) - begin
        records.append(Record(RecordKind.BATCH, begin, length, row_count))
        size_bytes = self._append(data, records)
        self._written_rows = row_count
        self._segment, self._tail = segment, None
        self._change(size_bytes=size_bytes)

    def end(self) -> None:
        """End a result set: these were all its rows.

        Raises:
            LimitExceededError: The disk is full.
        """
        self._write_tail()
        record = Record(RecordKind.END, self._rows_bytes, 0, self._written_rows)
        self._change(size_bytes=self._append(b"", [record]), complete=True)

    @property
    def tail(self) -> Tail | None:
        """The last rows, while they are not on disk; for readers of this process."""
        return self._tail

    def summaries(self) -> tuple[ResultSummary, ...]:
        """Tell what has been written, for each result set."""
        return self._summaries

    def close(self) -> None:
        """Write no more; what was not ended stays incomplete. Idempotent.

        Rows for which there is no room on disk stay in memory.
        """
        if not self._closed:
            with contextlib.suppress(LimitExceededError, NotFoundError, UnsupportedError):
                self._write_tail()
        self.abandon()

    def abandon(self) -> None:
        """Write no more, for all of it is to be removed. May be called by any thread."""
        with self._lock:
            self._close()

    def _close(self) -> None:
        if not self._closed:
            self._closed = True
            self._segment = None  # Arrow holds more for it than the whole rest of the session takes
            self._widths = Widths(())
            os.close(self._rows_file)
            os.close(self._index_file)

    def _change(
        self, *, row_count: int | None = None, size_bytes: int = 0, complete: bool = False
    ) -> None:
        last = self._summaries[-1]
        changed = ResultSummary(
            columns=last.columns,
            row_count=last.row_count if row_count is None else row_count,
            size_bytes=last.size_bytes + size_bytes,
            complete=complete,
        )
        self._summaries = (*self._summaries[:-1], changed)

    def _append(self, data: bytes, records: list[Record]) -> int:
        """Append to both files, or to none; return how many bytes that were."""
        entries = b"".join(map(write_record, records))
        size_bytes = len(data) + len(entries)
        with self._lock:
            if self._closed:
                raise _gone()
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
        """Remove what was written of a batch that did not fit, the index first.

        A whole record may have been read already, and stays; then nothing can come after it.
        """
        try:
            if os.fstat(self._index_file).st_size >= self._index_bytes + RECORD_BYTES:
                self._close()
                return
            for file, size_bytes in (
                (self._index_file, self._index_bytes),
                (self._rows_file, self._rows_bytes),
            ):
                os.ftruncate(file, size_bytes)
                os.lseek(file, size_bytes, os.SEEK_SET)
        except OSError:  # whole records before it can be read; after it none would be
            self._close()


def _gone() -> NotFoundError:
    return NotFoundError("The results of this session have been closed or removed.")


def _write(file: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(file, rest) :]
