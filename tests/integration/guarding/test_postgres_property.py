"""What the guard accepts is run by sqlcore on a live PostgreSQL, and changes nothing.

Random reads from a small grammar, with a write planted anywhere that the grammar has a place.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.guarding.changes import State, changed_parts
from tests.integration.guarding.postgres_bench import PostgresBench

import sqlcore
from sqlcore.errors import PolicyError, SqlCoreError

# No name and no operator that the database has a harmful overload of: those are refused.
_NUMBERS = st.sampled_from(["1", "o.id", "o.amount::int", "octet_length('a')", "o.id * 2"])
_FORMS = st.sampled_from(
    [
        *("({0})", "abs({0})", "{0} * {1}"),
        *("greatest({1}, {0})", "(SELECT {0})", "(SELECT max(v) FROM (VALUES ({0})) AS t (v))"),
        *("array_length(ARRAY[{1}, {0}], 1)", "octet_length(row_to_json(ROW({0}, {1}))::text)"),
    ]
)
_HARM = st.sampled_from(
    [
        *("do_harm(1)", "sales.do_harm(o.id)", "nextval('orders_id_seq')", "o.id ### 1", "@#@ 5"),
        *("1::checked", "CAST(1 AS checked)", "(SELECT n FROM harmful_view)", "length(5)"),
        *("sales.stable_sql(1)", 'public."Harm"()', "setval('orders_id_seq', 9)", "g(a => 1)"),
        *("(SELECT max(c.sneaky) FROM customers c)", "sales.immutable_in_name(o.id)"),
        *("pg_current_xact_id()::text::int", "(SELECT 1 FROM orders LIMIT 1 FOR UPDATE)"),
        *("lo_from_bytea(0, 'x')::int", "(SELECT harm_sum(id) FROM customers)"),
        *("query_to_xml('SELECT do_harm(1)', true, true, '')", "txid_current()"),
    ]
)
_WRITES = st.sampled_from(
    [
        *("; DELETE FROM orders", "; COMMIT; DROP TABLE log", " INTO stolen", " FOR UPDATE"),
        *(" FOR NO KEY UPDATE OF o", "; SELECT do_harm(1)", " /* */ ; TRUNCATE log", " FOR SHARE"),
    ]
)
_CHANGING = st.sampled_from(
    [
        *("DELETE FROM orders RETURNING id", "UPDATE orders SET amount = 0 RETURNING id"),
        *("INSERT INTO log (what) VALUES ('x') RETURNING id", "SELECT id INTO stolen FROM orders"),
        "MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN DELETE RETURNING 1",
    ]
)
_READ_ONLY = "25006"
"""A statement that writes, in a read-only transaction: the guard had let it pass."""
_BLANKS = st.sampled_from([" ", "\n", "\t", " /* ; */ ", " -- '\n", "/* /* */ $$ */"])


@st.composite
def _expressions(draw: st.DrawFn, *, harm: bool, depth: int = 2) -> str:
    """Draw an expression; with harm, one of its places holds a call that writes."""
    if depth == 0:
        return draw(_HARM if harm else _NUMBERS)
    inner = draw(_expressions(harm=harm, depth=depth - 1))
    return str(draw(_FORMS)).format(inner, draw(_NUMBERS))


@st.composite
def _statements(draw: st.DrawFn, *places: str) -> str:
    """Draw a SELECT with a write in one of the places; no place holds one where it is `none`."""
    place = draw(st.sampled_from(places))
    blank = draw(_BLANKS)
    column = draw(_expressions(harm=place == "column"))
    condition = draw(_expressions(harm=place == "condition"))
    order = draw(_expressions(harm=place == "order"))
    limit = draw(_HARM) if place == "limit" else "5"
    source = f", LATERAL (SELECT {draw(_HARM)}) AS s" if place == "source" else ""
    head = f"WITH w AS ({draw(_CHANGING)}) " if place == "with" else ""
    tail = draw(_WRITES) if place == "end" else ""
    return (
        f"{head}SELECT{blank}{column} AS x FROM orders o{source}{blank}"
        f"WHERE ({condition}) IS NOT NULL ORDER BY ({order})::text{blank}LIMIT {limit}{tail}"
    )


_few = settings(
    max_examples=100, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@attrs.frozen
class _Shop:
    database: sqlcore.Database
    untouched: State


@pytest.fixture(scope="module")
def shop(attacked: PostgresBench) -> Iterator[_Shop]:
    attacked.reset()
    with sqlcore.connect(attacked.url, access="read", privilege_check="off") as database:
        yield _Shop(database=database, untouched=attacked.state())


def _outcome(database: sqlcore.Database, sql: str) -> str:
    try:
        database.query(sql, max_rows=10)
    except PolicyError:
        return "refused"
    except SqlCoreError as error:
        return "held back by the server" if error.sqlstate == _READ_ONLY else "failed"
    return "ran"


@_few
@given(sql=_statements("none"))
def test_a_read_runs_and_changes_nothing(sql: str, shop: _Shop, attacked: PostgresBench) -> None:
    assert _outcome(shop.database, sql) == "ran", sql
    assert changed_parts(shop.untouched, attacked.state()) == [], sql


@_few
@given(sql=_statements("column", "condition", "order", "limit", "source", "with", "end"))
def test_a_write_planted_anywhere_is_refused_and_changes_nothing(
    sql: str, shop: _Shop, attacked: PostgresBench
) -> None:
    assert _outcome(shop.database, sql) == "refused", sql
    assert changed_parts(shop.untouched, attacked.state()) == [], sql
