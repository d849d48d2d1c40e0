"""Paging through a table: every row once, whatever happens between two pages."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sqlcore
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import Row
from sqlcore.domain.table import TableColumn, TableDescription
from sqlcore.errors import (
    InvalidArgumentError,
    LimitExceededError,
    NotFoundError,
    PolicyError,
)
from sqlcore.services import table_reading
from sqlcore.services.cursors import read_cursor, write_cursor
from sqlcore.services.database import Database
from sqlcore.services.limits import Limits
from sqlcore.services.policy import Policy
from sqlcore.services.table_reading import TableRows


@pytest.fixture
def db() -> Iterator[Database]:
    with sqlcore.connect("memory://", access="write") as database:
        database.query(
            "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, rank INTEGER);"
            "CREATE TABLE keyless (name TEXT);"
            "CREATE VIEW named AS SELECT * FROM items"
        )
        yield database


def _fill(db: Database, *rows: tuple[int, str | None, int | None]) -> None:
    for row in rows:
        db.query("INSERT INTO items VALUES (?, ?, ?)", row)


def _pages(db: Database, name: str, **arguments: Any) -> Iterator[TableRows]:
    cursor: str | None = None
    while True:
        page = db.read_table(name, cursor=cursor, **arguments)
        yield page
        cursor = page.next_cursor
        if cursor is None:
            return


def _rows(db: Database, name: str, **arguments: Any) -> list[Row]:
    return [row for page in _pages(db, name, **arguments) for row in page.result.rows]


@pytest.fixture(scope="module")
def shared() -> Iterator[Database]:
    with sqlcore.connect("memory://", access="write") as database:
        database.query("CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT)")
        yield database


_ORDER = st.lists(
    st.tuples(st.sampled_from(["id", "a", "b"]), st.sampled_from(["", " desc", " ASC"])),
    max_size=3,
).map(lambda entries: ["".join(entry) for entry in entries])


@settings(max_examples=60)
@given(
    rows=st.lists(
        st.tuples(
            st.none() | st.integers(0, 2), st.none() | st.sampled_from(["", "x", "X", "x" * 3000])
        ),
        max_size=9,
    ),
    order_by=_ORDER,
    limits=st.lists(st.integers(1, 4), min_size=1, max_size=4),
    columns=st.sampled_from([None, ["b"], ["a", "id"], ["ID", "id"]]),
)
def test_pages_of_any_size_put_together_are_the_whole_table_in_order(
    shared: Database,
    rows: list[tuple[int | None, str | None]],
    order_by: list[str],
    limits: list[int],
    columns: list[str] | None,
) -> None:
    shared.query("DELETE FROM t")
    for place, row in enumerate(rows):
        shared.query("INSERT INTO t VALUES (?, ?, ?)", (place, *row))
    arguments: dict[str, Any] = {"order_by": order_by, "columns": columns}

    whole = shared.read_table("t", limit=100, **arguments)
    collected: list[Row] = []
    cursor: str | None = None
    for number in range(100):
        limit = limits[number % len(limits)]
        page = shared.read_table("t", limit=limit, cursor=cursor, **arguments)
        collected += page.result.rows
        cursor = page.next_cursor
        if cursor is None:
            break

    assert collected == list(whole.result.rows)
    assert len(collected) == len(rows)
    assert whole.next_cursor is None


def test_the_end_of_a_table_is_known_without_an_empty_page(db: Database) -> None:
    _fill(db, (1, "a", 1), (2, "b", 2))

    pages = list(_pages(db, "items", limit=1))

    assert [len(page.result.rows) for page in pages] == [1, 1]
    assert [page.result.row_count for page in pages] == [1, 1]


def test_inserts_and_deletes_between_two_pages_shift_nothing(db: Database) -> None:
    _fill(db, (2, "b", None), (4, "d", None), (6, "f", None))
    first = db.read_table("items", columns=["id"], limit=2)
    _fill(db, (1, "a", None), (5, "e", None))
    db.query("DELETE FROM items WHERE id = 4")

    second = db.read_table("items", columns=["id"], limit=2, cursor=first.next_cursor)

    assert first.result.rows == ((2,), (4,))
    assert second.result.rows == ((5,), (6,))
    assert (first.paging, second.paging) == ("key", "key")


def test_a_table_without_a_key_is_paged_by_counting(db: Database) -> None:
    db.query("INSERT INTO keyless VALUES ('c'), ('a'), ('b')")

    pages = list(_pages(db, "keyless", order_by=["name"], limit=2))

    assert [page.result.rows for page in pages] == [(("a",), ("b",)), (("c",),)]
    assert {page.paging for page in pages} == {"offset"}


def test_a_view_is_read_like_a_table(db: Database) -> None:
    _fill(db, (1, "a", 1))

    page = db.read_table("named", schema="main")

    assert page.table == QualifiedName("named", "main")
    assert page.result.rows == ((1, "a", 1),)


def test_a_cursor_stays_short_behind_values_that_are_long(db: Database) -> None:
    _fill(db, *((number, "x" * 50_000 + str(number), None) for number in range(5)))

    pages = list(_pages(db, "items", columns=["id"], order_by=["name desc"], limit=2))

    assert [row[0] for page in pages for row in page.result.rows] == [4, 3, 2, 1, 0]
    assert all(len(page.next_cursor or "") <= 2000 for page in pages)
    assert pages[0].paging == "offset"


def test_paging_by_key_and_by_counting_may_alternate(db: Database) -> None:
    names = ["a", "b" * 3000, "c", "d" * 3000, "e" * 3000, "f"]
    _fill(db, *((number, name, None) for number, name in enumerate(names)))

    pages = list(_pages(db, "items", columns=["id"], order_by=["name"], limit=1))

    assert [row[0] for page in pages for row in page.result.rows] == [0, 1, 2, 3, 4, 5]
    assert [page.paging for page in pages[:-1]] == ["key", "offset", "key", "offset", "offset"]


def test_a_sort_by_values_that_come_back_inexactly_is_paged_by_counting(db: Database) -> None:
    _fill(db, (1, "a", 2), (2, "b", 1), (3, "c", 1))
    inexact = Database(_Wrapped(db.connection, inexact_column="rank"))

    by_rank = list(_pages(inexact, "items", columns="id", order_by="rank", limit=1))
    by_key = list(_pages(inexact, "items", columns="id", limit=2))

    assert [page.result.rows for page in by_rank] == [((2,),), ((3,),), ((1,),)]
    assert {page.paging for page in by_rank} == {"offset"}
    assert {page.paging for page in by_key} == {"key"}


def test_columns_that_are_needed_for_paging_only_are_not_shown(db: Database) -> None:
    _fill(db, (1, "a", 5), (2, "b", 4))

    page = db.read_table("items", columns=["name"], order_by=["rank"], limit=1)

    assert [column.name for column in page.result.columns] == ["name"]
    assert page.result.rows == (("b",),)


def test_a_cursor_may_be_used_with_another_limit(db: Database) -> None:
    _fill(db, (1, "a", 1), (2, "b", 2), (3, "c", 3))
    first = db.read_table("items", columns=["id"], limit=1)

    second = db.read_table("items", columns=["id"], limit=2, cursor=first.next_cursor)

    assert second.result.rows == ((2,), (3,))


@pytest.mark.parametrize(
    "changed",
    [
        {"columns": ["id"]},
        {"where": {"column": "id", "op": ">", "value": 0}},
        {"order_by": ["name"]},
        {"name": "named"},
    ],
)
def test_a_cursor_is_refused_with_other_arguments(db: Database, changed: dict[str, Any]) -> None:
    _fill(db, (1, "a", 1), (2, "b", 2))
    cursor = db.read_table("items", limit=1).next_cursor

    with pytest.raises(InvalidArgumentError, match="other arguments"):
        db.read_table(**{"name": "items", "limit": 1, "cursor": cursor, **changed})


@pytest.mark.parametrize(
    "position",
    [
        None,
        7,
        [],
        [None],
        [None, -1],
        [None, 1.0],
        [None, True],
        [None, "1"],
        [None, 2**63],
        [[], 0],
        [[["i", "1"], ["i", "2"]], 0],
        [[["?", "1"]], 0],
        [["i"], 0],
        ["ab", 0],
        [5, 0],
    ],
)
def test_a_cursor_that_was_tampered_with_is_refused(db: Database, position: Any) -> None:
    _fill(db, (1, "a", 1))
    request = [("main", "items"), None, None, None]

    with pytest.raises(InvalidArgumentError, match="cannot be read") as caught:
        db.read_table("items", cursor=write_cursor(request, position))

    assert caught.value.parameter == "cursor"


def test_a_value_in_a_tampered_cursor_stays_a_value(db: Database) -> None:
    _fill(db, (1, "a", 1))
    hostile = [[["s", "0; DROP TABLE items"]], 0]
    request = [("main", "items"), None, None, None]

    db.read_table("items", cursor=write_cursor(request, hostile))

    assert db.query("SELECT COUNT(*) FROM items").scalar() == 1


# -- counting


def test_the_first_page_counts_all_rows_that_match(db: Database) -> None:
    _fill(db, *((number, None, number % 2) for number in range(6)))
    odd = {"column": "rank", "value": 1}

    first = db.read_table("items", limit=2, where=odd)
    second = db.read_table("items", limit=2, where=odd, cursor=first.next_cursor)

    assert (first.total, first.total_complete) == (3, True)
    assert (second.total, second.total_complete) == (None, False)


@pytest.mark.parametrize("limit", [2, 3])
def test_a_page_that_holds_everything_needs_no_counting(db: Database, limit: int) -> None:
    _fill(db, (1, None, None), (2, None, None))

    page = db.read_table("items", limit=limit)

    assert (page.total, page.total_complete, page.next_cursor) == (2, True, None)


def test_counting_ends_at_a_bound_and_says_so(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_reading, "COUNTING_ROWS", 3)
    _fill(db, *((number, None, None) for number in range(3)))
    exact = db.read_table("items", limit=1)
    _fill(db, (3, None, None))
    more = db.read_table("items", limit=1)

    assert (exact.total, exact.total_complete) == (3, True)
    assert (more.total, more.total_complete) == (3, False)


def test_a_count_that_fails_leaves_the_total_unknown(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(table_reading, "COUNTING_S", 1e-9)
    _fill(db, (1, None, None), (2, None, None))

    page = db.read_table("items", limit=1)

    assert (page.total, page.total_complete) == (None, False)
    assert page.result.rows == ((1, None, None),)


# -- limits and what is refused


def test_a_page_ends_where_its_bytes_are_used_up_and_goes_on_from_there(db: Database) -> None:
    _fill(db, *((number, "x" * 40, None) for number in range(5)))
    small = Database(db.connection, Policy(limits=Limits(max_result_bytes=100)))

    pages = list(_pages(small, "items", columns=["id", "name"], limit=5))

    assert [[row[0] for row in page.result.rows] for page in pages] == [[0, 1], [2, 3], [4]]
    assert pages[0].total == 5


def test_a_row_that_is_larger_than_a_page_may_be_is_an_error_and_not_an_end(db: Database) -> None:
    _fill(db, (1, "x" * 200, None))
    small = Database(db.connection, Policy(limits=Limits(max_result_bytes=100)))

    with pytest.raises(LimitExceededError, match="larger than") as caught:
        small.read_table("items")

    assert "fewer columns" in (caught.value.hint or "")
    assert small.read_table("items", columns=["id"]).result.rows == ((1,),)


@pytest.mark.parametrize(
    ("arguments", "parameter"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": -5}, "limit"),
        ({"limit": 100_001}, "limit"),
        ({"columns": []}, "columns"),
        ({"columns": ["nam"]}, "columns"),
        ({"order_by": ["nam"]}, "order_by"),
        ({"order_by": [""]}, "order_by"),
        ({"where": "id = 1"}, "where"),
        ({"cursor": "x"}, "cursor"),
        ({"timeout_s": 0}, "timeout_seconds"),
        ({"name": "itms"}, "table_name"),
    ],
)
def test_an_argument_that_cannot_be_used_is_named(
    db: Database, arguments: dict[str, Any], parameter: str
) -> None:
    with pytest.raises((InvalidArgumentError, NotFoundError)) as caught:
        db.read_table(**{"name": "items", **arguments})

    assert caught.value.parameter == parameter


def test_one_name_stands_for_a_list_of_one(db: Database) -> None:
    _fill(db, (1, "a", 1), (2, "b", 2))

    rows = _rows(db, "items", columns="id", order_by="name desc", limit=1)

    assert rows == [(2,), (1,)]


def test_a_column_that_is_sorted_by_twice_counts_once(db: Database) -> None:
    _fill(db, (1, "a", 1), (2, "b", 2))

    assert _rows(db, "items", order_by=["id desc", "ID"], columns=["id"]) == [(2,), (1,)]


def test_rows_of_a_table_need_the_access_level_read(db: Database) -> None:
    with pytest.raises(PolicyError, match="access level read"):
        Database(db.connection, Policy(access=sqlcore.Access.METADATA)).read_table("items")


def test_a_table_that_goes_away_between_two_looks_is_not_found(db: Database) -> None:
    with pytest.raises(NotFoundError, match="dropped"):
        Database(_Wrapped(db.connection, drops_tables=True)).read_table("items")


@attrs.define
class _Wrapped:
    """The connection with a catalog that differs in one thing."""

    real: Any
    inexact_column: str | None = None
    drops_tables: bool = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    @property
    def catalog(self) -> Any:
        return self

    def find(self, name: QualifiedName) -> Any:
        return self.real.catalog.find(name)

    def describe(self, *arguments: Any, **more: Any) -> tuple[TableDescription, ...]:
        described = () if self.drops_tables else self.real.catalog.describe(*arguments, **more)
        return tuple(
            attrs.evolve(table, columns=tuple(self._changed(column) for column in table.columns))
            for table in described
        )

    def _changed(self, column: TableColumn) -> TableColumn:
        exact = column.name != self.inexact_column
        return attrs.evolve(column, type=attrs.evolve(column.type, exact=exact))


_HOSTILE = st.text(max_size=30) | st.sampled_from(
    ['"; DROP TABLE items; --', "id' OR '1'='1", "id desc; DELETE FROM items", "[id]"]
)


@settings(max_examples=40)
@given(text=_HOSTILE)
def test_no_argument_becomes_sql(shared: Database, text: str) -> None:
    shared.query("DELETE FROM t")
    shared.query("INSERT INTO t VALUES (1, 1, 'kept')")

    calls: tuple[dict[str, Any], ...] = (
        {"name": text},
        {"name": "t", "schema": text},
        {"name": "t", "columns": [text]},
        {"name": "t", "order_by": [text]},
        {"name": "t", "where": {"column": text, "value": 1}},
        {"name": "t", "where": {"column": "b", "op": text, "value": "x"}},
        {"name": "t", "where": {"column": "b", "value": text}},
        {"name": "t", "where": {"column": "b", "op": "like", "value": text}},
        {"name": "t", "where": {"column": "b", "op": "in", "value": [text]}},
        {"name": "t", "cursor": text},
    )
    for arguments in calls:
        with contextlib.suppress(NotFoundError, InvalidArgumentError):
            shared.read_table(**arguments)

    assert shared.query("SELECT COUNT(*) FROM t").scalar() == 1


def test_a_cursor_holds_the_values_of_the_last_row_that_was_shown(db: Database) -> None:
    _fill(db, (1, "a", 1), (2, "b", 2))
    cursor = db.read_table("items", order_by=["name"], limit=1).next_cursor
    assert cursor is not None

    position = read_cursor([("main", "items"), None, None, ["name"]], cursor)

    assert position == [[["s", "a"], ["i", "1"]], 0]
