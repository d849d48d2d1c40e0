"""The in-memory engine's schema as a whole, and its single objects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sqlcore.domain.capability import Support
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependency, ObjectType
from sqlcore.domain.query import ExecutionOptions, TransactionMode
from sqlcore.domain.schema import SchemaColumn, SchemaTable
from sqlcore.errors import NotFoundError
from sqlcore.testing.events import run
from sqlcore.testing.memory import (
    MemoryConnection,
    MemoryConnector,
    MemoryParameter,
    define_procedure,
    drop_procedure,
)

CUSTOMERS = QualifiedName("customers", "main")
ORDERS = QualifiedName("orders", "main")
SCHEMA = (
    "CREATE TABLE customers (id INTEGER PRIMARY KEY, email VARCHAR(90) NOT NULL UNIQUE)",
    """CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER,
        CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id))""",
    "CREATE INDEX orders_by_customer ON orders (customer_id)",
    "CREATE VIEW open_orders AS SELECT o.id AS customers FROM main.orders AS o",
    """CREATE TRIGGER orders_told AFTER INSERT ON orders
        BEGIN UPDATE customers SET email = email; END""",
    'CREATE TABLE sqlcore_comments (object TEXT, "column" TEXT, comment TEXT)',
    "INSERT INTO sqlcore_comments VALUES ('orders', NULL, 'What was bought')",
)


def write(connection: MemoryConnection, *statements: str) -> None:
    options = ExecutionOptions(mode=TransactionMode.READ_WRITE)
    for statement in statements:
        run(connection, statement, options=options)


@pytest.fixture
def connection() -> Iterator[MemoryConnection]:
    connection = MemoryConnector().connect(ConnectionSettings(scheme="memory"))
    write(connection, *SCHEMA)
    yield connection
    connection.close()


def found(connection: MemoryConnection, name: str) -> CatalogObject:
    (only,) = connection.objects.objects(QualifiedName(name))
    return only


def table(connection: MemoryConnection, name: str) -> SchemaTable:
    return next(t for t in connection.schema.schema().tables if t.name.name == name)


class TestSchema:
    def test_tables_have_their_columns_keys_and_comments(
        self, connection: MemoryConnection
    ) -> None:
        assert SchemaTable(
            name=CUSTOMERS,
            columns=(
                SchemaColumn("id", "INTEGER", False),
                SchemaColumn("email", "VARCHAR(90)", False),
            ),
            primary_key=("id",),
            unique_keys=(("email",),),
        ) == table(connection, "customers")
        assert "What was bought" == table(connection, "orders").comment
        assert TableKind.VIEW is table(connection, "open_orders").kind

    def test_foreign_keys_and_routines_are_there(self, connection: MemoryConnection) -> None:
        define_procedure(
            connection,
            "billing.charge",
            lambda _: None,
            parameters=[MemoryParameter(name="amount", type="decimal(9,2)")],
            comment="Takes money",
        )
        snapshot = connection.schema.schema()
        (key,) = snapshot.foreign_keys
        assert ("orders_customer", ORDERS, CUSTOMERS) == (
            key.name,
            key.table,
            key.referenced_table,
        )
        (routine,) = snapshot.routines
        assert QualifiedName("charge", "billing") == routine.name
        assert ("procedure", "amount decimal(9,2)", "Takes money") == (
            routine.kind,
            routine.arguments,
            routine.comment,
        )
        assert ["billing", "main"] == [schema.name for schema in snapshot.schemas]
        assert ("main",) == snapshot.search_path

    def test_row_counts_are_known_after_analyze(self, connection: MemoryConnection) -> None:
        assert {"row counts", "sizes"} == {m.part for m in connection.schema.schema().missing}
        write(connection, "INSERT INTO customers VALUES (1, 'a'), (2, 'b')", "ANALYZE")
        assert 2 == table(connection, "customers").estimated_rows
        assert table(connection, "orders").estimated_rows is None
        assert {"sizes"} == {m.part for m in connection.schema.schema().missing}

    def test_system_tables_are_there_when_they_are_wanted(
        self, connection: MemoryConnection
    ) -> None:
        def names(*, include_system: bool) -> set[str]:
            snapshot = connection.schema.schema(include_system=include_system)
            return {table.name.name for table in snapshot.tables}

        assert {"customers", "orders", "open_orders"} == names(include_system=False)
        assert "sqlcore_comments" in names(include_system=True)

    @pytest.mark.parametrize(
        "change",
        [
            "CREATE TABLE t (a)",
            "DROP VIEW open_orders",
            "ALTER TABLE orders ADD COLUMN note TEXT",
            "ALTER TABLE orders RENAME COLUMN customer_id TO buyer_id",
            "UPDATE sqlcore_comments SET comment = 'Sold'",
            "DROP TABLE sqlcore_comments",
        ],
    )
    def test_the_fingerprint_changes_with_the_schema(
        self, connection: MemoryConnection, change: str
    ) -> None:
        before = connection.schema.fingerprint()
        assert before == connection.schema.schema().fingerprint == connection.schema.fingerprint()
        write(connection, change)
        assert before != connection.schema.fingerprint() == connection.schema.schema().fingerprint

    def test_the_fingerprint_changes_with_the_routines(self, connection: MemoryConnection) -> None:
        prints = [connection.schema.fingerprint()]
        define_procedure(connection, "talk", lambda _: None)
        prints.append(connection.schema.fingerprint())
        define_procedure(connection, "talk", lambda _: None, comment="Speaks")
        prints.append(connection.schema.fingerprint())
        assert 3 == len(set(prints))
        drop_procedure(connection, "talk")
        assert prints[0] == connection.schema.fingerprint()

    def test_a_change_of_rows_is_no_change_of_the_schema(
        self, connection: MemoryConnection
    ) -> None:
        before = connection.schema.fingerprint()
        write(connection, "INSERT INTO customers VALUES (1, 'a')")
        assert before == connection.schema.fingerprint()

    def test_the_number_of_queries_does_not_depend_on_that_of_tables(
        self, connection: MemoryConnection
    ) -> None:
        def count() -> int:
            before = connection.statement_count
            connection.schema.schema()
            return connection.statement_count - before

        few = count()
        write(connection, *(f"CREATE TABLE t{number} (a UNIQUE)" for number in range(20)))
        assert few == count()


class TestObjects:
    @pytest.mark.parametrize(
        ("name", "kind", "parent"),
        [
            ("customers", ObjectType.TABLE, None),
            ("OPEN_ORDERS", ObjectType.VIEW, None),
            ("orders_told", ObjectType.TRIGGER, ORDERS),
            ("orders_by_customer", ObjectType.INDEX, ORDERS),
        ],
    )
    def test_an_object_of_every_kind_is_found_by_its_name(
        self, connection: MemoryConnection, name: str, kind: ObjectType, parent: QualifiedName
    ) -> None:
        expected = QualifiedName(name.lower(), "main")
        assert CatalogObject(name=expected, type=kind, parent=parent) == found(connection, name)

    def test_overloads_are_found_with_their_signatures_and_those_of_main_first(
        self, connection: MemoryConnection
    ) -> None:
        number = MemoryParameter(name="n", type="integer")
        define_procedure(connection, "audit.talk", lambda _: None, text="def talk(): ...")
        define_procedure(connection, "talk", lambda _: None, parameters=[number])
        talks = connection.objects.objects(QualifiedName("Talk"))
        assert ["main.talk(integer)", "audit.talk()"] == [str(talk) for talk in talks]
        assert "def talk(): ..." == connection.objects.definition(talks[1]).text
        hidden = connection.objects.definition(talks[0])
        assert (None, "It was defined without a text.") == (hidden.text, hidden.reason)
        (missing,) = connection.objects.dependencies(talks[0]).missing
        assert Support.UNKNOWN is missing.support

    def test_system_tables_are_found_with_their_schema(self, connection: MemoryConnection) -> None:
        write(connection, "ANALYZE")
        assert () == connection.objects.objects(QualifiedName("sqlite_stat1"))
        assert 1 == len(connection.objects.objects(QualifiedName("sqlite_stat1", "main")))
        assert () == connection.objects.objects(QualifiedName("orders", "main", "elsewhere"))

    def test_definitions_are_the_texts_that_were_written(
        self, connection: MemoryConnection
    ) -> None:
        names = ("customers", "orders", "orders_by_customer", "open_orders", "orders_told")
        for name, text in zip(names, SCHEMA, strict=False):
            definition = connection.objects.definition(found(connection, name))
            assert (text, True) == (definition.text, definition.written)

    def test_an_index_of_a_constraint_says_why_it_has_no_text(
        self, connection: MemoryConnection
    ) -> None:
        (index,) = connection.objects.objects(QualifiedName("sqlite_autoindex_customers_1", "main"))
        definition = connection.objects.definition(index)
        assert (None, "It was made by a constraint of its table.") == (
            definition.text,
            definition.reason,
        )

    def test_what_is_gone_is_not_found(self, connection: MemoryConnection) -> None:
        view = found(connection, "open_orders")
        write(connection, "DROP VIEW open_orders")
        with pytest.raises(NotFoundError):
            connection.objects.definition(view)
        with pytest.raises(NotFoundError):
            connection.objects.dependencies(view)

    def test_dependencies_go_both_ways(self, connection: MemoryConnection) -> None:
        customers, orders = found(connection, "customers"), found(connection, "orders")
        view, trigger = found(connection, "open_orders"), found(connection, "orders_told")
        index = found(connection, "orders_by_customer")
        by_key = Dependency(object=customers, how="foreign key", columns=("id",))
        of_orders = connection.objects.dependencies(orders)
        assert (by_key,) == of_orders.uses
        assert (
            Dependency(object=view, how="name in its text"),
            Dependency(object=index, how="index"),
            Dependency(object=trigger, how="trigger"),
        ) == of_orders.used_by
        assert (Dependency(object=orders, how="name in its text"),) == (
            connection.objects.dependencies(view).uses
        )
        assert {"orders", "orders_told"} == {
            dependency.object.name.name
            for dependency in connection.objects.dependencies(customers).used_by
            if dependency.object.type is not ObjectType.INDEX
        }

    def test_a_reference_to_a_table_that_is_not_there_is_said(
        self, connection: MemoryConnection
    ) -> None:
        write(connection, "CREATE TABLE t (a REFERENCES nowhere (id))")
        (dependency,) = connection.objects.dependencies(found(connection, "t")).uses
        assert not dependency.resolved
        assert ObjectType.OTHER is dependency.object.type

    def test_indexes_are_described_and_what_is_not_known_is_said(
        self, connection: MemoryConnection
    ) -> None:
        indexes = connection.objects.indexes(ORDERS)
        (detail,) = indexes.indexes
        assert ("orders_by_customer", SCHEMA[2]) == (detail.index.name, detail.definition)
        assert (detail.seeks, detail.size_bytes) == (None, None)
        assert {"index usage", "index sizes"} == {missing.part for missing in indexes.missing}

    def test_rows_are_counted(self, connection: MemoryConnection) -> None:
        write(connection, "INSERT INTO customers VALUES (1, 'a'), (2, 'b')")
        statistics = connection.objects.statistics(CUSTOMERS)
        assert (2, True, None) == (
            statistics.rows,
            statistics.rows_exact,
            statistics.total_bytes,
        )
        assert "sizes" in {missing.part for missing in statistics.missing}

    def test_an_unknown_table_is_an_error(self, connection: MemoryConnection) -> None:
        for name in (QualifiedName("nothing", "main"), QualifiedName("orders", "other")):
            with pytest.raises(NotFoundError):
                connection.objects.indexes(name)
            with pytest.raises(NotFoundError):
                connection.objects.statistics(name)
