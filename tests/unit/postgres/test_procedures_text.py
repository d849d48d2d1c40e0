"""The text of a call of PostgreSQL, and its values."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import pytest

from sqlcore.adapters.postgres.calling_text import prepare_call
from sqlcore.adapters.postgres.calling_values import argument_text
from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.adapters.postgres.parameters import NoTypeError
from sqlcore.adapters.postgres.prepared import PreparedText
from sqlcore.adapters.postgres.values import make_adapters
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import (
    Argument,
    Direction,
    ProcedureCall,
    ProcedureParameter,
    Routine,
    RoutineKind,
    TableTypeColumn,
)
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import Interval, JsonText, ServerText
from sqlcore.errors import InvalidArgumentError, UnsupportedError

_TYPES = TypeBook(make_adapters(), lambda _: ())
_INTEGER = SqlType(name="integer", kind=TypeKind.INTEGER)
_TEXT = SqlType(name="text", kind=TypeKind.TEXT)
_TEXTS = SqlType(name="text[]", kind=TypeKind.ARRAY, element=_TEXT)
_JSON = SqlType(name="jsonb", kind=TypeKind.JSON)
_BYTES = SqlType(name="bytea", kind=TypeKind.BINARY)
_ROW = SqlType(name="app.line")
_ROWS = SqlType(name="app.line[]", kind=TypeKind.ARRAY, element=_ROW)
_COLUMNS = (
    TableTypeColumn(name="id", type=_INTEGER),
    TableTypeColumn(name="tags", type=_TEXTS),
    TableTypeColumn(name="more", type=_JSON),
)


def _no_type(name: str) -> int:
    raise AssertionError(f"the type {name} was asked for")


def _parameter(ordinal: int, name: str, sql_type: SqlType = _INTEGER, **more: Any) -> Any:
    return ProcedureParameter(ordinal=ordinal, name=name, type=sql_type, **more)


def _prepared(
    parameters: tuple[ProcedureParameter, ...], values: dict[int, Any], **more: Any
) -> PreparedText:
    known = {"kind": RoutineKind.PROCEDURE, **more}
    routine = Routine(name=QualifiedName("p", "s", "db"), parameters=parameters, **known)
    arguments = tuple(
        Argument(parameter=parameter, value=values[parameter.ordinal])
        for parameter in parameters
        if parameter.ordinal in values
    )
    call = ProcedureCall(routine=routine, arguments=arguments)
    return prepare_call(call, _TYPES, _no_type)


def test_names_are_quoted_and_values_are_not_in_the_text() -> None:
    prepared = _prepared((_parameter(1, 'a"; --'), _parameter(2, "b", _TEXT)), {1: 7, 2: "x'y"})
    assert 'CALL "s"."p"("a""; --" => $1::integer, "b" => $2::text)' == prepared.text
    assert prepared.arguments is not None
    assert (b"7", b"x'y") == prepared.arguments.values
    assert (0, 0) == prepared.arguments.types


def test_what_is_left_out_is_not_in_the_text() -> None:
    parameters = (_parameter(1, "a"), _parameter(2, "b", has_default=True), _parameter(3, "c"))
    assert 'CALL "s"."p"("a" => $1::integer, "c" => $2::integer)' == (
        _prepared(parameters, {1: 1, 3: 3}).text
    )


def test_outputs_of_a_procedure_have_a_place_and_those_of_a_function_have_none() -> None:
    parameters = (_parameter(1, "a"), _parameter(2, "b", direction=Direction.OUT))
    assert 'CALL "s"."p"("a" => $1::integer, "b" => NULL::integer)' == (
        _prepared(parameters, {1: 1, 2: 9}).text
    )
    function = _prepared(
        parameters, {1: 1, 2: 9}, kind=RoutineKind.FUNCTION, returns=_INTEGER, columns=_COLUMNS[:1]
    )
    assert 'SELECT * FROM "s"."p"("a" => $1::integer)' == function.text


def test_parameters_without_names_stand_first() -> None:
    parameters = (_parameter(1, "a"), _parameter(2, ""), _parameter(3, "c"))
    assert 'CALL "s"."p"($1::integer, $2::integer, "c" => $3::integer)' == (
        _prepared(parameters, {1: 1, 2: 2, 3: 3}).text
    )
    with pytest.raises(InvalidArgumentError, match=r"Parameter 1 of db\.s\.p"):
        _prepared(parameters, {2: 2})


def test_a_variadic_is_one_array_and_without_values_an_empty_one() -> None:
    variadic = SqlType(name="integer[]", kind=TypeKind.ARRAY, element=_INTEGER)
    parameters = (_parameter(1, "all", variadic, is_variadic=True),)
    given = _prepared(parameters, {1: [1, None]}, kind=RoutineKind.FUNCTION, returns=_INTEGER)
    assert 'SELECT "s"."p"(VARIADIC "all" => $1::integer[])' == given.text
    assert given.arguments is not None
    assert (b'{"1",NULL}',) == given.arguments.values
    assert 'CALL "s"."p"(VARIADIC "all" => ARRAY[]::integer[])' == _prepared(parameters, {}).text


def test_bytes_are_sent_as_they_are() -> None:
    prepared = _prepared((_parameter(1, "a", _BYTES),), {1: b"\x00\xff"})
    assert prepared.arguments is not None
    assert ((b"\x00\xff",), (1,), ()) == (
        prepared.arguments.values,
        prepared.arguments.formats,
        prepared.arguments.shown,
    )


def test_what_takes_any_type_gets_a_type_and_no_cast() -> None:
    prepared = _prepared((_parameter(1, "a", SqlType(name="anyelement")),), {1: "x"})
    assert 'CALL "s"."p"("a" => $1)' == prepared.text
    assert prepared.arguments is not None
    assert (25,) == prepared.arguments.types


def test_rows_that_only_a_statement_can_name_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="SETOF record"):
        _prepared(
            (),
            {},
            kind=RoutineKind.TABLE_FUNCTION,
            returns=SqlType(name="record"),
            returns_set=True,
        )


@pytest.mark.parametrize(
    ("value", "sql_type", "expected"),
    [
        (None, _INTEGER, None),
        (True, SqlType(name="boolean", kind=TypeKind.BOOLEAN), "t"),
        (Decimal("1.50"), SqlType(name="numeric", kind=TypeKind.DECIMAL), "1.50"),
        (dt.date(2026, 2, 3), SqlType(name="date", kind=TypeKind.DATE), "2026-02-03"),
        (Interval(months=1), SqlType(name="interval"), "1 mons 0 days 0:00:00.000000"),
        (uuid.UUID(int=1), SqlType(name="uuid"), "00000000-0000-0000-0000-000000000001"),
        (ServerText("[1,2)"), SqlType(name="int4range"), "[1,2)"),
        (JsonText('{"a": 1}'), _JSON, '{"a": 1}'),
        ([1, {"a": None}], _JSON, '[1, {"a": null}]'),
        (["a,b", 'c"d\\', None, "NULL", ""], _TEXTS, '{"a,b","c\\"d\\\\",NULL,"NULL",""}'),
        ([["a"], ["b"]], _TEXTS, '{{"a"},{"b"}}'),
        ([], _TEXTS, "{}"),
        (
            ["(1,1),(0,0)"] * 2,
            SqlType(name="box[]", kind=TypeKind.ARRAY, element=SqlType(name="box")),
            '{"(1,1),(0,0)";"(1,1),(0,0)"}',
        ),
    ],
)
def test_a_value_is_written_as_its_type_reads_it(
    value: Any, sql_type: SqlType, expected: str | None
) -> None:
    assert expected == argument_text(value, sql_type)


def test_rows_are_written_inside_arrays_and_arrays_inside_rows() -> None:
    row = (1, ['a"b', None], {"k": [1]})
    written = '("1","{""a\\\\""b"",NULL}","{""k"": [1]}")'
    assert written == argument_text(row, _ROW, _COLUMNS)
    assert written == argument_text(
        dict(zip(("more", "tags", "id"), reversed(row), strict=True)), _ROW, _COLUMNS
    )
    assert '{"(,,)",NULL}' == argument_text([{}, None], _ROWS, _COLUMNS)


@pytest.mark.parametrize(
    ("value", "columns", "problem"),
    [
        ({"town": 1}, _COLUMNS, "no column 'town'; it has id, tags, more"),
        ((1, 2), _COLUMNS, "has 3 columns, and not 2"),
        ({"a": 1}, (), "columns of this type are not known"),
        (object(), (), "a object has no SQL type"),
    ],
)
def test_a_value_of_another_shape_is_refused(
    value: Any, columns: tuple[TableTypeColumn, ...], problem: str
) -> None:
    with pytest.raises(NoTypeError, match=problem):
        argument_text(value, _ROW, columns)
