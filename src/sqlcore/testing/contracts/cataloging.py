"""The contract of catalog reads, over the contract schema."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqlcore.domain.catalog import (
    ObjectKind,
    SearchFilter,
    SearchHit,
    TableDescription,
    TableFilter,
    TableKind,
    TableSummary,
)
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ODD_COLUMNS, ODD_TABLE, TABLE_NAMES, VIEW_NAMES

__all__ = ["CatalogReaderContract", "QueryCountContract"]


class _CatalogContract(Contract):
    """Ways to ask for what is in the contract schema."""

    def _tables(
        self, connection: Connection, samples: ServerSamples, pattern: str | None = None
    ) -> list[str]:
        table_filter = TableFilter(schema=samples.schema, name_pattern=pattern)
        page = connection.catalog.tables(table_filter)
        assert page.total == len(page.tables)
        return [table.name.name for table in page.tables]

    def _describe(
        self, connection: Connection, samples: ServerSamples, name: str
    ) -> TableDescription:
        (description,) = connection.catalog.describe([QualifiedName(name, samples.schema)])
        return description

    def _search(
        self,
        connection: Connection,
        samples: ServerSamples,
        terms: tuple[str, ...],
        kinds: frozenset[ObjectKind] = frozenset(ObjectKind),
    ) -> list[SearchHit]:
        search_filter = SearchFilter(terms=terms, schema=samples.schema, kinds=kinds)
        return list(connection.catalog.search(search_filter))


class ListingContract(_CatalogContract):
    """Listing databases and tables, and finding one by its name."""

    @requirement("databases")
    def test_databases_are_listed_by_name(self, connection: Connection) -> None:
        databases = connection.catalog.databases()
        assert databases
        names = [database.name for database in databases]
        assert len(names) == len(set(names))
        assert any(database.accessible for database in databases)

    @requirement("list-tables")
    def test_tables_and_views_are_listed_with_their_kind(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        page = connection.catalog.tables(TableFilter(schema=samples.schema))
        kinds = {table.name.name: table.kind for table in page.tables}
        expected = dict.fromkeys(TABLE_NAMES, TableKind.TABLE)
        expected |= dict.fromkeys(VIEW_NAMES, TableKind.VIEW)
        assert expected == {name: kind for name, kind in kinds.items() if name in expected}
        assert {samples.schema} == {table.name.schema for table in page.tables}

    @requirement("list-by-kind")
    def test_a_filter_by_kind_keeps_that_kind_only(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        table_filter = TableFilter(schema=samples.schema, kinds=frozenset({TableKind.VIEW}))
        page = connection.catalog.tables(table_filter)
        assert list(VIEW_NAMES) == [table.name.name for table in page.tables]

    @requirement("list-summary")
    def test_a_summary_has_the_number_of_columns_and_the_comment(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        table_filter = TableFilter(schema=samples.schema, name_pattern="customers")
        (summary,) = connection.catalog.tables(table_filter).tables
        assert 4 == summary.column_count
        assert 'People who buy; some "friends" of ours' == summary.comment

    @requirement("paging")
    def test_pages_hold_every_table_once_in_the_order_of_the_whole_list(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        whole = connection.catalog.tables(TableFilter(schema=samples.schema))
        paged: list[TableSummary] = []
        after: tuple[str, str] | None = None
        while True:
            table_filter = TableFilter(schema=samples.schema, after=after, limit=3)
            page = connection.catalog.tables(table_filter)
            assert whole.total == page.total
            if not page.tables:
                break
            assert len(page.tables) <= 3
            paged += page.tables
            after = (page.tables[-1].name.schema or "", page.tables[-1].name.name)
        assert [table.name for table in whole.tables] == [table.name for table in paged]

    @requirement("list-all-schemas")
    def test_without_a_schema_all_are_listed_but_those_of_the_system(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        page = connection.catalog.tables(TableFilter())
        names = {(table.name.schema, table.name.name) for table in page.tables}
        assert {(samples.schema, name) for name in TABLE_NAMES} <= names
        assert not {"information_schema", "pg_catalog", "sys"} & {schema for schema, _ in names}
        everything = connection.catalog.tables(TableFilter(include_system=True))
        assert everything.total >= page.total

    @requirement("name-pattern")
    @pytest.mark.parametrize(
        ("pattern", "expected"),
        [
            ("order*", ["order_lines", "orders"]),
            ("ORDER%", ["order_lines", "orders"]),
            ("*_orders", ["open_orders"]),
            ("orders", ["orders"]),
            ("order_", []),
            ("order?", []),
            ("*[with]*", [ODD_TABLE]),
            ("*'quotes'", [ODD_TABLE]),
            ("nothing*", []),
        ],
    )
    def test_a_pattern_takes_stars_and_percents_and_nothing_else(
        self, connection: Connection, samples: ServerSamples, pattern: str, expected: list[str]
    ) -> None:
        assert expected == sorted(self._tables(connection, samples, pattern))

    @requirement("find-exact")
    @pytest.mark.parametrize("name", [*TABLE_NAMES, *VIEW_NAMES])
    def test_a_table_is_found_by_its_exact_name(
        self, connection: Connection, samples: ServerSamples, name: str
    ) -> None:
        found = connection.catalog.find(QualifiedName(name, samples.schema))
        assert [QualifiedName(name, samples.schema)] == [
            QualifiedName(table.name.name, table.name.schema) for table in found
        ]

    @requirement("find-without-schema")
    def test_a_table_is_found_without_its_schema(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = connection.catalog.find(QualifiedName("orders"))
        assert (samples.schema, "orders") in {(t.name.schema, t.name.name) for t in found}

    @requirement("find-ignores-case")
    def test_a_name_in_the_wrong_case_finds_what_there_is(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for name in ("mixedcase", "MIXEDCASE"):
            (found,) = connection.catalog.find(QualifiedName(name, samples.schema))
            assert "MixedCase" == found.name.name

    @requirement("find-nothing")
    def test_a_name_that_nothing_has_finds_nothing(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for name in ("no_such_table", "orders%", "order_", "orders'; --", ""):
            assert () == connection.catalog.find(QualifiedName(name, samples.schema))
        assert () == connection.catalog.find(QualifiedName("orders", "no_such_schema"))

    @requirement("find-ambiguous")
    def test_a_name_in_two_schemas_finds_both(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = connection.catalog.find(QualifiedName("same_name"))
        assert {samples.schema, samples.other_schema} == {table.name.schema for table in found}


class DescribingContract(_CatalogContract):
    """Describing tables and views."""

    @requirement("describe-columns")
    def test_columns_come_in_order_with_type_nullability_and_default(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        columns = self._describe(connection, samples, "customers").columns
        assert ["id", "email", "name", "referrer_id"] == [column.name for column in columns]
        assert [1, 2, 3, 4] == [column.ordinal for column in columns]
        assert [False, False, False, True] == [column.nullable for column in columns]
        kinds = [TypeKind.INTEGER, TypeKind.TEXT, TypeKind.TEXT, TypeKind.INTEGER]
        assert kinds == [column.type.kind for column in columns]
        assert "200" in columns[1].type.name
        assert "unknown" in (columns[2].default or "")
        assert columns[0].default is None

    @requirement("describe-decimal")
    def test_a_decimal_column_says_its_precision_and_scale(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        column = self._describe(connection, samples, "orders").column("price")
        assert column is not None
        assert TypeKind.DECIMAL is column.type.kind
        assert column.type.name.lower().replace(" ", "").endswith("(12,2)")

    @requirement("describe-computed")
    def test_a_computed_column_says_its_formula(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        columns = self._describe(connection, samples, "orders").columns
        formulas = {column.name: column.computed for column in columns}
        assert "quantity" in (formulas.pop("total") or "")
        assert {None} == set(formulas.values())

    @requirement("describe-primary-key")
    def test_a_primary_key_keeps_the_order_of_its_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        key = self._describe(connection, samples, "orders").primary_key
        assert key is not None
        assert ("region", "number") == key.columns
        assert key.primary

    @requirement("describe-no-key")
    def test_a_table_without_keys_has_none(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        description = self._describe(connection, samples, "same_name")
        assert description.primary_key is None
        assert () == description.unique_keys + description.checks + description.foreign_keys

    @requirement("describe-unique")
    def test_unique_keys_are_described(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        (key,) = self._describe(connection, samples, "customers").unique_keys
        assert ("email",) == key.columns
        assert not key.primary

    @requirement("describe-checks")
    def test_checks_are_described(self, connection: Connection, samples: ServerSamples) -> None:
        (check,) = self._describe(connection, samples, "orders").checks
        assert "orders_quantity_positive" == check.name
        assert "quantity" in check.expression
        assert check.enabled

    @requirement("describe-foreign-keys")
    def test_foreign_keys_are_described_from_both_sides(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        orders = self._describe(connection, samples, "orders")
        (key,) = orders.foreign_keys
        assert ("customer_id",) == key.columns
        assert ("orders", "customers") == (key.table.name, key.referenced_table.name)
        assert samples.schema == key.referenced_table.schema
        assert ("id",) == key.referenced_columns
        assert "CASCADE" == key.on_delete
        assert "NO ACTION" == key.on_update
        customers = self._describe(connection, samples, "customers")
        assert key in customers.referenced_by
        (reference,) = orders.referenced_by
        assert ("order_region", "order_number") == reference.columns
        assert ("region", "number") == reference.referenced_columns

    @requirement("describe-self-reference")
    def test_a_self_reference_is_on_both_sides(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        customers = self._describe(connection, samples, "customers")
        (own,) = customers.foreign_keys
        assert ("customers", "customers") == (own.table.name, own.referenced_table.name)
        assert own in customers.referenced_by
        assert 2 == len(customers.referenced_by)

    @requirement("describe-indexes")
    def test_an_index_says_its_columns_directions_and_filter(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        indexes = self._describe(connection, samples, "orders").indexes
        (index,) = [index for index in indexes if not index.primary]
        assert "orders_by_price" == index.name
        assert [("price", True), ("number", False)] == [
            (column.name, column.descending) for column in index.columns
        ]
        assert not index.unique
        assert "is_open" in (index.filter or "")

    @requirement("describe-triggers")
    def test_triggers_are_described(self, connection: Connection, samples: ServerSamples) -> None:
        (trigger,) = self._describe(connection, samples, "orders").triggers
        assert "orders_touch" == trigger.name
        assert "AFTER" == trigger.timing
        assert ("UPDATE",) == trigger.events
        assert trigger.enabled

    @requirement("describe-comments")
    def test_comments_are_kept(self, connection: Connection, samples: ServerSamples) -> None:
        customers = self._describe(connection, samples, "customers")
        assert 'People who buy; some "friends" of ours' == customers.comment
        assert [None, "Where to write", None, None] == [
            column.comment for column in customers.columns
        ]

    @requirement("describe-view")
    def test_a_view_has_columns_and_its_text(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        view = self._describe(connection, samples, "open_orders")
        assert TableKind.VIEW is view.kind
        assert ["region", "number", "customer_id"] == [column.name for column in view.columns]
        assert "orders" in (view.definition or "")

    @requirement("describe-odd-names")
    def test_odd_names_are_kept_as_they_are(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        odd = self._describe(connection, samples, ODD_TABLE)
        assert ODD_TABLE == odd.name.name
        assert list(ODD_COLUMNS) == [column.name for column in odd.columns]
        assert odd.primary_key is not None
        assert ("select",) == odd.primary_key.columns

    @requirement("describe-many")
    def test_several_tables_are_described_at_once_and_unknown_ones_left_out(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        names = [QualifiedName(name, samples.schema) for name in ("scratch", "nothing", "orders")]
        descriptions = connection.catalog.describe(names)
        assert {"scratch", "orders"} == {description.name.name for description in descriptions}
        assert () == connection.catalog.describe([])

    @requirement("describe-brief")
    def test_a_brief_description_has_columns_keys_and_comment(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("customers", samples.schema)
        (brief,) = connection.catalog.describe([name], full=False)
        full = self._describe(connection, samples, "customers")
        assert full.columns == brief.columns
        assert full.primary_key == brief.primary_key
        assert full.unique_keys == brief.unique_keys
        assert full.comment == brief.comment


class SearchContract(_CatalogContract):
    """Searching names and comments."""

    @requirement("search-tables")
    def test_tables_are_found_by_a_part_of_their_name(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({ObjectKind.TABLES})
        hits = self._search(connection, samples, ("order",), kinds)
        assert {"orders", "order_lines", "open_orders"} == {hit.object.name for hit in hits}
        assert {ObjectKind.TABLES} == {hit.kind for hit in hits}

    @requirement("search-columns")
    def test_columns_are_found_with_their_table_and_type(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({ObjectKind.COLUMNS})
        (hit,) = self._search(connection, samples, ("referrer",), kinds)
        assert ("customers", "referrer_id") == (hit.object.name, hit.column)
        assert hit.type is not None

    @requirement("search-comments")
    def test_comments_are_searched(self, connection: Connection, samples: ServerSamples) -> None:
        hits = self._search(connection, samples, ("friends",))
        assert ["customers"] == [hit.object.name for hit in hits]
        (hit,) = self._search(connection, samples, ("where to write",))
        assert "email" == hit.column

    @requirement("search-terms")
    def test_one_of_several_terms_is_enough_and_case_does_not_matter(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({ObjectKind.TABLES})
        hits = self._search(connection, samples, ("mixedcase", "scratch"), kinds)
        assert {"MixedCase", "scratch"} == {hit.object.name for hit in hits}

    @requirement("search-literally")
    def test_a_term_is_taken_literally(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        kinds = frozenset({ObjectKind.TABLES})
        for term in ("or%rs", "order_ines", "'; --", "*"):
            assert [] == self._search(connection, samples, (term,), kinds)
        (hit,) = self._search(connection, samples, ("[with]",), kinds)
        assert ODD_TABLE == hit.object.name

    @requirement("search-nothing")
    def test_a_search_may_find_nothing(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert [] == self._search(connection, samples, ("xyzzy",))


class CatalogReaderContract(ListingContract, DescribingContract, SearchContract):
    """All that `CatalogReader` promises, but for the number of its queries."""


class QueryCountContract(_CatalogContract):
    """Catalog reads take a constant number of queries; needs a way to count them."""

    @pytest.fixture
    def count_queries(self) -> Callable[[Connection, Callable[[], object]], int]:
        """Return a function that runs a callable and counts the queries of a connection."""
        raise pytest.UsageError("override the fixture `count_queries`")

    @requirement("constant-queries")
    def test_many_tables_take_as_many_queries_as_one(
        self,
        connection: Connection,
        samples: ServerSamples,
        count_queries: Callable[[Connection, Callable[[], object]], int],
    ) -> None:
        catalog = connection.catalog
        names = [QualifiedName(name, samples.schema) for name in (*TABLE_NAMES, *VIEW_NAMES)]
        one = count_queries(connection, lambda: catalog.describe(names[:1]))
        many = count_queries(connection, lambda: catalog.describe(names))
        assert one == many
        few_filter = TableFilter(schema=samples.schema, limit=1)
        few = count_queries(connection, lambda: catalog.tables(few_filter))
        all_filter = TableFilter(schema=samples.schema)
        assert few == count_queries(connection, lambda: catalog.tables(all_filter))
