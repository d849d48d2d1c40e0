"""Processes with sessions that run: an MCP server, and a program that uses the library."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Process", "call", "running_program", "running_server"]

Process = subprocess.Popen[str]

_PROGRAM = """
import sys
from sqlcore import SessionLimits, connect
url, folder, *texts = sys.argv[1:]
database = connect(
    url, access="write", privilege_check="off", session_limits=SessionLimits(folder=folder)
)
handles = [database.start(text) for text in texts]
print("started", flush=True)
sys.stdin.read()
"""
_INITIALIZE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "test", "version": "1"},
}


def _command(url: str) -> list[str]:
    return [
        sys.executable, "-m", "sqlcore_mcp", "--url", url,
        "--access", "write", "--confirm-writes", "never",
        "--toolsets", "core,sessions", "--enable", "start_query", "--privilege-check", "off",
    ]  # fmt: skip


def _environment(folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "SQLCORE_SESSIONS_FOLDER": str(folder),
        "SQLCORE_LOG_LEVEL": "error",
    }


@contextmanager
def _running(command: list[str], environment: dict[str, str]) -> Iterator[Process]:
    process = subprocess.Popen(  # noqa: S603  # our own words
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def running_server(url: str, folder: Path) -> Iterator[Process]:
    """Start an MCP server over stdio, and greet it."""
    with _running(_command(url), _environment(folder)) as process:
        request(process, "initialize", _INITIALIZE)
        _send(process, {"method": "notifications/initialized"})
        yield process


@contextmanager
def running_program(url: str, folder: Path, *texts: str) -> Iterator[Process]:
    """Start a program that starts sessions, and ends with its input."""
    command = [sys.executable, "-c", _PROGRAM, url, str(folder), *texts]
    with _running(command, dict(os.environ)) as process:
        assert process.stdout is not None
        assert "started\n" == process.stdout.readline()
        yield process


def call(process: Process, tool: str, **arguments: Any) -> dict[str, Any]:
    """Call a tool of an MCP server; return the structured content."""
    result = request(process, "tools/call", {"name": tool, "arguments": arguments})
    assert not result.get("isError"), result
    content: dict[str, Any] = result["structuredContent"]
    return content


def request(process: Process, method: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """Send a request and wait for its answer."""
    _send(process, {"id": 1, "method": method, "params": parameters})
    assert process.stdout is not None
    while True:
        line = process.stdout.readline()
        assert line, "the server is gone"
        message = json.loads(line)
        if message.get("id") == 1:
            result: dict[str, Any] = message["result"]
            return result


def _send(process: Process, message: dict[str, Any]) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    process.stdin.flush()
