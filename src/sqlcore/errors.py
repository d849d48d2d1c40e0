"""The error tree: one leaf for each thing that a caller would do next.

Every error says what failed (`message`), where (`line`, `position`, `parameter`) and what to do
next (`hint`), and carries a stable `code` and the server's own number or SQLSTATE. None carries a
password, a connection string or a parameter's value. All of them can be pickled.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self

__all__ = [
    "AmbiguousNameError",
    "AuthenticationError",
    "ConfigurationError",
    "ConflictError",
    "ConnectionFailedError",
    "ConnectionLostError",
    "ExecutionError",
    "InvalidArgumentError",
    "LimitExceededError",
    "NotFoundError",
    "PermissionDeniedError",
    "PolicyError",
    "SqlCoreError",
    "SqlSyntaxError",
    "StatementCancelledError",
    "StatementTimeoutError",
    "UnsupportedError",
]


class SqlCoreError(Exception):
    """The root of the tree.

    Args:
        message: What failed, in one or two sentences.
        hint: What to do next, in one sentence.
        sqlstate: The five characters of the SQL standard, where the server gave them.
        number: The server's own error number (SQL Server).
        severity: The server's severity (SQL Server class 11-25; PostgreSQL ERROR, FATAL, PANIC).
        state: The server's state, which tells places of one number apart (SQL Server).
        line: Line of the statement that the server named, from 1.
        position: Character of the statement that the server named, from 1.
        procedure: The procedure or function in which it happened.
        parameter: The name of the argument or parameter that is at fault.

    Attributes:
        partial: Of a procedure that failed, what had come back before: a
            `sqlcore.domain.procedure.ProcedureResult`; None for everything else.
    """

    code: ClassVar[str] = "error"
    """Stable name of the kind of error, for programs."""

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        sqlstate: str | None = None,
        number: int | None = None,
        severity: str | int | None = None,
        state: int | None = None,
        line: int | None = None,
        position: int | None = None,
        procedure: str | None = None,
        parameter: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.sqlstate = sqlstate
        self.number = number
        self.severity = severity
        self.state = state
        self.line = line
        self.position = position
        self.procedure = procedure
        self.parameter = parameter
        self.partial: Any = None

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by class, message and fields; the cause stays behind, as with all exceptions."""
        return (_rebuild, (type(self), self.message, self.__dict__.copy()))

    def __str__(self) -> str:
        return self.message if self.hint is None else f"{self.message} {self.hint}"

    @property
    def where(self) -> str | None:
        """The place in words, for people: `line 3, parameter "id"`; None where it is unknown."""
        parts = [
            f"{name} {value}"
            for name, value in (
                ("procedure", self.procedure),
                ("line", self.line),
                ("character", self.position),
            )
            if value is not None
        ]
        if self.parameter is not None:
            parts.append(f'parameter "{self.parameter}"')
        return ", ".join(parts) or None

    @property
    def fields(self) -> dict[str, str | int]:
        """What is known, for programs: `code`, `message`, and the rest by its name above."""
        known = {
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "sqlstate": self.sqlstate,
            "number": self.number,
            "severity": self.severity,
            "state": self.state,
            "line": self.line,
            "position": self.position,
            "procedure": self.procedure,
            "parameter": self.parameter,
        }
        return {name: value for name, value in known.items() if value is not None}

    def with_hint(self, hint: str) -> Self:
        """Set the hint and return the same error, for `raise error.with_hint(...)`."""
        self.hint = hint
        return self


def _rebuild(kind: type[SqlCoreError], message: str, fields: dict[str, object]) -> SqlCoreError:
    error = kind(message)
    error.__dict__.update(fields)
    return error


class ConfigurationError(SqlCoreError):
    """Settings, a URL or a profile cannot be used: correct them."""

    code = "configuration"


class ConnectionFailedError(SqlCoreError):
    """No connection could be made: check host, port, TLS and that the server runs."""

    code = "connection_failed"


class ConnectionLostError(SqlCoreError):
    """The connection went away while a statement ran.

    The statement may have run; look before you repeat it.
    """

    code = "connection_lost"


class AuthenticationError(SqlCoreError):
    """The server refused the login: check user and password."""

    code = "authentication"


class PermissionDeniedError(SqlCoreError):
    """The login may not do this on the server: ask for a grant."""

    code = "permission_denied"


class PolicyError(SqlCoreError):
    """sqlcore refused it before the server saw it: rewrite it or raise the access level."""

    code = "refused"


class SqlSyntaxError(SqlCoreError):
    """The server could not read the statement: correct it."""

    code = "syntax"


class NotFoundError(SqlCoreError):
    """A table, column, database, procedure or session of that name does not exist."""

    code = "not_found"


class AmbiguousNameError(SqlCoreError):
    """Several things have that name: qualify it."""

    code = "ambiguous_name"


class InvalidArgumentError(SqlCoreError):
    """An argument is missing, malformed or out of range: correct it."""

    code = "invalid_argument"


class ExecutionError(SqlCoreError):
    """The server began the statement and it failed, for example by a division by zero."""

    code = "execution_failed"


class ConflictError(SqlCoreError):
    """A constraint, a deadlock or a concurrent change stood in the way: look, then try again."""

    code = "conflict"


class StatementTimeoutError(SqlCoreError):
    """The statement took longer than it was given: narrow it or allow more time."""

    code = "timeout"


class StatementCancelledError(SqlCoreError):
    """The caller cancelled the statement."""

    code = "cancelled"


class LimitExceededError(SqlCoreError):
    """A limit of sqlcore was reached (connections, statements, bytes): wait or ask for less.

    Attributes:
        retry_after_s: Whole seconds after which it may work, where that can be told.
    """

    code = "limit_exceeded"
    retry_after_s: int | None = None

    @property
    def fields(self) -> dict[str, str | int]:
        """As of `SqlCoreError`, with `retry_after_s`."""
        if self.retry_after_s is None:
            return super().fields
        return {**super().fields, "retry_after_s": self.retry_after_s}


class UnsupportedError(SqlCoreError):
    """This server, or this version of it, cannot do it; the message says why and from when."""

    code = "unsupported"
