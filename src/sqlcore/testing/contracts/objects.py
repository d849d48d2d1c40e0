"""The contract of looking at single objects, over the contract schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import pytest

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependency, ObjectType
from sqlcore.errors import NotFoundError
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ODD_CALL, ODD_COLUMNS, ODD_TABLE, TABLE_NAMES

__all__ = [
    "ObjectCountContract",
    "ObjectDefinitionContract",
    "ObjectFindingContract",
    "ObjectReaderContract",
    "ObjectUseContract",
]

_ROUTINES = {
    ObjectType.PROCEDURE,
    ObjectType.FUNCTION,
    ObjectType.TABLE_FUNCTION,
}


def _find(connection: Connection, samples: ServerSamples, name: str) -> CatalogObject:
    (found,) = connection.objects.objects(QualifiedName(name, samples.schema))
    return found


def _named(dependencies: tuple[Dependency, ...], samples: ServerSamples) -> dict[str, set[str]]:
    """Give the names of objects of the contract schema, with how each is used."""
    named: dict[str, set[str]] = {}
    for dependency in dependencies:
        if dependency.object.name.schema == samples.schema:
            named.setdefault(dependency.object.name.name, set()).add(dependency.how)
    return named


class ObjectFindingContract(Contract):
    """Finding objects by their names."""

    @requirement("objects-tables")
    @pytest.mark.parametrize("name", TABLE_NAMES)
    def test_a_table_is_found_by_its_exact_name(
        self, connection: Connection, samples: ServerSamples, name: str
    ) -> None:
        found = _find(connection, samples, name)
        assert (QualifiedName(name, samples.schema), ObjectType.TABLE) == (found.name, found.type)
        assert ("", None) == (found.signature, found.parent)

    @requirement("objects-views")
    def test_a_view_is_found(self, connection: Connection, samples: ServerSamples) -> None:
        assert ObjectType.VIEW is _find(connection, samples, "open_orders").type

    @requirement("objects-triggers")
    def test_a_trigger_is_found_by_its_own_name_and_says_its_table(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        trigger = _find(connection, samples, "orders_touch")
        assert ObjectType.TRIGGER is trigger.type
        assert QualifiedName("orders", samples.schema) == trigger.parent

    @requirement("objects-indexes")
    def test_an_index_is_found_and_says_its_table(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        index = _find(connection, samples, "orders_by_price")
        assert ObjectType.INDEX is index.type
        assert QualifiedName("orders", samples.schema) == index.parent

    @requirement("objects-constraints")
    @pytest.mark.parametrize(
        ("name", "table"),
        [
            ("orders_quantity_positive", "orders"),
            ("orders_customer_fk", "orders"),
            ("customers_pk", "customers"),
            ("customers_email_uq", "customers"),
        ],
    )
    def test_a_constraint_is_found_and_says_its_table(
        self, connection: Connection, samples: ServerSamples, name: str, table: str
    ) -> None:
        constraint = _find(connection, samples, name)
        assert ObjectType.CONSTRAINT is constraint.type
        assert QualifiedName(table, samples.schema) == constraint.parent

    @requirement("objects-routines")
    def test_procedures_and_functions_are_found_each_overload_once(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert _find(connection, samples, "add_numbers").type in _ROUTINES
        assert ObjectType.FUNCTION is _find(connection, samples, "full_name").type
        assert ODD_CALL == _find(connection, samples, ODD_CALL).name.name
        calls = connection.objects.objects(QualifiedName("same_call", samples.schema))
        routines = connection.procedures.find(QualifiedName("same_call", samples.schema))
        assert [(routine.name, routine.signature) for routine in routines] == [
            (call.name, call.signature) for call in calls
        ]

    @requirement("objects-without-schema")
    def test_a_name_in_two_schemas_finds_both(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = connection.objects.objects(QualifiedName("same_name"))
        expected = {samples.schema, samples.other_schema or samples.schema}
        assert expected == {found.name.schema for found in found}

    @requirement("objects-case")
    def test_a_name_in_the_wrong_case_finds_what_there_is(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for name in ("mixedcase", "MIXEDCASE"):
            assert "MixedCase" == _find(connection, samples, name).name.name

    @requirement("objects-nothing")
    def test_a_name_that_nothing_has_finds_nothing(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for name in ("no_such_object", "orders%", "order_", "orders'; --", ""):
            assert () == connection.objects.objects(QualifiedName(name, samples.schema))
        assert () == connection.objects.objects(QualifiedName("orders", "no_such_schema"))
        elsewhere = QualifiedName("orders", samples.schema, "no_such_database")
        assert () == connection.objects.objects(elsewhere)


class ObjectDefinitionContract(Contract):
    """The texts that make objects."""

    @requirement("definition-table")
    def test_the_definition_of_a_table_is_written_with_every_column(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        orders = connection.objects.definition(_find(connection, samples, "orders"))
        text = (orders.text or "").upper()
        assert not orders.written or "sqlite" == samples.dialect
        assert "CREATE TABLE" in text
        for word in ("REGION", "NUMBER", "QUANTITY", "PRICE", "TOTAL", "NOT NULL", "PRIMARY KEY"):
            assert word in text
        assert "ORDERS_QUANTITY_POSITIVE" in text

    @requirement("definition-odd-names")
    def test_the_definition_of_a_table_with_odd_names_quotes_them(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = _find(connection, samples, ODD_TABLE)
        text = connection.objects.definition(found).text or ""
        for name in (ODD_TABLE, *ODD_COLUMNS):
            quoted = connection.dialect.quote(QualifiedName(name))
            assert quoted in text or '"' + name.replace('"', '""') + '"' in text

    @requirement("definition-view")
    def test_the_definition_of_a_view_makes_it(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = _find(connection, samples, "open_orders")
        definition = connection.objects.definition(found)
        assert found == definition.object
        text = (definition.text or "").upper()
        assert text.startswith("CREATE")
        for word in ("VIEW", "OPEN_ORDERS", "CUSTOMER_ID", "IS_OPEN"):
            assert word in text

    @requirement("definition-trigger")
    def test_the_definition_of_a_trigger_makes_it(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = _find(connection, samples, "orders_touch")
        text = (connection.objects.definition(found).text or "").upper()
        assert "CREATE TRIGGER" in text
        assert "ORDERS_TOUCH" in text

    @requirement("definition-routine")
    def test_the_definition_of_a_routine_is_that_which_calling_shows(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = _find(connection, samples, "full_name")
        (routine,) = connection.procedures.find(QualifiedName("full_name", samples.schema))
        expected = connection.procedures.definition(routine)
        definition = connection.objects.definition(found)
        assert expected == definition.text
        assert (definition.text is None) == (definition.reason is not None)

    @requirement("definition-index")
    def test_the_definition_of_an_index_makes_it(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = _find(connection, samples, "orders_by_price")
        text = (connection.objects.definition(found).text or "").upper()
        assert text.startswith("CREATE")
        for word in ("INDEX", "ORDERS_BY_PRICE", "PRICE", "DESC", "IS_OPEN"):
            assert word in text

    @requirement("definition-constraint")
    def test_the_definition_of_a_constraint_names_it(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        found = _find(connection, samples, "orders_quantity_positive")
        text = (connection.objects.definition(found).text or "").upper()
        assert "ORDERS_QUANTITY_POSITIVE" in text
        assert "CHECK" in text

    @requirement("definition-gone")
    def test_an_object_that_is_gone_is_not_found(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("no_such_object", samples.schema)
        gone = CatalogObject(name=name, type=ObjectType.VIEW)
        with pytest.raises(NotFoundError):
            connection.objects.definition(gone)
        with pytest.raises(NotFoundError):
            connection.objects.dependencies(gone)


class ObjectUseContract(Contract):
    """What objects use, what uses them, and what tables cost."""

    @requirement("dependencies-views")
    def test_a_view_uses_its_table_and_the_table_is_used_by_it(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        view = _find(connection, samples, "open_orders")
        dependencies = connection.objects.dependencies(view)
        assert view == dependencies.object
        (used,) = dependencies.uses
        assert (QualifiedName("orders", samples.schema), ObjectType.TABLE, True) == (
            used.object.name,
            used.object.type,
            used.resolved,
        )
        assert () == dependencies.used_by
        orders = connection.objects.dependencies(_find(connection, samples, "orders"))
        assert "open_orders" in _named(orders.used_by, samples)
        assert view in [dependency.object for dependency in orders.used_by]

    @requirement("dependencies-foreign-keys")
    def test_foreign_keys_are_dependencies_in_both_directions(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        orders = connection.objects.dependencies(_find(connection, samples, "orders"))
        assert {"foreign key"} == _named(orders.uses, samples)["customers"]
        assert "foreign key" in _named(orders.used_by, samples)["order_lines"]
        customers = connection.objects.dependencies(_find(connection, samples, "customers"))
        assert "foreign key" in _named(customers.uses, samples)["customers"]
        assert "foreign key" in _named(customers.used_by, samples)["customers"]
        assert "foreign key" in _named(customers.used_by, samples)["orders"]
        (referenced,) = [
            dependency
            for dependency in orders.used_by
            if "order_lines" == dependency.object.name.name
        ]
        assert {"region", "number"} == set(referenced.columns)

    @requirement("dependencies-triggers")
    def test_a_table_is_used_by_its_trigger(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        trigger = _find(connection, samples, "orders_touch")
        orders = connection.objects.dependencies(_find(connection, samples, "orders"))
        assert {"trigger"} == _named(orders.used_by, samples)["orders_touch"]
        assert trigger in [dependency.object for dependency in orders.used_by]
        uses = connection.objects.dependencies(trigger).uses
        assert "trigger" in _named(uses, samples)["orders"]

    @requirement("dependencies-order")
    def test_dependencies_are_sorted_by_schema_and_name(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        orders = connection.objects.dependencies(_find(connection, samples, "orders"))
        for dependencies in (orders.uses, orders.used_by):
            places = [(d.object.name.schema or "", d.object.name.name) for d in dependencies]
            assert sorted(places) == places

    @requirement("dependencies-none")
    def test_a_table_that_nothing_uses_is_used_by_nothing(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        alone = connection.objects.dependencies(_find(connection, samples, "same_name"))
        assert ((), ()) == (alone.uses, alone.used_by)

    @requirement("index-details")
    def test_indexes_are_those_of_the_description_the_primary_key_first(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("orders", samples.schema)
        details = connection.objects.indexes(name)
        (described,) = connection.catalog.describe([name])
        assert name == details.table
        indexes = [detail.index for detail in details.indexes]
        assert sorted(described.indexes, key=lambda index: index.name) == sorted(
            indexes, key=lambda index: index.name
        )
        assert [True, False] == [index.primary for index in indexes]

    @requirement("index-definition")
    def test_an_index_says_the_statement_that_makes_it(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        details = connection.objects.indexes(QualifiedName("orders", samples.schema))
        definition = (details.indexes[1].definition or "").upper()
        assert "ORDERS_BY_PRICE" in definition
        assert "DESC" in definition

    @requirement("index-none")
    def test_a_table_without_indexes_has_none(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        alone = connection.objects.indexes(QualifiedName("same_name", samples.schema))
        assert () == alone.indexes

    @requirement("table-statistics")
    def test_statistics_say_how_large_a_table_is_or_that_it_is_not_known(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("orders", samples.schema)
        statistics = connection.objects.statistics(name)
        assert name == statistics.table
        assert () == statistics.partitions
        sizes = (statistics.rows, statistics.data_bytes, statistics.index_bytes)
        assert all(size is None or size >= 0 for size in sizes)
        if statistics.total_bytes is None:
            assert statistics.missing
        else:
            parts = (statistics.data_bytes or 0) + (statistics.index_bytes or 0)
            assert parts <= statistics.total_bytes

    @requirement("objects-no-table")
    def test_a_table_that_there_is_not_has_neither_indexes_nor_statistics(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        name = QualifiedName("no_such_table", samples.schema)
        with pytest.raises(NotFoundError):
            connection.objects.indexes(name)
        with pytest.raises(NotFoundError):
            connection.objects.statistics(name)


class ObjectReaderContract(ObjectFindingContract, ObjectDefinitionContract, ObjectUseContract):
    """All that `ObjectReader` promises, but for the number of its queries."""


class ObjectCountContract(Contract):
    """Looking at an object takes a constant number of queries; needs a way to count them."""

    @pytest.fixture
    def count_queries(self) -> Callable[[Connection, Callable[[], object]], int]:
        """Return a function that runs a callable and counts the queries of a connection."""
        raise pytest.UsageError("override the fixture `count_queries`")

    @requirement("objects-constant-queries")
    def test_a_large_table_takes_as_many_queries_as_a_small_one(
        self,
        connection: Connection,
        samples: ServerSamples,
        count_queries: Callable[[Connection, Callable[[], object]], int],
    ) -> None:
        reader = connection.objects
        names = ("scratch", "orders")
        found = [_find(connection, samples, name) for name in names]
        tables = [QualifiedName(name, samples.schema) for name in names]
        calls: list[Sequence[Callable[[], object]]] = [
            [partial(reader.definition, one) for one in found],
            [partial(reader.dependencies, one) for one in found],
            [partial(reader.indexes, table) for table in tables],
            [partial(reader.statistics, table) for table in tables],
        ]
        for small, large in calls:
            few = count_queries(connection, small)
            assert 0 < few == count_queries(connection, large)
