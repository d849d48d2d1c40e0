"""Plans of statements."""

from __future__ import annotations

from sqlcore.domain.plan import Plan
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.errors import UnsupportedError

__all__ = ["MemoryPlanExplainer"]


class MemoryPlanExplainer:
    """Explains statements; see `sqlcore.ports.PlanExplainer`."""

    def explain(
        self, statement: Statement, options: ExecutionOptions, *, analyze: bool = False
    ) -> Plan:
        """Explain a statement."""
        raise UnsupportedError("This adapter has no plans yet.")
