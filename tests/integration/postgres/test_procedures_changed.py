"""Routines that somebody else changes while they are kept: no call goes to what they were not."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.procedure_calls import call, find, mode

from sqlcore.domain.access import Access
from sqlcore.domain.procedure import RoutineChangedError
from sqlcore.errors import AmbiguousNameError, InvalidArgumentError, NotFoundError, SqlCoreError
from sqlcore.ports import Connection
from sqlcore.services.database import Database
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.testing.auditing import KeptAudit

Admin = psycopg.Connection[Any]
Opener = Callable[..., Database]

_EXACT = 2**53 + 1
"""No double precision has this value, and the server casts to it without being asked."""
_SCHEMA = """
DROP SCHEMA IF EXISTS calls, calls_next CASCADE;
CREATE SCHEMA calls;
CREATE TABLE calls.log (told text);
CREATE DOMAIN calls.amount AS numeric(20,10);
CREATE TYPE calls.part AS (cost numeric(20,10), name text);
CREATE TYPE calls.whole AS (parts calls.part[]);
"""
_TELL = """
CREATE FUNCTION calls.tell(told {type}) RETURNS text LANGUAGE plpgsql AS $$
BEGIN INSERT INTO calls.log VALUES (told::text); RETURN told::text; END $$
"""
_DROP = "DROP FUNCTION calls.tell;"


@pytest.fixture(autouse=True)
def calls(admin: Admin) -> Iterator[None]:
    admin.execute(_SCHEMA)
    yield
    admin.execute("DROP SCHEMA IF EXISTS calls, calls_next, calls_past CASCADE")


@pytest.fixture
def opener(connection: Connection) -> Iterator[Opener]:
    databases: list[Database] = []

    def make(access: Access = Access.WRITE, **policy: Any) -> Database:
        made = Policy(
            access=access,
            allow_procedures=frozenset({"calls.*"}),
            privilege_check=PrivilegeCheck.OFF,
            **policy,
        )
        databases.append(Database(connection, made))
        return databases[-1]

    yield make
    for one in databases:
        one.sessions.close()


def told(admin: Admin) -> list[str]:
    return [row[0] for row in admin.execute("SELECT l.told FROM calls.log AS l").fetchall()]


def test_a_type_that_would_round_is_seen_before_the_call(opener: Opener, admin: Admin) -> None:
    database = opener()
    admin.execute(_TELL.format(type="bigint"))
    assert database.call("calls.tell", [_EXACT]).returned == str(_EXACT)
    admin.execute(_DROP + _TELL.format(type="double precision"))
    with pytest.raises(InvalidArgumentError, match="the type would round this integer"):
        database.call("calls.tell", [_EXACT])
    assert database.call("calls.tell", [2]).returned == "2"
    assert told(admin) == [str(_EXACT), "2"]


def test_a_domain_of_another_scale_is_seen_before_the_call(opener: Opener, admin: Admin) -> None:
    database = opener()
    admin.execute(_TELL.format(type="calls.amount"))
    database.call("calls.tell", [Decimal("1.2345")])
    admin.execute("DROP DOMAIN calls.amount CASCADE; CREATE DOMAIN calls.amount AS numeric(20,2)")
    admin.execute(_TELL.format(type="calls.amount"))
    with pytest.raises(InvalidArgumentError, match="amount"):
        database.call("calls.tell", [Decimal("1.2345")])
    assert told(admin) == ["1.2345000000"]


@pytest.mark.parametrize(
    ("sql_type", "value"),
    [
        ("calls.part", {"cost": "1.2345", "name": "a"}),
        ("calls.whole", {"parts": [{"cost": "1.2345", "name": "a"}]}),
        ("calls.whole[]", [{"parts": [{"cost": "1.2345", "name": "a"}]}]),
    ],
)
def test_a_column_of_a_composite_type_is_seen_before_the_call(
    opener: Opener, admin: Admin, sql_type: str, value: Any
) -> None:
    database = opener()
    admin.execute(_TELL.format(type=sql_type))
    database.call("calls.tell", [value])
    admin.execute("ALTER TYPE calls.part ALTER ATTRIBUTE cost TYPE numeric(20,2)")
    with pytest.raises(InvalidArgumentError):
        database.call("calls.tell", [value])
    (once,) = told(admin)
    assert "1.2345" in once


def test_a_renamed_parameter_is_called_by_its_new_name(opener: Opener, admin: Admin) -> None:
    database = opener()
    admin.execute("CREATE FUNCTION calls.same(a int) RETURNS int LANGUAGE sql AS 'SELECT $1'")
    assert database.call("calls.same", [1]).returned == 1
    admin.execute(
        "DROP FUNCTION calls.same; "
        "CREATE FUNCTION calls.same(b int) RETURNS int LANGUAGE sql AS 'SELECT $1 + 10'"
    )
    assert database.call("calls.same", [1]).returned == 11
    assert database.call("calls.same", {"b": 2}).returned == 12
    with pytest.raises(InvalidArgumentError):
        database.call("calls.same", {"a": 2})


def test_a_changed_default_is_known_after_the_call(opener: Opener, admin: Admin) -> None:
    database = opener()
    made = (
        "CREATE OR REPLACE FUNCTION calls.same(a int DEFAULT {}) RETURNS int LANGUAGE sql AS '{}'"
    )
    admin.execute(made.format(1, "SELECT $1"))
    assert database.call("calls.same").returned == 1
    admin.execute(made.format(2, "SELECT $1"))
    assert database.prepare_call("calls.same").routine.parameters[0].default == "1"
    assert database.call("calls.same").returned == 2
    assert database.prepare_call("calls.same").routine.parameters[0].default == "2"


@pytest.mark.parametrize("access", [Access.READ, Access.WRITE])
def test_a_routine_that_was_made_again_is_called_twelve_times(
    opener: Opener, admin: Admin, access: Access
) -> None:
    database = opener(access)
    made = "CREATE FUNCTION calls.same(a int) RETURNS int LANGUAGE sql STABLE AS 'SELECT $1 + {}'"
    for turn in range(12):
        admin.execute("DROP FUNCTION IF EXISTS calls.same; " + made.format(turn))
        assert database.call("calls.same", {"a": 100}).returned == 100 + turn


def test_a_function_that_returns_rows_by_now_is_called_as_one(opener: Opener, admin: Admin) -> None:
    database = opener(Access.READ)
    admin.execute("CREATE FUNCTION calls.same() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'")
    assert database.call("calls.same").returned == 1
    admin.execute(
        "DROP FUNCTION calls.same; CREATE FUNCTION calls.same() RETURNS SETOF int "
        "LANGUAGE sql STABLE AS 'VALUES (1), (2)'"
    )
    (rows,) = database.call("calls.same").result_sets
    assert rows.rows == ((1,), (2,))


def test_one_that_hands_out_cursors_by_now_has_them_fetched(opener: Opener, admin: Admin) -> None:
    database = opener(Access.READ)
    admin.execute("CREATE FUNCTION calls.same() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1'")
    database.call("calls.same")
    admin.execute(
        "DROP FUNCTION calls.same; CREATE FUNCTION calls.same() RETURNS refcursor "
        "LANGUAGE plpgsql STABLE AS $$ DECLARE c refcursor := 'c'; "
        "BEGIN OPEN c FOR SELECT 7; RETURN c; END $$"
    )
    for _ in range(2):
        (rows,) = database.call("calls.same").result_sets
        assert rows.rows == ((7,),)


def test_an_overload_that_takes_the_same_values_is_not_called_by_chance(
    opener: Opener, admin: Admin
) -> None:
    database = opener()
    admin.execute(_TELL.format(type="bigint, more int DEFAULT 0"))
    database.call("calls.tell", [1])
    admin.execute(_TELL.format(type="bigint"))
    with pytest.raises(AmbiguousNameError):
        database.call("calls.tell", [2])
    assert len(database.prepare_call("calls.tell", [2]).found.routines) == 2
    assert database.call("calls.tell", [2, 0]).returned == "2"
    assert told(admin) == ["1", "2"]


def test_an_overload_that_is_gone_leaves_its_calls_to_no_other(
    opener: Opener, admin: Admin
) -> None:
    database = opener()
    admin.execute(_TELL.format(type="bigint") + ";" + _TELL.format(type="double precision"))
    name = "calls.tell(bigint)"
    assert database.call(name, [_EXACT]).returned == str(_EXACT)
    admin.execute("DROP FUNCTION calls.tell(bigint)")
    with pytest.raises(NotFoundError):
        database.call(name, [_EXACT])
    assert told(admin) == [str(_EXACT)]


def test_a_schema_that_took_the_place_of_another_is_seen_before_the_call(
    opener: Opener, admin: Admin
) -> None:
    database = opener()
    made = "CREATE FUNCTION {}.same({}) RETURNS text LANGUAGE sql AS 'SELECT $1::text'"
    admin.execute(made.format("calls", "bigint"))
    assert database.call("calls.same", [_EXACT]).returned == str(_EXACT)
    admin.execute("CREATE SCHEMA calls_next; " + made.format("calls_next", "double precision"))
    with admin.transaction():
        admin.execute("DROP SCHEMA IF EXISTS calls_past CASCADE")
        admin.execute("ALTER SCHEMA calls RENAME TO calls_past")
        admin.execute("ALTER SCHEMA calls_next RENAME TO calls")
    with pytest.raises(InvalidArgumentError, match="the type would round this integer"):
        database.call("calls.same", [_EXACT])


def test_a_routine_that_is_gone_is_not_exchanged_for_one_of_another_schema(
    opener: Opener, admin: Admin
) -> None:
    database = opener()
    admin.execute(_TELL.format(type="text"))
    database.call("tell", ["a"])
    admin.execute("CREATE SCHEMA calls_next")
    admin.execute("ALTER FUNCTION calls.tell SET SCHEMA calls_next")
    with pytest.raises(RoutineChangedError) as caught:
        database.call("tell", ["b"])
    assert "calls.tell was changed since it was looked up" in str(caught.value)
    assert told(admin) == ["a"]


def test_both_attempts_are_noted_in_the_audit(opener: Opener, admin: Admin) -> None:
    audit = KeptAudit()
    database = opener(audit=audit)
    admin.execute(_TELL.format(type="text"))
    database.call("calls.tell", ["a"])
    admin.execute(_DROP + _TELL.format(type="varchar"))
    database.call("calls.tell", ["b"])
    assert [(event.outcome, event.error_code) for event in audit.events] == [
        ("completed", None),
        ("failed", "conflict"),
        ("completed", None),
    ]


def test_operators_and_aggregates_of_users_have_no_part_in_the_checks(
    opener: Opener, admin: Admin
) -> None:
    database = opener()
    admin.execute(_TELL.format(type="calls.part"))
    types = ("regproc", "regprocedure", "xid[]")
    try:
        for one in types:
            admin.execute(
                f"CREATE FUNCTION public.spying({one}, {one}) RETURNS boolean LANGUAGE plpgsql "
                "AS 'BEGIN RAISE EXCEPTION $x$spied$x$; END'"
            )
            admin.execute(
                f"CREATE OPERATOR public.= (LEFTARG = {one}, RIGHTARG = {one}, "
                "FUNCTION = public.spying)"
            )
        for _ in range(2):
            database.call("calls.tell", [{"cost": "1", "name": "a"}])
    finally:
        for one in types:
            admin.execute(f"DROP FUNCTION IF EXISTS public.spying({one}, {one}) CASCADE")
    assert len(told(admin)) == 2


@pytest.mark.parametrize("name", ["read_only", "rolled_back", "read_write"])
def test_the_server_skips_a_call_whose_routine_has_changed(
    connection: Connection, admin: Admin, name: str
) -> None:
    admin.execute(
        "CREATE SEQUENCE calls.ran; CREATE FUNCTION calls.same(a int) RETURNS int "
        "LANGUAGE sql AS $$ SELECT a $$"
    )
    routine = find(connection, "same")
    admin.execute(
        "CREATE OR REPLACE FUNCTION calls.same(a int DEFAULT 1) RETURNS int "
        "LANGUAGE sql AS $$ SELECT nextval('calls.ran')::int $$"
    )
    with pytest.raises(RoutineChangedError):
        call(connection, routine, mode(name), a=1)
    called = admin.execute("SELECT is_called FROM calls.ran").fetchone()
    assert called == (False,)
    unversioned = attrs.evolve(routine, version=())
    if name != "read_only":
        assert call(connection, unversioned, mode(name), a=1).outputs.returned is not None


def test_values_stay_exact_while_another_connection_exchanges_the_type(
    opener: Opener, admin: Admin
) -> None:
    database = opener()
    admin.execute(_TELL.format(type="bigint"))
    has_ended = threading.Event()
    refused: list[SqlCoreError] = []

    def exchange() -> None:
        for sql_type in itertools.cycle(("double precision", "bigint")):
            with admin.transaction():
                admin.execute(_DROP + _TELL.format(type=sql_type))
            if has_ended.is_set():
                return

    with ThreadPoolExecutor(1) as pool:
        exchanging = pool.submit(exchange)
        try:
            for _ in range(120):
                try:
                    assert database.call("calls.tell", [_EXACT]).returned == str(_EXACT)
                except (InvalidArgumentError, RoutineChangedError) as error:
                    refused.append(error)
        finally:
            has_ended.set()
        exchanging.result()
    assert refused
    assert set(told(admin)) == {str(_EXACT)}
