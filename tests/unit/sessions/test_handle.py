"""`Database.start`: statements in the background, for programs."""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.unit.sessions.conftest import session_threads
from tests.unit.sessions.doubles import PATIENCE_S, until

import sqlcore
from sqlcore.config import Settings, SourceSettings
from sqlcore.connecting import Sources
from sqlcore.domain.access import Access
from sqlcore.domain.connection import Secret
from sqlcore.domain.session import SessionState
from sqlcore.errors import (
    ConnectionLostError,
    InvalidArgumentError,
    LimitExceededError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.services.audit_file import AuditFile
from sqlcore.services.database import Database
from sqlcore.testing.memory import FaultPlan, MemoryConnection, MemoryConnector

_ROWS = (
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) "
    "SELECT i, 'text ' || i AS words FROM n"
)
_SLOW = "SELECT sleep(60)"
_ENDLESS = _ROWS.format(10**12)

Connect = Callable[..., Database]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "results"
    path.mkdir(0o700)
    return path


@pytest.fixture
def open_database(folder: Path) -> Iterator[Connect]:
    """Open databases in memory; after the test nothing of their sessions may be left."""
    opened: list[Database] = []

    def connect(faults: FaultPlan | None = None, **options: Any) -> Database:
        bounds = {"folder": str(folder)} | options.pop("bounds", {})
        connector = MemoryConnector(faults) if faults is not None else None
        database = sqlcore.connect(
            "memory://",
            session_limits=sqlcore.SessionLimits(**bounds),
            allow_functions=["sleep", "notice"],
            connector=connector,
            **options,
        )
        opened.append(database)
        return database

    yield connect
    for database in opened:
        database.close()
    until(lambda: not session_threads())
    assert [] == list(folder.iterdir())


@pytest.fixture
def db(open_database: Connect) -> Database:
    return open_database()


def _until_running(handle: sqlcore.SessionHandle) -> None:
    until(lambda: handle.session.state is SessionState.RUNNING)


# -- reading


def test_rows_are_read_while_they_arrive_and_again_afterwards(db: Database) -> None:
    with db.start(_ROWS.format(3500)) as session:
        assert ("i", "words") == tuple(column.name for column in session.columns)
        rows = list(session)
        assert [(n, f"text {n}") for n in range(1, 3501)] == rows
        assert SessionState.COMPLETED is session.wait().state
        assert rows[3000:] == list(session.rows(start=3000))
        assert [(3500, True)] == [(one.row_count, one.complete) for one in session.result_sets]


def test_the_first_rows_of_an_endless_statement_are_at_hand(db: Database) -> None:
    with db.start(_ENDLESS) as session:
        rows = iter(session)
        assert [1, 2, 3] == [next(rows)[0] for _ in range(3)]
        assert SessionState.RUNNING is session.session.state
        session.cancel()
        with pytest.raises(StatementCancelledError):
            list(rows)
        assert session.wait().row_count > 3


def test_each_result_set_is_read_on_its_own(open_database: Connect) -> None:
    db = open_database(access="write")
    script = "SELECT 1 AS a; CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2); SELECT n FROM t"
    with db.start(script) as session:
        assert [(1,), (2,)] == list(session.rows(result_set=1))
        assert [(1,)] == list(session)
        assert [2] == [one.count for one in session.wait().rows_affected if one.count]
        with pytest.raises(NotFoundError, match="no result set 2"):
            list(session.rows(result_set=2))
        with pytest.raises(NotFoundError, match="no result set 2"):
            session.to_arrow(2)


def test_a_statement_without_rows_has_none(open_database: Connect) -> None:
    db = open_database(access="write")
    with db.start("CREATE TABLE t (n int)") as session:
        assert () == session.columns
        assert [] == list(session)
    assert 0 == db.query("SELECT count(*) FROM t").scalar()


def test_rows_become_an_arrow_table(db: Database) -> None:
    with db.start(_ROWS.format(2500)) as session:
        table = session.to_arrow()
        assert ["i", "words"] == table.column_names
        assert list(range(1, 2501)) == table.column("i").to_pylist()


def test_parameters_go_along(db: Database) -> None:
    with db.start("SELECT :a + :b", {"a": 2, "b": 3}) as session:
        assert [(5,)] == list(session)


# -- ending


def test_leaving_the_block_stops_and_removes_the_session(db: Database, folder: Path) -> None:
    with db.start(_SLOW) as session:
        _until_running(session)
    with pytest.raises(NotFoundError):
        _ = session.session
    session.close()
    assert [] == list(folder.glob("*/s-*"))


def test_the_error_of_a_session_is_raised_behind_its_rows(open_database: Connect) -> None:
    faults = FaultPlan()
    db = open_database(faults)
    db.query("SELECT 1")
    faults.lose_connection(after_rows=1500)
    session = db.start(_ROWS.format(3000))
    seen: list[Any] = []
    with pytest.raises(ConnectionLostError):
        seen.extend(row[0] for row in session)
    assert list(range(1, 1501)) == seen
    assert 1500 == session.session.row_count
    assert SessionState.FAILED is session.session.state
    with pytest.raises(ConnectionLostError):
        session.to_arrow()


