from __future__ import annotations

import pytest
import sqlglot
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcore.domain.access import Access
from sqlcore.domain.lexing import Pieces, TokenKind, cut
from sqlcore.services.guarding import decide
from sqlcore.services.guarding.deciding import forget
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.second_cutting import refuse_other_cuts

# What may stand in anything opaque without ending it; each is a trap for some lexer.
INSIDE = st.lists(
    st.sampled_from(
        ["a", " ", "\n", ";", "--", "/", "(", ")", "[", ",", "é", "1", "DELETE", "#", "{", "%", ":"]
    ),
    max_size=6,
).map("".join)


def comment(body: str) -> str:
    return f"/*{body.replace('/', '')}*/"


OPAQUE = {
    "postgres": st.one_of(
        INSIDE.map(lambda body: f"'{body}'''"),
        INSIDE.map(lambda body: f"'{body}\\'"),
        INSIDE.map(lambda body: f"E'{body}\\'\\\\'"),
        INSIDE.map(lambda body: f"U&'{body}'''"),
        INSIDE.map(lambda body: f"$${body}'$$"),
        INSIDE.map(lambda body: f"$tag$'{body}$$/*$tag$"),
        INSIDE.map(lambda body: f'"x{body}""\'"'),
        INSIDE.map(lambda body: f"1 {comment(body + chr(39))}"),
        INSIDE.map(lambda body: f"1 {comment(comment(body) + chr(34))}"),
        INSIDE.map(lambda body: f"1 -- {body.replace(chr(10), '')}'\n"),
    ),
    "tsql": st.one_of(
        INSIDE.map(lambda body: f"'{body}'''"),
        INSIDE.map(lambda body: f"N'{body}''\\'"),
        INSIDE.map(lambda body: f"[x{body}]]']"),
        INSIDE.map(lambda body: f'"x{body}""\'["'),
        INSIDE.map(lambda body: f"1 {comment(body + chr(39))}"),
        INSIDE.map(lambda body: f"1 {comment(comment(body) + '[')}"),
        INSIDE.map(lambda body: f"1 -- {body.replace(chr(10), '')}'\n"),
    ),
}
DIALECTS = ("postgres", "tsql")


def compare(text: str, dialect: str, pieces: Pieces | None = None) -> None:
    pieces = pieces or cut(text, dialect)
    kept = [
        (start, piece)
        for start, piece in zip(starts(pieces), pieces.texts, strict=False)
        if pieces.kinds[piece] not in (TokenKind.WHITESPACE, TokenKind.COMMENT)
    ]
    outline = Outline.of([piece for _, piece in kept], [at for at, _ in kept], pieces.kinds)
    refuse_other_cuts(text, pieces, outline, dialect)


