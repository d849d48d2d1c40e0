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
    _end_within(app.settings.shutdown_seconds, 0)
    return 0


def _serve_stdio(app: App) -> None:
    """Serve until stdin ends, or until a signal comes.

    A signal only starts a thread that closes the application and leaves: nothing can wake the
    thread that reads stdin, and an exception in the event loop would end it in disorder.
    """

    def stop(signal_number: int, _: FrameType | None) -> None:
        _end_within(app.settings.shutdown_seconds, 128 + signal_number)
        threading.Thread(target=close_and_leave, args=(128 + signal_number,), daemon=True).start()

    def close_and_leave(code: int) -> None:
        try:
            app.close()
        finally:
            _leave(code)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    anyio.run(build_server(app).run_stdio_async)


def _end_within(seconds: float, code: int) -> None:
    """Leave even if a thread is still busy; threads that ran statements were told to stop."""
    timer = threading.Timer(seconds, _leave, (code,))
    timer.daemon = True
    timer.start()


def _leave(code: int) -> None:
    sys.stderr.flush()
    os._exit(code)
