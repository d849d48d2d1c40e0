"""Connectors by URL scheme, found through the entry points of installed distributions.

A distribution adds an engine by an entry point in the group `sqlcore.connectors` whose name is
the URL scheme and whose object is a class without arguments that is a `sqlcore.ports.Connector`.
The connectors of this distribution are found in the same way and have no privilege.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib.metadata import EntryPoint, entry_points

from sqlcore.errors import ConfigurationError
from sqlcore.ports import Connector
from sqlcore.services.naming import nearest

__all__ = ["GROUP", "connector_names", "load_connector"]

GROUP = "sqlcore.connectors"


@functools.cache
def _entry_points() -> Mapping[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(group=GROUP)}


def connector_names() -> tuple[str, ...]:
    """Return the URL schemes that can be used, sorted."""
    return tuple(sorted(_entry_points()))


@functools.cache
def load_connector(scheme: str) -> Connector:
    """Import the connector for a URL scheme; its driver comes with it.

    Raises:
        ConfigurationError: There is none, or a package that it needs is not installed.
    """
    entry = _entry_points().get(scheme)
    if entry is None:
        raise ConfigurationError(
            f'No connector is registered for "{scheme}".', hint=_known_connectors(scheme)
        )
    try:
        connector: Connector = entry.load()()
    except (ImportError, AttributeError) as exc:
        raise ConfigurationError(
            f'The connector for "{scheme}" cannot be imported: {exc}.',
            hint="Install what it needs.",
        ) from exc
    return connector


def _known_connectors(scheme: str) -> str:
    if not connector_names():
        return "Install sqlcore as a package: its connectors are found by entry points."
    close = nearest(scheme, connector_names())
    if close:
        return f"Did you mean {' or '.join(f'{name}://' for name in close)}?"
    return f"There is: {', '.join(f'{name}://' for name in connector_names())}."
