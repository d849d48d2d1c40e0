"""The parts of the contract classes that are no tests themselves."""

from __future__ import annotations

import pickle
import subprocess
import sys
from contextlib import closing
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import (
    Column,
    Event,
    Parameter,
    ResultEnd,
    ResultStart,
    RowBatch,
    RowsAffected,
)
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import InvalidArgumentError
from sqlcore.testing import strategies
from sqlcore.testing.contracts import (
    ODD_COLUMNS,
    PORTABLE_VALUES,
    REQUIREMENTS,
    ROUTINE_NAMES,
    contract_schema,
    requirement,
    same_value,
)
from sqlcore.testing.contracts.generating import generated_values
from sqlcore.testing.events import check_event_order, run, scalar
from sqlcore.testing.memory import MemoryConnector

COLUMN = Column(name="a", type=SqlType(name="int"))
START = ResultStart((COLUMN,))


@pytest.mark.parametrize(
    "events",
    [
        [START],
        [START, START],
        [START, RowBatch([]), ResultEnd(0)],
        [START, RowBatch([(1,)]), ResultEnd(2)],
        [RowBatch([(1,)])],
        [ResultEnd(0)],
        [ResultStart(()), ResultEnd(0)],
        [START, RowsAffected(1), ResultEnd(0)],
    ],
)
def test_events_out_of_order_are_found(events: list[Event]) -> None:
    with pytest.raises(AssertionError):
        check_event_order(events)


def test_a_requirement_has_one_test() -> None:
    taken = next(iter(REQUIREMENTS))
    with pytest.raises(ValueError, match=taken):

        @requirement(taken)
        def other() -> None: ...


@pytest.mark.parametrize("dialect", ["postgres", "tsql", "sqlite"])
def test_every_dialect_has_the_contract_schema(dialect: str) -> None:
    text = "\n".join(contract_schema(dialect))
    assert all(column.replace('"', '""') in text for column in ODD_COLUMNS)
    assert text.count("CREATE VIEW") == text.count("CREATE TRIGGER") == 1


@pytest.mark.parametrize("dialect", ["postgres", "tsql"])
def test_every_server_has_the_sample_procedures(dialect: str) -> None:
    text = "\n".join(contract_schema(dialect))
    kinds = PORTABLE_VALUES.keys() - ({TypeKind.JSON} if dialect == "tsql" else set())
    for name in (*ROUTINE_NAMES, *(f"echo_{kind}" for kind in kinds)):
        assert name.replace('"', '""') in text


@pytest.mark.parametrize("kind", PORTABLE_VALUES)
def test_generated_values_are_the_same_each_time_and_differ_among_themselves(
    kind: TypeKind,
) -> None:
    values = list(generated_values(kind, 20))
    assert values == list(generated_values(kind, 20))
    assert {type(PORTABLE_VALUES[kind][0])} == {type(value) for value in values}
    assert any(value != values[0] for value in values)


def test_an_unknown_dialect_has_no_contract_schema() -> None:
    with pytest.raises(InvalidArgumentError):
        contract_schema("oracle")


def test_values_are_compared_exactly() -> None:
    assert same_value(Decimal("1.0"), Decimal("1.0"))
    assert same_value(float("nan"), float("nan"))
    for one, other in ((Decimal("1.0"), Decimal("1.00")), (1, True), (0.0, -0.0), (1, 1.0)):
        assert not same_value(one, other)


@given(st.data())
def test_values_of_every_kind_round_trip_through_the_in_memory_engine(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(list(PORTABLE_VALUES)))
    value = data.draw(strategies.values(kind))
    with closing(MemoryConnector().connect(ConnectionSettings(scheme="memory"))) as connection:
        text = f'SELECT :value AS "value [{kind}]"'.replace("timestamp_tz", "timestamptz")
        text = text.replace("float", "real").replace("binary", "blob")
        actual = scalar(run(connection, text, {"value": Parameter(value)}))
    if kind is TypeKind.TIMESTAMP_TZ:
        assert value == actual
    else:
        assert same_value(value, actual)


@given(strategies.qualified_names())
def test_generated_names_are_read_back(name: QualifiedName) -> None:
    quoted = ".".join('"' + part.replace('"', '""') + '"' for part in name.parts)
    assert name == QualifiedName.parse(quoted)


@given(strategies.parameters())
def test_generated_parameters_can_be_sent_to_another_process(
    parameters: dict[str, Parameter],
) -> None:
    assert parameters == pickle.loads(pickle.dumps(parameters))  # noqa: S301  # our own bytes


def test_a_kind_without_values_of_its_own_has_no_strategy() -> None:
    with pytest.raises(InvalidArgumentError):
        strategies.values(TypeKind.OTHER)


def test_the_in_memory_engine_loads_no_driver_and_no_test_tool() -> None:
    check = (
        "import sys, sqlcore.testing.memory, sqlcore.testing.events;"
        "print(sorted({'pytest', 'hypothesis', 'psycopg', 'pymssql', 'mcp'} & set(sys.modules)))"
    )
    answer = subprocess.run([sys.executable, "-c", check], capture_output=True, check=True)  # noqa: S603  # our own interpreter
    assert b"[]" == answer.stdout.strip()
