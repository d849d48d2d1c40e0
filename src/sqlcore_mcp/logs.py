"""Logging: structlog to stderr, imported when there is something to say.

stdout belongs to the protocol.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

__all__ = ["configure_logging", "log"]

_LEVEL = logging.WARNING
_TALKATIVE = ("httpx2", "httpcore2")
"""Loggers that quote addresses, in which there may be keys."""


def configure_logging(level: str) -> None:
    """Send what is logged to stderr, from this level on. Call it before a server is built.

    The root logger gets its handler here, so that the SDK adds none of its own.
    """
    global _LEVEL  # noqa: PLW0603  # logging is set up once in a process
    _LEVEL = getattr(logging, level.upper())
    logging.basicConfig(
        stream=sys.stderr, level=_LEVEL, format="%(levelname)s %(name)s: %(message)s"
    )
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)


_PASSWORD_IN_URL = re.compile(r"(://[^:/@\s]*:)[^@\s]+@")
_PASSWORD_FIELD = re.compile(r"((?:password|pwd)\s*=\s*)[^;\s]+", re.IGNORECASE)


def _without_passwords(
    _: Any, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Take out what looks like a password: a traceback may quote a connection string."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _PASSWORD_FIELD.sub(r"\1***", _PASSWORD_IN_URL.sub(r"\1***@", value))
    return event


def log() -> Any:
    """Return a logger to what stderr is now."""
    import structlog  # noqa: PLC0415  # not needed until something is logged

    return structlog.wrap_logger(
        structlog.PrintLogger(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            _without_passwords,
            structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(_LEVEL),
    )
