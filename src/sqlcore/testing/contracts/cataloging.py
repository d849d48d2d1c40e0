"""The contract of catalog reads, over the contract schema."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqlcore.domain.catalog import TableFilter
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.ports import Connection
from sqlcore.testing.contracts.describing import DescribingContract
from sqlcore.testing.contracts.listing import ListingContract
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import TABLE_NAMES, VIEW_NAMES

__all__ = ["CatalogReaderContract", "QueryCountContract"]


class CatalogReaderContract(ListingContract, DescribingContract):
    """All that `CatalogReader` promises, but for the number of its queries."""


class QueryCountContract(Contract):
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
