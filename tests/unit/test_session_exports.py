"""Files of a session's results: made once it has ended, and gone with it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.unit.sessions.doubles import MemoryResults

import sqlcore
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import Row
from sqlcore.domain.session import ResultSummary
from sqlcore.errors import (
    LimitExceededError,
    NotFoundError,
    StatementCancelledError,
    UnsupportedError,
)
from sqlcore.services.database import Database
from sqlcore.services.exporting import ExportFormat, export
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import SessionHandle, Sessions
from sqlcore.services.spool import Spool

NUMBERS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{}) SELECT i FROM n"
SOME = NUMBERS.format(" WHERE i < 2500")
Opened = Callable[..., Database]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    databases: list[Database] = []

    def open_database(**limits: int) -> Database:
        bounds = SessionLimits(folder=str(tmp_path), **limits)
        databases.append(sqlcore.connect("memory://", session_limits=bounds))
        return databases[-1]

    yield open_database
    for database in databases:
        database.close()


@pytest.fixture
def database(opened: Opened) -> Database:
    return opened()


def finished(database: Database, query: str = SOME) -> SessionHandle:
    handle = database.start(query)
    handle.wait()
    return handle


def test_the_file_of_a_session_that_has_ended_is_written_once(database: Database) -> None:
    handle = finished(database)
    first = database.sessions.export(handle.id, "", 0, ExportFormat.CSV)
    written_at = first.path.stat().st_mtime_ns
    assert database.sessions.export(handle.id, "", 0, ExportFormat.CSV) == first
    assert first.path.stat().st_mtime_ns == written_at
    assert (first.row_count, first.complete) == (2500, True)
    assert len(first.path.read_text().splitlines()) == 2501


def test_of_a_session_that_runs_the_rows_so_far_are_written_and_all_of_them_later(
    database: Database,
) -> None:
    handle = database.start(NUMBERS.format(""))
    while not handle.session.row_count:
        pass
    so_far = database.sessions.export(handle.id, "", 0, ExportFormat.JSONL)
    handle.cancel()
    whole = database.sessions.export(handle.id, "", 0, ExportFormat.JSONL)
    assert 0 < so_far.row_count <= whole.row_count
    assert not so_far.complete
    assert not whole.complete
    assert so_far.path != whole.path


def test_an_export_that_is_cancelled_leaves_nothing(database: Database, tmp_path: Path) -> None:
    handle = finished(database)
    before = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    cancel = CancelToken()
    cancel.cancel()
    for file_format in ExportFormat:
        with pytest.raises(StatementCancelledError):
            database.sessions.export(handle.id, "", 0, file_format, cancel)
    after = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert after == before


def test_who_waits_for_another_file_of_a_session_can_be_cancelled(database: Database) -> None:
    handle = finished(database)
    cancel = CancelToken()
    with database.sessions._exports._turn(handle.id).held(None):
        threading.Timer(0.05, cancel.cancel).start()
        with pytest.raises(StatementCancelledError):
            database.sessions.export(handle.id, "", 0, ExportFormat.CSV, cancel)
    assert database.sessions.export(handle.id, "", 0, ExportFormat.CSV).row_count == 2500


def test_files_go_with_their_session(database: Database) -> None:
    handle = finished(database)
    path = database.sessions.export(handle.id, "", 0, ExportFormat.PARQUET).path
    handle.close()
    assert not path.exists()
    with pytest.raises(NotFoundError):
        database.sessions.export(handle.id, "", 0, ExportFormat.PARQUET)


def test_a_session_that_is_removed_while_it_is_exported_takes_its_bytes_and_files_along(
    opened: Opened, tmp_path: Path
) -> None:
    database = opened()
    handle = finished(database)
    store = Spool(SessionLimits(folder=str(tmp_path)))
    with closing(store):
        writer = store.create("x")  # no session of the database's has such an id
        writer.begin(handle.columns)
        for _ in range(3):
            writer.add(list(handle.rows()))
        reader = _Removing(store)
        with pytest.raises(NotFoundError, match="removed"):
            export(
                reader,
                0,
                ExportFormat.CSV,
                store.folder_of("x") / "x.csv",
                room=store.room_of("x"),
            )
        assert reader.batches_read
        assert store.size_bytes == 0
        assert [] == [*tmp_path.glob("*/*s-x*")]


class _Removing:
    """Reads a session, and removes it behind the first rows."""

    def __init__(self, store: Spool) -> None:
        self._store = store
        self._reader = store.open("x")
        self.batches_read = 0

    def summaries(self) -> tuple[ResultSummary, ...]:
        return self._reader.summaries()

    def batches(self, result_set: int, start: int = 0) -> Iterator[list[Row]]:
        for rows in self._reader.batches(result_set, start):
            yield rows
            self.batches_read += 1
            self._store.remove("x")


@pytest.mark.parametrize("result_set", [-1, 1])
def test_a_result_set_that_there_is_not_is_said(database: Database, result_set: int) -> None:
    handle = finished(database)
    with pytest.raises(NotFoundError):
        database.sessions.export(handle.id, "", result_set, ExportFormat.CSV)


def test_nobody_else_can_export_it(database: Database) -> None:
    handle = finished(database)
    with pytest.raises(NotFoundError, match="no such session"):
        database.sessions.export(handle.id, "somebody", 0, ExportFormat.CSV)


def test_the_room_of_a_session_holds_its_files_too(opened: Opened) -> None:
    database = opened(max_bytes=40_000)
    handle = finished(database)
    database.sessions.export(handle.id, "", 0, ExportFormat.CSV)
    with pytest.raises(LimitExceededError, match="session_max_bytes"):
        database.sessions.export(handle.id, "", 0, ExportFormat.JSONL)


def test_a_store_without_files_says_so() -> None:
    sessions = Sessions(results=MemoryResults())
    database = sqlcore.connect("memory://")
    with database:
        other = Database(database.connection, database.policy, sessions=sessions)
        handle = finished(other)
        with pytest.raises(UnsupportedError):
            sessions.export(handle.id, "", 0, ExportFormat.CSV)
    sessions.close()
