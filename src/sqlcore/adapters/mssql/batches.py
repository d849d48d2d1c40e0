"""The batches around a statement: how it is wrapped, how its transaction begins and ends.

The caller's text always runs inside `sp_executesql`. That makes its parameters real ones, gives
the server's line numbers the lines of the text, and takes back at its end what the text did to
the session: SET options, USE, local temporary tables, EXECUTE AS. Source: "sp_executesql
(Transact-SQL)", "SET Statements", "CREATE TABLE, temporary tables". (Babelfish 4.3 takes back
temporary tables and @-options only; the database is compared afterwards, see `Outcome`.)
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

from sqlcore.adapters.mssql.literals import BoundParameter, text_literal
from sqlcore.domain.query import TransactionMode
from sqlcore.errors import InvalidArgumentError

__all__ = [
    "EPILOGUES",
    "Outcome",
    "call",
    "declarations",
    "is_without_transaction",
    "opening",
    "wrapped",
]

_MAX_PARAMETERS = 2100
_SAVEPOINT = "sqlcore_statement"

EPILOGUES = {
    # Whoever ended our transaction and began another lacks our savepoint: error 6401.
    (TransactionMode.READ_ONLY, True): (
        "SELECT @@TRANCOUNT, XACT_STATE(), DB_NAME();"
        f" IF XACT_STATE() = 1 ROLLBACK TRANSACTION {_SAVEPOINT};"
        " IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"
    ),
    (TransactionMode.READ_ONLY, False): (
        "SELECT @@TRANCOUNT, XACT_STATE(), DB_NAME(); IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION"
    ),
    (TransactionMode.READ_WRITE, True): (
        "DECLARE @count int = @@TRANCOUNT, @state int = XACT_STATE();"
        " IF @count = 1 AND @state = 1 COMMIT TRANSACTION"
        " ELSE IF @count > 0 ROLLBACK TRANSACTION;"
        " SELECT @count, @state, DB_NAME()"
    ),
}
EPILOGUES[TransactionMode.READ_WRITE, False] = EPILOGUES[TransactionMode.READ_WRITE, True]

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
    if not parameters:
        return f"EXEC sp_executesql {text_literal(text)}"
    expressions = [p for p in parameters if p.is_expression]
    prelude = "".join(
        f"DECLARE @sqlcore_{number} {p.type} = {p.literal};\n"
        for number, p in enumerate(expressions)
    )
    numbers = {p.name: number for number, p in enumerate(expressions)}
    values = ", ".join(
        f"@{p.name}=@sqlcore_{numbers[p.name]}" if p.is_expression else f"@{p.name}={p.literal}"
        for p in parameters
    )
    declared = text_literal(declarations(parameters))
    return f"{prelude}EXEC sp_executesql {text_literal(text)}, {declared}, {values}"


def opening(mode: TransactionMode, timeout_s: float, *, has_savepoints: bool) -> str:
    """Write what begins a statement's transaction; a lock is waited for less than the timeout."""
    lock_timeout_ms = max(1, int(timeout_s * 900))
    begin = f"SET LOCK_TIMEOUT {lock_timeout_ms}; BEGIN TRANSACTION;"
    if mode is TransactionMode.READ_ONLY and has_savepoints:
        begin += f" SAVE TRANSACTION {_SAVEPOINT};"
    return begin


def wrapped(begin: str, statement: str) -> str:
    """Join the two into one batch; nothing of it is the caller's text but one literal."""
    return f"{begin}\n{statement}"


def is_without_transaction(words: Sequence[str]) -> bool:
    """Say whether a text that begins with these words runs outside a transaction only."""
    if not words:
        return False
    second = _WITHOUT_TRANSACTION.get(words[0].upper())
    return second is not None and (not second or any(word.upper() in second for word in words[1:2]))
