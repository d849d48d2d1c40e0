"""Exploring live: joins run, foreign keys are those of the catalog, and changes show at once."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.conftest import Opened
from tests.unit.exploring.mermaid_grammar import read_diagram

import sqlcore
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import NotFoundError
from sqlcore.services.database import Database
from sqlcore.services.exploring.relationships import JoinPath

HERE = Path(__file__).parent
Admin = psycopg.Connection[Any]
_COUNT = 12
_NAMES = ('order "x"', "a.b", "[c]", "Größe", "select", "it's", "MixedCase", "plain")


def generated() -> Iterator[str]:
    """Make a schema of tables with keys of one, two and three columns, connected at random."""
    chosen = random.Random(6)  # noqa: S311  # the same each time
    widths = [chosen.choice((1, 1, 2, 3)) for _ in range(_COUNT)]
    yield "CREATE SCHEMA gen"
    for number, width in enumerate(widths):
        keys = [_quoted(f"k{n} {_NAMES[n]}") for n in range(width)]
        typed = ", ".join(f"{key} int" for key in keys)
        yield f"CREATE TABLE gen.{_table(number)} ({typed}, PRIMARY KEY ({', '.join(keys)}))"
    for number in range(30):
        table, target = chosen.randrange(_COUNT), chosen.randrange(_COUNT)
        width = widths[target]
        columns = [f"f{number}.{n}" for n in range(width)]
        nullable = chosen.choice(("", " NOT NULL"))
        for column in columns:
            yield f"ALTER TABLE gen.{_table(table)} ADD {_quoted(column)} int{nullable}"
        own = ", ".join(map(_quoted, columns))
        yield (
            f"ALTER TABLE gen.{_table(table)} ADD CONSTRAINT c{number} FOREIGN KEY ({own}) "
            f"REFERENCES gen.{_table(target)}"
        )


def _table(number: int) -> str:
    return _quoted(f"{_NAMES[number % len(_NAMES)]} {number}")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture(scope="module")
def explored(
    server_uri: str, database: ConnectionSettings, worker_id: str
) -> Iterator[ConnectionSettings]:
    name = f"exploring_{worker_id}"
    with psycopg.connect(server_uri, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(server_uri, dbname=name, autocommit=True) as made:
        made.execute((HERE / "odd_names.sql").read_bytes())
        for statement in generated():
            made.execute(statement.encode())
        made.execute(
            """CREATE SCHEMA parts; SET search_path TO parts;
            CREATE TABLE places (id int PRIMARY KEY);
            CREATE TABLE events (id int, place_id int REFERENCES places, PRIMARY KEY (id))
                PARTITION BY RANGE (id);
            CREATE TABLE events_1 PARTITION OF events FOR VALUES FROM (1) TO (1000);
            CREATE TABLE events_2 PARTITION OF events FOR VALUES FROM (1000) TO (2000);
            INSERT INTO places SELECT generate_series(1, 5);
            INSERT INTO events SELECT n, n % 5 + 1 FROM generate_series(1, 1999) AS numbers (n);
            ANALYZE;"""
        )
    yield attrs.evolve(database, database=name)
    with psycopg.connect(server_uri, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def db(opened: Opened, explored: ConnectionSettings) -> Database:
    return Database(opened(database=explored.database))


@pytest.fixture
def admin_of_explored(server_uri: str, explored: ConnectionSettings) -> Iterator[Admin]:
    with psycopg.connect(server_uri, dbname=explored.database, autocommit=True) as connection:
        yield connection


@pytest.fixture
def sample(sample_url: str) -> Iterator[Database]:
    with sqlcore.connect(sample_url) as database:
        yield database


def paths(db: Database, tables: list[QualifiedName]) -> Iterator[JoinPath]:
    for start, end in itertools.product(tables, repeat=2):
        yield from db.catalog.relationships(str(start), str(end)).paths


def check(db: Database, path: JoinPath) -> None:
    """Run a join; look that its columns are those of its tables."""
    columns = {
        table.name: {column.name for column in table.columns}
        for table in db.catalog.snapshot().tables
    }
    for step in path.relationships:
        assert set(step.columns) <= columns[step.table]
        assert set(step.referenced_columns) <= columns[step.referenced_table]
    result = db.query(f"SELECT * {path.join} LIMIT 0")
    assert len(result.columns) == sum(len(columns[table]) for table in path.tables)


@pytest.mark.parametrize("schema", ["odd.schema [x] \"y\" 'z'", "parts"])
def test_every_join_of_odd_names_runs(db: Database, schema: str) -> None:
    tables = [t.name for t in db.catalog.snapshot().tables if t.name.schema == schema]
    joined = list(paths(db, tables))
    assert joined
    for path in joined:
        check(db, path)


def test_every_join_of_a_generated_schema_runs(db: Database) -> None:
    tables = [t.name for t in db.catalog.snapshot().tables if t.name.schema == "gen"]
    joined = list(paths(db, tables))
    assert len(joined) > len(tables) ** 2
    assert any(len(path.relationships) > 2 for path in joined)
    assert any(len(step.columns) > 1 for path in joined for step in path.relationships)
    for path in joined[::5]:
        check(db, path)


def test_every_join_of_neighbours_runs(db: Database) -> None:
    for table in db.catalog.snapshot().tables:
        for found in db.catalog.relationships(str(table.name)).relationships:
            assert found.join
            db.query(f"SELECT 1 {found.join} LIMIT 0")


def test_relationships_are_the_foreign_keys_of_the_catalog(
    db: Database, admin_of_explored: Admin
) -> None:
    rows = admin_of_explored.execute(
        "SELECT n.nspname, c.relname, k.conname FROM pg_constraint k "
        "JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE k.contype = 'f' AND k.conparentid = 0"
    ).fetchall()
    found = db.catalog.relationships().relationships
    known = {(r.table.schema, r.table.name, r.name) for r in found if r.guess is None}
    assert known == set(rows)


def test_diagrams_of_odd_names_are_diagrams(db: Database) -> None:
    whole = db.catalog.diagram(max_tables=1000)
    entities, lines = read_diagram(whole.text)
    assert len(entities) == len(whole.tables) > _COUNT
    assert len(lines) >= 30
    for table in db.catalog.snapshot().tables:
        read_diagram(db.catalog.diagram(str(table.name), depth=2).text)


def test_partitions_stand_behind_their_table(db: Database) -> None:
    overview = db.catalog.explore(schema="parts")
    assert [one.table.name.name for one in overview.tables] == [
        "events",
        "places",
        "events_2",
        "events_1",
    ]
    assert (overview.partition_count, overview.foreign_key_count) == (2, 1)
    assert overview.tables[1].referring_tables == 1
    rows = {one.table.name.name: one.table.estimated_rows for one in overview.tables}
    assert (rows["events_1"], rows["places"]) == (999, 5)
    hits = db.catalog.search("place id").hits
    assert [(h.hit.object.name, h.hit.column) for h in hits if h.hit.column == "place_id"] == [
        ("events", "place_id")
    ]
    assert db.catalog.relationships("events_1").is_partition


def test_a_change_shows_in_the_next_answer(db: Database, admin_of_explored: Admin) -> None:
    assert not any(hit.hit.object.name == "newcomers" for hit in db.catalog.search("newcomer").hits)
    admin_of_explored.execute("CREATE TABLE public.newcomers (id int PRIMARY KEY)")
    try:
        assert db.catalog.search("newcmer").hits[0].hit.object.name == "newcomers"
        assert db.catalog.search("newcmer").hits[0].near
        admin_of_explored.execute("COMMENT ON TABLE public.newcomers IS 'latecomers, too'")
        assert db.catalog.search("latecomer").hits[0].hit.object.name == "newcomers"
    finally:
        admin_of_explored.execute("DROP TABLE public.newcomers")
    assert not any(hit.hit.object.name == "newcomers" for hit in db.catalog.search("newcomer").hits)


def test_a_schema_of_the_system_is_explored_by_its_name(db: Database) -> None:
    overview = db.catalog.explore(schema="pg_catalog", limit=2)
    assert ["pg_catalog"] == [one.schema.name for one in overview.schemas]
    assert overview.table_count > 100
    with pytest.raises(NotFoundError, match='no schema "pg_catlog"') as caught:
        db.catalog.explore(schema="pg_catlog")
    assert "pg_catalog" in (caught.value.hint or "")


def test_system_objects_are_explored_on_request(db: Database) -> None:
    assert db.catalog.explore(include_system=True).table_count > 100
    assert any(
        one.table.name == QualifiedName("pg_class", "pg_catalog")
        for one in db.catalog.explore(include_system=True, limit=1000).tables
    )


def test_every_join_of_the_sample_runs(sample: Database) -> None:
    tables = [table.name for table in sample.catalog.snapshot().tables]
    joined = list(paths(sample, tables))
    for path in joined:
        check(sample, path)
    ends = {(path.tables[0].name, path.tables[-1].name) for path in joined}
    assert ("customers", "suppliers") in ends
    assert ("order_summary", "orders") in ends


def test_the_sample_is_explored_by_its_importance(sample: Database) -> None:
    names = [one.table.name.name for one in sample.catalog.explore().tables]
    assert set(names[:4]) == {"orders", "customers", "products", "addresses"}
    assert names.index("countries") < names.index("audit_log") < names.index("category_tree")


@pytest.mark.parametrize(
    ("term", "first"),
    [
        ("custmer", "customers"),
        ("order line", "order_lines"),
        ("orderlines", "order_lines"),
        ("warehouse stock", "stock_movements"),
        ("suplier", "suppliers"),
    ],
)
def test_the_sample_is_searched_forgivingly(sample: Database, term: str, first: str) -> None:
    names = [ranked.hit.object.name for ranked in sample.catalog.search(term).hits[:3]]
    assert first in names
