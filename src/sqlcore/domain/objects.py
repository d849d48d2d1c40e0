"""Objects of a database of any kind: what they are made of, what they use, what they cost."""

from __future__ import annotations

import datetime as dt
import enum

import attrs

from sqlcore.domain.capability import Missing
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import Index

__all__ = [
    "CatalogObject",
    "ColumnStatistics",
    "Dependencies",
    "Dependency",
    "IndexDetails",
    "ObjectDefinition",
    "ObjectType",
    "PartitionSize",
    "TableIndexes",
    "TableStatistics",
]


class ObjectType(enum.StrEnum):
    """What an object of a database is."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    EXTERNAL = "external"
    PROCEDURE = "procedure"
    FUNCTION = "function"
    TABLE_FUNCTION = "table_function"
    AGGREGATE = "aggregate"
    TRIGGER = "trigger"
    SEQUENCE = "sequence"
    SYNONYM = "synonym"
    TYPE = "type"
    INDEX = "index"
    CONSTRAINT = "constraint"
    OTHER = "other"


@attrs.frozen(kw_only=True)
class CatalogObject:
    """An object by its exact name.

    Attributes:
        name: With its schema.
        signature: What tells overloads apart: `(integer, text)`; empty for all else.
        parent: The table of a trigger, an index or a constraint.
    """

    name: QualifiedName
    type: ObjectType
    signature: str = ""
    parent: QualifiedName | None = None

    def __str__(self) -> str:
        return f"{self.name}{self.signature}"


@attrs.frozen(kw_only=True)
class ObjectDefinition:
    """The text that makes an object.

    Attributes:
        text: None where there is none to be had; `reason` says why.
        written: Whether it is the text that somebody wrote; else the server, or sqlcore, has
            written it from the catalog.
    """

    object: CatalogObject
    text: str | None = None
    written: bool = True
    reason: str | None = None


@attrs.frozen(kw_only=True)
class Dependency:
    """One object that another uses.

    Attributes:
        object: The object; of the type OTHER where only its name is known.
        how: By what it is used: `expression`, `foreign key`, `trigger`, `default`, `inheritance` …
        columns: Which columns of the used one, where the server tells; for a list of users as well.
        resolved: Whether there is such an object now; a name in a text may mean nothing (yet).
    """

    object: CatalogObject
    how: str
    columns: tuple[str, ...] = ()
    resolved: bool = True


@attrs.frozen(kw_only=True)
class Dependencies:
    """What an object uses and what uses it, directly; by schema and name.

    Attributes:
        missing: What the server cannot tell, such as names inside dynamic SQL or in the bodies of
            functions.
    """

    object: CatalogObject
    uses: tuple[Dependency, ...] = ()
    used_by: tuple[Dependency, ...] = ()
    missing: tuple[Missing, ...] = ()


@attrs.frozen(kw_only=True)
class IndexDetails:
    """An index with what it costs and what it is used for; None where the server does not tell.

    Attributes:
        size_bytes: On disk.
        seeks: Reads that looked for keys. PostgreSQL counts all reads as `scans`.
        scans: Reads of all of it, or of a range.
        lookups: Reads of rows behind another index's entry.
        updates: Times that it had to be changed.
        last_read: When it was read last; UTC.
        definition: The statement that makes it.
    """

    index: Index
    size_bytes: int | None = None
    seeks: int | None = None
    scans: int | None = None
    lookups: int | None = None
    updates: int | None = None
    last_read: dt.datetime | None = None
    definition: str | None = None


@attrs.frozen(kw_only=True)
class TableIndexes:
    """The indexes of a table, the primary key's first, then by name.

    Attributes:
        counted_since: Since when uses are counted; UTC.
    """

    table: QualifiedName
    indexes: tuple[IndexDetails, ...] = ()
    counted_since: dt.datetime | None = None
    missing: tuple[Missing, ...] = ()


@attrs.frozen(kw_only=True)
class PartitionSize:
    """A partition; sizes in bytes, None where the server does not tell."""

    name: str
    rows: int | None = None
    total_bytes: int | None = None
    bound: str | None = None
    compression: str | None = None


@attrs.frozen(kw_only=True)
class ColumnStatistics:
    """Statistics that the planner uses.

    Attributes:
        name: Empty where the server keeps them for each column without a name.
        updated_at: UTC.
        sampled_rows: How many rows were looked at.
        changes: Rows that have changed since.
    """

    name: str
    columns: tuple[str, ...]
    updated_at: dt.datetime | None = None
    sampled_rows: int | None = None
    changes: int | None = None


@attrs.frozen(kw_only=True)
class TableStatistics:
    """How large a table is; sizes in bytes, None where the server does not tell.

    Attributes:
        rows: As the server's statistics have it, unless `rows_exact`.
        data_bytes: Rows, with what is stored beside them (TOAST, LOB).
        index_bytes: All indexes.
        unused_bytes: Reserved, and holding nothing.
        total_bytes: All of it, as reserved on disk.
        dead_rows: Row versions that nobody can see any more (PostgreSQL).
        changes_since_analyze: Rows that have changed since.
        analyzed_at: When the statistics were made last; UTC.
        vacuumed_at: When dead rows were removed last; UTC.
        partitions: Empty for a table that is whole.
    """

    table: QualifiedName
    rows: int | None = None
    rows_exact: bool = False
    data_bytes: int | None = None
    index_bytes: int | None = None
    unused_bytes: int | None = None
    total_bytes: int | None = None
    dead_rows: int | None = None
    changes_since_analyze: int | None = None
    analyzed_at: dt.datetime | None = None
    vacuumed_at: dt.datetime | None = None
    partitions: tuple[PartitionSize, ...] = ()
    statistics: tuple[ColumnStatistics, ...] = ()
    missing: tuple[Missing, ...] = ()
