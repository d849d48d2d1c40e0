"""A result set of a session as a file: CSV, JSON Lines or Parquet.

- **csv**: RFC 4180 in UTF-8, lines end in CR LF, the first one has the names as the server sends
  them. Values as of `sqlcore.domain.encoding`. NULL is nothing between the commas; an empty text is
  `""`.
- **jsonl**: one object a row; of columns with one name the later get `_2`, `_3`.
- **parquet**: typed as `sqlcore.services.tabular` says, but for intervals, which Parquet readers do
  not share: they are strings. Compressed with zstd.

A file has exactly what is in the database. A spreadsheet takes a text of a CSV file that begins
with `=`, `+`, `-` or `@` for a formula, so that whoever can write to the database could run
something at whoever opens the file. No spelling is both exact and safe there; `for_spreadsheets`
chooses the safe one. JSON Lines and Parquet have no such trouble.
"""

from __future__ import annotations

import contextlib
import enum
import os
import secrets
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Self

import attrs

from sqlcore.domain.csv_lines import compact_json, csv_line
from sqlcore.domain.encoding import encode_row
from sqlcore.domain.query import Column, Row
from sqlcore.domain.types import TypeKind
from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore.ports import ResultReader
from sqlcore.services.querying import unique_names
from sqlcore.services.spool.locking import create_private
from sqlcore.services.spool.room import SessionRoom

