"""The tools of background sessions through the SDK's client, in both generations."""

from __future__ import annotations

import base64
import csv
import io
import json
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import anyio
import anyio.to_thread
import pyarrow as pa
import pytest
from mcp import Client
from mcp.shared.exceptions import MCPError
from mcp_types import (
    BlobResourceContents,
    CallToolResult,
    ElicitResult,
    ReadResourceResult,
    ResourceLink,
    TextResourceContents,
)
from pyarrow import parquet
from tests.unit.mcp.applications import MakeApp, marked_text, structured, text
from tests.unit.mcp.test_confirming import AGREES, DELETE, Person, count_orders
from tests.unit.sessions.doubles import SetClock

from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.session import SessionState
from sqlcore.services.cursors import write_cursor
from sqlcore.services.limits import SessionLimits
from sqlcore.services.sessions import Sessions
from sqlcore_mcp.app import App
from sqlcore_mcp.call_results import call_result, knows_links
from sqlcore_mcp.rendering.tokens import estimate_tokens
from sqlcore_mcp.server import build_server
from sqlcore_mcp.toolbox import Toolbox

pytestmark = pytest.mark.anyio

MODES: list[Any] = ["legacy", "2026-07-28"]
TOOLS = [
    "start_query",
    "list_sessions",
    "get_session_status",
    "get_session_result",
    "cancel_session",
    "export_result",
]
NUMBERS = (
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n{limit}) "
    "SELECT i, 'row ' || i AS words FROM n"
)
COUNTED = NUMBERS.format(limit=" WHERE i < 2500")
ENDLESS = NUMBERS.format(limit="").replace("i, 'row ' || i AS words", "count(*)")
FLOOD = NUMBERS.format(limit="")
LONG_S = 30.0


@pytest.fixture
def app(make_app: MakeApp, tmp_path: Path) -> App:
    return make_app(enable="start_query", sessions_folder=str(tmp_path / "spool"))


class Caller:
    """A client, and what tests ask of it."""

    def __init__(self, client: Client) -> None:
        self.client = client

    async def call(self, name: str, **arguments: Any) -> CallToolResult:
        with anyio.fail_after(LONG_S):
            return await self.client.call_tool(name, arguments)

    async def start(self, query: str = COUNTED, **arguments: Any) -> str:
        result = await self.call("start_query", query=query, **arguments)
        assert not result.is_error, text(result)
        session_id: str = structured(result)["session_id"]
        return session_id

    async def finish(self, query: str = COUNTED, **arguments: Any) -> str:
        session_id = await self.start(query, **arguments)
        result = await self.call("get_session_status", session_id=session_id, wait_seconds=LONG_S)
        assert structured(result)["state"] in ("completed", "failed"), text(result)
        return session_id


def files_below(folder: Path, pattern: str = "*") -> list[Path]:
    return [path for path in folder.rglob(pattern) if path.is_file()]


@asynccontextmanager
async def connect(app: App, mode: Any = "auto", **options: Any) -> AsyncIterator[Caller]:
    async with Client(build_server(app), mode=mode, **options) as client:
        await client.list_tools()  # the client then checks structured content against schemas
        yield Caller(client)


async def test_the_switch_lists_the_tools(make_app: MakeApp) -> None:
    async def names(**settings: Any) -> list[str]:
        async with Client(build_server(make_app(**settings))) as client:
            return [tool.name for tool in (await client.list_tools()).tools]

    core = await names()
    assert await names(enable="start_query") == core + TOOLS
    assert await names(enable_start_query=True) == core + TOOLS
    assert (await names(enable="all"))[: len(core + TOOLS)] == core + TOOLS
    assert not set(await names(toolsets="all")) & set(TOOLS)
    assert await names(access="metadata", enable="all") == [
        name for name in core if name not in ("read_table", "execute_query", "explain_query")
    ]


async def test_a_tool_that_is_off_names_the_switch(make_app: MakeApp) -> None:
    async with connect(make_app()) as caller:
        result = await caller.call("start_query", query="SELECT 1")
    assert result.is_error
    assert "--enable-start-query" in text(result)


async def test_only_start_query_is_about_a_database(make_app: MakeApp, shop: str) -> None:
    app = make_app(f"memory://{shop}", f"memory://{shop}/main", enable="start_query")
    async with Client(build_server(app)) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    about = {name for name in TOOLS if "database" in tools[name].input_schema["properties"]}
    assert about == {"start_query"}
    sources = {name for name in TOOLS if "source" in tools[name].input_schema["properties"]}
    assert sources == {"start_query"}


