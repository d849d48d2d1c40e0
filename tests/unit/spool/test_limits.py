"""A limit or a full disk ends the writing, and what fitted stays."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from sqlcore.domain.query import Column, Row
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import InvalidArgumentError, LimitExceededError, NotFoundError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool
from sqlcore.services.spool.index import RECORD_BYTES
from sqlcore.services.spool.reading import SpoolReader
from sqlcore.services.spool.writing import SpoolWriter

_COLUMNS = (Column(name="data", type=SqlType(name="bytea", kind=TypeKind.BINARY)),)


def _rows(count: int) -> list[Row]:
    """Rows of a thousand bytes that cannot be compressed."""
    return [(os.urandom(1000),) for _ in range(count)]


def _kept(spool: Spool, session_id: str) -> list[Row]:
    return [row for rows in spool.open(session_id).batches(0) for row in rows]


def _writer(spool: Spool, session_id: str = "a") -> SpoolWriter:
    writer = spool.create(session_id)
    writer.begin(_COLUMNS)
    return writer


def test_as_many_rows_are_kept_as_a_result_set_may_have(root: Path) -> None:
    spool = Spool(SessionLimits(folder=str(root), max_rows=5))
    writer = _writer(spool)
    rows = _rows(7)
    writer.add(rows[:3])

    with pytest.raises(LimitExceededError, match=r"more than 5 rows.*session_max_rows") as refused:
        writer.add(rows[3:])

    assert "kept and can be read" in str(refused.value.hint)
    assert _kept(spool, "a") == rows[:5]
    assert writer.summaries()[0].row_count == 5
    with pytest.raises(LimitExceededError):
        writer.add(rows[:1])
    writer.begin(_COLUMNS)
    writer.add(rows[:5])
    spool.close()


def test_a_session_has_a_limit_of_bytes(root: Path) -> None:
    spool = Spool(SessionLimits(folder=str(root), max_bytes=20_000))
    writer = _writer(spool)
    rows = _rows(5)
    writer.add(rows)

    with pytest.raises(LimitExceededError, match=r"20,000 bytes on disk.*session_max_bytes"):
        writer.add(_rows(20))

    assert _kept(spool, "a") == rows
    assert spool.size_bytes == writer.summaries()[0].size_bytes < 20_000
    writer.add(rows)
    assert _kept(spool, "a") == rows * 2
    spool.close()


def test_all_sessions_have_a_limit_of_bytes_that_is_free_again_when_one_goes(root: Path) -> None:
    spool = Spool(SessionLimits(folder=str(root), max_total_bytes=30_000))
    _writer(spool, "a").add(_rows(15))
    writer = _writer(spool, "b")

    with pytest.raises(LimitExceededError, match=r"all sessions.*sessions_max_bytes"):
        writer.add(_rows(15))

    spool.remove("a")
    writer.add(_rows(15))
    spool.close()
    assert spool.size_bytes == 0


def test_a_session_has_a_limit_of_result_sets(spool: Spool) -> None:
    writer = spool.create("a")
    for _ in range(1000):
        writer.begin(_COLUMNS)

    with pytest.raises(LimitExceededError, match="more than 1,000 result sets"):
        writer.begin(_COLUMNS)


def test_a_full_disk_leaves_whole_batches(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = _writer(spool)
    rows = _rows(3)
    writer.add(rows)
    before = writer.summaries(), spool.size_bytes
    write = os.write

    def fill(file: int, data: Any) -> int:
        if len(data) < 100:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data[: len(data) // 2])

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        with pytest.raises(LimitExceededError, match="No space left on device") as refused:
            writer.add(_rows(1500))

    assert isinstance(refused.value.__cause__, OSError)
    assert str(spool.folder_of("a")) not in str(refused.value)
    assert (writer.summaries(), spool.size_bytes) == before
    assert _kept(spool, "a") == rows
    writer.add(rows * 500)
    assert _kept(spool, "a") == rows * 501


@pytest.mark.parametrize("value", [b"", "text"], ids=["same type", "another type"])
def test_rows_that_wait_when_the_disk_is_full_can_be_read_for_as_long_as_the_session_is_there(
    spool: Spool, monkeypatch: pytest.MonkeyPatch, value: Any
) -> None:
    writer = _writer(spool)
    rows = _rows(9)
    for row in rows:
        writer.add([row])

    def fill(*_: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        with pytest.raises(LimitExceededError, match="No space left on device"):
            writer.add([(value,)] * 1000)
        with pytest.raises(LimitExceededError, match="No space left on device"):
            writer.end()
        writer.close()

    assert _kept(spool, "a") == rows
    assert not spool.open("a").summaries()[0].complete
    spool.remove("a")
    with pytest.raises(NotFoundError):
        spool.open("a")


def test_after_half_an_entry_of_the_index_nothing_is_written(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = _writer(spool)
    write = os.write
    rows: list[Row] = [(b"a",), ("a",), (1,)]
    writer.add(rows[:1])

    def cut(file: int, data: Any) -> int:
        if len(data) == 2 * RECORD_BYTES:
            return write(file, data[: RECORD_BYTES + 8])
        if len(data) < RECORD_BYTES:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(file, data)

    writer.add(rows[1:2])
    reader = spool.open("a")
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", cut)
        with pytest.raises(LimitExceededError):
            writer.end()
    assert _kept(spool, "a") == rows[:2]

    with pytest.raises(NotFoundError, match="closed"):
        writer.add(rows[2:])
    writer.close()
    assert [row for batch in reader.batches(0) for row in batch] == rows[:2]
    assert _kept(spool, "a") == rows[:2]


def test_what_could_not_be_written_is_written_once_there_is_room(
    spool: Spool, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer = _writer(spool)
    rows: list[Row] = [(b"a",), ("a",), ("b",)]

    def fill(*_: Any) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    for row in rows[:2]:
        writer.add([row])  # the second one begins a segment, and waits
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", fill)
        with pytest.raises(LimitExceededError):
            writer.end()
    writer.add(rows[2:])
    writer.end()

    assert [row for batch in SpoolReader(spool.folder_of("a")).batches(0) for row in batch] == rows


_FILLING = """
import os, resource, signal, sys
sys.path.insert(0, sys.argv[2])
from sqlcore.errors import LimitExceededError
from sqlcore.services.limits import SessionLimits
from sqlcore.services.spool import Spool
from sqlcore.domain.query import Column
from sqlcore.domain.types import SqlType, TypeKind
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
spool = Spool(SessionLimits(folder=sys.argv[1]))
writer = spool.create("a")
writer.begin((Column(name="a", type=SqlType(name="bytea", kind=TypeKind.BINARY)),))
count = 0
try:
    while True:
        writer.add([(os.urandom(1000),)] * 3 + [(os.urandom(9000),)])
        count += 4
