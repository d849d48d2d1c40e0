"""Where to connect and as whom; a connection attempt that ends in time.

The attempt runs in a thread of its own: looking up a host name and authenticating block inside
libpq, where neither a timeout nor a cancel would reach. Whoever gave up leaves the thread behind;
it closes what it gets.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from typing import Any

import attrs
import psycopg
from psycopg.pq import Conninfo

from sqlcore.adapters.postgres.errors import connection_error, is_busy_socket, no_answer
from sqlcore.adapters.postgres.newest import Newest
from sqlcore.adapters.postgres.signals import Signal
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.errors import ConfigurationError
from sqlcore.services.naming import nearest

__all__ = ["BUSY_PAUSE", "BUSY_PAUSE_S", "Login"]

# Set by the settings themselves, or by the adapter.
_NOT_OPTIONS = frozenset(
    {"user", "password", "dbname", "port", "client_encoding", "application_name", "replication"}
)
BUSY_PAUSE_S = 0.01
BUSY_PAUSE = threading.Event()
"""Never set: waiting for it is a pause."""
_LEAST_TIMEOUT_S = 2
"""What libpq takes for less (libpq, "Connection Control Functions", connect_timeout)."""


@attrs.frozen(kw_only=True)
class Login:
    """Connection parameters of libpq; they hold the password and are never shown.

    Attributes:
        address: Where the server is, for messages.
        timeout_s: How long one attempt may take.
        newest: What the newest connection said of its server.
    """

    parameters: Mapping[str, Any] = attrs.field(repr=False)
    address: str
    timeout_s: float
    newest: Newest = attrs.field(factory=Newest, repr=False, eq=False)

    @classmethod
    def of(cls, settings: ConnectionSettings) -> Login:
        """Make the parameters from the settings.

        Raises:
            ConfigurationError: An option is not one of libpq's, or its value is malformed.
        """
        options = dict(settings.options)
        _check_options(options)
        timeout_s = _timeout(options.pop("connect_timeout", None), settings.connect_timeout_s)
        parameters: dict[str, Any] = {
            "host": settings.host,
            "port": settings.port,
            "user": settings.user,
            "password": None if settings.password is None else settings.password.reveal(),
            "dbname": settings.database,
            "application_name": settings.application_name,
            "client_encoding": "utf8",
            **options,
        }
        given = {name: value for name, value in parameters.items() if value is not None}
        given["connect_timeout"] = max(_LEAST_TIMEOUT_S, round(timeout_s))
        host = str(given.get("host", "localhost"))
        address = attrs.evolve(settings, host=host).address
        if host.startswith(("/", "@")):  # a Unix socket
            address = f"{settings.database or ''} at {host}".strip()
        return cls(parameters=given, address=address, timeout_s=timeout_s)

    def connect(self, signal: Signal | None = None) -> psycopg.Connection[Any]:
        """Connect; give up when the time is over or the signal says so.

        Raises:
            ConnectionFailedError: The server cannot be reached, or TLS does not fit.
            AuthenticationError: It refused the login.
            NotFoundError: It has no such database.
        """
        attempt = _Attempt(self.parameters)
        give_up_at = time.monotonic() + self.timeout_s
        if signal is not None:
            signal.wake_with(attempt.ended.set)
        threading.Thread(target=attempt.run, name="sqlcore-connect", daemon=True).start()
        try:
            attempt.ended.wait(max(0.0, give_up_at - time.monotonic()))
        finally:
            connection, failure = attempt.take()
            if signal is not None:
                signal.wake_with(None)
        if connection is not None:
            self.newest.note(connection)
            return connection
        if signal is not None:
            signal.check()
        if failure is None:
            raise no_answer(self.address, self.timeout_s)
        raise connection_error(failure, self.address) from failure


class _Attempt:
    """One attempt, handed over to whoever waits for it, or closed when nobody does."""

    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self.ended = threading.Event()
        self._parameters = parameters
        self._lock = threading.Lock()
        self._abandoned = False
        self._connection: psycopg.Connection[Any] | None = None
        self._failure: psycopg.Error | None = None

    def run(self) -> None:
        try:
            connection = self._connect()
        except psycopg.Error as exc:
            # The driver's own error holds the connection, and that one the password.
            self._failure = type(exc)(str(exc))
        else:
            with self._lock:
                if self._abandoned:
                    connection.close()
                else:
                    self._connection = connection
        self.ended.set()

    def _connect(self) -> psycopg.Connection[Any]:
        while True:
            try:
                return psycopg.Connection.connect(autocommit=True, **self._parameters)
            except psycopg.OperationalError as exc:
                if not is_busy_socket(exc) or self._abandoned:
                    raise
            BUSY_PAUSE.wait(BUSY_PAUSE_S)

    def take(self) -> tuple[psycopg.Connection[Any] | None, psycopg.Error | None]:
        with self._lock:
            self._abandoned = True
            return self._connection, self._failure


def _check_options(options: Mapping[str, str]) -> None:
    known = {option.keyword.decode() for option in Conninfo.get_defaults()} - _NOT_OPTIONS
    for name in options:
        if name in known:
            continue
        close = nearest(name, sorted(known))
        raise ConfigurationError(
            f"PostgreSQL has no connection option {name!r}.",
            parameter=name,
            hint=f"Did you mean {close[0]!r}?"
            if close
            else "Options are those of libpq, such as sslmode or target_session_attrs.",
        )


def _timeout(text: str | None, default_s: float) -> float:
    if text is None:
        return default_s
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.0 < seconds < float("inf"):
        raise ConfigurationError(
            f"connect_timeout must be a number of seconds above 0, not {text!r}.",
            parameter="connect_timeout",
        )
    return seconds
