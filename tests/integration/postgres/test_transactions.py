"""How PostgreSQL is kept from leaving the transaction around a statement."""

from __future__ import annotations

import contextlib
import logging
from typing import Any

import psycopg
import pytest

from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.errors import ConflictError, PolicyError, SqlCoreError, SqlSyntaxError
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, rows, run, scalar

_INSERT = "INSERT INTO contract.scratch (id, note) VALUES (1, 'x')"
_COUNT = "SELECT count(*) FROM contract.scratch"
_PID = "SELECT pg_backend_pid()"
_LOCKED = "SELECT 1 FROM contract.customers"
_MODES = [TransactionMode.READ_ONLY, TransactionMode.ROLLED_BACK]


@pytest.fixture(autouse=True)
def _empty(single: Connection) -> None:
    run(single, "DELETE FROM contract.scratch", options=READ_WRITE)


@pytest.mark.parametrize("mode", _MODES)
@pytest.mark.parametrize("text", ["COMMIT", "ROLLBACK", "END", "COMMIT AND CHAIN"])
def test_a_statement_that_ends_its_transaction_costs_the_connection(
    single: Connection, caplog: pytest.LogCaptureFixture, text: str, mode: TransactionMode
) -> None:
    before = scalar(run(single, _PID))
    with (
        caplog.at_level(logging.WARNING, "sqlcore.security"),
        pytest.raises(PolicyError, match="ended the transaction"),
    ):
        run(single, text, options=ExecutionOptions(mode=mode))
    assert "transaction_escaped" in caplog.text
    assert before != scalar(run(single, _PID))


@pytest.mark.parametrize(
    "text",
    [
        f"DO $$ BEGIN {_INSERT}; COMMIT; END $$",
        f"{_INSERT}; COMMIT",
        f"COMMIT; {_INSERT}",
        "SELECT set_config('transaction_read_only', 'off', false)",
        f"DO $$ BEGIN SET TRANSACTION READ WRITE; {_INSERT}; END $$",
    ],
)
@pytest.mark.parametrize("mode", _MODES)
def test_nothing_stays_of_a_text_that_tries_to_commit(
    single: Connection, text: str, mode: TransactionMode
) -> None:
    with contextlib.suppress(SqlCoreError):
        run(single, text, options=ExecutionOptions(mode=mode))
    assert 0 == scalar(run(single, _COUNT))
    assert "off" == scalar(run(single, "SHOW default_transaction_read_only"))


def test_only_one_statement_is_tried_out(single: Connection) -> None:
    with pytest.raises(SqlSyntaxError, match="multiple commands"):
        run(single, f"{_INSERT}; {_COUNT}", options=ExecutionOptions(mode=_MODES[1]))


def test_a_statement_that_waited_for_a_lock_says_how_long(
    single: Connection, admin: psycopg.Connection[Any]
) -> None:
    with admin.transaction():
        admin.execute("LOCK TABLE contract.customers")
        with pytest.raises(ConflictError) as caught:
            run(single, _LOCKED, options=ExecutionOptions(lock_timeout_s=0.1))
    assert "0.1 seconds for a lock" in caught.value.message
    assert "55P03" == caught.value.sqlstate
    assert 3 == len(rows(run(single, _LOCKED)))


def test_a_statement_that_does_not_want_to_wait_keeps_the_words_of_the_server(
    single: Connection, admin: psycopg.Connection[Any]
) -> None:
    with admin.transaction():
        admin.execute(f"{_LOCKED} FOR UPDATE")
        with pytest.raises(ConflictError, match="Could not obtain lock"):
            run(single, f"{_LOCKED} FOR UPDATE NOWAIT", options=READ_WRITE)


def test_the_lock_timeout_of_one_statement_does_not_reach_the_next(single: Connection) -> None:
    own = scalar(run(single, "SHOW lock_timeout"))
    inside = run(single, "SHOW lock_timeout", options=ExecutionOptions(lock_timeout_s=1.5))
    assert "1500ms" == scalar(inside)
    assert own == scalar(run(single, "SHOW lock_timeout"))
