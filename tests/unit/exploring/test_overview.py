"""An overview: the important tables first, partitions last, page by page."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.unit.exploring.snapshots import foreign_key, snapshot, table

import sqlcore
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaRoutine, SchemaSnapshot
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.overview import Overview, explore

SHOP = snapshot(
    table("hub"),
    table("big", estimated_rows=5_000_000, size_bytes=10**9),
    table("small", estimated_rows=3),
    table("a", "id integer, hub_id integer"),
    table("b", "id integer, hub_id integer, a_id integer"),
    table("c", "id integer, hub_id integer"),
    table("empty", estimated_rows=0),
    table("view", key=None, kind=TableKind.VIEW),
    table("big_2024", estimated_rows=9_000_000, is_partition=True),
    table("stock", schema="store"),
    foreign_keys=[
        foreign_key("a", "hub_id", "hub"),
        foreign_key("b", "hub_id", "hub"),
        foreign_key("b", "a_id", "a"),
        foreign_key("c", "hub_id", "hub"),
    ],
    routines=(SchemaRoutine(name=QualifiedName("f", "store"), kind="function"),),
)


def order(overview: Overview) -> list[str]:
    return [one.table.name.name for one in overview.tables]


def test_tables_come_by_size_and_references_and_partitions_last() -> None:
    overview = explore(SchemaIndex(SHOP))

    assert order(overview)[:3] == ["big", "hub", "a"]
    assert order(overview)[-2:] == ["view", "big_2024"]
    assert order(overview).index("small") < order(overview).index("empty")
    assert (10, 1, 1, 4) == (
        overview.table_count,
        overview.partition_count,
        overview.routine_count,
        overview.foreign_key_count,
    )


def test_a_table_says_what_it_refers_to_and_how_many_refer_to_it() -> None:
    tables = {one.table.name.name: one for one in explore(SchemaIndex(SHOP)).tables}

    assert tables["hub"].referring_tables == 3
    assert [str(r.referenced_table) for r in tables["b"].references] == ["shop.hub", "shop.a"]


def test_a_table_that_refers_to_itself_is_not_more_important_for_that() -> None:
    own = snapshot(
        table("a"),
        table("b", "id integer, up integer"),
        foreign_keys=[foreign_key("b", "up", "b")],
    )
    (first, second) = explore(SchemaIndex(own)).tables

    assert (first.referring_tables, second.referring_tables) == (0, 0)


def test_one_schema_is_looked_at_alone() -> None:
    overview = explore(SchemaIndex(SHOP), schema="store")

    assert order(overview) == ["stock"]
    assert [one.schema.name for one in overview.schemas] == ["store"]
    assert (1, 1, 0) == (
        overview.table_count,
        overview.routine_count,
        overview.foreign_key_count,
    )


@given(st.integers(1, 12))
def test_page_by_page_all_tables_come_once(limit: int) -> None:
    index = SchemaIndex(SHOP)
    seen: list[str] = []
    after = None
    while len(seen) < len(SHOP.tables):
        page = explore(index, after=after, limit=limit)
        assert page.earlier == len(seen)
        seen += order(page)
        after = page.tables[-1].table.name

    assert seen == order(explore(index))
    assert len(set(seen)) == len(SHOP.tables)


def test_a_limit_below_one_is_refused() -> None:
    with pytest.raises(InvalidArgumentError, match="at least 1"):
        explore(SchemaIndex(SHOP), limit=0)


def test_a_page_behind_a_table_that_is_gone_begins_anew() -> None:
    page = explore(SchemaIndex(SHOP), after=QualifiedName("gone", "shop"))

    assert page.earlier == 0


@pytest.mark.parametrize("growth", [1.01, 1.5])
def test_the_order_stays_while_tables_grow_a_little(growth: float) -> None:
    def grown(source: SchemaSnapshot) -> SchemaSnapshot:
        tables = (
            attrs.evolve(t, estimated_rows=t.estimated_rows and int(t.estimated_rows * growth))
            for t in source.tables
        )
        return attrs.evolve(source, tables=tuple(tables))

    assert order(explore(SchemaIndex(SHOP))) == order(explore(SchemaIndex(grown(SHOP))))


def test_system_objects_are_there_when_they_are_wanted() -> None:
    with sqlcore.connect("memory://", access="write") as db:
        db.query('CREATE TABLE sqlcore_comments (object TEXT, "column" TEXT, comment TEXT)')

        assert db.catalog.explore().table_count == 0
        assert db.catalog.explore(include_system=True).table_count == 1
