"""sqlglot's reading of a statement that the tokens already show to be a read.

It is not trusted alone: it takes `DELETE` in `SELECT 1 DELETE FROM t` for an alias. Importing it
costs some 90 ms, so that this module is imported when the first statement is judged.
"""

from __future__ import annotations

import itertools

import sqlglot
from sqlglot import exp

from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.outline import REWRITE, Outline

__all__ = ["alias_indexes"]

_REFUSED_NODES = (
    *(exp.DML, exp.DDL, exp.Into, exp.Lock, exp.NextValueFor, exp.Command),
    *(exp.Alter, exp.Drop, exp.TruncateTable, exp.Grant, exp.Revoke, exp.LoadData, exp.Analyze),
    *(exp.Set, exp.Use, exp.Declare, exp.Execute, exp.Kill, exp.Pragma, exp.Attach, exp.Detach),
    *(exp.Transaction, exp.Commit, exp.Rollback, exp.Describe, exp.Show),
)


def alias_indexes(outline: Outline, body: range, dialect: str) -> frozenset[int]:
    """Read one statement again, and say which tokens are table aliases with columns.

    What sqlglot sees is made of the tokens alone, so that comments and line ends do not matter.

    Raises:
        Refusal: sqlglot cannot read it, reads several statements, or sees more than a read.
    """
    texts = outline.texts[body.start : body.stop]
    offsets = itertools.accumulate((len(text) + 1 for text in texts), initial=0)
    indexes = dict(zip(offsets, body, strict=False))
    return frozenset(
        indexes[offset] for offset in _alias_offsets(" ".join(texts), dialect) if offset in indexes
    )


def _alias_offsets(sql: str, dialect: str) -> frozenset[int]:
    try:
        statements = [tree for tree in sqlglot.parse(sql, read=dialect) if tree is not None]
    except Exception as error:  # sqlglot fails on odd text in many ways; all of them refuse
        raise Refusal(
            "The second parser cannot read the statement.",
            "Correct its syntax or write it more plainly, or use --access write.",
        ) from error
    if len(statements) != 1:
        raise Refusal("The second parser reads several statements.", "Send one SELECT at a time.")
    root = statements[0]
    if not isinstance(root, (exp.Query, exp.Values)):
        raise Refusal("The second parser does not read a SELECT.", REWRITE)
    offsets: set[int] = set()
    for node in root.walk():
        if isinstance(node, _REFUSED_NODES):
            raise Refusal(
                f"The second parser sees {type(node).__name__.upper()} in the statement.", REWRITE
            )
        if isinstance(node, exp.TableAlias) and node.args.get("columns") and node.this is not None:
            start = node.this.meta.get("start")
            if isinstance(start, int):
                offsets.add(start)
    return frozenset(offsets)
