"""The toolset `metadata`: all that is known of schemas, tables and other objects."""

from __future__ import annotations

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.objects import ObjectType
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.catalog import ListOutput, render_schemas
from sqlcore_mcp.rendering.metadata import (
    IndexesOutput,
    ReferencesOutput,
    StatisticsOutput,
    render_indexes,
    render_references,
    render_statistics,
)
from sqlcore_mcp.rendering.objects import (
    DependenciesOutput,
    ObjectDefinitionsOutput,
    render_dependencies,
    render_object_definitions,
)
from sqlcore_mcp.rendering.procedures import ProceduresOutput
from sqlcore_mcp.tools.keeping import keep_text
from sqlcore_mcp.tools.listing import CURSOR, DETAIL, TablesAsked, list_page, list_routines

__all__ = ["METADATA_TOOLS"]

_VIEW_KINDS = (TableKind.VIEW, TableKind.MATERIALIZED_VIEW)


def get_table_indexes(call: Call, *, table_name: str, schema: str | None = None) -> Answer:
    """Show the indexes of a table."""
    catalog = call.database_of(table_name).catalog
    return render_indexes(catalog.indexes(table_name, schema=schema), call.budget)


def get_table_foreign_keys(call: Call, *, table_name: str, schema: str | None = None) -> Answer:
    """Show the foreign keys of a table, both ways."""
    catalog = call.database_of(table_name).catalog
    return render_references(catalog.describe(table_name, schema=schema), call.budget)


def get_table_statistics(call: Call, *, table_name: str, schema: str | None = None) -> Answer:
    """Show how large a table is."""
    catalog = call.database_of(table_name).catalog
    return render_statistics(catalog.statistics(table_name, schema=schema), call.budget)


def list_schemas(call: Call, *, include_system_objects: bool = False) -> Answer:
    """List schemas."""
    schemas = call.database.catalog.schemas(include_system=include_system_objects)
    return render_schemas(schemas, call.budget)


def list_views(
    call: Call,
    *,
    schema: str | None = None,
    name_pattern: str | None = None,
    detail: str = "summary",
    include_system_objects: bool = False,
    cursor: str | None = None,
) -> Answer:
    """List a page of views."""
    asked = TablesAsked(
        schema=schema,
        name_pattern=name_pattern,
        kinds=_VIEW_KINDS,
        include_system=include_system_objects,
        noun="view",
    )
    return list_page(call, "list_views", asked, detail=detail, cursor=cursor)


def list_functions(
    call: Call, *, schema: str | None = None, name_pattern: str | None = None
) -> Answer:
    """List functions."""
    return list_routines(call, schema, name_pattern, only_functions=True)


def get_object_definition(
    call: Call, *, object_name: str, schema: str | None = None, object_type: str | None = None
) -> Answer:
    """Show the text that makes an object."""
    catalog = call.database_of(object_name).catalog
    types = () if object_type is None else (object_type,)
    found = catalog.definitions(object_name, schema=schema, types=types)
    return render_object_definitions(
        found, call.budget, lambda text: keep_text(call, text, "definitions", "text/plain")
    )


def get_object_dependencies(
    call: Call, *, object_name: str, schema: str | None = None, object_type: str | None = None
) -> Answer:
    """Show what an object uses and what uses it."""
    catalog = call.database_of(object_name).catalog
    types = () if object_type is None else (object_type,)
    found = catalog.dependencies(object_name, schema=schema, types=types)
    return render_dependencies(found, call.budget)


_TABLE = (Argument(name="table_name", required=True), Argument(name="schema"))
_FILTER = (Argument(name="schema"), Argument(name="name_pattern", description="* is any text"))
_SYSTEM = Argument(name="include_system_objects", kind=Kind.FLAG)
_OBJECT = (
    Argument(name="object_name", required=True),
    Argument(name="schema"),
    Argument(name="object_type", choices=tuple(kind.value for kind in ObjectType)),
)

METADATA_TOOLS = (
    ToolDefinition(
        name="get_table_indexes",
        title="Get the indexes of a table",
        description="Show a table's indexes with columns, filter, size and how often each was "
        "used.",
        toolset="metadata",
        run=get_table_indexes,
        output=IndexesOutput,
        arguments=_TABLE,
    ),
    ToolDefinition(
        name="get_table_foreign_keys",
        title="Get the foreign keys of a table",
        description="Show the foreign keys that a table has and those that point at it.",
        toolset="metadata",
        run=get_table_foreign_keys,
        output=ReferencesOutput,
        arguments=_TABLE,
    ),
    ToolDefinition(
        name="get_table_statistics",
        title="Get the statistics of a table",
        description="Show a table's rows, sizes and partitions, and how fresh its statistics are.",
        toolset="metadata",
        run=get_table_statistics,
        output=StatisticsOutput,
        arguments=_TABLE,
    ),
    ToolDefinition(
        name="list_schemas",
        title="List schemas",
        description="List the schemas of the database with the number of tables, views and "
        "routines in each.",
        toolset="metadata",
        run=list_schemas,
        output=ListOutput,
        arguments=(_SYSTEM,),
    ),
    ToolDefinition(
        name="list_views",
        title="List views",
        description="List views and materialized views.",
        toolset="metadata",
        run=list_views,
        output=ListOutput,
        arguments=(*_FILTER, DETAIL, _SYSTEM, CURSOR),
    ),
    ToolDefinition(
        name="list_functions",
        title="List functions",
        description="List functions without procedures; those of triggers and aggregates are among "
        "them.",
        toolset="metadata",
        run=list_functions,
        output=ProceduresOutput,
        arguments=_FILTER,
    ),
    ToolDefinition(
        name="get_object_definition",
        title="Get the definition of an object",
        description="Show the SQL text that makes a view, routine, trigger, table, index, "
        "sequence, type or synonym.",
        toolset="metadata",
        run=get_object_definition,
        output=ObjectDefinitionsOutput,
        arguments=_OBJECT,
    ),
    ToolDefinition(
        name="get_object_dependencies",
        title="Get the dependencies of an object",
        description="Show what an object uses and what uses it, such as the views of a table. "
        "Look here before you change or drop something.",
        toolset="metadata",
        run=get_object_dependencies,
        output=DependenciesOutput,
        arguments=_OBJECT,
    ),
)
