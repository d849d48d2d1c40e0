"""Documentation: complete, the same each time, with links that work, and safe."""

from __future__ import annotations

import re
from collections.abc import Sequence

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it.common.normalize_url import normalizeLink
from tests.unit.documenting.parsing import (
    anchors,
    headings,
    links,
    parse,
    unwanted,
    wild_texts,
)
from tests.unit.documenting.schemas import (
    CUSTOMERS,
    ORDERS,
    ROUTINES,
    TABLES,
    HandMadeCatalog,
    column,
    document,
    key,
    reference,
    snapshot_of,
    table,
)

import sqlcore
from sqlcore.domain.cancellation import CancelToken
from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.schema import SchemaEntry, SchemaRoutine, SchemaSnapshot
from sqlcore.domain.table import (
    CheckConstraint,
    ExclusionConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    Partitioning,
    TableDescription,
    Temporal,
    Trigger,
)
from sqlcore.errors import NotFoundError, StatementCancelledError
from sqlcore.services.documenting import (
    DocumentOptions,
    SectionKind,
    read_documentation,
)
from sqlcore.services.documenting.reading import BLOCK_TABLES
from sqlcore.testing.memory import MemoryConnection
from sqlcore.testing.strategies import identifiers


def section(kind: SectionKind, **options: object) -> str:
    """Return the text of the only section of a kind."""
    (found,) = [s for s in document(**options).sections if s.kind is kind]  # type: ignore[arg-type]  # options by name
    return found.markdown


def of_table(described: TableDescription, **options: object) -> str:
    """Return what is written of a table."""
    sections = document([described], (), **options).sections
    return next(s.markdown for s in sections if s.kind is SectionKind.TABLE)


def test_a_document_begins_with_what_there_is() -> None:
    text = document().markdown()
    assert text.startswith("# Database shop\n\nWritten by sqlcore")
    for line in ("| Engine | PostgreSQL |", "| Tables | 2 |", "| Views | 1 |", "| Columns | 9 |"):
        assert line in text


def test_a_table_is_described_in_full() -> None:
    text = of_table(ORDERS)
    assert text.startswith("### Table shop.orders\n\nWhat was bought.\n")
    assert "| `status` | `text` | no | `'new'::text` |  |\n" in text
    assert "| `total` | `numeric(12,2)` | yes |  | stored computed as `price * amount` |" in text
    assert "- Primary key `orders_pkey`: `id`\n" in text
    assert "- Check `orders_status_check`: `((status = ANY (ARRAY['new'::text" in text
    assert "(`id`), on delete cascade, `orders_customer_id_fkey`\n" in text
    assert "- `orders_open`: btree (`customer_id` descending), where `(status = 'new'" in text
    assert "- `orders_touch`: BEFORE INSERT, UPDATE\n" in text


def test_foreign_keys_are_linked_both_ways() -> None:
    text = document().markdown()
    assert "- `customer_id` to [shop.customers](#table-shopcustomers) (`id`)" in text
    assert "- [shop.orders](#table-shoporders) (`customer_id`) by `id`" in text


def test_a_view_shows_its_definition() -> None:
    assert "```sql\nSELECT id\n  FROM shop.orders\n WHERE status = 'new'\n```\n" in (
        document().markdown()
    )


def test_routines_are_listed_with_their_arguments() -> None:
    row = "| `place_order` | procedure | `customer bigint, note text` | Makes an order. |"
    assert row in section(SectionKind.ROUTINES)


def test_relationships_and_dictionary_are_there_when_they_are_asked_for() -> None:
    kinds = {s.kind for s in document(include_relationships=False).sections}
    assert not kinds & {SectionKind.RELATIONSHIPS, SectionKind.DICTIONARY}
    assert "on delete cascade" in section(SectionKind.RELATIONSHIPS)
    dictionary = section(SectionKind.DICTIONARY, include_data_dictionary=True)
    assert "| `orders` | `customer_id` | `bigint` | no |  | FK | shop.customers.id |" in dictionary


def test_sizes_are_left_out_unless_they_are_asked_for_and_are_rounded_then() -> None:
    assert "20,000" not in document().markdown()
    text = document(include_sizes=True).markdown()
    assert "- About 20,000 rows\n- About 2.9 MB on disk\n" in text


def test_a_different_size_changes_no_byte() -> None:
    grown = attrs.evolve(CUSTOMERS, size=attrs.evolve(CUSTOMERS.size, rows=1))
    assert document().markdown() == document([grown, *TABLES[1:]]).markdown()


