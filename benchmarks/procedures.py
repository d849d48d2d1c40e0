"""Measure calls of procedures: `python -m benchmarks procedures`.

A small procedure and a small function, through `Database.call` and on the bare driver (`calls`);
what the first call of a procedure costs more, for it is looked up; and the same through the
server's tools.
With SQLCORE_TEST_MSSQL_URL, a small procedure of T-SQL as well.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit

import psycopg
import pymssql

import sqlcore
from benchmarks import servers
from benchmarks.calls import call_overhead, in_turns
from benchmarks.measuring import Figure, ms, p50, spread, time_calls
from sqlcore.adapters.postgres.snapshots import Snapshots

ROUNDS = 5
NAMES = 200
"""Procedures that are called once each: what a first call costs."""
MADE = f"""
DROP SCHEMA IF EXISTS bench_calls CASCADE;
CREATE SCHEMA bench_calls;
CREATE FUNCTION bench_calls.twice(value int) RETURNS int LANGUAGE sql STABLE
    AS 'SELECT value * 2';
CREATE PROCEDURE bench_calls.double(value int, OUT result int) LANGUAGE plpgsql
    AS 'BEGIN result := value * 2; END';
DO $$ BEGIN
    FOR n IN 0..{NAMES - 1} LOOP
        EXECUTE format('CREATE FUNCTION bench_calls.once_%s(value int) RETURNS int LANGUAGE sql '
                       'STABLE AS ''SELECT value * 2''', n);
    END LOOP;
END $$;
"""
TSQL_NAME = "dbo.sqlcore_bench_double"


def run_procedures(url: str, *, quick: bool) -> list[Figure]:
    """Measure everything, one after the other."""
    count = 200 if quick else 2000
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(MADE)
    figures = [
        *call_overhead(url, count),
        *discovery(url),
        *servers.run(tools(url, count // 5)),
    ]
    tsql_url = os.environ.get("SQLCORE_TEST_MSSQL_URL")
    return [*figures, *tsql_calls(tsql_url, count // 4)] if tsql_url else figures


def discovery(url: str) -> list[Figure]:
    """Time the first call of a procedure, and count what the catalog is asked for it."""
    with sqlcore.connect(url, access="write") as db:
        db.call("bench_calls.twice", [1])
        names = iter(f"bench_calls.once_{n}" for n in range(NAMES))
        with asked() as queries:
            first = time_calls(lambda: db.call(next(names), [1]), NAMES - 1)
        first_queries = len(queries) / NAMES
        with asked() as queries:
            again = time_calls(lambda: db.call("bench_calls.twice", [1]), NAMES)
        noticed = _is_change_noticed(db, url)
    return [
        Figure(
            name="Database.call, the first of a procedure",
            value=f"{spread(first)}, {first_queries:.0f} queries of the catalog",
            compared_with=f"further ones {ms(p50(again))}, {len(queries)} queries",
            ratio=p50(first) / p50(again),
        ),
        Figure(
            name="a procedure whose parameters changed is called with the new ones",
            value="at once" if noticed else "no",
            aim="at once",
            met=noticed,
        ),
    ]


@contextmanager
def asked() -> Iterator[list[bytes]]:
    """Note the queries of the catalog meanwhile."""
    queries: list[bytes] = []
    rows = Snapshots.rows

    def noted(self: Snapshots, *wanted: Any, **options: Any) -> Any:
        queries.extend(query for query, _ in wanted)
        return rows(self, *wanted, **options)

    Snapshots.rows = noted  # type: ignore[method-assign]  # only here
    try:
        yield queries
    finally:
        Snapshots.rows = rows  # type: ignore[method-assign]


def _is_change_noticed(db: sqlcore.Database, url: str) -> bool:
    db.call("bench_calls.twice", {"value": 1})
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute("DROP FUNCTION bench_calls.twice(int)")
        admin.execute(
            "CREATE FUNCTION bench_calls.twice(number text) RETURNS text LANGUAGE sql STABLE "
            "AS 'SELECT number || number'"
        )
    noticed: bool = db.call("bench_calls.twice", {"number": "ab"}).returned == "abab"
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(MADE)
    return noticed


async def tools(url: str, count: int) -> list[Figure]:
    """Compare the tool with execute_query, over stdio."""
    server = servers.sqlcore(
        url, "--toolsets", "all", "--enable", "all", "--allow-procedures", "bench_calls.*"
    )
    cases: dict[str, tuple[str, dict[str, Any]]] = {
        "query": ("execute_query", {"query": "SELECT 1"}),
        "call": (
            "execute_stored_procedure",
            {"procedure_name": "bench_calls.twice", "parameters": {"value": 21}},
        ),
        "parameters": (
            "get_stored_procedure_parameters",
            {"procedure_name": "bench_calls.twice"},
        ),
        "list": ("list_stored_procedures", {"schema": "bench_calls"}),
    }
    samples: dict[str, list[float]] = {name: [] for name in cases}
    async with servers.client(server) as client:
        for _ in range(ROUNDS):
            for name, (tool, arguments) in cases.items():
                samples[name] += await servers.time_tool(client, tool, arguments, count // ROUNDS)
    query = samples.pop("query")
    return [
        Figure(
            name=f"{cases[name][0]} over stdio",
            value=spread(times),
            compared_with=f"execute_query: SELECT 1 {ms(p50(query))}",
            ratio=p50(times) / p50(query),
        )
        for name, times in samples.items()
    ]


def tsql_calls(url: str, count: int) -> list[Figure]:
    """Compare a call with the driver's own, with an output and the code, and with a text."""
    parts = urlsplit(url)
    with (
        pymssql.connect(
            server=parts.hostname or "",
            port=str(parts.port),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=parts.path.strip("/"),
            autocommit=True,
        ) as connection,
        sqlcore.connect(url, access="write") as db,
    ):
        cursor = connection.cursor()
        cursor.execute(f"DROP PROCEDURE IF EXISTS {TSQL_NAME}")
        cursor.execute(
            f"CREATE PROCEDURE {TSQL_NAME} @value int, @result int OUTPUT AS "
            "BEGIN SET @result = @value * 2 END"
        )

        def remote_call() -> None:
            cursor.execute("BEGIN TRANSACTION")
            cursor.callproc(TSQL_NAME, (21, pymssql.output(int)))
            cursor.nextset()
            cursor.execute("COMMIT TRANSACTION")

        def as_text() -> Any:
            cursor.execute("BEGIN TRANSACTION")
            cursor.execute(
                f"DECLARE @r int, @c int; EXEC @c = {TSQL_NAME} %d, @r OUTPUT; SELECT @c, @r",
                (21,),
            )
            rows = cursor.fetchall()
            cursor.execute("COMMIT TRANSACTION")
            return rows

        samples = in_turns(
            {
                "callproc in a transaction": remote_call,
                "EXEC in a transaction": as_text,
                "ours": lambda: db.call(TSQL_NAME, {"value": 21}),
            },
            count,
        )
        cursor.execute(f"DROP PROCEDURE {TSQL_NAME}")
    ours = samples.pop("ours")
    return [
        Figure(
            name="Database.call of a procedure, T-SQL, write",
            value=spread(ours),
            compared_with=f"driver, {how} {ms(p50(driver))}",
            ratio=p50(ours) / p50(driver),
            aim="at most 1.5",
            met=p50(ours) <= 1.5 * p50(driver),
        )
        for how, driver in samples.items()
    ]
