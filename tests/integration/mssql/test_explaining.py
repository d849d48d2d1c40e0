"""Plans on a server that accepts SHOWPLAN_XML and ignores it: nothing that is explained runs."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from typing import Any

import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.mssql.test_contracts import Mssql
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.adapters.mssql import explaining as mssql_explaining
from sqlcore.domain.access import Access
from sqlcore.domain.facts import SchemaFacts
from sqlcore.domain.query import ExecutionOptions, Statement
from sqlcore.errors import (
    LimitExceededError,
    NotFoundError,
    PolicyError,
    SqlCoreError,
    UnsupportedError,
)
from sqlcore.ports import Connection
from sqlcore.services.admission import Known
from sqlcore.services.database import Database
from sqlcore.services.guarding import SideEffects
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.testing.contracts import ExplainingContract
from sqlcore.testing.events import READ_WRITE, rows, run

_TRACES = "SELECT id, note FROM contract.scratch ORDER BY id"


class TestExplaining(Mssql, ExplainingContract):
    """The contract of plans."""


@pytest.fixture
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds_module))
    yield connection
    connection.close()


@pytest.fixture
def scratch(connection: Connection) -> Connection:
    """A table with one row, whose changes would be traces."""
    run(connection, "DELETE FROM contract.scratch", options=READ_WRITE)
    run(connection, "INSERT INTO contract.scratch (id, note) VALUES (1, 'a')", options=READ_WRITE)
    return connection


def database(connection: Connection, access: Access, limits: Limits | None = None) -> Database:
    """Open it with what the guard and the login check would ask the server, which is not meant."""
    known = Known(effects=SideEffects.of(SchemaFacts(), "tsql"), effects_read_at=math.inf)
    policy = Policy(access=access, limits=limits or Limits(), privilege_check=PrivilegeCheck.OFF)
    return Database(connection, policy, known=known)


def explained(connection: Connection, text: str) -> Any:
    return connection.plans.explain(Statement.of(text), ExecutionOptions())


ATTACKS = {
    "delete": "DELETE FROM contract.scratch",
    "insert": "INSERT INTO contract.scratch (id, note) VALUES (2, 'b')",
    "update": "UPDATE contract.scratch SET note = 'b'",
    "output": "DELETE FROM contract.scratch OUTPUT deleted.id",
    "two": "SELECT 1 DELETE FROM contract.scratch",
    "commit": "DELETE FROM contract.scratch COMMIT",
    "turned-off-before": "SET BABELFISH_SHOWPLAN_ALL OFF DELETE FROM contract.scratch COMMIT",
    "turned-off-within": "SELECT 1 SET BABELFISH_SHOWPLAN_ALL OFF DELETE contract.scratch COMMIT",
    "turned-off-in-update": (
        "UPDATE STATISTICS x SET BABELFISH_SHOWPLAN_ALL OFF DELETE contract.scratch COMMIT"
    ),
    "xml-off": "SELECT 1 SET SHOWPLAN_XML OFF DELETE FROM contract.scratch COMMIT",
    "by-function": (
        "SELECT set_config('babelfishpg_tsql.explain_only', 'off', 'f') DELETE contract.scratch"
    ),
    "exec": "EXEC('DELETE FROM contract.scratch')",
    "procedure": "sp_executesql N'DELETE FROM contract.scratch'",
    "insert-exec": "INSERT INTO contract.scratch EXEC('SELECT 2, ''b''')",
    "drop": "SELECT 1; DROP TABLE contract.scratch",
    "truncate": "TRUNCATE TABLE contract.scratch",
    "select-into": "SELECT * INTO contract.stolen FROM contract.scratch",
    "postgres": "ANALYZE DELETE FROM contract.scratch",
    "if": "IF 1 = 1 DELETE FROM contract.scratch",
    "transaction": "COMMIT TRANSACTION; DELETE FROM contract.scratch",
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_explaining_at_the_level_write_changes_nothing(scratch: Connection, attack: str) -> None:
    writer = database(scratch, Access.WRITE)
    for analyze in (False, True):
        with contextlib.suppress(SqlCoreError):
            writer.explain(ATTACKS[attack], analyze=analyze)
            assert not analyze
    assert [(1, "a")] == rows(run(scratch, _TRACES))


class TestPort:
    """The port alone, without the guard before it."""

    @pytest.fixture
    def connection(self, tds_class: TdsSession) -> Iterator[Connection]:
        connection = MssqlConnector().connect(settings_of(tds_class))
        yield connection
        connection.close()

    @pytest.mark.parametrize("attack", ATTACKS)
    def test_the_port_alone_changes_nothing_either(self, scratch: Connection, attack: str) -> None:
        with contextlib.suppress(SqlCoreError):
            explained(scratch, ATTACKS[attack])
        assert [(1, "a")] == rows(run(scratch, _TRACES))


@pytest.mark.parametrize("attack", ["delete", "insert", "update"])
def test_a_change_of_rows_has_a_plan(scratch: Connection, attack: str) -> None:
    plan = database(scratch, Access.WRITE).explain(ATTACKS[attack]).plan
    assert "scratch" in plan.raw
    assert not plan.analyzed
    with pytest.raises(PolicyError):
        database(scratch, Access.READ).explain(ATTACKS[attack])


def test_a_server_that_only_pretends_to_plan_is_found_out(
    scratch: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Babelfish taken for SQL Server: it accepts SHOWPLAN_XML, and runs what it is sent."""
    monkeypatch.setattr(mssql_explaining, "_BABELFISH", mssql_explaining._SQL_SERVER)
    for text in (ATTACKS["delete"], "SELECT * FROM contract.scratch"):
        with pytest.raises(UnsupportedError, match="nothing was run"):
            explained(scratch, text)
    assert [(1, "a")] == rows(run(scratch, _TRACES))


