"""What a database says of its own objects, as far as it decides whether a read only reads.

Adapters read it set-wise; the guard judges it (`sqlcore.services.guarding.effects`).
"""

from __future__ import annotations

import attrs

__all__ = [
    "OperatorFacts",
    "RelationFacts",
    "RoutineFacts",
    "SchemaFacts",
    "SchemaName",
    "TypeFacts",
]

SchemaName = tuple[str, str]
"""Schema and name, as the catalog has them."""


@attrs.frozen(kw_only=True)
class RoutineFacts:
    """A function that did not come with the server, or all overloads' worst of one.

    Attributes:
        volatility: `immutable`, `stable` or `volatile`; None where the engine does not tell.
        language: In lower case: `sql`, `plpgsql`, `c`, `tsql`, `clr` …
        trusted: Whether its language keeps it inside the database.
        security_definer: Whether it runs with its owner's rights.
        extension: The extension that it belongs to.
        body: Its text; None where it has none or the login may not see it.
        calls: Functions that the catalog knows it to call (parts of an aggregate, a parsed body).
        reads: Relations that the catalog knows it to read.
        takes_one: Whether it can be called with one argument, so as a `value.name` too.
    """

    schema: str
    name: str
    owner: str = ""
    volatility: str | None = None
    language: str = ""
    trusted: bool = True
    security_definer: bool = False
    extension: str | None = None
    body: str | None = attrs.field(default=None, repr=False)
    calls: frozenset[SchemaName] = frozenset()
    reads: frozenset[SchemaName] = frozenset()
    takes_one: bool = True


@attrs.frozen(kw_only=True)
class RelationFacts:
    """A relation whose reading or changing runs something; plain tables are left out.

    Attributes:
        kind: `view`, `table`, `foreign_table`, `synonym` …
        calls: Functions that reading it runs: of a view's query, of row-level security, of columns
            that are computed when they are read. Those that came with the server are named only
            where they are volatile.
        reads: Relations that reading it reads: of a view, children of a parent, a synonym's base.
        types: Types of the database's own that reading it converts to.
        text: Its definition, where the catalog does not name what it calls; None where it has none
            or the login may not see it.
        external: What outside the database it reads, where it does: a wrapper's handler function.
        external_program: Whether reading it starts a program of the operating system.
        triggers: Whether changing it runs triggers or rules of users.
        cascades_to: Tables that change when its rows do (ON DELETE, ON UPDATE).
    """

    schema: str
    name: str
    kind: str
    calls: frozenset[SchemaName] = frozenset()
    reads: frozenset[SchemaName] = frozenset()
    types: frozenset[SchemaName] = frozenset()
    text: str | None = attrs.field(default=None, repr=False)
    external: str | None = None
    external_program: bool = False
    triggers: bool = False
    cascades_to: frozenset[SchemaName] = frozenset()


@attrs.frozen(kw_only=True)
class OperatorFacts:
    """An operator that did not come with the server; `name` is its symbol."""

    schema: str
    name: str
    calls: frozenset[SchemaName]


@attrs.frozen(kw_only=True)
class TypeFacts:
    """A type of the database's own that runs functions: a domain's checks, casts, input, output.

    Attributes:
        calls: The functions.
        types: Types that it is made of.
    """

    schema: str
    name: str
    calls: frozenset[SchemaName] = frozenset()
    types: frozenset[SchemaName] = frozenset()


@attrs.frozen(kw_only=True)
class SchemaFacts:
    """All of it, for one database.

    Attributes:
        search_path: Schemas in which the server looks for a name without one, in its order.
    """

    routines: tuple[RoutineFacts, ...] = ()
    relations: tuple[RelationFacts, ...] = ()
    operators: tuple[OperatorFacts, ...] = ()
    types: tuple[TypeFacts, ...] = ()
    search_path: tuple[str, ...] = ()
