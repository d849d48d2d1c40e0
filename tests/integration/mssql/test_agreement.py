"""What sqlcore says of tables is what the server's own procedures and views say of them.

Three schemas: the sample shop, Chinook, which nobody here wrote, and one of odd names. The server
answers in INFORMATION_SCHEMA, `sp_fkeys`, `sp_statistics` and `fn_listextendedproperty`.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.integration.mssql.reaching import settings_of, settings_of_url
from tests.integration.tds.session import URL_VARIABLE, TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.catalog import TableFilter, TableKind
from sqlcore.domain.lexing import split_batches
from sqlcore.domain.table import Index, TableDescription
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, rows, run
from sqlcore_mcp.demo import embedded

DATABASE = "sqlcore_agreement"
HERE = Path(__file__).parent
SAMPLE = Path(embedded.__file__).parent / "sample" / "tsql.sql"
_FILLS = re.compile(r"\s*(INSERT|UPDATE|USE|IF EXISTS|CREATE DATABASE|WITH|DECLARE|SELECT|DROP)\b")
_TEMPORARY = re.compile(r"(?<!\w)#\w")
_NOT_HERE = re.compile(r"CREATE UNIQUE CLUSTERED INDEX product_sales")
"""An indexed view, which Babelfish has not."""
ACTIONS = {"CASCADE": 0, "NO ACTION": 1, "SET NULL": 2, "SET DEFAULT": 3}
"""Source: "sp_fkeys (Transact-SQL)", UPDATE_RULE and DELETE_RULE."""
PATIENT = attrs.evolve(READ_WRITE, timeout_s=180.0)
Table = tuple[str, str]


@pytest.fixture(scope="module", autouse=True)
def _schemas() -> None:
    """Make the three schemas on the live server, unrecorded."""
    url = os.environ.get(URL_VARIABLE)
    if not url:
        return
    first = MssqlConnector().connect(settings_of_url(url))
    run(first, f"DROP DATABASE IF EXISTS {DATABASE}", options=PATIENT)
    run(first, f"CREATE DATABASE {DATABASE}", options=PATIENT)
    first.close()
    connection = MssqlConnector().connect(settings_of_url(url, database=DATABASE))
    try:
        chinook = Path(os.environ["SQLCORE_TEST_CHINOOK"], "tsql.sql")
        for script in (HERE / "odd_names.sql", chinook, SAMPLE):
            for batch in split_batches(script.read_text(encoding="utf-8-sig")):
                code = re.sub(r"(?s)/\*.*?\*/|--[^\n]*", "", batch.text).strip()
                is_left_out = _FILLS.match(code) or _NOT_HERE.match(code) or _TEMPORARY.search(code)
                if code and not is_left_out:
                    run(connection, batch.text, options=PATIENT)
    finally:
        connection.close()


@pytest.fixture(scope="module")
def connection(tds_module: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds_module, database=DATABASE))
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def tables(connection: Connection) -> dict[Table, TableDescription]:
    page = connection.catalog.tables(TableFilter())
    described = connection.catalog.describe([table.name for table in page.tables])
    assert len(described) == page.total == 34
    return {(table.name.schema or "", table.name.name): table for table in described}


def ask(connection: Connection, sql: str) -> list[Any]:
    """Ask the server; a NULL in a name stands for none."""
    return [tuple(row) for row in rows(run(connection, sql))]


def literal(text: str) -> str:
    return "N'" + text.replace("'", "''") + "'"


def of_table(procedure: str, table: Table, prefix: str = "table") -> str:
    schema, name = table
    return f"EXEC {procedure} @{prefix}_name = {literal(name)}, @{prefix}_owner = {literal(schema)}"


_SIZED = {"nvarchar", "varchar", "nchar", "char", "varbinary", "binary"}
_SCALED = {"datetime2", "datetimeoffset", "time"}


def type_of(name: str, length: int | None, precision: int | None, *scales: int | None) -> str:
    """Spell a type out of a row of INFORMATION_SCHEMA.COLUMNS."""
    scale, fraction = scales
    if name in _SIZED:
        return f"{name}({'max' if length == -1 else length})"
    if name in ("decimal", "numeric"):
        # Of a sum Babelfish knows no precision; `sys.columns` gives its highest numbers then.
        return f"{name}({precision},{scale})" if precision is not None else f"{name}(38,38)"
    return f"{name}({fraction})" if name in _SCALED else name


def test_columns_are_those_of_the_information_schema(
    connection: Connection, tables: dict[Table, TableDescription]
) -> None:
    told: dict[Table, list[tuple[str, str, bool]]] = defaultdict(list)
    query = (
        "SELECT TABLE_SCHEMA, TABLE_NAME, COLUMN_NAME, IS_NULLABLE, DOMAIN_NAME, DATA_TYPE, "
        "CHARACTER_MAXIMUM_LENGTH, CAST(NUMERIC_PRECISION AS int), NUMERIC_SCALE, "
        "CAST(DATETIME_PRECISION AS int) FROM INFORMATION_SCHEMA.COLUMNS "
        "WHERE TABLE_NAME <> 'sysdatabases' "  # one of Babelfish's own, which is no table there
        "ORDER BY TABLE_SCHEMA, TABLE_NAME, ORDINAL_POSITION"
    )
    for schema, table, column, nullable, domain, *parts in ask(connection, query):
        spelled = domain or type_of(*parts)
        told[schema.lower(), table.lower()].append((column.lower(), spelled, nullable == "YES"))
    ours = {
        (schema.lower(), name.lower()): [
            (c.name.lower(), str(c.type).split(".")[-1], c.nullable) for c in table.columns
        ]
        for (schema, name), table in tables.items()
    }
    assert told == ours
    assert sum(map(len, ours.values())) > 200


def test_keys_are_those_of_the_information_schema(
    connection: Connection, tables: dict[Table, TableDescription]
) -> None:
    told: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
    query = (
        "SELECT t.CONSTRAINT_TYPE, k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME "
        "FROM INFORMATION_SCHEMA.KEY_COLUMN_USAGE AS k "
        "JOIN INFORMATION_SCHEMA.TABLE_CONSTRAINTS AS t ON t.CONSTRAINT_NAME = k.CONSTRAINT_NAME "
        "AND t.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA WHERE t.CONSTRAINT_TYPE <> 'FOREIGN KEY' "
        "ORDER BY k.TABLE_SCHEMA, k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION"
    )
    for kind, schema, table, constraint, column in ask(connection, query):
        told[kind, schema.lower(), table.lower(), constraint.lower()].append(column.lower())
    ours = {
        (
            "PRIMARY KEY" if key.primary else "UNIQUE",
            schema.lower(),
            name.lower(),
            key.name.lower(),
        ): [column.lower() for column in key.columns]
        for (schema, name), table in tables.items()
        for key in (*table.unique_keys, *filter(None, [table.primary_key]))
    }
    assert told == ours
    assert len(ours) > 30


def test_foreign_keys_are_those_of_sp_fkeys(
    connection: Connection, tables: dict[Table, TableDescription]
) -> None:
    seen = 0
    for name, table in tables.items():
        told = {
            (
                row[11],
                row[8],
                row[7].lower(),
                row[1],
                row[2].lower(),
                row[3].lower(),
                row[9],
                row[10],
            )
            for row in ask(connection, of_table("sp_fkeys", name, "fktable"))
        }
        ours = {
            (
                key.name.lower(),
                number,
                column.lower(),
                key.referenced_table.schema,
                key.referenced_table.name.lower(),
                referenced.lower(),
                ACTIONS[key.on_update],
                ACTIONS[key.on_delete],
            )
            for key in table.foreign_keys
            for number, (column, referenced) in enumerate(
                zip(key.columns, key.referenced_columns, strict=True), start=1
            )
        }
        assert told == ours, name
        seen += len(ours)
    assert seen > 30


def columns_of(index: Index) -> tuple[str, ...]:
    return (*(column.name for column in index.columns), *index.included)


def test_indexes_are_those_of_sp_statistics(
    connection: Connection, tables: dict[Table, TableDescription]
) -> None:
    """Columns that are only carried stand behind the keys there.

    Names are left out: Babelfish puts a digest behind them in `sys.indexes` alone.
    """
    seen = 0
    for name, table in tables.items():
        if table.kind is not TableKind.TABLE:
            continue
        told: dict[str, list[str]] = defaultdict(list)
        unique: dict[str, bool] = {}
        for row in ask(connection, of_table("sp_statistics", name)):
            if row[5] is not None:
                told[row[5].lower()].append(row[8].lower())
                unique[row[5].lower()] = row[3] == 0
        ours = {
            tuple(name.lower() for name in columns_of(index)): index.unique
            for index in table.indexes
        }
        assert {tuple(columns): unique[index] for index, columns in told.items()} == ours, name
        seen += len(ours)
    assert seen > 40


def test_checks_and_views_are_those_of_the_information_schema(
    connection: Connection, tables: dict[Table, TableDescription]
) -> None:
    checks = ask(
        connection,
        "SELECT CONSTRAINT_SCHEMA, CONSTRAINT_NAME, CHECK_CLAUSE "
        "FROM INFORMATION_SCHEMA.CHECK_CONSTRAINTS",
    )
    ours = {
        (schema, check.name, check.expression)
        for (schema, _), table in tables.items()
        for check in table.checks
    }
    assert set(checks) == ours
    views = ask(
        connection,
        "SELECT TABLE_SCHEMA, TABLE_NAME, VIEW_DEFINITION FROM INFORMATION_SCHEMA.VIEWS",
    )
    assert {(schema, name): text for schema, name, text in views} == {
        name: table.definition for name, table in tables.items() if table.definition is not None
    }
    assert len(views) == 6


def test_comments_are_those_of_fn_listextendedproperty(
    connection: Connection, tables: dict[Table, TableDescription]
) -> None:
    seen = 0
    for (schema, name), table in tables.items():
        kind = "VIEW" if table.kind is TableKind.VIEW else "TABLE"
        place = f"'SCHEMA', {literal(schema)}, '{kind}', {literal(name)}"
        query = (
            "SELECT objname, CAST(value AS nvarchar(4000)) FROM "
            f"fn_listextendedproperty(N'MS_Description', {place}, {{}})"
        )
        told = [text for _, text in ask(connection, query.format("NULL, NULL"))]
        assert told == ([table.comment] if table.comment else [])
        columns = ask(connection, query.format("'COLUMN', NULL"))
        assert {column.lower(): text for column, text in columns} == {
            column.name.lower(): column.comment for column in table.columns if column.comment
        }
        seen += len(told) + len(columns)
    assert seen >= 2
