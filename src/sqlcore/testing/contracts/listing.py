"""The contract of listing databases and tables, and of finding one by its name."""

from __future__ import annotations

import pytest

from sqlcore.domain.catalog import TableFilter, TableKind, TableSummary
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ODD_TABLE, TABLE_NAMES, VIEW_NAMES

__all__ = ["ListingContract"]


def _list_names(
    connection: Connection, samples: ServerSamples, pattern: str | None = None
) -> list[str]:
    table_filter = TableFilter(schema=samples.schema, name_pattern=pattern)
    page = connection.catalog.tables(table_filter)
    assert page.total == len(page.tables)
    return [table.name.name for table in page.tables]


class ListingContract(Contract):
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
        for _ in range(whole.total):
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
        assert expected == sorted(_list_names(connection, samples, pattern))

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

    @requirement("find-other-database")
    def test_a_name_of_another_database_finds_nothing(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("orders", samples.schema, "no_such_database")
        assert () == connection.catalog.find(name)

    @requirement("find-ambiguous")
    def test_a_name_in_two_schemas_finds_both(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = connection.catalog.find(QualifiedName("same_name"))
        assert {samples.schema, samples.other_schema} == {table.name.schema for table in found}
