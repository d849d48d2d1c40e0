"""What stands out in a plan: short sentences with the plan's own numbers, nothing guessed."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from sqlcore.domain.plan import Plan, PlanNode, Step

__all__ = ["find"]

_MANY_ROWS = 10_000
_MANY_EXECUTIONS = 10_000
_SELECTIVE = 0.1
_WHOLE_SHARE = 0.3
"""A scan that costs less than this share of the whole is not what takes the time."""
_WRONG_BY = 10.0
_NOTABLE_ROWS = 100
_MOST_WRONG = 3
_ALIKE = 0.01
_LONGEST = 120
_PASSES_ALL_ON = frozenset({"Materialize"})


@attrs.frozen
class _Place:
    """A node with what its ancestors mean for it."""

    node: PlanNode
    is_limited: bool
    """Whether something above stops it once there are rows enough."""


def find(plan: Plan) -> tuple[str, ...]:
    """Find what stands out; what the server itself says comes first, and each thing once."""
    places = list(_places(plan.root))
    found = [
        *(f"{_name(place.node)}: {text}." for place in places for text in place.node.warnings),
        *plan.advice,
    ]
    for place in places:
        found += _of_node(plan, place)
    found += _wrong_estimates(places)
    return tuple(dict.fromkeys(found))


def _places(root: PlanNode) -> Iterator[_Place]:
    waiting = [_Place(root, is_limited=False)]
    while waiting:
        place = waiting.pop()
        yield place
        is_limited = place.is_limited or place.node.step is Step.LIMIT
        waiting += [_Place(child, is_limited) for child in reversed(place.node.children)]


def _of_node(plan: Plan, place: _Place) -> Iterator[str]:
    node = place.node
    if node.spilled_kb:
        yield (
            f"{_name(node)} wrote about {node.spilled_kb:,.0f} kB to disk, for want of memory:"
            " let fewer or narrower rows reach it, or allow more memory."
        )
    removed = _removed(node) or (None if place.is_limited else _whole_scan(plan, node))
    if removed:
        yield removed
    if node.step is Step.NESTED_LOOP and len(node.children) > 1:
        outer, inner = node.children[0], node.children[-1]
        yield from _executions(node, outer, inner, analyzed=plan.analyzed)
        yield from _product(node, outer, inner)


def _removed(node: PlanNode) -> str | None:
    """Find a filter that threw away most of what was read for it."""
    if node.removed_rows is None or node.actual_rows is None:
        return None
    loops = node.loops or 1
    removed, kept = node.removed_rows * loops, node.actual_rows * loops
    if removed < _MANY_ROWS or kept > _SELECTIVE * (removed + kept):
        return None
    text = f"{_name(node)} looked at {removed + kept:,.0f} rows and kept {kept:,.0f}"
    return text + (_index_may_help(node) if node.step is Step.FULL_SCAN else ".")


def _whole_scan(plan: Plan, node: PlanNode) -> str | None:
    """Find a scan of everything that is expected to bring little; its filter says why."""
    condition = node.details.get("filter")
    if node.step is not Step.FULL_SCAN or not condition or node.rows is None:
        return None
    if node.actual_rows is not None:
        return None  # what it really brought is told by the rows that it removed
    if node.read_rows is not None:
        if node.read_rows < _MANY_ROWS or node.rows > _SELECTIVE * node.read_rows:
            return None
        read = f"all of about {node.read_rows:,.0f} rows"
    else:
        # Without the number of its rows: a unit of cost is a page, which holds a row at least.
        cost = node.cost or 0.0
        is_cheap = cost < _NOTABLE_ROWS or cost < _WHOLE_SHARE * (plan.cost or 0.0)
        if is_cheap or node.rows > _SELECTIVE * cost:
            return None
        read = f"everything, at a cost of {cost:,.0f},"
    each = " in each worker" if node.operation.startswith("Parallel") else ""
    return f"{_name(node)} reads {read} for an expected {node.rows:,.0f}{each}" + (
        _index_may_help(node)
    )


def _index_may_help(node: PlanNode) -> str:
    condition = node.details.get("filter")
    shown = "" if condition is None else f", {_short(condition)}"
    return f": an index on the columns of its filter may help{shown}."


def _executions(
    node: PlanNode, outer: PlanNode, inner: PlanNode, *, analyzed: bool
) -> Iterator[str]:
    if analyzed and inner.loops is not None:
        if inner.loops >= _MANY_EXECUTIONS:
            yield (
                f"{_name(node)} ran {_name(inner)} {inner.loops:,} times: see whether a hash or"
                " merge join, or fewer rows before it, would do."
            )
    elif not analyzed and (outer.rows or 0.0) >= _MANY_EXECUTIONS and not _keeps(inner):
        yield (
            f"{_name(node)} is expected to run {_name(inner)} {outer.rows:,.0f} times, once for"
            " each row of its first input."
        )


def _keeps(inner: PlanNode) -> bool:
    """Whether the input is worked out once, or its answers are remembered."""
    return inner.operation in ("Materialize", "Memoize") or "Spool" in inner.operation


def _product(node: PlanNode, outer: PlanNode, inner: PlanNode) -> Iterator[str]:
    """Find a join of every row with every other: no condition anywhere that could join them."""
    if node.warnings:
        return  # the server says so itself
    has_condition = any(word in node.details for word in ("on", "join filter", "outer references"))
    if has_condition or node.rows is None or not outer.rows or not inner.rows:
        return
    for _, below in inner.walk():
        if below.details or not (below.step is Step.FULL_SCAN or below.operation in _PASSES_ALL_ON):
            return
    product = outer.rows * inner.rows
    is_all = abs(node.rows - product) <= _ALIKE * product
    if is_all and outer.rows > 1 and inner.rows > 1 and product >= _MANY_ROWS:
        yield (
            f"{_name(node)} joins every row with every other, {node.rows:,.0f} in all: a join"
            " condition seems to be missing."
        )


def _wrong_estimates(places: list[_Place]) -> Iterator[str]:
    """Find estimates that are far off; the worst few, and of a chain the one at its source."""
    wrong = [
        (factor, place.node)
        for place in places
        if (factor := _factor(place)) >= _WRONG_BY
        and not any(_factor(_Place(c, place.is_limited)) >= _WRONG_BY for c in place.node.children)
    ]
    wrong.sort(key=lambda pair: -pair[0])
    for factor, node in wrong[:_MOST_WRONG]:
        each = " on average" if (node.loops or 0) > 1 else ""
        yield (
            f"{_name(node)} was expected to bring {node.rows or 0:,.0f} rows and brought"
            f" {node.actual_rows or 0:,.0f}{each}, {factor:,.0f} times off: statistics may be old,"
            " or conditions depend on each other."
        )


def _factor(place: _Place) -> float:
    """Tell by what factor an estimate is off; 1 where that is not known or does not matter."""
    node = place.node
    if node.rows is None or node.actual_rows is None or not node.loops:
        return 1.0
    expected, actual = max(node.rows, 1.0), max(node.actual_rows, 1.0)
    if actual < expected and (place.is_limited or node.step is Step.LIMIT):
        return 1.0  # it was stopped
    if max(expected, actual) * node.loops < _NOTABLE_ROWS:
        return 1.0
    return max(expected / actual, actual / expected)


def _name(node: PlanNode) -> str:
    return node.operation if node.target is None else f"{node.operation} on {_short(node.target)}"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"
