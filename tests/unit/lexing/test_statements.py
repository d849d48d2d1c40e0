from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.lexing import (
    Batch,
    LexError,
    fingerprint,
    short_fingerprint,
    split_batches,
    split_statements,
    tokenize,
)


def statements(sql: str, dialect: str = "postgres") -> list[str]:
    parts = split_statements(tokenize(sql, dialect))
    return ["".join(token.text for token in part).strip() for part in parts]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT 1; SELECT 2", ["SELECT 1", "SELECT 2"]),
        ("SELECT 1;", ["SELECT 1"]),
        (";;SELECT 1;; -- end", ["SELECT 1"]),
        ("SELECT ';' -- ;\n, \";\" /* ; */", ["SELECT ';' -- ;\n, \";\" /* ; */"]),
        ("SELECT $$;$$; SELECT 2", ["SELECT $$;$$", "SELECT 2"]),
        ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2); X", None),
        ("", []),
        ("-- only a comment", []),
    ],
)
def test_statements_are_split_at_semicolons_outside_everything(
    sql: str, expected: list[str] | None
) -> None:
    got = statements(sql)
    if expected is None:
        assert ["CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)", "X"] == got
    else:
        assert expected == got


def test_batches_are_split_at_go_lines() -> None:
    script = "SELECT 1\nGO\nSELECT 2\n  go 3  \n\nSELECT 3\r\nGO\r\n"
    assert (
        Batch(text="SELECT 1\n", repeat=1, line=1),
        Batch(text="SELECT 2\n  ", repeat=3, line=3),
        Batch(text="\nSELECT 3\r\n", repeat=1, line=5),
    ) == split_batches(script)


@pytest.mark.parametrize(
    "script",
    [
        "SELECT 'a\nGO\nb'",
        "/*\nGO\n*/ SELECT 1",
        "SELECT 1 AS go",
        "SELECT 1\nGO home",
        "SELECT [a\nGO\n]",
        "SELECT 1\nGO -1",
        "SELECT 1\nGO 1 2 x",
    ],
)
def test_go_elsewhere_splits_nothing(script: str) -> None:
    assert (Batch(text=script),) == split_batches(script)


def test_go_with_a_comment_behind_it_still_splits() -> None:
    assert ["SELECT 1\n", "SELECT 2"] == [
        b.text for b in split_batches("SELECT 1\nGO -- x\nSELECT 2")
    ]


@given(st.lists(st.sampled_from(["SELECT 1", "GO", "go 5", "'", "\n", " ", "--", "/*", "*/"])))
def test_batches_hold_text_of_the_script_only(parts: list[str]) -> None:
    script = "".join(parts)
    try:
        batches = split_batches(script)
    except LexError:
        return
    position = 0
    for batch in batches:
        position = script.index(batch.text, position) + len(batch.text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 1", "select   2 -- x"),
        ("SELECT * FROM t WHERE a = 'x'", "SELECT * FROM T /* y */\nWHERE a='y'"),
        ("SELECT * FROM t WHERE a IN (1, 2, 3)", "SELECT * FROM t WHERE a IN (9)"),
        ("SELECT $1, :a", "SELECT $2, :b"),
    ],
)
def test_one_query_with_other_values_and_layout_has_one_fingerprint(one: str, other: str) -> None:
    assert fingerprint(one, "postgres") == fingerprint(other, "postgres")
    assert short_fingerprint(one, "postgres") == short_fingerprint(other, "postgres")


@pytest.mark.parametrize(
    ("one", "other"),
    [("SELECT a", "SELECT b"), ('SELECT "A"', 'SELECT "a"'), ("SELECT a, b", "SELECT ab")],
)
def test_other_queries_have_other_fingerprints(one: str, other: str) -> None:
    assert fingerprint(one, "postgres") != fingerprint(other, "postgres")
    assert short_fingerprint(one, "postgres") != short_fingerprint(other, "postgres")


def test_a_fingerprint_holds_no_value() -> None:
    text = "SELECT 'secret', 4711, N'secret', 0x4711 -- secret\n FROM t"
    assert "select ? from t" == fingerprint(text, "tsql")
    assert len(short_fingerprint(text, "tsql")) == 16
