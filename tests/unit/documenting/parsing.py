"""Markdown as a parser of CommonMark with tables reads it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from sqlcore.testing.strategies import texts

__all__ = [
    "anchors",
    "headings",
    "links",
    "parse",
    "rows_of",
    "spans",
    "text_of",
    "unwanted",
    "wild_texts",
]

_PARSER = MarkdownIt("commonmark").enable("table").enable("strikethrough")

FRAGMENTS = (
    *("<script>alert(1)</script>", "<!--", "-->", "<![CDATA[", "&lt;", "&#60;", "<a@b.c>"),
    *("![x](y)", "[a](javascript:x)", "[a]: http://evil", "[a][b]", "](", "![", "<http://evil>"),
    *("```", "``", "`", "~~~", "~~", "|", "\\|", "\\\\|", "\\", "| --- |", "\n|---|\n", "---"),
    *("# ", "\n# ", "\n\n", "\n> ", "> ", "- ", "+ ", "* ", "1. ", "9) ", "    x", "\t", "==="),
    *("**b**", "*i*", "__b__", "_i_", "https://evil.example", "www.evil.example", "a@b.example"),
    *("{{ x }}", "{% raw %}", "\u202e", "\u200b", "\u2028", "\x85", "\ufeff", "\x1b[31m", "\u0000"),
)


def wild_texts() -> st.SearchStrategy[str]:
    """Texts that want to be more than text."""
    pieces = st.lists(st.sampled_from(FRAGMENTS) | texts(max_size=5), max_size=6)
    return pieces.map("".join)


def parse(text: str) -> list[Token]:
    """Return the tokens of a text."""
    return _PARSER.parse(text)


def spans(tokens: Sequence[Token]) -> Iterator[Token]:
    """Give what stands inside of lines."""
    for token in tokens:
        yield from token.children or ()


def text_of(inline: Token) -> str:
    """Return what a reader sees of a line."""
    return "".join(child.content for child in inline.children or ())


def unwanted(tokens: Sequence[Token]) -> set[str]:
    """Return the kinds of tokens that no document of ours has."""
    kinds = {token.type for token in [*tokens, *spans(tokens)]}
    return kinds & {
        *("html_block", "html_inline", "image", "code_block", "hr", "blockquote_open"),
        *("em_open", "s_open", "lheading_open", "ordered_list_open", "softbreak", "hardbreak"),
    }


def rows_of(tokens: Sequence[Token]) -> list[list[str]]:
    """Return the cells of all tables, each as a reader sees it."""
    rows: list[list[str]] = []
    for token, following in pairwise(tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type in ("td_open", "th_open"):
            rows[-1].append(text_of(following))
    return rows


def links(tokens: Sequence[Token]) -> list[str]:
    """Return where links lead."""
    return [str(child.attrGet("href")) for child in spans(tokens) if child.type == "link_open"]


def headings(tokens: Sequence[Token]) -> list[str]:
    """Return what a reader sees of headings."""
    return [
        text_of(following) for token, following in pairwise(tokens) if token.type == "heading_open"
    ]


def anchors(tokens: Sequence[Token]) -> list[str]:
    """Make the anchors of headings as github-slugger does."""
    times: dict[str, int] = {}
    made = []
    for heading in headings(tokens):
        kept = [c for c in heading.lower() if c in "- " or _is_of_a_word(c)]
        slug = original = "".join(kept).replace(" ", "-")
        while slug in times:
            times[original] += 1
            slug = f"{original}-{times[original]}"
        times[slug] = 0
        made.append(slug)
    return made


def _is_of_a_word(character: str) -> bool:
    """Say whether Ruby, which GitHub is written in, counts it as a part of a word."""
    category = unicodedata.category(character)
    return category[0] in "LM" or category in ("Nd", "Pc")
