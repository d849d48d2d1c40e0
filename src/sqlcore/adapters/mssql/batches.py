"""The batches around a statement: how it is wrapped, how its transaction begins and ends.

The caller's text always runs inside `sp_executesql`. That makes its parameters real ones, gives
the server's line numbers the lines of the text, and takes back at its end what the text did to
the session: SET options, USE, local temporary tables, EXECUTE AS. Source: "sp_executesql
(Transact-SQL)", "SET Statements", "CREATE TABLE, temporary tables". (Babelfish 4.3 takes back
temporary tables and @-options only; the database is compared afterwards, see `Outcome`.)
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence

import attrs

from sqlcore.adapters.mssql.literals import BoundParameter, bind_parameter, text_literal
from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.errors import InvalidArgumentError

__all__ = [
    "TIDYING",
    "Outcome",
    "call",
    "declarations",
    "ending",
    "is_without_transaction",
    "lock_wait_s",
    "new_savepoint",
    "opening",
    "wrapped",
]

_MAX_PARAMETERS = 2100
_RESTORED = "SET LOCK_TIMEOUT -1"
"""What a statement changed for the session; sqlcore's own queries wait as long as they may."""
TIDYING = f"IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION; {_RESTORED}"
"""Rolls back whatever is open, and gives the session back as it was."""

# Statements that the server refuses inside a transaction (errors 226, 574, 3021, 6115).
# Source: "Transact-SQL statements not allowed in transactions" of each statement's page.
_WITHOUT_TRANSACTION = {
    "CREATE": ("DATABASE", "FULLTEXT"),
    "ALTER": ("DATABASE", "FULLTEXT"),
    "DROP": ("DATABASE", "FULLTEXT"),
    "BACKUP": (),
    "RESTORE": (),
    "RECONFIGURE": (),
    "KILL": (),
}


@attrs.frozen
class Outcome:
    """How the transaction stood when the statement had ended."""

    transaction_count: int
    state: int
    """1 open and sound, 0 none, -1 open and doomed (`XACT_STATE`)."""
    database: str


def declarations(parameters: Iterable[BoundParameter]) -> str:
    """Write the declarations of parameters: `@a int, @b nvarchar(4000)`."""
    return ", ".join(f"@{parameter.name} {parameter.type}" for parameter in parameters)


def call(text: str, parameters: Sequence[BoundParameter] = ()) -> str:
    """Write the call of `sp_executesql` that runs a text with parameters.

    Raises:
        InvalidArgumentError: There are more parameters than a call can have, or the text holds
            what no batch can carry.
    """
    if len(parameters) > _MAX_PARAMETERS - 2:
        raise InvalidArgumentError(
            f"{len(parameters)} parameters are more than the {_MAX_PARAMETERS - 2} that SQL Server"
            " takes.",
            hint="Pass a JSON array and read it with OPENJSON.",
        )
    expressions = [p for p in parameters if p.is_expression]
    prelude = "".join(
        f"DECLARE @sqlcore_{number} {p.type} = {p.literal};\n"
        for number, p in enumerate(expressions)
    )
    statement = bind_parameter("text", text, "nvarchar(max)")
    source = statement.literal
    if statement.is_expression:
        prelude += f"DECLARE @sqlcore_text nvarchar(max) = {source};\n"
        source = "@sqlcore_text"
    if not parameters:
        return f"{prelude}EXEC sp_executesql {source}"
    numbers = {p.name: number for number, p in enumerate(expressions)}
    values = ", ".join(
        f"@{p.name}=@sqlcore_{numbers[p.name]}" if p.is_expression else f"@{p.name}={p.literal}"
        for p in parameters
    )
    declared = text_literal(declarations(parameters))
    return f"{prelude}EXEC sp_executesql {source}, {declared}, {values}"


def new_savepoint() -> str:
    """Make a name that the text inside the transaction cannot know.

    Whoever ends our transaction and begins another cannot make our savepoint again.
    """
    return f"sqlcore_{secrets.token_hex(8)}"


def lock_wait_s(options: ExecutionOptions) -> float:
    """Give how long a statement waits for a lock: always less than its timeout."""
    longest_s = options.timeout_s * 0.9
    return longest_s if options.lock_timeout_s is None else min(options.lock_timeout_s, longest_s)


def opening(options: ExecutionOptions, savepoint: str | None) -> str:
    """Write what begins a statement's transaction.

    Args:
        options: How the statement runs.
        savepoint: The name of a savepoint to set, for a transaction that will be rolled back.
    """
    lock_timeout_ms = max(1, int(lock_wait_s(options) * 1000))
    begin = f"SET LOCK_TIMEOUT {lock_timeout_ms}; BEGIN TRANSACTION;"
    return begin if savepoint is None else f"{begin} SAVE TRANSACTION {savepoint};"


def ending(mode: TransactionMode, savepoint: str | None) -> str:
    """Write what ends a statement's transaction, and returns an `Outcome`.

    Whoever ended our transaction and began another lacks our savepoint: error 6401.
    """
    if mode is TransactionMode.READ_WRITE:
        return (
            "DECLARE @count int = @@TRANCOUNT, @state int = XACT_STATE();"
            " IF @count = 1 AND @state = 1 COMMIT TRANSACTION"
            " ELSE IF @count > 0 ROLLBACK TRANSACTION;"
            f" SELECT @count, @state, DB_NAME(); {_RESTORED}"
        )
    to_savepoint = (
        "" if savepoint is None else f" IF XACT_STATE() = 1 ROLLBACK TRANSACTION {savepoint};"
    )
    return f"SELECT @@TRANCOUNT, XACT_STATE(), DB_NAME();{to_savepoint} {TIDYING}"


def wrapped(begin: str, statement: str) -> str:
    """Join the two into one batch; nothing of it is the caller's text but one literal."""
    return f"{begin}\n{statement}"


def is_without_transaction(words: Sequence[str]) -> bool:
    """Say whether a text that begins with these words runs outside a transaction only."""
    if not words:
        return False
    second = _WITHOUT_TRANSACTION.get(words[0].upper())
    return second is not None and (not second or any(word.upper() in second for word in words[1:2]))
