"""Which tables a diagram shows: the neighbourhood of one, or the most important ones."""

from __future__ import annotations

import enum
from collections.abc import Callable

import attrs

from sqlcore.domain.identifiers import QualifiedName
from sqlcore.errors import InvalidArgumentError
from sqlcore.services.exploring.index import SchemaIndex
from sqlcore.services.exploring.mermaid import write_diagram
from sqlcore.services.exploring.names import find_table
from sqlcore.services.exploring.references import ReferenceGraph

__all__ = ["Detail", "Diagram", "draw"]


class Detail(enum.Enum):
    """Which columns are drawn."""

    CENTER = "all columns of the central table, key columns of the others"
    KEYS = "key columns"
    NAMES = "no columns"


@attrs.frozen(kw_only=True)
class Diagram:
    """A diagram as text of Mermaid, and what it shows.

    Attributes:
        center: The table that was asked for; None for the most important ones.
        tables: Those that are drawn.
        omitted: How many others belong to it and had no room.
        guessed: Whether its lines are guesses: there are no foreign keys.
    """

    text: str
    detail: Detail
    center: QualifiedName | None
    tables: tuple[QualifiedName, ...]
    omitted: int = 0
    guessed: bool = False


def draw(
    index: SchemaIndex,
    table: str | None = None,
    *,
    schema: str | None = None,
    depth: int = 1,
    max_tables: int = 15,
    fits: Callable[[str], bool] = lambda _: True,
) -> Diagram:
    """Draw a table with those that its foreign keys lead to, and those whose lead to it.

    Where a table has no foreign keys, guesses take their place. Where the text does not fit, it
    is drawn with fewer columns, then with fewer tables; at least one table is drawn.

    Args:
        index: The schema.
        table: The central table; the most important tables are drawn where it is left out.
        schema: Of the central table, or the only one to draw.
        depth: How many foreign keys away from the central table others may be.
        max_tables: The most tables to draw.
        fits: Says whether a text is short enough.

    Raises:
        NotFoundError: There is no such table; the error names the nearest.
        AmbiguousNameError: There are several; the error names them.
        InvalidArgumentError: A number is below 1, or the name cannot be read.
    """
    for name, value in (("depth", depth), ("max_tables", max_tables)):
        if value < 1:
            raise InvalidArgumentError(f"{name} is {value}; it must be at least 1.", parameter=name)
    tables = index.snapshot.tables
    if table:
        center = find_table(index, table, schema)
        graph = index.graph if index.graph.degree(center) else index.whole_graph
        chosen = _neighbourhood(index, graph, center, depth)
    else:
        center = None
        graph = index.graph if index.graph.references else index.whole_graph
        chosen = [
            at
            for at in index.ranked
            if schema in (None, "", tables[at].name.schema) and not tables[at].is_partition
        ]
    count = min(max_tables, len(chosen))
    details = [detail for detail in Detail if table or detail is not Detail.CENTER]
    while True:
        drawn = chosen[:count]
        for detail in details:
            text = write_diagram(
                index.snapshot,
                graph,
                drawn,
                complete=center if detail is Detail.CENTER else None,
                with_keys=detail is not Detail.NAMES,
            )
            if fits(text) or (count <= 1 and detail is Detail.NAMES):
                lines = (r for at in drawn for r in graph.outgoing(at) if r.target in drawn)
                return Diagram(
                    text=text,
                    detail=detail,
                    center=None if center is None else tables[center].name,
                    tables=tuple(tables[at].name for at in drawn),
                    omitted=len(chosen) - len(drawn),
                    guessed=any(reference.guess for reference in lines),
                )
        count //= 2


def _neighbourhood(index: SchemaIndex, graph: ReferenceGraph, center: int, depth: int) -> list[int]:
    """Find the tables around one: the nearest first, and of these the most important first."""
    rank = {at: number for number, at in enumerate(index.ranked)}
    found = {center: None}
    border = [center]
    for _ in range(depth):
        reached = {
            end
            for at in border
            for end in (
                *(reference.target for reference in graph.outgoing(at)),
                *(reference.table for reference in graph.incoming(at)),
            )
            if end not in found
        }
        border = sorted(reached, key=rank.__getitem__)
        found.update(dict.fromkeys(border))
        if not border:
            break
    return list(found)
