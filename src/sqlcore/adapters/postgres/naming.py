"""The names of column types, as `format_type` of the server spells them.

Those of PostgreSQL itself are known here and cost no round trip; the others are looked up once
for each connection.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import attrs
import psycopg
from psycopg.adapt import AdaptersMap
from psycopg.pq.abc import PGresult

from sqlcore.adapters.postgres.values import register_array, register_text
from sqlcore.domain.query import Column
from sqlcore.domain.types import SqlType, TypeKind

__all__ = ["TypeBook", "TypeFacts", "kind_of"]

_KINDS: dict[TypeKind, str] = {
    TypeKind.BOOLEAN: "bool",
    TypeKind.INTEGER: "int2 int4 int8 oid xid cid xid8",
    TypeKind.DECIMAL: "numeric",
    TypeKind.FLOAT: "float4 float8",
    TypeKind.TEXT: "text varchar bpchar name char citext",
    TypeKind.BINARY: "bytea",
    TypeKind.DATE: "date",
    TypeKind.TIME: "time timetz",
    TypeKind.TIMESTAMP: "timestamp",
    TypeKind.TIMESTAMP_TZ: "timestamptz",
    TypeKind.INTERVAL: "interval",
    TypeKind.UUID: "uuid",
    TypeKind.JSON: "json jsonb",
    TypeKind.XML: "xml",
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split()}
_PSEUDO_TYPES = {2278: "void", 705: "unknown", 269: "table_am_handler", 2279: "trigger"}
_BUILTIN = {info.oid: info for info in psycopg.adapters.types}
_BUILTIN_ARRAYS = {info.array_oid: info for info in psycopg.adapters.types if info.array_oid}

# src/include/datatype/timestamp.h and utils/adt/timestamp.c of the server: bits of a typmod.
_YEAR, _MONTH, _DAY, _HOUR, _MINUTE, _SECOND = 1 << 2, 1 << 1, 1 << 3, 1 << 10, 1 << 11, 1 << 12
_INTERVAL_FIELDS = {
    _YEAR: " year",
    _MONTH: " month",
    _DAY: " day",
    _HOUR: " hour",
    _MINUTE: " minute",
    _SECOND: " second",
    _YEAR | _MONTH: " year to month",
    _DAY | _HOUR: " day to hour",
    _DAY | _HOUR | _MINUTE: " day to minute",
    _DAY | _HOUR | _MINUTE | _SECOND: " day to second",
    _HOUR | _MINUTE: " hour to minute",
    _HOUR | _MINUTE | _SECOND: " hour to second",
    _MINUTE | _SECOND: " minute to second",
}
_FULL_PRECISION = 0xFFFF


def kind_of(type_name: str, *, is_enum: bool = False) -> TypeKind:
    """Give the kind of a type by its name in pg_type."""
    return TypeKind.TEXT if is_enum else _KIND_OF.get(type_name.strip('"'), TypeKind.OTHER)


def _spelled(oid: int, modifier: int) -> str:
    info = _BUILTIN[oid]
    if modifier < 0:
        return "bpchar" if info.name == "bpchar" else info.regtype
    spell = _SPELLED.get(info.name)
    return info.regtype if spell is None else spell(info.regtype, modifier)


def _spelled_numeric(name: str, modifier: int) -> str:
    scale = (modifier - 4) & 0x7FF
    scale = scale - 0x800 if scale >= 0x400 else scale  # noqa: PLR2004  # 11 bits, signed
    return f"{name}({((modifier - 4) >> 16) & 0xFFFF},{scale})"


def _spelled_time(name: str, modifier: int) -> str:
    first, rest = name.split(" ", 1)
    return f"{first}({modifier}) {rest}"


def _spelled_interval(name: str, modifier: int) -> str:
    precision = modifier & 0xFFFF
    digits = "" if precision == _FULL_PRECISION else f"({precision})"
    return f"{name}{_INTERVAL_FIELDS.get((modifier >> 16) & 0x7FFF, '')}{digits}"


_SPELLED: dict[str, Callable[[str, int], str]] = {
    "numeric": _spelled_numeric,
    "interval": _spelled_interval,
    **dict.fromkeys(("varchar", "bpchar"), lambda name, modifier: f"{name}({modifier - 4})"),
    **dict.fromkeys(("bit", "varbit"), lambda name, modifier: f"{name}({modifier})"),
    **dict.fromkeys(("time", "timetz", "timestamp", "timestamptz"), _spelled_time),
}


@attrs.frozen(kw_only=True)
class TypeFacts:
    """What the server's catalog says of a type (query `types`).

    Attributes:
        name: As `format_type` spells it.
        type_name: The name in pg_type; of a domain, that of its base type.
        base_oid: Of a domain, its base type; else the type itself.
        element_oid: Of an array, its elements' type; 0 for others.
        element_base_oid: As `base_oid`, for the elements.
    """

    oid: int
    modifier: int
    name: str
    type_name: str
    is_enum: bool
    base_oid: int
    element_oid: int = 0
    element_name: str = ""
    element_type_name: str = ""
    element_is_enum: bool = False
    element_base_oid: int = 0
    delimiter: str = ","


Lookup = Callable[[Sequence[tuple[int, int]]], Iterable[TypeFacts]]


class TypeBook:
    """Knows the types of one database; asks the server for those that it meets first."""

    def __init__(self, adapters: AdaptersMap, look_up: Lookup) -> None:
        self.adapters = adapters
        self._look_up = look_up
        self._lock = threading.Lock()
        self._types: dict[tuple[int, int], SqlType] = {}

    def columns(self, result: PGresult) -> tuple[Column, ...]:
        """Name the columns of a result and their types."""
        keys = [(result.ftype(n), result.fmod(n)) for n in range(result.nfields)]
        return tuple(
            Column(name=(result.fname(n) or b"").decode("utf-8", "backslashreplace"), type=sql_type)
            for n, sql_type in enumerate(self.types_of(keys))
        )

    def types_of(self, keys: Sequence[tuple[int, int]]) -> list[SqlType]:
        """Give the types of pairs of an OID and a modifier."""
        types = self._types
        if any(key not in types for key in keys):
            self._learn(keys)
        return [types.get(key) or _unknown(key) for key in keys]

    def _learn(self, keys: Iterable[tuple[int, int]]) -> None:
        strange: list[tuple[int, int]] = []
        for key in dict.fromkeys(keys):
            known = _builtin(*key)
            if known is not None:
                self._types[key] = known
            elif key not in self._types:
                strange.append(key)
        if not strange:
            return
        for facts in self._look_up(strange):
            with self._lock:
                self._note(facts)

    def _note(self, facts: TypeFacts) -> None:
        kind = kind_of(facts.type_name, is_enum=facts.is_enum)
        element: SqlType | None = None
        if facts.element_oid:
            kind = TypeKind.ARRAY
            element = self._element(facts)
            register_array(self.adapters, facts.base_oid, facts.element_oid, facts.delimiter)
        elif facts.base_oid == facts.oid and kind is TypeKind.TEXT:
            register_text(self.adapters, facts.oid)
        self._types[facts.oid, facts.modifier] = SqlType(
            name=facts.name, kind=kind, element=element
        )

    def _element(self, facts: TypeFacts) -> SqlType:
        kind = kind_of(facts.element_type_name, is_enum=facts.element_is_enum)
        if facts.element_base_oid != facts.element_oid:
            register_text(self.adapters, facts.element_oid, facts.element_base_oid)
        elif kind is TypeKind.TEXT and facts.element_oid not in _BUILTIN:
            register_text(self.adapters, facts.element_oid)
        return SqlType(name=facts.element_name, kind=kind)


def _builtin(oid: int, modifier: int) -> SqlType | None:
    info = _BUILTIN.get(oid)
    if info is not None:
        return SqlType(name=_spelled(oid, modifier), kind=kind_of(info.name))
    info = _BUILTIN_ARRAYS.get(oid)
    if info is not None:
        element = SqlType(name=_spelled(info.oid, modifier), kind=kind_of(info.name))
        return SqlType(name=f"{element.name}[]", kind=TypeKind.ARRAY, element=element)
    if oid in _PSEUDO_TYPES:
        kind = TypeKind.TEXT if _PSEUDO_TYPES[oid] == "unknown" else TypeKind.OTHER
        return SqlType(name=_PSEUDO_TYPES[oid], kind=kind)
    return None


def _unknown(key: tuple[int, int]) -> SqlType:
    """Name a type that other connections cannot see yet: the statement itself made it."""
    return SqlType(name=f"type {key[0]}")


def facts_of(row: Sequence[Any]) -> TypeFacts:
    """Make facts of a row of the query `types`."""
    names = [field.name for field in attrs.fields(TypeFacts)]
    return TypeFacts(**dict(zip(names, row, strict=True)))
