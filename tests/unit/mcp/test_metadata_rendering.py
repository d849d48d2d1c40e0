from __future__ import annotations

import datetime as dt

import attrs
import pytest

from sqlcore.domain.capability import Missing, Support
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.objects import (
    CatalogObject,
    ColumnStatistics,
    Dependencies,
    Dependency,
    IndexDetails,
    ObjectDefinition,
    ObjectType,
    PartitionSize,
    TableIndexes,
    TableStatistics,
)
from sqlcore.domain.table import (
    CheckConstraint,
    ExclusionConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    KeyConstraint,
    Partitioning,
    TableColumn,
    TableDescription,
    Temporal,
    Trigger,
)
from sqlcore.domain.types import SqlType
from sqlcore_mcp.definitions import Answer, Link
from sqlcore_mcp.rendering.cells import compact_json
from sqlcore_mcp.rendering.descriptions import render_description
from sqlcore_mcp.rendering.metadata import (
    render_indexes,
    render_references,
    render_statistics,
)
from sqlcore_mcp.rendering.objects import (
    render_dependencies,
    render_object_definitions,
)
from sqlcore_mcp.rendering.tokens import Budget, estimate_tokens

ORDERS = QualifiedName("orders", "shop")
TOTALS = CatalogObject(name=QualifiedName("totals", "shop"), type=ObjectType.VIEW)
NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
NOT_PERMITTED = Missing(
    part="index usage", support=Support.NOT_PERMITTED, reason="It needs VIEW SERVER STATE."
)


def keep_nothing(_: str) -> Link | None:
    return None


def fits(answer: Answer, tokens: int) -> bool:
    """Say whether an answer keeps to a budget, in both of its forms."""
    text = estimate_tokens(answer.text)
    return max(text, estimate_tokens(compact_json(answer.structured))) <= tokens


def index(name: str = "orders_open") -> Index:
    return Index(
        name=name,
        method="btree",
        columns=(IndexColumn(name="customer_id"), IndexColumn(name="id", descending=True)),
        included=("total",),
        unique=True,
        filter="status = 'new'",
        nulls_distinct=False,
        fill_factor=80,
        compression="PAGE",
        enabled=False,
        comment="for the desk",
    )


def test_an_index_shows_what_it_costs_and_what_it_is_used_for() -> None:
    details = IndexDetails(
        index=index(),
        size_bytes=2**20,
        seeks=12,
        scans=3,
        lookups=0,
        updates=1000,
        last_read=NOON,
    )
    indexes = TableIndexes(
        table=ORDERS, indexes=(details,), counted_since=NOON, missing=(NOT_PERMITTED,)
    )
    answer = render_indexes(indexes, Budget(8000))
    assert answer.text == (
        "Indexes of shop.orders; uses since 2026-11-21T12:00:00+00:00.\n\n"
        "Indexes:\n"
        "orders_open: unique btree (customer_id, id desc) include (total) nulls not distinct "
        "where status = 'new' fill factor 80 compression PAGE (disabled) -- for the desk; 1.0 MB, "
        "12 seeks, 3 scans, 0 lookups, 1,000 updates, last read 2026-11-21T12:00:00+00:00\n\n"
        "Not shown:\n"
        "index usage: not permitted; It needs VIEW SERVER STATE."
    )
    assert answer.structured["indexes"][0]["scans"] == 3
    assert answer.structured["missing"] == [
        {"part": "index usage", "support": "not_permitted", "reason": "It needs VIEW SERVER STATE."}
    ]


def test_a_table_without_indexes_says_so() -> None:
    answer = render_indexes(TableIndexes(table=ORDERS), Budget(8000))
    assert answer.text == "Indexes of shop.orders: there are none."


def test_a_table_without_references_says_so() -> None:
    answer = render_references(TableDescription(name=ORDERS), Budget(8000))
    assert answer.text == "shop.orders has no foreign keys, and none points at it."


