"""Reading the JSON of EXPLAIN."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sqlcore.adapters.postgres.plans import read_plan
from sqlcore.domain.plan import Plan, PlanNode, Step
from sqlcore.errors import ExecutionError, UnsupportedError


def fields(node_type: str, *children: dict[str, Any], **others: Any) -> dict[str, Any]:
    named = {name.replace("_", " "): value for name, value in others.items()}
    return {"Node Type": node_type, "Plans": list(children), **named}


def read(root: dict[str, Any], **others: Any) -> Plan:
    return read_plan(json.dumps([{"Plan": root, **others}]), analyzed=False)


@pytest.mark.parametrize(
    ("node", "operation"),
    [
        (fields("Seq Scan"), "Seq Scan"),
        (fields("Seq Scan", Parallel_Aware=True), "Parallel Seq Scan"),
        (fields("Index Scan", Scan_Direction="Backward"), "Index Scan Backward"),
        (fields("Hash Join", Join_Type="Inner"), "Hash Join"),
        (fields("Hash Join", Join_Type="Left"), "Hash Left Join"),
        (fields("Nested Loop", Join_Type="Anti"), "Nested Loop Anti Join"),
        (fields("ModifyTable", Operation="Delete"), "Delete"),
        (fields("Aggregate", Strategy="Hashed", Partial_Mode="Partial"), "Partial Hash Aggregate"),
        (fields("Aggregate", Strategy="Plain"), "Aggregate"),
    ],
)
def test_an_operation_has_the_name_that_explain_prints(
    node: dict[str, Any], operation: str
) -> None:
    assert read(node).root.operation == operation


def test_targets_and_conditions_come_in_short_words() -> None:
    node = fields(
        "Index Scan",
        Schema="shop",
        Relation_Name="orders",
        Alias="o",
        Index_Name="orders_pkey",
        Index_Cond="(o.id = 7)",
        Filter="(o.total > 1)",
        Sort_Key=["a", "b DESC"],
    )
    root = read(node).root
    assert root.target == "shop.orders o using orders_pkey"
    assert root.details == {
        "index condition": "(o.id = 7)",
        "filter": "(o.total > 1)",
        "sort key": "a, b DESC",
    }


def test_times_are_those_of_the_clock_in_parallel_workers_too() -> None:
    scan = fields("Seq Scan", Actual_Loops=3, Actual_Total_Time=36.0, Actual_Rows=100.0)
    gather = fields("Gather", scan, Workers_Launched=2, Actual_Loops=1, Actual_Total_Time=40.0)
    root = read(gather | {"Actual Rows": 300.0}).root
    assert root.actual_ms == 40.0
    assert root.children[0].actual_ms == 36.0
    assert root.children[0].loops == 3
    inner = fields("Index Scan", Actual_Loops=1000, Actual_Total_Time=0.01, Actual_Rows=1.0)
    assert read(inner).root.actual_ms == pytest.approx(10.0)


def test_what_never_ran_has_no_rows() -> None:
    root = read(fields("Seq Scan", Actual_Loops=0, Actual_Rows=0.0, Actual_Total_Time=0.0)).root
    assert (root.actual_rows, root.actual_ms, root.loops) == (None, None, 0)


@pytest.mark.parametrize(
    ("node", "spilled_kb"),
    [
        (fields("Sort", Sort_Space_Type="Disk", Sort_Space_Used=640), 640.0),
        (fields("Sort", Sort_Space_Type="Memory", Sort_Space_Used=640), None),
        (fields("Hash", Hash_Batches=4, Peak_Memory_Usage=100), 300.0),
        (fields("Hash", Hash_Batches=1, Peak_Memory_Usage=100), None),
        (fields("Aggregate", Disk_Usage=8), 8.0),
    ],
)
def test_what_went_to_disk_is_counted(node: dict[str, Any], spilled_kb: float | None) -> None:
    assert read(node).root.spilled_kb == spilled_kb


def test_a_statement_without_a_plan_is_unsupported() -> None:
    with pytest.raises(UnsupportedError):
        read_plan('["Utility Statement"]', analyzed=False)


@pytest.mark.parametrize("raw", ["", "[]", "7", "[1, 2]", "{", "[" * 100_000])
def test_what_is_no_plan_is_an_error(raw: str) -> None:
    with pytest.raises(ExecutionError):
        read_plan(raw, analyzed=False)


def test_nodes_are_walked_parents_first() -> None:
    tree = PlanNode(
        operation="a",
        step=Step.OTHER,
        children=(
            PlanNode(operation="b", children=(PlanNode(operation="c"),)),
            PlanNode(operation="d"),
        ),
    )
    assert [(0, "a"), (1, "b"), (2, "c"), (1, "d")] == [(n, x.operation) for n, x in tree.walk()]
