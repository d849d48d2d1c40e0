"""Which columns of a result are masked: those that come from a masked column of a table."""

from __future__ import annotations

from collections.abc import Sequence

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Statement
from sqlcore.ports import Connection
from sqlcore.services.masking.applying import Mask

__all__ = ["plan_mask"]


def plan_mask(
    connection: Connection,
    rules: Sequence[str],
    statement: Statement,
    table: QualifiedName | None = None,
) -> Mask | None:
    """Plan how the result of a statement is masked; None where nothing of it is.

    Fails closed: a result column is shown only where it is known to come from no masked column.

    Args:
        connection: Where the statement will run.
        rules: `mask` of the policy.
        statement: What will run.
        table: The one table that it reads, where sqlcore wrote the text itself.
    """
    raise NotImplementedError
