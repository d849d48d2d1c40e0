"""Which tables matter most."""

from __future__ import annotations

import math

from sqlcore.domain.catalog import TableKind
from sqlcore.domain.schema import SchemaSnapshot
from sqlcore.services.exploring.references import ReferenceGraph

__all__ = ["rank_tables"]

_REFERRED = 2.0
_REFERS = 0.5
_VIEW = 1.0


def rank_tables(snapshot: SchemaSnapshot, graph: ReferenceGraph) -> tuple[int, ...]:
    """Order the tables of a snapshot, the most important first, by the sum of their points.

    A table has two points each time that the number of other tables referring to it doubles (1: 2
    points, 3: 4, 7: 6), half a point each time that the number of its own references doubles, a
    point for each digit of its number of rows, and half a point for each digit of its size in
    kilobytes. So a small table that everything refers to stands beside a large one that nothing
    refers to, and one that is empty and alone comes late. Views have one point less. Partitions
    stand behind all that are no partitions. Where points are equal, names decide.

    Digits instead of numbers keep the order the same while tables grow a little.
    """

    def key(at: int) -> tuple[bool, float, str, str]:
        table = snapshot.tables[at]
        points = _REFERRED * math.log2(1 + graph.referring_tables(at))
        points += _REFERS * math.log2(1 + len(graph.outgoing(at)))
        if table.estimated_rows:
            points += len(str(table.estimated_rows))
        if table.size_bytes:
            points += len(str(table.size_bytes // 1024)) / 2
        if table.kind is TableKind.VIEW:
            points -= _VIEW
        return table.is_partition, -points, table.name.schema or "", table.name.name

    return tuple(sorted(range(len(snapshot.tables)), key=key))
