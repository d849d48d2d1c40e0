"""What PostgreSQL and libpq report, as leaves of the error tree. The only place that translates.

Only the primary message is passed on, and HINT as a part of it: DETAIL and CONTEXT can carry values
of rows. Of a RAISE in a function that was called, its author's DETAIL is a part of it as well.
SQLSTATEs are those of "Appendix A. PostgreSQL Error Codes".
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Iterable

import attrs
import psycopg
from psycopg.errors import lookup
from psycopg.pq import DiagnosticField
from psycopg.pq.abc import PGresult

from sqlcore.adapters.postgres.redacting import without_values
from sqlcore.errors import (
    AmbiguousNameError,
    AuthenticationError,
    ConfigurationError,
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    ExecutionError,
    InvalidArgumentError,
    LimitExceededError,
    NotFoundError,
    PermissionDeniedError,
    PolicyError,
    SqlCoreError,
    SqlSyntaxError,
    StatementCancelledError,
    StatementTimeoutError,
    UnsupportedError,
)

__all__ = [
    "Report",
    "connection_error",
    "driver_error",
    "is_busy_socket",
    "lost_error",
    "no_answer",
    "server_error",
    "stopped_error",
    "timeout_error",
]


@attrs.frozen(kw_only=True)
class Report:
    """What the server says of a failure.

    Attributes:
        position: The character of the text that was sent, from 1.
        source: The function of the server's source that raised it.
    """

    sqlstate: str
    message: str
    severity: str
    hint: str | None = None
    detail: str | None = attrs.field(default=None, repr=False)
    position: int | None = None
    context: str | None = None
    source: str | None = None

    @classmethod
    def of(cls, result: PGresult) -> Report:
        """Read the fields of a failed result."""

        def field(code: DiagnosticField) -> str | None:
            value = result.error_field(code)
            return None if value is None else value.decode("utf-8", "replace")

        position = field(DiagnosticField.STATEMENT_POSITION)
        severity = field(DiagnosticField.SEVERITY_NONLOCALIZED)
        message = field(DiagnosticField.MESSAGE_PRIMARY)
        if message is None:  # made by libpq, for example when the connection broke
            message = result.error_message.decode("utf-8", "replace").strip()
        return cls(
            sqlstate=field(DiagnosticField.SQLSTATE) or "",
            message=message,
            severity=severity or field(DiagnosticField.SEVERITY) or "ERROR",
            hint=field(DiagnosticField.MESSAGE_HINT),
            detail=field(DiagnosticField.MESSAGE_DETAIL),
            position=None if position is None else int(position),
            context=field(DiagnosticField.CONTEXT),
            source=field(DiagnosticField.SOURCE_FUNCTION),
        )

    @property
    def ends_connection(self) -> bool:
        """Whether the server closes the connection after it."""
        return self.severity in {"FATAL", "PANIC"}

    @property
    def procedure(self) -> str | None:
        """The function in which it happened, where the context tells (in English)."""
        place = None if self.context is None else _FUNCTION.search(self.context)
        if place is None or place["name"] == "inline_code_block":
            return None
        name: str = place["name"] or place["sql_name"]
        alone = _QUOTED_ALONE.fullmatch(name)
        return name if alone is None else alone[1].replace('""', '"')

    @property
    def procedure_line(self) -> int | None:
        """The line of that function's body, from 1, where the context tells (in English)."""
        place = None if self.procedure is None else _FUNCTION.search(self.context or "")
        return None if place is None or place["line"] is None else int(place["line"])

    @property
    def is_raised(self) -> bool:
        """Whether a RAISE of a function said it, in words of its author."""
        return self.source == "exec_stmt_raise"

    @property
    def raised_words(self) -> str:
        """All that a RAISE said, as it said it: the message, DETAIL and HINT."""
        *firsts, last = list(filter(None, (self.message, self.detail, self.hint))) or [""]
        return " ".join([*(f"{words}{_stop(words)}" for words in firsts), last])


