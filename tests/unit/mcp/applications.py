"""What several tests of the server share."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from mcp import Client, MCPError
from mcp_types import CallToolResult, TextContent

from sqlcore_mcp.app import App
from sqlcore_mcp.server import build_server

_T = TypeVar("_T")
MakeApp = Callable[..., App]
"""Makes an application over the shop; takes URLs, and settings by name."""
Serve = Callable[..., int]
"""Serves an application over HTTP; takes settings by name, and returns the port."""


_MARKS = re.compile(r"<(data-\d{12})>\n?(.*?)\n?</\1>", re.DOTALL)


def marked_text(result: CallToolResult) -> str:
    """Return the text of an answer, with the marks around what comes from the database."""
    content, *_ = result.content
    assert isinstance(content, TextContent)
    return content.text


def unmarked(marked: str) -> str:
    """Take the marks out of a text."""
    plain = _MARKS.sub(lambda found: found[2], marked)
    assert "<data-" not in plain
    return plain


def text(result: CallToolResult) -> str:
    """Return the text of an answer, without marks."""
    return unmarked(marked_text(result))


def structured(result: CallToolResult) -> dict[str, Any]:
    """Return the structured content of an answer."""
    assert isinstance(result.structured_content, dict)
    return result.structured_content


async def answer(app: App, request: Callable[[Client], Awaitable[_T]], mode: Any = "auto") -> _T:
    """Ask an application something over the SDK's client; an error comes out as it is."""
    async with Client(build_server(app), mode=mode) as client:
        try:
            return await request(client)
        except MCPError as error:
            raised = error
    raise raised
