"""What SQLite keeps of a table only as text: names of constraints, checks, formulas, triggers.

Source of the grammar: https://www.sqlite.org/lang_createtable.html and lang_createtrigger.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from sqlcore.domain.lexing import Token, TokenKind, tokenize

__all__ = [
    "TableText",
    "filter_of_index",
    "key_expressions",
    "read_table_text",
    "trigger_event",
    "unquoted",
]

_BLANK = (TokenKind.WHITESPACE, TokenKind.COMMENT)
_TABLE_CONSTRAINTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN"})
_CLOSING = {'"': '"', "`": "`", "[": "]", "'": "'"}


@attrs.define
class TableText:
    """Constraints by their names as written; the columns are those of the constraint.

    Attributes:
        names: Of primary keys, unique and foreign keys: by kind and columns in lower case.
        checks: Names, None where there is none, and expressions.
        formulas: Of generated columns, by their names in lower case.
        collations: Of columns, by their names in lower case.
    """

    names: dict[tuple[str, tuple[str, ...]], str] = attrs.field(factory=dict)
    checks: list[tuple[str | None, str]] = attrs.field(factory=list)
    formulas: dict[str, str] = attrs.field(factory=dict)
    collations: dict[str, str] = attrs.field(factory=dict)
    autoincrement: bool = False

    def name(self, kind: str, columns: Sequence[str]) -> str | None:
        """Return the name of a constraint."""
        return self.names.get((kind, tuple(column.lower() for column in columns)))


def read_table_text(sql: str) -> TableText:
    """Read a CREATE TABLE statement."""
    text = TableText()
    tokens = _significant(sql)
    start = next((i for i, token in enumerate(tokens) if token.text == "("), len(tokens))
    for definition in _split(_inside(tokens, start)):
        is_column = definition[0].text.upper() not in _TABLE_CONSTRAINTS
        column = unquoted(definition[0].text) if is_column else None
        _read_definition(text, sql, definition[1:] if is_column else definition, column)
    return text


def _read_definition(
    text: TableText, sql: str, tokens: Sequence[Token], column: str | None
) -> None:
    """Read what follows a column's name, or a constraint of the table."""
    name: str | None = None
    own = () if column is None else (column.lower(),)
    at = 0
    while at < len(tokens):
        word = tokens[at].text.upper()
        following = tokens[at + 1 : at + 2]
        if word == "(":
            at += len(_inside(tokens, at)) + 1
        elif word == "CONSTRAINT" and following:
            name = unquoted(following[0].text)
            at += 1
        elif word in {"PRIMARY", "UNIQUE", "FOREIGN", "REFERENCES"}:
            columns = own if column is not None else _listed(tokens, at)
            if name is not None:
                kind = "FOREIGN" if word == "REFERENCES" else word
                text.names.setdefault((kind, columns), name)
            if word != "FOREIGN":
                name = None
        elif word == "CHECK":
            text.checks.append((name, _source(sql, _inside(tokens, at + 1))))
            name = None
        elif word == "AS" and column is not None:
            text.formulas[column.lower()] = _source(sql, _inside(tokens, at + 1))
        elif word == "COLLATE" and column is not None and following:
            text.collations[column.lower()] = unquoted(following[0].text)
        elif word == "AUTOINCREMENT":
            text.autoincrement = True
        at += 1


def filter_of_index(sql: str) -> str | None:
    """Return the WHERE of a CREATE INDEX statement."""
    depth = 0
    for token in _significant(sql):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token.kind is TokenKind.WORD and token.text.upper() == "WHERE":
            return sql[token.end :].strip()
    return None


def key_expressions(sql: str) -> list[str]:
    """Return the keys of a CREATE INDEX statement as they are written."""
    tokens = _significant(sql)
    start = next((i for i, token in enumerate(tokens) if token.text == "("), len(tokens))
    keys: list[str] = []
    for part in _split(_inside(tokens, start)):
        ends_in_order = part[-1].text.upper() in {"ASC", "DESC"}
        keys.append(_source(sql, part[:-1] if ends_in_order else part))
    return keys


def trigger_event(sql: str) -> tuple[str, tuple[str, ...]]:
    """Return the timing and the events of a CREATE TRIGGER statement."""
    timing = "BEFORE"  # SQLite's default
    for token in _significant(sql)[2:]:
        word = token.text.upper()
        if token.kind is not TokenKind.WORD:
            continue
        if word in {"BEFORE", "AFTER"}:
            timing = word
        elif word == "INSTEAD":
            timing = "INSTEAD OF"
        elif word in {"INSERT", "UPDATE", "DELETE"}:
            return timing, (word,)
    return timing, ()


def _significant(sql: str) -> list[Token]:
    return [token for token in tokenize(sql, "sqlite") if token.kind not in _BLANK]


def _inside(tokens: Sequence[Token], opening: int) -> Sequence[Token]:
    """Return what is between the parenthesis at `opening` and the one that closes it."""
    depth = 0
    for at in range(opening, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[at].text, 0)
        if depth == 0:
            return tokens[opening + 1 : at]
    return tokens[opening + 1 :]


def _split(tokens: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Split on commas outside parentheses."""
    start = depth = 0
    for at, token in enumerate(tokens):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if token.text == "," and depth == 0:
            yield tokens[start:at]
            start = at + 1
    if start < len(tokens):
        yield tokens[start:]


def _listed(tokens: Sequence[Token], at: int) -> tuple[str, ...]:
    """Return the columns in the next parentheses, in lower case."""
    opening = next((i for i in range(at, len(tokens)) if tokens[i].text == "("), len(tokens))
    return tuple(unquoted(part[0].text).lower() for part in _split(_inside(tokens, opening)))


def _source(sql: str, tokens: Sequence[Token]) -> str:
    return sql[tokens[0].start : tokens[-1].end] if tokens else ""


def unquoted(text: str) -> str:
    """Take the quotes off a name."""
    closing = _CLOSING.get(text[:1])
    if closing is None:
        return text
    inner = text[1:-1]
    return inner if closing == "]" else inner.replace(closing * 2, closing)