def test_the_order_of_what_was_read_does_not_matter() -> None:
    assert document(TABLES[::-1], ROUTINES[::-1]).markdown() == document().markdown()


def test_unusual_parts_are_told() -> None:
    text = of_table(
        table(
            "t",
            column("id", "int", collation="C", properties=("sparse",), identity="identity(1,1)"),
            primary_key=attrs.evolve(
                key("id", name="pk", primary=True), deferrable=True, without_overlaps=True
            ),
            exclusions=(ExclusionConstraint(name="no_twins", definition="EXCLUDE (a WITH =)"),),
            checks=(CheckConstraint(name="c", expression="id > 0", trusted=False),),
            indexes=(
                Index(
                    name="i",
                    method="nonclustered",
                    columns=(IndexColumn(name="lower(id)", expression=True),),
                    included=("id",),
                    unique=True,
                    nulls_distinct=False,
                    fill_factor=80,
                    compression="PAGE",
                    enabled=False,
                ),
            ),
            triggers=(Trigger(name="tr", timing="AFTER", events=("DELETE",), enabled=False),),
            temporal=Temporal(
                start_column="a",
                end_column="b",
                history_table=QualifiedName("h", "shop"),
                retention="1 year",
            ),
            partitioning=Partitioning(key="RANGE (id)", partition_count=3),
            owner="ann",
        )
    )
    assert "- Owner: `ann`\n- Keeps its history in shop.h, by `a`, `b`, for 1 year\n" in text
    assert "- Partitioned by `RANGE (id)`\n" in text
    assert "identity(1,1), collation C, sparse |" in text
    assert "- Primary key `pk`: `id`, without overlaps, deferrable\n" in text
    assert "- Check `c`: `id > 0`, not checked for older rows\n" in text
    assert "- Exclusion `no_twins`: `EXCLUDE (a WITH =)`\n" in text
    assert (
        "- `i`: unique nonclustered (`lower(id)`), with `id`, NULL equals NULL, fill factor 80, "
        "compression PAGE, disabled\n" in text
    )
    assert "- `tr`: AFTER DELETE, not enforced\n" in text


def test_a_table_that_went_meanwhile_is_said() -> None:
    snapshot = snapshot_of(TABLES)
    catalog = HandMadeCatalog(TABLES[1:])
    options = DocumentOptions()
    written = read_documentation(catalog, snapshot, "PostgreSQL", options)  # type: ignore[arg-type]  # only describing is asked of it
    text = written.markdown()
    assert "### Table shop.customers\n\nIt was dropped while this was written.\n" in text
    assert "- 1 tables that were dropped" in text


def test_what_the_server_does_not_tell_is_said() -> None:
    gap = Missing(part="routines", support=Support.NOT_PERMITTED, reason="needs VIEW DEFINITION")
    snapshot = attrs.evolve(snapshot_of(TABLES), missing=(gap,))
    written = read_documentation(
        HandMadeCatalog(TABLES),  # type: ignore[arg-type]  # only describing is asked of it
        snapshot,
        "PostgreSQL",
        DocumentOptions(),
    )
    assert "- routines: needs VIEW DEFINITION\n" in written.sections[-1].markdown


def test_what_is_not_told_of_many_tables_is_said_once() -> None:
    gap = Missing(part="sizes", support=Support.NOT_PERMITTED, reason="needs a right")
    tables = [table(f"t{number}", column("id"), missing=(gap,)) for number in range(5)]
    text = document([*tables, ORDERS], ()).markdown()
    assert text.count("needs a right") == 2
    assert "- sizes: needs a right (of 5 tables and views)\n" in text
    assert "- index usage: needs a right (of shop.orders)\n" in text


def test_partitions_have_no_sections_of_their_own() -> None:
    snapshot = snapshot_of(TABLES)
    first, *others = snapshot.tables
    snapshot = attrs.evolve(snapshot, tables=(attrs.evolve(first, is_partition=True), *others))
    written = read_documentation(
        HandMadeCatalog(TABLES),  # type: ignore[arg-type]  # only describing is asked of it
        snapshot,
        "PostgreSQL",
        DocumentOptions(),
    )
    titles = [s.title for s in written.sections if s.kind is SectionKind.TABLE]
    assert ["View shop.new_orders", "Table shop.orders"] == titles
    assert "Partitions are described" in written.sections[-1].markdown


def test_many_tables_take_one_description_for_each_block() -> None:
    tables = [table(f"t{number:04}", column("id")) for number in range(BLOCK_TABLES + 1)]
    catalog = HandMadeCatalog(tables)
    read_documentation(catalog, snapshot_of(tables), "x", DocumentOptions())  # type: ignore[arg-type]  # only describing is asked of it
    assert [BLOCK_TABLES, 1] == catalog.blocks


