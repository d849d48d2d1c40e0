"""The contract of values: what goes in comes back, exact and of the right Python type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from sqlcore.domain.query import ResultStart
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.events import run, scalar
from sqlcore.testing.strategies import texts

__all__ = ["ValueContract", "same_value"]


def same_value(expected: Any, actual: Any) -> bool:
    """Compare type and value exactly: scale of decimals, sign of zero, NaN equal to itself."""
    if type(expected) is not type(actual):
        return False
    if isinstance(expected, Decimal):
        return bool(expected.compare_total(actual) == 0)
    if isinstance(expected, float):
        return bool(expected.hex() == actual.hex())
    return bool(expected == actual)


class ValueContract(Contract):
    """Round trips of values through parameters and literals."""

    @requirement("value-round-trip")
    def test_values_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for kind, text in samples.echo.items():
            for value in samples.values.get(kind, ()):
                actual = scalar(run(connection, text, {"value": value}))
                if kind is TypeKind.DECIMAL or kind is TypeKind.TIMESTAMP_TZ:
                    # The scale is the type's, and the zone may be the server's.
                    assert value == actual, kind
                    assert type(value) is type(actual), kind
                else:
                    assert same_value(value, actual), (kind, value, actual)

    @requirement("value-kinds")
    def test_a_result_says_the_kind_of_its_columns(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for kind, text in samples.echo.items():
            for value in samples.values.get(kind, ())[:1]:
                start = run(connection, text, {"value": value})[0]
                assert isinstance(start, ResultStart)
                (column,) = start.columns
                assert kind is column.type.kind
                assert column.type.name

    @requirement("value-time-zone")
    def test_an_instant_comes_back_with_a_time_zone(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        text = samples.echo.get(TypeKind.TIMESTAMP_TZ)
        for value in samples.values.get(TypeKind.TIMESTAMP_TZ, ()) if text else ():
            assert scalar(run(connection, text or "", {"value": value})).tzinfo is not None

    @requirement("value-literals")
    def test_literals_are_read_exactly(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for expression, expected in samples.literals.items():
            actual = scalar(run(connection, f"SELECT {expression} AS value"))
            assert same_value(expected, actual), (expression, expected, actual)

    @requirement("text-round-trip")
    def test_any_text_comes_back_as_it_went_in(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        # Deterministic, because recordings know requests by their text.
        @hypothesis_settings(
            derandomize=True,
            database=None,
            deadline=None,
            max_examples=25,
            suppress_health_check=list(HealthCheck),
        )
        @given(texts())
        def check(value: str) -> None:
            actual = scalar(run(connection, samples.echo[TypeKind.TEXT], {"value": value}))
            assert same_value(value, actual)

        check()
