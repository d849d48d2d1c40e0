"""Values for the placeholders of a statement, as callers of tools write them."""

from __future__ import annotations

from typing import Any

from sqlcore.domain.query import Parameter
from sqlcore_mcp.arguments import Argument, Kind

__all__ = ["PARAMETERS", "read_parameters"]

PARAMETERS = Argument(name="parameters", kind=Kind.OBJECT)


def read_parameters(parameters: dict[str, Any] | None) -> dict[str, Any] | None:
    """Read parameters: each a value, or `{"type": …, "value": …}`; None for none."""
    if not parameters:
        return None
    return {name: _parameter(value) for name, value in parameters.items()}


def _parameter(value: Any) -> Any:
    if isinstance(value, dict) and value.keys() == {"type", "value"}:
        return Parameter(value["value"], str(value["type"]))
    return value