def test_the_beginning_of_a_large_document_describes_no_more_than_it_shows() -> None:
    tables = [
        table(f"t{number:04}", column("id"), column("a"), column("b"))
        for number in range(BLOCK_TABLES + 1)
    ]
    catalog, snapshot = HandMadeCatalog(tables), snapshot_of(tables)
    whole = document(tables, ())
    begun = read_documentation(
        catalog,  # type: ignore[arg-type]  # only describing is asked of it
        snapshot,
        "PostgreSQL",
        DocumentOptions(),
        enough_columns=10,
    )
    assert catalog.blocks == [4]
    assert not begun.is_whole
    assert begun.section_count == len(whole.sections)
    assert begun.sections == whole.sections[: len(begun.sections)]
    assert begun.sections[-1].title == "Table shop.t0003"


def test_what_one_block_holds_is_not_done_by_halves() -> None:
    begun = read_documentation(
        HandMadeCatalog(TABLES),  # type: ignore[arg-type]  # only describing is asked of it
        snapshot_of(TABLES, ROUTINES),
        "PostgreSQL",
        DocumentOptions(),
        enough_columns=1,
    )
    assert begun == document()
    assert begun.is_whole


@pytest.mark.parametrize("with_dictionary", [False, True])
def test_the_size_of_the_whole_is_estimated_from_its_beginning(*, with_dictionary: bool) -> None:
    tables = [
        table(
            f"t{number:04}",
            column("id"),
            column("created_at", "timestamp"),
            column("parent", comment="The one above — if any"),
            foreign_keys=(reference(f"t{number:04}", "parent", f"t{number // 2:04}"),),
        )
        for number in range(BLOCK_TABLES + 100)
    ]
    options = DocumentOptions(include_data_dictionary=with_dictionary)
    whole = document(tables, ROUTINES, include_data_dictionary=with_dictionary)
    begun = read_documentation(
        HandMadeCatalog(tables),  # type: ignore[arg-type]  # only describing is asked of it
        snapshot_of(tables, ROUTINES),
        "PostgreSQL",
        options,
        enough_columns=30,
    )
    size_bytes = len(whole.markdown().encode())
    assert whole.whole_bytes == size_bytes
    assert begun.whole_bytes == pytest.approx(size_bytes, rel=0.1)


def test_the_number_of_queries_does_not_depend_on_that_of_tables() -> None:
    counts = []
    for number in (2, 60):
        with sqlcore.connect("memory://", access="write") as database:
            for table_number in range(number):
                database.query(f"CREATE TABLE t{table_number} (id INTEGER PRIMARY KEY)")
            connection = database.connection
            assert isinstance(connection, MemoryConnection)
            before = connection.statement_count
            database.catalog.documentation()
            database.catalog.data_dictionary()
            counts.append(connection.statement_count - before)
    assert counts[0] == counts[1]


def test_it_can_be_stopped_between_blocks() -> None:
    tables = [table(f"t{number:04}", column("id")) for number in range(BLOCK_TABLES + 1)]
    cancel = CancelToken()

    class Cancelling(HandMadeCatalog):
        def describe(
            self, tables: Sequence[QualifiedName], *, full: bool = True
        ) -> tuple[TableDescription, ...]:
            cancel.cancel()
            return super().describe(tables, full=full)

    catalog = Cancelling(tables)
    with pytest.raises(StatementCancelledError):
        read_documentation(catalog, snapshot_of(tables), "x", DocumentOptions(), cancel)  # type: ignore[arg-type]  # only describing is asked of it
    assert [BLOCK_TABLES] == catalog.blocks


def test_one_schema_can_be_documented_alone() -> None:
    other = table("t", column("id"), schema="other")
    text = document([*TABLES, other], ROUTINES, schema="other").markdown()
    assert "### Table other.t" in text
    assert "shop.orders" not in text


def test_a_schema_that_is_not_there_is_an_error_that_names_the_nearest() -> None:
    with pytest.raises(NotFoundError, match="Did you mean shop") as caught:
        document(schema="shp")
    assert caught.value.parameter == "schema"


def test_a_database_without_tables_is_documented() -> None:
    snapshot = SchemaSnapshot(
        database="empty",
        fingerprint="",
        schemas=(SchemaEntry(name="public"), SchemaEntry(name="sys", system=True)),
    )
    written = read_documentation(HandMadeCatalog(()), snapshot, "x", DocumentOptions())  # type: ignore[arg-type]  # only describing is asked of it
    assert "| Schemas | 1 |" in written.markdown()
    assert "There are no foreign keys." in written.markdown()


