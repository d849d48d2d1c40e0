"""The toolset `core`, third part: plans of queries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlcore.domain.access import Access
from sqlcore.errors import LimitExceededError
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.plans import PlanOutput, render_plan
from sqlcore_mcp.tools.parameters import PARAMETERS, read_parameters

if TYPE_CHECKING:
    from sqlcore.domain.plan import Plan
    from sqlcore_mcp.resources import Resource

__all__ = ["PLAN_TOOLS"]

_MIME_TYPES = {"json": "application/json", "xml": "application/xml"}


def explain_query(
    call: Call,
    *,
    query: str,
    parameters: dict[str, Any] | None = None,
    analyze: bool = False,
) -> Answer:
    """Explain a statement; the server's own plan is kept as a resource."""
    explanation = call.database.explain(
        query, read_parameters(parameters), analyze=analyze, cancel=call.cancel
    )
    raw = _kept(call, explanation.plan)
    return render_plan(explanation, call.budget, raw, call.app.resources.lifetime_s)


def _kept(call: Call, plan: Plan) -> Resource | None:
    try:
        return call.app.resources.keep(
            "plans",
            plan.raw,
            mime_type=_MIME_TYPES.get(plan.raw_format, "text/plain"),
            owner=call.caller.principal,
        )
    except LimitExceededError:  # larger than all that is kept may be: the tree has to do
        return None


PLAN_TOOLS = (
    ToolDefinition(
        name="explain_query",
        title="Explain a query",
        description="Show how the server would run a statement, as a tree of operations with what "
        "stands out, without running it. analyze runs a read and adds real rows and times.",
        toolset="core",
        run=explain_query,
        output=PlanOutput,
        access=Access.READ,
        runs_statements=True,
        arguments=(
            Argument(name="query", required=True),
            PARAMETERS,
            Argument(name="analyze", kind=Kind.FLAG),
        ),
    ),
)
