"""How the transaction around a statement ends, and how a statement that left it is told."""

from __future__ import annotations

from sqlcore.adapters.logs import get_logger
from sqlcore.adapters.mssql.batches import Outcome, ending
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.adapters.mssql.session import Session
from sqlcore.errors import ExecutionError, PolicyError, SqlCoreError

__all__ = ["end", "escaped"]

_NO_SAVEPOINT = 6401

_security_log = get_logger("sqlcore.security")


def end(session: Session, request: Request, savepoint: str | None, pool: SessionPool) -> None:
    """Commit or roll back, and check that it was our transaction which ended.

    Raises:
        PolicyError: It was not, and what the statement wrote may have stayed.
        ExecutionError: A write left its transaction so that it could not be committed.
    """
    try:
        results = session.query(ending(request.options.mode, savepoint))
    except SqlCoreError as error:
        if error.number == _NO_SAVEPOINT:
            raise escaped(session, request, pool) from error
        raise
    outcome = Outcome(*results[0][0])
    if outcome.database.lower() != session.database.lower():
        session.is_broken = True  # the text changed the database for those who come after
    if outcome.transaction_count == request.depth and outcome.state == 1:
        return
    session.is_broken = True
    if not request.is_rolled_back:
        raise ExecutionError(
            "The statement left its transaction doomed, or ended it; what was still open has"
            " been rolled back.",
            hint="Do not catch an error without THROW, and do not ROLLBACK or COMMIT.",
        )
    if outcome.state >= 0:
        raise escaped(session, request, pool)


def escaped(session: Session, request: Request, pool: SessionPool) -> PolicyError:
    """Log an escape, see to it that the connection is destroyed, and make the error."""
    session.is_broken = True
    _security_log.error(
        "transaction_escaped",
        source=pool.where,
        database=session.database,
        login=pool.login,
        server_session_id=session.server_session_id,
        mode=request.options.mode.value,
        statement=request.fingerprint(),
    )
    return PolicyError(
        "The statement ended the transaction around it, which was to be rolled back, or may"
        " have; the connection was closed.",
        hint="Leave out COMMIT and ROLLBACK. What it wrote after that may have stayed.",
    )
