"""The application object: settings, sources and what a server hands to its tools."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Self

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConfigurationError
from sqlcore_mcp.remembering import Remembered
from sqlcore_mcp.resources import Resource, ResourceStore
from sqlcore_mcp.result_files import RESULTS_START, ResultFiles
from sqlcore_mcp.settings import ServerSettings
from sqlcore_mcp.spilling import Spills

if TYPE_CHECKING:
    from sqlcore.connecting import Sources
    from sqlcore.domain.cancellation import CancelToken
    from sqlcore.services.database import Database
    from sqlcore.services.sessions import Sessions
    from sqlcore_mcp.knowledge import KnowledgeEndpoint
    from sqlcore_mcp.rendering.results import Wishes

__all__ = ["App"]

_SESSIONS_SHARE = 0.6
_MOST_WISHES = 2000


class App:
    """What the tools of one server share. Close it, or use it as a context manager.

    Nothing is sent, and no driver is imported, before the first use.

    Attributes:
        resources: What answers name by URI, and is kept in memory.
        result_files: Results of sessions, which answers name by URI too.
        spills: Results that were too large for an answer.
        lives_on: Whether there are calls after this one, so that something can be kept for them.
        knowledge: Where documents can be stored; None where nothing is configured.
        wishes: How the results of sessions are to be shown, by id.
    """

    def __init__(self, settings: ServerSettings, environ: Mapping[str, str] | None = None) -> None:
        """Check the settings of every source.

        Raises:
            ConfigurationError: A URL is malformed, or a password is not where it should be.
        """
        self.settings = settings
        self.lives_on = True
        self.resources = ResourceStore()
        self.result_files = ResultFiles(self._sessions, settings.max_resource_bytes)
        self.spills = Spills(self._sessions)
        self.wishes: Remembered[Wishes] = Remembered(_MOST_WISHES)
        self._environ = os.environ if environ is None else environ
        self.knowledge = self._knowledge()
        self._addresses: dict[str, ConnectionSettings] = {
            name: source.connection_settings(self._environ)
            for name, source in settings.sources.items()
        }
        self._sources: Sources | None = None
        self._opening = threading.Lock()
        self._closed = False

    def _knowledge(self) -> KnowledgeEndpoint | None:
        if self.settings.knowledge_url is None:
            return None
        from sqlcore_mcp.knowledge_settings import knowledge_endpoint  # noqa: PLC0415  # rarely needed

        return knowledge_endpoint(self.settings, self._environ)

    @property
    def source_names(self) -> tuple[str, ...]:
        """The names of the sources, in the order of the settings."""
        return tuple(self._addresses)

    @property
    def names_databases(self) -> bool:
        """Whether a call may name a database: a source is in server mode."""
        return any(address.database is None for address in self._addresses.values())

    def in_server_mode(self, source: str | None) -> bool:
        """Whether a source, by default the only one, is free to name a database per call."""
        if source is None and not self.names_sources:
            return self.names_databases
        address = self._addresses.get(source or "")
        return address is not None and address.database is None

    @property
    def names_sources(self) -> bool:
        """Whether a call may name a source: there are several."""
        return len(self._addresses) > 1

    @property
    def sources(self) -> Sources:
        """The sources; made at the first use, for the guard comes with them and is heavy."""
        with self._opening:
            if self._closed:
                raise ConfigurationError("The server is shutting down.")
            if self._sources is None:
                from sqlcore.connecting import Sources  # noqa: PLC0415  # heavy

                self._sources = Sources(self.settings, self._environ)
            return self._sources

    @property
    def sessions(self) -> Sessions:
        """Background sessions, of all sources together."""
        return self.sources.sessions

    def _sessions(self) -> Sessions:
        return self.sessions

    def read_resource(self, uri: str, owner: str, cancel: CancelToken | None = None) -> Resource:
        """Return what an answer named by URI, to its owner; blocks while it is made.

        Raises:
            NotFoundError: There is none, it has expired, or it is somebody else's.
            LimitExceededError: It is larger than one read may load.
            StatementCancelledError: `cancel` was set.
        """
        if uri.startswith(RESULTS_START):
            return self.result_files.read(uri, owner, cancel)
        return self.resources.read(uri, owner, cancel)

    def database(self, source: str | None, database: str | None) -> Database:
        """Return the database that a call is about."""
        return self.sources.database(source, database)

    def warm_up(self) -> None:
        """Import what the first call needs: drivers, the guard, Arrow. Connects to nothing."""
        for name in self._addresses:
            self.database(name, None).decide("SELECT 1 AS one")
        if "sessions" in self.settings.listed_toolsets:
            # The first session would load it otherwise, and hold up the answer to its start.
            importlib.import_module("sqlcore.services.spool.writing")

    def close(self) -> None:
        """Stop what runs, background sessions first, and close every database.

        Sessions take the most of `shutdown_seconds`, so that all is done within.
        """
        with self._opening:
            self._closed = True
            opened = self._sources
        if opened is not None:
            opened.sessions.close(_SESSIONS_SHARE * self.settings.shutdown_seconds)
            opened.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
