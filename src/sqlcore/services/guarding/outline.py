"""The tokens of a statement, with what the rules ask of them worked out once."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

from sqlcore.domain.lexing import Token, TokenKind
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.type_words import TYPE_WORDS

__all__ = ["CALL_IT", "REWRITE", "Outline", "looks_ascii"]

REWRITE = "Rewrite it as one plain SELECT, or use --access write."
CALL_IT = (
    "Call a procedure with execute_stored_procedure (in Python: Database.call), where"
    " allow_procedures names it; select from its tables or views; or use --access write."
)

_CLAUSES = frozenset(
    {
        *("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET"),
        *("FETCH", "UNION", "EXCEPT", "INTERSECT", "OPTION", "FOR"),
    }
)
_STARTERS = _CLAUSES | {"WITH"}
_BRACKETS = frozenset("()[]")
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
_MAX_DEPTH = 100
# sqlglot's time doubles with each level of these; PostgreSQL's arrays have six dimensions at most.
_MAX_TYPE_DEPTH = 7


class Outline:
    """The significant tokens of one statement, by index.

    Attributes:
        texts: The tokens' texts, without white space and comments.
        words: Unquoted words in upper case; "" for every other token.
        kinds: What the tokens are.
        starts: Where they stand in the text, from 0.
        vocabulary: The words, each once; the text may hold more of them than the statement.
        word_of: The word of each text; the text may hold more of them than the statement.
        kind_of: The kind of each text, likewise.
        partners: For a bracket, the index of the other one of its pair.
        openers: The index of the bracket around a token; -1 outside all.
        clauses: The word that began the clause in which a token stands.
    """

    __slots__ = (
        *("_size", "clauses", "kind_of", "kinds", "openers", "partners", "starts", "texts"),
        *("vocabulary", "word_of", "words"),
    )

    def __init__(self, tokens: Iterable[Token]) -> None:
        """Work the tokens of a statement out.

        Raises:
            Refusal: A bracket is not closed or not opened, or they are too deep.
        """
        kept = [token for token in tokens if token.kind not in _BLANK]
        texts = [token.text for token in kept]
        kinds = {token.text: token.kind for token in kept}
        self._work_out(texts, [token.start for token in kept], kinds)

    @classmethod
    def of(cls, texts: list[str], starts: list[int], kinds: Mapping[str, TokenKind]) -> Outline:
        """Work a statement out that is cut already.

        Args:
            texts: Its significant tokens.
            starts: Where they stand.
            kinds: What each text is.

        Raises:
            Refusal: A bracket is not closed or not opened, or they are too deep.
        """
        outline = cls.__new__(cls)
        outline._work_out(texts, starts, kinds)  # noqa: SLF001 - of the class itself
        return outline

    def _work_out(
        self, texts: list[str], starts: list[int], kinds: Mapping[str, TokenKind]
    ) -> None:
        word = TokenKind.WORD
        # Only ASCII letters change case in a keyword.
        words = {
            text: (text.upper() if text.isascii() else text) if kind is word else ""
            for text, kind in kinds.items()
        }
        self.word_of: Mapping[str, str] = words
        self.kind_of = kinds
        self.texts = texts
        self._size = len(texts)
        self.starts = starts
        self.words = list(map(words.__getitem__, texts))
        self.kinds = list(map(kinds.__getitem__, texts))
        self.vocabulary = frozenset(words.values())
        self.partners: dict[int, int] = {}
        self.openers: list[int] = []
        self.clauses: list[str] = []
        marks = {text for text, word in words.items() if text in _BRACKETS or word in _STARTERS}
        self._pair_brackets(self.indexes(marks))

    def __len__(self) -> int:
        return len(self.texts)

    def _pair_brackets(self, marks: Sequence[int]) -> None:
        """Pair brackets and note clauses, going from mark to mark.

        Args:
            marks: The brackets and the words that may start a clause.

        Raises:
            Refusal: A bracket is not closed or not opened, or they are too deep.
        """
        texts, openers, clauses = self.texts, self.openers, self.clauses
        stack = [-1]
        clause = [""]
        type_openers: set[int] = set()
        for index in (*marks, len(texts)):
            gap = index - len(openers)
            openers += [stack[-1]] * gap
            clauses += [clause[-1]] * gap
            text = texts[index] if index < len(texts) else ""
            if text in ("(", "["):
                openers.append(stack[-1])
                clauses.append(clause[-1])
                stack.append(index)
                clause.append("")
                if self._opens_type(index):
                    type_openers.add(index)
                if len(stack) > _MAX_DEPTH or len(type_openers) > _MAX_TYPE_DEPTH:
                    raise self.refusal(index, "The statement nests brackets too deeply", REWRITE)
            elif text in (")", "]"):
                opener = stack.pop()
                clause.pop()
                if opener < 0 or texts[opener] + text not in ("()", "[]"):
                    raise self.refusal(index, f"A {text} has no opening bracket", "Correct it.")
                type_openers.discard(opener)
                self.partners[opener] = index
                self.partners[index] = opener
                openers.append(stack[-1])
                clauses.append(clause[-1])
            elif text and self._starts_clause(index, stack[-1]):
                clause[-1] = self.words[index]
        if len(stack) > 1:
            raise self.refusal(stack[-1], "A bracket is not closed", "Close it.")

    def _opens_type(self, index: int) -> bool:
        """Say whether a bracket is one that sqlglot may try to read as a type first."""
        if self.texts[index] == "[":
            return True
        return index > 0 and self.texts[index - 1].strip('"[]`').upper() in TYPE_WORDS

    def _starts_clause(self, index: int, opener: int) -> bool:
        word = self.words[index]
        if word == "WITH":
            is_explained = opener < 0 and self.words[0] == "EXPLAIN" and not self.clauses[index - 1]
            return index == opener + 1 or self.texts[index - 1] == ";" or is_explained
        if word not in _CLAUSES or (index and self.texts[index - 1] == "."):
            return False
        # IS DISTINCT FROM is an operator.
        return (
            word != "FROM"
            or self.word(index - 1) != "DISTINCT"
            or self.word(index - 2)
            not in (
                "IS",
                "NOT",
            )
        )

    def indexes(self, texts: Container[str]) -> list[int]:
        """Give where any of these texts stand; faster than a loop over all tokens."""
        return list(itertools.compress(range(self._size), map(texts.__contains__, self.texts)))

    def word(self, index: int) -> str:
        """Give the unquoted word at an index in upper case; "" for anything else."""
        return self.words[index] if 0 <= index < self._size else ""

    def text(self, index: int) -> str:
        """Give the text at an index; "" outside the statement."""
        return self.texts[index] if 0 <= index < self._size else ""

    def kind(self, index: int) -> TokenKind | None:
        """Give the kind of the token at an index; None outside the statement."""
        return self.kinds[index] if 0 <= index < self._size else None

    def is_name(self, index: int) -> bool:
        """Say whether a word or a quoted name stands at an index."""
        return self.kind(index) in _NAMES

    def is_label(self, index: int) -> bool:
        """Say whether a word is a name because of what stands before it: a dot, or AS.

        In PostgreSQL any word can be one, `as` itself too (`t.as`). In `AS NOT MATERIALIZED` and
        in `AS (` there is none.
        """
        start = index
        while self.word(start - 1) == "AS":
            start -= 1
        # Of several AS in a row each other one is a name; so is the first after a dot.
        return (index - start + (self.text(start - 1) == ".")) % 2 == 1

    def name_starts(self, index: int) -> int:
        """Find where a dotted name that ends at an index starts; it may start with a dot."""
        texts, kinds = self.texts, self.kinds
        while index > 0 and texts[index - 1] == ".":
            index -= 1
            if index > 0 and kinds[index - 1] in _NAMES:
                index -= 1
        return index

    def called_names(self, start: int) -> Iterator[int]:
        """Give the index of each name that stands right before an opening parenthesis."""
        for opener in sorted(self.partners):
            if opener > start and self.texts[opener] == "(" and self.kinds[opener - 1] in _NAMES:
                yield opener - 1

    def refusal(self, index: int, reason: str, hint: str) -> Refusal:
        """Make a refusal that points at a token."""
        offset = self.starts[index] if 0 <= index < len(self.starts) else None
        return Refusal(reason + ".", hint, offset)

    def refuse_oddities(self) -> None:
        """Refuse what lexers may cut in different ways, in any dialect.

        Raises:
            Refusal: A character of no meaning, a number glued to a word, or a word that only
                looks like ASCII.
        """
        texts, starts, kinds = self.texts, self.starts, self.kinds
        number, placeholder = TokenKind.NUMBER, TokenKind.PLACEHOLDER
        counted = {
            text for text, kind in self.kind_of.items() if kind is number or kind is placeholder
        }
        for index in self.indexes(counted):
            text, after = texts[index], index + 1
            is_glued = after < len(texts) and starts[after] == starts[index] + len(text)
            if is_glued and kinds[after] in (TokenKind.WORD, number):
                raise self.refusal(
                    after, "A number glued to a word can be read in two ways", "Put a space in it."
                )
        for text in set(texts):
            if text.isascii() and (text.isalnum() or len(text) > 1):
                continue  # neither a word of other letters nor a lone character
            index = texts.index(text)
            if text == ";":
                raise self.refusal(index, "A semicolon stands inside brackets", "Remove it.")
            if kinds[index] is TokenKind.OTHER:
                raise self.refusal(index, f"The character {text!r} has no meaning", "Remove it.")
            if kinds[index] is TokenKind.WORD and not text.isascii() and looks_ascii(text):
                hint = "Write it in ASCII, or quote it."
                raise self.refusal(index, f"{text!r} only looks like an ASCII word", hint)


def looks_ascii(text: str) -> bool:
    """Say whether a word is, but for the form of its letters, one in ASCII."""
    return unicodedata.normalize("NFKC", text).isascii()
