"""The contract of reading the schema as a whole, over the contract schema."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sqlcore.domain.catalog import TableFilter
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaSnapshot, SchemaTable
from sqlcore.domain.table import TableDescription
from sqlcore.ports import Connection
from sqlcore.testing.contracts.requirements import Contract, requirement
from sqlcore.testing.contracts.samples import ServerSamples
from sqlcore.testing.contracts.schema import ROUTINE_NAMES, TABLE_NAMES, VIEW_NAMES
from sqlcore.testing.events import READ_WRITE, run

__all__ = ["SchemaCountContract", "SchemaReaderContract"]

_ROUTINE_KINDS = {"procedure", "function", "table_function", "aggregate"}


def _tables(snapshot: SchemaSnapshot, samples: ServerSamples) -> dict[str, SchemaTable]:
    """Give the tables of the contract schema by name."""
    return {
        table.name.name: table for table in snapshot.tables if table.name.schema == samples.schema
    }


def _described(connection: Connection, samples: ServerSamples) -> dict[str, TableDescription]:
    names = [QualifiedName(name, samples.schema) for name in (*TABLE_NAMES, *VIEW_NAMES)]
    return {found.name.name: found for found in connection.catalog.describe(names)}


class SchemaReaderContract(Contract):
    """All that `SchemaReader` promises, but for the number of its queries."""

    @requirement("schema-tables")
    def test_the_snapshot_has_every_table_and_view_of_the_list(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        snapshot = connection.schema.schema()
        listed = connection.catalog.tables(TableFilter())
        kinds = {table.name: table.kind for table in snapshot.tables}
        assert {table.name: table.kind for table in listed.tables}.items() <= kinds.items()
        assert not any(table.is_partition for table in _tables(snapshot, samples).values())

    @requirement("schema-columns")
    def test_columns_are_those_of_the_description(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        tables = _tables(connection.schema.schema(), samples)
        for name, described in _described(connection, samples).items():
            assert [
                (column.name, column.type.name, column.nullable, column.comment)
                for column in described.columns
            ] == [
                (column.name, column.type, column.nullable, column.comment)
                for column in tables[name].columns
            ]

    @requirement("schema-keys")
    def test_kinds_comments_and_keys_are_those_of_the_description(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        tables = _tables(connection.schema.schema(), samples)
        for name, described in _described(connection, samples).items():
            table = tables[name]
            assert (described.name, described.kind, described.comment) == (
                table.name,
                table.kind,
                table.comment,
            )
            key = described.primary_key
            assert (key.columns if key else ()) == table.primary_key
            assert {key.columns for key in described.unique_keys} == set(table.unique_keys)

    @requirement("schema-foreign-keys")
    def test_foreign_keys_are_those_of_the_descriptions(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        snapshot = connection.schema.schema()
        described = [
            key for table in _described(connection, samples).values() for key in table.foreign_keys
        ]
        assert 3 == len(described)
        keys = [key for key in snapshot.foreign_keys if key.table.schema == samples.schema]
        assert sorted(described, key=lambda key: key.name) == sorted(keys, key=lambda key: key.name)

    @requirement("schema-sizes")
    def test_row_counts_and_sizes_are_those_of_the_list(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        def listed() -> dict[str, tuple[int | None, int | None]]:
            page = connection.catalog.tables(TableFilter(schema=samples.schema))
            return {t.name.name: (t.estimated_rows, t.size_bytes) for t in page.tables}

        before = listed()
        tables = _tables(connection.schema.schema(), samples)
        after = listed()  # the server may have looked at a table meanwhile
        for name, table in tables.items():
            assert (table.estimated_rows, table.size_bytes) in (before[name], after[name])

    @requirement("schema-order")
    def test_everything_is_sorted_by_schema_and_name_the_same_on_every_engine(
        self, connection: Connection
    ) -> None:
        snapshot = connection.schema.schema()
        tables = [(table.name.schema or "", table.name.name) for table in snapshot.tables]
        assert sorted(tables) == tables
        keys = [(key.table.schema or "", key.table.name, key.name) for key in snapshot.foreign_keys]
        assert sorted(keys) == keys
        routines = [
            (routine.name.schema or "", routine.name.name, routine.arguments)
            for routine in snapshot.routines
        ]
        assert sorted(routines) == routines
        schemas = [schema.name for schema in snapshot.schemas]
        assert sorted(schemas) == schemas

    @requirement("schema-routines")
    def test_procedures_and_functions_are_there_with_their_kind(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        routines = connection.schema.schema().routines
        ours = {r.name.name: r for r in routines if r.name.schema == samples.schema}
        kinds = {name: routine.kind for name, routine in ours.items()}
        assert set(ROUTINE_NAMES) <= set(kinds)
        assert set(kinds.values()) <= _ROUTINE_KINDS
        assert "function" == kinds["full_name"]
        assert "first" in ours["full_name"].arguments
        assert "last" in ours["full_name"].arguments

    @requirement("schema-schemas")
    def test_schemas_are_there_without_those_of_the_system(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        snapshot = connection.schema.schema()
        expected = {samples.schema, samples.other_schema or samples.schema}
        assert expected <= {schema.name for schema in snapshot.schemas}
        assert not any(schema.system for schema in snapshot.schemas)
        assert connection.capabilities.capabilities().database == snapshot.database

    @requirement("schema-system")
    def test_the_schemas_of_the_system_are_there_on_request(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        usual = connection.schema.schema()
        everything = connection.schema.schema(include_system=True)
        assert set(usual.tables) <= set(everything.tables)
        assert set(usual.schemas) <= set(everything.schemas)
        assert usual.fingerprint == everything.fingerprint
        entries = {schema.name: schema for schema in everything.schemas}
        assert not entries[samples.schema].system
        added = {schema.name for schema in set(everything.schemas) - set(usual.schemas)}
        assert all(entries[name].system for name in added)
        assert {table.name.schema for table in everything.tables} <= set(entries)

    @requirement("schema-fingerprint")
    def test_the_fingerprint_stays_while_nothing_changes(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        fingerprint = connection.schema.fingerprint()
        assert fingerprint
        assert fingerprint == connection.schema.schema().fingerprint
        run(connection, samples.sql("SELECT * FROM {schema}.orders"))
        connection.catalog.describe([QualifiedName("orders", samples.schema)])
        assert fingerprint == connection.schema.fingerprint()

    @requirement("schema-fingerprint-rows")
    def test_the_fingerprint_stays_while_rows_are_written(
        self, connection: Connection, samples: ServerSamples
    ) -> None:
        fingerprint = connection.schema.fingerprint()
        run(
            connection,
            samples.sql("INSERT INTO {schema}.scratch (id, note) VALUES (731, 'schema')"),
            options=READ_WRITE,
        )
        try:
            assert fingerprint == connection.schema.fingerprint()
        finally:
            run(
                connection,
                samples.sql("DELETE FROM {schema}.scratch WHERE id = 731"),
                options=READ_WRITE,
            )
        assert fingerprint == connection.schema.fingerprint()

    @requirement("schema-connections")
    def test_two_connections_read_the_same(self, connect: Callable[..., Connection]) -> None:
        first, second = connect(None), connect(None)
        assert first.schema.schema() == second.schema.schema()


class SchemaCountContract(Contract):
    """Reading the schema takes a constant number of queries; needs a way to count them."""

    @pytest.fixture
    def count_queries(self) -> Callable[[Connection, Callable[[], object]], int]:
        """Return a function that runs a callable and counts the queries of a connection."""
        raise pytest.UsageError("override the fixture `count_queries`")

    @requirement("schema-constant-queries")
    def test_more_tables_take_as_many_queries(
        self,
        connection: Connection,
        count_queries: Callable[[Connection, Callable[[], object]], int],
    ) -> None:
        reader = connection.schema
        few = count_queries(connection, reader.schema)
        many = count_queries(connection, lambda: reader.schema(include_system=True))
        assert 0 < few == many
        assert count_queries(connection, reader.fingerprint) < few
