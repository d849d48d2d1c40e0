"""Prompts name the tools that are there, and bring the tables along that they are about."""

from __future__ import annotations

import re
from typing import Any

import pytest
from mcp import Client, MCPError
from mcp_types import INVALID_PARAMS, TextContent
from tests.unit.mcp.applications import MakeApp, answer, unmarked

import sqlcore
from sqlcore_mcp.app import App
from sqlcore_mcp.rendering.tokens import estimate_tokens
from sqlcore_mcp.server import build_server
from sqlcore_mcp.tools import DEFINITIONS, served_tools

pytestmark = pytest.mark.anyio

ALL = ["explore_database", "write_query", "explain_table", "document_schema", "why_is_slow"]
GIVEN: dict[str, dict[str, str]] = {
    "explore_database": {"topic": "late orders"},
    "write_query": {"question": "Who paid late?", "tables": "orders, main.customers"},
    "explain_table": {"table": "orders"},
    "document_schema": {"schema": "main"},
    "why_is_slow": {"query": "SELECT * FROM orders"},
}


async def written(app: App, name: str, mode: Any = "auto", **arguments: str) -> str:
    result = await answer(app, lambda client: client.get_prompt(name, arguments), mode)
    (message,) = result.messages
    assert message.role == "user"
    assert isinstance(message.content, TextContent)
    return message.content.text


@pytest.mark.parametrize(("access", "expected"), [("read", ALL), ("metadata", ALL[:-1])])
async def test_prompts_are_listed(make_app: MakeApp, access: str, expected: list[str]) -> None:
    async with Client(build_server(make_app(access=access))) as client:
        prompts = (await client.list_prompts()).prompts
    assert expected == [prompt.name for prompt in prompts]
    assert all(prompt.title and prompt.description for prompt in prompts)
    by_name = {prompt.name: prompt for prompt in prompts}
    arguments = {one.name: one.required for one in by_name["write_query"].arguments or ()}
    assert arguments == {"question": True, "tables": False}


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
@pytest.mark.parametrize("name", ALL)
async def test_a_prompt_holds_what_it_is_about(make_app: MakeApp, name: str, mode: Any) -> None:
    text = unmarked(await written(make_app(), name, mode, **GIVEN[name]))
    for value in GIVEN[name].values():
        for word in value.split(", "):
            assert word in text
    assert not text.startswith("<data-")


@pytest.mark.parametrize("settings", [{}, {"toolsets": "all"}, {"access": "metadata"}])
async def test_prompts_name_no_tool_that_is_not_there(
    make_app: MakeApp, settings: dict[str, Any]
) -> None:
    there = set(served_tools(make_app(**settings)))
    everything = {definition.name for definition in DEFINITIONS}
    for name in ALL[:-1] if settings.get("access") else ALL:
        text = await written(make_app(**settings), name, **GIVEN[name])
        named = set(re.findall(r"\b[a-z]+(?:_[a-z]+)+\b", text))
        assert named & everything <= there


async def test_tables_that_are_named_are_brought_along_and_marked(make_app: MakeApp) -> None:
    text = await written(make_app(), "write_query", **GIVEN["write_query"])
    assert re.search(r"<data-(\d{12})>\n# Table main\.orders\n.*</data-\1>", text, re.DOTALL)
    assert "# Table main.customers" in text
    assert "search_tables" not in text


async def test_a_prompt_keeps_to_the_size_of_an_answer(make_app: MakeApp, shop: str) -> None:
    columns = ", ".join(f"column_{number} INTEGER" for number in range(500))
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query(f"CREATE TABLE wide ({columns})")
    text = await written(make_app(max_tokens=1500), "explain_table", table="wide")
    assert estimate_tokens(text) <= 1500


async def test_a_query_stays_in_its_block(make_app: MakeApp) -> None:
    text = await written(make_app(), "why_is_slow", query="SELECT '```'")
    assert "````sql\nSELECT '```'\n````" in text


async def test_in_server_mode_a_prompt_takes_a_database(make_app: MakeApp, shop: str) -> None:
    app = make_app(f"memory://{shop}", f"memory://{shop}")
    text = await written(app, "explain_table", table="orders", source="source1", database="main")
    assert text.endswith("All of this is about source source1 and database main.")
    assert "# Table main.orders" in text


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("explain_table", {}, 'The argument "table" is missing'),
        ("explain_table", {"table": " "}, 'The argument "table" is missing'),
        ("explain_table", {"table": "ordrs"}, "Did you mean main.orders"),
        ("document_schema", {"schema": "mian"}, "Did you mean main"),
        ("explain_table", {"tabel": "orders"}, "It takes: table."),
        ("write_query", {"question": "x", "tables": ",".join("abcdefghijklmnopqrstu")}, "20"),
        ("explain_table", {"table": "orders", "database": "x"}, 'no argument "database"'),
    ],
)
async def test_wrong_arguments_are_errors_of_the_caller(
    make_app: MakeApp, name: str, arguments: dict[str, str], said: str
) -> None:
    with pytest.raises(MCPError) as caught:
        await written(make_app(), name, **arguments)
    assert INVALID_PARAMS == caught.value.code
    assert said in str(caught.value)


async def test_a_prompt_that_needs_a_higher_level_is_not_there(make_app: MakeApp) -> None:
    with pytest.raises(MCPError, match="Unknown prompt: why_is_slow"):
        await written(make_app(access="metadata"), "why_is_slow", query="SELECT 1")
