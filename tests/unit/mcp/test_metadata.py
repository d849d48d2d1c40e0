from __future__ import annotations

import re
from typing import Any

import pytest
from tests.unit.mcp.applications import MakeApp
from tests.unit.shop_procedures import define_shop

import sqlcore
from sqlcore.testing.memory import MemoryConnection
from sqlcore_mcp.calling import ToolOutcome
from sqlcore_mcp.toolbox import Toolbox

_DATA = re.compile(r"<(data-\d{12})>.*?</\1>", re.DOTALL)
REFERENCE = "(customer_id) -> main.customers (id)"


@pytest.fixture
def toolbox(make_app: MakeApp) -> Toolbox:
    return Toolbox(make_app(access="metadata", toolsets="all"))


def call(toolbox: Toolbox, name: str, **arguments: Any) -> ToolOutcome:
    outcome = toolbox.call(name, arguments)
    assert not outcome.is_error, outcome.text
    return outcome


def refused(toolbox: Toolbox, name: str, **arguments: Any) -> str:
    outcome = toolbox.call(name, arguments)
    assert outcome.is_error
    return outcome.text


def test_schemas_are_listed_with_what_they_hold(toolbox: Toolbox) -> None:
    listed = call(toolbox, "list_schemas").structured
    assert [c["name"] for c in listed["columns"]][:4] == ["schema", "tables", "views", "routines"]
    assert listed["rows"][0][:4] == ["main", 2, 1, 0]


def test_views_are_listed_without_tables(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "list_views")
    assert outcome.text.startswith("1 view, all shown.")
    assert [row[1] for row in outcome.structured["rows"]] == ["new_orders"]
    assert call(toolbox, "list_views", name_pattern="x*").text == "No views match."


@pytest.mark.parametrize(
    "tool", ["list_tables", "list_views", "list_functions", "list_stored_procedures"]
)
def test_a_schema_that_there_is_not_is_named(toolbox: Toolbox, tool: str) -> None:
    words = refused(toolbox, tool, schema="mian")
    assert 'There is no schema "mian".' in words
    assert "Did you mean main?" in words


def test_foreign_keys_are_shown_from_both_ends(toolbox: Toolbox) -> None:
    orders = call(toolbox, "get_table_foreign_keys", table_name="orders")
    assert REFERENCE in orders.text
    customers = call(toolbox, "get_table_foreign_keys", table_name="customers")
    assert customers.structured["referenced_by"][0]["table"] == "main.orders"
    view = call(toolbox, "get_table_foreign_keys", table_name="new_orders")
    assert "has no foreign keys" in view.text


def test_indexes_and_statistics_are_found_by_a_name_in_any_case(toolbox: Toolbox) -> None:
    indexes = call(toolbox, "get_table_indexes", table_name="ORDERS", schema="main")
    assert indexes.structured["table"] == "main.orders"
    statistics = call(toolbox, "get_table_statistics", table_name="main.CUSTOMERS")
    assert statistics.structured["rows"] == 250


@pytest.mark.parametrize(
    "tool", ["get_table_indexes", "get_table_foreign_keys", "get_table_statistics"]
)
def test_a_table_that_there_is_not_is_answered_with_the_nearest(
    toolbox: Toolbox, tool: str
) -> None:
    assert "Did you mean main.orders" in refused(toolbox, tool, table_name="main.ordres")


@pytest.mark.parametrize(
    "tool",
    ["describe_table", "get_table_indexes", "get_table_foreign_keys", "get_table_statistics"],
)
def test_a_name_that_means_something_else_than_a_table_is_said_to(
    shop: str, toolbox: Toolbox, tool: str
) -> None:
    with sqlcore.connect(f"memory://{shop}/main") as database:
        assert isinstance(database.connection, MemoryConnection)
        define_shop(database.connection)
        words = refused(toolbox, tool, table_name="add_order")
    assert "add_order is a procedure, not a table or view." in words
    assert words.endswith("Look at it with get_object_definition.")


def test_the_definition_of_a_view_is_its_text(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "get_object_definition", object_name="new_orders")
    (found,) = outcome.structured["objects"]
    assert (found["object"], found["type"]) == ("main.new_orders", "view")
    assert "WHERE status = 'new'" in found["definition"]


def test_an_object_of_another_type_is_said_to_be_one(toolbox: Toolbox) -> None:
    words = refused(toolbox, "get_object_definition", object_name="orders", object_type="procedure")
    assert "orders is a table, not a procedure." in words
    words = refused(toolbox, "get_object_definition", object_name="orders", object_type="index")
    assert "orders is a table, not an index." in words


def test_an_object_that_there_is_not_is_answered_with_the_nearest(toolbox: Toolbox) -> None:
    words = refused(toolbox, "get_object_dependencies", object_name="new_order")
    assert 'There is no object "new_order".' in words
    assert "main.new_orders" in words


def test_an_object_of_another_database_is_not_looked_for_in_this_one(toolbox: Toolbox) -> None:
    words = refused(toolbox, "get_object_definition", object_name="other.main.orders")
    assert 'There is no object "orders" in schema main of database other.' in words


def test_dependencies_go_both_ways(toolbox: Toolbox) -> None:
    used = call(toolbox, "get_object_dependencies", object_name="orders").structured
    assert {"main.new_orders"} <= {one["object"] for one in used["used_by"]}
    assert {"main.customers"} <= {one["object"] for one in used["uses"]}


def test_functions_are_listed_without_procedures(shop: str, toolbox: Toolbox) -> None:
    with sqlcore.connect(f"memory://{shop}/main") as database:
        assert isinstance(database.connection, MemoryConnection)
        define_shop(database.connection)
        listed = call(toolbox, "list_stored_procedures").structured["rows"]
        outcome = call(toolbox, "list_functions")
    functions = outcome.structured["rows"]
    assert outcome.text.startswith("1 function, all shown.")
    assert "No functions match." == call(toolbox, "list_functions", name_pattern="x*").text
    assert ["double"] == [row[1] for row in functions]
    assert {"add_order", "double"} <= {row[1] for row in listed}


@pytest.mark.parametrize("tool", ["get_object_definition", "get_table_indexes"])
def test_what_to_do_next_is_said_outside_of_the_marks(toolbox: Toolbox, tool: str) -> None:
    argument = "object_name" if tool == "get_object_definition" else "table_name"
    assert "search_tables" in _DATA.sub("", refused(toolbox, tool, **{argument: "zzzzzz"}))
    near = refused(toolbox, tool, **{argument: "orderz"})
    assert "main.orders" in near
    assert "main.orders" not in _DATA.sub("", near)


def test_what_comes_from_the_database_stands_between_marks(toolbox: Toolbox) -> None:
    for name, arguments in (
        ("get_table_indexes", {"table_name": "orders"}),
        ("get_table_foreign_keys", {"table_name": "orders"}),
        ("get_table_statistics", {"table_name": "orders"}),
        ("list_schemas", {}),
        ("list_views", {}),
        ("get_object_definition", {"object_name": "new_orders"}),
        ("get_object_dependencies", {"object_name": "orders"}),
    ):
        ours = _DATA.sub("", toolbox.call(name, arguments).text)
        assert "orders" not in ours, name
