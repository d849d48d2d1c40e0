"""The tool explain_query, through clients and in its text."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client
from mcp.server.auth.middleware.auth_context import auth_context_var
from mcp.server.auth.middleware.bearer_auth import AuthenticatedUser
from mcp.server.auth.provider import AccessToken
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextResourceContents
from tests.unit.mcp.applications import MakeApp, structured, text

from sqlcore.domain.plan import Plan, PlanNode
from sqlcore.errors import NotFoundError
from sqlcore.services.explaining import Explanation
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.plans import render_plan
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens
from sqlcore_mcp.resources import ResourceStore
from sqlcore_mcp.server import build_server
from sqlcore_mcp.toolbox import Toolbox

QUERY = "SELECT * FROM customers WHERE note = :note"


async def explain(client: Client, **arguments: Any) -> CallToolResult:
    await client.list_tools()  # the client checks structured content against the listed schema
    return await client.call_tool("explain_query", arguments)


@pytest.mark.anyio
@pytest.mark.parametrize("mode", ["auto", "legacy"])
async def test_a_plan_comes_as_a_tree_and_its_raw_text_as_a_resource(
    make_app: MakeApp, mode: Any
) -> None:
    async with Client(build_server(make_app()), mode=mode) as client:
        result = await explain(client, query=QUERY, parameters={"note": "x"})
        assert not result.is_error
        assert "nothing was run" in text(result)
        assert "Scan customers (cost 250)" in text(result)
        raw = structured(result)["raw_plan"]
        assert raw["uri"] in text(result)
        assert raw["expires_in_seconds"] == 900
        (content,) = (await client.read_resource(raw["uri"])).contents
        assert isinstance(content, TextResourceContents)
        assert content.text == "SCAN customers"
        assert content.mime_type == "text/plain"
        assert structured(result)["nodes"][1][:3] == [1, "Scan", "customers"]


@pytest.mark.anyio
async def test_what_is_not_there_is_a_mistake_of_the_caller(make_app: MakeApp) -> None:
    async with Client(build_server(make_app())) as client:
        for uri in ("sqlcore://plans/AAAAAAAAAAAAAAAAAAAAAA", "sqlcore://x", "other://plans/1"):
            with pytest.raises(MCPError) as refused:
                await client.read_resource(uri)
            assert refused.value.error.code == -32602


@pytest.mark.anyio
async def test_nothing_that_is_kept_is_listed(make_app: MakeApp) -> None:
    async with Client(build_server(make_app())) as client:
        await explain(client, query="SELECT 1")
        assert (await client.list_resources()).resources == []


@pytest.mark.anyio
async def test_who_logged_in_as_somebody_else_cannot_read_it(make_app: MakeApp) -> None:
    server = build_server(make_app())

    def log_in(subject: str) -> None:
        token = AccessToken(token="t", client_id="app", scopes=[], subject=subject)
        auth_context_var.set(AuthenticatedUser(token))

    log_in("ann")
    async with Client(server) as ann:
        uri = structured(await explain(ann, query="SELECT 1"))["raw_plan"]["uri"]
        assert (await ann.read_resource(uri)).contents
        log_in("bob")
        async with Client(server) as bob:
            with pytest.raises(MCPError, match="no such resource"):
                await bob.read_resource(uri)


@pytest.mark.parametrize("access", ["read", "write"])
def test_a_write_is_not_run(make_app: MakeApp, access: str) -> None:
    with Toolbox(make_app(access=access)) as tools:
        for analyze in (False, True):
            outcome = tools.call(
                "explain_query", {"query": "DELETE FROM customers", "analyze": analyze}
            )
            assert outcome.is_error is (access == "read" or analyze)
        counted = tools.call("execute_query", {"query": "SELECT COUNT(*) AS n FROM customers"})
        assert counted.structured["rows"] == [[250]]


def test_explain_in_the_query_is_answered_with_advice(make_app: MakeApp) -> None:
    with Toolbox(make_app(access="write")) as tools:
        outcome = tools.call("explain_query", {"query": "EXPLAIN SELECT 1"})
        assert outcome.is_error
        assert "Leave out EXPLAIN" in outcome.text


def test_the_toolbox_reads_what_was_named(make_app: MakeApp) -> None:
    with Toolbox(make_app()) as tools:
        outcome = tools.call("explain_query", {"query": "SELECT * FROM orders"})
        assert tools.read_resource(outcome.structured["raw_plan"]["uri"]).content == "SCAN orders"
        with pytest.raises(NotFoundError):
            tools.read_resource("sqlcore://plans/x")


def test_a_line_holds_the_join_and_the_numbers() -> None:
    scan = PlanNode(operation="Seq Scan", target="shop.orders o", rows=200_000, cost=3456.7)
    join = PlanNode(
        operation="Hash Join",
        details={"on": "(a.id = b.id)", "filter": "((x = 'a\nb') AND (y > 1))"},
        rows=100,
        cost=12,
        actual_rows=98.5,
        actual_ms=1.2345,
        loops=3,
        children=(scan, PlanNode(operation="Materialize", loops=0)),
    )
    answer = render_plan(Explanation(Plan(root=join, cost=12), ()), Budget(2000), None, 900.0)
    assert answer.text.splitlines()[1:] == [
        JOINED,
        "  Seq Scan shop.orders o (cost 3,457, rows 200,000)",
        "  Materialize (never run)",
    ]


JOINED = (
    "Hash Join (cost 12, rows 100, actual 98.5 in each of 3 runs, 1.23 ms) on a.id = b.id;"
    " filter (x = 'a b') AND (y > 1)"
)
NODES = st.recursive(
    st.builds(
        PlanNode,
        operation=st.text(max_size=30),
        target=st.none() | st.text(max_size=60),
        details=st.dictionaries(st.text(max_size=10), st.text(max_size=300), max_size=3),
        rows=st.none() | st.floats(0, 1e12),
        cost=st.none() | st.floats(0, 1e12),
    ),
    lambda children: st.builds(
        PlanNode,
        operation=st.just("Append"),
        children=st.lists(children, max_size=6).map(tuple),
    ),
    max_leaves=40,
)


@given(NODES, st.lists(st.text(max_size=400), max_size=8), st.integers(250, 3000))
def test_an_answer_keeps_to_its_budget_and_says_what_it_left_out(
    root: PlanNode, findings: list[str], tokens: int
) -> None:
    raw = ResourceStore().keep("plans", "{}", mime_type="application/json", owner="")
    plan = Plan(root=root, cost=1e11, planning_ms=12.5, execution_ms=1e6, analyzed=True)
    answer = render_plan(Explanation(plan, tuple(findings)), Budget(tokens), raw, 900.0)
    assert estimate_tokens(answer.text) <= tokens
    assert estimate_tokens(compact_json(dict(answer.structured))) <= tokens
    shown = len(answer.structured["nodes"])
    assert answer.structured["node_count"] == sum(1 for _ in root.walk())
    is_cut = shown < answer.structured["node_count"] or len(answer.structured["findings"]) < len(
        findings
    )
    assert answer.structured["truncated"] is is_cut
    assert bool(re.search(r"^Cut: ", answer.text, re.MULTILINE)) is is_cut
    assert raw.uri in answer.text
