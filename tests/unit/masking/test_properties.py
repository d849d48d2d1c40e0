"""Random queries over a table with a masked column: its values never come out.

The in-memory engine runs them. A query that does not name the masked table is not masked at all.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import attrs
import pytest
from hypothesis import given, note, settings
from hypothesis import strategies as st

import sqlcore
from sqlcore.services.database import Database
from sqlcore.testing.memory import forget

SECRET = "Zq7"
"""In every value of the masked column; short, so that a part of a value would show it too."""
URL = "memory://masked_properties/main"


@pytest.fixture(scope="module")
def databases() -> Iterator[tuple[Database, Database]]:
    with sqlcore.connect(URL, access="write") as owner:
        owner.query(
            "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, secret TEXT);"
            "CREATE TABLE notes (id INTEGER PRIMARY KEY, person INTEGER, body TEXT);"
            "CREATE VIEW cards AS SELECT id AS i, secret AS s, name AS n FROM people;"
            "CREATE VIEW counts (person, many) AS"
            " SELECT person, count(*) FROM notes GROUP BY person;"
            f"INSERT INTO people VALUES (1, 'ann', '{SECRET}a'), (2, 'bo', '{SECRET}b');"
            "INSERT INTO notes VALUES (1, 1, 'x'), (2, 2, 'y'), (3, 1, NULL)"
        )
        with sqlcore.connect(URL, mask=["people.secret"]) as reader:
            yield owner, reader
    forget("masked_properties")


@attrs.frozen
class Source:
    """Something in FROM: its text, and the columns that it has."""

    text: str
    columns: tuple[str, ...]


MASKED_TABLES = {"people": ("id", "name", "secret"), "cards": ("i", "s", "n")}
CLEAN_TABLES = {"notes": ("id", "person", "body"), "counts": ("person", "many")}


class Writer:
    """Writes random queries; much faster than strategies of strategies."""

    def __init__(self, seed: int, *, clean: bool) -> None:
        self._random = random.Random(seed)  # noqa: S311  # for tests
        self._tables = CLEAN_TABLES if clean else MASKED_TABLES | CLEAN_TABLES
        self._aliases = 0

    def query(self, depth: int, width: int) -> str:
        """Write a query of a number of columns."""
        pick = self._random
        if depth > 0 and pick.random() < 0.2:
            word = pick.choice(["UNION", "UNION ALL", "INTERSECT", "EXCEPT"])
            first, second = self.query(depth - 1, width), self.query(depth - 1, width)
            return f"SELECT * FROM ({first}) {word} SELECT * FROM ({second})"
        sources = [self._source(depth) for _ in range(pick.randint(1, 2))]
        columns = [column for source in sources for column in source.columns]
        if pick.random() < 0.15 and len(columns) >= width:
            return self._starred(sources, width)
        joined = pick.choice([", ", " CROSS JOIN ", " LEFT JOIN "]).join(s.text for s in sources)
        items = [self._expression(columns, depth, 3) for _ in range(width)]
        query = f"SELECT {', '.join(items)} FROM {joined}"
        if pick.random() < 0.5:
            query += f" WHERE {pick.choice(columns)} IS NOT NULL"
        return query

    def _starred(self, sources: list[Source], width: int) -> str:
        """Write a query that names the columns of a `*` by a WITH."""
        count = sum(len(source.columns) for source in sources)
        names = [f"w{place}" for place in range(count)]
        chosen = ", ".join(self._random.sample(names, width))
        joined = ", ".join(source.text for source in sources)
        inner = f"WITH w ({', '.join(names)}) AS (SELECT * FROM {joined}) SELECT * FROM w"
        return f"SELECT {chosen} FROM ({inner})"

    def _source(self, depth: int) -> Source:
        self._aliases += 1
        alias = f"t{self._aliases}"
        if depth > 0 and self._random.random() < 0.5:
            width = self._random.randint(1, 2)
            names = [f"{alias}{place}" for place in range(width)]
            # A WITH names the columns for certain.
            query = f"WITH w ({', '.join(names)}) AS ({self.query(depth - 1, width)})"
            text = f"({query} SELECT * FROM w) AS {alias}"
            return Source(text, tuple(f"{alias}.{name}" for name in names))
        table = self._random.choice(sorted(self._tables))
        names = list(self._tables[table])
        return Source(f"{table} AS {alias}", tuple(f"{alias}.{name}" for name in names))

    def _expression(self, columns: list[str], depth: int, levels: int) -> str:
        pick = self._random
        if levels == 0 or pick.random() < 0.3:
            return pick.choice([*columns, *columns, "1", "'k'", "NULL"])
        if depth > 0 and pick.random() < 0.15:
            return f"({self.query(depth - 1, 1)} LIMIT 1)"
        form = pick.choice(
            [
                "upper({0})",
                "({0} || {1})",
                "CASE WHEN {0} IS NULL THEN {1} ELSE {2} END",
                "coalesce({0}, {1})",
                "CAST({0} AS TEXT)",
                "replace({0}, 'x', {1})",
                "json_array({0}, {1})",
                "(SELECT {0} LIMIT 1)",
                "(SELECT max(x) FROM (SELECT {0} AS x))",
                "substr({0}, 1)",
            ]
        )
        parts = [self._expression(columns, depth, levels - 1) for _ in range(3)]
        return form.format(*parts)


SEEDS = st.integers(0, 2**32)


@settings(max_examples=400)
@given(seed=SEEDS)
def test_a_masked_value_never_comes_out(databases: tuple[Database, Database], seed: int) -> None:
    _, reader = databases
    query = Writer(seed, clean=False).query(3, 2)
    note(query)
    result = reader.query(query)
    assert SECRET.lower() not in repr(result.raw.result_sets[0].rows).lower()


@settings(max_examples=150)
@given(seed=SEEDS)
def test_a_query_that_is_far_from_masked_columns_is_left_alone(
    databases: tuple[Database, Database], seed: int
) -> None:
    owner, reader = databases
    query = Writer(seed, clean=True).query(3, 2)
    note(query)
    assert reader.query(query).raw.result_sets == owner.query(query).raw.result_sets


@settings(max_examples=150)
@given(seed=SEEDS)
def test_a_column_that_has_no_masked_value_in_it_is_not_changed_otherwise(
    databases: tuple[Database, Database], seed: int
) -> None:
    """Names, counts and NULLs stay; a value is either itself or masked."""
    owner, reader = databases
    query = Writer(seed, clean=False).query(2, 2)
    note(query)
    plain, hidden = owner.query(query), reader.query(query)
    assert [column.name for column in plain.columns] == [c.name for c in hidden.columns]
    for before, after in zip(plain.rows, hidden.rows, strict=True):
        for value, seen, column in zip(before, after, hidden.columns, strict=True):
            assert seen == ("***" if column.masked and value is not None else value)
