"""Settings for the server of a test."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

import attrs
from tests.integration.tds.session import TdsSession

from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret

__all__ = ["settings_of", "settings_of_url"]


def settings_of_url(url: str, **changes: Any) -> ConnectionSettings:
    """Read the URL of a test's server."""
    parts = urlsplit(url)
    settings = ConnectionSettings(
        scheme="mssql",
        host=parts.hostname,
        port=parts.port,
        user=unquote(parts.username or ""),
        password=Secret(unquote(parts.password or "")),
        database=unquote(parts.path.strip("/")),
        pool=PoolSettings(max_size=4),
    )
    return attrs.evolve(settings, **changes)


def settings_of(tds: TdsSession, **changes: Any) -> ConnectionSettings:
    """Return how to reach the server of a test."""
    return settings_of_url(tds.url, **changes)