@pytest.mark.parametrize("mode", MODES)
async def test_a_query_runs_in_the_background_and_is_read_page_by_page(app: App, mode: Any) -> None:
    async with connect(app, mode) as caller:
        session_id = await caller.start()
        status = await caller.call("get_session_status", session_id=session_id, wait_seconds=30)
        assert structured(status)["state"] == "completed"
        assert structured(status)["result_sets"][0]["row_count"] == 2500
        seen: list[int] = []
        arguments: dict[str, Any] = {"session_id": session_id}
        while True:
            page = structured(await caller.call("get_session_result", **arguments))
            assert page["first_row"] == len(seen) + 1
            seen += [row[0] for row in page["rows"]]
            if "next_cursor" not in page:
                break
            arguments["cursor"] = page["next_cursor"]
    assert seen == list(range(1, 2501))
    assert page["row_count"] == 2500
    assert page["truncated"] is False


async def test_a_start_says_at_once_what_to_do_next(app: App) -> None:
    async with connect(app) as caller:
        started = await caller.call("start_query", query=ENDLESS)
        assert structured(started)["state"] in ("queued", "running")
        assert "get_session_status with wait_seconds" in structured(started)["next"]
        await caller.call("cancel_session", session_id=structured(started)["session_id"])


@pytest.mark.parametrize("query", ["DELETE FROM orders", "", "SELECT 1; DROP TABLE orders"])
async def test_what_may_not_run_is_refused_at_once(app: App, query: str) -> None:
    async with connect(app) as caller:
        result = await caller.call("start_query", query=query)
        listed = await caller.call("list_sessions")
    assert result.is_error
    assert structured(result)["error"]["code"] in ("refused", "invalid_argument")
    assert text(listed) == "No sessions."


async def test_parameters_are_values(app: App) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish(
            "SELECT name FROM customers WHERE id = :id", parameters={"id": 7}
        )
        result = await caller.call("get_session_result", session_id=session_id)
    assert structured(result)["rows"] == [["Customer 7"]]


async def test_a_session_that_fails_says_why_and_where(app: App) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT a FROM nowhere")
        status = await caller.call("get_session_status", session_id=session_id)
        result = await caller.call("get_session_result", session_id=session_id)
    assert not status.is_error
    assert structured(status)["failure"]["code"] == structured(result)["error"]["code"]
    assert "nowhere" in text(status)
    assert result.is_error


