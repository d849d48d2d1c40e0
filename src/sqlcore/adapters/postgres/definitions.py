"""The statements that make objects, as the server or this module writes them from the catalog."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.postgres.queries import text
from sqlcore.adapters.postgres.snapshots import Query, Snapshots
from sqlcore.adapters.sqlfile import load_queries
from sqlcore.domain.objects import CatalogObject, ObjectDefinition, ObjectType

__all__ = ["read_definition"]

_QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in load_queries(__package__, "definitions.sql").items()
}
_WITHOUT_PATH: Query = (_QUERIES["without_path"], ())
_QUERY_OF = {
    ObjectType.TABLE: "table",
    ObjectType.EXTERNAL: "table",
    ObjectType.VIEW: "view",
    ObjectType.MATERIALIZED_VIEW: "view",
    ObjectType.PROCEDURE: "routine",
    ObjectType.FUNCTION: "routine",
    ObjectType.TABLE_FUNCTION: "routine",
    ObjectType.AGGREGATE: "routine",
    ObjectType.TRIGGER: "trigger",
    ObjectType.SEQUENCE: "sequence",
    ObjectType.TYPE: "type",
    ObjectType.INDEX: "index",
    ObjectType.CONSTRAINT: "constraint",
}


def read_definition(snapshots: Snapshots, found: CatalogObject, oid: int) -> ObjectDefinition:
    """Read what makes an object; every name in it has its schema.

    A table's definition has all that belongs to it: sequences, indexes, triggers, policies,
    comments. Functions and types that it uses are not in it.
    """
    query = _QUERY_OF[found.type]
    _, rows = snapshots.rows(_WITHOUT_PATH, (_QUERIES[query], (text(oid),)), keep=False)
    definition = _table(rows) if query == "table" else rows[0][0] if rows else None
    return ObjectDefinition(
        object=found,
        text=definition,
        written=False,
        reason=None if definition else _reason(found),
    )


def _reason(found: CatalogObject) -> str:
    if found.type is ObjectType.TYPE:
        return "It is a base type, which functions of the server's own language make."
    return "It was dropped a moment ago."


def _table(rows: Sequence[tuple[Any, ...]]) -> str | None:
    parts: dict[str, list[str]] = {"before": [], "head": [], "element": [], "tail": [], "after": []}
    for part, _, piece in rows:
        parts[part].append(piece)
    if not parts["head"]:
        return None
    elements = ",".join(f"\n    {element}" for element in parts["element"])
    create = f"{parts['head'][0]} ({elements}\n)"
    statements = [*parts["before"], " ".join([create, *parts["tail"]]), *parts["after"]]
    return "\n".join(f"{statement};" for statement in statements)
