"""What the rows of the catalog amount to as a snapshot of the schema."""

from __future__ import annotations

from typing import Any

from tests.unit.mssql.answered import AnsweredQueries

from sqlcore.adapters.mssql.reading import Refusal
from sqlcore.adapters.mssql.schema_reading import MssqlSchemaReader
from sqlcore.domain.capability import Support
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaEntry, SchemaSnapshot

_ROWS: dict[str, list[tuple[Any, ...]]] = {
    "schema_fingerprint": [("shop;dbo;1",)],
    "schema_context": [("shop", "sales", 1)],
    "schema_schemas": [(1, "dbo", "dbo"), (2, "guest", "guest"), (5, "sales", "ada")],
    "schema_types": [(56, "int", None), (231, "nvarchar", None), (300, "phone no", "dbo")],
    "schema_tables": [(20, 5, "orders", "U "), (10, 5, "customers", "U"), (30, 1, "far", "ET")],
    "schema_columns": [
        (20, 2, "customer", 56, 4, 10, 0, False),
        (20, 1, "id", 56, 4, 10, 0, False),
        (10, 1, "id", 56, 4, 10, 0, False),
        (10, 3, "phone", 300, 40, 0, 0, True),
        (99, 1, "of no table", 56, 4, 10, 0, False),
    ],
    "schema_keys": [
        (20, 1, True, 2, 1),
        (20, 1, True, 1, 2),
        (10, 4, False, 1, 3),
    ],
    "schema_foreign_keys": [(7, "fk", 20, 10, "SET_NULL", "NO_ACTION", False, True)],
    "schema_foreign_key_columns": [(7, 1, 2, 1)],
    "schema_routines": [(40, 5, "p", "P "), (41, 5, "f", "IF")],
    "schema_parameters": [
        (40, 2, "@total", 56, 4, 10, 0, True),
        (40, 1, "@name", 231, -1, 0, 0, False),
    ],
    "schema_comments": [(1, 10, 0, "Who buys"), (1, 10, 3, "To call"), (3, 5, 0, "What is sold")],
    "schema_rows": [(20, 12), (10, 0)],
    "schema_sizes": [(20, 8192)],
}


def _read(
    refused: dict[str, Refusal] | None = None, **rows: list[tuple[Any, ...]]
) -> SchemaSnapshot:
    answers = {name: list(found) for name, found in {**_ROWS, **rows}.items()}
    return MssqlSchemaReader(AnsweredQueries(answers, refused)).schema()


def test_tables_have_their_columns_keys_comments_and_sizes() -> None:
    far, customers, orders = _read().tables

    assert far.kind is TableKind.EXTERNAL
    assert customers.name == QualifiedName("customers", "sales")
    assert [(column.name, column.type) for column in customers.columns] == [
        ("id", "int"),
        ("phone", 'dbo."phone no"'),
    ]
    assert (customers.comment, customers.columns[1].comment) == ("Who buys", "To call")
    assert (customers.estimated_rows, customers.unique_keys) == (0, (("phone",),))
    assert [column.name for column in orders.columns] == ["id", "customer"]
    assert orders.primary_key == ("customer", "id")
    assert (orders.estimated_rows, orders.size_bytes) == (12, 8192)


def test_foreign_keys_say_their_actions_and_whether_they_are_trusted() -> None:
    (key,) = _read().foreign_keys

    assert (key.table.name, key.columns) == ("orders", ("customer",))
    assert (key.referenced_table.name, key.referenced_columns) == ("customers", ("id",))
    assert (key.on_delete, key.enabled, key.trusted) == ("SET NULL", True, False)


def test_routines_have_their_arguments_in_order() -> None:
    assert [
        (routine.name.name, routine.kind, routine.arguments) for routine in _read().routines
    ] == [
        ("f", "table_function", ""),
        ("p", "procedure", "@name nvarchar(max), @total int OUTPUT"),
    ]


def test_the_schemas_of_every_database_are_left_out_and_bare_names_mean_the_own_one_first() -> None:
    snapshot = _read()

    assert snapshot.schemas == (
        SchemaEntry(name="dbo", owner="dbo"),
        SchemaEntry(name="sales", owner="ada", comment="What is sold"),
    )
    assert snapshot.search_path == ("sales", "dbo")
    assert snapshot.fingerprint == "shop;dbo;1"
    assert snapshot.missing == ()


def test_what_the_login_may_not_see_is_said_with_the_right_that_shows_it() -> None:
    snapshot = _read(
        {"schema_sizes": Refusal(Support.UNSUPPORTED, "Invalid object name.")},
        schema_context=[("shop", None, 0)],
        schema_foreign_keys=[(7, "fk", 20, 77, "NO_ACTION", "NO_ACTION", False, False)],
    )

    assert snapshot.search_path == ("dbo",)
    assert snapshot.foreign_keys == ()
    assert [(part.part, part.support) for part in snapshot.missing] == [
        ("sizes", Support.UNSUPPORTED),
        ("objects", Support.NOT_PERMITTED),
        ("foreign keys", Support.NOT_PERMITTED),
    ]
    assert all("VIEW DEFINITION" in part.reason for part in snapshot.missing[1:])
