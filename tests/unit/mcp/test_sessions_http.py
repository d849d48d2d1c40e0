"""Sessions over HTTP: to who did not start one it is one that never was, whatever the tool."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from tests.unit.mcp.applications import Serve
from tests.unit.mcp.test_tasks_http import ENDLESS, Answers, LogsIn, post, request

NEVER_WAS = "0" * 32
Arguments = dict[str, Any]
OF_ONE: list[tuple[str, Arguments]] = [
    ("get_session_status", {}),
    ("get_session_status", {"wait_seconds": 0.1}),
    ("get_session_result", {}),
    ("export_result", {"format": "csv"}),
    ("cancel_session", {}),
]


@pytest.fixture
def port(serve: Serve, tmp_path: Path) -> int:
    return serve(
        wrap=LogsIn,
        enable="start_query",
        allow_functions=("sleep",),
        sessions_folder=str(tmp_path),
        max_concurrent_sessions=2,
        max_queued_sessions=2,
    )


def call(port: int, who: str, tool: str, **arguments: Any) -> Arguments:
    body = request("tools/call", {"name": tool, "arguments": arguments}, declares=False)
    status, result = post(port, body, authorization=who)
    assert status == 200, result
    return result


def read(port: int, who: str, uri: str) -> Answers:
    body = request("resources/read", {"uri": uri}, declares=False)
    status, answer = post(port, body, **{"authorization": who, "mcp-name": uri})
    answer.pop("data", None)  # the URI, as it was asked for
    return status, answer


def test_of_somebody_elses_session_nothing_is_told_and_nothing_done(port: int) -> None:
    of_ann = partial(call, port, "ann")
    running = of_ann("start_query", query=ENDLESS)["structuredContent"]["session_id"]
    ended = of_ann("start_query", query="SELECT 1 AS n")["structuredContent"]["session_id"]
    of_ann("get_session_status", session_id=running, wait_seconds=0.1)
    for who in ("bob", ""):
        for tool, arguments in OF_ONE:
            unknown = call(port, who, tool, session_id=NEVER_WAS, **arguments)
            assert unknown["isError"]
            for session_id in (running, ended):
                foreign = call(port, who, tool, session_id=session_id, **arguments)
                assert foreign["structuredContent"] == unknown["structuredContent"]
        assert call(port, who, "list_sessions")["structuredContent"]["rows"] == []
        uri = "sqlcore://results/{}/1.csv"
        for session_id in (running, ended):
            assert read(port, who, uri.format(session_id)) == read(port, who, uri.format(NEVER_WAS))
    assert of_ann("get_session_status", session_id=running)["structuredContent"]["state"] == (
        "running"
    )


def test_one_caller_leaves_places_to_the_others(port: int) -> None:
    for _ in range(2):
        assert not call(port, "ann", "start_query", query=ENDLESS)["isError"]
    refused = call(port, "ann", "start_query", query=ENDLESS)
    assert refused["structuredContent"]["error"]["code"] == "limit_exceeded"
    assert refused["structuredContent"]["error"]["retry_after_s"] >= 1
    session_id = call(port, "bob", "start_query", query="SELECT 1 AS n")["structuredContent"][
        "session_id"
    ]
    ended = call(port, "bob", "get_session_status", session_id=session_id, wait_seconds=20)
    assert ended["structuredContent"]["state"] == "completed"