async def test_a_statement_without_rows_has_a_result_too(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(
        access="write",
        confirm_writes="never",
        enable="start_query",
        sessions_folder=str(tmp_path),
    )
    async with connect(app) as caller:
        session_id = await caller.finish("DELETE FROM orders")
        result = await caller.call("get_session_result", session_id=session_id)
        exported = await caller.call("export_result", session_id=session_id, format="csv")
    assert "DELETE: 1 row affected." in text(result)
    assert structured(result)["rows_affected"] == [{"command": "DELETE", "count": 1}]
    assert "no result set" in text(exported)


async def test_rows_are_read_while_more_arrive_and_the_cursor_stays_good(app: App) -> None:
    async with connect(app) as caller:
        session_id = await caller.start(FLOOD)
        page: dict[str, Any] = {}
        with anyio.fail_after(LONG_S):
            while not page.get("rows"):
                result = await caller.call("get_session_result", session_id=session_id, max_rows=5)
                page = structured(result)
        assert page["state"] == "running"
        assert page["row_count_exact"] is False
        assert "more may come" in text(result)
        following = structured(
            await caller.call(
                "get_session_result",
                session_id=session_id,
                cursor=page["next_cursor"],
                format="json",
                max_rows=2,
            )
        )
        assert [row[0] for row in following["rows"]] == [6, 7]
        cancelled = await caller.call("cancel_session", session_id=session_id)
        assert structured(cancelled)["state"] == "cancelled"
        rest = await caller.call(
            "get_session_result", session_id=session_id, cursor=following["next_cursor"]
        )
    assert structured(rest)["rows"][0][0] == 8
    assert "These are not all: the session was cancelled" in text(rest)


async def test_who_waits_hears_of_the_end_and_holds_up_nobody(app: App, make_app: MakeApp) -> None:
    narrow = make_app(
        enable="start_query", max_concurrent_calls=1, sessions_folder=app.settings.sessions_folder
    )
    async with connect(narrow) as caller, anyio.create_task_group() as tasks:
        session_id = await caller.start(ENDLESS)
        ended: list[CallToolResult] = []

        async def wait() -> None:
            ended.append(
                await caller.call("get_session_status", session_id=session_id, wait_seconds=60)
            )

        for _ in range(5):
            tasks.start_soon(wait)
        await anyio.wait_all_tasks_blocked()
        assert not (await caller.call("list_tables")).is_error
        await caller.call("cancel_session", session_id=session_id)
    assert [structured(result)["state"] for result in ended] == ["cancelled"] * 5


async def test_many_who_wait_in_process_hold_up_nobody(app: App) -> None:
    toolbox = Toolbox(app)
    session_id = toolbox.call("start_query", {"query": ENDLESS}).structured["session_id"]
    states: list[str] = []

    async def wait() -> None:
        arguments = {"session_id": session_id, "wait_seconds": 60}
        outcome = await toolbox.acall("get_session_status", arguments)
        states.append(outcome.structured["state"])

    with anyio.fail_after(LONG_S):
        async with anyio.create_task_group() as tasks:
            for _ in range(50):
                tasks.start_soon(wait)
            await anyio.wait_all_tasks_blocked()
            assert not (await toolbox.acall("list_tables")).is_error
            await toolbox.acall("cancel_session", {"session_id": session_id})
    assert states == ["cancelled"] * 50
    toolbox.close()


@pytest.mark.parametrize("mode", MODES)
async def test_a_cancelled_request_stops_waiting_and_not_the_session(app: App, mode: Any) -> None:
    async with connect(app, mode) as caller:
        session_id = await caller.start(ENDLESS)
        with anyio.move_on_after(0.2) as scope:
            await caller.call("get_session_status", session_id=session_id, wait_seconds=60)
        assert scope.cancelled_caught
        status = await caller.call("get_session_status", session_id=session_id)
        assert structured(status)["state"] in ("queued", "running")
        await caller.call("cancel_session", session_id=session_id)


async def test_no_more_rows_are_kept_than_were_asked_for(app: App) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish(max_rows=10)
        result = await caller.call("get_session_result", session_id=session_id)
        refused = await caller.call("start_query", query="SELECT 1", max_rows=10**9)
    assert structured(result)["shown"] == 10
    assert structured(result)["truncated"] is True
    assert "there were more (max_rows)" in text(result)
    assert structured(refused)["error"]["parameter"] == "max_rows"


async def test_a_result_is_shown_as_start_query_said_unless_the_call_says_otherwise(
    app: App,
) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish(format="csv")
        as_said = await caller.call("get_session_result", session_id=session_id, max_rows=1)
        otherwise = await caller.call(
            "get_session_result", session_id=session_id, max_rows=1, format="markdown"
        )
        summarized = await caller.finish(response_mode="summary")
        summary = await caller.call("get_session_result", session_id=summarized)
    assert text(as_said).endswith("i,words\n1,row 1")
    assert text(otherwise).endswith("|1|row 1|")
    assert structured(summary)["shown"] == 5
    assert structured(summary)["facts"][0]["min"] == 1


@pytest.mark.parametrize("max_tokens", [300, 1000, 8000])
async def test_every_page_keeps_to_its_budget(app: App, max_tokens: int) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish()
        for tool in ("get_session_result", "get_session_status", "list_sessions"):
            arguments = {} if tool == "list_sessions" else {"session_id": session_id}
            result = await caller.call(tool, max_tokens=max_tokens, **arguments)
            assert estimate_tokens(marked_text(result)) <= max_tokens
            content = json.dumps(structured(result), separators=(",", ":"))
            assert estimate_tokens(content) <= max_tokens


async def test_every_result_set_can_be_read(make_app: MakeApp, tmp_path: Path) -> None:
    app = make_app(
        access="write",
        confirm_writes="never",
        enable="start_query",
        sessions_folder=str(tmp_path),
    )
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT 1 AS a; SELECT 2 AS b")
        second = await caller.call("get_session_result", session_id=session_id, result_set=2)
        third = await caller.call("get_session_result", session_id=session_id, result_set=3)
        exported = await caller.call("export_result", session_id=session_id, format="jsonl")
    assert text(second).startswith("Result 2 of 2: 1 row, all shown.")
    assert structured(second)["rows"] == [[2]]
    assert third.is_error
    assert "has 2 result sets. Result sets are counted from 1." in text(third)
    assert [file["uri"].rpartition("/")[2] for file in structured(exported)["files"]] == [
        "1.jsonl",
        "2.jsonl",
    ]


@pytest.mark.parametrize(
    "cursor", ["nonsense", "", "WzEsIjAwMDAwMDAwMDAwMDAwMDAiLDNd", "x" * 20_000]
)
async def test_a_cursor_of_something_else_is_an_error(app: App, cursor: str) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT 1 AS n")
        result = await caller.call("get_session_result", session_id=session_id, cursor=cursor)
    assert structured(result)["error"]["parameter"] == "cursor"


@pytest.mark.parametrize("position", [-1, 10**30, True, None, "1", [1], 1.5])
async def test_a_cursor_that_somebody_made_does_no_harm(app: App, position: Any) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT 1 AS n")
        cursor = write_cursor(["get_session_result", session_id, 1], position)
        result = await caller.call("get_session_result", session_id=session_id, cursor=cursor)
    if position == 10**30:
        assert text(result).startswith("No more rows of 1 row.")
    else:
        assert structured(result)["error"]["parameter"] == "cursor"


@pytest.mark.parametrize("session_id", ["", "..", "../..", "a\x00b", "x" * 100_000, "é"])
async def test_an_id_that_somebody_made_up_is_one_that_never_was(app: App, session_id: str) -> None:
    async with connect(app) as caller:
        result = await caller.call("get_session_result", session_id=session_id)
        assert text(result).startswith("[not_found] There is no such session.")
        for uri in (f"sqlcore://results/{session_id[:100]}/1.csv", "sqlcore://results/a/0.csv"):
            with pytest.raises(MCPError):
                await caller.client.read_resource(uri)


async def test_sessions_are_listed_by_status(app: App) -> None:
    async with connect(app) as caller:
        done = await caller.finish("SELECT 1 AS n")
        endless = await caller.start(ENDLESS)
        everything = await caller.call("list_sessions")
        completed = await caller.call("list_sessions", status="completed")
        nonsense = await caller.call("list_sessions", status="done")
        await caller.call("cancel_session", session_id=endless)
    assert [row[0] for row in structured(everything)["rows"]] == [endless, done]
    assert [row[0] for row in structured(completed)["rows"]] == [done]
    assert "expired" in text(nonsense)


async def test_cancelling_what_has_ended_changes_nothing(app: App) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT 1 AS n")
        result = await caller.call("cancel_session", session_id=session_id)
    assert structured(result)["state"] == "completed"


@pytest.fixture
def as_caller(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Log somebody in, as the SDK's authentication would."""

    def log_in(name: str) -> None:
        monkeypatch.setattr("sqlcore_mcp.callers.principal", lambda: name)
        monkeypatch.setattr("sqlcore_mcp.server.principal", lambda: name)

    return log_in


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("get_session_status", {}),
        ("get_session_status", {"wait_seconds": 0.1}),
        ("get_session_result", {}),
        ("get_session_result", {"result_set": 9}),
        ("cancel_session", {}),
        ("export_result", {"format": "csv"}),
    ],
)
async def test_to_anybody_else_a_session_is_one_that_never_was(
    app: App, as_caller: Callable[[str], None], tool: str, arguments: dict[str, Any]
) -> None:
    async with connect(app) as caller:
        as_caller("ann")
        of_ann = await caller.finish("SELECT 1 AS n")
        as_caller("bob")
        somebody_elses = await caller.call(tool, session_id=of_ann, **arguments)
        never_was = await caller.call(tool, session_id="0" * 32, **arguments)
        listed = await caller.call("list_sessions")
        as_caller("ann")
        owned = await caller.call(tool, session_id=of_ann, **arguments)
    assert somebody_elses.is_error
    assert text(somebody_elses) == text(never_was)
    assert structured(somebody_elses) == structured(never_was)
    assert text(listed) == "No sessions."
    assert text(owned) != text(never_was)


