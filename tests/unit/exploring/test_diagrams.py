"""Diagrams: which tables they show, and that no name can make them anything else."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.exploring.mermaid_grammar import read_diagram
from tests.unit.exploring.snapshots import foreign_key, snapshot, table

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaColumn, SchemaSnapshot, SchemaTable
from sqlcore.domain.table import ForeignKey
from sqlcore.errors import InvalidArgumentError, NotFoundError
from sqlcore.services.exploring.diagrams import Detail, Diagram, draw
from sqlcore.services.exploring.index import SchemaIndex

SHOP = snapshot(
    table("customers", "id integer, name text"),
    table("orders", "id integer, customer_id integer null, total numeric(12,2)"),
    table("lines", "id integer, order_id integer, note text"),
    table("details", "id integer, line_id integer", unique=["line_id"]),
    table("islands", "id integer"),
    foreign_keys=[
        foreign_key("orders", "customer_id", "customers"),
        foreign_key("lines", "order_id", "orders"),
        foreign_key("details", "line_id", "lines"),
    ],
)
TEXT = """\
erDiagram
    shop_orders["shop.orders"] {
        integer id PK
        integer customer_id FK
        numeric(12_2) total
    }
    shop_lines["shop.lines"] {
        integer id PK
        integer order_id FK
    }
    shop_customers["shop.customers"] {
        integer id PK
    }
    shop_customers |o--o{ shop_orders : "customer_id"
    shop_orders ||--o{ shop_lines : "order_id"
"""


def drawn(source: SchemaSnapshot = SHOP, name: str | None = None, **wishes: object) -> Diagram:
    return draw(SchemaIndex(source), name, **wishes)  # type: ignore[arg-type]  # of draw


def names(diagram: Diagram) -> list[str]:
    return [name.name for name in diagram.tables]


def test_a_table_is_drawn_with_its_neighbours() -> None:
    diagram = drawn(SHOP, "ORDERS")

    assert diagram.text == TEXT
    assert diagram.center == QualifiedName("orders", "shop")
    assert (0, False) == (diagram.omitted, diagram.guessed)


def test_a_reference_from_a_unique_column_ends_in_one() -> None:
    assert "shop_lines ||--o| shop_details" in drawn(SHOP, "details").text


def test_depth_says_how_far_to_go() -> None:
    assert names(drawn(SHOP, "details", depth=1)) == ["details", "lines"]
    assert names(drawn(SHOP, "details", depth=9)) == ["details", "lines", "orders", "customers"]


def test_without_a_table_the_most_important_ones_are_drawn() -> None:
    diagram = drawn(SHOP, max_tables=2)

    assert diagram.center is None
    assert len(diagram.tables) == 2
    assert diagram.omitted == 3
    assert diagram.detail is Detail.KEYS
    assert drawn(SHOP, schema="nothing").tables == ()


def test_what_does_not_fit_loses_columns_first_and_then_tables() -> None:
    sizes = [
        len(drawn(SHOP, "orders", fits=lambda text, n=n: len(text) < n).text) for n in (400, 250)
    ]
    keys = drawn(SHOP, "orders", fits=lambda text: "total" not in text)
    bare = drawn(SHOP, "orders", fits=lambda text: "{\n" not in text)
    one = drawn(SHOP, "orders", fits=lambda _: False)

    assert (keys.detail, bare.detail) == (Detail.KEYS, Detail.NAMES)
    assert names(bare) == names(keys) == ["orders", "lines", "customers"]
    assert (names(one), one.omitted) == (["orders"], 2)
    assert sizes[0] < 400
    assert sizes[1] < 250


def test_guesses_are_dotted_and_said_where_there_are_no_foreign_keys() -> None:
    diagram = drawn(attrs.evolve(SHOP, foreign_keys=()), "orders")

    assert diagram.guessed
    assert 'shop_customers |o..o{ shop_orders : "customer_id"' in diagram.text
    assert not drawn(SHOP, "orders").guessed


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(NotFoundError, match="ordrs"):
        drawn(SHOP, "ordrs")
    for wishes in ({"depth": 0}, {"max_tables": 0}):
        with pytest.raises(InvalidArgumentError):
            drawn(SHOP, "orders", **wishes)


def test_a_wide_table_says_how_many_columns_are_not_drawn() -> None:
    wide = snapshot(table("wide", ", ".join(f"c{n} integer" for n in range(100)), key=None))

    assert '"40 not drawn"' in drawn(wide, "wide").text


HOSTILE = [
    'a"b', "[x]", "direction TB", "Direction\tlr", "x } y", "%%{init: {}}%%", "pk", "FK", "uké",
    "a b", "a_b", "A B", "<script>alert(1)</script>", "`x`", "#quot;", "erDiagram", "1st", "客户",
    "back\\slash", "line\nbreak", "semi;colon", "~generic~", "🐘", "", " ", "\u202egnp", "it's",
    "end", "class", "style a fill:#f9f;", "one", "-", "x" * 500, "ªµ", "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_type_or_comment_breaks_out_of_the_diagram(name: str) -> None:
    column = SchemaColumn(name, name, True, name)
    hostile = SchemaTable(
        name=QualifiedName(name, name), columns=(column,), comment=name, primary_key=(name,)
    )
    entities, lines = read_diagram(drawn(snapshot(hostile, table("a"))).text)

    assert (2, 0) == (len(entities), len(lines))


_NAMES = st.sampled_from(HOSTILE) | st.text(max_size=12)


@settings(deadline=None)
@given(
    st.lists(st.tuples(_NAMES, _NAMES, st.lists(_NAMES, max_size=4)), min_size=1, max_size=5),
    st.data(),
)
def test_any_schema_is_drawn_as_what_it_is(
    described: list[tuple[str, str, list[str]]], data: st.DataObject
) -> None:
    tables = {
        (schema, name): SchemaTable(
            name=QualifiedName(name, schema),
            columns=tuple(SchemaColumn(c, data.draw(_NAMES), True, c) for c in columns),
        )
        for schema, name, columns in described
    }
    places = sorted(tables)
    keys = [
        ForeignKey(
            name="k",
            table=tables[a].name,
            columns=("x",),
            referenced_table=tables[b].name,
            referenced_columns=("y",),
        )
        for a, b in data.draw(
            st.lists(st.tuples(st.sampled_from(places), st.sampled_from(places)), max_size=5)
        )
    ]
    source = snapshot(*tables.values(), foreign_keys=keys)
    diagram = drawn(source)
    entities, lines = read_diagram(diagram.text)

    assert len(entities) == len(tables)
    assert len(lines) == len(keys)
    assert diagram.text == drawn(source).text
