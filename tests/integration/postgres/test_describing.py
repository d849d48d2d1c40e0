"""What PostgreSQL knows of tables beyond what every engine knows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import Partitioning, TableDescription
from sqlcore.domain.types import SqlType
from sqlcore.ports import Connection

Admin = psycopg.Connection[Any]

ALL = 'All Kinds "x" [y].z'
SCHEMA = Path(__file__).with_name("objects.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def schema(admin: Admin) -> Iterator[None]:
    admin.execute(SCHEMA)
    yield
    admin.execute('DROP SCHEMA obj, "Obj.Two" CASCADE')


def describe(connection: Connection, name: str, schema: str = "obj") -> TableDescription:
    (description,) = connection.catalog.describe([QualifiedName(name, schema)])
    return description


def test_identities_and_serial_columns_say_their_sequence(connection: Connection) -> None:
    sequences = {column.name: column.sequence for column in describe(connection, ALL).columns}
    assert QualifiedName(f"{ALL}_id_seq", "obj") == sequences["id"]
    assert QualifiedName(f"{ALL}_big_seq", "obj") == sequences["big"]
    assert sequences["code"] is None
    (id_column, *_) = describe(connection, "parents").columns
    assert ("by default", QualifiedName("parents ids", "obj")) == (
        id_column.identity,
        id_column.sequence,
    )


def test_a_type_is_named_as_it_is_called_now(connection: Connection, admin: Admin) -> None:
    def types() -> list[SqlType]:
        described = {column.name: column.type for column in describe(connection, ALL).columns}
        return [described["moods"], described["mail"]]

    before = types()
    assert ["obj.mood[]", "obj.email"] == [one.name for one in before]
    admin.execute("ALTER TYPE obj.mood RENAME TO temper; ALTER DOMAIN obj.email RENAME TO mail")
    try:
        moods, mail = types()
        assert ("obj.temper[]", "obj.mail") == (moods.name, mail.name)
        assert moods.element is not None
        assert "obj.temper" == moods.element.name
        assert [one.kind for one in before] == [moods.kind, mail.kind]
    finally:
        admin.execute("ALTER TYPE obj.temper RENAME TO mood; ALTER DOMAIN obj.mail RENAME TO email")


def test_generated_columns_say_whether_they_are_stored(connection: Connection) -> None:
    stored = {column.name: column.computed_stored for column in describe(connection, ALL).columns}
    assert (True, False, None) == (stored["doubled"], stored["tripled"], stored["amount"])


def test_keys_say_when_they_are_checked_and_what_null_means(connection: Connection) -> None:
    table = describe(connection, ALL)
    keys = {key.name: key for key in table.unique_keys}
    assert {"all_code", "all_late", "all_during"} == set(keys)
    late = keys["all_late"]
    assert (True, True, True) == (late.deferrable, late.initially_deferred, late.nulls_distinct)
    code = keys["all_code"]
    assert (False, False, False) == (code.deferrable, code.initially_deferred, code.nulls_distinct)
    assert ("span", "during") == keys["all_during"].columns
    assert (True, False) == (keys["all_during"].without_overlaps, code.without_overlaps)
    assert table.primary_key is not None
    assert ("The key", None) == (table.primary_key.comment, table.primary_key.nulls_distinct)


def test_checks_say_whether_they_are_enforced_and_trusted(connection: Connection) -> None:
    checks = {check.name: check for check in describe(connection, ALL).checks}
    assert {
        "all_amount": (True, True, "Never less"),
        "all_unenforced": (False, False, None),
        "all_untrusted": (True, False, None),
    } == {name: (check.enabled, check.trusted, check.comment) for name, check in checks.items()}


def test_exclusion_constraints_are_described(connection: Connection) -> None:
    (exclusion,) = describe(connection, ALL).exclusions
    assert ("all_span", True, False, "No overlap") == (
        exclusion.name,
        exclusion.deferrable,
        exclusion.initially_deferred,
        exclusion.comment,
    )
    assert "EXCLUDE USING gist (span WITH &&) DEFERRABLE" == exclusion.definition


def test_foreign_keys_say_all_their_choices(connection: Connection) -> None:
    keys = {key.name: key for key in describe(connection, ALL).foreign_keys}
    parent = keys["all_parent"]
    assert ("SET NULL", "CASCADE", "FULL") == (parent.on_delete, parent.on_update, parent.match)
    assert (True, False, True) == (parent.deferrable, parent.initially_deferred, parent.trusted)
    assert (True, False) == (keys["all_unchecked"].enabled, keys["all_unchecked"].trusted)
    assert (None, "To itself") == (keys["all_self"].match, keys["all_self"].comment)


def test_indexes_say_fill_factor_comment_and_what_null_means(connection: Connection) -> None:
    indexes = {index.name: index for index in describe(connection, ALL).indexes}
    assert (60, "For searching", None) == (
        indexes["all_lower"].fill_factor,
        indexes["all_lower"].comment,
        indexes["all_lower"].nulls_distinct,
    )
    assert (None, False) == (
        indexes["all_unique"].fill_factor,
        indexes["all_unique"].nulls_distinct,
    )


def test_triggers_say_whether_they_are_enabled(connection: Connection) -> None:
    triggers = {trigger.name: trigger for trigger in describe(connection, ALL).triggers}
    assert {"all_stamp": (True, "Stamps"), "Off Now": (False, None)} == {
        name: (trigger.enabled, trigger.comment) for name, trigger in triggers.items()
    }


def test_row_level_security_names_its_policies(connection: Connection) -> None:
    first, second = describe(connection, ALL).notes
    assert "Row-level security" in first
    assert "Its policies: my rows, new_rows." == second


def test_partitions_say_their_place(connection: Connection) -> None:
    assert Partitioning(key="RANGE (at)", partition_count=2) == (
        describe(connection, "measures").partitioning
    )
    assert (
        Partitioning(
            key="LIST (place)",
            partition_count=1,
            parent=QualifiedName("measures", "obj"),
            bound="FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')",
        )
        == describe(connection, "measures_2024").partitioning
    )
    part = describe(connection, "measures 2025", "Obj.Two")
    assert part.partitioning is not None
    assert QualifiedName("measures", "obj") == part.partitioning.parent
    assert () == part.notes


def test_inheritance_is_noted_on_both_sides(connection: Connection) -> None:
    assert ("Inherits from obj.animals.",) == describe(connection, "dogs").notes
    (note,) = describe(connection, "animals").notes
    assert "Tables that inherit from it: 1." in note
    assert describe(connection, "dogs").partitioning is None


def test_what_is_unlogged_or_not_filled_is_noted(connection: Connection) -> None:
    assert "Unlogged" in describe(connection, "cache").notes[0]
    assert "REFRESH MATERIALIZED VIEW" in describe(connection, "counted").notes[0]
    assert ("Options: security_barrier=true.",) == describe(connection, "Odd View").notes


def test_an_owner_that_is_not_that_of_the_schema_is_told(
    connection: Connection, admin: Admin
) -> None:
    assert describe(connection, "cache").owner is None
    admin.execute("ALTER TABLE obj.cache OWNER TO pg_monitor")
    try:
        assert "pg_monitor" == describe(connection, "cache").owner
    finally:
        admin.execute("ALTER TABLE obj.cache OWNER TO CURRENT_USER")


def test_system_tables_are_described_by_their_schema_and_name(connection: Connection) -> None:
    description = describe(connection, "pg_class", "pg_catalog")
    assert description.primary_key is not None
    assert "relname" in {column.name for column in description.columns}
    view = describe(connection, "tables", "information_schema")
    assert TableKind.VIEW is view.kind
    assert view.definition


def test_a_brief_description_has_the_same_columns_and_keys(connection: Connection) -> None:
    full = describe(connection, ALL)
    (brief,) = connection.catalog.describe([full.name], full=False)
    assert (full.columns, full.primary_key, full.unique_keys) == (
        brief.columns,
        brief.primary_key,
        brief.unique_keys,
    )
    assert () == brief.checks + brief.exclusions + brief.foreign_keys
