"""What comes to the gate: an order, and what is known of the database that it is for."""

from __future__ import annotations

import threading

import attrs

from sqlcore.domain.access import Access
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import ProcedureCall
from sqlcore.domain.query import Statement, TransactionMode
from sqlcore.services.calling.lookup import RoutineCache
from sqlcore.services.capabilities import CapabilityCache
from sqlcore.services.guarding import SideEffects
from sqlcore.services.masking import MaskPlanner
from sqlcore.services.schema_cache import SchemaCache

__all__ = ["Known", "Order", "mode_of"]

_NO_STATEMENT = Statement(text="")


@attrs.define
class Known:
    """What was found out about a database, for all who use one connection.

    Attributes:
        source: Host, port and database, for the audit.
        login_checked: Whether it is known that the login may do no more than the policy allows,
            or that it may has been said.
    """

    source: str = ""
    capabilities: CapabilityCache = attrs.field(factory=CapabilityCache)
    effects: SideEffects | None = None
    effects_read_at: float = 0.0
    login_checked: bool = False
    masks: MaskPlanner | None = None
    routines: RoutineCache = attrs.field(factory=RoutineCache)
    schema: SchemaCache = attrs.field(factory=SchemaCache)
    lock: threading.RLock = attrs.field(factory=threading.RLock)
    """Taken at the end of a statement too, and so wherever a stream is collected as garbage."""


@attrs.frozen(kw_only=True)
class Order:
    """A statement that somebody wants to run, or a routine that somebody wants to call.

    Attributes:
        call: The call, in place of a statement; `Gate.call` runs it.
        action: For the audit: `query`, `stream`, `session`, `read_table`, `explain`,
            `preview`, `call`.
        access: The level at which it is judged; no higher than the policy's.
        table: The table that it reads, where sqlcore wrote the text itself.
        mode: What the transaction may do, where it is not what the level says.
    """

    statement: Statement = _NO_STATEMENT
    call: ProcedureCall | None = None
    action: str
    access: Access
    table: QualifiedName | None = None
    mode: TransactionMode | None = None


def mode_of(order: Order) -> TransactionMode:
    """Tell what the transaction of an order may do."""
    if order.mode is not None:
        return order.mode
    return TransactionMode.READ_ONLY if order.access < Access.WRITE else TransactionMode.READ_WRITE