async def test_a_file_is_its_owners_alone(app: App, as_caller: Callable[[str], None]) -> None:
    async with connect(app) as caller:
        as_caller("ann")
        session_id = await caller.finish("SELECT 1 AS n")
        uri = f"sqlcore://results/{session_id}/1.csv"
        assert isinstance(await caller.client.read_resource(uri), ReadResourceResult)
        as_caller("bob")
        messages = []
        for unreadable in (uri, uri.replace(session_id, "0" * 32), "sqlcore://results/x"):
            with pytest.raises(MCPError) as refused:
                await caller.client.read_resource(unreadable)
            messages.append(refused.value.error.message)
    assert len(set(messages)) == 1
    assert "no such resource" in messages[0]


@pytest.fixture
def expected_rows() -> list[tuple[int, str]]:
    return [(number, f"row {number}") for number in range(1, 2501)]


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("file_format", ["csv", "jsonl", "parquet"])
async def test_a_result_becomes_a_file_that_is_read_as_a_resource(
    app: App, mode: Any, file_format: str, expected_rows: list[tuple[int, str]]
) -> None:
    async with connect(app, mode) as caller:
        session_id = await caller.finish()
        result = await caller.call("export_result", session_id=session_id, format=file_format)
        (file,) = structured(result)["files"]
        link = result.content[1]
        assert isinstance(link, ResourceLink)
        assert (str(link.uri), link.size) == (file["uri"], file["size_bytes"])
        read = await caller.client.read_resource(file["uri"])
    assert isinstance(read, ReadResourceResult)
    (content,) = read.contents
    assert content.mime_type == file["mime_type"]
    assert file["row_count"] == 2500
    assert file["complete"] is True
    assert "expires_at" in structured(result)
    if isinstance(content, TextResourceContents):
        assert len(content.text.encode()) == file["size_bytes"]
        rows = _rows_of_text(file_format, content.text)
    else:
        assert isinstance(content, BlobResourceContents)
        data = base64.b64decode(content.blob)
        assert len(data) == file["size_bytes"]
        table = parquet.read_table(pa.BufferReader(data))
        rows = list(zip(*table.to_pydict().values(), strict=True))
    assert rows == expected_rows