def test_statistics_are_one_fact_a_line() -> None:
    statistics = TableStatistics(
        table=ORDERS,
        rows=200_000,
        data_bytes=20 * 2**20,
        total_bytes=21 * 2**20,
        changes_since_analyze=0,
        analyzed_at=NOON,
        partitions=(PartitionSize(name="orders_2026", rows=1, total_bytes=8192, bound="2026"),),
        statistics=(
            ColumnStatistics(
                name="by_day", columns=("day",), updated_at=NOON, sampled_rows=300, changes=7
            ),
        ),
    )
    answer = render_statistics(statistics, Budget(8000))
    assert answer.text == (
        "shop.orders\n"
        "rows: about 200,000\n"
        "data: 20.0 MB\n"
        "total: 21.0 MB\n"
        "changes since analyze: 0\n"
        "analyzed at: 2026-11-21T12:00:00+00:00\n\n"
        "Partitions (1):\n"
        "orders_2026 2026: 1 row, 8.0 kB\n\n"
        "Statistics of the planner:\n"
        "by_day (day): updated 2026-11-21T12:00:00+00:00, 300 rows sampled, 7 changes since"
    )
    assert answer.structured["rows_exact"] is False
    assert "dead_rows" not in answer.structured


def test_a_definition_says_whether_somebody_wrote_it() -> None:
    view = ObjectDefinition(object=TOTALS, text="SELECT 1")
    table = CatalogObject(name=ORDERS, type=ObjectType.TABLE)
    written = ObjectDefinition(object=table, text="CREATE TABLE …", written=False)
    trigger = CatalogObject(
        name=QualifiedName("audit", "shop"), type=ObjectType.TRIGGER, parent=ORDERS
    )
    hidden = ObjectDefinition(object=trigger, reason="It is encrypted.")
    answer = render_object_definitions([view, written, hidden], Budget(8000), keep_nothing)
    assert answer.text == (
        "view shop.totals\nSELECT 1\n"
        "table shop.orders; written from the catalog\nCREATE TABLE …\n"
        "trigger shop.audit on shop.orders; It is encrypted."
    )
    assert answer.structured == {
        "objects": [
            {"object": "shop.totals", "type": "view", "written": True, "definition": "SELECT 1"},
            {
                "object": "shop.orders",
                "type": "table",
                "written": False,
                "definition": "CREATE TABLE …",
            },
            {
                "object": "shop.audit",
                "type": "trigger",
                "table": "shop.orders",
                "reason": "It is encrypted.",
            },
        ],
        "truncated": False,
    }


def test_a_definition_that_is_cut_can_be_read_as_a_whole() -> None:
    kept: list[str] = []

    def keep(text: str) -> Link | None:
        kept.append(text)
        return Link(uri="sqlcore://definitions/x", name="definitions", mime_type="text/plain")

    text = "SELECT 1 AS one;\n" * 2000
    answer = render_object_definitions(
        [ObjectDefinition(object=TOTALS, text=text)], Budget(500), keep
    )
    assert fits(answer, 500)
    assert answer.structured["truncated"] is True
    assert answer.structured["uri"] == "sqlcore://definitions/x"
    assert kept == [f"-- shop.totals\n{text}"]


def test_dependencies_go_both_ways() -> None:
    table = CatalogObject(name=ORDERS, type=ObjectType.TABLE)
    lost = CatalogObject(name=QualifiedName("gone", "shop"), type=ObjectType.OTHER)
    found = Dependencies(
        object=TOTALS,
        uses=(
            Dependency(object=table, how="expression", columns=("id", "total")),
            Dependency(object=lost, how="expression", resolved=False),
        ),
    )
    answer = render_dependencies([found], Budget(8000))
    assert answer.text == (
        "shop.totals (view)\n\n"
        "Uses (2):\n"
        "table shop.orders (id, total): expression\n"
        "other shop.gone: expression; there is no such object now"
    )
    assert answer.structured["uses"][1] == {
        "object": "shop.gone",
        "type": "other",
        "how": "expression",
        "resolved": False,
    }


def test_an_object_on_its_own_is_said_to_be() -> None:
    answer = render_dependencies([Dependencies(object=TOTALS)], Budget(8000))
    assert "It uses nothing that the server knows of" in answer.text


