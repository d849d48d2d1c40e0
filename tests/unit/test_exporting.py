"""Results as files: exact, whole or not there, and private."""

from __future__ import annotations

import csv
import datetime as dt
import errno
import io
import json
import math
import os
import stat
import sys
import uuid
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import parquet

from sqlcore.domain.query import Column, Row
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import LimitExceededError, NotFoundError
from sqlcore.services.exporting import Export, ExportFormat, export
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool

_COLUMNS = {
    "id": TypeKind.INTEGER,
    "price": TypeKind.DECIMAL,
    "": TypeKind.TEXT,
    "id ": TypeKind.TIMESTAMP_TZ,
    "span": TypeKind.INTERVAL,
    "tags": TypeKind.ARRAY,
}
_ROWS: list[Row] = [
    (1, Decimal("1.50"), "a,b", dt.datetime(2024, 1, 1, 5, tzinfo=dt.UTC), Interval(1), ["x"]),
    (2**60, None, "", None, None, [None]),
    (None, Decimal(100), None, None, Interval(0, 1), None),
]


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    root = tmp_path / "results"
    root.mkdir(0o700)
    spool = Spool(SessionLimits(folder=str(root)))
    yield spool
    spool.close()


def _write(
    spool: Spool,
    columns: Sequence[tuple[str, TypeKind]],
    *batches: Sequence[Row],
    end: bool = True,
) -> None:
    spool.remove("a")
    writer = spool.create("a")
    writer.begin(
        tuple(Column(name=name, type=SqlType(name=kind.value, kind=kind)) for name, kind in columns)
    )
    for rows in batches:
        writer.add(rows)
    if end:
        writer.end()


def _export(spool: Spool, file_format: ExportFormat, **options: Any) -> Export:
    path = spool.folder_of("a") / f"export.{file_format}"
    return export(spool.open("a"), 0, file_format, path, **options)


def _bytes(spool: Spool, file_format: ExportFormat, **options: Any) -> bytes:
    return _export(spool, file_format, **options).path.read_bytes()


def test_a_csv_file_has_a_header_and_tells_null_from_an_empty_text(spool: Spool) -> None:
    _write(spool, list(_COLUMNS.items()), _ROWS[:2], _ROWS[2:])

    assert _bytes(spool, ExportFormat.CSV).decode() == (
        'id,price,"","id ",span,tags\r\n'
        '1,1.50,"a,b",2024-01-01T05:00:00+00:00,P1M,"[""x""]"\r\n'
        '1152921504606846976,,"",,,[null]\r\n'
        ",100,,,P1D,\r\n"
    )


def test_a_file_of_json_lines_has_an_object_for_each_row(spool: Spool) -> None:
    columns = [("id", TypeKind.INTEGER), ("id", TypeKind.TEXT), ("", TypeKind.FLOAT)]
    _write(spool, columns, [(1, "ä\n", 1.5), (2**60, None, math.nan)])

    assert _bytes(spool, ExportFormat.JSONL).decode() == (
        '{"id":1,"id_2":"ä\\n","column_3":1.5}\n'
        '{"id":"1152921504606846976","id_2":null,"column_3":"NaN"}\n'
    )


def test_a_parquet_file_has_types(spool: Spool) -> None:
    _write(spool, list(_COLUMNS.items()), _ROWS[:1], _ROWS[1:])

    table = parquet.read_table(_export(spool, ExportFormat.PARQUET).path)

    assert table.schema.names == ["id", "price", "column_3", "id ", "span", "tags"]
    assert table.schema.types == [
        pa.int64(),
        pa.decimal128(5, 2),
        pa.string(),
        pa.timestamp("us", tz="UTC"),
        pa.string(),
        pa.list_(pa.string()),
    ]
    assert table.column("price").to_pylist() == [Decimal("1.50"), None, Decimal("100.00")]
    assert table.column("span").to_pylist() == ["P1M", None, "P1D"]
    assert table.column("tags").to_pylist() == [["x"], [None], None]
    assert table.column("id ").cast(pa.int64())[0].as_py() == 1_704_085_200_000_000


