"""Procedures of the in-memory engine: what its contract classes do not ask."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from decimal import Decimal

import attrs
import pytest

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Direction,
    RoutineChangedError,
    RoutineFilter,
    RoutineKind,
)
from sqlcore.domain.query import Event, ExecutionOptions, Message, RowsAffected
from sqlcore.errors import (
    ConnectionLostError,
    ExecutionError,
    InvalidArgumentError,
    NotFoundError,
    PermissionDeniedError,
    StatementTimeoutError,
)
from sqlcore.testing.calls import call, find_one
from sqlcore.testing.events import READ_WRITE, messages, result_sets, rows_affected, run, scalar
from sqlcore.testing.memory import (
    FaultPlan,
    MemoryConnection,
    MemoryConnector,
    MemoryParameter,
    RunningProcedure,
    define_procedure,
    drop_procedure,
)

SUM = 'SELECT SUM(price) AS "total [decimal]" FROM items'
PRICES = QualifiedName("raise_prices", "main")


@pytest.fixture
def faults() -> FaultPlan:
    return FaultPlan()


@pytest.fixture
def connection(faults: FaultPlan) -> Iterator[MemoryConnection]:
    connection = MemoryConnector(faults).connect(ConnectionSettings(scheme="memory"))
    run(connection, "CREATE TABLE items (name TEXT, price DECIMAL(9,2))", options=READ_WRITE)
    run(connection, "INSERT INTO items VALUES ('pen', 1.50), ('ink', 4)", options=READ_WRITE)
    yield connection
    connection.close()


def raise_prices(running: RunningProcedure) -> Iterator[Event]:
    yield Message(text="raising")
    yield from running.execute("UPDATE items SET price = price + :by", running.arguments)
    ((total,),) = running.query('SELECT SUM(price) AS "total [decimal]" FROM items')
    yield from running.result_set({"total": "decimal(9,2)"}, [(total,)])
    running.outputs["total"] = total
    running.return_code = 2


@pytest.fixture
def prices(connection: MemoryConnection) -> MemoryConnection:
    define_procedure(
        connection,
        "raise_prices",
        raise_prices,
        parameters=[
            MemoryParameter(name="by", type="decimal(9,2)", default=Decimal(1)),
            MemoryParameter(name="total", type="decimal(9,2)", direction=Direction.OUT),
        ],
        text="raise all prices",
    )
    return connection


def test_a_python_function_hands_out_all_that_a_procedure_can(prices: MemoryConnection) -> None:
    called = call(prices, PRICES, {"by": Decimal("0.25")}, READ_WRITE)
    assert ["raising"] == messages(called.events)
    assert [2] == rows_affected(called.events)
    assert [[(Decimal("6.0"),)]] == result_sets(called.events)
    assert {"total": Decimal("6.0")} == called.outputs.by_name()
    assert 2 == called.outputs.return_code
    assert Decimal("6.0") == scalar(run(prices, SUM))


def test_a_default_stands_in_for_what_was_left_out(prices: MemoryConnection) -> None:
    (by, total) = find_one(prices, PRICES).parameters
    assert (True, "1") == (by.has_default, by.default)
    assert (False, None) == (total.has_default, total.default)
    called = call(prices, PRICES, options=READ_WRITE)
    assert {"total": Decimal("7.5")} == called.outputs.by_name()


def test_what_the_sql_of_a_procedure_may_do_depends_on_the_mode(prices: MemoryConnection) -> None:
    with pytest.raises(PermissionDeniedError) as caught:
        call(prices, PRICES)
    assert "raise_prices" == caught.value.procedure
    assert Decimal("5.5") == scalar(run(prices, SUM))


def test_an_error_keeps_the_place_that_the_function_named(connection: MemoryConnection) -> None:
    def fail(_: RunningProcedure) -> None:
        raise ExecutionError("out of stock", number=50001, line=3, procedure="inner")

    define_procedure(connection, "fail", fail)
    with pytest.raises(ExecutionError, match="out of stock") as caught:
        call(connection, QualifiedName("fail"))
    assert (50001, 3, "inner") == (
        caught.value.number,
        caught.value.line,
        caught.value.procedure,
    )


def test_defining_a_procedure_again_replaces_it(prices: MemoryConnection) -> None:
    before = find_one(prices, PRICES)
    define_procedure(
        prices,
        "raise_prices",
        lambda _: [RowsAffected(0)],
        parameters=[MemoryParameter(name="percent", type="decimal(9,2)")],
    )
    after = find_one(prices, PRICES)
    assert ["percent"] == [parameter.name for parameter in after.parameters]
    with pytest.raises(RoutineChangedError):
        call(prices, before, {"by": Decimal(1)}, READ_WRITE)
    with pytest.raises(NotFoundError, match="'by'"):
        call(prices, attrs.evolve(before, version=()), {"by": Decimal(1)}, READ_WRITE)
    with pytest.raises(InvalidArgumentError, match="'percent'"):
        call(prices, after, {}, READ_WRITE)
    assert prices.procedures.definition(after) is None


def test_a_dropped_procedure_is_gone(prices: MemoryConnection) -> None:
    routine = find_one(prices, PRICES)
    assert "raise all prices" == prices.procedures.definition(routine)
    drop_procedure(prices, "raise_prices")
    assert () == prices.procedures.find(PRICES)
    assert () == prices.procedures.routines(RoutineFilter()).routines
    with pytest.raises(NotFoundError):
        prices.procedures.definition(routine)
    with pytest.raises(RoutineChangedError):
        call(prices, routine)


def test_other_types_of_inputs_make_another_overload(connection: MemoryConnection) -> None:
    for kind in ("integer", "text"):
        define_procedure(
            connection,
            "f",
            lambda running: setattr(running, "returned", running.arguments["value"]),
            parameters=[MemoryParameter(name="value", type=kind)],
            kind=RoutineKind.FUNCTION,
            returns=kind,
        )
    found = connection.procedures.find(QualifiedName("f"))
    assert ["(integer)", "(text)"] == [routine.signature for routine in found]
    returned = call(connection, found[1], {"value": "x"}).outputs.returned
    assert returned is not None
    assert ("x", "text") == (returned.value, returned.type.name)


def test_schemas_are_free_and_the_main_one_comes_first(connection: MemoryConnection) -> None:
    for name in ("a_schema.p", "p", "reports.[odd.name]"):
        define_procedure(connection, name, lambda _: None)
    found = connection.procedures.find(QualifiedName("P"))
    assert ["main", "a_schema"] == [routine.name.schema for routine in found]
    assert connection.procedures.find(QualifiedName("odd.name", "REPORTS"))
    assert () == connection.procedures.find(QualifiedName("p", "main", "other_database"))


def test_an_output_that_was_not_declared_is_a_mistake(connection: MemoryConnection) -> None:
    define_procedure(connection, "p", lambda running: running.outputs.update(typo=1))
    with pytest.raises(InvalidArgumentError, match="typo"):
        call(connection, QualifiedName("p"))


def test_a_sleep_ends_with_the_timeout(connection: MemoryConnection) -> None:
    define_procedure(connection, "p", lambda running: running.sleep(60))
    with pytest.raises(StatementTimeoutError):
        call(connection, QualifiedName("p"), options=ExecutionOptions(timeout_s=0.05))


def test_a_function_that_only_yields_is_stopped_between_its_events(
    connection: MemoryConnection,
) -> None:
    def talk(_: RunningProcedure) -> Iterator[Event]:
        while True:
            yield Message(text="on and on")
            threading.Event().wait(0.001)

    define_procedure(connection, "p", talk)
    with pytest.raises(StatementTimeoutError):
        call(connection, QualifiedName("p"), options=ExecutionOptions(timeout_s=0.05))


def test_planned_faults_meet_calls_too(prices: MemoryConnection, faults: FaultPlan) -> None:
    faults.lose_connection()
    with pytest.raises(ConnectionLostError):
        call(prices, PRICES, options=READ_WRITE)
    assert Decimal("5.5") == scalar(run(prices, SUM))
