"""Ranked search: what is found, and what stands first."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sqlcore
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SearchHit, SearchKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.ports import CatalogReader
from sqlcore.services.searching import SearchResult, score, search, search_terms


@pytest.fixture
def catalog() -> Iterator[CatalogReader]:
    with sqlcore.connect("memory://", access="write") as db:
        db.query(
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_email TEXT);"
            "CREATE TABLE order_lines (order_id INTEGER, note TEXT);"
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, email TEXT, orders_count INTEGER);"
            'CREATE TABLE sqlcore_comments (object TEXT, "column" TEXT, comment TEXT);'
            "INSERT INTO sqlcore_comments VALUES ('order_lines', 'note', 'What the buyer wrote')"
        )
        yield db.connection.catalog


def _names(result: SearchResult) -> list[str]:
    return [
        ".".join(part for part in (hit.hit.object.name, hit.hit.column) if part)
        for hit in result.hits
    ]


def test_a_whole_name_stands_before_a_part_and_a_table_before_its_columns(
    catalog: CatalogReader,
) -> None:
    names = _names(search(catalog, "orders"))

    assert names[:2] == ["orders", "order_lines"]
    assert names.index("order_lines") < names.index("customers.orders_count")


def test_all_words_together_stand_before_each_alone(catalog: CatalogReader) -> None:
    assert _names(search(catalog, "customer email"))[0] == "orders.customer_email"


def test_a_comment_is_searched_too(catalog: CatalogReader) -> None:
    assert _names(search(catalog, "buyer")) == ["order_lines.note"]


def test_what_is_left_out_is_counted(catalog: CatalogReader) -> None:
    everything = search(catalog, "order")
    first = search(catalog, "order", limit=1)

    assert first.hits == everything.hits[:1]
    assert first.total == everything.total == len(everything.hits) > 1
    assert first.complete


def test_only_the_kinds_and_the_schema_that_are_asked_for_are_searched(
    catalog: CatalogReader,
) -> None:
    assert _names(search(catalog, "email", kinds=[SearchKind.TABLES])) == []
    assert _names(search(catalog, "email", schema="elsewhere")) == []
    assert _names(search(catalog, "email", schema="")) != []


def test_a_limit_below_one_is_refused(catalog: CatalogReader) -> None:
    with pytest.raises(InvalidArgumentError, match="at least 1"):
        search(catalog, "email", limit=0)


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("Orders", ("order",)),
        ("customer_email  e-mail", ("customer", "email", "e", "mail")),
        ("categories address bus", ("categor", "address", "bus")),
        ("a a A", ("a",)),
        ("Größe 50%", ("größe", "50")),
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
def test_the_words_of_a_search_hold_no_pattern_marks(term: str) -> None:
    try:
        terms = search_terms(term)
    except InvalidArgumentError:
        return
    assert all(word.isalnum() and word == word.lower() for word in terms)


def _hit(name: str, column: str | None = None, comment: str | None = None) -> SearchHit:
    return SearchHit(
        kind=SearchKind.TABLES if column is None else SearchKind.COLUMNS,
        object=QualifiedName(name, "s"),
        object_kind="table",
        column=column,
        comment=comment,
    )


def test_hits_are_ordered_by_how_well_they_match() -> None:
    from_best_to_worst = [
        _hit("orders"),
        _hit("order_lines"),
        _hit("orderings"),
        _hit("reorder"),
        _hit("sales", comment="one row for each order"),
        _hit("orders", column="id"),
    ]

    scores = [score(hit, ("order",)) for hit in from_best_to_worst]

    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == len(scores)
