"""From what SQLite says to the error tree."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable

from sqlcore.errors import (
    ConflictError,
    ConnectionLostError,
    ExecutionError,
    InvalidArgumentError,
    LimitExceededError,
    NotFoundError,
    PermissionDeniedError,
    SqlCoreError,
    SqlSyntaxError,
)

__all__ = ["NEAR", "translate"]

NEAR = re.compile(r'near "(?P<token>.*)": syntax error', re.DOTALL)

# The first that fits. Source of the names: https://www.sqlite.org/rescode.html
_BY_NAME: tuple[tuple[str, type[SqlCoreError], str | None], ...] = (
    ("SQLITE_CONSTRAINT", ConflictError, None),
    ("SQLITE_READONLY", PermissionDeniedError, "The statement runs in a read-only transaction."),
    (
        "SQLITE_AUTH",
        PermissionDeniedError,
        "Transactions, ATTACH and settings are not for statements here.",
    ),
    ("SQLITE_BUSY", ConflictError, "Another statement is writing; try again."),
    ("SQLITE_LOCKED", ConflictError, "Another statement is writing; try again."),
    ("SQLITE_TOOBIG", LimitExceededError, None),
    ("SQLITE_CORRUPT", ConnectionLostError, None),
    ("SQLITE_CANTOPEN", ConnectionLostError, None),
    ("SQLITE_IOERR", ConnectionLostError, None),
)
_BY_TEXT: tuple[tuple[re.Pattern[str], type[SqlCoreError]], ...] = (
    (re.compile(r"^no such (table|view|column|index|trigger|function|module)"), NotFoundError),
    (NEAR, SqlSyntaxError),
    (re.compile(r"^(incomplete input|unrecognized token|ambiguous column)"), SqlSyntaxError),
    (re.compile(r"(already exists|already another table)"), ConflictError),
)


def translate(
    error: sqlite3.Error, locate: Callable[[str], tuple[int, int] | None] | None = None
) -> SqlCoreError:
    """Make a leaf of the tree of SQLite's error; raise it from that.

    Args:
        error: What the driver raised.
        locate: Finds line and character, both from 1, of the token that a syntax error names.
    """
    text = str(error)
    name: str = getattr(error, "sqlite_errorname", "")
    number: int | None = getattr(error, "sqlite_errorcode", None)
    for prefix, leaf, hint in _BY_NAME:
        if name.startswith(prefix):
            return leaf(text, hint=hint, number=number)
    for pattern, leaf in _BY_TEXT:
        match = pattern.search(text)
        if match:
            token = match.groupdict().get("token")
            place = locate(token) if locate and token else None
            line, position = place or (None, None)
            return leaf(text, number=number, line=line, position=position)
    if isinstance(error, sqlite3.ProgrammingError):
        return InvalidArgumentError(text, number=number)
    return ExecutionError(text, number=number)
