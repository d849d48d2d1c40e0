"""The servers under measurement and the client that measures them: the SDK's own, over stdio."""

from __future__ import annotations

import os
import sys
from collections.abc import Coroutine
from pathlib import Path
from time import perf_counter
from typing import Any

import anyio
from mcp import Client, StdioServerParameters

FLOOR = [str(Path(__file__).with_name("floor_server.py"))]


def sqlcore(url: str, *arguments: str) -> list[str]:
    return ["-m", "sqlcore_mcp", "serve", "--url", url, "--access", "read", *arguments]


def client(arguments: list[str]) -> Client:
    environment = {k: v for k, v in os.environ.items() if k.startswith(("PATH", "HOME"))}
    return Client(
        StdioServerParameters(command=sys.executable, args=arguments, env=environment),
        read_timeout_seconds=120,
    )


def run(main: Coroutine[Any, Any, Any]) -> Any:
    async def body() -> Any:
        return await main

    return anyio.run(body)


async def cold_start(arguments: list[str]) -> float:
    """Seconds from starting the process to its list of tools."""
    started = perf_counter()
    async with client(arguments) as connected:
        await connected.list_tools()
        return perf_counter() - started


async def time_tool(
    connected: Client, tool: str, arguments: dict[str, Any], count: int
) -> list[float]:
    """Time calls of a tool one by one; five calls before them are not counted."""
    for _ in range(5):
        await checked(connected, tool, arguments)
    samples = []
    for _ in range(count):
        started = perf_counter()
        await checked(connected, tool, arguments)
        samples.append(perf_counter() - started)
    return samples


async def checked(connected: Client, tool: str, arguments: dict[str, Any]) -> Any:
    result = await connected.call_tool(tool, arguments)
    if result.is_error:
        raise RuntimeError(f"{tool} failed: {result.content}")
    return result
