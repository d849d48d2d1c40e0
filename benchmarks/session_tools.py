"""Measure background sessions through the server's tools, over stdio with the SDK's client."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from time import perf_counter
from typing import Any

import anyio
from mcp import Client

from benchmarks import servers
from benchmarks.measuring import Figure, ms, p50, p95, spread
from sqlcore.services.limits import SessionLimits

RUNNING_AT_ONCE = SessionLimits().max_running
ROUNDS = 5
SLEEPER = "SELECT bench_sleep({seconds}), {mark}"
TWO_SECONDS = SLEEPER.format(seconds=2, mark=0)
ROWS_FOR_TWO_SECONDS = "SELECT g, md5(g::text), bench_sleep(0.01) FROM generate_series(1, 200) g"
SMALL_CALLS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("SELECT 1", "execute_query", {"query": "SELECT 1"}),
    ("list_tables", "list_tables", {}),
)
LARGE = "SELECT * FROM bench_rows LIMIT {rows}"

Samples = dict[str, list[float]]


def over_stdio(url: str, *, quick: bool) -> list[Figure]:
    """Measure everything, one after the other."""
    with_sessions = servers.sqlcore(
        url, "--enable-start-query", "--allow-functions", "public.bench_sleep"
    )
    return [
        *servers.run(starts(with_sessions, 40 if quick else 100)),
        *servers.run(cancels(with_sessions, 10 if quick else 50)),
        *servers.run(concurrency(with_sessions, 1 if quick else 3)),
        *servers.run(small_answers(servers.sqlcore(url), with_sessions, 50 if quick else 400)),
        *servers.run(large_answers(with_sessions, 1 if quick else 3)),
    ]


async def starts(server: list[str], count: int) -> list[Figure]:
    """Time `start_query`, with nothing else running and while ten sessions run."""

    async def time_starts(client: Client) -> list[float]:
        samples = []
        for _ in range(count):
            started = perf_counter()
            session_id = await start(client, "SELECT bench_sleep(0.001)")
            samples.append(perf_counter() - started)
            await cancel(client, session_id)
        return samples

    async def first_start(pause_s: float) -> float:
        async with servers.client(server) as client:
            await client.list_tools()
            await anyio.sleep(pause_s)
            started = perf_counter()
            await start(client, "SELECT 1")
            return perf_counter() - started

    at_once, rested = [], []
    for _ in range(max(count // 20, 2)):
        at_once.append(await first_start(0))
        rested.append(await first_start(2))
    async with servers.client(server) as client:
        await ended(client, [await start(client, "SELECT 1")])
        idle = await time_starts(client)
        running = [
            await start(client, SLEEPER.format(seconds=600, mark=i)) for i in range(RUNNING_AT_ONCE)
        ]
        busy = await time_starts(client)
        for session_id in running:
            await cancel(client, session_id)
    return [
        Figure(
            name=f"start_query over stdio, {label}",
            value=spread(samples),
            aim="under 100 ms",
            met=p95(samples) < 0.1,
        )
        for label, samples in (
            ("the first call of a process, at once", at_once),
            ("the first call of a process, 2 s after its start", rested),
            ("nothing else runs", idle),
            (f"{RUNNING_AT_ONCE} run, so that it waits in line", busy),
        )
    ]


async def cancels(server: list[str], count: int) -> list[Figure]:
    """Time `cancel_session` until its answer, of sessions that sleep."""
    samples = []
    async with servers.client(server) as client:
        for number in range(count):
            session_id = await start(client, SLEEPER.format(seconds=600, mark=number))
            await running(client, session_id)
            started = perf_counter()
            state = await cancel(client, session_id)
            samples.append(perf_counter() - started)
            assert state == "cancelled", state
    return [
        Figure(
            name="cancel_session over stdio, until its answer",
            value=f"{spread(samples)}, most {ms(max(samples))}",
            compared_with=f"{count} cancels",
            aim="p95 under 1 s",
            met=p95(samples) < 1.0,
        )
    ]


async def concurrency(server: list[str], rounds: int) -> list[Figure]:
    """Run sessions of two seconds; time small calls meanwhile, and before and after."""
    figures: list[Figure] = []
    async with servers.client(server) as client:
        for count, label, query, repeats in (
            (10, "2 s asleep", TWO_SECONDS, rounds),
            (10, "a row every 10 ms for 2 s", ROWS_FOR_TWO_SECONDS, rounds),
            (10, "80,000 rows at full speed", LARGE.format(rows=80_000), rounds),
            (100, "2 s asleep", TWO_SECONDS, 1),
            (100, "a row every 10 ms for 2 s", ROWS_FOR_TWO_SECONDS, 1),
        ):
            walls: list[float] = []
            idle: Samples = {}
            busy: Samples = {}
            alone_s = min([await wall_of(client, query, 1, {}) for _ in range(3)])
            for _ in range(repeats):
                await small_calls(client, idle, count=100)
                walls.append(await wall_of(client, query, count, busy))
                await small_calls(client, idle, count=100)
            figures += concurrency_figures(count, label, alone_s, walls=walls, idle=idle, busy=busy)
    return figures


def concurrency_figures(
    count: int, label: str, alone_s: float, *, walls: list[float], idle: Samples, busy: Samples
) -> Iterable[Figure]:
    ideal_s = alone_s * -(-count // RUNNING_AT_ONCE)
    name = f"{count} sessions, each {label}"
    yield Figure(
        name=f"{name}: all have ended",
        value=f"{p50(walls):.2f} s",
        compared_with=f"one alone {alone_s:.2f} s, so with {RUNNING_AT_ONCE} at once "
        f"{ideal_s:.2f} s",
        ratio=p50(walls) / ideal_s,
    )
    for call, samples in busy.items():
        ratio = p95(samples) / p95(idle[call])
        yield Figure(
            name=f"{call} beside {name}",
            value=spread(samples),
            compared_with=f"idle {spread(idle[call])}",
            ratio=ratio,
            aim="p95 under 3 times idle",
            met=ratio < 3,
        )


async def wall_of(client: Client, query: str, count: int, samples: Samples) -> float:
    """Start sessions and wait for the last; make small calls until then. Seconds of all that."""
    started = perf_counter()
    session_ids = [await start(client, query) for _ in range(count)]
    async with anyio.create_task_group() as group:
        if count > 1:
            group.start_soon(small_calls, client, samples)
        await ended(client, session_ids)
        wall_s = perf_counter() - started
        group.cancel_scope.cancel()
    return wall_s


async def small_calls(client: Client, samples: Samples, count: int | None = None) -> None:
    """Time small calls in turns, so many of each or until somebody cancels."""
    for _ in itertools.repeat(None) if count is None else range(count):
        for name, tool, arguments in SMALL_CALLS:
            started = perf_counter()
            await servers.checked(client, tool, arguments)
            samples.setdefault(name, []).append(perf_counter() - started)


async def small_answers(without: list[str], with_sessions: list[str], count: int) -> list[Figure]:
    """Compare a server that can start sessions, and has done so, with one that cannot."""
    call = {"query": "SELECT 1"}
    samples: Samples = {"without": [], "with": []}
    async with servers.client(without) as first, servers.client(with_sessions) as second:
        await ended(second, [await start(second, "SELECT 1")])
        for _ in range(ROUNDS):  # in turns, so that both see the same machine
            for name, client in (("without", first), ("with", second)):
                samples[name] += await servers.time_tool(
                    client, "execute_query", call, count // ROUNDS
                )
    return [
        Figure(
            name="execute_query: SELECT 1, where sessions have run",
            value=spread(samples["with"]),
            compared_with=f"sessions switched off {spread(samples['without'])}",
            ratio=p50(samples["with"]) / p50(samples["without"]),
        )
    ]


async def large_answers(server: list[str], rounds: int) -> list[Figure]:
    """Time answers that are kept on disk because they are too large for the conversation."""
    figures = []
    async with servers.client(server) as client:
        for rows in (1_000, 10_000, 100_000):
            samples: Samples = {"first": [], "all": []}
            for _ in range(rounds + 1):
                for name, max_rows in (("first", 10), ("all", rows)):
                    call = {"query": LARGE.format(rows=rows), "max_rows": max_rows}
                    started = perf_counter()
                    result = await servers.checked(client, "execute_query", call)
                    samples[name].append(perf_counter() - started)
            assert "kept" in result.structured_content
            figures.append(
                Figure(
                    name=f"execute_query: {rows:,} rows of 10 columns, kept on disk",
                    value=spread(samples["all"][1:]),
                    compared_with=f"10 of them, nothing kept {spread(samples['first'][1:])}",
                )
            )
    return figures


async def start(client: Client, query: str) -> str:
    result = await servers.checked(client, "start_query", {"query": query})
    return str(result.structured_content["session_id"])


async def running(client: Client, session_id: str) -> None:
    while await status(client, session_id, wait_seconds=0.01) == "queued":
        pass


async def ended(client: Client, session_ids: Iterable[str]) -> None:
    """Wait until all have completed, one after the other."""
    for session_id in session_ids:
        while (state := await status(client, session_id, wait_seconds=30)) != "completed":
            assert state in {"queued", "running"}, state


async def status(client: Client, session_id: str, wait_seconds: float) -> str:
    call = {"session_id": session_id, "wait_seconds": wait_seconds}
    result = await servers.checked(client, "get_session_status", call)
    return str(result.structured_content["state"])


async def cancel(client: Client, session_id: str) -> str:
    result = await servers.checked(client, "cancel_session", {"session_id": session_id})
    return str(result.structured_content["state"])
