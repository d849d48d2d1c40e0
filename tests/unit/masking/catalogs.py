"""A catalog made by hand, and the masks that follow from it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs

from sqlcore.domain.catalog import TableKind, TableSummary
from sqlcore.domain.facts import RelationFacts, RoutineFacts, SchemaFacts
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableColumn, TableDescription
from sqlcore.domain.types import SqlType
from sqlcore.services.masking.following import Following
from sqlcore.services.masking.relations import Relation, positions_of
from sqlcore.services.masking.rules import parse_rules
from sqlcore.services.masking.schema import Schema

_TEXT = SqlType(name="text")
_SCHEMAS = {"postgres": "public", "tsql": "dbo", "sqlite": "main"}

TABLES = {
    "customers": "id name email phone",
    "orders": "id customer_id amount note",
    "people": "id email",
    "computed": "id email shout=upper(email) plain=upper(id) called=lookup(id)",
    "customers_2024": "id name email phone",
}
VIEWS = {
    "contacts": "id mail name | SELECT id, email AS mail, name FROM customers",
    "spending": "id total | SELECT c.id, sum(o.amount) FROM customers c"
    " JOIN orders o ON o.customer_id = c.id GROUP BY c.id",
    "mails": "mail | SELECT mail FROM contacts",
    "unreadable": "id name |",
    "endless": "id | SELECT id FROM endless",
    "odd": "id name | SELECT FROM WHERE",
}
FACTS = SchemaFacts(
    routines=(
        RoutineFacts(schema="public", name="lookup", volatility="stable", language="sql"),
        RoutineFacts(schema="public", name="initcap", volatility="stable", language="sql"),
        RoutineFacts(schema="public", name="similarity", extension="pg_trgm", language="c"),
        RoutineFacts(schema="public", name="dblink_get", extension="dblink", language="c"),
    ),
    relations=(
        RelationFacts(
            schema="public",
            name="customers",
            kind="table",
            cascades_to=frozenset({("public", "customers_2024"), ("public", "people")}),
        ),
    ),
)


@attrs.define
class HandMadeCatalog:
    """A part of a `CatalogReader`; counts what it is asked."""

    dialect: str
    asked: int = 0

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        self.asked += 1
        schema = _SCHEMAS[self.dialect]
        folded = name.name.casefold() if self.dialect != "postgres" else name.name
        if name.database or name.schema not in (None, schema) or folded not in TABLES | VIEWS:
            return ()
        kind = TableKind.VIEW if folded in VIEWS else TableKind.TABLE
        return (TableSummary(name=QualifiedName(folded, schema), kind=kind),)

    def describe(
        self, tables: Sequence[QualifiedName], *, full: bool = True
    ) -> tuple[TableDescription, ...]:
        return tuple(
            _description(table, full=full) for table in tables if table.name in TABLES | VIEWS
        )


def _description(table: QualifiedName, *, full: bool) -> TableDescription:
    is_view = table.name in VIEWS
    columns, _, definition = (VIEWS if is_view else TABLES)[table.name].partition("|")
    return TableDescription(
        name=table,
        kind=TableKind.VIEW if is_view else TableKind.TABLE,
        columns=tuple(
            TableColumn(
                name=word.partition("=")[0],
                type=_TEXT,
                ordinal=place,
                computed=word.partition("=")[2] or None,
            )
            for place, word in enumerate(columns.split(), start=1)
        ),
        definition=(definition.strip() or None) if full else None,
    )


def follow(
    sql: str, dialect: str = "postgres", rules: Sequence[str] = ("customers.email",)
) -> Relation:
    """Follow a statement over the tables above."""
    schema = Schema(HandMadeCatalog(dialect), dialect, parse_rules(rules), 60.0)  # type: ignore[arg-type]  # it has what is asked of it
    facts = FACTS if dialect == "postgres" else SchemaFacts()
    return Following(dialect, schema, facts).statement(sql)


def shown(relation: Relation, width: int) -> str:
    """Write the columns of a result: `.` for a shown one, `x` for a masked one."""
    masked = positions_of(relation.items, width)
    return "".join("x" if place in masked else "." for place in range(width))
