"""The toolset `documentation`, second part: the schema as a document and as a data dictionary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import attrs

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
    from sqlcore.domain.cancellation import CancelToken
    from sqlcore.services.database import Database
    from sqlcore_mcp.resources import Resource, UnmadeResource

__all__ = ["DOCUMENTING_TOOLS"]

_MARKDOWN = "text/markdown"
_MIME_TYPES = {"markdown": _MARKDOWN, "csv": "text/csv", "json": "application/json"}
_EXTENSIONS = {"markdown": "md", "csv": "csv", "json": "json"}
_COLUMN_TOKENS = 8
"""The fewest tokens that a column takes, wherever it stands."""


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

    options = DocumentOptions(
        schema=schema,
        include_data_dictionary=include_data_dictionary,
        include_relationships=include_relationships,
        include_sizes=include_sizes,
    )

    def write_whole(database: Database, cancel: CancelToken | None) -> str:
        return database.catalog.documentation(options, cancel=cancel).markdown()

    written = call.database.catalog.documentation(
        options,
        cancel=call.cancel,
        enough_columns=None if store_in_knowledge else _enough_columns(call),
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
    whole = _Whole(
        name="documentation.md",
        mime_type=_MARKDOWN,
        text=text if written.is_whole else None,
        size_bytes=written.whole_bytes,
        write=write_whole,
    )
    return render_documentation(written, call.budget, _deliver(call, whole, stored))


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

    form = DictionaryFormat(format)

    def write_whole(database: Database, cancel: CancelToken | None) -> str:
        return database.catalog.data_dictionary(schema=schema, cancel=cancel).text(form)

    dictionary = call.database.catalog.data_dictionary(
        schema=schema,
        cancel=call.cancel,
        enough_columns=None if store_in_knowledge else _enough_columns(call),
    )
    text = dictionary.text(form)
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
    whole = _Whole(
        name=f"data-dictionary.{_EXTENSIONS[format]}",
        mime_type=_MIME_TYPES[format],
        text=text if dictionary.is_whole else None,
        size_bytes=len(text.encode()) if dictionary.is_whole else dictionary.whole_bytes(form),
        write=write_whole,
    )
    rows = map(safe_cells, dictionary.rows) if format == "csv" else dictionary.rows
    return render_dictionary(
        dictionary,
        rows,
        RowFormat(format),
        call.budget,
        _deliver(call, whole, stored),
    )


def _enough_columns(call: Call) -> int:
    """Tell how many columns may be shown at most; more of a large schema need not be read."""
    return call.max_tokens // _COLUMN_TOKENS


@attrs.frozen(kw_only=True)
class _Whole:
    """A whole document, which may not be written yet.

    Attributes:
        text: None where it is not written.
        size_bytes: In UTF-8; about, where it is not written.
        write: Writes it.
    """

    name: str
    mime_type: str
    text: str | None
    size_bytes: int
    write: Callable[[Database, CancelToken | None], str]


def _deliver(call: Call, whole: _Whole, stored: int | None) -> Delivery:
    """Keep a document for who asked for it, or see to it that it is written when he reads it."""
    is_made = whole.text is not None
    return Delivery(
        resource=_resource(call, whole),
        lifetime_s=call.app.resources.lifetime_s,
        size_bytes=whole.size_bytes if is_made else _rounded(whole.size_bytes),
        max_bytes=call.app.settings.max_resource_bytes,
        stored=stored,
        is_made=is_made,
    )


def _rounded(number: int) -> int:
    """Keep two digits of an estimate."""
    return round(number, 2 - len(str(number)))


def _subject(database: str, schema: str | None) -> str:
    return database if schema is None else f"{database}, schema {schema}"


def _resource(call: Call, whole: _Whole) -> Resource | UnmadeResource | None:
    """Give a document a URI; None where it is too large to be read at once."""
    resources, max_bytes = call.app.resources, call.app.settings.max_resource_bytes
    if whole.size_bytes > max_bytes:
        return None
    later = attrs.evolve(call, watch=None)

    def make(cancel: CancelToken | None) -> str:
        text = whole.write(later.database, cancel)
        size_bytes = len(text.encode())
        if size_bytes > max_bytes:
            raise LimitExceededError(
                f"The document has {size_bytes:,} bytes; at most {max_bytes:,} are read at once "
                "(max_resource_bytes).",
                hint="Ask for one schema, or write files with sqlcore-mcp docs.",
            )
        return text

    owner = call.caller.principal
    try:
        if whole.text is not None:
            return resources.keep(
                "documents", whole.text, mime_type=whole.mime_type, owner=owner, name=whole.name
            )
        return resources.promise(
            "documents",
            make,
            size_bytes=whole.size_bytes,
            mime_type=whole.mime_type,
            owner=owner,
            name=whole.name,
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
