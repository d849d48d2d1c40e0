"""Measure calls of procedures: `python -m benchmarks procedures`.

A small procedure and a small function, through `Database.call` and on the bare driver; what the
first call of a procedure costs more, for it is looked up; and the same through the server's tools.
With SQLCORE_TEST_MSSQL_URL, a small procedure of T-SQL as well.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, LiteralString
from urllib.parse import unquote, urlsplit

import psycopg
import pymssql

import sqlcore
from benchmarks import servers
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
BEGIN_WITH_LIMIT = "BEGIN; SET LOCAL statement_timeout = 30000"
SAME_KIND = "in a transaction with a time limit, session reset after it"
TWICE = "SELECT bench_calls.twice(%s)"
DOUBLE = "CALL bench_calls.double(%s, NULL)"
TSQL_NAME = "dbo.sqlcore_bench_double"

Timed = Mapping[str, Callable[[], Any]]


def run_procedures(url: str, *, quick: bool) -> list[Figure]:
    """Measure everything, one after the other."""
    count = 200 if quick else 2000
    with psycopg.connect(url, autocommit=True) as admin:
        admin.execute(MADE)
    figures = [
        *calls(url, count),
        *discovery(url),
        *servers.run(tools(url, count // 5)),
    ]
    tsql_url = os.environ.get("SQLCORE_TEST_MSSQL_URL")
    return [*figures, *tsql_calls(tsql_url, count // 4)] if tsql_url else figures


def in_turns(timed: Timed, count: int) -> dict[str, list[float]]:
    """Time all of them in turns, so that all see the same machine."""
    samples: dict[str, list[float]] = {name: [] for name in timed}
    for _ in range(ROUNDS):
        for name, call in timed.items():
            samples[name] += time_calls(call, count // ROUNDS)
    return samples


def calls(url: str, count: int) -> list[Figure]:
    """Compare calls with the driver: alone, in a transaction, and with what a call promises.

    A call that may write has a time limit, and leaves nothing of its session to the next caller.
    """
    figures: list[Figure] = []
    with (
        psycopg.connect(url, autocommit=True) as connection,
        # What is prepared goes with the reset.
        psycopg.connect(url, autocommit=True, prepare_threshold=None) as resetting,
        sqlcore.connect(url, access="write") as db,
        sqlcore.connect(url, access="read", allow_procedures=["bench_calls.*"]) as reader,
    ):

        def alone(sql: LiteralString) -> Any:
            return connection.execute(sql, (21,)).fetchall()

        def in_transaction(sql: LiteralString) -> Any:
            with connection.transaction():
                return alone(sql)

        def with_limit_and_reset(sql: LiteralString) -> Any:
            resetting.execute(BEGIN_WITH_LIMIT)
            rows = resetting.execute(sql, (21,)).fetchall()
            resetting.execute("COMMIT")
            resetting.execute("DISCARD ALL")
            return rows

        cases: tuple[tuple[str, str, LiteralString, dict[str, sqlcore.Database]], ...] = (
            ("a function", "bench_calls.twice", TWICE, {"write": db, "read": reader}),
            ("a procedure", "bench_calls.double", DOUBLE, {"write": db}),
        )
        for name, routine, sql, levels in cases:
            drivers: Timed = {
                "alone": partial(alone, sql),
                "in a transaction": partial(in_transaction, sql),
                SAME_KIND: partial(with_limit_and_reset, sql),
            }
            ours: Timed = {
                level: partial(one.call, routine, {"value": 21}) for level, one in levels.items()
            }
            samples = in_turns({**drivers, **ours}, count)
            figures += [
                _against(f"Database.call of {name}, {level}", samples[level], samples[how], how)
                for level in ours
                for how in drivers
            ]
    return figures


def _against(name: str, ours: list[float], driver: list[float], how: str) -> Figure:
    ratio = p50(ours) / p50(driver)
    is_aimed_at = how == SAME_KIND
    return Figure(
        name=name,
        value=spread(ours),
        compared_with=f"driver {how} {ms(p50(driver))}",
        ratio=ratio,
        aim="at most 1.5" if is_aimed_at else "",
        met=ratio <= 1.5 if is_aimed_at else None,
    )


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
