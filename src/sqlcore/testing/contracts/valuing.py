"""The contract of values: what goes in comes back, exact and of the right Python type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sqlcore.domain.query import ResultStart
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing.contracts.generating import hostile_texts
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import PORTABLE_VALUES, ServerSamples
from sqlcore.testing.events import run, scalar

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
    @pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in PORTABLE_VALUES])
    def test_values_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples, kind: TypeKind
    ) -> None:
        for value in samples.values[kind]:
            actual = scalar(run(connection, samples.echo[kind], {"value": value}))
            if kind in (TypeKind.DECIMAL, TypeKind.TIMESTAMP_TZ):
                # The scale is the type's, and the zone may be the server's.
                assert value == actual
                assert type(value) is type(actual)
            else:
                assert same_value(value, actual), (value, actual)

    @requirement("value-round-trip-more")
    def test_values_of_the_engines_further_kinds_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for kind in samples.echo.keys() - PORTABLE_VALUES.keys():
            for value in samples.values.get(kind, ()):
                actual = scalar(run(connection, samples.echo[kind], {"value": value}))
                assert same_value(value, actual), (value, actual)

    @requirement("value-kinds")
    @pytest.mark.parametrize("kind", [pytest.param(kind, id=kind) for kind in PORTABLE_VALUES])
    def test_a_result_says_the_kind_of_its_columns(
        self, connection: Connection, samples: ServerSamples, kind: TypeKind
    ) -> None:
        for value in (samples.values[kind][0], None):
            start = run(connection, samples.echo[kind], {"value": value})[0]
            assert isinstance(start, ResultStart)
            (column,) = start.columns
            assert kind is column.type.kind
            assert column.type.name

    @requirement("value-time-zone")
    def test_an_instant_comes_back_with_a_time_zone(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for value in samples.values[TypeKind.TIMESTAMP_TZ]:
            echo = samples.echo[TypeKind.TIMESTAMP_TZ]
            assert scalar(run(connection, echo, {"value": value})).tzinfo is not None

    @requirement("value-literals")
    def test_literals_are_read_exactly(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for expression, expected in samples.literals.items():
            actual = scalar(run(connection, f"SELECT {expression} AS value"))
            assert same_value(expected, actual), (expression, expected, actual)

    @requirement("text-round-trip")
    def test_hostile_texts_come_back_as_they_went_in(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        for value in hostile_texts(60):
            actual = scalar(run(connection, samples.echo[TypeKind.TEXT], {"value": value}))
            assert value == actual
