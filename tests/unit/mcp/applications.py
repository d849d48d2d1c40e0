"""What several tests of the server share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mcp_types import CallToolResult, TextContent

from sqlcore_mcp.app import App

MakeApp = Callable[..., App]
"""Makes an application over the shop; takes URLs, and settings by name."""


def text(result: CallToolResult) -> str:
    """Return the text of an answer."""
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def structured(result: CallToolResult) -> dict[str, Any]:
    """Return the structured content of an answer."""
    assert isinstance(result.structured_content, dict)
    return result.structured_content
