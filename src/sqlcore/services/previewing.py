"""What a write would touch, said before somebody agrees to it."""

from __future__ import annotations

from contextlib import closing

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.query import (
    Event,
    ExecutionOptions,
    ResultEnd,
    RowBatch,
    RowsAffected,
    Statement,
    TransactionMode,
)
from sqlcore.errors import SqlCoreError, StatementTimeoutError
from sqlcore.services.admission import Gate, Order
from sqlcore.services.guarding.trying import NoTrial, Trial, trial_of
from sqlcore.services.limits import Limits

__all__ = ["Preview", "preview"]

_TIMEOUT_S = 3.0
_LOCK_TIMEOUT_S = 1.0
_MOST_COUNTED = 1_000_000


@attrs.frozen(kw_only=True)
class Preview:
    """What is known of a write that has not run.

    Attributes:
        rows: How many rows it would touch; None where that is not known.
        at_least: Whether there may be more.
        unknown_because: Why it is not known, in words.
        is_for_all: Whether it has no condition, and is meant for every row.
    """

    rows: int | None = None
    at_least: bool = False
    unknown_because: str = ""
    is_for_all: bool = False


def preview(
    gate: Gate, statement: Statement, dialect: str, limits: Limits, cancel: CancelToken | None
) -> Preview:
    """Find out what a write would touch, without a trace of it.

    An UPDATE or DELETE runs in a transaction that is rolled back, if all its expressions may be
    read and nothing else is set off by it. The rows of an INSERT are counted by its SELECT.

    Args:
        gate: Where statements go through.
        statement: The write.
        dialect: `postgres`, `tsql` or `sqlite`.
        limits: Bounds for statements.
        cancel: Lets another thread stop it.
    """
    options = ExecutionOptions(
        timeout_s=min(_TIMEOUT_S, limits.max_timeout_s),
        lock_timeout_s=min(_LOCK_TIMEOUT_S, limits.lock_timeout_s),
        cancel=cancel,
    )
    trial = Trial()
    try:
        trial = trial_of(statement.text, dialect)
        if trial.rows is not None:
            return Preview(rows=trial.rows)
        if trial.is_read_only:
            counted = attrs.evolve(statement, text=trial.read)
            return _count_rows(gate, counted, options)
        _check(gate, trial)
        return attrs.evolve(_try_out(gate, statement, options), is_for_all=trial.is_for_all)
    except NoTrial as reason:
        return Preview(unknown_because=str(reason), is_for_all=trial.is_for_all)
    except StatementTimeoutError:
        reason_text = f"counting them took longer than {options.timeout_s:g} seconds"
        return Preview(unknown_because=reason_text, is_for_all=trial.is_for_all)
    except SqlCoreError as error:
        reason_text = f"trying it out failed: {error.message}"
        return Preview(unknown_because=reason_text, is_for_all=trial.is_for_all)


def _check(gate: Gate, trial: Trial) -> None:
    """Let only that be tried out which does nothing but change the rows of plain tables.

    Raises:
        NoTrial: It may do more.
    """
    decision = gate.decide(trial.read, Access.READ)
    if not decision.allowed:
        raise NoTrial(f"trying it out could do more than count. {decision.reason}")
    effects = gate.effects()
    if any(effects.changes_run_triggers(name) for name in trial.tables):
        raise NoTrial("a change of the table sets off code of the database's own")


def _try_out(gate: Gate, statement: Statement, options: ExecutionOptions) -> Preview:
    order = Order(
        statement=statement,
        action="preview",
        access=Access.WRITE,
        mode=TransactionMode.ROLLED_BACK,
    )
    with closing(gate.run(order, options)) as events:
        return Preview(rows=sum(map(_touched, events)))


def _touched(event: Event) -> int:
    if isinstance(event, RowsAffected):
        return event.count
    return event.row_count if isinstance(event, ResultEnd) else 0  # of RETURNING


def _count_rows(gate: Gate, statement: Statement, options: ExecutionOptions) -> Preview:
    order = Order(statement=statement, action="preview", access=Access.READ)
    rows = 0
    with closing(gate.run(order, options)) as events:
        for event in events:
            if isinstance(event, RowBatch):
                rows += len(event.rows)
                if rows >= _MOST_COUNTED:
                    return Preview(rows=rows, at_least=True)
    return Preview(rows=rows)