def _rows_of_text(file_format: str, words: str) -> list[tuple[int, str]]:
    if file_format == "csv":
        lines = list(csv.reader(io.StringIO(words)))[1:]
        return [(int(number), row) for number, row in lines]
    return [tuple(json.loads(line).values()) for line in words.splitlines()]


async def test_a_client_too_old_for_links_gets_none(app: App) -> None:
    outcome = Toolbox(app).call("execute_query", {"query": COUNTED, "max_tokens": 600})
    assert [link.name for link in outcome.links] == ["1.csv"]
    assert [part.type for part in call_result(outcome).content] == ["text", "resource_link"]
    old = call_result(outcome, with_links=knows_links("2025-03-26"))
    assert [part.type for part in old.content] == ["text"]


async def test_a_file_too_large_for_one_read_says_what_else_to_do(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(enable="start_query", sessions_folder=str(tmp_path), max_resource_bytes=1000)
    async with connect(app) as caller:
        session_id = await caller.finish()
        with pytest.raises(MCPError, match="get_session_result"):
            await caller.client.read_resource(f"sqlcore://results/{session_id}/1.csv")


async def test_a_reader_that_goes_away_stops_the_file_that_it_asked_for(
    app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens: list[CancelToken] = []
    asked = threading.Event()

    def export(*arguments: Any) -> None:
        tokens.append(arguments[-1])
        asked.set()
        arguments[-1].wait(LONG_S)

    async with connect(app) as caller:
        session_id = await caller.finish("SELECT 1 AS n")
        monkeypatch.setattr(app.sessions, "export", export)
        async with anyio.create_task_group() as tasks:
            uri = f"sqlcore://results/{session_id}/1.csv"
            tasks.start_soon(caller.client.read_resource, uri)
            assert await anyio.to_thread.run_sync(asked.wait, LONG_S)
            assert not tokens[0].cancelled
            tasks.cancel_scope.cancel()
        assert await anyio.to_thread.run_sync(tokens[0].wait, LONG_S)


async def test_files_go_when_the_results_do(app: App, tmp_path: Path) -> None:
    async with connect(app) as caller:
        session_id = await caller.finish()
        await caller.call("export_result", session_id=session_id, format="csv")
        (file,) = files_below(tmp_path, "whole-0.csv")
        assert file.stat().st_mode & 0o777 == 0o600
        app.sessions.remove(session_id, "")
        assert files_below(tmp_path, "whole-0.csv") == []
        with pytest.raises(MCPError, match="no such resource"):
            await caller.client.read_resource(f"sqlcore://results/{session_id}/1.csv")
    assert files_below(tmp_path) == []


async def test_an_expired_session_says_so_to_its_owner(app: App, tmp_path: Path) -> None:
    clock = SetClock()
    limits = SessionLimits(folder=str(tmp_path))
    app.sources.sessions = Sessions(limits, clock=clock.clock)
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT 1 AS n")
        clock.pass_s(limits.retention_s + 1)
        app.sessions.look_after()
        status = await caller.call("get_session_status", session_id=session_id)
        result = await caller.call("get_session_result", session_id=session_id)
        exported = await caller.call("export_result", session_id=session_id, format="csv")
    assert structured(status)["state"] == "expired"
    for refused in (result, exported):
        assert text(refused).startswith("[not_found] The results of this session have expired.")


async def test_uris_of_results_are_listed_as_a_template(app: App, make_app: MakeApp) -> None:
    async with connect(app) as caller:
        *_, last = (await caller.client.list_resource_templates()).resource_templates
        assert last.uri_template == "sqlcore://results/{session_id}/{result_set}.{format}"
    async with connect(make_app(access="metadata")) as caller:
        others = (await caller.client.list_resource_templates()).resource_templates
        assert last.uri_template not in [template.uri_template for template in others]


@pytest.mark.parametrize("mode", MODES)
async def test_a_write_in_the_background_is_asked_about_first(
    make_app: MakeApp, shop: str, tmp_path: Path, mode: Any
) -> None:
    app = make_app(access="write", enable="start_query", sessions_folder=str(tmp_path))
    for answer, expected in ((ElicitResult(action="decline"), 1), (AGREES, 0)):
        person = Person(answer)
        async with connect(app, mode, elicitation_callback=person) as caller:
            result = await caller.call("start_query", query=DELETE, parameters={"id": 1})
            if not result.is_error:
                session_id = structured(result)["session_id"]
                await caller.call("get_session_status", session_id=session_id, wait_seconds=30)
            (question,) = person.questions
            assert DELETE in question
            assert count_orders(shop) == expected
            assert result.is_error is (expected == 1)
            app = make_app(access="write", enable="start_query", sessions_folder=str(tmp_path))


async def test_writes_in_the_background_are_refused_where_the_settings_say_so(
    make_app: MakeApp,
) -> None:
    app = make_app(access="write", enable="start_query", confirm_writes="refuse")
    async with connect(app) as caller:
        result = await caller.call("start_query", query="DELETE FROM orders")
        assert "confirm_writes" in text(result)


async def test_masked_columns_stay_masked_in_rows_and_files(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(enable="start_query", mask="customers.name", sessions_folder=str(tmp_path))
    async with connect(app) as caller:
        session_id = await caller.finish("SELECT id, name FROM customers WHERE id = 1")
        result = await caller.call("get_session_result", session_id=session_id)
        read = await caller.client.read_resource(f"sqlcore://results/{session_id}/1.csv")
    assert structured(result)["rows"] == [[1, "***"]]
    assert "1 column is masked" in text(result)
    assert "Customer" not in str(read)


async def test_too_many_sessions_are_refused_with_when_to_try_again(
    make_app: MakeApp, tmp_path: Path
) -> None:
    app = make_app(
        enable="start_query",
        sessions_folder=str(tmp_path),
        max_concurrent_sessions=1,
        max_queued_sessions=0,
    )
    async with connect(app) as caller:
        first = await caller.start(ENDLESS)
        second = await caller.call("start_query", query="SELECT 1")
        assert structured(second)["error"]["code"] == "limit_exceeded"
        assert "Try again in about" in text(second)
        await caller.call("cancel_session", session_id=first)


async def test_closing_the_server_cancels_what_runs_and_removes_all_files(
    app: App, tmp_path: Path
) -> None:
    async with connect(app) as caller:
        session_id = await caller.start(FLOOD)
        await caller.finish("SELECT 1 AS n")
        sessions = app.sessions
    assert sessions.get(session_id, "").state is SessionState.CANCELLED
    assert files_below(tmp_path) == []
