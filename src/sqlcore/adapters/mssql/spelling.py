"""Spelling a column's type as it would be declared, from what the catalog stores."""

from __future__ import annotations

from sqlcore.domain.identifiers import QualifiedName

__all__ = ["spelled_type"]

_IN_CHARACTERS = frozenset(("nchar", "nvarchar"))
_WITH_LENGTH = _IN_CHARACTERS | {"char", "varchar", "binary", "varbinary"}
_WITH_SCALE = frozenset(("time", "datetime2", "datetimeoffset"))
_UNLIMITED = -1
_DEFAULT_FLOAT_DIGITS = 53


def spelled_type(  # noqa: PLR0911 one for each family of types
    name: str, type_schema: str | None, max_length: int, precision: int, scale: int
) -> str:
    """Spell a type: `nvarchar(50)`, `decimal(12,2)`, `datetime2(7)`, `dbo.PhoneNumber`.

    Args:
        name: Name of the type.
        type_schema: The schema of a type that a user defined; None for the server's own.
        max_length: In bytes; -1 for max.
        precision: Digits.
        scale: Digits behind the point, or of the second.
    """
    if type_schema is not None:
        return str(QualifiedName(name, type_schema))
    if name in _WITH_LENGTH:
        if max_length == _UNLIMITED:
            return f"{name}(max)"
        return f"{name}({max_length // 2 if name in _IN_CHARACTERS else max_length})"
    if name in ("decimal", "numeric"):
        return f"{name}({precision},{scale})"
    if name in _WITH_SCALE:
        return f"{name}({scale})"
    if name == "float" and 0 < precision < _DEFAULT_FLOAT_DIGITS:
        return f"float({precision})"
    return name
