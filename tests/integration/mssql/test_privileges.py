"""The printed login for reading reads, and may do nothing else; its rights are found out."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import pymssql
import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.adapters.mssql.session import Session
from sqlcore.domain.access import Access
from sqlcore.domain.capability import Support
from sqlcore.domain.connection import ConnectionSettings, PoolSettings, Secret
from sqlcore.errors import PolicyError
from sqlcore.services.database import Database
from sqlcore.services.grants import grants_for
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy, PrivilegeCheck

_LOGIN = "sqlcore granted"
_PASSWORD = "Granted_pass1"  # of a login that lives as long as this module


@pytest.fixture(scope="module")
def administrator(tds_module: TdsSession) -> Iterator[Any]:
    """A connection of the bare driver."""
    connection = _bare(settings_of(tds_module))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def granted(administrator: Any, tds_module: TdsSession) -> Iterator[ConnectionSettings]:
    """The login that the printed statements make."""
    one = PoolSettings(max_size=1)
    cursor = administrator.cursor()
    connection = MssqlConnector().connect(settings_of(tds_module, pool=one))
    script = grants_for(connection, Access.READ, Limits(), login=_LOGIN, schemas=["contract"])
    connection.close()
    _forget(cursor)
    for statement in script.replace("= <password>", f"= '{_PASSWORD}'").split(";\n"):
        lines = [line for line in statement.splitlines() if not line.startswith("--")]
        if any(lines):
            cursor.execute("\n".join(lines))
    yield settings_of(tds_module, user=_LOGIN, password=Secret(_PASSWORD), pool=one)
    _forget(cursor)


def _bare(settings: ConnectionSettings) -> Any:
    return pymssql.connect(
        server=settings.host or "",
        port=str(settings.port),
        user=settings.user,
        password=settings.password.reveal() if settings.password else None,
        database=settings.database or "",
        autocommit=True,
    )


def _forget(cursor: Any) -> None:
    for statement in (f"DROP USER [{_LOGIN}]", f"DROP LOGIN [{_LOGIN}]"):
        with contextlib.suppress(pymssql.Error):  # it is not there
            cursor.execute(statement)


def _enforcing(settings: ConnectionSettings) -> Database:
    policy = Policy(access=Access.READ, privilege_check=PrivilegeCheck.ENFORCE)
    return Database(MssqlConnector().connect(settings), policy)


def test_the_printed_login_reads_and_has_nothing_to_warn_of(granted: ConnectionSettings) -> None:
    with _enforcing(granted) as database:
        assert database.query("SELECT COUNT(*) FROM contract.scratch").rows is not None
        privileges = database.capabilities().privileges

    assert (privileges.administrator, privileges.can_write) == (False, False)


def test_a_login_with_few_rights_is_told_what_there_is_and_what_it_may_not_see(
    granted: ConnectionSettings,
) -> None:
    with Database(MssqlConnector().connect(granted)) as database:
        server = database.capabilities()
        again = database.capabilities()

    assert again is server
    supported = {f.name for f in server.features if f.support is Support.SUPPORTED}
    assert {"string_agg", "greatest_least", "json_functions", "writes"} <= supported
    assert {part.part: part.support for part in server.missing} == {
        "encryption of the connection": Support.NOT_PERMITTED,
        "deployment": Support.UNKNOWN,
    }
    assert granted.database in server.user_databases
    assert server.server_permissions == ("It has no rights on the server as a whole.",)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO contract.scratch (id, note) VALUES (1, 'a')",
        "UPDATE contract.scratch SET note = 'b'",
        "DELETE FROM contract.scratch",
        "TRUNCATE TABLE contract.scratch",
        "DROP TABLE contract.scratch",
        "CREATE TABLE contract.made (id int)",
        "CREATE LOGIN sqlcore_another WITH PASSWORD = 'Another_pass1'",
    ],
)
def test_the_printed_login_may_change_nothing_whatever_it_sends(
    granted: ConnectionSettings, statement: str
) -> None:
    connection = _bare(granted)
    try:
        with pytest.raises(pymssql.Error, match=r"permission|owner"):
            connection.cursor().execute(statement)
    finally:
        connection.close()


def test_enforcing_refuses_the_administrator(tds_module: TdsSession) -> None:
    with (
        _enforcing(settings_of(tds_module, pool=PoolSettings(max_size=1))) as database,
        pytest.raises(PolicyError, match="is an administrator"),
    ):
        database.query("SELECT 1 AS one")


def test_all_that_is_asked_of_a_server_is_one_round_trip(
    tds_module: TdsSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a second one only where a query fails, and then once for each of them."""
    connection = MssqlConnector().connect(settings_of(tds_module, pool=PoolSettings(max_size=1)))
    connection.capabilities.ping()
    batches: list[str] = []
    execute = Session.execute

    def count_and_execute(session: Session, batch: str) -> Any:
        batches.append(batch)
        return execute(session, batch)

    monkeypatch.setattr(Session, "execute", count_and_execute)
    try:
        connection.capabilities.capabilities()
    finally:
        connection.close()

    assert len(batches) == 1
