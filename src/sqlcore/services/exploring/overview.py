"""What there is in a database, the important tables first."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.domain.capability import Missing
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaTable
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.schema_summaries import SchemaSummary, summarize_schemas

__all__ = ["ImportantTable", "Overview", "TableReference", "explore"]


@attrs.frozen
class TableReference:
    """Columns of a table that refer to another one by a foreign key."""

    columns: tuple[str, ...]
    referenced_table: QualifiedName
    referenced_columns: tuple[str, ...]


@attrs.frozen(kw_only=True)
class ImportantTable:
    """A table with how it is connected.

    Attributes:
        references: Its foreign keys.
        referring_tables: How many other tables refer to it.
    """

    table: SchemaTable
    references: tuple[TableReference, ...] = ()
    referring_tables: int = 0


@attrs.frozen(kw_only=True)
class Overview:
    """A database, or one schema of it, at a glance.

    Attributes:
        schemas: What each holds; empty ones too.
        tables: A part of the tables and views, the most important first (`rank_tables` says which
            these are).
        table_count: Of all tables and views, partitions among them.
        partition_count: Of the tables that are partitions.
        earlier: How many tables stand before the first of `tables`.
        missing: What the server does not tell, or does not let this login see.
    """

    database: str
    schemas: tuple[SchemaSummary, ...]
    tables: tuple[ImportantTable, ...]
    table_count: int
    partition_count: int
    routine_count: int
    foreign_key_count: int
    earlier: int = 0
    missing: tuple[Missing, ...] = ()


def explore(
    index: SchemaIndex,
    *,
    schema: str | None = None,
    after: QualifiedName | None = None,
    limit: int = 50,
) -> Overview:
    """Look at a database.

    Args:
        index: The schema.
        schema: Only this one, by its exact name.
        after: Go on behind this table, in the order of importance; from the start where it is gone.
        limit: The most tables to return.

    Raises:
        InvalidArgumentError: The limit is below 1.
    """
    if limit < 1:
        raise InvalidArgumentError(f"limit is {limit}; it must be at least 1.", parameter="limit")
    snapshot = index.snapshot
    places: Sequence[int] = index.ranked
    if schema is not None:
        places = [at for at in places if snapshot.tables[at].name.schema == schema]
    earlier = 0
    if after is not None:
        last = index.places.get((after.schema, after.name))
        earlier = places.index(last) + 1 if last in places else 0
    keys = (key.table.schema for key in snapshot.foreign_keys)
    routines = (routine.name.schema for routine in snapshot.routines)
    summaries = summarize_schemas(snapshot)
    return Overview(
        database=snapshot.database,
        schemas=tuple(one for one in summaries if schema in (None, one.schema.name)),
        tables=tuple(_important(index, at) for at in places[earlier : earlier + limit]),
        table_count=len(places),
        partition_count=sum(snapshot.tables[at].is_partition for at in places),
        routine_count=sum(schema in (None, name) for name in routines),
        foreign_key_count=sum(schema in (None, name) for name in keys),
        earlier=earlier,
        missing=snapshot.missing,
    )


def _important(index: SchemaIndex, at: int) -> ImportantTable:
    return ImportantTable(
        table=index.snapshot.tables[at],
        references=tuple(
            TableReference(
                reference.columns,
                index.snapshot.tables[reference.target].name,
                reference.target_columns,
            )
            for reference in index.graph.outgoing(at)
        ),
        referring_tables=index.graph.referring_tables(at),
    )
