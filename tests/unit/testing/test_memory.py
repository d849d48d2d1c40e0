"""What is particular to the in-memory engine."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from decimal import Decimal

import attrs
import pytest

from sqlcore.domain.catalog import TableFilter
from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import (
    ExecutionOptions,
    Message,
    Parameter,
    ResultStart,
    RowBatch,
    Statement,
    TransactionMode,
)
from sqlcore.domain.types import TypeKind
from sqlcore.domain.values import JsonText, ServerText
from sqlcore.errors import (
    AuthenticationError,
    ConflictError,
    ConnectionFailedError,
    ConnectionLostError,
    InvalidArgumentError,
    PermissionDeniedError,
    SqlCoreError,
    SqlSyntaxError,
    StatementTimeoutError,
)
from sqlcore.ports import Connection
from sqlcore.registry import load_connector
from sqlcore.testing.events import (
    READ_WRITE,
    messages,
    result_sets,
    rows,
    rows_affected,
    run,
    scalar,
)
from sqlcore.testing.memory import FaultPlan, MemoryConnection, MemoryConnector, forget

PRIVATE = ConnectionSettings(scheme="memory")
FOREVER = "WITH RECURSIVE c (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM c) SELECT n FROM c"


@pytest.fixture
def connection() -> Iterator[MemoryConnection]:
    with closing(MemoryConnector().connect(PRIVATE)) as memory:
        yield memory


def write(connection: Connection, *statements: str) -> None:
    for statement in statements:
        run(connection, statement, options=READ_WRITE)


def test_the_connector_is_registered_under_its_scheme() -> None:
    assert isinstance(load_connector("memory"), MemoryConnector)


class TestSharing:
    def test_connections_of_one_name_share_a_database(self) -> None:
        settings = ConnectionSettings(scheme="memory", host="shared")
        connector = MemoryConnector()
        with closing(connector.connect(settings)) as first:
            write(first, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
        with closing(connector.connect(settings)) as second:
            assert 1 == scalar(run(second, "SELECT a FROM t"))
        forget("shared")
        with closing(connector.connect(settings)) as third:
            assert 0 == third.catalog.tables(TableFilter()).total
        forget("shared")

    def test_a_nameless_database_is_private(self, connection: MemoryConnection) -> None:
        write(connection, "CREATE TABLE t (a)")
        with closing(MemoryConnector().connect(PRIVATE)) as other:
            assert 0 == other.catalog.tables(TableFilter()).total

    def test_a_server_has_several_databases(self) -> None:
        settings = ConnectionSettings(scheme="memory", host="several")
        connector = MemoryConnector()
        with (
            closing(connector.connect(attrs.evolve(settings, database="a"))) as first,
            closing(connector.connect(attrs.evolve(settings, database="b"))) as second,
        ):
            write(first, "CREATE TABLE t (a)")
            assert 0 == second.catalog.tables(TableFilter()).total
            assert ["a", "b"] == [d.name for d in second.catalog.databases()]
            assert "a" == first.capabilities.capabilities().database
        forget("several")


class TestConcurrency:
    def test_a_reader_keeps_its_snapshot_while_another_writes(
        self, connection: MemoryConnection
    ) -> None:
        write(connection, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1), (2), (3)")
        statement = Statement.of("SELECT a FROM t ORDER BY a")
        events = connection.queries.execute(statement, ExecutionOptions(batch_rows=1))
        next(events)
        write(connection, "DELETE FROM t", "CREATE TABLE u (a)")
        batches = [event.rows for event in events if isinstance(event, RowBatch)]
        assert [[(1,)], [(2,)], [(3,)]] == batches
        assert 0 == scalar(run(connection, "SELECT COUNT(*) FROM t"))

    def test_writers_wait_for_each_other(self, connection: MemoryConnection) -> None:
        write(connection, "CREATE TABLE t (a)")

        def add(value: int) -> None:
            run(connection, "INSERT INTO t VALUES (:a)", {"a": value}, READ_WRITE)

        with ThreadPoolExecutor(8) as threads:
            list(threads.map(add, range(40)))
        assert 40 == scalar(run(connection, "SELECT COUNT(*) FROM t"))

    def test_waiting_for_a_writer_ends_with_the_timeout(self, connection: MemoryConnection) -> None:
        write(connection, "CREATE TABLE t (a)")
        writer = connection.queries.execute(Statement.of("SELECT 1"), READ_WRITE)
        next(writer)
        options = ExecutionOptions(mode=TransactionMode.READ_WRITE, timeout_s=0.2)
        with closing(writer), pytest.raises(StatementTimeoutError):
            run(connection, "INSERT INTO t VALUES (1)", options=options)
        write(connection, "INSERT INTO t VALUES (1)")

    def test_sleep_can_be_stopped(self, connection: MemoryConnection) -> None:
        with pytest.raises(StatementTimeoutError):
            run(connection, "SELECT sleep(120)", options=ExecutionOptions(timeout_s=0.2))
        assert 0 == scalar(run(connection, "SELECT sleep(0)"))

    def test_closing_sets_a_sleeping_caller_free(self, connection: MemoryConnection) -> None:
        says_that_it_runs = threading.Event()

        def sleep() -> None:
            statement = Statement.of("SELECT 1; SELECT sleep(120)")
            with closing(connection.queries.execute(statement, ExecutionOptions())) as events:
                for event in events:
                    if isinstance(event, RowBatch):
                        says_that_it_runs.set()

        with ThreadPoolExecutor(1) as threads:
            sleeper = threads.submit(sleep)
            assert says_that_it_runs.wait(timeout=30.0)
            connection.close()
            with pytest.raises(ConnectionFailedError):
                sleeper.result(timeout=30.0)


class TestValues:
    def test_columns_have_the_types_of_their_tables(self, connection: MemoryConnection) -> None:
        columns: dict[str, object] = {
            "BOOLEAN": True,
            "DECIMAL(10, 2)": Decimal("12.50"),
            "DECIMAL_TEXT(38, 2)": Decimal("123456789012345678901234567890123456.70"),
            "DATE": dt.date(2024, 2, 29),
            "TIME": dt.time(1, 2, 3),
            "TIMESTAMP": dt.datetime(2024, 2, 29, 1, 2, 3),  # noqa: DTZ001  # a type without a zone
            "TIMESTAMP WITH TIME ZONE": dt.datetime(2024, 2, 29, 1, tzinfo=dt.UTC),
            "UUID": uuid.UUID(int=5),
            "JSON_TEXT": JsonText('{"a": 1.0}'),
            "DOUBLE PRECISION": 2.0,
            "VARCHAR(20)": "05",
            "BLOB": b"05",
            "BIGINT": 2**62,
        }
        names = [f"c{number}" for number in range(len(columns))]
        declared = ", ".join(f"{n} {t}" for n, t in zip(names, columns, strict=True))
        write(connection, f"CREATE TABLE t ({declared})")
        insert = f"INSERT INTO t VALUES ({', '.join(f':{name}' for name in names)})"
        run(connection, insert, dict(zip(names, columns.values(), strict=True)), READ_WRITE)
        query = "SELECT * FROM (SELECT * FROM t) WHERE c0 = :yes"
        start, batch, _ = run(connection, query, {"yes": 1})
        assert isinstance(batch, RowBatch)
        assert tuple(columns.values()) == batch.rows[0]
        assert [type(value) for value in columns.values()] == [
            type(value) for value in batch.rows[0]
        ]
        assert isinstance(start, ResultStart)
        assert list(columns) == [column.type.name for column in start.columns]

    def test_a_table_without_rows_has_the_types_of_its_columns(
        self, connection: MemoryConnection
    ) -> None:
        write(connection, "CREATE TABLE t (a DATE, b DECIMAL(5,2))")
        start = run(connection, "SELECT b, a, b FROM t")[0]
        assert isinstance(start, ResultStart)
        kinds = [TypeKind.DECIMAL, TypeKind.DATE, TypeKind.DECIMAL]
        assert kinds == [column.type.kind for column in start.columns]

    def test_types_follow_a_changed_table(self, connection: MemoryConnection) -> None:
        write(connection, "CREATE TABLE t (a DATE)", "INSERT INTO t VALUES ('2024-01-01')")
        assert dt.date(2024, 1, 1) == scalar(run(connection, "SELECT a FROM t"))
        write(connection, "DROP TABLE t", "CREATE TABLE t (a TEXT)")
        write(connection, "INSERT INTO t VALUES ('2024-01-01')")
        assert "2024-01-01" == scalar(run(connection, "SELECT a FROM t"))

    def test_a_name_with_a_type_gives_an_expression_its_type(
        self, connection: MemoryConnection
    ) -> None:
        events = run(connection, """SELECT 1.5 AS "price [decimal(9,2)]", 1 AS "a [b]" """)
        start = events[0]
        assert isinstance(start, ResultStart)
        assert ["price", "a [b]"] == [column.name for column in start.columns]
        ((price, _),) = rows(events)
        assert "1.50" == str(price)

    def test_what_does_not_fit_the_type_is_kept_as_the_servers_text(
        self, connection: MemoryConnection
    ) -> None:
        for kind in ("date", "time", "timestamp", "decimal", "uuid", "boolean"):
            value = scalar(run(connection, f"""SELECT 'odd' AS "v [{kind}]" """))
            assert ServerText("odd") == value
            assert ServerText is type(value)

    @pytest.mark.parametrize("value", [2**63, float("nan"), "\ud800", object(), [1]])
    def test_what_cannot_be_kept_exact_is_refused(
        self, connection: MemoryConnection, value: object
    ) -> None:
        with pytest.raises(InvalidArgumentError) as caught:
            run(connection, "SELECT :a", {"a": Parameter(value)})
        assert "a" == caught.value.parameter

    def test_mixed_values_have_no_type(self, connection: MemoryConnection) -> None:
        start = run(connection, "SELECT 1 AS a UNION ALL SELECT 'x'")[0]
        assert isinstance(start, ResultStart)
        assert TypeKind.OTHER is start.columns[0].type.kind


class TestStatements:
    def test_a_trigger_with_several_statements_is_one_statement(
        self, connection: MemoryConnection
    ) -> None:
        write(
            connection,
            """
            CREATE TABLE t (a); CREATE TABLE log (a);
            CREATE TRIGGER tr AFTER INSERT ON t BEGIN
                INSERT INTO log VALUES (new.a); INSERT INTO log VALUES (-new.a);
            END;
            INSERT INTO t VALUES (1); -- and done;
            """,
        )
        assert [(1,), (-1,)] == rows(run(connection, "SELECT a FROM log"))

    def test_empty_text_yields_nothing(self, connection: MemoryConnection) -> None:
        assert [] == run(connection, " ; -- nothing\n ;")

    def test_rows_affected_name_their_command(self, connection: MemoryConnection) -> None:
        events = run(
            connection,
            "CREATE TABLE t (a); INSERT INTO t VALUES (1), (2);"
            "WITH w AS (SELECT 2 AS n) UPDATE t SET a = 3 WHERE a IN (SELECT n FROM w);",
            options=READ_WRITE,
        )
        assert [2, 1] == rows_affected(events)

    def test_returning_yields_rows(self, connection: MemoryConnection) -> None:
        write(connection, "CREATE TABLE t (a)")
        insert = "INSERT INTO t VALUES (1), (2) RETURNING a"
        assert [(1,), (2,)] == rows(run(connection, insert, options=READ_WRITE))
        assert 2 == scalar(run(connection, "SELECT COUNT(*) FROM t"))

    def test_messages_stand_where_they_were_sent(self, connection: MemoryConnection) -> None:
        text = "SELECT 1; SELECT notice('a', 'WARNING'); SELECT 2"
        events = run(connection, text)
        assert ["a"] == messages(events)
        assert Message(text="a", severity="warning") in events
        assert [[(1,)], [(None,)], [(2,)]] == result_sets(events)

    def test_positional_parameters_count_through_the_script(
        self, connection: MemoryConnection
    ) -> None:
        assert [[(1,)], [(2,)]] == result_sets(run(connection, "SELECT ?; SELECT ?", [1, 2]))

    @pytest.mark.parametrize(
        "text",
        [
            "COMMIT",
            "ROLLBACK",
            "ATTACH ':memory:' AS other",
            "PRAGMA query_only = off",
            "PRAGMA foreign_keys(0)",
        ],
    )
    def test_what_would_outlive_a_statement_is_refused(
        self, connection: MemoryConnection, text: str
    ) -> None:
        for options in (ExecutionOptions(), READ_WRITE):
            with pytest.raises(PermissionDeniedError):
                run(connection, text, options=options)

    def test_a_hidden_commit_does_not_help_a_write(self, connection: MemoryConnection) -> None:
        write(connection, "CREATE TABLE t (a)")
        for text in ("SELECT 1; COMMIT; DELETE FROM t", "DELETE FROM t"):
            with pytest.raises(PermissionDeniedError):
                run(connection, text)

    def test_temporary_tables_do_not_reach_the_next_caller(self) -> None:
        settings = attrs.evolve(PRIVATE, pool=PoolSettings(max_size=1))
        with closing(MemoryConnector().connect(settings)) as connection:
            write(connection, "CREATE TEMP TABLE t (a); INSERT INTO t VALUES (1)")
            with pytest.raises(SqlCoreError, match="no such table"):
                run(connection, "SELECT a FROM t")

    def test_a_syntax_error_is_placed_at_the_right_one_of_equal_tokens(
        self, connection: MemoryConnection
    ) -> None:
        with pytest.raises(SqlSyntaxError) as caught:
            run(connection, "SELECT 1;\nSELECT a AS b\nFROM t AS\nFROM u")
        assert 4 == caught.value.line

    def test_a_deferred_foreign_key_fails_at_the_commit(self, connection: MemoryConnection) -> None:
        write(
            connection,
            "CREATE TABLE p (id INTEGER PRIMARY KEY)",
            "CREATE TABLE c (p REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
        )
        with pytest.raises(ConflictError):
            write(connection, "INSERT INTO c VALUES (1)")
        assert 0 == scalar(run(connection, "SELECT COUNT(*) FROM c"))
        (table,) = connection.catalog.describe([QualifiedName("c", "main")])
        (key,) = table.foreign_keys
        assert ("id",) == key.referenced_columns


class TestCatalog:
    def test_all_the_ways_to_write_a_constraint_are_described(
        self, connection: MemoryConnection
    ) -> None:
        write(
            connection,
            """
            CREATE TABLE t (
                id INTEGER CONSTRAINT "the key" PRIMARY KEY AUTOINCREMENT,
                a TEXT COLLATE NOCASE CONSTRAINT a_uq UNIQUE CHECK (a <> ',') DEFAULT ('x' || 'y'),
                b INT CONSTRAINT b_fk REFERENCES t (id) ON UPDATE SET NULL,
                c INT AS (b * (1 + 1)), -- virtual, (of course)
                CHECK (length(a) > 1), UNIQUE (b, [a])
            )
            """,
            "CREATE UNIQUE INDEX t_ix ON t (lower(a) DESC, b) WHERE b IN (1, 2)",
            "CREATE TRIGGER t_tr BEFORE DELETE ON t BEGIN SELECT 1; END",
        )
        (table,) = connection.catalog.describe([QualifiedName("t", "main")])
        assert table.primary_key is not None
        assert ("the key", ("id",)) == (table.primary_key.name, table.primary_key.columns)
        assert [("a_uq", ("a",)), ("sqlite_autoindex_t_2", ("b", "a"))] == sorted(
            (key.name, key.columns) for key in table.unique_keys
        )
        assert ["a <> ','", "length(a) > 1"] == [check.expression for check in table.checks]
        assert ["b_fk"] == [key.name for key in table.foreign_keys]
        assert table.foreign_keys == table.referenced_by
        column = table.column("c")
        assert column is not None
        assert ("b * (1 + 1)", False) == (column.computed, column.computed_stored)
        (index,) = [index for index in table.indexes if index.name == "t_ix"]
        assert "b IN (1, 2)" == index.filter
        assert [("lower(a)", True, True), ("b", False, False)] == [
            (key.name, key.descending, key.expression) for key in index.columns
        ]
        assert index.unique
        (trigger,) = table.triggers
        assert ("BEFORE", ("DELETE",)) == (trigger.timing, trigger.events)
        identity = table.column("id")
        assert identity is not None
        assert ("by default", False) == (identity.identity, identity.nullable)

    def test_a_system_table_is_found_when_it_is_named_with_its_schema(
        self, connection: MemoryConnection
    ) -> None:
        assert 1 == len(connection.catalog.find(QualifiedName("sqlite_schema", "main")))
        assert () == connection.catalog.find(QualifiedName("sqlite_schema"))


class TestFaults:
    @pytest.fixture
    def faults(self) -> FaultPlan:
        return FaultPlan()

    @pytest.fixture
    def faulty(self, faults: FaultPlan) -> Iterator[MemoryConnection]:
        with closing(MemoryConnector(faults).connect(PRIVATE)) as connection:
            yield connection

    def test_the_next_connect_fails_and_the_one_after_works(
        self, faulty: MemoryConnection, faults: FaultPlan
    ) -> None:
        faults.fail_connect()
        faults.fail_connect(AuthenticationError("Wrong password."))
        with pytest.raises(ConnectionFailedError):
            run(faulty, "SELECT 1")
        with pytest.raises(AuthenticationError):
            faulty.capabilities.ping()
        assert 1 == scalar(run(faulty, "SELECT 1"))

    def test_a_connection_is_lost_after_so_many_rows(
        self, faulty: MemoryConnection, faults: FaultPlan
    ) -> None:
        faults.lose_connection(after_rows=25)
        options = ExecutionOptions(batch_rows=10)
        row_count = 0

        def read(events: Iterator[object]) -> None:
            nonlocal row_count
            for event in events:
                row_count += len(event.rows) if isinstance(event, RowBatch) else 0

        with pytest.raises(ConnectionLostError):
            read(faulty.queries.execute(Statement.of(FOREVER), options))
        assert 25 == row_count
        assert 1 == scalar(run(faulty, "SELECT 1"))

    def test_a_write_that_loses_its_connection_is_rolled_back(
        self, faulty: MemoryConnection, faults: FaultPlan
    ) -> None:
        write(faulty, "CREATE TABLE t (a)")
        faults.lose_connection()
        with pytest.raises(ConnectionLostError):
            write(faulty, "INSERT INTO t VALUES (1)")
        assert 0 == scalar(run(faulty, "SELECT COUNT(*) FROM t"))

    def test_a_statement_fails_as_planned(
        self, faulty: MemoryConnection, faults: FaultPlan
    ) -> None:
        faults.fail_statement(ConflictError("A deadlock."))
        with pytest.raises(ConflictError):
            run(faulty, "SELECT 1")
        assert 1 == scalar(run(faulty, "SELECT 1"))


def test_idle_connections_are_closed_after_their_time() -> None:
    pool = PoolSettings(max_size=4, idle_timeout_s=0.001)
    with closing(MemoryConnector().connect(attrs.evolve(PRIVATE, pool=pool))) as connection:
        statement = Statement.of("SELECT 1")
        held = [connection.queries.execute(statement, ExecutionOptions()) for _ in range(3)]
        for events in held:
            next(events)
        assert 3 == connection.pool_size
        for events in held:
            events.close()
        threading.Event().wait(0.01)
        connection.capabilities.ping()
        assert 1 == connection.pool_size
