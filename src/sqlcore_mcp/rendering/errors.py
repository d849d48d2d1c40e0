"""Errors as a model reads them: a stable code, what failed, where, and what to do next."""

from __future__ import annotations

from typing import Any, TypedDict

from sqlcore.errors import AmbiguousNameError, NotFoundError, SqlCoreError
from sqlcore.services.naming import LOOK_AT_OBJECT, LOOK_FOR_OBJECTS, LOOK_FOR_TABLES
from sqlcore_mcp.rendering.boundary import Data, Part

__all__ = ["ErrorOutput", "internal_error", "render_error"]

_MOST_CHARACTERS = 4000
_OWN_HINTS = (LOOK_AT_OBJECT, LOOK_FOR_OBJECTS, LOOK_FOR_TABLES)
"""Other hints of what is not found name what there is."""


class ErrorOutput(TypedDict, total=False):
    """An error in structured content."""

    code: str
    message: str
    hint: str
    sqlstate: str
    number: int
    severity: str | int
    state: int
    line: int
    position: int
    procedure: str
    parameter: str
    error_id: str


def render_error(error: SqlCoreError) -> tuple[list[Part], dict[str, Any]]:
    """Write an error as text and as structured content."""
    known = {**error.fields, "message": _short(error.message)}
    words = _short(error.message)
    server = error.sqlstate or error.number
    # The server's own words may quote anything; ours name what there is in these places.
    is_quoting = (
        bool(server) or isinstance(error, AmbiguousNameError) or error.procedure is not None
    )
    parts: list[Part] = [f"[{error.code}] ", Data(words) if is_quoting else words]
    where = error.where
    said = (
        where,
        None if error.parameter is None else f'"{error.parameter}"',
        None if server else error.procedure,
    )
    if any(place is not None and place in error.message for place in said):
        where = None
    place = [where or "", f"server error {server}" if server else ""]
    if any(place):
        words = f"({', '.join(filter(None, place))})"
        parts += [" ", words if error.procedure is None else Data(words)]
    if error.hint:
        names_others = isinstance(error, NotFoundError) and not server
        is_ours = not names_others or error.hint in _OWN_HINTS
        parts += [" ", error.hint if is_ours else Data(error.hint)]
    return parts, {"error": known}


def internal_error(error_id: str) -> tuple[str, dict[str, Any]]:
    """Write a defect of this program: the details are in its log, under the id."""
    message = f"The server failed in a way that it did not expect (error id {error_id})."
    hint = "Try something else; the operator finds the details in the log under this id."
    fields = {"code": "internal_error", "message": message, "hint": hint, "error_id": error_id}
    return f"[internal_error] {message} {hint}", {"error": fields}


def _short(message: str) -> str:
    if len(message) <= _MOST_CHARACTERS:
        return message
    return f"{message[:_MOST_CHARACTERS]}… [cut: {len(message):,} characters]"
