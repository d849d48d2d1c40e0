"""The skeleton of a statement: its keywords and brackets, and one mark for each thing between them.

A grammar cannot tell one name from another, nor one literal or operator from another. So a name or
a literal becomes `a` (a string `s`), a name before a parenthesis `f`, an operator `+`; what a
dialect's rules know to be a part of an expression goes away, and lists and sums of plain operands
shrink to one. Every word that could start a statement or a clause stays, and so does the number
of statements. sqlglot then reads the same statement without its odd corners, in little time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import attrs

from sqlcore.domain.lexing import TokenKind
from sqlcore.services.guarding.outline import Outline
from sqlcore.services.guarding.words import words

__all__ = ["Skeletons", "Step", "alias_index"]

_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
_SEPARATORS = (TokenKind.OPERATOR, TokenKind.PUNCTUATION)
_QUERIES = frozenset({"SELECT", "WITH", "VALUES", "TABLE"})
_MARKS: Mapping[TokenKind, str] = {
    TokenKind.QUOTED_IDENTIFIER: "a",
    TokenKind.STRING: "s",
    TokenKind.NUMBER: "a",
    TokenKind.PLACEHOLDER: "a",
    TokenKind.VARIABLE: "a",
    TokenKind.OPERATOR: "+",
}
_ALIAS = re.compile("q([0-9]+)")


@attrs.frozen
class Step:
    """A replacement in the text of a skeleton.

    Attributes:
        needs: It is left out unless the statement has one of these words,
        mark: or, instead of words, the skeleton so far has this text.
        pattern: What to look for. Marks are between blanks, one at each end of the text too.
        replacement: What to put there.
    """

    needs: frozenset[str]
    pattern: re.Pattern[str]
    replacement: str
    mark: str = ""

    @classmethod
    def of(cls, needs: str, pattern: str, replacement: str = "") -> Step:
        """Make a step for words; `T~` in the pattern stands for a type."""
        return cls(words(needs), re.compile(pattern.replace("T~", TYPE)), replacement)

    @classmethod
    def at(cls, mark: str, pattern: str, replacement: str = "") -> Step:
        """Make a step for a text in the skeleton."""
        compiled = re.compile(pattern.replace("T~", TYPE))
        return cls(frozenset(), compiled, replacement, mark)


TYPE = (
    r"(?: INTERVAL| a| f)(?: \. [af])*+(?: [af]){0,3}+(?: TO [af])?+(?: \( (?:[as,+] )*+\))?+"
    r"(?: \[ (?:a )?+\])*+"
)
_FRAME = "(?:UNBOUNDED PRECEDING|UNBOUNDED FOLLOWING|CURRENT ROW|a PRECEDING|a FOLLOWING)"
# What shrinks, until nothing changes any more. Each starts with a fixed text, which is found fast.
_SHRINKING = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r" a(?: \+)++(?= [af(])", ""),
        (r"\)(?: \+ a)++(?= )", ")"),
        (r"\( (?:a , )++", "( "),
        (r", (?:a , )++", ", "),
        (r" SELECT (?:a , )++", " SELECT "),
        (r" BY (?:a , )++", " BY "),
        (rf" ROWS (?:{_FRAME}|BETWEEN {_FRAME} AND {_FRAME})(?= )", ""),
        (rf" RANGE (?:{_FRAME}|BETWEEN {_FRAME} AND {_FRAME})(?= )", ""),
        (rf" GROUPS (?:{_FRAME}|BETWEEN {_FRAME} AND {_FRAME})(?= )", ""),
        (r" OVER \( (?:a )?(?:PARTITION BY a )?(?:ORDER BY a (?:ASC |DESC )?)?\)", ""),
        (r" f \( (?:a |DISTINCT a )?\)(?! (?:OVER|FILTER|WITHIN|AS|WITH|IGNORE|RESPECT) )", " a"),
        (r"\( \( a \)(?= )", "( a"),
        (r", \( a \)(?= )", ", a"),
        (r"\+ \( a \)(?= )", "+ a"),
        (r" NOT IN \( a \)", ""),
        (r" IN \( a \)", ""),
        (r" a (?:NOT )?BETWEEN a AND a(?= (?!\+))", " a"),
        (r" a(?<! BETWEEN a) (?:AND|OR)(?= a )", ""),
        (r" CASE(?: a)?(?: WHEN a THEN a)+(?: ELSE a)? END(?= )", " a"),
    )
)
# What shrinks before the dialect's steps, so that they have less to look through.
_EARLY = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r" a \.(?= [a-zA-Z*])", ""),
        (r" AS a(?= , | FROM )", ""),
        (r" a(?: \+)++(?= a )", ""),
        (r"\( (?:a , )++", "( "),
        (r", (?:a , )++", ", "),
        (r" SELECT (?:a , )++", " SELECT "),
    )
)
_LEADING_SIGN = re.compile(r"(?<=[(,+A-Z])(?<! END) \+(?= )")
_MAX_ROUNDS = 6
_NAME_AS = re.compile(r" AS a(?= [^(]| $)")
_NAME_AS_TYPE = re.compile(rf" AS{TYPE}(?= \))")


@attrs.frozen(kw_only=True)
class Skeletons:
    """Makes skeletons for one dialect.

    Attributes:
        kept: The words of the grammar that stay; all others are names.
        verbs: Words that start statements and may be names too.
        staying: Words that sqlglot is to see wherever they stand, unless they are names.
        forms: Functions with a grammar of their own; what stands in their brackets is a list.
        steps: The dialect's replacements, in order.
        any_word_labels: Whether any word may follow AS as a name.
    """

    kept: frozenset[str]
    verbs: frozenset[str]
    staying: frozenset[str]
    forms: frozenset[str]
    steps: Sequence[Step]
    any_word_labels: bool = False
    _known: frozenset[str] = attrs.field(init=False)
    _verb_as_name: re.Pattern[str] = attrs.field(init=False)

    @_known.default
    def _join_words(self) -> frozenset[str]:
        return self.kept | self.verbs

    @_verb_as_name.default
    def _make_verb_pattern(self) -> re.Pattern[str]:
        verbs = "|".join(sorted(self.verbs))
        after = (
            r"[,.)+\]]|::|AS|ASC|DESC|IS|AND|OR|NOT|IN|BETWEEN|LIKE|ILIKE|WHERE|GROUP|ORDER|LIMIT"
            r"|UNION|WHEN|THEN|ELSE|END|NULLS"
        )
        return re.compile(
            rf"(?<= \.) (?:{verbs})(?= )|(?<= AS) (?:{verbs})(?= [^(])"
            rf"|(?<! FOR) (?:{verbs})(?= (?:{after}) | $)| (?!DELETE)(?:{verbs})(?= FROM )"
        )

    def of(self, outline: Outline, body: range) -> str:
        """Write the skeleton of a part of a statement."""
        text = f" {' '.join(self._marks(outline, body))} "
        vocabulary = outline.vocabulary
        if not vocabulary.isdisjoint(self.verbs):
            text = self._verb_as_name.sub(" a", text)
        for pattern, replacement in _EARLY:
            text = pattern.sub(replacement, text)
        for step in self.steps:
            is_needed = step.mark in text if step.mark else not vocabulary.isdisjoint(step.needs)
            if is_needed:
                text = step.pattern.sub(step.replacement, text)
        text = _NAME_AS.sub("", _NAME_AS_TYPE.sub("", text))
        return _shrunk(_LEADING_SIGN.sub("", text))

    def _marks(self, outline: Outline, body: range) -> list[str]:
        known = self._known
        of_text: dict[str, str] = {}
        for text, kind in outline.kind_of.items():
            word = outline.word_of[text]
            mark = _MARKS.get(kind, text)
            if word:
                mark = word if word in known else "a"
            elif text in ("::", "*"):
                mark = text
            of_text[text] = mark
        marks = list(map(of_text.__getitem__, outline.texts))
        kinds, words_, clauses = outline.kinds, outline.words, outline.clauses
        if self.any_word_labels:
            _mark_labels(outline, marks)
        for opener, closer in outline.partners.items():
            if opener > closer or outline.texts[opener] != "(" or opener == 0:
                continue
            before = opener - 1
            if kinds[before] not in _NAMES:
                continue
            if words_[before] in self.forms:
                marks[before] = "f"
                self._flatten(outline, opener, marks)
            elif marks[before] == "a":
                is_alias = clauses[before] == "FROM" and self._ends_operand(outline, before - 1)
                marks[before] = f"q{before}" if is_alias else "f"
        return marks[body.start : body.stop]

    def _ends_operand(self, outline: Outline, index: int) -> bool:
        if index < 0:
            return False
        word = outline.words[index]
        return (
            outline.texts[index] in (")", "*")
            or outline.kinds[index] is TokenKind.QUOTED_IDENTIFIER
            or (word != "" and (word not in self.kept or word == "ORDINALITY"))
        )

    def _flatten(self, outline: Outline, opener: int, marks: list[str]) -> None:
        """Make a list of what stands in brackets, but not of a query."""
        if outline.word(opener + 1) in _QUERIES:
            return
        index, closer = opener + 1, outline.partners[opener]
        while index < closer:
            text, word = outline.texts[index], outline.words[index]
            if text in ("(", "["):
                self._flatten(outline, index, marks)
                partner = outline.partners[index]
                marks[index] = ", f (" if text == "(" else ", f ( a ,"
                marks[partner] = ")"
                index = partner
            elif word in self.staying:
                pass
            elif word in self._known or outline.kinds[index] in _SEPARATORS:
                marks[index] = ","
            else:
                marks[index] = ", a"
            index += 1


def _mark_labels(outline: Outline, marks: list[str]) -> None:
    """Mark what follows a dot or AS as a name; in WITH, a query follows AS."""
    for before in [at for at, mark in enumerate(marks[:-1]) if mark in (".", "AS")]:
        index = before + 1
        if marks[before] == "a" or not outline.words[index]:
            continue  # the AS is a name itself, or no word follows
        if marks[before] == "." or not (
            outline.word(index + 1) == "MATERIALIZED" or outline.text(index + 1) == "("
        ):
            marks[index] = "a"


def alias_index(name: str) -> int | None:
    """Give the token that a name in a skeleton stands for, if it may be an alias with columns."""
    found = _ALIAS.fullmatch(name)
    return int(found.group(1)) if found else None


def _shrunk(text: str) -> str:
    """Take out what makes no difference to the statement's build."""
    for _ in range(_MAX_ROUNDS):
        before = len(text)
        for pattern, replacement in _SHRINKING:
            text = pattern.sub(replacement, text)
        if len(text) == before:
            break
    return text
