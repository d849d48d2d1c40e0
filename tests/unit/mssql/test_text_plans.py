"""Reading Babelfish's plans in text."""

from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.text_plans import read_text_plan
from sqlcore.domain.plan import Step
from sqlcore.errors import UnsupportedError

_PLAN = """Query Text: SELECT a, count(*) FROM t JOIN u ON t.id = u.b
Sort  (cost=913.02..913.04 rows=10 width=8) (actual time=9.001..9.002 rows=12 loops=1)
  Sort Key: (count(*)) NULLS FIRST
  Sort Method: external merge  Disk: 640kB
  InitPlan 1 (returns $0)
    ->  Aggregate  (cost=1.00..1.01 rows=1 width=4) (never executed)
  ->  Nested Loop  (cost=0.30..812.73 rows=20000 width=4) (actual time=0.1..8.5 rows=100 loops=1)
        ->  Seq Scan on t u  (cost=0..309.00 rows=2e+04 width=4) (actual time=0..2 rows=7 loops=1)
              Filter: (b = 3)
              Rows Removed by Filter: 19993
        ->  Index Scan using pk on t  (cost=0..1 rows=1 width=8) (actual time=0..0.5 rows=1 loops=7)
              Index Cond: (id = u.b)
Planning Time: 0.078 ms
Execution Time: 9.180 ms"""


def test_operations_nest_by_their_indent() -> None:
    plan = read_text_plan(_PLAN.splitlines(), analyzed=True)
    assert plan.cost == 913.04
    assert (plan.planning_ms, plan.execution_ms) == (0.078, 9.18)
    nodes = [(depth, node.operation, node.target) for depth, node in plan.root.walk()]
    assert nodes == [
        (0, "Sort", None),
        (1, "Aggregate", None),
        (1, "Nested Loop", None),
        (2, "Seq Scan", "t u"),
        (2, "Index Scan", "t using pk"),
    ]
    sort, never, loop, scan, seek = [node for _, node in plan.root.walk()]
    assert sort.spilled_kb == 640
    assert never.loops == 0
    assert never.actual_rows is None
    assert loop.step is Step.NESTED_LOOP
    assert scan.rows == 20000
    assert scan.removed_rows == 19993
    assert scan.details == {"filter": "(b = 3)"}
    assert (seek.loops, seek.actual_ms) == (7, 3.5)


def test_the_costs_of_several_statements_add_up() -> None:
    lines = [
        "Query Text: SELECT 1",
        "Result  (cost=0.00..0.01 rows=1 width=4)",
        "Query Text: DELETE FROM t",
        "Delete on t  (cost=0.00..309.00 rows=0 width=0)",
        "  ->  Seq Scan on t  (cost=0.00..309.00 rows=20000 width=6)",
    ]
    plan = read_text_plan(lines, analyzed=False)
    assert plan.root.operation == "Batch"
    assert plan.cost == pytest.approx(309.01)


@pytest.mark.parametrize("lines", [[], ["Query Text: DROP TABLE t"], ["nonsense"]])
def test_without_an_operation_there_is_no_plan(lines: list[str]) -> None:
    with pytest.raises(UnsupportedError):
        read_text_plan(lines, analyzed=False)
