"""The toolset `documentation`, second part: the schema as a document and as a data dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlcore.errors import InvalidArgumentError, LimitExceededError
from sqlcore_mcp.arguments import Argument, Kind
from sqlcore_mcp.definitions import Answer, Call, ToolDefinition
from sqlcore_mcp.rendering.documenting import (
    Delivery,
    DictionaryOutput,
    DocumentOutput,
    render_dictionary,
    render_documentation,
)
from sqlcore_mcp.rendering.tables import RowFormat

if TYPE_CHECKING:
    from sqlcore_mcp.resources import Resource

__all__ = ["DOCUMENTING_TOOLS"]

_MARKDOWN = "text/markdown"
_MIME_TYPES = {"markdown": _MARKDOWN, "csv": "text/csv", "json": "application/json"}
_EXTENSIONS = {"markdown": "md", "csv": "csv", "json": "json"}


def generate_documentation(
    call: Call,
    *,
    schema: str | None = None,
    include_data_dictionary: bool = False,
    include_relationships: bool = True,
    include_sizes: bool = False,
    store_in_knowledge: bool = False,
) -> Answer:
    """Write the documentation of a schema."""
    from sqlcore.services.documenting import DocumentOptions  # noqa: PLC0415  # when it is needed

    database = call.database
    written = database.catalog.documentation(
        DocumentOptions(
            schema=schema,
            include_data_dictionary=include_data_dictionary,
            include_relationships=include_relationships,
            include_sizes=include_sizes,
        ),
        cancel=call.cancel,
    )
    text = written.markdown()
    stored = None
    if store_in_knowledge:
        stored = _store(
            call,
            text,
            kind="database_documentation",
            title=f"Documentation of {_subject(written.database, schema)}",
            metadata={
                "database": written.database,
                "engine": written.engine,
                "schema": schema,
                "format": "markdown",
                "counts": written.counts,
            },
        )
    kept = _kept(call, text, "documentation.md", _MARKDOWN)
    return render_documentation(written, call.budget, _delivery(call, kept, stored))


def get_data_dictionary(
    call: Call,
    *,
    schema: str | None = None,
    format: str = "markdown",  # noqa: A002  # the name of the argument
    store_in_knowledge: bool = False,
) -> Answer:
    """Read the data dictionary of a schema."""
    from sqlcore.services.documenting import (  # noqa: PLC0415  # when it is needed
        DictionaryFormat,
        safe_cells,
    )

    dictionary = call.database.catalog.data_dictionary(schema=schema, cancel=call.cancel)
    text = dictionary.text(DictionaryFormat(format))
    stored = None
    if store_in_knowledge:
        stored = _store(
            call,
            text,
            kind="data_dictionary",
            title=f"Data dictionary of {_subject(dictionary.database, schema)}",
            metadata={
                "database": dictionary.database,
                "engine": dictionary.engine,
                "schema": schema,
                "format": format,
                "counts": {"tables": dictionary.table_count, "columns": len(dictionary.rows)},
            },
        )
    kept = _kept(call, text, f"data-dictionary.{_EXTENSIONS[format]}", _MIME_TYPES[format])
    rows = map(safe_cells, dictionary.rows) if format == "csv" else dictionary.rows
    return render_dictionary(
        dictionary,
        rows,
        RowFormat(format),
        call.budget,
        _delivery(call, kept, stored),
    )


def _delivery(call: Call, kept: Resource | None, stored: int | None) -> Delivery:
    return Delivery(resource=kept, lifetime_s=call.app.resources.lifetime_s, stored=stored)


def _subject(database: str, schema: str | None) -> str:
    return database if schema is None else f"{database}, schema {schema}"


def _kept(call: Call, text: str, name: str, mime_type: str) -> Resource | None:
    """Keep a document for who asked for it; None where it is too large to be read at once."""
    if len(text.encode()) > call.app.settings.max_resource_bytes:
        return None
    try:
        return call.app.resources.keep(
            "documents", text, mime_type=mime_type, owner=call.caller.principal, name=name
        )
    except LimitExceededError:
        return None


def _store(call: Call, text: str, *, kind: str, title: str, metadata: dict[str, object]) -> int:
    """Post a document to the knowledge endpoint, and note it in the audit."""
    from sqlcore_mcp.knowledge import KnowledgeDocument  # noqa: PLC0415  # rarely needed
    from sqlcore_mcp.knowledge_audit import noted  # noqa: PLC0415

    endpoint = call.app.knowledge
    if endpoint is None:
        raise InvalidArgumentError(
            "There is no knowledge endpoint here.",
            parameter="store_in_knowledge",
            hint="Name one with knowledge_url in the settings.",
        )
    document = KnowledgeDocument(
        type=kind,
        title=title,
        content=text,
        tags=("sqlcore", "database", str(metadata["engine"]), str(metadata["database"])),
        metadata={key: value for key, value in metadata.items() if value is not None},
    )
    with noted(call, endpoint.host, kind):
        return endpoint.post(document, call.cancel)


_SCHEMA = Argument(name="schema")

DOCUMENTING_TOOLS = (
    ToolDefinition(
        name="generate_documentation",
        title="Generate documentation",
        description="Write Markdown documentation of the whole schema: tables, columns, keys, "
        "relationships, views, routines, and rules that are inferred. Shows what fits and names a "
        "resource with all of it; for a single table use describe_table.",
        toolset="documentation",
        run=generate_documentation,
        output=DocumentOutput,
        stores_knowledge=True,
        arguments=(
            _SCHEMA,
            Argument(name="include_data_dictionary", kind=Kind.FLAG, default=False),
            Argument(name="include_relationships", kind=Kind.FLAG, default=True),
            Argument(
                name="include_sizes",
                kind=Kind.FLAG,
                description="rounded; they change while the schema does not",
                default=False,
            ),
        ),
    ),
    ToolDefinition(
        name="get_data_dictionary",
        title="Get the data dictionary",
        description="List every column of every table and view with type, default, keys, "
        "references and comment, one row each. Shows what fits, and names a resource with all.",
        toolset="documentation",
        run=get_data_dictionary,
        output=DictionaryOutput,
        stores_knowledge=True,
        arguments=(
            _SCHEMA,
            Argument(name="format", choices=("markdown", "csv", "json"), default="markdown"),
        ),
    ),
)
