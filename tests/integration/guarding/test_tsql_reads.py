"""Every honest T-SQL read of the collections runs guarded on a live server, as far as it knows it.

What came of each stands in seen/tsql_reads.toml: that it ran, or what the server said against it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import attrs
import pytest
from tests.integration.guarding import seen_table
from tests.integration.guarding.changes import State, changed_parts
from tests.integration.guarding.corpora import entries_in
from tests.integration.guarding.tsql_bench import URL, TsqlBench, run
from tests.unit.guarding.corpus_reading import Entry, name_of

import sqlcore
from sqlcore.errors import PolicyError, SqlCoreError

_READS = entries_in("tsql", "reads")
_LIVE = _READS if URL else ()
_REMARK = (
    "Which reads ran guarded on Babelfish 4.3, and what that server said against the others;"
    " written by SQLCORE_TEST_MSSQL_URL=mssql://... SQLCORE_TEST_RECORD=1 pytest"
    " tests/integration/guarding/test_tsql_reads.py"
)
_PARAMETER = re.compile(r"(?<!@)@([a-z_]+)|(?<!:):([a-z_]+)")
_QUOTED = re.compile(r"'[^']*'|\[[^]]*\]|--.*")
_XML = "<a><b>1</b></a>"


@pytest.fixture(scope="module")
def seen_now() -> Iterator[dict[str, str]]:
    seen: dict[str, str] = {}
    yield seen
    if seen_table.IS_RECORDING:
        seen_table.add("tsql_reads", seen, _READS, _REMARK)


@attrs.frozen
class _Shop:
    database: sqlcore.Database
    untouched: State


@pytest.fixture(scope="module")
def shop(tsql: TsqlBench) -> Iterator[_Shop]:
    """The database as it was made, and sqlcore connected to it."""
    tsql.reset()
    with sqlcore.connect(tsql.own_url, access="read", privilege_check="off") as database:
        yield _Shop(database=database, untouched=tsql.state())


def test_what_came_of_each_read_was_seen() -> None:
    seen = seen_table.read("tsql_reads")
    assert seen.keys() == {read.what for read in _READS}
    assert [what for what, outcome in seen.items() if outcome.startswith("refused")] == []


@pytest.mark.parametrize("read", _LIVE, ids=name_of)
def test_a_read_runs_guarded_as_unguarded_and_changes_nothing(
    read: Entry,
    tsql: TsqlBench,
    shop: _Shop,
    seen_now: dict[str, str],
) -> None:
    outcome = _outcome(shop.database, tsql, read.sql)
    seen_now[read.what] = outcome
    assert changed_parts(shop.untouched, tsql.state()) == []
    assert not outcome.startswith(("refused", "only unguarded")), outcome
    if not seen_table.IS_RECORDING:
        declared = seen_table.read("tsql_reads")[read.what]
        assert (declared == "ran") == (outcome == "ran"), outcome


def _outcome(database: sqlcore.Database, tsql: TsqlBench, sql: str) -> str:
    """Run a read guarded; say that it ran, or what was said against it."""
    names = {found[1] or found[2] for found in _PARAMETER.finditer(_QUOTED.sub("", sql))}
    parameters = {name: _XML if name == "doc" else 1 for name in names} or None
    try:
        database.query(sql, parameters, max_rows=1_000)
    except PolicyError as refusal:
        return f"refused: {refusal.message}"
    except SqlCoreError as error:
        if parameters:
            return f"cannot run: {error.message}"
        # The server's own words, of the bare driver.
        with contextlib.closing(tsql.connect()) as session:
            words = run(session, sql)
        if isinstance(words, str):
            return f"cannot run: {words}"
        return f"only unguarded: {error.message}"
    return "ran"
