"""Loggers for adapters."""

from __future__ import annotations

import logging
from typing import Any

import structlog

__all__ = ["get_logger"]


def get_logger(name: str) -> Any:
    """Make a logger that goes through the standard library, which says where its lines go.

    Without a configuration that is stderr. structlog's own default is stdout, which belongs to
    the answers of a command and to MCP over stdio.
    """
    return structlog.wrap_logger(logging.getLogger(name))
