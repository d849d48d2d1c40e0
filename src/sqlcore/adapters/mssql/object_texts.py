"""The texts that make objects: those that were written, and those that the catalog amounts to."""

from __future__ import annotations

from sqlcore.adapters.mssql.catalog import MssqlCatalogReader
from sqlcore.adapters.mssql.dialect import quoted
from sqlcore.adapters.mssql.object_places import Place, Realm
from sqlcore.adapters.mssql.reading import CatalogQueries, Rows
from sqlcore.adapters.mssql.spelling import spelled_type
from sqlcore.adapters.mssql.table_ddl import (
    constraint_statement,
    index_statement,
    table_elements,
    table_statements,
)
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, ObjectDefinition, ObjectType
from sqlcore.domain.table import TableDescription

__all__ = ["read_definition"]

_ENCRYPTED = "It was created WITH ENCRYPTION: the server does not give its text."
_HIDDEN = "This login may not see its text; VIEW DEFINITION on it shows it."
_EXTERNAL = "It is an external table; its data source and format make it, not one text."
_GONE = "The server does not tell what it is made of, or not to this login."
_CLR_MODULES = frozenset(("PC", "FS", "FT", "AF", "TA"))


def read_definition(
    queries: CatalogQueries, catalog: MssqlCatalogReader, place: Place
) -> ObjectDefinition:
    """Read what makes an object; of a table without its triggers, which have texts of their own."""
    found = place.object
    if found.type in (ObjectType.INDEX, ObjectType.CONSTRAINT):
        return _part_of_table(queries, catalog, place)
    match found.type:
        case ObjectType.TABLE:
            return _table(queries, catalog, place)
        case ObjectType.TYPE:
            return _type(queries, catalog, place)
        case ObjectType.SEQUENCE | ObjectType.SYNONYM:
            return _written(found, _simple(queries, place))
        case ObjectType.EXTERNAL:
            return _written(found, None, _EXTERNAL)
    return _module(queries, place)


def _rows(queries: CatalogQueries, query: str, place: Place) -> Rows:
    words = {"type": str(place.number)}
    results, _ = queries.run((query,), ids=(place.number,), words=words)
    return results[query]


def _written(found: CatalogObject, text: str | None, reason: str = _GONE) -> ObjectDefinition:
    return ObjectDefinition(
        object=found, text=text, written=False, reason=None if text is not None else reason
    )


def _module(queries: CatalogQueries, place: Place) -> ObjectDefinition:
    """Give the text of a view, routine or trigger as somebody wrote it."""
    is_server = place.realm is Realm.SERVER_TRIGGER
    query = "object_server_trigger_text" if is_server else "object_text"
    results, refused = queries.run(
        (query, "object_encrypted", "object_assembly"), ids=(place.number,)
    )
    text = results[query][0][0] if results[query] else None
    if text:  # Babelfish has empty texts for its own views
        return ObjectDefinition(object=place.object, text=text)
    if results["object_assembly"]:
        assembly, class_name, method = results["object_assembly"][0]
        reason = f"It is {class_name}.{method or ''} of the assembly {assembly}, which is compiled."
    elif place.code in _CLR_MODULES:
        reason = "It is compiled code of an assembly that this login may not see."
    elif place.code in ("X", "RF"):
        reason = "It is compiled code of the server."
    elif query in refused:
        reason = refused[query].reason
    else:
        is_encrypted = results["object_encrypted"] and results["object_encrypted"][0][0] == 1
        reason = _ENCRYPTED if is_encrypted else _HIDDEN
    return ObjectDefinition(object=place.object, reason=reason)


def _table(queries: CatalogQueries, catalog: MssqlCatalogReader, place: Place) -> ObjectDefinition:
    described = catalog.describe([place.object.name])
    sections = ("object_own_collation", "object_partition_scheme")
    results, _ = queries.run(sections, ids=(place.number,))
    if not described:
        return _written(place.object, None)
    if described[0].kind is TableKind.EXTERNAL:
        return _written(place.object, None, _EXTERNAL)
    schemes = results["object_partition_scheme"]
    text = table_statements(
        described[0],
        collation=_first(results["object_own_collation"]),
        partition_scheme=(schemes[0][0], tuple(row[1] for row in schemes)) if schemes else None,
    )
    return _written(place.object, text)


