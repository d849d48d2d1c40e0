"""The server through the SDK's in-memory client, in both generations of the protocol."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mcp import Client
from mcp_types import CallToolResult, Tool
from tests.unit.mcp.applications import MakeApp, structured, text

import sqlcore
from sqlcore.testing.memory import MemoryConnection
from sqlcore_mcp.definitions import ToolDefinition
from sqlcore_mcp.rendering.tokens import estimate_tokens
from sqlcore_mcp.server import build_server
from sqlcore_mcp.tools import DEFINITIONS
from sqlcore_mcp.tools.documenting import DOCUMENTING_TOOLS
from sqlcore_mcp.tools.exploring import EXPLORING_TOOLS
from sqlcore_mcp.tools.metadata import METADATA_TOOLS

pytestmark = pytest.mark.anyio

CATALOG = ["list_tables", "search_tables", "describe_table", "get_server_capabilities"]
ROWS = ["read_table", "execute_query", "explain_query"]
PROCEDURES = [
    "list_stored_procedures",
    "get_stored_procedure_definition",
    "get_stored_procedure_parameters",
]
METADATA = [tool.name for tool in METADATA_TOOLS]
DOCUMENTATION = [tool.name for tool in (*EXPLORING_TOOLS, *DOCUMENTING_TOOLS)]


async def list_tools(app: Any) -> list[Tool]:
    async with Client(build_server(app)) as client:
        return (await client.list_tools()).tools


async def call(app: Any, name: str, mode: Any = "auto", **arguments: Any) -> CallToolResult:
    async with Client(build_server(app), mode=mode) as client:
        # The client checks structured content against the listed schema.
        await client.list_tools()
        return await client.call_tool(name, arguments)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"access": "metadata"}, CATALOG),
        ({"access": "read"}, CATALOG + ROWS),
        ({"access": "write"}, CATALOG + ROWS),
        ({"access": "metadata", "toolsets": "diagnostics"}, ["check_health"]),
        (
            {"access": "read", "toolsets": "all"},
            [*CATALOG, *ROWS, *PROCEDURES, *METADATA, *DOCUMENTATION, "check_health"],
        ),
    ],
)
async def test_tools_are_listed_by_access_and_toolset(
    make_app: MakeApp, settings: dict[str, Any], expected: Any
) -> None:
    assert [tool.name for tool in await list_tools(make_app(**settings))] == expected


async def test_in_server_mode_a_call_may_name_a_database(make_app: MakeApp, shop: str) -> None:
    tools = await list_tools(make_app(f"memory://{shop}"))
    assert tools[0].name == "list_databases"
    assert "database" not in tools[0].input_schema["properties"]
    assert all("database" in tool.input_schema["properties"] for tool in tools[1:])


async def test_with_several_sources_a_call_may_name_one(make_app: MakeApp, shop: str) -> None:
    tools = await list_tools(make_app(f"memory://{shop}/main", f"memory://{shop}/other"))
    sources = [tool.input_schema["properties"]["source"]["enum"] for tool in tools]
    assert sources == [["source0", "source1"]] * len(tools)


async def test_with_one_bound_source_neither_can_be_named(make_app: MakeApp) -> None:
    for tool in await list_tools(make_app()):
        assert not {"source", "database"} & tool.input_schema["properties"].keys()


async def test_a_named_source_is_used(make_app: MakeApp, shop: str) -> None:
    app = make_app(f"memory://{shop}/main", f"memory://{shop}/other")
    result = await call(app, "list_tables", source="source1")
    assert text(result) == "No tables match."


async def test_a_source_that_is_not_named_is_asked_for(make_app: MakeApp, shop: str) -> None:
    app = make_app(f"memory://{shop}/main", f"memory://{shop}/other")
    result = await call(app, "list_tables")
    assert result.is_error
    assert text(result).endswith("Name one of: source0, source1.")


async def test_the_list_of_core_tools_is_small(make_app: MakeApp, shop: str) -> None:
    listed = await list_tools(make_app(f"memory://{shop}", f"memory://{shop}/x", access="write"))
    described = [[t.name, t.title, t.description, t.input_schema] for t in listed]
    assert estimate_tokens(json.dumps(described)) < 2000


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda definition: definition.name)
def test_a_description_has_at_most_three_sentences(definition: ToolDefinition) -> None:
    sentences = [s for s in definition.description.replace("= !=", "").split(". ") if s.strip()]
    assert 1 <= len(sentences) <= 3


@pytest.mark.parametrize(("access", "read_only"), [("read", True), ("write", False)])
async def test_annotations_say_whether_a_tool_may_change_anything(
    make_app: MakeApp, *, access: str, read_only: bool
) -> None:
    hints = {tool.name: tool.annotations for tool in await list_tools(make_app(access=access))}
    query, table = hints["execute_query"], hints["read_table"]
    assert query is not None
    assert table is not None
    assert (query.read_only_hint, query.destructive_hint) == (read_only, not read_only)
    assert (table.read_only_hint, table.destructive_hint) == (True, False)
    assert query.open_world_hint is False


@pytest.mark.parametrize("mode", ["legacy", "2026-07-28"])
async def test_a_query_answers_in_both_generations(make_app: MakeApp, mode: Any) -> None:
    result = await call(
        make_app(),
        "execute_query",
        mode=mode,
        query="SELECT id, name FROM customers WHERE id < :below ORDER BY id",
        parameters={"below": 3},
    )
    assert text(result) == (
        "2 rows, all shown.\n\n|id|name|\n|---|---|\n|1|Customer 1|\n|2|Customer 2|"
    )
    assert structured(result)["rows"] == [[1, "Customer 1"], [2, "Customer 2"]]
    assert structured(result)["row_count"] == 2


async def test_a_parameter_may_say_its_type(make_app: MakeApp) -> None:
    result = await call(
        make_app(),
        "execute_query",
        query="SELECT :v AS v",
        parameters={"v": {"type": "decimal", "value": "1.10"}},
    )
    assert not result.is_error


async def test_tables_are_listed(make_app: MakeApp) -> None:
    result = await call(make_app(), "list_tables")
    names = [row[:3] for row in structured(result)["rows"]]
    assert names == [
        ["main", "customers", "table"],
        ["main", "new_orders", "view"],
        ["main", "orders", "table"],
    ]
    assert text(result).startswith("3 tables, all shown.")


async def test_tables_are_listed_by_kind(make_app: MakeApp) -> None:
    result = await call(make_app(), "list_tables", kind="view", detail="names")
    assert structured(result)["rows"] == [["main", "new_orders", "view"]]


async def test_pages_of_a_list_of_tables_are_the_whole_list(make_app: MakeApp, shop: str) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        for number in range(150):
            database.query(f"CREATE TABLE extra_{number:03} (id INTEGER)")
    names: list[str] = []
    arguments: dict[str, Any] = {"max_tokens": 400, "detail": "names"}
    async with Client(build_server(make_app())) as client:
        while True:
            result = await client.call_tool("list_tables", arguments)
            assert estimate_tokens(text(result)) <= 400
            assert structured(result)["row_count"] == 153
            names += [row[1] for row in structured(result)["rows"]]
            if "next_cursor" not in structured(result):
                break
            assert f"next_cursor: {structured(result)['next_cursor']}" in text(result)
            arguments["cursor"] = structured(result)["next_cursor"]
    assert len(names) == len(set(names)) == 153
    assert "153 tables; " in text(result)


async def test_a_cursor_of_another_list_is_refused(make_app: MakeApp, shop: str) -> None:
    app = make_app()
    async with Client(build_server(app)) as client:
        with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
            for number in range(80):
                database.query(f"CREATE TABLE extra_{number:03} (id INTEGER)")
        page = await client.call_tool("list_tables", {"max_tokens": 200})
        cursor = structured(page)["next_cursor"]
        other = await client.call_tool("list_tables", {"cursor": cursor, "kind": "view"})
        broken = await client.call_tool("list_tables", {"cursor": cursor[:-3]})
        nonsense = await client.call_tool("list_tables", {"cursor": "???"})
    for result in (other, broken, nonsense):
        assert result.is_error
        assert structured(result)["error"]["code"] == "invalid_argument"
        assert structured(result)["error"]["parameter"] == "cursor"
        assert "begin again" in text(result)


async def test_search_finds_columns(make_app: MakeApp) -> None:
    result = await call(make_app(), "search_tables", search_term="customer")
    assert ["main.customers", "table"] in [row[:2] for row in structured(result)["rows"]]
    assert "best first" in text(result)


async def test_search_without_a_hit_says_what_to_do(make_app: MakeApp) -> None:
    result = await call(make_app(), "search_tables", search_term="zebra")
    assert text(result) == 'Nothing matches "zebra". Try another word, or list the tables.'


async def test_a_table_is_described(make_app: MakeApp) -> None:
    result = await call(make_app(), "describe_table", table_name="orders")
    assert "customer_id INTEGER\n" in text(result)
    assert "status TEXT default 'new'" in text(result)
    assert "(customer_id) -> main.customers (id)" in text(result)
    assert structured(result)["column_fields"][0] == "name"
    assert [row[0] for row in structured(result)["columns"]] == [
        "id",
        "customer_id",
        "total",
        "status",
    ]
    assert structured(result)["foreign_keys"][0]["referenced_table"] == "main.customers"


async def test_an_unknown_table_names_the_nearest(make_app: MakeApp) -> None:
    result = await call(make_app(), "describe_table", table_name="ordrs")
    assert result.is_error
    assert text(result).startswith('[not_found] There is no table or view "ordrs".')
    assert text(result).endswith("Did you mean main.orders or main.new_orders?")
    assert structured(result)["error"]["code"] == "not_found"
    assert structured(result)["error"]["parameter"] == "table_name"


async def test_rows_of_a_table_are_read(make_app: MakeApp) -> None:
    result = await call(
        make_app(),
        "read_table",
        table_name="customers",
        columns=["id"],
        where=[{"column": "id", "op": "between", "value": [3, 5]}],
        order_by=["id desc"],
    )
    assert structured(result)["rows"] == [[5], [4], [3]]
    assert text(result).startswith("main.customers: 3 rows, all shown.")


async def test_pages_cut_by_the_budget_miss_no_row(make_app: MakeApp) -> None:
    arguments: dict[str, Any] = {"table_name": "customers", "max_tokens": 500}
    ids: list[int] = []
    async with Client(build_server(make_app())) as client:
        while True:
            result = await client.call_tool("read_table", arguments)
            assert not result.is_error, text(result)
            assert estimate_tokens(text(result)) <= 500
            ids += [row[0] for row in structured(result)["rows"]]
            if "next_cursor" not in structured(result):
                break
            arguments["cursor"] = structured(result)["next_cursor"]
    assert ids == list(range(1, 251))


async def test_a_statement_that_does_not_only_read_is_refused_at_read(make_app: MakeApp) -> None:
    result = await call(make_app(), "execute_query", query="DELETE FROM orders")
    assert result.is_error
    assert structured(result)["error"]["code"] == "refused"


async def test_a_syntax_error_says_what_the_server_says(make_app: MakeApp) -> None:
    result = await call(make_app(), "execute_query", query="SELECT * FROM nowhere_at_all")
    assert result.is_error
    assert "nowhere_at_all" in text(result)


async def test_wrong_arguments_are_errors_that_name_them(make_app: MakeApp) -> None:
    async with Client(build_server(make_app())) as client:
        unknown = await client.call_tool("execute_query", {"qery": "SELECT 1"})
        missing = await client.call_tool("execute_query", {})
        low = await client.call_tool("execute_query", {"query": "SELECT 1", "max_tokens": 5})
    assert "Did you mean query?" in text(unknown)
    assert text(missing) == '[invalid_argument] The argument "query" is missing.'
    assert "at least 200" in text(low)
    assert unknown.is_error
    assert missing.is_error
    assert low.is_error


async def test_an_unknown_tool_names_the_nearest(make_app: MakeApp) -> None:
    async with Client(build_server(make_app())) as client:
        result = await client.call_tool("execute_qery", {})
    assert result.is_error
    said = '[not_found] There is no tool "execute_qery" here. Did you mean execute_query?'
    assert text(result) == said


async def test_a_tool_that_is_not_listed_cannot_be_called(make_app: MakeApp) -> None:
    async with Client(build_server(make_app(access="metadata"))) as client:
        result = await client.call_tool("execute_query", {"query": "SELECT 1"})
    assert result.is_error
    assert structured(result)["error"]["code"] == "not_found"


async def test_a_defect_is_logged_and_told_without_details(
    make_app: MakeApp, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("cannot reach postgresql://me:s3cret@db.example/shop")

    monkeypatch.setattr("sqlcore.services.database.Database.capabilities", fail)
    result = await call(make_app(), "get_server_capabilities")
    assert result.is_error
    error = structured(result)["error"]
    assert error["code"] == "internal_error"
    assert "s3cret" not in text(result)
    assert "RuntimeError" not in text(result)
    logged = capsys.readouterr().err
    assert error["error_id"] in logged
    assert "RuntimeError" in logged
    assert "s3cret" not in logged


async def test_health_is_told(make_app: MakeApp) -> None:
    result = await call(make_app(toolsets="all"), "check_health")
    assert structured(result)["ok"] is True
    assert text(result).startswith("Healthy.")


async def test_the_server_is_described(make_app: MakeApp) -> None:
    result = await call(make_app(), "get_server_capabilities", refresh=True)
    assert structured(result)["engine"] == "memory"
    assert structured(result)["dialect"] == "sqlite"
    assert structured(result)["access"] == "read"


async def test_databases_are_listed_in_server_mode(make_app: MakeApp, shop: str) -> None:
    result = await call(make_app(f"memory://{shop}"), "list_databases")
    assert structured(result)["rows"][0][0] == "main"


async def test_the_server_closes_what_it_opened(make_app: MakeApp) -> None:
    app = make_app()
    async with Client(build_server(app)) as client:
        await client.call_tool("list_tables", {})
        connection = app.database(None, None).connection
        assert isinstance(connection, MemoryConnection)
        assert connection.pool_size == 1
    assert connection.pool_size == 0


async def test_two_clients_at_once_share_a_server(make_app: MakeApp) -> None:
    server = build_server(make_app())
    async with Client(server) as first:
        async with Client(server, mode="legacy") as second:
            assert not (await second.call_tool("list_tables", {})).is_error
        assert not (await first.call_tool("list_tables", {})).is_error
