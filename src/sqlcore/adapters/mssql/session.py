"""One physical connection: what is sent, how long it may take, and whether it is still usable."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

import attrs

from sqlcore.adapters.mssql.batches import TIDYING
from sqlcore.adapters.mssql.errors import ServerMessage, statement_error
from sqlcore.adapters.mssql.waiting import Interrupted, Waker, wait_readable, waiting
from sqlcore.adapters.mssql.watchdog import WATCHDOG
from sqlcore.domain.cancellation import CancelToken
from sqlcore.errors import (
    ConnectionLostError,
    ExecutionError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)

__all__ = ["Header", "ServerKind", "Session", "driver_module"]

_GRACE_S = 0.25
"""How long the server may take to confirm that it stopped; then the socket is shut down.

SQL Server confirms at once; Babelfish 4.3 only when the statement has ended by itself."""
_TIDY_UP_S = 2.0
_TUPLES = 1
_MOST_AT_ONCE_BYTES = 4 * 2**20
_ROWS_BETWEEN_LOOKS = 32
_LONG_CODES = (1, 2)
"""What the driver says of columns of text, and of binary among others."""

Header = tuple[tuple[str, int], ...]
"""For each column its name and the driver's coarse type code."""


@attrs.frozen(kw_only=True)
class ServerKind:
    """What a server said when the session began.

    Attributes:
        version_text: `@@VERSION`.
        engine_edition: `SERVERPROPERTY('EngineEdition')`.
    """

    version_text: str
    engine_edition: int | None

    @property
    def is_babelfish(self) -> bool:
        """Whether it is Babelfish for PostgreSQL."""
        return self.version_text.startswith("Babelfish")

    @property
    def has_savepoints(self) -> bool:
        """Whether SAVE TRANSACTION works; Synapse (6) and Fabric (11, 12) lack it.

        Source: "SAVE TRANSACTION (Transact-SQL)", which names the products it applies to.
        """
        return self.engine_edition not in (6, 11, 12)


