"""A server process over HTTP that is told to end stops its sessions, and those who wait hear it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from mcp import Client
from tests.unit.mcp.applications import structured

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.skipif(
        sys.platform == "win32", reason="Windows has no SIGTERM for other processes"
    ),
]

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
FLOOD = ENDLESS.replace("count(*)", "i")
SOON_S = 30


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = ["-m", "sqlcore_mcp", "--transport", "http", "--port", "0", "--url", "memory://"]
    started = subprocess.Popen(  # noqa: S603  # our own words
        [sys.executable, *command, "--access", "read", "--enable", "start_query"],
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SQLCORE_SESSIONS_FOLDER": str(tmp_path)},
    )
    with started:
        yield started
        started.kill()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr is not None
    found = re.search(r"http://\S+", process.stderr.readline())
    assert found is not None
    return found[0]


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


async def test_it_ends_at_once_and_leaves_nothing(
    process: subprocess.Popen[str], tmp_path: Path
) -> None:
    address = await anyio.to_thread.run_sync(_address, process)
    states: list[str] = []
    async with Client(address, mode="2026-07-28") as client:

        async def start(query: str) -> str:
            started = structured(await client.call_tool("start_query", {"query": query}))
            session_id: str = started["session_id"]
            return session_id

        async def wait(session_id: str) -> None:
            arguments: dict[str, Any] = {"session_id": session_id, "wait_seconds": 60}
            result = await client.call_tool("get_session_status", arguments)
            states.append(structured(result)["state"])

        flood = await start(FLOOD)
        while not _files(tmp_path):
            await client.call_tool("get_session_status", {"session_id": flood})
        with anyio.fail_after(SOON_S):
            async with anyio.create_task_group() as tasks:
                tasks.start_soon(wait, flood)
                tasks.start_soon(wait, await start(ENDLESS))
                await anyio.wait_all_tasks_blocked()
                await client.list_tools()  # by now the server has the requests before it
                process.terminate()
                await anyio.to_thread.run_sync(process.wait)
    assert states == ["cancelled", "cancelled"]
    assert _files(tmp_path) == []
    assert process.stderr is not None
    assert "graceful shutdown exceeded" not in process.stderr.read()
