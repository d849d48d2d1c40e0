"""Parameters in SQL text: finding their places and writing them as the engine wants them.

`:name` is a placeholder in every dialect. Beside it stands the engine's own: `$1` (postgres),
`@name` (tsql), `?`, `?1`, `@name` and `$name` (sqlite). Nothing inside strings, comments and
quoted names is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import attrs

from sqlcore.domain.lexing.tokens import Token, TokenKind, tokenize
from sqlcore.errors import InvalidArgumentError

__all__ = ["BoundText", "bind"]

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
# In these statements `@x` may be a parameter of something else: `EXEC p @x = 1`.
_OWN_VARIABLES = frozenset({"DECLARE", "CREATE", "ALTER", "EXEC", "EXECUTE"})


@attrs.frozen
class BoundText:
    """A text with the placeholders of its engine.

    Attributes:
        text: The statement. `$1…$n` for postgres, `@name` for tsql, `:name` or `?1` for sqlite.
        names: The parameters in the order of `$1…$n`, or in the caller's order where the engine
            has names. Positional parameters are `1…n`, on tsql `p1…pn`.
    """

    text: str
    names: tuple[str, ...]


@attrs.frozen(kw_only=True)
class _Place:
    """Where a placeholder stands."""

    token: Token
    key: str
    """Its name, or its number."""
    is_numbered: bool = False
    is_optional: bool = False
    """Whether it may be something else: a slice, a variable of the statement's own."""


def bind(text: str, dialect: str, names: Sequence[str] | int) -> BoundText:
    """Write the placeholders of a text for an engine.

    A text that gets no parameters comes back as it is. In PostgreSQL `a[:n]` is a placeholder if
    a parameter of that name is given, and a slice if not.

    Args:
        text: One statement or several.
        dialect: `postgres`, `tsql` or `sqlite`.
        names: The names of the parameters, or how many positional ones there are.

    Raises:
        InvalidArgumentError: A parameter is missing, not used, badly named, or named and
            positional ones are mixed; `parameter` names all of them.
        LexError: The text has something without an end.
    """
    tokens = tokenize(text, dialect)
    is_positional = isinstance(names, int)
    if isinstance(names, int):
        prefix = "p" if dialect == "tsql" else ""
        given = tuple(f"{prefix}{number}" for number in range(1, names + 1))
    else:
        given = tuple(names)
        _check_names(given, dialect)
    by_key = {_key(name, dialect): name for name in given}
    filled: list[tuple[Token, str]] = []
    missing: list[str] = []
    for place in _places(tokens, dialect):
        name = by_key.get(_key(place.key, dialect))
        if name is not None:
            filled.append((place.token, name))
        elif place.is_optional:
            continue
        elif given and place.is_numbered != is_positional:
            raise _mixed(place, dialect)
        else:
            missing.append(place.key)
    used = {name for _, name in filled}
    _check_use(missing, [name for name in given if name not in used], dialect)
    return _written(text, filled, given, dialect, is_positional=is_positional)


def _check_names(names: Sequence[str], dialect: str) -> None:
    bad_names = [name for name in names if not _NAME.fullmatch(name)]
    if bad_names:
        raise _fault(
            bad_names,
            "is no name for a parameter",
            "Use letters, digits and _, at most 100, and do not start with a digit.",
        )
    keys = [_key(name, dialect) for name in names]
    repeated = [name for name, key in zip(names, keys, strict=True) if keys.count(key) > 1]
    if repeated:
        raise _fault(repeated, "is given more than once", "Give each parameter one value.")


def _check_use(missing: Sequence[str], unused: Sequence[str], dialect: str) -> None:
    if missing:
        hint = "Give a value for each placeholder, or quote what is not meant as one."
        raise _fault(missing, "has no value", hint)
    if unused:
        own = _OWN_FORMS[dialect]
        hint = f"Write it as :name, or as {own}, where its value belongs, or leave it out."
        raise _fault(unused, "is not used in the statement", hint)


_OWN_FORMS = {
    "postgres": "$1, $2 … for positional values",
    "tsql": "@name; positional values are @p1, @p2 …",
    "sqlite": "? for positional values",
}


def _fault(names: Iterable[str], what: str, hint: str) -> InvalidArgumentError:
    listed = ", ".join(dict.fromkeys(names))
    noun = "Each of the parameters" if ", " in listed else "The parameter"
    return InvalidArgumentError(f"{noun} {listed} {what}.", hint=hint, parameter=listed)


