"""Reading the rows of a session, also while they are written."""

from __future__ import annotations

import os
import threading
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import attrs
import pyarrow as pa

from sqlcore.domain.query import Column, Row
from sqlcore.domain.session import ResultSummary
from sqlcore.errors import NotFoundError
from sqlcore.services.spool.columns import STORAGES, Storage
from sqlcore.services.spool.index import (
    INDEX_NAME,
    RECORD_BYTES,
    ROWS_NAME,
    Record,
    RecordKind,
    read_columns,
    read_records,
)
from sqlcore.services.spool.locking import open_existing
from sqlcore.services.spool.segment import Tail, rows_of
from sqlcore.services.tabular import typed_batches

if TYPE_CHECKING:
    from sqlcore.services.tabular import TypedBatches

__all__ = ["SpoolReader"]

_MOST_READ_BYTES = 2**20 // RECORD_BYTES * RECORD_BYTES


class SpoolReader:
    """Reads the result sets of one session; a `sqlcore.ports.ResultReader`.

    It holds no file open between two batches, so that what is removed is gone at once.

    Args:
        folder: The session's.
        tail: Gives the rows that are not on disk yet, where this process writes them.

    Raises:
        NotFoundError: There is no such folder.
    """

    def __init__(self, folder: Path, tail: Callable[[], Tail | None] = lambda: None) -> None:
        self._tail = tail
        self._rows_path = folder / ROWS_NAME
        self._index_path = folder / INDEX_NAME
        self._lock = threading.Lock()
        self._read_bytes = 0
        self._results: list[_Result] = []
        self._refresh()

    def summaries(self) -> tuple[ResultSummary, ...]:
        """Tell what can be read, for each result set.

        Raises:
            NotFoundError: The results have been removed.
        """
        tail = self._tail()
        self._refresh()
        summaries = [result.summary() for result in self._results]
        if tail is not None and tail.result_set < len(summaries):
            of_tail = summaries[tail.result_set]
            row_count = max(of_tail.row_count, tail.first_row + len(tail.rows))
            summaries[tail.result_set] = attrs.evolve(of_tail, row_count=row_count)
        return tuple(summaries)

    def batches(self, result_set: int, start: int = 0) -> Iterator[list[Row]]:
        """Give the rows of a result set from row `start` on, as far as they have been written.

        What comes before `start` is not read.

        Raises:
            NotFoundError: There is no such result set (yet), or it has been removed.
        """
        self._expect(result_set)
        return self._batches(result_set, max(start, 0))

    def record_batches(self, result_set: int) -> TypedBatches:
        """Give the rows of a result set as Arrow record batches, typed as `services.tabular` says.

        The rows are read twice: first for their types, then for themselves.

        Raises:
            NotFoundError: As for `batches`.
        """
        self._expect(result_set)
        summary = self.summaries()[result_set]

        def read() -> Iterator[list[Row]]:
            return self._batches(result_set, 0, summary.row_count)

        return typed_batches(summary.columns, read)

    def _batches(self, place: int, start: int, stop: int | None = None) -> Iterator[list[Row]]:
        result = self._results[place]
        row = start
        while stop is None or row < stop:
            rows = self._rows_from(place, result, row)
            if not rows:
                return
            yield rows if stop is None else rows[: stop - row]
            row += len(rows)

    def _rows_from(self, result_set: int, result: _Result, row: int) -> list[Row]:
        """Read the rest of the batch that a row is in; nothing where there is no such row yet."""
        if row >= result.row_count:
            tail = self._tail()  # before the index: what it loses in between is there
            self._refresh()
            if row >= result.row_count:
                is_of_it = tail is not None and tail.result_set == result_set
                return tail.rows_from(row) if tail is not None and is_of_it else []
        place = bisect_right(result.row_counts, row)
        first_row = result.first_row(place)
        row_count = result.row_counts[place] - first_row
        schema, storages = result.segment_of(place)
        data = self._read(result.offsets[place], result.lengths[place])
        batch = pa.ipc.read_record_batch(pa.py_buffer(data), schema)
        return rows_of(storages, batch, row_count, row - first_row)

    def _expect(self, result_set: int) -> None:
        """Make sure that there is such a result set."""
        self._refresh()
        if not 0 <= result_set < len(self._results):
            raise NotFoundError(
                f"There is no result set {result_set}; so far there are {len(self._results)}.",
                hint="Result sets are counted from 0.",
            )

    def _refresh(self) -> None:
        """Read what the index has gained."""
        with self._lock:
            while True:
                data = _read_part(self._index_path, self._read_bytes, _MOST_READ_BYTES)
                for record in read_records(data):
                    self._note(record)
                    self._read_bytes += RECORD_BYTES
                if len(data) < _MOST_READ_BYTES:
                    return

    def _note(self, record: Record) -> None:
        match record.kind:
            case RecordKind.COLUMNS:
                columns = read_columns(self._read(record.offset, record.length))
                self._results.append(_Result(columns))
            case RecordKind.SCHEMA:
                data = self._read(record.offset, record.length)
                self._results[-1].begin_segment(pa.ipc.read_schema(pa.py_buffer(data)))
            case RecordKind.BATCH:
                self._results[-1].add(record)
            case RecordKind.END:
                self._results[-1].complete = True
        self._results[-1].size_bytes += record.length + RECORD_BYTES

    def _read(self, offset: int, length: int) -> bytes:
        data = _read_part(self._rows_path, offset, length)
        if len(data) < length:
            raise NotFoundError("The results of this session are no longer whole.")
        return data


class _Result:
    """What is known of a result set; it grows."""

    def __init__(self, columns: tuple[Column, ...]) -> None:
        self.columns = columns
        self.complete = False
        self.size_bytes = 0
        self.offsets = array("Q")
        self.lengths = array("Q")
        self.row_counts = array("Q")
        self._segment_starts: list[int] = []
        self._segments: list[tuple[pa.Schema, tuple[Storage, ...]]] = []

    @property
    def row_count(self) -> int:
        return self.row_counts[-1] if self.row_counts else 0

    def begin_segment(self, schema: pa.Schema) -> None:
        storages = tuple(STORAGES[field.metadata[b"storage"].decode()] for field in schema)
        self._segment_starts.append(len(self.row_counts))
        self._segments.append((schema, storages))

    def add(self, record: Record) -> None:
        self.offsets.append(record.offset)
        self.lengths.append(record.length)
        self.row_counts.append(record.row_count)  # last, for others look at its length

    def first_row(self, place: int) -> int:
        return self.row_counts[place - 1] if place else 0

    def segment_of(self, place: int) -> tuple[pa.Schema, tuple[Storage, ...]]:
        return self._segments[bisect_right(self._segment_starts, place) - 1]

    def summary(self) -> ResultSummary:
        return ResultSummary(
            columns=self.columns,
            row_count=self.row_count,
            size_bytes=self.size_bytes,
            complete=self.complete,
        )


def _read_part(path: Path, offset: int, length: int) -> bytes:
    try:
        file = os.fdopen(open_existing(path), "rb")
    except FileNotFoundError as exc:
        raise NotFoundError(
            "The results of this session have been removed.",
            hint="Results are kept for a limited time. Run the statement again.",
        ) from exc
    with file:
        file.seek(offset)
        return file.read(length)
