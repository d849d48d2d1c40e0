"""Cold start, small and large queries, the catalog of 2,000 tables, concurrency and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from time import perf_counter
from typing import Any

import anyio
import psycopg

import sqlcore
from benchmarks import servers
from benchmarks.measuring import Figure, ms, p50, p95, rss_bytes, spread, time_calls
from benchmarks.metadata import many_tables

ROWS_SQL = (
    "SELECT g AS id, 'customer ' || g AS name, g % 97 AS score, "
    "(g * 1.25)::numeric(12,2) AS total, "
    "date '2026-01-01' + (g % 365)::int AS day, g % 2 = 0 AS active, md5(g::text) AS token "
    "FROM generate_series(1, {rows}) g"
)

ROUNDS = 5
SLOW = {"query": "SELECT count(*) FROM bench_locked"}


def bare_driver(url: str, sql: str, count: int) -> list[float]:
    """Time a query on the bare driver: one connection, autocommit, all rows fetched."""
    with psycopg.connect(url, autocommit=True) as connection:
        return time_calls(lambda: connection.execute(sql).fetchall(), count)


def cold_starts(url: str, count: int) -> list[Figure]:
    async def measure() -> tuple[list[float], list[float]]:
        floor, ours = [], []
        for _ in range(count):  # in turns, so that both see the same machine
            floor.append(await servers.cold_start(servers.FLOOR))
            ours.append(await servers.cold_start(servers.sqlcore(url)))
        return floor, ours

    floor, ours = servers.run(measure())
    ratio = p50(ours) / p50(floor)
    return [
        Figure(
            name="cold start: process to list of tools",
            value=spread(ours),
            compared_with=f"no-op server: {spread(floor)}",
            ratio=ratio,
            aim="at most 1.25",
            met=ratio <= 1.25,
        )
    ]


def queries(url: str, count: int) -> list[Figure]:
    figures = []
    cases: list[tuple[str, str, int, dict[str, Any]]] = [("SELECT 1", "SELECT 1", count, {})]
    for rows in (1000, 10_000):
        arguments = {
            "max_rows": rows,
            "max_tokens": 1_000_000,
            "response_mode": "full",
            "format": "csv",
        }
        cases.append(
            (
                f"{rows:,} rows of 7 columns",
                ROWS_SQL.format(rows=rows),
                max(count // 20, 10),
                arguments,
            )
        )

    async def measure() -> list[tuple[list[float], list[float]]]:
        measured = []
        async with (
            servers.client(servers.FLOOR) as floor,
            servers.client(servers.sqlcore(url)) as ours,
        ):
            for _, sql, repeats, arguments in cases:
                call = {"query": sql, **arguments}
                noop: list[float] = []
                select: list[float] = []
                for _ in range(ROUNDS):  # in turns, so that both see the same machine
                    noop += await servers.time_tool(floor, "noop", {}, repeats // ROUNDS)
                    select += await servers.time_tool(
                        ours, "execute_query", call, repeats // ROUNDS
                    )
                measured.append((noop, select))
        return measured

    measured = servers.run(measure())
    for (name, sql, repeats, _), (noop, ours) in zip(cases, measured, strict=True):
        driver = bare_driver(url, sql, repeats)
        floor = p50(noop) + p50(driver)
        ratio = p50(ours) / floor
        aimed = name == "SELECT 1"
        figures.append(
            Figure(
                name=f"execute_query: {name}",
                value=spread(ours),
                compared_with=f"no-op {ms(p50(noop))} + driver {ms(p50(driver))}",
                ratio=ratio,
                aim="at most 1.3" if aimed else "",
                met=ratio <= 1.3 if aimed else None,
            )
        )
    return figures


def small_query(url: str, count: int) -> list[Figure]:
    """Compare SELECT 1 with the bare driver inside a bare server: both wake up as seldom."""
    tools = ("noop", "driver", "transaction")

    async def measure() -> dict[str, list[float]]:
        samples: dict[str, list[float]] = {tool: [] for tool in (*tools, "execute_query")}
        async with (
            servers.client([*servers.FLOOR, url]) as floor,
            servers.client(servers.sqlcore(url)) as ours,
        ):
            for _ in range(ROUNDS):
                for tool in samples:
                    server = floor if tool in tools else ours
                    call = {"query": "SELECT 1"}
                    samples[tool] += await servers.time_tool(server, tool, call, count // ROUNDS)
        return samples

    samples = servers.run(measure())
    ours = p50(samples["execute_query"])
    return [
        Figure(
            name="execute_query: SELECT 1, against a tool on the bare driver",
            value=spread(samples["execute_query"]),
            compared_with=f"{label} {ms(p50(samples[tool]))}",
            ratio=ours / p50(samples[tool]),
        )
        for tool, label in (("driver", "driver"), ("transaction", "driver, read-only transaction"))
    ]


def catalog(url: str, count: int) -> list[Figure]:
    async def measure(target: str) -> dict[str, list[float]]:
        async with servers.client(servers.sqlcore(target)) as ours:
            return {
                "list": await servers.time_tool(
                    ours, "list_tables", {"max_tokens": 100_000}, count
                ),
                "page": await servers.time_tool(ours, "list_tables", {}, count),
                "describe": await servers.time_tool(
                    ours, "describe_table", {"table_name": "area_07.entity_00407"}, count
                ),
                "search": await servers.time_tool(
                    ours, "search_tables", {"search_term": "entity 407"}, max(count // 5, 5)
                ),
            }

    with many_tables(url, 2000) as target:
        measured = servers.run(measure(target))
        with sqlcore.connect(target, access="read") as db:
            in_process = time_calls(lambda: db.catalog.tables(limit=1000), count)
            described = time_calls(lambda: db.catalog.describe("area_07.entity_00407"), count)
    return [
        Figure(
            name="list_tables: 1,000 of 2,000 tables, library",
            value=spread(in_process),
            aim="under 10 ms",
            met=p50(in_process) < 0.010,
        ),
        Figure(
            name="list_tables: first page of 2,000 tables, over stdio",
            value=spread(measured["page"]),
            aim="under 10 ms",
            met=p50(measured["page"]) < 0.010,
        ),
        Figure(name="list_tables: 1,000 tables, over stdio", value=spread(measured["list"])),
        Figure(
            name="describe_table of 2,000 tables, library",
            value=spread(described),
            aim="under 5 ms",
            met=p50(described) < 0.005,
        ),
        Figure(
            name="describe_table of 2,000 tables, over stdio",
            value=spread(measured["describe"]),
            aim="under 5 ms",
            met=p50(measured["describe"]) < 0.005,
        ),
        Figure(name="search_tables in 2,000 tables, over stdio", value=spread(measured["search"])),
    ]


def concurrency(url: str, count: int) -> list[Figure]:
    callers, slow_callers = 32, 8

    async def many(connected: Any, tool: str, arguments: dict[str, Any], each: int) -> float:
        started = perf_counter()
        async with anyio.create_task_group() as group:
            for _ in range(callers):
                group.start_soon(servers.time_tool, connected, tool, arguments, each)
        return callers * (each + 5) / (perf_counter() - started)

    async def beside_slow(connected: Any) -> list[float]:
        """Statements wait for a lock, so that they take time and no processor."""
        with psycopg.connect(url) as holder:
            holder.execute("LOCK TABLE bench_locked IN ACCESS EXCLUSIVE MODE")
            async with anyio.create_task_group() as group:
                for _ in range(slow_callers):
                    group.start_soon(servers.checked, connected, "execute_query", SLOW)
                await anyio.sleep(0.5)
                busy = await servers.time_tool(
                    connected, "execute_query", {"query": "SELECT 1"}, count
                )
                holder.rollback()
        return busy

    async def measure() -> tuple[float, float, list[float], list[float]]:
        each = max(count // callers, 5)
        async with servers.client(servers.FLOOR) as floor:
            noop = await many(floor, "noop", {}, each)
        async with servers.client(servers.sqlcore(url)) as ours:
            select = await many(ours, "execute_query", {"query": "SELECT 1"}, each)
            idle = await servers.time_tool(ours, "execute_query", {"query": "SELECT 1"}, count)
            busy = await beside_slow(ours)
        return noop, select, idle, busy

    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("CREATE TABLE IF NOT EXISTS bench_locked (id int)")
    noop, select, idle, busy = servers.run(measure())
    return [
        Figure(
            name=f"SELECT 1 with {callers} callers",
            value=f"{select:,.0f} calls/s",
            compared_with=f"no-op {noop:,.0f} calls/s",
            ratio=noop / select,
        ),
        Figure(
            name=f"SELECT 1 beside {slow_callers} slow statements",
            value=spread(busy),
            compared_with=f"alone {spread(idle)}",
            ratio=p95(busy) / p95(idle),
        ),
    ]


MEMORY_SCRIPT = """
import sys
import sqlcore
from benchmarks.measuring import rss_bytes
rows = int(sys.argv[2])
with sqlcore.connect(sys.argv[1], limits=sqlcore.Limits(timeout_s=120)) as db:
    with db.stream("SELECT 1 AS a, 'x' AS b") as stream:
        list(stream)
    rest, peak, count = rss_bytes(), 0, 0
    with db.stream(
        "SELECT g, md5(g::text), g * 1.5 FROM generate_series(1, %d) g" % rows
    ) as stream:
        for batch in stream.batches():
            count += len(batch)
            peak = max(peak, rss_bytes())
    assert count == rows
    print(peak - rest)
