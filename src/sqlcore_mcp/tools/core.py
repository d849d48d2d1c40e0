"""The toolset `core`, first half: what there is in a database."""

from __future__ import annotations

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.schema import SearchKind
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.catalog import (
    ListOutput,
    render_databases,
    render_hits,
)
from sqlcore_mcp.rendering.descriptions import DescriptionOutput, render_description
from sqlcore_mcp.rendering.servers import CapabilitiesOutput, render_capabilities
from sqlcore_mcp.tools.listing import CURSOR, DETAIL, TablesAsked, list_page

__all__ = ["CATALOG_TOOLS"]

_MOST_HITS = 100


def list_databases(call: Call) -> Answer:
    """List the databases of a server."""
    return render_databases(call.database.catalog.databases(), call.budget)


def list_tables(
    call: Call,
    *,
    schema: str | None = None,
    name_pattern: str | None = None,
    kind: str | None = None,
    detail: str = "summary",
    cursor: str | None = None,
) -> Answer:
    """List a page of tables."""
    kinds = [] if kind is None else [TableKind(kind)]
    asked = TablesAsked(schema=schema, name_pattern=name_pattern, kinds=kinds)
    return list_page(call, "list_tables", asked, detail=detail, cursor=cursor)


def search_tables(
    call: Call, *, search_term: str, schema: str | None = None, kinds: list[str] | None = None
) -> Answer:
    """Search names and comments."""
    found = call.database.catalog.search(
        search_term, schema=schema, kinds=kinds or (), limit=_MOST_HITS
    )
    if schema and not found.total:
        call.database.catalog.check_schema(schema)
    return render_hits(found, search_term, call.budget)


def describe_table(
    call: Call, *, table_name: str, schema: str | None = None, detail: str = "full"
) -> Answer:
    """Describe a table."""
    table = call.database_of(table_name).catalog.describe(
        table_name, schema=schema, full=detail == "full"
    )
    return render_description(table, call.budget)


def get_server_capabilities(call: Call, *, refresh: bool = False) -> Answer:
    """Tell what the server is."""
    database = call.database
    return render_capabilities(
        database.capabilities(refresh=refresh),
        database.dialect,
        call.app.settings.access,
        call.budget,
    )


_SCHEMA = Argument(name="schema")
_TABLE_NAME = Argument(name="table_name", required=True)

CATALOG_TOOLS = (
    ToolDefinition(
        name="list_databases",
        title="List databases",
        description="List the databases of the server.",
        toolset="core",
        run=list_databases,
        output=ListOutput,
        server_mode_only=True,
    ),
    ToolDefinition(
        name="list_tables",
        title="List tables",
        description="List tables and views with row estimate, size and comment. "
        "To find something by topic, use search_tables.",
        toolset="core",
        run=list_tables,
        output=ListOutput,
        arguments=(
            _SCHEMA,
            Argument(name="name_pattern", description="* is any text"),
            Argument(name="kind", choices=tuple(kind.value for kind in TableKind)),
            DETAIL,
            CURSOR,
        ),
    ),
    ToolDefinition(
        name="search_tables",
        title="Search tables and columns",
        description="Find tables, columns and routines by words in names and comments, best first.",
        toolset="core",
        run=search_tables,
        output=ListOutput,
        arguments=(
            Argument(name="search_term", required=True),
            _SCHEMA,
            Argument(
                name="kinds", kind=Kind.TEXTS, choices=tuple(kind.value for kind in SearchKind)
            ),
        ),
    ),
    ToolDefinition(
        name="describe_table",
        title="Describe a table",
        description="Show a table's or view's columns, keys, checks, indexes, foreign keys in "
        "both directions, triggers and size. Call it before writing a query.",
        toolset="core",
        run=describe_table,
        output=DescriptionOutput,
        arguments=(
            _TABLE_NAME,
            _SCHEMA,
            Argument(name="detail", choices=("columns", "full"), default="full"),
        ),
    ),
    ToolDefinition(
        name="get_server_capabilities",
        title="Get server capabilities",
        description="Tell product, version, SQL dialect, features, login and what it may do.",
        toolset="core",
        run=get_server_capabilities,
        output=CapabilitiesOutput,
        arguments=(Argument(name="refresh", kind=Kind.FLAG),),
    ),
)
