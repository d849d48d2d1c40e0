"""What is done about a login that may do more than the access level allows."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from sqlcore.domain.access import Access
from sqlcore.domain.capability import Privileges, ServerCapabilities
from sqlcore.errors import ConnectionFailedError, PolicyError, SqlCoreError
from sqlcore.services.admission import Known
from sqlcore.services.policy import Policy, PrivilegeCheck
from sqlcore.services.privileges import check_login, excess

_READER = Privileges(administrator=False, can_write=False)
_WRITER = Privileges(administrator=False, can_write=True, details=("It may change t.",))
_ADMINISTRATOR = Privileges(administrator=True, can_write=True)
_UNKNOWN = Privileges()


class _Probe:
    """A server that tells of a login, and how often it was asked."""

    def __init__(self, privileges: Privileges | SqlCoreError) -> None:
        self.privileges = privileges
        self.asked = 0

    @property
    def capabilities(self) -> Any:
        return self

    def __call__(self) -> ServerCapabilities:
        self.asked += 1
        if isinstance(self.privileges, SqlCoreError):
            raise self.privileges
        return ServerCapabilities(
            product="P",
            engine="p",
            version="1",
            version_text="P 1",
            user="ann",
            privileges=self.privileges,
        )


class _Connection:
    def __init__(self, privileges: Privileges | SqlCoreError) -> None:
        self.probe = _Probe(privileges)
        self.capabilities = type("_", (), {"capabilities": self.probe, "identity": "P 1"})()


def _check(connection: _Connection, known: Known, check: str, access: Access) -> None:
    policy = Policy(access=access, privilege_check=PrivilegeCheck(check))
    with check_login(policy, known, connection):  # type: ignore[arg-type]  # all that is asked of
        pass
    for thread in threading.enumerate():
        if thread.name == "sqlcore-login":
            thread.join(10)


@pytest.mark.parametrize(
    ("privileges", "access", "why"),
    [
        (_READER, Access.READ, None),
        (_READER, Access.WRITE, None),
        (_WRITER, Access.READ, "may change data or schema, and the access level is read"),
        (_WRITER, Access.WRITE, None),
        (_ADMINISTRATOR, Access.READ, "is an administrator"),
        (_ADMINISTRATOR, Access.WRITE, "is an administrator"),
        (_UNKNOWN, Access.READ, "does not say whether it is an administrator"),
        (Privileges(administrator=False), Access.READ, "does not say whether it may write"),
        (Privileges(administrator=False), Access.WRITE, None),
    ],
)
def test_enforcing_refuses_a_login_that_may_do_too_much_or_is_not_known(
    privileges: Privileges, access: Access, why: str | None
) -> None:
    connection = _Connection(privileges)
    if why is None:
        _check(connection, Known(), "enforce", access)
        return
    with pytest.raises(PolicyError, match=why) as caught:
        _check(connection, Known(), "enforce", access)

    assert "ann" in caught.value.message
    assert "sqlcore-mcp grants" in str(caught.value.hint)


def test_the_error_says_what_the_login_may_do() -> None:
    with pytest.raises(PolicyError, match="It may change t"):
        _check(_Connection(_WRITER), Known(), "enforce", Access.READ)


def test_a_login_that_passes_is_checked_once_and_one_that_does_not_each_time() -> None:
    good, bad = _Connection(_READER), _Connection(_WRITER)
    known_good, known_bad = Known(), Known()
    for _ in range(3):
        _check(good, known_good, "enforce", Access.READ)
        with pytest.raises(PolicyError):
            _check(bad, known_bad, "enforce", Access.READ)

    assert (good.probe.asked, bad.probe.asked) == (1, 3)


def test_rights_that_were_taken_away_let_the_next_statement_pass() -> None:
    connection, known = _Connection(_WRITER), Known()
    with pytest.raises(PolicyError):
        _check(connection, known, "enforce", Access.READ)
    connection.probe.privileges = _READER

    _check(connection, known, "enforce", Access.READ)


def test_a_server_that_cannot_be_asked_lets_nothing_pass_where_it_is_enforced() -> None:
    with pytest.raises(ConnectionFailedError):
        _check(_Connection(ConnectionFailedError("away")), Known(), "enforce", Access.READ)


def test_warning_logs_one_security_event_and_refuses_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    connection, known = _Connection(_ADMINISTRATOR), Known(source="host/shop")
    for _ in range(3):
        _check(connection, known, "warn", Access.READ)

    (record,) = [record for record in caplog.records if record.name == "sqlcore.security"]
    assert record.levelno == logging.WARNING
    assert "login_may_do_too_much" in record.getMessage()
    assert "host/shop" in record.getMessage()
    assert connection.probe.asked == 1


@pytest.mark.parametrize("privileges", [_READER, _UNKNOWN, ConnectionFailedError("away")])
def test_there_is_no_warning_where_nothing_is_known_to_be_too_much(
    caplog: pytest.LogCaptureFixture, privileges: Privileges | SqlCoreError
) -> None:
    _check(_Connection(privileges), Known(), "warn", Access.READ)

    assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []


def test_nothing_is_asked_where_the_check_is_off() -> None:
    connection = _Connection(_ADMINISTRATOR)
    _check(connection, Known(), "off", Access.READ)

    assert connection.probe.asked == 0


def test_at_write_only_an_administrator_is_too_much() -> None:
    assert excess(_WRITER, Access.WRITE) is None
    assert excess(_ADMINISTRATOR, Access.WRITE) is not None
