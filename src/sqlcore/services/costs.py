"""A ceiling for what the planner thinks that a statement costs."""

from __future__ import annotations

from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.ports import Connection
from sqlcore.services.guarding import StatementKind
from sqlcore.services.limits import Limits

__all__ = ["check_cost"]


def check_cost(
    connection: Connection,
    statement: Statement,
    kind: StatementKind,
    options: ExecutionOptions,
    limits: Limits,
) -> ExecutionOptions:
    """Refuse a statement whose estimated cost is above `limits.max_plan_cost`.

    Returns:
        The options for the statement, less the time that this took.

    Raises:
        LimitExceededError: It is.
        UnsupportedError: The server does not tell, so that nothing can be held to the ceiling.
    """
    if limits.max_plan_cost is None:
        return options
    raise NotImplementedError
