"""Whatever stands in a name or a comment stays text: a parser of CommonMark says so."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from tests.unit.documenting.parsing import parse, rows_of, text_of, unwanted, wild_texts

from sqlcore.services.documenting import markdown as md


def only(text: str) -> str:
    """Return what a reader sees of a text that is one paragraph."""
    tokens = parse(text)
    assert ["paragraph_open", "inline", "paragraph_close"] == [token.type for token in tokens]
    assert {child.type for child in tokens[1].children or ()} <= {"text", "code_inline"}
    return text_of(tokens[1])


@given(wild_texts())
@example("1. one")
@example("1) one")
@example("- a\n- b")
@example("= x")
@example(": x")
@example("a `b")
@example("x\\")
def test_a_comment_is_a_paragraph_of_plain_text(comment: str) -> None:
    written = md.paragraph(comment)

    shown = only(written) if written else ""
    assert shown.strip() == md.one_line(comment).strip()
    assert written.count("\n") <= 1


@given(wild_texts().filter(lambda name: name.strip(" ")))
@example(" both ")
@example("`")
@example("a``b`")
def test_a_name_is_shown_as_it_is(name: str) -> None:
    shown = only(f"The name {md.name(name)} is")

    assert f"The name {md.visible(name)} is" == shown


@given(st.lists(st.tuples(wild_texts(), wild_texts(), wild_texts()), min_size=1, max_size=4))
@example([("a\\|b", "a|b", "\\")])
@example([("`|`", "``|", "|\\")])
@example([("a\n|    x", "a\n|    x", "")])
def test_a_table_keeps_its_cells(texts: list[tuple[str, str, str]]) -> None:
    rows = [
        (
            md.cell(md.name(name), md.visible(name)),
            md.cell(md.code(code), md.one_line(code)),
            md.inline(comment),
        )
        for name, code, comment in texts
    ]
    tokens = parse(md.table(("Name", "Code", "Comment"), [("x", "x", "x"), *rows]))

    read = rows_of(tokens)
    expected = [
        [text.strip() for text in (md.visible(name), md.one_line(code), md.one_line(comment))]
        for name, code, comment in texts
    ]
    assert expected == [[cell.strip() for cell in row] for row in read[2:]]
    assert unwanted(tokens) == set()


@given(wild_texts())
@example("````\n```")
@example("\n```\n# out\n")
def test_a_definition_stays_in_its_block(definition: str) -> None:
    tokens = parse(f"{md.fence(definition)}\nafter\n")

    assert tokens[0].type == "fence"
    assert tokens[0].info == "sql"
    assert ["paragraph_open", "inline", "paragraph_close"] == [t.type for t in tokens[1:]]


def test_the_words_of_a_definition_are_kept() -> None:
    text = "SELECT '```' AS a,\r\n\t1 AS b\n"
    assert md.fence(text) == "````sql\nSELECT '```' AS a,\n    1 AS b\n````\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("abc\u202edef", "abc\\\\u202edef"),
        ("zero\u200bwidth", "zero\\\\u200bwidth"),
        ("tag\U000e0041", "tag\\\\U000e0041"),
        ("\u0645\u06cc\u200c\u062e", "\u0645\u06cc\u200c\u062e"),
        ("order_line_id", "order_line_id"),
        ("_private_", "\\_private\\_"),
        ("see https://x.example", "see https\\://x.example"),
        ("mail a@b.example", "mail a\\@b.example"),
        ("<b>&amp;", "&lt;b&gt;&amp;amp;"),
    ],
)
def test_what_is_seen_is_what_is_there(text: str, expected: str) -> None:
    assert expected == md.inline(text)


def test_joiners_are_spelled_out_in_names_alone() -> None:
    assert md.visible("a\u200db") == "a\\u200db"
    assert md.one_line("a\u200db") == "a\u200db"


def test_templates_of_web_sites_are_no_code() -> None:
    assert md.code("{{ secrets }}") == "\\{\\{ secrets }}"
