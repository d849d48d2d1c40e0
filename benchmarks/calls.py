"""What a call costs over the bare driver, and over libpq alone.

Where both ends of a connection run decides what a wake-up costs, and so which of work and waiting
counts: on one core a wake-up is a switch of tasks, on two it is a sleeping core that has to be
woken. The scheduler goes from one to the other as it likes, so both are measured, and nothing in
between. Ratios are of tenth percentiles: what a call takes while nobody else wants the cores.
"""

from __future__ import annotations

import os
import resource
import select
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg.pq import ExecStatus, Format

import sqlcore
from benchmarks.measuring import Figure, ms, p50, time_calls

TURN = 20
"""Calls in a row of each; short turns, so that all see the same machine."""
WAITED_CALLS = 200
AIM = 1.5
BEGIN_WITH_LIMIT = "BEGIN; SET LOCAL statement_timeout = 30000"
SAME_KIND = "driver with time limit and reset"
LIBPQ = "libpq alone, the same two groups"
OWN = (
    b"BEGIN",
    b"SET LOCAL statement_timeout = 30000",
    b"SET LOCAL client_connection_check_interval = 1000",
    b"SET LOCAL lock_timeout = 5000",
)
TWICE = "SELECT bench_calls.twice(%s)"
DOUBLE = "CALL bench_calls.double(%s, NULL)"
PLACES = {"one core": 0, "two cores": 1}

Timed = Mapping[str, Callable[[], Any]]


