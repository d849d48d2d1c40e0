"""One physical connection: what statements may do on it, its transactions, its messages."""

from __future__ import annotations

import contextlib
import itertools
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from typing import Any

from sqlcore.domain.query import Column, Message, TransactionMode
from sqlcore.domain.types import SqlType
from sqlcore.testing.memory.errors import translate
from sqlcore.testing.memory.faults import FaultPlan
from sqlcore.testing.memory.running import Run, closed_error, lost_error
from sqlcore.testing.memory.scripts import ScriptStatement
from sqlcore.testing.memory.storage import Storage
from sqlcore.testing.memory.types import sql_type

__all__ = ["Link"]

_numbers = itertools.count(1)
_PROGRESS_STEPS = 20_000
"""Steps of SQLite's machine between two looks at the token and the clock: a few milliseconds."""
_BUSY_TIMEOUT_S = 5.0
_READING_PRAGMAS = frozenset(
    {
        "application_id",
        "foreign_key_check",
        "foreign_key_list",
        "index_info",
        "index_list",
        "index_xinfo",
        "integrity_check",
        "quick_check",
        "table_info",
        "table_list",
        "table_xinfo",
        "user_version",
    }
)
"""Those that take an argument and change no setting of the connection."""
_WRITES = frozenset({sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE})
_TEMPORARY = frozenset(
    {
        sqlite3.SQLITE_CREATE_TEMP_INDEX,
        sqlite3.SQLITE_CREATE_TEMP_TABLE,
        sqlite3.SQLITE_CREATE_TEMP_TRIGGER,
        sqlite3.SQLITE_CREATE_TEMP_VIEW,
    }
)