__all__ = ["Export", "ExportFormat", "export"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_GROUP_ROWS = 65_536
_GROUP_BYTES = 32 * 2**20


class ExportFormat(enum.StrEnum):
    """How a file is written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"

    @property
    def mime_type(self) -> str:
        """The media type of such a file."""
        return _MIME_TYPES[self]


_MIME_TYPES = {
    ExportFormat.CSV: "text/csv; charset=utf-8",
    ExportFormat.JSONL: "application/x-ndjson",
    ExportFormat.PARQUET: "application/vnd.apache.parquet",
}


@attrs.frozen(kw_only=True)
class Export:
    """A file that was written.

    Attributes:
        complete: Whether it has all rows of the result set, not only those that had come so far
            or were kept.
    """

    path: Path
    size_bytes: int
    row_count: int
    mime_type: str
    complete: bool


def export(
    reader: ResultReader,
    result_set: int,
    file_format: ExportFormat,
    path: Path,
    *,
    room: SessionRoom | None = None,
    for_spreadsheets: bool = False,
) -> Export:
    """Write a result set to a file, as far as it has come. Memory holds a few thousand rows.

    The file has mode 0600. It is there as a whole or not at all; one of that name is replaced.

    Args:
        reader: Gives the rows.
        result_set: Its place, from 0.
        file_format: How to write it.
        path: The file; its folder must exist.
        room: Where its bytes are taken from.
        for_spreadsheets: Put an apostrophe before texts of a CSV file that a spreadsheet would
            take for a formula.

    Raises:
        NotFoundError: There is no such result set (yet), or it has been removed.
        LimitExceededError: The disk is full, or there is no room.
    """
    rows = _Rows(reader, result_set)
    try:
        with _PrivateFile(path, room) as file:
            if file_format is ExportFormat.CSV:
                _write_csv(rows, file, for_spreadsheets=for_spreadsheets)
            elif file_format is ExportFormat.JSONL:
                _write_jsonl(rows, file)
            else:
                _write_parquet(rows, file)
            file.finish()
    except FileNotFoundError as exc:
        raise NotFoundError("The folder for this export has been removed.") from exc
    except OSError as exc:
        raise LimitExceededError(
            f"The export cannot be written: {exc.strerror or type(exc).__name__}.",
            hint="The result is still there. Free some space on the disk, then export it again.",
        ) from exc
    return Export(
        path=path,
        size_bytes=file.size_bytes,
        row_count=rows.row_count,
        mime_type=file_format.mime_type,
        complete=rows.complete,
    )


class _Rows:
    """The rows that were there when the export began: the same each time that they are read."""

    def __init__(self, reader: ResultReader, result_set: int) -> None:
        summaries = reader.summaries()
        if not 0 <= result_set < len(summaries):
            raise NotFoundError(
                f"There is no result set {result_set}; so far there are {len(summaries)}.",
                hint="Result sets are counted from 0.",
            )
        self._reader = reader
        self._result_set = result_set
        self.columns: tuple[Column, ...] = summaries[result_set].columns
        self.row_count = summaries[result_set].row_count
        self.complete = summaries[result_set].complete

    def batches(self) -> Iterator[Sequence[Row]]:
        left = self.row_count
        if not left:
            return
        for rows in self._reader.batches(self._result_set):
            yield rows[:left]
            left -= len(rows)
            if left <= 0:
                return


def _write_csv(rows: _Rows, file: _PrivateFile, *, for_spreadsheets: bool) -> None:
    encode: Callable[[Row], list[Any]] = _safe_row if for_spreadsheets else encode_row
    header = [column.name for column in rows.columns]
    lines = [csv_line(_safe_row(header) if for_spreadsheets else header)]
    file.write(_text(lines, "\r\n"))
    for batch in rows.batches():
        file.write(_text([csv_line(encode(row)) for row in batch], "\r\n"))


def _safe_row(row: Sequence[Any]) -> list[Any]:
    """Encode a row; no text of it begins as a formula does."""
    return [
        f"'{cell}" if isinstance(value, str) and cell.startswith(_FORMULA_STARTS) else cell
        for value, cell in zip(row, encode_row(row), strict=True)
    ]


def _write_jsonl(rows: _Rows, file: _PrivateFile) -> None:
    names = unique_names(rows.columns)
    for batch in rows.batches():
        lines = [compact_json(dict(zip(names, encode_row(row), strict=True))) for row in batch]
        file.write(_text(lines, "\n"))


def _text(lines: list[str], end: str) -> bytes:
    """Encode lines; half of a surrogate pair is spelled out, which JSON reads as itself."""
    return (end.join(lines) + end).encode("utf-8", "backslashreplace")


def _write_parquet(rows: _Rows, file: _PrivateFile) -> None:
    import pyarrow as pa  # noqa: PLC0415  # heavy
    from pyarrow import parquet  # noqa: PLC0415  # heavy

    from sqlcore.services.tabular import typed_batches  # noqa: PLC0415  # loads pyarrow

    typed = typed_batches(rows.columns, rows.batches, as_text={TypeKind.INTERVAL})
    with parquet.ParquetWriter(file, typed.schema, compression="zstd") as writer:
        group: list[pa.RecordBatch] = []
        group_rows = group_bytes = 0
        for batch in typed.batches:
            group.append(batch)
            group_rows += batch.num_rows
            group_bytes += batch.nbytes
            if group_rows >= _GROUP_ROWS or group_bytes >= _GROUP_BYTES:
                writer.write_table(pa.Table.from_batches(group))
                group, group_rows, group_bytes = [], 0, 0
        if group:
            writer.write_table(pa.Table.from_batches(group))


class _PrivateFile:
    """A file that has its name once it is finished; otherwise nothing of it stays.

    It also is what Arrow takes for a file.
    """

    closed = False

    def __init__(self, path: Path, room: SessionRoom | None) -> None:
        self._path = path
        self._part_path = path.with_name(f".{secrets.token_hex(16)}.part")
        self._room = room
        self._file = create_private(self._part_path)
        self._is_finished = False
        self.size_bytes = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._is_finished:
            os.close(self._file)
            with contextlib.suppress(OSError):
                self._part_path.unlink()
            if self._room is not None:
                self._room.give_back(self.size_bytes)

    def write(self, data: Any) -> int:
        """Write all of it.

        Raises:
            OSError: The disk takes no more.
            LimitExceededError: There is no room.
        """
        rest = memoryview(data).cast("B")
        size_bytes = len(rest)
        if self._room is not None:
            self._room.take(size_bytes)
        self.size_bytes += size_bytes
        while rest:
            rest = rest[os.write(self._file, rest) :]
        return size_bytes

    def finish(self) -> None:
        """Give the file its name; one of that name is replaced, and its bytes given back."""
        try:
            replaced_bytes = self._path.lstat().st_size
        except FileNotFoundError:
            replaced_bytes = 0
        self._part_path.replace(self._path)
        self._is_finished = True
        os.close(self._file)
        if self._room is not None:
            self._room.give_back(replaced_bytes)

    def tell(self) -> int:
        return self.size_bytes

    def writable(self) -> bool:
        return True

    def flush(self) -> None:
        """Do nothing: nothing is held back."""

    def close(self) -> None:
        """Do nothing: the end of the `with` does."""
