"""Reading SQL Server's XML plans."""

from __future__ import annotations

import pytest

from sqlcore.adapters.mssql.showplans import read_showplan
from sqlcore.domain.plan import Step
from sqlcore.errors import ExecutionError
from sqlcore.services.findings import find

_PLAN = """<ShowPlanXML xmlns="http://schemas.microsoft.com/sqlserver/2004/07/showplan"
 Version="1.564"><BatchSequence><Batch><Statements>
<StmtSimple StatementText="SELECT &lt;1&gt;" StatementType="SELECT" StatementSubTreeCost="5.25"
 StatementEstRows="12"><QueryPlan CompileTime="3">
<MissingIndexes><MissingIndexGroup Impact="87.3"><MissingIndex Database="[shop]" Schema="[dbo]"
 Table="[orders]"><ColumnGroup Usage="EQUALITY"><Column Name="[status]" ColumnId="1"/></ColumnGroup>
<ColumnGroup Usage="INCLUDE"><Column Name="[total]" ColumnId="2"/></ColumnGroup></MissingIndex>
</MissingIndexGroup></MissingIndexes>
<Warnings><PlanAffectingConvert ConvertIssue="Seek Plan"
 Expression="CONVERT_IMPLICIT(int,[o].[code],0)=(7)"/></Warnings>
<RelOp NodeId="0" PhysicalOp="Nested Loops" LogicalOp="Inner Join" EstimateRows="12"
 EstimatedTotalSubtreeCost="5.25" EstimateRebinds="0" EstimateRewinds="0" Parallel="0">
<OutputList/><Warnings NoJoinPredicate="1"/>{loops_ran}
<NestedLoops Optimized="0">
<RelOp NodeId="1" PhysicalOp="Clustered Index Scan" LogicalOp="Clustered Index Scan"
 EstimateRows="12" EstimatedTotalSubtreeCost="5.1" TableCardinality="200000" Parallel="0"
 EstimateRebinds="0" EstimateRewinds="0">
<OutputList/>{scan_ran}<IndexScan Ordered="0"><DefinedValues/>
<Object Database="[shop]" Schema="[dbo]" Table="[orders]" Index="[PK_orders]" Alias="[o]"/>
<Predicate><ScalarOperator ScalarString="[shop].[dbo].[orders].[status] as [o].[status]=N'new'"/>
</Predicate></IndexScan></RelOp>
<RelOp NodeId="2" PhysicalOp="Sort" LogicalOp="Sort" EstimateRows="1"
 EstimatedTotalSubtreeCost="0.1" EstimateRebinds="11" EstimateRewinds="0" Parallel="0">
<OutputList/><Warnings><SortSpillDetails GrantedMemoryKb="1024" WritesToTempDb="100"/></Warnings>
<Sort Distinct="0"><OrderBy><OrderByColumn Ascending="0">
<ColumnReference Table="[c]" Column="name"/></OrderByColumn></OrderBy>
<RelOp NodeId="3" PhysicalOp="Index Seek" LogicalOp="Index Seek" EstimateRows="1"
 EstimatedTotalSubtreeCost="0.05" EstimateRebinds="0" EstimateRewinds="0" Parallel="0"><OutputList/>
<IndexScan Ordered="1"><Object Database="[shop]" Schema="[dbo]" Table="[customers]"
 Index="[IX_customers]" Alias="[c]"/><SeekPredicates><SeekPredicateNew><SeekKeys>
<Prefix ScanType="EQ"><RangeColumns><ColumnReference Alias="[c]" Column="id"/></RangeColumns>
<RangeExpressions><ScalarOperator ScalarString="(7)"/></RangeExpressions></Prefix>
</SeekKeys></SeekPredicateNew></SeekPredicates></IndexScan></RelOp></Sort></RelOp>
</NestedLoops></RelOp></QueryPlan></StmtSimple></Statements></Batch></BatchSequence></ShowPlanXML>
"""
_LOOPS_RAN = """<RunTimeInformation><RunTimeCountersPerThread Thread="0" ActualRows="30000"
 ActualExecutions="1" ActualElapsedms="40"/></RunTimeInformation>"""
_SCAN_RAN = """<RunTimeInformation><RunTimeCountersPerThread Thread="0" ActualRows="3000"
 ActualRowsRead="200000" ActualExecutions="1" ActualElapsedms="38"/></RunTimeInformation>"""


def plan_text(*, ran: bool = False) -> str:
    return _PLAN.replace("{loops_ran}", _LOOPS_RAN if ran else "").replace(
        "{scan_ran}", _SCAN_RAN if ran else ""
    )


def test_operations_come_with_their_targets_and_conditions() -> None:
    plan = read_showplan(plan_text(), analyzed=False)
    assert plan.cost == 5.25
    assert plan.planning_ms == 3
    nodes = [(depth, n.operation, n.target) for depth, n in plan.root.walk()]
    assert nodes == [
        (0, "Select", None),
        (1, "Nested Loops (Inner Join)", None),
        (2, "Clustered Index Scan", "dbo.orders o using PK_orders"),
        (2, "Sort", None),
        (3, "Index Seek", "dbo.customers c using IX_customers"),
    ]
    _, loops, scan, sort, seek = [node for _, node in plan.root.walk()]
    assert loops.step is Step.NESTED_LOOP
    assert scan.step is Step.FULL_SCAN
    assert scan.details == {"filter": "[shop].[dbo].[orders].[status] as [o].[status]=N'new'"}
    assert sort.details == {"order by": "c.name DESC"}
    assert sort.loops == 12
    assert sort.spilled_kb == 800
    assert seek.details == {"seek": "c.id = (7)"}


def test_what_the_server_warns_of_and_advises_is_found() -> None:
    findings = find(read_showplan(plan_text(), analyzed=False))
    assert any("CONVERT_IMPLICIT" in finding for finding in findings)
    assert any("no join predicate" in finding for finding in findings)
    advice = "The server misses an index on dbo.orders (status) including (total);"
    assert any(finding.startswith(advice) and "87%" in finding for finding in findings)
    assert any("reads all of about 200,000 rows for an expected 12" in f for f in findings)
    assert any(finding.startswith("Sort wrote about 800 kB to disk") for finding in findings)


def test_what_ran_has_its_rows_per_execution() -> None:
    plan = read_showplan(plan_text(ran=True), analyzed=True)
    loops = plan.root.children[0]
    scan = loops.children[0]
    assert (loops.actual_rows, loops.actual_ms, loops.loops) == (30000, 40, 1)
    assert scan.removed_rows == 197_000
    findings = find(plan)
    assert any("looked at 200,000 rows and kept 3,000" in finding for finding in findings)
    assert any("expected to bring 12 rows and brought 3,000" in finding for finding in findings)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no plan",
        "<a/>",
        '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>',
        "<?xml version='1.0'?><!DOCTYPE a SYSTEM 'file:///etc/hostname'><a/>",
        "<a>" * 5,
    ],
)
def test_what_is_no_plan_or_holds_entities_is_refused(text: str) -> None:
    with pytest.raises(ExecutionError):
        read_showplan(text, analyzed=False)
