"""The index of a session's rows: records of one length, appended after what they point at.

Whoever reads a whole record can read what it points at, for that was written before. What is left
of a record at the end is ignored.
"""

from __future__ import annotations

import enum
import json
import struct
from collections.abc import Iterator
from typing import Any

import attrs

from sqlcore.domain.query import Column
from sqlcore.domain.types import SqlType, TypeKind

__all__ = [
    "INDEX_NAME",
    "RECORD_BYTES",
    "ROWS_NAME",
    "Record",
    "RecordKind",
    "read_columns",
    "read_records",
    "write_columns",
    "write_record",
]

ROWS_NAME = "rows"
INDEX_NAME = "index"

_RECORD = struct.Struct("<IIQQQ")
RECORD_BYTES = _RECORD.size


class RecordKind(enum.IntEnum):
    """What a record points at."""

    COLUMNS = 1
    """A result set begins: its columns, as JSON."""
    SCHEMA = 2
    """A segment begins: the Arrow schema of the batches that follow."""
    BATCH = 3
    """Rows: an Arrow record batch."""
    END = 4
    """Nothing: these were all rows of the result set."""


@attrs.frozen
class Record:
    """One entry.

    Attributes:
        offset: Where it begins in the file of rows.
        length: Its bytes there.
        row_count: Rows of the result set up to its end.
    """

    kind: RecordKind
    offset: int
    length: int
    row_count: int


def write_record(record: Record) -> bytes:
    """Write a record."""
    return _RECORD.pack(record.kind, 0, record.offset, record.length, record.row_count)


def read_records(data: bytes) -> Iterator[Record]:
    """Read whole records; what is left at the end is ignored."""
    for place in range(0, len(data) - RECORD_BYTES + 1, RECORD_BYTES):
        kind, _, offset, length, row_count = _RECORD.unpack_from(data, place)
        yield Record(RecordKind(kind), offset, length, row_count)


def write_columns(columns: tuple[Column, ...]) -> bytes:
    """Write the columns of a result set as JSON."""
    return json.dumps(
        [[column.name, _type_fields(column.type), column.masked] for column in columns]
    ).encode("ascii")


def read_columns(data: bytes) -> tuple[Column, ...]:
    """Read what `write_columns` wrote."""
    return tuple(
        Column(name=name, type=_read_type(fields), masked=masked)
        for name, fields, masked in json.loads(data)
    )


def _type_fields(of: SqlType) -> list[Any]:
    element = None if of.element is None else _type_fields(of.element)
    return [of.name, of.kind.value, element, of.exact]


def _read_type(fields: list[Any]) -> SqlType:
    name, kind, element, exact = fields
    return SqlType(
        name=name,
        kind=TypeKind(kind),
        element=None if element is None else _read_type(element),
        exact=exact,
    )