@pytest.mark.parametrize("tokens", [200, 400, 1000])
def test_every_answer_keeps_to_its_budget(tokens: int) -> None:
    details = tuple(IndexDetails(index=index(f"index_{n}"), size_bytes=n) for n in range(500))
    partitions = tuple(PartitionSize(name=f"p{n}", rows=n, bound="x" * 50) for n in range(500))
    uses = tuple(Dependency(object=TOTALS, how="expression") for _ in range(500))
    keys = tuple(
        ForeignKey(
            name=f"key_{n}",
            table=ORDERS,
            columns=("a", "b"),
            referenced_table=ORDERS,
            referenced_columns=("c", "d"),
        )
        for n in range(500)
    )
    texts = [ObjectDefinition(object=TOTALS, text="SELECT 1 " * 100) for _ in range(500)]
    answers = [
        render_indexes(TableIndexes(table=ORDERS, indexes=details), Budget(tokens)),
        render_statistics(TableStatistics(table=ORDERS, partitions=partitions), Budget(tokens)),
        render_dependencies([Dependencies(object=TOTALS, used_by=uses)], Budget(tokens)),
        render_references(TableDescription(name=ORDERS, foreign_keys=keys), Budget(tokens)),
        render_object_definitions(texts, Budget(tokens), keep_nothing),
    ]
    for answer in answers:
        assert fits(answer, tokens)
        assert answer.structured["truncated"] is True
        assert "raise max_tokens" in answer.text


def test_a_description_shows_what_only_some_engines_have() -> None:
    integer = SqlType(name="integer")
    table = TableDescription(
        name=ORDERS,
        owner="clerk",
        columns=(
            TableColumn(
                name="id",
                type=integer,
                ordinal=1,
                sequence=QualifiedName("orders_id_seq", "shop"),
                properties=("sparse", "hidden"),
            ),
        ),
        primary_key=KeyConstraint(
            name="pk",
            columns=("id", "valid"),
            primary=True,
            without_overlaps=True,
            deferrable=True,
            initially_deferred=True,
            comment="the key",
        ),
        unique_keys=(KeyConstraint(name="u", columns=("a",), nulls_distinct=False, enabled=False),),
        checks=(CheckConstraint(name="c", expression="a > 0", trusted=False, comment="why"),),
        exclusions=(
            ExclusionConstraint(name="x", definition="EXCLUDE (a WITH =)", deferrable=True),
        ),
        foreign_keys=(
            ForeignKey(
                name="f",
                table=ORDERS,
                columns=("a",),
                referenced_table=ORDERS,
                referenced_columns=("id",),
                match="FULL",
                deferrable=True,
                trusted=False,
                comment="up",
            ),
        ),
        triggers=(Trigger(name="t", timing="AFTER", events=("INSERT",), comment="notes it"),),
        temporal=Temporal(
            start_column="since",
            end_column="till",
            history_table=QualifiedName("orders_history", "shop"),
            retention="6 MONTHS",
        ),
        partitioning=Partitioning(key="RANGE (id)", partition_count=1200),
        missing=(NOT_PERMITTED,),
    )
    answer = render_description(table, Budget(8000))
    assert answer.text == (
        "shop.orders (table), owned by clerk\n\n"
        "Columns:\nid integer from sequence shop.orders_id_seq [sparse, hidden]\n\n"
        "Primary key:\npk (id, valid without overlaps) deferrable initially deferred -- the key\n\n"
        "Unique keys:\nu (a) nulls not distinct (disabled)\n\n"
        "Foreign keys:\n"
        "f: (a) -> shop.orders (id) match full deferrable (older rows not checked) -- up\n\n"
        "Checks:\nc: a > 0 (older rows not checked) -- why\n\n"
        "Exclusions:\nx: EXCLUDE (a WITH =) deferrable\n\n"
        "Triggers:\nt: AFTER INSERT -- notes it\n\n"
        "Layout:\n"
        "history kept in: shop.orders_history\n"
        "valid: from since to till\n"
        "history retention: 6 MONTHS\n"
        "partitioned by: RANGE (id)\n"
        "partitions: 1,200\n\n"
        "Not shown:\nindex usage: not permitted; It needs VIEW SERVER STATE."
    )
    assert answer.structured["checks"][0]["trusted"] is False
    assert answer.structured["primary_key"]["deferrable"] is True


def test_a_key_that_has_no_room_is_not_in_structured_content() -> None:
    key = KeyConstraint(name="k" * 120, columns=("c" * 120,) * 30, primary=True)
    table = TableDescription(name=ORDERS, primary_key=key)
    answer = render_description(table, Budget(200))
    assert "primary_key" not in answer.structured
    assert answer.structured["truncated"] is True
    assert attrs.asdict(key)["columns"][0] not in answer.text
