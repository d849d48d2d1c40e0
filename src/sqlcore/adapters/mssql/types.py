"""SQL Server's types: their spelling, their kind, and how the columns of a result are found out.

The driver tells only whether a column is text, number, decimal, date or something else. The exact
types come from `sys.dm_exec_describe_first_result_set`, in one extra round trip the first time a
text is seen; the answer is kept for a while. Where the server has no such function (Babelfish), or
cannot say (temporary tables, dynamic SQL), and for all but the first result set, the types are
read off the values.
"""

from __future__ import annotations

import datetime as dt
import decimal
import re
import threading
import time
import uuid
from collections import OrderedDict
from collections.abc import Sequence
from typing import Any

import attrs

from sqlcore.domain.types import SqlType, TypeKind

__all__ = ["DescribedColumn", "TypeCache", "kind_of", "sql_type", "type_of_values"]

_KINDS: dict[TypeKind, str] = {
    TypeKind.BOOLEAN: "bit",
    TypeKind.INTEGER: "tinyint smallint int bigint",
    TypeKind.DECIMAL: "decimal numeric money smallmoney",
    TypeKind.FLOAT: "float real",
    TypeKind.TEXT: "char varchar nchar nvarchar text ntext sysname",
    TypeKind.BINARY: "binary varbinary image timestamp rowversion",
    TypeKind.DATE: "date",
    TypeKind.TIME: "time",
    TypeKind.TIMESTAMP: "datetime smalldatetime datetime2",
    TypeKind.TIMESTAMP_TZ: "datetimeoffset",
    TypeKind.UUID: "uniqueidentifier",
    TypeKind.XML: "xml",
    TypeKind.JSON: "json",
}
_KIND_OF = {name: kind for kind, names in _KINDS.items() for name in names.split()}

# The driver's coarse codes: text, other, number, date, decimal.
_TEXT, _OTHER, _NUMBER, _DATE, _DECIMAL = 1, 2, 3, 4, 5
_OF_CODE = {
    _TEXT: SqlType(name="nvarchar", kind=TypeKind.TEXT),
    _DATE: SqlType(name="datetime", kind=TypeKind.TIMESTAMP),
    _DECIMAL: SqlType(name="decimal", kind=TypeKind.DECIMAL),
    _NUMBER: SqlType(name="int", kind=TypeKind.INTEGER),
    _OTHER: SqlType(name="varbinary", kind=TypeKind.BINARY),
}
_MAX_INT = 2**31 - 1
# A seventh digit is beyond Python; `datetime` counts in 1/300 s; a `real` is sent as a float.
_INEXACT = re.compile(
    r"real|datetime|(time|datetime2|datetimeoffset)(\(7\))?|sql_variant", re.IGNORECASE
)


def kind_of(name: str) -> TypeKind:
    """Give the kind of a type by its name, with or without arguments."""
    return _KIND_OF.get(name.partition("(")[0].strip().lower(), TypeKind.OTHER)


def sql_type(name: str, base_name: str | None = None) -> SqlType:
    """Make a type of the server's own spelling; an alias type is what its base type is."""
    is_alias = base_name is not None and name.partition("(")[0] != base_name
    spelling = base_name if is_alias and base_name else name.strip()
    return SqlType(name=name, kind=kind_of(spelling), exact=not _INEXACT.fullmatch(spelling))


def type_of_values(  # noqa: PLR0911 one for each class of values
    code: int, values: Sequence[Any]
) -> SqlType:
    """Find a type by the driver's coarse code and the first value that is not NULL."""
    value = next((value for value in values if value is not None), None)
    match value:
        case bool():
            return sql_type("bit")
        case int():
            big = any(v is not None and abs(v) > _MAX_INT for v in values)
            return sql_type("bigint" if big else "int")
        case float():
            return sql_type("float")
        case decimal.Decimal():
            return sql_type("decimal")
        case dt.datetime():
            if value.tzinfo is not None:
                return sql_type("datetimeoffset")
            return sql_type("datetime" if code == _DATE else "datetime2")
        case dt.date():
            return sql_type("date")
        case dt.time():
            return sql_type("time")
        case uuid.UUID():
            return sql_type("uniqueidentifier")
    return _OF_CODE.get(code, _OF_CODE[_OTHER])


@attrs.frozen
class DescribedColumn:
    """A column of a result as the server describes it before it runs."""

    name: str
    type: SqlType


class TypeCache:
    """Remembers the described columns of statements, the least recently used are forgotten."""

    def __init__(self, max_entries: int = 512, max_age_s: float = 300.0) -> None:
        self._max_entries = max_entries
        self._max_age_s = max_age_s
        self._lock = threading.Lock()
        self._entries: OrderedDict[tuple[str, str], tuple[float, tuple[DescribedColumn, ...]]] = (
            OrderedDict()
        )

    def get(self, key: tuple[str, str]) -> tuple[DescribedColumn, ...] | None:
        """Return what is known of a text with its declarations; empty: the server cannot say."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or time.monotonic() - entry[0] > self._max_age_s:
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def put(self, key: tuple[str, str], columns: tuple[DescribedColumn, ...]) -> None:
        """Remember an answer."""
        with self._lock:
            self._entries[key] = (time.monotonic(), columns)
            self._entries.move_to_end(key)
            while len(self._entries) > self._max_entries:
                self._entries.popitem(last=False)

    def forget(self, key: tuple[str, str]) -> None:
        """Forget an answer that turned out to be out of date."""
        with self._lock:
            self._entries.pop(key, None)
