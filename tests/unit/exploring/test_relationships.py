"""Ways between tables: foreign keys first, guesses marked, and joins that run."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.exploring.snapshots import foreign_key, snapshot, table, wide_snapshot

import sqlcore
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.errors import AmbiguousNameError, NotFoundError
from sqlcore.services.database import Database
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.joins import aliases
from sqlcore.services.exploring.relationships import Relationships, find_relationships
from sqlcore.testing.memory import SqliteDialect

SHOP = snapshot(
    table("countries", "code text", key="code"),
    table("customers", "id integer, country_code text, referrer_id integer null"),
    table("suppliers", "id integer, country_code text"),
    table("orders", "id integer, customer_id integer, ship_id integer, bill_id integer null"),
    table("addresses", "id integer, city text"),
    table("lines", "order_id integer, line_no integer, product_id integer", key="order_id line_no"),
    table("products", "id integer, supplier_id integer"),
    table("returns", "id integer, order_id integer, line_no integer"),
    table("islands", "id integer, name text"),
    foreign_keys=[
        foreign_key("customers", "country_code", "countries", "code"),
        foreign_key("customers", "referrer_id", "customers"),
        foreign_key("suppliers", "country_code", "countries", "code"),
        foreign_key("orders", "customer_id", "customers"),
        foreign_key("orders", "ship_id", "addresses"),
        foreign_key("orders", "bill_id", "addresses"),
        foreign_key("lines", "order_id", "orders"),
        foreign_key("lines", "product_id", "products"),
        foreign_key("products", "supplier_id", "suppliers"),
        foreign_key("returns", "order_id line_no", "lines", "order_id line_no"),
    ],
)


def ask(
    from_table: str | None = None, to_table: str | None = None, source: SchemaSnapshot = SHOP
) -> Relationships:
    return find_relationships(SchemaIndex(source), SqliteDialect(), from_table, to_table)


def ways(found: Relationships) -> list[list[str]]:
    return [[name.name for name in path.tables] for path in found.paths]


class TestPaths:
    def test_a_join_follows_the_foreign_key(self) -> None:
        (path,) = ask("orders", "customers").paths
        assert path.join == (
            'FROM "shop"."orders" AS o\nJOIN "shop"."customers" AS c ON o."customer_id" = c."id"'
        )
        assert path.notes == ()
        assert not path.guessed

    def test_a_join_goes_the_other_way_round_too(self) -> None:
        (path,) = ask("customers", "orders").paths
        assert path.join.endswith('ON o."customer_id" = c."id"')

    def test_several_foreign_keys_are_several_paths(self) -> None:
        found = ask("orders", "addresses")
        joins = [path.join.split(" ON ")[1] for path in found.paths]
        assert joins == ['o."ship_id" = a."id"', 'o."bill_id" = a."id"']
        assert [len(path.notes) for path in found.paths] == [0, 1]
        assert "bill_id may be NULL" in found.paths[1].notes[0]
        assert "LEFT JOIN" in found.paths[1].notes[0]

    def test_columns_of_a_composite_key_are_joined_together(self) -> None:
        (path,) = ask("returns", "lines").paths
        assert path.join.endswith('ON r."order_id" = l."order_id" AND r."line_no" = l."line_no"')

    def test_a_table_is_joined_with_itself_under_two_names(self) -> None:
        (path,) = ask("customers", "customers").paths
        assert path.join == (
            'FROM "shop"."customers" AS c\n'
            'JOIN "shop"."customers" AS c2 ON c."referrer_id" = c2."id"'
        )
        assert ask("orders", "orders").paths == ()

    def test_the_way_over_what_rows_share_is_said_and_another_is_shown_beside_it(self) -> None:
        found = ask("customers", "suppliers")
        assert ways(found) == [
            ["customers", "countries", "suppliers"],
            ["customers", "orders", "lines", "products", "suppliers"],
        ]
        assert "meet at shop.countries" in found.paths[0].notes[0]
        assert found.paths[1].notes == ()

    @pytest.mark.parametrize("ends", [("products", "customers"), ("customers", "products")])
    def test_of_ways_of_one_length_a_chain_comes_before_what_rows_share(
        self, ends: tuple[str, str]
    ) -> None:
        chain, shared = ask(*ends).paths
        assert {"lines", "orders"} < {name.name for name in chain.tables}
        assert chain.notes == ()
        assert "meet at shop.countries" in shared.notes[0]

    def test_a_chain_comes_first_however_many_other_ways_are_as_short(self) -> None:
        labels = ", ".join(f"label{n} integer" for n in range(6))
        many = snapshot(
            table("notes", f"id integer, {labels}"),
            table("labels"),
            table("items", "id integer, label integer, page integer"),
            table("pages", "id integer, note integer"),
            foreign_keys=[
                *(foreign_key("notes", f"label{n}", "labels") for n in range(6)),
                foreign_key("items", "label", "labels"),
                foreign_key("items", "page", "pages"),
                foreign_key("pages", "note", "notes"),
            ],
        )
        found = ask("notes", "items", many)
        assert ways(found)[0] == ["notes", "pages", "items"]
        assert ways(found)[1:] == [["notes", "labels", "items"]] * 2
        assert found.more_paths

    def test_tables_without_a_connection_have_no_path(self) -> None:
        assert ask("islands", "orders").paths == ()

    def test_more_paths_than_are_shown_are_said(self) -> None:
        columns = ", ".join(f"c{n} integer" for n in range(6))
        many = snapshot(
            table("a", columns, key=None),
            table("b"),
            foreign_keys=[foreign_key("a", f"c{n}", "b") for n in range(6)],
        )
        found = ask("a", "b", many)
        assert (3, True) == (len(found.paths), found.more_paths)

    def test_a_key_that_is_not_enforced_is_said(self) -> None:
        (key, *_) = SHOP.foreign_keys
        loose = attrs.evolve(SHOP, foreign_keys=(attrs.evolve(key, enabled=False),))
        (path,) = ask("customers", "countries", loose).paths
        assert "does not enforce customers_country_code_fkey" in path.notes[0]

    def test_names_are_resolved_as_elsewhere_and_errors_name_the_argument(self) -> None:
        assert ask("[shop].ORDERS", '"customers"').from_table == QualifiedName("orders", "shop")
        with pytest.raises(NotFoundError) as caught:
            ask("orders", "custmers")
        assert caught.value.parameter == "to_table"
        assert "shop.customers" in (caught.value.hint or "")
        with pytest.raises(NotFoundError):
            ask("elsewhere.shop.orders", "customers")
        twice = snapshot(table("a"), table("a", schema="other"))
        with pytest.raises(AmbiguousNameError, match=r"shop\.a, other\.a"):
            ask("a", None, twice)

    def test_the_nearest_name_is_found_among_very_many(self) -> None:
        source = snapshot(*(table(f"t{n:05d}") for n in range(6000)), table("warehouses"))
        with pytest.raises(NotFoundError) as caught:
            ask("warehuoses", None, source)
        assert "shop.warehouses" in (caught.value.hint or "")
        with pytest.raises(NotFoundError):
            ask("--", None, source)

    def test_a_foreign_key_that_leads_to_nothing_is_left_out(self) -> None:
        dangling = snapshot(table("a"), foreign_keys=[foreign_key("a", "id", "gone")])
        assert ask(source=dangling).relationships == ()


class TestNeighbours:
    def test_one_table_is_shown_with_all_it_can_be_joined_with(self) -> None:
        found = ask("orders")
        assert [(r.table.name, r.columns[0]) for r in found.relationships] == [
            ("orders", "customer_id"),
            ("orders", "ship_id"),
            ("orders", "bill_id"),
            ("lines", "order_id"),
        ]
        assert all(
            (r.join or "").startswith('FROM "shop"."orders" AS o') for r in found.relationships
        )
        assert [r.nullable for r in found.relationships[:3]] == [False, False, True]

    def test_the_second_argument_alone_means_the_same(self) -> None:
        assert ask(None, "orders") == ask("orders")

    def test_a_reference_to_itself_is_there_once(self) -> None:
        own = [r for r in ask("customers").relationships if r.columns == ("referrer_id",)]
        assert len(own) == 1

    def test_a_partition_says_that_it_is_one(self) -> None:
        parts = snapshot(table("p1", is_partition=True), table("p"))
        assert ask("p1", None, parts).is_partition

    def test_a_reference_from_a_unique_column_is_one_to_one(self) -> None:
        pair = snapshot(
            table("a"),
            table("b", "id integer, a_id integer", unique=["a_id"]),
            foreign_keys=[foreign_key("b", "a_id", "a")],
        )
        (one,) = ask("a", None, pair).relationships
        assert one.one_to_one


class TestEverything:
    def test_all_are_listed_the_most_connected_first_and_guesses_last(self) -> None:
        found = ask().relationships
        assert len([r for r in found if r.guess is None]) == len(SHOP.foreign_keys)
        assert found[0].referenced_table.name in {"customers", "orders"}
        guesses = [r.guess is not None for r in found]
        assert guesses == sorted(guesses)
        assert all(r.join is None for r in found)

    def test_a_part_of_them_is_given_with_the_number_of_all(self) -> None:
        index, every = SchemaIndex(SHOP), ask().relationships
        part = find_relationships(index, SqliteDialect(), start=3, limit=2)
        assert every[3:5] == part.relationships
        assert len(every) == part.total
        assert sum(r.guess is not None for r in every) == part.guess_count
        one = find_relationships(index, SqliteDialect(), "orders", start=1, limit=1)
        assert ask("orders").relationships[1:2] == one.relationships


class TestGuesses:
    @pytest.mark.parametrize(
        ("columns", "target"),
        [
            ("customer_id integer", "customers"),
            ("CustomerID bigint", "customers"),
            ("billing_address_id smallint", "addresses"),
            ("iso_country text", "countries"),
            ("public_uuid uuid", "things"),
        ],
    )
    def test_a_column_is_guessed_to_refer_to_a_key(self, columns: str, target: str) -> None:
        name = columns.split(" ", maxsplit=1)[0]
        source = snapshot(
            table("customers"),
            table("addresses", "address_id integer", key="address_id"),
            table("countries", "iso_country text", key="iso_country"),
            table("things", "id integer, public_uuid uuid", unique=["public_uuid"]),
            table("notes", columns, key=None),
        )
        (guess,) = [r for r in ask("notes", None, source).relationships if r.table.name == "notes"]
        assert target == guess.referenced_table.name
        assert name in (guess.guess or "")
        (path,) = ask("notes", target, source).paths
        assert path.guessed
        assert path.notes[-1].startswith("A guess:")

    @pytest.mark.parametrize(
        "columns",
        [
            "customer_id text",  # another family of types
            "id integer",  # says nothing
            "code integer",  # says nothing
            "customer_id integer[]",
            "customer_id",  # no type
            "stranger_id integer",
        ],
    )
    def test_no_guess_is_made_where_nothing_fits(self, columns: str) -> None:
        parsed = columns if " " in columns else f"{columns} "
        source = snapshot(table("customers"), table("notes", parsed, key=None))
        assert ask("notes", None, source).relationships == ()

    def test_of_several_tables_of_a_name_the_one_of_the_same_schema_is_meant(self) -> None:
        source = snapshot(
            table("customers"),
            table("customers", schema="archive"),
            table("notes", "customer_id integer", key=None),
            table("strays", "customer_id integer", key=None, schema="other"),
        )
        found = ask(source=source).relationships
        assert [(str(r.table), str(r.referenced_table)) for r in found] == [
            ("shop.notes", "shop.customers")
        ]

    def test_a_column_with_a_foreign_key_is_not_guessed(self) -> None:
        assert all("customer_id" not in r.columns for r in ask().relationships if r.guess)

    def test_a_view_is_connected_by_guesses(self) -> None:
        source = snapshot(
            table("customers"),
            table("totals", "customer_id integer", key=None, kind=TableKind.VIEW),
        )
        (path,) = ask("totals", "customers", source).paths
        assert path.guessed

    def test_foreign_keys_are_followed_before_guesses(self) -> None:
        source = snapshot(
            table("a"),
            table("b", "id integer, a_id integer, c_id integer"),
            table("c", "id integer, a_id integer"),
            foreign_keys=[foreign_key("b", "a_id", "a"), foreign_key("b", "c_id", "c")],
        )
        (path,) = [p for p in ask("c", "a", source).paths if not p.guessed]
        assert [t.name for t in path.tables] == ["c", "b", "a"]


def test_aliases_are_plain_and_different() -> None:
    made = aliases(["orders", "order_lines", "Orders", "Übung", "", "1st", 'o"', "group"])
    assert made == ["o", "o2", "o3", "t", "t2", "t3", "o4", "g"]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_path_is_a_chain_of_foreign_keys_whose_columns_exist(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 12))
    pairs = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = data.draw(st.lists(pairs, max_size=20, unique=True))
    tables = []
    for number in range(count):
        own = [f"t{target}_key integer" for source, target in edges if source == number]
        tables.append(table(f"t{number:02d}", ", ".join(["id integer", *own])))
    keys = [foreign_key(f"t{a:02d}", f"t{b}_key", f"t{b:02d}") for a, b in edges]
    source = snapshot(*tables, foreign_keys=keys)
    start, end = data.draw(pairs)
    found = ask(f"t{start:02d}", f"t{end:02d}", source)
    assert bool(found.paths) == _connected(edges, start, end)
    columns = {t.name: {column.name for column in t.columns} for t in source.tables}
    assert len({path.join for path in found.paths}) == len(found.paths)
    for path in found.paths:
        assert (path.tables[0].name, path.tables[-1].name) == (f"t{start:02d}", f"t{end:02d}")
        assert len(path.relationships) == len(path.tables) - 1
        for number, step in enumerate(path.relationships):
            ends = {path.tables[number], path.tables[number + 1]}
            assert {step.table, step.referenced_table} == ends
            assert set(step.columns) <= columns[step.table]
            assert set(step.referenced_columns) <= columns[step.referenced_table]


def _connected(edges: list[tuple[int, int]], start: int, end: int) -> bool:
    if start == end:
        return (start, start) in edges
    reached = {start}
    while True:
        more = {b for a, b in edges if a in reached} | {a for a, b in edges if b in reached}
        if more <= reached:
            return end in reached
        reached |= more


@pytest.fixture
def odd() -> Iterator[Database]:
    with sqlcore.connect("memory://", access="write") as db:
        db.query(
            'CREATE TABLE "a ""b"".[c]; --" (id INTEGER PRIMARY KEY, "select" TEXT);'
            'CREATE TABLE "select" (id INTEGER PRIMARY KEY, "from ""x""" INTEGER'
            ' REFERENCES "a ""b"".[c]; --" (id), own INTEGER REFERENCES "select" (id));'
            'CREATE TABLE Größe (g INTEGER PRIMARY KEY, "it\'s" INTEGER REFERENCES "select" (id))'
        )
        yield db


