"""Measure background sessions: `python -m benchmarks sessions`.

Here the library: how soon a session has started, how fast rows go through one and what memory that
takes, how soon a cancelled one is gone. `benchmarks.session_tools` measures the same machinery
through the server's tools.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import partial
from threading import Thread
from time import perf_counter, sleep
from typing import Self

import psycopg

import sqlcore
from benchmarks.measuring import Figure, ms, p50, p95, rss_bytes, spread
from benchmarks.session_tools import over_stdio

ROWS = 1_000_000
ROWS_TABLE = f"""
CREATE UNLOGGED TABLE bench_rows AS
SELECT g::bigint AS id, 'customer ' || g AS name, md5(g::text) AS token,
       (g * 1.25)::numeric(12,2) AS total, g * 0.5::float8 AS weight,
       date '2026-01-01' + (g % 365)::int AS day,
       timestamp '2026-01-01' + g * interval '1 second' AS placed_at,
       timestamptz '2026-01-01 00:00+00' + g * interval '1 second' AS paid_at,
       g % 2 = 0 AS active, nullif(g % 97, 0) AS score
FROM generate_series(1, {ROWS}) g
"""
ALL_ROWS = "SELECT * FROM bench_rows"
SLEEP = """
CREATE OR REPLACE FUNCTION public.bench_sleep(seconds float8) RETURNS int
LANGUAGE plpgsql STABLE AS 'BEGIN PERFORM pg_sleep(seconds); RETURN 1; END'
"""
"""A read may not sleep; this one is allowed by the settings."""
ALLOWED = ["public.bench_sleep"]
SLEEPING = "SELECT bench_sleep(600), {mark}"
ENDLESS = (
    SLEEPING,
    "SELECT count(*) + {mark} FROM generate_series(1, 100000) a, generate_series(1, 100000) b",
    "SELECT g, md5(g::text), {mark} FROM generate_series(1, 1000000000) g",
)
"""One that sleeps, one that counts, and one that sends rows all the time."""


def run_sessions(url: str, *, quick: bool) -> list[Figure]:
    """Measure everything, one after the other; `rss_bytes` needs Linux."""
    rss_bytes()
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP TABLE IF EXISTS bench_rows")
        admin.execute(ROWS_TABLE)
        admin.execute(SLEEP)
        admin.execute("VACUUM ANALYZE bench_rows")
    return [
        *starts(url, 40 if quick else 200),
        *cancels(url, 9 if quick else 50),
        *throughput(url, 1 if quick else 3),
        *memory(url),
        *over_stdio(url, quick=quick),
    ]


def starts(url: str, count: int) -> list[Figure]:
    """Time `Database.start`, with nothing else running and while ten sessions run."""

    def time_starts(db: sqlcore.Database) -> list[float]:
        samples = []
        for _ in range(count):
            started = perf_counter()
            session = db.start("SELECT bench_sleep(0.001)")
            samples.append(perf_counter() - started)
            session.close()
        return samples

    with sqlcore.connect(url, allow_functions=ALLOWED) as db:
        (first,) = _times(lambda: db.start("SELECT 1"), 1)
        db.start("SELECT 1").wait()
        idle = time_starts(db)
        running = [db.start(SLEEPING.format(mark=i)) for i in range(10)]
        busy = time_starts(db)
        for session in running:
            session.close()
    return [
        Figure(
            name=f"start of a session, library, {label}",
            value=spread(samples) if len(samples) > 1 else ms(samples[0]),
            aim="under 100 ms",
            met=p95(samples) < 0.1,
        )
        for label, samples in (
            ("the first of the process", [first]),
            ("nothing else runs", idle),
            ("10 run, so that it waits in line", busy),
        )
    ]


def _times(call: Callable[[], object], count: int) -> list[float]:
    samples = []
    for _ in range(count):
        started = perf_counter()
        call()
        samples.append(perf_counter() - started)
    return samples


def throughput(url: str, rounds: int) -> list[Figure]:
    """Read all rows with the bare driver, through a session, and from a session that has ended."""

    def stream(connection: psycopg.Connection) -> None:
        with connection.cursor() as cursor:
            for _ in cursor.stream(ALL_ROWS, size=1000):
                pass

    def portal(connection: psycopg.Connection) -> None:
        with connection.cursor("bench") as cursor:
            cursor.execute(ALL_ROWS)
            while cursor.fetchmany(1000):
                pass

    def fetchall(connection: psycopg.Connection) -> None:
        connection.execute(ALL_ROWS).fetchall()

    def session_ends(db: sqlcore.Database) -> None:
        with db.start(ALL_ROWS) as session:
            session.wait()

    def session_is_read(db: sqlcore.Database) -> None:
        with db.start(ALL_ROWS) as session:
            for _ in session:
                pass

    samples: dict[str, list[float]] = {}
    limits = sqlcore.Limits(timeout_s=300)
    with (
        sqlcore.connect(url, limits=limits) as db,
        psycopg.connect(url) as connection,
        db.start(ALL_ROWS) as whole,
    ):
        whole.wait()
        size_mib = whole.session.size_bytes / 2**20
        for _ in range(rounds):  # in turns, so that all see the same machine
            for name, call in (
                ("stream", lambda: stream(connection)),
                ("portal", lambda: portal(connection)),
                ("fetchall", lambda: fetchall(connection)),
                ("library", lambda: [None for _ in db.stream(ALL_ROWS).batches()]),
                ("session", lambda: session_ends(db)),
                ("followed", lambda: session_is_read(db)),
                ("again", lambda: [None for _ in whole.rows()]),
            ):
                samples.setdefault(name, []).extend(_times(call, 1))
    median_s = {name: p50(times) for name, times in samples.items()}
    session = (
        f"rows a second, 1,000,000 of 10 columns through a session ({size_mib:.0f} MiB on disk)"
    )
    figures = []
    for name, words, bare, compared, aimed in (
        ("session", session, "stream", "bare driver's stream", True),
        ("session", session, "portal", "bare driver's server-side cursor", True),
        ("session", session, "fetchall", "bare driver's fetchall, all in memory", True),
        ("session", session, "library", "the library's stream", False),
        ("followed", "the same, read while they arrive", "stream", "bare driver's stream", False),
        ("again", "the same, read again from disk", "stream", "bare driver's stream", False),
    ):
        ratio = median_s[bare] / median_s[name]
        figures.append(
            Figure(
                name=words,
                value=f"{ROWS / median_s[name]:,.0f}",
                compared_with=f"{compared} {ROWS / median_s[bare]:,.0f}",
                ratio=ratio,
                aim="at least 0.6" if aimed else "",
                met=ratio >= 0.6 if aimed else None,
            )
        )
    return figures


MEMORY_SCRIPT = """
import sys
from pathlib import Path
import sqlcore