def starts(pieces: Pieces) -> list[int]:
    offsets = [0]
    for piece in pieces.texts:
        offsets.append(offsets[-1] + len(piece))
    return offsets


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_both_lexers_cut_strings_comments_and_names_at_the_same_places(
    dialect: str, data: st.DataObject
) -> None:
    values = data.draw(st.lists(OPAQUE[dialect], min_size=1, max_size=5))
    compare(f"SELECT {' , '.join(values)} AS x", dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_a_piece_that_is_cut_wrongly_is_noticed(dialect: str, data: st.DataObject) -> None:
    values = data.draw(st.lists(OPAQUE[dialect], min_size=1, max_size=4))
    text = f"SELECT {' , '.join(values)} AS x"
    pieces = cut(text, dialect)
    opaque = [
        index
        for index, piece in enumerate(pieces.texts)
        if pieces.kinds[piece] in (TokenKind.STRING, TokenKind.QUOTED_IDENTIFIER, TokenKind.COMMENT)
    ]
    index = data.draw(st.sampled_from(opaque))
    stop = data.draw(st.integers(index + 4, index + 8))  # at least to AS
    swallowed = "".join(pieces.texts[index:stop])
    wrong = Pieces(
        [*pieces.texts[:index], swallowed, *pieces.texts[stop:]],
        {**pieces.kinds, swallowed: pieces.kinds[pieces.texts[index]]},
    )
    with pytest.raises(Refusal, match="The two readings of the text disagree where"):
        compare(text, dialect, wrong)


def test_a_comment_that_sqlglot_sees_as_code_is_refused() -> None:
    text = "SELECT 1 /* x */"
    wrong = Pieces(["SELECT", " ", "1 /* x */"], {
        "SELECT": TokenKind.WORD, " ": TokenKind.WHITESPACE, "1 /* x */": TokenKind.COMMENT,
    })  # fmt: skip
    with pytest.raises(Refusal, match="where a comment begins or ends") as caught:
        compare(text, "postgres", wrong)
    assert caught.value.offset == len("SELECT ")


def test_code_that_sqlglot_sees_as_a_comment_is_refused() -> None:
    text = "SELECT 1 /* x */"
    wrong = Pieces(["SELECT", " ", "1", "/*", "x"], {
        "SELECT": TokenKind.WORD, " ": TokenKind.WHITESPACE, "1": TokenKind.NUMBER,
        "/*": TokenKind.OPERATOR, "x": TokenKind.WORD,
    })  # fmt: skip
    with pytest.raises(Refusal, match="where something begins or ends"):
        compare(text, "postgres", wrong)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_lexer_that_knows_no_comments_lets_nothing_with_a_comment_through(
    dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "SELECT 1 /* ' */ AS x, 2 /* ' */ AS y"
    assert decide(text, dialect, Access.READ).allowed
    forget()
    tokenize = sqlglot.Dialect.tokenize
    monkeypatch.setattr(
        sqlglot.Dialect,
        "tokenize",
        lambda self, sql, **_: tokenize(self, sql.replace("/*", "+ ").replace("*/", "+ ")),
    )
    decision = decide(text, dialect, Access.READ)
    forget()
    assert not decision.allowed
    assert (
        decision.reason == "The two readings of the text disagree where a comment begins or ends."
    )
    assert decision.position == text.index("/*") + 1


def test_a_continued_string_with_escapes_is_read_differently_and_refused() -> None:
    # sqlglot reads the second part without escapes: it finds an end where PostgreSQL has none.
    decision = decide("SELECT E'a'\n'b\\'' AS c, ' -- '", "postgres", Access.READ)
    assert not decision.allowed


def test_a_continued_string_is_one_string_of_several_parts() -> None:
    assert decide("SELECT 'a' -- x\n 'b'\n'c' AS abc", "postgres", Access.READ).allowed


def test_the_number_of_statements_is_compared_too() -> None:
    text = "SELECT '' ; SELECT 2"
    wrong = Pieces(["SELECT", " ", "''", "; SELECT 2"], {
        "SELECT": TokenKind.WORD, " ": TokenKind.WHITESPACE, "''": TokenKind.STRING,
        "; SELECT 2": TokenKind.OTHER,
    })  # fmt: skip
    wrong.texts.insert(3, " ")
    with pytest.raises(Refusal, match="reads several statements"):
        compare(text, "postgres", wrong)


@pytest.mark.parametrize(
    "text",
    [
        "EXPLAIN SELECT 'it''s' /* x */",
        "SHOW work_mem -- it's",
        "SELECT /*+ SeqScan(a) 'x' */ 1",
        "/*+ it's */ SELECT 1",
        "( SELECT 'a''b' )",
        "SELECT $1/* x */, $2::int /* ' */ LIMIT $3 -- y",
        "SELECT $a$1$a$, $$1$$, $a$ $1 '$a$ -- '",
    ],
)
def test_first_words_hints_and_placeholders_that_sqlglot_reads_its_own_way_make_no_difference(
    text: str,
) -> None:
    assert decide(text, "postgres", Access.READ).allowed
