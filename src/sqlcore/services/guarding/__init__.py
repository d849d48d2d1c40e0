"""The one place that decides what may run: see `decide` and ADR 0005."""

from sqlcore.services.guarding.deciding import decide, decide_table, warm_up
from sqlcore.services.guarding.decision import Decision, StatementKind
from sqlcore.services.guarding.effects import SideEffects

__all__ = ["Decision", "SideEffects", "StatementKind", "decide", "decide_table", "warm_up"]
