"""What a client started is cancelled when it leaves, where the settings say so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from mcp import Client
from tests.unit.mcp.applications import MakeApp, structured

from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

ENDLESS = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.mark.parametrize("cancel_on_disconnect", [True, False])
async def test_only_the_sessions_of_who_leaves_end(
    make_app: MakeApp, tmp_path: Path, *, cancel_on_disconnect: bool
) -> None:
    app = make_app(
        enable="start_query",
        sessions_folder=str(tmp_path),
        cancel_on_disconnect=cancel_on_disconnect,
    )
    server = build_server(app)

    async def start(client: Client) -> str:
        started = structured(await client.call_tool("start_query", {"query": ENDLESS}))
        session_id: str = started["session_id"]
        return session_id

    async def state(session_id: str, **arguments: Any) -> str:
        arguments["session_id"] = session_id
        status = structured(await staying.call_tool("get_session_status", arguments))
        found: str = status["state"]
        return found

    async with Client(server, mode="legacy") as staying:
        of_staying = await start(staying)
        async with Client(server, mode="legacy") as leaving:
            of_leaving = [await start(leaving), await start(leaving)]
            await leaving.call_tool("start_query", {"query": "DELETE FROM orders"})
        for session_id in of_leaving:
            if cancel_on_disconnect:
                assert await state(session_id, wait_seconds=30) == "cancelled"
            else:
                assert await state(session_id) in ("queued", "running")
        assert await state(of_staying) in ("queued", "running")
        for session_id in (of_staying, *of_leaving):
            await staying.call_tool("cancel_session", {"session_id": session_id})


async def test_a_session_that_is_forgotten_by_then_is_no_trouble(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(enable="start_query", sessions_folder=str(tmp_path), cancel_on_disconnect=True)
    server = build_server(app)
    async with Client(server, mode="legacy") as staying:
        async with Client(server, mode="legacy") as leaving:
            started = structured(await leaving.call_tool("start_query", {"query": ENDLESS}))
            kept = structured(await leaving.call_tool("start_query", {"query": ENDLESS}))
            app.sessions.remove(started["session_id"], "")
        arguments = {"session_id": kept["session_id"], "wait_seconds": 30}
        status = structured(await staying.call_tool("get_session_status", arguments))
        assert status["state"] == "cancelled"
