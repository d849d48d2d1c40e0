"""MCP tasks on PostgreSQL: what is cancelled is gone from the server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import anyio
import anyio.to_thread
import attrs
import psycopg
import pytest
from tests.unit.mcp.task_clients import call, ended, send, task_client

from sqlcore.config import SourceSettings
from sqlcore.domain.connection import ConnectionSettings
from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server
from sqlcore_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio

ENDLESS = "(SELECT count(*) FROM generate_series(1, 100000000000) g)"
Eventually = Callable[[Callable[[], object]], None]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def app(database: ConnectionSettings, admin: psycopg.Connection[Any]) -> Iterator[App]:
    info = admin.info
    folder = f"?host={info.host}" if info.host.startswith("/") else ""
    host = "" if folder else f"{info.host}:{info.port}"
    url = f"postgresql://{info.user}@{host}/{database.database}{folder}"
    settings = ServerSettings(
        sources={"shop": SourceSettings(url=url)},
        access="read",
        timeout_seconds=60.0,
        task_after_seconds=0.05,
    )
    with App(settings, environ={}) as made:
        made.warm_up()
        yield made


def running(admin: psycopg.Connection[Any], mark: str) -> int:
    """Count the statements on the server that hold a mark in their text."""
    found = admin.execute(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE state = 'active' AND query LIKE %s AND pid <> pg_backend_pid()",
        (f"%{mark}%",),
    ).fetchone()
    assert found is not None
    return int(found[0])


async def test_cancelling_a_task_removes_its_statement_from_the_server(
    app: App, admin: psycopg.Connection[Any], eventually: Eventually
) -> None:
    async with task_client(build_server(app)) as client:
        created = await call(client, f"SELECT 'mark of the cancelled', {ENDLESS}")
        task_id = created["taskId"]
        is_there = partial(running, admin, "mark of the cancelled")
        await anyio.to_thread.run_sync(eventually, is_there)
        await send(client, "tasks/cancel", taskId=task_id)
        with anyio.fail_after(2):
            cancelled = await ended(client, task_id)
        await anyio.to_thread.run_sync(eventually, lambda: not is_there())
        after = await call(client, "SELECT 1 AS n")
    assert cancelled["status"] == "cancelled"
    assert after["structuredContent"]["rows"] == [[1]]


async def test_a_client_that_leaves_stops_a_call_that_is_no_task_yet(
    app: App, admin: psycopg.Connection[Any], eventually: Eventually
) -> None:
    query = f"SELECT 'mark of the left', {ENDLESS}"
    is_there = partial(running, admin, "mark of the left")
    slow = App(attrs.evolve(app.settings, task_after_seconds=60.0), environ={})
    async with task_client(build_server(slow)) as client:
        async with anyio.create_task_group() as group:
            group.start_soon(call, client, query)
            await anyio.to_thread.run_sync(eventually, is_there)
            group.cancel_scope.cancel()
        await anyio.to_thread.run_sync(eventually, lambda: not is_there())


async def test_the_rows_of_a_task_are_those_of_the_server(app: App) -> None:
    query = "SELECT count(*) AS n, NULL AS gap FROM generate_series(1, 3000000)"
    async with task_client(build_server(app)) as client:
        created = await call(client, query)
        completed = await ended(client, created["taskId"])
    assert completed["status"] == "completed"
    assert completed["result"]["structuredContent"]["rows"] == [[3_000_000, None]]
