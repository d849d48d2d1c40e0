"""The extension itself: which requests may be answered with a task, and the methods of tasks.

The specification: https://github.com/modelcontextprotocol/ext-tasks (SEP-2663).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import anyio.to_thread
from mcp.server.extension import Extension, MethodBinding
from mcp.server.mcpserver.server import require_client_extension
from mcp.shared.exceptions import MCPError
from mcp.shared.inbound import MCP_NAME_HEADER, decode_header_value
from mcp_types import HEADER_MISMATCH
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from sqlcore.domain.session import Session, SessionKind, SessionState
from sqlcore.errors import NotFoundError
from sqlcore_mcp.callers import principal
from sqlcore_mcp.tasks.offers import OFFER, Offer
from sqlcore_mcp.tasks.wire import (
    EXTENSION,
    TaskParams,
    UpdateParams,
    created_task,
    detailed_task,
    not_found,
)

if TYPE_CHECKING:
    from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
    from mcp_types import CallToolRequestParams

    from sqlcore_mcp.app import App

__all__ = ["Tasks"]

_T = TypeVar("_T")
_VERSIONS = frozenset(MODERN_PROTOCOL_VERSIONS)


class Tasks(Extension):
    """Answers calls that take long with a task, for clients that know what that is.

    A task is a background session: its id, its owner, its end and its time to live are those of
    the session, and its result is what the session keeps.

    Args:
        app: Where the sessions are.
    """

    identifier = EXTENSION

    def __init__(self, app: App) -> None:
        self._app = app

    def methods(self) -> Sequence[MethodBinding]:
        """List the methods of tasks; `tasks/list` and `tasks/result` are not among them."""
        return (
            MethodBinding("tasks/get", TaskParams, self._get, _VERSIONS),
            MethodBinding("tasks/update", UpdateParams, self._update, _VERSIONS),
            MethodBinding("tasks/cancel", TaskParams, self._cancel, _VERSIONS),
        )

    async def intercept_tool_call(
        self,
        params: CallToolRequestParams,  # noqa: ARG002  # the SDK's signature
        ctx: ServerRequestContext[Any, Any],
        call_next: CallNext,
    ) -> HandlerResult:
        """Let a call become a task, if the client says with this request that it may."""
        if not _is_declared(ctx):
            return await call_next(ctx)
        offer = Offer(self._app)
        token = OFFER.set(offer)
        try:
            result = await call_next(ctx)
        finally:
            OFFER.reset(token)
        if offer.session is None:
            return result
        return created_task(offer.session, self._app.sessions.limits)

    async def _get(self, ctx: ServerRequestContext[Any, Any], params: TaskParams) -> HandlerResult:
        _check(ctx, params)
        return await _in_thread(partial(self.detailed, params.task_id, principal()))

    async def _update(
        self, ctx: ServerRequestContext[Any, Any], params: UpdateParams
    ) -> HandlerResult:
        """Take answers to what a task asks. None asks anything, and so they are ignored."""
        _check(ctx, params)
        await _in_thread(partial(self.session, params.task_id, principal()))
        return {}

    async def _cancel(
        self, ctx: ServerRequestContext[Any, Any], params: TaskParams
    ) -> HandlerResult:
        _check(ctx, params)
        await _in_thread(partial(self._stop, params.task_id, principal()))
        return {}

    def _stop(self, task_id: str, owner: str) -> None:
        self.session(task_id, owner)
        self._app.sessions.cancel(task_id, owner, wait_s=0.0)

    def session(self, task_id: str, owner: str, *, progress: bool = False) -> Session:
        """Return the session of a task.

        Raises:
            MCPError: There is none of that owner, or it has expired.
        """
        try:
            session = self._app.sessions.get(task_id, owner, progress=progress)
        except NotFoundError:
            raise not_found() from None
        if session.kind is not SessionKind.CALL:
            raise not_found()
        if session.state is SessionState.EXPIRED:
            raise not_found("Task has expired")
        return session

    def detailed(self, task_id: str, owner: str, *, progress: bool = True) -> dict[str, Any]:
        """Write a task with all there is to it; blocks.

        Raises:
            MCPError: There is none of that owner, or it has expired.
        """
        session = self.session(task_id, owner, progress=progress)
        return detailed_task(
            session, self._app.sessions.limits, partial(self._result, task_id, owner)
        )

    def _result(self, task_id: str, owner: str) -> dict[str, Any]:
        try:
            reader = self._app.sessions.read(task_id, owner)
            ((answer,),) = next(iter(reader.batches(0)))
        except NotFoundError:  # it has expired just now
            raise not_found("Task has expired") from None
        result: dict[str, Any] = json.loads(answer)
        return result


def _is_declared(ctx: ServerRequestContext[Any, Any]) -> bool:
    if ctx.protocol_version not in _VERSIONS:
        return False
    capabilities = ctx.session.client_capabilities
    extensions = None if capabilities is None else capabilities.extensions
    return extensions is not None and EXTENSION in extensions


def _check(ctx: ServerRequestContext[Any, Any], params: TaskParams) -> None:
    """Refuse a request of a client that does not know tasks, or that names two of them.

    Raises:
        MCPError: It does not declare the extension; or over HTTP, the header by which requests
            are routed is not there, or not the task's id.
    """
    require_client_extension(ctx, EXTENSION)
    headers = getattr(ctx.request, "headers", None)
    if headers is None:
        return
    if decode_header_value(headers.get(MCP_NAME_HEADER)) != params.task_id:
        raise MCPError(
            HEADER_MISMATCH,
            f"{MCP_NAME_HEADER} header does not match the request body's 'taskId' parameter",
        )


async def _in_thread(call: Callable[[], _T]) -> _T:
    """Call what may read a file or ask the database server."""
    return await anyio.to_thread.run_sync(call)
