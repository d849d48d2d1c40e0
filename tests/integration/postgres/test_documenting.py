"""Documents of a real schema, some of whose names and comments want to be more than text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from markdown_it.common.normalize_url import normalizeLink
from mcp import Client
from mcp_types import ResourceTemplateReference, TextResourceContents
from tests.integration.postgres.conftest import Opened
from tests.unit.documenting.parsing import anchors, links, parse, rows_of, unwanted

from sqlcore.config import SourceSettings
from sqlcore.domain.connection import ConnectionSettings
from sqlcore.services.database import Database
from sqlcore.services.documenting import DictionaryFormat, DocumentOptions, SectionKind
from sqlcore_mcp.app import App
from sqlcore_mcp.schema_addresses import AddressKind, SchemaAddress
from sqlcore_mcp.server import build_server
from sqlcore_mcp.settings import ServerSettings

Admin = psycopg.Connection[Any]
EVIL = "<script>alert(1)</script> | ![x](http://evil) ``` \u202e `a` **b**\n# not a heading\n- x"
ODD = ('a/b%2F"c"', "..", "[x](y)", "`tick`", "pipe|\\", "Order", "\u00fc \u00f6", "select")
SCHEMA = r"""
CREATE SCHEMA "docs|`x`";
SET search_path = "docs|`x`";
CREATE TABLE tenants (tenant_id int PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE people (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id int NOT NULL REFERENCES tenants,
    email text NOT NULL UNIQUE,
    status varchar(9) NOT NULL CHECK (status IN ('new', 'it''s on', 'gone')),
    boss_id bigint REFERENCES people,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE UNIQUE INDEX people_live ON people (boss_id) WHERE deleted_at IS NULL;
CREATE TABLE tags (id int PRIMARY KEY, tenant_id int NOT NULL REFERENCES tenants, name text);
CREATE TABLE people_tags (
    person_id bigint REFERENCES people, tag_id int REFERENCES tags, tenant_id int,
    PRIMARY KEY (person_id, tag_id)
);
CREATE TYPE "Order state" AS ENUM ('open', 'it''s|on', 'closed');
ALTER TYPE "Order state" ADD VALUE 'paid' AFTER 'open';
ALTER TABLE tags ADD state "Order state", ADD others "Order state"[];
CREATE VIEW "odd view" AS SELECT '```' AS "a|b", id FROM people;
CREATE FUNCTION "f|`x`"("p|q" text DEFAULT '|') RETURNS text LANGUAGE sql AS 'SELECT ''```''';
"""


@pytest.fixture(scope="module", autouse=True)
def schema(admin: Admin) -> Iterator[None]:
    admin.execute(SCHEMA)
    for name in ODD:
        quoted = '"' + name.replace('"', '""') + '"'
        admin.execute(f"CREATE TABLE {quoted} ({quoted} text DEFAULT '|' CHECK ({quoted} <> '`'))")
        for target in (f"TABLE {quoted}", f"COLUMN {quoted}.{quoted}"):
            text = EVIL.replace("'", "''")
            admin.execute(f"COMMENT ON {target} IS '{text}'")
    admin.execute("RESET search_path")
    yield
    admin.execute('DROP SCHEMA "docs|`x`" CASCADE')


OPTIONS = DocumentOptions(schema="docs|`x`", include_data_dictionary=True)


def documents(opened: Opened) -> Iterator[str]:
    database = Database(opened())
    yield database.catalog.documentation(OPTIONS).markdown()
    dictionary = database.catalog.data_dictionary(schema="docs|`x`")
    for form in DictionaryFormat:
        yield dictionary.text(form)


def test_the_same_schema_gives_the_same_bytes(opened: Opened, admin: Admin) -> None:
    before = list(documents(opened))
    admin.execute('INSERT INTO "docs|`x`".tenants SELECT n, n::text FROM generate_series(1, 999) n')
    admin.execute('ANALYZE "docs|`x`".tenants')
    assert list(documents(opened)) == before


def test_no_name_and_no_comment_breaks_a_document(opened: Opened) -> None:
    written = Database(opened()).catalog.documentation(OPTIONS)
    tokens = parse(written.markdown())
    assert unwanted(tokens) == set()
    assert {normalizeLink(f"#{slug}") for slug in anchors(tokens)} >= set(links(tokens))
    assert sum(s.kind is SectionKind.TABLE for s in written.sections) == 5 + len(ODD)
    assert "\u202e" not in written.markdown()
    assert any(cell.startswith("<script>alert(1)") for row in rows_of(tokens) for cell in row)


def test_rules_are_inferred_from_what_the_server_says(opened: Opened) -> None:
    written = Database(opened()).catalog.documentation(OPTIONS)
    (rules,) = [s.markdown for s in written.sections if s.kind is SectionKind.RULES]
    for rule in (
        "`created_at`. Evidence: by names, types of dates and times and defaults",
        "`deleted_at`. Evidence: by its name; a moment that may be NULL; 1 filtered index",
        "`status` (`new`, `it's on`, `gone`). Evidence: by its name, and a check",
        "`state` (`open`, `paid`, `it's|on`, `closed`). Evidence: by its name, and a type",
        "`email`. Evidence: a unique constraint",
        "`tenant_id`. Evidence: a column of 4 of 12 tables",
        "`person_id`, `tag_id`",
        "`boss_id`. Evidence: a foreign key to its own table",
        "`name`. Evidence: 2 columns, no foreign keys, and others refer to it",
    ):
        assert rule in rules


@pytest.mark.anyio
async def test_tables_and_routines_with_odd_names_are_read_by_their_uris(
    database: ConnectionSettings,
) -> None:
    host, name = database.options.get("host", database.host), database.database
    url = f"postgresql://{database.user}@/{name}?host={host}"
    app = App(ServerSettings(sources={"x": SourceSettings(url=url)}), environ={})
    async with Client(build_server(app)) as client:
        for name in (*ODD, "odd view"):
            address = SchemaAddress(kind=AddressKind.TABLE, schema="docs|`x`", name=name)
            (content,) = (await client.read_resource(str(address))).contents
            assert isinstance(content, TextResourceContents)
            tokens = parse(content.text)
            assert unwanted(tokens) == set()
            assert name in ("odd view", rows_of(tokens)[1][0])
        address = SchemaAddress(kind=AddressKind.ROUTINE, schema="docs|`x`", name="f|`x`")
        (content,) = (await client.read_resource(str(address))).contents
        assert isinstance(content, TextResourceContents)
        assert "RETURNS text" in content.text
        completed = await client.complete(
            ResourceTemplateReference(uri="sqlcore://table/{schema}/{table}"),
            {"name": "table", "value": "PEO"},
            {"schema": "docs|`x`"},
        )
    assert completed.completion.values == ["people", "people_tags"]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