class Link:
    """A connection of the pool, used by one thread at a time.

    Attributes:
        spoiled: It holds temporary objects or a fault, and is closed instead of pooled.
        wrote: The statement last run inserts, updates or deletes.
        statement_count: How many statements were sent on it.
        server_session: Its number, of all links of this process, as text.
    """

    def __init__(self, storage: Storage, faults: FaultPlan) -> None:
        self.storage = storage
        self._faults = faults
        self._generation = faults.generation
        self.spoiled = False
        self.wrote = False
        self.statement_count = 0
        self.server_session = str(next(_numbers))
        self._run: Run | None = None
        self._messages: list[Message] = []
        self._is_ours = True
        self._is_read_only = False
        self._lock = threading.RLock()
        self._closed = False
        self._raw = sqlite3.connect(
            storage.path,
            timeout=_BUSY_TIMEOUT_S,
            isolation_level=None,
            check_same_thread=False,
            cached_statements=0,  # a cached statement would not be authorized again
        )
        for setting in (
            "journal_mode = wal",
            "synchronous = off",
            "foreign_keys = on",
            "temp_store = memory",
            "trusted_schema = on",
        ):
            self._raw.execute(f"PRAGMA {setting}").fetchall()
        self._raw.create_function("notice", 1, self._notice)
        self._raw.create_function("notice", 2, self._notice)
        self._raw.create_function("sleep", 1, self._sleep)
        self._raw.set_progress_handler(self._must_stop, _PROGRESS_STEPS)
        self._raw.set_authorizer(self._authorize)

    def close(self) -> None:
        """Close it; what is open on it is rolled back."""
        with self._lock:
            if not self._closed:
                self._closed = True
                self._raw.close()

    @contextlib.contextmanager
    def transaction(self, run: Run, mode: TransactionMode) -> Iterator[None]:
        """Run the block in a transaction that ends as the mode says."""
        is_read_only = mode is TransactionMode.READ_ONLY
        with contextlib.ExitStack() as stack:
            if not is_read_only:
                run.acquire(self.storage.writing)
                stack.callback(self.storage.writing.release)
            self._set_read_only(is_read_only)
            self._own("BEGIN" if is_read_only else "BEGIN IMMEDIATE")
            stack.callback(self._roll_back)
            self._run = run
            try:
                yield
            finally:
                self._run = None
                self._messages.clear()
            if mode is TransactionMode.READ_WRITE:
                self._own("COMMIT")

    def execute(self, text: str, values: Mapping[str, Any]) -> sqlite3.Cursor:
        """Run one statement of the caller's, up to its first row."""
        self.wrote = False
        with self._as_caller():
            self.statement_count += 1
            return self._raw.execute(text, dict(values))

    def fetch(self, cursor: sqlite3.Cursor, size: int) -> list[tuple[Any, ...]]:
        """Return the next rows of a statement of the caller's."""
        with self._as_caller():
            return cursor.fetchmany(size)

    def query(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """Run a query of our own."""
        self.statement_count += 1
        return self._own(text, values)

    def changes(self) -> int:
        """Return how many rows the last write affected."""
        ((count,),) = self._own("SELECT changes()")
        return int(count)

    def take_messages(self) -> list[Message]:
        """Return what was said since they were last taken."""
        messages = self._messages
        self._messages = []
        return messages

    def declared_columns(self, statement: ScriptStatement) -> tuple[Column | None, ...] | None:
        """Find the types of a query's columns; None for those of expressions.

        SQLite gives them for a view and not for a statement, so a temporary view is made of it.
        """
        text = statement.text_without_parameters
        ((version,),) = self._own("PRAGMA schema_version")
        columns = self.storage.cached_columns((version, text))
        if columns is None:
            try:
                columns = tuple(self._view_columns(text))
            except sqlite3.Error:
                return None  # running the statement tells what is wrong with it
            self.storage.cache_columns((version, text), columns)
        return columns

    def locate(self, statement: ScriptStatement, token_text: str) -> int | None:
        """Find the offset of the token at which SQLite stopped to read a statement.

        SQLite names the token and not its place; it stops at the same one when the text ends there.
        """
        seen = ""
        for token in statement.tokens:
            seen += token.text
            if token.text != token_text:
                continue
            with self._lock, contextlib.suppress(sqlite3.Warning):
                try:
                    self._raw.execute(f"EXPLAIN {seen}").close()
                except sqlite3.Error as exc:
                    if str(exc).startswith("near "):
                        return token.start
        return None

    def _view_columns(self, text: str) -> Iterator[Column | None]:
        with self._lock:
            was_read_only = self._is_read_only
            self._set_read_only(False)
            self._raw.execute("SAVEPOINT sqlcore_columns")
            try:
                self._raw.execute(f"CREATE TEMP VIEW sqlcore_result_columns AS {text}")
                cursor = self._raw.execute("PRAGMA temp.table_info(sqlcore_result_columns)")
                described = cursor.fetchall()
            finally:
                self._raw.execute("ROLLBACK TO sqlcore_columns")
                self._raw.execute("RELEASE sqlcore_columns")
                self._set_read_only(was_read_only)
        for _, name, declared, *_ in described:
            known: SqlType | None = sql_type(declared)
            yield None if known is None else Column(name=name, type=known)

    def _set_read_only(self, is_read_only: bool) -> None:  # noqa: FBT001
        if is_read_only is not self._is_read_only:
            self._own(f"PRAGMA query_only = {'on' if is_read_only else 'off'}")
            self._is_read_only = is_read_only

    def _own(self, text: str, values: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        with self._lock:
            self._check_alive()
            try:
                return self._raw.execute(text, dict(values or {})).fetchall()
            except sqlite3.Error as exc:
                raise translate(exc) from exc

    @contextlib.contextmanager
    def _as_caller(self) -> Iterator[None]:
        if self._run is not None:
            self._run.check()
        with self._lock:
            self._check_alive()
            self._is_ours = False
            try:
                yield
            except sqlite3.Error as exc:
                stopped = self._run.error() if self._run is not None else None
                if stopped is not None:
                    raise stopped from exc
                raise
            finally:
                self._is_ours = True

    def _check_alive(self) -> None:
        if self._closed:
            raise closed_error()
        if self._generation != self._faults.generation:
            self.spoiled = True
            raise lost_error()

    def _roll_back(self) -> None:
        with self._lock:
            if not self._closed and self._raw.in_transaction:
                self._raw.execute("ROLLBACK")

    def _must_stop(self) -> bool:
        return self._run is not None and self._run.stopping

    def _notice(self, text: object, severity: object = "notice") -> None:
        self._messages.append(Message(text=str(text), severity=str(severity).lower()))

    def _sleep(self, seconds: float) -> float:
        if self._run is not None:
            self._run.sleep(seconds)
            self._run.check()
        return seconds

    def _authorize(
        self,
        action: int,
        first: str | None,
        second: str | None,
        _database: str | None,
        _trigger: str | None,
    ) -> int:
        """Keep statements away from what outlives them; their writes are up to `query_only`."""
        if self._is_ours:
            return sqlite3.SQLITE_OK
        if action in _WRITES and not (first or "").startswith("sqlite_"):
            self.wrote = True
        if action in _TEMPORARY:
            self.spoiled = True
        is_refused = action in {
            sqlite3.SQLITE_TRANSACTION,
            sqlite3.SQLITE_ATTACH,
            sqlite3.SQLITE_DETACH,
        } or (
            action == sqlite3.SQLITE_PRAGMA
            and second is not None
            and (first or "").lower() not in _READING_PRAGMAS
        )
        return sqlite3.SQLITE_DENY if is_refused else sqlite3.SQLITE_OK
