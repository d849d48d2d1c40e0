"""The tokens of a statement, with what the rules ask of them worked out once."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence

from sqlcore.domain.lexing import Token, TokenKind
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.type_words import TYPE_WORDS

__all__ = ["REWRITE", "Outline"]

REWRITE = "Rewrite it as one plain SELECT, or use --access write."

_CLAUSES = frozenset(
    {
        *("SELECT", "FROM", "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET"),
        *("FETCH", "UNION", "EXCEPT", "INTERSECT", "OPTION", "FOR"),
    }
)
_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
_MAX_DEPTH = 100
# sqlglot's time doubles with each level of these; PostgreSQL's arrays have six dimensions at most.
_MAX_TYPE_DEPTH = 7


class Outline:
    """The significant tokens of one statement, by index.

    Attributes:
        tokens: The tokens without white space and comments.
        words: Unquoted words in upper case; "" for every other token.
        texts: The tokens' texts.
        partners: For a bracket, the index of the other one of its pair.
        openers: The index of the bracket around a token; -1 outside all.
        clauses: The word that began the clause in which a token stands.
    """

    __slots__ = ("clauses", "openers", "partners", "texts", "tokens", "words")

    def __init__(self, tokens: Sequence[Token]) -> None:
        word = TokenKind.WORD
        self.tokens = tuple(token for token in tokens if token.kind not in _BLANK)
        self.texts = [token.text for token in self.tokens]
        self.words = [token.text.upper() if token.kind is word else "" for token in self.tokens]
        self.partners: dict[int, int] = {}
        self.openers: list[int] = []
        self.clauses: list[str] = []
        self._pair_brackets()

    def __len__(self) -> int:
        return len(self.tokens)

    def _pair_brackets(self) -> None:
        """Pair brackets and note clauses in one pass.

        Raises:
            Refusal: A bracket is not closed or not opened, or they are too deep.
        """
        stack = [-1]
        clause = [""]
        type_depth = 0
        for index, text in enumerate(self.texts):
            if text in ("(", "["):
                self.openers.append(stack[-1])
                self.clauses.append(clause[-1])
                stack.append(index)
                clause.append("")
                type_depth += self._opens_type(index)
                if len(stack) > _MAX_DEPTH or type_depth > _MAX_TYPE_DEPTH:
                    raise self.refusal(index, "The statement nests brackets too deeply", REWRITE)
                continue
            if text in (")", "]"):
                opener = stack.pop()
                clause.pop()
                if opener < 0 or self.texts[opener] + text not in ("()", "[]"):
                    raise self.refusal(index, f"A {text} has no opening bracket", "Correct it.")
                type_depth -= self._opens_type(opener)
                self.partners[opener] = index
                self.partners[index] = opener
            elif self.words[index] and self._starts_clause(index, stack[-1]):
                clause[-1] = self.words[index]
            self.openers.append(stack[-1])
            self.clauses.append(clause[-1])
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
            return index == opener + 1 or self.texts[index - 1] == ";"
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

    def word(self, index: int) -> str:
        """Give the unquoted word at an index in upper case; "" for anything else."""
        return self.words[index] if 0 <= index < len(self.words) else ""

    def text(self, index: int) -> str:
        """Give the text at an index; "" outside the statement."""
        return self.texts[index] if 0 <= index < len(self.texts) else ""

    def kind(self, index: int) -> TokenKind | None:
        """Give the kind of the token at an index; None outside the statement."""
        return self.tokens[index].kind if 0 <= index < len(self.tokens) else None

    def is_name(self, index: int) -> bool:
        """Say whether a word or a quoted name stands at an index."""
        return self.kind(index) in _NAMES

    def name_starts(self, index: int) -> int:
        """Find where a dotted name that ends at an index starts; it may start with a dot."""
        while index > 0 and self.texts[index - 1] == ".":
            index -= 1
            if self.is_name(index - 1):
                index -= 1
        return index

    def called_names(self, start: int) -> Iterator[int]:
        """Give the index of each name that stands right before an opening parenthesis."""
        for index in range(start, len(self.tokens) - 1):
            if self.texts[index + 1] == "(" and self.is_name(index):
                yield index

    def refusal(self, index: int, reason: str, hint: str) -> Refusal:
        """Make a refusal that points at a token."""
        offset = self.tokens[index].start if 0 <= index < len(self.tokens) else None
        return Refusal(reason + ".", hint, offset)

    def refuse_oddities(self) -> None:
        """Refuse what lexers may cut in different ways, in any dialect.

        Raises:
            Refusal: A character of no meaning, a number glued to a word, or a word that only
                looks like ASCII.
        """
        word, number = TokenKind.WORD, TokenKind.NUMBER
        glued_at = -1
        for index, (kind, text, start, end) in enumerate(self.tokens):
            if start == glued_at and kind in (word, number):
                before = self.texts[index - 1]
                raise self.refusal(
                    index, f"{before}{text} can be read in two ways", "Put a space in it."
                )
            if kind is number or kind is TokenKind.PLACEHOLDER:
                glued_at = end
            elif kind is TokenKind.OTHER:
                raise self.refusal(index, f"The character {text!r} has no meaning", "Remove it.")
            elif kind is word and not text.isascii() and _looks_ascii(text):
                hint = "Write it in ASCII, or quote it."
                raise self.refusal(index, f"{text!r} only looks like an ASCII word", hint)


def _looks_ascii(text: str) -> bool:
    return unicodedata.normalize("NFKC", text).isascii()
