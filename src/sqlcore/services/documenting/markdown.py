r"""Markdown of names, comments and expressions that anybody may have written.

Whatever a text contains, it stays text: no HTML, no link, no image, no code that does not end, no
cell or line of a table too many. What nobody can see is spelled out: `\u202e`. The rules are those
of CommonMark and of GitHub's tables (https://spec.commonmark.org, https://github.github.com/gfm).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

__all__ = [
    "bullet",
    "cell",
    "code",
    "fence",
    "inline",
    "link",
    "name",
    "names",
    "one_line",
    "paragraph",
    "table",
    "visible",
]

# Controls, what turns the direction of writing, and what has no width. The two joiners U+200C and
# U+200D stay in comments, for some languages are written with them.
_UNSEEN = (
    "\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b"
    "\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufe00-\\ufe0d\\ufeff\\uffa0"
    "\\ufff0-\\ufffb\\U0001bca0-\\U0001bca3\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff"
)
_UNSEEN_IN_COMMENTS = re.compile(f"[{_UNSEEN}]")
_UNSEEN_IN_NAMES = re.compile(f"[{_UNSEEN}\\u200c\\u200d]")
_SPACES = re.compile("[ \\t\\n\\x0b\\x0c\\r\\x85\\u2028\\u2029]+")

_MARKS = re.compile(
    r"[\\`*\[\]{|~#$@]"
    r"|(?<![0-9A-Za-z])_|_(?![0-9A-Za-z])"  # inside a word it means nothing
    r"|:(?=/)"  # what some take for a link
    r"|(?<=\bwww)\.",
    re.IGNORECASE,
)
_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_LINE_START = re.compile(r"\A(?:([-+=:])|(\d+)([.)]))")
_BACKTICKS = re.compile("`+")
_TEMPLATES = ("{{", "{%", "{#")
"""What makers of web sites take for a template, even in code."""


def visible(name: str) -> str:
    """Spell out what cannot be seen in a name, line breaks too."""
    if name.isascii() and name.isprintable():
        return name
    return _UNSEEN_IN_NAMES.sub(_spelled, name)


def one_line(text: str) -> str:
    """Put a comment or an expression on one line, with what cannot be seen spelled out."""
    if text.isascii() and text.isprintable() and "  " not in text:  # as most of them are
        return text.strip(" ")
    return _UNSEEN_IN_COMMENTS.sub(_spelled, _SPACES.sub(" ", text).strip(" "))


def _spelled(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape", "surrogatepass").decode("ascii")


def inline(text: str) -> str:
    """Write a comment or an expression as plain text, also at the start of a line."""
    return _escaped(one_line(text))


def _escaped(text: str) -> str:
    if not text or (text.isascii() and text.isalpha()):  # as most of them are
        return text
    marked = _MARKS.sub(lambda mark: f"\\{mark[0]}", text).translate(_ENTITIES)
    return _LINE_START.sub(_kept_as_text, marked)


def paragraph(text: str) -> str:
    """Write a text as a line of its own, with its end; nothing for a text without letters."""
    line = inline(text)
    return f"{line}\n" if line else ""


def _kept_as_text(found: re.Match[str]) -> str:
    return f"\\{found[1]}" if found[1] else f"{found[2]}\\{found[3]}"


def code(text: str) -> str:
    """Write an expression or a type as a code span; as plain text where none can carry it."""
    return _code(one_line(text))


def name(text: str) -> str:
    """Write a name as a code span, exactly as it is."""
    return _code(visible(text))


def names(texts: Iterable[str]) -> str:
    """Write names as code spans, with commas between them."""
    return ", ".join(map(name, texts))


def _code(shown: str) -> str:
    if not shown or ("{" in shown and any(start in shown for start in _TEMPLATES)):
        return _escaped(shown)
    if "`" not in shown and shown[0] != " ":
        return f"`{shown}`"
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    marks = "`" * (longest + 1)
    is_padded = shown[0] == shown[-1] == " " or "`" in (shown[0], shown[-1])
    pad = " " if is_padded else ""
    return f"{marks}{pad}{shown}{pad}{marks}"


def cell(span: str, text: str) -> str:
    """Fit a code span into a cell of a table.

    Programs do not agree on a backslash before a pipe inside of code, so it is plain text then.

    Args:
        span: What `code` or `name` made of the text.
        text: The text, on one line.
    """
    if not span.startswith("`") or "|" not in span:
        return span
    return _escaped(text) if "\\" in span else span.replace("|", "\\|")


def link(text: str, href: str | None) -> str:
    """Write a link to a place whose address is known to be harmless; plain text without one."""
    return inline(text) if href is None else f"[{inline(text)}]({href})"


def bullet(text: str, depth: int = 0) -> str:
    """Write a line of a list; its text is Markdown already."""
    return f"{'  ' * depth}- {text}\n"


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of cells that are Markdown already, without the columns that are all empty."""
    kept_rows = [list(row) for row in rows]
    kept = [
        place for place in range(len(header)) if place == 0 or any(row[place] for row in kept_rows)
    ]
    lines = [_line(header[place] for place in kept), _line("---" for _ in kept)]
    lines += [_line(row[place] for place in kept) for row in kept_rows]
    return "".join(lines)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def fence(text: str, language: str = "sql") -> str:
    """Write a text of several lines as code; what cannot be seen in it is spelled out."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").split("\n")
    shown = "\n".join(
        _UNSEEN_IN_NAMES.sub(_spelled, line.replace("\t", "    ")).rstrip() for line in lines
    )
    longest = max((len(run) for run in _BACKTICKS.findall(shown)), default=0)
    marks = "`" * max(3, longest + 1)
    return f"{marks}{language}\n{shown}\n{marks}\n"
