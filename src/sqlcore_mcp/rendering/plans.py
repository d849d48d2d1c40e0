"""A plan as a compact tree: what stands out, then one line for each operation."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypedDict

from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.domain.plan import Plan, PlanNode
    from sqlcore.services.explaining import Explanation
    from sqlcore_mcp.resources import Resource

__all__ = ["PlanOutput", "render_plan"]

_NODE_FIELDS = (
    "depth",
    "operation",
    "target",
    "rows",
    "cost",
    "actual_rows",
    "actual_ms",
    "loops",
    "details",
)
_NOTES_TOKENS = 130
_FINDINGS_SHARE = 0.5
_LONGEST = 160
_DEEPEST_INDENT = 40
_WHOLE_FROM = 100


class PlanOutput(TypedDict, total=False):
    """A plan in structured content; operations are arrays under `node_fields`, parents first."""

    cost: float
    analyzed: bool
    planning_ms: float
    execution_ms: float
    findings: list[str]
    node_fields: list[str]
    nodes: list[list[Any]]
    node_count: int
    truncated: bool
    raw_plan: dict[str, Any]


def render_plan(
    explanation: Explanation, budget: Budget, raw: Resource | None, lifetime_s: float
) -> Answer:
    """Write a plan, within a budget; what has no room is counted.

    Args:
        explanation: The plan, and what stands out.
        budget: For text and structured content.
        raw: Where the server's own text can be read; None where it could not be kept.
        lifetime_s: For how long.
    """
    plan = explanation.plan
    budget.reserve(_NOTES_TOKENS)
    output = _head_values(plan)
    head = _head(plan)
    budget.spend(head, compact_json(output))
    findings, found_lines = _findings(explanation.findings, budget)
    nodes, node_lines = _nodes(plan, budget)
    node_count = sum(1 for _ in plan.root.walk())
    omitted_findings = len(explanation.findings) - len(findings)
    omitted_nodes = node_count - len(nodes)
    output |= {
        "findings": findings,
        "node_fields": list(_NODE_FIELDS),
        "nodes": nodes,
        "node_count": node_count,
        "truncated": bool(omitted_findings or omitted_nodes),
    }
    tail = ""
    if output["truncated"]:
        parts = [
            f"{omitted:,} of {count:,} {what}"
            for omitted, count, what in (
                (omitted_findings, len(explanation.findings), "findings"),
                (omitted_nodes, node_count, "operations"),
            )
            if omitted
        ]
        or_raw = "" if raw is None else ", or read the raw plan"
        tail = f"Cut: {' and '.join(parts)}. Raise max_tokens{or_raw}.\n"
    if raw is not None:
        output["raw_plan"] = {
            "uri": raw.uri,
            "mime_type": raw.mime_type,
            "size_bytes": raw.size_bytes,
            "expires_in_seconds": round(lifetime_s),
        }
        tail += f"Raw plan, for {lifetime_s / 60:g} minutes: {raw.uri}"
    return Answer((head, Data("".join([*found_lines, *node_lines])), tail), output)


def _head_values(plan: Plan) -> dict[str, Any]:
    values = {
        "cost": plan.cost,
        "analyzed": plan.analyzed,
        "planning_ms": _rounded(plan.planning_ms),
        "execution_ms": _rounded(plan.execution_ms),
    }
    return {name: value for name, value in values.items() if value is not None}


def _head(plan: Plan) -> str:
    words = ["The plan as it was run" if plan.analyzed else "The estimated plan"]
    if plan.cost is not None:
        words.append(f"cost {_number(plan.cost)}")
    if plan.planning_ms is not None:
        words.append(f"planning {_number(plan.planning_ms)} ms")
    if plan.execution_ms is not None:
        words.append(f"execution {_number(plan.execution_ms)} ms")
    return ", ".join(words) + ("" if plan.analyzed else "; nothing was run") + ".\n"


def _findings(findings: Iterable[str], budget: Budget) -> tuple[list[str], list[str]]:
    """Take findings while there is room in their share."""
    share = budget.part(_FINDINGS_SHARE)
    kept: list[str] = []
    lines: list[str] = []
    for finding in findings:
        text = _one_line(finding, 2 * _LONGEST)
        line, value = f"! {text}\n", f"{compact_json(text)},"
        if not share.take(line, value):
            break
        budget.spend(line, value)
        kept.append(text)
        lines.append(line)
    return kept, lines


def _nodes(plan: Plan, budget: Budget) -> tuple[list[list[Any]], list[str]]:
    kept: list[list[Any]] = []
    lines: list[str] = []
    for depth, node in plan.root.walk():
        line, value = f"{'  ' * min(depth, _DEEPEST_INDENT)}{_line(node)}\n", _value(depth, node)
        if not budget.take(line, f"{compact_json(value)},"):
            break
        kept.append(value)
        lines.append(line)
    return kept, lines


def _line(node: PlanNode) -> str:
    """Write an operation: `Hash Join (cost 12, rows 100) on a.id = b.id`."""
    numbers = [
        f"{word} {_number(number)}"
        for word, number in (("cost", node.cost), ("rows", node.rows))
        if number is not None
    ]
    if node.actual_rows is not None:
        times = f" in each of {node.loops:,} runs" if (node.loops or 1) > 1 else ""
        numbers.append(f"actual {_number(node.actual_rows)}{times}")
    elif node.loops == 0:
        numbers.append("never run")
    if node.actual_ms is not None:
        numbers.append(f"{_number(node.actual_ms)} ms")
    text = node.operation if node.target is None else f"{node.operation} {node.target}"
    if numbers:
        text += f" ({', '.join(numbers)})"
    details = dict(node.details)
    on = details.pop("on", None)
    if on:
        text += f" on {_one_line(_unwrapped(on), _LONGEST)}"
    for word, value in details.items():
        text += f"; {word} {_one_line(_unwrapped(value), _LONGEST)}"
    return _one_line(text, 4 * _LONGEST)


def _value(depth: int, node: PlanNode) -> list[Any]:
    return [
        depth,
        node.operation,
        node.target,
        _rounded(node.rows),
        _rounded(node.cost),
        _rounded(node.actual_rows),
        _rounded(node.actual_ms),
        node.loops,
        {word: _one_line(_unwrapped(text), _LONGEST) for word, text in node.details.items()},
    ]


def _unwrapped(condition: str) -> str:
    """Take off the parentheses around a whole condition."""
    if not (condition.startswith("(") and condition.endswith(")")):
        return condition
    depth = 0
    for position, character in enumerate(condition):
        depth += (character == "(") - (character == ")")
        if depth == 0 and position < len(condition) - 1:
            return condition
    return condition[1:-1]


def _one_line(text: str, longest: int) -> str:
    line = " ".join(text.split())
    return line if len(line) <= longest else f"{line[: longest - 1]}…"


def _rounded(number: float | None) -> float | None:
    if number is None:
        return None
    if abs(number) >= _WHOLE_FROM:
        return round(number)
    return float(f"{number:.3g}")


def _number(number: float) -> str:
    rounded = _rounded(number) or 0
    return f"{rounded:,.0f}" if abs(rounded) >= _WHOLE_FROM else f"{rounded:g}"
