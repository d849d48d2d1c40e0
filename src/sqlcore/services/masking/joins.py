"""What `*` stands for in a join."""

from __future__ import annotations

from sqlglot import exp

from sqlcore.services.masking.names import folded
from sqlcore.services.masking.relations import Item, opaque

__all__ = ["has_only", "is_comma", "joined"]

_KNOWN = frozenset({"this", "on", "side", "kind", "using", "method", "hint"})
_KINDS = frozenset({"", "INNER", "CROSS", "OUTER"})


def has_only(node: exp.Expr, known: frozenset[str]) -> bool:
    """Say whether a node has no parts but those that are known."""
    return all(key in known for key, value in node.args.items() if value)


def is_comma(join: exp.Join) -> bool:
    """Say whether a join may be a comma in FROM."""
    return not any(join.args.get(part) for part in ("on", "using", "method", "kind", "side"))


def joined(
    left: list[Item], right: list[Item], join: exp.Join, dialect: str, *, after_comma: bool
) -> list[Item]:
    """Give the columns of `*` of a join.

    Args:
        left: Those of what stands before it.
        right: Those of what it adds.
        join: The join.
        dialect: `postgres`, `tsql` or `sqlite`.
        after_comma: Whether what stands before it may hold a comma, behind which another
            join begins.
    """
    both = [*left, *right]
    using = [folded(column.name) for column in join.args.get("using") or []]
    method = (join.args.get("method") or "").upper()
    if not has_only(join, _KNOWN) or join.kind.upper() not in _KINDS:
        return _blurred(both)
    if using or method == "NATURAL":
        return _blurred(both) if after_comma else _merged(left, right, using, dialect)
    return _blurred(both) if method else both


def _blurred(items: list[Item]) -> list[Item]:
    return list(opaque(masked=any(item.masked for item in items)).items)


def _merged(left: list[Item], right: list[Item], using: list[str], dialect: str) -> list[Item]:
    """Give the shared columns once, where the dialect puts them."""
    both = [*left, *right]
    if any(item.name is None for item in both):
        return _blurred(both)
    others = {item.name for item in right}
    shared = using or [item.name for item in left if item.name and item.name in others]
    masked = {item.name for item in both if item.masked}
    merged: dict[str | None, Item] = {name: Item(name, name in masked) for name in shared}
    rest = [item for item in right if item.name not in merged]
    if dialect == "sqlite":
        return [merged.get(item.name, item) for item in left] + rest
    first = [merged[name] for name in dict.fromkeys(shared)]
    return first + [item for item in left if item.name not in merged] + rest
