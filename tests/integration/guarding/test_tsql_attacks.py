"""Every T-SQL attack of the collections is one, on a live server, and none gets through.

What was seen of each stands in seen/tsql.toml. Without a server it is only checked that every
attack has been run or has a reason why not. SQLCORE_TEST_MSSQL_URL runs them again, and
SQLCORE_TEST_RECORD=1 beside it writes the table anew.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from tests.integration.guarding import seen_table
from tests.integration.guarding.changes import State, changed_parts, is_harmful, parts_of
from tests.integration.guarding.corpora import conditions, entries_in, note
from tests.integration.guarding.tsql_bench import URL, TsqlBench, why_not_run
from tests.unit.guarding.corpus_reading import Entry, name_of

import sqlcore
from sqlcore.errors import PolicyError

_ATTACKS = entries_in("tsql", "attacks")
_LIVE = _ATTACKS if URL else ()
_REMARK = (
    "What each attack changed when it ran unguarded on Babelfish 4.3, or why that server does not"
    " show it; written by SQLCORE_TEST_MSSQL_URL=mssql://... SQLCORE_TEST_RECORD=1 pytest"
    " tests/integration/guarding/test_tsql_attacks.py"
)


@pytest.fixture(scope="module")
def seen_now() -> Iterator[dict[str, str]]:
    seen: dict[str, str] = {}
    yield seen
    if seen_table.IS_RECORDING:
        seen_table.add("tsql", seen, _ATTACKS, _REMARK)


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


def test_what_each_attack_does_was_seen_or_has_a_reason_why_not() -> None:
    seen = seen_table.read("tsql")
    assert seen.keys() == {attack.what for attack in _ATTACKS}
    unexplained = [
        attack.what
        for attack in _ATTACKS
        if seen[attack.what] == "nothing" and note("tsql", "harmless", attack.what) is None
    ]
    assert unexplained == []


def test_each_condition_is_one_of_an_entry() -> None:
    what_is_there = {attack.what for attack in _ATTACKS}
    unused = [
        what for table in conditions("tsql").values() for what in table if what not in what_is_there
    ]
    assert unused == []


@pytest.mark.parametrize("attack", _LIVE, ids=name_of)
def test_unguarded_an_attack_does_its_harm(
    attack: Entry, tsql: TsqlBench, seen_now: dict[str, str]
) -> None:
    seen = seen_now[attack.what] = tsql.prove(attack)
    if not seen_table.IS_RECORDING:
        declared = seen_table.read("tsql")[attack.what]
        assert is_harmful(seen) == is_harmful(declared), seen
        assert parts_of(declared) <= parts_of(seen)


@pytest.mark.parametrize("attack", _LIVE, ids=name_of)
def test_guarded_an_attack_is_refused_and_changes_nothing(
    attack: Entry, tsql: TsqlBench, shop: _Shop
) -> None:
    if why_not_run(attack):  # so that nobody is harmed where the guard is wrong
        assert not shop.database.decide(attack.sql).allowed
        return
    with pytest.raises(PolicyError):
        shop.database.query(attack.sql)
    assert changed_parts(shop.untouched, tsql.state()) == []