def test_a_session_has_its_own_time(open_database: Connect) -> None:
    db = open_database(bounds={"timeout_s": 500.0})
    for wrong in (0, -1.0, 500.5):
        with pytest.raises(InvalidArgumentError, match="at most 500"):
            db.start(_SLOW, timeout_s=wrong)
    session = db.start(_SLOW, timeout_s=0.05)
    with pytest.raises(StatementTimeoutError):
        list(session)
    with pytest.raises(StatementTimeoutError):
        _ = session.columns


def test_a_cancelled_session_frees_its_connection(open_database: Connect) -> None:
    db = open_database(pool_size=1)
    session = db.start(_SLOW)
    _until_running(session)
    assert SessionState.CANCELLED is session.cancel().state
    assert 1 == db.query("SELECT 1").scalar()
    with pytest.raises(StatementCancelledError):
        list(session)


def test_a_limit_of_rows_ends_the_session_and_keeps_what_fitted(open_database: Connect) -> None:
    db = open_database(bounds={"max_rows": 1200})
    session = db.start(_ROWS.format(3000))
    with pytest.raises(LimitExceededError, match="1,200 rows"):
        list(session)
    assert 1200 == session.session.row_count


def test_a_write_that_is_cancelled_leaves_nothing(open_database: Connect) -> None:
    db = open_database(access="write")
    db.query("CREATE TABLE t (n int)")
    session = db.start("INSERT INTO t VALUES (1); SELECT sleep(60)")
    _until_running(session)
    assert SessionState.CANCELLED is session.cancel().state
    assert 0 == db.query("SELECT count(*) FROM t").scalar()


def test_closing_the_database_stops_its_sessions(open_database: Connect) -> None:
    db = open_database()
    sessions = [db.start(_SLOW) for _ in range(12)]
    begin = time.perf_counter()
    db.close()
    assert time.perf_counter() - begin < 5.0
    assert {SessionState.CANCELLED} == {one.session.state for one in sessions}
    with pytest.raises(LimitExceededError, match="shutting down"):
        db.start("SELECT 1")


# -- what may run


def test_what_may_not_run_by_its_text_is_refused_at_once_and_noted(
    open_database: Connect, tmp_path: Path
) -> None:
    audit = AuditFile(tmp_path / "audit.jsonl")
    db = open_database(audit=audit)
    with pytest.raises(PolicyError):
        db.start("DROP TABLE t")
    with pytest.raises(InvalidArgumentError, match="empty"):
        db.start("  ")
    with pytest.raises(InvalidArgumentError, match="characters"):
        db.start("SELECT 1" + " " * 300_000)
    db.start("SELECT 1").wait()
    assert () == db.sessions.list("", {SessionState.FAILED})
    audit.close()
    noted = [json.loads(line) for line in (tmp_path / "audit.jsonl").read_text().splitlines()]
    statements = [line for line in noted if line["event"] == "statement"]
    assert ["refused"] * 3 + ["completed"] == [line["outcome"] for line in statements]
    assert {"session"} == {line["action"] for line in statements}


def test_what_only_the_catalog_can_tell_is_judged_in_the_session(db: Database) -> None:
    unknown = "SELECT no_such_function(1)"
    session = db.start(unknown)  # what the database has is not known yet, and start does not ask
    ended = session.wait()
    assert ended.error is not None
    assert "refused" == ended.error.code
    with pytest.raises(PolicyError):
        db.start(unknown)  # now it is


def test_a_long_statement_is_judged_in_the_session(db: Database) -> None:
    session = db.start(f"DROP TABLE t -- {'x' * 20_000}")
    with pytest.raises(PolicyError):
        list(session)


def test_read_only_holds_at_a_higher_level(open_database: Connect) -> None:
    db = open_database(access="write")
    with pytest.raises(PolicyError):
        db.start("CREATE TABLE t (n int)", read_only=True)


def test_masks_hold(open_database: Connect) -> None:
    db = open_database(mask=["people.name"], access="write")
    db.query("CREATE TABLE people (name text)")
    db.query("INSERT INTO people VALUES ('Ann')")
    with db.start("SELECT name FROM people") as session:
        assert "Ann" not in repr(list(session))
        assert session.columns[0].masked


def test_a_session_is_one_of_the_statements_of_its_caller(folder: Path) -> None:
    settings = Settings(
        sources={"only": SourceSettings(url=Secret("memory://"))},
        max_concurrent_statements=1,
        access=Access.READ,
        allow_functions=("sleep",),
        sessions_folder=str(folder),
    )
    sources = Sources(settings, {})
    ann, ben = (sources.database().on_behalf_of(name) for name in ("ann", "ben"))
    session = ann.start(_SLOW)
    until(lambda: bool(ann.policy.turns._lines))
    with pytest.raises(LimitExceededError, match="ann runs 1 statements"):
        ann.query("SELECT 1", timeout_s=0.01)
    assert 1 == ben.query("SELECT 1").scalar()
    session.cancel()
    assert 1 == ann.query("SELECT 1").scalar()
    sources.close()


# -- several databases


