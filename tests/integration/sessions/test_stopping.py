"""What is told to stop does stop, on the server too, and leaves everything whole."""

from __future__ import annotations

import random
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from tests.integration.sessions.conftest import Opened
from tests.integration.sessions.watching import (
    COUNT,
    ENDLESS,
    FIRST_ROWS,
    PATIENCE_S,
    ROWS_THEN_SLEEP,
    SLEEP,
    Admin,
    connections,
    eventually,
    has_rows,
    open_files,
    pool_is_whole,
    running,
    threads,
    within,
)

from sqlcore import Database, SessionHandle
from sqlcore.domain.session import Session, SessionState
from sqlcore.errors import LimitExceededError, StatementCancelledError

SOON_S = 2.0
CLOSED_S = 6.0


def started(database: Database, admin: Admin, sql: str, **options: object) -> SessionHandle:
    """Start a session, and wait until the server runs it."""
    session = database.start(sql, **options)  # type: ignore[arg-type]  # those of the method
    eventually(lambda: any(sql in query for query in running(admin)))
    return session


class TestCancelling:
    @pytest.mark.parametrize("read_only", [False, True], ids=["write", "read"])
    @pytest.mark.parametrize("sql", [COUNT, ENDLESS], ids=["no-rows-yet", "between-rows"])
    def test_a_cancelled_session_has_stopped_on_the_server_when_its_caller_hears_of_it(
        self, opened: Opened, admin: Admin, sql: str, *, read_only: bool
    ) -> None:
        database = opened(pool_size=2)
        session = started(database, admin, sql, read_only=read_only)
        with within(SOON_S):
            record = session.cancel()
        assert record.state is SessionState.CANCELLED
        assert record.error is None
        assert [] == running(admin)
        assert pool_is_whole(database)

    def test_a_session_that_sleeps_is_cancelled(self, opened: Opened, admin: Admin) -> None:
        database = opened(pool_size=1)
        session = started(database, admin, SLEEP)
        with within(SOON_S):
            assert session.cancel().state is SessionState.CANCELLED
        assert [] == running(admin)
        assert pool_is_whole(database)

    def test_a_session_that_waits_for_a_lock_is_cancelled(
        self, opened: Opened, admin: Admin, server_url: str
    ) -> None:
        admin.execute("CREATE TABLE held (n int)")
        database = opened(pool_size=1)
        with psycopg.connect(server_url) as holder:
            holder.execute("LOCK TABLE held IN ACCESS EXCLUSIVE MODE")
            session = started(database, admin, "SELECT n FROM held")
            with within(SOON_S):
                assert session.cancel().state is SessionState.CANCELLED
            assert [] == running(admin)
        assert pool_is_whole(database)
        admin.execute("DROP TABLE held")

    def test_a_write_that_is_cancelled_is_rolled_back(self, opened: Opened, admin: Admin) -> None:
        admin.execute("CREATE TABLE kept (n int)")
        database = opened(pool_size=1)
        sql = "INSERT INTO kept SELECT n FROM generate_series(1, 100) n, pg_sleep(120)"
        session = started(database, admin, sql)
        assert session.cancel().state is SessionState.CANCELLED
        assert [] == running(admin)
        assert (0,) == admin.execute("SELECT count(*) FROM kept").fetchone()
        admin.execute("DROP TABLE kept")

    def test_what_came_before_the_cancel_is_kept_and_marked_as_partial(
        self, opened: Opened, admin: Admin
    ) -> None:
        database = opened(pool_size=1)
        session = database.start(ROWS_THEN_SLEEP)
        eventually(lambda: has_rows(session, FIRST_ROWS // 2))
        record = session.cancel()
        assert record.state is SessionState.CANCELLED
        assert record.is_partial
        (result,) = record.results
        assert not result.complete
        with pytest.raises(StatementCancelledError):
            list(session.rows())
        assert [] == running(admin)
        kept = list(_kept_rows(database, session))
        assert result.row_count == len(kept)
        assert list(range(1, len(kept) + 1)) == [row[0] for row in kept]
        assert pool_is_whole(database)

    def test_a_queued_session_never_reaches_the_server(self, opened: Opened, admin: Admin) -> None:
        database = opened(limits={"max_running": 1})
        first = started(database, admin, SLEEP)
        waiting = database.start(COUNT)
        assert waiting.cancel().state is SessionState.CANCELLED
        assert 1 == len(running(admin))
        first.cancel()
        assert [] == running(admin)


def _kept_rows(database: Database, session: SessionHandle) -> list[tuple[object, ...]]:
    reader = database.sessions.read(session.id, "")
    return [row for batch in reader.batches(0) for row in batch]


class TestTimeouts:
    @pytest.mark.parametrize("sql", [COUNT, SLEEP, ENDLESS], ids=["cpu", "sleep", "rows"])
    def test_a_session_that_takes_too_long_is_stopped_on_the_server(
        self, opened: Opened, admin: Admin, sql: str
    ) -> None:
        database = opened(pool_size=1)
        session = database.start(sql, timeout_s=0.5)
        record = session.wait(PATIENCE_S)
        assert record.state is SessionState.FAILED
        assert record.error is not None
        assert "timeout" == record.error.code
        assert record.elapsed_s < 0.5 + 2 * SOON_S
        assert [] == running(admin)
        assert pool_is_whole(database)


class TestClosing:
    @pytest.mark.parametrize(
        "close",
        [lambda database: database.sessions.close(), lambda database: database.close()],
        ids=["sessions", "database"],
    )
    def test_closing_leaves_nothing_running_on_the_server(
        self,
        opened: Opened,
        admin: Admin,
        results_folder: Path,
        close: Callable[[Database], None],
    ) -> None:
        database = opened(pool_size=8, limits={"max_running": 6})
        texts = [SLEEP, COUNT, ENDLESS, ROWS_THEN_SLEEP]
        sessions = [database.start(sql) for sql in texts]
        waiting = [database.start(SLEEP) for _ in range(6)]
        eventually(lambda: len(running(admin)) >= len(texts))
        with within(CLOSED_S):
            close(database)
        assert [] == running(admin)
        for session in [*sessions, *waiting]:
            assert session.session.state is SessionState.CANCELLED
        assert [] == list(results_folder.iterdir())
        with pytest.raises(LimitExceededError, match="shutting down"):
            database.start("SELECT 1")

    def test_a_closed_database_has_no_connections_left_on_the_server(
        self, opened: Opened, admin: Admin
    ) -> None:
        database = opened()
        started(database, admin, SLEEP)
        database.close()
        eventually(lambda: connections(admin) == 0)


def test_a_thousand_sessions_that_are_cancelled_at_random_times_leave_nothing_behind(
    opened: Opened, admin: Admin, results_folder: Path
) -> None:
    before = threads()
    database = opened(pool_size=8, limits={"max_running": 6, "max_queued": 2000})
    texts = [SLEEP, COUNT, ENDLESS, "SELECT 1", "SELECT n FROM generate_series(1, 5000) n"]
    pause = threading.Event()

    def start_and_cancel(seed: int) -> Session:
        chance = random.Random(seed)  # noqa: S311  # the same moments in every run
        session = database.start(chance.choice(texts), timeout_s=60.0)
        pause.wait(chance.random() * 0.05)
        session.cancel()
        return session.wait(PATIENCE_S)

    with ThreadPoolExecutor(16) as callers:
        records = list(callers.map(start_and_cancel, range(1000)))
    ran = [record.state for record in records if record.started_at is not None]
    assert {SessionState.COMPLETED, SessionState.CANCELLED} == set(ran)
    assert len(ran) > 100
    assert all(record.state.is_final and record.error is None for record in records)
    eventually(lambda: not running(admin))
    assert pool_is_whole(database)
    database.sessions.close()
    if sys.platform == "linux":
        assert [] == open_files(results_folder)
    assert [] == list(results_folder.iterdir())
    database.close()
    eventually(lambda: connections(admin) == 0)
    eventually(lambda: threads() <= before)


def test_a_record_does_not_change_after_its_end(opened: Opened, admin: Admin) -> None:
    database = opened()
    session = started(database, admin, SLEEP)
    record = session.cancel()
    assert record == session.cancel()
