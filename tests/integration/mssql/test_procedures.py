"""Procedures and functions: found, called, and everything that comes back."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from typing import Any

import attrs
import pytest
import structlog
from tests.integration.mssql.procedure_samples import TYPES, apply_procedures
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Argument,
    Direction,
    ProcedureCall,
    ProcedureOutputs,
    Routine,
    RoutineFilter,
    RoutineKind,
)
from sqlcore.domain.query import Event, ExecutionOptions, TransactionMode
from sqlcore.domain.values import ServerText
from sqlcore.errors import (
    ExecutionError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.ports import Connection
from sqlcore.testing.events import (
    READ_WRITE,
    check_event_order,
    column_names,
    messages,
    result_sets,
    rows,
    run,
    scalar,
)

_READ_ONLY = ExecutionOptions()


@pytest.fixture(scope="module", autouse=True)
def _made() -> None:
    apply_procedures()


@pytest.fixture
def connection(tds: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds))
    yield connection
    connection.close()


@attrs.frozen
class Called:
    events: list[Event]
    outputs: ProcedureOutputs


def _found(connection: Connection, name: str) -> Routine:
    (routine,) = connection.procedures.find(QualifiedName.parse(name))
    return routine


def _call_of(routine: Routine, values: dict[str, Any]) -> ProcedureCall:
    parameters = {parameter.name: parameter for parameter in routine.parameters}
    return ProcedureCall(
        routine=routine,
        arguments=tuple(Argument(parameter=parameters[n], value=v) for n, v in values.items()),
    )


def _called(
    connection: Connection,
    name: str,
    values: dict[str, Any] | None = None,
    options: ExecutionOptions = READ_WRITE,
) -> Called:
    call = _call_of(_found(connection, name), values or {})
    with closing(connection.procedures.call(call, options)) as events:
        everything = list(events)
    outputs = everything.pop()
    assert isinstance(outputs, ProcedureOutputs)
    before: list[Event] = [event for event in everything if not isinstance(event, ProcedureOutputs)]
    assert len(everything) == len(before)
    check_event_order(before)
    return Called(before, outputs)


def _failed(
    connection: Connection,
    name: str,
    values: dict[str, Any] | None = None,
    options: ExecutionOptions = READ_WRITE,
) -> tuple[list[Any], SqlCoreError]:
    call = _call_of(_found(connection, name), values or {})
    events: list[Any] = []
    with pytest.raises(SqlCoreError) as caught:
        events.extend(connection.procedures.call(call, options))
    return events, caught.value


def _notes(connection: Connection, number: int) -> int:
    count = scalar(run(connection, f"SELECT COUNT(*) AS n FROM calling.notes WHERE id = {number}"))
    assert isinstance(count, int)
    return count


# -- finding


def test_routines_are_listed_in_pages_with_their_comments(connection: Connection) -> None:
    first = connection.procedures.routines(RoutineFilter(schema="calling", limit=4))
    assert first.has_more
    last = first.routines[-1].name
    rest = connection.procedures.routines(
        RoutineFilter(schema="calling", after=(last.schema or "", last.name, ""))
    )
    assert not rest.has_more
    names = [routine.name.name for routine in (*first.routines, *rest.routines)]
    assert sorted(names) == names
    assert len(set(names)) == len(names)
    assert {"writes", "scaled", "pairs", "listed", "many_results"} <= set(names)
    comments = {r.name.name: r.comment for r in (*first.routines, *rest.routines) if r.comment}
    assert {"writes": "Writes one note."} == comments


def test_routines_are_listed_by_kind_and_pattern(connection: Connection) -> None:
    def names(**wanted: Any) -> list[str]:
        page = connection.procedures.routines(RoutineFilter(schema="calling", **wanted))
        return [routine.name.name for routine in page.routines]

    assert ["scaled"] == names(kinds=frozenset({RoutineKind.FUNCTION}))
    assert ["listed", "pairs"] == names(kinds=frozenset({RoutineKind.TABLE_FUNCTION}))
    assert ["many_results"] == names(name_pattern="MANY_*")
    assert [] == names(name_pattern="many?results")


def test_the_server_s_own_routines_are_not_listed(connection: Connection) -> None:
    page = connection.procedures.routines(RoutineFilter(name_pattern="sp_*"))
    assert () == page.routines


def test_parameters_are_found_with_their_types_directions_and_defaults(
    connection: Connection,
) -> None:
    routine = _found(connection, "[CALLING].many_results")
    assert RoutineKind.PROCEDURE is routine.kind
    assert [
        (1, "a", "int", Direction.IN, False, None),
        (2, "b", "nvarchar(50)", Direction.IN, True, "N'x,''y'"),
        (3, "c", "decimal(12,2)", Direction.IN, True, "-1.5"),
        (4, "o", "int", Direction.IN_OUT, True, None),
        (5, "p", "varchar(10)", Direction.IN_OUT, True, "'z'"),
        (6, "ph", "calling.phone", Direction.IN, True, "NULL"),
    ] == [
        (p.ordinal, p.name, p.type.name, p.direction, p.has_default, p.default)
        for p in routine.parameters
    ]
    base = routine.parameters[5].base_type
    assert base is not None
    assert "varchar(20)" == base.name


def test_a_table_type_is_found_with_its_columns(connection: Connection) -> None:
    table, count = _found(connection, "calling.with_table").parameters
    assert "calling.lines" == table.type.name
    assert [
        ("id", "int", False),
        ("note", "nvarchar(20)", True),
        ("amount", "decimal(12,2)", True),
        ("code", "varchar(5)", True),
        ("raw", "varbinary(4)", True),
    ] == [(column.name, column.type.name, column.nullable) for column in table.columns]
    assert table.has_default
    assert Direction.IN is table.direction
    assert () == count.columns


def test_every_type_is_spelled_as_it_was_declared(connection: Connection) -> None:
    routine = _found(connection, "calling.types_back")
    assert list(TYPES) == [parameter.type.name for parameter in routine.parameters]


def test_functions_are_found_with_what_they_return(connection: Connection) -> None:
    scaled = _found(connection, "calling.scaled")
    assert scaled.returns is not None
    assert (RoutineKind.FUNCTION, "decimal(12,2)", False) == (
        scaled.kind,
        scaled.returns.name,
        scaled.returns_set,
    )
    assert [("a", False), ("b", True)] == [(p.name, p.has_default) for p in scaled.parameters]
    pairs = _found(connection, "calling.pairs")
    assert (RoutineKind.TABLE_FUNCTION, None, True) == (pairs.kind, pairs.returns, pairs.only_reads)
    assert pairs.returns_set


def test_nothing_is_found_under_names_that_mean_nothing(connection: Connection) -> None:
    for name in ("calling.nothing", "no_such_database.dbo.p", "calling.[o'--x]", "calling.notes"):
        assert () == connection.procedures.find(QualifiedName.parse(name))


def test_a_routine_is_found_with_the_name_of_its_own_database(connection: Connection) -> None:
    database = scalar(run(connection, "SELECT DB_NAME() AS name"))
    assert (
        QualifiedName("writes", "calling")
        == _found(connection, f"[{database}].[calling].[writes]").name
    )


def test_nothing_is_found_in_a_database_that_has_nothing_of_the_name(
    connection: Connection,
) -> None:
    assert () == connection.procedures.find(QualifiedName("nothing", "dbo", "master"))


def test_the_text_of_a_routine_is_read(connection: Connection) -> None:
    routine = _found(connection, "calling.writes")
    text = connection.procedures.definition(routine)
    assert text is not None
    assert text.startswith("CREATE PROCEDURE calling.writes @note nvarchar(40) AS")
    gone = attrs.evolve(routine, name=QualifiedName("gone", "calling"))
    assert connection.procedures.definition(gone) is None


# -- calling


def test_everything_that_a_procedure_brings_back_comes_in_its_order(
    connection: Connection,
) -> None:
    called = _called(connection, "calling.many_results", {"a": 4, "o": 1})
    assert [
        "Message",
        *("ResultStart", "RowBatch", "ResultEnd"),
        "Message",
        *("ResultStart", "RowBatch", "ResultEnd"),
        "Message",
    ] == [type(event).__name__ for event in called.events]
    assert ["first", "told 7", "last"] == messages(called.events)
    assert [["a", "b", "c", "ph"], ["one"]] == column_names(called.events)
    assert [[(4, "x,'y", Decimal("-1.50"), None)], [(1,), (2,)]] == result_sets(called.events)
    assert {"o": 5, "p": "z!"} == called.outputs.by_name()
    assert 7 == called.outputs.return_code
    assert () == called.outputs.notes
    assert ["int", "varchar(10)"] == [value.type.name for value in called.outputs.values]


def test_null_is_no_default(connection: Connection) -> None:
    values = {"a": 4, "b": None, "c": None, "p": None, "ph": "030-1"}
    called = _called(connection, "calling.many_results", values)
    assert (4, None, None, "030-1") == result_sets(called.events)[0][0]
    assert {"o": 4, "p": "null!"} == called.outputs.by_name()


def test_a_table_type_is_filled_from_rows(connection: Connection) -> None:
    sent = (
        (1, "it's ü 🐘", Decimal("-12.34"), "ab'c", b"\x00\xff"),
        (2, None, None, None, None),
        (3, "); DROP--", Decimal(0), "\\", b""),
    )
    called = _called(connection, "calling.with_table", {"t": sent})
    assert list(sent) == rows(called.events)
    assert {"n": 3} == called.outputs.by_name()


def test_a_table_type_takes_more_rows_than_one_values_does(connection: Connection) -> None:
    sent = tuple((number, None, None, None, None) for number in range(1001))
    called = _called(connection, "calling.with_table", {"t": sent})
    assert {"n": 1001} == called.outputs.by_name()


def test_a_table_type_that_is_left_out_is_empty(connection: Connection) -> None:
    called = _called(connection, "calling.with_table")
    assert [] == rows(called.events)
    assert {"n": 0} == called.outputs.by_name()


def test_text_that_does_not_fit_a_table_type_is_not_cut(connection: Connection) -> None:
    _, error = _failed(connection, "calling.with_table", {"t": ((1, "x" * 21, None, None, None),)})
    assert isinstance(error, ExecutionError)
    assert "xxx" not in str(error)


def test_a_function_returns_its_value(connection: Connection) -> None:
    called = _called(connection, "calling.scaled", {"a": 3})
    assert [] == called.events
    assert called.outputs.returned is not None
    assert ("decimal(12,2)", Decimal("7.50")) == (
        called.outputs.returned.type.name,
        called.outputs.returned.value,
    )
    nothing = _called(connection, "calling.scaled", {"a": 3, "b": None}, _READ_ONLY).outputs
    assert nothing.returned is not None
    assert nothing.returned.value is None
    assert nothing.return_code is None


def test_a_table_function_returns_its_rows(connection: Connection) -> None:
    called = _called(connection, "calling.pairs", {"a": 3}, _READ_ONLY)
    assert [(3, "b")] == rows(called.events)
    assert ProcedureOutputs() == called.outputs
    listed = _called(connection, "calling.listed", {"n": 5}, _READ_ONLY)
    assert [(5, Decimal("2.5")), (6, None)] == rows(listed.events)


def test_names_stay_in_their_place(connection: Connection) -> None:
    name = "calling.\"it's a ''name'' ü\""
    called = _called(connection, name, {"über": 8})
    assert [["ü x"]] == column_names(called.events)
    assert [(8,)] == rows(called.events)
    assert [(3,)] == rows(_called(connection, name).events)


def test_rows_that_look_like_outputs_are_rows(connection: Connection) -> None:
    called = _called(connection, "calling.looks_alike")
    assert [(9, 1, 1, 66)] == rows(called.events)
    assert ["behind"] == messages(called.events)
    assert {"o": 5} == called.outputs.by_name()
    assert 0 == called.outputs.return_code


# -- values

_VALUES: dict[str, tuple[Any, ...]] = {
    "bit": (True, False),
    "tinyint": (0, 255),
    "smallint": (-(2**15), 2**15 - 1),
    "int": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "decimal(38,10)": (Decimal("-1234567890123456789012345678.0123456789"), Decimal("0E-10")),
    "money": (Decimal("-922337203685477.5808"), Decimal("922337203685477.5807")),
    "smallmoney": (Decimal("-214748.3648"), Decimal("214748.3647")),
    "float": (1.7976931348623157e308, -2.5e-308),
    "real": (1.5, -0.25),
    "char(5)": ("a''b ", "     "),
    "varchar(8000)": ("it's; --", "x" * 8000),
    "nchar(5)": ("äß€  ", "     "),
    "nvarchar(4000)": ("'; DROP TABLE t --\r\n\\\n🐘", ""),
    "binary(4)": (b"\x00\x01\xfe\xff", bytes(4)),
    "varbinary(8000)": (b"\x00" * 8000, b""),
    "date": (dt.date(1, 1, 1), dt.date(9999, 12, 31)),
    "time(7)": (dt.time(0, 0), dt.time(23, 59, 59, 999999)),
    "datetime": (dt.datetime(1753, 1, 1), dt.datetime(2024, 2, 29, 23, 59, 59, 990000)),  # noqa: DTZ001
    "smalldatetime": (dt.datetime(1900, 1, 1), dt.datetime(2079, 6, 6, 23, 59)),  # noqa: DTZ001
    "datetime2(7)": (dt.datetime(1, 1, 1), dt.datetime(9999, 12, 31, 23, 59, 59, 999999)),  # noqa: DTZ001
    "datetimeoffset(3)": (
        dt.datetime(2024, 2, 29, 1, 2, 3, 456000, dt.timezone(dt.timedelta(hours=-9, minutes=-30))),
        dt.datetime(2024, 1, 1, tzinfo=dt.UTC),
    ),
    "uniqueidentifier": (uuid.UUID(int=0), uuid.UUID("0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0")),
    "xml": ("<a>1</a>", "<b/>"),
    "sysname": ("a name", "x" * 128),
}


@pytest.mark.parametrize("place", [0, 1])
def test_every_type_goes_in_and_comes_back_whole(connection: Connection, place: int) -> None:
    routine = _found(connection, "calling.types_back")
    sent = {
        parameter.name: _VALUES[parameter.type.name][place]
        for parameter in routine.parameters
        if parameter.type.name in _VALUES
    }
    outputs = _called(connection, "calling.types_back", sent).outputs
    back = {value.type.name: value.value for value in outputs.values if value.type.name in _VALUES}
    assert {name: values[place] for name, values in _VALUES.items()} == back
    assert {name: type(v[place]) for name, v in _VALUES.items()} == {
        name: type(value) for name, value in back.items()
    }


def test_null_goes_in_and_comes_back_for_every_type(connection: Connection) -> None:
    routine = _found(connection, "calling.types_back")
    sent = dict.fromkeys((parameter.name for parameter in routine.parameters), None)
    outputs = _called(connection, "calling.types_back", sent).outputs
    assert {None} == {value.value for value in outputs.values}
    assert list(TYPES) == [value.type.name for value in outputs.values]


def test_long_values_go_in_whole(connection: Connection) -> None:
    sent = ("it's;" * 2000, "ü€'" * 3000, b"\x00'" * 5000)
    called = _called(connection, "calling.takes_max", dict(zip("abc", sent, strict=True)))
    assert [(10_000, 9_000, 10_000)] == rows(called.events)


@pytest.mark.parametrize(
    ("value", "base", "text"),
    [
        (7, "int", "7"),
        ("it's ü", "nvarchar", "it's ü"),
        (1.5, "float", "1.5000000000000000e+00"),
        (b"\x0a\xff", "varbinary", "0x0AFF"),
    ],
)
def test_a_variant_comes_back_as_text_with_its_base_type(
    connection: Connection, value: Any, base: str, text: str
) -> None:
    name = f"p{TYPES.index('sql_variant')}"
    outputs = _called(connection, "calling.types_back", {name: value}).outputs
    (back,) = [output for output in outputs.values if output.name == name]
    assert (f"sql_variant({base})", text, ServerText) == (
        back.type.name,
        back.value.strip(),
        type(back.value),
    )


# -- transactions


def test_what_a_procedure_writes_is_kept_or_rolled_back_as_the_mode_says(
    connection: Connection,
) -> None:
    before = _notes(connection, 1)
    for mode in (TransactionMode.READ_ONLY, TransactionMode.ROLLED_BACK):
        _called(connection, "calling.writes", {"note": "x"}, ExecutionOptions(mode=mode))
    assert before == _notes(connection, 1)
    _called(connection, "calling.writes", {"note": "x"})
    assert before + 1 == _notes(connection, 1)


def test_a_transaction_that_is_left_open_is_rolled_back_with_a_note(
    connection: Connection,
) -> None:
    for options in (READ_WRITE, _READ_ONLY):
        outputs = _called(connection, "calling.leaves_open", options=options).outputs
        assert 3 == outputs.return_code
        (note,) = outputs.notes
        assert "left a transaction open" in note
    assert 0 == _notes(connection, 2)


def test_a_transaction_of_the_procedure_s_own_is_no_matter(connection: Connection) -> None:
    before = _notes(connection, 6)
    for options in (READ_WRITE, _READ_ONLY):
        called = _called(connection, "calling.commits_itself", options=options)
        assert [(1,)] == rows(called.events)
        assert () == called.outputs.notes
    assert before + 1 == _notes(connection, 6)


def test_a_procedure_that_rolls_back_is_told_plainly(connection: Connection) -> None:
    before = _notes(connection, 4)
    outputs = _called(connection, "calling.rolls_back").outputs
    assert 4 == outputs.return_code
    (note,) = outputs.notes
    assert "itself ended the transaction" in note
    assert (0, before + 1) == (_notes(connection, 3), _notes(connection, 4))


@pytest.mark.parametrize("name", ["rolls_back", "commits_and_fails", "commits_and_opens"])
def test_a_procedure_that_escapes_a_read_is_found_out(connection: Connection, name: str) -> None:
    session = scalar(run(connection, "SELECT @@SPID AS a"))
    with structlog.testing.capture_logs() as logs:
        _, error = _failed(connection, f"calling.{name}", options=_READ_ONLY)
    assert isinstance(error, PolicyError)
    assert ["transaction_escaped"] == [log["event"] for log in logs]
    assert session != scalar(run(connection, "SELECT @@SPID AS a"))


def test_an_error_that_the_procedure_catches_is_noted(connection: Connection) -> None:
    called = _called(connection, "calling.catches")
    assert [] == [note for note in called.outputs.notes if "caught an error" not in note]


# -- errors


@pytest.mark.parametrize("options", [READ_WRITE, _READ_ONLY], ids=["write", "read"])
def test_an_error_has_its_number_and_its_whole_text_and_what_came_before_it(
    connection: Connection, options: ExecutionOptions
) -> None:
    with structlog.testing.capture_logs() as logs:
        events, error = _failed(connection, "calling.throws", options=options)
    assert isinstance(error, ExecutionError)
    assert (50123, 16, "A text of 100 % 'whole'.") == (error.number, error.severity, error.message)
    assert [[(1,)]] == result_sets(events)
    assert ["between"] == messages(events)
    assert [] == logs


def test_a_raised_error_passes_whole(connection: Connection) -> None:
    events, error = _failed(connection, "calling.raises")
    assert (50000, "raised here") == (error.number, error.message)
    assert [[(1,)]] == result_sets(events)


def test_an_error_of_a_statement_comes_behind_the_rows_before_it(connection: Connection) -> None:
    events, error = _failed(connection, "calling.divides", {"by": 0})
    assert 8134 == error.number
    assert [[(1,), (2,)]] == result_sets(events)
    assert error.line is None or error.procedure is not None


def test_a_parameter_that_has_to_be_there_is_named_by_the_server(connection: Connection) -> None:
    _, error = _failed(connection, "calling.divides")
    assert 201 == error.number
    assert "@by" in error.message


# -- stopping


def _cancelled(connection: Connection, tds: TdsSession, name: str) -> SqlCoreError:
    token = CancelToken()
    options = ExecutionOptions(cancel=token)
    failures: list[SqlCoreError] = []

    def call() -> None:
        try:
            _called(connection, name, options=options)
        except SqlCoreError as error:
            failures.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    tds.wait_until_sent("BEGIN TRY")
    token.cancel()
    caller.join(10.0)
    (failure,) = failures
    return failure


def test_a_call_is_cancelled_and_the_next_one_works(
    tds: TdsSession, connection: Connection
) -> None:
    failure = _cancelled(connection, tds, "calling.waits")
    assert isinstance(failure, StatementCancelledError)
    assert {"n": 0} == _called(connection, "calling.with_table").outputs.by_name()


def test_a_cancelled_call_that_may_have_ended_its_transaction_is_an_escape(
    tds: TdsSession, connection: Connection
) -> None:
    with structlog.testing.capture_logs() as logs:
        failure = _cancelled(connection, tds, "calling.commits_and_waits")
    assert isinstance(failure, PolicyError)
    assert ["transaction_escaped"] == [log["event"] for log in logs]


def test_a_call_is_stopped_when_its_time_is_over(connection: Connection) -> None:
    told: list[str] = []
    options = ExecutionOptions(timeout_s=0.5, on_connection=told.append)
    _, error = _failed(connection, "calling.waits", options=options)
    assert isinstance(error, StatementTimeoutError)
    assert 1 == len(told)