def test_the_databases_of_a_server_share_their_sessions(folder: Path) -> None:
    urls = {"one": "memory://", "two": "memory://"}
    sources = Sources(
        Settings(
            sources={name: SourceSettings(url=Secret(url)) for name, url in urls.items()},
            access=Access.READ,
            allow_functions=("sleep",),
            sessions_folder=str(folder),
        ),
        {},
    )
    one, two = sources.database("one"), sources.database("two").on_behalf_of("ann")
    ids = {one.start(_SLOW, owner="ann").id, two.start(_SLOW, owner="ann").id}
    assert ids == {session.id for session in sources.sessions.list("ann")}
    sources.close()
    assert {SessionState.CANCELLED} == {one.state for one in sources.sessions.list("ann")}
    assert [] == list(folder.iterdir())


def test_a_database_with_a_running_session_is_not_closed_as_idle(folder: Path) -> None:
    settings = Settings(
        sources={"only": SourceSettings(url=Secret("memory://test-sessions"))},
        max_databases=1,
        access=Access.READ,
        allow_functions=("sleep",),
        sessions_folder=str(folder),
    )
    sources = Sources(settings, {})
    session = sources.database(database="first").on_behalf_of("ann").start(_SLOW)
    _until_running(session)
    for name in ("second", "third"):
        gc.collect()
        sources.database(database=name).query("SELECT 1")
    assert SessionState.RUNNING is session.session.state
    session.cancel()
    gc.collect()
    sources.database(database="fourth").query("SELECT 1")
    assert 1 == len(sources._links["only"])
    sources.close()


# -- many


def test_a_thousand_sessions_at_random_times_leave_nothing(
    open_database: Connect, folder: Path
) -> None:
    db = open_database(bounds={"max_queued": 2000}, pool_size=10)
    chance = random.Random(20260301)  # noqa: S311  # no secret
    statements = ["SELECT 1", _ROWS.format(1500), _SLOW, _ENDLESS, "SELECT nothing FROM nowhere"]

    def use(count: int) -> None:
        for _ in range(count):
            session = db.start(chance.choice(statements))
            match chance.randrange(4):
                case 0:
                    session.cancel()
                case 1:
                    session.wait(chance.random() / 100)
                    session.close()
                case 2:
                    until(lambda: session.session.state is not SessionState.QUEUED)  # noqa: B023
                    session.cancel()
                case _:
                    session.wait(0.001)
                    db.sessions.cancel(session.id, "", 0.0)

    threads = [threading.Thread(target=use, args=(125,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60.0)
    for one in db.sessions.list(""):
        assert db.sessions.wait(one.id, "", PATIENCE_S).state.is_final
        db.sessions.remove(one.id, "")
    assert () == db.sessions.list("")
    assert [] == list(folder.glob("*/s-*"))
    connection = db.connection
    assert isinstance(connection, MemoryConnection)
    assert connection.pool_size <= 10
    assert 1 == db.query("SELECT 1").scalar()
    assert {} == db.policy.turns._lines


def test_a_start_is_quick_while_ten_work_hard(open_database: Connect) -> None:
    db = open_database(bounds={"max_bytes": 2**34})
    busy = [db.start(_ENDLESS) for _ in range(10)]
    for one in busy:
        _until_running(one)
    took_s = []
    for n in range(10):
        begin = time.perf_counter()
        db.start(f"SELECT {n}")
        took_s.append(time.perf_counter() - begin)
    for one in busy:
        one.close()
    assert min(took_s) < 0.1  # the benchmarks tell the rest


def test_an_error_comes_back_as_the_same_kind(db: Database) -> None:
    for sql in ("SELECT nothing FROM nowhere", "SELECT 1 +"):
        with pytest.raises(SqlCoreError) as direct:
            db.query(sql)
        with pytest.raises(type(direct.value)) as later:
            list(db.start(sql))
        assert direct.value.fields == later.value.fields


def test_a_program_that_just_ends_leaves_nothing_behind(folder: Path) -> None:
    program = f"""
import sqlcore

db = sqlcore.connect("memory://", session_limits=sqlcore.SessionLimits(folder={str(folder)!r}))
session = db.start({_ENDLESS!r})
rows = iter(session)
print(next(rows)[0])
"""
    ended = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert ("1\n", "") == (ended.stdout, ended.stderr)
    assert [] == list(folder.iterdir())


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_forked_child_that_ends_takes_nothing_from_its_parent(folder: Path) -> None:
    program = f"""
import os
import sys
import warnings

import sqlcore

warnings.simplefilter("ignore", DeprecationWarning)  # forking beside threads
db = sqlcore.connect("memory://", session_limits=sqlcore.SessionLimits(folder={str(folder)!r}))
kept = db.start("SELECT 1")
kept.wait()
running = db.start({_ENDLESS!r})
rows = iter(running)
next(rows)
if (child := os.fork()) == 0:
    sys.exit()
os.waitpid(child, 0)
print(next(rows)[0], running.session.state, list(kept))
"""
    ended = subprocess.run(  # noqa: S603  # our own code
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    assert ("2 running [(1,)]\n", "") == (ended.stdout, ended.stderr)
    assert [] == list(folder.iterdir())
