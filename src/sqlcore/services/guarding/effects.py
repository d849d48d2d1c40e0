"""What a database's own objects may do beside reading."""

from __future__ import annotations

import attrs

from sqlcore.domain.facts import SchemaFacts
from sqlcore.services.guarding.decision import Refusal

__all__ = ["Mention", "Mentions", "SideEffects", "is_allowed", "unknown_function"]


@attrs.frozen
class Mention:
    """A name in a statement.

    Attributes:
        name: Its parts as the engine folds them, the schema first if it is written.
        offset: Where it stands, from 0.
    """

    name: tuple[str, ...]
    offset: int


@attrs.frozen(kw_only=True)
class Mentions:
    """What a statement names, as far as a database's own objects could be meant.

    Attributes:
        functions: Names before a parenthesis that are no part of the grammar.
        unknown: Those of them that are no known built-in function.
        names: All other names: of relations, columns, types, aliases; with what qualifies them.
        operators: Operator symbols (`name` has one part, or the schema of OPERATOR() before it).
    """

    functions: tuple[Mention, ...] = ()
    unknown: tuple[Mention, ...] = ()
    names: tuple[Mention, ...] = ()
    operators: tuple[Mention, ...] = ()


@attrs.frozen
class SideEffects:
    """Judges mentions against the facts of one database."""

    facts: SchemaFacts

    @classmethod
    def of(cls, facts: SchemaFacts, dialect: str) -> SideEffects:
        """Judge all objects of a database."""
        return cls(facts)

    def refuse(self, mentions: Mentions, allow_functions: frozenset[str]) -> Refusal | None:
        """Find the first mention of something that may do more than read; None where none does."""
        for call in mentions.unknown:
            if not is_allowed(call.name, allow_functions):
                return unknown_function(call)
        return None


def is_allowed(name: tuple[str, ...], allow_functions: frozenset[str]) -> bool:
    """Say whether the configuration names a function: `schema.name`, `schema.*` or `name`."""
    if not allow_functions:
        return False
    return ".".join(name) in allow_functions or (
        len(name) > 1 and f"{name[-2]}.*" in allow_functions
    )


def unknown_function(call: Mention) -> Refusal:
    """Make the refusal of a function that nothing is known of."""
    name = ".".join(part or "…" for part in call.name)
    return Refusal(
        f"The function {name} is not known to only read.",
        "Use a built-in function, allow it for reads by name (allow_functions), or use --access"
        " write.",
        call.offset,
        by_schema=True,
    )
