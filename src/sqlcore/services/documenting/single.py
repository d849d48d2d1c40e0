"""One schema, one table or one routine as a document of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import ObjectDefinition
from sqlcore.domain.schema import SchemaRoutine, SchemaSnapshot
from sqlcore.domain.table import TableDescription
from sqlcore.services.documenting import markdown as md
from sqlcore.services.documenting.places import schemas_of
from sqlcore.services.documenting.tables import Href, table_body
from sqlcore.services.documenting.writing import routine_table

__all__ = ["routine_document", "schema_document", "table_document"]

_COMMENT_CHARACTERS = 300


def table_document(table: TableDescription, href: Href) -> str:
    """Write all that is known of a table or view.

    Args:
        table: The table, in full.
        href: Finds the address of another table; None where there is none.
    """
    kind = str(table.kind).replace("_", " ").capitalize()
    heading = f"# {kind} {md.inline(md.visible(str(table.name)))}\n"
    return _joined([heading, *table_body(table, href)])


def schema_document(snapshot: SchemaSnapshot, name: str, href: Href, routine_href: Href) -> str:
    """Write what a schema has: its tables, views and routines, one in a line.

    Args:
        snapshot: The schema of the database.
        name: Which of its schemas.
        href: Finds the address of a table.
        routine_href: Finds the address of a routine.

    Raises:
        NotFoundError: There is no such schema; the error names the nearest.
    """
    (schema,) = schemas_of(snapshot, name)
    tables = md.table(
        ("Table", "Kind", "Columns", "Description"),
        [
            (
                _linked(table.name, href),
                str(table.kind).replace("_", " "),
                f"{len(table.columns)}",
                md.inline(_short(table.comment or "")),
            )
            for table in schema.tables
        ],
    )
    return _joined(
        [
            f"# Schema {md.inline(md.visible(schema.name))}\n",
            md.paragraph(schema.comment or ""),
            f"{len(schema.tables):,} tables and views, {len(schema.routines):,} routines\n",
            tables if schema.tables else "",
            routine_table(schema.routines, routine_href) if schema.routines else "",
        ]
    )


def routine_document(
    routines: Sequence[SchemaRoutine], definitions: Iterable[ObjectDefinition]
) -> str:
    """Write what is known of a procedure or function, with all its overloads.

    Args:
        routines: The overloads; at least one.
        definitions: Their texts, as far as there are any.
    """
    blocks = [
        f"# Routine {md.inline(md.visible(str(routines[0].name)))}\n",
        routine_table(routines),
    ]
    for definition in definitions:
        blocks.append(f"**Definition of {md.inline(md.visible(str(definition.object)))}**\n")
        if definition.text is None:
            blocks.append(md.paragraph(definition.reason or "It is not told."))
        else:
            blocks.append(md.fence(definition.text))
    return _joined(blocks)


def _short(comment: str) -> str:
    """Cut a comment, so that none takes the room of all tables behind it."""
    return comment if len(comment) <= _COMMENT_CHARACTERS else f"{comment[:_COMMENT_CHARACTERS]}…"


def _linked(name: QualifiedName, href: Callable[[QualifiedName], str | None]) -> str:
    return md.link(md.visible(name.name), href(name))


def _joined(blocks: Iterable[str]) -> str:
    return "\n".join(block for block in blocks if block)
