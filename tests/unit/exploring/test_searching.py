"""Ranked search: what is found, what stands first, and what is only nearly what was looked for."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.exploring.snapshots import snapshot, table

import sqlcore
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaColumn, SchemaRoutine, SchemaSnapshot, SearchKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.search_index import SearchIndex
from sqlcore.services.exploring.searching import RankedHit, SearchResult, search, search_terms
from sqlcore.services.exploring.words import forms, singular, split_words

NOTE = SchemaColumn("note", "text", True, "What the buyer wrote")
SHOP = snapshot(
    table("orders", "id integer, customer_email text"),
    table("order_lines", "order_id integer", key=None),
    table("customers", "id integer, email text, orders_count integer"),
    table("OrderLineHistory", "changedAt timestamp, HTTPStatus integer", key=None),
    table("categories", "id integer"),
    table("addresses", "id integer", comment="Where parcels go"),
    table("events_2024", "id integer, payload text", is_partition=True),
    table("events", "id integer, payload text"),
    table("Größen", "id integer", schema="lager"),
    table("orders", "id integer", schema="lager"),
    routines=(
        SchemaRoutine(
            name=QualifiedName("place_order", "shop"),
            kind="procedure",
            arguments="customer integer",
        ),
    ),
)
LINES = next(t for t in SHOP.tables if t.name.name == "order_lines")
SHOP = attrs.evolve(
    SHOP,
    tables=tuple(
        attrs.evolve(t, columns=(*t.columns, NOTE)) if t is LINES else t for t in SHOP.tables
    ),
)
INDEX = SearchIndex(SHOP)


def _name(ranked: RankedHit) -> str:
    hit = ranked.hit
    return ".".join(part for part in (hit.object.name, hit.column) if part)


def names(result: SearchResult) -> list[str]:
    return [_name(ranked) for ranked in result.hits]


def found(term: str, source: SchemaSnapshot | None = None, **wishes: object) -> list[str]:
    index = INDEX if source is None else SearchIndex(source)
    return names(search(index, term, **wishes))  # type: ignore[arg-type]  # arguments of search


def test_a_whole_name_stands_before_a_part_and_a_table_before_its_columns() -> None:
    order = found("orders")

    assert order[:2] == ["orders", "orders"]
    assert order.index("order_lines") < order.index("OrderLineHistory")
    assert order.index("place_order") < order.index("customers.orders_count")


def test_all_words_together_stand_before_each_alone() -> None:
    assert found("customer email")[:2] == ["orders.customer_email", "customers.email"]


@pytest.mark.parametrize("term", ["line order", "orderLine", "order-lines", "ORDER_LINES"])
def test_words_are_found_in_any_order_and_spelling(term: str) -> None:
    assert set(found(term)[:2]) == {"order_lines", "OrderLineHistory"}


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ("status", "OrderLineHistory.HTTPStatus"),
        ("changed at", "OrderLineHistory.changedAt"),
        ("category", "categories"),
        ("address", "addresses"),
        ("orderlines", "order_lines"),
        ("cust", "customers"),
        ("ategor", "categories"),
        ("grosse", "Größen"),
        ("GRÖSSEN", "Größen"),
        ("parcel", "addresses"),
        ("buyer", "order_lines.note"),
        ("lager orders", "orders"),
    ],
)
def test_a_word_finds_its_forms_its_parts_and_what_is_said_about_it(term: str, first: str) -> None:
    assert found(term)[0] == first


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ("custmer", "customers"),
        ("ordres", "orders"),
        ("categroies", "categories"),
        ("adress", "addresses"),
        ("emial", "customers.email"),
    ],
)
def test_a_word_that_is_spelled_wrong_is_found_and_marked(term: str, first: str) -> None:
    result = search(INDEX, term)

    assert first in names(result)[:2]
    assert all(ranked.near for ranked in result.hits)


def test_what_is_spelled_right_is_not_marked_and_brings_no_near_words() -> None:
    result = search(INDEX, "order")

    assert not any(ranked.near for ranked in result.hits)


@pytest.mark.parametrize("term", ["odr", "x", "zzzzzz", "20255"])
def test_short_words_and_numbers_are_not_guessed(term: str) -> None:
    assert "orders" not in found(term)


def test_the_schema_decides_between_tables_of_the_same_name() -> None:
    first = search(INDEX, "lager orders").hits[0].hit

    assert first.object == QualifiedName("orders", "lager")


def test_partitions_stand_behind_their_table_and_their_columns_are_not_repeated() -> None:
    assert found("events") == ["events", "events_2024"]
    assert found("payload") == ["events.payload"]


def test_what_is_left_out_is_counted() -> None:
    everything = search(INDEX, "order")
    first = search(INDEX, "order", limit=1)

    assert first.hits == everything.hits[:1]
    assert first.total == everything.total == len(everything.hits) > 1


def test_only_the_kinds_and_the_schema_that_are_asked_for_are_searched() -> None:
    assert found("email", kinds=[SearchKind.TABLES]) == []
    assert found("order", kinds=[SearchKind.ROUTINES]) == ["place_order"]
    assert found("parcels", kinds=[SearchKind.COMMENTS, SearchKind.TABLES]) == ["addresses"]
    assert found("parcels", kinds=[SearchKind.TABLES]) == []
    assert found("orders", schema="lager") == ["orders"]
    assert found("orders", schema="elsewhere") == []
    assert found("email", schema="") != []


def test_comments_are_searched_alone_where_only_they_are_asked_for() -> None:
    assert "order_lines.note" in found("buyer", kinds=[SearchKind.COMMENTS, SearchKind.COLUMNS])
    assert found("note", kinds=[SearchKind.TABLES, SearchKind.COMMENTS]) == []


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="at least 1"):
        search(INDEX, "email", limit=0)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Orders", ("orders",)),
        ("customer_email  e-mail", ("customer", "email", "e", "mail")),
        ("a a A", ("a",)),
        ("Größe 50%", ("grosse", "50")),
        (" ".join("abcdefghijk"), tuple("abcdefgh")),
    ],
)
def test_a_search_is_split_into_words(term: str, expected: tuple[str, ...]) -> None:
    assert search_terms(term) == expected


@pytest.mark.parametrize("term", ["", "  ", "%_", "'; --"])
def test_a_search_without_a_word_is_refused(term: str) -> None:
    with pytest.raises(InvalidArgumentError) as caught:
        search_terms(term)

    assert caught.value.parameter == "search_term"


@given(st.text(max_size=40))
def test_any_text_can_be_looked_for(term: str) -> None:
    try:
        result = search(INDEX, term, limit=3)
    except InvalidArgumentError:
        assert not any(c.isalnum() for c in term)
        return
    assert len(result.hits) <= result.total
    scores = [ranked.score for ranked in result.hits]
    assert scores == sorted(scores, reverse=True)


@given(st.lists(st.text(min_size=1, max_size=12), min_size=1, max_size=5, unique=True))
def test_every_name_is_found_by_itself_and_counted_once(known: list[str]) -> None:
    index = SearchIndex(snapshot(*(table(name) for name in known)))
    for name in known:
        if not split_words(name):
            continue
        result = search(index, name, kinds=[SearchKind.TABLES])
        assert name in names(result)
        assert len(set(names(result))) == len(result.hits) == result.total


def test_hits_are_ordered_by_how_well_they_match() -> None:
    from_best_to_worst = [
        "orders",
        "order_lines",
        "orderings",
        "reorder",
        "sales",
        "things.order",
        "things.reorder_at",
    ]
    source = snapshot(
        table("orders"),
        table("order_lines"),
        table("orderings"),
        table("reorder"),
        table("sales", comment="one row for each order"),
        table("things", "order text, reorder_at date", key=None),
    )

    order = found("order", source)
    tables = [name for name in order if "." not in name]

    assert tables == from_best_to_worst[:5]
    assert [name for name in order if "." in name] == from_best_to_worst[5:]


def test_the_database_searches_its_own_schema_and_sees_changes() -> None:
    with sqlcore.connect("memory://", access="write") as db:
        db.query("CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_email TEXT)")
        assert names(db.catalog.search("custmer")) == ["orders.customer_email"]
        db.query("CREATE TABLE customers (id INTEGER PRIMARY KEY)")
        assert names(db.catalog.search("customer"))[0] == "customers"


@pytest.mark.parametrize(
    ("one", "many"),
    [
        ("order", "orders"),
        ("category", "categories"),
        ("address", "addresses"),
        ("status", "statuses"),
        ("box", "boxes"),
        ("house", "houses"),
        ("person", "people"),
        ("id", "ids"),
    ],
)
def test_singular_and_plural_are_forms_of_each_other(one: str, many: str) -> None:
    assert many in forms(one)
    assert one in forms(many)
    assert singular(many) == singular(one)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("customerEmail", ["customer", "email"]),
        ("HTTPServer2", ["http", "server2"]),
        ("orderIDs", ["order", "ids"]),
        ("ORDER_NO", ["order", "no"]),
        ("Ünïcode", ["unicode"]),
        ("客户订单", ["客户订单"]),
        ("...", []),
    ],
)
def test_names_are_split_into_words(name: str, words: list[str]) -> None:
    assert split_words(name) == words
