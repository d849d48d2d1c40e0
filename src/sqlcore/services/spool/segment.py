"""Batches of one Arrow schema, and the rows that wait to become one.

Adapters hand out a few dozen rows at once. Some hundred together take half the time, and less room
on disk.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

import attrs
import pyarrow as pa

from sqlcore.domain.query import Column, Row
from sqlcore.domain.types import TypeKind
from sqlcore.errors import LimitExceededError
from sqlcore.services.spool.columns import Storage
from sqlcore.services.spool.room import KEPT

__all__ = ["Segment", "Tail", "Widths", "rows_of"]

# LZ4 costs a fifth of what making the arrays does, and takes a third to a half off typical rows;
# zstd takes as much again and costs as much as everything else together.
_OPTIONS = pa.ipc.IpcWriteOptions(compression="lz4", use_threads=False)

_OF_ANY_WIDTH = {TypeKind.TEXT, TypeKind.BINARY, TypeKind.JSON, TypeKind.XML, TypeKind.OTHER}

ByColumn = Sequence[Sequence[object]]


@attrs.define
class Tail:
    """Rows at the end of a result set that are in memory and not yet on disk.

    One thread adds to it; others may read it. It is replaced once it has been written.

    Attributes:
        result_set: The place of the result set, from 0.
        first_row: The row of the result set that it begins with.
        size_bytes: About what they take.
    """

    result_set: int
    first_row: int
    rows: list[Row] = attrs.field(factory=list)
    size_bytes: int = 0

    def rows_from(self, row: int) -> list[Row]:
        """Return the rows from row `row` of the result set on."""
        return self.rows[max(row - self.first_row, 0) :]


class Widths:
    """Tells about how many bytes rows take.

    Args:
        columns: The columns of the rows.
    """

    def __init__(self, columns: Sequence[Column]) -> None:
        self._row_bytes = 16 * len(columns)
        self._is_nested = any(column.type.kind is TypeKind.ARRAY for column in columns)
        self._wide = [
            itemgetter(place)
            for place, column in enumerate(columns)
            if column.type.kind in _OF_ANY_WIDTH
        ]

    def of(self, rows: Sequence[Row]) -> int | None:
        """Tell how many bytes rows take; None where that is not easily known."""
        if self._is_nested:
            return None
        size_bytes = self._row_bytes * len(rows)
        try:
            for values in self._wide:
                size_bytes += sum(map(len, filter(None, map(values, rows))))
        except TypeError:  # a value that is no text
            return None
        return size_bytes


def rows_of(
    storages: Sequence[Storage], batch: pa.RecordBatch, row_count: int, skipped: int
) -> list[Row]:
    """Make rows of an Arrow batch, without the first ones; `row_count` where it has no column."""
    if not storages:
        return [()] * (row_count - skipped)
    columns = zip(storages, batch.slice(skipped).columns, strict=True)
    return list(zip(*[storage.read(column) for storage, column in columns], strict=True))


class Segment:
    """A stream of Arrow batches of one schema; what it writes is taken piece by piece.

    Args:
        storages: How each column is kept.
    """

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

    def batch(self, by_column: ByColumn) -> pa.RecordBatch | None:
        """Make a batch; None where a column has a value that cannot be kept like this.

        Raises:
            LimitExceededError: A column of one batch is too long for Arrow.
            UnsupportedError: A value is of a type that no adapter gives.
        """
        arrays = []
        for storage, values in zip(self.storages, by_column, strict=bool(by_column)):
            array = storage.array(values)
            if array is None:
                return None
            if isinstance(array, pa.ChunkedArray):
                raise LimitExceededError(
                    "The values of one column in one batch of rows take more than 2 GiB.",
                    hint=f"{KEPT} Cut long values in the statement, or leave the column out.",
                )
            arrays.append(array)
        return pa.RecordBatch.from_arrays(arrays, schema=self._schema)

    def widened(self, by_column: ByColumn) -> Segment:
        """Return a segment with wider storage for the columns that cannot be kept like this."""
        return Segment(
            [
                storage.for_values(values)
                for storage, values in zip(self.storages, by_column, strict=True)
            ]
        )

    def write(self, batch: pa.RecordBatch) -> bytes:
        """Write a batch; the first one comes with the schema before it."""
        self._stream.write_batch(batch)
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

    def take(self) -> bytes:
        parts, self._parts = self._parts, []
        return b"".join(parts)
