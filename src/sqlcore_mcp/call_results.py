"""The outcome of a call in the words of the protocol."""

from __future__ import annotations

from mcp_types import CallToolResult, TextContent

from sqlcore_mcp.calling import ToolOutcome

__all__ = ["call_result"]


def call_result(outcome: ToolOutcome) -> CallToolResult:
    """Write an outcome as the result of `tools/call`."""
    return CallToolResult(
        content=[TextContent(type="text", text=outcome.text)],
        structured_content=dict(outcome.structured),
        is_error=outcome.is_error,
    )
