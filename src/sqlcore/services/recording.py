"""Following one statement from the decision to its end, for the audit."""

from __future__ import annotations

import functools
import hashlib
import time
import types
from typing import TYPE_CHECKING, Self

from sqlcore.domain.lexing import LexError, fingerprint, short_fingerprint
from sqlcore.domain.procedure import CallEvent
from sqlcore.domain.query import RowBatch, RowsAffected
from sqlcore.errors import (
    InvalidArgumentError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.services.auditing import NO_AUDIT, Audit, StatementEvent
from sqlcore.services.guarding import Decision

if TYPE_CHECKING:
    from sqlcore.services.admission import Order

__all__ = ["Record"]

UNREADABLE = "unreadable"
_MAX_FINGERPRINT_CHARS = 8000
_MAX_READ_CHARS = 2**20
_MAX_CACHED_CHARS = 10_000


class Record:
    """Collects what is noted of a statement; a context manager that notes it at the end.

    Args:
        audit: Where it is noted.
        order: The statement.
        caller: Who asks for it.
        source: Host, port and database.
        dialect: The language of the statement.
    """

    __slots__ = (
        "_audit",
        "_caller",
        "_decided_at",
        "_decision",
        "_dialect",
        "_order",
        "_rows",
        "_rows_affected",
        "_source",
    )

    def __init__(
        self, audit: Audit, order: Order, *, caller: str, source: str, dialect: str
    ) -> None:
        self._audit = None if audit is NO_AUDIT else audit
        if self._audit is None:
            return
        self._order = order
        self._caller = caller
        self._source = source
        self._dialect = dialect
        self._decision: Decision | None = None
        self._decided_at = time.monotonic()
        self._rows = 0
        self._rows_affected = 0

    def decided(self, decision: Decision) -> None:
        """Take down what was decided."""
        if self._audit is not None:
            self._decision = decision
            self._decided_at = time.monotonic()

    def saw(self, event: CallEvent) -> None:
        """Count what came back."""
        if self._audit is None:
            return
        if type(event) is RowBatch:
            self._rows += len(event.rows)
        elif type(event) is RowsAffected:
            self._rows_affected += event.count

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: types.TracebackType | None,
    ) -> None:
        """Note the statement."""
        self._note(error, None)

    def asked(self) -> None:
        """Note that a person was asked; what came of it is noted apart."""
        self._note(None, "asked")

    def _note(self, error: BaseException | None, outcome: str | None) -> None:
        if self._audit is not None:
            decided = self._decision is not None
            self._audit.note(self._event(error, outcome or _outcome(error, decided=decided)))

    def _event(self, error: BaseException | None, outcome: str) -> StatementEvent:
        order, decision = self._order, self._decision
        text, text_id = UNREADABLE, UNREADABLE
        if order.call is not None:
            text, text_id = _name_and_hash(str(order.call.routine.name))
        elif decision is not None or not isinstance(error, InvalidArgumentError):
            text, text_id = _fingerprint(order.statement.text, self._dialect)
        return StatementEvent(
            time=time.time(),
            caller=self._caller,
            source=self._source,
            action=order.action,
            access=order.access.value,
            decision="refused" if decision is None or outcome == "refused" else "allowed",
            reason=_reason(decision, error),
            kind="other" if decision is None else decision.kind.value,
            fingerprint=text,
            fingerprint_id=text_id,
            duration_s=round(time.monotonic() - self._decided_at, 6),
            rows=self._rows,
            rows_affected=self._rows_affected,
            outcome=outcome,
            error_code=_code(error),
        )


def _outcome(error: BaseException | None, *, decided: bool) -> str:
    if error is None:
        return "completed"
    if isinstance(error, PolicyError) or (isinstance(error, InvalidArgumentError) and not decided):
        return "refused"
    if isinstance(error, StatementTimeoutError):
        return "timed_out"
    if isinstance(error, GeneratorExit):  # whoever asked for it wants no more
        return "abandoned"
    if isinstance(error, StatementCancelledError) or not isinstance(error, Exception):
        return "cancelled"
    return "failed"


def _reason(decision: Decision | None, error: BaseException | None) -> str:
    """Give the guard's reason, or that of whatever refused the statement after it."""
    if isinstance(error, PolicyError) and (decision is None or decision.allowed):
        return error.message
    if decision is not None:
        return decision.reason
    if isinstance(error, InvalidArgumentError):
        return error.message
    return "It could not be judged."


def _code(error: BaseException | None) -> str | None:
    if isinstance(error, SqlCoreError):
        return error.code
    return "internal" if isinstance(error, Exception) else None


def _fingerprint(text: str, dialect: str) -> tuple[str, str]:
    """Write a text without its literals, shortened where it is long, and its hash."""
    if len(text) <= _MAX_CACHED_CHARS:
        return _cached_fingerprint(text, dialect)
    if len(text) > _MAX_READ_CHARS:  # the guard has not read it either
        return UNREADABLE, UNREADABLE
    return _cached_fingerprint.__wrapped__(text, dialect)


def _name_and_hash(name: str) -> tuple[str, str]:
    """Give the name of a routine as the catalog has it, and its hash; never a value."""
    return name, hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


@functools.lru_cache(maxsize=512)
def _cached_fingerprint(text: str, dialect: str) -> tuple[str, str]:
    try:
        whole = fingerprint(text, dialect)
        return _shortened(whole), short_fingerprint(text, dialect)
    except LexError:
        return UNREADABLE, UNREADABLE


def _shortened(text: str) -> str:
    if len(text) <= _MAX_FINGERPRINT_CHARS:
        return text
    return f"{text[:_MAX_FINGERPRINT_CHARS]} …"
