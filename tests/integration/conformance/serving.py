"""The server under test: the real command, in a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

__all__ = ["SERVER", "command", "serving_http"]

_START_S = 30
_STOP_S = 15
_PAUSE_S = 0.02


SERVER = "sqlcore_mcp"
"""The module of the server."""


def command(url: str, *arguments: str, module: str = SERVER) -> list[str]:
    """Return the command that serves a database at the level `read`."""
    serve = [sys.executable, "-m", module, "serve"]
    return [*serve, "--url", url, "--access", "read", *arguments]


@contextmanager
def serving_http(
    url: str, log: Path, *arguments: str, module: str = SERVER, **settings: str
) -> Iterator[str]:
    """Serve over HTTP on a free port of the local machine; give the address of the endpoint.

    Settings go into the environment.
    """
    port = _free_port()
    where = ("--transport", "http", "--host", "127.0.0.1", "--port", str(port))
    environment = {k: v for k, v in os.environ.items() if not k.startswith("SQLCORE_")}
    environment |= {f"SQLCORE_{name.upper()}": value for name, value in settings.items()}
    with log.open("w", encoding="utf-8") as output:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command(url, *where, *arguments, module=module),
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        try:
            _wait_until_it_listens(process, port, log)
            yield f"http://127.0.0.1:{port}/mcp"
        finally:
            _stop(process)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


def _wait_until_it_listens(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = monotonic() + _START_S
    while monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=_START_S).close()
        except ConnectionRefusedError:
            pass
        else:
            return
        try:
            process.wait(_PAUSE_S)
        except subprocess.TimeoutExpired:
            continue
        break
    raise RuntimeError(f"The server did not start:\n{log.read_text(encoding='utf-8')}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
