"""SQL types as a server names them, with the few kinds that every engine has."""

from __future__ import annotations

import enum

import attrs

__all__ = ["SqlType", "TypeKind"]


class TypeKind(enum.StrEnum):
    """What a value of a type is, on any engine. The Python type of its values stands beside it."""

    BOOLEAN = "boolean"  # bool
    INTEGER = "integer"  # int
    DECIMAL = "decimal"  # decimal.Decimal; NaN and infinities included
    FLOAT = "float"  # float
    TEXT = "text"  # str
    BINARY = "binary"  # bytes
    DATE = "date"  # datetime.date, or ServerText beyond its range
    TIME = "time"  # datetime.time, or ServerText
    TIMESTAMP = "timestamp"  # datetime.datetime without a time zone, or ServerText
    TIMESTAMP_TZ = "timestamp_tz"  # datetime.datetime with a time zone, or ServerText
    INTERVAL = "interval"  # sqlcore.domain.values.Interval
    UUID = "uuid"  # uuid.UUID
    JSON = "json"  # sqlcore.domain.values.JsonText
    XML = "xml"  # str
    ARRAY = "array"  # list, nested for each dimension
    OTHER = "other"  # ServerText: the server's own spelling


@attrs.frozen(kw_only=True)
class SqlType:
    """A type as the server spells it.

    Attributes:
        name: The server's own spelling with its arguments: `numeric(12,2)`, `nvarchar(max)`.
        kind: What its values are.
        element: For an array, the type of its elements.
        exact: Whether a value that came back, sent again as a parameter, equals itself on the
            server. Not so where Python holds fewer digits: `datetime2(7)`.
    """

    name: str
    kind: TypeKind = TypeKind.OTHER
    element: SqlType | None = None
    exact: bool = attrs.field(default=True, eq=False, repr=False)

    def __str__(self) -> str:
        return self.name
