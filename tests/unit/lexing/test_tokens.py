from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcore.domain.lexing import DIALECTS, LexError, Token, TokenKind, line_of, tokenize
from sqlcore.errors import InvalidArgumentError, SqlSyntaxError

DIALECT = st.sampled_from(DIALECTS)
SQL_LIKE = st.lists(
    st.sampled_from(
        [
            *("a", "E'", "'", '"', "[", "]", "`", "$$", "$a$", "$1", "--", "/*", "*/", "\n", "\r"),
            *(
                " ",
                "\\",
                "@",
                ":",
                "::",
                ":x",
                "#",
                "0x",
                "1",
                "1e",
                ".",
                "+",
                "-",
                "=",
                "N'",
                "U&'",
            ),
            *("(", ")", ";", ",", "é", "\u00a0", "{", "?", "go", "\x01"),
        ]
    )
).map("".join)


def texts(sql: str, dialect: str) -> list[str]:
    blank = (TokenKind.WHITESPACE, TokenKind.COMMENT)
    return [token.text for token in tokenize(sql, dialect) if token.kind not in blank]


def kinds(sql: str, dialect: str) -> list[TokenKind]:
    return [token.kind for token in tokenize(sql, dialect)]


def tokens_or_error(text: str, dialect: str) -> tuple[Token, ...] | LexError:
    try:
        return tokenize(text, dialect)
    except LexError as error:
        return error


@settings(max_examples=1000)
@given(text=st.text() | SQL_LIKE, dialect=DIALECT)
def test_tokens_joined_are_the_text_or_it_has_no_end(text: str, dialect: str) -> None:
    tokens = tokens_or_error(text, dialect)
    if isinstance(tokens, LexError):
        assert tokens.position is not None
        assert tokens.line == line_of(text, tokens.position - 1)
        return
    assert text == "".join(token.text for token in tokens)
    assert all(text[token.start : token.end] == token.text != "" for token in tokens)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize(
    "unit",
    [
        *(
            "'a' ",
            "'a'\n",
            "/*",
            "/**/",
            "=+",
            "+",
            "$a$ $a$",
            "$a",
            "E'\\'' ",
            "a",
            '"a"',
            "--x\n",
        ),
        *("1_", "1e", "(", ":a", "@a", "[a]", "''", "\r", "x'", "?"),
    ],
)
def test_long_text_is_read_in_linear_time(unit: str, dialect: str) -> None:
    # That it ends at all is the point: a pattern that goes back would take hours.
    tokens = tokens_or_error(unit * 50_000, dialect)
    assert isinstance(tokens, LexError) or len(tokens) <= 50_000 * len(unit)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("text", ["'a", "SELECT 'a''", '"a', "/* a", "\0"])
def test_text_without_an_end_is_an_error_with_its_place(text: str, dialect: str) -> None:
    with pytest.raises(LexError) as caught:
        tokenize("SELECT 1,\n" + text, dialect)
    assert isinstance(caught.value, SqlSyntaxError)
    assert caught.value.line == 2
    assert caught.value.hint


@pytest.mark.parametrize(
    ("text", "dialect"),
    [
        ("/* /* */", "postgres"),
        ("$a$ x $b$", "postgres"),
        ("E'\\'", "postgres"),
        ("/* /* */", "tsql"),
        ("[a]]", "tsql"),
        ("[a", "sqlite"),
        ("`a", "sqlite"),
    ],
)
def test_each_dialect_knows_what_has_no_end(text: str, dialect: str) -> None:
    with pytest.raises(LexError, match="unterminated"):
        tokenize(text, dialect)


