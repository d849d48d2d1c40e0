"""Schemas, tables and routines by URI, whatever their names, and completions for them."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcp import Client, MCPError
from mcp.shared.uri_template import UriTemplate
from mcp_types import (
    INVALID_PARAMS,
    Completion,
    PromptReference,
    ResourceTemplateReference,
    TextResourceContents,
)
from tests.unit.exploring.snapshots import snapshot, table
from tests.unit.mcp.applications import MakeApp, answer

import sqlcore
from sqlcore.config import SourceSettings
from sqlcore.errors import NotFoundError
from sqlcore.services.documenting import schema_document
from sqlcore.testing.memory import MemoryConnection, MemoryParameter, define_procedure, forget
from sqlcore.testing.strategies import identifiers
from sqlcore_mcp.app import App
from sqlcore_mcp.rendering.tokens import estimate_tokens
from sqlcore_mcp.schema_addresses import (
    AddressKind,
    SchemaAddress,
    is_schema_address,
    read_address,
    uri_template,
)
from sqlcore_mcp.server import build_server
from sqlcore_mcp.settings import ServerSettings

pytestmark = pytest.mark.anyio
MODES: list[Any] = ["legacy", "2026-07-28"]


async def read(app: App, uri: str, mode: Any = "auto") -> str:
    result = await answer(app, lambda client: client.read_resource(uri), mode)
    (content,) = result.contents
    assert isinstance(content, TextResourceContents)
    assert content.mime_type == "text/markdown"
    return content.text


async def completions(app: App, ref: Any, name: str, value: str, **said: str) -> Completion:
    argument = {"name": name, "value": value}
    result = await answer(app, lambda client: client.complete(ref, argument, said or None))
    return result.completion


def template(uri: str) -> ResourceTemplateReference:
    return ResourceTemplateReference(uri=uri)


def prompt(name: str) -> PromptReference:
    return PromptReference(name=name)


TABLE = template("sqlcore://table/{schema}/{table}")


# Reading


@pytest.mark.parametrize("mode", MODES)
async def test_a_table_can_be_read(make_app: MakeApp, mode: Any) -> None:
    text = await read(make_app(access="metadata"), "sqlcore://table/main/orders", mode)
    assert text.startswith("# Table main.orders\n")
    assert "| `customer_id` | `INTEGER` |" in text
    assert "to [main.customers](sqlcore://table/main/customers)" in text


async def test_a_schema_can_be_read(make_app: MakeApp) -> None:
    text = await read(make_app(access="metadata"), "sqlcore://schema/main")
    assert text.startswith("# Schema main\n\n3 tables and views")
    assert "| [orders](sqlcore://table/main/orders) | table | 4 |" in text


def test_a_long_comment_leaves_room_for_other_tables() -> None:
    tables = [table("t0", comment="long " * 1000), table("t1")]
    text = schema_document(snapshot(*tables), "shop", lambda _: None, lambda _: None)
    assert "long …" in text
    assert "t1" in text
    assert len(text) < 600


async def test_a_routine_can_be_read_with_its_arguments_and_text(
    make_app: MakeApp, shop: str
) -> None:
    with sqlcore.connect(f"memory://{shop}/main") as database:
        assert isinstance(database.connection, MemoryConnection)
        define_procedure(
            database.connection,
            "[add order]",
            lambda _: iter(()),
            parameters=[MemoryParameter(name="customer_id", type="integer")],
            comment="Makes an order.",
        )
    schema = await read(make_app(access="metadata"), "sqlcore://schema/main")
    assert "[add order](sqlcore://routine/main/add%20order)" in schema
    text = await read(make_app(access="metadata"), "sqlcore://routine/main/add%20order")
    assert text.startswith('# Routine main."add order"\n')
    assert "customer_id" in text
    assert "Makes an order." in text
    assert "**Definition of" in text


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("sqlcore://table/main/ordrs", "Did you mean main.orders"),
        ("sqlcore://table/main", "sqlcore://table/{schema}/{table}"),
        ("sqlcore://table/main/orders/x", "sqlcore://table/{schema}/{table}"),
        ("sqlcore://table/main/", "percent-encoded"),
        ("sqlcore://table/main/%ff", "percent-encoded"),
        ("sqlcore://schema/mian", "Did you mean main?"),
        ("sqlcore://routine/main/nothing", "There is no routine"),
        ("sqlcore://nothing/main", "Unknown resource"),
    ],
)
async def test_what_is_not_there_is_an_error_of_the_caller(
    make_app: MakeApp, uri: str, said: str
) -> None:
    with pytest.raises(MCPError) as caught:
        await read(make_app(), uri)
    assert INVALID_PARAMS == caught.value.code
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "name", ["a/b", "a%2Fb", "..", '"quoted"', "dot.ted", "[x]", "ü ö", "?#&=+ ", "x\ny", "Order"]
)
async def test_a_table_with_any_name_can_be_read(make_app: MakeApp, shop: str, name: str) -> None:
    quoted = '"' + name.replace('"', '""') + '"'
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query(f"CREATE TABLE {quoted} (only_here INTEGER)")
    text = await read(make_app(), f"sqlcore://table/main/{quote(name, safe='')}")
    assert "only\\_here" in text or "only_here" in text


async def test_a_large_table_is_cut_to_the_size_of_an_answer(make_app: MakeApp, shop: str) -> None:
    columns = ", ".join(f"column_{number} INTEGER" for number in range(500))
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query(f"CREATE TABLE wide ({columns})")
    text = await read(make_app(max_tokens=1000), "sqlcore://table/main/wide")
    assert estimate_tokens(text) <= 1000
    assert text.endswith(
        "This was cut. To see all of it, use describe_table with a larger max_tokens.\n"
    )


async def test_a_server_that_is_away_is_an_error_of_the_server() -> None:
    settings = ServerSettings(
        sources={"x": SourceSettings(url="postgresql://ann:s3cret@127.0.0.1:1/shop")}
    )
    with App(settings, environ={}) as app, pytest.raises(MCPError) as caught:
        await read(app, "sqlcore://table/public/t")
    assert INVALID_PARAMS != caught.value.code
    assert "s3cret" not in str(caught.value)


# Templates and addresses


async def test_templates_are_listed(make_app: MakeApp) -> None:
    async with Client(build_server(make_app(access="metadata"))) as client:
        listed = (await client.list_resource_templates()).resource_templates
    assert [one.uri_template for one in listed] == [
        "sqlcore://schema/{schema}",
        "sqlcore://table/{schema}/{table}",
        "sqlcore://routine/{schema}/{routine}",
    ]


@pytest.fixture(params=[(), ("source",), ("database",), ("source", "database")])
def app_and_parts(request: pytest.FixtureRequest) -> Any:
    url = "memory://parts" if "database" in request.param else "memory://parts/main"
    names = ("one", "two") if "source" in request.param else ("one",)
    sources = {name: SourceSettings(url=url) for name in names}
    with App(ServerSettings(sources=sources), environ={}) as app:
        yield app, request.param
    forget("parts")


def test_templates_name_source_and_database_where_there_are_several(app_and_parts: Any) -> None:
    app, parts = app_and_parts
    assert uri_template(AddressKind.TABLE, app) == "sqlcore://table/" + "/".join(
        f"{{{part}}}" for part in (*parts, "schema", "table")
    )


_KINDS = st.sampled_from(AddressKind)


def test_any_name_goes_into_a_uri_and_comes_back(app_and_parts: Any) -> None:
    app, parts = app_and_parts

    @given(_KINDS, st.lists(identifiers(), min_size=4, max_size=4))
    def round_trip(kind: AddressKind, names: list[str]) -> None:
        source, database, schema, name = names
        address = SchemaAddress(
            kind=kind,
            schema=schema,
            name=None if kind is AddressKind.SCHEMA else name,
            source=source if "source" in parts else None,
            database=database if "database" in parts else None,
        )
        uri = str(address)
        assert uri.isascii()
        assert is_schema_address(uri)
        assert read_address(uri, app) == address
        # What a client makes of the template is the same.
        values = {"source": source, "database": database, "schema": schema, kind.value: name}
        values["schema"] = schema
        expanded = UriTemplate.parse(uri_template(kind, app)).expand(values)
        assert read_address(expanded, app) == address

    round_trip()


@given(st.text(max_size=30))
def test_no_uri_is_read_as_anything_but_an_address_or_nothing(path: str) -> None:
    app = App(ServerSettings(sources={"x": SourceSettings(url="memory://x/main")}), environ={})
    for kind in AddressKind:
        try:
            address = read_address(f"sqlcore://{kind}/{path}", app)
        except NotFoundError:
            continue
        assert address.kind is kind


async def test_a_source_and_a_database_are_read_from_the_uri(make_app: MakeApp, shop: str) -> None:
    urls = (f"memory://{shop}", f"memory://{shop}")
    text = await read(make_app(*urls), "sqlcore://table/source1/main/main/orders")
    assert "(sqlcore://table/source1/main/main/customers)" in text
    with pytest.raises(MCPError) as caught:
        await read(make_app(*urls), "sqlcore://table/source7/main/main/orders")
    assert INVALID_PARAMS == caught.value.code


# Completions


async def test_what_begins_with_the_value_comes_before_what_contains_it(
    make_app: MakeApp, shop: str
) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        database.query("CREATE TABLE old_orders (id INTEGER)")
        database.query("CREATE TABLE Order_lines (id INTEGER)")
    found = await completions(make_app(), TABLE, "table", "order", schema="main")
    assert found.values == ["Order_lines", "orders", "new_orders", "old_orders"]
    assert (found.total, found.has_more) == (4, False)


async def test_tables_of_another_schema_are_not_offered(make_app: MakeApp) -> None:
    found = await completions(make_app(), TABLE, "table", "", schema="other")
    assert found.values == []
    assert (await completions(make_app(), TABLE, "schema", "MA")).values == ["main"]


async def test_no_more_than_a_hundred_are_offered_and_all_are_counted(
    make_app: MakeApp, shop: str
) -> None:
    with sqlcore.connect(f"memory://{shop}/main", access="write") as database:
        for number in range(150):
            database.query(f"CREATE TABLE extra_{number:03} (id INTEGER)")
    found = await completions(make_app(), TABLE, "table", "extra")
    assert len(found.values) == 100
    assert (found.total, found.has_more) == (150, True)


async def test_tables_of_prompts_come_with_their_schema(make_app: MakeApp) -> None:
    found = await completions(make_app(), prompt("explain_table"), "table", "ord")
    assert found.values == ["main.orders", "main.new_orders"]


async def test_the_last_of_a_list_is_completed(make_app: MakeApp) -> None:
    found = await completions(make_app(), prompt("write_query"), "tables", 'main."a,b", cust')
    assert found.values == ['main."a,b", main.customers']


async def test_sources_and_databases_are_completed(make_app: MakeApp, shop: str) -> None:
    ref = template("sqlcore://table/{source}/{database}/{schema}/{table}")

    async def names(name: str, value: str, **said: str) -> list[str]:
        app = make_app(f"memory://{shop}", f"memory://{shop}")
        return (await completions(app, ref, name, value, **said)).values

    assert await names("source", "s") == ["source0", "source1"]
    assert await names("database", "m", source="source0") == ["main"]
    assert await names("table", "new", source="source1", database="main") == ["new_orders"]
    assert await names("table", "new", source="nowhere") == []


@pytest.mark.parametrize(
    ("ref", "name"),
    [
        (prompt("nothing"), "table"),
        (prompt("explain_table"), "nothing"),
        (template("sqlcore://nothing/{x}"), "x"),
        (TABLE, "routine"),
    ],
)
async def test_what_cannot_be_completed_is_an_error_of_the_caller(
    make_app: MakeApp, ref: Any, name: str
) -> None:
    with pytest.raises(MCPError) as caught:
        await completions(make_app(), ref, name, "")
    assert INVALID_PARAMS == caught.value.code


async def test_free_words_have_no_completions(make_app: MakeApp) -> None:
    found = await completions(make_app(), prompt("explore_database"), "topic", "money")
    assert (found.values, found.total) == ([], 0)


# Hints for caches


async def test_lists_may_be_kept_and_what_is_read_may_not(make_app: MakeApp) -> None:
    async with Client(build_server(make_app()), mode="2026-07-28") as client:
        for listed in (
            await client.list_tools(),
            await client.list_prompts(),
            await client.list_resources(),
            await client.list_resource_templates(),
        ):
            assert (listed.ttl_ms, listed.cache_scope) == (300_000, "private")
        table = await client.read_resource("sqlcore://table/main/orders")
    assert table.ttl_ms == 0
