"""Asking how a statement would run, without running it."""

from __future__ import annotations

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.plan import Plan
from sqlcore.domain.query import ExecutionOptions, Statement, TransactionMode
from sqlcore.errors import InvalidArgumentError, PolicyError, UnsupportedError
from sqlcore.ports import Connection
from sqlcore.services.admission import Gate, Order
from sqlcore.services.costs import PLANNED_KINDS, check_cost
from sqlcore.services.findings import find
from sqlcore.services.guarding import Decision, StatementKind
from sqlcore.services.policy import Policy

__all__ = ["Explanation", "explain"]


@attrs.frozen
class Explanation:
    """A plan, and what stands out in it, in sentences."""

    plan: Plan
    findings: tuple[str, ...]


def explain(
    connection: Connection,
    gate: Gate,
    policy: Policy,
    statement: Statement,
    options: ExecutionOptions,
    *,
    analyze: bool,
) -> Explanation:
    """Explain a statement.

    A read is explained at the level `read`, a change of rows at `write`; neither is run. With
    `analyze` the statement runs, which only a read may.

    Raises:
        PolicyError: The statement may not be explained, or not run.
        LimitExceededError: It would be run, and cost too much.
        UnsupportedError: There is no plan for it, or the server gives none.
        SqlCoreError: Any other leaf, from the server.
    """
    order = Order(
        statement=statement,
        action="explain",
        access=_level(gate, policy, statement.text),
        mode=TransactionMode.READ_ONLY,
    )

    def check(decision: Decision) -> None:
        _check_kind(decision.kind)
        if analyze and order.access > Access.READ:
            raise _runs_reads_only(gate.decide(statement.text, Access.READ))

    with gate.admit(order, options, check) as admitted:
        options = admitted.options
        if analyze:
            kind = admitted.decision.kind
            options = check_cost(connection, statement, kind, options, policy.limits)
        plan = connection.plans.explain(statement, options, analyze=analyze)
    return Explanation(plan, find(plan))


def _level(gate: Gate, policy: Policy, text: str) -> Access:
    """Choose the lowest level that suffices; a text that is too long is not looked at."""
    if policy.access <= Access.READ or len(text) > policy.limits.max_statement_chars:
        return policy.access
    return Access.READ if gate.decide(text, Access.READ).allowed else policy.access


def _check_kind(kind: StatementKind) -> None:
    if kind is StatementKind.EXPLAIN:
        raise InvalidArgumentError(
            "The statement begins with EXPLAIN.",
            parameter="query",
            hint="Leave out EXPLAIN and its options; analyze = true runs the statement.",
        )
    if kind not in PLANNED_KINDS:
        raise UnsupportedError(
            f"There is no plan for a statement of this kind ({kind.value}).",
            hint="Ask for the plan of one SELECT, INSERT, UPDATE, DELETE or MERGE.",
        )


def _runs_reads_only(decision: Decision) -> PolicyError:
    return PolicyError(
        f"Only what only reads is run for its plan. {decision.reason}",
        hint="Leave out analyze: then the statement is explained and not run.",
        line=decision.line,
        position=decision.position,
    )
