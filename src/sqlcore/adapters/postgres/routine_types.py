"""What the types of parameters consist of: domains, arrays, enums and composites, to the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from sqlcore.adapters.postgres.naming import TypeBook
from sqlcore.domain.procedure import TableTypeColumn
from sqlcore.domain.types import SqlType, TypeKind

__all__ = ["Shape", "Shapes", "spelled"]

_DOMAIN, _ARRAY = "domain", "array"
_MOST_FIELDS = 2000
"""Of composite types inside a composite type, counted wherever they stand. Columns of a larger one
are not looked into, for a type that has another twice may have 2^n fields."""


@attrs.frozen(kw_only=True)
class Shape:
    """What a type is made of.

    Attributes:
        base: What it stands on, where that is another type: of a domain, or of an array of them.
        labels: Of an enum, or of an array's elements.
        columns: Of a composite type, or of an array's elements.
    """

    base: SqlType | None = None
    refuses_null: bool = False
    labels: tuple[str, ...] = ()
    columns: tuple[TableTypeColumn, ...] = ()


@attrs.frozen
class _Use:
    """A type as a parameter, a domain or a column has it."""

    oid: int
    modifier: int
    spelling: str


@attrs.frozen(kw_only=True)
class _Node:
    """A row of the query `routine_types`.

    Attributes:
        inner: What a domain stands on, or the element of an array.
        columns: Of a composite type: name, type, and whether it may be NULL.
    """

    is_domain: bool
    inner: _Use | None
    refuses_null: bool
    labels: tuple[str, ...]
    columns: tuple[tuple[str, _Use, bool], ...]


class Shapes:
    """The shapes of all types that some routines have.

    Args:
        rows: Of the query `routine_types`.
        types: Knows the types.
    """

    def __init__(self, rows: Sequence[Sequence[Any]], types: TypeBook) -> None:
        self._nodes: Mapping[int, _Node] = {row[0]: _node(row) for row in rows}
        uses = [use for node in self._nodes.values() for use in _uses(node)]
        keys = [(use.oid, use.modifier, use.spelling) for use in uses]
        self._types = dict(zip(uses, spelled(types, keys), strict=True))
        self._columns: dict[int, tuple[TableTypeColumn, ...]] = {}
        self._sizes: dict[int, int] = {}

    def __contains__(self, oid: int) -> bool:
        return oid in self._nodes

    def of(self, oid: int, sql_type: SqlType) -> Shape:
        """Give the shape of a type.

        Args:
            oid: Of the type.
            sql_type: The type, as it is declared.
        """
        bottom, refuses_null = self._bottom(oid)
        base = self._base(oid, sql_type)
        return Shape(
            base=None if base == sql_type else base,
            refuses_null=refuses_null,
            labels=self._nodes[bottom].labels,
            columns=self._columns_of(bottom),
        )

    def _bottom(self, oid: int) -> tuple[int, bool]:
        """Follow domains and arrays down; say also whether the type itself takes no NULL."""
        refuses_null, is_outside = False, True
        node = self._nodes[oid]
        while node.inner is not None:
            is_outside = is_outside and node.is_domain
            refuses_null = refuses_null or (is_outside and node.refuses_null)
            oid = node.inner.oid
            node = self._nodes[oid]
        return oid, refuses_null

    def _base(self, oid: int, sql_type: SqlType) -> SqlType:
        """Give a type without domains."""
        node = self._nodes[oid]
        if node.inner is None:
            return sql_type
        if node.is_domain:
            return self._base(node.inner.oid, self._types[node.inner])
        declared = sql_type.element or self._types[node.inner]
        element = self._base(node.inner.oid, declared)
        if element == declared:
            return sql_type
        return SqlType(name=f"{element.name}[]", kind=TypeKind.ARRAY, element=element)

    def _columns_of(self, oid: int) -> tuple[TableTypeColumn, ...]:
        if oid not in self._columns:
            may_look_into = self._size(oid) <= _MOST_FIELDS
            self._columns[oid] = tuple(
                self._column(name, use, is_nullable=is_nullable, may_look_into=may_look_into)
                for name, use, is_nullable in self._nodes[oid].columns
            )
        return self._columns[oid]

    def _column(
        self, name: str, use: _Use, *, is_nullable: bool, may_look_into: bool
    ) -> TableTypeColumn:
        sql_type = self._types[use]
        bottom, refuses_null = self._bottom(use.oid)
        base = self._base(use.oid, sql_type)
        return TableTypeColumn(
            name=name,
            type=sql_type,
            nullable=is_nullable and not refuses_null,
            base_type=None if base == sql_type else base,
            columns=self._columns_of(bottom) if may_look_into else (),
            labels=self._nodes[bottom].labels,
        )

    def _size(self, oid: int) -> int:
        """Count the fields of a composite type with those of its columns."""
        if oid not in self._sizes:
            columns = self._nodes[oid].columns
            inner = sum(self._size(self._bottom(use.oid)[0]) for _, use, _ in columns)
            self._sizes[oid] = len(columns) + inner
        return self._sizes[oid]


def spelled(types: TypeBook, keys: Sequence[tuple[int, int, str]]) -> list[SqlType]:
    """Give the types of OIDs and modifiers, each as the server spells it."""
    known = types.types_of([(oid, modifier) for oid, modifier, _ in keys])
    return [
        attrs.evolve(sql_type, name=spelling)
        for sql_type, (_, _, spelling) in zip(known, keys, strict=True)
    ]


def _node(row: Sequence[Any]) -> _Node:
    _, form, inner_oid, modifier, spelling, refuses_null, labels, *columns, _, _ = row
    names, oids, modifiers, spellings, nullable = (column or () for column in columns)
    uses = map(_Use, oids, modifiers, spellings)
    is_domain = form == _DOMAIN
    return _Node(
        is_domain=is_domain,
        inner=_Use(inner_oid, modifier if is_domain else -1, spelling)
        if form in (_DOMAIN, _ARRAY)
        else None,
        refuses_null=refuses_null,
        labels=tuple(labels),
        columns=tuple(zip(names, uses, nullable, strict=True)),
    )


def _uses(node: _Node) -> list[_Use]:
    return [*filter(None, [node.inner]), *(use for _, use, _ in node.columns)]
