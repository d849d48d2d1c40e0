"""Single objects of the database: the port, and how objects are found by their names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.definitions import read_definition
from sqlcore.adapters.postgres.dependencies import read_dependencies
from sqlcore.adapters.postgres.describing import describe_tables
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.queries import text
from sqlcore.adapters.postgres.snapshots import Snapshots
from sqlcore.adapters.postgres.table_usage import read_indexes, read_statistics
from sqlcore.adapters.sqlfile import filled, load_queries
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    CatalogObject,
    Dependencies,
    ObjectDefinition,
    ObjectType,
    TableIndexes,
    TableStatistics,
)
from sqlcore.errors import NotFoundError

__all__ = ["PostgresObjectReader"]

_TEXTS = load_queries(__package__, "objects.sql")
_QUERIES: Mapping[str, bytes] = {
    name: query.encode() for name, query in _TEXTS.items() if name != "objects"
}
# Names have the collation C, whose lower() knows ASCII alone.
_EXACTLY = filled(
    _TEXTS["objects"],
    {
        "same_name": "o.name = $1::name AND o.name::text = $1::text",
        "same_schema": "n.nspname = $2::name AND n.nspname::text = $2::text",
    },
).encode()
_LOOSELY = filled(
    _TEXTS["objects"],
    {
        "same_name": 'lower(o.name::text COLLATE "default") = lower($1::text)',
        "same_schema": 'lower(n.nspname::text COLLATE "default") = lower($2::text)',
    },
).encode()
_DATABASE = (b"SELECT current_database()::text", ())


@attrs.frozen
class _Place:
    """An object with the catalog that it is in, and its OID there."""

    object: CatalogObject
    catalog: str
    oid: int


class PostgresObjectReader:
    """Looks at objects of one database; see `sqlcore.ports.ObjectReader`."""

    def __init__(self, snapshots: Snapshots, types: TypeBook) -> None:
        self._snapshots = snapshots
        self._types = types

    def objects(self, name: QualifiedName) -> tuple[CatalogObject, ...]:
        """Find what a name may mean: relations, routines, types, triggers, indexes, constraints.

        An index that a constraint made is found as that constraint. Without regard to case only
        where nothing has exactly the name.
        """
        values = (text(name.name), text(name.schema))
        rows, database = self._snapshots.rows((_EXACTLY, values), _DATABASE)
        if name.database is not None and name.database != database[0][0]:
            return ()
        if not rows:
            (rows,) = self._snapshots.rows((_LOOSELY, values))
        return tuple(place.object for place in _places(rows))

    def definition(self, found: CatalogObject) -> ObjectDefinition:
        """Read the text that makes an object; the server or sqlcore writes it from the catalog."""
        return read_definition(self._snapshots, found, self._locate(found).oid)

    def dependencies(self, found: CatalogObject) -> Dependencies:
        """Tell what an object uses and what uses it, as pg_depend has it.

        What the bodies of functions use is in it for SQL-standard bodies (since version 14); of
        others, whose bodies are texts, it is told where a name stands in the text.
        """
        place = self._locate(found)
        return read_dependencies(self._snapshots, _QUERIES, found, (place.catalog, place.oid))

    def indexes(self, table: QualifiedName) -> TableIndexes:
        """Tell sizes and uses of a table's indexes; the time of the last read since version 16.

        Raises:
            NotFoundError: There is no such table.
        """
        oid = self._table_oid(table)
        described = describe_tables(self._snapshots, self._types, [table], full=True)
        if not described:
            raise _no_table(table)
        return read_indexes(self._snapshots, _QUERIES, described[0], oid)

    def statistics(self, table: QualifiedName) -> TableStatistics:
        """Tell how large a table is, and how fresh what the planner knows of it.

        Raises:
            NotFoundError: There is no such table.
        """
        return read_statistics(self._snapshots, _QUERIES, table, self._table_oid(table))

    def _locate(self, found: CatalogObject) -> _Place:
        values = (text(found.name.name), text(found.name.schema))
        (rows,) = self._snapshots.rows((_EXACTLY, values))
        for place in _places(rows):
            if place.object == found:
                return place
        raise NotFoundError(
            f"{found} is not there (any more).", hint="Look for it by its name again."
        )

    def _table_oid(self, table: QualifiedName) -> int:
        (rows,) = self._snapshots.rows((_QUERIES["table"], (text(table.schema), text(table.name))))
        if not rows:
            raise _no_table(table)
        oid: int = rows[0][0]
        return oid


def _no_table(table: QualifiedName) -> NotFoundError:
    return NotFoundError(f"There is no table or view {table}.", parameter="table_name")


def _places(rows: Sequence[tuple[Any, ...]]) -> list[_Place]:
    return [
        _Place(
            CatalogObject(
                name=QualifiedName(name, schema),
                type=ObjectType(kind),
                signature=signature,
                parent=None if parent is None else QualifiedName(parent, parent_schema),
            ),
            catalog,
            oid,
        )
        for catalog, oid, schema, name, kind, signature, parent_schema, parent in rows
    ]
