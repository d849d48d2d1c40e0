"""Values as PostgreSQL sends them (in text form), as Python values. Nothing is rounded or lost.

| type | value |
|---|---|
| smallint, integer, bigint, oid, xid, cid, xid8 | int |
| numeric | Decimal, NaN and infinities included |
| real, double precision | float, NaN and infinities included |
| boolean | bool |
| text, varchar, char, name, "char", citext, enums, xml | str |
| bytea | bytes |
| date, time, timetz, timestamp | date, time, datetime |
| timestamptz | datetime with the zone of the server session |
| interval | Interval |
| uuid | UUID |
| json, jsonb | JsonText |
| array | list, nested for each dimension, of its elements' values |
| anything else | ServerText: ranges, composites, geometry, inet, bit, money, tsvector, ... |

A domain's values are those of its base type. What Python's type cannot hold (`infinity`, years
before Christ or beyond 9999, `24:00:00`, text that is not valid in the client's encoding) is
ServerText, as is an array with a lower bound other than 1, whose spelling shows the bound.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader, Transformer
from psycopg.pq import Format
from psycopg.pq.abc import PGresult
from psycopg.types.array import ArrayLoader as DriverArrayLoader
from psycopg.types.numeric import IntLoader
from psycopg.types.string import TextLoader

from sqlcore.domain.values import Interval, JsonText, ServerText

__all__ = ["RowLoader", "array_loader", "make_adapters", "register_array", "register_text"]

_DRIVER_LOADS_WELL = frozenset(
    {
        *("bool", "bytea", "uuid", "text", "varchar", "bpchar", "name"),
        *("int2", "int4", "int8", "oid", "float4", "float8", "numeric"),
        *("date", "time", "timetz", "timestamp", "timestamptz"),
    }
)
_AS_INTEGER = ("xid", "cid", "xid8")
_AS_TEXT = ("char", "xml", '"char"')
_UNREADABLE = (psycopg.Error, ValueError, OverflowError, ArithmeticError, IndexError)


def _text(data: Buffer) -> str:
    return bytes(data).decode("utf-8", "backslashreplace")


class _ServerTextLoader(Loader):
    def load(self, data: Buffer) -> ServerText:
        return ServerText(_text(data))


class _JsonTextLoader(Loader):
    def load(self, data: Buffer) -> JsonText:
        return JsonText(bytes(data).decode())


_INTERVAL = re.compile(
    rb"(?:(-?\+?\d+) years? ?)?(?:([-+]?\d+) mons? ?)?(?:([-+]?\d+) days? ?)?"
    rb"(?:([-+]?)(\d+):(\d\d):(\d\d)(?:\.(\d{1,6}))?)?"
)


class _IntervalLoader(Loader):
    """Reads the style `postgres`, which is the default of the server."""

    def load(self, data: Buffer) -> Interval | ServerText:
        text = bytes(data)
        parts = _INTERVAL.fullmatch(text)
        if parts is None or not text:
            return ServerText(_text(data))
        years, months, days, sign, hours, minutes, seconds, fraction = parts.groups()
        microseconds = 0
        if hours is not None:
            microseconds = (int(hours) * 3600 + int(minutes) * 60 + int(seconds)) * 1_000_000
            if fraction:
                microseconds += int(fraction.ljust(6, b"0"))
            if sign == b"-":
                microseconds = -microseconds
        return Interval(
            months=int(years or 0) * 12 + int(months or 0),
            days=int(days or 0),
            microseconds=microseconds,
        )


class _ArrayLoader(DriverArrayLoader):
    def load(self, data: Buffer) -> Any:
        if bytes(data[:1]) == b"[":
            return ServerText(_text(data))  # the bounds would be lost
        return super().load(data)


def array_loader(element_oid: int, delimiter: str = ",") -> type[Loader]:
    """Make the loader class of an array type."""
    return type(
        "ArrayLoader",
        (_ArrayLoader,),
        {"base_oid": element_oid, "delimiter": delimiter.encode(), "__module__": __name__},
    )


def make_adapters() -> AdaptersMap:
    """Make the map of loaders that this module's table describes."""
    adapters = AdaptersMap(psycopg.adapters)
    adapters.register_loader(0, _ServerTextLoader)
    for info in psycopg.adapters.types:
        if info.name in _AS_INTEGER:
            adapters.register_loader(info.oid, IntLoader)
        elif info.name in _AS_TEXT:
            adapters.register_loader(info.oid, TextLoader)
        elif info.name not in _DRIVER_LOADS_WELL:
            adapters.register_loader(info.oid, _ServerTextLoader)
        if info.array_oid:
            adapters.register_loader(info.array_oid, array_loader(info.oid, info.delimiter))
    adapters.register_loader("interval", _IntervalLoader)
    adapters.register_loader("json", _JsonTextLoader)
    adapters.register_loader("jsonb", _JsonTextLoader)
    return adapters


