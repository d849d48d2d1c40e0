"""Names of columns in a query, looked up as the engine would, and with every doubt counted."""

from __future__ import annotations

import attrs

from sqlcore.services.masking.relations import Item, Relation

__all__ = ["Scope"]

_SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"})


@attrs.define
class Scope:
    """The relations in FROM of one query, inside those of the queries around it.

    Attributes:
        bindings: Each with the name under which columns may be qualified; "" for none.
        star: What `*` stands for.
        outer: The scope of the query around this one.
    """

    outer: Scope | None = None
    bindings: list[tuple[str, Relation]] = attrs.field(factory=list)
    star: list[Item] = attrs.field(factory=list)

    def bound(self, alias: str) -> list[Relation]:
        """Give the relations of a name, here and outside."""
        here = [relation for name, relation in self.bindings if name == alias]
        return here + (self.outer.bound(alias) if self.outer is not None else [])

    def everything(self) -> list[Relation]:
        """Give all relations, here and outside."""
        here = [relation for _, relation in self.bindings]
        return here + (self.outer.everything() if self.outer is not None else [])

    def column(self, name: str, own_functions: frozenset[str]) -> bool | None:
        """Say whether a name without a qualifier is masked; None where it is not known.

        It may be a column, or a relation's own name, which stands for the whole row.
        """
        return _looked_up(name, self.everything(), self.bound(name), own_functions)

    def qualified(self, alias: str, name: str, own_functions: frozenset[str]) -> bool | None:
        """Say whether `alias.name` is masked; None where it is not known."""
        return _looked_up(name, self.bound(alias), [], own_functions)


def _looked_up(
    name: str, relations: list[Relation], rows: list[Relation], own_functions: frozenset[str]
) -> bool | None:
    named = [item for relation in relations for item in relation.named(name)]
    row_masked = any(relation.masked for relation in rows)
    if named:
        return row_masked or any(item.masked for item in named)
    if name in own_functions:  # x.f calls f(x)
        return True
    unnamed = [item for relation in relations for item in relation.unnamed()]
    if rows or unnamed:
        return row_masked or any(item.masked for item in unnamed)
    return False if relations and name in _SYSTEM_COLUMNS else None
