"""Background sessions on a T-SQL server: what is stopped here has stopped there."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.mssql.samples import TSQL_SAMPLES
from tests.integration.tds.session import TdsSession

from sqlcore import Database, SessionHandle, SessionLimits
from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.adapters.mssql.connection import MssqlConnection
from sqlcore.domain.access import Access
from sqlcore.domain.connection import PoolSettings
from sqlcore.domain.session import SessionState
from sqlcore.services.policy import Policy, PrivilegeCheck

Opened = Callable[..., Database]

SOON_S = 2.0
PATIENCE_S = 20.0
FIRST_ROWS = 100
# 100 rows of 7 kB leave the server before it has counted.
ROWS_THEN_COUNT = TSQL_SAMPLES.slow_rows.replace(
    " FROM digits UNION", " FROM digits y, digits z UNION"
)


def eventually(holds: Callable[[], object]) -> None:
    pause = threading.Event()
    give_up_at = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < give_up_at, "it did not come true in time"
        pause.wait(0.1)


@pytest.fixture
def opened(tds: TdsSession, tmp_path: Path) -> Iterator[Opened]:
    # How often the server is asked what runs depends on how soon it has stopped.
    tds.repeatable(r"(?s).*dm_exec_(requests|sessions).*")
    tds.normalise(r"@session=\d+", "@session=0")
    databases: list[Database] = []

    def open_database(access: Access = Access.READ, pool_size: int = 2) -> Database:
        pool = PoolSettings(max_size=pool_size, acquire_timeout_s=PATIENCE_S)
        policy = Policy(access=access, privilege_check=PrivilegeCheck.OFF)
        limits = SessionLimits(folder=str(tmp_path))
        connection = MssqlConnector().connect(settings_of(tds, pool=pool))
        databases.append(Database(connection, policy, session_limits=limits))
        return databases[-1]

    yield open_database
    for database in databases:
        database.close()


class Watched:
    """A session of which the server session is known."""

    def __init__(self, database: Database, tds: TdsSession, sql: str, **options: float) -> None:
        self.database = database
        self.handle: SessionHandle = database.start(sql, **options)  # type: ignore[arg-type]  # seconds
        tds.wait_until_sent("COUNT_BIG")
        connection = database.connection
        assert isinstance(connection, MssqlConnection)
        (session,) = connection._pool._in_use
        self.server_session = str(session.server_session_id)

    @property
    def runs_on_server(self) -> bool:
        return self.database.connection.activity.progress(self.server_session) is not None


@pytest.mark.parametrize("access", [Access.READ, Access.WRITE], ids=["read", "write"])
def test_a_cancelled_session_is_heard_of_at_once_and_soon_gone_from_the_server(
    tds: TdsSession, opened: Opened, access: Access
) -> None:
    database = opened(access)
    watched = Watched(database, tds, TSQL_SAMPLES.slow)
    started = time.monotonic()
    record = watched.handle.cancel()
    assert time.monotonic() - started < SOON_S
    assert record.state is SessionState.CANCELLED
    assert record.error is None
    eventually(lambda: not watched.runs_on_server)
    assert [(1,)] == list(database.query("SELECT 1 AS one").rows)


def test_rows_before_the_cancel_are_kept_and_marked_as_partial(opened: Opened) -> None:
    database = opened()
    session = database.start(ROWS_THEN_COUNT)
    eventually(lambda: session.session.row_count >= FIRST_ROWS // 2)
    record = session.cancel()
    assert record.state is SessionState.CANCELLED
    (result,) = record.results
    assert not result.complete
    reader = database.sessions.read(session.id, "")
    rows = [row for batch in reader.batches(0) for row in batch]
    assert result.row_count == len(rows)
    assert {("x" * 7000,)} == set(rows)
    assert [(1,)] == list(database.query("SELECT 1 AS one").rows)


def test_a_session_that_takes_too_long_is_stopped(tds: TdsSession, opened: Opened) -> None:
    database = opened(Access.WRITE)
    watched = Watched(database, tds, TSQL_SAMPLES.slow, timeout_s=2.0)
    record = watched.handle.wait(PATIENCE_S)
    assert record.state is SessionState.FAILED
    assert record.error is not None
    assert "timeout" == record.error.code
    eventually(lambda: not watched.runs_on_server)
    assert [(1,)] == list(database.query("SELECT 1 AS one").rows)


def test_closing_the_sessions_stops_what_runs_on_the_server(
    tds: TdsSession, opened: Opened
) -> None:
    database = opened()
    watched = Watched(database, tds, TSQL_SAMPLES.slow)
    database.sessions.close()
    assert watched.handle.session.state is SessionState.CANCELLED
    eventually(lambda: not watched.runs_on_server)
    assert [(1,)] == list(database.query("SELECT 1 AS one").rows)


def test_closing_the_database_stops_what_runs_on_the_server(
    tds: TdsSession, opened: Opened
) -> None:
    database = opened()
    watched = Watched(database, tds, TSQL_SAMPLES.slow)
    database.close()
    assert watched.handle.session.state is SessionState.CANCELLED
    other = opened(pool_size=1)
    eventually(lambda: other.connection.activity.progress(watched.server_session) is None)
