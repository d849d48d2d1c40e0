"""The names in a statement that could mean objects of the database's own.

A relation is read only where FROM, JOIN, TABLE or a comma of a FROM list comes before its name; a
name of one part elsewhere is a column, an alias or a type, and is left out or kept as a type.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import attrs

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.row_values import BEFORE_SOURCE, takes_rows

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


_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
# A list of values with these words only is returned as it is.
_CONVERTING_NOTHING = frozenset({"", "SELECT", "AS", "NULL", "TRUE", "FALSE"})
_SCHEMA_AND_NAME = 2
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
_NOTED_WORDS = frozenset({"FROM", "SELECT", *_IMPLIED_OPERATORS})


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
    folds = _folds(outline, folded)
    found = _Found(outline, folds)
    neighbours = _Neighbours(outline)
    sources = _Sources(outline)
    texts, kinds, words = outline.texts, outline.kinds, outline.words
    befores, afters = ["", *texts], [*texts[1:], ""]
    word, quoted, operator = TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER, TokenKind.OPERATOR
    seen: set[tuple[object, ...]] = set()
    for index in body:
        kind = kinds[index]
        if kind is operator:
            if befores[index] == "." or (texts[index],) not in found.operators:
                found.note_operator(index)
            continue
        if kind is not word and kind is not quoted:
            continue
        if words[index] in _NOTED_WORDS:
            sources.saw(index)
            found.note_implied_operators(index)
        after = afters[index]
        if after == ".":
            continue  # its chain ends later
        start = outline.name_starts(index) if befores[index] == "." else index
        before = befores[start]
        is_dotted = start < index and (befores[index - 1] != "." or texts[start] == ".")
        is_call = after == "("
        # A relation may stand before a parenthesis: FROM v (NOLOCK). ONLY (v) and
        # FROM (v JOIN w) have their names after one.
        is_relation = is_dotted or (before in neighbours.of_relations and sources.has(start))
        is_type = (
            after in neighbours.strings
            or before in neighbours.of_types
            or (before in neighbours.ases and _may_type_follow(outline, start - 1))
        )
        if not (is_call or is_relation or is_type):
            continue
        # The same name in the same roles says nothing new.
        name = (is_call, is_relation, is_type, *texts[start : index + 1])
        if name not in seen:
            seen.add(name)
            found.note_name(start, index, is_call=is_call, is_relation=is_relation, is_type=is_type)
    return Mentions(
        functions=tuple(found.functions.values()),
        unknown=unknown,
        names=tuple(found.names.values()),
        types=tuple(found.types.values()),
        operators=tuple(found.operators.values()),
        takes_rows=takes_rows(outline, folds),
        converts=_converts(outline, body),
    )


def _folds(outline: Outline, folded: Callable[[Outline, int], str]) -> dict[str, str]:
    """Fold each name of a statement once."""
    places = dict(zip(outline.texts, range(len(outline)), strict=True))
    kind_of = outline.kind_of
    return {text: folded(outline, at) for text, at in places.items() if kind_of[text] in _NAMES}


class _Neighbours:
    """The texts in a statement that, next to a name, say what the name may be.

    Attributes:
        strings: A string after a name makes it a type.
        of_types: A type can follow: `::`, RETURNING, or the name of a column that is declared.
        ases: AS, behind which there may be a type.
        of_relations: A relation can follow.
    """

    __slots__ = ("ases", "of_relations", "of_types", "strings")

    def __init__(self, outline: Outline) -> None:
        kind_of, word_of = outline.kind_of, outline.word_of
        names = [text for text, kind in kind_of.items() if kind in _NAMES]
        self.strings = {text for text, kind in kind_of.items() if kind is TokenKind.STRING}
        self.ases = {text for text in names if word_of[text] == "AS"}
        self.of_relations = {",", "(", *(text for text in names if word_of[text] in BEFORE_SOURCE)}
        self.of_types = {"::", *(text for text in names if word_of[text] not in _BEFORE_EXPRESSION)}
        self.of_types -= self.ases


def _may_type_follow(outline: Outline, index: int) -> bool:
    """Say whether AS is that of CAST(x AS type), and not that of an alias."""
    opener = outline.openers[index]
    return opener >= 0 and outline.word(opener + 1) not in ("SELECT", "WITH")


def _converts(outline: Outline, body: range) -> bool:
    return any(
        outline.words[index] not in _CONVERTING_NOTHING and outline.word(index - 1) != "AS"
        for index in body
    )


class _Found:
    """The mentions so far, each name once, where it stands first."""

    def __init__(self, outline: Outline, folds: Mapping[str, str]) -> None:
        self._outline = outline
        self._folds = folds
        self.functions: dict[tuple[str, ...], Mention] = {}
        self.names: dict[tuple[str, ...], Mention] = {}
        self.types: dict[tuple[str, ...], Mention] = {}
        self.operators: dict[tuple[str, ...], Mention] = {}

    def note_implied_operators(self, index: int) -> None:
        """Take up the operators that a word stands for."""
        for name in _IMPLIED_OPERATORS.get(self._outline.words[index], ()):
            self._note(self.operators, (name,), index)

    def note_operator(self, index: int) -> None:
        """Take up an operator, with its schema if it has one: OPERATOR(schema.+)."""
        outline, text = self._outline, self._outline.texts[index]
        if text == "::":
            return
        in_schema = outline.text(index - 1) == "." and outline.is_name(index - 2)
        if in_schema and outline.word(outline.openers[index] - 1) != "OPERATOR":
            return  # all columns: t.*
        schema = (self._folds[outline.texts[index - 2]],) if in_schema else ()
        self._note(self.operators, (*schema, text), index)

    def note_name(
        self, start: int, index: int, *, is_call: bool, is_relation: bool, is_type: bool
    ) -> None:
        """Take up the name between two indexes, as all that it may be."""
        texts, folds = self._outline.texts, self._folds
        known_from = _after_default_schema(texts, start, index)
        parts = tuple([folds[text] for text in texts[known_from : index + 1] if text != "."])
        if texts[start] == ".":
            parts = ("", *parts)  # a field of a value
        if is_call:
            self._note(self.functions, parts, start)
        if is_relation:
            self._note(self.names, parts, start)
            # What the facts know of other databases has schemas of two parts.
            if len(parts) > _SCHEMA_AND_NAME:
                self._note(self.names, (".".join(parts[:-1]), parts[-1]), start)
            if known_from > start and texts[start] != ".":
                in_default = (f"{folds[texts[start]]}.dbo", folds[texts[known_from]])
                self._note(self.names, in_default, start)
        if is_type:
            self._note(self.types, parts, start)

    def _note(
        self, mentions: dict[tuple[str, ...], Mention], name: tuple[str, ...], index: int
    ) -> None:
        if name not in mentions:
            mentions[name] = Mention(name, self._outline.starts[index])


def _after_default_schema(texts: Sequence[str], start: int, index: int) -> int:
    """Find where a name goes on behind `database..`, which leaves the schema to the server."""
    for at in range(index - 1, start, -1):
        if texts[at] == "." and texts[at - 1] == ".":
            return at + 1
    return start


class _Sources:
    """Says where a relation can stand, while the tokens pass by."""

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._in_from: set[int] = set()
        """Brackets, by their index, whose SELECT has come to its FROM; -1 outside all."""

    def saw(self, index: int) -> None:
        """Take note of a word."""
        word = self._outline.words[index]
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
        return self._outline.word(before) in BEFORE_SOURCE
