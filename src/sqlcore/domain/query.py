"""Statements, and what comes back from them."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import attrs

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.types import SqlType
from sqlcore.errors import InvalidArgumentError

__all__ = [
    "Column",
    "Event",
    "ExecutionOptions",
    "Message",
    "Parameter",
    "ResultEnd",
    "ResultSet",
    "ResultStart",
    "Row",
    "RowBatch",
    "RowsAffected",
    "Statement",
    "StatementResult",
    "TransactionMode",
]


def _count_rows(rows: Sequence[Any]) -> str:
    return f"<{len(rows)} rows>"


Row = tuple[Any, ...]
"""One row: a value for each column, in their order."""

DEFAULT_TIMEOUT_S = 30.0


@attrs.frozen
class Parameter:
    """One value for a statement; `type` is the server's type name where the caller gave one."""

    value: Any = attrs.field(repr=False)
    type: str | None = None


@attrs.frozen(kw_only=True)
class Statement:
    """SQL text with its parameters.

    Attributes:
        text: SQL in the dialect of the server. Placeholders are `:name` on every engine, or the
            engine's own (`$1` on PostgreSQL, `@name` on SQL Server).
        named: Parameters by name, without a leading mark.
        positional: Parameters by place; either these or the named ones.
    """

    text: str
    named: Mapping[str, Parameter] = attrs.field(factory=dict)
    positional: tuple[Parameter, ...] = ()

    @classmethod
    def of(
        cls, text: str, parameters: Mapping[str, Any] | Sequence[Any] | None = None
    ) -> Statement:
        """Make a statement from plain Python values, or from `Parameter`s among them.

        Raises:
            InvalidArgumentError: The parameters are one value, and not several.
        """
        if parameters is None:
            return cls(text=text)
        if isinstance(parameters, str | bytes):
            raise InvalidArgumentError(
                "The parameters are a single text.",
                parameter="parameters",
                hint='Give them by name, {"id": 7}, or by place, [7].',
            )
        if isinstance(parameters, Mapping):
            return cls(text=text, named={k: _parameter(v) for k, v in parameters.items()})
        return cls(text=text, positional=tuple(_parameter(v) for v in parameters))


def _parameter(value: Any) -> Parameter:
    return value if isinstance(value, Parameter) else Parameter(value)


class TransactionMode(enum.Enum):
    """What the server is told about the transaction around a statement."""

    READ_ONLY = "read_only"
    """The server refuses writes, or what was written is always rolled back."""
    READ_WRITE = "read_write"
    """Committed when the whole statement succeeded, rolled back otherwise."""
    ROLLED_BACK = "rolled_back"
    """Writes are let through and always rolled back: what would it touch?"""


@attrs.frozen(kw_only=True)
class ExecutionOptions:
    """How a statement runs.

    Attributes:
        mode: What the transaction around it may do.
        timeout_s: Seconds from sending to the last row; then it is cancelled on the server.
        cancel: Lets another thread stop it.
        batch_rows: The most rows in one `RowBatch`.
        lock_timeout_s: Seconds that it waits for a lock; None leaves it to the server.
        on_connection: Told the server's number of the connection (server session) that the
            statement runs on, as text, before it is sent. Must not block or raise.
    """

    mode: TransactionMode = TransactionMode.READ_ONLY
    timeout_s: float = attrs.field(default=DEFAULT_TIMEOUT_S, validator=attrs.validators.gt(0.0))
    cancel: CancelToken | None = None
    batch_rows: int = attrs.field(default=1000, validator=attrs.validators.ge(1))
    lock_timeout_s: float | None = None
    on_connection: Callable[[str], None] | None = None


@attrs.frozen(kw_only=True)
class Column:
    """A column of a result. Names may be empty and may repeat, as the server sends them.

    Attributes:
        masked: Whether its values were replaced by `sqlcore.services.masking.MASKED`.
    """

    name: str
    type: SqlType
    masked: bool = False


@attrs.frozen
class ResultStart:
    """A result set begins."""

    columns: tuple[Column, ...]


@attrs.frozen
class RowBatch:
    """The next rows of the result set that began last; never empty."""

    rows: list[Row] = attrs.field(repr=_count_rows)


@attrs.frozen
class ResultEnd:
    """The result set is complete; `row_count` rows came."""

    row_count: int


@attrs.frozen
class RowsAffected:
    """A statement without rows ended; `command` is the server's word for it, such as `INSERT`."""

    count: int
    command: str | None = None


@attrs.frozen(kw_only=True)
class Message:
    """What the server says beside results: PRINT, RAISERROR below 11, NOTICE, WARNING.

    Attributes:
        severity: `notice`, `info`, `warning` …, in lower case.
        number: The server's number or SQLSTATE, as text.
    """

    text: str
    severity: str = "info"
    number: str | None = None
    line: int | None = None
    procedure: str | None = None


Event = ResultStart | RowBatch | ResultEnd | RowsAffected | Message
"""What an executor yields, in the server's order."""


@attrs.frozen(kw_only=True)
class ResultSet:
    """Rows that were collected.

    Attributes:
        row_count: How many rows there are, as far as they were counted.
        complete: Whether `row_count` is the true number (else there are at least that many).
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...] = attrs.field(repr=_count_rows)
    row_count: int
    complete: bool = True

    @property
    def truncated(self) -> bool:
        """Whether there are more rows than `rows` holds."""
        return not self.complete or self.row_count > len(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)


@attrs.frozen(kw_only=True)
class StatementResult:
    """Everything that a statement brought back, collected.

    Attributes:
        result_sets: In the server's order.
        rows_affected: One count for each statement without rows.
        messages: In the server's order.
        duration_s: From sending to the last row that was read.
        complete: Whether it was read to its end. Else the last result set is incomplete, and
            result sets and messages that may have followed it were not read.
    """

    result_sets: tuple[ResultSet, ...] = ()
    rows_affected: tuple[RowsAffected, ...] = ()
    messages: tuple[Message, ...] = ()
    duration_s: float = 0.0
    complete: bool = True