class Session:
    """A physical connection that one thread at a time uses.

    The driver's `cancel` and `close` are called by that thread alone: from another one they abort
    the process. What others may do is `request_stop`.
    """

    def __init__(self, driver_connection: Any, duplicate: socket.socket) -> None:
        self._driver = driver_connection
        self._socket = duplicate
        self._waker = Waker()
        self._messages: list[ServerMessage] = []
        self._lock = threading.Lock()
        self._deadline: float | None = None
        self._stop_reason: str | None = None
        self._timeout_s = 0.0
        self._is_running = False
        self._is_in_driver = False
        self._is_read = False
        self._error_behind_rows: SqlCoreError | None = None
        self._long_columns: list[int] = []
        self.is_broken = False
        self.kind = ServerKind(version_text="", engine_edition=None)
        self.database = ""
        self.server_session_id = 0
        self.idle_since: float | None = None
        driver_connection.set_msghandler(self._on_message)

    # -- what other threads may call

    def request_stop(self, reason: str = "cancelled") -> None:
        """Ask the statement that runs to stop; its thread hears within the grace."""
        with self._lock:
            if not self._is_running or self._stop_reason is not None:
                return
            self._stop_reason = reason
            WATCHDOG.arm(self, time.monotonic() + _GRACE_S, self._shut_down)
        self._waker.wake()

    @property
    def is_waiting(self) -> bool:
        """Whether its thread is inside the driver, waiting for the server."""
        return self._is_in_driver

    # -- the life of a statement

    @contextlib.contextmanager
    def statement(self, timeout_s: float, cancel: CancelToken | None = None) -> Iterator[None]:
        """Bound everything inside by one deadline and one cancel token."""
        deadline = time.monotonic() + timeout_s
        self._begin(deadline, timeout_s)
        forget = cancel.on_cancel(self.request_stop) if cancel is not None else None
        try:
            yield
        finally:
            if forget is not None:
                forget()
            self._end()

    def _begin(self, deadline: float, timeout_s: float) -> None:
        self._waker.drain()
        self._messages.clear()
        self._error_behind_rows = None
        with self._lock:
            self._deadline = deadline
            self._timeout_s = timeout_s
            self._stop_reason = None
            self._is_running = True
        WATCHDOG.arm(self, deadline + _GRACE_S, self._shut_down)

    def _end(self) -> None:
        with self._lock:
            self._is_running = False
            self._deadline = None
        WATCHDOG.disarm(self)

    def execute(self, batch: str) -> Header | None:
        """Send a batch and wait for its first result set; None where it has none.

        Raises:
            SqlCoreError: What the server said, or that the time is over or somebody cancelled.
        """
        self._raise_if_stopped()
        with self._translated():
            with waiting(self._deadline, self._waker, self._is_stopped):
                self._driver.execute_query(batch)
            return self._header()

    def rows(self, count: int) -> list[tuple[Any, ...]]:
        """Read the next rows of the result set; none at its end.

        At most `count`, and fewer where they are large, so that memory stays flat. An error that
        comes behind rows is raised when these have been read.
        """
        self._raise_if_stopped()
        rows: list[tuple[Any, ...]] = []
        if self._error_behind_rows is not None:
            raise self._error_behind_rows
        if self._is_read:
            return rows  # the driver would go on to the next result set
        try:
            with self._translated():
                self._read_into(rows, count)
        except (ConnectionLostError, StatementCancelledError, StatementTimeoutError):
            raise
        except SqlCoreError as error:
            if not rows:
                raise
            self._error_behind_rows = error
        return rows

    def _read_into(self, rows: list[tuple[Any, ...]], count: int) -> None:
        driver_rows = self._driver.get_iterator(_TUPLES)
        size = 0
        while not self._is_read and len(rows) < count and size < _MOST_AT_ONCE_BYTES:
            before = len(rows)
            wanted = min(count - before, _ROWS_BETWEEN_LOOKS)
            rows.extend(islice(driver_rows, wanted))  # what was read stays, if it fails
            self._is_read = len(rows) - before < wanted
            size += _size_bytes(rows[before:], self._long_columns)

    def next_result(self) -> Header | None:
        """Go on to the next result set; None where the batch has ended."""
        self._raise_if_stopped()
        with self._translated():
            return self._header() if self._driver.nextresult() else None

    def _header(self) -> Header | None:
        self._is_read = False
        columns = self._driver.get_header()
        if columns is None:
            return None
        header = tuple((column[0], column[1]) for column in columns)
        self._long_columns = [at for at, (_, code) in enumerate(header) if code in _LONG_CODES]
        return header

    @property
    def row_count(self) -> int:
        """How many rows the last statement touched, of which the driver knows; -1 for none."""
        return int(self._driver.rows_affected)

    def take_messages(self) -> list[ServerMessage]:
        """Return the messages that came since the last call."""
        messages, self._messages = self._messages, []
        return messages

    def query(self, batch: str) -> list[list[tuple[Any, ...]]]:
        """Run a batch of ours inside `statement` and return the rows of all its result sets."""
        return list(self.results(batch))

    def results(self, batch: str) -> Iterator[list[tuple[Any, ...]]]:
        """Run a batch of ours inside `statement` and give the rows of each result set, whole."""
        header = self.execute(batch)
        while header is not None:
            rows: list[tuple[Any, ...]] = []
            while chunk := self.rows(1000):
                rows += chunk
            yield rows
            header = self.next_result()

    # -- after a statement

    def abandon(self) -> None:
        """Stop what still runs and roll back, so that the session can be used again.

        Afterwards `is_broken` says whether that worked.
        """
        if self.is_broken:
            return
        if not self._send_attention():
            return
        try:
            with self.statement(_TIDY_UP_S):
                self.query(TIDYING)
        except SqlCoreError:
            self.is_broken = True

    def is_alive(self) -> bool:
        """Look, without a round trip, whether the server ended the idle conversation.

        An idle server says nothing, so a socket that can be read is at its end or out of step.
        """
        return not self.is_broken and not wait_readable([self._socket.fileno()], 0.0)

    def close(self) -> None:
        """Close the connection; only from the thread that uses it, or while nobody does."""
        self.is_broken = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)  # so that the driver has nothing to wait for
        self._driver.set_msghandler(None)  # it holds this object
        self._driver.close()
        self._socket.close()
        self._waker.close()

    # -- inside

    def _on_message(
        self, state: int, severity: int, _server: bytes, procedure: bytes, line: int, text: bytes
    ) -> None:
        self._messages.append(
            ServerMessage(
                text=_decode(text),
                severity=severity,
                state=state,
                line=line,
                procedure=_decode(procedure) or None,
            )
        )

    def _shut_down(self) -> None:
        """End the conversation; the driver's call fails at once. From any thread."""
        self.is_broken = True
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _raise_if_stopped(self) -> None:
        if self.is_broken and self._stop_error() is None:
            raise ConnectionLostError(
                "The connection to the server is closed.",
                hint="The statement may have run: look before you repeat it.",
            )
        error = self._stop_error()
        if error is not None:
            self._send_attention()
            raise error

    def _is_stopped(self) -> bool:
        return self._stop_error() is not None

    def _stop_error(self) -> SqlCoreError | None:
        if self._stop_reason == "cancelled":
            return StatementCancelledError("The statement was cancelled.")
        if self._stop_reason == "closed":
            return StatementCancelledError("The connection was closed while the statement ran.")
        if self._deadline is not None and time.monotonic() >= self._deadline:
            return StatementTimeoutError(
                f"The statement did not end within {self._timeout_s:g} s and was stopped.",
                hint="Narrow it, or allow more time.",
            )
        return None

    def _send_attention(self) -> bool:
        """Tell the server to stop, and say whether it did within the grace.

        If not, the watchdog ends the conversation.
        """
        WATCHDOG.arm(self, time.monotonic() + _GRACE_S, self._shut_down)
        with contextlib.suppress(self._driver_errors()):
            self._driver.cancel()
        WATCHDOG.disarm(self)
        self.is_broken = self.is_broken or not self._driver.connected
        return not self.is_broken

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        driver = driver_module()
        self._is_in_driver = True
        try:
            yield
        except Interrupted:
            error = self._stop_error()
            self._send_attention()
            raise (error or _lost()) from None
        except driver.MSSQLDatabaseException as error:
            self.is_broken = self.is_broken or not self._driver.connected
            stopped = self._stop_error() if self.is_broken else None
            raise (stopped or self._statement_error(error, self._messages)) from error
        except driver.MSSQLDriverException as error:
            self.is_broken = True
            raise (self._stop_error() or _lost()) from error
        except UnicodeDecodeError as error:
            raise ExecutionError(
                "The server sent text that is no valid Unicode.",
                hint="CAST the column to varbinary to see its bytes.",
            ) from error
        finally:
            self._is_in_driver = False

    def _statement_error(self, error: Any, messages: Sequence[ServerMessage]) -> SqlCoreError:
        number, text = error.args[0]
        return statement_error(
            number,
            _decode(text),
            severity=error.severity,
            state=error.state,
            line=error.line,
            procedure=_decode(error.procname),
            messages=messages,
        )

    @staticmethod
    def _driver_errors() -> type[Exception]:
        return driver_module().MSSQLException  # type: ignore[no-any-return]  # untyped driver


def _size_bytes(rows: Sequence[tuple[Any, ...]], columns: Sequence[int]) -> int:
    """Estimate what the long values of rows take."""
    values = (row[at] for at in columns for row in rows)
    return sum(len(value) for value in values if isinstance(value, str | bytes))


def _lost() -> ConnectionLostError:
    return ConnectionLostError(
        "The connection to the server was lost.",
        hint="The statement may have run: look before you repeat it.",
    )


def _decode(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def driver_module() -> Any:
    """Import the driver when it is first needed: it costs 10 ms and pulls in OpenSSL."""
    from pymssql import _mssql  # noqa: PLC0415

    return _mssql
