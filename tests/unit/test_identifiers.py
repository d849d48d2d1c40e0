"""Names: quoting and parsing undo each other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import InvalidArgumentError
from sqlcore.testing.strategies import identifiers

_STYLES = st.sampled_from([("[", "]"), ('"', '"'), ("`", "`")])
_SPACE = st.sampled_from(["", " ", "\t", "\n "])


def _quoted(part: str, style: tuple[str, str]) -> str:
    opening, closing = style
    return opening + part.replace(closing, closing * 2) + closing


@st.composite
def _spelled(draw: st.DrawFn, part: str) -> str:
    return draw(_SPACE) + _quoted(part, draw(_STYLES)) + draw(_SPACE)


@given(st.lists(identifiers(), min_size=1, max_size=3), st.data())
def test_a_quoted_name_is_read_back_whatever_it_contains(
    parts: list[str], data: st.DataObject
) -> None:
    text = ".".join(data.draw(_spelled(part)) for part in parts)

    name = QualifiedName.parse(text)

    assert name.parts == tuple(parts)


@given(
    st.builds(QualifiedName, identifiers(), st.none() | identifiers(), st.none() | identifiers())
)
def test_what_a_name_shows_is_read_back_as_the_same_name(name: QualifiedName) -> None:
    assert QualifiedName.parse(str(name)) == name


@given(st.text())
def test_any_text_is_a_name_or_an_invalid_argument(text: str) -> None:
    try:
        name = QualifiedName.parse(text)
    except InvalidArgumentError:
        return
    assert name.name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", QualifiedName("a")),
        (" a . b ", QualifiedName("b", "a")),
        ("a.b.c", QualifiedName("c", "b", "a")),
        ("a..c", QualifiedName("c", None, "a")),
        ("Mixed Case", QualifiedName("Mixed Case")),
        ('[a.b]."c""d"', QualifiedName('c"d', "a.b")),
        ("[odd]]name]", QualifiedName("odd]name")),
        ('semi";drop', QualifiedName('semi";drop')),
    ],
)
def test_bare_and_quoted_parts_mix(text: str, expected: QualifiedName) -> None:
    assert QualifiedName.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no last part"),
        ("  ", "no last part"),
        ("a.", "no last part"),
        ('a.""', "no last part"),
        ("a.b.c.d", "4 parts"),
        ("[a", "not closed"),
        ('"a"" ', "not closed"),
        ("[a]b", "behind a closing quote, at character 4"),
        ("a" * 1001, "1,001 characters"),
    ],
)
def test_what_is_wrong_with_a_name_is_said(text: str, said: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        QualifiedName.parse(text)

    assert said in caught.value.message
    assert len(caught.value.message) < 1200


@pytest.mark.parametrize("schema", [None, "", "s"])
def test_a_schema_that_says_nothing_new_changes_nothing(schema: str | None) -> None:
    assert QualifiedName("t", "s").in_schema(schema) == QualifiedName("t", "s")


def test_a_schema_fills_in_what_a_name_leaves_open() -> None:
    assert QualifiedName("t").in_schema("s") == QualifiedName("t", "s")


def test_two_different_schemas_are_an_error() -> None:
    with pytest.raises(InvalidArgumentError, match=r"'s'.*'other'") as caught:
        QualifiedName("t", "s").in_schema("other")

    assert caught.value.parameter == "schema"
