"""One physical connection, driven through libpq without ever blocking inside it.

A link is made empty and connects when it is first used, in the thread that needs it: so a failure
to connect reaches that caller at once, with its cause. Lost or discarded, it is empty again.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Sequence
from typing import Any, Self

import psycopg
from psycopg.pq import ConnStatus, ExecStatus, Format, TransactionStatus
from psycopg.pq.abc import PGcancelConn, PGconn, PGresult

from sqlcore.adapters.postgres.errors import Report, no_answer
from sqlcore.adapters.postgres.login import Login
from sqlcore.adapters.postgres.readiness import Readiness
from sqlcore.adapters.postgres.signals import Signal
from sqlcore.adapters.postgres.values import RowLoader
from sqlcore.domain.query import Message

__all__ = ["MOST_BYTES_AT_ONCE", "DeadlinePassedError", "Link", "LinkLostError", "TooLargeError"]

_STALE_AFTER_S = 30.0
"""A connection that was idle for longer is asked whether it still works."""
MOST_BYTES_AT_ONCE = 256 * 2**20
"""What may arrive before a row, or a few, can be handed out; a value can have a gigabyte."""
_CHECKS_CLIENT_SINCE = 140000
_TRY_CLIENT_CHECK = (
    b"SELECT pg_catalog.set_config('client_connection_check_interval', '1000', true)"
)
# Looking a member of an enumeration up takes longer than what is done with it.
_BAD = ConnStatus.BAD
_FATAL_ERROR = ExecStatus.FATAL_ERROR
_PIPELINE_SYNC = ExecStatus.PIPELINE_SYNC


class DeadlinePassedError(Exception):
    """The wait for the server took too long."""


class LinkLostError(Exception):
    """The connection broke; what was sent may have run."""


class TooLargeError(LinkLostError):
    """More arrived at once than may be held in memory; the connection was dropped."""


class _Idle:
    """What the pool looks at when a link comes back: links tidy up by themselves."""

    transaction_status = TransactionStatus.IDLE


class Link:
    """A physical connection with its own wake-up call. Used by one thread at a time.

    Attributes:
        raw: The driver's connection; None while there is none.
        notices: What the server said beside results, since it was last emptied.
        generation: Counts the connections made, for caches that belong to one of them.
        checks_client: Whether the server can look if we are still there while a statement runs.
        loader: Kept here by whoever reads rows, with the settings that it fits.
    """

    # What psycopg_pool expects of a connection.
    pgconn = _Idle()
    _pool: Any = None
    _created_at: float
    _expire_at: float

    def __init__(self, login: Login) -> None:
        self.raw: psycopg.Connection[Any] | None = None
        self.notices: list[Message] = []
        self.generation = 0
        self.checks_client = False
        self.loader: RowLoader | None = None
        self.loader_key: tuple[object, ...] = ()
        self._login = login
        self._pg: PGconn
        self._readiness: Readiness
        self._kept: dict[bytes, bytes] = {}
        self._awaited_syncs = 0
        self._used_at = 0.0
        self._is_dying = False
        self._wake_reader, self._wake_writer = socket.socketpair()
        self._wake_reader.setblocking(False)
        self._wake_writer.setblocking(False)

    @classmethod
    def connect(cls, _conninfo: str, *, login: Login) -> Self:
        """Make an empty link, for the pool."""
        return cls(login)

    def __repr__(self) -> str:
        return f"<Link to {self._login.address}, {'empty' if self.raw is None else 'connected'}>"

    @property
    def address(self) -> str:
        """Where it goes, for messages and the log."""
        return self._login.address

    # -- life ---------------------------------------------------------------------------------

    def make_ready(self, signal: Signal | None) -> PGconn:
        """Connect, or see that the connection is still there. Nothing of a caller's runs here.

        Raises:
            SqlCoreError: No connection could be made.
            Interrupted: The signal was given.
        """
        if self.raw is not None and not self._is_alive():
            self.discard()
        if self.raw is None:
            self._open(signal)
        return self._pg

    def _open(self, signal: Signal | None) -> None:
        raw = self._login.connect(signal)
        self._pg = raw.pgconn
        self._pg.notice_handler = self._take_notice
        self._pg.notify_handler = None
        self._readiness = Readiness(self._pg.socket, self._wake_reader)
        self._awaited_syncs = 0
        self._is_dying = False
        self.generation += 1
        self.forget_kept()
        self.raw = raw
        self.checks_client = self._try_client_check(signal)

    def _try_client_check(self, signal: Signal | None) -> bool:
        """Ask whether the server can look, while a statement runs, if its client is still there.

        Those on Windows and some services cannot, and refuse the setting. Source: PostgreSQL,
        "Connections and Authentication", client_connection_check_interval.
        """
        if self._pg.server_version < _CHECKS_CLIENT_SINCE:
            return False
        is_accepted = True
        until = time.monotonic() + self._login.timeout_s
        try:
            self.queue_script(_TRY_CLIENT_CHECK)
            self.send(until, signal)
            while (result := self.receive(until, signal)) is not None:
                is_accepted = is_accepted and result.status != _FATAL_ERROR
        except (DeadlinePassedError, LinkLostError) as exc:
            self.discard()
            raise no_answer(self.address, self._login.timeout_s) from exc
        self.notices.clear()
        return is_accepted

    def _is_alive(self) -> bool:
        """Look for a farewell in the socket; ask the server if it was silent for long."""
        try:
            while self._readiness.has_input():
                self._pg.consume_input()
                self._pg.is_busy()  # parses, so that notices are taken
                if self._is_dying or self._pg.status == _BAD:
                    return False
            if time.monotonic() - self._used_at > _STALE_AFTER_S:
                self.ask(time.monotonic() + self._login.timeout_s)
        except (psycopg.Error, LinkLostError, DeadlinePassedError, OSError):
            return False
        return True

    def _take_notice(self, result: PGresult) -> None:
        """Keep what the server says; libpq frees the result right after this."""
        report = Report.of(result)
        if report.ends_connection:
            self._is_dying = True
        self.notices.append(
            Message(
                text=report.raised_words if report.is_raised else report.message,
                severity=report.severity.lower(),
                number=report.sqlstate or None,
                line=report.procedure_line,
                procedure=report.procedure,
            )
        )

    @property
    def server_session(self) -> str:
        """The process id of the server session; only while there is a connection."""
        return str(self._pg.backend_pid)

    @property
    def is_in_transaction(self) -> bool:
        """Whether the server waits inside a transaction, a failed one included."""
        return self.raw is not None and self._pg.transaction_status in {
            TransactionStatus.INTRANS,
            TransactionStatus.INERROR,
        }

    @property
    def has_standard_strings(self) -> bool:
        """Whether the server session takes a backslash in a string for itself, as it reported."""
        return (
            self.raw is not None
            and self._pg.parameter_status(b"standard_conforming_strings") == b"on"
        )

    @property
    def is_clean(self) -> bool:
        """Whether there is a connection that waits for the next statement, in no transaction."""
        return (
            self.raw is not None
            and not self._awaited_syncs
            and self._pg.transaction_status == TransactionStatus.IDLE
        )

    def settle(self) -> None:
        """Be ready for the pool: keep the connection if it is clean, else drop it."""
        self.notices.clear()
        self._used_at = time.monotonic()
        if not self.is_clean:
            self.discard()

    def discard(self) -> None:
        """Drop the connection; the server rolls back what it has not committed."""
        raw, self.raw = self.raw, None
        self.loader = None
        if raw is not None:
            raw.close()

    def close(self) -> None:
        """Drop the connection for good (called by the pool)."""
        self.discard()
        self._wake_reader.close()
        self._wake_writer.close()

    def rollback(self) -> None:
        """Do nothing: part of what the pool expects; links come back without a transaction."""

    # -- waiting ------------------------------------------------------------------------------

    def wake(self) -> None:
        """Wake the thread that waits on this link; safe from any thread."""
        with contextlib.suppress(OSError):  # full: it will wake anyway; closed: nobody waits
            self._wake_writer.send(b"!")

    def _wait(self, until: float, signal: Signal | None, *, to_write: bool = False) -> None:
        while True:
            timeout_s = until - time.monotonic()
            if timeout_s <= 0:
                raise DeadlinePassedError
            if self._readiness.wait(timeout_s, to_write=to_write):
                return
            with contextlib.suppress(BlockingIOError):
                self._wake_reader.recv(64)
            if signal is not None:
                signal.check()

    def send(self, until: float, signal: Signal | None) -> None:
        """Push out what has been queued."""
        try:
            while self._pg.flush():
                self._wait(until, signal, to_write=True)
                self._pg.consume_input()
        except psycopg.Error as exc:
            raise LinkLostError from exc

    @property
    def is_waiting(self) -> bool:
        """Whether the next `receive` would have to wait for the server."""
        return bool(self._pg.is_busy())

    def receive(self, until: float, signal: Signal | None) -> PGresult | None:
        """Take the next result; None ends those of one statement.

        Raises:
            DeadlinePassedError: `until` (of the monotonic clock) passed.
            Interrupted: The signal was given.
            LinkLostError: The connection broke, or was dropped for too much at once.
        """
        pg = self._pg
        try:
            if pg.is_busy():
                self._await_result(until, signal)
            result = pg.get_result()
        except psycopg.Error as exc:
            raise LinkLostError from exc
        if result is None:
            if pg.status == _BAD:
                raise LinkLostError
        elif result.status == _PIPELINE_SYNC:
            self._awaited_syncs -= 1
        return result

    def _await_result(self, until: float, signal: Signal | None) -> None:
        pg = self._pg
        arrived_bytes = 0
        while pg.is_busy():
            self._wait(until, signal)
            arrived_bytes += self._readiness.arrived_bytes()
            if arrived_bytes > MOST_BYTES_AT_ONCE:
                self.discard()
                raise TooLargeError
            pg.consume_input()

    def skip(self, count: int, until: float, signal: Signal | None) -> PGresult | None:
        """Take the results of commands that bring nothing; return the first failure.

        Raises:
            As `receive`.
        """
        for _ in range(count):
            while (result := self.receive(until, signal)) is not None:
                if result.status == _FATAL_ERROR:
                    return result
        self.notices.clear()
        return None

    def ask(self, until: float) -> None:
        """Make one round trip that runs nothing."""
        self.enter_pipeline()
        self.sync()
        self.send(until, None)
        self.drain(until)

    def drain(self, until: float) -> bool:
        """Drop all that the server still sends, until it waits for the next statement.

        Returns:
            Whether an error was among it.
        """
        has_failed = False
        if not self._awaited_syncs:
            while (result := self.receive(until, None)) is not None:
                has_failed = has_failed or result.status == _FATAL_ERROR
                _check_time(until)
        while self._awaited_syncs:
            result = self.receive(until, None)
            if result is not None and result.status == _FATAL_ERROR:
                has_failed = True
            _check_time(until)
        return has_failed

    # -- sending ------------------------------------------------------------------------------

    def enter_pipeline(self) -> None:
        """Queue statements instead of waiting for each; extended protocol only."""
        self._pg.enter_pipeline_mode()

    def leave_pipeline(self) -> None:
        """Go back to one statement at a time."""
        self._pg.exit_pipeline_mode()

    def sync(self) -> None:
        """End a group of queued statements: after an error, the server goes on behind it."""
        self._pg.pipeline_sync()
        self._awaited_syncs += 1

    def queue(
        self,
        text: bytes,
        values: Sequence[bytes | None] | None = None,
        types: Sequence[int] | None = None,
        formats: Sequence[int] | None = None,
    ) -> None:
        """Queue one statement over the extended protocol, which takes no second one."""
        self._pg.send_query_params(text, values, types, formats, Format.TEXT)

    def queue_kept(self, text: bytes, values: Sequence[bytes | None], *, keep: bool) -> int:
        """Queue one of our own statements, which the server parses and plans only once.

        Returns:
            How many results it will have.
        """
        if not keep:
            self.queue(text, values)
            return 1
        name = self._kept.get(text)
        if name is not None:
            self._pg.send_query_prepared(name, values, None, Format.TEXT)
            return 1
        name = self._kept[text] = b"sqlcore_%d" % len(self._kept)
        self._pg.send_prepare(name, text)
        self._pg.send_query_prepared(name, values, None, Format.TEXT)
        return 2

    def forget_kept(self) -> None:
        """Take note that the server session has no prepared statements any more."""
        self._kept.clear()

    def queue_script(self, text: bytes) -> None:
        """Queue a text of any number of statements, over the simple protocol."""
        self._pg.send_query(text)

    def cancel_request(self) -> PGcancelConn:
        """Make a request to cancel what runs, which goes to the server on a way of its own."""
        return self._pg.cancel_conn()


def _check_time(until: float) -> None:
    if time.monotonic() > until:
        raise DeadlinePassedError
