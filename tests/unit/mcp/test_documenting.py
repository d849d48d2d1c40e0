"""The tools of documents: within the budget, with the whole as a resource, and stored if asked."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client, MCPError
from mcp_types import CallToolResult, ResourceLink, TextResourceContents
from tests.unit.documenting.schemas import ORDERS, column, document, table
from tests.unit.mcp.applications import MakeApp, marked_text, structured, text
from tests.unit.mcp.endpoints import serving_endpoint, status

import sqlcore
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.documenting import Delivery, fit_lines, render_documentation
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens
from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

NOWHERE = Delivery(resource=None, lifetime_s=900, size_bytes=1, max_bytes=1, stored=None)


async def call(app: Any, name: str, **arguments: Any) -> CallToolResult:
    async with Client(build_server(app)) as client:
        await client.list_tools()
        return await client.call_tool(name, arguments)


def documented(make_app: MakeApp, **settings: Any) -> Any:
    return make_app(access="metadata", toolsets="documentation", **settings)


async def test_the_documentation_of_a_small_schema_is_shown_whole(make_app: MakeApp) -> None:
    result = await call(documented(make_app), "generate_documentation")
    assert text(result).startswith("# Database main\n")
    assert "### Table main.orders" in text(result)
    assert "[main.customers](#table-maincustomers)" in text(result)
    output = structured(result)
    assert output["counts"] | {"columns": 0} == {
        "schemas": 1,
        "tables": 2,
        "views": 1,
        "columns": 0,
        "foreign_keys": 1,
        "routines": 0,
    }
    assert output["truncated"] is False
    assert output["sections_shown"] == output["section_count"]


async def test_the_whole_can_be_read_by_its_uri(make_app: MakeApp) -> None:
    async with Client(build_server(documented(make_app))) as client:
        result = await client.call_tool("generate_documentation", {"max_tokens": 500})
        output = structured(result)
        assert output["truncated"] is True
        assert output["document"]["uri"] in text(result)
        assert "sections shown" in text(result)
        (link,) = [part for part in result.content if isinstance(part, ResourceLink)]
        assert link.uri == output["document"]["uri"]
        read = await client.read_resource(link.uri)
    (content,) = read.contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "text/markdown"
    assert len(content.text.encode()) == output["document"]["size_bytes"]
    assert content.text.startswith("# Database main\n")


async def test_what_comes_from_the_database_is_marked(make_app: MakeApp) -> None:
    result = await call(documented(make_app), "generate_documentation")
    marked = marked_text(result)
    assert marked.startswith("<data-")
    assert "The whole document" in marked.rpartition("</data-")[2]


async def test_a_document_that_is_too_large_to_read_is_not_kept(make_app: MakeApp) -> None:
    app = documented(make_app, max_resource_bytes=100)
    result = await call(app, "generate_documentation", max_tokens=500)
    output = structured(result)
    assert "document" not in output
    assert output["document_too_large"]["max_size_bytes"] == 100
    assert output["document_too_large"]["estimated_size_bytes"] > 1000
    assert "more than the 100 of a resource: name one schema" in text(result)


async def test_an_unknown_schema_is_an_error(make_app: MakeApp) -> None:
    result = await call(documented(make_app), "generate_documentation", schema="mian")
    assert result.is_error
    assert "Did you mean main?" in text(result)


@pytest.mark.parametrize("max_tokens", [200, 400, 700, 1500, 4000])
def test_text_and_structured_content_keep_to_the_budget(max_tokens: int) -> None:
    tables = [table(f"t{n:03}", *(column(f"c{m}") for m in range(9))) for n in range(200)]
    answer = render_documentation(document(tables, ()), Budget(max_tokens), NOWHERE)
    assert estimate_tokens(answer.text) <= max_tokens
    assert estimate_tokens(compact_json(answer.structured)) <= max_tokens
    assert answer.structured["truncated"] is True
    assert f"of {answer.structured['section_count']:,} sections shown" in answer.text
    assert answer.text.startswith("# Database")
    assert "## Contents" in answer.text


def test_everything_is_shown_where_there_is_room() -> None:
    written = document([ORDERS], ())
    answer = render_documentation(written, Budget(20_000), NOWHERE)
    assert answer.structured["markdown"] == written.markdown()
    assert answer.links == ()


@given(st.integers(0, 200))
def test_code_that_is_cut_is_ended(tokens: int) -> None:
    whole = "one\n\n````sql\nSELECT 1\n```\nSELECT 2\n````\n\nafter\n"
    shown, is_whole = fit_lines(whole, Budget(tokens))
    assert is_whole == (shown == whole)
    assert shown.count("````") % 2 == 0
    assert estimate_tokens(shown) <= tokens


@pytest.mark.parametrize("row_format", ["markdown", "csv", "json"])
async def test_a_data_dictionary_has_a_row_for_each_column(
    make_app: MakeApp, row_format: str
) -> None:
    result = await call(documented(make_app), "get_data_dictionary", format=row_format)
    output = structured(result)
    names = [column["name"] for column in output["columns"]]
    rows = [dict(zip(names, row, strict=True)) for row in output["rows"]]
    assert {"schema": "main", "table": "orders", "column": "customer_id"}.items() <= rows[
        -3
    ].items()
    assert rows[-3]["references"] == "main.customers.id"
    assert output["row_count"] == len(rows)
    assert "all shown" in text(result)


async def test_a_data_dictionary_that_does_not_fit_names_all_of_it(make_app: MakeApp) -> None:
    async with Client(build_server(documented(make_app))) as client:
        result = await client.call_tool(
            "get_data_dictionary", {"format": "json", "max_tokens": 500}
        )
        output = structured(result)
        assert output["truncated"] is True
        assert estimate_tokens(text(result)) <= 500
        read = await client.read_resource(output["document"]["uri"])
    (content,) = read.contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "application/json"
    assert len(json.loads(content.text)["rows"]) == output["row_count"]


async def test_fields_and_long_texts_that_have_no_room_are_counted(
    make_app: MakeApp, shop: str
) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query(f"CREATE TABLE long_default (id TEXT DEFAULT '{'x' * 9000}')")
    narrow = await call(documented(make_app), "get_data_dictionary", max_tokens=260)
    assert "fields of each have no room." in text(narrow)
    assert estimate_tokens(text(narrow)) <= 260
    whole = await call(documented(make_app), "get_data_dictionary")
    assert "Long texts are cut: 1." in text(whole)
    assert structured(whole)["truncated"] is True


async def test_csv_in_an_answer_holds_no_formula(make_app: MakeApp, shop: str) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query("CREATE TABLE \"=cmd|' /C calc'!A0\" (id INTEGER)")
    result = await call(documented(make_app), "get_data_dictionary", format="csv")
    assert ",'=cmd|" in text(result)


async def test_somebody_else_cannot_read_a_document(make_app: MakeApp) -> None:
    app = documented(make_app)
    kept = app.resources.keep("documents", "secret", mime_type="text/markdown", owner="ann")
    async with Client(build_server(app)) as client:
        with pytest.raises(MCPError, match="call the tool again"):
            await client.read_resource(kept.uri)


# Large schemas, of more than one block of tables


@pytest.fixture
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sqlcore.services.documenting.reading.BLOCK_TABLES", 1)
    monkeypatch.setattr("sqlcore_mcp.tools.documenting._COLUMN_TOKENS", 300)


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("generate_documentation", {}),
        ("generate_documentation", {"include_data_dictionary": True, "schema": "main"}),
        ("get_data_dictionary", {"format": "csv"}),
    ],
)
async def test_of_a_large_schema_the_whole_is_written_when_it_is_read(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, tool: str, arguments: dict[str, Any]
) -> None:
    app = documented(make_app)
    async with Client(build_server(app)) as client:
        result = await client.call_tool(tool, {"max_tokens": 300, **arguments})
        output = structured(result)
        assert output["truncated"] is True
        named = output["document"]
        assert "size_bytes" not in named
        assert f"about {named['estimated_size_bytes']:,} bytes), written when it is read" in text(
            result
        )
        (link,) = [part for part in result.content if isinstance(part, ResourceLink)]
        assert (link.uri, link.size) == (named["uri"], None)
        (content,) = (await client.read_resource(named["uri"])).contents
        (again,) = (await client.read_resource(named["uri"])).contents
        monkeypatch.undo()
        at_once = structured(await client.call_tool(tool, {"max_tokens": 300, **arguments}))
        (expected,) = (await client.read_resource(at_once["document"]["uri"])).contents
    assert isinstance(content, TextResourceContents)
    assert isinstance(expected, TextResourceContents)
    assert "orders" in content.text
    assert content.text == expected.text
    assert again == content


@pytest.mark.usefixtures("small_blocks")
@pytest.mark.parametrize("tool", ["generate_documentation", "get_data_dictionary"])
async def test_that_the_whole_is_too_large_is_said_before_it_is_written(
    make_app: MakeApp, tool: str
) -> None:
    result = await call(documented(make_app, max_resource_bytes=100), tool, max_tokens=300)
    assert structured(result)["document_too_large"]["max_size_bytes"] == 100
    assert "sqlcore-mcp docs" in text(result)
    assert estimate_tokens(text(result)) <= 300


@pytest.mark.usefixtures("small_blocks")
async def test_what_has_become_too_large_is_an_error_that_says_what_to_do(
    make_app: MakeApp, shop: str
) -> None:
    app = documented(make_app, max_resource_bytes=5000)
    async with Client(build_server(app)) as client:
        result = await client.call_tool("generate_documentation", {"max_tokens": 300})
        columns = ", ".join(f"column_{number} TEXT" for number in range(200))
        with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
            database.query(f"CREATE TABLE wide ({columns})")
        with pytest.raises(MCPError, match="Ask for one schema, or write files"):
            await client.read_resource(structured(result)["document"]["uri"])


@pytest.mark.usefixtures("small_blocks")
async def test_what_is_stored_is_the_whole_of_a_large_schema(make_app: MakeApp) -> None:
    with serving_endpoint() as server:
        app = documented(make_app, knowledge_url=server.url)
        await call(app, "generate_documentation", store_in_knowledge=True, max_tokens=300)
    (posted,) = server.posted
    assert "## What is not here" in posted.body["content"]


# Storing


async def test_without_an_endpoint_there_is_no_argument_for_it(make_app: MakeApp) -> None:
    async with Client(build_server(documented(make_app))) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
        refused = await client.call_tool("generate_documentation", {"store_in_knowledge": True})
    for name in ("generate_documentation", "get_data_dictionary"):
        tool = tools[name]
        assert "store_in_knowledge" not in tool.input_schema["properties"]
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is True
        assert tool.annotations.open_world_hint is False
    assert refused.is_error


async def test_with_an_endpoint_the_annotations_say_that_something_leaves(
    make_app: MakeApp,
) -> None:
    app = documented(make_app, knowledge_url="https://knowledge.example/")
    async with Client(build_server(app)) as client:
        tools = {tool.name: tool for tool in (await client.list_tools()).tools}
    for name in ("generate_documentation", "get_data_dictionary"):
        tool = tools[name]
        assert "store_in_knowledge" in tool.input_schema["properties"]
        assert tool.annotations is not None
        assert tool.annotations.read_only_hint is False
        assert tool.annotations.destructive_hint is False
        assert tool.annotations.open_world_hint is True
    drawn = tools["draw_schema"].annotations
    assert drawn is not None
    assert (drawn.read_only_hint, drawn.open_world_hint) == (True, False)


@pytest.mark.parametrize(
    ("tool", "kind", "arguments"),
    [
        ("generate_documentation", "database_documentation", {}),
        ("get_data_dictionary", "data_dictionary", {"format": "csv"}),
    ],
)
async def test_a_document_is_stored_whole_and_noted_in_the_audit(
    make_app: MakeApp,
    caplog: pytest.LogCaptureFixture,
    tool: str,
    kind: str,
    arguments: dict[str, Any],
) -> None:
    with serving_endpoint() as server, caplog.at_level(logging.INFO, "sqlcore.audit"):
        app = documented(make_app, knowledge_url=server.url, knowledge_token="t0ken")
        result = await call(app, tool, store_in_knowledge=True, max_tokens=500, **arguments)
    (posted,) = server.posted
    assert posted.body["type"] == kind
    assert posted.body["tags"] == ["sqlcore", "database", "sqlcore in-memory", "main"]
    assert posted.body["metadata"]["database"] == "main"
    assert "customer_id" in posted.body["content"]
    assert structured(result)["stored"] == {"status": 201}
    assert "The knowledge endpoint took it" in text(result)
    noted = [record for record in caplog.messages if "store_in_knowledge" in record]
    assert len(noted) == 1
    assert "completed" in noted[0]
    assert "t0ken" not in caplog.text
    assert "in-the-address" not in caplog.text


async def test_a_document_that_is_not_taken_is_an_error_and_noted(
    make_app: MakeApp, caplog: pytest.LogCaptureFixture
) -> None:
    with (
        serving_endpoint(status(401)) as server,
        caplog.at_level(logging.INFO, "sqlcore.audit"),
    ):
        app = documented(make_app, knowledge_url=server.url, knowledge_token="t0ken")
        result = await call(app, "generate_documentation", store_in_knowledge=True)
    assert result.is_error
    assert structured(result)["error"]["code"] == "authentication"
    assert "t0ken" not in text(result)
    (noted,) = [record for record in caplog.messages if "store_in_knowledge" in record]
    assert "failed" in noted


async def test_what_cannot_be_noted_is_not_sent(make_app: MakeApp, tmp_path: Any) -> None:
    folder = tmp_path / "audit"
    folder.mkdir()
    with serving_endpoint() as server:
        app = documented(
            make_app,
            knowledge_url=server.url,
            audit_log=str(folder / "log.jsonl"),
            audit_required=True,
        )
        (folder / "log.jsonl").mkdir()
        result = await call(app, "generate_documentation", store_in_knowledge=True)
    assert result.is_error
    assert server.posted == []
