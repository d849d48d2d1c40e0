"""Who calls a tool: the name that the audit notes, and whose statements are bounded together.

Over stdio the caller is the user of the operating system to whom the server belongs; over HTTP it
is who logged in. What a client says of itself proves nothing: it stands in brackets, or behind
`http:` where nobody has logged in.
"""

from __future__ import annotations

import getpass
import os
import re
from typing import Any
from urllib.parse import quote

import attrs

__all__ = ["Caller", "caller_of", "local_caller", "principal"]

_MAX_CHARS = 80
_NOT_PLAIN = re.compile(r"[^\w.@:/+ -]")


@attrs.frozen
class Caller:
    """Who calls.

    Attributes:
        name: For the audit, and for the bound on statements at once.
        principal: Who logged in, and so owns what is kept for later; empty where nobody did.
    """

    name: str = ""
    principal: str = ""


def local_caller(way: str) -> Caller:
    """Name the caller in this process: `cli:ann`, `toolbox:ann`."""
    return Caller(f"{way}:{_os_user()}")


def caller_of(context: Any) -> Caller:
    """Name the caller of a request, by the SDK's context of it.

    The name is `stdio:ann (editor 1.2)`; over HTTP `http:subject/client/issuer`, or
    `http:editor 1.2` where nobody has logged in.
    """
    client = _client(context)
    who = principal()
    if context.headers is not None or who:
        return Caller(f"http:{who or client or 'unknown'}", who)
    name = f"stdio:{_os_user()}"
    return Caller(f"{name} ({client})" if client else name)


def principal() -> str:
    """Name who logged in to send this request; empty where nobody did, and nobody can be told."""
    from mcp.server.auth.middleware.auth_context import (  # noqa: PLC0415  # not in process
        get_access_token,
    )
    from mcp.server.auth.provider import principal_components  # noqa: PLC0415

    token = get_access_token()
    if token is None:
        return ""
    client, issuer, subject = principal_components(token)
    return "/".join(quote(part or "", safe="@:.") for part in (subject, client, issuer))


def _client(context: Any) -> str:
    parameters = context.session.client_params
    if parameters is None:
        return ""
    client = parameters.client_info
    return _plain(f"{client.name} {client.version}".strip())


def _plain(text: str) -> str:
    """Take out what could break a line or a terminal, and what is too long for a name."""
    return _NOT_PLAIN.sub("?", text)[:_MAX_CHARS]


def _os_user() -> str:
    """Name the user that the process belongs to; only Windows has the environment say it."""
    try:
        import pwd  # noqa: PLC0415  # not there on Windows
    except ImportError:
        return _plain(getpass.getuser())
    try:
        return _plain(pwd.getpwuid(os.getuid()).pw_name)
    except KeyError:  # a container may run under a number that has no name
        return str(os.getuid())
