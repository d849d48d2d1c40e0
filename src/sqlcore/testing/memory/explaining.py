"""Plans of the in-memory engine: EXPLAIN QUERY PLAN, which never runs what it explains.

SQLite estimates no costs. So that a ceiling on them can be tested, a plan costs one unit for each
row of each table that it scans.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from contextlib import closing

import attrs

from sqlcore.domain.plan import Plan, PlanNode, Step
from sqlcore.domain.query import ExecutionOptions, Row, RowBatch, Statement, TransactionMode
from sqlcore.errors import SqlSyntaxError, UnsupportedError
from sqlcore.testing.memory.executing import MemoryExecutor
from sqlcore.testing.memory.scripts import read_script

__all__ = ["MemoryPlanExplainer"]

_ACCESS = re.compile(r"(SCAN|SEARCH) (?:\w+\.)?(\w+)")
_PLANNED = frozenset({"SELECT", "WITH", "VALUES", "INSERT", "REPLACE", "UPDATE", "DELETE"})
_WRITES = frozenset({"INSERT", "REPLACE", "UPDATE", "DELETE"})


class MemoryPlanExplainer:
    """Explains statements; see `sqlcore.ports.PlanExplainer`."""

    def __init__(self, executor: MemoryExecutor) -> None:
        self._executor = executor

    def explain(
        self, statement: Statement, options: ExecutionOptions, *, analyze: bool = False
    ) -> Plan:
        """Explain a statement; `analyze` counts and times the rows of its result alone."""
        script = read_script(statement)
        if len(script.statements) != 1:
            raise SqlSyntaxError("A plan is made of one statement.", hint="Send one at a time.")
        words = script.statements[0].words
        if words[0] not in _PLANNED:
            raise UnsupportedError(
                f"SQLite plans no {words[0][:20]}.", hint="Ask for the plan of a query or a change."
            )
        is_write = not _WRITES.isdisjoint(words)
        mode = TransactionMode.ROLLED_BACK if is_write else TransactionMode.READ_ONLY
        explained = attrs.evolve(statement, text=f"EXPLAIN QUERY PLAN {statement.text}")
        lines = self._rows(explained, attrs.evolve(options, mode=mode))
        plan = self._plan([(int(i), int(parent), str(d)) for i, parent, _, d in lines], options)
        if not analyze:
            return plan
        started = time.monotonic()
        read_only = attrs.evolve(options, mode=TransactionMode.READ_ONLY)
        row_count = len(self._rows(statement, read_only))
        elapsed_ms = (time.monotonic() - started) * 1000
        root = attrs.evolve(plan.root, actual_rows=row_count, actual_ms=elapsed_ms, loops=1)
        return attrs.evolve(plan, root=root, analyzed=True, execution_ms=elapsed_ms)

    def _plan(self, lines: Sequence[tuple[int, int, str]], options: ExecutionOptions) -> Plan:
        tables = {match[2] for _, _, detail in lines if (match := _ACCESS.match(detail))}
        row_counts = {table: self._row_count(table, options) for table in tables}
        children = _nodes(0, lines, row_counts)
        cost = sum(child.cost or 0.0 for child in children)
        root = PlanNode(operation="Query", cost=cost, children=children)
        raw = "\n".join(detail for _, _, detail in lines)
        return Plan(root=root, cost=cost, raw=raw, raw_format="text")

    def _row_count(self, table: str, options: ExecutionOptions) -> float:
        known = self._rows(
            Statement.of("SELECT 1 FROM sqlite_schema WHERE name = :name", {"name": table}), options
        )
        if not known:
            return 0.0  # an alias or a subquery
        count = f'SELECT COUNT(*) FROM "{table}"'  # noqa: S608  # a known table, of word characters
        counted = self._rows(Statement.of(count), options)
        return float(counted[0][0])

    def _rows(self, statement: Statement, options: ExecutionOptions) -> list[Row]:
        with closing(self._executor.execute(statement, options)) as events:
            return [row for event in events if isinstance(event, RowBatch) for row in event.rows]


def _nodes(
    parent: int, lines: Sequence[tuple[int, int, str]], row_counts: Mapping[str, float]
) -> tuple[PlanNode, ...]:
    nodes: list[PlanNode] = []
    for identifier, above, detail in lines:
        if above != parent:
            continue
        children = _nodes(identifier, lines, row_counts)
        below = sum(child.cost or 0.0 for child in children)
        match = _ACCESS.match(detail)
        if match is None:
            nodes.append(PlanNode(operation=detail, cost=below, children=children))
            continue
        is_scan = match[1] == "SCAN"
        rest = detail[match.end() :].strip()
        nodes.append(
            PlanNode(
                operation=match[1].capitalize(),
                step=Step.FULL_SCAN if is_scan else Step.OTHER,
                target=match[2],
                details={"how": rest} if rest else {},
                cost=below + (row_counts[match[2]] if is_scan else 1.0),
                children=children,
            )
        )
    return tuple(nodes)
