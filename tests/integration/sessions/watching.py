"""Looking at what the server does for sessions, and at what is left of them here."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from sqlcore import Database, SessionHandle

__all__ = ["Admin", "eventually", "open_files", "pool_is_whole", "running", "threads", "within"]

Admin = psycopg.Connection[Any]

SLEEP = "SELECT pg_sleep(120)"
COUNT = "SELECT count(*) FROM generate_series(1, 1000000) a, generate_series(1, 1000000) b"
ENDLESS = (
    "SELECT repeat('x', 1000) AS x FROM generate_series(1, 100000) a, generate_series(1, 100000) b"
)
FIRST_ROWS = 200
# Wide rows, so that the server sends them before the sleep.
ROWS_THEN_SLEEP = (
    "SELECT n, repeat('x', 9000) AS x, CASE WHEN n > 200 THEN pg_sleep(120) END AS pause"
    " FROM generate_series(1, 300) AS numbers (n)"
)
PATIENCE_S = 20.0


def running(admin: Admin) -> list[str]:
    """Give the statements that the server runs for sqlcore now."""
    rows = admin.execute(
        "SELECT query FROM pg_stat_activity WHERE application_name = 'sqlcore' AND state <> 'idle'"
    ).fetchall()
    return [query for (query,) in rows]


def connections(admin: Admin) -> int:
    """Count the connections that the server has for sqlcore."""
    row = admin.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'sqlcore'"
    ).fetchone()
    assert row is not None
    return int(row[0])


def threads() -> set[str]:
    """Give the names of threads that sessions and the adapter have."""
    return {thread.name for thread in threading.enumerate() if thread.name.startswith("sqlcore")}


def open_files(folder: Path) -> list[str]:
    """Give the files below a folder that this process has open (on Linux)."""
    open_paths: list[str] = []
    for descriptor in Path("/proc/self/fd").iterdir():
        try:
            open_paths.append(str(descriptor.readlink()))
        except OSError:  # it is closed meanwhile
            continue
    return [path for path in open_paths if path.startswith(f"{folder}{os.sep}")]


def eventually(holds: Callable[[], object], patience_s: float = PATIENCE_S) -> float:
    """Wait until something holds; return the seconds that took."""
    pause = threading.Event()
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < patience_s, "it did not come true in time"
        pause.wait(0.01)
    return time.monotonic() - started


@contextmanager
def within(bound_s: float) -> Iterator[None]:
    """Check that the block ends in time."""
    started = time.monotonic()
    yield
    took_s = time.monotonic() - started
    assert took_s < bound_s, f"it took {took_s:.2f} s"


def has_rows(session: SessionHandle, count: int = 1) -> bool:
    """Say whether so many rows can be read."""
    results = session.result_sets
    return bool(results) and results[0].row_count >= count


def pool_is_whole(database: Database, statement_count: int = 20) -> bool:
    """Say whether every connection of the pool works: more statements than there are of them."""
    return all(database.query("SELECT 1 AS one").rows == ((1,),) for _ in range(statement_count))
