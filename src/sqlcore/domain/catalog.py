"""What a database contains."""

from __future__ import annotations

import enum

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.types import SqlType

__all__ = [
    "CheckConstraint",
    "Database",
    "ForeignKey",
    "Index",
    "IndexColumn",
    "KeyConstraint",
    "ObjectKind",
    "SearchFilter",
    "SearchHit",
    "TableColumn",
    "TableDescription",
    "TableFilter",
    "TableKind",
    "TablePage",
    "TableSize",
    "TableSummary",
    "Trigger",
]


class TableKind(enum.StrEnum):
    """The kinds of relations that can be read from."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    EXTERNAL = "external"


class ObjectKind(enum.StrEnum):
    """What a search looks through."""

    TABLES = "tables"
    COLUMNS = "columns"
    ROUTINES = "routines"
    COMMENTS = "comments"


@attrs.frozen(kw_only=True)
class Database:
    """A database of the server.

    Attributes:
        accessible: Whether this login may connect to it.
        system: Whether it came with the server.
        size_bytes: None where it is unknown or not permitted.
    """

    name: str
    accessible: bool = True
    system: bool = False
    size_bytes: int | None = None
    collation: str | None = None
    comment: str | None = None


@attrs.frozen(kw_only=True)
class TableSummary:
    """A table or view in one line.

    Attributes:
        name: With its schema.
        estimated_rows: As the server's statistics have it; None where they say nothing.
        size_bytes: Its data, without indexes, as the statistics have it; None where unknown.
    """

    name: QualifiedName
    kind: TableKind = TableKind.TABLE
    estimated_rows: int | None = None
    size_bytes: int | None = None
    column_count: int | None = None
    comment: str | None = None


@attrs.frozen(kw_only=True)
class TableFilter:
    """Which tables to list, and which page of them, ordered by schema and name.

    Attributes:
        schema: Only this schema, compared exactly.
        name_pattern: `*` and `%` stand for any text, `?` and `_` are themselves; without regard
            to case.
        kinds: Only these kinds; empty means all.
        include_system: Also the server's own schemas.
        after: Only what comes after this (schema, name).
        limit: The most tables to return.
    """

    schema: str | None = None
    name_pattern: str | None = None
    kinds: frozenset[TableKind] = frozenset()
    include_system: bool = False
    after: tuple[str, str] | None = None
    limit: int = 1000


@attrs.frozen(kw_only=True)
class TablePage:
    """One page of a list; `total` counts all that match the filter, whatever the page."""

    tables: tuple[TableSummary, ...]
    total: int


@attrs.frozen(kw_only=True)
class TableColumn:
    """A column of a table or view.

    Attributes:
        ordinal: From 1, in the table's order.
        default: The expression, in the server's spelling.
        identity: `always` or `by default`; for SQL Server `identity(seed,increment)`.
        computed: The formula of a generated column.
    """

    name: str
    type: SqlType
    ordinal: int
    nullable: bool = True
    default: str | None = None
    identity: str | None = None
    computed: str | None = None
    computed_stored: bool | None = None
    collation: str | None = None
    comment: str | None = None


@attrs.frozen(kw_only=True)
class KeyConstraint:
    """A primary key or a unique constraint; columns in the key's order."""

    name: str
    columns: tuple[str, ...]
    primary: bool = False


@attrs.frozen(kw_only=True)
class CheckConstraint:
    """A check; `expression` in the server's spelling."""

    name: str
    expression: str
    enabled: bool = True


@attrs.frozen(kw_only=True)
class IndexColumn:
    """A key column of an index, or an expression in the server's spelling."""

    name: str
    descending: bool = False
    expression: bool = False


@attrs.frozen(kw_only=True)
class Index:
    """An index.

    Attributes:
        method: `btree`, `gin`, `clustered`, `nonclustered`, `columnstore` …
        columns: Key columns, in order.
        included: Columns that are only carried.
        filter: The predicate of a partial index.
    """

    name: str
    method: str
    columns: tuple[IndexColumn, ...]
    included: tuple[str, ...] = ()
    unique: bool = False
    primary: bool = False
    filter: str | None = None
    enabled: bool = True


@attrs.frozen(kw_only=True)
class ForeignKey:
    """A foreign key, seen from the table that has it."""

    name: str
    table: QualifiedName
    columns: tuple[str, ...]
    referenced_table: QualifiedName
    referenced_columns: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    enabled: bool = True


@attrs.frozen(kw_only=True)
class Trigger:
    """A trigger; `events` such as INSERT, UPDATE."""

    name: str
    timing: str
    events: tuple[str, ...]
    enabled: bool = True
    definition: str | None = None


@attrs.frozen(kw_only=True)
class TableSize:
    """Sizes in bytes; None where the server does not tell."""

    rows: int | None = None
    rows_exact: bool = False
    table_bytes: int | None = None
    index_bytes: int | None = None
    total_bytes: int | None = None


@attrs.frozen(kw_only=True)
class TableDescription:
    """All that is known of a table.

    Attributes:
        foreign_keys: Those it has.
        referenced_by: Those of other tables (or its own) that point at it.
        definition: The text of a view.
        notes: What this server does not have or does not permit, in words.
    """

    name: QualifiedName
    kind: TableKind = TableKind.TABLE
    comment: str | None = None
    columns: tuple[TableColumn, ...] = ()
    primary_key: KeyConstraint | None = None
    unique_keys: tuple[KeyConstraint, ...] = ()
    checks: tuple[CheckConstraint, ...] = ()
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    referenced_by: tuple[ForeignKey, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    size: TableSize = attrs.field(factory=TableSize)
    definition: str | None = None
    notes: tuple[str, ...] = ()

    def column(self, name: str) -> TableColumn | None:
        """Find a column by its exact name."""
        return next((column for column in self.columns if column.name == name), None)


@attrs.frozen(kw_only=True)
class SearchFilter:
    """What to look for in names and comments, without regard to case.

    Attributes:
        terms: Lower-case words; a hit contains at least one of them in its name or comment.
        limit: The most hits to return; the best are chosen by the caller.
    """

    terms: tuple[str, ...]
    schema: str | None = None
    kinds: frozenset[ObjectKind] = frozenset(ObjectKind)
    limit: int = 2000


@attrs.frozen(kw_only=True)
class SearchHit:
    """Something whose name or comment contains a term.

    Attributes:
        kind: TABLES, COLUMNS or ROUTINES: what it is. A comment belongs to what it describes.
        object: The table or routine.
        object_kind: `table`, `view`, `function`, `procedure` …
        column: For a column, its name.
        type: For a column its type, for a routine its arguments, in the server's spelling.
        estimated_rows: Of the table.
    """

    kind: ObjectKind
    object: QualifiedName
    object_kind: str
    column: str | None = None
    type: str | None = None
    comment: str | None = None
    estimated_rows: int | None = None
