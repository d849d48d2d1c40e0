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
    the answers of a command and to MCP over stdio.
    """
    import structlog  # noqa: PLC0415  # heavy, and not needed until something is logged

    return structlog.wrap_logger(logging.getLogger(name))
