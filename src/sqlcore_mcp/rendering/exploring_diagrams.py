"""Diagrams in the language of Mermaid."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypedDict

from sqlcore_mcp.definitions import Answer
from sqlcore_mcp.rendering.boundary import Data
from sqlcore_mcp.rendering.tokens import Budget

if TYPE_CHECKING:
    from sqlcore.services.exploring.diagrams import Diagram

__all__ = ["DiagramOutput", "diagram_fits", "render_diagram"]

_NOTES_TOKENS = 130


class DiagramOutput(TypedDict, total=False):
    """A Mermaid diagram; `omitted` tables belong to it and had no room."""

    diagram: str
    table_count: int
    omitted: int
    columns: str
    guessed: bool
    truncated: bool


def diagram_fits(budget: Budget) -> Callable[[str], bool]:
    """Make the function that says whether a diagram has room in an answer."""
    budget.reserve(_NOTES_TOKENS)

    def fits(text: str) -> bool:
        # A part of all that is left: nothing is spent before it is clear which text it will be.
        return budget.part(1.0).take(text, text.replace("\n", "\\n").replace('"', '\\"'))

    return fits


def render_diagram(diagram: Diagram) -> Answer:
    """Write a diagram, and what it leaves out."""
    shown = len(diagram.tables)
    output: dict[str, Any] = {
        "diagram": diagram.text,
        "table_count": shown,
        "omitted": diagram.omitted,
        "columns": diagram.detail.value,
        "guessed": diagram.guessed,
        "truncated": diagram.omitted > 0,
    }
    words = f"{shown:,} table{'' if shown == 1 else 's'}, drawn with {diagram.detail.value}.\n"
    if diagram.omitted:
        words += (
            f"{diagram.omitted:,} more are left out: raise max_tables or max_tokens, or draw "
            "another table.\n"
        )
    if diagram.guessed:
        words += "There are no foreign keys; dotted lines are guessed from names and types.\n"
    # No backquote can stand in the text, so nothing in it ends the block.
    return Answer([words, "\n", Data(f"```mermaid\n{diagram.text}```\n")], output)
