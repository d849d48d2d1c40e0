"""What is written of tables makes them again, and every change of the schema shows at once."""

from __future__ import annotations

from collections.abc import Iterator

import attrs
import pytest
from tests.integration.mssql.reaching import settings_of
from tests.integration.tds.session import TdsSession

from sqlcore.adapters.mssql import MssqlConnector
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import CatalogObject, ObjectType
from sqlcore.domain.table import TableDescription
from sqlcore.ports import Connection
from sqlcore.testing.events import READ_WRITE, run

_CHANGES = (
    "CREATE TABLE copies.changed (id int NOT NULL, note nvarchar(20))",
    "ALTER TABLE copies.changed ADD extra int",
    "ALTER TABLE copies.changed ALTER COLUMN note nvarchar(40)",
    "EXEC sp_rename 'copies.changed.extra', 'more', 'COLUMN'",
    "ALTER TABLE copies.changed ADD CONSTRAINT changed_pk PRIMARY KEY (id)",
    (
        "ALTER TABLE copies.changed ADD CONSTRAINT changed_fk FOREIGN KEY (more)"
        " REFERENCES copies.changed (id)"
    ),
    (
        "EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'one',"
        " @level0type = N'SCHEMA', @level0name = N'copies',"
        " @level1type = N'TABLE', @level1name = N'changed'"
    ),
    (
        "EXEC sp_updateextendedproperty @name = N'MS_Description', @value = N'two',"
        " @level0type = N'SCHEMA', @level0name = N'copies',"
        " @level1type = N'TABLE', @level1name = N'changed'"
    ),
    "CREATE VIEW copies.seen AS SELECT id FROM copies.changed",
    "CREATE PROCEDURE copies.called AS SELECT 1 AS one",
    "ALTER PROCEDURE copies.called @more int AS SELECT 1 AS one",
    "DROP PROCEDURE copies.called",
    "DROP VIEW copies.seen",
    "DROP TABLE copies.changed",
)
_MADE = (
    (
        "CREATE TABLE copies.everything (id int IDENTITY(5,2) NOT NULL, code char(3) NOT NULL,"
        " price decimal(12,2) NOT NULL DEFAULT 0, note nvarchar(max), at datetime2(3),"
        ' "odd ""name"" [x]" varbinary(16), doubled AS (price * 2) PERSISTED,'
        " CONSTRAINT everything_pk PRIMARY KEY (id), CONSTRAINT everything_uq UNIQUE (code, id),"
        " CONSTRAINT everything_ck CHECK (price >= 0))"
    ),
    "CREATE INDEX everything_ix ON copies.everything (code DESC, price)",
    (
        "EXEC sp_addextendedproperty @name = N'MS_Description', @value = N'It''s \"all\"',"
        " @level0type = N'SCHEMA', @level0name = N'copies',"
        " @level1type = N'TABLE', @level1name = N'everything'"
    ),
)


@pytest.fixture
def connection(tds: TdsSession) -> Iterator[Connection]:
    connection = MssqlConnector().connect(settings_of(tds))
    drops = (
        "DROP TABLE IF EXISTS copies.everything",
        "DROP PROCEDURE IF EXISTS copies.called",
        "DROP VIEW IF EXISTS copies.seen",
        "DROP TABLE IF EXISTS copies.changed",
        "DROP SCHEMA IF EXISTS copies",
    )
    for statement in (*drops, "CREATE SCHEMA copies"):
        run(connection, statement, options=READ_WRITE)
    yield connection
    for statement in drops:
        run(connection, statement, options=READ_WRITE)
    connection.close()


def _described(connection: Connection) -> TableDescription:
    (described,) = connection.catalog.describe([QualifiedName("everything", "copies")])
    # The names of indexes are Babelfish's own, and statistics are no part of a definition.
    return attrs.evolve(described, indexes=(), size=attrs.evolve(described.size, rows=None))


def test_the_definition_of_a_table_makes_the_same_table_again(connection: Connection) -> None:
    for statement in _MADE:
        run(connection, statement, options=READ_WRITE)
    name = QualifiedName("everything", "copies")
    before = _described(connection)
    found = CatalogObject(name=name, type=ObjectType.TABLE)
    text = connection.objects.definition(found).text
    assert text is not None

    run(connection, "DROP TABLE copies.everything", options=READ_WRITE)
    run(connection, text, options=READ_WRITE)

    assert before == _described(connection)
    assert len(connection.objects.indexes(name).indexes) == 3


def test_every_change_of_the_schema_shows_in_the_fingerprint(connection: Connection) -> None:
    fingerprint = connection.schema.fingerprint()
    for statement in _CHANGES:
        run(connection, statement, options=READ_WRITE)
        changed = connection.schema.fingerprint()
        assert changed != fingerprint, statement
        fingerprint = changed
    assert fingerprint == connection.schema.schema().fingerprint