def test_an_unknown_dialect_is_an_error() -> None:
    with pytest.raises(InvalidArgumentError, match="oracle"):
        tokenize("SELECT 1", "oracle")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("E'it\\'s' 'x'", ["E'it\\'s'", "'x'"]),
        ("'a\\' 'b'", ["'a\\'", "'b'"]),
        ("'a'\n  'b'", ["'a'\n  'b'"]),
        ("E'a'\n'\\''", ["E'a'\n'\\''"]),
        ("'a' -- x\n'b'", ["'a' -- x\n'b'"]),
        ("'a' 'b'", ["'a'", "'b'"]),
        ("U&'d\\0061' U&\"x\" B'1' X'f'", ["U&'d\\0061'", 'U&"x"', "B'1'", "X'f'"]),
        ("$$a'b$$ $t$ $$ $t$", ["$$a'b$$", "$t$ $$ $t$"]),
        ("a$b$ c$", ["a$b$", "c$"]),
        ("$1::int", ["$1", "::", "int"]),
        ("1=-1", ["1", "=", "-", "1"]),
        ("1<-1", ["1", "<", "-", "1"]),
        ("1@-1", ["1", "@-", "1"]),
        ("1+/* x */2", ["1", "+", "2"]),
        ("1*--x\n2", ["1", "*", "2"]),
        ("a->>'b' #>> c", ["a", "->>", "'b'", "#>>", "c"]),
        ("1..2", ["1", ".", ".2"]),
        ("1_000 0x1F 1.5e-3 .5", ["1_000", "0x1F", "1.5e-3", ".5"]),
        ("f(a := 1, b => 2)", ["f", "(", "a", ":=", "1", ",", "b", "=>", "2", ")"]),
        ("a[1:n]", ["a", "[", "1", ":", "n", "]"]),
        ("größe 名前", ["größe", "名前"]),
        ("a\u00a0b", ["a\u00a0b"]),
        ("/* a /* b */ c */ 1", ["1"]),
        ("1 -- x\r2", ["1", "2"]),
    ],
)
def test_postgres_text_is_cut_as_postgres_cuts_it(sql: str, expected: list[str]) -> None:
    assert expected == texts(sql, "postgres")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("[a]]b].[c]", ["[a]]b]", ".", "[c]"]),
        ('"a""b"', ['"a""b"']),
        ("N'it''s' n'x'", ["N'it''s'", "n'x'"]),
        ("'a\\' 'b'", ["'a\\'", "'b'"]),
        ("@a @@b @a@b", ["@a", "@@b", "@a@b"]),
        ("#t ##t a#b", ["#t", "##t", "a#b"]),
        ("$12.5 0x1F 0x 1e3", ["$12.5", "0x1F", "0x", "1e3"]),
        ("geography::Point", ["geography", "::", "Point"]),
        ("a!<b a<>c @x+=1", ["a", "!<", "b", "a", "<>", "c", "@x", "+=", "1"]),
        ("a\u00a0b\u3000c", ["a", "b", "c"]),
        ("/* a /* b */ c */ 1", ["1"]),
        ("db..t", ["db", ".", ".", "t"]),
        ("1DELETE", ["1", "DELETE"]),
        ("$PARTITION.f(1)", ["$PARTITION", ".", "f", "(", "1", ")"]),
    ],
)
def test_tsql_text_is_cut_as_sql_server_cuts_it(sql: str, expected: list[str]) -> None:
    assert expected == texts(sql, "tsql")


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("`a``b` [c]", ["`a``b`", "[c]"]),
        ("/* a /* b */ 1", ["1"]),
        ("?1 :a @b $c ?", ["?1", ":a", "@b", "$c", "?"]),
        ("a->>'b' x'0f'", ["a", "->>", "'b'", "x'0f'"]),
    ],
)
def test_sqlite_text_is_cut_as_sqlite_cuts_it(sql: str, expected: list[str]) -> None:
    assert expected == texts(sql, "sqlite")


def test_characters_that_a_dialect_does_not_know_are_tokens_of_their_own() -> None:
    assert [TokenKind.OTHER] == kinds("\\", "postgres")
    assert [TokenKind.OTHER, TokenKind.OTHER] == kinds("{}", "tsql")


@pytest.mark.parametrize(
    ("text", "offset", "line"),
    [
        ("a", 0, 1),
        ("a\nb", 2, 2),
        ("a\r\nb", 3, 2),
        ("a\rb", 2, 2),
        ("a\r\nb", 2, 1),
        ("\n\n", 2, 3),
    ],
)
def test_lines_are_counted_from_one_with_every_line_end(text: str, offset: int, line: int) -> None:
    assert line == line_of(text, offset)
