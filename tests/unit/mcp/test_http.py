"""The server over streamable HTTP, on a loopback socket."""

from __future__ import annotations

import http.client
import json
import threading
from typing import Any

import anyio
import pytest
from mcp import Client
from mcp.client.context import ClientRequestContext
from mcp_types import ElicitRequestParams, ElicitResult
from tests.unit.mcp.applications import Serve

from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import StatementCancelledError
from sqlcore_mcp.http import PATH

pytestmark = pytest.mark.anyio

MODERN = "2026-07-28"
MODES: list[Any] = ["legacy", MODERN]


def client(port: int, mode: Any, **options: Any) -> Client:
    return Client(f"http://127.0.0.1:{port}{PATH}", mode=mode, **options)


@pytest.mark.parametrize("mode", MODES)
async def test_tools_are_listed_and_called_in_both_generations(serve: Serve, mode: Any) -> None:
    async with client(serve(), mode) as connected:
        names = [tool.name for tool in (await connected.list_tools()).tools]
        result = await connected.call_tool("execute_query", {"query": "SELECT 1 AS n"})
    assert "execute_query" in names
    assert result.structured_content is not None
    assert result.structured_content["rows"] == [[1]]


def post(port: int, body: Any, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {"content-type": "application/json", "accept": "application/json, text/event-stream"}
    connection.request("POST", PATH, json.dumps(body), {**sent, **headers})
    response = connection.getresponse()
    response.read()
    connection.close()
    return response


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


async def test_answers_are_json(serve: Serve) -> None:
    response = post(serve(), INITIALIZE)
    assert response.status == 200
    assert response.headers["content-type"] == "application/json"


async def test_answers_may_be_streams_of_events(serve: Serve) -> None:
    response = post(serve(http_answers="sse"), INITIALIZE)
    assert response.status == 200
    assert response.headers["content-type"].startswith("text/event-stream")


async def test_other_hosts_and_origins_are_refused(serve: Serve) -> None:
    port = serve()
    assert post(port, INITIALIZE, host="evil.example").status == 421
    assert post(port, INITIALIZE, origin="http://evil.example").status == 403
    assert post(port, INITIALIZE, origin=f"http://localhost:{port}").status == 200


async def test_hosts_and_origins_of_the_settings_are_served(serve: Serve) -> None:
    port = serve(allowed_hosts="db.example", allowed_origins="https://db.example")
    assert post(port, INITIALIZE, host="db.example").status == 200
    assert post(port, INITIALIZE, origin="https://db.example").status == 200


async def agree(_: ClientRequestContext, __: ElicitRequestParams) -> ElicitResult:
    return ElicitResult(action="accept", content={"run": True})


@pytest.mark.parametrize(("mode", "answers"), [(MODERN, "json"), ("legacy", "sse")])
async def test_a_person_can_be_asked_over_http(serve: Serve, mode: Any, answers: str) -> None:
    port = serve(access="write", http_answers=answers)
    async with client(port, mode, elicitation_callback=agree) as connected:
        result = await connected.call_tool("execute_query", {"query": "DELETE FROM orders"})
    assert not result.is_error


async def test_an_older_client_that_cannot_be_asked_is_told_the_setting(serve: Serve) -> None:
    async with client(serve(access="write"), "legacy", elicitation_callback=agree) as connected:
        result = await connected.call_tool("execute_query", {"query": "DELETE FROM orders"})
    assert result.is_error
    assert "http_answers" in str(result.content)


@pytest.fixture
def slow_query(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """Make queries wait for a cancel; return the events of their start and of their cancel."""
    started, stopped = threading.Event(), threading.Event()

    def query(*_: Any, cancel: CancelToken, **__: Any) -> None:
        started.set()
        if cancel.wait(30):
            stopped.set()
        raise StatementCancelledError("The statement was cancelled.")

    monkeypatch.setattr("sqlcore.services.database.Database.query", query)
    return started, stopped


@pytest.mark.parametrize("answers", ["json", "sse"])
async def test_a_client_that_goes_away_stops_the_statement(
    serve: Serve, slow_query: tuple[threading.Event, threading.Event], answers: str
) -> None:
    started, stopped = slow_query
    async with client(serve(http_answers=answers), MODERN) as connected:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(connected.call_tool, "execute_query", {"query": "SELECT 1"})
            assert await anyio.to_thread.run_sync(started.wait, 30)
            tasks.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(stopped.wait, 30)


@pytest.mark.parametrize("answers", ["json", "sse"])
async def test_an_older_client_that_cancels_stops_the_statement(
    serve: Serve, slow_query: tuple[threading.Event, threading.Event], answers: str
) -> None:
    started, stopped = slow_query
    port = serve(http_answers=answers)
    session = {"mcp-session-id": post(port, INITIALIZE).headers["mcp-session-id"]}
    post(port, {"jsonrpc": "2.0", "method": "notifications/initialized"}, **session)
    params = {"name": "execute_query", "arguments": {"query": "SELECT 1"}}
    call = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}
    caller = threading.Thread(target=post, args=(port, call), kwargs=session)
    caller.start()
    assert started.wait(30)
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 2}}
    post(port, cancel, **session)
    assert stopped.wait(30)
    caller.join(30)
    assert not caller.is_alive()


ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize(
    ("mode", "cancel_on_disconnect", "expected"),
    [
        ("legacy", True, "cancelled"),
        ("legacy", False, "running"),
        (MODERN, True, "running"),
    ],
)
async def test_a_session_ends_with_its_connection_where_that_is_set_and_can_be_told(
    serve: Serve, mode: Any, expected: str, *, cancel_on_disconnect: bool
) -> None:
    port = serve(enable="start_query", cancel_on_disconnect=cancel_on_disconnect)
    async with client(port, MODERN) as watching:
        async with client(port, mode) as leaving:
            started = await leaving.call_tool("start_query", {"query": ENDLESS})
            assert started.structured_content is not None
            arguments = {"session_id": started.structured_content["session_id"]}
        if expected == "cancelled":
            arguments["wait_seconds"] = 30
        status = await watching.call_tool("get_session_status", arguments)
        assert status.structured_content is not None
        assert status.structured_content["state"] == expected
        await watching.call_tool("cancel_session", {"session_id": arguments["session_id"]})
