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
# (Digits after a dollar sign make a placeholder.)
_DOUBTFUL = re.compile(r"""--|/[*/]|[\\#`{}]|\$(?![0-9])|''|""|\]\]|[\w&@]['"]""")
_QUOTED = (TokenKind.STRING, TokenKind.QUOTED_IDENTIFIER)
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
    spans = [(token.start, token.end + 1) for token in tokens]
    offset = at = 0
    for piece in pieces.texts:
        kind = pieces.kinds[piece]
        end = offset + len(piece)
        if kind is not TokenKind.WHITESPACE:
            while at < len(spans) and spans[at][1] <= offset:
                at += 1
            is_seen = at < len(spans) and spans[at][0] < end
            if kind in _QUOTED:
                agrees = is_seen and _is_one(tokens, at, piece, offset)
            else:
                agrees = is_seen != (kind is TokenKind.COMMENT)
            if not agrees:
                raise _disagreement(kind, offset)
        offset = end
    ends = [token.token_type is TokenType.SEMICOLON for token in tokens]
    if [is_end for is_end, _ in itertools.groupby(ends)].count(False) > 1:
        raise Refusal("The second parser reads several statements.", "Send one SELECT at a time.")


def _their_tokens(text: str, outline: Outline, dialect: str) -> list[Token]:
    # sqlglot takes what follows some first words for one string, and tokens in hints. Neither
    # changes where anything begins or ends, and the places stay the same.
    first = outline.starts[0]
    if outline.words[0]:
        size = len(outline.words[0])
        text = text[:first] + "a" * size + text[first + size :]
    text = text.replace("/*+", "/* ")
    try:
        return list(sqlglot.Dialect.get_or_raise(dialect).tokenize(text))
    except Exception as error:  # sqlglot fails on odd text in many ways; all of them refuse
        raise Refusal(
            "The second parser cannot find the ends of strings, comments and names in the text.",
            "Write it more plainly, or use --access write.",
        ) from error


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


def _disagreement(kind: TokenKind, offset: int) -> Refusal:
    return Refusal(
        f"The two readings of the text disagree where {_NAMES.get(kind, 'something')} begins or"
        " ends.",
        "Write it more plainly, or use --access write.",
        offset,
    )
