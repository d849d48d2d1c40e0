"""Names that stand in the texts of views and routines, where the server has not recorded them."""

from __future__ import annotations

import re

from sqlcore.adapters.mssql.object_places import TYPES, Place
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependency, ObjectType

__all__ = ["MENTIONED", "read_mentions"]

MENTIONED = "mentioned in its text"
"""The name stands in a text; it may mean something else there."""

# A name has 128 characters at most: with the bounds a long text is read through only once.
_QUALIFIER = (
    r'(?:(\[(?:[^\]]|\]\]){1,128}\]|"(?:[^"]|""){1,128}"|(?<![\w@#$])[\w@#$]{1,128})'
    r"\s{0,9}\.\s{0,9})?"
)


def read_mentions(
    queries: CatalogQueries, place: Place
) -> tuple[list[Dependency], list[Dependency]]:
    """Find objects whose names stand in the text of this one, or whose text has its name."""
    found = place.object
    results, _ = queries.run(
        ("object_mentioned", "object_mentioning"), {"name": found.name.name}, ids=(place.number,)
    )
    mentioned = [
        Dependency(
            object=CatalogObject(name=QualifiedName(name, schema), type=TYPES[code]), how=MENTIONED
        )
        for code, schema, name, text in results["object_mentioned"]
        if _stands_in(QualifiedName(name, schema), text, found.name.schema)
    ]
    mentioning: list[Dependency] = []
    for code, schema, name, parent_schema, parent, text in results["object_mentioning"]:
        if _stands_in(found.name, text, schema):
            user = CatalogObject(
                name=QualifiedName(name, schema),
                type=TYPES.get(code, ObjectType.OTHER),
                parent=None if parent is None else QualifiedName(parent, parent_schema),
            )
            mentioning.append(Dependency(object=user, how=MENTIONED))
    return mentioned, mentioning


def _stands_in(name: QualifiedName, text: str | None, own_schema: str | None) -> bool:
    """Say whether a text names an object, in whatever case.

    Args:
        name: Of the object, with its schema.
        text: Of a view or routine.
        own_schema: The schema of that, where a name without one is looked up first.
    """
    schema = (name.schema or "").lower()
    named = _QUALIFIER + r"(?<![\w@#$])[\[\"]?" + re.escape(name.name) + r"(?![\w@#$])"
    for found in re.finditer(named, text or "", re.IGNORECASE):
        if found[1] is None:
            if schema in ("dbo", (own_schema or "").lower()):
                return True
        elif QualifiedName.parse(found[1]).name.lower() == schema:
            return True
    return False
