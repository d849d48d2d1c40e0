"""How the values of a call are declared, sent and read back, by the type of their parameter."""

from __future__ import annotations

from typing import Any

from sqlcore.adapters.mssql.dialect import quoted
from sqlcore.adapters.mssql.literals import BoundParameter, bind_parameter, declared_type
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.procedure import TableTypeColumn
from sqlcore.domain.types import SqlType, TypeKind
from sqlcore.domain.values import JsonText, ServerText
from sqlcore.errors import InvalidArgumentError

__all__ = [
    "base_of",
    "bound",
    "cell",
    "expressions",
    "is_clr",
    "read_output",
    "variable_type",
]

# No variable can have these types, but one of what they convert to.
_VARIABLE_OF = {
    "text": "varchar(max)",
    "ntext": "nvarchar(max)",
    "image": "varbinary(max)",
    "timestamp": "binary(8)",
    "rowversion": "binary(8)",
    "json": "nvarchar(max)",
    "vector": "nvarchar(max)",
}
_SYSTEM_CLR = frozenset(("hierarchyid", "geography", "geometry"))
_VARIANT = "sql_variant"
_TEXT = "nvarchar(max)"
# Where a plain CAST would leave out digits. Source: "CAST and CONVERT (Transact-SQL)", styles.
_CONVERSIONS = (
    ("'float', 'real'", "float", ", 3"),
    ("'money', 'smallmoney'", "decimal(19,4)", ""),
    ("'datetime', 'smalldatetime', 'datetime2'", "datetime2(7)", ", 121"),
    ("'datetimeoffset'", "datetimeoffset(7)", ", 121"),
    ("'time'", "time(7)", ", 121"),
    ("'date'", "date", ", 23"),
)
_UNCUT = {
    "char": _TEXT,
    "varchar": _TEXT,
    "nchar": _TEXT,
    "nvarchar": _TEXT,
    "binary": "varbinary(max)",
    "varbinary": "varbinary(max)",
}
"""A CAST to one of these types would cut; an INSERT refuses what is too long."""


def base_of(kind: SqlType) -> str:
    """Give the name of a type without its arguments."""
    return kind.name.partition("(")[0].strip().lower()


def is_clr(kind: SqlType) -> bool:
    """Say whether it is a type of the CLR, whose values go as text."""
    if base_of(kind) in _SYSTEM_CLR:
        return True
    return kind.kind is TypeKind.OTHER and "." in kind.name


def variable_type(kind: SqlType, parameter: str) -> str:
    """Give the type of the variable that stands for a parameter.

    Args:
        kind: Its type, or what an alias type stands on.
        parameter: Its name, for the error.

    Raises:
        InvalidArgumentError: It is no type, or none that a variable can have.
    """
    base = base_of(kind)
    if base in _SYSTEM_CLR:
        return base
    if is_clr(kind):
        return quoted(QualifiedName.parse(kind.name))
    return _VARIABLE_OF.get(base) or declared_type(kind.name, parameter)


def bound(name: str, value: Any, kind: SqlType, parameter: str) -> BoundParameter:
    """Write a value as a parameter of `sp_executesql`.

    Raises:
        InvalidArgumentError: The value cannot be said in its type.
    """
    try:
        if is_clr(kind):
            return bind_parameter(name, value, None if isinstance(value, bytes) else _TEXT)
        if base_of(kind) == _VARIANT:
            # Of its own type, which is then the base type of the variant.
            return bind_parameter(name, value, _VARIANT if value is None else None)
        return bind_parameter(name, value, variable_type(kind, parameter))
    except InvalidArgumentError as error:
        error.parameter = parameter
        raise


def cell(column: TableTypeColumn, value: Any) -> str:
    """Write a value of a row of a table type, with its type: the rows of VALUES must agree."""
    kind = column.base_type or column.type
    base = base_of(kind)
    wanted = bound(column.name, value, kind, column.name)
    declared = _TEXT if is_clr(kind) else _UNCUT.get(base) or variable_type(kind, column.name)
    if base == _VARIANT:
        return f"CAST(CAST({wanted.literal} AS {wanted.type}) AS {_VARIANT})"
    if is_clr(kind) and wanted.type.startswith("varbinary"):
        declared = "varbinary(max)"
    return f"CAST({wanted.literal} AS {declared})"


def expressions(kind: SqlType, variable: str) -> tuple[str, ...]:
    """Write how a variable is read back: a column, of a `sql_variant` text, base type and bytes."""
    if is_clr(kind):
        return (f"{variable}.ToString()",)
    if base_of(kind) != _VARIANT:
        return (variable,)
    base = f"CAST(SQL_VARIANT_PROPERTY({variable}, 'BaseType') AS nvarchar(128))"
    conversions = "".join(
        f" WHEN {base} IN ({names}) THEN CONVERT(nvarchar(max), CAST({variable} AS {kind}){style})"
        for names, kind, style in _CONVERSIONS
    )
    is_binary = f"{base} IN ('binary', 'varbinary')"
    return (
        f"CASE WHEN {is_binary} THEN NULL{conversions} ELSE CAST({variable} AS nvarchar(4000)) END",
        base,
        f"CASE WHEN {is_binary} THEN CAST({variable} AS varbinary(8000)) END",
    )


def read_output(kind: SqlType, values: tuple[Any, ...]) -> tuple[SqlType, Any]:
    """Make of what was read back the type and the value of an output."""
    value = values[0]
    if base_of(kind) == _VARIANT:
        text, base, content = values
        if base is None:
            return kind, None
        shown = text if content is None else f"0x{content.hex().upper()}"
        return SqlType(name=f"{_VARIANT}({base})", exact=False), ServerText(shown)
    if isinstance(value, str) and (is_clr(kind) or kind.kind is TypeKind.OTHER):
        return kind, ServerText(value)
    if isinstance(value, str) and kind.kind is TypeKind.JSON:
        return kind, JsonText(value)
    return kind, value
