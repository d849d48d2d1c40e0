"""Reading Babelfish's plans, which are the text of PostgreSQL's EXPLAIN.

One section for each statement: `Query Text: …`, then the operations, each deeper one behind `->`,
and under each its conditions. The statement's text takes one line only if it has no line break.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import attrs

from sqlcore.domain.plan import Plan, PlanNode, Step
from sqlcore.errors import ExecutionError, UnsupportedError

__all__ = ["read_text_plan"]

_HEAD = "Query Text:"
_NUMBER = r"[0-9.]+(?:e[+-]?[0-9]+)?"
_OPERATION = re.compile(
    rf"(?P<indent> *)(?:->  )?(?P<name>\S.*?)  \(cost={_NUMBER}\.\.(?P<cost>{_NUMBER})"
    rf" rows=(?P<rows>{_NUMBER}) width=[0-9]+\)"
    rf"(?: \((?:actual time={_NUMBER}\.\.(?P<ms>{_NUMBER}) rows=(?P<actual>{_NUMBER})"
    rf" loops=(?P<loops>[0-9]+)|(?P<never>never executed))\))?"
)
_TIME = re.compile(rf"(Planning|Execution) Time: ({_NUMBER}) ms")
_REMOVED = re.compile(r"Rows Removed by [A-Za-z ]+: ([0-9]+)")
_SPILLED = re.compile(r"Sort Method: .*Disk: ([0-9]+)kB")
_TARGET = re.compile(r"(.+?) (?:using (\S+) )?on (.+)")
_WORDS = {
    "Hash Cond": "on",
    "Merge Cond": "on",
    "Join Filter": "join filter",
    "Index Cond": "index condition",
    "Recheck Cond": "recheck",
    "Filter": "filter",
    "One-Time Filter": "one-time filter",
    "Sort Key": "sort key",
    "Group Key": "group key",
    "Cache Key": "cache key",
    "Function Call": "function",
    "Sort Method": "method",
}
_STEPS = {"Seq Scan": Step.FULL_SCAN, "Nested Loop": Step.NESTED_LOOP, "Limit": Step.LIMIT}


@attrs.define
class _Draft:
    """An operation while its lines are read."""

    indent: int
    fields: dict[str, object]
    details: dict[str, str] = attrs.field(factory=dict)
    children: list[_Draft] = attrs.field(factory=list)

    def node(self) -> PlanNode:
        children = tuple(child.node() for child in self.children)
        return PlanNode(details=self.details, children=children, **self.fields)  # type: ignore[arg-type]  # by name


def read_text_plan(lines: Iterable[str], *, analyzed: bool) -> Plan:
    """Read a plan of one statement or several.

    Raises:
        UnsupportedError: There is no operation in it.
    """
    texts = [part for line in lines for part in line.split("\n")]
    roots: list[_Draft] = []
    above: list[_Draft] = []
    times = {"Planning": 0.0, "Execution": 0.0}
    for text in texts:
        if text.lstrip().startswith(_HEAD):
            above = []
            continue
        match = _OPERATION.fullmatch(text)
        if match is not None:
            draft = _Draft(len(match["indent"]), _fields(match))
            while above and above[-1].indent >= draft.indent:
                above.pop()
            (above[-1].children if above else roots).append(draft)
            above.append(draft)
        elif (time := _TIME.fullmatch(text)) is not None:
            times[time[1]] += float(time[2])
        elif above:
            _add_line(above[-1], text.strip())
    if not roots:
        raise UnsupportedError(
            "The server plans no such statement.",
            hint="Ask for the plan of a SELECT, INSERT, UPDATE or DELETE.",
        )
    try:
        nodes = [root.node() for root in roots]
    except RecursionError as exc:
        raise ExecutionError("The server's plan is too deep to be read.") from exc
    return Plan(
        root=nodes[0] if len(nodes) == 1 else PlanNode(operation="Batch", children=tuple(nodes)),
        cost=sum(node.cost or 0.0 for node in nodes),
        analyzed=analyzed,
        planning_ms=times["Planning"] or None,
        execution_ms=times["Execution"] or None,
        raw="\n".join(texts),
        raw_format="text",
    )


def _fields(match: re.Match[str]) -> dict[str, object]:
    name = match["name"]
    named = _TARGET.fullmatch(name)
    operation, target = name, None
    if named is not None:
        operation, target = named[1], named[3]
        if named[2]:
            target += f" using {named[2]}"
    loops = int(match["loops"]) if match["loops"] else (0 if match["never"] else None)
    return {
        "operation": operation,
        "step": _STEPS.get(operation.removeprefix("Parallel "), Step.OTHER),
        "target": target,
        "rows": float(match["rows"]),
        "cost": float(match["cost"]),
        "actual_rows": float(match["actual"]) if match["actual"] else None,
        "actual_ms": float(match["ms"]) * (loops or 0) if match["ms"] else None,
        "loops": loops,
    }


def _add_line(draft: _Draft, text: str) -> None:
    removed, spilled = _REMOVED.fullmatch(text), _SPILLED.fullmatch(text)
    if removed is not None:
        before = draft.fields.get("removed_rows")
        draft.fields["removed_rows"] = float(removed[1]) + (
            before if isinstance(before, float) else 0.0
        )
    if spilled is not None:
        draft.fields["spilled_kb"] = float(spilled[1])
    name, separator, value = text.partition(": ")
    if separator and name in _WORDS:
        draft.details[_WORDS[name]] = value
