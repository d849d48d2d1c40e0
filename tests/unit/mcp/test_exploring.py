"""The tools that explore a schema: what they say, what they leave out, and how to go on."""

from __future__ import annotations

import contextlib
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.exploring.mermaid_grammar import read_diagram
from tests.unit.exploring.snapshots import foreign_key, snapshot, table, wide_snapshot
from tests.unit.mcp.applications import MakeApp

import sqlcore
from sqlcore.domain.schema import SchemaColumn
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.diagrams import draw
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.overview import explore
from sqlcore.services.exploring.relationships import find_relationships
from sqlcore.testing.memory import SqliteDialect
from sqlcore_mcp.calling import ToolOutcome
from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import marked
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.exploring import render_overview
from sqlcore_mcp.rendering.exploring_diagrams import diagram_fits, render_diagram
from sqlcore_mcp.rendering.exploring_relationships import render_relationships
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens
from sqlcore_mcp.toolbox import Toolbox


@pytest.fixture
def toolbox(make_app: MakeApp) -> Toolbox:
    return Toolbox(make_app(access="metadata", toolsets="all"))


@pytest.fixture
def many(make_app: MakeApp, shop: str) -> Toolbox:
    """A shop with a hundred tables more."""
    with sqlcore.connect(f"memory://{shop}/main", access="write") as db:
        for number in range(100):
            refers = f" REFERENCES t{number - 1:03d} (id)" if number else ""
            db.query(f"CREATE TABLE t{number:03d} (id INTEGER PRIMARY KEY, up INTEGER{refers})")
    return Toolbox(make_app(access="metadata", toolsets="all"))


def call(toolbox: Toolbox, name: str, **arguments: Any) -> ToolOutcome:
    outcome = toolbox.call(name, arguments)
    assert not outcome.is_error, outcome.text
    return outcome


def refused(toolbox: Toolbox, name: str, **arguments: Any) -> str:
    outcome = toolbox.call(name, arguments)
    assert outcome.is_error
    return outcome.text


def test_an_overview_has_counts_schemas_and_the_important_tables_first(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "explore_schema")
    assert outcome.text.startswith("3 tables and views, 0 routines and 1 foreign key in 1 schema.")
    assert "main: 2 tables, 1 view" in outcome.text
    tables = [row[0] for row in outcome.structured["tables"]]
    assert tables == ["main.customers", "main.orders", "main.new_orders"]
    assert "main.orders (table), 4 columns; key id; refers to main.customers" in outcome.text
    assert outcome.structured["truncated"] is False


def test_a_full_overview_has_columns_with_their_marks(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "explore_schema", response_mode="full")
    assert "customer_id INTEGER? -> main.customers.id" in outcome.text
    assert "main.customers (table): id INTEGER PK, name TEXT, note TEXT?" in outcome.text
    (_, orders, _) = outcome.structured["tables"]
    assert orders[3][1] == ["customer_id", "INTEGER? -> main.customers.id"]


@pytest.mark.parametrize("mode", ["summary", "full"])
def test_an_overview_goes_on_where_it_was_cut(many: Toolbox, mode: str) -> None:
    seen: list[str] = []
    wishes: dict[str, Any] = {}
    while True:
        outcome = call(many, "explore_schema", response_mode=mode, max_tokens=900, **wishes)
        page = outcome.structured
        seen += [row[0] for row in page["tables"]]
        if not page["truncated"]:
            break
        assert page["next_cursor"] in outcome.text
        assert "list_tables" in outcome.text
        wishes = {"cursor": page["next_cursor"]}
    assert len(seen) == len(set(seen)) == 103


def test_a_cursor_of_another_question_is_refused(many: Toolbox) -> None:
    page = call(many, "explore_schema").structured
    assert "cursor" in refused(
        many, "explore_schema", response_mode="full", cursor=page["next_cursor"]
    )


def test_one_schema_is_explored_alone_and_a_wrong_one_named(toolbox: Toolbox) -> None:
    assert call(toolbox, "explore_schema", schema="main").structured["table_count"] == 3
    assert "Did you mean main?" in refused(toolbox, "explore_schema", schema="mian")


def test_a_database_without_tables_says_where_to_look(make_app: MakeApp) -> None:
    toolbox = Toolbox(make_app("memory://bare/main", access="metadata", toolsets="all"))
    outcome = call(toolbox, "explore_schema")
    assert outcome.text.startswith("0 tables and views")
    assert "get_server_capabilities" in outcome.text


