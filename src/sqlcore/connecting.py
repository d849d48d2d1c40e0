"""From settings to databases that can be used."""

from __future__ import annotations

import os
import threading
import weakref
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping

import attrs

from sqlcore.config import Settings
from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret
from sqlcore.domain.urls import parse_url
from sqlcore.errors import ConfigurationError, InvalidArgumentError
from sqlcore.ports import Connection, Connector
from sqlcore.registry import load_connector
from sqlcore.services.admission import Known
from sqlcore.services.audit_file import AuditFile
from sqlcore.services.auditing import NO_AUDIT, Audit, JoinedAudit, LoggedAudit
from sqlcore.services.calling.permitting import check_rules, rules_of_database
from sqlcore.services.database import Database
from sqlcore.services.limits import Limits, SessionLimits
from sqlcore.services.masking import parse_rules
from sqlcore.services.naming import nearest
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.services.sessions import Sessions

__all__ = ["Sources", "connect"]


def connect(
    url: str,
    *,
    access: Access | str = Access.READ,
    password: str | None = None,
    limits: Limits | None = None,
    session_limits: SessionLimits | None = None,
    allow_functions: Iterable[str] = (),
    allow_procedures: Iterable[str] = (),
    mask: Iterable[str] = (),
    audit: Audit = NO_AUDIT,
    privilege_check: PrivilegeCheck | str = PrivilegeCheck.WARN,
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
        session_limits: Bounds for background sessions; those of `SessionLimits()` where left out.
        allow_functions: Functions of the database's own that a read may call, as `schema.name`,
            `schema.*` or `name`, beside those that the catalog shows to only read.
        allow_procedures: Procedures and functions that may be called at `read`, as `schema.name`,
            `schema.*` or `name`; a database before the schema means procedures there alone.
        mask: Columns whose values are never shown: `table.column`, with `*` for any part.
        audit: Where statements are noted, such as `sqlcore.services.audit_file.AuditFile(path)`,
            which is yours to close.
        privilege_check: What is done about a login that may do more than the level: `off`,
            `warn` or `enforce`.
        pool_size: The most physical connections; 16 where left out.
        connector: An engine that is not registered; found by the URL's scheme where left out.

    Raises:
        ConfigurationError: The URL is malformed, there is no connector for it, or another
            argument cannot be used.
    """
    level = _access(access)
    settings = parse_url(url)
    if password is not None:
        settings = attrs.evolve(settings, password=Secret(password))
    if pool_size is not None:
        if pool_size < 1:
            raise ConfigurationError(f"pool_size is {pool_size}; it must be at least 1.")
        settings = attrs.evolve(settings, pool=PoolSettings(max_size=pool_size))
    engine = connector or load_connector(settings.scheme)
    mask = tuple(mask)
    parse_rules(mask)
    allow_procedures = tuple(allow_procedures)
    check_rules(allow_procedures)
    policy = Policy(
        access=level,
        limits=limits or Limits(),
        allow_functions=frozenset(allow_functions),
        allow_procedures=frozenset(allow_procedures),
        mask=mask,
        privilege_check=PrivilegeCheck(privilege_check),
        audit=audit,
    )
    connection = engine.connect(settings)
    return Database(
        connection,
        _own(policy, connection, settings.database),
        known=Known(source=settings.address),
        session_limits=session_limits,
    )


def _own(policy: Policy, connection: Connection, database: str | None) -> Policy:
    """Give the policy as a connection to a database reads it."""
    rules = rules_of_database(database, policy.allow_procedures, connection.dialect.name)
    return attrs.evolve(policy, allow_procedures=rules)


def _access(access: Access | str) -> Access:
    try:
        return Access(access)
    except ValueError:
        raise ConfigurationError(
            f"{access!r} is no access level.", hint="It is one of: metadata, read, write."
        ) from None


@attrs.define
class _Link:
    """A connection, and the `Database` that somebody may hold of it.

    A statement that runs holds its `Database`: as long as there is one, the connection stays.
    """

    connection: Connection
    known: Known
    policy: Policy
    handle: Callable[[], Database | None] = lambda: None

    def database(self, sessions: Sessions) -> Database:
        """Return the `Database` that somebody holds already, or a new one."""
        database = self.handle()
        if database is None:
            database = Database(self.connection, self.policy, known=self.known, sessions=sessions)
            self.handle = weakref.ref(database)
        return database

    @property
    def in_use(self) -> bool:
        """Whether somebody holds a `Database` of it."""
        return self.handle() is not None


class Sources:
    """The servers of the settings, and their databases as far as they are in use.

    For use by many threads. In server mode, where more than `Settings.max_databases` of one
    server are open, those that were used least recently and that nobody holds are closed. So a
    statement that runs is never stopped, and there may be more while more are in use at once.

    Attributes:
        sessions: Background sessions, of all databases together.
    """

    def __init__(self, settings: Settings, environ: Mapping[str, str] | None = None) -> None:
        self._settings = settings
        self._environ = os.environ if environ is None else environ
        self._connections: dict[str, ConnectionSettings] = {}
        self._links: dict[str, OrderedDict[str | None, _Link]] = {}
        self._audit_file = _audit_file(settings)
        self._policy = settings.policy(_audit(self._audit_file))
        self.sessions = Sessions(settings.session_limits)
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

        It stays open as long as it is held. Close it by closing the sources.

        Raises:
            InvalidArgumentError: The source is bound to another database, or is not there.
        """
        settings = self.connection_settings(source)
        if database and settings.database not in (None, database):
            raise InvalidArgumentError(
                f'This source is bound to the database "{settings.database}".',
                parameter="database",
                hint="Leave database out.",
            )
        name = self._name(source)
        opened, surplus = self._open(name, settings, database or settings.database)
        for connection in surplus:
            connection.close()
        return opened

    def _open(
        self, name: str, settings: ConnectionSettings, database: str | None
    ) -> tuple[Database, list[Connection]]:
        connector = load_connector(settings.scheme)
        with self._lock:
            if self._closed:
                raise ConfigurationError("The server is shutting down.")
            links = self._links.setdefault(name, OrderedDict())
            if database not in links:
                connection = connector.connect(attrs.evolve(settings, database=database))
                links[database] = _Link(
                    connection,
                    Known(source=attrs.evolve(settings, database=database).address),
                    _own(self._policy, connection, database),
                )
            links.move_to_end(database)
            opened = links[database].database(self.sessions)
            return opened, self._surplus(links)

    def _surplus(self, links: OrderedDict[str | None, _Link]) -> list[Connection]:
        """Take out what is too much, the least recently used first."""
        idle = [key for key, link in links.items() if not link.in_use]
        too_many = max(len(links) - self._settings.max_databases, 0)
        return [links.pop(key).connection for key in idle[:too_many]]

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
        close = nearest(source, names)
        raise InvalidArgumentError(
            f'There is no source "{source}".',
            parameter="source",
            hint=f"Did you mean {' or '.join(close)}?"
            if close
            else f"Name one of: {', '.join(names)}.",
        )

    def close(self) -> None:
        """Close every database; what still runs is stopped."""
        with self._lock:
            self._closed = True
            links = [link for by_name in self._links.values() for link in by_name.values()]
            self._links.clear()
        self.sessions.close()
        for link in links:
            link.connection.close()
        if self._audit_file is not None:
            self._audit_file.close()


def _audit_file(settings: Settings) -> AuditFile | None:
    if settings.audit_log is None:
        if settings.audit_required:
            raise ConfigurationError(
                "audit_required is on, and there is no audit log.",
                hint="Name the file: audit_log = PATH, or SQLCORE_AUDIT_LOG.",
            )
        return None
    try:
        return AuditFile(
            settings.audit_log,
            required=settings.audit_required,
            max_bytes=settings.audit_max_bytes,
            backups=settings.audit_backups,
        )
    except RuntimeError as exc:  # ~ stands for the home of nobody
        raise ConfigurationError(
            f'The audit log "{settings.audit_log}" is in a home folder that cannot be found.'
        ) from exc


def _audit(file: AuditFile | None) -> Audit:
    """Note statements in the file, and in the log where it takes them."""
    audits: list[Audit] = [] if file is None else [file]
    if LoggedAudit.is_heard():
        audits.append(LoggedAudit())
    return JoinedAudit(audits) if audits else NO_AUDIT
