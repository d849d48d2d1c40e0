"""Loggers, imported when there is something to say."""

from __future__ import annotations

import logging
from typing import Any

__all__ = ["AUDIT_LOGGER", "SECURITY_LOGGER", "get_logger"]

AUDIT_LOGGER = "sqlcore.audit"
SECURITY_LOGGER = "sqlcore.security"


def get_logger(name: str) -> Any:
    """Make a logger that goes through the standard library, which says where its lines go.

    Without a configuration that is stderr. structlog's own default is stdout, which belongs to
    the answers of a command and to MCP over stdio. Its tracebacks show the values of variables,
    where `rich` is installed: rows and passwords among them. So ours are plain.
    """
    import structlog  # noqa: PLC0415  # heavy, and not needed until something is logged

    plain: list[Any] = [
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.format_exc_info,
        structlog.dev.ConsoleRenderer(colors=False),
    ]

    def process(logger: Any, method: str, event: Any) -> Any:
        """Do as is configured now, for a program may configure its logs after we are loaded."""
        is_configured = structlog.is_configured()
        for processor in structlog.get_config()["processors"] if is_configured else plain:
            event = processor(logger, method, event)
        return event

    return structlog.wrap_logger(logging.getLogger(name), processors=[process])
