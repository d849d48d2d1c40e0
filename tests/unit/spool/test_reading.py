"""What was written can be read: at once, from any row, by many, and also while more comes."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pyarrow as pa
import pytest

from sqlcore.domain.query import Column, Row
from sqlcore.domain.session import ResultSummary
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import ServerText
from sqlcore.errors import NotFoundError
from sqlcore.services.spool import Spool
from sqlcore.services.spool.index import RecordKind, read_records
from sqlcore.services.spool.reading import SpoolReader

_INTEGER = SqlType(name="integer", kind=TypeKind.INTEGER)
_COLUMNS = (Column(name="n", type=_INTEGER), Column(name="n", type=_INTEGER))


def _rows(start: int, stop: int) -> list[Row]:
    return [(number, -number) for number in range(start, stop)]


def test_rows_can_be_read_as_soon_as_they_are_added(spool: Spool) -> None:
    writer = spool.create("a")
    reader = spool.open("a")
    assert reader.summaries() == ()

    writer.begin(_COLUMNS)
    assert list(reader.batches(0)) == []
    writer.add(_rows(0, 3))
    assert list(reader.batches(0)) == [_rows(0, 3)]
    writer.add(_rows(3, 5))
    assert list(reader.batches(0, 2)) == [_rows(2, 3), _rows(3, 5)]


def test_small_batches_are_written_together_and_read_before_that(spool: Spool) -> None:
    writer = spool.create("a")
    reader = spool.open("a")
    writer.begin(_COLUMNS)
    for start in range(0, 512, 64):
        writer.add(_rows(start, start + 64))
        assert reader.summaries()[0].row_count == writer.summaries()[0].row_count == start + 64
    on_disk = SpoolReader(spool.folder_of("a"))

    assert on_disk.summaries()[0].row_count == 64
    assert list(reader.batches(0)) == [_rows(0, 64), _rows(64, 512)]
    assert list(reader.batches(0, 500)) == [_rows(500, 512)]
    assert list(reader.batches(0, 512)) == []

    writer.end()
    assert on_disk.summaries() == reader.summaries() == writer.summaries()
    assert list(on_disk.batches(0)) == [_rows(0, 64), _rows(64, 512)]


def test_wide_rows_do_not_wait(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin((Column(name="a", type=SqlType(name="text", kind=TypeKind.TEXT)),))
    for _ in range(4):
        writer.add([("x" * 2**20,)])

    assert SpoolReader(spool.folder_of("a")).summaries()[0].row_count == 4


def test_a_reader_that_waits_at_the_end_goes_on_with_what_came(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 1))
    batches = spool.open("a").batches(0)

    assert next(batches) == _rows(0, 1)
    writer.add(_rows(1, 2))
    assert next(batches) == _rows(1, 2)
    assert next(batches, None) is None


def test_any_row_can_be_the_first(spool: Spool) -> None:
    chance = random.Random(4)  # noqa: S311  # the same each time
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    row_count = 0
    while row_count < 9000:
        more = chance.choice((1, 64, 64, 300, 1500))
        # Now and then a value that does not fit begins a new segment.
        rows = _rows(row_count, row_count + more)
        if row_count > 5000:
            rows[0] = (rows[0][0], ServerText("?"))
        writer.add(rows)
        row_count += more
    reader = spool.open("a")
    everything = [row for rows in reader.batches(0) for row in rows]

    assert len(everything) == row_count
    for start in (0, row_count - 1, row_count, row_count + 1, *chance.sample(range(row_count), 60)):
        assert [row for rows in reader.batches(0, start) for row in rows] == everything[start:]


def test_what_comes_before_the_first_row_is_not_read(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 100))
    writer.add(_rows(100, 1200))
    reader = spool.open("a")
    folder = spool.folder_of("a")
    first = next(
        record
        for record in read_records((folder / "index").read_bytes())
        if record.kind is RecordKind.BATCH
    )
    with (folder / "rows").open("r+b") as file:
        file.seek(first.offset)
        file.write(b"\xff" * first.length)

    assert list(reader.batches(0, 100)) == [_rows(100, 1200)]
    with pytest.raises((pa.ArrowException, OSError)):
        list(reader.batches(0, 99))


def test_summaries_tell_what_was_written(spool: Spool) -> None:
    element = SqlType(name="numeric(5,2)", kind=TypeKind.DECIMAL, exact=False)
    array = SqlType(name="numeric(5,2)[]", kind=TypeKind.ARRAY, element=element)
    columns = (
        Column(name="", type=array),
        Column(name="🐘\ud83d", type=_INTEGER, masked=True),
    )
    writer = spool.create("a")
    writer.begin(columns)
    writer.end()
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 3))

    none, some = spool.open("a").summaries()

    assert (none.columns, none.row_count, none.complete) == (columns, 0, True)
    assert none.columns[0].type.element == element
    assert not none.columns[0].type.element.exact
    assert (some.columns, some.row_count, some.complete) == (_COLUMNS, 3, False)
    assert writer.summaries() == (none, some)
    assert none.size_bytes + some.size_bytes == _bytes_in(spool.folder_of("a")) == spool.size_bytes


def _bytes_in(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


def test_result_sets_keep_their_order(spool: Spool) -> None:
    writer = spool.create("a")
    for number in range(300):
        writer.begin(_COLUMNS[:1])
        if number % 3:
            writer.add([(number,)])
        writer.end()
    reader = spool.open("a")

    assert len(reader.summaries()) == 300
    for number in range(300):
        assert list(reader.batches(number)) == ([[(number,)]] if number % 3 else [])


@pytest.mark.parametrize("result_set", [-1, 1])
def test_a_result_set_that_is_not_there_is_not_found(spool: Spool, result_set: int) -> None:
    spool.create("a").begin(_COLUMNS)

    with pytest.raises(NotFoundError, match="so far there are 1"):
        spool.open("a").batches(result_set)


def test_what_was_removed_is_not_found_even_in_the_middle(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 1))
    writer.add(_rows(1, 2))
    reader = spool.open("a")
    batches = reader.batches(0)
    assert next(batches) == _rows(0, 1)

    spool.remove("a")
    spool.remove("a")

    with pytest.raises(NotFoundError, match="removed"):
        next(batches)
    with pytest.raises(NotFoundError, match="removed"):
        reader.summaries()
    with pytest.raises(NotFoundError):
        spool.open("a")
    with pytest.raises(NotFoundError, match="removed"):
        writer.add(_rows(2, 3))


def test_what_is_closed_can_be_read_and_written_no_more(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 1))
    writer.close()
    writer.close()

    assert list(spool.open("a").batches(0)) == [_rows(0, 1)]
    assert not spool.open("a").summaries()[0].complete
    with pytest.raises(NotFoundError, match="closed"):
        writer.add(_rows(1, 2))


@pytest.mark.parametrize("torn", [1, 31])
def test_a_torn_end_of_the_index_is_ignored(spool: Spool, torn: int, tmp_path: Path) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 1))
    writer.add(_rows(1, 2))
    writer.close()
    copy = tmp_path / "copy"
    shutil.copytree(spool.folder_of("a"), copy)
    index = copy / "index"
    index.write_bytes(index.read_bytes()[:-torn])

    assert list(SpoolReader(copy).batches(0)) == [_rows(0, 1)]


def test_readers_in_other_threads_see_nothing_but_prefixes(spool: Spool) -> None:
    total = 30_000
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    shared = spool.open("a")
    problems: list[str] = []
    ready = threading.Barrier(4)

    def read() -> None:
        ready.wait()
        seen = 0
        while seen < total:
            announced = shared.summaries()[0].row_count
            rows = [row for batch in shared.batches(0) for row in batch]
            if rows != _rows(0, len(rows)) or len(rows) < max(announced, seen):
                problems.append(f"{len(rows)} rows after {seen} and {announced}")
                return
            seen = len(rows)

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    ready.wait()
    for start in range(0, total, 30):
        writer.add(_rows(start, start + 30))
    writer.end()
    for thread in threads:
        thread.join(30)

    assert problems == []
    assert not any(thread.is_alive() for thread in threads)


def test_another_process_can_read(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 5))
    code = (
        "import sys; from pathlib import Path\n"
        "from sqlcore.services.spool.reading import SpoolReader\n"
        "print(list(SpoolReader(Path(sys.argv[1])).batches(0, 3)))"
    )

    ended = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", code, str(spool.folder_of("a"))],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.strip() == str([_rows(3, 5)])


def test_record_batches_are_typed_and_have_what_was_there_when_they_were_asked_for(
    spool: Spool,
) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    writer.add(_rows(0, 2))
    typed = spool.open("a").record_batches(0)
    writer.add([(2, ServerText("?"))])

    assert typed.schema == pa.schema([("n", pa.int64()), ("n_2", pa.int64())])
    assert [batch.to_pydict() for batch in typed.batches] == [{"n": [0, 1], "n_2": [0, -1]}]
    later = spool.open("a").record_batches(0)
    assert later.schema.field("n_2").type == pa.string()
    assert pa.Table.from_batches(later.batches)["n_2"].to_pylist() == ["0", "-1", "?"]


def test_a_summary_is_a_value(spool: Spool) -> None:
    writer = spool.create("a")
    writer.begin(_COLUMNS)
    before = writer.summaries()
    writer.add(_rows(0, 1))

    assert before[0].row_count == 0
    assert isinstance(before[0], ResultSummary)