def _mixed(place: _Place, dialect: str) -> InvalidArgumentError:
    return InvalidArgumentError(
        f"The placeholder {place.token.text} mixes named with positional parameters.",
        hint=f"Use :name with named values throughout, or {_OWN_FORMS[dialect]}.",
        parameter=place.key,
        position=place.token.start + 1,
    )


def _key(name: str, dialect: str) -> str:
    """Fold a name as the engine does: variables of SQL Server ignore case."""
    return name.lower() if dialect == "tsql" else name


def _places(tokens: Sequence[Token], dialect: str) -> list[_Place]:
    """Find the placeholders of a text, in its order."""
    significant = [token for token in tokens if token.kind not in _BLANK]
    if dialect == "tsql":
        return _tsql_places(significant)
    places: list[_Place] = []
    brackets = 0
    last_number = 0
    for at, token in enumerate(significant):
        if token.kind is TokenKind.PUNCTUATION and token.text in "[]":
            brackets += 1 if token.text == "[" else -1
        if token.kind is not TokenKind.PLACEHOLDER:
            continue
        name = token.text[1:]
        if not name:  # SQLite's plain ? takes the next number
            name = str(last_number + 1)
        is_numbered = name.isascii() and name.isdigit()
        if is_numbered:
            last_number = max(last_number, int(name[:9]))
        before = significant[at - 1] if at else None
        if brackets > 0 and before is not None and _ends_operand(before):
            continue  # the colon of a slice
        places.append(
            _Place(
                token=token,
                key=name,
                is_numbered=is_numbered,
                is_optional=before is not None and before.text == "[",
            )
        )
    return places


def _ends_operand(token: Token) -> bool:
    kinds = (TokenKind.NUMBER, TokenKind.PLACEHOLDER, TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
    return token.kind in kinds or token.text in (")", "]")


def _tsql_places(significant: Sequence[Token]) -> list[_Place]:
    words = {token.text.upper() for token in significant if token.kind is TokenKind.WORD}
    has_own_variables = not words.isdisjoint(_OWN_VARIABLES)
    declared = _declared(significant) if "DECLARE" in words else frozenset()
    places: list[_Place] = []
    for token in significant:
        name = token.text[1:]
        if token.kind is TokenKind.PLACEHOLDER:
            if name.lower() in declared:
                raise _fault(
                    [name], "is declared by the statement too", "Give one of the two another name."
                )
            places.append(_Place(token=token, key=name))
        elif (
            token.kind is TokenKind.VARIABLE
            and name[:1] not in ("", "@")
            and name.lower() not in declared
        ):
            numbered = re.fullmatch("[pP][0-9]+", name) is not None
            places.append(
                _Place(token=token, key=name, is_numbered=numbered, is_optional=has_own_variables)
            )
    return places


def _declared(significant: Sequence[Token]) -> frozenset[str]:
    """Name the variables that DECLARE introduces: `DECLARE @a int = f(1, 2), @b table (…)`."""
    names: set[str] = set()
    depth = 0
    expects_name = False
    for token in significant:
        if token.kind is TokenKind.WORD and token.text.upper() == "DECLARE":
            expects_name, depth = True, 0
        elif token.text in ("(", ")"):
            depth += 1 if token.text == "(" else -1
        elif token.kind is TokenKind.VARIABLE and expects_name:
            names.add(token.text[1:].lower())
            expects_name = False
        elif token.text == "," and depth == 0:
            expects_name = bool(names)
        else:
            expects_name = False
    return frozenset(names)


def _written(
    text: str,
    filled: Sequence[tuple[Token, str]],
    given: tuple[str, ...],
    dialect: str,
    *,
    is_positional: bool,
) -> BoundText:
    """Write the text with the engine's placeholders."""
    if not filled or (is_positional and dialect != "tsql"):
        return BoundText(text, given)
    if dialect == "postgres":
        order = tuple(dict.fromkeys(name for _, name in filled))
        marks = {name: f"${number}" for number, name in enumerate(order, 1)}
    else:
        order = given
        marks = {name: ("@" if dialect == "tsql" else ":") + name for name in given}
    parts: list[str] = []
    position = 0
    for token, name in filled:
        parts += (text[position : token.start], marks[name])
        position = token.end
    return BoundText("".join((*parts, text[position:])), order)
