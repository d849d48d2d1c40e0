"""The adapter passes the contract that every adapter passes."""

from __future__ import annotations

import pytest
from tests.integration.known_differences import BABELFISH, differences_of
from tests.integration.mssql.reaching import settings_of
from tests.integration.mssql.samples import TSQL_SAMPLES
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.testing.contracts import (
    CapabilityProbeContract,
    CatalogReaderContract,
    ConnectionContract,
    DialectContract,
    QueryExecutorContract,
    ServerSamples,
    ValueContract,
)


class Mssql:
    # The recordings are of Babelfish; what SQL Server does otherwise, live runs against one show.
    known_differences = differences_of(BABELFISH)

    @pytest.fixture
    def samples(self) -> ServerSamples:
        return TSQL_SAMPLES

    @pytest.fixture
    def connector(self) -> MssqlConnector:
        return MssqlConnector()

    @pytest.fixture
    def settings(self, tds_class: TdsSession) -> ConnectionSettings:
        return settings_of(tds_class)


class TestQueries(Mssql, QueryExecutorContract):
    """Statements, transactions, stopping and failures."""


class TestConnections(Mssql, ConnectionContract):
    """Pool, threads, closing."""


class TestCatalog(Mssql, CatalogReaderContract):
    """Catalog reads."""


class TestProbe(Mssql, CapabilityProbeContract):
    """What the server is."""


class TestDialect(Mssql, DialectContract):
    """Names and reads of tables."""


class TestValues(Mssql, ValueContract):
    """Round trips of values."""
