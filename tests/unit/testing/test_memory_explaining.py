"""Plans of the in-memory engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.unit.testing.test_memory_contracts import SAMPLES

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.errors import UnsupportedError
from sqlcore.ports import Connection
from sqlcore.testing.contracts import ExplainingContract, ServerSamples, apply_contract_schema
from sqlcore.testing.memory import MemoryConnector, forget


class TestExplaining(ExplainingContract):
    @pytest.fixture
    def samples(self) -> ServerSamples:
        return SAMPLES

    @pytest.fixture
    def connector(self) -> MemoryConnector:
        return MemoryConnector()

    @pytest.fixture
    def settings(self, connector: MemoryConnector) -> Iterator[ConnectionSettings]:
        settings = ConnectionSettings(scheme="memory", host="explaining", database="main")
        connection = connector.connect(settings)
        apply_contract_schema(connection)
        connection.close()
        yield settings
        forget("explaining")

    def test_a_plan_costs_a_unit_for_each_row_that_it_scans(self, single: Connection) -> None:
        def cost(text: str) -> float | None:
            return single.plans.explain(Statement.of(text), ExecutionOptions()).cost

        assert cost("SELECT * FROM order_lines WHERE note = 'x'") == 2
        assert cost("SELECT * FROM customers WHERE id = 1") == 1

    def test_what_has_no_plan_is_unsupported(self, single: Connection) -> None:
        with pytest.raises(UnsupportedError, match="DROP"):
            single.plans.explain(Statement.of("DROP TABLE scratch"), ExecutionOptions())
