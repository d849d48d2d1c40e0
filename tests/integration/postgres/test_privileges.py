"""What a login may do is found out, and the printed login may do no more than it should."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import psycopg
import pytest
from psycopg import sql

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.access import Access
from sqlcore.domain.capability import Privileges
from sqlcore.domain.connection import ConnectionSettings, Secret
from sqlcore.errors import PolicyError, SqlCoreError
from sqlcore.services.database import Database
from sqlcore.services.grants import grants_for
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy, PrivilegeCheck

Admin = psycopg.Connection[Any]
Probe = Callable[[str], Privileges]


@pytest.fixture
def role(admin: Admin) -> Iterator[str]:
    """A login without rights of its own; it and a schema of its name go away afterwards."""
    name = f"role_{uuid.uuid4().hex[:12]}"
    admin.execute(f"CREATE ROLE {name} LOGIN")
    admin.execute(f"CREATE SCHEMA {name}")
    admin.execute(f"CREATE TABLE {name}.t (id serial, name text)")
    admin.execute(f"GRANT USAGE ON SCHEMA {name} TO {name}")
    yield name
    admin.execute(f"DROP SCHEMA {name} CASCADE")
    admin.execute(f"DROP OWNED BY {name} CASCADE")
    admin.execute(f"DROP ROLE {name}")


@pytest.fixture
def probe(database: ConnectionSettings) -> Probe:
    def privileges(user: str) -> Privileges:
        connection = PostgresConnector().connect(attrs.evolve(database, user=user))
        try:
            return connection.capabilities.capabilities().privileges
        finally:
            connection.close()

    return privileges


def test_a_login_without_rights_may_not_write(role: str, probe: Probe) -> None:
    privileges = probe(role)

    assert (privileges.administrator, privileges.can_write) == (False, False)


def test_a_superuser_is_an_administrator(database: ConnectionSettings, probe: Probe) -> None:
    privileges = probe(str(database.user))

    assert (privileges.administrator, privileges.can_write) == (True, True)


@pytest.mark.parametrize(
    "statement",
    [
        "GRANT pg_execute_server_program TO {role}",
        "GRANT pg_write_server_files TO {role}",
        "GRANT pg_read_server_files TO {role}",
    ],
)
def test_a_role_that_leads_to_a_superuser_is_an_administrator(
    admin: Admin, role: str, probe: Probe, statement: str
) -> None:
    admin.execute(statement.format(role=role))

    assert probe(role).administrator is True


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("GRANT pg_write_all_data TO {role}", "pg_write_all_data"),
        ("GRANT pg_signal_backend TO {role}", "pg_signal_backend"),
        ("GRANT EXECUTE ON FUNCTION pg_read_file(text) TO {role}", "pg_read_file"),
        ("ALTER ROLE {role} CREATEROLE", "create roles"),
        ("ALTER ROLE {role} CREATEDB", "create databases"),
        ("ALTER ROLE {role} REPLICATION", "replicate"),
        ("GRANT CREATE ON SCHEMA {role} TO {role}", "create objects in the schema {role}"),
        ("ALTER TABLE {role}.t OWNER TO {role}", "owns objects, such as {role}.t"),
        ("GRANT INSERT ON {role}.t TO {role}", "tables, such as {role}.t"),
        ("GRANT DELETE ON {role}.t TO {role}", "tables, such as {role}.t"),
        ("GRANT TRUNCATE ON {role}.t TO PUBLIC", "tables, such as {role}.t"),
        ("GRANT UPDATE (name) ON {role}.t TO {role}", "columns, such as {role}.t.name"),
        ("GRANT USAGE ON SEQUENCE {role}.t_id_seq TO {role}", "sequences, such as {role}.t_id_seq"),
    ],
)
def test_a_right_to_change_something_is_found_and_named(
    admin: Admin, role: str, probe: Probe, statement: str, words: str
) -> None:
    admin.execute(statement.format(role=role))
    privileges = probe(role)
    admin.execute(f"REVOKE EXECUTE ON FUNCTION pg_read_file(text) FROM {role}")

    assert privileges.administrator is False
    assert privileges.can_write is True
    assert words.format(role=role) in " ".join(privileges.details)


def test_rights_that_set_role_would_bring_count(admin: Admin, role: str, probe: Probe) -> None:
    admin.execute(f"CREATE ROLE {role}_writer")
    admin.execute(f"ALTER ROLE {role} NOINHERIT")
    admin.execute(f"GRANT {role}_writer TO {role}")
    admin.execute(f"GRANT USAGE ON SCHEMA {role} TO {role}_writer")
    admin.execute(f"GRANT INSERT ON {role}.t TO {role}_writer")
    privileges = probe(role)
    admin.execute(f"DROP OWNED BY {role}_writer")
    admin.execute(f"DROP ROLE {role}_writer")

    assert privileges.can_write is True


def test_a_function_with_its_owners_rights_is_told(admin: Admin, role: str, probe: Probe) -> None:
    admin.execute(
        f"CREATE FUNCTION {role}.f() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
    )

    assert f"such as {role}.f." in " ".join(probe(role).details)


class _Granted:
    """A login made by the printed statements."""

    def __init__(self, settings: ConnectionSettings, schema: str) -> None:
        self.settings = settings
        self.schema = schema

    def database(self, access: Access) -> Database:
        policy = Policy(access=access, privilege_check=PrivilegeCheck.ENFORCE)
        return Database(PostgresConnector().connect(self.settings), policy)

    def connect(self, server_uri: str) -> Admin:
        return psycopg.connect(
            server_uri,
            dbname=self.settings.database,
            user=self.settings.user,
            autocommit=True,
        )


@pytest.fixture
def granted(
    admin: Admin, role: str, database: ConnectionSettings, request: pytest.FixtureRequest
) -> Iterator[_Granted]:
    """Run what is printed for the access level of the parameter, for a name that needs quotes."""
    login = f'{role} "reader"'
    connection = PostgresConnector().connect(database)
    script = grants_for(connection, request.param, Limits(), login=login, schemas=[role])
    connection.close()
    admin.execute(script.replace("PASSWORD <password>", "PASSWORD 'secret'").encode())
    settings = attrs.evolve(database, user=login, password=Secret("secret"))
    yield _Granted(settings, role)
    name = sql.Identifier(login)
    admin.execute(sql.SQL("DROP OWNED BY {}").format(name))
    admin.execute(sql.SQL("DROP ROLE {}").format(name))


@pytest.mark.parametrize("granted", [Access.READ], indirect=True)
def test_the_printed_login_for_read_reads_and_nothing_else(
    granted: _Granted, admin: Admin, server_uri: str, role: str
) -> None:
    admin.execute(f"INSERT INTO {role}.t (name) VALUES ('a')")
    admin.execute(f"CREATE TABLE {role}.made_later (id int)")
    with granted.database(Access.READ) as database:
        assert database.query(f"SELECT name FROM {role}.t").rows == (("a",),)
        assert database.query(f"SELECT count(*) FROM {role}.made_later").rows == ((0,),)
        privileges = database.capabilities().privileges
    assert (privileges.administrator, privileges.can_write) == (False, False)
    with granted.connect(server_uri) as bare:
        bare.execute("SET default_transaction_read_only = off")
        for statement in (
            f"INSERT INTO {role}.t (name) VALUES ('b')",
            f"UPDATE {role}.t SET name = 'b'",
            f"DELETE FROM {role}.t",
            f"TRUNCATE {role}.t",
            f"DROP TABLE {role}.t",
            f"CREATE TABLE {role}.u (id int)",
            f"SELECT nextval('{role}.t_id_seq')",
            "CREATE SCHEMA another",
            "CREATE ROLE another",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                bare.execute(statement.encode())


@pytest.mark.parametrize("granted", [Access.READ], indirect=True)
def test_the_printed_login_for_read_is_read_only_of_itself(
    granted: _Granted, server_uri: str
) -> None:
    with granted.connect(server_uri) as bare:
        settings = [
            bare.execute(f"SHOW {name}".encode()).fetchall()
            for name in ("default_transaction_read_only", "statement_timeout")
        ]

    assert settings == [[("on",)], [("10min",)]]


@pytest.mark.parametrize("granted", [Access.METADATA], indirect=True)
def test_the_printed_login_for_metadata_sees_tables_and_no_row(
    granted: _Granted, server_uri: str, role: str
) -> None:
    with granted.database(Access.METADATA) as database:
        columns = database.catalog.describe("t", schema=role).columns
    with (
        granted.connect(server_uri) as bare,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        bare.execute(f"SELECT * FROM {role}.t".encode())

    assert [column.name for column in columns] == ["id", "name"]


@pytest.mark.parametrize("granted", [Access.WRITE], indirect=True)
def test_the_printed_login_for_write_changes_rows_and_no_schema(
    granted: _Granted, role: str
) -> None:
    with granted.database(Access.WRITE) as database:
        database.query(f"INSERT INTO {role}.t (name) VALUES ('a')")
        rows = database.query(f"SELECT name FROM {role}.t").rows
        with pytest.raises(SqlCoreError) as refused:
            database.query(f"CREATE TABLE {role}.u (id int)")

    assert rows == (("a",),)
    assert refused.value.code == "permission_denied"


def test_enforcing_refuses_the_superuser_before_its_statement_runs(
    database: ConnectionSettings,
) -> None:
    policy = Policy(access=Access.READ, privilege_check=PrivilegeCheck.ENFORCE)
    with (
        Database(PostgresConnector().connect(database), policy) as opened,
        pytest.raises(PolicyError, match="is an administrator"),
    ):
        opened.query("SELECT 1")
