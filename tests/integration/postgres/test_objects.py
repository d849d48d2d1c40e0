"""Objects of every kind of PostgreSQL: found, written again, and told what they hang on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.conftest import Opened

from sqlcore.domain.capability import Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, Dependency, ObjectType
from sqlcore.domain.table import TableDescription, TableSize
from sqlcore.errors import InvalidArgumentError, NotFoundError
from sqlcore.ports import Connection
from sqlcore.services.objects import find_objects

Admin = psycopg.Connection[Any]

ALL = 'All Kinds "x" [y].z'
SCHEMA = Path(__file__).with_name("objects.sql").read_text(encoding="utf-8")


@pytest.fixture(scope="module", autouse=True)
def schema(admin: Admin) -> Iterator[None]:
    admin.execute(SCHEMA)
    yield
    admin.execute('DROP SCHEMA obj, "Obj.Two" CASCADE')


def restore(admin: Admin) -> None:
    admin.execute('DROP SCHEMA obj, "Obj.Two" CASCADE')
    admin.execute(SCHEMA)


def find(connection: Connection, name: str, schema: str = "obj") -> CatalogObject:
    (found,) = connection.objects.objects(QualifiedName(name, schema))
    return found


def definition(connection: Connection, name: str, schema: str = "obj") -> str:
    found = connection.objects.definition(find(connection, name, schema))
    assert found.text is not None
    assert not found.written
    return found.text


def describe(connection: Connection, name: str, schema: str = "obj") -> TableDescription:
    (description,) = connection.catalog.describe([QualifiedName(name, schema)])
    return attrs.evolve(description, size=TableSize(), referenced_by=())


def named(dependencies: tuple[Dependency, ...]) -> set[tuple[str, str]]:
    return {(dependency.object.name.name, dependency.how) for dependency in dependencies}


class TestFinding:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("mood", ObjectType.TYPE),
            ("pair", ObjectType.TYPE),
            ("email", ObjectType.TYPE),
            ("numbers", ObjectType.SEQUENCE),
            ("parents ids", ObjectType.SEQUENCE),
            (ALL, ObjectType.TABLE),
            ("Odd View", ObjectType.VIEW),
            ("counted", ObjectType.MATERIALIZED_VIEW),
            ("tidy", ObjectType.PROCEDURE),
            ("gather", ObjectType.AGGREGATE),
            ("Off Now", ObjectType.TRIGGER),
            ("all_lower", ObjectType.INDEX),
            ("all_span", ObjectType.CONSTRAINT),
            ("named_not_null", ObjectType.CONSTRAINT),
        ],
    )
    def test_objects_of_every_kind_are_found(
        self, connection: Connection, name: str, expected: ObjectType
    ) -> None:
        found = find(connection, name)
        assert expected is found.type
        has_parent = expected in {ObjectType.TRIGGER, ObjectType.INDEX, ObjectType.CONSTRAINT}
        assert (QualifiedName(ALL, "obj") if has_parent else None) == found.parent

    def test_a_range_is_found_beside_the_functions_that_make_its_values(
        self, connection: Connection
    ) -> None:
        found = connection.objects.objects(QualifiedName("floats", "obj"))
        assert {ObjectType.TYPE, ObjectType.FUNCTION} == {one.type for one in found}
        (floats,) = [one for one in found if one.type is ObjectType.TYPE]
        text = connection.objects.definition(floats).text or ""
        assert ["CREATE TYPE obj.floats AS RANGE (", "SUBTYPE = double precision,"] == [
            line.strip() for line in text.splitlines()[:2]
        ]
        assert "SUBTYPE_DIFF = float8mi" in text

    def test_overloads_are_told_apart(self, connection: Connection) -> None:
        found = connection.objects.objects(QualifiedName("MOODY"))
        assert [
            (ObjectType.TABLE_FUNCTION, "(obj.mood, obj.email)"),
            (ObjectType.FUNCTION, "(text)"),
        ] == [(one.type, one.signature) for one in found]

    def test_a_name_with_its_signature_means_that_overload(self, connection: Connection) -> None:
        def found(name: str) -> tuple[CatalogObject, ...]:
            return find_objects(connection.objects, connection.schema.schema, name)

        overloads = found("obj.moody")
        assert 2 == len(overloads)
        assert [(one,) for one in overloads] == [found(str(one)) for one in overloads]
        assert overloads[1:] == found("obj.MOODY( TEXT )")
        with pytest.raises(NotFoundError, match="No overload") as caught:
            found("obj.moody(integer)")
        assert str(overloads[0]) in (caught.value.hint or "")
        for name in ("mody", "measures"):  # the second is a table
            with pytest.raises(NotFoundError, match=f'There is no object "{name}"'):
                found(f"obj.{name}(text)")

    def test_objects_of_the_system_are_found_with_their_schema(
        self, connection: Connection
    ) -> None:
        assert () == connection.objects.objects(QualifiedName("pg_class"))
        assert ObjectType.TABLE is find(connection, "pg_class", "pg_catalog").type
        view = find(connection, "pg_tables", "pg_catalog")
        text = connection.objects.definition(view).text or ""
        assert text.startswith("CREATE OR REPLACE VIEW pg_tables AS\n")


class TestDefinitions:
    @pytest.mark.parametrize(
        ("name", "schema"),
        [
            (ALL, "obj"),
            ("parents", "obj"),
            ("measures_2024_one", "obj"),
            ("measures 2025", "Obj.Two"),
            ("dogs", "obj"),
            ("cache", "obj"),
            ("nothing", "obj"),
        ],
    )
    def test_a_table_that_its_definition_makes_anew_is_described_the_same(
        self, connection: Connection, admin: Admin, name: str, schema: str
    ) -> None:
        before = describe(connection, name, schema)
        text = definition(connection, name, schema)
        try:
            admin.execute(f"DROP TABLE {connection.dialect.quote(before.name)} CASCADE")
            admin.execute(text)
            assert before == describe(connection, name, schema)
            assert text == definition(connection, name, schema)
        finally:
            restore(admin)

    def test_a_whole_schema_is_made_anew_and_described_the_same(
        self, connection: Connection, admin: Admin
    ) -> None:
        names = ["parents", ALL, "animals", "dogs", "cache", "nothing", "measures"]
        names += ["measures_2024", "measures_2024_one"]
        tables = [(name, "obj") for name in names] + [("measures 2025", "Obj.Two")]
        before = [describe(connection, *table) for table in tables]
        texts = [definition(connection, *table) for table in tables]
        views = [definition(connection, name) for name in ("Odd View", "above", "counted")]
        try:
            for name, schema in tables:
                quoted = connection.dialect.quote(QualifiedName(name, schema))
                admin.execute(f"DROP TABLE IF EXISTS {quoted} CASCADE")
            for text in (*texts, *views):
                admin.execute(text)
            assert before == [describe(connection, *table) for table in tables]
            assert views == [
                definition(connection, name) for name in ("Odd View", "above", "counted")
            ]
        finally:
            restore(admin)

    @pytest.mark.parametrize(
        ("name", "drop"),
        [
            ("numbers", "SEQUENCE obj.numbers"),
            ("mood", "TYPE obj.mood"),
            ("pair", "TYPE obj.pair"),
            ("email", "DOMAIN obj.email"),
            ("tidy", "PROCEDURE obj.tidy"),
            ("gather", "AGGREGATE obj.gather (int)"),
            ("stamp", "FUNCTION obj.stamp"),
            ("Off Now", 'TRIGGER "Off Now" ON obj."All Kinds ""x"" [y].z"'),
            ("all_lower", "INDEX obj.all_lower"),
            ("all_unique", "INDEX obj.all_unique"),
        ],
    )
    def test_a_definition_makes_the_object_anew(
        self, connection: Connection, admin: Admin, name: str, drop: str
    ) -> None:
        text = definition(connection, name)
        try:
            admin.execute(f"DROP {drop} CASCADE")
            assert () == connection.objects.objects(QualifiedName(name, "obj"))
            admin.execute(text)
            assert text == definition(connection, name)
        finally:
            restore(admin)

    @pytest.mark.parametrize(
        "name",
        ["all pk", "all_code", "all_late", "all_amount", "all_span", "all_parent", "all_untrusted"],
    )
    def test_a_constraint_is_made_anew_by_its_definition(
        self, connection: Connection, admin: Admin, name: str
    ) -> None:
        text = definition(connection, name)
        quoted = connection.dialect.quote(QualifiedName(ALL, "obj"))
        with admin.transaction(force_rollback=True):
            admin.execute(f'ALTER TABLE {quoted} DROP CONSTRAINT "{name}" CASCADE')
            admin.execute(text)

    def test_a_base_type_has_no_definition_and_says_why(self, connection: Connection) -> None:
        types = connection.objects.objects(QualifiedName("int4", "pg_catalog"))
        (found,) = [one for one in types if one.type is ObjectType.TYPE]
        definition = connection.objects.definition(found)
        assert (None, True) == (definition.text, "base type" in (definition.reason or ""))

    def test_secrets_in_options_of_foreign_tables_are_hidden(
        self, connection: Connection, admin: Admin
    ) -> None:
        admin.execute(
            "CREATE FOREIGN DATA WRAPPER obj_wrapper; CREATE SERVER obj_server FOREIGN DATA WRAPPER"
            " obj_wrapper; CREATE FOREIGN TABLE obj.away (id int OPTIONS (\"o's\" 'v')) SERVER"
            " obj_server OPTIONS (api_token 's3cret', sheet 'it''s')"
        )
        try:
            text = definition(connection, "away")
            assert "s3cret" not in text
            assert "api_token '***'" in text
            assert "sheet 'it''s'" in text
            assert "CREATE FOREIGN TABLE obj.away" in text
            assert ObjectType.EXTERNAL is find(connection, "away").type
        finally:
            admin.execute("DROP FOREIGN DATA WRAPPER obj_wrapper CASCADE")


class TestDependencies:
    def test_views_say_columns_types_and_functions(self, connection: Connection) -> None:
        view = connection.objects.dependencies(find(connection, "Odd View"))
        assert {("parents", "expression"), ("next_code", "expression"), ("mood", "type")} <= named(
            view.uses
        )
        (parents,) = [one for one in view.uses if one.object.name.name == "parents"]
        assert ("code", "id", "mood") == parents.columns
        assert {("above", "expression")} == named(view.used_by)

    def test_a_table_says_all_that_hangs_on_it(self, connection: Connection) -> None:
        parents = connection.objects.dependencies(find(connection, "parents"))
        assert {
            ("Odd View", "expression"),
            ("counted", "expression"),
            (ALL, "foreign key"),
            (ALL, "policy"),
            ("measures", "foreign key"),
            ("moody", "type"),
        } <= named(parents.used_by)
        assert {
            ("mood", "type"),
            ("mood", "default"),
            ("next_code", "default"),
            ("parents ids", "identity"),
        } == named(parents.uses)

    def test_a_table_says_all_that_it_uses(self, connection: Connection) -> None:
        table = connection.objects.dependencies(find(connection, ALL))
        uses = named(table.uses)
        assert {
            (ALL, "foreign key"),
            ("parents", "foreign key"),
            ("parents", "policy"),
            ("email", "type"),
            ("pair", "type"),
            ("mood", "type"),
        } <= uses
        assert {name for name, how in uses if how == "default"} == {f"{ALL}_id_seq"}
        assert {
            ("all_stamp", "trigger"),
            ("Off Now", "trigger"),
            ("all_lower", "index"),
            ("all_unique", "index"),
            (ALL, "foreign key"),
        } == named(table.used_by)

    def test_partitions_and_children_say_their_parents(self, connection: Connection) -> None:
        measures = connection.objects.dependencies(find(connection, "measures"))
        assert {("measures_2024", "partition"), ("measures 2025", "partition")} <= named(
            measures.used_by
        )
        dogs = connection.objects.dependencies(find(connection, "dogs"))
        assert {("animals", "inheritance")} == named(dogs.uses)

    def test_functions_say_what_the_server_knows_and_what_their_texts_mention(
        self, connection: Connection
    ) -> None:
        code = connection.objects.dependencies(find(connection, "next_code"))
        assert {("numbers", "body")} == named(code.uses)
        assert {("parents", "default"), ("Odd View", "expression")} == named(code.used_by)
        cache = connection.objects.dependencies(find(connection, "cache"))
        assert {("tidy", "mentioned in its text")} == named(cache.used_by)
        assert "bodies of functions" in [missing.part for missing in cache.missing]
        tidy = connection.objects.dependencies(find(connection, "tidy"))
        assert {("cache", "mentioned in its text")} == named(tidy.uses)

    def test_a_name_is_looked_for_in_texts_as_it_is_and_as_a_word(
        self, connection: Connection, admin: Admin
    ) -> None:
        admin.execute('CREATE TABLE obj."a.c (x)" ()')
        for name, body in (
            ("with_it", """PERFORM count(*) FROM obj."A.C (x)" """),
            ("without", """PERFORM 1 AS "abc (x)" """),
            ("longer", """PERFORM 1 AS "a.c (x)y" """),
        ):
            admin.execute(
                f"CREATE FUNCTION obj.{name}() RETURNS bigint LANGUAGE plpgsql"
                f" AS 'BEGIN {body}; RETURN 1; END'"
            )
        try:
            table = connection.objects.dependencies(find(connection, "a.c (x)"))
            assert {("with_it", "mentioned in its text")} == named(table.used_by)
        finally:
            admin.execute('DROP TABLE obj."a.c (x)"')
            admin.execute("DROP FUNCTION obj.with_it, obj.without, obj.longer")

    def test_few_dependencies_of_the_servers_own_objects_are_known_and_it_says_so(
        self, connection: Connection
    ) -> None:
        system = connection.objects.dependencies(find(connection, "pg_class", "pg_catalog"))
        assert "dependencies of the server's own objects" == system.missing[0].part

    def test_sequences_types_triggers_indexes_and_constraints_say_both_sides(
        self, connection: Connection
    ) -> None:
        def both(name: str) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
            dependencies = connection.objects.dependencies(find(connection, name))
            return named(dependencies.uses), named(dependencies.used_by)

        assert (set(), {("parents", "identity")}) == both("parents ids")
        assert {("next_code", "body")} == both("numbers")[1]
        assert {(ALL, "type"), ("moody", "type")} == both("email")[1]
        assert {(ALL, "trigger"), ("stamp", "trigger")} == both("all_stamp")[0]
        assert ({(ALL, "index")}, set()) == both("all_lower")
        assert {
            (ALL, "foreign key"),
            ("parents", "foreign key"),
            ("parents_id_code_key", "foreign key"),
        } == both("all_parent")[0]


class TestUsage:
    def test_indexes_say_their_size_their_reads_and_their_statement(
        self, connection: Connection, admin: Admin
    ) -> None:
        admin.execute("SET enable_seqscan = off")
        admin.execute("SELECT count(*) FROM obj.measures WHERE value = 3").fetchall()
        admin.execute("RESET enable_seqscan")
        admin.execute("SELECT pg_stat_force_next_flush()")
        indexes = connection.objects.indexes(QualifiedName("measures", "obj"))
        assert ["measures_pkey", "measures_value"] == [one.index.name for one in indexes.indexes]
        value = indexes.indexes[1]
        assert (value.size_bytes or 0) > 0
        assert (value.scans or 0) > 0
        assert value.last_read is not None
        assert value.last_read.utcoffset() is not None
        assert "CREATE INDEX measures_value ON ONLY obj.measures" in (value.definition or "")
        assert ["index updates"] == [missing.part for missing in indexes.missing]

    def test_a_fill_factor_is_told(self, connection: Connection) -> None:
        indexes = connection.objects.indexes(QualifiedName(ALL, "obj")).indexes
        factors = {one.index.name: one.index.fill_factor for one in indexes}
        assert "all pk" == indexes[0].index.name
        assert (80, 60, None) == (factors["all pk"], factors["all_lower"], factors["all_late"])

    def test_statistics_sum_the_partitions_and_list_them(self, connection: Connection) -> None:
        statistics = connection.objects.statistics(QualifiedName("measures", "obj"))
        assert 300 == statistics.rows
        assert [("Obj.Two.measures 2025", 300), ("measures_2024", 0)] == [
            (part.name, part.rows) for part in statistics.partitions
        ]
        assert "FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')" == statistics.partitions[0].bound
        assert statistics.analyzed_at is not None
        data, index = statistics.data_bytes or 0, statistics.index_bytes or 0
        assert data > 0
        assert index > 0
        assert data + index == statistics.total_bytes

    def test_extended_statistics_have_names_and_columns(self, connection: Connection) -> None:
        statistics = connection.objects.statistics(QualifiedName(ALL, "obj")).statistics
        assert ("obj.all_stats", ("parent id", "code")) in [
            (one.name, one.columns) for one in statistics
        ]

    def test_a_view_has_no_size_and_says_so(self, connection: Connection) -> None:
        statistics = connection.objects.statistics(QualifiedName("above", "obj"))
        assert statistics.total_bytes is None
        assert ["size"] == [missing.part for missing in statistics.missing]


class TestRights:
    def test_a_login_without_any_right_sees_what_the_catalog_shows_to_all(
        self, connection: Connection, opened: Opened, admin: Admin
    ) -> None:
        admin.execute("CREATE ROLE obj_nobody LOGIN")
        try:
            nobody = opened(user="obj_nobody")
            assert connection.schema.fingerprint() == nobody.schema.fingerprint()
            assert connection.schema.schema() == nobody.schema.schema()
            for name in (ALL, "Odd View", "moody", "measures", "email", "all_stamp"):
                for found in connection.objects.objects(QualifiedName(name, "obj")):
                    ours, theirs = connection.objects, nobody.objects
                    assert ours.definition(found) == theirs.definition(found)
                    assert ours.dependencies(found) == theirs.dependencies(found)
            statistics = nobody.objects.statistics(QualifiedName("measures", "obj"))
            assert 300 == statistics.rows
            assert (Support.UNKNOWN, "statistics") in [
                (missing.support, missing.part) for missing in statistics.missing
            ]
            nobody.close()
        finally:
            admin.execute("DROP ROLE obj_nobody")

    def test_views_of_the_catalog_that_are_locked_away_cost_their_part_only(
        self, opened: Opened, admin: Admin
    ) -> None:
        admin.execute("CREATE ROLE obj_nobody LOGIN")
        views = "pg_catalog.pg_stats, pg_catalog.pg_stat_all_indexes"
        admin.execute(f"REVOKE SELECT ON {views} FROM PUBLIC")
        try:
            nobody = opened(user="obj_nobody")
            indexes = nobody.objects.indexes(QualifiedName("measures", "obj"))
            assert (Support.NOT_PERMITTED, "index sizes and usage") == (
                indexes.missing[0].support,
                indexes.missing[0].part,
            )
            assert "pg_stat_all_indexes" in indexes.missing[0].reason
            assert ["measures_pkey", "measures_value"] == [o.index.name for o in indexes.indexes]
            statistics = nobody.objects.statistics(QualifiedName("measures", "obj"))
            assert (300, 2) == (statistics.rows, len(statistics.partitions))
            assert [
                (Support.NOT_PERMITTED, "statistics"),
                (Support.UNSUPPORTED, "unused space"),
            ] == [(missing.support, missing.part) for missing in statistics.missing]
            nobody.close()
        finally:
            admin.execute(f"GRANT SELECT ON {views} TO PUBLIC")
            admin.execute("DROP ROLE obj_nobody")

    @pytest.mark.parametrize("name", ["a\0b", "\ud800"])
    def test_a_name_that_no_text_can_be_is_refused(self, connection: Connection, name: str) -> None:
        reader = connection.objects
        gone = CatalogObject(name=QualifiedName(name, "obj"), type=ObjectType.TABLE)
        calls: list[Callable[[], object]] = [
            lambda: reader.objects(gone.name),
            lambda: reader.definition(gone),
            lambda: reader.dependencies(gone),
            lambda: reader.indexes(gone.name),
            lambda: reader.statistics(gone.name),
        ]
        for call in calls:
            with pytest.raises(InvalidArgumentError):
                call()
