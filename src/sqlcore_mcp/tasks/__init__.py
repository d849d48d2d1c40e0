"""MCP tasks (`io.modelcontextprotocol/tasks`, protocol 2026-07-28) over background sessions."""

from sqlcore_mcp.tasks.extension import Tasks
from sqlcore_mcp.tasks.listening import TaskNews
from sqlcore_mcp.tasks.offers import Offer, current_offer

__all__ = ["Offer", "TaskNews", "Tasks", "current_offer"]
