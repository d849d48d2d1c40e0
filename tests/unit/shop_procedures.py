"""Procedures of a small shop in the in-memory engine, for tests of calls."""

from __future__ import annotations

from collections.abc import Iterator

from sqlcore.domain.procedure import Direction, RoutineKind
from sqlcore.domain.query import Event, Message
from sqlcore.errors import ExecutionError
from sqlcore.testing.memory import (
    MemoryConnection,
    MemoryParameter,
    RunningProcedure,
    define_procedure,
)


def add_order(running: RunningProcedure) -> Iterator[Event]:
    yield Message(text="adding", severity="notice")
    yield from running.execute(
        "INSERT INTO orders (customer_id, total) VALUES (:customer_id, :total)",
        {name: running.arguments[name] for name in ("customer_id", "total")},
    )
    ((count,),) = running.query("SELECT COUNT(*) FROM orders")
    yield from running.result_set(
        {"id": "integer", "note": "text"}, [(1, running.arguments["note"])]
    )
    running.outputs["count"] = count
    running.return_code = 3


def list_orders(running: RunningProcedure) -> Iterator[Event]:
    yield from running.execute("SELECT id FROM orders ORDER BY id")
    running.outputs["label"] = "all orders"


def fail_late(running: RunningProcedure) -> Iterator[Event]:
    yield Message(text="printing receipts", severity="notice")
    yield from running.result_set({"n": "integer"}, [(1,), (2,)])
    raise ExecutionError("no more paper", number=50_000, procedure="main.fail_late", line=3)


def many(running: RunningProcedure) -> Iterator[Event]:
    count = running.arguments["count"]
    yield from running.result_set({"n": "integer"}, [(i,) for i in range(count)])
    running.outputs["text"] = "x" * count


def double(running: RunningProcedure) -> None:
    running.returned = 2 * running.arguments["n"]


def define_shop(connection: MemoryConnection) -> None:
    """Define the procedures in the database of a connection, which has a table of orders."""
    define_procedure(
        connection,
        "add_order",
        add_order,
        parameters=[
            MemoryParameter(name="customer_id", type="integer"),
            MemoryParameter(name="total", type="decimal(9,2)", default=None),
            MemoryParameter(name="note", type="text", default="none"),
            MemoryParameter(name="count", type="integer", direction=Direction.OUT),
        ],
        text="CREATE PROCEDURE add_order …",
        comment="Adds an order.",
    )
    define_procedure(
        connection,
        "reports.list_orders",
        list_orders,
        parameters=[MemoryParameter(name="label", type="text", direction=Direction.OUT)],
    )
    define_procedure(connection, "reports.writing", add_order_1)
    define_procedure(connection, "fail_late", fail_late)
    define_procedure(
        connection,
        "many",
        many,
        parameters=[
            MemoryParameter(name="count", type="integer"),
            MemoryParameter(name="text", type="text", direction=Direction.OUT),
        ],
    )
    define_procedure(
        connection,
        "double",
        double,
        parameters=[MemoryParameter(name="n", type="integer")],
        kind=RoutineKind.FUNCTION,
        returns="integer",
    )


def add_order_1(running: RunningProcedure) -> Iterator[Event]:
    yield from running.execute("INSERT INTO orders (customer_id) VALUES (1)")
