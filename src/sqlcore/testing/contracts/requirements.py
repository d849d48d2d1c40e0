"""Requirement ids of contract tests, and the one table that says which a server cannot meet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import ClassVar, TypeVar

import attrs
import pytest

from sqlcore.domain.connection import ConnectionSettings, PoolSettings
from sqlcore.ports import Connection, Connector
from sqlcore.testing.contracts.samples import ServerSamples

__all__ = ["REQUIREMENTS", "Connect", "Contract", "requirement"]

_Test = TypeVar("_Test", bound=Callable[..., object])

Connect = Callable[[PoolSettings | None], Connection]
"""Opens one more connection, which the fixture closes; None keeps the pool of the settings."""

_REQUIREMENTS: dict[str, str] = {}
REQUIREMENTS: Mapping[str, str] = _REQUIREMENTS
"""Every requirement id with the test that checks it."""


def requirement(identifier: str) -> Callable[[_Test], _Test]:
    """Give a contract test its stable id, by which a known difference names it."""

    def mark(test: _Test) -> _Test:
        qualified_name = getattr(test, "__qualname__", repr(test))
        known_name = _REQUIREMENTS.setdefault(identifier, qualified_name)
        if known_name != qualified_name:
            raise ValueError(f"{known_name} and {qualified_name} both have id {identifier!r}")
        test.__dict__["requirement"] = identifier
        return test

    return mark


class Contract:
    """What every contract class needs: override `samples`, `connector` and `settings`.

    Attributes:
        known_differences: Requirement ids that this server cannot meet, each with the reason;
            `value-round-trip[json]` is one case of a test with several. One table serves all
            contract classes of an adapter.
    """

    known_differences: ClassVar[Mapping[str, str]] = {}

    @pytest.fixture(autouse=True)
    def apply_known_differences(self, request: pytest.FixtureRequest) -> None:
        """Skip what the table names; an id in it that no test has is a mistake."""
        unknown_ids = [k for k in self.known_differences if k.split("[")[0] not in REQUIREMENTS]
        if unknown_ids:
            pytest.fail(f"known_differences names unknown requirements: {unknown_ids}")
        identifier = getattr(request.function, "requirement", None)
        case = getattr(request.node, "callspec", None)
        for key in (identifier, f"{identifier}[{case.id}]" if case is not None else None):
            if key is not None and key in self.known_differences:
                pytest.skip(f"{key}: {self.known_differences[key]}")

    @pytest.fixture
    def samples(self) -> ServerSamples:
        """The dialect's SQL for what differs between servers."""
        raise pytest.UsageError("override the fixture `samples` to return a ServerSamples")

    @pytest.fixture
    def connector(self) -> Connector:
        """The adapter under test."""
        raise pytest.UsageError("override the fixture `connector` to return a Connector")

    @pytest.fixture
    def settings(self) -> ConnectionSettings:
        """A database in which `contract_schema(dialect)` has been applied."""
        raise pytest.UsageError("override the fixture `settings` to return ConnectionSettings")

    @pytest.fixture
    def connect(self, connector: Connector, settings: ConnectionSettings) -> Iterator[Connect]:
        """Open connections; all are closed at the end of the test."""
        connections: list[Connection] = []

        def open_connection(pool: PoolSettings | None = None) -> Connection:
            connection = connector.connect(settings if pool is None else _pooled(settings, pool))
            connections.append(connection)
            return connection

        yield open_connection
        for connection in connections:
            connection.close()

    @pytest.fixture
    def connection(self, connect: Connect) -> Connection:
        """Open a connection of the test's own."""
        return connect(None)

    @pytest.fixture
    def single(self, connect: Connect) -> Connection:
        """Open a connection whose pool holds one physical connection."""
        return connect(PoolSettings(max_size=1, acquire_timeout_s=5.0))


def _pooled(settings: ConnectionSettings, pool: PoolSettings) -> ConnectionSettings:
    return attrs.evolve(settings, pool=pool)
