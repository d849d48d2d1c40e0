"""sqlglot's own reading of where the strings, comments and quoted names of a text begin and end.

What sqlglot parses is made of our tokens, so that it could not notice a text that we cut wrongly.
Here its tokenizer reads the text itself. The two must agree, or the statement does not run.
"""

from __future__ import annotations

import itertools
import re

import sqlglot
from sqlglot import Token, TokenType

from sqlcore.domain.lexing import Pieces, TokenKind
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.outline import Outline

__all__ = ["refuse_other_cuts"]

# Without any of these, no two lexers can differ: there is no comment, no escape, no dollar quote
# and no prefix, so that each string or quoted name ends at the next of the marks that began it.
# (Digits after a dollar sign make a placeholder.) Each branch starts with a fixed character, for
# which a text is searched ten times as fast.
_DOUBTFUL = re.compile(
    r"""'(?:'|(?<=[\w&@]'))|"(?:"|(?<=[\w&@]"))|--|/[*/]|\\|\#|`|\{|\}|\$(?![0-9])|\]\]"""
)
# Words and punctuation with blanks between, of which nothing is a part of a mark.
_PLAIN = re.compile(
    r"(?<![\w@#$&])[A-Za-z0-9_,.()=<>+][A-Za-z0-9_ \t,.()=<>+]*"
    r"(?:[,.()=<>+]|[A-Za-z0-9_](?=[ \t\r\n]))"
)
# A placeholder; sqlglot takes `$1/* x */` for the start of a dollar quote.
_PLACEHOLDER = re.compile(r"(?<![\w$])\$(?=[0-9])")
_QUOTE = re.compile("['\"\\[`$]")
_NAMES = {
    TokenKind.STRING: "a string",
    TokenKind.COMMENT: "a comment",
    TokenKind.QUOTED_IDENTIFIER: "a quoted name",
}
_STRINGS = frozenset(
    {
        *(TokenType.STRING, TokenType.NATIONAL_STRING, TokenType.BYTE_STRING, TokenType.HEX_STRING),
        *(TokenType.BIT_STRING, TokenType.UNICODE_STRING, TokenType.HEREDOC_STRING),
    }
)


def refuse_other_cuts(text: str, pieces: Pieces, outline: Outline, dialect: str) -> None:
    """Compare our pieces of a text with sqlglot's tokens.

    Args:
        text: What the engine gets.
        pieces: The same, cut by us.
        outline: The one statement in it.
        dialect: `postgres`, `tsql` or `sqlite`.

    Raises:
        Refusal: A string, a comment or a quoted name begins or ends elsewhere, or there are
            several statements.
    """
    if not _DOUBTFUL.search(text):
        return
    tokens = _their_tokens(text, outline, dialect)
    opaque = {piece: kind for piece, kind in pieces.kinds.items() if kind in _NAMES}
    ends = itertools.accumulate(map(len, pieces.texts))
    is_opaque = map(opaque.__contains__, pieces.texts)
    ours = [
        (end - len(piece), end, opaque[piece])
        for piece, end in itertools.compress(zip(pieces.texts, ends, strict=True), is_opaque)
    ]
    code: list[str] = []
    done = at = 0
    for start, end, kind in ours:
        while at < len(tokens) and tokens[at].end < start:
            at += 1
        is_seen = at < len(tokens) and tokens[at].start < end
        if kind is TokenKind.COMMENT:
            agrees = not is_seen
        else:
            agrees = is_seen and _is_one(tokens, at, text[start:end], start)
        if not agrees:
            raise _disagreement(_NAMES[kind], start)
        code += (text[done:start], " " * (end - start))
        done = end
    _refuse_skipped_code(tokens, "".join((*code, text[done:])))
    is_end = [token.token_type is TokenType.SEMICOLON for token in tokens]
    if [key for key, _ in itertools.groupby(is_end)].count(False) > 1:
        raise Refusal("The second parser reads several statements.", "Send one SELECT at a time.")


def _their_tokens(text: str, outline: Outline, dialect: str) -> list[Token]:
    """Give sqlglot's tokens of a text, at the places that they have in it.

    What makes no difference to where anything begins or ends is first taken out: characters of no
    meaning to it, which saves most of the time, a first word after which sqlglot takes the rest
    for one string, and the mark of hints, in which it sees tokens.
    """
    first = outline.starts[0]
    if outline.words[0]:
        size = len(outline.words[0])
        text = text[:first] + "a" * size + text[first + size :]
    text = _PLACEHOLDER.sub("0", text.replace("/*+", "/* "))
    text = _PLAIN.sub(_shortened, text)
    try:
        return list(sqlglot.Dialect.get_or_raise(dialect).tokenize(text))
    except Exception as error:  # sqlglot fails on odd text in many ways; all of them refuse
        raise Refusal(
            "The second parser cannot find the ends of strings, comments and names in the text.",
            "Write it more plainly, or use --access write.",
        ) from error


def _shortened(plain: re.Match[str]) -> str:
    """Make one word of a run of plain characters, but for the last, which may end it."""
    run = plain.group()
    return "a" * (len(run) - 1) + run[-1]


def _refuse_skipped_code(tokens: list[Token], code: str) -> None:
    """Refuse a text of which sqlglot takes something for a comment that is none to us.

    Args:
        tokens: Those of sqlglot.
        code: The text with blanks for what is opaque to us.
    """
    end = 0
    for token in tokens:
        skipped = code[end : token.start]
        if skipped and not skipped.isspace():
            raise _disagreement("something", end)
        end = token.end + 1
    if code[end:].strip():
        raise _disagreement("something", end)


def _is_one(tokens: list[Token], at: int, piece: str, offset: int) -> bool:
    """Say whether sqlglot has the same string or name, or PostgreSQL's parts of one string.

    Args:
        tokens: Those of sqlglot.
        at: The first that reaches into the piece.
        piece: A string or a quoted name of ours.
        offset: Where it starts.
    """
    quote = _QUOTE.search(piece)
    opening, end = offset + (quote.start() if quote else 0), offset + len(piece)
    stop = at
    while stop < len(tokens) and tokens[stop].start < end:
        stop += 1
    inside = tokens[at:stop]
    parts = [token for token in inside if token.end >= opening]  # without a prefix such as U&
    return (
        inside[0].start == offset
        and parts[0].start in (offset, opening)
        and parts[-1].end == end - 1
        and all(
            first.end + 1 < second.start and {first.token_type, second.token_type} <= _STRINGS
            for first, second in itertools.pairwise(parts)
        )
    )


def _disagreement(what: str, offset: int) -> Refusal:
    return Refusal(
        f"The two readings of the text disagree where {what} begins or ends.",
        "Write it more plainly, or use --access write.",
        offset,
    )
