"""Reading the schema of the whole database: the `SchemaReader` of SQL Server."""

from __future__ import annotations

from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.adapters.mssql.schema_shape import SchemaShape
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.schema import SchemaSnapshot

__all__ = ["MssqlSchemaReader"]

_PARTS = {
    "schema_keys": "keys",
    "schema_foreign_keys": "foreign keys",
    "schema_foreign_key_columns": "foreign keys",
    "schema_routines": "routines",
    "schema_parameters": "arguments of routines",
    "schema_comments": "comments",
    "schema_rows": "row counts",
    "schema_sizes": "sizes",
}
_REQUIRED = ("schema_context", "schema_schemas", "schema_types", "schema_tables")
_USER = {
    "views": "views",
    "columns": "columns",
    "objects": "objects",
    "shipped": "t.is_ms_shipped = 0",
}
_ALL = {
    "views": "all_views",
    "columns": "all_columns",
    "objects": "all_objects",
    "shipped": "1 = 1",
}


class MssqlSchemaReader:
    """Reads `sys.*` views as wholes, all in one round trip."""

    def __init__(self, queries: CatalogQueries) -> None:
        self._queries = queries

    def fingerprint(self) -> str:
        """Ask for a short text that differs when the schema has changed."""
        name = self._fingerprint_query
        results, _ = self._queries.run((name,), required=(name,))
        return str(results[name][0][0])

    def schema(self, *, include_system: bool = False) -> SchemaSnapshot:
        """Read it all; see `sqlcore.ports.SchemaReader`."""
        # The fingerprint comes first: what changes while the rest is read shows the next time.
        fingerprint = self._fingerprint_query
        # Babelfish keeps the columns of its own views where only sys.all_columns finds them.
        is_quick = self._queries.is_babelfish and not include_system
        columns = "schema_columns_babelfish" if is_quick else "schema_columns"
        results, refused = self._queries.run(
            (fingerprint, *_REQUIRED, columns, *_PARTS),
            words=_ALL if include_system else _USER,
            required=(fingerprint, *_REQUIRED, columns),
        )
        database, own_schema, sees_all = results["schema_context"][0]
        shape = SchemaShape(
            results, results.pop(columns), knows_rows=not self._queries.is_babelfish
        )
        missing = {
            _PARTS[name]: Missing(part=_PARTS[name], support=refusal.support, reason=refusal.reason)
            for name, refusal in refused.items()
        }
        if not sees_all and not self._queries.is_babelfish:
            missing["objects"] = Missing(
                part="objects",
                support=Support.NOT_PERMITTED,
                reason="Objects on which this login has no right are not shown; with VIEW"
                " DEFINITION on the database it sees all.",
            )
        if shape.hidden_references:
            missing["foreign keys"] = Missing(
                part="foreign keys",
                support=Support.NOT_PERMITTED,
                reason=f"{shape.hidden_references} foreign keys lead to tables that this login may"
                " not see; VIEW DEFINITION on these tables shows them.",
            )
        return SchemaSnapshot(
            database=database,
            fingerprint=str(results[fingerprint][0][0]),
            search_path=tuple(dict.fromkeys((own_schema or "dbo", "dbo"))),
            schemas=shape.schemas(include_system=include_system),
            tables=shape.tables,
            foreign_keys=shape.foreign_keys,
            routines=shape.routines,
            missing=tuple(missing.values()),
        )

    @property
    def _fingerprint_query(self) -> str:
        is_babelfish = self._queries.is_babelfish
        return "schema_fingerprint_babelfish" if is_babelfish else "schema_fingerprint"