def _part_of_table(
    queries: CatalogQueries, catalog: MssqlCatalogReader, place: Place
) -> ObjectDefinition:
    found = place.object
    described = catalog.describe([found.parent]) if found.parent is not None else ()
    if not described:
        return _written(found, None)
    table = described[0]
    if found.type is ObjectType.INDEX:
        index = next((one for one in table.indexes if one.name == found.name.name), None)
        text = None if index is None else index_statement(table, index)
        reason = "It is of a special kind, whose statement sqlcore does not write."
        return _written(found, None if text is None else f"{text};", reason)
    text = constraint_statement(table, found.name.name)
    if text is None and place.code == "D":
        rows = _rows(queries, "object_default", place)
        text = _default(table, found, rows)
    return _written(found, text, _HIDDEN)


def _default(table: TableDescription, found: CatalogObject, rows: Rows) -> str | None:
    if not rows or rows[0][1] is None:
        return None
    column, expression = rows[0]
    return (
        f"ALTER TABLE {quoted(table.name)} ADD CONSTRAINT {quoted(QualifiedName(found.name.name))}"
        f" DEFAULT {expression} FOR {quoted(QualifiedName(column))};"
    )


def _simple(queries: CatalogQueries, place: Place) -> str | None:
    """Write what makes a sequence or a synonym."""
    found = place.object
    if found.type is ObjectType.SEQUENCE:
        return _sequence(found, _rows(queries, "object_sequence", place))
    rows = _rows(queries, "object_synonym", place)
    return f"CREATE SYNONYM {quoted(found.name)} FOR {rows[0][0]};" if rows else None


def _sequence(found: CatalogObject, rows: Rows) -> str | None:
    if not rows:
        return None
    type_name, type_schema, precision, scale, start, increment, least, most, *rest = rows[0]
    is_cycling, is_cached, cache_size = rest
    spelled = spelled_type(type_name, None, 0, precision, scale)
    if type_schema is not None:
        spelled = quoted(QualifiedName(type_name, type_schema))
    cache = "CACHE" if is_cached else "NO CACHE"
    return (
        f"CREATE SEQUENCE {quoted(found.name)} AS {spelled} START WITH {start}"
        f" INCREMENT BY {increment} MINVALUE {least} MAXVALUE {most}"
        f" {'CYCLE' if is_cycling else 'NO CYCLE'}"
        f" {f'{cache} {cache_size}' if is_cached and cache_size else cache};"
    )


def _type(queries: CatalogQueries, catalog: MssqlCatalogReader, place: Place) -> ObjectDefinition:
    found = place.object
    results, _ = queries.run(
        ("object_alias_type", "object_table_type", "object_own_collation"),
        words={"type": str(place.number)},
    )
    if results["object_table_type"]:
        name = (found.name.schema or "dbo", found.name.name)
        number = results["object_table_type"][0][0]
        described = catalog.describe_numbers({number: (name, TableKind.TABLE)})[number]
        collation = _first(results["object_own_collation"])
        elements = ",\n    ".join(table_elements(described, collation=collation, is_named=False))
        return _written(found, f"CREATE TYPE {quoted(found.name)} AS TABLE (\n    {elements}\n);")
    if not results["object_alias_type"]:
        return _written(found, None)
    base, length, precision, scale, is_nullable, is_assembly = results["object_alias_type"][0]
    if is_assembly or base is None:
        return _written(found, None, "It is compiled code of an assembly.")
    spelled = spelled_type(base, None, length, precision, scale)
    null = "NULL" if is_nullable else "NOT NULL"
    return _written(found, f"CREATE TYPE {quoted(found.name)} FROM {spelled} {null};")


def _first(rows: Rows) -> str | None:
    return str(rows[0][0]) if rows and rows[0][0] is not None else None
