"""Clients that know tasks: one that sends what it is told to, and one that waits for answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import anyio
from mcp import Client
from mcp.client.extension import ClaimContext, ClientExtension, ResultClaim, advertise
from mcp_types import CallToolResult, Request, Result
from pydantic import ConfigDict

EXTENSION = "io.modelcontextprotocol/tasks"
MODERN = "2026-07-28"
PATIENCE_S = 30.0


class AnyResult(Result):
    """Whatever came back."""

    model_config = ConfigDict(extra="allow")


class TaskRequest(Request[dict[str, Any], str]):
    """A request about a task; over HTTP its id stands in a header too."""

    name_param = "taskId"


class CreatedTask(AnyResult):
    """The answer to a call that has become a task."""

    result_type: Literal["task"] = "task"


async def wait_for_answer(task: CreatedTask, context: ClaimContext) -> CallToolResult:
    """Ask for a task until it is over, as a client does."""
    task_id = (task.model_extra or {})["taskId"]
    while True:
        request = TaskRequest(method="tasks/get", params={"taskId": task_id})
        now = (await context.session.send_request(request, AnyResult)).model_extra or {}
        if now["status"] == "completed":
            return CallToolResult.model_validate(now["result"])
        assert now["status"] == "working", now
        await anyio.sleep(0.02)


class WaitingTasks(ClientExtension):
    """Waits for the answers of tasks, so that who calls a tool never sees one."""

    identifier = EXTENSION

    def __init__(self) -> None:
        self.resolved: list[CreatedTask] = []

    def claims(self) -> Sequence[ResultClaim[Any]]:
        return [ResultClaim(result_type="task", model=CreatedTask, resolve=self._resolve)]

    async def _resolve(self, task: CreatedTask, context: ClaimContext) -> CallToolResult:
        self.resolved.append(task)
        return await wait_for_answer(task, context)


def task_client(server: Any, **options: Any) -> Client:
    """Make a client that says with each request that it knows tasks, and does no more."""
    return Client(server, mode=MODERN, extensions=[advertise(EXTENSION)], **options)


async def send(client: Client, method: str, **params: Any) -> dict[str, Any]:
    """Send a request; return its result as it stands on the wire, without `_meta`."""
    kind = TaskRequest if method.startswith("tasks/") else Request[dict[str, Any], str]
    result = await client.session.send_request(kind(method=method, params=params), AnyResult)
    shown = result.model_dump(by_alias=True, mode="json")
    shown.pop("_meta", None)
    return shown


async def call(client: Client, query: str, **arguments: Any) -> dict[str, Any]:
    """Call `execute_query`; return its result as it stands on the wire."""
    arguments = {"query": query, **arguments}
    return await send(client, "tools/call", name="execute_query", arguments=arguments)


async def ended(client: Client, task_id: str) -> dict[str, Any]:
    """Ask for a task until it is over; return it."""
    with anyio.fail_after(PATIENCE_S):
        while True:
            task = await send(client, "tasks/get", taskId=task_id)
            if task["status"] != "working":
                return task
            await anyio.sleep(0.02)
