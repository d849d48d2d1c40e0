"""The cattrs converter: what the domain says, as JSON-safe values.

Built once here; the global converter of cattrs is not used. Values of a database are written as
`sqlcore.domain.encoding` documents it. Fields that are None or empty are left out, so that an
answer carries what is known and nothing else.
"""

from __future__ import annotations

import datetime as dt
import enum
import functools
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import attrs
import cattrs
from cattrs.gen import make_dict_unstructure_fn

from sqlcore.domain.encoding import encode_row, encode_value
from sqlcore.domain.identifiers import QualifiedName
from sqlcore.domain.query import ResultSet
from sqlcore.domain.types import SqlType
from sqlcore.domain.values import Interval
from sqlcore.errors import SqlCoreError

__all__ = ["error_to_json", "to_json"]

_EMPTY: tuple[Any, ...] = (None, (), "", {}, [])
_VALUE_TYPES = (
    bytes,
    Decimal,
    dt.date,
    dt.datetime,
    dt.time,
    dt.timedelta,
    float,
    int,
    Interval,
    uuid.UUID,
)
"""Values of a database, wherever they stand: outputs of a procedure, for example."""


def to_json(value: Any) -> Any:
    """Make a domain value JSON-safe: objects by field name, names as text, no empty fields."""
    return _converter().unstructure(value)


def error_to_json(error: SqlCoreError) -> dict[str, str | int]:
    """Describe an error for programs: `code`, `message`, and what else is known."""
    return error.fields


@functools.cache
def _converter() -> cattrs.Converter:
    converter = cattrs.Converter()
    converter.register_unstructure_hook(QualifiedName, str)
    converter.register_unstructure_hook(SqlType, str)
    converter.register_unstructure_hook(ResultSet, _result_set)
    converter.register_unstructure_hook_factory(attrs.has, _without_empty(converter))
    for kind in _VALUE_TYPES:
        converter.register_unstructure_hook(kind, encode_value)
    converter.register_unstructure_hook_func(
        lambda kind: isinstance(kind, type) and issubclass(kind, SqlCoreError), error_to_json
    )
    converter.register_unstructure_hook_func(
        lambda kind: isinstance(kind, type) and issubclass(kind, enum.Enum), lambda item: item.value
    )
    return converter


def _without_empty(converter: cattrs.Converter) -> Any:
    def factory(kind: type) -> Any:
        write: Callable[[Any], dict[str, Any]] = make_dict_unstructure_fn(kind, converter)

        def unstructure(value: Any) -> dict[str, Any]:
            return {name: _plain(item) for name, item in write(value).items() if item not in _EMPTY}

        return unstructure

    return factory


def _plain(value: Any) -> Any:
    if isinstance(value, set | frozenset):
        return sorted(value)
    return list(value) if isinstance(value, tuple) else value


def _result_set(result_set: ResultSet) -> dict[str, Any]:
    return {
        "columns": [{"name": c.name, "type": str(c.type)} for c in result_set.columns],
        "rows": [encode_row(row) for row in result_set.rows],
        "row_count": encode_value(result_set.row_count),
        "complete": result_set.complete,
    }
