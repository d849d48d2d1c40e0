"""Values of a call in the text that the input functions of their types read.

`parameters` goes by the Python type of a value; here the SQL type is known and decides: a list is
an array, a row or JSON.

| type | value |
|---|---|
| bytea | bytes, sent as they are |
| json, jsonb | str as JSON text; dict, list, numbers … as JSON |
| array | list of elements, nested for each dimension; a row in it is a tuple or a dict |
| composite | tuple or list in the order of its columns, or dict by their names, all or some |
| any other | as `parameters` writes it |

A str is sent as it is, whatever the type: the server's own spelling of arrays, rows, ranges.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlcore.adapters.postgres.parameters import NoTypeError, json_text, value_text
from sqlcore.domain.procedure import TableTypeColumn
from sqlcore.domain.types import SqlType, TypeKind

__all__ = ["argument_text"]

_Columns = Sequence[TableTypeColumn]
_SEMICOLONS = "box"
"""The one type whose arrays have another delimiter than a comma ("Arrays" of the documentation)."""


def argument_text(value: Any, sql_type: SqlType, columns: _Columns = ()) -> str | None:
    """Write a value for the input function of a type; None is NULL.

    Args:
        value: As the table above has it.
        sql_type: Of the parameter, or of a part of it; of a domain, what it stands on.
        columns: Of a composite type, or of the composite type of an array's elements.

    Raises:
        NoTypeError: The value does not fit the type; the text says why.
    """
    if value is None or isinstance(value, str):
        return value
    if sql_type.kind is TypeKind.JSON:
        return json_text(value)
    is_list = isinstance(value, list | tuple)
    if sql_type.kind is TypeKind.ARRAY and is_list:
        return _array(value, sql_type.element or SqlType(name=""), columns)
    if isinstance(value, Mapping):
        if not columns:
            raise NoTypeError("the columns of this type are not known; give it as a text")
        return _row(_in_order(value, columns), columns)
    if is_list:
        return _row(value, columns)
    return value_text(value)


def _array(values: Sequence[Any], element: SqlType, columns: _Columns) -> str:
    delimiter = ";" if element.name == _SEMICOLONS else ","
    return "{" + delimiter.join(_element(value, element, columns) for value in values) + "}"


def _element(value: Any, element: SqlType, columns: _Columns) -> str:
    may_be_deeper = isinstance(value, list) or (isinstance(value, tuple) and not columns)
    # An array of a domain that is an array has whole arrays for elements, and no more dimensions.
    if may_be_deeper and element.kind not in (TypeKind.JSON, TypeKind.ARRAY):
        return _array(value, element, columns)
    text = argument_text(value, element, columns)
    return "NULL" if text is None else _quoted(text, quote='\\"')


def _in_order(value: Mapping[str, Any], columns: _Columns) -> list[Any]:
    names = [column.name for column in columns]
    strange = [str(name) for name in value if name not in names]
    if strange:
        raise NoTypeError(f"the type has no column {strange[0][:60]!r}; it has {', '.join(names)}")
    return [value.get(name) for name in names]


def _row(values: Sequence[Any], columns: _Columns) -> str:
    """Write a row ("Composite Type Input and Output Syntax" of the documentation)."""
    if columns and len(values) != len(columns):
        raise NoTypeError(f"the type has {len(columns)} columns, and not {len(values)}")
    if columns:
        fields = [
            argument_text(value, column.base_type or column.type, column.columns)
            for value, column in zip(values, columns, strict=True)
        ]
    else:
        fields = [argument_text(value, SqlType(name="")) for value in values]
    return "(" + ",".join("" if f is None else _quoted(f, quote='""') for f in fields) + ")"


def _quoted(text: str, *, quote: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', quote)
    return f'"{escaped}"'
