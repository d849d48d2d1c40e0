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
def test_what_nobody_was_asked_about_is_held_to_reading(
    counted: psycopg.Connection[Any], url: str, policy: str
) -> None:
    settings = {"access": "write", "confirm_writes": policy}
    with Toolbox.open(url, confirm=lambda _: True, environ={}, **settings) as toolbox:
        outcome = toolbox.call("execute_query", {"query": _VIEW})
    assert outcome.is_error
    assert "read-only transaction" in outcome.text
    assert (0,) == counted.execute("SELECT count(*) FROM consent.reads").fetchone()


def test_where_nobody_has_to_be_asked_it_may_write(
    counted: psycopg.Connection[Any], url: str
) -> None:
    with Toolbox.open(url, environ={}, access="write", confirm_writes="never") as toolbox:
        outcome = toolbox.call("execute_query", {"query": _VIEW})
    assert not outcome.is_error
    assert (1,) == counted.execute("SELECT count(*) FROM consent.reads").fetchone()
