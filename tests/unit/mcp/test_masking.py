"""The tools under masks: no answer holds a masked value, whatever its shape."""

from __future__ import annotations

import json
from typing import Any

import pytest
from mcp import Client
from mcp_types import CallToolResult
from tests.unit.mcp.applications import MakeApp, structured, text

from sqlcore_mcp.server import build_server

pytestmark = pytest.mark.anyio

SECRET = "Customer 7"
MASKED = "***"


async def call(make_app: MakeApp, name: str, **arguments: Any) -> CallToolResult:
    async with Client(build_server(make_app(mask=("*.name",)))) as client:
        await client.list_tools()  # so that structured content is checked
        return await client.call_tool(name, arguments)


def whole(result: CallToolResult) -> str:
    """Write everything that an answer carries."""
    return result.model_dump_json()


@pytest.mark.parametrize("row_format", ["markdown", "csv", "json"])
@pytest.mark.parametrize("response_mode", ["summary", "full"])
@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM customers WHERE id = 7",
        "SELECT upper(name) AS n, name || id AS m FROM customers WHERE id = 7",
        "WITH c AS (SELECT name AS x FROM customers WHERE id = 7) SELECT x FROM c UNION SELECT 'y'",
        "SELECT json_group_array(name) FROM customers",
    ],
)
async def test_no_format_and_no_mode_shows_a_masked_value(
    make_app: MakeApp, query: str, response_mode: str, row_format: str
) -> None:
    result = await call(
        make_app, "execute_query", query=query, response_mode=response_mode, format=row_format
    )
    assert not result.is_error
    assert SECRET.lower() not in whole(result).lower()
    assert MASKED in text(result)


async def test_an_answer_says_which_columns_are_masked(make_app: MakeApp) -> None:
    result = await call(make_app, "execute_query", query="SELECT id, name FROM customers")
    assert "1 column is masked: *** stands for a value." in text(result)
    assert structured(result)["columns"] == [
        {"name": "id", "type": "INTEGER"},
        {"name": "name", "type": "text", "masked": True},
    ]


async def test_facts_of_a_masked_column_count_only_nulls(make_app: MakeApp) -> None:
    result = await call(
        make_app, "execute_query", query="SELECT name FROM customers", response_mode="summary"
    )
    assert structured(result)["facts"] == [{"nulls": 0}]


async def test_a_page_and_its_cursor_show_no_masked_value(make_app: MakeApp) -> None:
    result = await call(make_app, "read_table", table_name="customers", order_by=["name"], limit=3)
    answer = structured(result)
    assert [row[1] for row in answer["rows"]] == [MASKED] * 3
    assert answer["paging"] == "offset"
    assert "Customer" not in whole(result)


async def test_an_error_shows_no_masked_value(make_app: MakeApp) -> None:
    query = "SELECT json_extract('{}', name) FROM customers WHERE id = 7"
    result = await call(make_app, "execute_query", query=query)
    assert result.is_error
    assert "Customer" not in whole(result)
    assert json.loads(whole(result))["structured_content"]["error"]["code"] == "execution_failed"


async def test_an_answer_without_masked_columns_says_nothing_of_masks(make_app: MakeApp) -> None:
    result = await call(make_app, "execute_query", query="SELECT id, status FROM orders")
    assert "mask" not in whole(result)
