"""A ceiling for what the planner thinks that a statement costs."""

from __future__ import annotations

import time

import attrs

from sqlcore.domain.lexing import TokenKind, tokenize
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import LimitExceededError, StatementTimeoutError, UnsupportedError
from sqlcore.ports import Connection
from sqlcore.services.guarding import StatementKind
from sqlcore.services.limits import Limits

__all__ = ["PLANNED_KINDS", "check_cost"]

PLANNED_KINDS = frozenset(
    {
        StatementKind.SELECT,
        StatementKind.INSERT,
        StatementKind.UPDATE,
        StatementKind.DELETE,
        StatementKind.MERGE,
    }
)
"""The kinds of statements that servers plan."""
_UNPLANNED_VERBS = frozenset({"COPY", "BULK"})
_EXPLAINED_VERBS = frozenset(
    {
        *("SELECT", "WITH", "VALUES", "TABLE", "INSERT", "UPDATE", "DELETE", "MERGE"),
        *("CREATE", "EXECUTE", "DECLARE", "REFRESH"),
    }
)
_HINT = "Have the operator unset max_plan_cost, which holds statements to the planner's estimate."


def check_cost(
    connection: Connection,
    statement: Statement,
    kind: StatementKind,
    options: ExecutionOptions,
    limits: Limits,
) -> ExecutionOptions:
    """Refuse a statement whose estimated cost is above `limits.max_plan_cost`.

    It is explained, and not run. What has no plan, such as a definition or a call, is not held to
    the ceiling where it may write, and does not run where it may not.

    Returns:
        The options for the statement, less the time that this took.

    Raises:
        LimitExceededError: It costs more.
        UnsupportedError: The server does not tell, so that nothing can be held to the ceiling.
        StatementTimeoutError: The time is over already.
        SqlCoreError: Any other leaf, with what the server said of the statement.
    """
    ceiling = limits.max_plan_cost
    if ceiling is None:
        return options
    words = _words(statement.text, connection.dialect.name)
    if kind not in PLANNED_KINDS or words[:1] in [[verb] for verb in _UNPLANNED_VERBS]:
        _check_unplanned(kind, words, options)
        return options
    started = time.monotonic()
    try:
        cost = connection.plans.explain(statement, options).cost
    except UnsupportedError as error:
        raise _not_known(error.message) from error
    if cost is None:
        raise _not_known("The server estimates no cost for it.")
    if not cost <= ceiling:
        raise LimitExceededError(
            f"The planner estimates a cost of {cost:,.6g}, and the ceiling is {ceiling:,.6g}; the"
            " statement was not run.",
            hint="Narrow it, look at its plan (explain_query), or have the operator raise"
            " max_plan_cost.",
        )
    left_s = options.timeout_s - (time.monotonic() - started)
    if left_s <= 0:
        raise StatementTimeoutError(
            f"The plan alone took the {options.timeout_s:g} s that the statement had; it was not"
            " run.",
            hint="Allow more time.",
        )
    return attrs.evolve(options, timeout_s=left_s)


def _words(text: str, dialect: str) -> list[str]:
    return [t.text.upper() for t in tokenize(text, dialect) if t.kind is TokenKind.WORD]


def _check_unplanned(kind: StatementKind, words: list[str], options: ExecutionOptions) -> None:
    if kind is StatementKind.EXPLAIN:
        options_end = next((n for n, word in enumerate(words) if word in _EXPLAINED_VERBS), None)
        if {"ANALYZE", "ANALYSE"}.isdisjoint(words[:options_end]):
            return
        raise LimitExceededError(
            "EXPLAIN ANALYZE runs a statement, which could cost more than the ceiling allows; it"
            " was not run.",
            hint="Use explain_query with analyze = true, or leave out ANALYZE.",
        )
    if kind is not StatementKind.SHOW and options.mode is TransactionMode.READ_ONLY:
        raise _not_known(f"A statement of the kind {kind.value} has no estimated cost.")


def _not_known(why: str) -> UnsupportedError:
    return UnsupportedError(
        f"The cost of the statement is not known, so that it cannot be held to the ceiling; it"
        f" was not run. {why}",
        hint=_HINT,
    )
