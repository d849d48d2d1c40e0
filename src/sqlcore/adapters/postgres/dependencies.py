"""What objects use and what uses them, as the catalog and the texts of functions have it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlcore.adapters.postgres.queries import text
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependencies, Dependency, ObjectType

__all__ = ["MENTIONED", "read_dependencies"]

MENTIONED = "mentioned in its text"
"""A function's body is text to the server: the name stands in it, which may mean something else."""

_FIRST_OWN_OID = 16384
"""src/include/access/transam.h of the server: FirstNormalObjectId."""


def read_dependencies(
    snapshots: Snapshots,
    queries: Mapping[str, bytes],
    found: CatalogObject,
    place: tuple[str, int],
) -> Dependencies:
    """Read both directions, directly, by schema and name.

    Args:
        snapshots: Runs the queries.
        queries: Those of `objects.sql`.
        found: The object.
        place: The catalog that it is in, and its OID there.
    """
    catalog, oid = text(place[0]), text(place[1])
    rows, mentions = snapshots.rows(
        (queries["dependencies"], (catalog, oid)),
        (queries["mentions"], (catalog, oid, text(found.name.name))),
    )
    uses, used_by = _recorded(rows)
    body_count = mentions[0][0]
    for _, is_use, schema, name, kind, signature in mentions:
        if name is None:
            continue
        side = uses if is_use else used_by
        mentioned = CatalogObject(
            name=QualifiedName(name, schema), type=ObjectType(kind), signature=signature
        )
        if not any(dependency.object == mentioned for dependency in side):
            side.append(Dependency(object=mentioned, how=MENTIONED))
    return Dependencies(
        object=found,
        uses=_sorted(uses),
        used_by=_sorted(used_by),
        missing=tuple(_missing(place[1], body_count)),
    )


def _recorded(rows: Iterable[tuple[Any, ...]]) -> tuple[list[Dependency], list[Dependency]]:
    uses: list[Dependency] = []
    used_by: list[Dependency] = []
    for is_use, schema, name, kind, signature, parent_schema, parent, how, columns in rows:
        other = CatalogObject(
            name=QualifiedName(name, schema),
            type=ObjectType(kind),
            signature=signature,
            parent=None if parent is None else QualifiedName(parent, parent_schema),
        )
        dependency = Dependency(object=other, how=how, columns=tuple(columns or ()))
        (uses if is_use else used_by).append(dependency)
    return uses, used_by


def _sorted(dependencies: Iterable[Dependency]) -> tuple[Dependency, ...]:
    return tuple(
        sorted(
            dependencies,
            key=lambda d: (
                d.object.name.schema or "",
                d.object.name.name,
                d.object.signature,
                d.how,
            ),
        )
    )


def _missing(oid: int, body_count: int) -> Iterable[Missing]:
    if oid < _FIRST_OWN_OID:
        yield Missing(
            part="dependencies of the server's own objects",
            support=Support.UNSUPPORTED,
            reason="PostgreSQL records few of them: its own objects cannot be dropped.",
        )
    if body_count:
        have = "function of this database has" if body_count == 1 else "functions here have"
        yield Missing(
            part="bodies of functions",
            support=Support.UNSUPPORTED,
            reason=f"{body_count:,} {have} a body that is text, and PostgreSQL does not record what"
            f" it uses. Where a name stands in such a text, that is listed as {MENTIONED!r}.",
        )
