"""How far a session's statement is, as the server says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from tests.integration.sessions.conftest import Opened
from tests.integration.sessions.watching import SLEEP, Admin, eventually

from sqlcore import Database, SessionHandle
from sqlcore.domain.session import Progress


def _progress(session: SessionHandle, fits: Callable[[Progress], bool]) -> Progress:
    """Wait until the progress of a session is as it should be."""
    seen: list[Progress] = []

    def look() -> bool:
        progress = session.session.progress
        if progress is not None and fits(progress):
            seen.append(progress)
        return bool(seen)

    eventually(look)
    return seen[0]


@pytest.fixture
def table(admin: Admin) -> Iterator[str]:
    admin.execute("CREATE TABLE large AS SELECT n FROM generate_series(1, 100000) n")
    yield "large"
    admin.execute("DROP TABLE large")


def test_a_query_says_what_it_waits_for_and_no_fraction(opened: Opened) -> None:
    session = opened().start(SLEEP)
    progress = _progress(session, lambda one: "PgSleep" in str(one.phase))
    assert Progress(phase="active, Timeout: PgSleep") == progress
    assert session.cancel().is_partial


def test_a_vacuum_says_its_phase_and_how_much_of_it_is_done(
    opened: Opened, admin: Admin, table: str
) -> None:
    admin.execute("ALTER SYSTEM SET vacuum_cost_delay = '50ms'")
    admin.execute("ALTER SYSTEM SET vacuum_cost_limit = 1")
    admin.execute("SELECT pg_reload_conf()")
    try:
        session = opened().start(f"VACUUM {table}")
        progress = _progress(session, lambda one: bool(one.fraction))
        assert progress.fraction is not None
        assert 0.0 < progress.fraction <= 1.0
        assert str(progress.phase).startswith("VACUUM: ")
        session.cancel()
    finally:
        admin.execute("ALTER SYSTEM RESET ALL")
        admin.execute("SELECT pg_reload_conf()")


def test_an_index_says_for_how_many_others_it_waits(
    opened: Opened, server_url: str, table: str
) -> None:
    with psycopg.connect(server_url) as holder:
        holder.execute(f"LOCK TABLE {table} IN ROW EXCLUSIVE MODE")
        session = opened().start(f"CREATE INDEX CONCURRENTLY ON {table} (n)")
        progress = _progress(session, lambda one: one.fraction is not None)
        assert 0.0 == progress.fraction
        assert "CREATE INDEX CONCURRENTLY: waiting for writers before build" == progress.phase
        session.cancel()


def test_a_login_without_rights_sees_its_own_sessions_and_no_others(
    opened: Opened, admin: Admin, server_url: str
) -> None:
    admin.execute("CREATE ROLE watcher LOGIN")
    try:
        own = opened(server_url.replace("postgres:@", "watcher:@"))
        session = own.start(SLEEP)
        _progress(session, lambda one: "PgSleep" in str(one.phase))
        other = opened().start(SLEEP)
        _progress(other, lambda one: "PgSleep" in str(one.phase))
        (pid,) = _pids(admin, "postgres")
        assert own.connection.activity.progress(pid) is None
        session.cancel()
        other.cancel()
        own.close()
    finally:
        admin.execute("DROP ROLE watcher")


def _pids(admin: psycopg.Connection[Any], user: str) -> list[str]:
    rows = admin.execute(
        "SELECT pid::text FROM pg_stat_activity WHERE usename = %s AND wait_event = 'PgSleep'",
        [user],
    ).fetchall()
    return [pid for (pid,) in rows]


def test_nobody_waits_for_a_progress_that_no_connection_is_left_to_ask_for(
    opened: Opened, admin: Admin
) -> None:
    database: Database = opened(pool_size=1)
    session = database.start(SLEEP)
    eventually(lambda: _pids(admin, "postgres"))
    assert session.session.progress is None
    session.cancel()
