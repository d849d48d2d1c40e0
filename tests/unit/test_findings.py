"""What stands out in a plan."""

from __future__ import annotations

from typing import Any

import pytest

from sqlcore.domain.plan import Plan, PlanNode, Step
from sqlcore.services.findings import find


def node(operation: str = "Seq Scan", *children: PlanNode, **fields: Any) -> PlanNode:
    return PlanNode(operation=operation, children=children, **fields)


def found(root: PlanNode, **fields: Any) -> tuple[str, ...]:
    return find(Plan(root=root, cost=root.cost, **fields))


def scan(**fields: Any) -> PlanNode:
    return node(**{"step": Step.FULL_SCAN, "target": "t", "details": {"filter": "a = 1"}, **fields})


def test_a_plain_plan_has_no_findings() -> None:
    assert found(node("Index Scan", target="t", rows=1, cost=8, actual_rows=1, loops=1)) == ()


@pytest.mark.parametrize(
    ("fields", "is_found"),
    [
        ({"rows": 5, "cost": 4000}, True),
        ({"rows": 3000, "cost": 4000}, False),
        ({"rows": 5, "cost": 50}, False),
        ({"rows": 5, "cost": 4000, "details": {}}, False),
        ({"rows": 5, "cost": 0.9, "read_rows": 50_000}, True),
        ({"rows": 5, "cost": 0.9, "read_rows": 500}, False),
        ({"rows": 45_000, "cost": 0.9, "read_rows": 50_000}, False),
    ],
)
def test_a_scan_of_everything_for_little_is_found(fields: dict[str, Any], is_found: bool) -> None:  # noqa: FBT001  # a parameter of the test
    assert bool(found(scan(**fields))) is is_found


def test_a_scan_that_something_stops_early_is_not_blamed() -> None:
    assert found(node("Limit", scan(rows=5, cost=4000), step=Step.LIMIT, cost=4000)) == ()


def test_a_cheap_scan_of_a_costly_plan_is_not_blamed() -> None:
    assert found(node("Sort", scan(rows=5, cost=4000), cost=900_000)) == ()


def test_rows_that_a_filter_removed_are_counted_over_all_executions() -> None:
    (finding,) = found(
        scan(rows=5, actual_rows=5, loops=4, removed_rows=50_000, cost=4000), analyzed=True
    )
    assert finding == (
        "Seq Scan on t looked at 200,020 rows and kept 20: an index on the columns of its filter"
        " may help, a = 1."
    )
    assert found(scan(rows=9e4, actual_rows=9e4, loops=1, removed_rows=50_000), analyzed=True) == ()


@pytest.mark.parametrize(
    ("rows", "actual", "loops", "is_found"),
    [
        (10, 1000, 1, True),
        (1000, 10, 1, True),
        (10, 99, 1, False),
        (1, 20, 1, False),
        (1, 20, 50, True),
        (1000, None, 0, False),
    ],
)
def test_an_estimate_that_is_ten_times_off_is_found(
    rows: float,
    actual: float | None,
    loops: int,
    is_found: bool,  # noqa: FBT001
) -> None:
    root = node("Hash Join", rows=rows, actual_rows=actual, loops=loops)
    assert bool(found(root, analyzed=True)) is is_found


def test_of_a_chain_of_wrong_estimates_the_source_is_named() -> None:
    source = node("Index Scan", target="t", rows=1, actual_rows=5000, loops=1)
    chain = node("Sort", node("Hash Join", source, rows=1, actual_rows=5000, loops=1))
    (finding,) = found(chain, analyzed=True)
    assert finding.startswith("Index Scan on t was expected to bring 1 rows and brought 5,000")


def test_what_a_limit_stopped_is_no_wrong_estimate() -> None:
    below = node("Index Scan", rows=100_000, actual_rows=10, loops=1)
    root = node("Limit", below, step=Step.LIMIT, rows=10, actual_rows=10, loops=1)
    assert found(root, analyzed=True) == ()


def test_a_loop_that_runs_often_is_found_before_and_after_it_ran() -> None:
    outer, inner = node("Index Scan", rows=50_000), node("Index Scan", target="u", rows=1)
    (expected,) = found(node("Nested Loop", outer, inner, step=Step.NESTED_LOOP, rows=50_000))
    assert "expected to run Index Scan on u 50,000 times" in expected
    ran = node("Index Scan", target="u", rows=1, actual_rows=1, loops=40_000)
    (counted,) = found(node("Nested Loop", outer, ran, step=Step.NESTED_LOOP), analyzed=True)
    assert "ran Index Scan on u 40,000 times" in counted


def test_a_product_is_found_only_where_no_condition_could_join() -> None:
    def loop(inner: PlanNode, **details: str) -> PlanNode:
        outer = node(rows=500, step=Step.FULL_SCAN)
        return node(
            "Nested Loop", outer, inner, step=Step.NESTED_LOOP, rows=500 * 700, details=details
        )

    whole = node(rows=700, step=Step.FULL_SCAN)
    (finding,) = found(loop(node("Materialize", whole, rows=700)))
    assert "joins every row with every other, 350,000 in all" in finding
    assert found(loop(whole, **{"join filter": "a < b"})) == ()
    assert found(loop(node("Index Scan", rows=700, details={"index condition": "a = b"}))) == ()
    assert found(loop(node("Function Scan", rows=700, details={"function": "f(a)"}))) == ()
    assert found(loop(node("Function Scan", rows=700))) == ()


def test_each_thing_is_said_once() -> None:
    spilled = node("Sort", spilled_kb=640.0, warnings=("memory ran short",))
    findings = found(node("Append", spilled, spilled), advice=("An index is missing.",))
    assert len(findings) == len(set(findings)) == 3
