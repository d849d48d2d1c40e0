"""Serving until the client leaves or the process is told to stop, and ending in bounded time."""

from __future__ import annotations

import os
import signal
import sys
import threading
from types import FrameType

import anyio

from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server
from sqlcore_mcp.settings import Transport

__all__ = ["serve"]


def serve(app: App) -> int:
    """Serve over the transport of the settings; return the exit code."""
    if app.settings.transport is Transport.HTTP:
        from sqlcore_mcp.http import serve_http  # noqa: PLC0415  # not needed for stdio

        serve_http(app)
    else:
        _serve_stdio(app)
    _end_within(app.settings.shutdown_seconds)
    return 0


def _serve_stdio(app: App) -> None:
    """Serve until stdin ends. On SIGTERM and Ctrl-C the thread that reads stdin cannot be woken."""
    stopped_by: list[int] = []

    def stop(signal_number: int, _: FrameType | None) -> None:
        stopped_by.append(signal_number)
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)
    server = build_server(app)
    try:
        anyio.run(server.run_stdio_async)
    except KeyboardInterrupt:
        app.close()
        _leave(128 + (stopped_by[0] if stopped_by else signal.SIGINT))


def _end_within(seconds: float) -> None:
    """Leave even if a thread is still busy; threads that ran statements were told to stop."""
    timer = threading.Timer(seconds, _leave, (0,))
    timer.daemon = True
    timer.start()


def _leave(code: int) -> None:
    sys.stderr.flush()
    os._exit(code)
