"""The server as hosts and operators start it: a process."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
from typing import Any

import pytest
from mcp import Client, StdioServerParameters

COMMAND = ["-m", "sqlcore_mcp", "--url", "memory://", "--access", "read"]
MESSAGES = (
    {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "initialize",
        "params": {
            "protocolVersion": "2025-11-25",
            "capabilities": {},
            "clientInfo": {"name": "test", "version": "1"},
        },
    },
    {"jsonrpc": "2.0", "method": "notifications/initialized"},
)
SLOW = {
    "jsonrpc": "2.0",
    "id": 2,
    "method": "tools/call",
    "params": {"name": "execute_query", "arguments": {"query": "SELECT sleep(300)"}},
}
SOON_S = 20


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_query_answers_in_both_generations(mode: Any) -> None:
    server = StdioServerParameters(command=sys.executable, args=COMMAND)
    async with Client(server, mode=mode) as client:
        names = [tool.name for tool in (await client.list_tools()).tools]
        result = await client.call_tool("execute_query", {"query": "SELECT 1 AS n"})
    assert "execute_query" in names
    assert result.structured_content is not None
    assert result.structured_content["rows"] == [[1]]


def start() -> subprocess.Popen[str]:
    process = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, *COMMAND],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SQLCORE_LOG_LEVEL": "error"},
    )
    send(process, *MESSAGES)
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["id"] == 1
    return process


def send(process: subprocess.Popen[str], *messages: Any) -> None:
    assert process.stdin is not None
    for message in messages:
        process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def test_a_reader_that_has_gone_is_no_failure_to_tell_of() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = subprocess.run(
            [sys.executable, "-m", "sqlcore_mcp", "grants", "--engine", "postgres"],
            stdout=writing,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writing)
    assert (141, "") == (done.returncode, done.stderr)


def test_the_process_ends_with_its_input() -> None:
    process = start()
    out, err = process.communicate(timeout=SOON_S)
    assert (process.returncode, out, err) == (0, "", "")


def test_the_process_ends_with_its_input_although_a_statement_runs() -> None:
    process = start()
    send(process, SLOW)
    _, err = process.communicate(timeout=SOON_S)
    assert process.returncode == 0
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for other processes")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_process_ends_when_it_is_told_to(number: int) -> None:
    process = start()
    send(process, SLOW)
    process.send_signal(number)
    process.wait(timeout=SOON_S)
    assert process.returncode == 128 + number
    _, err = process.communicate(timeout=SOON_S)
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM for other processes")
def test_a_process_over_http_says_where_it_listens_and_ends_when_it_is_told_to() -> None:
    process = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, *COMMAND, "--transport", "http", "--port", "0"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    line = process.stderr.readline()
    assert re.fullmatch(r"sqlcore-mcp: serving http://127\.0\.0\.1:\d+/mcp\n", line)
    process.terminate()
    _, err = process.communicate(timeout=SOON_S)
    assert "Traceback" not in err


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = subprocess.run(  # noqa: S603  # our own words
            [sys.executable, *COMMAND, "--transport", "http", "--port", port],
            check=False,
            capture_output=True,
            text=True,
            timeout=SOON_S,
        )
    assert done.returncode == 2
    assert "in use" in done.stderr
    assert "Choose another --host or --port." in done.stderr
