"""What functions and views of SQL Server may do beside reading, by their texts."""

from __future__ import annotations

from sqlcore.services.guarding.bodies import READS_ONLY, BodyRules, Reach

__all__ = ["TSQL_BODIES"]

TSQL_BODIES = BodyRules(
    routine=lambda _: Reach(harm="has a text that is not judged"),
    relation=lambda _: READS_ONLY,
    server_function=lambda _: "is not known to only read",
    server_schemas=frozenset({"sys", "information_schema"}),
    folded=str.lower,
)
