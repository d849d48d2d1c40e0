"""Notifications of tasks, on the streams of `subscriptions/listen`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, cast

import anyio
import anyio.to_thread
from mcp.server.mcpserver.server import require_client_extension
from mcp.server.subscriptions import SUBSCRIPTION_ID_META_KEY
from mcp.shared.exceptions import MCPError
from mcp_types import (
    Notification,
    NotificationParams,
    ServerNotification,
    SubscriptionsAcknowledgedNotification,
)
from pydantic import ConfigDict

from sqlcore.domain.session import Session
from sqlcore_mcp.callers import principal
from sqlcore_mcp.tasks.extension import Tasks
from sqlcore_mcp.tasks.wire import EXTENSION

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
    from mcp.server.session import ServerSession

__all__ = ["TaskNews"]

_METHOD = "subscriptions/listen"
_MOST_TASKS = 100
_LOOK_EVERY_S = 0.2
_TELL_EVERY_S = 1.0


class TaskNews:
    """Tells who listens for tasks what becomes of them. A middleware of the server.

    The SDK's handler serves the stream; what is added here is what it does not know: the ids in
    its acknowledgement, and the notifications.
    """

    def __init__(self, tasks: Tasks) -> None:
        self._tasks = tasks

    async def __call__(
        self, ctx: ServerRequestContext[Any, Any], call_next: CallNext
    ) -> HandlerResult:
        """Serve a request."""
        task_ids = _task_ids(ctx) if ctx.method == _METHOD else None
        if task_ids is None:
            return await call_next(ctx)
        require_client_extension(ctx, EXTENSION)
        owner = principal()
        own = [task_id for task_id in task_ids if self._is_own(task_id, owner)]
        session = _Acknowledging(ctx.session, own)
        async with anyio.create_task_group() as group:
            group.start_soon(self._tell, ctx, own, owner, session.acknowledged)
            result = await call_next(replace(ctx, session=cast("ServerSession", session)))
            group.cancel_scope.cancel()
        return result

    def _is_own(self, task_id: str, owner: str) -> bool:
        return self._look(task_id, owner) is not None

    def _look(self, task_id: str, owner: str) -> Session | None:
        try:
            return self._tasks.session(task_id, owner)
        except MCPError:
            return None

    async def _tell(
        self,
        ctx: ServerRequestContext[Any, Any],
        task_ids: Sequence[str],
        owner: str,
        acknowledged: anyio.Event,
    ) -> None:
        """Send each task as it is, and again when it has changed, to its end."""
        await acknowledged.wait()
        told: dict[str, Session | None] = dict.fromkeys(task_ids)
        while told:
            for task_id, before in list(told.items()):
                now = self._look(task_id, owner)
                if now is None:
                    del told[task_id]
                elif before is None or _is_news(before, now):
                    told[task_id] = now
                    if await self._send(ctx, task_id, owner):
                        del told[task_id]
            await anyio.sleep(_LOOK_EVERY_S)

    async def _send(self, ctx: ServerRequestContext[Any, Any], task_id: str, owner: str) -> bool:
        """Send a task as it is now; say whether nothing more will come of it."""

        def write() -> dict[str, Any]:
            return self._tasks.detailed(task_id, owner, progress=False)

        try:
            task = await anyio.to_thread.run_sync(write, abandon_on_cancel=True)
        except MCPError:
            return True
        params = _TaskNewsParams(_meta={SUBSCRIPTION_ID_META_KEY: ctx.request_id}, **task)
        notification = _TaskNotification(method="notifications/tasks", params=params)
        await ctx.session.send_notification(
            cast("ServerNotification", notification), related_request_id=ctx.request_id
        )
        return bool(task["status"] != "working")


class _TaskNewsParams(NotificationParams):
    """A task, with all there is to it."""

    model_config = ConfigDict(extra="allow")


class _TaskNotification(Notification[_TaskNewsParams, Literal["notifications/tasks"]]):
    """Says what has become of a task."""


class _Acknowledging:
    """The session of a request, as far as it is used to serve a stream.

    Attributes:
        acknowledged: Set once the client was told which tasks it will hear of.
    """

    def __init__(self, session: ServerSession, task_ids: Sequence[str]) -> None:
        self.acknowledged = anyio.Event()
        self._session = session
        self._task_ids = list(task_ids)

    async def send_notification(
        self, notification: ServerNotification, related_request_id: str | int | None = None
    ) -> None:
        """Send a notification; name the tasks in the one that comes first."""
        if isinstance(notification, SubscriptionsAcknowledgedNotification):
            honored = notification.params.notifications
            ids = {"taskIds": self._task_ids} if self._task_ids else {}
            notification.params.notifications = honored.model_copy(update=ids)
        await self._session.send_notification(notification, related_request_id)
        self.acknowledged.set()


def _task_ids(ctx: ServerRequestContext[Any, Any]) -> list[str] | None:
    """Read which tasks a request names; None where it does not ask for tasks."""
    asked = (ctx.params or {}).get("notifications")
    task_ids = asked.get("taskIds") if isinstance(asked, Mapping) else None
    if not isinstance(task_ids, list):
        return None
    return [task_id for task_id in task_ids if isinstance(task_id, str)][:_MOST_TASKS]


def _is_news(before: Session, now: Session) -> bool:
    if now.state is not before.state or now.cancel_requested is not before.cancel_requested:
        return True
    has_more = now.rows_seen != before.rows_seen
    return has_more and now.elapsed_s - before.elapsed_s >= _TELL_EVERY_S
