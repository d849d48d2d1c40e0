"""Where objects stand in the catalog, and how they are found by their names."""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import Any

import attrs

from sqlcore.adapters.mssql.catalog import is_system_schema
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, ObjectType
from sqlcore.errors import NotFoundError

__all__ = ["TYPES", "Place", "Realm", "find_places", "locate"]

# Source: "sys.objects (Transact-SQL)".
TYPES = {
    "U": ObjectType.TABLE,
    "V": ObjectType.VIEW,
    "ET": ObjectType.EXTERNAL,
    "P": ObjectType.PROCEDURE,
    "PC": ObjectType.PROCEDURE,
    "X": ObjectType.PROCEDURE,
    "RF": ObjectType.PROCEDURE,
    "FN": ObjectType.FUNCTION,
    "FS": ObjectType.FUNCTION,
    "IF": ObjectType.TABLE_FUNCTION,
    "TF": ObjectType.TABLE_FUNCTION,
    "FT": ObjectType.TABLE_FUNCTION,
    "AF": ObjectType.AGGREGATE,
    "TR": ObjectType.TRIGGER,
    "TA": ObjectType.TRIGGER,
    "SO": ObjectType.SEQUENCE,
    "SN": ObjectType.SYNONYM,
    "PK": ObjectType.CONSTRAINT,
    "UQ": ObjectType.CONSTRAINT,
    "F": ObjectType.CONSTRAINT,
    "C": ObjectType.CONSTRAINT,
    "D": ObjectType.CONSTRAINT,
    "EC": ObjectType.CONSTRAINT,
}
_ORDER = list(ObjectType)
_QUERIES = (
    "object_find",
    "object_find_types",
    "object_find_indexes",
    "object_find_keys",
    "object_find_database_triggers",
    "object_find_server_triggers",
)


class Realm(enum.Enum):
    """Where an object's number counts."""

    OBJECT = "sys.objects"
    TYPE = "sys.types"
    INDEX = "sys.indexes, by the table's number"
    DATABASE_TRIGGER = "sys.triggers"
    SERVER_TRIGGER = "sys.server_triggers"


@attrs.frozen(kw_only=True)
class Place:
    """An object and where it stands.

    Attributes:
        code: Its type in sys.objects; empty for what is not there.
    """

    object: CatalogObject
    realm: Realm
    number: int
    code: str = ""


def find_places(queries: CatalogQueries, name: QualifiedName) -> tuple[Place, ...]:
    """Find what a name may mean, of every kind, in the order in which the server would look.

    The server's own objects are found only when they are named with their schema.
    """
    results, _ = queries.run(
        _QUERIES,
        {"name": name.name, "schema": name.schema},
        words={"objects": "all_objects" if is_system_schema(name.schema) else "objects"},
        required=("object_find",),
    )
    own_schema = "dbo"
    places: list[Place] = []
    for schema, object_name, code, number, table_schema, table, own, is_system in results[
        "object_find"
    ]:
        own_schema = own or own_schema
        if name.schema is None and (is_system or is_system_schema(schema)):
            continue
        found = _object(TYPES.get(code, ObjectType.OTHER), schema, object_name, table_schema, table)
        places.append(Place(object=found, realm=Realm.OBJECT, number=number, code=code))
    for schema, type_name, number in results["object_find_types"]:
        found = _object(ObjectType.TYPE, schema, type_name)
        places.append(Place(object=found, realm=Realm.TYPE, number=number))
    for schema, index, number, table in results["object_find_indexes"]:
        found = _object(ObjectType.INDEX, schema, index, schema, table)
        places.append(Place(object=found, realm=Realm.INDEX, number=number))
    # Babelfish has unique constraints here alone.
    for schema, key, number, table in results["object_find_keys"]:
        found = _object(ObjectType.CONSTRAINT, schema, key, schema, table)
        places.append(Place(object=found, realm=Realm.OBJECT, number=number, code="UQ"))
    for realm, query in (
        (Realm.DATABASE_TRIGGER, "object_find_database_triggers"),
        (Realm.SERVER_TRIGGER, "object_find_server_triggers"),
    ):
        for trigger, number in results[query]:
            found = CatalogObject(name=QualifiedName(trigger), type=ObjectType.TRIGGER)
            places.append(Place(object=found, realm=realm, number=number))
    return _sorted(_nearest(places, name), own_schema)


def locate(queries: CatalogQueries, found: CatalogObject) -> Place:
    """Find where an object stands that was found before.

    Raises:
        NotFoundError: It is not there any more.
    """
    for place in find_places(queries, found.name):
        if place.object == found:
            return place
    raise NotFoundError(f"{found} is not there (any more).", hint="Look for it by its name again.")


def _object(
    kind: ObjectType, schema: str, name: str, table_schema: str | None = None, table: Any = None
) -> CatalogObject:
    return CatalogObject(
        name=QualifiedName(name, schema),
        type=kind,
        parent=None if table is None else QualifiedName(table, table_schema),
    )


def _nearest(places: list[Place], name: QualifiedName) -> list[Place]:
    """Keep what has exactly the name, where something has; each object once."""
    if name.schema is not None:
        places = [p for p in places if p.object.name.schema == name.schema] or places
    places = [p for p in places if p.object.name.name == name.name] or places
    return list({place.object: place for place in reversed(places)}.values())


def _sorted(places: Iterable[Place], own_schema: str) -> tuple[Place, ...]:
    def order(place: Place) -> tuple[Any, ...]:
        name = place.object.name
        schema = name.schema or ""
        parent = str(place.object.parent or "")
        kind = _ORDER.index(place.object.type)
        return schema != own_schema, schema != "dbo", schema, kind, name.name, parent

    return tuple(sorted(places, key=order))
