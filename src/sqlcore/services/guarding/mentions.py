"""The names in a statement that could mean objects of the database's own.

A relation is read only where FROM, JOIN, TABLE or a comma of a FROM list comes before its name; a
name of one part elsewhere is a column, an alias or a type, and is left out or kept as a type.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Sequence

import attrs

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.outline import Outline

__all__ = ["Mention", "Mentions", "mentions_of"]


@attrs.frozen
class Mention:
    """A name in a statement.

    Attributes:
        name: Its parts as the engine folds them, the schema first if it is written; "" first for a
            field of a value, as in `(x).name`.
        offset: Where it stands, from 0.
    """

    name: tuple[str, ...]
    offset: int


@attrs.frozen(kw_only=True)
class Mentions:
    """What a statement names, as far as a database's own objects could be meant.

    Attributes:
        functions: Names before a parenthesis that are no part of the grammar.
        unknown: Those of them that are no known built-in function.
        names: Dotted names, and names of one part that can be relations.
        types: Names that stand where types can.
        operators: Operator symbols, those that words stand for (`IN` for `=`) among them.
        takes_rows: Whether whole rows or arrays may be values, and a string beside them become one.
        converts: Whether it has words behind which the server may convert a value, for which it
            may call the function of a cast.
    """

    functions: tuple[Mention, ...] = ()
    unknown: tuple[Mention, ...] = ()
    names: tuple[Mention, ...] = ()
    types: tuple[Mention, ...] = ()
    operators: tuple[Mention, ...] = ()
    takes_rows: bool = False
    converts: bool = False


# A list of values with these words only is returned as it is.
_CONVERTING_NOTHING = frozenset({"", "SELECT", "AS", "NULL", "TRUE", "FALSE"})
_NO_NAME: tuple[str, ...] = ()
_SCHEMA_AND_NAME = 2
_BEFORE_SOURCE = frozenset({"FROM", "JOIN", "APPLY", "ONLY", "TABLE", "LATERAL"})
# Words after which an expression starts: a name there is a type only if a string follows it.
_BEFORE_EXPRESSION = frozenset(
    {
        *("SELECT", "DISTINCT", "ALL", "WHERE", "AND", "OR", "NOT", "ON", "BY", "HAVING", "WHEN"),
        *("THEN", "ELSE", "CASE", "IN", "LIKE", "ILIKE", "BETWEEN", "LIMIT", "OFFSET", "FROM"),
        *("JOIN", "ANY", "SOME", "IS", "TOP", "ONLY", "TABLE", "LATERAL"),
    }
)
# Operators that words stand for; they are looked up by name like written ones.
_IMPLIED_OPERATORS = {
    "IN": ("=",),
    "CASE": ("=",),
    "NULLIF": ("=",),
    "USING": ("=",),
    "NATURAL": ("=",),
    "DISTINCT": ("=",),
    "BETWEEN": (">=", "<=", "<", ">"),
    "LIKE": ("~~", "!~~"),
    "ILIKE": ("~~*", "!~~*"),
    "SIMILAR": ("~", "!~"),
    "OVERLAPS": ("<", ">=", "<="),
}


def mentions_of(
    outline: Outline,
    body: range,
    folded: Callable[[Outline, int], str],
    unknown: tuple[Mention, ...],
) -> Mentions:
    """Collect the mentions in a part of a statement.

    Args:
        outline: The statement.
        body: The tokens to look at.
        folded: Gives a name as the engine folds it.
        unknown: Calls of functions that are not known.
    """
    found = _Found()
    sources = _Sources(outline)
    texts, kinds, words = outline.texts, outline.kinds, outline.words
    word_kind, quoted, operator = TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER, TokenKind.OPERATOR
    has_implied = not outline.vocabulary.isdisjoint(_IMPLIED_OPERATORS)
    wanted = [
        at
        for at, kind in enumerate(kinds)
        if kind is word_kind or kind is quoted or kind is operator
    ]
    for index in wanted[bisect_left(wanted, body.start) : bisect_left(wanted, body.stop)]:
        text = texts[index]
        if kinds[index] is not operator:
            word = words[index]
            if word:
                sources.saw(index, word)
                if has_implied and word in _IMPLIED_OPERATORS:
                    for name in _IMPLIED_OPERATORS[word]:
                        found.note(found.operators, (name,), outline.starts[index])
            if outline.text(index + 1) != ".":  # else its chain ends later
                _note_name(found, outline, index, sources, folded)
        elif text != "::":
            in_schema = outline.text(index - 1) == "." and outline.is_name(index - 2)
            schema = (folded(outline, index - 2),) if in_schema else ()  # OPERATOR(schema.+)
            found.note(found.operators, (*schema, text), outline.starts[index])
    return Mentions(
        functions=tuple(found.functions.values()),
        unknown=unknown,
        names=tuple(found.names.values()),
        types=tuple(found.types.values()),
        operators=tuple(found.operators.values()),
        takes_rows=_takes_rows(outline, wanted, folded),
        converts=_converts(outline, body),
    )


def _converts(outline: Outline, body: range) -> bool:
    return any(
        outline.words[index] not in _CONVERTING_NOTHING and outline.word(index - 1) != "AS"
        for index in body
    )


def _takes_rows(
    outline: Outline, wanted: Sequence[int], folded: Callable[[Outline, int], str]
) -> bool:
    """Say whether a relation's name or alias stands where a value does, or an array is made.

    A name that stands alone twice is taken for a value, for one of them is its declaration.
    """
    if "ARRAY" in outline.vocabulary:
        return True
    declared: set[str] = set()
    alone: Counter[str] = Counter()
    for index in wanted:
        if outline.texts[index] == "*" and outline.text(index - 1) == ".":
            if _is_value(outline, index):
                return True
        elif outline.kinds[index] is not TokenKind.OPERATOR:
            if outline.text(index + 1) in (".", "("):
                continue
            name = folded(outline, index)
            if outline.text(index - 1) == ".":
                start = outline.name_starts(index)
                alone[name] += outline.word(start - 1) in _BEFORE_SOURCE
                continue
            alone[name] += 1
            if _may_be_declared(outline, index):
                declared.add(name)
    return any(alone[name] > 1 for name in declared)


def _may_be_declared(outline: Outline, index: int) -> bool:
    """Say whether a name of a relation or an alias of one can stand at an index."""
    if outline.clauses[index] not in ("FROM", ""):
        return False
    before = outline.openers[index] - 1
    if before >= 0 and outline.is_name(before) and outline.words[before] not in _BEFORE_SOURCE:
        return False  # an argument of a function
    return outline.text(index - 1) in (")", "(", ",") or outline.is_name(index - 1)


def _is_value(outline: Outline, index: int) -> bool:
    """Say whether `name.*` is a row, and not a list of columns."""
    opener = outline.openers[index]
    if opener >= 0 and outline.word(opener + 1) not in ("SELECT", "WITH"):
        return True
    before = outline.name_starts(index) - 1
    return outline.text(before) not in (",", ")") and outline.word(before) not in (
        "SELECT",
        "DISTINCT",
        "ALL",
    )


class _Found:
    """The mentions so far, each name once, where it stands first."""

    def __init__(self) -> None:
        self.functions: dict[tuple[str, ...], Mention] = {}
        self.names: dict[tuple[str, ...], Mention] = {}
        self.types: dict[tuple[str, ...], Mention] = {}
        self.operators: dict[tuple[str, ...], Mention] = {}

    def note(
        self, mentions: dict[tuple[str, ...], Mention], name: tuple[str, ...], offset: int
    ) -> None:
        """Take a name up, unless it is there."""
        if name not in mentions:
            mentions[name] = Mention(name, offset)


def _note_name(
    found: _Found,
    outline: Outline,
    index: int,
    sources: _Sources,
    folded: Callable[[Outline, int], str],
) -> None:
    """Take up the name that ends at an index, as all that it may be."""
    start = known_from = index
    parts = _NO_NAME
    if outline.text(index - 1) == ".":
        start = outline.name_starts(index)
        known_from = _after_default_schema(outline, start, index)
        parts = tuple(
            folded(outline, at) for at in range(known_from, index + 1) if outline.texts[at] != "."
        )
        if outline.texts[start] == ".":
            parts = ("", *parts)  # a field of a value
    # A relation may stand before a parenthesis: FROM v (NOLOCK). ONLY (v) and
    # FROM (v JOIN w) have their names after one.
    is_call = outline.text(index + 1) == "("
    is_relation = len(parts) > 1 or sources.has(start)
    is_type = _may_be_type(outline, start, index)
    if not (is_call or is_relation or is_type):
        return
    parts = parts or (folded(outline, index),)
    offset = outline.starts[start]
    if is_call:
        found.note(found.functions, parts, offset)
    if is_relation:
        found.note(found.names, parts, offset)
        # What the facts know of other databases has schemas of two parts.
        if len(parts) > _SCHEMA_AND_NAME:
            found.note(found.names, (".".join(parts[:-1]), parts[-1]), offset)
        if known_from > start:
            in_default = (f"{folded(outline, start)}.dbo", folded(outline, known_from))
            found.note(found.names, in_default, offset)
    if is_type:
        found.note(found.types, parts, offset)


def _after_default_schema(outline: Outline, start: int, index: int) -> int:
    """Find where a name goes on behind `database..`, which leaves the schema to the server."""
    for at in range(index - 1, start, -1):
        if outline.texts[at] == "." and outline.texts[at - 1] == ".":
            return at + 1
    return start


class _Sources:
    """Says where a relation can stand, while the tokens pass by."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._in_from: set[int] = set()
        """Brackets, by their index, whose SELECT has come to its FROM; -1 outside all."""

    def saw(self, index: int, word: str) -> None:
        """Take note of a word."""
        if word == "FROM":
            self._in_from.add(self._outline.openers[index])
        elif word == "SELECT" and self._outline.text(index - 1) != ".":
            self._in_from.discard(self._outline.openers[index])

    def has(self, index: int) -> bool:
        """Say whether a relation can stand at an index, as far as the tokens before it tell.

        After WHERE the commas still count: a word that only looks like the next clause must not
        hide one.
        """
        while self._outline.text(index - 1) == "(":
            index -= 1
        before = index - 1
        if self._outline.text(before) == ",":
            return self._outline.openers[before] in self._in_from
        return self._outline.word(before) in _BEFORE_SOURCE


def _may_be_type(outline: Outline, start: int, index: int) -> bool:
    """Say whether a type can stand where a name starts and ends.

    It follows `::`, AS in brackets, RETURNING, or the name of a column that is being declared, or
    a string follows it.
    """
    if outline.kind(index + 1) is TokenKind.STRING:
        return True
    before = start - 1
    if outline.text(before) == "::":
        return True
    if outline.word(before) == "AS":
        # An alias of a query, and not in CAST(x AS type).
        opener = outline.openers[before]
        return opener >= 0 and outline.word(opener + 1) not in ("SELECT", "WITH")
    return outline.is_name(before) and outline.words[before] not in _BEFORE_EXPRESSION
