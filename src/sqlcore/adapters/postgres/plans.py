"""Reading the JSON of EXPLAIN.

Source of its fields: `src/backend/commands/explain.c` of PostgreSQL. Rows, costs and times of a
node are those of one execution, the times with all below it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.domain.plan import Plan, PlanNode, Step
from sqlcore.errors import ExecutionError, UnsupportedError

__all__ = ["read_plan"]

_STEPS = {
    "Seq Scan": Step.FULL_SCAN,
    "Parallel Seq Scan": Step.FULL_SCAN,
    "Nested Loop": Step.NESTED_LOOP,
    "Limit": Step.LIMIT,
}
_DETAILS = {
    "Hash Cond": "on",
    "Merge Cond": "on",
    "Join Filter": "join filter",
    "Index Cond": "index condition",
    "Recheck Cond": "recheck",
    "TID Cond": "tid condition",
    "Order By": "order by",
    "Filter": "filter",
    "One-Time Filter": "one-time filter",
    "Sort Key": "sort key",
    "Presorted Key": "presorted",
    "Group Key": "group key",
    "Cache Key": "cache key",
    "Function Call": "function",
    "CTE Name": "cte",
    "Subplan Name": "subplan",
    "Sort Method": "method",
    "Workers Planned": "workers",
    "Workers Launched": "launched",
    "Heap Fetches": "heap fetches",
}
_REMOVED = (
    "Rows Removed by Filter",
    "Rows Removed by Join Filter",
    "Rows Removed by Index Recheck",
)
_OPERATIONS = {"Insert": "Insert", "Update": "Update", "Delete": "Delete", "Merge": "Merge"}
_STRATEGIES = {"Hashed": "Hash", "Sorted": "Group", "Mixed": "Mixed"}


def read_plan(raw: str, *, analyzed: bool) -> Plan:
    """Read a plan.

    Raises:
        UnsupportedError: The statement is one that has no plan.
        ExecutionError: The text is no plan.
    """
    try:
        (document,) = json.loads(raw)
    except (ValueError, TypeError, RecursionError) as exc:
        raise ExecutionError("The server's plan cannot be read.") from exc
    if not isinstance(document, dict) or "Plan" not in document:
        raise UnsupportedError(
            "The server plans no such statement.",
            hint="Plans are made of SELECT, INSERT, UPDATE, DELETE and MERGE.",
        )
    try:
        root = _node(document["Plan"])
    except RecursionError as exc:
        raise ExecutionError("The server's plan is too deep to be read.") from exc
    return Plan(
        root=root,
        cost=root.cost,
        analyzed=analyzed,
        planning_ms=document.get("Planning Time"),
        execution_ms=document.get("Execution Time"),
        raw=raw,
        raw_format="json",
    )


def _node(fields: Mapping[str, Any], processes: int = 1) -> PlanNode:
    """Read a node; what runs in several processes counts a loop, and its time, in each."""
    loops = fields.get("Actual Loops")
    ran = bool(loops)
    workers = int(fields.get("Workers Launched") or 0)
    each_ms = fields.get("Actual Total Time")
    removed = sum(float(fields.get(name) or 0) for name in _REMOVED)
    return PlanNode(
        operation=_operation(fields),
        step=_STEPS.get(fields["Node Type"], Step.OTHER),
        target=_target(fields),
        details=_details(fields, workers),
        rows=fields.get("Plan Rows"),
        cost=fields.get("Total Cost"),
        actual_rows=float(fields["Actual Rows"]) if ran else None,
        actual_ms=each_ms * loops / processes if ran and each_ms is not None else None,
        loops=None if loops is None else int(loops),
        removed_rows=removed if ran and removed else None,
        spilled_kb=_spilled_kb(fields),
        children=tuple(
            _node(child, workers + 1 if workers else processes) for child in fields.get("Plans", ())
        ),
    )


def _operation(fields: Mapping[str, Any]) -> str:
    """Name an operation as EXPLAIN's text does."""
    name: str = fields["Node Type"]
    join = fields.get("Join Type", "Inner")
    if name == "ModifyTable":
        name = _OPERATIONS.get(fields.get("Operation", ""), name)
    elif name == "Aggregate":
        name = f"{_STRATEGIES.get(fields.get('Strategy', ''), '')} Aggregate".lstrip()
        mode = fields.get("Partial Mode", "Simple")
        name = name if mode == "Simple" else f"{mode} {name}"
    elif name == "SetOp":
        name = f"{name} {fields.get('Command', '')}".rstrip()
    elif join != "Inner":
        name = (
            f"{name} {join} Join" if name == "Nested Loop" else name.replace("Join", f"{join} Join")
        )
    if fields.get("Scan Direction") == "Backward":
        name += " Backward"
    return f"Parallel {name}" if fields.get("Parallel Aware") else name


def _target(fields: Mapping[str, Any]) -> str | None:
    name = fields.get("Relation Name") or fields.get("Function Name") or fields.get("CTE Name")
    schema, alias, index = (fields.get(key) for key in ("Schema", "Alias", "Index Name"))
    if name is None:
        return index or alias
    full = f"{schema}.{name}" if schema else str(name)
    if alias and alias != name:
        full += f" {alias}"
    return f"{full} using {index}" if index else full


def _details(fields: Mapping[str, Any], workers: int) -> dict[str, str]:
    details: dict[str, str] = {}
    for name, word in _DETAILS.items():
        value = fields.get(name)
        if value in (None, 0) or (name == "CTE Name" and fields["Node Type"] == "CTE Scan"):
            continue
        if name == "Workers Launched" and workers == fields.get("Workers Planned"):
            continue
        details[word] = ", ".join(map(str, value)) if _is_list(value) else str(value)
    return details


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _spilled_kb(fields: Mapping[str, Any]) -> float | None:
    """Tell what a sort, a hash table or a materialized result wrote to disk."""
    spilled = 0.0
    if fields.get("Sort Space Type") == "Disk":
        spilled += float(fields.get("Sort Space Used") or 0)
    spilled += float(fields.get("Disk Usage") or 0)
    if int(fields.get("Hash Batches") or 1) > 1:
        # The written part is what does not fit: all batches but one.
        batches = int(fields["Hash Batches"])
        spilled += float(fields.get("Peak Memory Usage") or 0) * (batches - 1)
    for worker in fields.get("Workers", ()):
        if worker.get("Sort Space Type") == "Disk":
            spilled += float(worker.get("Sort Space Used") or 0)
    return spilled or None
