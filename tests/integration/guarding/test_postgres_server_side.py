"""How much the server itself holds back where the guard were wrong: the second line of defence.

Each attack is handed to the adapter in READ_ONLY mode, as the gate would after it said yes. The
table seen/postgres_server_side.toml pins those that change something all the same.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import attrs
from tests.integration.guarding import seen_table
from tests.integration.guarding.changes import changed_parts, is_harmful, parts_of, said
from tests.integration.guarding.corpora import entries_in
from tests.integration.guarding.postgres_bench import SESSION_STATE, PostgresBench
from tests.unit.guarding.corpus_reading import Entry

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.connection import PoolSettings
from sqlcore.domain.query import ExecutionOptions, RowBatch, Statement, TransactionMode
from sqlcore.domain.urls import parse_url
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection

_ATTACKS = entries_in("postgres", "attacks")
_REMARK = (
    "Attacks that change something although the server side was told to read only, and what;"
    " written by SQLCORE_TEST_WRITE_SEEN=1 pytest"
    " tests/integration/guarding/test_postgres_server_side.py"
)
_OPTIONS = ExecutionOptions(timeout_s=1.0, mode=TransactionMode.READ_ONLY)


@contextlib.contextmanager
def _opened(attacked: PostgresBench) -> Iterator[Connection]:
    settings = parse_url(attacked.url)
    connection = PostgresConnector().connect(attrs.evolve(settings, pool=PoolSettings(max_size=1)))
    with contextlib.closing(connection):
        yield connection


def _run(connection: Connection, text: str) -> list[object]:
    return list(connection.queries.execute(Statement(text=text), _OPTIONS))


def _left_in(connection: Connection) -> dict[str, str]:
    events = _run(connection, SESSION_STATE)
    return {
        part: state or ""
        for batch in events
        if isinstance(batch, RowBatch)
        for part, state in batch.rows
    }


def _passes(attacked: PostgresBench, attack: Entry, connection: Connection) -> str:
    """Run an attack in READ_ONLY mode without a guard; say what it changed all the same."""
    sql = attacked.aimed(attack)
    before, left_before = attacked.state(), _left_in(connection)
    error = None
    try:
        _run(connection, sql)
    except SqlCoreError as refusal:
        error = refusal.code
    seen = changed_parts(before, attacked.late_state(before, sql))
    seen += changed_parts(left_before, _left_in(connection))
    if error:  # A statement that failed has used up an id, which harms nobody.
        seen = [part for part in seen if part != "transaction id"]
    return said(seen, error)


def test_the_server_side_alone_holds_back_what_it_is_known_to(attacked: PostgresBench) -> None:
    passed: dict[str, str] = {}
    attacked.reset()
    with contextlib.ExitStack() as opened:
        connection = opened.enter_context(_opened(attacked))
        for attack in _ATTACKS:
            seen = _passes(attacked, attack, connection)
            if is_harmful(seen):
                passed[attack.what] = seen
                opened.close()
                attacked.reset()
                connection = opened.enter_context(_opened(attacked))
    if seen_table.IS_WRITING:
        seen_table.write("postgres_server_side", passed, _REMARK)
    declared = seen_table.read("postgres_server_side")
    assert passed.keys() == declared.keys()
    assert [what for what in passed if not parts_of(declared[what]) <= parts_of(passed[what])] == []
