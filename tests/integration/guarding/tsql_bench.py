"""Runs T-SQL against one database of a live server, and tells what it changed."""

from __future__ import annotations

import contextlib
import os
import re
import threading
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

import attrs
import pymssql
from tests.integration.guarding.changes import State, changed_parts, is_harmful, said
from tests.integration.guarding.corpora import FOLDER, note
from tests.integration.tds.session import URL_VARIABLE
from tests.unit.guarding.corpus_reading import Entry

__all__ = ["URL", "TsqlBench", "givens", "run", "why_not_run"]

URL = os.environ.get(URL_VARIABLE)
"""The live server; None where there is none."""
_SHARED = re.compile(
    r"(?i)\b(SHUTDOWN|KILL|RECONFIGURE|sp_configure|SERVER ROLE|\w+ LOGIN|RESTORE|BACKUP|xp_\w+"
    r"|ALTER DATABASE|pg_terminate_backend|DBCC|ENDPOINT|EVENT SESSION)\b"
)
_DATABASE = "sqlcore_guarding"
_SETUP = (FOLDER / "setup" / "tsql.sql").read_text(encoding="utf-8").splitlines()
_TABLES = [found[1] for line in _SETUP if (found := re.match(r"CREATE TABLE (\S+)", line))]
_OWN = (
    "IN (SELECT oid FROM pg_catalog.pg_namespace"
    f" WHERE CAST(nspname AS varchar(64)) LIKE '{_DATABASE}%')"
)
_TABLE_ROWS = [("rows", f"SELECT * FROM {table}") for table in _TABLES]
_COLUMNS = f"""SELECT c.relname, a.attname FROM pg_catalog.pg_attribute a
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relnamespace {_OWN}"""
_TRIGGERS = f"""SELECT t.tgname FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid AND c.relnamespace {_OWN}"""
_RELATIONS = f"SELECT relname, relkind, relacl FROM pg_catalog.pg_class WHERE relnamespace {_OWN}"
_ROUTINES = f"SELECT proname, proacl, prosrc FROM pg_catalog.pg_proc WHERE pronamespace {_OWN}"
_LOOKS = [
    *_TABLE_ROWS,
    ("sequence", "SELECT last_value, is_called FROM numbers"),
    ("sequence", "SELECT last_value, is_called FROM order_numbers"),
    ("schema", _RELATIONS),
    ("schema", _ROUTINES),
    ("schema", _COLUMNS),
    ("schema", _TRIGGERS),
    ("user", "SELECT name, type FROM sys.database_principals"),
    ("large object", "SELECT COUNT(*) FROM pg_catalog.pg_largeobject_metadata"),
]
_STOLEN = """SELECT relname FROM pg_catalog.pg_class
WHERE CAST(relname AS varchar(64)) LIKE '%stolen%'"""
_SETTINGS = """SELECT name, setting FROM pg_catalog.pg_settings
WHERE name LIKE 'babelfishpg_tsql.%' OR name = 'a.b'"""
_LOCKS = """SELECT locktype, mode FROM pg_catalog.pg_locks
WHERE pid = @@SPID AND (locktype = 'advisory' OR locktype IN ('relation', 'tuple')
    AND mode IN ('RowShareLock', 'ExclusiveLock', 'AccessExclusiveLock'))"""
_SESSION = [
    ("transaction", "SELECT @@TRANCOUNT"),
    ("database in use", "SELECT DB_NAME()"),
    ("login in use", "SELECT SUSER_SNAME(), USER_NAME()"),
    ("setting", "SELECT @@OPTIONS, @@DATEFIRST, @@LOCK_TIMEOUT, @@LANGUAGE"),
    ("setting", _SETTINGS),
    ("setting", "SELECT SESSION_CONTEXT(N'tenant')"),
    ("row limit", "SELECT COUNT(*) FROM (VALUES (1), (2)) AS v(a)"),
    ("temporary table", _STOLEN),
    ("lock", _LOCKS),
]
_LONG = (
    (re.compile(r"(?i)(pg_sleep\W*\(?)\d+"), r"\g<1>0.3"),
    (re.compile(r"CAST\(60 AS"), "CAST(0.3 AS"),
    (re.compile(r"(?i)(?<=DELAY ')0:0:10"), "0:0:01"),
)
_SLEEP_S = 0.3
_CLOSING_S = 20.0
_NEXT_NUMBER = "AS BEGIN RETURN nextval('order_numbers') END"
_NEXT_ROW = "TABLE AS RETURN (SELECT nextval('order_numbers') AS id)"

Rows = list[tuple[Any, ...]]


