"""What `Database.call` promises of procedures, where a real server has to keep it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from sqlcore.domain.access import Access
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.session import SessionState
from sqlcore.errors import (
    ExecutionError,
    PolicyError,
    SqlCoreError,
    StatementCancelledError,
    StatementTimeoutError,
)
from sqlcore.ports import Connection
from sqlcore.services.database import Database
from sqlcore.services.masking import MASKED
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.testing.auditing import KeptAudit

Admin = psycopg.Connection[Any]

_SCHEMA = """
DROP SCHEMA IF EXISTS calls CASCADE;
CREATE SCHEMA calls;
CREATE TABLE calls.log (n int, note text);
CREATE FUNCTION calls.writing(n int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN EXECUTE 'INSERT INTO calls.log VALUES (' || n || ')'; RETURN n; END $$;
CREATE FUNCTION calls.unsetting() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  PERFORM set_config('transaction_read_only', 'off', true);
  INSERT INTO calls.log VALUES (1);
  RETURN 1;
END $$;
CREATE PROCEDURE calls.committing() LANGUAGE plpgsql AS $$
BEGIN
  COMMIT;
  SET TRANSACTION READ WRITE;
  INSERT INTO calls.log VALUES (1);
END $$;
CREATE FUNCTION calls.notes(low int DEFAULT 0) RETURNS TABLE (n int, note text)
LANGUAGE sql STABLE AS 'SELECT l.n, l.note FROM calls.log AS l WHERE l.n >= $1 ORDER BY l.n';
CREATE PROCEDURE calls.adding(n int, note text DEFAULT 'none', INOUT total int DEFAULT NULL)
LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO calls.log VALUES (n, note);
  RAISE NOTICE 'added %', note;
  SELECT count(*) INTO total FROM calls.log;
END $$;
CREATE PROCEDURE calls.failing(n int) LANGUAGE plpgsql AS $$
BEGIN
  RAISE NOTICE 'before %', n;
  INSERT INTO calls.log VALUES (n);
  PERFORM 1 / (n - n);
END $$;
CREATE FUNCTION calls.napping(s float8) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN RAISE NOTICE 'asleep'; PERFORM pg_sleep(s); RETURN 1; END $$;
CREATE FUNCTION calls."Sales"() RETURNS int LANGUAGE sql STABLE AS 'SELECT 1';
CREATE FUNCTION calls.sales() RETURNS int LANGUAGE sql STABLE AS 'SELECT 2';
"""
Opener = Callable[..., Database]


@pytest.fixture(autouse=True)
def calls(admin: Admin) -> Iterator[None]:
    admin.execute(_SCHEMA)
    yield
    admin.execute("DROP SCHEMA IF EXISTS calls CASCADE; DROP FUNCTION IF EXISTS public.listed()")


@pytest.fixture
def opener(connection: Connection) -> Iterator[Opener]:
    databases: list[Database] = []

    def make(access: Access = Access.WRITE, *allowed: str, **policy: Any) -> Database:
        policy = {"privilege_check": PrivilegeCheck.OFF, **policy}
        made = Policy(access=access, allow_procedures=frozenset(allowed), **policy)
        databases.append(Database(connection, made))
        return databases[-1]

    yield make
    for one in databases:
        one.sessions.close()


def logged(admin: Admin) -> int:
    row = admin.execute("SELECT count(*) FROM calls.log").fetchone()
    assert row is not None
    count: int = row[0]
    return count


@pytest.mark.parametrize(
    ("name", "arguments"),
    [("writing", [1]), ("unsetting", []), ("committing", []), ("adding", [1]), ("failing", [1])],
)
def test_what_is_allowed_at_read_and_writes_is_refused_by_the_server(
    opener: Opener, admin: Admin, name: str, arguments: list[Any]
) -> None:
    with pytest.raises(SqlCoreError):
        opener(Access.READ, "calls.*").call(name, arguments, schema="calls")
    assert logged(admin) == 0


def test_at_write_what_is_named_is_told_to_be_held_to_reading(opener: Opener) -> None:
    with pytest.raises(PolicyError) as caught:
        opener(Access.WRITE, "calls.*").call("calls.adding", [1], read_only=True)
    assert "at the access level write as well" in str(caught.value.hint)


@pytest.mark.parametrize("name", ["writing", "adding"])
def test_a_background_call_at_read_is_held_to_it_too(
    opener: Opener, admin: Admin, name: str
) -> None:
    with opener(Access.READ, "calls.*").start_call(f"calls.{name}", [1]) as handle:
        assert handle.wait(30).state is SessionState.FAILED
    assert logged(admin) == 0


def test_what_is_named_at_read_is_called(opener: Opener, admin: Admin) -> None:
    admin.execute("INSERT INTO calls.log VALUES (1, 'a'), (2, 'b')")
    database = opener(Access.READ, "calls.notes")
    (rows,) = database.call("calls.notes", {"low": 2}).result_sets
    assert rows.rows == ((2, "b"),)
    for name in ("calls.napping", "pg_catalog.pg_sleep", "pg_catalog.pg_terminate_backend"):
        with pytest.raises(PolicyError, match="allow_procedures does not name it"):
            database.call(name, [0])


def test_a_rule_means_the_name_as_postgresql_folds_it(opener: Opener) -> None:
    database = opener(Access.READ, "CALLS.SALES")
    assert database.call("calls.sales").returned == 2
    with pytest.raises(PolicyError):
        database.call('calls."Sales"')
    assert opener(Access.READ, "calls.Sales").call('calls."Sales"').returned == 1


def test_a_rule_without_a_schema_means_the_search_path(opener: Opener, admin: Admin) -> None:
    admin.execute("CREATE FUNCTION public.listed() RETURNS int LANGUAGE sql AS 'SELECT 5'")
    database = opener(Access.READ, "listed", "sales")
    assert database.call("listed").returned == 5
    with pytest.raises(PolicyError):
        database.call("calls.sales")


def test_a_write_is_kept_and_everything_comes_back(opener: Opener, admin: Admin) -> None:
    audit = KeptAudit()
    result = opener(audit=audit).call("calls.adding", {"n": 7, "note": 'it\'s "odd"; --'})
    assert result.outputs == {"total": 1}
    assert [message.text for message in result.messages] == ['added it\'s "odd"; --']
    assert logged(admin) == 1
    (event,) = audit.events
    assert (event.fingerprint, event.action, event.outcome) == ("calls.adding", "call", "completed")
    assert "odd" not in repr(event)


def test_an_error_carries_what_came_before_and_nothing_is_kept(
    opener: Opener, admin: Admin
) -> None:
    with pytest.raises(ExecutionError) as raised:
        opener().call("calls.failing", [3])
    assert raised.value.sqlstate == "22012"
    assert raised.value.procedure == "calls.failing"
    assert [message.text for message in raised.value.partial.messages] == ["before 3"]
    assert logged(admin) == 0


def test_a_call_that_takes_too_long_is_stopped_on_the_server(opener: Opener) -> None:
    with pytest.raises(StatementTimeoutError) as raised:
        opener().call("calls.napping", [30], timeout_s=0.3)
    assert [message.text for message in raised.value.partial.messages] == ["asleep"]


def test_a_call_can_be_cancelled(opener: Opener) -> None:
    cancel = CancelToken()
    timer = threading.Timer(0.3, cancel.cancel)
    timer.start()
    with pytest.raises(StatementCancelledError):
        opener().call("calls.napping", [30], cancel=cancel)
    timer.join()


def test_a_procedure_that_was_changed_here_is_looked_up_again(opener: Opener) -> None:
    database = opener()
    database.call("calls.sales")
    database.query("CREATE FUNCTION calls.sales(n int) RETURNS int LANGUAGE sql AS 'SELECT n'")
    assert len(database.procedure("calls.sales")) == 2
    assert database.call("calls.sales", [4]).returned == 4


def test_with_masks_no_value_of_a_procedure_is_shown(opener: Opener, admin: Admin) -> None:
    admin.execute("INSERT INTO calls.log VALUES (1, 'a')")
    database = opener(mask=("customers.phone",))
    (rows,) = database.call("calls.notes").result_sets
    assert rows.rows == ((MASKED, MASKED),)
    assert database.call("calls.adding", [5, "b"]).outputs == {"total": MASKED}
    with pytest.raises(ExecutionError) as raised:
        database.call("calls.failing", [31337])
    assert "31337" not in f"{raised.value} {raised.value.partial.messages}"
