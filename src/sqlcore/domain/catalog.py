"""Databases, and tables in lists."""

from __future__ import annotations

import enum

import attrs

from sqlcore.domain.identifiers import QualifiedName

__all__ = [
    "Database",
    "TableFilter",
    "TableKind",
    "TablePage",
    "TableSummary",
]


class TableKind(enum.StrEnum):
    """The kinds of relations that can be read from."""

    TABLE = "table"
    VIEW = "view"
    MATERIALIZED_VIEW = "materialized_view"
    EXTERNAL = "external"


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