# format_procedure of the server quotes a name and puts its arguments behind it; SQL functions are
# named bare, between quotes.
_FUNCTION = re.compile(
    r'^(?:PL/\w+ function (?P<name>(?:"(?:[^"]|"")*"|[^\s("]+)+)(?:.*? line (?P<line>\d+) at )?'
    r'|SQL function "(?P<sql_name>.+)" )',
    re.MULTILINE,
)
_QUOTED_ALONE = re.compile(r'"((?:[^"]|"")*)"')

_LEAVES: dict[str, type[SqlCoreError]] = {
    # A whole class of SQLSTATEs, or one of them; the longer key wins.
    "08": ConnectionLostError,
    "0A": UnsupportedError,
    "23": ConflictError,
    "28": AuthenticationError,
    "40": ConflictError,
    "40003": ConnectionLostError,
    "25006": PolicyError,
    "25P03": StatementTimeoutError,
    "25P04": StatementTimeoutError,
    "2BP01": ConflictError,
    "3D000": NotFoundError,
    "3F000": NotFoundError,
    "42501": PermissionDeniedError,
    "42601": SqlSyntaxError,
    "42602": SqlSyntaxError,
    "42622": SqlSyntaxError,
    "42702": AmbiguousNameError,
    "42703": NotFoundError,
    "42704": NotFoundError,
    "42725": AmbiguousNameError,
    "42P01": NotFoundError,
    "42P02": InvalidArgumentError,
    "42P06": ConflictError,
    "42P07": ConflictError,
    "42710": ConflictError,
    "42723": ConflictError,
    "42883": NotFoundError,
    "26000": NotFoundError,
    "34000": NotFoundError,
    "53300": LimitExceededError,
    "55006": ConflictError,
    "55P03": ConflictError,
    "57P01": ConnectionLostError,
    "57P02": ConnectionLostError,
    "57P03": ConnectionFailedError,
    "57P05": ConnectionLostError,
}

_HINTS: dict[str, str] = {
    # For a SQLSTATE, or for its class where neither it nor the server has one.
    "22": "Check the values against the types that they have to fit; where only some rows fail, "
    "guard the expression with CASE or NULLIF.",
    "23": "Look at the keys and checks of the table.",
    "25006": "The transaction is read-only; run it with write access (--access write).",
    "25P02": "An earlier statement of the script failed.",
    "2D000": "It ends transactions itself, which is not possible here: every statement runs "
    "inside a transaction.",
    "40001": "Run it again.",
    "40P01": "Run it again.",
    "42601": "Correct the statement near that place.",
    "42702": "Qualify the column with its table.",
    "42703": "Look at the table's columns; names in upper case must stand in double quotes.",
    "42883": "Look at the types of the arguments, and cast them where they do not fit.",
    "42P01": "Look at the list of tables; qualify the name with its schema, and quote names in "
    "upper case.",
    "53300": "Wait, or let the server allow more connections.",
    "57P01": "The statement may have run; look before you repeat it.",
}