def peak_kib():
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM:")).split()[1])

url, sql, reads = sys.argv[1:]
with sqlcore.connect(url) as db:
    with db.start("SELECT 1 AS a, 'x' AS b") as session:
        list(session)
    Path("/proc/self/clear_refs").write_text("5")
    rest_kib = peak_kib()
    with db.start(sql) as session:
        if reads == "reads":
            for _ in session:
                pass
        session = session.wait()
        print(session.row_count, peak_kib() - rest_kib)
"""


def memory(url: str) -> list[Figure]:
    """Compare the highest resident memory of a process with what it was after a small session."""

    def above_rest(rows: int, reads: str) -> float:
        sql = f"{ALL_ROWS} LIMIT {rows}"
        done = subprocess.run(
            [sys.executable, "-c", MEMORY_SCRIPT, url, sql, reads],
            check=True,
            capture_output=True,
            text=True,
        )
        row_count, kib = done.stdout.split()
        assert int(row_count) == rows
        return int(kib) / 1024

    figures = []
    for reads, words in (("", ""), ("reads", ", read meanwhile")):
        small, large = above_rest(ROWS // 10, reads), above_rest(ROWS, reads)
        figures.append(
            Figure(
                name=f"memory above rest, 1,000,000 rows through a session{words}",
                value=f"{large:.1f} MiB",
                compared_with=f"100,000 rows: {small:.1f} MiB",
                ratio=large / max(small, 0.1),
                aim="under 64 MiB, flat",
                met=large < 64,
            )
        )
    return figures


def cancels(url: str, count: int) -> list[Figure]:
    """Cancel sessions of three kinds; time until the caller hears, and until the query is gone."""
    heard, gone = [], []
    with sqlcore.connect(url, allow_functions=ALLOWED) as db, ActiveQueries(url) as active:
        for number in range(count):
            mark = f"'bench-{number}'::text" if number % 3 != 1 else f"1{number:08}"
            session = db.start(ENDLESS[number % 3].format(mark=mark))
            active.wait_for(mark, present=True)
            watcher = TimedThread(partial(active.wait_for, mark, present=False))
            watcher.start()
            started = perf_counter()
            state = session.cancel().state
            heard.append(perf_counter() - started)
            watcher.join()
            gone.append(watcher.ended - started)
            assert state == "cancelled", state
            session.close()
    return [
        Figure(
            name=f"cancel of a session, library: {label}",
            value=f"{spread(samples)}, most {ms(max(samples))}",
            compared_with=f"{count} cancels: asleep, counting, sending rows",
            aim="p95 under 1 s",
            met=p95(samples) < 1.0,
        )
        for label, samples in (
            ("the caller hears", heard),
            ("the query is gone on the server", gone),
        )
    ]


class TimedThread(Thread):
    """A thread that notes when it has ended."""

    def __init__(self, call: Callable[[], None]) -> None:
        super().__init__()
        self._call = call
        self.ended = 0.0

    def run(self) -> None:
        self._call()
        self.ended = perf_counter()


class ActiveQueries:
    """Looks for queries on the server, every two milliseconds."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, autocommit=True)

    def wait_for(self, mark: str, *, present: bool) -> None:
        give_up_at = perf_counter() + 30
        while self.count(mark) != int(present):
            if perf_counter() > give_up_at:
                raise RuntimeError("The query is not " + ("there." if present else "gone."))
            sleep(0.002)

    def count(self, mark: str) -> int:
        row = self._connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' "
            "AND pid <> pg_backend_pid() AND strpos(query, %s) > 0",
            [mark],
        ).fetchone()
        return int(row[0]) if row else 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
