"""The adapter passes the contract that every adapter passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from tests.integration.known_differences import POSTGRES, differences_of
from tests.integration.postgres.samples import POSTGRES_SAMPLES

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.ports import Connection
from sqlcore.testing.contracts import (
    ActivityContract,
    CallingContract,
    CapabilityProbeContract,
    CatalogReaderContract,
    ConnectionContract,
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
)


class Postgres:
    known_differences = differences_of(POSTGRES)

    @pytest.fixture
    def samples(self) -> ServerSamples:
        return POSTGRES_SAMPLES

    @pytest.fixture
    def connector(self) -> PostgresConnector:
        return PostgresConnector()

    @pytest.fixture
    def settings(self, database: ConnectionSettings) -> ConnectionSettings:
        return database


class TestQueries(Postgres, QueryExecutorContract):
    """Statements, transactions, stopping and failures."""


class TestConnections(Postgres, ConnectionContract):
    """Pool, threads, closing."""


class TestCatalog(Postgres, CatalogReaderContract):
    """Catalog reads."""


class TestProbe(Postgres, CapabilityProbeContract):
    """What the server is."""


class TestCalls(Postgres, CallingContract):
    """Procedures and functions."""


class TestActivity(Postgres, ActivityContract):
    """What runs."""


class TestDialect(Postgres, DialectContract):
    """Names and reads of tables."""


class TestValues(Postgres, ValueContract):
    """Values in and out."""


class TestReconnect(Postgres, ReconnectContract):
    """Connections that break."""

    @pytest.fixture
    def break_connections(self, admin: psycopg.Connection[Any]) -> Callable[[Connection], None]:
        def break_all(_: Connection) -> None:
            admin.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'sqlcore'"
            )

        return break_all


class TestSchema(Postgres, SchemaReaderContract):
    """The schema as a whole."""


class TestObjects(Postgres, ObjectReaderContract):
    """Single objects."""


class Counted(Postgres):
    @pytest.fixture
    def count_queries(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[Connection, Callable[[], object]], int]:
        from sqlcore.adapters.postgres.link import Link  # noqa: PLC0415  # spied on here alone

        sent: list[bytes] = []
        queue = Link.queue_kept

        def count_and_queue(link: Link, text: bytes, *args: Any, **options: Any) -> int:
            sent.append(text)
            return queue(link, text, *args, **options)

        monkeypatch.setattr(Link, "queue_kept", count_and_queue)

        def count(_: Connection, action: Callable[[], object]) -> int:
            before = len(sent)
            action()
            return len(sent) - before

        return count


class TestQueryCount(Counted, QueryCountContract):
    """The number of queries of catalog reads."""


class TestSchemaCount(Counted, SchemaCountContract):
    """The number of queries for the schema as a whole."""


class TestObjectCount(Counted, ObjectCountContract):
    """The number of queries for one object."""
