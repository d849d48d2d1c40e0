"""Tasks over HTTP: whose they are, how requests are routed, and clients that go away."""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from tests.unit.mcp.applications import Serve
from tests.unit.mcp.task_clients import EXTENSION, MODERN, PATIENCE_S

from sqlcore_mcp.http import PATH

ENDLESS = "SELECT sleep(600) AS n"
SETTINGS: dict[str, Any] = {
    "task_after_seconds": 0.05,
    "allow_functions": ("sleep",),
    "timeout_seconds": 600,
}
Answers = tuple[int, dict[str, Any]]


class LogsIn:
    """Takes the user's word for who he is; stands where a login would be checked."""

    def __init__(self, app: Callable[..., Awaitable[None]]) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        subject = dict(scope.get("headers", ())).get(b"authorization", b"").decode()
        if subject:
            token = AccessToken(token="t", client_id="app", scopes=[], subject=subject)
            auth_context_var.set(AuthenticatedUser(token))
        await self._app(scope, receive, send)


def request(method: str, params: dict[str, Any], *, declares: bool = True) -> dict[str, Any]:
    capabilities: dict[str, Any] = {"extensions": {EXTENSION: {}}} if declares else {}
    meta = {
        "io.modelcontextprotocol/protocolVersion": MODERN,
        "io.modelcontextprotocol/clientCapabilities": capabilities,
    }
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": {**params, "_meta": meta}}


def headers(body: dict[str, Any], **more: str) -> dict[str, str]:
    params = body["params"]
    name = params.get("taskId") or params.get("name")
    standard = {
        "content-type": "application/json",
        "accept": "application/json, text/event-stream",
        "mcp-protocol-version": MODERN,
        "mcp-method": body["method"],
        "mcp-name": name,
    }
    return {key: value for key, value in {**standard, **more}.items() if value}


def post(port: int, body: dict[str, Any], **more: str) -> Answers:
    """Send a request; return the HTTP status, and the result or the error."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    connection.request("POST", PATH, json.dumps(body), headers(body, **more))
    response = connection.getresponse()
    answer = json.loads(response.read())
    connection.close()
    return response.status, answer.get("result") or answer["error"]


def query(sql: str) -> dict[str, Any]:
    return request("tools/call", {"name": "execute_query", "arguments": {"query": sql}})


def about(method: str, task_id: str, **options: Any) -> dict[str, Any]:
    return request(method, {"taskId": task_id, "inputResponses": {}}, **options)


def wait_for(port: int, task_id: str, **more: str) -> dict[str, Any]:
    give_up_at = time.monotonic() + PATIENCE_S
    while time.monotonic() < give_up_at:
        status, task = post(port, about("tasks/get", task_id), **more)
        assert status == 200, task
        if task["status"] != "working":
            return task
        time.sleep(0.02)
    raise AssertionError("the task did not end")


@pytest.mark.parametrize("answers", ["json", "sse"])
def test_a_call_becomes_a_task_and_completes(serve: Serve, answers: str) -> None:
    port = serve(http_answers=answers, **SETTINGS)
    post(port, query("SELECT 1"))
    status, created = post(port, query("SELECT sleep(0.6) AS n"))
    assert status == 200
    assert created["resultType"] == "task"
    completed = wait_for(port, created["taskId"])
    assert completed["status"] == "completed"
    assert completed["result"]["structuredContent"]["rows"] == [[0.6]]


def test_the_extension_is_declared_with_each_request(serve: Serve) -> None:
    port = serve(**SETTINGS)
    _, created = post(port, query(ENDLESS))
    task_id = created["taskId"]
    for method in ("tasks/get", "tasks/update", "tasks/cancel"):
        status, error = post(port, about(method, task_id, declares=False))
        assert (status, error["code"]) == (400, -32021)
    assert post(port, about("tasks/get", task_id))[1]["status"] == "working"
    assert post(port, about("tasks/cancel", task_id))[0] == 200
    assert wait_for(port, task_id)["status"] == "cancelled"


def test_a_task_belongs_to_who_logged_in(serve: Serve) -> None:
    port = serve(wrap=LogsIn, **SETTINGS)
    _, created = post(port, query(ENDLESS), authorization="ann")
    task_id = created["taskId"]
    unknown = [
        post(port, about(method, "0" * 32), authorization="ann")
        for method in ("tasks/get", "tasks/update", "tasks/cancel")
    ]
    for who in ("bob", ""):
        foreign = [
            post(port, about(method, task_id), authorization=who)
            for method in ("tasks/get", "tasks/update", "tasks/cancel")
        ]
        assert foreign == unknown
    assert unknown[0] == (
        400,
        {"code": -32602, "message": "Failed to retrieve task: Task not found"},
    )
    assert post(port, about("tasks/get", task_id), authorization="ann")[1]["status"] == "working"
    post(port, about("tasks/cancel", task_id), authorization="ann")
    assert wait_for(port, task_id, authorization="ann")["status"] == "cancelled"


@pytest.mark.parametrize("name", ["", "0" * 32])
@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
def test_the_header_that_names_the_task_has_to_be_right(
    serve: Serve, method: str, name: str
) -> None:
    port = serve(**SETTINGS)
    _, created = post(port, query(ENDLESS))
    status, error = post(port, about(method, created["taskId"]), **{"mcp-name": name})
    assert (status, error["code"]) == (400, -32020)
    assert post(port, about("tasks/get", created["taskId"]))[1]["status"] == "working"
    post(port, about("tasks/cancel", created["taskId"]))


@pytest.mark.parametrize("method", ["tasks/list", "tasks/result"])
def test_methods_of_the_older_design_are_not_found(serve: Serve, method: str) -> None:
    status, error = post(serve(**SETTINGS), about(method, "0" * 32))
    assert (status, error["code"]) == (404, -32601)


@pytest.mark.parametrize("answers", ["json", "sse"])
def test_a_client_that_goes_away_before_stops_the_call(serve: Serve, answers: str) -> None:
    settings = {**SETTINGS, "task_after_seconds": 60, "max_concurrent_calls": 1}
    port = serve(http_answers=answers, **settings)
    post(port, query("SELECT 1"))
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    body = query(ENDLESS)
    connection.request("POST", PATH, json.dumps(body), headers(body))
    time.sleep(0.3)
    connection.close()
    status, result = post(port, query("SELECT 1 AS n"))  # the only place is free again
    assert status == 200
    assert result["structuredContent"]["rows"] == [[1]]
