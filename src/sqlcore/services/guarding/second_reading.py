"""sqlglot's reading of a statement that the tokens already show to be a read.

It is not trusted alone: it takes `DELETE` in `SELECT 1 DELETE FROM t` for an alias. Importing it
costs some 90 ms, so that this module is imported when the first statement is judged.
"""

from __future__ import annotations

import functools
import logging
from collections.abc import Mapping

import sqlglot
from sqlglot import exp

from sqlcore.services.guarding.calls import names_only
from sqlcore.services.guarding.decision import Refusal
from sqlcore.services.guarding.outline import REWRITE, Outline
from sqlcore.services.guarding.second_reading_postgres import POSTGRES_SKELETONS
from sqlcore.services.guarding.second_reading_tsql import TSQL_SKELETONS
from sqlcore.services.guarding.skeleton import Skeletons, alias_index

__all__ = ["alias_indexes", "forget"]

_REFUSED_NODES = (
    *(exp.DML, exp.DDL, exp.Into, exp.Lock, exp.NextValueFor, exp.Command),
    *(exp.Alter, exp.Drop, exp.TruncateTable, exp.Grant, exp.Revoke, exp.LoadData, exp.Analyze),
    *(exp.Set, exp.Use, exp.Declare, exp.Execute, exp.Kill, exp.Pragma, exp.Attach, exp.Detach),
    *(exp.Transaction, exp.Commit, exp.Rollback, exp.Describe, exp.Show),
)


def _names_no_statement(record: logging.LogRecord) -> bool:
    """Hold back what sqlglot logs of statements that it does not know: their text, with values."""
    return "contains unsupported syntax" not in record.getMessage()


logging.getLogger("sqlglot").addFilter(_names_no_statement)

_MAX_CACHED_CHARS = 5_000
_SKELETONS: Mapping[str, Skeletons] = {
    "postgres": POSTGRES_SKELETONS,
    "tsql": TSQL_SKELETONS,
}


def alias_indexes(outline: Outline, body: range, dialect: str) -> frozenset[int]:
    """Read one statement again, and say which tokens are table aliases with columns.

    What sqlglot sees is made of the tokens, so that comments and line ends do not matter: the
    skeleton of the statement, and where it cannot read that, the tokens themselves. (SQLite's
    dialect has no skeletons.)

    Raises:
        Refusal: sqlglot cannot read it, reads several statements, or sees more than a read.
    """
    skeletons = _SKELETONS.get(dialect)
    if skeletons is not None:
        try:
            return _read(skeletons.of(outline, body), dialect)
        except _Unreadable:
            pass
    marked = [
        f"q{index}" if _may_be_alias(outline, index) else text
        for index, text in zip(body, outline.texts[body.start : body.stop], strict=True)
    ]
    return _read(" ".join(marked), dialect)


class _Unreadable(Refusal):
    """sqlglot cannot read the text at all."""


def _may_be_alias(outline: Outline, index: int) -> bool:
    return (
        outline.text(index + 1) == "("
        and outline.clauses[index] == "FROM"
        and (outline.text(index - 1) == ")" or outline.is_name(index - 1))
        and outline.word(index - 1) not in ("FROM", "JOIN", "ON", "AND", "OR", "NOT")
        and names_only(outline, index + 1)
        and outline.word(index) not in ("IN", "USING")
    )


def _read(sql: str, dialect: str) -> frozenset[int]:
    return (_parsed if len(sql) < _MAX_CACHED_CHARS else _parsed.__wrapped__)(sql, dialect)


def forget() -> None:
    """Drop what is remembered of former statements."""
    _parsed.cache_clear()


@functools.lru_cache(maxsize=512)
def _parsed(sql: str, dialect: str) -> frozenset[int]:
    try:
        statements = [tree for tree in sqlglot.parse(sql, read=dialect) if tree is not None]
    except Exception as error:  # sqlglot fails on odd text in many ways; all of them refuse
        raise _Unreadable(
            "The second parser cannot read the statement.",
            "Correct its syntax or write it more plainly, or use --access write.",
        ) from error
    if len(statements) != 1:
        raise Refusal("The second parser reads several statements.", "Send one SELECT at a time.")
    root = statements[0]
    if not isinstance(root, (exp.Query, exp.Values)):
        raise Refusal("The second parser does not read a SELECT.", REWRITE)
    nodes = list(root.walk())
    for node_type in dict.fromkeys(map(type, nodes)):
        if issubclass(node_type, _REFUSED_NODES):
            raise Refusal(
                f"The second parser sees {node_type.__name__.upper()} in the statement.", REWRITE
            )
    aliases: set[int] = set()
    for node in nodes:
        if isinstance(node, exp.TableAlias) and node.args.get("columns") and node.this is not None:
            index = alias_index(node.name)
            if index is not None:
                aliases.add(index)
    return frozenset(aliases)
