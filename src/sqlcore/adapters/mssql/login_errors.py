"""Why a connection could not be made."""

from __future__ import annotations

import re

from sqlcore.adapters.mssql.errors import SEE_SERVER_MESSAGE, leaf_of, split_driver_text
from sqlcore.errors import (
    AuthenticationError,
    ConnectionFailedError,
    NotFoundError,
    SqlCoreError,
)

__all__ = ["login_error"]


def login_error(driver_text: str, *, number: int, user: str | None, where: str) -> SqlCoreError:
    """Translate an error of connecting.

    The driver keeps the number of a login error in a variable of the process that it never
    clears, and drops a server message that is not more severe than one before. So only the text
    is trusted: what the server said if it is there, and else the numbers of DB-Library. Where no
    server was reached, what stands before them is a message of a connection before.
    """
    text, dblib = split_driver_text(driver_text)
    server_text = text.splitlines()[0] if text and _UNREACHED not in dblib else ""
    leaf = leaf_of(number, server_text) if server_text else None
    if leaf is NotFoundError or "database" in server_text.lower():
        return NotFoundError(
            f"The database of {where} cannot be opened: {server_text}",
            hint="Check the name of the database and that this login may open it.",
            number=number,
        )
    if server_text or SEE_SERVER_MESSAGE in dblib:
        return AuthenticationError(
            f"The server at {where} refused the login of {user or 'the current user'}"
            + (f": {server_text}" if server_text else "."),
            hint="Check user and password, and that the login may open the database.",
            number=number if server_text else None,
        )
    system = re.search(r"Net-Lib error during (.+) \((\d+)\)", driver_text)
    reason = system.group(1) if system else _REASONS.get(next(iter(dblib), 0), "no answer")
    return ConnectionFailedError(
        f"No connection to {where}: {reason}.",
        hint="Check host and port, that the server runs and listens on TCP, and firewalls.",
        number=next(iter(dblib), None),
    )


_UNREACHED = 20009
_REASONS = {
    20002: "the server ended the login",
    20003: "it did not answer in time",
    _UNREACHED: "the host is unknown or does not answer",
    20017: "it closed the connection during the login",
}
