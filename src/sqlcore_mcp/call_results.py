"""The outcome of a call in the words of the protocol."""

from __future__ import annotations

from mcp_types import CallToolResult, ContentBlock, ResourceLink, TextContent

from sqlcore_mcp.calling import ToolOutcome
from sqlcore_mcp.definitions import Link

__all__ = ["call_result", "knows_links"]

_LINKS_SINCE = "2025-06-18"


def knows_links(protocol_version: str | None) -> bool:
    """Say whether clients of a version of the protocol know links to resources."""
    return protocol_version is not None and protocol_version >= _LINKS_SINCE


def call_result(outcome: ToolOutcome, *, with_links: bool = True) -> CallToolResult:
    """Write an outcome as the result of `tools/call`."""
    content: list[ContentBlock] = [TextContent(type="text", text=outcome.text)]
    if with_links:
        content += map(_link, outcome.links)
    return CallToolResult(
        content=content,
        structured_content=dict(outcome.structured),
        is_error=outcome.is_error,
    )


def _link(link: Link) -> ResourceLink:
    return ResourceLink(
        type="resource_link",
        uri=link.uri,
        name=link.name,
        mime_type=link.mime_type,
        size=link.size_bytes,
    )
