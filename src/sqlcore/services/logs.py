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

    logger = logging.getLogger(name)
    if structlog.is_configured():
        return structlog.wrap_logger(logger)
    return structlog.wrap_logger(
        logger,
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
    )
