"""A client that asks for it hears how far its call is."""

from __future__ import annotations

import re
from typing import Any

import anyio
import pytest
from mcp import Client
from tests.unit.mcp.applications import MakeApp, Serve, structured
from tests.unit.mcp.task_clients import task_client

from sqlcore.domain.session import Progress
from sqlcore_mcp.http import PATH
from sqlcore_mcp.progress import progress_words
from sqlcore_mcp.server import build_server

MODES: list[Any] = ["legacy", "2026-07-28"]
SLOW_ROWS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2010) "
    "SELECT i, CASE WHEN i > 2000 THEN sleep(0.25) END FROM n"
)


class Heard:
    """Keeps what it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[float, float | None, str | None]] = []
        self.result_came = False
        self.late = False

    async def __call__(self, progress: float, total: float | None, message: str | None) -> None:
        self.told.append((progress, total, message))
        self.late = self.late or self.result_came


@pytest.mark.anyio
@pytest.mark.parametrize("mode", MODES)
async def test_progress_grows_and_ends_with_the_result(make_app: MakeApp, mode: Any) -> None:
    app = make_app(allow_functions=("sleep",))
    heard = Heard()
    async with Client(build_server(app), mode=mode) as client:
        result = await client.call_tool(
            "execute_query", {"query": SLOW_ROWS, "max_rows": 5000}, progress_callback=heard
        )
        heard.result_came = True
        await anyio.sleep(1.2)
    assert structured(result)["row_count"] == 2010
    seconds = [progress for progress, _, _ in heard.told]
    assert len(seconds) >= 2
    assert seconds == sorted(set(seconds))
    assert seconds[0] >= 0.9
    assert all(total is None for _, total, _ in heard.told)
    last = heard.told[-1][2]
    assert last is not None
    assert re.fullmatch(r"\d+ s, 2,000 rows so far", last)
    assert not heard.late


@pytest.mark.anyio
@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(("answers", "is_told"), [("sse", True), ("json", False)])
async def test_over_http_progress_is_told_on_streams_of_events(
    serve: Serve, mode: Any, answers: str, *, is_told: bool
) -> None:
    port = serve(http_answers=answers, allow_functions=("sleep",))
    heard = Heard()
    async with Client(f"http://127.0.0.1:{port}{PATH}", mode=mode) as client:
        await client.call_tool("execute_query", {"query": "SELECT 1"})
        result = await client.call_tool(
            "execute_query", {"query": "SELECT sleep(1.5) AS n"}, progress_callback=heard
        )
    assert structured(result)["rows"] == [[1.5]]
    assert bool(heard.told) is is_told


@pytest.mark.anyio
@pytest.mark.parametrize("mode", MODES)
async def test_nothing_is_told_of_a_call_that_ends_soon(make_app: MakeApp, mode: Any) -> None:
    heard = Heard()
    async with Client(build_server(make_app()), mode=mode) as client:
        await client.call_tool("execute_query", {"query": "SELECT 1"}, progress_callback=heard)
    assert heard.told == []


@pytest.mark.anyio
async def test_nothing_is_told_once_a_call_has_become_a_task(make_app: MakeApp) -> None:
    app = make_app(allow_functions=("sleep",), task_after_seconds=1.3, timeout_seconds=60)
    heard = Heard()
    async with task_client(build_server(app)) as client:
        with pytest.raises(Exception, match="task"):
            await client.call_tool(
                "execute_query", {"query": "SELECT sleep(60)"}, progress_callback=heard
            )
        heard.result_came = True
        await anyio.sleep(1.2)
        (session,) = app.sessions.list("")
        app.sessions.cancel(session.id, "")
    assert not heard.late


@pytest.mark.anyio
async def test_a_fraction_gives_an_estimate_of_the_total(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(access="write", confirm_writes="never")
    activity = type(app.database(None, None).connection.activity)
    monkeypatch.setattr(activity, "progress", lambda *_: Progress(fraction=0.25))
    heard = Heard()
    async with Client(build_server(app), mode="legacy") as client:
        await client.call_tool(
            "execute_query", {"query": "SELECT sleep(1.5)"}, progress_callback=heard
        )
    progress, total, message = heard.told[0]
    assert total == pytest.approx(4 * progress, abs=0.01)
    assert message is not None
    assert re.fullmatch(r"\d s, 25%", message)


@pytest.mark.parametrize(
    ("elapsed_s", "rows", "fraction", "words"),
    [
        (0.2, 0, None, "0 s"),
        (12.4, 1, None, "12 s, 1 row so far"),
        (4321.0, 1234567, 0.5, "4,321 s, 1,234,567 rows so far, 50%"),
    ],
)
def test_progress_is_put_into_words(
    elapsed_s: float, rows: int, fraction: float | None, words: str
) -> None:
    assert progress_words(elapsed_s, rows, Progress(fraction=fraction)) == words
