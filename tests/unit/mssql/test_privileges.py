"""What the rows of the probe say about a login on SQL Server."""

from __future__ import annotations

from typing import Any

import pytest

from sqlcore.adapters.mssql.privileges import PRIVILEGE_QUERIES, privileges_of

_READER: dict[str, Any] = {
    "probe_server_roles": [("sysadmin", 0), ("bulkadmin", 0)],
    "probe_database_roles": [("db_owner", 0), ("db_datawriter", 0)],
    "probe_server_permissions": [("CONTROL SERVER", 0)],
    "probe_database_permissions": [("INSERT", 0), ("EXECUTE", 0)],
    "probe_system_procedures": [("xp_cmdshell", 0)],
    "probe_writable_schema": [],
    "probe_writable_object": [],
    "probe_writable_column": [],
    "probe_impersonation": [],
    "probe_executable": [],
}


def test_a_login_without_rights_may_not_write() -> None:
    assert set(_READER) == set(PRIVILEGE_QUERIES)

    privileges = privileges_of(_READER, ())

    assert (privileges.administrator, privileges.can_write) == (False, False)
    assert privileges.details == ()


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("probe_server_roles", [("sysadmin", 1)]),
        ("probe_server_roles", [("securityadmin", 1)]),
        ("probe_database_roles", [("db_owner", 1)]),
        ("probe_server_permissions", [("IMPERSONATE ANY LOGIN", 1)]),
        ("probe_database_permissions", [("CONTROL", 1)]),
        ("probe_system_procedures", [("xp_cmdshell", 1)]),
    ],
)
def test_a_right_that_leads_to_all_others_makes_an_administrator(query: str, rows: Any) -> None:
    privileges = privileges_of({**_READER, query: rows}, ())

    assert (privileges.administrator, privileges.can_write) == (True, True)
    assert rows[0][0] in privileges.details[0]


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("probe_server_roles", [("sysadmin", 0), ("bulkadmin", 1)]),
        ("probe_database_roles", [("db_datawriter", 1)]),
        ("probe_database_permissions", [("INSERT", 1)]),
        ("probe_database_permissions", [("EXECUTE", 1), ("CREATE TABLE", 1)]),
        ("probe_writable_schema", [("[dbo]",)]),
        ("probe_writable_object", [("[dbo].[t]",)]),
        ("probe_writable_column", [("[dbo].[t].[c]",)]),
        ("probe_impersonation", [("[ann]",)]),
    ],
)
def test_a_right_to_change_something_is_found(query: str, rows: Any) -> None:
    privileges = privileges_of({**_READER, query: rows}, ())

    assert (privileges.administrator, privileges.can_write) == (False, True)
    assert len(privileges.details) == 1


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("probe_executable", [("[dbo].[p]",)]),
        ("probe_database_permissions", [("INSERT", 0), ("EXECUTE", 1)]),
    ],
)
def test_to_run_procedures_is_told_and_is_no_right_to_write(query: str, rows: Any) -> None:
    privileges = privileges_of({**_READER, query: rows}, ())

    assert privileges.can_write is False
    assert len(privileges.details) == 1


@pytest.mark.parametrize("missing", ["probe_database_permissions", "probe_writable_object"])
def test_what_the_server_does_not_tell_is_not_taken_for_no(missing: str) -> None:
    privileges = privileges_of({**_READER, missing: []}, (missing,))

    assert privileges.can_write is None


def test_roles_that_the_server_does_not_know_leave_the_question_open() -> None:
    unknown = {**_READER, "probe_server_roles": [("sysadmin", None)]}

    assert privileges_of(unknown, ()).administrator is None
