"""Every attack of the collections is one, on a live PostgreSQL, and none gets through.

What is seen of each stands in seen/postgres.toml; SQLCORE_TEST_WRITE_SEEN=1 writes it anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from tests.integration.guarding import seen_table
from tests.integration.guarding.changes import State, changed_parts, is_harmful, parts_of
from tests.integration.guarding.corpora import conditions, entries_in, note
from tests.integration.guarding.postgres_bench import PostgresBench
from tests.unit.guarding.corpus_reading import Entry, name_of

import sqlcore
from sqlcore.errors import PolicyError
from sqlcore_mcp import Toolbox

_ATTACKS = entries_in("postgres", "attacks")
_REMARK = (
    "What each attack changed when it ran unguarded on PostgreSQL 18; written by"
    " SQLCORE_TEST_WRITE_SEEN=1 pytest tests/integration/guarding/test_postgres_attacks.py"
)


@pytest.fixture(scope="module")
def seen_now() -> Iterator[dict[str, str]]:
    seen: dict[str, str] = {}
    yield seen
    if seen_table.IS_WRITING:
        seen_table.add("postgres", seen, _ATTACKS, _REMARK)


@pytest.fixture(scope="module")
def guarded(attacked: PostgresBench) -> Iterator[sqlcore.Database]:
    with sqlcore.connect(attacked.url, access="read", privilege_check="off") as database:
        yield database


@pytest.fixture(scope="module")
def toolbox(attacked: PostgresBench) -> Iterator[Toolbox]:
    with Toolbox.open(attacked.url, environ={}, access="read", privilege_check="off") as toolbox:
        yield toolbox


@pytest.fixture(scope="module")
def untouched(attacked: PostgresBench) -> State:
    return attacked.state()


def test_no_two_entries_have_the_same_name_or_statement() -> None:
    for kind in ("attacks", "reads"):
        for part in ("what", "sql"):
            counts = Counter(getattr(entry, part) for entry in entries_in("postgres", kind))
            assert [value for value, count in counts.items() if count > 1] == []


def test_each_condition_is_one_of_an_entry() -> None:
    names = {entry.what for kind in ("attacks", "reads") for entry in entries_in("postgres", kind)}
    unused = [
        name for table in conditions("postgres").values() for name in table if name not in names
    ]
    assert unused == []


@pytest.mark.parametrize("attack", _ATTACKS, ids=name_of)
def test_unguarded_an_attack_does_its_harm(
    attack: Entry, attacked: PostgresBench, seen_now: dict[str, str]
) -> None:
    seen = seen_now[attack.what] = attacked.prove(attack)
    assert is_harmful(seen) == (note("postgres", "harmless", attack.what) is None), seen
    if not seen_table.IS_WRITING:
        declared = seen_table.read("postgres")[attack.what]
        assert parts_of(declared) <= parts_of(seen)


@pytest.mark.parametrize("attack", _ATTACKS, ids=name_of)
def test_guarded_an_attack_is_refused_and_changes_nothing(
    attack: Entry,
    attacked: PostgresBench,
    untouched: State,
    guarded: sqlcore.Database,
    toolbox: Toolbox,
) -> None:
    sql = attacked.placed(attack.sql)
    with pytest.raises(PolicyError):
        guarded.query(sql)
    outcome = toolbox.call("execute_query", {"query": sql})
    assert outcome.is_error
    assert changed_parts(untouched, attacked.state()) == []
