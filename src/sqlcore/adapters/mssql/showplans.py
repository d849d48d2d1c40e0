"""Reading SQL Server's plans, which are XML.

Source: the schema at http://schemas.microsoft.com/sqlserver/2004/07/showplan. Estimated rows are
those of one execution, actual ones of all executions in one thread.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Sequence

from sqlcore.domain.plan import Plan, PlanNode, Step
from sqlcore.errors import ExecutionError

__all__ = ["read_showplan"]

_NAMESPACE = "{http://schemas.microsoft.com/sqlserver/2004/07/showplan}"
_FULL_SCANS = frozenset(
    {"Table Scan", "Clustered Index Scan", "Index Scan", "Columnstore Index Scan"}
)
_STEPS = {
    **dict.fromkeys(_FULL_SCANS, Step.FULL_SCAN),
    "Nested Loops": Step.NESTED_LOOP,
    "Top": Step.LIMIT,
}
_PAGE_KB = 8


def read_showplan(raw: str, *, analyzed: bool) -> Plan:
    """Read a plan of one statement or several.

    Raises:
        ExecutionError: The text is no plan.
    """
    try:
        document = _document(raw)
        statements = [e for e in document.iter() if _name(e) == "StmtSimple"]
        roots = [_statement(element) for element in statements]
        advice = tuple(_advice(document))
    except (ET.ParseError, ValueError, RecursionError) as exc:
        raise ExecutionError("The server's plan cannot be read.") from exc
    if not roots:
        raise ExecutionError("The server's plan has no statement.")
    costs = [root.cost for root in roots if root.cost is not None]
    whole = roots[0] if len(roots) == 1 else PlanNode(operation="Batch", children=tuple(roots))
    times = [e for e in document.iter() if _name(e) == "QueryTimeStats"]
    compiled = [
        ms for e in document.iter() if (ms := _number(e, "CompileTime")) and _name(e) == "QueryPlan"
    ]
    return Plan(
        root=whole,
        cost=sum(costs) if len(costs) == len(roots) else None,
        analyzed=analyzed,
        planning_ms=sum(compiled) if compiled else None,
        execution_ms=sum(_number(e, "ElapsedTime") or 0.0 for e in times) if times else None,
        advice=advice,
        raw=raw,
        raw_format="xml",
    )


def _document(raw: str) -> ET.Element:
    if "<!DOCTYPE" in raw:
        raise ET.ParseError("A plan has no document type.")
    return ET.fromstring(raw)  # noqa: S314  # without a document type there are no entities


def _statement(statement: ET.Element) -> PlanNode:
    """Read one statement: the operation at its top, or itself where it has no plan."""
    name = statement.get("StatementType", "Statement").title()
    plan = next(_children(statement, "QueryPlan"), None)
    cost = _number(statement, "StatementSubTreeCost")
    children = () if plan is None else tuple(_node(child) for child in _operations(plan))
    warnings = () if plan is None else tuple(_warnings(plan))
    return PlanNode(
        operation=name,
        rows=_number(statement, "StatementEstRows"),
        cost=cost,
        warnings=warnings,
        children=children,
    )


def _node(element: ET.Element) -> PlanNode:
    physical, logical = element.get("PhysicalOp", ""), element.get("LogicalOp", "")
    own = [part for part in element if _name(part) not in _COMMON]
    name = physical if logical in ("", physical) else f"{physical} ({logical})"
    rewound = (_number(element, "EstimateRebinds") or 0.0) + (
        _number(element, "EstimateRewinds") or 0.0
    )
    counters = [c for part in _children(element, "RunTimeInformation") for c in part]
    loops = _sum(counters, "ActualExecutions")
    actual = _sum(counters, "ActualRows")
    read = _sum(counters, "ActualRowsRead")
    elapsed = [ms for c in counters if (ms := _number(c, "ActualElapsedms")) is not None]
    removed = None if read is None or actual is None or not loops else (read - actual) / loops
    return PlanNode(
        operation=f"Parallel {name}" if element.get("Parallel") == "1" else name,
        step=_STEPS.get(physical, Step.OTHER),
        target=_target(own),
        details=_details(own),
        rows=_number(element, "EstimateRows"),
        cost=_number(element, "EstimatedTotalSubtreeCost"),
        read_rows=_number(element, "EstimatedRowsRead") or _number(element, "TableCardinality"),
        actual_rows=actual / loops if actual is not None and loops else None,
        actual_ms=max(elapsed, default=None) if loops else None,
        loops=round(rewound + 1) if loops is None else int(loops),
        removed_rows=removed or None,
        spilled_kb=_spilled_kb(element),
        warnings=tuple(_warnings(element)),
        children=tuple(_node(child) for child in _operations(element)),
    )


_COMMON = frozenset(
    {"OutputList", "Warnings", "MemoryFractions", "RunTimeInformation", "RunTimePartitionSummary"}
)


def _name(element: ET.Element) -> str:
    return element.tag.removeprefix(_NAMESPACE)


def _children(element: ET.Element, name: str) -> Iterator[ET.Element]:
    return (child for child in element if _name(child) == name)


def _number(element: ET.Element, name: str) -> float | None:
    text = element.get(name)
    return None if text is None else float(text)


def _sum(elements: Sequence[ET.Element], name: str) -> float | None:
    numbers = [value for element in elements if (value := _number(element, name)) is not None]
    return sum(numbers) if numbers else None


def _operations(element: ET.Element) -> Iterator[ET.Element]:
    """Give the operations right below an element."""
    for child in element:
        if _name(child) == "RelOp":
            yield child
        else:
            yield from _operations(child)


def _own(parts: Sequence[ET.Element], name: str) -> Iterator[ET.Element]:
    """Give the elements of a name that belong to an operation and not to those below it."""
    for part in parts:
        if _name(part) == name:
            yield part
        elif _name(part) != "RelOp":
            yield from _own(list(part), name)


def _target(own: Sequence[ET.Element]) -> str | None:
    """Name the table or index that an operation itself reads or changes."""
    for part in own:
        for thing in _children(part, "Object"):
            names = [_plain(thing.get(key)) for key in ("Schema", "Table")]
            full = ".".join(name for name in names if name)
            alias, index = _plain(thing.get("Alias")), _plain(thing.get("Index"))
            if alias and alias != names[1]:
                full += f" {alias}"
            return f"{full} using {index}" if index else full or None
    return None


def _plain(name: str | None) -> str:
    if name is None or not (name.startswith("[") and name.endswith("]")):
        return name or ""
    return name[1:-1].replace("]]", "]")


def _details(own: Sequence[ET.Element]) -> dict[str, str]:
    found = {
        "on": _joined_on(own),
        "seek": ", ".join(_seeks(own)),
        "filter": _predicate(own, "Predicate"),
        "residual": _predicate(own, "ProbeResidual") or _predicate(own, "Residual"),
        "order by": ", ".join(
            _column(order) + ("" if order.get("Ascending", "1") in ("1", "true") else " DESC")
            for order in _own(own, "OrderByColumn")
        ),
        "group by": ", ".join(
            _column_name(c)
            for group in _own(own, "GroupBy")
            for c in _children(group, "ColumnReference")
        ),
        "outer references": ", ".join(
            _column_name(c)
            for outer in _own(own, "OuterReferences")
            for c in _children(outer, "ColumnReference")
        ),
    }
    return {word: text for word, text in found.items() if text}


def _joined_on(own: Sequence[ET.Element]) -> str:
    for left, right in (
        ("HashKeysProbe", "HashKeysBuild"),
        ("OuterSideJoinColumns", "InnerSideJoinColumns"),
    ):
        sides = [
            [
                _column_name(c)
                for keys in _own(own, side)
                for c in _children(keys, "ColumnReference")
            ]
            for side in (left, right)
        ]
        if sides[0] and len(sides[0]) == len(sides[1]):
            return " AND ".join(f"{a} = {b}" for a, b in zip(*sides, strict=True))
    return ""


def _seeks(own: Sequence[ET.Element]) -> Iterator[str]:
    for keys in _own(own, "SeekKeys"):
        for side in keys:
            columns = [_column_name(c) for r in _children(side, "RangeColumns") for c in r]
            values = [
                v.get("ScalarString", "?") for r in _children(side, "RangeExpressions") for v in r
            ]
            sign = {"EQ": "=", "GT": ">", "GE": ">=", "LT": "<", "LE": "<="}.get(
                side.get("ScanType", "EQ"), "="
            )
            yield from (f"{c} {sign} {v}" for c, v in zip(columns, values, strict=False))


def _predicate(own: Sequence[ET.Element], name: str) -> str:
    for part in own:
        for predicate in _children(part, name):
            for scalar in _children(predicate, "ScalarOperator"):
                return scalar.get("ScalarString", "")
    return ""


def _column(order: ET.Element) -> str:
    return ", ".join(_column_name(c) for c in _children(order, "ColumnReference"))


def _column_name(reference: ET.Element) -> str:
    table = _plain(reference.get("Alias")) or _plain(reference.get("Table"))
    column = reference.get("Column", "?")
    return f"{table}.{column}" if table else column


def _spilled_kb(element: ET.Element) -> float | None:
    pages = sum(
        _number(spill, "WritesToTempDb") or 0.0
        for warnings in _children(element, "Warnings")
        for spill in warnings
        if _name(spill) in ("SortSpillDetails", "HashSpillDetails", "ExchangeSpillDetails")
    )
    return pages * _PAGE_KB or None


def _warnings(element: ET.Element) -> Iterator[str]:
    for warnings in _children(element, "Warnings"):
        if warnings.get("NoJoinPredicate") in ("1", "true"):
            yield "no join predicate: every row is joined with every other"
        for warning in warnings:
            if _name(warning) == "PlanAffectingConvert":
                issue = warning.get("ConvertIssue", "plan").lower()
                yield f"an implicit conversion affects the {issue}: {warning.get('Expression')}"
            elif _name(warning) == "ColumnsWithNoStatistics":
                columns = ", ".join(_column_name(c) for c in warning)
                yield f"no statistics on {columns}"
            elif _name(warning) == "SpillToTempDb":
                yield "memory ran short, and it spilled to tempdb"


def _advice(document: ET.Element) -> Iterator[str]:
    for group in document.iter(f"{_NAMESPACE}MissingIndexGroup"):
        impact = _number(group, "Impact") or 0.0
        for index in _children(group, "MissingIndex"):
            columns: dict[str, list[str]] = {"EQUALITY": [], "INEQUALITY": [], "INCLUDE": []}
            for columns_of in _children(index, "ColumnGroup"):
                names = [_plain(c.get("Name")) for c in columns_of]
                columns.setdefault(columns_of.get("Usage", ""), []).extend(names)
            table = ".".join(_plain(index.get(key)) for key in ("Schema", "Table"))
            keys = ", ".join([*columns["EQUALITY"], *columns["INEQUALITY"]])
            include = f" including ({', '.join(columns['INCLUDE'])})" if columns["INCLUDE"] else ""
            yield (
                f"The server misses an index on {table} ({keys}){include};"
                f" it expects {impact:.0f}% less cost with it."
            )
