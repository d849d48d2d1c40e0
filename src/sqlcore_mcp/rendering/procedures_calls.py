"""What came of a call: outputs first, then result sets, counts and messages."""

from __future__ import annotations

from typing import Any

from sqlcore.domain.procedure import ProcedureResult
from sqlcore.domain.query import Column, ResultSet, StatementResult
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.outputs import OutputsOutput, render_outputs
from sqlcore_mcp.rendering.results import QueryOutput, Wishes, is_cut, render_result
from sqlcore_mcp.rendering.tokens import Budget

__all__ = ["CallOutput", "as_statement_result", "is_call_cut", "render_call"]


class CallOutput(QueryOutput, OutputsOutput, total=False):
    """What came of a call: result sets as of a query, and outputs."""


def render_call(result: ProcedureResult, budget: Budget, wishes: Wishes) -> Answer:
    """Write what came of a call: outputs first, then result sets, counts and messages."""
    outputs: dict[str, Any] = {}
    parts = render_outputs(result.outputs, budget, outputs)
    rest = render_result(as_statement_result(result), budget, wishes)
    return Answer([*parts, *rest.parts], {**rest.structured, **outputs})


def as_statement_result(result: ProcedureResult, *, with_outputs: bool = False) -> StatementResult:
    """Give what came of a call without outputs, or with these as one more result set."""
    sets = list(result.result_sets)
    values = [*result.outputs.values, *filter(None, [result.outputs.returned])]
    if with_outputs and values:
        columns = tuple(Column(name=one.name or "returned", type=one.type) for one in values)
        row = tuple(one.value for one in values)
        sets.append(ResultSet(columns=columns, rows=(row,), row_count=1))
    return StatementResult(
        result_sets=tuple(sets),
        rows_affected=result.rows_affected,
        messages=result.messages,
        duration_s=result.duration_s,
        complete=result.complete,
    )


def is_call_cut(result: ProcedureResult, answer: Answer) -> bool:
    """Say whether an answer shows less than what was read."""
    return bool(answer.structured.get("outputs_cut")) or is_cut(as_statement_result(result), answer)
