"""Values of every kind, whatever they are, come back from a procedure as they went in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from psycopg import sql

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import Routine
from sqlcore.domain.types import TypeKind
from sqlcore.ports import Connection
from sqlcore.testing import strategies
from sqlcore.testing.calls import call, find_one
from sqlcore.testing.contracts import PORTABLE_VALUES, same_value


@pytest.fixture(scope="module")
def shared(database: ConnectionSettings) -> Iterator[Connection]:
    connection = PostgresConnector().connect(database)
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def routines(shared: Connection) -> dict[TypeKind, Routine]:
    kinds = (*PORTABLE_VALUES, TypeKind.INTERVAL)
    return {kind: find_one(shared, QualifiedName(f"echo_{kind}", "contract")) for kind in kinds}


@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_values_come_back_from_a_procedure(
    shared: Connection, routines: dict[TypeKind, Routine], data: st.DataObject
) -> None:
    kind = data.draw(st.sampled_from(list(routines)))
    value = data.draw(st.none() | strategies.values(kind))
    actual = call(shared, routines[kind], {"value": value}).outputs.by_name()["echoed"]
    if kind is TypeKind.TIMESTAMP_TZ:
        assert value == actual
    else:
        assert same_value(value, actual)


@given(name=strategies.identifiers(), value=strategies.texts())
@settings(max_examples=60, deadline=None)
def test_procedures_and_parameters_of_any_name_are_called(
    shared: Connection, admin: psycopg.Connection[Any], name: str, value: str
) -> None:
    admin.execute(
        sql.SQL(
            "CREATE OR REPLACE FUNCTION contract.{name}({name} text) RETURNS text"
            " LANGUAGE sql AS 'SELECT $1'"
        ).format(name=sql.Identifier(name))
    )
    try:
        routine = find_one(shared, QualifiedName(name, "contract"))
        returned = call(shared, routine, {name: value}).outputs.returned
        assert returned is not None
        assert value == returned.value
    finally:
        admin.execute(sql.SQL("DROP FUNCTION contract.{}(text)").format(sql.Identifier(name)))
