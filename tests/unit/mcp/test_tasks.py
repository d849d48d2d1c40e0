"""A call that takes long becomes a task, for clients that know what that is."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp.client.extension import advertise
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp_types import ElicitResult
from tests.unit.mcp.applications import MakeApp, structured, text
from tests.unit.mcp.task_clients import (
    EXTENSION,
    MODERN,
    PATIENCE_S,
    WaitingTasks,
    call,
    ended,
    send,
    task_client,
)

from sqlcore.domain.session import SessionState
from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

SOON_S = 0.05
ISO = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
ROWS = "SELECT id, name, note FROM customers WHERE id < 45 AND sleep(0.01) IS NOT NULL"
ENDLESS = "SELECT sleep(600) AS n"
SLOW = "SELECT sleep(0.6) AS n"


@pytest.fixture
def app(make_app: MakeApp) -> App:
    """An application in which a call is soon a task, and `sleep` may be called."""
    return tasks_app(make_app)


def tasks_app(make_app: MakeApp, **settings: Any) -> App:
    defaults = {"task_after_seconds": SOON_S, "allow_functions": ("sleep",), "timeout_seconds": 60}
    made = make_app(**(defaults | settings))
    made.warm_up()
    return made


def refusal(error: pytest.ExceptionInfo[MCPError]) -> tuple[int, str]:
    return error.value.code, error.value.message


async def test_the_server_says_that_it_knows_tasks(app: App) -> None:
    async with task_client(build_server(app)) as client:
        discovered = await send(client, "server/discover")
    assert discovered["capabilities"]["extensions"] == {EXTENSION: {}}
    assert "tasks" not in discovered["capabilities"]


async def test_a_call_that_ends_soon_is_answered_at_once(make_app: MakeApp) -> None:
    app = tasks_app(make_app, task_after_seconds=PATIENCE_S)
    async with task_client(build_server(app)) as client:
        result = await call(client, "SELECT 1 AS n")
        assert app.sessions.list("") == ()
    assert result["resultType"] == "complete"
    assert result["structuredContent"]["rows"] == [[1]]


async def test_a_call_that_takes_long_becomes_a_task_that_completes(app: App) -> None:
    async with task_client(build_server(app)) as client:
        created = await call(client, "SELECT sleep(0.8) AS slept, NULL AS gap")
        task_id = created["taskId"]
        working = await send(client, "tasks/get", taskId=task_id)
        completed = await ended(client, task_id)
    assert created["resultType"] == "task"
    assert set(created) == {
        "resultType",
        "taskId",
        "status",
        "statusMessage",
        "createdAt",
        "lastUpdatedAt",
        "ttlMs",
        "pollIntervalMs",
    }
    assert created["status"] == "working"
    assert ISO.fullmatch(created["createdAt"])
    assert ISO.fullmatch(created["lastUpdatedAt"])
    assert 890_000 <= created["ttlMs"] <= 910_000
    assert created["pollIntervalMs"] == 1000
    assert working["resultType"] == "complete"
    assert working["status"] == "working"
    assert re.fullmatch(r"Running: \d s\.", working["statusMessage"])
    assert "result" not in working
    assert completed["status"] == "completed"
    assert completed["createdAt"] == created["createdAt"]
    assert completed["result"]["isError"] is False
    assert completed["result"]["structuredContent"]["rows"] == [[0.8, None]]
    assert "error" not in completed


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("execute_query", {"query": ROWS}),
        ("execute_query", {"query": ROWS, "max_rows": 3, "response_mode": "summary"}),
        ("execute_query", {"query": ROWS, "format": "csv"}),
        ("execute_query", {"query": "SELECT no_such_column FROM customers"}),
        ("execute_query", {"query": "SELECT sleep(5)", "timeout_seconds": 0.5}),
        ("read_table", {"table_name": "slow_customers", "limit": 7}),
        ("explain_query", {"query": "SELECT sleep(0.5)", "analyze": True}),
    ],
)
async def test_the_answer_is_the_same_as_without_a_task(
    make_app: MakeApp, tool: str, arguments: dict[str, Any]
) -> None:
    with make_app(access="write", confirm_writes="never").database(None, None) as database:
        database.query(
            "CREATE VIEW slow_customers AS "
            "SELECT id, name, note FROM customers WHERE sleep(0.002) IS NOT NULL"
        )
    server = build_server(tasks_app(make_app, data_boundary=False))
    waiting = WaitingTasks()
    async with (
        Client(server, mode=MODERN) as plain,
        Client(server, mode=MODERN, extensions=[waiting]) as client,
    ):
        expected = await plain.call_tool(tool, arguments)
        answer = await client.call_tool(tool, arguments)
    for result in (expected, answer):
        for varying in ("duration_ms", "execution_ms", "raw_plan", "nodes"):
            structured(result).pop(varying, None)
    assert structured(answer) == structured(expected)
    assert answer.is_error == expected.is_error
    if tool != "explain_query":
        assert text(answer) == text(expected)
    if "no_such_column" not in str(arguments):
        assert len(waiting.resolved) == 1


async def test_among_sessions_a_task_is_marked_as_one(make_app: MakeApp) -> None:
    server = build_server(tasks_app(make_app, enable="start_query"))
    async with task_client(server) as client:
        task_id = (await call(client, f"{ROWS} AND sleep(0.02) IS NOT NULL"))["taskId"]
        await ended(client, task_id)
        listed = await client.call_tool("list_sessions", {})
        status = await client.call_tool("get_session_status", {"session_id": task_id})
        rows = await client.call_tool("get_session_result", {"session_id": task_id})
    ((session_id, kind, state, *_, row_count, _),) = structured(listed)["rows"]
    assert (session_id, kind, state, row_count) == (task_id, "call", "completed", 44)
    assert f"Session {task_id}, a call that became a task, has completed" in text(status)
    assert "44 rows read." in text(status)
    assert structured(status)["kind"] == "call"
    assert rows.is_error
    assert "tasks/get" in text(rows)


async def test_rows_so_far_are_told_while_it_runs(app: App) -> None:
    query = (
        "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) "
        "SELECT i, CASE WHEN i > 2500 THEN sleep(0.02) END FROM n"
    )
    async with task_client(build_server(app)) as client:
        task_id = (await call(client, query, max_rows=3000))["taskId"]
        message = ""
        with anyio.fail_after(PATIENCE_S):
            while "rows" not in message:
                message = (await send(client, "tasks/get", taskId=task_id))["statusMessage"]
        await send(client, "tasks/cancel", taskId=task_id)
    assert re.fullmatch(r"Running: \d+ s, 2,000 rows so far\.", message)


async def test_a_failure_of_the_tool_is_a_task_that_completed(app: App) -> None:
    async with task_client(build_server(app)) as client:
        created = await call(client, ENDLESS, timeout_seconds=0.6)
        task = await ended(client, created["taskId"])
    assert task["status"] == "completed"
    assert task["result"]["isError"] is True
    assert task["result"]["structuredContent"]["error"]["code"] == "timeout"
    assert "error" not in task


async def test_a_defect_is_a_task_that_failed(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("no room")

    async with task_client(build_server(app)) as client:
        created = await call(client, "SELECT sleep(0.8)")
        monkeypatch.setattr("sqlcore_mcp.tasks.offers.call_result", fail)
        failed = await ended(client, created["taskId"])
    assert failed["status"] == "failed"
    assert failed["error"]["code"] == -32603
    assert "error id" in failed["error"]["message"]
    assert "no room" not in str(failed)
    assert "result" not in failed


async def test_a_cancelled_task_stops_its_statement(app: App) -> None:
    async with task_client(build_server(app)) as client:
        task_id = (await call(client, ENDLESS))["taskId"]
        assert await send(client, "tasks/cancel", taskId=task_id) == {"resultType": "complete"}
        with anyio.fail_after(2):
            cancelled = await ended(client, task_id)
        again = await send(client, "tasks/cancel", taskId=task_id)
    assert cancelled["status"] == "cancelled"
    assert "result" not in cancelled
    assert "error" not in cancelled
    assert again == {"resultType": "complete"}


async def test_a_task_that_waits_for_its_turn_is_cancelled_at_once(make_app: MakeApp) -> None:
    app = tasks_app(make_app, max_concurrent_calls=1)
    async with task_client(build_server(app)) as client:
        first = (await call(client, ENDLESS))["taskId"]
        second = (await call(client, ENDLESS))["taskId"]
        await send(client, "tasks/cancel", taskId=second)
        assert (await ended(client, second))["status"] == "cancelled"
        assert (await send(client, "tasks/get", taskId=first))["status"] == "working"
        await send(client, "tasks/cancel", taskId=first)
        assert (await ended(client, first))["status"] == "cancelled"
        third = (await ended(client, (await call(client, SLOW))["taskId"]))["result"]
    assert third["structuredContent"]["rows"] == [[0.6]]


async def test_a_call_that_waits_may_be_any_nonsense(make_app: MakeApp) -> None:
    app = tasks_app(make_app, max_concurrent_calls=1)
    async with task_client(build_server(app)) as client:
        first = (await call(client, ENDLESS))["taskId"]
        second = await call(client, ENDLESS, source=["nowhere"], database=7, no_such=1)
        await send(client, "tasks/cancel", taskId=first)
        answer = (
            second if "content" in second else (await ended(client, second["taskId"]))["result"]
        )
    assert answer["isError"] is True
    assert answer["structuredContent"]["error"]["code"] == "invalid_argument"


async def test_twenty_tasks_at_once_all_end_with_their_own_answers(app: App) -> None:
    results: dict[int, Any] = {}
    waiting = WaitingTasks()

    async def run(client: Client, number: int) -> None:
        query = f"SELECT {number} AS n, sleep(0.5) AS slept"
        answer = await client.call_tool("execute_query", {"query": query})
        results[number] = structured(answer)["rows"]

    async with Client(build_server(app), mode=MODERN, extensions=[waiting]) as client:
        async with anyio.create_task_group() as group:
            for number in range(20):
                group.start_soon(run, client, number)
        states = {one.state for one in app.sessions.list("")}
    assert results == {number: [[number, 0.5]] for number in range(20)}
    assert len(waiting.resolved) == 20
    assert states == {SessionState.COMPLETED}


async def test_where_there_is_no_room_for_a_session_the_call_is_a_plain_one(
    make_app: MakeApp,
) -> None:
    app = tasks_app(make_app, max_concurrent_sessions=1, max_queued_sessions=0)
    async with task_client(build_server(app)) as client:
        task_id = (await call(client, ENDLESS))["taskId"]
        plain = await call(client, SLOW)
        await send(client, "tasks/cancel", taskId=task_id)
    assert plain["resultType"] == "complete"
    assert plain["structuredContent"]["rows"] == [[0.6]]


async def test_nothing_is_to_be_answered_and_answers_are_ignored(app: App) -> None:
    async with task_client(build_server(app)) as client:
        task_id = (await call(client, ENDLESS))["taskId"]
        answers = {"unknown": {"action": "accept"}}
        updated = await send(client, "tasks/update", taskId=task_id, inputResponses=answers)
        await send(client, "tasks/cancel", taskId=task_id)
    assert updated == {"resultType": "complete"}


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
async def test_an_unknown_task_is_refused(app: App, method: str) -> None:
    async with task_client(build_server(app)) as client:
        with pytest.raises(MCPError) as refused:
            await send(client, method, taskId="0" * 32, inputResponses={})
    assert refusal(refused) == (-32602, "Failed to retrieve task: Task not found")


@pytest.mark.parametrize("method", ["tasks/list", "tasks/result"])
async def test_methods_of_the_older_design_are_not_there(app: App, method: str) -> None:
    async with task_client(build_server(app)) as client:
        with pytest.raises(MCPError) as refused:
            await send(client, method, taskId="0" * 32)
    assert refused.value.code == -32601


@pytest.mark.parametrize("method", ["tasks/get", "tasks/update", "tasks/cancel"])
async def test_a_client_that_does_not_declare_tasks_has_none(app: App, method: str) -> None:
    async with Client(build_server(app), mode=MODERN) as client:
        plain = await call(client, SLOW)
        with pytest.raises(MCPError) as refused:
            await send(client, method, taskId="0" * 32, inputResponses={})
    assert plain["resultType"] == "complete"
    assert refused.value.code == -32021
    assert refused.value.error.data == {"requiredCapabilities": {"extensions": {EXTENSION: {}}}}


async def test_an_older_client_never_gets_a_task(app: App) -> None:
    extensions = [advertise(EXTENSION)]
    async with Client(build_server(app), mode="legacy", extensions=extensions) as client:
        params = {"query": SLOW}
        result = await client.call_tool("execute_query", params)
        with pytest.raises(MCPError) as refused:
            await send(client, "tasks/get", taskId="0" * 32)
        assert app.sessions.list("") == ()
    assert structured(result)["rows"] == [[0.6]]
    assert refused.value.code == -32601


@pytest.mark.parametrize("slept_s", [0.0, 0.3])
async def test_the_hint_of_the_older_design_is_ignored(app: App, slept_s: float) -> None:
    params = {
        "name": "execute_query",
        "arguments": {"query": f"SELECT sleep({slept_s}) AS n"},
        "task": {"ttl": 60_000, "pollInterval": 100},
    }
    async with Client(build_server(app), mode=MODERN) as client:
        result = await send(client, "tools/call", **params)
    assert result["resultType"] == "complete"


async def test_catalog_tools_are_no_tasks(make_app: MakeApp) -> None:
    app = tasks_app(make_app, task_after_seconds=1e-6)
    async with task_client(build_server(app)) as client:
        result = await send(client, "tools/call", name="list_tables", arguments={})
    assert result["resultType"] == "complete"


async def test_a_person_is_asked_before_there_is_a_task(make_app: MakeApp) -> None:
    app = tasks_app(make_app, access="write")
    asked: list[str] = []

    async def agree(context: Any, params: Any) -> ElicitResult:
        del context
        asked.append(params.message)
        assert app.sessions.list("") == ()
        return ElicitResult(action="accept", content={"run": True})

    waiting = WaitingTasks()
    query = "UPDATE customers SET note = 'n' WHERE id < 30 AND sleep(0.02) IS NOT NULL"
    async with Client(
        build_server(app), mode=MODERN, extensions=[waiting], elicitation_callback=agree
    ) as client:
        answer = await client.call_tool("execute_query", {"query": query})
    assert len(asked) == 1
    assert structured(answer)["rows_affected"] == [{"count": 29, "command": "UPDATE"}]
    assert len(waiting.resolved) == 1


async def test_a_task_outlives_its_client(app: App) -> None:
    server = build_server(app)
    async with Client(server, mode=MODERN):  # keeps the application open
        async with task_client(server) as client:
            task_id = (await call(client, "SELECT sleep(0.8) AS n"))["taskId"]
        async with task_client(server) as other:
            completed = await ended(other, task_id)
    assert completed["result"]["structuredContent"]["rows"] == [[0.8]]


async def test_a_task_is_gone_when_its_time_is_over(make_app: MakeApp) -> None:
    app = tasks_app(make_app, session_retention_seconds=0.6, session_cleanup_seconds=0.1)
    refusals: list[tuple[int, str]] = []
    async with task_client(build_server(app)) as client:
        created = await call(client, SLOW)
        completed = await ended(client, created["taskId"])
        assert 600 <= completed["ttlMs"] <= 5000
        for _ in range(2):
            with anyio.fail_after(PATIENCE_S):
                refusals.append(await next_refusal(client, created["taskId"], refusals))
    assert refusals == [
        (-32602, "Failed to retrieve task: Task has expired"),
        (-32602, "Failed to retrieve task: Task not found"),
    ]


async def next_refusal(
    client: Client, task_id: str, before: list[tuple[int, str]]
) -> tuple[int, str]:
    """Ask for a task until that is refused in other words than before."""
    while True:
        try:
            await send(client, "tasks/get", taskId=task_id)
        except MCPError as error:
            if (error.code, error.message) not in before:
                return error.code, error.message
        await anyio.sleep(0.02)


@pytest.fixture
def log_in() -> Iterator[Callable[[str], None]]:
    """Make the requests of clients that are opened from now on those of somebody."""

    def become(subject: str) -> None:
        token = AccessToken(token="t", client_id="app", scopes=[], subject=subject)
        auth_context_var.set(AuthenticatedUser(token))

    yield become
    auth_context_var.set(None)


async def test_a_task_of_somebody_else_is_not_there(
    app: App, log_in: Callable[[str], None]
) -> None:
    server = build_server(app)
    log_in("ann")
    async with task_client(server) as ann:
        task_id = (await call(ann, ENDLESS))["taskId"]
        log_in("bob")
        async with task_client(server) as bob:
            for method in ("tasks/get", "tasks/update", "tasks/cancel"):
                with pytest.raises(MCPError) as refused:
                    await send(bob, method, taskId=task_id, inputResponses={})
                assert refusal(refused) == (-32602, "Failed to retrieve task: Task not found")
        log_in("ann")
        assert (await send(ann, "tasks/get", taskId=task_id))["status"] == "working"
        await send(ann, "tasks/cancel", taskId=task_id)


async def test_a_session_that_was_no_call_is_no_task(app: App) -> None:
    with app.database(None, None).start("SELECT sleep(0.1)") as handle:
        async with task_client(build_server(app)) as client:
            with pytest.raises(MCPError) as refused:
                await send(client, "tasks/get", taskId=handle.id)
    assert refusal(refused) == (-32602, "Failed to retrieve task: Task not found")


async def test_a_request_that_is_cancelled_before_it_is_a_task_stops_the_statement(
    make_app: MakeApp,
) -> None:
    app = tasks_app(make_app, task_after_seconds=PATIENCE_S, max_concurrent_calls=1)
    async with task_client(build_server(app)) as client:
        with anyio.move_on_after(0.3):
            await call(client, ENDLESS)
        with anyio.fail_after(2):
            result = await call(client, "SELECT 1 AS n")
        assert app.sessions.list("") == ()
    assert result["structuredContent"]["rows"] == [[1]]


async def test_closing_stops_tasks(app: App) -> None:
    async with task_client(build_server(app)) as client:
        task_id = (await call(client, ENDLESS))["taskId"]
        sessions = app.sessions
    assert sessions.get(task_id, "").state is SessionState.CANCELLED
