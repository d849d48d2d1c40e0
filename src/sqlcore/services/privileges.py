"""What a login could do if everything above it failed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from sqlcore.domain.access import Access
from sqlcore.domain.capability import Privileges
from sqlcore.errors import PolicyError
from sqlcore.ports import Connection
from sqlcore.services.logs import SECURITY_LOGGER, get_logger
from sqlcore.services.policy import Policy, PrivilegeCheck

if TYPE_CHECKING:
    from sqlcore.services.admission import Known

__all__ = ["check_login", "excess", "unknown"]

_DONE: AbstractContextManager[None] = nullcontext()
_LEAST_PRIVILEGE = (
    "Use a login that may do no more than it needs; `sqlcore-mcp grants` prints the statements "
    "that make one."
)


def check_login(
    policy: Policy, known: Known, connection: Connection
) -> AbstractContextManager[None]:
    """Check around a statement, once for each connection, what the login may do.

    Where that is enforced, it comes before the statement. Otherwise it follows the first one, in
    a thread of its own, so that it neither delays a statement nor makes one fail.

    Raises:
        PolicyError: The login may do more than the policy allows, or may, and that is enforced.
    """
    if known.login_checked or policy.privilege_check is PrivilegeCheck.OFF:
        return _DONE
    if policy.privilege_check is PrivilegeCheck.ENFORCE:
        _enforce(policy.access, known, connection)
        return _DONE
    return _warn_afterwards(policy.access, known, connection)


@contextmanager
def _warn_afterwards(access: Access, known: Known, connection: Connection) -> Iterator[None]:
    try:
        yield
    finally:
        _warn_aside(access, known, connection)


def excess(privileges: Privileges, access: Access) -> str | None:
    """Say what a login may do beyond an access level; None where that is nothing.

    At the level `write` a login that may write is what is needed, and only an administrator is
    too much. What is not known is no excess here.
    """
    if privileges.administrator:
        return "it is an administrator"
    if privileges.can_write and access < Access.WRITE:
        return f"it may change data or schema, and the access level is {access.value}"
    return None


def unknown(privileges: Privileges, access: Access) -> str | None:
    """Say what is not known of a login and would have to be; None where that is nothing."""
    if privileges.administrator is None:
        return "the server does not say whether it is an administrator"
    if privileges.can_write is None and access < Access.WRITE:
        return "the server does not say whether it may write"
    return None


def _enforce(access: Access, known: Known, connection: Connection) -> None:
    """Refuse a login that may do too much; one that was refused is looked at again next time."""
    server = known.capabilities.of(connection.capabilities, refresh=True)
    too_much = excess(server.privileges, access) or unknown(server.privileges, access)
    if too_much is None:
        known.login_checked = True
        return
    details = " ".join(server.privileges.details)
    raise PolicyError(
        f"The login {server.user or 'in use'} may do too much: {too_much}. {details}".rstrip(),
        hint=f'{_LEAST_PRIVILEGE} With privilege_check = "warn" it is only logged.',
    )


def _warn_aside(access: Access, known: Known, connection: Connection) -> None:
    with known.lock:
        if known.login_checked:
            return
        known.login_checked = True
    threading.Thread(
        target=_warn, args=(access, known, connection), name="sqlcore-login", daemon=True
    ).start()


def _warn(access: Access, known: Known, connection: Connection) -> None:
    try:
        server = known.capabilities.of(connection.capabilities)
    except Exception as error:  # noqa: BLE001  # a thread's end: a statement must not notice it
        get_logger(SECURITY_LOGGER).info("login_not_checked", error=type(error).__name__)
        return
    too_much = excess(server.privileges, access)
    if too_much is not None and server.user is not None:  # the in-memory engine has no logins
        get_logger(SECURITY_LOGGER).warning(
            "login_may_do_too_much",
            source=known.source,
            user=server.user,
            why=too_much,
            details=" ".join(server.privileges.details),
            hint=_LEAST_PRIVILEGE,
        )
