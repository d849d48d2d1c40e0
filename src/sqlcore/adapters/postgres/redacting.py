"""Taking values of rows out of what the server says of an error.

PostgreSQL quotes names and values in the same way, and values as they are: with quotes in them. A
quoted piece stays where the caller wrote it, as a literal or a name. Otherwise it is taken out of
messages that may hold a value: those of data exceptions, of other languages and of foreign servers,
and those of unknown names that no place of the statement goes with, as `email::regclass` makes.
Names of tables, columns and constraints stay in all others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlcore.domain.lexing import LexError, TokenKind, tokenize

__all__ = ["without_values"]

_VALUE_CLASSES = frozenset({"22", "38", "39", "HV", "XX"})
_NAME_CLASSES = frozenset({"42", "3F", "3D", "0A"})
_ABOUT_RIGHTS = "42501"
"""Names what a view or a function reaches, which is not in the caller's text."""
_QUOTED = re.compile("(?P<mark>[\"'])(?P<words>.*)(?P=mark)", re.DOTALL)
_QUOTED_ABROAD = re.compile("[\"'«»]\\s?(?P<words>.*?)\\s?[\"'«»][^\"'«»]*$", re.DOTALL)
"""As messages in German, Spanish and French have it."""
_BARE = re.compile(r"0x[0-9a-f]{2}(?: 0x[0-9a-f]{2})*|(?<=: )[+-]?\d[^\"']*$")
"""Values without quotes: bytes, and numbers at the end, as make_date has them."""
_GUILLEMETS = frozenset("«»")
_ENCODING = re.compile(r'(?<=encoding )"[\w-]+"')
_STRINGS = re.compile(r"^(?:[EeNn]|[Uu]&)?'(.*)'$", re.DOTALL)
_DOLLARS = re.compile(r"^(\$\w*\$)(.*)\1$", re.DOTALL)


def without_values(
    message: str, sqlstate: str, *, text: str, has_position: bool, parameters: Iterable[str]
) -> str:
    """Take out what may be a value.

    Args:
        message: What the server said.
        sqlstate: Its code for that.
        text: The statement; empty where it is not the caller's.
        has_position: Whether the server named a place of the statement.
        parameters: Values of parameters, which no message shows.
    """
    for value in parameters:
        if value:
            message = message.replace(f'"{value}"', '"…"')
    kind = sqlstate[:2]
    may_hold_value = kind in _VALUE_CLASSES or (
        kind in _NAME_CLASSES and sqlstate != _ABOUT_RIGHTS and not has_position
    )
    if not may_hold_value:
        return message
    if kind in _VALUE_CLASSES:
        message = _BARE.sub("…", message)
    # A value may hold quotes itself: nothing between the first and the last one can be trusted.
    plain = _ENCODING.sub(lambda found: "." * len(found[0]), message)
    pattern = _QUOTED if _GUILLEMETS.isdisjoint(plain) else _QUOTED_ABROAD
    quoted = pattern.search(plain)
    if quoted is None:
        return message
    start, end = quoted.span("words")
    own = _own_words(text)
    words = message[start:end]
    if words in own or (kind in _NAME_CLASSES and own.issuperset(re.split(r'[".]', words))):
        return message
    return f"{message[:start]}…{message[end:]}"


def _own_words(text: str) -> frozenset[str]:
    """Collect the literals and names of a text, as the server would quote them."""
    try:
        tokens = tokenize(text, "postgres")
    except LexError:
        return frozenset()
    words: set[str] = set()
    for token in tokens:
        if token.kind is TokenKind.WORD:
            words |= {token.text, token.text.lower()}
        elif token.kind is TokenKind.QUOTED_IDENTIFIER:
            words.add(token.text[1:-1].replace('""', '"'))
        elif token.kind is TokenKind.NUMBER:
            words.add(token.text)
        elif token.kind is TokenKind.STRING:
            plain, dollars = _STRINGS.match(token.text), _DOLLARS.match(token.text)
            if plain is not None:
                words.add(plain[1].replace("''", "'"))
            elif dollars is not None:
                words.add(dollars[2])
    return frozenset(words)
