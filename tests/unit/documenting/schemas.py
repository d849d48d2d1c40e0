"""Hand-made schemas, and a catalog that describes them."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import (
    SchemaColumn,
    SchemaEntry,
    SchemaRoutine,
    SchemaSnapshot,
    SchemaTable,
)
from sqlcore.domain.table import (
    CheckConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    KeyConstraint,
    TableColumn,
    TableDescription,
    TableSize,
    Trigger,
)
from sqlcore.domain.types import SqlType
from sqlcore.services.documenting import Documentation, DocumentOptions, read_documentation


def column(name: str, kind: str = "integer", **further: object) -> TableColumn:
    """Make a column; its place is set by `table`."""
    return TableColumn(name=name, type=SqlType(name=kind), ordinal=1, **further)  # type: ignore[arg-type]  # fields by name


def table(
    name: str, *columns: TableColumn, schema: str = "shop", **further: object
) -> TableDescription:
    """Make a table."""
    placed = tuple(attrs.evolve(c, ordinal=n) for n, c in enumerate(columns, start=1))
    return TableDescription(name=QualifiedName(name, schema), columns=placed, **further)  # type: ignore[arg-type]  # fields by name


def key(*columns: str, name: str = "key", primary: bool = False) -> KeyConstraint:
    """Make a key."""
    return KeyConstraint(name=name, columns=columns, primary=primary)


def reference(here: str, column: str, there: str, referenced: str = "id") -> ForeignKey:
    """Make a foreign key of one column between tables of the shop."""
    return ForeignKey(
        name=f"{here}_{column}_fkey",
        table=QualifiedName(here, "shop"),
        columns=(column,),
        referenced_table=QualifiedName(there, "shop"),
        referenced_columns=(referenced,),
    )


_STATUS = CheckConstraint(
    name="orders_status_check",
    expression="((status = ANY (ARRAY['new'::text, 'paid'::text, 'sent'::text])))",
)
_TO_CUSTOMERS = attrs.evolve(reference("orders", "customer_id", "customers"), on_delete="CASCADE")

CUSTOMERS = table(
    "customers",
    column("id", "bigint", nullable=False, identity="always"),
    column("email", "text", nullable=False, comment="Where we write to | unique"),
    column("created_at", "timestamp with time zone", nullable=False, default="now()"),
    column("deleted_at", "timestamp with time zone"),
    comment="Who buys.",
    primary_key=key("id", name="customers_pkey", primary=True),
    unique_keys=(key("email", name="customers_email_key"),),
    referenced_by=(_TO_CUSTOMERS,),
    size=TableSize(rows=19_731, total_bytes=3_000_000),
)
ORDERS = table(
    "orders",
    column("id", "bigint", nullable=False, identity="always"),
    column("customer_id", "bigint", nullable=False),
    column("status", "text", nullable=False, default="'new'::text"),
    column("total", "numeric(12,2)", computed="price * amount", computed_stored=True),
    comment="What was bought.",
    primary_key=key("id", name="orders_pkey", primary=True),
    checks=(_STATUS,),
    foreign_keys=(_TO_CUSTOMERS,),
    indexes=(
        Index(
            name="orders_pkey",
            method="btree",
            columns=(IndexColumn(name="id"),),
            unique=True,
            primary=True,
        ),
        Index(
            name="orders_open",
            method="btree",
            columns=(IndexColumn(name="customer_id", descending=True),),
            filter="(status = 'new'::text)",
        ),
    ),
    triggers=(Trigger(name="orders_touch", timing="BEFORE", events=("INSERT", "UPDATE")),),
    missing=(Missing(part="index usage", support=Support.NOT_PERMITTED, reason="needs a right"),),
)
NEW_ORDERS = attrs.evolve(
    table("new_orders", column("id", "bigint")),
    kind=TableKind.VIEW,
    definition="SELECT id\n  FROM shop.orders\n WHERE status = 'new'",
)
TABLES = (CUSTOMERS, NEW_ORDERS, ORDERS)
ROUTINES = (
    SchemaRoutine(
        name=QualifiedName("place_order", "shop"),
        kind="procedure",
        arguments="customer bigint, note text",
        comment="Makes an order.",
    ),
)


class HandMadeCatalog:
    """Describes tables that were handed to it, as a `CatalogReader` does."""

    def __init__(self, tables: Sequence[TableDescription]) -> None:
        self._tables = {described.name: described for described in tables}
        self.blocks: list[int] = []

    def describe(
        self, tables: Sequence[QualifiedName], *, full: bool = True
    ) -> tuple[TableDescription, ...]:
        """Describe tables in any order."""
        del full
        self.blocks.append(len(tables))
        found = [self._tables[name] for name in reversed(tables) if name in self._tables]
        return tuple(found)


def snapshot_of(
    tables: Sequence[TableDescription], routines: Sequence[SchemaRoutine] = ()
) -> SchemaSnapshot:
    """Make the snapshot that goes with tables."""
    return SchemaSnapshot(
        database="shop",
        fingerprint="1",
        schemas=tuple(
            SchemaEntry(name=name) for name in sorted({t.name.schema or "" for t in tables})
        ),
        tables=tuple(
            SchemaTable(
                name=t.name,
                kind=t.kind,
                comment=t.comment,
                columns=tuple(SchemaColumn(c.name, str(c.type)) for c in t.columns),
            )
            for t in tables
        ),
        foreign_keys=tuple(fk for t in tables for fk in t.foreign_keys),
        routines=tuple(routines),
    )


def document(
    tables: Sequence[TableDescription] = TABLES,
    routines: Sequence[SchemaRoutine] = ROUTINES,
    **options: object,
) -> Documentation:
    """Write the documentation of tables."""
    catalog = HandMadeCatalog(tables)
    return read_documentation(
        catalog,  # type: ignore[arg-type]  # only describing is asked of it
        snapshot_of(tables, routines),
        "PostgreSQL",
        DocumentOptions(**options),  # type: ignore[arg-type]  # fields by name
    )


__all__ = [
    "CUSTOMERS",
    "NEW_ORDERS",
    "ORDERS",
    "ROUTINES",
    "TABLES",
    "HandMadeCatalog",
    "column",
    "document",
    "key",
    "reference",
    "snapshot_of",
    "table",
]
