from __future__ import annotations

from collections import Counter

import pytest
from tests.unit.guarding.corpus_reading import ATTACKS, READS, Entry, name_of

from sqlcore.domain.access import Access
from sqlcore.services.guarding import decide


@pytest.mark.parametrize("attack", ATTACKS, ids=name_of)
def test_an_attack_is_refused_with_a_reason_and_a_hint(attack: Entry) -> None:
    decision = decide(attack.sql, attack.dialect, Access.READ)
    assert not decision.allowed
    assert decision.reason
    assert decision.hint


@pytest.mark.parametrize("read", READS, ids=name_of)
def test_an_honest_read_is_allowed(read: Entry) -> None:
    decision = decide(read.sql, read.dialect, Access.READ)
    assert decision.allowed, f"{decision.reason} (character {decision.position})"


@pytest.mark.parametrize("attack", ATTACKS, ids=name_of)
def test_an_attack_of_any_kind_runs_at_write(attack: Entry) -> None:
    assert decide(attack.sql, attack.dialect, Access.WRITE).allowed


@pytest.mark.parametrize("dialect", ["postgres", "tsql"])
def test_the_corpus_is_large_and_says_each_thing_once(dialect: str) -> None:
    for corpus in (ATTACKS, READS):
        statements = Counter(entry.sql for entry in corpus if entry.dialect == dialect)
        names = Counter(entry.what for entry in corpus if entry.dialect == dialect)
        assert statements.total() >= 120
        assert [sql for sql, count in statements.items() if count > 1] == []
        assert [name for name, count in names.items() if count > 1] == []
