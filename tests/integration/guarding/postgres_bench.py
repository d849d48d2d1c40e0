"""Runs statements against copies of one database, and tells what they changed."""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import psycopg
from psycopg.pq import TransactionStatus
from tests.integration.guarding.changes import State, changed_parts, is_harmful, said
from tests.integration.guarding.corpora import FOLDER, note
from tests.unit.guarding.corpus_reading import Entry

__all__ = ["SESSION_STATE", "PostgresBench"]

_SETUP = FOLDER / "setup"
_TABLES, _STATE = (_SETUP / "postgres_state.sql").read_text(encoding="utf-8").split(";\n")
SESSION_STATE = (_SETUP / "postgres_session.sql").read_text(encoding="utf-8")
"""Gives a row for each part of what a statement may leave in its own session."""
_LOCKS = """
SELECT DISTINCT locktype FROM pg_locks
WHERE pid = %s AND locktype IN ('relation', 'tuple', 'object') AND mode <> 'AccessShareLock'
ORDER BY locktype
"""
# What one's own transaction sees of its changes before they are kept.
_INSIDE = ("rows", "schema", "server objects", "relation", "sequence", "file", "replication")
_OWN_ID = "SELECT pg_current_xact_id_if_assigned()"
_SLEEP_S = 0.05
# What another process of the server does a little later.
_LATE = re.compile(r"terminate|cancel|reload", re.IGNORECASE)
_LATE_S = 2.0
_IN_BRIEF = re.compile(r"(?<![\w\\.!'])0(?:\.0)?(?![\w.])|(?<=')0(?= seconds')|now\(\)(?=\))")


@attrs.define
class _Outcome:
    """How a statement ended on the bare driver."""

    rows: list[tuple[Any, ...]] = attrs.field(factory=list)
    error: psycopg.Error | None = None
    duration_s: float = 0.0


