"""Schemas, tables and routines as resources, in Markdown, within the size of an answer.

They say what the tools say at the level `metadata`: names, types, keys, comments and definitions,
never rows. All of such a text comes from the database.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from mcp_types import ResourceTemplate

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import ObjectDefinition
from sqlcore.domain.schema import SchemaRoutine
from sqlcore.errors import InvalidArgumentError, NotFoundError, UnsupportedError
from sqlcore.services.naming import nearest
from sqlcore_mcp.app import App
from sqlcore_mcp.callers import Caller
from sqlcore_mcp.rendering.documenting import fit_lines
from sqlcore_mcp.rendering.tokens import Budget
from sqlcore_mcp.schema_addresses import AddressKind, SchemaAddress, read_address, uri_template

if TYPE_CHECKING:
    from sqlcore.services.database import Database

__all__ = ["MIME_TYPE", "read_schema_resource", "schema_templates", "table_text"]

MIME_TYPE = "text/markdown"
_CUT = "\nThis was cut. To see all of it, use {tool} with a larger max_tokens.\n"
_CUT_TOKENS = 30
_ABOUT = {
    AddressKind.SCHEMA: ("Schema", "Tables, views and routines of a schema.", "list_tables"),
    AddressKind.TABLE: (
        "Table",
        "Columns, keys, references, indexes and definition of a table or view.",
        "describe_table",
    ),
    AddressKind.ROUTINE: (
        "Routine",
        "Arguments and text of a procedure or function.",
        "get_object_definition",
    ),
}


def schema_templates(app: App) -> list[ResourceTemplate]:
    """List the forms of the URIs of schemas, tables and routines."""
    return [
        ResourceTemplate(
            name=kind.value,
            title=title,
            uri_template=uri_template(kind, app),
            description=description,
            mime_type=MIME_TYPE,
        )
        for kind, (title, description, _) in _ABOUT.items()
    ]


def read_schema_resource(app: App, uri: str, caller: Caller) -> str:
    """Read what a URI is about, in Markdown; blocks.

    Raises:
        NotFoundError: There is no such thing; the error names the nearest.
        SqlCoreError: The server cannot be asked.
    """
    address = read_address(uri, app)
    try:
        database = app.database(address.source, address.database).on_behalf_of(caller.name)
    except InvalidArgumentError as error:
        raise NotFoundError(str(error)) from error
    text = _READERS[address.kind](database, address)
    budget = Budget(app.settings.max_tokens)
    budget.reserve(_CUT_TOKENS)
    shown, is_whole = fit_lines(text, budget)
    return shown if is_whole else shown + _CUT.format(tool=_ABOUT[address.kind][2])


def _href(address: SchemaAddress, kind: AddressKind, name: QualifiedName) -> str | None:
    if name.schema is None or name.database is not None:
        return None
    return str(address.of(kind, name.schema, name.name))


def _schema(database: Database, address: SchemaAddress) -> str:
    from sqlcore.services.documenting import schema_document  # noqa: PLC0415  # when it is needed

    return schema_document(
        database.catalog.snapshot(),
        address.schema,
        partial(_href, address, AddressKind.TABLE),
        partial(_href, address, AddressKind.ROUTINE),
    )


def _table(database: Database, address: SchemaAddress) -> str:
    from sqlcore.services.documenting import table_document  # noqa: PLC0415  # when it is needed

    name = _quoted(address.name or "")
    table = database.catalog.describe(name, schema=address.schema)
    return table_document(table, partial(_href, address, AddressKind.TABLE))


def _quoted(name: str) -> str:
    """Write a name so that it is read as it stands."""
    return '"' + name.replace('"', '""') + '"'


def _routine(database: Database, address: SchemaAddress) -> str:
    from sqlcore.services.documenting import routine_document  # noqa: PLC0415  # when it is needed

    routines = [
        routine
        for routine in database.catalog.snapshot().routines
        if routine.name.schema == address.schema and routine.name.name == address.name
    ]
    if not routines:
        raise _no_such_routine(database, address)
    return routine_document(routines, _definitions(database, routines))


def _definitions(database: Database, routines: list[SchemaRoutine]) -> list[ObjectDefinition]:
    """Read the texts of overloads; those that share a name may be of several kinds."""
    found: list[ObjectDefinition] = []
    name = routines[0].name
    for kind in dict.fromkeys(routine.kind for routine in routines):
        try:
            found += database.catalog.definitions(
                _quoted(name.name), schema=name.schema, types=[kind]
            )
        except (NotFoundError, UnsupportedError):
            continue  # it was dropped a moment ago, or this engine shows no texts
    return found


def _no_such_routine(database: Database, address: SchemaAddress) -> NotFoundError:
    known = [routine.name for routine in database.catalog.snapshot().routines]
    close = nearest(address.name or "", (name.name for name in known))
    names = [str(name) for text in close for name in known if name.name == text][:5]
    return NotFoundError(
        f'There is no routine "{address.name}" in schema "{address.schema}".',
        hint=f"Did you mean {' or '.join(names)}?" if names else None,
    )


_READERS = {
    AddressKind.SCHEMA: _schema,
    AddressKind.TABLE: _table,
    AddressKind.ROUTINE: _routine,
}


def table_text(database: Database, name: str, budget: Budget) -> str:
    """Write a table for a prompt, as much of it as fits.

    Raises:
        NotFoundError: There is none of that name; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
    """
    from sqlcore.services.documenting import table_document  # noqa: PLC0415  # when it is needed

    text = table_document(database.catalog.describe(name), lambda _: None)
    shown, is_whole = fit_lines(text, budget)
    return shown if is_whole else f"{shown}…\n"
