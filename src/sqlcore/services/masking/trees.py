"""sqlglot's trees of texts. Importing sqlglot costs some 90 ms: imported when it is needed."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp

from sqlcore.domain.lexing import Token

__all__ = ["explained", "parse", "view_query"]

_READABLE = frozenset(
    {
        *("SELECT", "WITH", "VALUES", "TABLE", "("),
        *("INSERT", "UPDATE", "DELETE", "MERGE", "REPLACE", "CREATE"),
    }
)
"""First words. Of others sqlglot makes commands, and logs their text."""
_OPTIONS = ("ANALYZE", "ANALYSE", "VERBOSE")


def parse(text: str, tokens: Sequence[Token], dialect: str) -> exp.Expr | None:
    """Read one statement; None where it cannot be read.

    Args:
        text: The text.
        tokens: Those of the statement, without blanks.
        dialect: `postgres`, `tsql` or `sqlite`.
    """
    if not tokens or tokens[0].text.upper() not in _READABLE:
        return None
    try:
        trees = [tree for tree in sqlglot.parse(text, read=dialect) if tree is not None]
    except Exception:  # noqa: BLE001  # sqlglot fails on odd text in many ways
        return None
    return trees[0] if len(trees) == 1 else None


def explained(text: str, tokens: Sequence[Token], dialect: str) -> exp.Expr | None:
    """Read the statement behind PostgreSQL's EXPLAIN; None where there is none."""
    if dialect != "postgres" or tokens[0].text.upper() != "EXPLAIN":
        return None
    at = 1
    if at < len(tokens) and tokens[at].text == "(":
        depth = 0
        while at < len(tokens):
            depth += {"(": 1, ")": -1}.get(tokens[at].text, 0)
            at += 1
            if not depth:
                break
    while at < len(tokens) and tokens[at].text.upper() in _OPTIONS:
        at += 1
    return parse(text[tokens[at].start :], tokens[at:], dialect) if at < len(tokens) else None


def view_query(tree: exp.Expr) -> exp.Expr | None:
    """Give the query of a view's definition, with CREATE VIEW before it or without."""
    if isinstance(tree, exp.Create):
        query: exp.Expr | None = tree.expression
        return query
    return tree