class PostgresBench:
    """One database, made anew from a template whenever something has changed it."""

    def __init__(self, uri: str, name: str, folder: Path, *scripts: str) -> None:
        self.uri = uri
        self.name = name
        self._folder = folder
        self._admin = psycopg.connect(uri, autocommit=True)
        self._other: psycopg.Connection[Any] | None = None
        self._observer: psycopg.Connection[Any] | None = None
        self._tables: dict[str, str] = {}
        self._make_template(scripts)
        self.reset()

    def _make_template(self, scripts: tuple[str, ...]) -> None:
        self._admin.execute(f"DROP DATABASE IF EXISTS {self.name}_template WITH (FORCE)")
        self._admin.execute(f"CREATE DATABASE {self.name}_template")
        with self.session(f"{self.name}_template") as own:
            for script in scripts:
                own.execute((_SETUP / script).read_text(encoding="utf-8"))
        self._roles = self._names("SELECT rolname FROM pg_roles")
        self._databases = {*self._names("SELECT datname FROM pg_database"), self.name}

    @property
    def url(self) -> str:
        """The URL of the database for sqlcore."""
        return f"{self.uri}&dbname={self.name}"

    @contextlib.contextmanager
    def session(self, database: str | None = None) -> Iterator[psycopg.Connection[Any]]:
        """Open a session of the bare driver, as an unguarded server would have it."""
        options = "-c statement_timeout=20s -c lock_timeout=5s"
        with contextlib.closing(
            psycopg.connect(
                self.uri, dbname=database or self.name, autocommit=True, options=options
            )
        ) as own:
            yield own

    def _bystander(self) -> int:
        """Keep a session busy that attacks may end; gives its process."""
        query = (
            "SELECT pid FROM pg_stat_activity"
            " WHERE application_name = 'bystander' AND state = 'active'"
        )
        found = self._admin.execute(query).fetchone()
        if found is None:
            if self._other is not None:
                self._other.close()
            self._other = psycopg.connect(
                self.uri, dbname="postgres", autocommit=True, application_name="bystander"
            )
            self._other.pgconn.send_query(b"SELECT pg_sleep(3600)")
        while found is None:
            found = self._admin.execute(query).fetchone()
        return int(found[0])

    def reset(self) -> None:
        """Make the database anew, and take back what was done to the server."""
        self.close_observer()
        self._admin.execute(f"DROP DATABASE IF EXISTS {self.name} WITH (FORCE)")
        self._drop_newcomers()
        for file in self._folder.iterdir():
            file.unlink()
        self._admin.execute(f"CREATE DATABASE {self.name} TEMPLATE {self.name}_template")
        self._tables = {}

    def _drop_newcomers(self) -> None:
        if self._names("SELECT name FROM pg_file_settings WHERE sourcefile LIKE '%auto.conf'"):
            self._admin.execute("ALTER SYSTEM RESET ALL")
        for slot in self._names("SELECT slot_name FROM pg_replication_slots"):
            self._admin.execute("SELECT pg_drop_replication_slot(%s)", (slot,))
        for database in self._names("SELECT datname FROM pg_database") - self._databases:
            self._admin.execute(f'DROP DATABASE "{database}" WITH (FORCE)')
        for role in self._names("SELECT rolname FROM pg_roles") - self._roles:
            self._admin.execute(f'DROP ROLE "{role}"')

    def _names(self, query: str) -> set[str]:
        return {row[0] for row in self._admin.execute(query)}

    def close_observer(self) -> None:
        """Let go of the database, so that it can be dropped or copied."""
        if self._observer is not None:
            self._observer.close()
            self._observer = None

    def close(self) -> None:
        """Drop what was made."""
        self.close_observer()
        if self._other is not None:
            self._other.pgconn.get_cancel().cancel()
            self._other.close()
        for name in (self.name, f"{self.name}_template"):
            self._admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        self._admin.close()

    def state(self) -> State:
        """Take down everything by which a change of the database or the server shows."""
        if self._observer is None or self._observer.closed:
            self._observer = psycopg.connect(
                self.uri, dbname=self.name, autocommit=True, options="-c lock_timeout=200ms"
            )
        state = self._moment(self._observer)
        # No row of any table changes but in a transaction with an id.
        if self._tables.get("transaction id") != state["transaction id"]:
            self._tables = {**self._sums(self._observer), "transaction id": state["transaction id"]}
        return {**self._tables, **state}

    def _moment(self, session: psycopg.Connection[Any]) -> dict[str, str]:
        query = _STATE.replace("{folder}", str(self._folder))
        return {part: value or "" for part, value in session.execute(query.encode())}

    def _sums(self, session: psycopg.Connection[Any]) -> dict[str, str]:
        (query,) = session.execute(_TABLES.encode()).fetchone() or ("",)
        sums: dict[str, str] = {}
        for part, value in sorted(session.execute(query.encode())):
            sums[part] = f"{sums.get(part, '')}{value}"
        return sums

    def late_state(self, before: State, sql: str) -> State:
        """Look at the state, after a while where another process of the server changes it."""
        if not _LATE.search(sql):
            return self.state()
        deadline, pause = time.monotonic() + _LATE_S, threading.Event()
        while not changed_parts(before, state := self.state()) and time.monotonic() < deadline:
            pause.wait(0.01)
        return state

    def run(self, session: psycopg.Connection[Any], sql: str) -> _Outcome:
        """Run a text as it is, over the simple protocol."""
        outcome = _Outcome()
        started_at = time.monotonic()
        try:
            cursor = session.execute(sql.encode())
            while True:
                if cursor.description:
                    outcome.rows += cursor.fetchall()
                if not cursor.nextset():
                    break
        except psycopg.Error as error:
            outcome.error = error
        outcome.duration_s = time.monotonic() - started_at
        return outcome

    def prove(self, attack: Entry) -> str:
        """Run an attack unguarded and say what harm it did, or that it did none.

        In a transaction first, which is looked into and rolled back. By itself where that shows
        nothing, as some statements run in no transaction of others.
        """
        sql = self.aimed(attack)
        inside, error = self._prove(attack, sql, opens_transaction=True)
        if is_harmful(inside) and error is None:
            return inside
        alone, _ = self._prove(attack, self.aimed(attack), opens_transaction=False)
        return alone if is_harmful(alone) or not is_harmful(inside) else inside

    def aimed(self, attack: Entry) -> str:
        """Make the harm of an attack large enough to be seen; it needs a bystander."""
        pid = self._bystander()
        sql = str(note("postgres", "stronger", attack.what, attack.sql))
        sql = sql.replace("{bystander}", str(pid))
        if "sleep" in sql.lower():
            sql = _IN_BRIEF.sub(
                lambda found: (
                    f"{found[0]} + interval '{_SLEEP_S} s'" if found[0][0] == "n" else str(_SLEEP_S)
                ),
                sql,
            )
        return self.placed(sql)

    def placed(self, sql: str) -> str:
        """Have a statement write its files where they are found and taken away."""
        return sql.replace("/tmp/", f"{self._folder}/")  # noqa: S108 - it is replaced

    def _prove(
        self, attack: Entry, sql: str, *, opens_transaction: bool
    ) -> tuple[str, psycopg.Error | None]:
        given = note("postgres", "given", attack.what, ())
        with self.session() as session:
            for text in given:
                session.execute(text)
            if opens_transaction and session.info.transaction_status == TransactionStatus.IDLE:
                session.execute("BEGIN")
            before = self.state()
            outcome, seen = self._watched(session, attack, sql, before)
            with contextlib.suppress(psycopg.Error):  # where the attack ended the connection
                session.execute("ROLLBACK")
        after = self.late_state(before, sql)
        changed = changed_parts(before, after)
        if given or set(changed) - {"transaction id", "sequence", "write-ahead log"}:
            self.reset()
        if outcome.error is None:
            return said([*seen, *changed], None), None
        # A statement that failed has used up an id, which harms nobody.
        changed = [part for part in changed if part != "transaction id"]
        return said([*seen, *changed], outcome.error.sqlstate), outcome.error

    def _watched(
        self, session: psycopg.Connection[Any], attack: Entry, sql: str, before: State
    ) -> tuple[_Outcome, list[str]]:
        """Run a text, and look at what only its own session or its own transaction sees."""
        seen: list[str] = []
        status = session.info.transaction_status
        left_before = self._left_in(session)
        outcome = self.run(session, sql)
        if outcome.duration_s >= _SLEEP_S and "sleep" in sql.lower():
            seen.append("wait")
        shows = note("postgres", "discloses", attack.what)
        if shows and outcome.rows and re.search(shows, str(outcome.rows[0])):
            seen.append("disclosure")
        if session.closed or session.broken:
            return outcome, [*seen, "connection"]
        if session.info.transaction_status == TransactionStatus.INERROR:
            return outcome, seen
        if session.info.transaction_status != status:
            seen.append("transaction")
        is_inside = session.info.transaction_status == TransactionStatus.INTRANS
        if is_inside:
            seen += [f"{kind} lock" for kind in self._locks_of(session)]
        witness = note("postgres", "witness", attack.what)
        if witness and session.execute(witness[0]).fetchone() == (witness[1],):
            seen.append("session")
        seen += changed_parts(left_before, self._left_in(session))
        with contextlib.suppress(psycopg.errors.InsufficientPrivilege):  # of another role
            if is_inside:
                seen += self._changed_inside(session, before)
        return outcome, seen

    def _changed_inside(self, session: psycopg.Connection[Any], before: State) -> list[str]:
        inside = {**before, **self._moment(session)}
        if session.execute(_OWN_ID).fetchone() != (None,):
            inside |= self._sums(session)
        return [part for part in changed_parts(before, inside) if part in _INSIDE]

    def _left_in(self, session: psycopg.Connection[Any]) -> State:
        return {part: value or "" for part, value in session.execute(SESSION_STATE.encode())}

    def _locks_of(self, session: psycopg.Connection[Any]) -> list[str]:
        return [kind for (kind,) in self._admin.execute(_LOCKS, (session.info.backend_pid,))]
