"""What comes back under masks, on the in-memory engine: results, streams, pages, errors."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import sqlcore
from sqlcore.domain.types import TypeKind
from sqlcore.errors import SqlCoreError
from sqlcore.services.database import Database
from sqlcore.services.masking import MASKED
from sqlcore.testing.memory.connector import forget

SECRETS = ("ada@secret.example", "bob@secret.example")
URL = "memory://masking/shop"


@pytest.fixture
def owner() -> Iterator[Database]:
    """Somebody without masks, who makes the tables."""
    with sqlcore.connect(URL, access="write") as database:
        database.query(
            "CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT, email TEXT);"
            "CREATE TABLE logins (email TEXT PRIMARY KEY, seen INTEGER);"
            "CREATE TABLE orders (id INTEGER PRIMARY KEY, customer_id INTEGER, note TEXT);"
            "CREATE VIEW contacts AS SELECT id, upper(email) AS mail FROM customers;"
            "INSERT INTO customers VALUES (1, 'Ada', 'ada@secret.example'),"
            " (2, 'Bob', 'bob@secret.example'), (3, 'Cem', NULL);"
            "INSERT INTO logins VALUES ('ada@secret.example', 1), ('bob@secret.example', 2);"
            "INSERT INTO orders VALUES (1, 1, 'fast')"
        )
        yield database
    forget("masking")


@pytest.fixture
def reader(owner: Database) -> Iterator[Database]:  # noqa: ARG001  # it makes the tables
    with sqlcore.connect(URL, mask=["*.email"]) as database:
        yield database


def test_a_masked_value_is_replaced_and_null_stays_null(reader: Database) -> None:
    result = reader.query("SELECT id, email FROM customers ORDER BY id")
    assert result.rows == ((1, MASKED), (2, MASKED), (3, None))


def test_a_masked_column_is_text_and_says_that_it_is_masked(reader: Database) -> None:
    plain, hidden = reader.query("SELECT name, email FROM customers").columns
    assert (plain.masked, hidden.masked) == (False, True)
    assert (hidden.name, hidden.type.kind) == ("email", TypeKind.TEXT)


def test_a_view_hides_what_its_query_reads(reader: Database) -> None:
    assert reader.query("SELECT * FROM contacts WHERE id = 1").rows == ((1, MASKED),)


def test_a_stream_is_masked_in_every_batch(reader: Database) -> None:
    with reader.stream("SELECT email FROM customers ORDER BY id", batch_rows=1) as stream:
        assert list(stream) == [(MASKED,), (MASKED,), (None,)]


def test_dictionaries_and_single_values_are_masked(reader: Database) -> None:
    assert reader.query("SELECT email FROM customers WHERE id = 1").scalar() == MASKED
    assert reader.query("SELECT email AS e FROM customers WHERE id = 1").dicts() == [{"e": MASKED}]


def test_arrow_tables_are_masked(reader: Database) -> None:
    table = reader.query("SELECT email FROM customers").to_arrow()
    assert set(table["email"].to_pylist()) == {MASKED, None}


def test_what_touches_no_rule_is_as_it_would_be_without_rules(
    reader: Database, owner: Database
) -> None:
    sql = "SELECT o.*, 1 AS one FROM orders o"
    assert reader.query(sql).raw.result_sets == owner.query(sql).raw.result_sets


def test_a_masked_column_may_be_searched_for(reader: Database) -> None:
    """Inference is not prevented, and said so."""
    found = reader.query("SELECT id FROM customers WHERE email = :email", {"email": SECRETS[0]})
    assert found.rows == ((1,),)


def test_pages_are_masked_and_conditions_on_a_masked_column_work(reader: Database) -> None:
    where = [{"column": "email", "op": "=", "value": SECRETS[1]}]
    page = reader.read_table("customers", where=where)
    assert page.result.rows == ((2, "Bob", MASKED),)


def test_a_cursor_carries_no_masked_key(reader: Database) -> None:
    """A table whose key is masked is paged by counting rows."""
    page = reader.read_table("logins", limit=1)
    assert (page.paging, page.result.rows) == ("offset", ((MASKED, 1),))
    rest = reader.read_table("logins", limit=1, cursor=page.next_cursor)
    assert rest.result.rows == ((MASKED, 2),)
    assert rest.next_cursor is None


def test_a_cursor_carries_no_masked_value_of_the_order(reader: Database) -> None:
    page = reader.read_table("customers", columns=["id"], order_by=["email desc"], limit=1)
    assert page.paging == "offset"
    assert page.next_cursor is not None
    assert reader.read_table(
        "customers", columns=["id"], order_by=["email desc"], limit=1, cursor=page.next_cursor
    ).result.rows == ((2,),)


def test_a_page_that_is_cut_shorter_carries_no_masked_key_either(reader: Database) -> None:
    assert reader.read_table("logins").first(1).paging == "offset"


@pytest.mark.usefixtures("owner")
def test_what_a_write_returns_is_masked() -> None:
    with sqlcore.connect(URL, mask=["*.email"], access="write") as writer:
        changed = writer.query("UPDATE customers SET name = 'x' WHERE id = 1 RETURNING id, email")
        assert changed.rows == ((1, MASKED),)
        both = writer.query("SELECT 1; SELECT email FROM customers WHERE id = 1")
        assert [rows.rows for rows in both.result_sets] == [((MASKED,),), ((MASKED,),)]


@pytest.mark.usefixtures("owner")
def test_a_view_that_was_changed_is_looked_at_again() -> None:
    with sqlcore.connect(URL, mask=["*.email"], access="write") as writer:
        assert writer.query("SELECT id FROM contacts WHERE id = 1").rows == ((1,),)
        writer.query("DROP VIEW contacts")
        writer.query("CREATE VIEW contacts AS SELECT email AS id FROM customers")
        assert set(writer.query("SELECT id FROM contacts").rows) == {(MASKED,), (None,)}


def test_an_error_tells_no_value_and_neither_does_its_cause(reader: Database) -> None:
    """The engine quotes a value where a JSON path is malformed."""
    with pytest.raises(SqlCoreError) as caught:
        reader.query("SELECT json_extract('{}', email) FROM customers")
    told = caught.value
    assert "secret" not in f"{told!s} {told!r} {told.fields} {told.__cause__} {told.__context__}"
    assert told.message


def test_an_error_of_a_statement_without_masked_columns_is_told_in_full(reader: Database) -> None:
    with pytest.raises(SqlCoreError, match="fast"):
        reader.query("SELECT json_extract('{}', note) FROM orders")


def test_a_name_that_is_wrong_is_named_under_masks_too(reader: Database) -> None:
    with pytest.raises(SqlCoreError, match="emial"):
        reader.query("SELECT emial FROM customers")


def test_without_rules_nothing_is_asked_of_the_catalog(
    owner: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr("sqlcore.services.admission.MaskPlanner", fail)
    assert owner.query("SELECT email FROM customers WHERE id = 1").scalar() == SECRETS[0]


def test_a_statement_that_was_planned_before_asks_nothing_again(reader: Database) -> None:
    sql = "SELECT email FROM customers"
    reader.query(sql)
    connection = reader.connection
    before = connection.statement_count  # type: ignore[attr-defined]  # of the in-memory engine
    reader.query(sql)
    assert connection.statement_count == before + 1  # type: ignore[attr-defined]  # as above
