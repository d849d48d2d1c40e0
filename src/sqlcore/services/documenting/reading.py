"""From the schema to its document. Tables are described a block at a time.

The number of queries is that of the snapshot, and for each block that of one `describe`; memory
holds one block of descriptions beside the text. Who shows only the beginning asks for that: then
no more tables are described than it has.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, islice, takewhile

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot, SchemaTable
from sqlcore.domain.table import ForeignKey, TableDescription
from sqlcore.ports import CatalogReader
from sqlcore.services.documenting.dictionary import Cell, DataDictionary, dictionary_rows
from sqlcore.services.documenting.documents import Documentation, Section
from sqlcore.services.documenting.estimating import estimate_bytes
from sqlcore.services.documenting.markdown import visible
from sqlcore.services.documenting.places import (
    DocumentOptions,
    Place,
    Plan,
    SectionKind,
    schemas_of,
)
from sqlcore.services.documenting.writing import Material, counts_of, section_of, table_section

__all__ = ["BLOCK_TABLES", "described", "read_dictionary", "read_documentation"]

BLOCK_TABLES = 500
"""How many tables are described by one set of queries. So few are never done by halves."""


def described(
    catalog: CatalogReader,
    names: Sequence[QualifiedName],
    *,
    full: bool,
    cancel: CancelToken | None = None,
) -> Iterator[tuple[QualifiedName, TableDescription | None]]:
    """Describe tables in their order; None for one that is there no more.

    Raises:
        StatementCancelledError: `cancel` was set; looked at between blocks.
    """
    rest = iter(names)
    while block := list(islice(rest, BLOCK_TABLES)):
        if cancel is not None:
            cancel.raise_if_cancelled()
        tables = {table.name: table for table in catalog.describe(block, full=full)}
        for name in block:
            yield name, tables.get(name)


def read_documentation(
    catalog: CatalogReader,
    snapshot: SchemaSnapshot,
    engine: str,
    options: DocumentOptions,
    cancel: CancelToken | None = None,
    *,
    enough_columns: int | None = None,
) -> Documentation:
    """Write the documentation of a schema.

    Args:
        catalog: Describes tables.
        snapshot: The schema.
        engine: The product, in words.
        options: What it says.
        cancel: Lets another thread stop it.
        enough_columns: Where one block does not hold all tables, write only the first sections,
            up to the table with which so many columns are there.

    Raises:
        NotFoundError: `options` name a schema that there is not.
    """
    schemas = schemas_of(snapshot, options.schema)
    title = f"Database {visible(snapshot.database)}"
    plan = Plan(title, schemas, options)
    material = Material(
        plan=plan, snapshot=snapshot, engine=engine, counts=counts_of(snapshot, schemas)
    )
    tables = [table for schema in schemas for table in schema.tables]
    beginning = _beginning_of(tables, enough_columns)
    written = dict(_table_sections(catalog, material, options, len(beginning), cancel))
    places = plan.places
    if len(beginning) < len(tables):
        places = places[: places.index(plan.of_kind(SectionKind.TABLE)[len(beginning)])]
    sections = tuple(written.get(place) or section_of(place, material) for place in places)
    return Documentation(
        database=snapshot.database,
        engine=engine,
        counts=dict(material.counts),
        section_count=len(plan.places),
        sections=sections,
        whole_bytes=estimate_bytes(sections, material),
    )


def _beginning_of(
    tables: Sequence[SchemaTable], enough_columns: int | None
) -> Sequence[SchemaTable]:
    """Take the first tables that have enough columns; all where one block holds them."""
    if enough_columns is None or len(tables) <= BLOCK_TABLES:
        return tables
    columns = accumulate(len(table.columns) for table in tables)
    return tables[: sum(1 for _ in takewhile(lambda count: count < enough_columns, columns)) + 1]


def _table_sections(
    catalog: CatalogReader,
    material: Material,
    options: DocumentOptions,
    table_count: int,
    cancel: CancelToken | None,
) -> Iterator[tuple[Place, Section]]:
    places = material.plan.of_kind(SectionKind.TABLE)[:table_count]
    keys = _keys_by_table(material.snapshot)
    names = [place.table for place in places if place.table is not None]
    for place, (name, table) in zip(
        places, described(catalog, names, full=True, cancel=cancel), strict=True
    ):
        if table is None:
            material.dropped.append(name)
        else:
            material.guesses.see(table)
            for gap in table.missing:
                material.missing.setdefault(gap, []).append(name)
            if options.include_data_dictionary:
                material.rows += dictionary_rows([table], keys)
        yield (
            place,
            table_section(place, table, material.plan, include_size=options.include_sizes),
        )


def read_dictionary(
    catalog: CatalogReader,
    snapshot: SchemaSnapshot,
    engine: str,
    *,
    schema: str | None = None,
    cancel: CancelToken | None = None,
    enough_columns: int | None = None,
) -> DataDictionary:
    """Read the data dictionary of a schema.

    Args:
        catalog: Describes tables.
        snapshot: The schema.
        engine: The product, in words.
        schema: Only this schema.
        cancel: Lets another thread stop it.
        enough_columns: Where one block does not hold all tables, read only so many columns, and
            the rest of the last table.

    Raises:
        NotFoundError: There is no such schema.
    """
    schemas = schemas_of(snapshot, schema)
    tables = [table for entry in schemas for table in entry.tables]
    names = [table.name for table in _beginning_of(tables, enough_columns)]
    rest = tables[len(names) :]
    keys = _keys_by_table(snapshot)
    rows: list[tuple[Cell, ...]] = []
    table_count = len(rest)
    for _, table in described(catalog, names, full=False, cancel=cancel):
        if table is not None:
            table_count += 1
            rows += dictionary_rows([table], keys)
    return DataDictionary(
        database=snapshot.database,
        engine=engine,
        table_count=table_count,
        row_count=len(rows) + sum(len(table.columns) for table in rest),
        rows=tuple(rows),
    )


def _keys_by_table(snapshot: SchemaSnapshot) -> Mapping[QualifiedName, list[ForeignKey]]:
    keys: dict[QualifiedName, list[ForeignKey]] = {}
    for key in snapshot.foreign_keys:
        keys.setdefault(key.table, []).append(key)
    return keys
