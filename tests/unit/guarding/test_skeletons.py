from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.guarding.corpus_reading import ATTACKS, READS, Entry

from sqlcore.domain.access import Access
from sqlcore.domain.lexing import LexError, TokenKind, tokenize
from sqlcore.services.guarding import decide
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.second_reading import alias_indexes
from sqlcore.services.guarding.second_reading_postgres import POSTGRES_SKELETONS
from sqlcore.services.guarding.second_reading_tsql import TSQL_SKELETONS
from sqlcore.services.guarding.skeleton import Skeletons, Step
from sqlcore.services.guarding.tsql_words import REFUSED_WORDS

SKELETONS = {"postgres": POSTGRES_SKELETONS, "tsql": TSQL_SKELETONS}
STEPS = [
    pytest.param(skeletons, step, id=f"{dialect}: {step.pattern.pattern[:50]}")
    for dialect, skeletons in SKELETONS.items()
    for step in skeletons.steps
]
ANY = st.sampled_from(READS + ATTACKS)
WRITES = {
    "postgres": [
        "INTO stolen",
        "FOR UPDATE",
        "FOR NO KEY UPDATE OF t NOWAIT",
        "; DELETE FROM t",
        "; COMMIT",
        "DELETE FROM t",
        "INSERT INTO t VALUES (1)",
        "UPDATE t SET a = 1",
        "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE",
    ],
    "tsql": [
        "INTO stolen",
        "DELETE FROM t",
        "EXEC dbo.p",
        "UPDATE t SET a = 1",
        "TRUNCATE TABLE t",
        "; DROP TABLE t",
        "DECLARE @x int",
        "COMMIT",
        "MERGE t USING u ON 1 = 1 WHEN MATCHED THEN DELETE;",
    ],
}


@pytest.mark.parametrize(("skeletons", "step"), STEPS)
def test_no_step_takes_a_word_away_that_starts_or_changes_a_statement(
    skeletons: Skeletons, step: Step
) -> None:
    # What only stands before or after is not taken away.
    taken = re.sub(r"\(\?<?[=!](?:[^()\\]|\\.|\([^()]*\))*\)", "", step.pattern.pattern)
    words = set(re.findall("[A-Z]{2,}", taken))
    # CYCLE id SET path USING way: the SET of a WITH query.
    allowed = {"SET"} if "CYCLE" in words else set()
    assert words & skeletons.staying <= allowed


@pytest.mark.parametrize(("skeletons", "step"), STEPS)
def test_no_step_takes_just_any_character_away(skeletons: Skeletons, step: Step) -> None:
    assert skeletons.steps
    outside_sets = re.sub(r"\\.|\[(?:\\.|[^\]])*\]", "", step.pattern.pattern)
    assert "." not in outside_sets
    assert not re.search(r"\\[SDW]|\[\^", step.pattern.pattern)


def planted(entry: Entry, data: st.DataObject) -> str:
    """Put a write between any two tokens of a statement."""
    tokens = tokenize(entry.sql, entry.dialect)
    write = data.draw(st.sampled_from(WRITES[entry.dialect]))
    at = data.draw(st.sampled_from([token.end for token in tokens]))
    return f"{entry.sql[:at]}\n{write} {entry.sql[at:]}"


@settings(max_examples=400, deadline=None)
@given(entry=ANY, data=st.data())
def test_a_planted_word_stays_in_the_skeleton_unless_it_is_a_name(
    entry: Entry, data: st.DataObject
) -> None:
    sql = planted(entry, data)
    try:
        tokens = tokenize(sql, entry.dialect)
        outline = Outline(tokens)
    except (LexError, Refusal):
        return
    skeleton = SKELETONS[entry.dialect].of(outline, range(len(outline))).split()
    kept = {"INTO"} if entry.dialect == "postgres" else REFUSED_WORDS
    for word in kept & outline.vocabulary:
        places = [at for at, other in enumerate(outline.words) if other == word]
        if entry.dialect == "postgres":
            places = [at for at in places if not outline.is_label(at)]
        assert skeleton.count(word) >= len(places)


@settings(max_examples=400, deadline=None)
@given(entry=ANY, data=st.data())
def test_a_write_planted_in_front_of_a_from_clause_is_refused(
    entry: Entry, data: st.DataObject
) -> None:
    tokens = tokenize(entry.sql, entry.dialect)
    places = [token.start for token in tokens if token.text.upper() == "FROM"]
    places.append(len(entry.sql.rstrip("; \n")))
    at = data.draw(st.sampled_from(places))
    # In PostgreSQL `SELECT 1 DELETE FROM t` reads a column that it calls delete.
    writes = [
        write
        for write in WRITES[entry.dialect]
        if entry.dialect != "postgres" or write != "DELETE FROM t"
    ]
    write = data.draw(st.sampled_from(writes))
    sql = f"{entry.sql[:at]}\n{write} {entry.sql[at:]}"
    assert not decide(sql, entry.dialect, Access.READ).allowed


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t FOR UPDATE LIMIT 1",
        "SELECT a FROM t FOR SHARE",
        "SELECT a FROM (SELECT a FROM t FOR NO KEY UPDATE) x",
        "SELECT x.as INTO stolen FROM x",
        "WITH d AS (DELETE FROM t RETURNING 1) SELECT * FROM d",
        "WITH d AS (UPDATE t SET a = 1 RETURNING 1) SELECT * FROM d",
        "SELECT trim(a INTO b)",
        "SELECT 1 ; SELECT 2",
    ],
)
def test_the_second_reading_alone_refuses_a_write(sql: str) -> None:
    kept = [t for t in tokenize(sql, "postgres") if t.kind is not TokenKind.WHITESPACE]
    outline = Outline(kept)
    with pytest.raises(Refusal):
        alias_indexes(outline, range(len(outline)), "postgres")
