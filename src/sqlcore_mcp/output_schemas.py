"""JSON schemas of structured content, from the TypedDicts that describe it.

They are kept small, and require nothing: some clients check the structured content of a failed
call against them too, and an error has none of a result's fields.
"""

from __future__ import annotations

import types
import typing
from typing import Any

from sqlcore_mcp.rendering.errors import ErrorOutput

__all__ = ["output_schema"]

_PRIMITIVES = {str: "string", int: "integer", float: "number", bool: "boolean"}


def output_schema(output: type) -> dict[str, Any]:
    """Write the schema of a tool's output, errors included."""
    schema = _schema(output)
    schema["properties"]["error"] = _schema(ErrorOutput)
    return schema


def _schema(annotation: Any) -> dict[str, Any]:
    if annotation in _PRIMITIVES:
        return {"type": _PRIMITIVES[annotation]}
    if typing.is_typeddict(annotation):
        hints = typing.get_type_hints(annotation)
        return {
            "type": "object",
            "properties": {name: _schema(kind) for name, kind in hints.items()},
        }
    origin = typing.get_origin(annotation)
    if origin is list:
        (item,) = typing.get_args(annotation)
        if typing.get_origin(item) is list:
            return {"type": "array"}  # rows: clients would check a thousand of them one by one
        items = _schema(item)
        return {"type": "array", "items": items} if items else {"type": "array"}
    if origin in (dict, types.MappingProxyType):
        return {"type": "object"}
    return {}
