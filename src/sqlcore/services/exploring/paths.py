"""Shortest ways from one table to another along references."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import attrs

from sqlcore.services.exploring.references import Reference, ReferenceGraph

__all__ = ["Step", "meets", "shortest_paths"]


@attrs.frozen
class Step:
    """A reference, followed from the table that has it (`up`), or from its target to that."""

    reference: Reference
    up: bool

    @property
    def start(self) -> int:
        """The table that it leads from."""
        return self.reference.table if self.up else self.reference.target

    @property
    def end(self) -> int:
        """The table that it leads to."""
        return self.reference.target if self.up else self.reference.table


_Place = tuple[int, bool]
"""A table, and whether the last step went up."""


_Path = tuple[Step, ...]


def shortest_paths(
    graph: ReferenceGraph, start: int, end: int, *, limit: int, meeting: bool = True
) -> list[_Path]:
    """Find the paths with the fewest steps, in the order of the references; at most `limit`.

    From a table to itself these are its references to itself.

    Args:
        graph: The references.
        start: A table.
        end: A table.
        limit: The most paths to return.
        meeting: Whether a path may go up to a table and down again on another reference, where
            rows meet only because they share something: customers and suppliers of a country.
    """
    if start == end:
        own = [r for r in graph.outgoing(start) if r.target == start]
        paths: list[_Path] = [(Step(reference, True),) for reference in own[:limit]]
        return paths
    before = _search(graph, start, end, meeting=meeting)
    ends = [place for place in ((end, True), (end, False)) if place in before]
    if not ends:
        return []
    least = min(before[place][0] for place in ends)
    paths = []
    for place in ends:
        if before[place][0] == least:
            for path in _walk_back(before, place, (start, False)):
                paths.append(path)
                if len(paths) == limit:
                    return paths
    return paths


def meets(path: tuple[Step, ...]) -> list[int]:
    """Find the tables at which a path goes up and then down again."""
    return [first.end for first, second in pairwise(path) if first.up and not second.up]


_Reached = dict[_Place, tuple[int, list[Step]]]
"""Places with their distance, and the steps by which they are reached first."""


def _search(graph: ReferenceGraph, start: int, end: int, *, meeting: bool) -> _Reached:
    """Go from a table in all directions, step by step, until the end is reached."""
    reached: _Reached = {(start, False): (0, [])}
    places = [(start, False)]
    distance = 0
    while places and not any((end, up) in reached for up in (True, False)):
        distance += 1
        following: list[_Place] = []
        for table, came_up in places:
            for step in _steps(graph, table, down=meeting or not came_up):
                place = (step.end, step.up and not meeting)
                known = reached.get(place)
                if known is None:
                    reached[place] = (distance, [step])
                    following.append(place)
                elif known[0] == distance:
                    known[1].append(step)
        places = following
    return reached


def _steps(graph: ReferenceGraph, table: int, *, down: bool) -> Iterator[Step]:
    for reference in graph.outgoing(table):
        if reference.target != table:
            yield Step(reference, True)
    if down:
        for reference in graph.incoming(table):
            if reference.table != table:
                yield Step(reference, False)


def _walk_back(reached: _Reached, place: _Place, start: _Place) -> Iterator[tuple[Step, ...]]:
    """Give the paths to a place, without a function that calls itself: they may be long."""
    open_paths: list[tuple[_Place, tuple[Step, ...]]] = [(place, ())]
    while open_paths:
        at, behind = open_paths.pop()
        if at == start:
            yield behind
            continue
        distance, steps = reached[at]
        for step in reversed(dict.fromkeys(steps)):
            for came_up in (False, True):
                previous = (step.start, came_up)
                known = reached.get(previous)
                if known is None or known[0] != distance - 1:
                    continue
                if came_up and not step.up:
                    continue  # that would be a meeting
                open_paths.append((previous, (step, *behind)))
