"""The server over streamable HTTP, for both generations of the protocol."""

from __future__ import annotations

import socket
import sys
import threading
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread
import uvicorn
from mcp.server.transport_security import TransportSecuritySettings
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS

from sqlcore.errors import ConfigurationError
from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server
from sqlcore_mcp.settings import HttpAnswers, ServerSettings

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["PATH", "http_app", "serve_http"]

PATH = "/mcp"
_LOCAL = ("127.0.0.1", "localhost", "[::1]")
_EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104  # compared with, not bound to
_VERSION_HEADER = b"mcp-protocol-version"
_HANDSHAKE = frozenset(version.encode() for version in HANDSHAKE_PROTOCOL_VERSIONS)


def http_app(app: App) -> Starlette:
    """Make the ASGI application, with its endpoint at `/mcp`."""
    settings = app.settings
    json_answers = settings.http_answers is HttpAnswers.JSON
    starlette = build_server(app).streamable_http_app(
        streamable_http_path=PATH,
        json_response=json_answers,
        transport_security=_security(settings),
        host=settings.host,
    )
    if json_answers:
        starlette.add_middleware(CancelOnDisconnect)
    return starlette


def serve_http(app: App) -> None:
    """Serve until the process is told to stop; what runs then has a bounded time to end.

    Raises:
        ConfigurationError: The address cannot be listened on.
    """
    settings = app.settings
    config = uvicorn.Config(
        http_app(app),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
    )
    try:
        _Server(config, app).run()
    except SystemExit as exc:  # uvicorn logged why
        raise ConfigurationError(
            f"Nothing can listen on {settings.host}, port {settings.port}.",
            hint="Choose another --host or --port.",
        ) from exc


class _Server(uvicorn.Server):
    """Says where it listens, once it does; stops what runs when it is told to end."""

    def __init__(self, config: uvicorn.Config, app: App) -> None:
        super().__init__(config)
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; requests that wait for statements and sessions are answered, for those stop."""
        closing = threading.Thread(target=self._app.close, name="sqlcore-close", daemon=True)
        closing.start()
        await super().shutdown(sockets)
        await anyio.to_thread.run_sync(closing.join, self._app.settings.shutdown_seconds)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listener in self.servers:
            for bound in listener.sockets:
                host, port = bound.getsockname()[:2]
                shown = f"[{host}]" if ":" in host else host
                print(f"sqlcore-mcp: serving http://{shown}:{port}{PATH}", file=sys.stderr)  # noqa: T201


def _security(settings: ServerSettings) -> TransportSecuritySettings:
    """Serve local names, the name that is bound, and those of the settings: no DNS rebinding."""
    names = [*_LOCAL]
    if settings.host not in (*_EVERYWHERE, *_LOCAL):
        names.append(f"[{settings.host}]" if ":" in settings.host else settings.host)
    hosts = [form for name in names for form in (name, f"{name}:*")]
    origins = [f"http://{host}" for host in hosts]
    return TransportSecuritySettings(
        enable_dns_rebinding_protection=True,
        allowed_hosts=[*hosts, *settings.allowed_hosts],
        allowed_origins=[*origins, *settings.allowed_origins],
    )


class CancelOnDisconnect:
    """Cancels a call of protocol 2026-07-28 when its client goes away.

    There, closing the connection is how a client cancels. The SDK listens for it while it
    streams events, but not while it prepares a JSON answer. Older clients send a notification.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if not _is_modern_post(scope):
            await self._app(scope, receive, send)
            return
        body_read = anyio.Event()
        gone = anyio.Event()

        async def receive_body() -> Message:
            if body_read.is_set():
                await gone.wait()
                return {"type": "http.disconnect"}
            message = await receive()
            if message["type"] == "http.disconnect":
                gone.set()
            if not message.get("more_body", False):
                body_read.set()
            return message

        async def watch(scope_of_call: anyio.CancelScope) -> None:
            await body_read.wait()
            while not gone.is_set():
                if (await receive())["type"] == "http.disconnect":
                    gone.set()
            scope_of_call.cancel()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(watch, tasks.cancel_scope)
            await self._app(scope, receive_body, send)
            tasks.cancel_scope.cancel()


def _is_modern_post(scope: Scope) -> bool:
    if scope["type"] != "http" or scope["method"] != "POST":
        return False
    versions = [value for name, value in scope["headers"] if name == _VERSION_HEADER]
    return bool(versions) and versions[0] not in _HANDSHAKE
