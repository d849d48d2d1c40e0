"""Runs statements against copies of one database, and tells what they changed."""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import psycopg
from psycopg.pq import TransactionStatus
from tests.integration.guarding.corpora import FOLDER, note
from tests.unit.guarding.corpus_reading import Entry

__all__ = ["PostgresBench", "State", "changed_parts"]

State = Mapping[str, str]

_SETUP = FOLDER / "setup"
_TABLES, _STATE = (_SETUP / "postgres_state.sql").read_text(encoding="utf-8").split(";\n")
_SESSION = (_SETUP / "postgres_session.sql").read_text(encoding="utf-8")
_LOCKS = """
SELECT mode, locktype FROM pg_locks
WHERE pid = %s AND locktype IN ('relation', 'tuple', 'object', 'advisory') AND mode <> 'AccessShareLock'
"""
_SLEEP_S = 0.1
_IN_BRIEF = re.compile(r"(?<![\w\\.!'])0(?:\.0)?(?![\w.])|(?<=')0(?= seconds')|now\(\)(?=\))")


def changed_parts(before: State, after: State) -> list[str]:
    """Name the parts in which two states differ."""
    return sorted(
        part for part in before.keys() | after.keys() if before.get(part) != after.get(part)
    )


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
        self._pristine: State | None = None
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
        query = "SELECT pid FROM pg_stat_activity WHERE application_name = 'bystander' AND state = 'active'"
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
        self._pristine = None
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

    def _state_before(self, *, is_known: bool) -> State:
        if not is_known or self._pristine is None:
            state = self.state()
            if is_known:
                self._pristine = state
            return state
        return self._pristine

    def state(self) -> State:
        """Take down everything by which a change of the database or the server shows."""
        if self._observer is None or self._observer.closed:
            self._observer = psycopg.connect(
                self.uri, dbname=self.name, autocommit=True, options="-c lock_timeout=200ms"
            )
        query = _STATE.replace("{folder}", str(self._folder))
        state = {part: value or "" for part, value in self._observer.execute(query.encode())}
        # No row of any table changes but in a transaction with an id.
        if self._tables.get("transaction id") != state["transaction id"]:
            (sums,) = self._observer.execute(_TABLES.encode()).fetchone() or ("",)
            self._tables = {"transaction id": state["transaction id"]}
            for part, value in self._observer.execute(sums.encode()):
                self._tables[part] = f"{self._tables.get(part, '')}{value}"
        return {**self._tables, **state}

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
        """Run an attack unguarded and say what harm it did, or that it did none."""
        sql = self._strengthened(attack, self._bystander())
        seen = self._prove(attack, sql, opens_transaction=False)
        if seen.startswith(("nothing", "rejected")):
            inside = self._prove(attack, sql, opens_transaction=True)
            if not inside.startswith(("nothing", "rejected")):
                return inside
        return seen

    def _strengthened(self, attack: Entry, pid: int) -> str:
        """Make the harm of an attack large enough to be seen."""
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

    def _prove(self, attack: Entry, sql: str, *, opens_transaction: bool) -> str:
        seen: list[str] = []
        with self.session() as session:
            given = note("postgres", "given", attack.what, ())
            for text in given:
                session.execute(text)
            if opens_transaction and session.info.transaction_status == TransactionStatus.IDLE:
                session.execute("BEGIN")
            status = session.info.transaction_status
            left_before = self._left_in(session)
            before = self._state_before(is_known=not given)
            outcome = self.run(session, sql)
            locks = self._locks_of(session)
            if "AccessExclusiveLock" not in locks:  # which would keep us from looking
                seen += changed_parts(before, self.state())
            witness = note("postgres", "witness", attack.what)
            if witness and session.execute(witness[0]).fetchone() == (witness[1],):
                seen.append("session")
            if session.closed or session.broken:
                seen.append("connection")
            else:
                is_failed = session.info.transaction_status == TransactionStatus.INERROR
                if session.info.transaction_status != status and not is_failed:
                    seen.append("transaction")
                if is_failed:
                    session.execute("ROLLBACK")
                elif opens_transaction:
                    seen += [f"{kind} lock" for kind in locks.values()]
                    seen += changed_parts(left_before, self._left_in(session))
                else:
                    seen += ["advisory lock"] * ("advisory" in locks.values())
                    seen += changed_parts(left_before, self._left_in(session))
        if outcome.duration_s >= _SLEEP_S and "sleep" in sql.lower():
            seen.append("wait")
        shows = note("postgres", "discloses", attack.what)
        if shows and outcome.rows and re.search(shows, str(outcome.rows[0])):
            seen.append("disclosure")
        if given or changed_parts(before, self.state()):
            self.reset()
        if seen:
            return ", ".join(dict.fromkeys(seen))
        if outcome.error is not None:
            return f"rejected: {outcome.error.sqlstate}"
        return "nothing"

    def _left_in(self, session: psycopg.Connection[Any]) -> State:
        return {part: value or "" for part, value in session.execute(_SESSION)}

    def _locks_of(self, session: psycopg.Connection[Any]) -> Mapping[str, str]:
        return dict(self._admin.execute(_LOCKS, (session.info.backend_pid,)))