def test_joins_of_odd_names_run(odd: Database) -> None:
    tables = [str(t.name) for t in odd.catalog.tables().tables]
    paths = [
        path
        for start in tables
        for end in tables
        for path in odd.catalog.relationships(start, end).paths
    ]
    assert len(paths) == 7
    for path in paths:
        assert odd.query(f"SELECT COUNT(*) {path.join}").rows == ((0,),)


def test_a_warm_question_asks_the_server_for_the_fingerprint_only() -> None:
    from sqlcore.testing.memory import MemoryConnection  # noqa: PLC0415  # for one test

    with sqlcore.connect("memory://", access="write") as db:
        db.query(
            "CREATE TABLE a (id INTEGER PRIMARY KEY); CREATE TABLE b (id INTEGER, a_id INTEGER)"
        )
        connection = db.connection
        assert isinstance(connection, MemoryConnection)
        db.catalog.relationships("a", "b")
        before = connection.statement_count
        db.catalog.relationships("B", "a")
        db.catalog.search("a")
        db.catalog.explore()
        db.catalog.diagram("a")
        assert connection.statement_count - before == 4


def test_a_long_chain_is_followed_to_its_end() -> None:
    count = 3000
    source = snapshot(
        *(table(f"t{n:05d}", "id integer, up integer") for n in range(count)),
        foreign_keys=[foreign_key(f"t{n + 1:05d}", "up", f"t{n:05d}") for n in range(count - 1)],
    )
    (path,) = ask("t00000", f"t{count - 1:05d}", source).paths
    assert len(path.relationships) == count - 1


def test_a_tree_of_many_tables_has_one_path_between_any_two() -> None:
    source = wide_snapshot(2000, columns=3)
    names = {str(t.name): t for t in source.tables}
    found = ask(min(names), max(names), source)
    assert len(found.paths) == 1
