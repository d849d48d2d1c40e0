"""Values inside values: domains in arrays, types in types; nothing in them is rounded or cut."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sqlcore.adapters.postgres import PostgresConnector
from sqlcore.domain.access import Access
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.errors import InvalidArgumentError, SqlCoreError
from sqlcore.services.calling import ArgumentsError
from sqlcore.services.database import Database
from sqlcore.services.policy import Policy, PrivilegeCheck

_SCHEMA = """
DROP SCHEMA IF EXISTS nested CASCADE;
CREATE SCHEMA nested;
CREATE DOMAIN nested.rate AS numeric(3,1);
CREATE DOMAIN nested.capped AS nested.rate CHECK (value < 90);
CREATE DOMAIN nested.rates AS nested.rate[];
CREATE DOMAIN nested.row_of_rates AS numeric(3,1)[];
CREATE DOMAIN nested.code AS varchar(3);
CREATE DOMAIN nested.instant AS timestamp(0);
CREATE DOMAIN nested.counted AS integer NOT NULL;
CREATE TYPE nested.mood AS ENUM ('fine', 'bad');
CREATE DOMAIN nested.any_mood AS nested.mood;
CREATE TYPE nested.leaf AS (rate nested.rate, code varchar(3), mood nested.mood);
CREATE TYPE nested.tree AS (
    n nested.counted, leaf nested.leaf, leaves nested.leaf[], rates nested.rate[], at time(0),
    documents jsonb[], content bytea
);
CREATE DOMAIN nested.any_tree AS nested.tree;
CREATE TYPE nested.deep_1 AS (a integer, b integer);
CREATE TYPE nested.deep_2 AS (a nested.deep_1, b nested.deep_1);
CREATE FUNCTION nested.rates(x nested.rate[]) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.echo(x nested.rate[]) RETURNS nested.rate[] LANGUAGE sql AS 'SELECT x';
CREATE FUNCTION nested.capped(x nested.capped[]) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.all_rates(x nested.rates) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.rows(x nested.row_of_rates[]) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.codes(x nested.code[]) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.instants(x nested.instant[]) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.moods(x nested.any_mood[]) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.leaf(x nested.leaf) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.tree(x nested.tree) RETURNS jsonb LANGUAGE sql AS 'SELECT to_jsonb(x)';
CREATE FUNCTION nested.trees(x nested.any_tree[]) RETURNS jsonb
    LANGUAGE sql AS 'SELECT to_jsonb(x)';
