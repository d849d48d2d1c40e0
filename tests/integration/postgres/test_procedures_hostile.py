"""Names and values of calls stay in their place, whatever they contain."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import sql
from tests.integration.postgres.procedure_calls import apply_procedures, call, find, mode

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Argument, ProcedureCall, RoutineKind
from sqlcore.domain.query import ExecutionOptions
from sqlcore.errors import SqlCoreError
from sqlcore.ports import Connection
from sqlcore.testing.events import result_sets

_NAMES = [
    "plain",
    "MixedCase",
    "select",
    'with "quotes"',
    '"',
    "a.b.c",
    "it's; DROP SCHEMA calls CASCADE; --",
    "$1",
    "$$",
    ":name",
    "%s %(a)s 100%",
    "[b]`c`",
    "tab\tand\nline",
    "back\\slash",
    "ünï 🐘 \u202eright",
    "x" * 63,
    "🐘" * 15,
    ") => $1); COMMIT; --",
    "integer",
    "a::text",
]
_VALUES = [
    *_NAMES,
    "",
    " ",
    "NULL",
    "null",
    "{}",
    "(,)",
    "\\",
    "\\x00",
    "E'\\''",
    "');--",
    "\x01\x7f\u0085\u2028",
    "a" * 100_000,
    "{a,b}",
    '("a","b")',
]
_ANY_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
_MAY_BE_NULL = st.none() | _ANY_TEXT
_SLOW = settings(
    max_examples=60,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


@pytest.fixture(autouse=True, scope="module")
def _procedures(admin: psycopg.Connection[Any]) -> None:
    apply_procedures(admin)


@pytest.fixture(params=_NAMES)
def name(request: pytest.FixtureRequest, admin: psycopg.Connection[Any]) -> Iterator[str]:
    """A name for a schema, a procedure, a function, their parameters and their type."""
    own: str = request.param
    schema, quoted = sql.Identifier(own), sql.Identifier(own)
    admin.execute(
        sql.SQL(
            "CREATE SCHEMA {schema};"
            " CREATE TYPE {schema}.{name} AS ({name} text, other text[]);"
            " CREATE PROCEDURE {schema}.{name}(a integer DEFAULT 1,"
            " INOUT {name} {schema}.{name} DEFAULT NULL, z integer DEFAULT 2)"
            " LANGUAGE sql AS 'SELECT $2';"
            " CREATE FUNCTION {schema}.rows_of({name} text, again text DEFAULT NULL)"
            " RETURNS TABLE ({column} text) LANGUAGE sql AS 'SELECT $1';"
        ).format(schema=schema, name=quoted, column=sql.Identifier(own[:-1] + "_"))
    )
    yield own
    admin.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(schema))


def test_hostile_names_are_found_described_and_called(connection: Connection, name: str) -> None:
    (procedure,) = connection.procedures.find(QualifiedName(name, name))
    assert RoutineKind.PROCEDURE is procedure.kind
    assert ["a", name, "z"] == [parameter.name for parameter in procedure.parameters]
    place = procedure.parameters[1]
    assert [name, "other"] == [column.name for column in place.columns]
    for value in _VALUES:
        outputs = call(connection, procedure, **{name: (value, [value, None])}).outputs
        (came,) = outputs.values
        assert name == came.name
        (again,) = call(connection, procedure, **{name: came.value}).outputs.values
        assert came.value == again.value


def test_hostile_names_of_rows_come_back(connection: Connection, name: str) -> None:
    (function,) = connection.procedures.find(QualifiedName("rows_of", name))
    for value in _VALUES:
        called = call(connection, function, **{name: value})
        assert [[(value,)]] == result_sets(called.events)
    definition = connection.procedures.definition(function)
    assert definition is not None
    assert "SELECT $1" in definition


def test_names_of_odd_routines_are_called_as_they_are(connection: Connection) -> None:
    for odd in connection.procedures.find(
        QualifiedName("odd \"name\" (of) 'all'.kinds; $1", "calls")
    ):
        returned = call(connection, odd, **{'a "b".c\'': 7, "select": "x"}).outputs.returned
        assert returned is not None
        assert "7/x" == returned.value
    long = "a23456789_123456789_123456789_123456789_123456789_123456789_123"
    returned = call(connection, find(connection, long), a=1).outputs.returned
    assert returned is not None
    assert 1 == returned.value


@_SLOW
@given(street=_MAY_BE_NULL, tags=st.none() | st.lists(_MAY_BE_NULL, max_size=4))
def test_any_text_comes_back_from_a_composite(
    connection: Connection, street: str | None, tags: list[str | None] | None
) -> None:
    place = (street, None, tags, None)
    routine = find(connection, "move")
    for values in ({"place": place}, {"place": None, "others": [None, place]}):
        outputs = call(connection, routine, **values).outputs
        assert place == tuple(value.value for value in outputs.values)


@_SLOW
@given(values=st.lists(_MAY_BE_NULL, min_size=1, max_size=5))
def test_any_text_comes_back_from_a_variadic(
    connection: Connection, values: list[str | None]
) -> None:
    joined = connection.procedures.find(QualifiedName("concat_ws", "pg_catalog"))[0]
    returned = call(connection, joined, _1="\x1f", _2=values).outputs.returned
    assert returned is not None
    assert "\x1f".join(value for value in values if value is not None) == returned.value


@_SLOW
@given(name=_ANY_TEXT.filter(lambda text: 0 < len(text.encode()) <= 63))
def test_cursors_of_any_name_are_fetched(connection: Connection, name: str) -> None:
    called = call(connection, find(connection, "cursor_out"), name=name)
    assert [[("mine",)], [("other",)]] == result_sets(called.events)


def test_a_routine_that_was_made_up_reaches_nothing(
    connection: Connection, admin: psycopg.Connection[Any]
) -> None:
    real = find(connection, "writes")
    evil = '"); INSERT INTO calls.log VALUES ($1); --'
    for made_up in (
        attrs.evolve(real, name=QualifiedName(evil, "calls")),
        attrs.evolve(real, name=QualifiedName("writes", evil)),
    ):
        arguments = (Argument(parameter=real.parameters[0], value="evil"),)
        stream = connection.procedures.call(
            ProcedureCall(routine=made_up, arguments=arguments), mode("read_write")
        )
        with pytest.raises(SqlCoreError):
            list(stream)
    assert [] == admin.execute("SELECT note FROM calls.log").fetchall()


def test_names_that_no_name_can_be_are_refused(connection: Connection) -> None:
    real = find(connection, "quiet")
    for impossible in ("a\0b", "\ud800"):
        made_up = attrs.evolve(real, name=QualifiedName(impossible, "calls"))
        with pytest.raises(SqlCoreError, match="name"):
            list(connection.procedures.call(ProcedureCall(routine=made_up), ExecutionOptions()))
