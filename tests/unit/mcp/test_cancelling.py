"""A cancelled request stops its statement on the server, and frees the caller at once."""

from __future__ import annotations

import threading
from typing import Any

import anyio
import pytest
from mcp import Client
from tests.unit.mcp.applications import MakeApp

from sqlcore.config import SourceSettings
from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import StatementCancelledError
from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server
from sqlcore_mcp.settings import ServerSettings
from sqlcore_mcp.toolbox import Toolbox

pytestmark = pytest.mark.anyio

LONG_S = 30.0


class Watched:
    """Stands in for `Database.query`: runs until it is cancelled, and tells what happens."""

    def __init__(self) -> None:
        self.started = threading.Event()
        self.stopped = threading.Event()

    def __call__(self, *_: Any, cancel: CancelToken, **__: Any) -> None:
        self.started.set()
        cancel.wait(LONG_S)
        if cancel.cancelled:
            self.stopped.set()
        raise StatementCancelledError("The statement was cancelled.")


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    statement = Watched()
    monkeypatch.setattr("sqlcore.services.database.Database.query", statement)
    return statement


async def wait(event: threading.Event) -> None:
    assert await anyio.to_thread.run_sync(event.wait, LONG_S)


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_client_that_gives_up_stops_the_statement(
    make_app: MakeApp, watched: Watched, mode: Any
) -> None:
    async with (
        Client(build_server(make_app()), mode=mode) as client,
        anyio.create_task_group() as tasks,
    ):
        tasks.start_soon(client.call_tool, "execute_query", {"query": "SELECT 1"})
        await wait(watched.started)
        tasks.cancel_scope.cancel()
    with anyio.CancelScope(shield=True):
        await wait(watched.stopped)


async def test_a_client_that_leaves_stops_the_statement(
    make_app: MakeApp, watched: Watched
) -> None:
    with anyio.move_on_after(LONG_S) as scope:
        async with Client(build_server(make_app())) as client, anyio.create_task_group() as tasks:
            tasks.start_soon(client.call_tool, "execute_query", {"query": "SELECT 1"})
            await wait(watched.started)
            tasks.cancel_scope.cancel()
    assert not scope.cancelled_caught
    await wait(watched.stopped)


async def test_small_calls_are_served_while_all_places_for_statements_are_taken(
    make_app: MakeApp, watched: Watched
) -> None:
    app = make_app(max_concurrent_calls=1)
    async with Client(build_server(app)) as client, anyio.create_task_group() as tasks:
        tasks.start_soon(client.call_tool, "execute_query", {"query": "SELECT 1"})
        await wait(watched.started)
        result = await client.call_tool("list_tables", {})
        assert not result.is_error
        tasks.cancel_scope.cancel()


async def test_a_cancelled_task_stops_a_call_of_the_toolbox(
    make_app: MakeApp, watched: Watched
) -> None:
    toolbox = Toolbox(make_app())
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(toolbox.acall, "execute_query", {"query": "SELECT 1"})
        await wait(watched.started)
        tasks.cancel_scope.cancel()
    await wait(watched.stopped)


def test_a_token_stops_a_call_of_the_toolbox(make_app: MakeApp, watched: Watched) -> None:
    token = CancelToken()

    def cancel_when_it_runs() -> None:
        watched.started.wait(LONG_S)
        token.cancel()

    threading.Thread(target=cancel_when_it_runs).start()
    outcome = Toolbox(make_app()).call("execute_query", {"query": "SELECT 1"}, cancel=token)
    assert outcome.is_error
    assert outcome.structured["error"]["code"] == "cancelled"


async def test_slow_statements_leave_connections_for_small_calls(shop: str) -> None:
    source = SourceSettings(url=f"memory://{shop}/main", pool_size=3)
    app = App(ServerSettings(sources={"shop": source}, access="read"), environ={})
    slow = {"query": "SELECT sleep(300)", "timeout_seconds": 600}
    async with Client(build_server(app)) as client, anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(client.call_tool, "execute_query", slow)
        with anyio.fail_after(LONG_S):
            result = await client.call_tool("list_tables", {})
        assert not result.is_error
        tasks.cancel_scope.cancel()
