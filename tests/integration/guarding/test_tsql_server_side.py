"""What a transaction that is rolled back leaves of each T-SQL attack, were the guard wrong.

Each attack is handed to the adapter in READ_ONLY mode, as the gate would after it said yes. The
table seen/tsql_server_side.toml pins those that change something all the same, and whether the
adapter finds out: then the error says that the statement ended its transaction.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import attrs
import pytest
from tests.integration.guarding import seen_table
from tests.integration.guarding.changes import changed_parts
from tests.integration.guarding.corpora import entries_in
from tests.integration.guarding.tsql_bench import URL, TsqlBench, givens, run, why_not_run
from tests.unit.guarding.corpus_reading import Entry

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.connection import PoolSettings
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.domain.urls import parse_url
from sqlcore.errors import PolicyError, SqlCoreError
from sqlcore.ports import Connection

_ATTACKS = entries_in("tsql", "attacks")
_REMARK = (
    "Attacks that change something on Babelfish 4.3 although the adapter rolls back, and what;"
    " written by SQLCORE_TEST_MSSQL_URL=mssql://... SQLCORE_TEST_RECORD=1 pytest"
    " tests/integration/guarding/test_tsql_server_side.py"
)
_OPTIONS = ExecutionOptions(timeout_s=10.0)
_FOUND_OUT = "; found out"


@contextlib.contextmanager
def _opened(bench: TsqlBench) -> Iterator[Connection]:
    settings = parse_url(bench.own_url)
    connection = MssqlConnector().connect(attrs.evolve(settings, pool=PoolSettings(max_size=1)))
    with contextlib.closing(connection):
        yield connection


def _remains(bench: TsqlBench, attack: Entry, connection: Connection) -> str:
    """Run an attack in READ_ONLY mode without a guard; say what is changed afterwards."""
    before, found_out = bench.state(), ""
    try:
        list(connection.queries.execute(Statement(text=bench.aimed(attack)), _OPTIONS))
    except PolicyError:
        found_out = _FOUND_OUT
    except SqlCoreError:
        pass
    changed = changed_parts(before, bench.state())
    return ", ".join(changed) + found_out


@pytest.mark.skipif(URL is None, reason="there is no T-SQL server")
def test_a_rolled_back_transaction_leaves_what_it_is_known_to(tsql: TsqlBench) -> None:
    remaining: dict[str, str] = {}
    tsql.reset()
    with contextlib.ExitStack() as opened:
        connection = opened.enter_context(_opened(tsql))
        for attack in (one for one in _ATTACKS if not why_not_run(one)):
            given = list(givens(attack, tsql.aimed(attack)))
            with contextlib.closing(tsql.connect()) as session:
                for statement in given:
                    run(session, statement)
            outcome = _remains(tsql, attack, connection)
            if outcome:
                remaining[attack.what] = outcome
            if given or outcome.replace("sequence", ""):
                opened.close()
                tsql.reset()
                connection = opened.enter_context(_opened(tsql))
    if seen_table.IS_RECORDING:
        seen_table.write("tsql_server_side", remaining, _REMARK)
    assert seen_table.read("tsql_server_side") == remaining


def test_every_write_that_is_kept_is_found_out() -> None:
    kept = {
        what: outcome
        for what, outcome in seen_table.read("tsql_server_side").items()
        if set(outcome.removesuffix(_FOUND_OUT).split(", ")) - {"sequence", ""}
    }
    assert [what for what, outcome in kept.items() if not outcome.endswith(_FOUND_OUT)] == []
