"""`sqlcore-mcp grants`: the statements for a login that may do what it needs, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConfigurationError
from sqlcore.registry import load_connector
from sqlcore.services.grants import grants_for, grants_template
from sqlcore_mcp.app import App

__all__ = ["grant_script"]


def grant_script(
    app: App,
    *,
    scheme: str | None,
    source: str | None,
    login: str | None,
    schemas: Sequence[str],
) -> str:
    """Write the script: for a server that is configured, or from the template of an engine.

    Args:
        app: Its access level is what the login is for.
        scheme: The engine, by the scheme of its URLs; then no server is asked.
        source: The server, where there are several.
        login: The name of the login.
        schemas: What it may see.
    """
    access, limits = app.settings.access, app.settings.limits
    if scheme is not None:
        with closing(load_connector(scheme).connect(ConnectionSettings(scheme=scheme))) as engine:
            return grants_template(engine.dialect, access, limits, login=login, schemas=schemas)
    if not app.source_names:
        raise ConfigurationError(
            "No database is configured.",
            hint="Name one with --url, or print a template with --engine postgres or mssql.",
        )
    database = app.database(source, None)
    return grants_for(database.connection, access, limits, login=login, schemas=schemas)
