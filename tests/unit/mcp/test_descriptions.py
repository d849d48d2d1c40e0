from __future__ import annotations

import attrs
import pytest

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
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
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.descriptions import render_description
from sqlcore_mcp.rendering.sections import human_size
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens

BIGINT = SqlType(name="bigint")
ORDERS = QualifiedName("orders", "shop")
CUSTOMERS = QualifiedName("customers", "shop")

TABLE = TableDescription(
    name=ORDERS,
    comment="What customers\nordered",
    columns=(
        TableColumn(name="id", type=BIGINT, ordinal=1, nullable=False, identity="always"),
        TableColumn(name="customer_id", type=BIGINT, ordinal=2, nullable=False),
        TableColumn(
            name="status",
            type=SqlType(name="text"),
            ordinal=3,
            default="'new'::text",
            collation="C",
            comment="where it is",
        ),
        TableColumn(
            name="total", type=BIGINT, ordinal=4, computed="net + tax", computed_stored=True
        ),
    ),
    primary_key=KeyConstraint(name="orders_pkey", columns=("id",), primary=True),
    unique_keys=(KeyConstraint(name="orders_number", columns=("customer_id", "status")),),
    checks=(CheckConstraint(name="positive", expression="total > 0", enabled=False),),
    indexes=(
        Index(
            name="orders_open",
            method="btree",
            columns=(IndexColumn(name="customer_id"), IndexColumn(name="id", descending=True)),
            included=("total",),
            unique=True,
            filter="status = 'new'",
        ),
    ),
    foreign_keys=(
        ForeignKey(
            name="orders_customer",
            table=ORDERS,
            columns=("customer_id",),
            referenced_table=CUSTOMERS,
            referenced_columns=("id",),
            on_delete="CASCADE",
        ),
    ),
    referenced_by=(
        ForeignKey(
            name="lines_order",
            table=QualifiedName("lines", "shop"),
            columns=("order_id",),
            referenced_table=ORDERS,
            referenced_columns=("id",),
        ),
    ),
    triggers=(Trigger(name="audit", timing="after", events=("insert", "update")),),
    size=TableSize(rows=200_000, table_bytes=20 * 2**20, index_bytes=2**20, total_bytes=21 * 2**20),
    notes=("Row counts are estimates.",),
)

TEXT = """\
shop.orders (table): What customers ordered
about 200,000 rows, 21.0 MB in all, 1.0 MB of indexes

Columns:
id bigint not null identity always
customer_id bigint not null
status text default 'new'::text collate C -- where it is
total bigint computed stored as net + tax

Primary key:
orders_pkey (id)

Unique keys:
orders_number (customer_id, status)

Foreign keys:
orders_customer: (customer_id) -> shop.customers (id) on delete cascade

Referenced by:
lines_order: shop.lines (order_id) -> (id)

Checks:
positive: total > 0 (disabled)

Indexes:
orders_open: unique btree (customer_id, id desc) include (total) where status = 'new'

Triggers:
audit: after insert, update

Notes:
Row counts are estimates."""


def test_a_description_has_a_line_for_each_thing() -> None:
    assert render_description(TABLE, Budget(8000)).text == TEXT


def test_structured_content_holds_the_same() -> None:
    structured = render_description(TABLE, Budget(8000)).structured
    assert structured["truncated"] is False
    assert structured["columns"][2] == [
        *("status", "text", True, "'new'::text"),
        *(None, None, "C", None, "where it is"),
    ]
    assert structured["primary_key"] == {"name": "orders_pkey", "columns": ["id"]}
    assert structured["foreign_keys"][0]["on_delete"] == "CASCADE"
    assert structured["referenced_by"][0]["table"] == "shop.lines"
    assert structured["checks"] == [
        {"name": "positive", "expression": "total > 0", "enabled": False}
    ]
    assert structured["indexes"][0]["columns"] == ["customer_id", "id desc"]
    assert structured["size"]["rows"] == 200_000


def test_a_view_shows_its_text() -> None:
    view = TableDescription(
        name=ORDERS, kind=TableKind.VIEW, definition="SELECT *\nFROM all_orders"
    )
    answer = render_description(view, Budget(8000))
    assert answer.text.endswith("Definition:\nSELECT *\nFROM all_orders")
    assert answer.structured["definition"] == "SELECT *\nFROM all_orders"


@pytest.mark.parametrize("tokens", [200, 300, 500, 1000, 3000])
def test_a_wide_table_is_cut_to_the_budget_and_says_so(tokens: int) -> None:
    columns = tuple(
        TableColumn(name=f"column_{n}", type=BIGINT, ordinal=n, comment="a comment " * 5)
        for n in range(1, 1025)
    )
    table = attrs.evolve(TABLE, columns=columns, definition="SELECT 1 " * 5000)
    answer = render_description(table, Budget(tokens))
    assert estimate_tokens(answer.text) <= tokens + 60
    assert estimate_tokens(compact_json(answer.structured)) <= tokens + 60
    assert answer.structured["truncated"] is True
    assert answer.text.endswith("This description was cut: raise max_tokens to see all of it.")
    assert f"{1024 - len(answer.structured['columns']):,}" in answer.text


@pytest.mark.parametrize(
    ("size_bytes", "words"),
    [(0, "0 bytes"), (1023, "1023 bytes"), (1536, "1.5 kB"), (3 * 2**40, "3.0 TB"), (2**51, None)],
)
def test_sizes_are_written_for_people(size_bytes: int, words: str | None) -> None:
    assert human_size(size_bytes) == (words or "2048.0 TB")


def test_a_column_of_an_enum_says_what_it_may_be() -> None:
    column = TableColumn(
        name="state",
        type=SqlType(name="order_state"),
        ordinal=1,
        labels=("open", "closed"),
        properties=("sparse",),
    )
    answer = render_description(
        TableDescription(name=QualifiedName("t", "s"), columns=(column,)), Budget(1000)
    )
    assert "state order_state [sparse, one of open | closed]" in answer.text
    fields = answer.structured["column_fields"]
    (values,) = answer.structured["columns"]
    assert dict(zip(fields, values, strict=True))["properties"] == "sparse, one of open | closed"
