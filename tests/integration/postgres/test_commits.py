"""The end of a write: time limit, outcome and reset, though they share a round trip."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from typing import Any, Self

import attrs
import psycopg
import pytest
from psycopg import sql
from tests.integration.postgres.conftest import Opened

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import ConnectionLostError, ExecutionError, StatementTimeoutError
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, run, scalar

Admin = psycopg.Connection[Any]

_COMMITTED = b"C\0\0\0\x0bCOMMIT\0"
_READY = b"Z\0\0\0\x05I"
_INSERT = "INSERT INTO commits.slow (note) VALUES ('x')"
_WITH_VALUE = Statement.of("INSERT INTO commits.slow (note) VALUES ($1)", ["x"])
_COUNT = "SELECT count(*) FROM commits.slow"
_PID = "SELECT pg_backend_pid()"
_AT_COMMIT = """
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON commits.slow DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION commits.late()
"""


@pytest.fixture
def slow(admin: Admin) -> Iterator[Admin]:
    """A table whose rows may have work for COMMIT."""
    admin.execute("CREATE SCHEMA commits")
    admin.execute("CREATE TABLE commits.slow (note text)")
    yield admin
    admin.execute("DROP SCHEMA commits CASCADE")


def at_commit(admin: Admin, body: str) -> None:
    """Have COMMIT do something."""
    text = sql.Literal(f"BEGIN {body}; RETURN NULL; END")
    admin.execute(
        sql.SQL("CREATE FUNCTION commits.late() RETURNS trigger LANGUAGE plpgsql AS {}").format(
            text
        )
    )
    admin.execute(_AT_COMMIT)


def write(connection: Connection, statement: str | Statement, timeout_s: float = 10.0) -> None:
    """Run it as a script, or with values over the other protocol."""
    options = ExecutionOptions(mode=TransactionMode.READ_WRITE, timeout_s=timeout_s)
    given = Statement(text=statement) if isinstance(statement, str) else statement
    for _ in connection.queries.execute(given, options):
        pass


both = pytest.mark.parametrize("statement", [_INSERT, _WITH_VALUE], ids=["script", "value"])


@both
def test_the_time_limit_holds_for_what_commit_does(
    single: Connection, slow: Admin, statement: str | Statement
) -> None:
    at_commit(slow, "PERFORM pg_sleep(60)")
    before = scalar(run(single, _PID))
    with pytest.raises(StatementTimeoutError):
        write(single, statement, timeout_s=0.3)
    assert 0 == scalar(run(single, _COUNT))
    assert before == scalar(run(single, _PID))


@both
def test_a_commit_that_takes_no_notice_of_its_time_is_left_with_the_outcome_open(
    single: Connection, slow: Admin, statement: str | Statement
) -> None:
    takes_no_cancel = "WHEN query_canceled THEN PERFORM pg_sleep(2)"
    at_commit(slow, f"BEGIN PERFORM pg_sleep(60); EXCEPTION {takes_no_cancel}; END")
    with pytest.raises(ConnectionLostError) as caught:
        write(single, statement, timeout_s=0.3)
    assert "look before you repeat it" in str(caught.value.hint)
    assert 1 == scalar(run(single, "SELECT 1"))


@both
def test_what_fails_at_commit_fails_and_the_connection_goes_on_clean(
    single: Connection, slow: Admin, statement: str | Statement
) -> None:
    at_commit(slow, "PERFORM set_config('work_mem', '77MB', false); RAISE 'late'")
    before = scalar(run(single, _PID))
    with pytest.raises(ExecutionError, match="Late"):
        write(single, statement)
    assert 0 == scalar(run(single, _COUNT))
    assert "77MB" != scalar(run(single, "SHOW work_mem"))
    assert before == scalar(run(single, _PID))


@both
def test_a_session_that_ends_at_commit_leaves_the_outcome_open(
    single: Connection, slow: Admin, statement: str | Statement
) -> None:
    at_commit(slow, "PERFORM pg_terminate_backend(pg_backend_pid())")
    with pytest.raises(ConnectionLostError) as caught:
        write(single, statement)
    assert "look before you repeat it" in str(caught.value.hint)
    assert 0 == scalar(run(single, _COUNT))


@both
def test_a_commit_that_was_answered_is_known_though_the_connection_breaks_behind_it(
    database: ConnectionSettings, slow: Admin, statement: str | Statement
) -> None:
    with CuttingProxy(database) as proxy, contextlib.closing(proxy.connect()) as connection:
        before = scalar(run(connection, _PID))
        proxy.cuts = "behind the answer"
        write(connection, statement)
        assert proxy.has_cut.is_set()
        assert 1 == scalar(run(connection, _COUNT))
        assert before != scalar(run(connection, _PID))
    assert slow.execute(_COUNT).fetchone() == (1,)


@both
def test_a_commit_whose_answer_was_lost_is_said_to_be_open(
    database: ConnectionSettings, slow: Admin, statement: str | Statement
) -> None:
    assert slow.execute(_COUNT).fetchone() == (0,)
    with CuttingProxy(database) as proxy, contextlib.closing(proxy.connect()) as connection:
        proxy.cuts = "before the answer"
        with pytest.raises(ConnectionLostError) as caught:
            write(connection, statement)
        assert "look before you repeat it" in str(caught.value.hint)
        assert proxy.has_cut.is_set()
        assert 1 == scalar(run(connection, _COUNT))  # it was committed


def test_the_limit_of_the_call_takes_the_place_of_the_logins_own(
    opened: Opened, database: ConnectionSettings
) -> None:
    options = {**database.options, "options": "-c statement_timeout=100"}
    connection = opened(PoolSettings(max_size=1), options=options)
    write(connection, Statement.of("SELECT pg_sleep($1)", [0.3]))
    with pytest.raises(StatementTimeoutError):
        write(connection, Statement.of("SELECT pg_sleep($1)", [60]), timeout_s=0.3)


def test_nothing_of_a_statement_with_values_reaches_the_next_one(single: Connection) -> None:
    text = "SELECT set_config('work_mem', $1, false), pg_advisory_lock(4711)"
    write(single, Statement.of(text, ["77MB"]))
    assert "77MB" != scalar(run(single, "SHOW work_mem", options=READ_WRITE))
    locks = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
    assert 0 == scalar(run(single, locks))


class CuttingProxy:
    """Stands between client and server, and can end the connection around COMMIT's answer."""

    def __init__(self, database: ConnectionSettings) -> None:
        self._database = database
        folder = database.options.get("host") or str(database.host)
        self._target = f"{folder}/.s.PGSQL.5432"
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._sockets: list[socket.socket] = []
        self.cuts = ""
        self.has_cut = threading.Event()

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.close()
        for peer in self._sockets:
            peer.close()

    def connect(self) -> Connection:
        """Connect through it, with one physical connection."""
        return PostgresConnector().connect(
            attrs.evolve(
                self._database,
                host="127.0.0.1",
                port=self._listener.getsockname()[1],
                options={"gssencmode": "disable", "sslmode": "disable"},
                pool=PoolSettings(max_size=1),
            )
        )

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            server = socket.socket(socket.AF_UNIX)
            server.connect(self._target)
            self._sockets += [client, server]
            for run_it in (self._pass_requests, self._pass_answers):
                threading.Thread(target=run_it, args=(client, server), daemon=True).start()

    def _pass_requests(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := client.recv(65536):
                server.sendall(data)
        _end(client, server)

    def _pass_answers(self, client: socket.socket, server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := server.recv(65536):
                at = data.find(_COMMITTED) if self.cuts else -1
                if at < 0:
                    client.sendall(data)
                    continue
                if self.cuts == "behind the answer":
                    client.sendall(data[: at + len(_COMMITTED)] + _READY)
                self.cuts = ""
                self.has_cut.set()
                break
        _end(client, server)


def _end(*peers: socket.socket) -> None:
    for peer in peers:
        with contextlib.suppress(OSError):
            peer.shutdown(socket.SHUT_RDWR)
