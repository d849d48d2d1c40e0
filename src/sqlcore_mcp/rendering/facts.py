"""Facts about the columns of a result: what a model needs to decide what to ask next."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlcore.domain.query import ResultSet
from sqlcore.domain.types import TypeKind
from sqlcore_mcp.rendering.cells import compact_json, encode_cells, markdown_line
from sqlcore_mcp.rendering.tables import ColumnOutput
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["ColumnFacts", "column_facts"]

_LONGEST_VALUE = 60
_SHARE = 0.7
_ORDERED = frozenset(
    {
        TypeKind.INTEGER,
        TypeKind.DECIMAL,
        TypeKind.FLOAT,
        TypeKind.TEXT,
        TypeKind.DATE,
        TypeKind.TIME,
        TypeKind.TIMESTAMP,
        TypeKind.TIMESTAMP_TZ,
    }
)


class ColumnFacts(TypedDict, total=False):
    """What the rows that were read say of a column; of a masked one, only `nulls`.

    `min` and `max` where its type has an order.
    """

    nulls: int
    distinct: int
    min: Any
    max: Any


def column_facts(
    rows: ResultSet, columns: list[ColumnOutput], budget: Budget
) -> tuple[str, list[ColumnFacts]]:
    """Write the columns of a result with their types and facts, as many as the budget holds."""
    part = budget.part(_SHARE)
    header = markdown_line(["column", "type", "nulls", "distinct", "min", "max"]) + "|---" * 6
    text = f"\n{header}|\n"
    part.spend(text)
    facts: list[ColumnFacts] = []
    for index, column in enumerate(columns):
        values = [row[index] for row in rows.rows]
        described = rows.columns[index]
        fact = _nulls(values) if described.masked else _facts(values, described.type.kind)
        shown = [fact.get(name, "") for name in ("nulls", "distinct", "min", "max")]
        line = markdown_line([column["name"][:_LONGEST_VALUE], column["type"], *shown])
        if not part.take(line, compact_json(fact)):
            break
        text += line
        facts.append(fact)
    budget.spend(text, compact_json(facts))
    return text, facts


def _nulls(values: list[Any]) -> ColumnFacts:
    return {"nulls": values.count(None)}


def _facts(values: list[Any], kind: TypeKind) -> ColumnFacts:
    present = [value for value in values if value is not None]
    facts: ColumnFacts = {"nulls": len(values) - len(present)}
    try:
        facts["distinct"] = len(set(present))
        if present and kind in _ORDERED:
            ends, _ = encode_cells((min(present), max(present)), _LONGEST_VALUE)
            facts["min"], facts["max"] = ends
    except (TypeError, ArithmeticError):
        # Lists have no hash; dates in the server's own spelling have no order among dates, nor
        # has NaN among decimals.
        pass
    return facts
