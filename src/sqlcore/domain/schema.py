"""All of a database's schema at once, as far as exploring and searching need it."""

from __future__ import annotations

import enum

import attrs

from sqlcore.domain.capability import Missing
from sqlcore.domain.catalog import TableKind
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.table import ForeignKey

__all__ = [
    "SchemaColumn",
    "SchemaEntry",
    "SchemaRoutine",
    "SchemaSnapshot",
    "SchemaTable",
    "SearchHit",
    "SearchKind",
]


class SearchKind(enum.StrEnum):
    """What a search looks through."""

    TABLES = "tables"
    COLUMNS = "columns"
    ROUTINES = "routines"
    COMMENTS = "comments"


@attrs.frozen(kw_only=True)
class SchemaEntry:
    """A schema; `system` says whether it came with the server."""

    name: str
    owner: str | None = None
    comment: str | None = None
    system: bool = False


@attrs.frozen
class SchemaColumn:
    """A column; there may be hundreds of thousands of them.

    Attributes:
        type: As the server spells it.
    """

    name: str
    type: str
    nullable: bool = True
    comment: str | None = None


@attrs.frozen(kw_only=True)
class SchemaTable:
    """A table or view with its columns and keys.

    Attributes:
        estimated_rows: As the server's statistics have it; None where they say nothing.
        size_bytes: Its data, without indexes, as the statistics have it; None where unknown.
        primary_key: Columns, in the key's order.
        unique_keys: Columns of each unique constraint.
        is_partition: Whether it is a partition of another table of the snapshot.
    """

    name: QualifiedName
    kind: TableKind = TableKind.TABLE
    estimated_rows: int | None = None
    size_bytes: int | None = None
    comment: str | None = None
    columns: tuple[SchemaColumn, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    is_partition: bool = False


@attrs.frozen(kw_only=True)
class SchemaRoutine:
    """A procedure or function.

    Attributes:
        kind: `procedure`, `function`, `table_function`, `aggregate`.
        arguments: Names and types, in the server's spelling: `customer integer, since date`.
    """

    name: QualifiedName
    kind: str
    arguments: str = ""
    comment: str | None = None


@attrs.frozen(kw_only=True)
class SchemaSnapshot:
    """A database's schema at one moment; everything by schema and name.

    Attributes:
        fingerprint: As `SchemaReader.fingerprint` was at that moment.
        search_path: The schemas in which the login's bare names are looked up, in order.
        tables: Partitions are among them, marked.
        foreign_keys: One for each pair of tables; copies that the server keeps for partitions are
            left out.
    """

    database: str
    fingerprint: str
    search_path: tuple[str, ...] = ()
    schemas: tuple[SchemaEntry, ...] = ()
    tables: tuple[SchemaTable, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    routines: tuple[SchemaRoutine, ...] = ()
    missing: tuple[Missing, ...] = ()


@attrs.frozen(kw_only=True)
class SearchHit:
    """Something that a search found.

    Attributes:
        kind: TABLES, COLUMNS or ROUTINES: what it is. A comment belongs to what it describes.
        object: The table or routine.
        object_kind: `table`, `view`, `function`, `procedure` …
        column: For a column, its name.
        type: For a column its type, for a routine its arguments, in the server's spelling.
        estimated_rows: Of the table.
    """

    kind: SearchKind
    object: QualifiedName
    object_kind: str
    column: str | None = None
    type: str | None = None
    comment: str | None = None
    estimated_rows: int | None = None
