"""The statements that are written from descriptions."""

from __future__ import annotations

import attrs

from sqlcore.adapters.mssql.table_ddl import (
    constraint_statement,
    index_statement,
    table_elements,
    table_statements,
)
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import (
    CheckConstraint,
    ForeignKey,
    Index,
    IndexColumn,
    KeyConstraint,
    TableColumn,
    TableDescription,
    Temporal,
    Trigger,
)
from sqlcore.domain.types import SqlType, TypeKind

_INT = SqlType(name="int", kind=TypeKind.INTEGER)
_NAME = QualifiedName("order lines", "sales")
_TABLE = TableDescription(
    name=_NAME,
    columns=(TableColumn(name="id", type=_INT, ordinal=1, nullable=False),),
)


def _column(name: str = "c", type_name: str = "int", **more: object) -> str:
    column = TableColumn(name=name, type=SqlType(name=type_name), ordinal=1, **more)  # type: ignore[arg-type]  # as the test says
    (written,) = table_elements(TableDescription(name=_NAME, columns=(column,)), collation="own")
    return written


def test_columns_are_written_with_all_that_they_are() -> None:
    assert _column(identity="identity(5,-2)", nullable=False) == "[c] int IDENTITY(5,-2) NOT NULL"
    assert _column(default="((0))") == "[c] int DEFAULT ((0)) NULL"
    assert _column(computed="([a]*[b])", computed_stored=True) == "[c] AS ([a]*[b]) PERSISTED"
    assert _column("x", "nvarchar(20)", collation="own") == "[x] nvarchar(20) NULL"
    assert _column("x", "nvarchar(20)", collation="Latin1_General_BIN2") == (
        "[x] nvarchar(20) COLLATE Latin1_General_BIN2 NULL"
    )
    assert _column(properties=("sparse",)) == "[c] int SPARSE"
    assert _column(properties=("masked with partial(1,'x',0)",)) == (
        "[c] int MASKED WITH (FUNCTION = N'partial(1,''x'',0)') NULL"
    )
    assert _column("f", "datetime2(7)", nullable=False, properties=("hidden", "row start")) == (
        "[f] datetime2(7) GENERATED ALWAYS AS ROW START HIDDEN NOT NULL"
    )


def test_names_of_columns_and_of_their_types_cannot_leave_their_place() -> None:
    assert _column("a] int); DROP TABLE t --") == '"a] int); DROP TABLE t --" int NULL'
    assert _column(type_name='dbo."phone number; --"') == "[c] [dbo].[phone number; --] NULL"


def test_a_table_is_written_with_keys_checks_references_indexes_and_comments() -> None:
    table = attrs.evolve(
        _TABLE,
        comment="It's ours",
        primary_key=KeyConstraint(name="pk", columns=("id",), primary=True),
        checks=(CheckConstraint(name="positive", expression="([id]>(0))"),),
        foreign_keys=(
            ForeignKey(
                name="fk",
                table=_NAME,
                columns=("id",),
                referenced_table=QualifiedName("orders", "sales"),
                referenced_columns=("number",),
                on_delete="CASCADE",
            ),
        ),
        indexes=(
            Index(
                name="pk",
                method="clustered",
                columns=(IndexColumn(name="id", descending=True),),
                primary=True,
                unique=True,
                fill_factor=90,
            ),
            Index(
                name="ix",
                method="nonclustered",
                columns=(IndexColumn(name="id"),),
                included=("id",),
                filter="([id]>(5))",
                compression="PAGE",
                enabled=False,
            ),
        ),
        triggers=(Trigger(name="t\n; DROP", timing="AFTER", events=("INSERT",)),),
    )

    assert table_statements(table, partition_scheme=("by id", ("id",))).splitlines() == [
        "CREATE TABLE [sales].[order lines] (",
        "    [id] int NOT NULL,",
        "    CONSTRAINT [pk] PRIMARY KEY CLUSTERED ([id] DESC) WITH (FILLFACTOR = 90),",
        "    CONSTRAINT [positive] CHECK (([id]>(0))),",
        (
            "    CONSTRAINT [fk] FOREIGN KEY ([id]) REFERENCES [sales].[orders] ([number])"
            " ON DELETE CASCADE"
        ),
        ") ON [by id] ([id]);",
        (
            "CREATE NONCLUSTERED INDEX [ix] ON [sales].[order lines] ([id]) INCLUDE ([id])"
            " WHERE ([id]>(5)) WITH (DATA_COMPRESSION = PAGE);"
        ),
        "ALTER INDEX [ix] ON [sales].[order lines] DISABLE;",
        (
            "EXEC sys.sp_addextendedproperty @name = N'MS_Description', @value = N'It''s ours',"
            " @level0type = N'SCHEMA', @level0name = N'sales', @level1type = N'TABLE',"
            " @level1name = N'order lines';"
        ),
        "-- Left out: triggers (1), which have their own texts.",
    ]


def test_constraints_that_are_not_trusted_are_added_without_looking_at_the_rows() -> None:
    check = CheckConstraint(name="later", expression="[id]>0", enabled=False, trusted=False)
    table = attrs.evolve(_TABLE, checks=(check,))

    text = table_statements(table)

    assert "CHECK" not in text.split(";")[0]
    assert text.splitlines()[-2:] == [
        "ALTER TABLE [sales].[order lines] WITH NOCHECK ADD CONSTRAINT [later] CHECK ([id]>0);",
        "ALTER TABLE [sales].[order lines] NOCHECK CONSTRAINT [later];",
    ]
    assert constraint_statement(table, "later") == "\n".join(text.splitlines()[-2:])
    assert constraint_statement(table, "other") is None


def test_a_temporal_table_is_written_with_its_period_and_its_history() -> None:
    temporal = Temporal(
        start_column="a",
        end_column="b",
        history_table=QualifiedName("old", "sales"),
        retention="6 months",
    )

    text = table_statements(attrs.evolve(_TABLE, temporal=temporal))

    assert "PERIOD FOR SYSTEM_TIME ([a], [b])" in text
    assert text.endswith(
        ") WITH (SYSTEM_VERSIONING = ON (HISTORY_TABLE = [sales].[old],"
        " HISTORY_RETENTION_PERIOD = 6 MONTHS));"
    )


def test_columnstore_indexes_are_written_and_kinds_of_other_shapes_are_not() -> None:
    def written(method: str) -> str | None:
        columns = (IndexColumn(name="id"),)
        index = Index(name="ix", method=method, columns=columns, compression="COLUMNSTORE")
        return index_statement(_TABLE, index)

    assert written("clustered columnstore") == (
        "CREATE CLUSTERED COLUMNSTORE INDEX [ix] ON [sales].[order lines]"
    )
    assert written("nonclustered columnstore") == (
        "CREATE NONCLUSTERED COLUMNSTORE INDEX [ix] ON [sales].[order lines] ([id])"
    )
    assert written("xml") is None


def test_constraints_of_a_table_type_have_no_names() -> None:
    key = KeyConstraint(name="pk", columns=("id",), primary=True)
    table = attrs.evolve(_TABLE, primary_key=key)

    assert list(table_elements(table, is_named=False)) == [
        "[id] int NOT NULL",
        "PRIMARY KEY ([id])",
    ]