def test_system_objects_are_explored_when_they_are_wanted(toolbox: Toolbox, shop: str) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as db:
        db.query("ANALYZE")
    with_system = call(toolbox, "explore_schema", include_system_objects=True)
    assert "main.sqlite_stat1" in with_system.text
    without = call(toolbox, "explore_schema")
    assert "sqlite_stat1" not in without.text
    assert "about 250 rows" in without.text


def test_the_join_of_two_tables_is_shown(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "find_relationships", from_table="orders", to_table="Customers")
    join = 'FROM "main"."orders" AS o\nJOIN "main"."customers" AS c ON o."customer_id" = c."id"'
    assert join in outcome.text
    (path,) = outcome.structured["paths"]
    assert (path["join"], path["guessed"]) == (join, False)
    assert "LEFT JOIN" in path["notes"][0]


def test_a_guess_is_said_to_be_one(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "find_relationships", from_table="new_orders", to_table="customers")
    assert "This is a guess" in outcome.text
    assert outcome.structured["paths"][0]["guessed"]


def test_tables_without_a_connection_are_no_error(toolbox: Toolbox, shop: str) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as db:
        db.query("CREATE TABLE island (name TEXT)")
    outcome = call(toolbox, "find_relationships", from_table="island", to_table="orders")
    assert "No foreign keys connect these tables" in outcome.text
    alone = call(toolbox, "find_relationships", from_table="island")
    assert "There are no foreign keys" in alone.text


def test_the_neighbours_of_a_table_come_with_joins(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "find_relationships", from_table="customers")
    assert outcome.structured["total"] == len(outcome.structured["joins"]) == 2
    assert "1 of them guessed" in outcome.text
    assert outcome.text.count('FROM "main"."customers" AS c') == 2


def test_all_relationships_are_listed_page_by_page(many: Toolbox) -> None:
    seen: list[Any] = []
    wishes: dict[str, Any] = {}
    while True:
        page = call(many, "find_relationships", max_tokens=700, **wishes).structured
        seen += page["relationships"]
        if not page["truncated"]:
            break
        wishes = {"cursor": page["next_cursor"]}
    assert page["total"] == len(seen) == 101
    assert [row[7] is not None for row in seen] == [False] * 100 + [True]


def test_a_changed_schema_ends_a_list_of_relationships(many: Toolbox, shop: str) -> None:
    page = call(many, "find_relationships", max_tokens=700).structured
    with sqlcore.connect(f"memory://{shop}/main", access="write") as db:
        db.query("DROP TABLE t099")
    words = refused(many, "find_relationships", max_tokens=700, cursor=page["next_cursor"])
    assert "The schema has changed" in words
    assert "without a cursor" in words


@pytest.mark.parametrize(
    ("tool", "arguments", "parameter"),
    [
        ("find_relationships", {"from_table": "ordres"}, "from_table"),
        ("find_relationships", {"from_table": "orders", "to_table": "custmers"}, "to_table"),
        ("draw_schema", {"table_name": "ordres"}, "table_name"),
    ],
)
def test_a_table_that_there_is_not_is_answered_with_the_nearest(
    toolbox: Toolbox, tool: str, arguments: dict[str, Any], parameter: str
) -> None:
    words = refused(toolbox, tool, **arguments)
    assert "Did you mean main." in words
    assert parameter in words


def test_a_diagram_is_drawn(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "draw_schema", table_name="orders")
    entities, lines = read_diagram(outcome.structured["diagram"])
    assert [entity.label for entity in entities] == ["main.orders", "main.customers"]
    assert len(lines) == 1
    assert f"```mermaid\n{outcome.structured['diagram']}```" in outcome.text


def test_a_diagram_without_a_table_shows_the_important_ones(many: Toolbox) -> None:
    outcome = call(many, "draw_schema", max_tables=5)
    assert len(read_diagram(outcome.structured["diagram"])[0]) == 5
    assert outcome.structured["omitted"] == 98
    assert "98 more are left out" in outcome.text
    assert "Did you mean main?" in refused(many, "draw_schema", schema="mian")


def test_a_name_may_say_its_database_in_server_mode(make_app: MakeApp, shop: str) -> None:
    toolbox = Toolbox(make_app(f"memory://{shop}", access="metadata", toolsets="all"))
    outcome = call(
        toolbox, "find_relationships", from_table="main.main.orders", to_table="customers"
    )
    assert len(outcome.structured["paths"]) == 1
    assert call(toolbox, "draw_schema", table_name="orders", database="main").structured