def server_error(
    report: Report,
    *,
    text: str = "",
    is_callers: bool = True,
    values: Iterable[str] = (),
    lock_timeout_s: float | None = None,
    is_authors: bool = False,
) -> SqlCoreError:
    """Make the leaf for what the server reported; raise it `from driver_error(report)`.

    Args:
        report: What the server said.
        text: The text that was sent, to count lines in.
        is_callers: Whether the text is the caller's own, so that a character of it means
            something; with placeholders written anew only the line does.
        values: Values of parameters, which the message must not show.
        lock_timeout_s: How long it could wait for a lock.
        is_authors: Whether the words are those of the author of a function that the caller
            called; they are passed on as they are.
    """
    if report.sqlstate == "55P03" and report.source == "ProcessInterrupts":
        return _lock_timeout_error(report, lock_timeout_s)
    leaf = _leaf(report.sqlstate)
    parameters = tuple(values)
    line = position = None
    if report.position is not None and text:
        line = text.count("\n", 0, report.position - 1) + 1
        position = report.position if is_callers else None

    def passed_on(words: str) -> str:
        return _capitalized(_redacted(report, words, text, parameters))

    message = report.raised_words if is_authors else passed_on(report.message)
    hint = _HINTS.get(report.sqlstate)
    if hint is None and report.hint:  # anybody's words, who may write a function with a RAISE
        message += "" if is_authors else " " + passed_on(report.hint)
    elif hint is None:
        hint = _HINTS.get(report.sqlstate[:2])
    return leaf(
        message,
        hint=hint,
        sqlstate=report.sqlstate or None,
        severity=report.severity,
        line=line,
        position=position,
        procedure=report.procedure,
    )


def driver_error(report: Report, values: Iterable[str] = (), *, text: str = "") -> psycopg.Error:
    """Make the driver's exception for a report, without what may carry values."""
    message = _redacted(report, report.message, text, values)
    try:
        return lookup(report.sqlstate)(message)
    except KeyError:
        return psycopg.DatabaseError(message)


def _leaf(sqlstate: str) -> type[SqlCoreError]:
    return _LEAVES.get(sqlstate) or _LEAVES.get(sqlstate[:2]) or ExecutionError


def _redacted(report: Report, words: str, text: str, values: Iterable[str]) -> str:
    return without_values(
        words,
        report.sqlstate,
        text=text,
        has_position=report.position is not None,
        parameters=values,
    )


def _capitalized(message: str) -> str:
    return message[:1].upper() + message[1:] + _stop(message)


def _stop(words: str) -> str:
    return "" if words.endswith((".", "!", "?", ":")) else "."


def timeout_error(timeout_s: float, report: Report | None = None) -> StatementTimeoutError:
    """Say that the time of a statement was over."""
    return StatementTimeoutError(
        f"The statement took longer than {timeout_s:g} seconds and was stopped.",
        hint="Narrow it, or allow more time.",
        sqlstate="57014" if report is None else report.sqlstate,
    )


def _lock_timeout_error(report: Report, lock_timeout_s: float | None) -> ConflictError:
    waited = "too long" if lock_timeout_s is None else f"{lock_timeout_s:g} seconds"
    return ConflictError(
        f"The statement waited {waited} for a lock that another session holds, and was stopped.",
        hint="Run it again later, or find out which session holds it.",
        sqlstate=report.sqlstate,
        severity=report.severity,
    )


def stopped_error(report: Report, *, timeout_s: float, elapsed_s: float) -> SqlCoreError:
    """Tell a timeout of the server's from a cancel that came from somewhere else (57014)."""
    if "timeout" in report.message or elapsed_s >= timeout_s:
        return timeout_error(timeout_s, report)
    return StatementCancelledError(
        "The statement was cancelled on the server, by somebody else.",
        sqlstate=report.sqlstate,
        severity=report.severity,
    )


def lost_error(report: Report | None = None) -> ConnectionLostError:
    """Say that the connection went away while a statement ran."""
    return ConnectionLostError(
        "The connection to the server was lost while the statement ran."
        if report is None
        else f"The server ended the connection: {report.message}.",
        hint="It may have run; look before you repeat it.",
        sqlstate=None if report is None else report.sqlstate or None,
    )


def no_answer(address: str, timeout_s: float) -> ConnectionFailedError:
    """Say that a server did not answer in time."""
    return ConnectionFailedError(
        f"{address} did not answer within {timeout_s:g} seconds.",
        hint="Check host and port, and that no firewall stands between.",
    )