@pytest.mark.parametrize(
    ("kind", "batches", "arrow_type", "expected"),
    [
        (TypeKind.INTEGER, [[1], [2**63]], pa.string(), ["1", "9223372036854775808"]),
        (TypeKind.DECIMAL, [["1.5"], ["NaN"]], pa.string(), ["1.5", "NaN"]),
        (TypeKind.DECIMAL, [["0.01"], ["1E+40"]], pa.decimal256(43, 2), ["0.01", "1E+40"]),
        (TypeKind.DECIMAL, [["1E-50"], ["1E+40"]], pa.string(), None),
        (TypeKind.DECIMAL, [[None]], pa.null(), [None]),
        (TypeKind.DATE, [[dt.date.min], [ServerText("infinity")]], pa.string(), None),
        (TypeKind.ARRAY, [[[None]], [[1]]], pa.list_(pa.int64()), [[None], [1]]),
        (TypeKind.ARRAY, [[["a"]], [[1]]], pa.string(), ['["a"]', "[1]"]),
        (TypeKind.UUID, [[uuid.UUID(int=0)]], pa.string(), [str(uuid.UUID(int=0))]),
        (TypeKind.TIME, [[dt.time(1)], [dt.time(1, tzinfo=dt.UTC)]], pa.string(), None),
        (TypeKind.JSON, [[JsonText("{}")]], pa.string(), ["{}"]),
        (TypeKind.BINARY, [[b"\0"]], pa.binary(), [b"\0"]),
        (TypeKind.TEXT, [["\ud83d", "b"]], pa.string(), ["\\ud83d", "b"]),
    ],
)
def test_the_type_of_a_parquet_column_carries_all_its_values(
    spool: Spool, kind: TypeKind, batches: list[list[Any]], arrow_type: Any, expected: Any
) -> None:
    if kind is TypeKind.DECIMAL:
        batches = [[v if v is None else Decimal(v) for v in values] for values in batches]
    _write(spool, [("a", kind)], *([(value,) for value in values] for values in batches))

    column = parquet.read_table(_export(spool, ExportFormat.PARQUET).path).column("a")

    assert column.type == arrow_type
    if expected is not None and kind is TypeKind.DECIMAL and column.type != pa.string():
        expected = [v if v is None else Decimal(v) for v in expected]
    if expected is not None:
        assert column.to_pylist() == expected


_CELLS = st.none() | st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))


@settings(max_examples=50)
@given(rows=st.lists(st.tuples(_CELLS, _CELLS), max_size=6))
def test_texts_come_back_from_each_format(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row]
) -> None:
    spool = Spool(SessionLimits(folder=str(tmp_path_factory.mktemp("results"))))
    _write(spool, [("a", TypeKind.TEXT), ("b", TypeKind.TEXT)], *([rows] if rows else []))

    text = _bytes(spool, ExportFormat.CSV).decode()
    lines = _bytes(spool, ExportFormat.JSONL).decode().split("\n")
    table = parquet.read_table(_export(spool, ExportFormat.PARQUET).path)
    spool.close()

    read = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert read == [["a", "b"], *([value or "" for value in row] for row in rows)]
    assert [tuple(json.loads(line).values()) for line in lines[:-1]] == rows
    assert list(zip(table["a"].to_pylist(), table["b"].to_pylist(), strict=True)) == rows


def test_half_of_a_surrogate_pair_is_spelled_out(spool: Spool) -> None:
    _write(spool, [("a", TypeKind.TEXT)], [("\ud83d",)])

    assert _bytes(spool, ExportFormat.CSV) == b"a\r\n\\ud83d\r\n"
    assert json.loads(_bytes(spool, ExportFormat.JSONL)) == {"a": "\ud83d"}


def test_formulas_stay_as_they_are_unless_the_file_is_for_spreadsheets(spool: Spool) -> None:
    columns = [("=A1", TypeKind.TEXT), ("n", TypeKind.INTEGER)]
    texts = ["=cmd|'/C calc'!A0", "+1", "-1", "@a", "\t=1", "\r=1", "a=b", ""]
    _write(spool, columns, [(text, -1) for text in texts])

    def read(data: bytes) -> list[list[str]]:
        return list(csv.reader(io.StringIO(data.decode(), newline=""), strict=True))

    exact = read(_bytes(spool, ExportFormat.CSV))
    safe = read(_bytes(spool, ExportFormat.CSV, for_spreadsheets=True))
    assert exact == [["=A1", "n"], *([text, "-1"] for text in texts)]
    assert safe == [
        ["'=A1", "n"],
        *([f"'{text}", "-1"] for text in texts[:6]),
        *([text, "-1"] for text in texts[6:]),
    ]


@pytest.mark.parametrize("file_format", ExportFormat)
def test_an_export_says_what_it_holds(spool: Spool, file_format: ExportFormat) -> None:
    _write(spool, [("a", TypeKind.INTEGER)], [(1,), (2,)], end=False)
    room = spool.room_of("a")
    before = spool.size_bytes

    partial = _export(spool, file_format, room=room)
    assert (partial.row_count, partial.complete) == (2, False)
    assert partial.size_bytes == partial.path.stat().st_size
    assert partial.mime_type == file_format.mime_type
    assert spool.size_bytes == before + partial.size_bytes

    _write(spool, [("a", TypeKind.INTEGER)], [(1,), (2,)])
    room = spool.room_of("a")
    before = spool.size_bytes
    whole = _export(spool, file_format, room=room)
    again = _export(spool, file_format, room=room)
    assert whole.complete
    assert again == whole
    assert spool.size_bytes == before + whole.size_bytes


