"""How a server would run a statement, or ran it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

__all__ = ["Plan", "PlanNode"]


@attrs.frozen(kw_only=True)
class PlanNode:
    """One operation of a plan.

    Attributes:
        operation: The server's word for it: `Seq Scan`, `Clustered Index Scan`, `Hash Join` …
        target: The table or index that it reads, as the server names it.
        details: Conditions, keys and the like, by the server's words, in a fixed order.
        rows: Estimated rows of one execution.
        cost: Estimated cost with all below it, in the server's unit.
        actual_rows: Rows of one execution on average; None where it was not run.
        actual_ms: Milliseconds of all executions with all below it; None where it was not run.
        loops: How often it was executed.
    """

    operation: str
    target: str | None = None
    details: Mapping[str, str] = attrs.field(factory=dict)
    rows: float | None = None
    cost: float | None = None
    actual_rows: float | None = None
    actual_ms: float | None = None
    loops: int | None = None
    children: tuple[PlanNode, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, PlanNode]]:
        """Give each node with its depth, parents first."""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


@attrs.frozen(kw_only=True)
class Plan:
    """A plan.

    Attributes:
        root: The operation that returns the result.
        cost: Estimated cost of all, in the server's unit; None where it does not say.
        analyzed: Whether the statement was run.
        planning_ms: Milliseconds of planning, where the server says.
        execution_ms: Milliseconds of running, where it was run.
        raw: The server's own text of it.
        raw_format: `json`, `xml` or `text`.
    """

    root: PlanNode
    cost: float | None = None
    analyzed: bool = False
    planning_ms: float | None = None
    execution_ms: float | None = None
    raw: str = attrs.field(default="", repr=False)
    raw_format: str = "text"
