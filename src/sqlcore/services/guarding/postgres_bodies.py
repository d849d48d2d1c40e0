"""What functions and views of PostgreSQL may do beside reading, by the catalog and their texts."""

from __future__ import annotations

from sqlcore.domain.facts import RoutineFacts, SchemaName
from sqlcore.services.guarding.bodies import READS_ONLY, BodyRules, Reach
from sqlcore.services.guarding.postgres_functions import POSTGRES_FUNCTIONS
from sqlcore.services.guarding.postgres_refused import POSTGRES_REFUSED, POSTGRES_REFUSED_PREFIXES

__all__ = ["POSTGRES_BODIES"]


def _server_function(name: SchemaName) -> str | None:
    is_refused = name[1] in POSTGRES_REFUSED or name[1].startswith(POSTGRES_REFUSED_PREFIXES)
    return "does more than read" if is_refused or name[1] not in POSTGRES_FUNCTIONS else None


def _routine(routine: RoutineFacts) -> Reach:
    if routine.volatility not in ("stable", "immutable"):
        return Reach(harm="is volatile")
    return Reach(harm="has a text that is not judged")


POSTGRES_BODIES = BodyRules(
    routine=_routine,
    relation=lambda _: READS_ONLY,
    server_function=_server_function,
    server_schemas=frozenset({"pg_catalog", "information_schema"}),
)
