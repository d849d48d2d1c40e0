"""Cancelling what a connection started when it ends, where the settings say so.

A session outlives the request that started it, and by default the connection too: a client may
come back for the result. Only connections of the older protocol have an end that can be told; from
2026-07-28 on, each request over HTTP stands for itself.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, Any

import anyio.to_thread
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from sqlcore.errors import NotFoundError

if TYPE_CHECKING:
    from mcp.server.mcpserver.context import Context

    from sqlcore_mcp.app import App

__all__ = ["cancel_when_disconnected"]

_KEY = "sqlcore_sessions"


def cancel_when_disconnected(
    context: Context[Any, Any], app: App, session_id: str, owner: str
) -> None:
    """See to it that a session is cancelled when the connection of a request ends."""
    if context.protocol_version in MODERN_PROTOCOL_VERSIONS:
        return
    connection = context.session._connection  # noqa: SLF001  # the SDK hands it to nobody
    if _KEY not in connection.state:
        started: dict[str, str] = {}
        connection.state[_KEY] = started
        connection.exit_stack.push_async_callback(_cancel_all, app, started)
    connection.state[_KEY][session_id] = owner


async def _cancel_all(app: App, started: dict[str, str]) -> None:
    await anyio.to_thread.run_sync(functools.partial(_cancel, app, started))


def _cancel(app: App, started: dict[str, str]) -> None:
    for session_id, owner in started.items():
        try:
            app.sessions.cancel(session_id, owner, wait_s=0.0)
        except NotFoundError:  # it is forgotten by now
            continue
