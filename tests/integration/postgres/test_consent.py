"""A statement that only seems to read does not write before somebody was asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from sqlcore.domain.connection import ConnectionSettings
from sqlcore_mcp import Toolbox

_VIEW = "SELECT * FROM consent.counting"


@pytest.fixture
def url(server_uri: str, database: ConnectionSettings) -> str:
    return f"{server_uri}{'&' if '?' in server_uri else '?'}dbname={database.database}"


@pytest.fixture
def counted(admin: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    """A view whose function writes a row each time that it is read."""
    admin.execute("CREATE SCHEMA consent")
    admin.execute("CREATE TABLE consent.reads (at timestamptz DEFAULT now())")
    admin.execute(
        "CREATE FUNCTION consent.count_read() RETURNS int LANGUAGE sql"
        " AS 'INSERT INTO consent.reads DEFAULT VALUES RETURNING 1'"
    )
    admin.execute("CREATE VIEW consent.counting AS SELECT consent.count_read() AS n")
    yield admin
    admin.execute("DROP SCHEMA consent CASCADE")


@pytest.mark.parametrize("policy", ["ask", "refuse"])
def test_a_read_that_writes_is_not_run_before_a_person_agreed(
    counted: psycopg.Connection[Any], url: str, policy: str
) -> None:
    settings = {"access": "write", "confirm_writes": policy}
    with Toolbox.open(url, confirm=lambda _: False, environ={}, **settings) as toolbox:
        outcome = toolbox.call("execute_query", {"query": _VIEW})
    assert outcome.is_error
    assert "refused" in outcome.text
    assert (0,) == counted.execute("SELECT count(*) FROM consent.reads").fetchone()


def test_where_nobody_has_to_be_asked_it_may_write(
    counted: psycopg.Connection[Any], url: str
) -> None:
    with Toolbox.open(url, environ={}, access="write", confirm_writes="never") as toolbox:
        outcome = toolbox.call("execute_query", {"query": _VIEW})
    assert not outcome.is_error
    assert (1,) == counted.execute("SELECT count(*) FROM consent.reads").fetchone()


@pytest.fixture
def shop(admin: psycopg.Connection[Any]) -> Iterator[psycopg.Connection[Any]]:
    admin.execute("CREATE SCHEMA shop")
    admin.execute("CREATE TABLE shop.plain (id serial PRIMARY KEY, v text)")
    admin.execute("CREATE TABLE shop.parent (id int PRIMARY KEY)")
    admin.execute("CREATE TABLE shop.child (id int REFERENCES shop.parent ON DELETE CASCADE)")
    admin.execute("INSERT INTO shop.plain (v) SELECT 'v' FROM generate_series(1, 9)")
    admin.execute("CREATE TABLE shop.watched (id int)")
    admin.execute("INSERT INTO shop.watched VALUES (1), (2)")
    admin.execute("CREATE SEQUENCE shop.heard")
    admin.execute(
        "CREATE FUNCTION shop.hear() RETURNS trigger LANGUAGE plpgsql"
        " AS $$ BEGIN PERFORM nextval('shop.heard'); RETURN OLD; END $$"
    )
    for table in ("watched", "child"):
        admin.execute(
            f"CREATE TRIGGER heard AFTER DELETE ON shop.{table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION shop.hear()"
        )
    yield admin
    admin.execute("DROP SCHEMA shop CASCADE")


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("UPDATE shop.plain SET v = 'x' WHERE id < 4", "it would touch 3 rows."),
        ("UPDATE shop.plain SET v = 'x' WHERE id < 4 RETURNING v", "it would touch 3 rows."),
        ("UPDATE shop.plain AS p SET v = 'x' FROM shop.watched w WHERE w.id = p.id", "touch 2"),
        ("INSERT INTO shop.plain (v) SELECT v FROM shop.plain", "it would touch 9 rows."),
        ("DELETE FROM shop.watched", "every row is meant. How many rows it would touch is not"),
        ("DELETE FROM shop.parent", "a change of the table sets off code"),
        ("UPDATE shop.plain SET v = nextval('shop.heard')::text", "nextval does more than read"),
        (
            "WITH gone AS (DELETE FROM shop.watched RETURNING id) DELETE FROM shop.plain",
            "DELETE changes data",
        ),
        ("DELETE FROM shop.plain; SELECT nextval('shop.heard')", "there are several statements"),
        ("UPDATE shop.plain SET id = 1", "trying it out failed: Duplicate key value violates"),
    ],
)
def test_the_person_is_told_what_would_be_touched_and_nothing_happens(
    shop: psycopg.Connection[Any], url: str, query: str, told: str
) -> None:
    questions: list[str] = []

    def refuse(question: str) -> bool:
        questions.append(question)
        return False

    with Toolbox.open(url, confirm=refuse, environ={}, access="write") as toolbox:
        assert toolbox.call("execute_query", {"query": query}).is_error
    assert told in questions[0]
    assert query in questions[0]
    state = (
        "SELECT (SELECT count(*) FROM shop.plain WHERE v = 'v'),"
        " (SELECT count(*) FROM shop.watched), (SELECT is_called FROM shop.heard),"
        " (SELECT last_value FROM shop.plain_id_seq)"
    )
    assert (9, 2, False, 9) == shop.execute(state).fetchone()


def test_a_preview_does_not_wait_long_for_a_lock(shop: psycopg.Connection[Any], url: str) -> None:
    questions: list[str] = []

    def refuse(question: str) -> bool:
        questions.append(question)
        return False

    with (
        Toolbox.open(url, confirm=refuse, environ={}, access="write") as toolbox,
        shop.transaction(),
    ):
        shop.execute("LOCK TABLE shop.plain")
        toolbox.call("execute_query", {"query": "UPDATE shop.plain SET v = 'x'"})
    assert "waited 1 seconds for a lock" in questions[0]
