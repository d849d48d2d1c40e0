"""Servers, networks and disks that fail while sessions run."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.integration.sessions.conftest import Opened
from tests.integration.sessions.proxy import Proxy
from tests.integration.sessions.watching import (
    COUNT,
    ENDLESS,
    FIRST_ROWS,
    PATIENCE_S,
    ROWS_THEN_SLEEP,
    Admin,
    eventually,
    has_rows,
    pool_is_whole,
    running,
    within,
)

from sqlcore import Database, SessionHandle
from sqlcore.adapters.postgres import link, transactions
from sqlcore.domain.session import Session, SessionState
from sqlcore_mcp.demo.cluster import load_pgserver

MOST_KEPT_BACK = 64
"""Rows that have arrived and do not fill a batch are not handed out."""


def _terminate(admin: Admin) -> None:
    admin.execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE application_name = 'sqlcore' AND state <> 'idle'"
    )


def _check_lost(database: Database, handle: SessionHandle, record: Session) -> None:
    """Check that it failed for its connection, and that what had come is kept and marked."""
    assert record.state is SessionState.FAILED
    assert record.error is not None
    assert "connection_lost" == record.error.code
    assert record.error.hint
    (result,) = record.results
    assert not result.complete
    reader = database.sessions.read(handle.id, "")
    rows = [row for batch in reader.batches(0) for row in batch]
    assert result.row_count == len(rows)
    assert FIRST_ROWS - MOST_KEPT_BACK <= len(rows)
    assert list(range(1, len(rows) + 1)) == [row[0] for row in rows]


class TestServer:
    def test_a_backend_that_is_terminated_between_rows_fails_its_session_alone(
        self, opened: Opened, admin: Admin
    ) -> None:
        database = opened(pool_size=2)
        session = database.start(ROWS_THEN_SLEEP)
        eventually(lambda: has_rows(session, FIRST_ROWS - MOST_KEPT_BACK))
        _terminate(admin)
        _check_lost(database, session, session.wait(PATIENCE_S))
        assert pool_is_whole(database)

    def test_a_backend_that_is_terminated_while_rows_pour_in_fails_its_session(
        self, opened: Opened, admin: Admin
    ) -> None:
        database = opened(pool_size=2)
        session = database.start(ENDLESS)
        eventually(lambda: has_rows(session, 1000))
        _terminate(admin)
        record = session.wait(PATIENCE_S)
        assert record.error is not None
        assert "connection_lost" == record.error.code
        assert record.row_count >= 1000
        assert pool_is_whole(database)

    @pytest.mark.parametrize("access", ["read", "write"])
    def test_a_server_that_refuses_to_look_for_its_client_is_used_without(
        self, opened: Opened, monkeypatch: pytest.MonkeyPatch, access: str
    ) -> None:
        # Those on Windows refuse the setting, and Azure does not let it be changed.
        refused = b"SET client_connection_check_interval = -1"
        monkeypatch.setattr(link, "_TRY_CLIENT_CHECK", refused)
        monkeypatch.setattr(transactions, "_CLIENT_CHECK", b"no_such_setting = 1")
        database = opened(access=access, pool_size=1)
        assert database.start("SELECT 1 AS one").wait(PATIENCE_S).state is SessionState.COMPLETED
        assert pool_is_whole(database)

    @pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGQUIT")
    def test_a_server_that_dies_fails_its_sessions_and_works_again_once_it_is_back(
        self, opened: Opened, server_folder: Path
    ) -> None:
        folder = server_folder / "mortal"
        server = load_pgserver().get_server(folder, cleanup_mode="delete")
        try:
            database = opened(server.get_uri(), pool_size=3)
            sessions = [database.start(text) for text in (ROWS_THEN_SLEEP, COUNT)]
            eventually(lambda: has_rows(sessions[0], FIRST_ROWS - MOST_KEPT_BACK))
            eventually(lambda: sessions[1].session.started_at is not None)
            os.kill(server.get_pid(), signal.SIGQUIT)  # as `pg_ctl stop -m immediate` does
            with within(PATIENCE_S):
                records = [session.wait(PATIENCE_S) for session in sessions]
            assert [SessionState.FAILED] * 2 == [record.state for record in records]
            _check_lost(database, sessions[0], records[0])
            eventually(lambda: not (folder / "postmaster.pid").exists())
            server.ensure_postgres_running()
            assert pool_is_whole(database)
        finally:
            server.cleanup()


@pytest.mark.skipif(sys.platform == "win32", reason="the proxy speaks to a Unix socket")
class TestNetwork:
    @pytest.fixture
    def proxied(self, opened: Opened) -> Callable[[Proxy], Database]:
        def open_through(proxy: Proxy) -> Database:
            url = f"postgresql://postgres@127.0.0.1:{proxy.port}/postgres"
            return opened(f"{url}?sslmode=disable&gssencmode=disable", pool_size=2)

        return open_through

    def test_a_connection_that_is_reset_between_rows_fails_its_session_alone(
        self,
        server_url: str,
        admin: Admin,
        proxied: Callable[[Proxy], Database],
    ) -> None:
        with Proxy(_socket_folder(server_url)) as proxy:
            database = proxied(proxy)
            session = database.start(ROWS_THEN_SLEEP)
            eventually(lambda: has_rows(session, FIRST_ROWS - MOST_KEPT_BACK))
            proxy.cut()
            _check_lost(database, session, session.wait(PATIENCE_S))
            eventually(lambda: not running(admin))
            assert pool_is_whole(database)
            database.close()

    def test_a_network_that_falls_silent_ends_the_session_at_its_time(
        self,
        server_url: str,
        admin: Admin,
        proxied: Callable[[Proxy], Database],
    ) -> None:
        with Proxy(_socket_folder(server_url)) as proxy:
            database = proxied(proxy)
            session = database.start(ENDLESS, timeout_s=2.0)
            eventually(lambda: has_rows(session))
            proxy.fall_silent()
            record = session.wait(PATIENCE_S)
            assert record.error is not None
            assert "timeout" == record.error.code
            assert record.elapsed_s < 6.0
            assert record.row_count
            proxy.speak_again()
            assert pool_is_whole(database)
            eventually(lambda: not running(admin))
            database.close()

    def test_a_cancel_is_heard_although_the_network_is_silent(
        self,
        server_url: str,
        proxied: Callable[[Proxy], Database],
    ) -> None:
        with Proxy(_socket_folder(server_url)) as proxy:
            database = proxied(proxy)
            session = database.start(COUNT)
            eventually(lambda: session.session.started_at is not None)
            proxy.fall_silent()
            with within(3.0):
                assert session.cancel().cancel_requested
                assert session.wait(PATIENCE_S).state is SessionState.CANCELLED
            proxy.speak_again()
            database.close()


def _socket_folder(url: str) -> str:
    return parse_qs(urlsplit(url).query)["host"][0]


_ON_A_FULL_DISK = """
import resource, signal, sys
from sqlcore import SessionLimits, connect
url, folder, sql = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))
database = connect(url, privilege_check="off", session_limits=SessionLimits(folder=folder))
session = database.start(sql)
record = session.wait(20)
reader = database.sessions.read(session.id, "")
row_count = sum(len(batch) for batch in reader.batches(0))
again = database.start("SELECT 1 AS one").wait(20)
print(record.state, record.error.code, row_count == record.row_count > 0, again.state, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no RLIMIT_FSIZE")
def test_a_full_disk_ends_the_session_and_its_statement_and_keeps_what_fitted(
    server_url: str, admin: Admin, results_folder: Path
) -> None:
    # Text that does not compress.
    sql = (
        "SELECT md5(a::text || b::text) AS x"
        " FROM generate_series(1, 100000) a, generate_series(1, 100000) b"
    )
    with subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, "-c", _ON_A_FULL_DISK, server_url, str(results_folder), sql],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert "failed limit_exceeded True completed\n" == process.stdout.readline()
        assert [] == running(admin)
        process.communicate(timeout=PATIENCE_S)
    assert [] == list(results_folder.iterdir())