# Links


def test_files_link_to_one_another() -> None:
    other = table("t", column("id"), schema="Other schema!")
    files = dict(document([*TABLES, other], ROUTINES, in_files=True).files())
    assert {
        "README.md",
        "schemas/other-schema.md",
        "schemas/shop.md",
        "relationships.md",
        "inferred-rules.md",
    } == set(files)
    known = {f"{name}#{anchor}" for name, text in files.items() for anchor in anchors(parse(text))}
    for name, text in files.items():
        folder = name.rpartition("/")[0]
        for target in links(parse(text)):
            path, _, anchor = target.partition("#")
            full = f"{folder}/{path}" if folder and path and not path.startswith("../") else path
            assert f"{full.removeprefix('../') or name}#{anchor}" in known


@given(st.lists(identifiers(max_bytes=20), min_size=1, max_size=8, unique=True))
def test_each_schema_has_a_file_of_its_own_that_any_system_takes(names: list[str]) -> None:
    tables = [table("t", column("id"), schema=name) for name in names]
    sections = document(tables, (), in_files=True).sections
    files = [s.file for s in sections if s.kind is SectionKind.SCHEMA]
    assert len({file.lower() for file in files}) == len(names)
    assert all(re.fullmatch(r"schemas/[a-z0-9_-]{1,70}\.md", file) for file in files)
    assert not {"schemas/con.md", "schemas/nul.md"} & set(files)


# Whatever stands in it


@st.composite
def wild_tables(draw: st.DrawFn) -> list[TableDescription]:
    """Make tables all of whose names and texts want to be more than text."""
    names = draw(
        st.lists(st.tuples(identifiers(), identifiers()), min_size=1, max_size=4, unique=True)
    )
    made = []
    for name, schema in names:
        first = draw(wild_texts().filter(bool))
        comment, text, other = draw(wild_texts()), draw(wild_texts()), draw(wild_texts())
        target, target_schema = draw(st.sampled_from(names))
        made.append(
            table(
                name,
                column(first, text or "int", default=text, comment=comment, properties=(other,)),
                column(draw(identifiers()), computed=other, collation=comment),
                schema=schema,
                kind=draw(st.sampled_from(TableKind)),
                comment=comment,
                owner=other or "x",
                primary_key=key(first, name=name, primary=True),
                checks=(CheckConstraint(name=name, expression=text, comment=comment),),
                indexes=(
                    Index(
                        name=name,
                        method="btree",
                        columns=(IndexColumn(name=first), IndexColumn(name=text, expression=True)),
                        filter=other,
                    ),
                ),
                foreign_keys=(
                    ForeignKey(
                        name=name,
                        table=QualifiedName(name, schema),
                        columns=(first,),
                        referenced_table=QualifiedName(target, target_schema),
                        referenced_columns=(first,),
                        comment=comment,
                    ),
                ),
                triggers=(Trigger(name=name, timing="AFTER", events=("INSERT",), comment=text),),
                definition=text,
                notes=(other,),
                missing=(Missing(part=text, support=Support.UNKNOWN, reason=comment),),
            )
        )
    return made


@settings(max_examples=20)
@given(wild_tables(), wild_texts(), st.booleans())
def test_no_name_and_no_comment_breaks_a_document(
    tables: list[TableDescription],
    wild: str,
    in_files: bool,  # noqa: FBT001  # drawn
) -> None:
    routine = SchemaRoutine(name=tables[0].name, kind="function", arguments=wild, comment=wild)
    written = document(tables, [routine], include_data_dictionary=True, in_files=in_files)
    fences = 0
    for name, text in dict(written.files()).items():
        tokens = parse(text)
        assert unwanted(tokens) == set()
        assert "\u202e" not in text
        expected = [s.title for s in written.sections if s.file == name]
        shown = headings(tokens)
        assert expected == [title for title in shown if not title.startswith("Columns of ")]
        if not in_files:
            assert set(links(tokens)) <= {normalizeLink(f"#{slug}") for slug in anchors(tokens)}
        fences += sum(token.type == "fence" for token in tokens)
    assert fences == sum(bool(described.definition) for described in tables)


@given(st.lists(identifiers(max_bytes=20), min_size=1, max_size=8))
def test_anchors_are_those_that_github_makes(names: list[str]) -> None:
    tables = [table(name, column("id")) for name in dict.fromkeys(names)]
    written = document(tables, ())
    assert [s.anchor for s in written.sections] == anchors(parse(written.markdown()))