except LimitExceededError as error:
    print(error.message)
kept = [row for rows in spool.open("a").batches(0) for row in rows]
print(len(kept) == count == writer.summaries()[0].row_count, count > 8)
spool.close()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit for the size of a file")
def test_a_file_that_the_system_refuses_to_make_longer_is_whole(root: Path) -> None:
    ended = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", _FILLING, str(root), "src"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert ended.stdout.splitlines() == [
        "Results cannot be written to disk: File too large.",
        "True True",
    ]
    assert list(root.iterdir()) == []


def test_no_room_for_a_folder_is_a_limit(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    spool.create("a")

    def refuse(*_: Any, **__: Any) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refuse)
        with pytest.raises(LimitExceededError, match="cannot be written to disk"):
            spool.create("b")

    spool.create("b")


@pytest.mark.parametrize("session_id", ["", ".", "..", "../a", "a/b", "a\0", "ä", "a" * 129])
def test_an_id_that_could_be_a_path_is_refused(spool: Spool, session_id: str) -> None:
    with pytest.raises(InvalidArgumentError):
        spool.create(session_id)
    with pytest.raises(NotFoundError):
        spool.open(session_id)
    spool.remove(session_id)


def test_an_id_is_used_once(spool: Spool) -> None:
    spool.create("a")

    with pytest.raises(InvalidArgumentError, match="There is a session"):
        spool.create("a")


def test_a_closed_store_keeps_nothing(root: Path) -> None:
    spool = Spool(SessionLimits(folder=str(root)))
    _writer(spool).add(_rows(1))
    spool.close()
    spool.close()

    assert list(root.iterdir()) == []
    with pytest.raises(LimitExceededError, match="closed"):
        spool.create("b")
    with pytest.raises(NotFoundError):
        spool.open("a")
