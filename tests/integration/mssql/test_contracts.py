"""The adapter passes the contract that every adapter passes.

The large contract classes are taken in parts, because each class has one recording.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from tests.integration.known_differences import BABELFISH, differences_of
from tests.integration.mssql.reaching import settings_of
from tests.integration.mssql.samples import TSQL_SAMPLES
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.adapters.mssql.reading import CatalogQueries
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.ports import Connection
from sqlcore.testing.contracts import (
    ActivityContract,
    CapabilityProbeContract,
    ConnectionContract,
    DialectContract,
    ServerSamples,
    ValueContract,
)
from sqlcore.testing.contracts.call_stopping import CallStoppingContract
from sqlcore.testing.contracts.call_transactions import CallTransactionContract
from sqlcore.testing.contracts.call_values import (
    CallValueContract,
    FurtherCallContract,
    FurtherCallValueContract,
    GeneratedCallValueContract,
    HostileCallContract,
)
from sqlcore.testing.contracts.calling import CallContract
from sqlcore.testing.contracts.cataloging import QueryCountContract
from sqlcore.testing.contracts.describing import DescribingContract
from sqlcore.testing.contracts.failing import FailureContract
from sqlcore.testing.contracts.listing import ListingContract
from sqlcore.testing.contracts.objects import (
    ObjectCountContract,
    ObjectDefinitionContract,
    ObjectFindingContract,
    ObjectUseContract,
)
from sqlcore.testing.contracts.querying import ParameterContract, ResultContract
from sqlcore.testing.contracts.routines import RoutineContract
from sqlcore.testing.contracts.schema_reading import SchemaCountContract, SchemaReaderContract
from sqlcore.testing.contracts.stopping import StoppingContract
from sqlcore.testing.contracts.transactions import TransactionContract


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


class TestResults(Mssql, ResultContract):
    """What comes back from a statement."""


class TestParameters(Mssql, ParameterContract):
    """What goes into a statement."""


class TestTransactions(Mssql, TransactionContract):
    """What is committed and what is rolled back."""


class TestStopping(Mssql, StoppingContract):
    """Timeouts, cancelling, closing early."""


class TestFailures(Mssql, FailureContract):
    """Which error a failing statement raises."""


class TestConnections(Mssql, ConnectionContract):
    """Pool, threads, closing."""


class TestListing(Mssql, ListingContract):
    """Listing and finding tables."""


class TestDescribing(Mssql, DescribingContract):
    """Describing tables."""


class TestSchemaReading(Mssql, SchemaReaderContract):
    """The schema as a whole."""


class TestObjects(Mssql, ObjectFindingContract):
    """Single objects by their names."""


class TestDefinitions(Mssql, ObjectDefinitionContract):
    """The texts that make objects."""


class TestUses(Mssql, ObjectUseContract):
    """What objects use, what uses them, and what tables cost."""


class TestCounts(Mssql, QueryCountContract, SchemaCountContract, ObjectCountContract):
    """How many queries the catalog takes."""

    @pytest.fixture
    def count_queries(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> Callable[[Connection, Callable[[], object]], int]:
        run = CatalogQueries.run
        counted: list[str] = []

        def counting(queries: CatalogQueries, names: Sequence[str], *rest: Any, **more: Any) -> Any:
            counted.extend(names)
            return run(queries, names, *rest, **more)

        monkeypatch.setattr(CatalogQueries, "run", counting)

        def count(_: Connection, work: Callable[[], object]) -> int:
            counted.clear()
            work()
            return len(counted)

        return count


class TestRoutines(Mssql, RoutineContract):
    """Finding procedures and functions."""


class TestCalls(Mssql, CallContract):
    """What comes back from a call."""


class TestCallTransactions(Mssql, CallTransactionContract):
    """What a call leaves behind."""


class TestCallStopping(Mssql, CallStoppingContract):
    """Timeouts, cancelling and closing calls early."""


class TestCallValues(Mssql, CallValueContract):
    """Round trips of values through procedures."""


class TestGeneratedCallValues(Mssql, GeneratedCallValueContract):
    """Round trips of values that a generator made."""


class TestFurtherCallValues(Mssql, FurtherCallValueContract):
    """Round trips of values of SQL Server's own types."""


class TestHostileCalls(Mssql, HostileCallContract):
    """Names and values that would like to be something else."""


class TestFurtherCalls(Mssql, FurtherCallContract):
    """Table types."""


class TestProbe(Mssql, CapabilityProbeContract):
    """What the server is."""


class TestActivity(Mssql, ActivityContract):
    """What runs."""


class TestDialect(Mssql, DialectContract):
    """Names and reads of tables."""


class TestValues(Mssql, ValueContract):
    """Round trips of values."""
