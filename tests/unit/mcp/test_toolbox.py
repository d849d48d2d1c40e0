from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.unit.mcp.applications import MakeApp, unmarked

from sqlcore.errors import ConfigurationError
from sqlcore_mcp import Toolbox


def test_the_tools_can_be_called_in_process(shop: str) -> None:
    with Toolbox.open(f"memory://{shop}/main", access="read", environ={}) as toolbox:
        outcome = toolbox.call("execute_query", {"query": "SELECT 1 AS n"})
    assert not outcome.is_error
    assert unmarked(outcome.text) == "1 row, all shown.\n\n|n|\n|---|\n|1|"
    assert outcome.structured["rows"] == [[1]]


def test_schemas_are_what_a_model_needs(shop: str) -> None:
    with Toolbox.open(f"memory://{shop}/main", environ={}) as toolbox:
        schemas = toolbox.schemas()
    assert [schema["name"] for schema in schemas] == [
        "list_tables",
        "search_tables",
        "describe_table",
        "get_server_capabilities",
    ]
    assert all(schema.keys() == {"name", "description", "input_schema"} for schema in schemas)
    assert all(schema["input_schema"]["type"] == "object" for schema in schemas)


def test_a_failure_is_an_outcome(make_app: MakeApp) -> None:
    outcome = Toolbox(make_app()).call("execute_query", {"query": "DROP TABLE orders"})
    assert outcome.is_error
    assert outcome.structured["error"]["code"] == "refused"


def test_an_unknown_tool_names_the_nearest(make_app: MakeApp) -> None:
    outcome = Toolbox(make_app()).call("list_table")
    assert outcome.is_error
    assert "Did you mean list_tables" in outcome.text


@pytest.mark.parametrize(
    ("name", "needs"),
    [
        ("execute_query", "--access read or more and --toolsets with core"),
        ("check_health", "--toolsets with diagnostics"),
        ("list_databases", "a URL without a database"),
    ],
)
def test_a_tool_that_is_off_says_what_it_needs(make_app: MakeApp, name: str, needs: str) -> None:
    outcome = Toolbox(make_app(access="metadata")).call(name)
    assert outcome.is_error
    assert needs in outcome.text


def test_in_server_mode_a_name_of_three_parts_says_its_database(
    make_app: MakeApp, shop: str
) -> None:
    tools = Toolbox(make_app(f"memory://{shop}"))
    assert not tools.call("describe_table", {"table_name": "main.main.orders"}).is_error
    assert not tools.call("read_table", {"table_name": "[main].main.orders"}).is_error
    other = tools.call("read_table", {"table_name": "main.main.orders", "database": "other"})
    assert other.is_error
    assert tools.call("read_table", {"table_name": '"main.main'}).is_error


def test_a_write_is_refused_where_nobody_can_confirm_it(make_app: MakeApp) -> None:
    outcome = Toolbox(make_app(access="write")).call(
        "execute_query", {"query": "DELETE FROM orders"}
    )
    assert outcome.is_error
    assert "nobody to confirm" in outcome.text


@pytest.mark.parametrize(("agrees", "is_error"), [(True, False), (False, True)])
def test_a_write_runs_if_it_is_confirmed(
    make_app: MakeApp, *, agrees: bool, is_error: bool
) -> None:
    questions: list[str] = []

    def confirm(question: str) -> bool:
        questions.append(question)
        return agrees

    toolbox = Toolbox(make_app(access="write"), confirm=confirm)
    outcome = toolbox.call("execute_query", {"query": "DELETE FROM orders"})
    assert outcome.is_error is is_error
    assert "DELETE FROM orders" in questions[0]


@pytest.mark.anyio
async def test_a_call_can_be_awaited(make_app: MakeApp) -> None:
    outcome = await Toolbox(make_app()).acall("list_tables")
    assert outcome.text.startswith("3 tables")


def test_a_setting_that_cannot_be_used_is_named() -> None:
    with pytest.raises(ConfigurationError, match="acess"):
        Toolbox.open("memory://", acess="read", environ={})


def run_python(code: str) -> Any:
    return subprocess.run(  # noqa: S603  # our own words
        [sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=60
    )


def test_the_toolbox_needs_neither_the_sdk_nor_a_driver() -> None:
    done = run_python(
        "import sys; from sqlcore_mcp import Toolbox\n"
        "Toolbox.open('memory://', environ={}).schemas()\n"
        "heavy = {'mcp', 'pydantic', 'psycopg', 'pymssql', 'pyarrow', 'rich'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    assert done.returncode == 0, done.stderr


def test_the_server_starts_without_drivers_parsers_and_loggers() -> None:
    done = run_python(
        "import sys; from sqlcore_mcp import App, ServerSettings, build_server\n"
        "from sqlcore.config import SourceSettings\n"
        "source = SourceSettings(url='postgresql://me@localhost/shop')\n"
        "build_server(App(ServerSettings(sources={'shop': source})))\n"
        "heavy = {'psycopg', 'pymssql', 'sqlalchemy', 'sqlglot', 'pyarrow', 'structlog'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    assert done.returncode == 0, done.stderr


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60
)
@given(data=st.data())
def test_no_argument_makes_a_tool_fail_in_an_unexpected_way(
    make_app: MakeApp, data: st.DataObject
) -> None:
    toolbox = Toolbox(make_app(toolsets="all"))
    schema = data.draw(st.sampled_from(toolbox.schemas()))
    arguments = {
        name: data.draw(JSON | st.sampled_from(["orders", "id", "SELECT 1", 1, ["id"]]))
        for name in schema["input_schema"]["properties"]
        if data.draw(st.booleans())
    }
    outcome = toolbox.call(schema["name"], arguments)
    assert outcome.structured.get("error", {}).get("code") != "internal_error", outcome.text
    toolbox.close()
