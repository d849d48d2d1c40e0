from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.guarding.corpus_reading import ATTACKS, READS, Entry

from sqlcore.domain.access import Access
from sqlcore.domain.lexing import TokenKind, tokenize
from sqlcore.services.guarding import decide

# What may stand between any two tokens without changing what they mean.
BLANKS = {
    "postgres": [" ", "\n", "\t", "\r\n", "/* x */", "/* /* ' */ \" */", " -- ; DELETE\n"],
    "tsql": [" ", "\n", "\t", "\r\n", "/* x */", "/* /* ' */ [ */", " -- ; DELETE\n"],
}
WRITES = {
    "postgres": [
        "; DELETE FROM t",
        "; COMMIT; DROP TABLE t",
        " INTO stolen",
        " FOR UPDATE",
        ", pg_sleep(1)",
        ", (1).pg_sleep",
        " ; SELECT set_config('a', 'b', false)",
    ],
    "tsql": [
        "; DELETE FROM t",
        " DELETE FROM t",
        "\nEXEC dbo.p",
        " COMMIT",
        " UPDATE t SET a = 1",
        " DROP TABLE t",
        " WAITFOR DELAY '0:0:1'",
        " INTO stolen",
        "\nDECLARE @s int",
    ],
}
# sqlglot reads these with the word before them as one, and only without a comment between.
SECOND_WORDS = ("BY", "TO", "SETS", "VARYING")
READ = st.sampled_from(READS)
ANY = st.sampled_from(READS + ATTACKS)


def spread(entry: Entry, data: st.DataObject) -> str:
    """Write a statement again with other blanks where it has some."""
    blanks = st.sampled_from(BLANKS[entry.dialect])
    tokens = tokenize(entry.sql, entry.dialect)
    parts: list[str] = []
    for token, after in pairwise((*tokens, tokens[-1])):
        is_open = token.kind is TokenKind.WHITESPACE and after.text.upper() not in SECOND_WORDS
        if is_open and data.draw(st.booleans()):
            parts += (token.text, data.draw(blanks), " " if "\n" not in token.text else "\n")
        else:
            parts.append(token.text)
    return "".join(parts)


@settings(max_examples=300, deadline=None)
@given(entry=ANY, data=st.data())
def test_blanks_and_comments_do_not_change_the_decision(entry: Entry, data: st.DataObject) -> None:
    before = decide(entry.sql, entry.dialect, Access.READ)
    after = decide(spread(entry, data), entry.dialect, Access.READ)
    assert before.allowed == after.allowed, after.reason


@settings(max_examples=300, deadline=None)
@given(entry=READ, data=st.data())
def test_a_write_planted_at_the_end_of_a_read_is_refused(entry: Entry, data: st.DataObject) -> None:
    write = data.draw(st.sampled_from(WRITES[entry.dialect]))
    # A line end first, so that a comment at the end of the read does not hide it.
    planted = entry.sql.rstrip(";") + "\n" + write
    assert not decide(planted, entry.dialect, Access.READ).allowed


@settings(max_examples=300, deadline=None)
@given(entry=READ, data=st.data())
def test_a_statement_word_planted_in_a_tsql_read_is_refused(
    entry: Entry, data: st.DataObject
) -> None:
    words = ("DELETE", "EXEC", "UPDATE", "INSERT", "DROP", "COMMIT", "SET", "DECLARE", "TRUNCATE")
    tokens = tokenize(entry.sql, "tsql") if entry.dialect == "tsql" else ()
    places = [
        after.start
        for token, after in pairwise(tokens)
        if after.kind is TokenKind.WHITESPACE and token.kind is not TokenKind.COMMENT
    ]
    if places:
        at = data.draw(st.sampled_from(places))
        planted = f"{entry.sql[:at]} {data.draw(st.sampled_from(words))} {entry.sql[at:]}"
        assert not decide(planted, "tsql", Access.READ).allowed


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=80), dialect=st.sampled_from(["postgres", "tsql", "sqlite"]))
def test_any_text_gets_a_decision(text: str, dialect: str) -> None:
    for access in Access:
        decide(text, dialect, access)


FRAGMENTS = st.lists(
    st.sampled_from(
        [
            *("SELECT", "FROM", "t", "(", ")", "[", "]", ",", ".", ";", "'", '"', "a", "1", "AS"),
            *("DELETE", "INTO", "WITH", "FOR", "UPDATE", "--", "/*", "*/", "\n", "$$", "E'", "::"),
            *("f", "@x", "=", ":n", "$1", "U&", "EXPLAIN", "CASE", "END", "OPTION", "UNION", "\\"),
        ]
    ),
    max_size=25,
).map(" ".join)


@settings(max_examples=500, deadline=None)
@given(text=FRAGMENTS, dialect=st.sampled_from(["postgres", "tsql", "sqlite"]))
def test_a_write_after_a_semicolon_is_refused_after_any_text(text: str, dialect: str) -> None:
    if decide(text, dialect, Access.READ).allowed:
        assert not decide(f"{text}\n; DELETE FROM t", dialect, Access.READ).allowed
