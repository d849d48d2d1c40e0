"""How the lexers of PostgreSQL, SQL Server and SQLite cut text: one pattern for each.

Each pattern is a list of named groups, tried in order, and the last takes any character. Groups
that are not names of token kinds stand for what a pattern cannot read (`nested` comments,
`dollar` quotes) or for text without an end (`open_…`). Quantifiers over long text are possessive,
so that no pattern goes back: reading is linear.

Sources: PostgreSQL `src/backend/parser/scan.l`; SQLite `src/tokenize.c`; SQL Server "Database
identifiers", "Constants" and "Comment" of the Transact-SQL reference.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from sqlcore.errors import InvalidArgumentError

__all__ = ["DIALECTS", "Lexer", "lexer_of"]


class Lexer(NamedTuple):
    """The pattern of a dialect and what it cannot say."""

    pattern: re.Pattern[str]
    plain_pattern: re.Pattern[str]
    """The same without groups."""
    trims_operators: bool
    """Whether a trailing + or - is cut off an operator (PostgreSQL)."""


def lexer_of(dialect: str) -> Lexer:
    """Give the lexer of a dialect.

    Raises:
        InvalidArgumentError: The dialect is not known.
    """
    lexer = _LEXERS.get(dialect)
    if lexer is None:
        raise InvalidArgumentError(
            f'The SQL dialect "{dialect}" is not known.',
            hint=f"Known dialects are {', '.join(DIALECTS)}.",
            parameter="dialect",
        )
    return lexer


def _lexer(groups: Mapping[str, str], *, trims_operators: bool = False) -> Lexer:
    # What has no end takes the rest of the text, so that it is looked through once.
    groups = {
        name: f"(?:{pattern}).*+" if name.startswith("open_") else pattern
        for name, pattern in groups.items()
    }
    named = "|".join(f"(?P<{name}>{pattern})" for name, pattern in groups.items())
    plain = "|".join(groups.values())
    return Lexer(
        re.compile(f"{named}|(?P<other>.)", re.DOTALL),
        re.compile(f"{plain}|.", re.DOTALL),
        trims_operators,
    )


# A colon and a name is a placeholder unless something stands right before it that makes it a
# slice (`a[1:n]`), a cast (`::int`), an assignment or a label.
_COLON_NAME = r"(?<![:\w\])\"'$])"

_POSTGRES_LETTER = r"A-Za-z_\x80-\U0010ffff"
_POSTGRES_WORD = rf"[{_POSTGRES_LETTER}][{_POSTGRES_LETTER}0-9$]*+"
# Two string literals with a line end between them are one literal; comments may stand there too.
_CONTINUED = r"(?:[ \t\f\v]++|--[^\n\r]*+)*+[\n\r](?:[ \t\n\r\f\v]++|--[^\n\r]*+[\n\r])*+'"
_PLAIN_BODY = r"(?:[^']++|'')*+'"
_ESCAPED_BODY = r"(?:[^'\\]++|''|\\.)*+'"

_POSTGRES = _lexer(
    {
        "whitespace": r"[ \t\n\r\f\v]++",
        # Words come early because they are many; a letter before a quote starts a string.
        "word": rf"(?![eEbBxXnN]'|[uU]&['\"]){_POSTGRES_WORD}",
        "comment": r"--[^\n\r]*+",
        "nested": r"/\*",
        "string": (
            rf"[eE]'{_ESCAPED_BODY}(?:{_CONTINUED}{_ESCAPED_BODY})*+"
            rf"|(?:[bBxXnN]|[uU]&)?'{_PLAIN_BODY}(?:{_CONTINUED}{_PLAIN_BODY})*+"
        ),
        "open_string": r"(?:[eEbBxXnN]|[uU]&)?'",
        "quoted": r'(?:[uU]&)?"(?:[^"]++|"")*+"',
        "open_quoted": r'(?:[uU]&)?"',
        "number": (
            r"0[xX](?:_?[0-9A-Fa-f])++|0[oO](?:_?[0-7])++|0[bB](?:_?[01])++"
            r"|(?:[0-9](?:_?[0-9])*+(?:\.(?!\.)(?:[0-9](?:_?[0-9])*+)?)?"
            r"|\.[0-9](?:_?[0-9])*+)(?:[eE][+-]?[0-9](?:_?[0-9])*+)?"
        ),
        "dollar": rf"\$(?:[{_POSTGRES_LETTER}][{_POSTGRES_LETTER}0-9]*+)?\$",
        "placeholder": rf"\$[0-9]++|{_COLON_NAME}:{_POSTGRES_WORD}",
        # `--` and `/*` end an operator.
        "operator": r"::|:=|(?:(?!--|/\*)[-+*/<>=~!@#%^&|`?])++",
        "punctuation": r"[(),;.\[\]:]",
    },
    trims_operators=True,
)

# White space of SQL Server: every control character, and the spaces of Unicode.
_TSQL_SPACE = r"\x01-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_TSQL_NAME = r"[\w@$#]"

_TSQL = _lexer(
    {
        "whitespace": rf"[{_TSQL_SPACE}]++",
        "word": rf"(?![nN]')(?:[^\W\d]|\#){_TSQL_NAME}*+|\$[^\W\d]\w*+",
        # Whether a lone CR ends a comment is not documented; the guard refuses such a comment.
        "comment": r"--[^\n\r]*+",
        "nested": r"/\*",
        "string": rf"[nN]?'{_PLAIN_BODY}",
        "open_string": r"[nN]?'",
        "quoted": r"\[(?:[^\]]++|\]\])*+\]|" r'"(?:[^"]++|"")*+"',
        "open_quoted": r'[\["]',
        "variable": rf"@{_TSQL_NAME}*+",
        "number": (
            r"0[xX][0-9A-Fa-f]*+"
            r"|\$?(?:[0-9]++(?:\.[0-9]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]*+)?"
        ),
        "placeholder": rf"{_COLON_NAME}:[^\W\d]{_TSQL_NAME}*+",
        "operator": r"::|<=|>=|<>|!=|!<|!>|\|\||[-+*/%&^|]=|[-+*/%&^|<>=!~]",
        "punctuation": r"[(),;.:]",
    }
)

_SQLITE_WORD = r"[A-Za-z_\x80-\U0010ffff][A-Za-z0-9_$\x80-\U0010ffff]*+"

_SQLITE = _lexer(
    {
        "whitespace": r"[ \t\n\r\f]++",
        "word": rf"(?![xX]'){_SQLITE_WORD}",
        "comment": r"--[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/",
        "open_comment": r"/\*",
        "string": rf"[xX]?'{_PLAIN_BODY}",
        "open_string": r"[xX]?'",
        "quoted": r'"(?:[^"]++|"")*+"|`(?:[^`]++|``)*+`|\[[^\]]*+\]',
        "open_quoted": r'["`\[]',
        "number": (
            r"0[xX][0-9A-Fa-f]++|(?:[0-9][0-9_]*+(?:\.[0-9_]*+)?|\.[0-9]++)(?:[eE][+-]?[0-9]++)?"
        ),
        "placeholder": rf"\?[0-9]*+|{_COLON_NAME}:{_SQLITE_WORD}|[@$]{_SQLITE_WORD}",
        "operator": r"->>|->|\|\||<<|>>|<=|>=|<>|==|!=|[-+*/%&|<>=~]",
        "punctuation": r"[(),;.:]",
    }
)

_LEXERS: Mapping[str, Lexer] = {"postgres": _POSTGRES, "tsql": _TSQL, "sqlite": _SQLITE}
DIALECTS = tuple(_LEXERS)
