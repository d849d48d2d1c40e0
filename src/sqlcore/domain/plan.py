"""How a server would run a statement, or ran it."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping

import attrs

__all__ = ["Plan", "PlanNode", "Step"]


class Step(enum.Enum):
    """What an operation does, whatever its server calls it; as far as findings depend on it."""

    FULL_SCAN = "full_scan"
    """It reads a whole table or index."""
    NESTED_LOOP = "nested_loop"
    """It runs its second input once for each row of the first."""
    LIMIT = "limit"
    """It stops what is below it once it has rows enough."""
    OTHER = "other"


@attrs.frozen(kw_only=True)
class PlanNode:
    """One operation of a plan.

    Attributes:
        operation: The server's word for it: `Seq Scan`, `Clustered Index Scan`, `Hash Join` …
        step: What it does, in general.
        target: The table or index that it reads, as the server names it.
        details: Conditions, keys and the like, by the server's words, in a fixed order; what joins
            or selects its rows is `on`, what it drops rows by is `filter`.
        rows: Estimated rows of one execution.
        cost: Estimated cost with all below it, in the server's unit.
        read_rows: Estimated rows that one execution reads before its filter, where the server says.
        actual_rows: Rows of one execution on average; None where it was not run.
        actual_ms: Milliseconds of all executions with all below it; None where it was not run.
        loops: How often it was executed, or how often the server expects it to be.
        removed_rows: Rows that its filter dropped, in one execution on average.
        spilled_kb: Kilobytes that it wrote to disk because memory was short.
        warnings: What the server warns of, in sentences.
    """

    operation: str
    step: Step = Step.OTHER
    target: str | None = None
    details: Mapping[str, str] = attrs.field(factory=dict)
    rows: float | None = None
    cost: float | None = None
    read_rows: float | None = None
    actual_rows: float | None = None
    actual_ms: float | None = None
    loops: int | None = None
    removed_rows: float | None = None
    spilled_kb: float | None = None
    warnings: tuple[str, ...] = ()
    children: tuple[PlanNode, ...] = ()

    def walk(self, depth: int = 0) -> Iterator[tuple[int, PlanNode]]:
        """Give each node with its depth, parents first."""
        waiting = [(depth, self)]
        while waiting:
            level, node = waiting.pop()
            yield level, node
            waiting += [(level + 1, child) for child in reversed(node.children)]


@attrs.frozen(kw_only=True)
class Plan:
    """A plan.

    Attributes:
        root: The operation that returns the result.
        cost: Estimated cost of all, in the server's unit; None where it does not say.
        analyzed: Whether the statement was run.
        planning_ms: Milliseconds of planning, where the server says.
        execution_ms: Milliseconds of running, where it was run.
        advice: What the server itself advises, in sentences.
        raw: The server's own text of it.
        raw_format: `json`, `xml` or `text`.
    """

    root: PlanNode
    cost: float | None = None
    analyzed: bool = False
    planning_ms: float | None = None
    execution_ms: float | None = None
    advice: tuple[str, ...] = ()
    raw: str = attrs.field(default="", repr=False)
    raw_format: str = "text"
