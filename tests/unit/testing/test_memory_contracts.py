"""The in-memory engine passes the contract classes that every adapter passes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar

import pytest

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing.contracts import (
    ActivityContract,
    CallingContract,
    CapabilityProbeContract,
    CatalogReaderContract,
    ConnectionContract,
    Contract,
    DialectContract,
    ObjectCountContract,
    ObjectReaderContract,
    QueryCountContract,
    QueryExecutorContract,
    ReconnectContract,
    SchemaCountContract,
    SchemaReaderContract,
    ServerSamples,
    ValueContract,
    apply_contract_schema,
)
from sqlcore.testing.memory import FaultPlan, MemoryConnection, MemoryConnector, forget

COUNTING = "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers{end})"
SAMPLES = ServerSamples(
    dialect="sqlite",
    schema="main",
    other_schema=None,
    numbers=lambda n: COUNTING.format(end=f" LIMIT {n}") + " SELECT n FROM numbers",
    positional="SELECT ?1 AS a, ? AS b",
    message=lambda text: "SELECT 1 WHERE notice('{}') = 1".format(text.replace("'", "''")),
    slow=COUNTING.format(end="") + " SELECT MAX(n) FROM numbers",
    slow_rows=COUNTING.format(end="") + " SELECT n FROM numbers",
    runtime_error="SELECT ABS(-9223372036854775808)",
    echo={
        TypeKind.BOOLEAN: 'SELECT :value AS "value [boolean]"',
        TypeKind.INTEGER: 'SELECT :value AS "value [integer]"',
        TypeKind.DECIMAL: 'SELECT :value AS "value [decimal]"',
        TypeKind.FLOAT: 'SELECT :value AS "value [real]"',
        TypeKind.TEXT: 'SELECT :value AS "value [text]"',
        TypeKind.BINARY: 'SELECT :value AS "value [blob]"',
        TypeKind.DATE: 'SELECT :value AS "value [date]"',
        TypeKind.TIME: 'SELECT :value AS "value [time]"',
        TypeKind.TIMESTAMP: 'SELECT :value AS "value [timestamp]"',
        TypeKind.TIMESTAMP_TZ: 'SELECT :value AS "value [timestamptz]"',
        TypeKind.UUID: 'SELECT :value AS "value [uuid]"',
        TypeKind.JSON: 'SELECT :value AS "value [json]"',
    },
    literals={
        "NULL": None,
        "9223372036854775807": 2**63 - 1,
        "0.1": 0.1,
        "9e999": float("inf"),
        "-0.0": -0.0,
        "'it''s'": "it's",
        "x'00ff'": b"\x00\xff",
        "'a' || char(0) || 'b'": "a\0b",
    },
    errors_have="number",
    stop_bound_s=10.0,
)


@pytest.fixture(scope="module")
def database() -> Iterator[ConnectionSettings]:
    settings = ConnectionSettings(scheme="memory", host="contracts")
    connection = MemoryConnector().connect(settings)
    apply_contract_schema(connection)
    yield settings
    connection.close()
    forget("contracts")


class Memory(Contract):
    known_differences: ClassVar[Mapping[str, str]] = {
        "find-ambiguous": "SQLite has one schema for tables of its own.",
        "describe-system": "SQLite does not say what columns its own tables have.",
        "objects-constraints": "Constraints of SQLite are words in the text of their table.",
        "definition-constraint": "Constraints of SQLite are words in the text of their table.",
        "capabilities-many": "SQLite has no more features worth telling.",
        "routine-find-system": "The in-memory engine has no procedures of its own.",
        "call-left-open": "No procedure of the in-memory engine can begin a transaction.",
        "call-cursor": "The in-memory engine has no cursors; there are result sets.",
        "call-composite": "The in-memory engine has no composite types; it has table types.",
        "call-labels": "The in-memory engine has neither enums nor domains.",
    }

    @pytest.fixture
    def samples(self) -> ServerSamples:
        return SAMPLES

    @pytest.fixture
    def connector(self) -> MemoryConnector:
        return MemoryConnector()

    @pytest.fixture
    def settings(self, database: ConnectionSettings) -> ConnectionSettings:
        return database


class TestQueries(Memory, QueryExecutorContract):
    pass


class TestCatalog(Memory, CatalogReaderContract):
    pass


class TestProbe(Memory, CapabilityProbeContract):
    pass


class TestConnection(Memory, ConnectionContract):
    pass


class TestCalls(Memory, CallingContract):
    pass


class TestActivity(Memory, ActivityContract):
    pass


class TestDialect(Memory, DialectContract):
    pass


class TestValues(Memory, ValueContract):
    pass


class TestSchema(Memory, SchemaReaderContract):
    pass


class TestObjects(Memory, ObjectReaderContract):
    pass


class Counted(Memory):
    @pytest.fixture
    def count_queries(self) -> Callable[[Connection, Callable[[], object]], int]:
        def count(connection: Connection, action: Callable[[], object]) -> int:
            assert isinstance(connection, MemoryConnection)
            before = connection.statement_count
            action()
            return connection.statement_count - before

        return count


class TestReconnect(Memory, ReconnectContract):
    @pytest.fixture
    def faults(self) -> FaultPlan:
        return FaultPlan()

    @pytest.fixture
    def connector(self, faults: FaultPlan) -> MemoryConnector:
        return MemoryConnector(faults)

    @pytest.fixture
    def break_connections(self, faults: FaultPlan) -> Callable[[Connection], None]:
        return lambda _: faults.break_connections()


class TestQueryCount(Counted, QueryCountContract):
    pass


class TestSchemaCount(Counted, SchemaCountContract):
    pass


class TestObjectCount(Counted, ObjectCountContract):
    pass
