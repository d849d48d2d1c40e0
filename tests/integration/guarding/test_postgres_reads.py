"""Every honest read of the collections runs on a live PostgreSQL, guarded as unguarded."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg.types.string import TextLoader
from tests.integration.guarding.changes import changed_parts
from tests.integration.guarding.corpora import entries_in, note
from tests.integration.guarding.postgres_bench import PostgresBench
from tests.unit.guarding.corpus_reading import Entry, name_of

import sqlcore
from sqlcore_mcp import Toolbox

_READS = entries_in("postgres", "reads")
_AS_TEXT = (
    "json",
    "jsonb",
    "int4range",
    "numrange",
    "tstzrange",
    "int4multirange",
    "tstzmultirange",
)


@pytest.fixture(scope="module")
def unguarded(honest: PostgresBench) -> Iterator[psycopg.Connection[Any]]:
    with honest.session() as session:
        for name in _AS_TEXT:
            session.adapters.register_loader(name, TextLoader)
        yield session


@pytest.fixture(scope="module")
def guarded(honest: PostgresBench) -> Iterator[sqlcore.Database]:
    with sqlcore.connect(honest.url, access="read", privilege_check="off") as database:
        yield database


@pytest.fixture(scope="module")
def toolbox(honest: PostgresBench) -> Iterator[Toolbox]:
    with Toolbox.open(honest.url, environ={}, access="read", privilege_check="off") as toolbox:
        yield toolbox


@pytest.mark.parametrize("read", _READS, ids=name_of)
def test_a_read_gives_the_same_guarded_as_unguarded_and_changes_nothing(
    read: Entry,
    honest: PostgresBench,
    unguarded: psycopg.Connection[Any],
    guarded: sqlcore.Database,
    toolbox: Toolbox,
) -> None:
    before = honest.state()
    sql, parameters = read.sql, note("postgres", "parameters", read.what)
    expected = _rows(unguarded, sql, parameters)
    again = _rows(unguarded, sql, parameters)
    cannot_run = note("postgres", "cannot_run", read.what)
    if cannot_run is not None:
        assert isinstance(expected, str)
        assert re.search(cannot_run, expected)
        assert guarded.decide(sql).allowed
        return
    assert not isinstance(expected, str), expected
    result = guarded.query(sql, parameters, max_rows=5_000)
    if parameters is None:  # the tool takes them by name only
        outcome = toolbox.call("execute_query", {"query": sql})
        assert not outcome.is_error, outcome.text
    assert changed_parts(before, honest.state()) == []
    if expected == again and note("postgres", "differs", read.what) is None:
        assert expected == [tuple(map(_plain, row)) for row in result.rows]


def _rows(
    session: psycopg.Connection[Any], sql: str, parameters: list[Any] | None
) -> list[tuple[str, ...]] | str:
    """Run a text on the bare driver; give its rows as text, or its error."""
    try:
        if parameters is None:
            cursor = session.execute(sql.encode())
        else:
            cursor = psycopg.RawCursor(session).execute(sql.encode(), parameters)
        return [tuple(map(_plain, row)) for row in cursor.fetchall()]
    except psycopg.Error as error:
        return str(error)


def _plain(value: object) -> str:
    if isinstance(value, dt.timedelta) or type(value).__name__ == "Interval":
        return "an interval"  # sqlcore keeps months and days apart
    return str(value)
