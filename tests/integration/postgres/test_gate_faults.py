"""What the gate keeps when servers and callers go away: turns, the audit, the rollback."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any

import attrs
import psycopg
import pytest

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.query import (
    ExecutionOptions,
    ResultStart,
    RowBatch,
    Statement,
    TransactionMode,
)
from sqlcore.errors import (
    ConnectionLostError,
    LimitExceededError,
    SqlCoreError,
    StatementTimeoutError,
)
from sqlcore.ports import Connection
from sqlcore.services.admission import Gate, Known, Order
from sqlcore.services.database import Database
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.services.turns import Turns
from sqlcore.testing.auditing import KeptAudit

Admin = psycopg.Connection[Any]

_MANY = "SELECT g AS n, repeat('x', 500) AS x FROM generate_series(1, 200000) AS g"
_RUNNING = """SELECT pid FROM pg_stat_activity WHERE application_name = 'sqlcore'
AND datname = current_database() AND state <> 'idle'"""

_WAITING = f"{_RUNNING} AND wait_event_type = 'Lock'"


@pytest.fixture
def noted() -> KeptAudit:
    return KeptAudit()


@pytest.fixture
def policy(noted: KeptAudit) -> Policy:
    return Policy(
        access=Access.WRITE,
        audit=noted,
        turns=Turns(most=4),
        privilege_check=PrivilegeCheck.OFF,
    )


@pytest.fixture
def ann(connection: Connection, policy: Policy) -> Database:
    return Database(connection, policy, caller="ann")


@pytest.fixture
def table(admin: Admin) -> Iterator[str]:
    admin.execute("CREATE TABLE gate_faults (id int PRIMARY KEY, note text)")
    admin.execute("INSERT INTO gate_faults SELECT g, 'old' FROM generate_series(1, 50000) AS g")
    yield "gate_faults"
    admin.execute("DROP TABLE gate_faults")


def _end_all(admin: Admin) -> None:
    for (pid,) in admin.execute(_RUNNING).fetchall():
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


@pytest.mark.parametrize("mode", list(TransactionMode))
def test_a_server_that_dies_before_the_transaction_ends_keeps_nothing(
    connection: Connection, policy: Policy, admin: Admin, table: str, mode: TransactionMode
) -> None:
    access = Access.READ if mode is TransactionMode.READ_ONLY else Access.WRITE
    text = f"SELECT * FROM {table}"
    if access is Access.WRITE:
        text = f"UPDATE {table} SET note = 'new' RETURNING id, repeat(note, 200)"
    order = Order(statement=Statement.of(text), action="query", access=access, mode=mode)
    noted = KeptAudit()
    gate = Gate(connection, attrs.evolve(policy, audit=noted), Known(), "ann")
    with closing(gate.run(order, ExecutionOptions(batch_rows=1))) as events:
        assert isinstance(next(events), ResultStart)
        assert isinstance(next(events), RowBatch)
        _end_all(admin)
        with pytest.raises(ConnectionLostError):
            list(events)

    (event,) = noted.events
    assert (event.outcome, event.error_code) == ("failed", "connection_lost")
    assert {} == policy.turns._lines
    query = f"SELECT count(*) FROM {table} WHERE note = 'new'"
    assert (0,) == admin.execute(query).fetchone()


def test_streams_that_are_left_in_every_way_give_their_turns_back(
    ann: Database, policy: Policy, noted: KeptAudit, admin: Admin
) -> None:
    with ann.stream(_MANY):
        pass
    stream = ann.stream(_MANY)
    next(iter(stream))
    del stream
    with pytest.raises(ZeroDivisionError), ann.stream(_MANY) as stream:
        next(iter(stream))[0] / 0
    with ann.stream(_MANY, timeout_s=0.5) as stream:
        next(iter(stream))
        threading.Event().wait(0.6)
        with pytest.raises(StatementTimeoutError):
            list(stream)
    with ann.stream(_MANY) as stream:
        next(iter(stream))
        _end_all(admin)
        with pytest.raises(ConnectionLostError):
            list(stream)
    with pytest.raises(SqlCoreError):
        ann.stream("SELECT 1 / 0 AS x")
    assert 200_000 == sum(1 for _ in ann.stream(_MANY))

    assert {} == policy.turns._lines
    assert [event.outcome for event in noted.events] == [
        "abandoned",
        "abandoned",
        "abandoned",
        "timed_out",
        "failed",
        "failed",
        "completed",
    ]


def test_two_hundred_statements_of_one_caller_leave_no_turn_and_are_all_noted(
    ann: Database, policy: Policy, noted: KeptAudit
) -> None:
    chance = random.Random(7)  # noqa: S311  # no secret
    tokens = [CancelToken() for _ in range(200)]
    timeouts = [chance.choice([0.02, 0.2, 20.0]) for _ in tokens]

    def run(token: CancelToken, timeout_s: float) -> str:
        try:
            ann.query("SELECT pg_sleep(0.01) AS x", timeout_s=timeout_s, cancel=token)
        except SqlCoreError as error:
            return error.code
        return "ok"

    with ThreadPoolExecutor(64) as threads:
        runs = [threads.submit(run, *each) for each in zip(tokens, timeouts, strict=True)]
        for token in chance.sample(tokens, 60):
            threading.Event().wait(chance.random() * 0.01)
            token.cancel()
        codes = {run.result() for run in runs}

    assert codes <= {"ok", "cancelled", "timeout", LimitExceededError.code}
    assert len(noted.events) == len(tokens)
    assert {} == policy.turns._lines
    assert ann.query("SELECT 1 AS one").scalar() == 1


@pytest.fixture
def other(server_uri: str, database: ConnectionSettings) -> Iterator[Admin]:
    """A second look at the server: within a transaction its activity stands still."""
    with psycopg.connect(server_uri, dbname=database.database) as connection:
        yield connection


def test_a_preview_that_the_server_ends_is_no_answer_and_leaves_nothing(
    ann: Database, admin: Admin, other: Admin, table: str, eventually: Callable[..., None]
) -> None:
    assert ann.preview(f"DELETE FROM {table}").rows == 50_000
    other.execute(f"SELECT 1 FROM {table} WHERE id = 50000 FOR UPDATE")
    with ThreadPoolExecutor(1) as thread:
        tried = thread.submit(ann.preview, f"DELETE FROM {table}")
        eventually(lambda: admin.execute(_WAITING).fetchall())
        _end_all(admin)
        preview = tried.result()
    other.rollback()

    assert preview.rows is None
    assert "trying it out failed" in preview.unknown_because
    assert (50_000,) == admin.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert {} == ann.policy.turns._lines
