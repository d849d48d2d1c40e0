"""A table or view with everything that belongs to it."""

from __future__ import annotations

import attrs

from sqlcore.domain.capability import Missing
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.types import SqlType

__all__ = [
    "CheckConstraint",
    "ExclusionConstraint",
    "ForeignKey",
    "Index",
    "IndexColumn",
    "KeyConstraint",
    "Partitioning",
    "TableColumn",
    "TableDescription",
    "TableSize",
    "Temporal",
    "Trigger",
]


@attrs.frozen(kw_only=True)
class TableColumn:
    """A column of a table or view.

    Attributes:
        ordinal: From 1, in the table's order.
        default: The expression, in the server's spelling.
        identity: `always` or `by default`; for SQL Server `identity(seed,increment)`.
        sequence: The sequence that its values come from.
        computed: The formula of a generated column.
        computed_stored: Whether the formula's value is stored; None where the column has none.
        labels: The values that a column of an enum type takes, in the type's order.
        properties: Further words of the server about it: `sparse`, `hidden`, `rowguidcol`,
            `row start`, `masked with default()`, `encrypted`, `filestream` …
    """

    name: str
    type: SqlType
    ordinal: int
    nullable: bool = True
    default: str | None = None
    identity: str | None = None
    sequence: QualifiedName | None = None
    computed: str | None = None
    computed_stored: bool | None = None
    collation: str | None = None
    labels: tuple[str, ...] = ()
    properties: tuple[str, ...] = ()
    comment: str | None = None


@attrs.frozen(kw_only=True)
class KeyConstraint:
    """A primary key or a unique constraint; columns in the key's order.

    Attributes:
        deferrable: Whether it can be checked at the end of the transaction.
        initially_deferred: Whether it is, unless a transaction says otherwise.
        nulls_distinct: Whether NULL is different from NULL (PostgreSQL); None where the engine
            knows no choice.
        without_overlaps: Whether the last column is a range that may not overlap (PostgreSQL 18).
        enabled: Whether it is enforced.
    """

    name: str
    columns: tuple[str, ...]
    primary: bool = False
    deferrable: bool = False
    initially_deferred: bool = False
    nulls_distinct: bool | None = None
    without_overlaps: bool = False
    enabled: bool = True
    comment: str | None = None


@attrs.frozen(kw_only=True)
class CheckConstraint:
    """A check; `expression` in the server's spelling.

    Attributes:
        enabled: Whether it is enforced.
        trusted: Whether the rows that were there before are known to meet it.
    """

    name: str
    expression: str
    enabled: bool = True
    trusted: bool = True
    comment: str | None = None


@attrs.frozen(kw_only=True)
class ExclusionConstraint:
    """No two rows may be alike by some operators; `definition` in the server's spelling."""

    name: str
    definition: str
    deferrable: bool = False
    initially_deferred: bool = False
    comment: str | None = None


@attrs.frozen(kw_only=True)
class IndexColumn:
    """A key column of an index, or an expression in the server's spelling.

    Attributes:
        details: What is not as it would be by itself, in the server's words: a collation, an
            operator class, where NULLs stand: `jsonb_path_ops`.
    """

    name: str
    descending: bool = False
    expression: bool = False
    details: str | None = None


@attrs.frozen(kw_only=True)
class Index:
    """An index.

    Attributes:
        method: `btree`, `gin`, `clustered`, `nonclustered`, `columnstore` …
        columns: Key columns, in order.
        included: Columns that are only carried.
        filter: The predicate of a partial index.
        enabled: False where it is disabled, or was not built to its end.
        nulls_distinct: As of a unique constraint.
        fill_factor: Percent of a page that is filled when it is built; None for the default.
        compression: Such as `PAGE`; None where it has none.
    """

    name: str
    method: str
    columns: tuple[IndexColumn, ...]
    included: tuple[str, ...] = ()
    unique: bool = False
    primary: bool = False
    filter: str | None = None
    enabled: bool = True
    nulls_distinct: bool | None = None
    fill_factor: int | None = None
    compression: str | None = None
    comment: str | None = None


@attrs.frozen(kw_only=True)
class ForeignKey:
    """A foreign key, seen from the table that has it.

    Attributes:
        match: `FULL` where it is not the simple match.
        enabled: Whether it is enforced.
        trusted: Whether the rows that were there before are known to meet it.
    """

    name: str
    table: QualifiedName
    columns: tuple[str, ...]
    referenced_table: QualifiedName
    referenced_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    match: str | None = None
    deferrable: bool = False
    initially_deferred: bool = False
    enabled: bool = True
    trusted: bool = True
    comment: str | None = None


@attrs.frozen(kw_only=True)
class Trigger:
    """A trigger; `events` such as INSERT, UPDATE."""

    name: str
    timing: str
    events: tuple[str, ...]
    enabled: bool = True
    definition: str | None = None
    comment: str | None = None


@attrs.frozen(kw_only=True)
class TableSize:
    """Sizes in bytes; None where the server does not tell."""

    rows: int | None = None
    rows_exact: bool = False
    table_bytes: int | None = None
    index_bytes: int | None = None
    total_bytes: int | None = None


@attrs.frozen(kw_only=True)
class Temporal:
    """What keeps the history of a table, or what a history table is the history of.

    Attributes:
        history_of: Set for a history table; the other names are not set then.
        retention: How long history is kept, in the server's words; None where it is kept for good.
    """

    start_column: str | None = None
    end_column: str | None = None
    history_table: QualifiedName | None = None
    history_of: QualifiedName | None = None
    retention: str | None = None


@attrs.frozen(kw_only=True)
class Partitioning:
    """How a table is cut into partitions, or which part of another one it is.

    Attributes:
        key: In the server's words: `RANGE (placed_at)`; on SQL Server the scheme and its column.
        partition_count: How many partitions there are; None where unknown.
        parent: For a partition that is a table of its own (PostgreSQL), the table it is part of.
        bound: Which rows it has, in the server's words.
    """

    key: str | None = None
    partition_count: int | None = None
    parent: QualifiedName | None = None
    bound: str | None = None


@attrs.frozen(kw_only=True)
class TableDescription:
    """All that is known of a table.

    Attributes:
        owner: The role or user that owns it, where it is not that of its schema.
        foreign_keys: Those it has.
        referenced_by: Those of other tables (or its own) that point at it.
        definition: The text of a view.
        notes: What else is to be known, in words.
        missing: What this server does not have, does not tell, or does not let this login see.
    """

    name: QualifiedName
    kind: TableKind = TableKind.TABLE
    comment: str | None = None
    owner: str | None = None
    columns: tuple[TableColumn, ...] = ()
    primary_key: KeyConstraint | None = None
    unique_keys: tuple[KeyConstraint, ...] = ()
    checks: tuple[CheckConstraint, ...] = ()
    exclusions: tuple[ExclusionConstraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    referenced_by: tuple[ForeignKey, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    temporal: Temporal | None = None
    partitioning: Partitioning | None = None
    size: TableSize = attrs.field(factory=TableSize)
    definition: str | None = None
    notes: tuple[str, ...] = ()
    missing: tuple[Missing, ...] = ()

    def column(self, name: str) -> TableColumn | None:
        """Find a column by its exact name."""
        return next((column for column in self.columns if column.name == name), None)
