"""The toolset `diagnostics`: how a server is doing."""

from __future__ import annotations

from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.servers import HealthOutput, render_health

__all__ = ["DIAGNOSTIC_TOOLS"]


def check_health(call: Call) -> Answer:
    """Make a round trip to the server."""
    return render_health(call.database.health())


DIAGNOSTIC_TOOLS = (
    ToolDefinition(
        name="check_health",
        title="Check health",
        description="Check that the database answers, how fast, and who is logged in.",
        toolset="diagnostics",
        run=check_health,
        output=HealthOutput,
        pages=False,
    ),
)