def test_a_search_in_a_schema_that_there_is_not_names_the_nearest(toolbox: Toolbox) -> None:
    assert "Did you mean main?" in refused(
        toolbox, "search_tables", search_term="customer", schema="mian"
    )
    assert (
        "Nothing matches" in call(toolbox, "search_tables", search_term="zzzz", schema="main").text
    )


def test_a_near_hit_is_marked(toolbox: Toolbox) -> None:
    outcome = call(toolbox, "search_tables", search_term="custmer")
    assert "match" in [column["name"] for column in outcome.structured["columns"]]
    assert all(row[-1] == "near" for row in outcome.structured["rows"])
    exact = call(toolbox, "search_tables", search_term="customer")
    assert "match" not in [column["name"] for column in exact.structured["columns"]]


# -- budgets

_WIDE = wide_snapshot(300)
_LONG = snapshot(
    *(
        table(
            f"t{'x' * 100}{n}",
            ", ".join(f"column_with_a_long_name_{c} integer" for c in range(200)),
            key=None,
            comment="long words " * 100,
        )
        for n in range(30)
    ),
    *(table("hub", schema=f"schema_{n}") for n in range(300)),
    foreign_keys=[
        foreign_key(f"t{'x' * 100}{n}", "column_with_a_long_name_1", f"t{'x' * 100}{n // 2}",
                    "column_with_a_long_name_0")
        for n in range(30)
    ],
)  # fmt: skip
_INDEXES = {"wide": SchemaIndex(_WIDE), "long": SchemaIndex(_LONG)}


def keeps_to(answer: Answer, tokens: int) -> bool:
    text, structured = marked(answer.parts), compact_json(answer.structured)
    return max(estimate_tokens(text), estimate_tokens(structured)) <= tokens


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(list(_INDEXES)), st.integers(200, 9000), st.booleans())
def test_an_overview_fits_any_budget(source: str, tokens: int, full: bool) -> None:  # noqa: FBT001
    overview = explore(_INDEXES[source], limit=500)
    answer = render_overview(
        overview, _budget(tokens), full=full, write_cursor=lambda last: str(last) * 2
    )
    assert keeps_to(answer, tokens)
    assert answer.structured["truncated"] == (
        len(answer.structured["tables"]) < overview.table_count
        or len(answer.structured["schemas"]) < len(overview.schemas)
    )


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(list(_INDEXES)), st.integers(200, 9000), st.integers(0, 40), st.booleans())
def test_relationships_fit_any_budget(
    source: str,
    tokens: int,
    number: int,
    between: bool,  # noqa: FBT001
) -> None:
    index = _INDEXES[source]
    tables = [index.snapshot.tables[at] for at in index.ranked]
    one = str(tables[number % 29].name)
    asked = (one, str(tables[1].name)) if between else ((one, None) if number % 2 else (None, None))
    found = find_relationships(index, SqliteDialect(), *asked)
    answer = None
    with contextlib.suppress(InvalidArgumentError):
        answer = render_relationships(
            found, _budget(tokens), write_cursor=lambda end: f"cursor-{end:012d}"
        )
    if answer is None:
        assert tokens < 2000
        return
    assert keeps_to(answer, tokens)
    if not between:
        shown = len(answer.structured["relationships"])
        assert answer.structured["truncated"] == (shown < len(found.relationships))


@settings(deadline=None, max_examples=60)
@given(st.sampled_from(list(_INDEXES)), st.integers(200, 9000), st.integers(1, 200), st.booleans())
def test_a_diagram_fits_any_budget(
    source: str,
    tokens: int,
    most: int,
    centered: bool,  # noqa: FBT001
) -> None:
    index = _INDEXES[source]
    name = str(index.snapshot.tables[index.ranked[0]].name) if centered else None
    diagram = draw(index, name, depth=3, max_tables=most, fits=diagram_fits(_budget(tokens)))
    answer = render_diagram(diagram)
    assert keeps_to(answer, tokens)
    entities, _ = read_diagram(diagram.text)
    assert len(entities) == len(diagram.tables) >= 1


def _budget(tokens: int) -> Budget:
    budget = Budget(tokens)
    budget.spend("<data-000000000000>\n</data-000000000000>\n")
    return budget


def test_columns_of_a_table_too_wide_for_an_answer_are_counted() -> None:
    columns = tuple(SchemaColumn(f"column_{n}", "integer") for n in range(1000))
    wide = snapshot(attrs.evolve(table("wide", key=None), columns=columns))
    answer = render_overview(explore(SchemaIndex(wide)), Budget(700), full=True, write_cursor=str)
    assert "more columns" in answer.text
    assert keeps_to(answer, 700)
