"""Who listens for tasks hears what becomes of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import anyio
import pytest
from mcp import Client, MCPError
from mcp.client.extension import ClientExtension, NotificationBinding
from mcp_types import NotificationParams, SubscriptionsAcknowledgedNotification
from pydantic import ConfigDict
from tests.unit.mcp.applications import MakeApp
from tests.unit.mcp.task_clients import EXTENSION, MODERN, PATIENCE_S, call, send

from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

ENDLESS = "SELECT sleep(600) AS n"
SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId"


class AnyParams(NotificationParams):
    model_config = ConfigDict(extra="allow")


class Listener(ClientExtension):
    """Keeps what it hears of tasks."""

    identifier = EXTENSION

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self._news = anyio.Event()

    def notifications(self) -> list[NotificationBinding[Any]]:
        return [
            NotificationBinding(
                method="notifications/tasks", params_type=AnyParams, handler=self._hear
            )
        ]

    async def _hear(self, params: AnyParams) -> None:
        self.heard.append(params.model_dump(by_alias=True, mode="json"))
        self._news.set()
        self._news = anyio.Event()

    async def until(self, status: str) -> dict[str, Any]:
        with anyio.fail_after(PATIENCE_S):
            while not self.heard or self.heard[-1]["status"] != status:
                await self._news.wait()
        return self.heard[-1]


@pytest.fixture
def app(make_app: MakeApp) -> App:
    app = make_app(task_after_seconds=0.05, allow_functions=("sleep",), timeout_seconds=60)
    app.warm_up()
    return app


@asynccontextmanager
async def listening(client: Client, *task_ids: str) -> AsyncIterator[None]:
    async with anyio.create_task_group() as group:

        async def listen() -> None:
            await send(client, "subscriptions/listen", notifications={"taskIds": list(task_ids)})

        group.start_soon(listen)
        yield
        group.cancel_scope.cancel()


@pytest.mark.parametrize("slept_s", [0.5, 1.5])
async def test_a_task_is_told_as_it_is_and_when_it_has_ended(app: App, slept_s: float) -> None:
    listener = Listener()
    async with Client(build_server(app), mode=MODERN, extensions=[listener]) as client:
        task_id = (await call(client, f"SELECT sleep({slept_s}) AS n"))["taskId"]
        async with listening(client, task_id):
            completed = await listener.until("completed")
        asked = await send(client, "tasks/get", taskId=task_id)
    assert completed["taskId"] == task_id
    assert completed["result"]["structuredContent"]["rows"] == [[slept_s]]
    assert SUBSCRIPTION in completed.pop("_meta")
    del asked["resultType"]
    assert completed == asked
    assert {one["status"] for one in listener.heard[:-1]} <= {"working"}


async def test_a_task_that_is_cancelled_is_told(app: App) -> None:
    listener = Listener()
    async with Client(build_server(app), mode=MODERN, extensions=[listener]) as client:
        task_id = (await call(client, ENDLESS))["taskId"]
        async with listening(client, task_id):
            await listener.until("working")
            await send(client, "tasks/cancel", taskId=task_id)
            cancelled = await listener.until("cancelled")
    assert cancelled["taskId"] == task_id


async def test_only_tasks_of_ones_own_are_told_of(app: App) -> None:
    listener = Listener()
    acknowledged: list[Any] = []

    async def note(message: Any) -> None:
        if isinstance(message, SubscriptionsAcknowledgedNotification):
            assert listener.heard == []
            acknowledged.append(message.params.notifications.model_dump(exclude_none=True))

    async with Client(
        build_server(app), mode=MODERN, extensions=[listener], message_handler=note
    ) as client:
        task_id = (await call(client, ENDLESS))["taskId"]
        async with listening(client, "0" * 32, task_id):
            await listener.until("working")
        await send(client, "tasks/cancel", taskId=task_id)
    assert acknowledged == [{"taskIds": [task_id]}]
    assert {one["taskId"] for one in listener.heard} == {task_id}


async def test_a_client_that_does_not_declare_tasks_cannot_listen(app: App) -> None:
    async with Client(build_server(app), mode=MODERN) as client:
        with pytest.raises(MCPError) as refused:
            await send(client, "subscriptions/listen", notifications={"taskIds": ["0" * 32]})
    assert refused.value.code == -32021
