"""The sample procedures of the contract schema for the in-memory engine, in Python.

They do what those of the SQL files beside this module do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlcore.domain.procedure import Direction, RoutineKind
from sqlcore.domain.query import Event, Message
from sqlcore.errors import ExecutionError
from sqlcore.testing.memory import (
    REQUIRED,
    MemoryConnection,
    MemoryParameter,
    ProcedureBody,
    RunningProcedure,
    define_procedure,
)

__all__ = ["ECHO_TYPES", "define_contract_procedures"]

ECHO_TYPES: Mapping[str, str] = {
    "boolean": "boolean",
    "integer": "bigint",
    "decimal": "decimal_text",
    "float": "real",
    "text": "text",
    "binary": "blob",
    "date": "date",
    "time": "time",
    "timestamp": "timestamp",
    "timestamp_tz": "timestamptz",
    "uuid": "uuid",
    "json": "json",
}
"""The type of each echo procedure, by the kind of its values."""

_INSERT = "INSERT INTO scratch (id, note) VALUES (:id, :note)"


def define_contract_procedures(connection: MemoryConnection) -> None:
    """Define the sample procedures in the database of a connection."""
    _define_calls(connection)
    _define_writes(connection)
    _define_functions(connection)
    for kind, declared in ECHO_TYPES.items():
        define_procedure(
            connection,
            f"echo_{kind}",
            _echo(declared),
            parameters=[_in("value", declared), _out("echoed", declared)],
        )


def _in(name: str, declared: str, default: Any = REQUIRED) -> MemoryParameter:
    return MemoryParameter(name=name, type=declared, default=default)


def _out(name: str, declared: str) -> MemoryParameter:
    return MemoryParameter(name=name, type=declared, direction=Direction.OUT)


def _define_calls(connection: MemoryConnection) -> None:
    define_procedure(
        connection,
        "add_numbers",
        _add_numbers,
        parameters=[_in("a", "int"), _in("b", "int"), _out("total", "int")],
        text="add_numbers: total := a + b",
        comment="Adds; says 'so'",
    )
    define_procedure(
        connection,
        "double_number",
        _double("value", "value"),
        parameters=[MemoryParameter(name="value", type="int", direction=Direction.IN_OUT)],
    )
    define_procedure(
        connection,
        "MixedCaseCall",
        _double("Value", "Doubled"),
        parameters=[_in("Value", "int"), _out("Doubled", "int")],
    )
    define_procedure(
        connection,
        "show_defaults",
        _show("required", "number", "word", separator=" "),
        parameters=[
            _out("shown", "text"),
            _in("required", "int"),
            _in("number", "int", 7),
            _in("word", "varchar(20)", "it's"),
        ],
    )
    odd_names = ("select", 'a"b', "c]d", "100%", "it's; --")
    define_procedure(
        connection,
        "[odd \"call\".of; 'quotes' 100% :x @p $1 --]",
        _show(*odd_names, separator="|"),
        parameters=[*(_in(name, "text") for name in odd_names), _out("shown", "text")],
    )
    define_procedure(connection, "two_results", _two_results)
    define_procedure(connection, "no_rows", _no_rows)
    define_procedure(connection, "talk", _talk)
    define_procedure(connection, "slow_call", lambda running: running.sleep(120))
    define_procedure(connection, "slow_rows", _slow_rows)
    define_procedure(connection, "return_code", _return_code, parameters=[_in("code", "int")])
    for schema in ("main", "contract_other"):
        define_procedure(connection, f"{schema}.same_call", _tell(schema))


def _define_writes(connection: MemoryConnection) -> None:
    define_procedure(
        connection,
        "write_note",
        lambda running: running.execute(_INSERT, running.arguments),
        parameters=[_in("id", "int"), _in("note", "varchar(200)")],
    )
    define_procedure(connection, "commit_inside", _commit_inside)
    define_procedure(connection, "fail_midway", _fail_midway)
    define_procedure(
        connection,
        "sum_lines",
        _sum_lines,
        parameters=[
            MemoryParameter(
                name="lines",
                type="line_list",
                columns={"id": "int NOT NULL", "note": "varchar(50)", "price": "decimal_text(9,2)"},
            ),
            _out("total", "decimal_text(12,2)"),
        ],
    )


def _define_functions(connection: MemoryConnection) -> None:
    define_procedure(
        connection,
        "full_name",
        lambda running: _return(running, " ".join(running.arguments.values())),
        parameters=[_in("first", "text"), _in("last", "text", "Nobody")],
        kind=RoutineKind.FUNCTION,
        returns="text",
        only_reads=True,
    )
    define_procedure(
        connection,
        "customers_from",
        _customers_from,
        parameters=[_in("minimum", "int")],
        kind=RoutineKind.TABLE_FUNCTION,
        columns={"id": "integer", "email": "varchar(200)"},
        only_reads=True,
    )
    for names in (("side",), ("width", "height")):
        define_procedure(
            connection,
            "area",
            _area,
            parameters=[_in(name, "integer") for name in names],
            kind=RoutineKind.FUNCTION,
            returns="integer",
            only_reads=True,
        )
    define_procedure(
        connection,
        "join_words",
        _join_words,
        parameters=[
            _in("separator", "text"),
            MemoryParameter(name="words", type="text[]", is_variadic=True),
        ],
        kind=RoutineKind.FUNCTION,
        returns="text",
        only_reads=True,
    )
    define_procedure(
        connection,
        "smaller_and_larger",
        _smaller_and_larger,
        parameters=[
            *(_in(name, "integer") for name in "ab"),
            *(_out(name, "integer") for name in ("smaller", "larger")),
        ],
        kind=RoutineKind.FUNCTION,
        only_reads=True,
    )


def _return(running: RunningProcedure, value: Any) -> None:
    running.returned = value


def _echo(declared: str) -> ProcedureBody:
    """Send the value through the engine, so that it is converted as one of a column is."""

    def echo(running: RunningProcedure) -> None:
        text = f'SELECT :value AS "value [{declared}]"'
        ((running.outputs["echoed"],),) = running.query(text, running.arguments)

    return echo


def _show(*names: str, separator: str) -> ProcedureBody:
    def show(running: RunningProcedure) -> None:
        values = (running.arguments[name] for name in names)
        shown = ("null" if value is None else str(value) for value in values)
        running.outputs["shown"] = separator.join(shown)

    return show


def _tell(schema: str) -> ProcedureBody:
    return lambda running: running.result_set({"place": "text"}, [(schema,)])


def _double(source: str, target: str) -> ProcedureBody:
    def double(running: RunningProcedure) -> None:
        value = running.arguments[source]
        running.outputs[target] = None if value is None else value * 2

    return double


def _add_numbers(running: RunningProcedure) -> None:
    running.outputs["total"] = running.arguments["a"] + running.arguments["b"]


def _two_results(running: RunningProcedure) -> Iterator[Event]:
    yield from running.result_set({"id": "integer", "name": "text"}, [(1, "one"), (2, "two")])
    yield from running.execute("SELECT 'north' AS region")


def _no_rows(running: RunningProcedure) -> Iterator[Event]:
    yield from running.execute("SELECT id, note FROM scratch WHERE 1 = 0")


def _talk(running: RunningProcedure) -> Iterator[Event]:
    yield Message(text="before")
    yield from running.execute("SELECT 1 AS n")
    yield Message(text="after")


def _slow_rows(running: RunningProcedure) -> Iterator[Event]:
    yield from running.execute(
        "WITH RECURSIVE numbers (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM numbers)"
        " SELECT n FROM numbers"
    )


def _return_code(running: RunningProcedure) -> None:
    running.return_code = running.arguments["code"]


def _commit_inside(running: RunningProcedure) -> Iterator[Event]:
    yield from running.execute(_INSERT, {"id": 1, "note": "committed"})
    yield from running.execute("COMMIT")


def _fail_midway(running: RunningProcedure) -> Iterator[Event]:
    yield Message(text="before")
    yield from running.execute("SELECT 1 AS n")
    yield from running.execute(_INSERT, {"id": 1, "note": "written"})
    raise ExecutionError('out of "stock": 100% gone', number=50001, line=4)


def _sum_lines(running: RunningProcedure) -> Iterator[Event]:
    lines = sorted(running.arguments["lines"])
    columns = {"id": "int", "note": "varchar(50)", "price": "decimal_text(9,2)"}
    yield from running.result_set(columns, lines)
    running.outputs["total"] = sum(price for *_, price in lines) if lines else None


def _customers_from(running: RunningProcedure) -> Iterator[Event]:
    text = "SELECT id, email FROM customers WHERE id >= :minimum ORDER BY id"
    yield from running.execute(text, running.arguments)


def _area(running: RunningProcedure) -> None:
    sides = tuple(running.arguments.values())
    _return(running, sides[0] * sides[-1])


def _join_words(running: RunningProcedure) -> None:
    words = ("null" if word is None else word for word in running.arguments["words"])
    _return(running, running.arguments["separator"].join(words))


def _smaller_and_larger(running: RunningProcedure) -> None:
    values = sorted(running.arguments.values())
    running.outputs.update(smaller=values[0], larger=values[-1])