# libpq gives no SQLSTATE for a failed connection; its own messages are English or the client's
# language, the server's are the server's. What cannot be told stays ConnectionFailedError.
_Failure = tuple[str, type[SqlCoreError], str, str]
"""A pattern of libpq's message, the leaf, the cause in words, and what to do."""
_CONNECTION_FAILURES: tuple[_Failure, ...] = (
    (
        r"bad: invalid |invalid (integer|port|connection|\w+ value)",
        ConfigurationError,
        "an option is malformed",
        "Correct the connection's options.",
    ),
    (
        r"could not translate host name|Name or service not known|nodename nor servname",
        ConnectionFailedError,
        "the host name is not known",
        "Check the host.",
    ),
    (
        r"server does not support SSL",
        ConnectionFailedError,
        "the server does not offer TLS, which sslmode asks for",
        "Set sslmode=prefer, or switch TLS on at the server.",
    ),
    (
        r"no encryption|SSL off|connection requires a valid client certificate",
        ConnectionFailedError,
        "the server demands TLS or a client certificate",
        "Set sslmode=require, or give sslcert and sslkey.",
    ),
    (
        r"certificate|SSL error|TLS|root\.crt|tlsv1",
        ConnectionFailedError,
        "TLS could not be agreed on",
        "Check sslmode and sslrootcert.",
    ),
    (
        (
            r"no password supplied|password authentication failed|authentication failed|"
            r"no pg_hba\.conf entry|role \".*\" does not exist|not permitted to log in|"
            r"fe_sendauth|SCRAM|channel binding"
        ),
        AuthenticationError,
        "the server refused the login",
        "Check user and password.",
    ),
    (
        r"database \".*\" does not exist",
        NotFoundError,
        "there is no such database",
        "Check the database's name; list_databases shows those that there are.",
    ),
    (
        r"permission denied for database",
        PermissionDeniedError,
        "the login may not connect to this database",
        "Ask for CONNECT on it.",
    ),
    (
        r"too many (clients|connections)|remaining connection slots",
        LimitExceededError,
        "the server has too many connections",
        "Wait, or let the server allow more.",
    ),
    (
        r"starting up|shutting down|in recovery|not accepting connections",
        ConnectionFailedError,
        "the server is starting or stopping",
        "Wait and try again.",
    ),
    (
        r"session is (not )?read-(only|write)|server is (not )?in hot standby",
        ConnectionFailedError,
        "no server fits target_session_attrs",
        "Check target_session_attrs and the list of hosts.",
    ),
    (
        r"Connection refused|No such file or directory|is the server running",
        ConnectionFailedError,
        "nothing answers there",
        "Check host and port, and that the server runs.",
    ),
    (
        r"timeout expired",
        ConnectionFailedError,
        "it did not answer in time",
        "Check host and port.",
    ),
)
_UNKNOWN_FAILURE: _Failure = (
    "",
    ConnectionFailedError,
    "the server could not be reached",
    "Check host, port and TLS, and that the server runs.",
)
_SERVER_TEXT = re.compile(r"(?:FATAL|ERROR):\s+(.+)")


def is_busy_socket(exc: psycopg.Error) -> bool:
    """Whether the queue of a Unix socket was full, which Linux reports at once: connect(2)."""
    return os.strerror(errno.EAGAIN) in str(exc)


def connection_error(exc: psycopg.Error, address: str) -> SqlCoreError:
    """Make the leaf for a connection that could not be made."""
    text = str(exc)
    _, leaf, cause, hint = next(
        (known for known in _CONNECTION_FAILURES if re.search(known[0], text)), _UNKNOWN_FAILURE
    )
    said = _SERVER_TEXT.search(text)
    server_text = f" The server says: {said[1].rstrip('.')}." if said else ""
    if leaf is ConfigurationError or (not said and cause is _UNKNOWN_FAILURE[2]):
        server_text = f" {_capitalized(text.strip().splitlines()[0].rpartition(': ')[2])}"
    return leaf(
        f"Cannot connect to {address}: {cause}.{server_text}",
        hint=hint,
        sqlstate=exc.sqlstate,
    )
