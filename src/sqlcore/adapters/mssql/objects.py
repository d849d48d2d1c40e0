"""Single objects of the database: the `ObjectReader` of SQL Server."""

from __future__ import annotations

from sqlcore.adapters.mssql.catalog import MssqlCatalogReader, is_system_schema
from sqlcore.adapters.mssql.object_dependencies import read_dependencies
from sqlcore.adapters.mssql.object_places import find_places, locate
from sqlcore.adapters.mssql.object_texts import read_definition
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.adapters.mssql.table_usage import read_indexes, read_statistics
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    CatalogObject,
    Dependencies,
    ObjectDefinition,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.table import TableDescription
from sqlcore.errors import NotFoundError

__all__ = ["MssqlObjectReader"]


class MssqlObjectReader:
    """Looks at objects of one database, each time with two or three round trips."""

    def __init__(self, queries: CatalogQueries, catalog: MssqlCatalogReader) -> None:
        self._queries = queries
        self._catalog = catalog

    def objects(self, name: QualifiedName) -> tuple[CatalogObject, ...]:
        """Find what a name may mean; an index that a constraint made is that constraint.

        Triggers of the database and of the server have no schema.
        """
        if not name.name or not self._catalog.is_own_database(name.database):
            return ()
        return tuple(place.object for place in find_places(self._queries, name))

    def definition(self, found: CatalogObject) -> ObjectDefinition:
        """Read the text that makes an object; what has none is written from the catalog."""
        place = locate(self._queries, found)
        return read_definition(self._queries, self._catalog, place)

    def dependencies(self, found: CatalogObject) -> Dependencies:
        """Tell what an object uses and what uses it, as the server has recorded it by names.

        Where it has recorded nothing, or this login may not read that, objects are told whose
        name stands in a text.
        """
        return read_dependencies(self._queries, locate(self._queries, found))

    def indexes(self, table: QualifiedName) -> TableIndexes:
        """Tell what the indexes of a table cost and what they are used for.

        Raises:
            NotFoundError: There is no such table.
        """
        return read_indexes(self._queries, self._described(table), self._number(table))

    def statistics(self, table: QualifiedName) -> TableStatistics:
        """Tell how large a table is, as sp_spaceused counts it, and how fresh its statistics are.

        Raises:
            NotFoundError: There is no such table.
        """
        return read_statistics(self._queries, table, self._number(table))

    def _number(self, table: QualifiedName) -> int:
        results, _ = self._queries.run(
            ("usage_table",),
            {"name": table.name},
            words={"objects": "all_objects" if is_system_schema(table.schema) else "objects"},
            required=("usage_table",),
        )
        for number, schema, name in results["usage_table"]:
            if (schema, name) == (table.schema, table.name):
                return int(number)
        raise NotFoundError(f"There is no table or view {table}.", parameter="table_name")

    def _described(self, table: QualifiedName) -> TableDescription:
        described = self._catalog.describe([table])
        if not described:
            raise NotFoundError(f"There is no table or view {table}.", parameter="table_name")
        return described[0]
