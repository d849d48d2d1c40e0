"""How a write may be tried out before somebody agrees to it, so that trying does no harm.

A DELETE or UPDATE is turned into the SELECT over the same tables with the same expressions, which
is then judged as any read is: all of its words but the verb stand in that SELECT, so that what may
not be read may not be tried either. The write itself runs in a transaction that is rolled back.
An INSERT is never tried, for it would use up numbers of sequences: the rows of its SELECT are
counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from sqlcore.domain.lexing import LexError, Token, TokenKind, split_statements, tokenize
from sqlcore.services.guarding.calls import unquoted

__all__ = ["NoTrial", "Trial", "trial_of"]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_NAMES = (TokenKind.WORD, TokenKind.QUOTED_IDENTIFIER)
_VERBS = ("INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "REPLACE")
_MOST_NAME_PARTS = 2


class NoTrial(Exception):  # noqa: N818  # an answer, not an error
    """The rows of a write cannot be known beforehand; the text says why."""


@attrs.frozen(kw_only=True)
class Trial:
    """How the rows of a write can be known.

    Attributes:
        read: A SELECT over the same expressions; empty where nothing has to be judged.
        tables: What it changes: names by their parts, as the dialect folds them; for SQL Server
            all tables after FROM, one of which an alias may mean.
        rows: How many rows, where the text says it.
        is_read_only: Whether the rows of `read` are the ones, so that no write has to be tried.
        is_for_all: Whether no condition chooses among the rows.
    """

    read: str = ""
    tables: tuple[tuple[str, ...], ...] = ()
    rows: int | None = None
    is_read_only: bool = False
    is_for_all: bool = False


def trial_of(text: str, dialect: str) -> Trial:
    """Find out how to know the rows of a write.

    Raises:
        NoTrial: There is no way.
    """
    try:
        statements = split_statements(tokenize(text, dialect))
    except LexError:
        raise NoTrial("the statement cannot be read") from None
    if len(statements) != 1:
        raise NoTrial("there are several statements")
    return _Write(text, statements[0], dialect).trial()


class _Write:
    """The significant tokens of a statement, and how deep in parentheses each stands."""

    def __init__(self, text: str, tokens: Sequence[Token], dialect: str) -> None:
        self._text = text
        self._tokens = [token for token in tokens if token.kind not in _BLANK]
        self._is_tsql = dialect == "tsql"
        self._words = [
            token.text.upper() if token.kind is TokenKind.WORD else "" for token in self._tokens
        ]
        self._depths = list(_depths(self._tokens))

    def trial(self) -> Trial:
        verb = 0 if self._word(0) != "WITH" else self._find(_VERBS, 1)
        before = self._slice(0, verb)
        match self._word(verb):
            case "DELETE":
                return self._delete(before, verb + 1)
            case "UPDATE":
                return self._update(before, verb + 1)
            case "INSERT":
                return self._insert(before, verb + 1)
        raise NoTrial("statements of this kind are not tried out")

    def _delete(self, before: str, start: int) -> Trial:
        start += self._word(start) == "FROM"
        others = self._find(("USING", "FROM", "WHERE", "RETURNING"), start)
        return self._trial(before, "*", (start, others), others)

    def _update(self, before: str, start: int) -> Trial:
        assigning = self._find(("SET",), start)
        if assigning == len(self._tokens):
            raise NoTrial("statements of this kind are not tried out")
        others = self._find(("FROM", "WHERE", "RETURNING"), assigning)
        assigned = self._slice(assigning + 1, others)
        return self._trial(before, assigned, (start, assigning), others)

    def _trial(self, before: str, selected: str, target: tuple[int, int], others: int) -> Trial:
        """Write the SELECT of a DELETE or UPDATE; `others` is where FROM, USING or WHERE stands."""
        end = self._find(("RETURNING",), others)
        returned = self._slice(end + 1, len(self._tokens))
        tables = list(self._names(*target))
        sources = ""
        where = others
        if self._word(others) in ("USING", "FROM"):
            where = self._find(("WHERE", "RETURNING"), others)
            sources = f", {self._slice(others + 1, where)}"
            if self._is_tsql:
                tables += self._names(others + 1, where)
        if not tables or any(len(name) > _MOST_NAME_PARTS for name in tables):
            raise NoTrial("it names tables in a way that is not followed")
        if returned:
            selected += f", {returned}"
        source = f"{self._slice(*target)}{sources} {self._slice(where, end)}"
        return Trial(
            read=f"{before} SELECT {selected} FROM {source}",  # noqa: S608  # judged, never run
            tables=tuple(tables),
            is_for_all=others == end,
        )

    def _insert(self, before: str, start: int) -> Trial:
        at = self._find(("SELECT", "VALUES", "WITH", "DEFAULT", "EXEC", "EXECUTE", "TABLE"), start)
        match self._word(at):
            case "DEFAULT":
                return Trial(rows=1)
            case "VALUES":
                return Trial(rows=self._values(at + 1))
            case "SELECT" | "WITH" | "TABLE":
                end = self._find(("RETURNING",), at)
                return Trial(read=f"{before} {self._slice(at, end)}", is_read_only=True)
        raise NoTrial("it does not say where its rows come from")

    def _values(self, start: int) -> int:
        """Count the rows of VALUES."""
        end = self._find(("ON", "RETURNING"), start)
        if self._word(end) == "ON":
            raise NoTrial("it depends on which rows are there already")
        texts = [self._tokens[at].text for at in range(start, end) if not self._depths[at]]
        if texts[::3] != ["("] * len(texts[::3]) or set(texts[2::3]) - {","}:
            raise NoTrial("its rows cannot be counted")
        return len(texts[::3])

    def _word(self, index: int) -> str:
        return self._words[index] if index < len(self._words) else ""

    def _find(self, words: Sequence[str], start: int) -> int:
        """Find the next of some words outside parentheses; else the end."""
        return next(
            (
                index
                for index in range(start, len(self._tokens))
                if self._words[index] in words
                and not self._depths[index]
                and self._tokens[index - 1].text != "."
            ),
            len(self._tokens),
        )

    def _slice(self, start: int, stop: int) -> str:
        """Give the text of some tokens, with what stands between them."""
        if start >= stop:
            return ""
        return self._text[self._tokens[start].start : self._tokens[stop - 1].end]

    def _names(self, start: int, stop: int) -> Iterator[tuple[str, ...]]:
        """Give every dotted name, as the dialect folds it."""
        parts: list[str] = []
        for index in range(start, stop):
            token = self._tokens[index]
            if token.kind not in _NAMES:
                continue
            is_word = token.kind is TokenKind.WORD
            parts.append(token.text.lower() if is_word else unquoted(token.text))
            if index + 1 == stop or self._tokens[index + 1].text != ".":
                yield tuple(parts)
                parts = []


def _depths(tokens: Sequence[Token]) -> Iterator[int]:
    """Give the parentheses around each token; of a parenthesis, those around the pair."""
    depth = 0
    for token in tokens:
        depth -= token.text == ")"
        yield depth
        depth += token.text == "("