CREATE FUNCTION nested.numbers(x numrange) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.times(x tsrange) RETURNS text LANGUAGE sql AS 'SELECT x::text';
CREATE FUNCTION nested.deep(x nested.deep_2) RETURNS text LANGUAGE sql AS 'SELECT x::text';
"""


@pytest.fixture(scope="module")
def shop(admin: psycopg.Connection[Any], database: ConnectionSettings) -> Iterator[Database]:
    admin.execute(_SCHEMA)
    connection = PostgresConnector().connect(database)
    policy = Policy(
        access=Access.READ,
        allow_procedures=frozenset({"nested.*"}),
        privilege_check=PrivilegeCheck.OFF,
    )
    yield Database(connection, policy=policy)
    connection.close()
    admin.execute("DROP SCHEMA nested CASCADE")


def returned(shop: Database, name: str, value: Any) -> Any:
    return shop.call(f"nested.{name}", {"x": value}).returned


@pytest.mark.parametrize(
    ("name", "value", "flaws"),
    [
        ("rates", [1.55], ["element 1: it has 2 digits after the point, and 1 is kept"]),
        ("rates", [[1], ["1.55"]], ["element 2.1: it has 2 digits after the point"]),
        ("capped", ["100"], ["element 1: it has 3 digits before the point, and 2 fit"]),
        ("all_rates", [1.55], ["element 1: it has 2 digits after the point"]),
        ("rows", [[1.5], [1.55]], ["element 2, element 1: it has 2 digits after the point"]),
        ("codes", ["abc", "abc "], ["element 2: it has 4 characters, and 3 fit"]),
        ("instants", ["2026-01-01T10:00:00.6"], ["element 1: it has 1 digit of a fraction"]),
        ("moods", ["awful"], ["element 1: it is none of fine, bad"]),
        (
            "leaf",
            {"rate": 1.55, "code": "abcd", "mood": "awful"},
            [
                'column "rate": it has 2 digits after the point',
                'column "code": it has 4 characters',
                'column "mood": it is none of fine, bad',
            ],
        ),
        (
            "tree",
            {
                "leaf": {"rate": 1.55, "colour": "red"},
                "leaves": [None, {"code": "abcd"}, "text"],
                "rates": [1.55],
                "at": "10:00:00.6",
            },
            [
                'column "n": it is NULL or missing',
                "column \"leaf\": there is no column 'colour'",
                'column "leaf", column "rate": it has 2 digits after the point',
                'column "leaves", element 2, column "code": it has 4 characters',
                'column "leaves", element 3: it is a text of 4 characters, not an object or a list',
                'column "rates", element 1: it has 2 digits after the point',
                'column "at": it has 1 digit of a fraction of a second',
            ],
        ),
        ("trees", [{"n": 1, "rates": [1.55]}], ['element 1, column "rates", element 1: it has 2']),
    ],
)
def test_what_would_be_rounded_or_refused_inside_a_value_is_told_with_its_place(
    shop: Database, name: str, value: Any, flaws: list[str]
) -> None:
    with pytest.raises(ArgumentsError) as caught:
        returned(shop, name, value)

    said = [f"{problem.place}: {problem.reason}" for problem in caught.value.problems]
    assert len(flaws) == len(said)
    for flaw, words in zip(flaws, said, strict=True):
        assert words.startswith(flaw)


def test_a_type_in_a_type_is_given_as_an_object_in_an_object(shop: Database) -> None:
    leaf = {"rate": 1.5, "code": '"\\,', "mood": "bad"}
    tree = {
        "n": 1,
        "leaf": leaf,
        "leaves": [leaf, None, ["2", "{}(", None]],
        "rates": [1, None],
        "at": "10:00:00",
        "documents": [{"a": ['"']}, [1], None],
        "content": "0x00ff",
    }
    expected = {
        **tree,
        "leaves": [leaf, None, {"rate": 2.0, "code": "{}(", "mood": None}],
        "content": "\\x00ff",
    }
    assert expected == returned(shop, "tree", tree).parse()
    assert [expected, None] == returned(shop, "trees", [tree, None]).parse()


def test_an_array_of_a_domain_that_is_an_array_has_arrays_of_any_length(shop: Database) -> None:
    assert '{"{1.5,2.0}","{3.0}",NULL}' == returned(shop, "rows", [[1.5, 2], [3], None])


def test_an_array_of_a_domain_may_have_dimensions(shop: Database) -> None:
    assert "{{1.5},{2.0}}" == returned(shop, "rates", [[1.5], [2]])


@given(
    values=st.lists(
        st.none()
        | st.decimals(min_value=-120, max_value=120, places=1)
        | st.decimals(min_value=-120, max_value=120, places=2),
        max_size=5,
    )
)
@settings(max_examples=60, deadline=None)
def test_an_array_of_a_domain_comes_back_as_it_is_or_is_refused(
    shop: Database, values: list[Decimal | None]
) -> None:
    fits = all(value is None or (abs(value) < 100 and value == round(value, 1)) for value in values)
    if fits:
        assert values == returned(shop, "echo", values)
    else:
        with pytest.raises(InvalidArgumentError):
            returned(shop, "echo", values)


def test_a_bound_of_a_range_that_would_be_rounded_is_refused(shop: Database) -> None:
    with pytest.raises(ArgumentsError, match="of the upper bound, it has 7 digits of a fraction"):
        returned(shop, "times", "[2026-01-01,2026-01-01T10:00:00.1234567)")
    assert '["2026-01-01 00:00:00","2026-01-01 10:00:00.123456")' == (
        returned(shop, "times", "[2026-01-01,2026-01-01T10:00:00.123456)")
    )


@given(
    text=st.text(alphabet='[](),"\\ 1e.', max_size=12)
    | st.tuples(*(st.text(alphabet='1e." \\', max_size=5) for _ in range(2))).map(
        lambda bounds: f"[{bounds[0]},{bounds[1]}]"
    )
)
@settings(max_examples=200, deadline=None)
def test_the_server_reads_ranges_that_pass(shop: Database, text: str) -> None:
    said = ""
    try:
        returned(shop, "numbers", text)
    except ArgumentsError:
        return
    except SqlCoreError as error:
        said = error.message
    assert said.partition(" must be ")[0] in ("", "Range lower bound")


def test_what_a_domain_in_a_type_stands_on_is_described(shop: Database) -> None:
    (routine,) = shop.procedure("nested.trees")
    (parameter,) = routine.parameters
    columns = {column.name: column for column in parameter.columns}

    assert parameter.base_type is not None
    assert ("nested.any_tree[]", "nested.tree[]") == (
        parameter.type.name,
        parameter.base_type.name,
    )
    rate = SqlType(name="numeric(3,1)", kind=TypeKind.DECIMAL)
    assert rate == columns["leaf"].columns[0].base_type
    assert ("fine", "bad") == columns["leaves"].columns[2].labels
    assert SqlType(name="numeric(3,1)[]", kind=TypeKind.ARRAY, element=rate) == (
        columns["rates"].base_type
    )
    assert (False, True) == (columns["n"].nullable, columns["leaf"].nullable)


def test_the_schema_says_what_a_type_in_a_type_takes(shop: Database) -> None:
    (routine,) = shop.procedure("nested.tree")
    properties = shop.procedure_schema(routine)["properties"]["x"]["properties"]

    assert ["fine", "bad", None] == properties["leaf"]["properties"]["mood"]["enum"]
    assert 3 == properties["leaves"]["items"]["properties"]["code"]["maxLength"]


def test_a_type_of_endlessly_many_fields_is_described_without_its_depths(
    admin: psycopg.Connection[Any], shop: Database
) -> None:
    for depth in range(3, 21):
        inner = f"nested.deep_{depth - 1}"
        admin.execute(f"CREATE TYPE nested.deep_{depth} AS (a {inner}, b {inner})".encode())
    admin.execute(
        b"CREATE FUNCTION nested.deepest(x nested.deep_20) RETURNS text"
        b" LANGUAGE sql AS 'SELECT x::text'"
    )
    (routine,) = shop.procedure("nested.deepest")
    assert ((), ()) == tuple(column.columns for column in routine.parameters[0].columns)
    assert '("(,)",)' == returned(shop, "deepest", {"a": "(,)"})
    assert '("(1,2)","(3,4)")' == returned(shop, "deep", {"a": [1, 2], "b": {"b": 4, "a": 3}})
