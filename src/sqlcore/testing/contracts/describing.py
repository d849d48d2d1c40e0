"""The contract of describing tables and views."""

from __future__ import annotations

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ODD_COLUMNS, ODD_TABLE

__all__ = ["DescribingContract"]


def _describe(connection: Connection, samples: ServerSamples, name: str) -> TableDescription:
    (description,) = connection.catalog.describe([QualifiedName(name, samples.schema)])
    return description


class DescribingContract(Contract):
    """Describing tables and views."""

    @requirement("describe-columns")
    def test_columns_come_in_order_with_type_nullability_and_default(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        columns = _describe(connection, samples, "customers").columns
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
        column = _describe(connection, samples, "orders").column("price")
        assert column is not None
        assert TypeKind.DECIMAL is column.type.kind
        assert column.type.name.lower().replace(" ", "").endswith("(12,2)")

    @requirement("describe-computed")
    def test_a_computed_column_says_its_formula(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        columns = _describe(connection, samples, "orders").columns
        formulas = {column.name: column.computed for column in columns}
        assert "quantity" in (formulas.pop("total") or "")
        assert {None} == set(formulas.values())

    @requirement("describe-primary-key")
    def test_a_primary_key_keeps_the_order_of_its_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        key = _describe(connection, samples, "orders").primary_key
        assert key is not None
        assert ("region", "number") == key.columns
        assert key.primary

    @requirement("describe-no-key")
    def test_a_table_without_keys_has_none(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        description = _describe(connection, samples, "same_name")
        assert description.primary_key is None
        assert () == description.unique_keys + description.checks + description.foreign_keys

    @requirement("describe-unique")
    def test_unique_keys_are_described(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        (key,) = _describe(connection, samples, "customers").unique_keys
        assert ("email",) == key.columns
        assert not key.primary

    @requirement("describe-checks")
    def test_checks_are_described(self, connection: Connection, samples: ServerSamples) -> None:
        (check,) = _describe(connection, samples, "orders").checks
        assert "orders_quantity_positive" == check.name
        assert "quantity" in check.expression
        assert check.enabled

    @requirement("describe-foreign-keys")
    def test_foreign_keys_are_described_from_both_sides(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        orders = _describe(connection, samples, "orders")
        (key,) = orders.foreign_keys
        assert ("customer_id",) == key.columns
        assert ("orders", "customers") == (key.table.name, key.referenced_table.name)
        assert samples.schema == key.referenced_table.schema
        assert ("id",) == key.referenced_columns
        assert "CASCADE" == key.on_delete
        assert "NO ACTION" == key.on_update
        customers = _describe(connection, samples, "customers")
        assert key in customers.referenced_by
        (reference,) = orders.referenced_by
        assert ("order_region", "order_number") == reference.columns
        assert ("region", "number") == reference.referenced_columns

    @requirement("describe-self-reference")
    def test_a_self_reference_is_on_both_sides(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        customers = _describe(connection, samples, "customers")
        (own,) = customers.foreign_keys
        assert ("customers", "customers") == (own.table.name, own.referenced_table.name)
        assert own in customers.referenced_by
        assert 2 == len(customers.referenced_by)

    @requirement("describe-indexes")
    def test_an_index_says_its_columns_directions_and_filter(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        indexes = _describe(connection, samples, "orders").indexes
        (index,) = [index for index in indexes if not index.primary]
        assert "orders_by_price" == index.name
        assert [("price", True), ("number", False)] == [
            (column.name, column.descending) for column in index.columns
        ]
        assert not index.unique
        assert "is_open" in (index.filter or "")

    @requirement("describe-triggers")
    def test_triggers_are_described(self, connection: Connection, samples: ServerSamples) -> None:
        (trigger,) = _describe(connection, samples, "orders").triggers
        assert "orders_touch" == trigger.name
        assert "AFTER" == trigger.timing
        assert ("UPDATE",) == trigger.events
        assert trigger.enabled

    @requirement("describe-comments")
    def test_comments_are_kept(self, connection: Connection, samples: ServerSamples) -> None:
        customers = _describe(connection, samples, "customers")
        assert 'People who buy; some "friends" of ours' == customers.comment
        assert [None, "Where to write", None, None] == [
            column.comment for column in customers.columns
        ]

    @requirement("describe-view")
    def test_a_view_has_columns_and_its_text(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        view = _describe(connection, samples, "open_orders")
        assert TableKind.VIEW is view.kind
        assert ["region", "number", "customer_id"] == [column.name for column in view.columns]
        assert "orders" in (view.definition or "")

    @requirement("describe-odd-names")
    def test_odd_names_are_kept_as_they_are(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        odd = _describe(connection, samples, ODD_TABLE)
        assert ODD_TABLE == odd.name.name
        assert list(ODD_COLUMNS) == [column.name for column in odd.columns]
        assert odd.primary_key is not None
        assert ("select",) == odd.primary_key.columns

    @requirement("describe-plain")
    def test_nothing_special_is_said_of_a_plain_table(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        orders = _describe(connection, samples, "orders")
        assert (None, None, ()) == (orders.temporal, orders.partitioning, orders.exclusions)
        assert not any(column.identity or column.sequence for column in orders.columns)
        key = orders.primary_key
        assert key is not None
        assert (True, False, False) == (key.enabled, key.deferrable, key.initially_deferred)
        assert [(True, True)] == [(check.enabled, check.trusted) for check in orders.checks]
        (foreign_key,) = orders.foreign_keys
        assert (True, True, False, None) == (
            foreign_key.enabled,
            foreign_key.trusted,
            foreign_key.deferrable,
            foreign_key.match,
        )
        assert {(True, None)} == {(index.enabled, index.comment) for index in orders.indexes}

    @requirement("describe-system")
    def test_a_table_of_the_system_is_found_and_described_by_its_schema_and_name(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        assert samples.system_table is not None
        (found,) = connection.catalog.find(samples.system_table)
        (description,) = connection.catalog.describe([found.name])
        assert samples.system_table.name == description.name.name
        assert description.columns

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
        full = _describe(connection, samples, "customers")
        assert full.columns == brief.columns
        assert full.primary_key == brief.primary_key
        assert full.unique_keys == brief.unique_keys
        assert full.comment == brief.comment
