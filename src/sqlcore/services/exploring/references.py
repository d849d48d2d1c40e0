"""Which table refers to which: foreign keys, and guesses beside them, as a graph."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import attrs

from sqlcore.domain.schema import SchemaSnapshot, SchemaTable

__all__ = ["Reference", "ReferenceGraph", "is_nullable", "is_unique", "references_of"]


@attrs.frozen(kw_only=True)
class Reference:
    """Columns of a table that hold the key of another, or of the same.

    Attributes:
        table: The place of the table in the snapshot.
        target: The place of the table that it refers to.
        name: Of the foreign key; None for a guess.
        enforced: Whether the server keeps to it, for old rows too.
        guess: Why it is thought to be one; None for a foreign key.
    """

    table: int
    columns: tuple[str, ...]
    target: int
    target_columns: tuple[str, ...]
    name: str | None = None
    enforced: bool = True
    guess: str | None = None


class ReferenceGraph:
    """References from both ends.

    Attributes:
        references: All, in their order.
    """

    def __init__(self, references: Iterable[Reference]) -> None:
        self.references = tuple(references)
        self._outgoing: dict[int, list[Reference]] = {}
        self._incoming: dict[int, list[Reference]] = {}
        for reference in self.references:
            self._outgoing.setdefault(reference.table, []).append(reference)
            self._incoming.setdefault(reference.target, []).append(reference)

    def outgoing(self, table: int) -> Sequence[Reference]:
        """Return what a table refers to."""
        return self._outgoing.get(table, ())

    def incoming(self, table: int) -> Sequence[Reference]:
        """Return what refers to a table, itself among it."""
        return self._incoming.get(table, ())

    def referring_tables(self, table: int) -> int:
        """Count the other tables that refer to a table."""
        return len({reference.table for reference in self.incoming(table)} - {table})

    def degree(self, table: int) -> int:
        """Count the references at a table, both ways."""
        return len(self.outgoing(table)) + len(self.incoming(table))


def references_of(
    snapshot: SchemaSnapshot, places: Mapping[tuple[str | None, str], int]
) -> Iterator[Reference]:
    """Give the foreign keys between tables of a snapshot; others lead to nothing that is seen."""
    for key in snapshot.foreign_keys:
        table = places.get((key.table.schema, key.table.name))
        target = places.get((key.referenced_table.schema, key.referenced_table.name))
        if table is None or target is None or not key.columns:
            continue
        if len(key.columns) != len(key.referenced_columns):
            continue
        yield Reference(
            table=table,
            columns=key.columns,
            target=target,
            target_columns=key.referenced_columns,
            name=key.name,
            enforced=key.enabled and key.trusted,
        )


def is_nullable(table: SchemaTable, columns: Iterable[str]) -> bool:
    """Tell whether one of some columns may be NULL."""
    names = set(columns)
    return any(column.nullable for column in table.columns if column.name in names)


def is_unique(table: SchemaTable, columns: Iterable[str]) -> bool:
    """Tell whether no two rows can have the same values in some columns."""
    names = set(columns)
    keys = (table.primary_key, *table.unique_keys)
    return any(key and names.issuperset(key) for key in keys)