@pytest.mark.parametrize("file_format", ExportFormat)
def test_no_rows_are_a_file_still(spool: Spool, file_format: ExportFormat) -> None:
    _write(spool, [("a", TypeKind.INTEGER), ("b", TypeKind.DECIMAL)])

    exported = _export(spool, file_format)

    assert (exported.row_count, exported.complete) == (0, True)
    if file_format is ExportFormat.PARQUET:
        assert parquet.read_table(exported.path).schema.names == ["a", "b"]
    else:
        assert exported.path.read_bytes() == (
            b"a,b\r\n" if file_format is ExportFormat.CSV else b""
        )


@pytest.mark.parametrize("file_format", ExportFormat)
def test_many_rows_are_written_in_groups(spool: Spool, file_format: ExportFormat) -> None:
    batch = [(number, f"text {number}") for number in range(10_000)]
    _write(spool, [("a", TypeKind.INTEGER), ("b", TypeKind.TEXT)], *([batch] * 15))

    exported = _export(spool, file_format)

    assert exported.row_count == 150_000
    if file_format is ExportFormat.PARQUET:
        read = parquet.ParquetFile(exported.path)
        assert (read.metadata.num_rows, read.metadata.num_row_groups) == (150_000, 3)
        assert read.metadata.row_group(0).column(0).compression == "ZSTD"
    else:
        lines = exported.path.read_bytes().splitlines()
        assert len(lines) == 150_000 + (file_format is ExportFormat.CSV)


@pytest.mark.skipif(sys.platform == "win32", reason="Modes are as POSIX has them")
@pytest.mark.parametrize("file_format", ExportFormat)
def test_a_file_is_private_and_replaces_what_had_its_name(
    spool: Spool, tmp_path: Path, file_format: ExportFormat
) -> None:
    _write(spool, [("a", TypeKind.INTEGER)], [(1,)])
    victim = tmp_path / "victim"
    victim.write_bytes(b"untouched")
    path = spool.folder_of("a") / f"export.{file_format}"
    path.symlink_to(victim)

    exported = _export(spool, file_format)

    assert exported.path == path
    assert stat.S_ISREG(path.lstat().st_mode)
    assert stat.S_IMODE(path.lstat().st_mode) == 0o600
    assert victim.read_bytes() == b"untouched"


@pytest.mark.parametrize("file_format", ExportFormat)
def test_a_full_disk_leaves_nothing_half_written(
    spool: Spool, file_format: ExportFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write(spool, [("a", TypeKind.BINARY)], [(os.urandom(1000),)] * 3)
    room = spool.room_of("a")
    before = sorted(spool.folder_of("a").iterdir()), spool.size_bytes
    write = os.write

    def fill(file: int, data: Any) -> int:
        if len(data) < 100:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data[: len(data) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        with pytest.raises(LimitExceededError, match="No space left on device"):
            _export(spool, file_format, room=room)

    assert (sorted(spool.folder_of("a").iterdir()), spool.size_bytes) == before
    assert _export(spool, file_format, room=room).row_count == 3


@pytest.mark.parametrize("file_format", ExportFormat)
def test_an_export_takes_no_more_room_than_there_is(
    tmp_path: Path, file_format: ExportFormat
) -> None:
    spool = Spool(SessionLimits(folder=str(tmp_path), max_bytes=9000))
    _write(spool, [("a", TypeKind.BINARY)], [(os.urandom(1000),) for _ in range(8)])
    before = sorted(spool.folder_of("a").iterdir()), spool.size_bytes

    with pytest.raises(LimitExceededError, match="session_max_bytes"):
        _export(spool, file_format, room=spool.room_of("a"))

    assert (sorted(spool.folder_of("a").iterdir()), spool.size_bytes) == before
    spool.close()


@pytest.mark.parametrize("file_format", ExportFormat)
def test_what_is_removed_cannot_be_exported(spool: Spool, file_format: ExportFormat) -> None:
    _write(spool, [("a", TypeKind.INTEGER)], [(1,)])
    reader, folder = spool.open("a"), spool.folder_of("a")
    with pytest.raises(NotFoundError, match="result set 1"):
        export(reader, 1, file_format, folder / "x")

    spool.remove("a")
    with pytest.raises(NotFoundError):
        export(reader, 0, file_format, folder / "x")
