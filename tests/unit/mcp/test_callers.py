"""Who calls: as the audit notes it, over each way in."""

from __future__ import annotations

import json
import os
import pwd
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from mcp import Client
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp_types import Implementation
from tests.unit.mcp.applications import MakeApp

from sqlcore_mcp import Toolbox
from sqlcore_mcp.callers import Caller, caller_of
from sqlcore_mcp.cli import main
from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

_USER = pwd.getpwuid(os.getuid()).pw_name


def _context(headers: Any = None, name: str | None = "editor", version: str = "1.2") -> Any:
    client = (
        None
        if name is None
        else SimpleNamespace(client_info=Implementation(name=name, version=version))
    )
    return SimpleNamespace(headers=headers, session=SimpleNamespace(client_params=client))


def _callers(path: Path) -> list[str]:
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    return [line["caller"] for line in lines if line["event"] == "statement"]


@pytest.mark.parametrize(
    ("context", "name"),
    [
        (_context(), f"stdio:{_USER} (editor 1.2)"),
        (_context(name=None), f"stdio:{_USER}"),
        (_context(headers={}), "http:editor 1.2"),
        (_context(headers={}, name=None), "http:unknown"),
        (_context(headers={}, name="a\nb\x1b[31m'\"", version=""), "http:a?b??31m??"),
    ],
)
def test_a_caller_is_named_by_its_way_in(context: Any, name: str) -> None:
    assert caller_of(context) == Caller(name)


def test_a_name_that_a_client_gives_itself_is_not_long() -> None:
    assert len(caller_of(_context(headers={}, name="x" * 1000)).name) < 100


def test_who_logged_in_is_the_caller_whatever_the_client_says() -> None:
    user = AuthenticatedUser(
        AccessToken(token="t", client_id="c", scopes=[], subject="ann", claims={"iss": "https://i"})
    )
    reset = auth_context_var.set(user)
    try:
        caller = caller_of(_context(headers={}, name="bob"))
    finally:
        auth_context_var.reset(reset)

    assert caller.principal.startswith("ann/c/")
    assert caller.name == f"http:{caller.principal}"


def test_the_command_line_and_the_toolbox_name_the_user(shop: str, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    url = f"memory://{shop}/main"
    with Toolbox.open(url, access="read", audit_log=str(log), environ={}) as toolbox:
        toolbox.call("execute_query", {"query": "SELECT 1"})
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("SQLCORE_AUDIT_LOG", str(log))
        main(["call", "execute_query", "--url", url, "--access", "read", "--query", "SELECT 2"])

    assert _callers(log) == [f"toolbox:{_USER}", f"cli:{_USER}"]


async def test_a_call_over_the_protocol_is_noted_with_its_client(
    make_app: MakeApp, tmp_path: Path
) -> None:
    log = tmp_path / "audit.jsonl"
    server = build_server(make_app(audit_log=str(log)))
    info = Implementation(name="editor", version="7")
    async with Client(server, client_info=info) as client:
        await client.call_tool("execute_query", {"query": "SELECT 1"})

    assert _callers(log) == [f"stdio:{_USER} (editor 7)"]
