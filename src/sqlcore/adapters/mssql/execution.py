"""Running statements: the `QueryExecutor` of SQL Server."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence
from typing import Any

import attrs

from sqlcore.adapters.logs import get_logger
from sqlcore.adapters.mssql.batches import (
    EPILOGUES,
    Outcome,
    call,
    declarations,
    is_without_transaction,
    opening,
    wrapped,
)
from sqlcore.adapters.mssql.describing import ResultDescriber
from sqlcore.adapters.mssql.errors import TRANSACTION_COUNT_MISMATCH
from sqlcore.adapters.mssql.literals import BoundParameter, bind_parameter
from sqlcore.adapters.mssql.pool import SessionPool
from sqlcore.adapters.mssql.session import Header, Session
from sqlcore.adapters.mssql.types import DescribedColumn, type_of_values
from sqlcore.adapters.mssql.values import converted, read_rows, row_conversions
from sqlcore.domain.lexing import bind, short_fingerprint, tokenize
from sqlcore.domain.lexing.tokens import LexError, TokenKind
from sqlcore.domain.query import (
    Column,
    Event,
    ExecutionOptions,
    Message,
    Parameter,
    ResultEnd,
    ResultStart,
    RowBatch,
    RowsAffected,
    Statement,
    TransactionMode,
)
from sqlcore.errors import ExecutionError, InvalidArgumentError, PolicyError, SqlCoreError

__all__ = ["MssqlQueryExecutor"]

_NO_SAVEPOINT = 6401
_NOT_IN_TRANSACTION = frozenset((226, 574, 3021, 6115))
_FIRST_WORDS = 2

_security_log = get_logger("sqlcore.security")


@attrs.frozen(kw_only=True)
class _Request:
    """A statement, ready to be sent."""

    text: str
    parameters: tuple[BoundParameter, ...]
    options: ExecutionOptions

    @property
    def key(self) -> tuple[str, str]:
        """What decides on the types of its columns."""
        return self.text, declarations(self.parameters)


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
        text, parameters = _bound(statement)
        request = _Request(text=text, parameters=parameters, options=options)
        with self._pool.session(options.cancel) as session:
            yield from self._in_transaction(session, request)

    def _in_transaction(self, session: Session, request: _Request) -> Iterator[Event]:
        options = request.options
        try:
            with session.statement(options.timeout_s, options.cancel):
                described = self._describer.columns(session, *request.key)
                begin = opening(
                    options.mode,
                    options.timeout_s,
                    has_savepoints=session.kind.has_savepoints,
                )
                yield from self._run(session, request, begin, described)
                self._end(session, request)
        except SqlCoreError as error:
            messages = list(_messages(session))
            session.abandon()
            yield from messages
            if not self._runs_alone(error, request):
                self._check_escape(session, request, error)
                raise
        except BaseException:
            session.abandon()
            raise
        else:
            return
        yield from self._without_transaction(session, request)

    def _run(
        self,
        session: Session,
        request: _Request,
        begin: str,
        described: tuple[DescribedColumn, ...],
    ) -> Iterator[Event]:
        header = session.execute(wrapped(begin, call(request.text, request.parameters)))
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
        request: _Request,
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
        request: _Request,
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

    def _end(self, session: Session, request: _Request) -> None:
        """Commit or roll back, and check that it was our transaction which ended."""
        mode = request.options.mode
        try:
            results = session.query(EPILOGUES[mode, session.kind.has_savepoints])
        except SqlCoreError as error:
            if error.number == _NO_SAVEPOINT:
                raise self._escaped(session, request) from error
            raise
        outcome = Outcome(*results[0][0])
        if outcome.database.lower() != session.database.lower():
            session.is_broken = True  # the text changed the database for those who come after
        if outcome.transaction_count == 1 and outcome.state == 1:
            return
        session.is_broken = True
        if mode is TransactionMode.READ_ONLY and outcome.state >= 0:
            raise self._escaped(session, request)
        if mode is TransactionMode.READ_WRITE:
            raise ExecutionError(
                "The statement left its transaction doomed, or ended it; what was still open has"
                " been rolled back.",
                hint="Do not catch an error without THROW, and do not ROLLBACK or COMMIT.",
            )

    def _check_escape(self, session: Session, request: _Request, error: SqlCoreError) -> None:
        is_read_only = request.options.mode is TransactionMode.READ_ONLY
        if is_read_only and error.number == TRANSACTION_COUNT_MISMATCH:
            raise self._escaped(session, request) from error

    def _escaped(self, session: Session, request: _Request) -> PolicyError:
        session.is_broken = True
        _security_log.warning(
            "transaction_escaped",
            database=session.database,
            server_session_id=session.server_session_id,
            statement=_fingerprint(request.text),
        )
        return PolicyError(
            "The statement ended the read-only transaction around it; the connection was closed.",
            hint="Leave out COMMIT and ROLLBACK. What it wrote after that may have stayed.",
        )

    def _runs_alone(self, error: SqlCoreError, request: _Request) -> bool:
        """Say whether the server refused the statement only because of the transaction.

        Then nothing ran: it is the first statement of the text, and the server refuses it before
        it does anything.
        """
        return (
            error.number in _NOT_IN_TRANSACTION
            and request.options.mode is TransactionMode.READ_WRITE
            and is_without_transaction(_first_words(request.text))
        )

    def _without_transaction(self, session: Session, request: _Request) -> Iterator[Event]:
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


def _bound(statement: Statement) -> tuple[str, tuple[BoundParameter, ...]]:
    """Put the placeholders and the constants of the parameters into SQL Server's form."""
    parameters: dict[str, Parameter]
    names: Sequence[str] | int
    if statement.positional:
        names = len(statement.positional)
        parameters = {f"p{n}": p for n, p in enumerate(statement.positional, 1)}
    else:
        names = tuple(statement.named)
        parameters = dict(statement.named)
    if "\0" in statement.text:
        raise InvalidArgumentError(
            "The statement holds a NUL character, which no batch can carry.",
            position=statement.text.index("\0") + 1,
        )
    bound = bind(statement.text, "tsql", names)
    return bound.text, tuple(
        bind_parameter(name, parameters[name].value, parameters[name].type) for name in bound.names
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


def _first_words(text: str) -> list[str]:
    blank = (TokenKind.WHITESPACE, TokenKind.COMMENT)
    words: list[str] = []
    for token in _tokens(text):
        if token.kind in blank:
            continue
        words.append(token.text)
        if len(words) == _FIRST_WORDS:
            break
    return words


def _tokens(text: str) -> Sequence[Any]:
    try:
        return tokenize(text, "tsql")
    except LexError:
        return ()


def _fingerprint(text: str) -> str:
    try:
        return short_fingerprint(text, "tsql")
    except LexError:
        return "unreadable"
