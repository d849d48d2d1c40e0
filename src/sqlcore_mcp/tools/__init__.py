"""The tools, by toolset: a tool reads its arguments, calls one service and renders."""

from __future__ import annotations

from collections.abc import Iterable

from sqlcore.domain.access import Access
from sqlcore.errors import NotFoundError
from sqlcore.services.naming import nearest
from sqlcore_mcp.app import App
from sqlcore_mcp.definitions import ServedTool, ToolDefinition, serve
from sqlcore_mcp.tools.core import CATALOG_TOOLS
from sqlcore_mcp.tools.diagnostics import DIAGNOSTIC_TOOLS
from sqlcore_mcp.tools.documenting import DOCUMENTING_TOOLS
from sqlcore_mcp.tools.explaining import PLAN_TOOLS
from sqlcore_mcp.tools.exploring import EXPLORING_TOOLS
from sqlcore_mcp.tools.metadata import METADATA_TOOLS
from sqlcore_mcp.tools.procedures import PROCEDURE_TOOLS
from sqlcore_mcp.tools.querying import ROW_TOOLS
from sqlcore_mcp.tools.sessions import SESSION_TOOLS

__all__ = ["DEFINITIONS", "served_tools", "unknown_tool"]

DEFINITIONS: tuple[ToolDefinition, ...] = (
    *CATALOG_TOOLS,
    *ROW_TOOLS,
    *PLAN_TOOLS,
    *SESSION_TOOLS,
    *PROCEDURE_TOOLS,
    *METADATA_TOOLS,
    *EXPLORING_TOOLS,
    *DOCUMENTING_TOOLS,
    *DIAGNOSTIC_TOOLS,
)
"""All tools, in the order in which they are listed."""


def unknown_tool(name: str, known: Iterable[str], *, with_switches: bool = True) -> NotFoundError:
    """Say that there is no such tool, and which is the nearest; or what one that is off needs.

    Args:
        name: What was asked for.
        known: The tools that are on.
        with_switches: Whether there are switches that could be off, and not only the level.
    """
    names = list(known)
    for definition in DEFINITIONS:
        if definition.name == name and name not in names:
            hint = _needs(definition, with_switches=with_switches)
            return NotFoundError(f'The tool "{name}" is off here.', hint=hint)
    close = nearest(name, names)
    return NotFoundError(
        f'There is no tool "{name[:100]}" here.',
        hint=f"Did you mean {' or '.join(close)}?" if close else f"There is: {', '.join(names)}.",
    )


def _needs(definition: ToolDefinition, *, with_switches: bool) -> str:
    if definition.server_mode_only:
        return "It needs a source in server mode: a URL without a database."
    level = f"--access {definition.access.value} or more"
    toolset = f"--toolsets with {definition.toolset}"
    if definition.switch is not None:
        toolset = f"--enable-{definition.switch.replace('_', '-')}"
    elif definition.toolset == "sessions":
        toolset = "--enable-start-query or --enable-start-stored-procedure"
    needs = [level] if definition.access > Access.METADATA else []
    if with_switches or not needs:
        needs.append(toolset)
    return f"It needs {' and '.join(needs)}."


def served_tools(app: App) -> dict[str, ServedTool]:
    """Return the tools that a server lists, by name."""
    served = (serve(definition, app) for definition in DEFINITIONS)
    return {tool.name: tool for tool in served if tool is not None}
