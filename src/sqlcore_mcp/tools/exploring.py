"""The toolset `documentation`, first half: exploring a schema."""

from __future__ import annotations

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.cursors import read_cursor, write_cursor
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.exploring import ExploreOutput, render_overview
from sqlcore_mcp.rendering.exploring_diagrams import DiagramOutput, diagram_fits, render_diagram
from sqlcore_mcp.rendering.exploring_relationships import (
    RelationshipsOutput,
    render_relationships,
)
from sqlcore_mcp.tools.listing import CURSOR

__all__ = ["EXPLORING_TOOLS"]

_SUMMARY_TABLES = 25
_LEAST_TOKENS = 12
"""The least that a table or relationship costs: no more are looked at than could be shown."""


def explore_schema(
    call: Call,
    *,
    response_mode: str = "summary",
    schema: str | None = None,
    include_system_objects: bool = False,
    cursor: str | None = None,
) -> Answer:
    """Give an overview of a database."""
    full = response_mode == "full"
    request = ["explore_schema", call.source, call.database_name, response_mode, schema]
    request.append(str(include_system_objects))
    most = max(1, call.max_tokens // _LEAST_TOKENS)
    overview = call.database.catalog.explore(
        schema=schema,
        include_system=include_system_objects,
        after=None if cursor is None else _last_table(request, cursor),
        limit=most if full else min(most, _SUMMARY_TABLES),
    )
    if cursor is not None and not overview.earlier:
        raise _start_again("The table that the last page ended with is gone.")
    return render_overview(
        overview,
        call.budget,
        full=full,
        write_cursor=lambda last: write_cursor(request, [last.schema, last.name]),
    )


def _last_table(request: list[str | None], cursor: str) -> QualifiedName:
    match read_cursor(request, cursor):
        case [str(schema), str(name)]:
            return QualifiedName(name, schema)
    raise _start_again("The cursor cannot be read.")


def find_relationships(
    call: Call,
    *,
    from_table: str | None = None,
    to_table: str | None = None,
    cursor: str | None = None,
) -> Answer:
    """Show how tables are connected."""
    request = ["find_relationships", call.source, call.database_name, from_table, to_table]
    named = from_table or to_table
    database = call.database if named is None else call.database_of(named)
    fingerprint, start = (None, 0) if cursor is None else _place(request, cursor)
    most = max(1, call.max_tokens // _LEAST_TOKENS)
    found = database.catalog.relationships(from_table, to_table, start=start, limit=most)
    if fingerprint not in (None, found.fingerprint):
        raise _start_again("The schema has changed since the last page.")
    return render_relationships(
        found,
        call.budget,
        start=start,
        write_cursor=lambda end: write_cursor(request, [found.fingerprint, end]),
    )


def _place(request: list[str | None], cursor: str) -> tuple[str, int]:
    match read_cursor(request, cursor):
        case [str(fingerprint), int(start)] if start >= 0:
            return fingerprint, start
    raise _start_again("The cursor cannot be read.")


def _start_again(why: str) -> InvalidArgumentError:
    return InvalidArgumentError(why, parameter="cursor", hint="Start again without a cursor.")


def draw_schema(
    call: Call,
    *,
    table_name: str | None = None,
    schema: str | None = None,
    depth: int = 1,
    max_tables: int = 15,
) -> Answer:
    """Draw a diagram."""
    catalog = (call.database if table_name is None else call.database_of(table_name)).catalog
    diagram = catalog.diagram(
        table_name,
        schema=schema,
        depth=depth,
        max_tables=max_tables,
        fits=diagram_fits(call.budget),
    )
    if schema and not diagram.tables:
        catalog.check_schema(schema)
    return render_diagram(diagram)


_SCHEMA = Argument(name="schema")

EXPLORING_TOOLS = (
    ToolDefinition(
        name="explore_schema",
        title="Explore the schema",
        description="Give an overview of the database: schemas, counts, and the most important "
        "tables with size, keys and references; full adds all columns. Start here in an unknown "
        "database.",
        toolset="documentation",
        run=explore_schema,
        output=ExploreOutput,
        arguments=(
            Argument(name="response_mode", choices=("summary", "full"), default="summary"),
            _SCHEMA,
            Argument(name="include_system_objects", kind=Kind.FLAG),
            CURSOR,
        ),
    ),
    ToolDefinition(
        name="find_relationships",
        title="Find relationships",
        description="Show how to join two tables: the shortest paths with their JOIN text. With "
        "one table, what it can be joined with; without any, all relationships. What no foreign "
        "key says is guessed from names and types, and marked.",
        toolset="documentation",
        run=find_relationships,
        output=RelationshipsOutput,
        arguments=(Argument(name="from_table"), Argument(name="to_table"), CURSOR),
    ),
    ToolDefinition(
        name="draw_schema",
        title="Draw the schema",
        description="Draw an entity-relationship diagram (Mermaid) of a table and its neighbours, "
        "or of the most important tables.",
        toolset="documentation",
        run=draw_schema,
        output=DiagramOutput,
        arguments=(
            Argument(name="table_name"),
            _SCHEMA,
            Argument(name="depth", kind=Kind.INTEGER, minimum=1, default=1),
            Argument(name="max_tables", kind=Kind.INTEGER, minimum=1, default=15),
        ),
    ),
)
