"""Loggers for adapters."""

from __future__ import annotations

from sqlcore.services.logs import get_logger

__all__ = ["get_logger"]
