"""From a name to the one table it means."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sqlcore
from sqlcore.domain.catalog import TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError
from sqlcore.ports import CatalogReader
from sqlcore.services.naming import nearest, resolve_table


@pytest.fixture
def catalog() -> Iterator[CatalogReader]:
    with sqlcore.connect("memory://", access="write") as db:
        db.query(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY);"
            "CREATE TABLE Orders (id INTEGER PRIMARY KEY);"
            'CREATE TABLE "odd.name" (id INTEGER);'
            "CREATE VIEW open_orders AS SELECT * FROM Orders"
        )
        yield db.connection.catalog


@pytest.mark.parametrize(
    ("name", "schema", "expected"),
    [
        ("customers", None, "customers"),
        ("CUSTOMERS", None, "customers"),
        (" main . customers ", None, "customers"),
        ('[main]."orders"', None, "Orders"),
        ("orders", "main", "Orders"),
        ("orders", "", "Orders"),
        ("main.orders", "main", "Orders"),
        ('"odd.name"', None, "odd.name"),
        ("open_orders", None, "open_orders"),
    ],
)
def test_a_name_means_the_table_of_that_name(
    catalog: CatalogReader, name: str, schema: str | None, expected: str
) -> None:
    assert resolve_table(catalog, name, schema).name == QualifiedName(expected, "main")


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("custmers", 'no table or view "custmers".', "Did you mean main.customers?"),
        ("other.customers", "in schema other.", "Did you mean main.customers?"),
        ("zzzzzz", 'view "zzzzzz".', "List the tables with list_tables"),
        ("oders", '"oders"', "main.Orders"),
    ],
)
def test_an_unknown_table_is_refused_and_the_nearest_named(
    catalog: CatalogReader, name: str, message: str, hint: str
) -> None:
    with pytest.raises(NotFoundError) as caught:
        resolve_table(catalog, name)

    assert message in caught.value.message
    assert hint in (caught.value.hint or "")
    assert caught.value.parameter == "table_name"


@pytest.mark.parametrize(("name", "schema"), [("", None), ("a.b.c.d", None), ("[a", None)])
def test_a_name_that_cannot_be_read_is_an_invalid_argument(
    catalog: CatalogReader, name: str, schema: str | None
) -> None:
    with pytest.raises(InvalidArgumentError):
        resolve_table(catalog, name, schema)


def test_a_name_that_means_several_tables_is_refused_and_all_are_named(
    catalog: CatalogReader,
) -> None:
    several = _TwoSchemas(catalog)

    with pytest.raises(AmbiguousNameError, match=r"main\.customers, archive\.customers") as caught:
        resolve_table(several, "customers")

    assert caught.value.parameter == "table_name"


class _TwoSchemas:
    """The catalog with one more schema: the in-memory engine has one only."""

    def __init__(self, catalog: CatalogReader) -> None:
        self.databases = catalog.databases
        self.tables = catalog.tables
        self.describe = catalog.describe
        self._find = catalog.find

    def find(self, name: QualifiedName) -> tuple[TableSummary, ...]:
        found = self._find(name)
        archived = [TableSummary(name=QualifiedName(t.name.name, "archive")) for t in found]
        return (*found, *archived)


def test_beside_its_schema_a_name_may_stand_as_lists_show_it(catalog: CatalogReader) -> None:
    assert resolve_table(catalog, "odd.name", "main").name == QualifiedName("odd.name", "main")


def test_a_name_of_another_schema_than_the_argument_is_refused(catalog: CatalogReader) -> None:
    with pytest.raises(InvalidArgumentError, match="Give the schema once"):
        resolve_table(catalog, "other.customers", "main")


# -- nearest names


def test_the_nearest_names_come_first_and_once() -> None:
    known = ["orders", "ORDERS", "order_lines", "border", "customers"]

    assert nearest("order", known)[0] == "orders"
    assert "ORDERS" not in nearest("order", known)
    assert nearest("xyz", known) == []


@given(st.text(max_size=20), st.lists(st.text(max_size=10), max_size=10))
def test_nearest_names_are_known_names(name: str, known: list[str]) -> None:
    close = nearest(name, known)

    assert len(close) == len(set(close)) <= 3
    assert set(close) <= set(known)
