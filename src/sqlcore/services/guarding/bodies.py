"""What an engine's rules say of one routine or relation: how it is judged by what it reaches."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from sqlcore.domain.facts import RelationFacts, RoutineFacts, SchemaName
from sqlcore.services.guarding.mentions import Mentions

__all__ = ["READS_ONLY", "BodyRules", "Reach"]


@attrs.frozen(kw_only=True)
class Reach:
    """What an object reaches by itself; what the catalog says it calls comes on top.

    Attributes:
        harm: Why it may do more than read whatever it reaches, to follow its name and "which":
            `is volatile`. None if only what it reaches counts.
        forbidden: Whether no setting can allow it.
        mentions: What its text names; judged as a statement's mentions are.
    """

    harm: str | None = None
    forbidden: bool = False
    mentions: Mentions = attrs.field(factory=Mentions)


READS_ONLY = Reach()


@attrs.frozen(kw_only=True)
class BodyRules:
    """The rules of a dialect.

    Attributes:
        routine: Judges a function of the database's own. It must not raise.
        relation: Judges a relation. It must not raise.
        server_function: Judges a function that came with the server and that the catalog says is
            called; returns the harm, as in `Reach`, or None.
        server_schemas: Schemas of what came with the server.
        always_searched: Schemas in which names are looked for though a search path leaves them out.
        folded: Gives a name of the catalog as the dialect's mentions have it.
        max_name_bytes: What the engine keeps of a longer name, in UTF-8; 0 for no limit.
        row_makers: Functions that make rows or arrays of the type of another argument.
        type_readers: Functions that make values of a type which they are given as text.
    """

    routine: Callable[[RoutineFacts], Reach]
    relation: Callable[[RelationFacts], Reach]
    server_function: Callable[[SchemaName], str | None]
    server_schemas: frozenset[str]
    always_searched: tuple[str, ...] = ()
    folded: Callable[[str], str] = str
    max_name_bytes: int = 0
    row_makers: frozenset[str] = frozenset()
    type_readers: frozenset[str] = frozenset()