def in_turns(timed: Timed, count: int) -> dict[str, list[float]]:
    """Time all of them in turns, so that all see the same machine."""
    samples: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(max(1, count // TURN)):
        for name, call in timed.items():
            samples[name] += time_calls(call, TURN)
    return samples


def call_overhead(url: str, count: int) -> list[Figure]:
    """Compare calls and queries with the driver, on one core and on two."""
    figures: list[Figure] = []
    for place, core in PLACES.items():
        with placed(url, core) as is_placed:
            if not is_placed:
                return _overhead(url, count, "cores as they come")
            figures += _overhead(url, count, place)
            if core:
                figures += _waits(url)
    return figures


def _overhead(url: str, count: int, place: str) -> list[Figure]:
    figures: list[Figure] = []
    with _subjects(url) as subjects:
        for name, (ours, drivers) in subjects.items():
            samples = in_turns({**drivers, **ours}, count)
            figures += [
                _against(f"{name}, {level}, {place}", samples[level], samples[how], how)
                for level in ours
                for how in drivers
            ]
    return figures


def _against(name: str, ours: list[float], others: list[float], how: str) -> Figure:
    ratio = p10(ours) / p10(others)
    is_aimed_at = how == SAME_KIND
    return Figure(
        name=name,
        value=f"p10 {ms(p10(ours))}, p50 {ms(p50(ours))}",
        compared_with=f"{how} {ms(p10(others))}, {ms(p50(others))}",
        ratio=ratio,
        aim=f"at most {AIM}" if is_aimed_at else "",
        met=ratio <= AIM if is_aimed_at else None,
    )


def p10(samples: list[float]) -> float:
    return sorted(samples)[len(samples) // 10]


def _waits(url: str) -> list[Figure]:
    """Count how often a call sleeps until the server answers."""
    with _subjects(url) as subjects:
        ours, drivers = subjects["Database.call of a function"]
        driver_waits = _waits_of(drivers[SAME_KIND])
        return [
            Figure(
                name=f"waits of Database.call of a function, {level}",
                value=f"{_waits_of(call):.1f}",
                compared_with=f"{SAME_KIND} {driver_waits:.1f}",
            )
            for level, call in ours.items()
        ]


def _waits_of(call: Callable[[], Any]) -> float:
    call()
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw
    for _ in range(WAITED_CALLS):
        call()
    return (resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw - before) / WAITED_CALLS


@contextmanager
def _subjects(url: str) -> Iterator[dict[str, tuple[Timed, Timed]]]:
    """Give what is compared: ours by access level, and drivers by what they do."""
    with (
        psycopg.connect(url, autocommit=True) as connection,
        # What is prepared goes with the reset.
        psycopg.connect(url, autocommit=True, prepare_threshold=None) as resetting,
        psycopg.connect(url, autocommit=True) as bare,
        sqlcore.connect(url, access="write") as db,
        sqlcore.connect(url, access="read", allow_procedures=["bench_calls.*"]) as reader,
    ):

        def alone(sql: LiteralString, *values: Any) -> Any:
            return connection.execute(sql, values).fetchall()

        def with_limit_and_reset(sql: LiteralString, *values: Any) -> Any:
            resetting.execute(BEGIN_WITH_LIMIT)
            rows = resetting.execute(sql, values).fetchall()
            resetting.execute("COMMIT")
            resetting.execute("DISCARD ALL")
            return rows

        def drivers(sql: LiteralString, *values: Any) -> dict[str, Callable[[], Any]]:
            return {
                "driver alone": partial(alone, sql, *values),
                SAME_KIND: partial(with_limit_and_reset, sql, *values),
            }

        twice, double = "bench_calls.twice", "bench_calls.double"
        arguments = {"value": 21}
        yield {
            "Database.call of a function": (
                {
                    "read": partial(reader.call, twice, arguments),
                    "write": partial(db.call, twice, arguments),
                },
                {**drivers(TWICE, 21), LIBPQ: partial(libpq_groups, bare)},
            ),
            "Database.call of a procedure": (
                {"write": partial(db.call, double, arguments)},
                drivers(DOUBLE, 21),
            ),
            "Database.query, SELECT 1": (
                {"read": partial(reader.query, "SELECT 1"), "write": partial(db.query, "SELECT 1")},
                drivers("SELECT 1"),
            ),
        }


def libpq_groups(connection: psycopg.Connection[Any]) -> None:
    """Do what a call of a function at `write` asks of the server, and nothing with the answers."""
    pg = connection.pgconn
    pg.enter_pipeline_mode()
    for command in OWN:
        pg.send_query_params(command, None, result_format=Format.TEXT)
    pg.send_query_params(b"SELECT bench_calls.twice($1::int)", [b"21"])
    pg.pipeline_sync()
    _take(connection, syncs=1)
    for command in (b"COMMIT", b"DISCARD ALL"):
        pg.send_query_params(command, None)
        pg.pipeline_sync()
    _take(connection, syncs=2)


def _take(connection: psycopg.Connection[Any], *, syncs: int) -> None:
    pg = connection.pgconn
    while pg.flush():
        pass
    ready = select.poll()
    ready.register(pg.socket, select.POLLIN)
    while syncs:
        while pg.is_busy():
            ready.poll()
            pg.consume_input()
        result = pg.get_result()
        if result is not None and result.status == ExecStatus.PIPELINE_SYNC:
            syncs -= 1
        elif result is not None and result.status == ExecStatus.FATAL_ERROR:
            raise RuntimeError(result.error_message)


@contextmanager
def placed(url: str, core: int) -> Iterator[bool]:
    """Run this process on the first core and new connections' servers on another, or the same.

    Yields:
        Whether that could be done: on Linux, behind a Unix socket, with more than one core.
    """
    server = _postmaster(url) if hasattr(os, "sched_setaffinity") else None
    cores = sorted(os.sched_getaffinity(0)) if server is not None else []
    if server is None or len(cores) <= core:
        yield False
        return
    servers_cores = os.sched_getaffinity(server)
    os.sched_setaffinity(server, {cores[core]})
    os.sched_setaffinity(0, {cores[0]})
    try:
        yield True
    finally:
        os.sched_setaffinity(0, cores)
        os.sched_setaffinity(server, servers_cores)


def _postmaster(url: str) -> int | None:
    """Find the process whose children serve connections, where that is one of this machine."""
    with psycopg.connect(url) as connection:
        if not connection.info.host.startswith("/"):
            return None
        stat = Path(f"/proc/{connection.info.backend_pid}/stat").read_text()
    return int(stat.rpartition(")")[2].split()[1])