"""


def memory(url: str) -> list[Figure]:
    def above_rest(rows: int) -> int:
        done = subprocess.run(
            [sys.executable, "-c", MEMORY_SCRIPT, url, str(rows)],
            check=True,
            capture_output=True,
            text=True,
            env={**os.environ},
        )
        return int(done.stdout)

    small, large = above_rest(100_000), above_rest(1_000_000)
    mib = 2**20
    return [
        Figure(
            name="memory above rest while 1,000,000 rows stream",
            value=f"{large / mib:.1f} MiB",
            compared_with=f"100,000 rows: {small / mib:.1f} MiB",
            ratio=large / max(small, 1),
            aim="under 32 MiB, flat",
            met=large < 32 * mib,
        )
    ]


def throughput(url: str) -> list[Figure]:
    sql = "SELECT g, md5(g::text), g * 1.5 FROM generate_series(1, 1000000) g"

    def bare() -> None:
        with psycopg.connect(url) as connection, connection.cursor() as cursor:
            for _ in cursor.stream(sql, size=1000):
                pass

    def ours() -> None:
        with db.stream(sql) as stream:
            for _ in stream:
                pass

    with sqlcore.connect(url, limits=sqlcore.Limits(timeout_s=120)) as db:
        bare_s, ours_s = p50(time_calls(bare, 2)), p50(time_calls(ours, 2))
    return [
        Figure(
            name="rows a second, streamed by the library",
            value=f"{1_000_000 / ours_s:,.0f}",
            compared_with=f"bare driver's stream {1_000_000 / bare_s:,.0f}",
            ratio=ours_s / bare_s,
        )
    ]


def run_all(url: str, count: int) -> list[Figure]:
    """Measure everything, one after the other; `rss_bytes` needs Linux."""
    rss_bytes()
    return [
        *cold_starts(url, max(count // 20, 5)),
        *queries(url, count),
        *small_query(url, count),
        *catalog(url, max(count // 4, 10)),
        *concurrency(url, count),
        *throughput(url),
        *memory(url),
    ]
