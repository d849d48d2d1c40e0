"""What the rows of the catalog say about tables, for what no server of the tests has."""

from __future__ import annotations

from typing import Any

from sqlcore.adapters.mssql.describing_sections import FULL_SECTIONS
from sqlcore.adapters.mssql.describing_tables import table_descriptions
from sqlcore.adapters.mssql.reading import Refusal
from sqlcore.domain.capability import Support
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import TableDescription, Temporal

_ID = 7
_INT = ("int", "int", None, 4, 10, 0, False, None)


def _column(number: int, name: str, default_id: int = 0, default: str | None = None) -> Any:
    return (_ID, number, name, *_INT, default_id, default)


def _described(
    refused: dict[str, Refusal] | None = None,
    kind: TableKind = TableKind.TABLE,
    **sections: list[tuple[Any, ...]],
) -> TableDescription:
    results: dict[str, list[tuple[Any, ...]]] = {name: [] for name in FULL_SECTIONS}
    results["columns"] = [_column(1, "id"), _column(2, "valid_from"), _column(3, "valid_to")]
    results |= sections
    tables = {_ID: (("dbo", "prices"), kind)}
    return table_descriptions(tables, results, refused or {}, knows_rows=True)[_ID]


def _facts(temporal_type: int = 0, **more: Any) -> list[tuple[Any, ...]]:
    history = more.get("history", (None, None))
    memory, durability = more.get("memory", (False, "SCHEMA_AND_DATA"))
    return [(_ID, temporal_type, *history, memory, durability, False, False, "TABLE")]


def test_a_temporal_table_says_its_period_its_history_and_how_long_it_is_kept() -> None:
    described = _described(
        table_facts=_facts(2, history=("archive", "prices_history")),
        table_periods=[(_ID, "valid_from", "valid_to")],
        table_retention=[(_ID, 6, "MONTH")],
        column_facts=[
            (_ID, 2, True, "AS_ROW_START", False, False, False, False, None),
            (_ID, 3, True, "AS_ROW_END", False, False, False, False, None),
        ],
    )

    assert described.temporal == Temporal(
        start_column="valid_from",
        end_column="valid_to",
        history_table=QualifiedName("prices_history", "archive"),
        retention="6 months",
    )
    assert [column.properties for column in described.columns] == [
        (),
        ("hidden", "row start"),
        ("hidden", "row end"),
    ]


def test_a_history_table_says_what_it_is_the_history_of() -> None:
    described = _described(table_facts=_facts(1), table_histories=[(_ID, "sales", "prices")])

    assert described.temporal == Temporal(history_of=QualifiedName("prices", "sales"))


def test_a_table_without_history_is_not_temporal() -> None:
    assert _described(table_facts=_facts()).temporal is None


def test_columns_say_how_they_are_masked_encrypted_and_stored() -> None:
    described = _described(
        column_facts=[
            (_ID, 1, False, "NOT_APPLICABLE", True, False, True, False, "DETERMINISTIC"),
            (_ID, 2, False, "NOT_APPLICABLE", False, True, False, False, None),
        ],
        column_masks=[(_ID, 3, "default()"), (_ID, 2, None)],
    )

    assert [column.properties for column in described.columns] == [
        ("sparse", "rowguidcol", "encrypted (deterministic)"),
        ("column set", "masked"),
        ("masked with default()",),
    ]


def test_a_default_that_takes_from_a_sequence_names_it() -> None:
    described = _described(
        columns=[
            _column(1, "id", 11, "(NEXT VALUE FOR [sales].[odd]]. numbers])"),
            _column(2, "plain", 12, "((0))"),
        ]
    )

    assert [column.sequence for column in described.columns] == [
        QualifiedName("odd]. numbers", "sales"),
        None,
    ]


def test_an_identity_says_its_seed_and_increment() -> None:
    described = _described(identities=[(_ID, 1, 1000, -5)])

    assert described.columns[0].identity == "identity(1000,-5)"


def test_a_columnstore_index_is_on_all_its_columns() -> None:
    described = _described(
        indexes=[(_ID, 1, "cci", "CLUSTERED COLUMNSTORE", False, False, False, None, 0)],
        index_columns=[(_ID, 1, "id", False, True, 0, 0), (_ID, 1, "valid_to", False, True, 0, 1)],
        index_compression=[(_ID, 1, "COLUMNSTORE", "COLUMNSTORE_ARCHIVE")],
    )

    (index,) = described.indexes
    assert [column.name for column in index.columns] == ["id", "valid_to"]
    assert index.included == ()
    assert index.compression == "COLUMNSTORE or COLUMNSTORE_ARCHIVE, by partition"


