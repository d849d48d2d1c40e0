"""The one place that decides what may run: see `decide` and ADR 0005."""

from sqlcore.services.guarding.deciding import decide, warm_up
from sqlcore.services.guarding.decision import Decision, FunctionResolver, StatementKind

__all__ = ["Decision", "FunctionResolver", "StatementKind", "decide", "warm_up"]
