"""From settings to databases that can be used."""

from __future__ import annotations

import os
import threading
from collections import OrderedDict
from collections.abc import Mapping

import attrs

from sqlcore.config import Settings
from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret
from sqlcore.domain.urls import parse_url
from sqlcore.errors import ConfigurationError, InvalidArgumentError
from sqlcore.ports import Connector
from sqlcore.registry import load_connector
from sqlcore.services.database import Database
from sqlcore.services.limits import Limits
from sqlcore.services.naming import nearest

__all__ = ["Sources", "connect"]


def connect(
    url: str,
    *,
    access: Access | str = Access.READ,
    password: str | None = None,
    limits: Limits | None = None,
    pool_size: int | None = None,
    connector: Connector | None = None,
) -> Database:
    """Open a database. Nothing is sent before the first use.

    Args:
        url: `postgresql://user@host:port/database`, `mssql://…`, `memory://`, or an
            ADO.NET-style string.
        access: What may run: `metadata`, `read` (the default) or `write`.
        password: The password, where the URL does not hold it.
        limits: Bounds for statements; those of `Limits()` where left out.
        pool_size: The most physical connections; 16 where left out.
        connector: An engine that is not registered; found by the URL's scheme where left out.

    Raises:
        ConfigurationError: The URL is malformed, or there is no connector for it.
    """
    settings = parse_url(url)
    if password is not None:
        settings = attrs.evolve(settings, password=Secret(password))
    if pool_size is not None:
        settings = attrs.evolve(settings, pool=PoolSettings(max_size=pool_size))
    engine = connector or load_connector(settings.scheme)
    return Database(engine.connect(settings), access=_access(access), limits=limits)


def _access(access: Access | str) -> Access:
    try:
        return Access(access)
    except ValueError:
        raise ConfigurationError(
            f"{access!r} is no access level.", hint="It is one of: metadata, read, write."
        ) from None


class Sources:
    """The servers of the settings, and their databases as far as they are in use.

    For use by many threads. In server mode the least recently used database is closed when there
    are more than `Settings.max_databases` of one server.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._environ = os.environ if environ is None else environ
        self._connections: dict[str, ConnectionSettings] = {}
        self._databases: dict[str, OrderedDict[str | None, Database]] = {}
        self._lock = threading.Lock()
        self._closed = False

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the sources, in the order of the settings."""
        return tuple(self._settings.sources)

    def server_mode(self, source: str | None = None) -> bool:
        """Whether a source is free to name a database per call: its URL names none."""
        return self.connection_settings(source).database is None

    def connection_settings(self, source: str | None = None) -> ConnectionSettings:
        """Return where a source is and who we are there.

        Raises:
            ConfigurationError: There is no source, or its URL is malformed.
            InvalidArgumentError: There is none of that name, or several and none is named.
        """
        name = self._name(source)
        with self._lock:
            if name not in self._connections:
                configured = self._settings.sources[name]
                self._connections[name] = configured.connection_settings(self._environ)
            return self._connections[name]

    def database(self, source: str | None = None, database: str | None = None) -> Database:
        """Return a database of a source; opened at its first use.

        Raises:
            InvalidArgumentError: The source is bound to another database, or is not there.
        """
        settings = self.connection_settings(source)
        if database is not None and settings.database not in (None, database):
            raise InvalidArgumentError(
                f'This source is bound to the database "{settings.database}".',
                parameter="database",
                hint="Leave database out.",
            )
        name = self._name(source)
        opened, surplus = self._open(name, settings, database or settings.database)
        for old in surplus:
            old.close()
        return opened

    def _open(
        self, name: str, settings: ConnectionSettings, database: str | None
    ) -> tuple[Database, list[Database]]:
        connector = load_connector(settings.scheme)
        with self._lock:
            if self._closed:
                raise ConfigurationError("The server is shutting down.")
            opened = self._databases.setdefault(name, OrderedDict())
            if database not in opened:
                connection = connector.connect(attrs.evolve(settings, database=database))
                opened[database] = Database(
                    connection, access=self._settings.access, limits=self._settings.limits
                )
            opened.move_to_end(database)
            surplus = []
            while len(opened) > self._settings.max_databases:
                surplus.append(opened.popitem(last=False)[1])
            return opened[database], surplus

    def _name(self, source: str | None) -> str:
        names = self.names
        if not names:
            raise ConfigurationError(
                "No database is configured.",
                hint="Set SQLCORE_URL or pass --url, for example "
                "postgresql://user@localhost/database; or try the sample with --demo.",
            )
        if source is None and len(names) == 1:
            return names[0]
        if source in names:
            return str(source)
        if source is None:
            raise InvalidArgumentError(
                "There are several sources, and none is named.",
                parameter="source",
                hint=f"Name one of: {', '.join(names)}.",
            )
        close = nearest(source, names) or list(names)
        raise InvalidArgumentError(
            f'There is no source "{source}".',
            parameter="source",
            hint=f"Did you mean {' or '.join(close)}?",
        )

    def close(self) -> None:
        """Close every database; what still runs is stopped."""
        with self._lock:
            self._closed = True
            opened = [db for by_name in self._databases.values() for db in by_name.values()]
            self._databases.clear()
        for database in opened:
            database.close()