def test_the_partitioning_column_is_no_key_of_an_index_that_only_carries_it() -> None:
    described = _described(
        indexes=[(_ID, 2, "by_id", "NONCLUSTERED", True, False, True, "([id]>(0))", 80)],
        index_columns=[
            (_ID, 2, "valid_from", False, False, 0, 1),
            (_ID, 2, "id", True, False, 1, 0),
            (_ID, 2, "valid_to", False, True, 0, 0),
        ],
        index_compression=[(_ID, 2, "PAGE", "PAGE")],
        index_comments=[(_ID, 2, "For the report")],
    )

    (index,) = described.indexes
    assert [(column.name, column.descending) for column in index.columns] == [("id", True)]
    assert index.included == ("valid_to",)
    assert (index.fill_factor, index.compression, index.enabled) == (80, "PAGE", False)
    assert (index.filter, index.comment) == ("([id]>(0))", "For the report")


def test_a_partitioned_table_says_by_what() -> None:
    described = _described(
        table_partitioning=[(_ID, "by_month", "month_starts", True, 13)],
        index_columns=[(_ID, 0, "valid_from", False, False, 0, 1)],
    )

    assert described.partitioning is not None
    assert described.partitioning.key == (
        "by_month (valid_from), RANGE RIGHT by the function month_starts"
    )
    assert described.partitioning.partition_count == 13


def test_constraints_say_whether_they_are_enforced_and_trusted_with_their_comments() -> None:
    described = _described(
        keys=[(_ID, 3, "prices_uq", False, True, "id")],
        checks=[(_ID, 21, "prices_positive", "([id]>(0))", False, True)],
        foreign_keys=[
            (22, "prices_fk", _ID, 8, "dbo", "prices", "dbo", "items", "CASCADE", None, True, True)
        ],
        foreign_key_columns=[(22, "id", "number")],
        part_comments=[(_ID, "prices_positive", "No gifts"), (_ID, "prices_fk", "Of the list")],
    )

    assert [key.enabled for key in described.unique_keys] == [False]
    (check,) = described.checks
    assert (check.enabled, check.trusted, check.comment) == (True, False, "No gifts")
    (key,) = described.foreign_keys
    assert (key.enabled, key.trusted, key.comment) == (False, False, "Of the list")
    assert (key.columns, key.referenced_columns) == (("id",), ("number",))
    assert (key.on_delete, key.on_update) == ("CASCADE", "NO ACTION")


def test_special_tables_are_noted() -> None:
    described = _described(
        table_facts=_facts(memory=(True, "SCHEMA_ONLY")),
        table_graph=[(_ID, True, False)],
        table_ledger=[(_ID, "APPEND_ONLY_LEDGER_TABLE")],
    )

    assert described.notes == (
        "It is memory-optimized, with the durability SCHEMA_ONLY.",
        "It is a graph table of nodes.",
        "It is an append only ledger table.",
    )


def test_an_external_table_is_one_though_the_catalog_has_it_among_the_tables() -> None:
    assert _described(table_external=[(_ID,)]).kind is TableKind.EXTERNAL
    assert _described().kind is TableKind.TABLE


def test_an_indexed_view_is_noted() -> None:
    described = _described(
        kind=TableKind.VIEW,
        indexes=[(_ID, 1, "v_ix", "CLUSTERED", True, False, False, None, 0)],
        view_texts=[(_ID, "CREATE VIEW …")],
        view_facts=[(_ID, False, True)],
    )

    assert described.notes == (
        "It is schema-bound.",
        "It is an indexed view: its rows are stored.",
    )


def test_texts_that_the_login_may_not_see_are_said_to_be_missing() -> None:
    described = _described(
        columns=[_column(1, "id", 11, None)],
        foreign_keys=[
            (22, "fk", _ID, 8, "dbo", "prices", None, None, "NO_ACTION", None, False, False)
        ],
    )

    assert [(part.part, part.support) for part in described.missing] == [
        ("expressions of defaults, checks and computed columns", Support.NOT_PERMITTED),
        ("foreign keys", Support.NOT_PERMITTED),
    ]
    assert all("VIEW DEFINITION" in part.reason for part in described.missing)
    assert described.foreign_keys == ()


def test_the_text_of_an_encrypted_view_is_not_to_be_had_and_that_of_another_takes_a_right() -> None:
    def missing(encrypted: int) -> Any:
        described = _described(
            kind=TableKind.VIEW,
            view_texts=[(_ID, None)],
            definition_rights=[(_ID, 0, encrypted)],
        )
        (part,) = described.missing
        return part

    assert missing(1).support is Support.UNSUPPORTED
    assert "ENCRYPTION" in missing(1).reason
    assert missing(0).support is Support.NOT_PERMITTED
    assert "VIEW DEFINITION" in missing(0).reason


def test_a_part_that_is_refused_is_missing_once_and_what_an_old_server_cannot_have_is_not() -> None:
    denied = Refusal(Support.NOT_PERMITTED, "permission was denied")
    lacking = Refusal(Support.UNSUPPORTED, "Invalid column name")
    described = _described(
        {"table_comments": denied, "column_comments": denied, "table_ledger": lacking}
    )

    assert [(part.part, part.support) for part in described.missing] == [
        ("comments", Support.NOT_PERMITTED)
    ]
