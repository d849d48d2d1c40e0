"""SQL databases for AI agents: an MCP server, and the same tools in process.

from sqlcore_mcp import Toolbox

with Toolbox.open("postgresql://reader@localhost/shop", access="read") as toolbox:
    print(toolbox.call("list_tables").text)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlcore_mcp.app import App
    from sqlcore_mcp.calling import ToolOutcome
    from sqlcore_mcp.server import build_server
    from sqlcore_mcp.settings import ServerSettings
    from sqlcore_mcp.toolbox import Toolbox

__all__ = ["App", "ServerSettings", "ToolOutcome", "Toolbox", "build_server"]

_HOMES = {
    "App": "sqlcore_mcp.app",
    "ServerSettings": "sqlcore_mcp.settings",
    "ToolOutcome": "sqlcore_mcp.calling",
    "Toolbox": "sqlcore_mcp.toolbox",
    "build_server": "sqlcore_mcp.server",
}


def __getattr__(name: str) -> object:
    """Load a public name when it is first used: a toolbox needs no MCP SDK."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415

    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value
