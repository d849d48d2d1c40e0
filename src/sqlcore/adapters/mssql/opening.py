"""Making a physical connection, and saying why that did not work."""

from __future__ import annotations

import contextlib
import math
import socket
import time
from typing import Any

from sqlcore.adapters.logs import get_logger
from sqlcore.adapters.mssql.login_errors import login_error
from sqlcore.adapters.mssql.options import DriverOptions, read_options
from sqlcore.adapters.mssql.session import ServerKind, Session, driver_module
from sqlcore.adapters.mssql.waiting import Interrupted, install, waiting
from sqlcore.adapters.mssql.watchdog import WATCHDOG
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import (
    AuthenticationError,
    ConfigurationError,
    ConnectionFailedError,
    NotFoundError,
    SqlCoreError,
)

__all__ = ["SessionOpener"]

_DEFAULT_PORT = 1433

# What pymssql sets by default, without CURSOR_CLOSE_ON_COMMIT, which is no default elsewhere; and
# XACT_ABORT, so that an error ends the batch and its transaction.
_SESSION_SETTINGS = " ".join(
    f"SET {setting};"
    for setting in (
        "ARITHABORT ON",
        "CONCAT_NULL_YIELDS_NULL ON",
        "ANSI_NULLS ON",
        "ANSI_NULL_DFLT_ON ON",
        "ANSI_PADDING ON",
        "ANSI_WARNINGS ON",
        "QUOTED_IDENTIFIER ON",
        "TEXTSIZE 2147483647",
        "XACT_ABORT ON",
    )
)
_GREETING = (
    "SELECT @@VERSION, CAST(SERVERPROPERTY('EngineEdition') AS int), CAST(@@SPID AS int), DB_NAME()"
)

_log = get_logger(__name__)


class SessionOpener:
    """Opens sessions for one set of settings."""

    def __init__(self, settings: ConnectionSettings) -> None:
        self._settings = settings
        self._options: DriverOptions = read_options(settings)
        self._server = _server_name(settings)
        self._asked_for_database = False
        self._has_warned = False

    @property
    def where(self) -> str:
        """Server and database, without the login."""
        return self._settings.address

    @property
    def login(self) -> str:
        """The name of the login; empty where the operating system gives it."""
        return "" if self._options.integrated_security else self._settings.user or ""

    def open(self) -> Session:
        """Connect, within the time that the settings give.

        Raises:
            ConnectionFailedError: No answer, no such host, or TLS that does not fit.
            AuthenticationError: The login was refused.
            NotFoundError: The database cannot be opened.
        """
        self._warn_about_certificate()
        deadline = time.monotonic() + self._options.connect_timeout_s
        driver = driver_module()
        install(driver)
        try:
            session = self._log_in(driver, deadline, self._settings.database or "")
        except driver.MSSQLException as error:
            raise self._explained(driver, error) from error
        try:
            self._greet(session, max(0.1, deadline - time.monotonic()))
        except SqlCoreError:
            session.close()
            raise
        return session

    def _warn_about_certificate(self) -> None:
        if self._options.checks_certificate and not self._has_warned:
            self._has_warned = True
            # Source: FreeTDS user guide, "freetds.conf": `ca file`, `check certificate hostname`.
            _log.warning("certificate_check_is_freetds_configuration", server=self._server)

    def _log_in(self, driver: Any, deadline: float, database: str) -> Session:
        """Log in; the driver's callback hands over the descriptor at its first statement."""
        duplicates: list[socket.socket] = []
        key = object()

        def keep(descriptor: int) -> None:
            if not duplicates:
                duplicate = socket.fromfd(descriptor, socket.AF_INET, socket.SOCK_STREAM)
                duplicates.append(duplicate)
                WATCHDOG.arm(key, deadline, lambda: _end(duplicate))

        settings = self._settings
        password = settings.password.reveal() if settings.password is not None else None
        user = None if self._options.integrated_security else settings.user
        driver.login_timeout = max(1, math.ceil(deadline - time.monotonic()))
        try:
            with waiting(deadline, on_descriptor=keep):
                connection = driver.connect(
                    server=self._server,
                    port=str(settings.port or _DEFAULT_PORT),
                    user=user,
                    password=None if user is None else password or "",
                    database=database,
                    charset="UTF-8",
                    appname=self._options.application_name,
                    tds_version=self._options.tds_version,
                    encryption=self._options.encryption,
                    read_only=self._options.read_only_intent,
                    conn_properties=_SESSION_SETTINGS,
                )
        except Interrupted:
            raise self._no_answer() from None
        finally:
            WATCHDOG.disarm(key)
        return Session(connection, duplicates[0])

    def _no_answer(self) -> ConnectionFailedError:
        return ConnectionFailedError(
            f"{self.where} took the login and did not answer within"
            f" {self._options.connect_timeout_s:g} s.",
            hint="Look at the load of the server, or allow more time to connect.",
        )

    def _greet(self, session: Session, timeout_s: float) -> None:
        with session.statement(timeout_s):
            ((row,),) = session.query(_GREETING)
        session.kind = ServerKind(version_text=str(row[0]), engine_edition=row[1])
        session.server_session_id = row[2]
        session.database = str(row[3])
        wanted = self._settings.database
        if wanted and wanted.lower() != session.database.lower():
            # The driver does not look at the answer to its USE.
            raise self._no_database()

    def _no_database(self) -> NotFoundError:
        return NotFoundError(
            f"The database of {self.where} cannot be opened with this login.",
            hint="Check the name of the database and that this login may open it.",
        )

    def _explained(self, driver: Any, error: Any) -> SqlCoreError:
        first = error.args[0]
        number, text = first if isinstance(first, tuple) else (0, str(first).encode())
        translated = login_error(
            text.decode("utf-8", "replace"),
            number=number,
            user=self._settings.user,
            where=self.where,
        )
        if isinstance(translated, AuthenticationError) and self._is_the_database(driver):
            return self._no_database()
        if isinstance(translated, ConnectionFailedError) and translated.number in (20002, 20017):
            translated.with_hint(_TLS_HINTS[self._options.encryption == "require"])
        return translated

    def _is_the_database(self, driver: Any) -> bool:
        """Log in without the database, once, to tell a wrong database from a wrong password.

        SQL Server reports both as 18456 in the end: 4060 comes before it with a lower severity,
        and the driver keeps the most severe message only.
        """
        if not self._settings.database or self._asked_for_database:
            return False
        self._asked_for_database = True
        deadline = time.monotonic() + self._options.connect_timeout_s
        try:
            session = self._log_in(driver, deadline, "")
        except (driver.MSSQLException, SqlCoreError):
            return False
        with contextlib.closing(session):
            return True


_TLS_HINTS = {
    True: (
        "TLS was required (encrypt=true): check that the server has a certificate, or set"
        " encrypt=optional on a trusted network."
    ),
    False: "The server may insist on TLS: set encrypt=true. Check also that it is a SQL Server.",
}


def _end(duplicate: socket.socket) -> None:
    with contextlib.suppress(OSError):
        duplicate.shutdown(socket.SHUT_RDWR)


def _server_name(settings: ConnectionSettings) -> str:
    host = settings.host or "localhost"
    if any(character in host for character in ":,;\0\n"):
        # The driver takes what follows a colon for a port, so IPv6 addresses cannot be said.
        raise ConfigurationError(
            f"The host {host!r} cannot be used: give a name or an IPv4 address, and the port"
            " beside it.",
            parameter="host",
        )
    return host.partition("\\")[0] if settings.port is not None else host