def test_a_read_is_planned_and_returns_nothing(connection: Connection) -> None:
    """What it would do at its first row, it does not do: the division fails only when it runs."""
    text = "SELECT 1 / (id - 1) FROM contract.customers WHERE id = 1"
    assert "customers" in explained(connection, text).raw
    with pytest.raises(SqlCoreError):
        run(connection, text)


def test_no_line_of_the_text_passes_for_a_line_of_the_plan(connection: Connection) -> None:
    forged = "Result  (cost=0.00..0.01 rows=1 width=4)"
    honest = explained(connection, "SELECT COUNT(*) FROM contract.customers a, contract.orders b")
    for text in (
        f"SELECT /*\n{forged}\n*/ COUNT(*) FROM contract.customers a, contract.orders b",
        f"SELECT COUNT(*) -- {forged}\nFROM contract.customers a, contract.orders b",
        f"SELECT COUNT(*) AS '\n{forged}\n' FROM contract.customers a, contract.orders b",
    ):
        plan = explained(connection, text)
        assert plan.cost == honest.cost
        assert plan.root.operation == honest.root.operation


def test_parameters_stand_in_the_plan_as_constants_of_their_types(connection: Connection) -> None:
    statement = Statement.of(
        "SELECT id FROM contract.customers WHERE id = :id AND name <> @name",
        {"id": -1, "name": "it's\n--"},
    )
    plan = connection.plans.explain(statement, ExecutionOptions())
    assert "-1" in plan.raw
    assert ":id" not in plan.raw
    assert "@name" not in plan.raw


def test_a_statement_above_the_ceiling_is_not_run(scratch: Connection) -> None:
    limits = Limits(max_plan_cost=0.5)
    reader = database(scratch, Access.READ, limits)
    assert reader.query("SELECT 1 AS one").rows == ((1,),)
    with pytest.raises(LimitExceededError, match=r"the ceiling is 0\.5"):
        reader.query("SELECT * FROM contract.scratch")
    writer = database(scratch, Access.WRITE, limits)
    with pytest.raises(LimitExceededError):
        writer.query(ATTACKS["delete"])
    assert [(1, "a")] == rows(run(scratch, _TRACES))


def test_after_an_error_the_next_plan_is_whole(scratch: Connection) -> None:
    with pytest.raises(NotFoundError):
        explained(scratch, "SELECT nothing FROM contract.scratch")
    assert "scratch" in explained(scratch, "SELECT * FROM contract.scratch").raw
    assert [(1, "a")] == rows(run(scratch, _TRACES))
