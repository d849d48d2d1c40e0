"""The schema of a PostgreSQL database as a whole, and what its fingerprint notices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.conftest import Opened

from sqlcore.domain.catalog import TableFilter
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot, SchemaTable
from sqlcore.ports import Connection

Admin = psycopg.Connection[Any]

SCHEMA = r"""
CREATE SCHEMA snap; CREATE SCHEMA "Snap.Two";
CREATE TYPE snap.mood AS ENUM ('sad', 'ok');
CREATE DOMAIN snap.email AS varchar(200) NOT NULL;
CREATE TABLE snap.wide (
    dropped_first int,
    id bigint GENERATED ALWAYS AS IDENTITY,
    dropped int,
    mood snap.mood, moods snap.mood[][], mail snap.email, name char(3), free "char",
    amount numeric(12,2) NOT NULL, at timestamp(3) with time zone, span interval day to second(2),
    PRIMARY KEY (id), UNIQUE (name, amount), UNIQUE (amount, name)
);
ALTER TABLE snap.wide DROP COLUMN dropped_first, DROP COLUMN dropped;
COMMENT ON COLUMN snap.wide.name IS 'Two "names"';
COMMENT ON TABLE snap.wide IS 'Wide';
COMMENT ON SCHEMA snap IS 'For snapshots';
CREATE TABLE snap."Hostile ""x"" [y].z, 'q' 100%" ("a b" int, "c,d" text, "{e}" text, "f\g" text,
    "Grüße 🐘" text, "tab	here" text, "line
break" text, " " text);
CREATE TABLE snap.empty ();
CREATE TABLE snap.events (at date NOT NULL, wide_id bigint, name char(3), amount numeric(12,2),
    CONSTRAINT to_wide FOREIGN KEY (wide_id) REFERENCES snap.wide ON UPDATE SET NULL DEFERRABLE,
    CONSTRAINT to_name FOREIGN KEY (amount, name) REFERENCES snap.wide (amount, name) MATCH FULL,
    PRIMARY KEY (at)) PARTITION BY RANGE (at);
COMMENT ON CONSTRAINT to_name ON snap.events IS 'By name';
CREATE TABLE snap.events_2024 PARTITION OF snap.events
    FOR VALUES FROM ('2024-01-01') TO ('2025-01-01') PARTITION BY RANGE (at);
CREATE TABLE snap.events_2024_h1 PARTITION OF snap.events_2024
    FOR VALUES FROM ('2024-01-01') TO ('2024-07-01');
CREATE TABLE "Snap.Two".events_2025 PARTITION OF snap.events
    FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE "Snap.Two".events_2025
    ADD CONSTRAINT own_key FOREIGN KEY (wide_id) REFERENCES snap.wide NOT VALID NOT ENFORCED;
INSERT INTO snap.events SELECT '2025-01-01'::date + n FROM generate_series(0, 299) n;
CREATE VIEW snap.seen AS SELECT id, name FROM snap.wide;
CREATE MATERIALIZED VIEW snap.counted AS SELECT count(*) AS n FROM snap.wide;
CREATE FUNCTION snap.act(a int, b text DEFAULT 'it''s') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION snap.act(a date) RETURNS SETOF int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE snap.act_now() LANGUAGE plpgsql AS 'BEGIN NULL; END';
COMMENT ON PROCEDURE snap.act_now() IS 'Acts';
ANALYZE snap.events; ANALYZE snap.wide;
"""


@pytest.fixture(scope="module", autouse=True)
def schema(admin: Admin) -> Iterator[None]:
    admin.execute(SCHEMA)
    yield
    admin.execute('DROP SCHEMA snap, "Snap.Two" CASCADE')


def table(snapshot: SchemaSnapshot, name: str, schema: str = "snap") -> SchemaTable:
    (found,) = [one for one in snapshot.tables if one.name == QualifiedName(name, schema)]
    return found


def test_every_table_is_as_its_description_says(connection: Connection) -> None:
    snapshot = connection.schema.schema()
    ours = [one for one in snapshot.tables if (one.name.schema or "").lower().startswith("snap")]
    assert 9 == len(ours)
    for one in ours:
        (described,) = connection.catalog.describe([one.name])
        assert [(c.name, c.type.name, c.nullable, c.comment) for c in described.columns] == [
            (c.name, c.type, c.nullable, c.comment) for c in one.columns
        ]
        key = described.primary_key
        assert (key.columns if key else ()) == one.primary_key
        assert [key.columns for key in described.unique_keys] == list(one.unique_keys)
        assert (described.comment, described.kind) == (one.comment, one.kind)
        is_partition = described.partitioning is not None and described.partitioning.bound
        assert bool(is_partition) == one.is_partition
    assert () == table(snapshot, "empty").columns


def test_system_tables_are_as_their_descriptions_say(connection: Connection) -> None:
    snapshot = connection.schema.schema(include_system=True)
    system = [one for one in snapshot.tables if "pg_catalog" == one.name.schema]
    described = connection.catalog.describe([one.name for one in system], full=False)
    assert len(system) > 100
    assert [[(c.name, c.type.name, c.nullable) for c in one.columns] for one in described] == [
        [(c.name, c.type, c.nullable) for c in one.columns] for one in system
    ]
    owners = {one.name: one.system for one in snapshot.schemas}
    assert (True, True, False) == (
        owners["pg_catalog"],
        owners["information_schema"],
        owners["snap"],
    )


def test_foreign_keys_are_as_they_were_written_without_copies_for_partitions(
    connection: Connection,
) -> None:
    snapshot = connection.schema.schema()
    keys = {key.name: key for key in snapshot.foreign_keys if "events" in key.table.name}
    assert {"to_wide", "to_name", "own_key"} == set(keys)
    (events,) = connection.catalog.describe([QualifiedName("events", "snap")])
    assert {key.name: key for key in events.foreign_keys} == {
        name: keys[name] for name in ("to_wide", "to_name")
    }
    assert ("FULL", "By name") == (keys["to_name"].match, keys["to_name"].comment)
    own = keys["own_key"]
    assert (QualifiedName("events_2025", "Snap.Two"), False, False) == (
        own.table,
        own.enabled,
        own.trusted,
    )


def test_a_partitioned_table_has_the_rows_of_its_partitions_at_every_level(
    connection: Connection,
) -> None:
    snapshot = connection.schema.schema()
    events = table(snapshot, "events")
    assert 300 == events.estimated_rows
    assert (events.size_bytes or 0) > 0
    assert 0 == table(snapshot, "events_2024").estimated_rows
    listed = {one.name: one for one in connection.catalog.tables(TableFilter(schema="snap")).tables}
    assert (listed[events.name].estimated_rows, listed[events.name].size_bytes) == (
        events.estimated_rows,
        events.size_bytes,
    )


def test_routines_schemas_and_their_comments_are_there(connection: Connection) -> None:
    snapshot = connection.schema.schema()
    routines = [one for one in snapshot.routines if "snap" == one.name.schema]
    assert [
        ("act", "table_function", "a date", None),
        ("act", "function", "a integer, b text DEFAULT 'it''s'::text", None),
        ("act_now", "procedure", "", "Acts"),
    ] == [(one.name.name, one.kind, one.arguments, one.comment) for one in routines]
    (entry,) = [one for one in snapshot.schemas if "snap" == one.name]
    assert "For snapshots" == entry.comment
    assert entry.owner


def test_the_search_path_is_that_of_the_login(opened: Opened, database: ConnectionSettings) -> None:
    options = {**database.options, "options": '-c search_path=snap,"Snap.Two",nowhere'}
    snapshot = opened(options=options).schema.schema()
    assert ("snap", "Snap.Two") == snapshot.search_path
    assert "mood" == table(snapshot, "wide").columns[1].type


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE snap.fresh (id int)",
        "DROP TABLE snap.empty",
        "ALTER TABLE snap.empty RENAME TO full_now",
        'ALTER TABLE snap.empty SET SCHEMA "Snap.Two"',
        "ALTER TABLE snap.empty ADD COLUMN id int",
        "ALTER TABLE snap.wide DROP COLUMN free",
        "ALTER TABLE snap.events RENAME COLUMN name TO label",
        "ALTER TABLE snap.events ALTER COLUMN amount TYPE numeric(13,2)",
        "ALTER TABLE snap.wide ALTER COLUMN mail TYPE varchar(300)",
        "ALTER TABLE snap.wide ALTER COLUMN name SET NOT NULL",
        "ALTER TABLE snap.wide ADD UNIQUE (mood)",
        "ALTER TABLE snap.wide DROP CONSTRAINT wide_amount_name_key CASCADE",
        "ALTER TABLE snap.events DROP CONSTRAINT to_wide",
        "ALTER TABLE snap.wide ADD FOREIGN KEY (id) REFERENCES snap.wide",
        "ALTER TABLE snap.events RENAME CONSTRAINT to_wide TO elsewhere",
        'ALTER TABLE snap.events DETACH PARTITION "Snap.Two".events_2025',
        "CREATE VIEW snap.second AS SELECT 1 AS a",
        "CREATE OR REPLACE VIEW snap.seen AS SELECT id, name, amount FROM snap.wide",
        "DROP MATERIALIZED VIEW snap.counted",
        "CREATE FUNCTION snap.added() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE OR REPLACE FUNCTION snap.act(a int, b text DEFAULT 'x') RETURNS int RETURN 1",
        "DROP PROCEDURE snap.act_now()",
        "COMMENT ON TABLE snap.events IS 'new'",
        "COMMENT ON TABLE snap.wide IS NULL",
        "COMMENT ON COLUMN snap.wide.id IS 'new'",
        "COMMENT ON SCHEMA snap IS 'other'",
        "COMMENT ON PROCEDURE snap.act_now() IS 'other'",
        "CREATE SCHEMA snap_three",
        'ALTER SCHEMA "Snap.Two" RENAME TO snap_three',
        "ALTER SCHEMA snap OWNER TO pg_monitor",
        "ALTER TYPE snap.mood RENAME TO temper",
        'ALTER TYPE snap.mood SET SCHEMA "Snap.Two"',
        "ALTER DOMAIN snap.email DROP NOT NULL",
        "ALTER DOMAIN snap.email RENAME TO address",
    ],
)
def test_the_fingerprint_differs_after_a_change_that_is_committed(
    connection: Connection, admin: Admin, change: str
) -> None:
    before = connection.schema.fingerprint()
    try:
        with admin.transaction(force_rollback=True):
            admin.execute(change)
            assert before == connection.schema.fingerprint()
        assert before == connection.schema.fingerprint()
        admin.execute(change)
        after = connection.schema.fingerprint()
        assert before != after
        assert after == connection.schema.schema().fingerprint
    finally:
        admin.execute('DROP SCHEMA IF EXISTS snap, "Snap.Two", snap_three CASCADE')
        admin.execute(SCHEMA)


@pytest.mark.parametrize(
    "action",
    [
        "ANALYZE snap.events",
        "ANALYZE",
        "VACUUM snap.wide",
        "VACUUM (FULL, ANALYZE) snap.wide",
        "INSERT INTO snap.events (at) VALUES ('2025-12-31')",
        "DELETE FROM snap.events WHERE at = '2025-12-31'",
        "TRUNCATE snap.events",
        "REFRESH MATERIALIZED VIEW snap.counted",
        "GRANT SELECT ON snap.wide TO PUBLIC",
        "CREATE TEMPORARY TABLE passing (id int PRIMARY KEY)",
        "CREATE TEMPORARY TABLE gone (id int); DROP TABLE gone",
        "SELECT * FROM snap.wide",
        "ALTER TABLE snap.wide SET (fillfactor = 50)",
    ],
)
def test_the_fingerprint_stays_when_the_schema_does(
    connection: Connection, admin: Admin, action: str
) -> None:
    before = connection.schema.fingerprint()
    admin.execute(action)
    assert before == connection.schema.fingerprint()
    admin.execute("DROP TABLE IF EXISTS passing")


def test_a_change_and_its_opposite_leave_another_fingerprint_but_the_same_schema(
    connection: Connection, admin: Admin
) -> None:
    before = connection.schema.schema()
    admin.execute("ALTER TABLE snap.empty ADD COLUMN brief int")
    admin.execute("ALTER TABLE snap.empty DROP COLUMN brief")
    after = connection.schema.schema()
    assert attrs.evolve(before, fingerprint="") == attrs.evolve(after, fingerprint="")
    assert before.fingerprint != after.fingerprint


def test_temporary_tables_are_no_part_of_the_schema(connection: Connection, admin: Admin) -> None:
    admin.execute("CREATE TEMPORARY TABLE passing (id int)")
    try:
        for include_system in (False, True):
            snapshot = connection.schema.schema(include_system=include_system)
            assert "passing" not in {one.name.name for one in snapshot.tables}
            assert not [one for one in snapshot.schemas if one.name.startswith("pg_temp")]
    finally:
        admin.execute("DROP TABLE passing")
