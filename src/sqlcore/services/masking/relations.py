"""What is known of the columns of a relation: their names, and whether they have to be masked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs

__all__ = ["Item", "Relation", "opaque", "positions_of", "renamed", "united"]


@attrs.frozen
class Item:
    """A column of a relation or of a result.

    Attributes:
        name: In folded form; None where the engine makes one up.
        masked: Whether values of a masked column may flow into it.
        spread: It stands for any number of columns whose names are not known.
    """

    name: str | None
    masked: bool
    spread: bool = False


@attrs.frozen
class Relation:
    """A table, a view, a sub-query or a function in FROM.

    Attributes:
        items: Its columns in order.
        guarded: Whether reading it touches something masked, even where no column shows it; then
            errors may tell of it.
    """

    items: tuple[Item, ...]
    guarded: bool = False

    @property
    def masked(self) -> bool:
        """Whether any column is masked."""
        return any(item.masked for item in self.items)

    def named(self, name: str) -> list[Item]:
        """Give the columns that have this name for certain."""
        return [item for item in self.items if item.name == name]

    def unnamed(self) -> list[Item]:
        """Give the columns that may have any name."""
        return [item for item in self.items if item.name is None]


def opaque(*, masked: bool, guarded: bool | None = None) -> Relation:
    """Make a relation whose columns are not known."""
    item = Item(None, masked, spread=True)
    return Relation((item,), masked if guarded is None else guarded)


def renamed(relation: Relation, names: Sequence[str]) -> Relation:
    """Give names to the first columns: `AS t (a, b)`."""
    if not names or any(item.spread for item in relation.items):
        if not names:
            return relation
        return opaque(masked=relation.masked, guarded=relation.guarded)
    items = list(relation.items)
    for index, name in enumerate(names[: len(items)]):
        items[index] = attrs.evolve(items[index], name=name)
    return attrs.evolve(relation, items=tuple(items))


def united(left: Relation, right: Relation) -> Relation:
    """Lay two relations over each other, column by column: UNION and its like."""
    guarded = left.guarded or right.guarded
    both = (*left.items, *right.items)
    if any(item.spread for item in both) or len(left.items) != len(right.items):
        return opaque(masked=left.masked or right.masked, guarded=guarded)
    pairs = zip(left.items, right.items, strict=True)
    return Relation(
        tuple(Item(mine.name, mine.masked or other.masked) for mine, other in pairs), guarded
    )


def positions_of(items: Iterable[Item], width: int) -> frozenset[int]:
    """Give the places of masked columns among `width`; all where the widths do not agree."""
    items = tuple(items)
    spreads = [index for index, item in enumerate(items) if item.spread]
    if not any(item.masked for item in items):
        return frozenset()
    missing = width - (len(items) - len(spreads))
    if len(spreads) > 1 or missing < 0 or (missing and not spreads):
        return frozenset(range(width))
    if spreads:
        at = spreads[0]
        items = (*items[:at], *[items[at]] * missing, *items[at + 1 :])
    return frozenset(index for index, item in enumerate(items) if item.masked)