def register_array(adapters: AdaptersMap, array_oid: int, element_oid: int, delimiter: str) -> None:
    """Make the values of an array type lists."""
    adapters.register_loader(array_oid, array_loader(element_oid, delimiter))


def register_text(adapters: AdaptersMap, oid: int, base_oid: int | None = None) -> None:
    """Make the values of a type str, or what those of its base type are."""
    loader = None if base_oid is None else adapters.get_loader(base_oid, Format.TEXT)
    adapters.register_loader(oid, loader or TextLoader)


class RowLoader:
    """Makes rows of a result's text; one for each physical connection and its settings.

    The driver's own loaders, in C, do the work; only a batch with a value that they refuse is
    read again value by value.
    """

    def __init__(self, adapters: AdaptersMap, connection: psycopg.Connection[Any]) -> None:
        self._context = _Context(adapters, connection)
        self._transformer = Transformer(self._context)

    def begin(self, result: PGresult) -> None:
        """Choose the loaders for the columns of a new result set."""
        self._transformer.set_pgresult(result)

    def rows(self, result: PGresult) -> list[tuple[Any, ...]]:
        """Make the rows of a batch; of the same columns as the result given to `begin`."""
        self._transformer.set_pgresult(result, set_loaders=False)
        try:
            return self._transformer.load_rows(0, result.ntuples, tuple)
        except _UNREADABLE:
            return self._rows_with_care(result)

    def _rows_with_care(self, result: PGresult) -> list[tuple[Any, ...]]:
        loads = [self._careful(result.ftype(column)) for column in range(result.nfields)]
        columns = range(result.nfields)
        return [
            tuple(
                None if (data := result.get_value(row, column)) is None else loads[column](data)
                for column in columns
            )
            for row in range(result.ntuples)
        ]

    def _careful(self, oid: int) -> Callable[[Buffer], Any]:
        loader = self._transformer.get_loader(oid, Format.TEXT)
        if isinstance(loader, _ArrayLoader):
            delimiter = loader.delimiter.decode()
            load_element = self._careful(loader.base_oid)

            def load_array(data: Buffer) -> Any:
                if bytes(data[:1]) == b"[":
                    return ServerText(_text(data))
                return _read_array(data, delimiter, load_element)

            return load_array
        return _careful(loader.load)


def _careful(load: Callable[[Buffer], Any]) -> Callable[[Buffer], Any]:
    """Leave a value in the server's spelling where its loader refuses it."""

    def load_or_keep(data: Buffer) -> Any:
        try:
            return load(data)
        except _UNREADABLE:
            return ServerText(_text(data))

    return load_or_keep


_ARRAY_PATTERN = r'"((?:[^"\\]|\\.)*)"|([{}])|([^{}"%s]+)|%s'


def _read_array(data: Buffer, delimiter: str, load: Callable[[Buffer], Any]) -> Any:
    """Read the text of an array (PostgreSQL documentation, "Array Input and Output Syntax")."""
    tokens = re.compile((_ARRAY_PATTERN % (delimiter, delimiter)).encode(), re.DOTALL)
    outermost: list[Any] = []
    stack = [outermost]
    for token in tokens.finditer(bytes(data)):
        quoted, bracket, bare = token.groups()
        if bracket == b"{":
            inner: list[Any] = []
            stack[-1].append(inner)
            stack.append(inner)
        elif bracket == b"}":
            stack.pop()
        elif quoted is not None:
            stack[-1].append(load(re.sub(rb"\\(.)", rb"\1", quoted, flags=re.DOTALL)))
        elif bare is not None:
            stack[-1].append(None if bare == b"NULL" else load(bare))
    return outermost[0]


class _Context:
    def __init__(self, adapters: AdaptersMap, connection: psycopg.Connection[Any]) -> None:
        self.adapters = adapters
        self.connection: psycopg.Connection[Any] | None = connection
