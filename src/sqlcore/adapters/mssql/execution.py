"""Running statements: the `QueryExecutor` of SQL Server."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

from sqlcore.adapters.mssql.batches import (
    is_without_transaction,
    lock_wait_s,
    opening,
    wrapped,
)
from sqlcore.adapters.mssql.describing import ResultDescriber
from sqlcore.adapters.mssql.errors import LOCK_TIMEOUT
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.requesting import Request
from sqlcore.adapters.mssql.session import Header, Session
from sqlcore.adapters.mssql.transactions import end, escaped
from sqlcore.adapters.mssql.types import DescribedColumn, type_of_values
from sqlcore.adapters.mssql.values import converted, read_rows, row_conversions
from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    Message,
    ResultEnd,
    ResultStart,
    RowBatch,
    RowsAffected,
    Statement,
    TransactionMode,
)
from sqlcore.errors import ConflictError, PolicyError, SqlCoreError

__all__ = ["MssqlQueryExecutor"]

_NOT_IN_TRANSACTION = frozenset((226, 574, 3021, 6115))


class MssqlQueryExecutor:
    """Runs statements on pooled sessions.

    Two round trips: the statement inside its transaction, and the end of that transaction; a
    third, before, the first time that a text is seen, for the types of its columns.

    Of several statements without rows the driver tells the count of the last alone, and none of
    those that stand between or before result sets.
    """

    def __init__(self, pool: SessionPool) -> None:
        self._pool = pool
        self._describer = ResultDescriber()

    def execute(
        self, statement: Statement, options: ExecutionOptions
    ) -> Generator[Event, None, None]:
        """Run a statement; see `sqlcore.ports.QueryExecutor`."""
        if options.cancel is not None:
            options.cancel.raise_if_cancelled()
        yield from self.run(Request.of(statement, options))

    def run(self, request: Request) -> Generator[Event, None, None]:
        """Run what is ready to be sent."""
        options = request.options
        with self._pool.session(options.cancel) as session:
            if options.on_connection is not None:
                options.on_connection(str(session.server_session_id))
            yield from self._in_transaction(session, request)

    def _in_transaction(self, session: Session, request: Request) -> Iterator[Event]:
        options = request.options
        has_savepoint = session.kind.has_savepoints and request.is_rolled_back
        savepoint = request.savepoint() if has_savepoint else None
        try:
            with session.statement(options.timeout_s, options.cancel):
                described = self._describer.columns(session, *request.key)
                begin = opening(options, savepoint)
                yield from self._run(session, request, begin, described)
                end(session, request, savepoint, self._pool)
        except SqlCoreError as error:
            _tell_lock_wait(error, options)
            messages = list(_messages(session))
            session.abandon()
            yield from messages
            if not self._runs_alone(error, request):
                self._check_escape(session, request, error)
                raise
        except BaseException:
            session.abandon()
            if request.is_rolled_back and request.ends_transactions():
                escaped(
                    session, request, self._pool
                )  # the reader leaves, and nobody hears of an error
            raise
        else:
            return
        yield from self._without_transaction(session, request)

    def _run(
        self,
        session: Session,
        request: Request,
        begin: str,
        described: tuple[DescribedColumn, ...],
    ) -> Iterator[Event]:
        header = session.execute(wrapped(begin, request.batch))
        row_count: int | None = None
        while header is not None:
            yield from _messages(session)
            row_count = yield from self._result_set(session, request, header, described)
            header = session.next_result()
            described = ()
        yield from _messages(session)
        affected = session.row_count
        # After rows the count is still theirs, unless a statement without rows came behind.
        if affected >= 0 and affected != row_count:
            yield RowsAffected(affected)

    def _result_set(
        self,
        session: Session,
        request: Request,
        header: Header,
        described: tuple[DescribedColumn, ...],
    ) -> Generator[Event, None, int]:
        size = request.options.batch_rows
        rows = read_rows(session.rows, size)
        columns = self._columns(request, header, described, rows)
        conversions = row_conversions([column.type for column in columns])
        yield ResultStart(columns)
        if any(column.type.name == "sql_variant" for column in columns):
            yield Message(text=_VARIANT, severity="warning")
        row_count = 0
        while rows:
            row_count += len(rows)
            yield RowBatch(converted(rows, conversions))
            rows = read_rows(session.rows, size)
        yield ResultEnd(row_count)
        return row_count

    def _columns(
        self,
        request: Request,
        header: Header,
        described: tuple[DescribedColumn, ...],
        rows: Sequence[tuple[Any, ...]],
    ) -> tuple[Column, ...]:
        names = [name for name, _ in header]
        if described and [column.name for column in described] == names:
            return tuple(Column(name=c.name, type=c.type) for c in described)
        if described:
            self._describer.forget(*request.key)
        return tuple(
            Column(name=name, type=type_of_values(code, [row[position] for row in rows]))
            for position, (name, code) in enumerate(header)
        )

    def _check_escape(self, session: Session, request: Request, error: SqlCoreError) -> None:
        """Find out an escape that failed, was stopped or was lost afterwards."""
        if not request.is_rolled_back or isinstance(error, PolicyError):  # which is one, noted
            return
        if request.may_have_escaped(error):
            raise escaped(session, request, self._pool) from error

    def _runs_alone(self, error: SqlCoreError, request: Request) -> bool:
        """Say whether the server refused the statement only because of the transaction.

        Then nothing ran: it is the first statement of the text, and the server refuses it before
        it does anything.
        """
        return (
            error.number in _NOT_IN_TRANSACTION
            and request.options.mode is TransactionMode.READ_WRITE
            and is_without_transaction(request.first_words())
        )

    def _without_transaction(self, session: Session, request: Request) -> Iterator[Event]:
        try:
            with session.statement(request.options.timeout_s, request.options.cancel):
                yield from self._run(session, request, "", ())
        except SqlCoreError:
            messages = list(_messages(session))
            session.abandon()
            yield from messages
            raise
        except BaseException:
            session.abandon()
            raise


_VARIANT = (
    "A column has the type sql_variant, whose values come as bytes without their type:"
    " CAST it to the type that you need."
)


def _tell_lock_wait(error: SqlCoreError, options: ExecutionOptions) -> None:
    if error.number == LOCK_TIMEOUT or (
        isinstance(error, ConflictError) and "lock timeout" in error.message
    ):
        error.with_hint(
            f"Another session held a lock for more than {lock_wait_s(options):g} s: try again"
            " later, or allow more time (lock_timeout_seconds)."
        )


def _messages(session: Session) -> Iterator[Message]:
    for message in session.take_messages():
        if not message.is_error:
            yield Message(
                text=message.text,
                severity="info",
                line=message.line or None,
                procedure=message.procedure,
            )