@attrs.define
class TsqlBench:
    """One database, made anew whenever something has changed it."""

    url: str
    _observer: pymssql.Connection | None = None
    _session: pymssql.Connection | None = None

    def connect(self, database: str = _DATABASE) -> pymssql.Connection:
        """Open a session of the bare driver, in autocommit."""
        parts = urlsplit(self.url)
        return pymssql.connect(
            server=parts.hostname or "",
            port=str(parts.port),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            database=database,
            autocommit=True,
            login_timeout=10,
        )

    @property
    def own_url(self) -> str:
        """The URL of the database for sqlcore."""
        return urlsplit(self.url)._replace(path=f"/{_DATABASE}").geturl()

    def reset(self) -> None:
        """Make the database anew."""
        self.close()
        deadline, pause = time.monotonic() + _CLOSING_S, threading.Event()
        drop = f"IF DB_ID('{_DATABASE}') IS NOT NULL DROP DATABASE {_DATABASE}"
        with contextlib.closing(self.connect("master")) as own, own.cursor() as cursor:
            while isinstance(refusal := run(own, drop), str):  # a session is not yet closed
                assert time.monotonic() < deadline, refusal
                pause.wait(0.05)
            cursor.execute(f"CREATE DATABASE {_DATABASE}")
        with contextlib.closing(self.connect()) as own, own.cursor() as cursor:
            for statement in _SETUP:
                cursor.execute(statement)

    def close(self) -> None:
        """Let go of the database."""
        for session in (self._observer, self._session):
            if session is not None:
                session.close()
        self._observer = self._session = None

    def state(self) -> State:
        """Take down everything by which a change of the database shows."""
        if self._observer is None:
            self._observer = self.connect()
        return _looks(self._observer, _LOOKS)

    def aimed(self, attack: Entry) -> str:
        """Make the harm of an attack quick to see."""
        sql = str(note("tsql", "stronger", attack.what, attack.sql))
        for long, short in _LONG:
            sql = long.sub(short, sql)
        return sql

    def prove(self, attack: Entry) -> str:
        """Run an attack unguarded and say what harm it did, or why it did none.

        In a transaction first, which is looked into and rolled back; by itself where that shows
        nothing.
        """
        if why := why_not_run(attack):
            return f"not run: {why}"
        inside = self._prove(attack, opens_transaction=True)
        if is_harmful(inside):
            return inside
        return self._prove(attack, opens_transaction=False)

    def _prove(self, attack: Entry, *, opens_transaction: bool) -> str:
        sql = self.aimed(attack)
        pristine = self.state()
        if self._session is None:
            self._session = self.connect()
        session = self._session
        fresh = _looks(session, _SESSION)
        if opens_transaction:
            run(session, "BEGIN TRANSACTION")
        for statement in givens(attack, sql):
            run(session, statement)
        before, left_before = _looks(session, _LOOKS), _looks(session, _SESSION)
        started_at = time.monotonic()
        outcome = run(session, sql)
        duration_s = time.monotonic() - started_at
        seen = _seen_after(session, before, left_before)
        if duration_s >= _SLEEP_S and "sleep" in sql.lower():
            seen.append("wait")
        shows = note("tsql", "discloses", attack.what)
        if shows and not isinstance(outcome, str) and re.search(shows, str(outcome)):
            seen.append("disclosure")
        error = outcome if isinstance(outcome, str) else None
        if error and opens_transaction:  # which the server rolls back after an error, by itself
            seen = []
        self._clean(session, pristine, fresh)
        return said(seen, error)

    def _clean(self, session: pymssql.Connection, pristine: State, fresh: State) -> None:
        """Roll back; open another session and make the database anew where that is not enough."""
        is_clean = False
        with contextlib.suppress(pymssql.Error):
            run(session, "IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION")
            is_clean = _looks(session, _SESSION) == fresh
        if not is_clean:
            session.close()
            self._session = None
        if set(changed_parts(pristine, self.state())) - {"sequence"}:
            self.reset()


def _seen_after(session: pymssql.Connection, before: State, left_before: State) -> list[str]:
    try:
        left = changed_parts(left_before, _looks(session, _SESSION))
        run(session, "SET ROWCOUNT 0")
        return [*left, *changed_parts(before, _looks(session, _LOOKS))]
    except pymssql.Error:
        return ["what the session sees"]


def why_not_run(attack: Entry) -> str | None:
    """Say why an attack is not tried out on this server; None where it is."""
    if _SHARED.search(attack.sql):
        return "it would harm others who use the server"
    why: str | None = note("tsql", "not_run", attack.what)
    return why


def givens(attack: Entry, sql: str) -> Iterator[str]:
    """Make what an attack calls; there is a procedure, and functions have its name."""
    yield from note("tsql", "given", attack.what, ())
    if "do_harm" in sql and not re.search(r"(?i)\b(EXEC|EXECUTE)\b|\{call", sql):
        if attack.what.startswith("runs"):
            return
        yield "DROP PROCEDURE dbo.do_harm"
        is_table = re.search(r"(?i)(FROM|APPLY)\s+([\w.]+\.)?do_harm\(", sql)
        kind = _NEXT_ROW if is_table else f"int {_NEXT_NUMBER}"
        yield f"CREATE FUNCTION dbo.do_harm(@a int) RETURNS {kind}"


def _looks(session: pymssql.Connection, looks: list[tuple[str, str]]) -> State:
    """Run queries at once, and write down their rows by the part that they belong to."""
    state: dict[str, list[list[str]]] = {}
    with session.cursor() as cursor:
        cursor.execute("; ".join(query for _, query in looks))
        for part, _ in looks:
            state.setdefault(part, []).append(sorted(map(str, cursor.fetchall())))
            cursor.nextset()
    return {part: str(rows) for part, rows in state.items()}


def run(session: pymssql.Connection, sql: str) -> Rows | str:
    """Run a text; give the rows of all its results, or what the server said against it."""
    rows: Rows = []
    with session.cursor() as cursor:
        try:
            cursor.execute(sql)
            while True:
                if cursor.description:
                    rows += cursor.fetchall()
                if not cursor.nextset():
                    return rows
        except (pymssql.Error, UnicodeError) as error:
            text = error.args[-1]
            text = text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text)
            return text.split("DB-Lib")[0].strip()[:120]
